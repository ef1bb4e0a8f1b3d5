//! The SQL of the documentation runs: every query of the cookbook and of the first pages, in DuckDB, over the sample and over more.
//!
//! Needs the Python of `make venv`.

#[path = "common/python.rs"]
mod python;

use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin_cmd;
use python::python;
use serde::Deserialize;

/// What came of a block of SQL.
#[derive(Debug, Deserialize)]
struct Answer {
    page: String,
    heading: String,
    /// Whether the page says that the sample has no rows for it.
    says_none: bool,
    rows: usize,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Publishes `input` and runs the SQL of `pages` over it.
fn answers(python: &Path, input: &Path, pages: &[&str]) -> Vec<Answer> {
    let warehouse = tempfile::tempdir().unwrap();
    let run = cargo_bin_cmd!("budgetlake")
        .arg("run")
        .arg(input)
        .arg("--warehouse")
        .arg(warehouse.path())
        .output()
        .unwrap();
    assert!(matches!(run.status.code(), Some(0 | 3)), "{run:?}");
    let mut query = Command::new(python);
    query.arg(root().join("tests/cookbook.py")).arg(warehouse.path().join("current"));
    let output = query.args(pages.iter().map(|page| root().join(page))).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_question_has_rows_in_the_sample_or_the_page_says_that_it_has_none() {
    let Some(python) = python() else { return };
    let pages = ["docs/cookbook.md", "docs/getting-started.md", "README.md", "README.zh-CN.md"];
    let answers = answers(&python, &root().join("data/sample"), &pages);
    for Answer {
        page,
        heading,
        says_none,
        rows,
    } in &answers
    {
        assert_eq!(*rows == 0, *says_none, "{page}: {heading}: {rows} rows");
    }
    let questions = answers
        .iter()
        .filter(|answer| answer.heading.starts_with(|c: char| c.is_ascii_digit()) && answer.page == "cookbook.md");
    assert_eq!(questions.count(), 20);
}

#[test]
fn every_question_has_rows_where_bodies_publish_year_after_year() {
    let Some(python) = python() else { return };
    let input = tempfile::tempdir().unwrap();
    cargo_bin_cmd!("budgetlake-synth")
        .args([
            "--documents",
            "60",
            "--seed",
            "6",
            "--cities",
            "1",
            "--years",
            "2023..2024",
            "--out",
        ])
        .arg(input.path())
        .assert()
        .success();
    let mut answers = answers(&python, input.path(), &["docs/cookbook.md"]);
    answers.retain(|answer| answer.rows == 0);
    assert!(answers.is_empty(), "{answers:#?}");
}
