//! Checks end to end: a warehouse, what `budgetlake check` says of it, exit codes, and what must hold between disclosures.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::cargo::cargo_bin_cmd;
use budgetlake::codes::{CheckStatus, Layout, Stage};
use budgetlake::config::Config;
use budgetlake::extract::extract;
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
        let found = lake.found(&["--rule", "stated_change_of_total"]);
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
        assert!(all["total"]["notices"].as_u64().unwrap() as usize >= failures.len(), "{all}");
    }
}

/// What a rule says of a text.
fn said(text: &str, rule: &str) -> Vec<(CheckStatus, String)> {
    let config = Config::load(None).unwrap();
    let checks = extract(text.as_bytes(), "a.txt", &config).checks;
    let of_rule = checks.into_iter().filter(|check| *check.rule == *rule);
    of_rule.map(|check| (check.status, check.message)).collect()
}

fn only(text: &str, rule: &str) -> (CheckStatus, String) {
    let mut found = said(text, rule);
    assert_eq!(found.len(), 1, "{rule}: {found:?}");
    found.remove(0)
}

/// The sample with what stands between two texts replaced.
fn with(before: &str, after: &str, new: &str) -> String {
    let text = sample();
    let start = text.find(before).unwrap_or_else(|| panic!("no {before}")) + before.len();
    let end = start + text[start..].find(after).unwrap();
    format!("{}{new}{}", &text[..start], &text[end..])
}

#[test]
fn a_stated_change_says_how_much_and_why() {
    assert_eq!(only(&sample(), "stated_direction").0, CheckStatus::Pass);
    assert_eq!(only(&sample(), "stated_reason").0, CheckStatus::Pass);
    let (status, message) = only(&with("收入总计减少", "万元", "0.00"), "stated_direction");
    assert!(status == CheckStatus::Fail && message.contains("0.00万元"), "{message}");
    let (status, message) = only(&sample().replace("，主要原因是项目安排有所调整", ""), "stated_reason");
    assert!(
        status == CheckStatus::Notice && message.ends_with("gives no reason in its paragraph"),
        "{message}"
    );
}

#[test]
fn a_stated_change_is_the_difference_of_the_years() {
    let stated = |change: &str| {
        with(
            "”经费预算",
            "。其中：因公",
            &format!("20.00万元，2022年“三公”经费预算25.00万元，比上年{change}"),
        )
    };
    let status = |change: &str| {
        let found = said(&stated(change), "stated_direction");
        let shown = found.iter().map(|(_, message)| message).find(|message| message.contains("25.00"));
        (found.last().unwrap().0, shown.is_some())
    };
    assert_eq!(status("减少5.00万元"), (CheckStatus::Pass, true));
    assert_eq!(status("增加5.00万元"), (CheckStatus::Fail, true));
    assert_eq!(status("减少4.00万元"), (CheckStatus::Fail, true));
}

#[test]
fn words_that_were_left_are_shown_with_their_line() {
    for rule in ["placeholder_left", "contradicting_words"] {
        assert_eq!(only(&sample(), rule).0, CheckStatus::Pass);
    }
    let text = sample().replace("主要原因是项目安排有所调整", "主要原因是XXX");
    let line = text[..text.find("XXX").unwrap()].matches('\n').count() + 1;
    let (status, message) = only(&text, "placeholder_left");
    assert_eq!(
        (status, message),
        (CheckStatus::Fail, format!("`XX` was left in the text (line {line})"))
    );
    let text = sample().replace("，与上年持平", "，比上年增加持平");
    assert!(
        said(&text, "contradicting_words")
            .iter()
            .all(|(status, _)| *status == CheckStatus::Fail)
    );
}

#[test]
fn forms_stand_in_the_order_of_the_contents() {
    let text = sample();
    assert_eq!(only(&text, "forms_in_order").0, CheckStatus::Pass);
    let contents = text.find("目").unwrap();
    let entries: Vec<&str> = text[contents..].lines().filter(|line| line.contains("总表")).take(2).collect();
    let swapped = text
        .replacen(entries[0], "@", 1)
        .replacen(entries[1], entries[0], 1)
        .replacen('@', entries[1], 1);
    let (status, message) = only(&swapped, "forms_in_order");
    assert!(status == CheckStatus::Notice && message.contains("in the contents"), "{message}");
}

#[test]
fn vehicles_and_projects_are_counted() {
    let paragraph = |total: u32| {
        format!(
            "国有资产占用情况\n\n截至2022年12月31日，本部门共有车辆{total}辆，其中：机要通信用车1辆、应急保障用车2辆、其他用车1辆。\n\n五、政府采购情况"
        )
    };
    let heading = |text: &str, new: &str| {
        let start = text.find("政府采购情况").expect("a section");
        format!("{}{new}{}", &text[..start], &text[start + "政府采购情况".len()..])
    };
    assert_eq!(only(&heading(&sample(), &paragraph(4)), "stated_vehicles_sum").0, CheckStatus::Pass);
    let (status, message) = only(&heading(&sample(), &paragraph(5)), "stated_vehicles_sum");
    assert!(status == CheckStatus::Fail && message.contains(" ≠ "), "{message}");
}

#[test]
fn a_code_has_its_official_name() {
    for rule in ["official_name", "code_with_one_name"] {
        assert_eq!(only(&sample(), rule).0, CheckStatus::Pass);
    }
    // One of several rows of the class has the name of another class.
    let text = sample();
    let is_class = |line: &&str| line.split('\t').next().is_some_and(|code| code.len() == 3 && code.starts_with('2'));
    let row = text.lines().find(is_class).expect("a class");
    let name = row.split('\t').nth(1).unwrap();
    assert_ne!(name, "外交支出");
    let renamed = text.replacen(row, &row.replacen(name, "外交支出", 1), 1);
    for rule in ["official_name", "code_with_one_name"] {
        let (status, message) = only(&renamed, rule);
        assert!(status == CheckStatus::Notice && message.contains("外交支出"), "{rule}: {message}");
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
