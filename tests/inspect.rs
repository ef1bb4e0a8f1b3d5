//! `budgetlake inspect` on the sample: what it prints, for people and for machines, and how it ends.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::cargo::cargo_bin_cmd;
use budgetlake::codes::Severity;
use budgetlake::config::Config;
use budgetlake::extract::{Analysis, analyse};
use serde_json::Value;

struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

fn inspect(file: &Path, flags: &[&str]) -> Ended {
    let output = cargo_bin_cmd!("budgetlake").arg("inspect").arg(file).args(flags).output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn sample() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let mut files: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn analysed(file: &Path) -> Analysis {
    analyse(&fs::read(file).unwrap(), &file.to_string_lossy(), &Config::load(None).unwrap())
}

/// A tab-separated budget of the sample that is read without errors.
fn readable() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample/000012.txt")
}

#[test]
fn json_holds_all_that_the_library_found_in_every_file_of_the_sample() {
    for file in sample() {
        let ended = inspect(&file, &["--json"]);
        let report: Value = serde_json::from_str(&ended.stdout).unwrap();
        let analysis = analysed(&file);
        let extraction = &analysis.extraction;
        let tables = report["tables"].as_array().unwrap();
        assert_eq!(tables.len(), extraction.tables.len());
        let items: usize = tables.iter().map(|table| table["line_items"].as_array().unwrap().len()).sum();
        assert_eq!(items, extraction.line_items.len());
        assert_eq!(report["rejects"].as_array().unwrap().len(), extraction.rejects.len());
        for (field, count) in [
            ("projects", extraction.projects.len()),
            ("indicators", extraction.indicators.len()),
            ("facts", extraction.facts.len()),
        ] {
            assert_eq!(report[field].as_array().unwrap().len(), count, "{field}");
        }
        assert_eq!(report["usable"], extraction.document.is_some());
        let failed = extraction.rejects.iter().any(|reject| reject.severity == Severity::Error);
        assert_eq!(ended.code, if failed { 3 } else { 0 }, "{}", file.display());
        for (table, found) in tables.iter().zip(&extraction.tables) {
            assert_eq!(table["columns"].as_array().unwrap().len(), found.header.len());
            let with_amounts: std::collections::BTreeSet<i64> = table["line_items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["row_no"].as_i64().unwrap())
                .collect();
            let without = table["rows_without_amounts"].as_array().unwrap().len();
            assert_eq!(with_amounts.len() + without, usize::try_from(found.rows).unwrap());
        }
        if let Some(identity) = &analysis.identity {
            assert_eq!(report["identity"]["votes"].as_array().unwrap().len(), identity.votes.len());
            assert!(report["partition"]["path"].as_str().unwrap().starts_with("city="));
        }
    }
}

#[test]
fn json_names_the_identity_with_its_evidence() {
    let report: Value = serde_json::from_str(&inspect(&readable(), &["--json"]).stdout).unwrap();
    let identity = &report["identity"];
    assert_eq!(identity["year"].to_string(), report["partition"]["year"].to_string());
    let votes = identity["votes"].as_array().unwrap();
    let year = votes.iter().find(|vote| vote["field"] == "year" && vote["chosen"] == true).unwrap();
    assert_eq!(year["value"], identity["year"].to_string());
    assert!(year["weight"].as_u64().unwrap() > 0 && year["source"].is_string());
    let column = &report["tables"][0]["columns"][0];
    assert_eq!((&column["role"], &column["group"]), (&"name".into(), &1.into()));
    assert!(report["tables"][0]["line_items"][0]["amount"].is_string());
}

#[test]
fn text_shows_identity_tables_and_columns_without_colours() {
    let analysis = analysed(&readable());
    let ended = inspect(&readable(), &[]);
    let text = &ended.stdout;
    assert_eq!(ended.code, 0);
    assert!(!text.contains('\u{1b}'), "no colours where the output is no terminal");
    let identity = analysis.identity.unwrap();
    for essential in [
        analysis.extraction.document.unwrap().document_id.as_ref(),
        identity.department.or(identity.unit).unwrap().as_str(),
        &identity.year.unwrap().to_string(),
        identity.place.province.unwrap().as_str(),
        "✓",
        "cover",
        "partition   city=",
        "summary · ",
        "→ general_public_budget",
        "万元",
    ] {
        assert!(text.contains(essential), "{essential}:\n{text}");
    }
    for table in &analysis.extraction.tables {
        assert!(text.contains(table.title.as_deref().unwrap().trim()), "{table:?}");
    }
    assert!(!text.contains("yuan"), "rows are shown only when asked for");
}

#[test]
fn rows_stand_with_their_lines_printed_amounts_and_yuan() {
    let analysis = analysed(&readable());
    let table = analysis.extraction.tables.iter().max_by_key(|table| table.amounts).unwrap();
    let ended = inspect(&readable(), &["--table", &table.table_no.to_string()]);
    assert_eq!(ended.code, 0);
    for item in analysis.extraction.line_items.iter().filter(|item| item.table_no == table.table_no) {
        let line = item.line.unwrap().to_string();
        let row = ended.stdout.lines().find(|row| {
            let mut words = row.split_whitespace();
            words.next() == Some(&item.row_no.to_string()) && words.next() == Some(&line) && row.contains(&item.account_name)
        });
        let row = row.unwrap_or_else(|| panic!("{item:?}\n{}", ended.stdout));
        assert!(row.contains(&item.amount_text), "{row}");
        assert!(row.replace(',', "").contains(&item.amount.to_string()), "{row}");
    }
    let other = analysis.extraction.tables.iter().find(|other| other.title != table.title).unwrap();
    assert!(!ended.stdout.contains(other.title.as_deref().unwrap()));
}

/// A small disclosure made for a golden test.
fn golden(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(case).join("in")
}

#[test]
fn projects_stand_with_their_funding_texts_and_indicators() {
    let short = inspect(&golden("performance_target_form"), &[]).stdout;
    for shown in [
        "Projects",
        "J河灯名录整理",
        "忻州市河灯事务局 (118)",
        "annual 120,000.00",
        "indicators      15",
    ] {
        assert!(short.contains(shown), "{shown}:\n{short}");
    }
    assert!(!short.contains("普查补助"), "indicators are shown only when asked for");
    let whole = inspect(&golden("performance_target_form"), &["--items"]).stdout;
    let row = whole
        .lines()
        .find(|line| line.contains("普查补助 ") && line.contains("cost"))
        .unwrap();
    for cell in ["33", "implementation_period", "cost", "60元/人·天", " 60 ", "元/人·天"] {
        assert!(row.contains(cell), "{row}");
    }
    assert!(whole.contains("普查全市河灯作品，建立名录。"));
    let evaluated = inspect(&golden("self_evaluation_in_cells"), &["--table", "1"]).stdout;
    assert!(evaluated.contains("94.5 优") && evaluated.contains("达成预期指标"), "{evaluated}");
    let report: Value = serde_json::from_str(&inspect(&golden("self_evaluation_in_cells"), &["--json"]).stdout).unwrap();
    assert_eq!(report["indicators"][0]["actual_value"], "1020.0000", "{report}");
}

#[test]
fn no_line_is_wider_than_the_screen() {
    let forms = [golden("performance_target_form"), golden("self_evaluation_in_lines")];
    for file in sample().into_iter().step_by(3).chain(forms) {
        for width in [80, 120] {
            let ended = inspect(&file, &["--items", "--width", &width.to_string()]);
            for line in ended.stdout.lines() {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                assert!(columns <= width, "{} at {width}: {columns}\n{line}", file.display());
            }
        }
    }
}

#[test]
fn a_file_that_is_no_disclosure_is_reported_with_exit_code_3() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.txt");
    fs::write(&file, "").unwrap();
    let ended = inspect(&file, &[]);
    assert_eq!(ended.code, 3);
    assert!(
        ended.stdout.contains("Nothing usable") && ended.stdout.contains("empty_file"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("e3b0c44298fc1c149afbf4c8996fb924"));

    fs::write(&file, "会议纪要\n今天下雨，大家都没有来，改天再开。\n").unwrap();
    let ended = inspect(&file, &["--json"]);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, &report["usable"]), (3, &false.into()));
    let codes: Vec<&Value> = report["rejects"].as_array().unwrap().iter().map(|reject| &reject["code"]).collect();
    assert!(
        report["identity"].is_null() && codes.contains(&&"not_a_disclosure".into()),
        "{report}"
    );
    // With a table asked for, the reason is still why there is none.
    assert_eq!(inspect(&file, &["--table", "1"]).code, 3);
}

#[test]
fn what_cannot_be_read_or_asked_has_its_exit_code() {
    let directory = tempfile::tempdir().unwrap();
    let missing = inspect(&directory.path().join("nowhere.txt"), &[]);
    assert_eq!((missing.code, missing.stdout.as_str()), (1, ""));
    assert!(missing.stderr.contains("nowhere.txt"), "{}", missing.stderr);

    let whole = inspect(directory.path(), &[]);
    assert_eq!(whole.code, 2);
    assert!(whole.stderr.contains("is a directory"), "{}", whole.stderr);

    let table = inspect(&readable(), &["--table", "99"]);
    assert_eq!(table.code, 2);
    assert!(table.stderr.contains("--table 99: the file has tables 1 to "), "{}", table.stderr);

    assert_eq!(inspect(&readable(), &["--width", "x"]).code, 2);
    assert_eq!(inspect(&readable(), &["--config", "/nowhere"]).code, 2);
}
