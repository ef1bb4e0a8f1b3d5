//! Checks end to end: a warehouse, what `budgetlake check` says of it, exit codes, and what must hold between disclosures.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::cargo::cargo_bin_cmd;
use budgetlake::codes::{Layout, Stage};
use budgetlake::config::Config;
use budgetlake::synth::{Encoding, Options, Size, SynthFile, file};
use serde_json::Value;
use tempfile::TempDir;

struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

fn budgetlake(arguments: &[&str]) -> Ended {
    let output = cargo_bin_cmd!("budgetlake").args(arguments).output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A generated budget of a department in cells, which states changes against the year before.
fn sample() -> String {
    let options = Options {
        seed: 3,
        cities: 8,
        years: 2023..=2023,
        layout: Some(Layout::Tabbed),
        encoding: Some(Encoding::Utf8),
        size: Size::Small,
    };
    let mut files = (0..100).map(|index| file(&options, index).unwrap());
    let is_wanted = |file: &SynthFile| {
        let identity = &file.disclosure.identity;
        identity.stage == Stage::Budget && file.text.contains("预算支出总表\n") && file.text.contains("与上年相比，收入总计减少")
    };
    files.find(is_wanted).expect("a budget as in Shanxi").text
}

/// Disclosures in a folder, and a warehouse beside them.
struct Lake {
    root: TempDir,
}

impl Lake {
    fn of(files: &[(&str, String)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("in")).unwrap();
        for (name, text) in files {
            fs::write(root.path().join("in").join(name), text).unwrap();
        }
        Self { root }
    }

    fn path(&self, name: &str) -> String {
        self.root.path().join(name).to_string_lossy().into_owned()
    }

    fn run(&self, more: &[&str]) -> Ended {
        let (input, warehouse) = (self.path("in"), self.path("lake"));
        let mut arguments = vec!["run", &input, "--warehouse", &warehouse];
        arguments.extend(more);
        budgetlake(&arguments)
    }

    fn check(&self, more: &[&str]) -> Ended {
        let warehouse = self.path("lake");
        let mut arguments = vec!["check", &warehouse];
        arguments.extend(more);
        budgetlake(&arguments)
    }

    fn found(&self, more: &[&str]) -> Value {
        let ended = self.check(&[&["--json"], more].concat());
        assert_eq!(ended.stderr, "");
        serde_json::from_str(&ended.stdout).unwrap()
    }

    /// A configuration in which no check may fail.
    fn strict(&self) -> PathBuf {
        let directory = self.root.path().join("config");
        fs::create_dir(&directory).unwrap();
        let settings = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/budgetlake.toml")).unwrap();
        let strict = settings.replace("fail_over = 1.0", "fail_over = 0.0");
        assert_ne!(strict, settings);
        fs::write(directory.join("budgetlake.toml"), strict).unwrap();
        directory
    }
}

/// The sample with one figure of its expenditure form changed: the first amount of the total row.
fn wrong() -> (String, String) {
    let text = sample();
    let title = text.find("预算支出总表\n").expect("an expenditure form");
    let row = title + text[title..].find("合计\t").expect("a total row");
    let start = row + text[row..].find(|c: char| c.is_ascii_digit()).unwrap();
    let end = start + text[start..].find(|c: char| !matches!(c, '0'..='9' | ',' | '.')).unwrap();
    let printed = text[start..end].to_owned();
    let digit = if printed.starts_with('9') { "8" } else { "9" };
    let changed = format!("{digit}{}", &printed[1..]);
    (format!("{}{changed}{}", &text[..start], &text[end..]), changed)
}

#[test]
fn a_warehouse_that_adds_up_says_so() {
    let lake = Lake::of(&[("a.txt", sample())]);
    let run = lake.run(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("none failed"), "{}", run.stdout);
    let check = lake.check(&["--fail-over", "0"]);
    assert_eq!(check.code, 0, "{}", check.stderr);
    assert!(check.stdout.contains(" 0 failed (0.00 %)"), "{}", check.stdout);
}

#[test]
fn a_wrong_figure_is_shown_with_both_sides_and_their_lines() {
    let (text, changed) = wrong();
    let line = text[..text.find(&changed).unwrap()].matches('\n').count() + 1;
    let lake = Lake::of(&[("a.txt", sample().replace('\n', "\r\n")), ("b.txt", text)]);
    let run = lake.run(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);

    let check = lake.check(&["--document", "b.txt", "--rule", "total_of_classes"]);
    assert_eq!(check.code, 0);
    assert!(
        check.stdout.contains(&format!("{changed} 万元 (line {line}) ≠ ")),
        "{}",
        check.stdout
    );
    assert_eq!(lake.check(&["--fail-over", "0"]).code, 5);
    assert_eq!(lake.check(&["--fail-over", "0.9"]).code, 0);
    assert_eq!(lake.check(&["--document", "a.txt", "--fail-over", "0"]).code, 0);

    let found = lake.found(&[]);
    let failures = found["failures"].as_array().unwrap();
    assert_eq!(found["total"]["failed"].as_u64().unwrap() as usize, failures.len());
    assert!(failures.len() >= 3 && failures.iter().all(|failure| failure["path"] == "b.txt"));
    for failure in failures {
        let message = failure["message"].as_str().unwrap();
        assert!(message.contains(&changed), "{message}");
    }
}

#[test]
fn a_run_with_too_many_failures_ends_with_5_and_is_published() {
    let lake = Lake::of(&[("b.txt", wrong().0)]);
    let strict = lake.strict();
    let run = lake.run(&["--config", strict.to_str().unwrap()]);
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(run.stdout.contains("failed, shown by `budgetlake check`"), "{}", run.stdout);
    assert!(lake.root.path().join("lake/current/checks").is_dir());
}

#[test]
fn years_of_one_body_are_compared() {
    let text = sample();
    let year = 2023;
    // The year before disclosed the very same figures, so the change that is stated cannot be right.
    let before = text.replace(&year.to_string(), &(year - 1).to_string());
    let lake = Lake::of(&[("now.txt", text), ("before.txt", before)]);
    for jobs in ["1", "4"] {
        assert_eq!(lake.run(&["--jobs", jobs]).code, 0);
        let found = lake.found(&["--rule", "stated_change"]);
        let failures = found["failures"].as_array().unwrap();
        assert!(!failures.is_empty(), "{found}");
        for failure in failures {
            assert_eq!(failure["path"], "now.txt");
            assert_eq!(failure["year"], year);
            assert!(failure["message"].as_str().unwrap().ends_with(" of before.txt"), "{failure}");
            assert_eq!(failure["other_document_id"].as_str().unwrap().len(), 64);
        }
        // What was found between disclosures is counted with the rest.
        let all = lake.found(&[]);
        assert_eq!(all["total"]["failed"].as_u64().unwrap() as usize, failures.len());
    }
}

#[test]
fn wrong_usage_is_told() {
    let lake = Lake::of(&[]);
    let none = lake.check(&[]);
    assert_eq!(none.code, 1);
    assert!(none.stderr.contains("holds no published snapshot"), "{}", none.stderr);
    let rule = lake.check(&["--rule", "nonsense"]);
    assert_eq!(rule.code, 2);
    assert!(rule.stderr.contains("total_of_classes"), "{}", rule.stderr);
    assert_eq!(lake.check(&["--fail-over", "2"]).code, 2);
}

#[test]
fn every_rule_is_documented() {
    let config = Config::load(None).unwrap();
    let documented = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks.md")).unwrap();
    for head in config.checks.heads() {
        assert!(
            documented.contains(&format!("| `{}` |", head.rule)),
            "{} is missing from docs/checks.md",
            head.rule
        );
        assert!(!head.zh.is_empty() && !head.en.is_empty());
    }
}

#[test]
fn inspect_shows_the_checks() {
    let lake = Lake::of(&[("b.txt", wrong().0)]);
    let file = lake.path("in/b.txt");
    let short = budgetlake(&["inspect", &file]).stdout;
    let long = budgetlake(&["inspect", &file, "--checks"]).stdout;
    assert!(
        short.contains("✗ total_of_classes") && !short.contains("✓ total_of_classes"),
        "{short}"
    );
    assert!(long.contains("✗ total_of_classes") && long.contains("✓ total_of_classes"), "{long}");
}
