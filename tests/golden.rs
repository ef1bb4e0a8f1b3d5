//! Golden disclosures: `tests/golden/<case>/in` is a small disclosure made for what its name says, `out` is what is read from it.
//! `BLESS=1 cargo test --test golden` rewrites `out`; look at the difference before it is committed.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use budgetlake::codes::{CheckStatus, Code, Form, Severity};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::money::Yuan;
use budgetlake::tables::{Check, Fixed, Indicator, LineItem, Project};
use common::{aligned, golden, review};
use sha2::{Digest, Sha256};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_case_gives_what_was_reviewed() {
    let config = Config::load(None).unwrap();
    let cases = sorted(&folder("golden"));
    assert!(cases.len() >= 15);
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let bytes = fs::read(case.join("in")).unwrap();
            golden(&case.join("out"), &review(&extract(&bytes, "disclosure.txt", &config))).err()
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Texts of real disclosures are not kept here, only their digests; names of accounts are facts.
fn digest(text: &str) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    Sha256::digest(text).iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}

fn is_project_form(form: Form) -> bool {
    matches!(
        form,
        Form::ProjectExpenditure | Form::ProjectCarryover | Form::PerformanceTarget | Form::PerformanceSelfEvaluation | Form::Other
    )
}

/// Names of projects, of bodies and of other lines are digests; names of accounts and of standard lines are kept.
fn name(item: &LineItem) -> String {
    let is_standard = item.account_code.is_some() || item.item.is_some() || item.form == Form::BasicExpenditure;
    if is_standard && !is_project_form(item.form) {
        item.account_name.clone()
    } else {
        digest(&item.account_name)
    }
}

fn figures(items: &[LineItem]) -> String {
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            vec![
                item.line.unwrap_or(0).to_string(),
                item.form.code().to_owned(),
                item.side.code().to_owned(),
                item.row_kind.code().to_owned(),
                item.account_code.clone().unwrap_or_else(|| "-".to_owned()),
                name(item),
                item.item.map_or("-", Code::code).to_owned(),
                digest(item.project_name.as_deref().unwrap_or_default()),
                item.measure.code().to_owned(),
                item.amount.to_string(),
            ]
        })
        .collect();
    aligned(
        &[
            "line", "form", "side", "kind", "code", "name", "item", "project", "measure", "amount",
        ],
        &rows,
    )
}

/// Facts and the catalogue of services: figures and codes; texts as digests, names of classes and of kinds of vehicles are kept.
fn statements(extraction: &Extraction) -> String {
    let facts: Vec<Vec<String>> = extraction
        .facts
        .iter()
        .map(|fact| {
            let subject = fact.subject.as_deref().unwrap_or_default();
            let is_kept = subject.is_empty() || fact.fact != "office_area";
            vec![
                fact.line.unwrap_or(0).to_string(),
                fact.fact.clone(),
                if is_kept {
                    fact.subject.clone().unwrap_or_else(|| "-".to_owned())
                } else {
                    digest(subject)
                },
                fact.value.map_or_else(|| "-".to_owned(), |value| value.decimal().to_string()),
                fact.unit.clone(),
                fact.fact_year.unwrap_or(0).to_string(),
                fact.comparison.map_or("-", Code::code).to_owned(),
                fact.value_text.clone(),
                digest(fact.section.as_deref().unwrap_or_default()),
                digest(fact.reason.as_deref().unwrap_or_default()),
                digest(&fact.source_text),
            ]
        })
        .collect();
    let entries: Vec<Vec<String>> = extraction
        .catalogue
        .iter()
        .map(|entry| {
            vec![
                entry.line.unwrap_or(0).to_string(),
                digest(entry.department_heading.as_deref().unwrap_or_default()),
                entry.code.clone(),
                entry.parent_code.clone().unwrap_or_else(|| "-".to_owned()),
                entry.level.to_string(),
                digest(&entry.name),
            ]
        })
        .collect();
    let header = [
        "line", "fact", "subject", "value", "unit", "year", "compared", "printed", "section", "reason", "sentence",
    ];
    let mut text = aligned(&header, &facts);
    if !entries.is_empty() {
        text.push('\n');
        text.push_str(&aligned(&["line", "heading", "code", "parent", "level", "name"], &entries));
    }
    text
}

fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// Indicators: what is figure, unit or code as it is, the rest as digests.
fn indicators(rows: &[Indicator]) -> String {
    let text = |text: &Option<String>| digest(text.as_deref().unwrap_or_default());
    let number = |value: Option<Fixed<20, 4>>| or_dash(value.map(|value| value.decimal().normalize()));
    let score = |value: Option<Fixed<9, 4>>| or_dash(value.map(|value| value.decimal().normalize()));
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                or_dash(row.line),
                row.project_no.to_string(),
                or_dash(row.horizon.map(Code::code)),
                or_dash(row.dimension.map(Code::code)),
                or_dash(row.category.map(Code::code)),
                digest(&row.indicator_name),
                text(&row.target_text),
                or_dash(row.operator.map(Code::code)),
                number(row.target_value),
                or_dash(row.target_unit.as_deref()),
                text(&row.adjusted_text),
                text(&row.actual_text),
                or_dash(row.actual_operator.map(Code::code)),
                number(row.actual_value),
                or_dash(row.actual_unit.as_deref()),
                score(row.weight),
                score(row.score),
                text(&row.deviation_reason),
            ]
        })
        .collect();
    aligned(
        &[
            "line",
            "project",
            "horizon",
            "dimension",
            "category",
            "name",
            "target",
            "op",
            "value",
            "unit",
            "adjusted",
            "actual",
            "op",
            "value",
            "unit",
            "weight",
            "score",
            "reason",
        ],
        &rows,
    )
}

/// Projects: figures and codes as they are, every text as a digest.
fn projects(rows: &[Project]) -> String {
    const KEPT: [&str; 8] = [
        "form",
        "competent_department_code",
        "execution_rate",
        "total_score",
        "grade",
        "filled_at",
        "row_no",
        "table_no",
    ];
    let mut lines = Vec::new();
    for row in rows {
        let serde_json::Value::Object(columns) = serde_json::to_value(row).unwrap() else {
            panic!("a project is no object");
        };
        let mut cells = vec![or_dash(row.line), row.project_no.to_string()];
        for (column, value) in columns {
            let value = match value {
                serde_json::Value::Null => continue,
                serde_json::Value::String(text) if !KEPT.contains(&column.as_str()) => digest(&text),
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            if !["document_id", "stage", "project_no", "line"].contains(&column.as_str()) {
                cells.push(format!("{column}={value}"));
            }
        }
        lines.push(cells.join("\t"));
    }
    lines.join("\n") + "\n"
}

/// The real disclosures lie beside the repository, where they are at all.
fn seeds() -> Option<PathBuf> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .skip(1)
        .map(|above| above.join("shared/seeds"))
        .find(|seeds| seeds.is_dir());
    if seeds.is_none() {
        eprintln!("SKIPPED: no folder shared/seeds with real disclosures lies beside the repository");
    }
    seeds
}

/// Compares what is read from the real disclosures with the files of `blessed`.
fn compare(blessed: &str, at_least: usize, show: impl Fn(&Extraction) -> String) {
    let Some(seeds) = seeds() else { return };
    let config = Config::load(None).unwrap();
    let blessed = sorted(&folder(blessed));
    assert!(blessed.len() >= at_least);
    let failed: Vec<String> = blessed
        .iter()
        .filter_map(|expected| {
            let name = expected.file_stem().unwrap().to_str().unwrap();
            let paths = [
                seeds.join(format!("{name}.txt")),
                seeds.with_file_name("text").join(format!("{name}.txt")),
            ];
            let bytes = paths
                .iter()
                .find_map(|path| fs::read(path).ok())
                .expect("the disclosure of a golden file");
            let extraction = extract(&bytes, name, &config);
            assert!(extraction.rejects.iter().all(|reject| reject.severity == Severity::Warning));
            golden(expected, &show(&extraction)).err()
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// What does not hold, with its figures and lines; every other check is counted. Names of projects are digests.
fn inconsistencies(extraction: &Extraction) -> String {
    let is_shown = |check: &&Check| matches!(check.status, CheckStatus::Fail | CheckStatus::Notice);
    let rows: Vec<Vec<String>> = extraction
        .checks
        .iter()
        .filter(is_shown)
        .map(|check| {
            let amount = |yuan: Option<Yuan>| yuan.map_or_else(|| "-".to_owned(), |yuan| yuan.to_string());
            let line = |line: Option<i32>| line.map_or_else(|| "-".to_owned(), |line| line.to_string());
            let subject = check.subject.as_deref().unwrap_or("-");
            let is_project = check.form.is_some_and(is_project_form);
            vec![
                check.status.to_string(),
                check.rule.to_string(),
                check.form.map_or("-", Code::code).to_owned(),
                if is_project { digest(subject) } else { subject.to_owned() },
                check.measure.map_or("-", Code::code).to_owned(),
                line(check.line),
                amount(check.left),
                line(check.right_line),
                amount(check.right),
                amount(check.tolerance),
            ]
        })
        .collect();
    let header = [
        "status",
        "rule",
        "form",
        "subject",
        "measure",
        "line",
        "left",
        "line",
        "right",
        "tolerance",
    ];
    let count = |status: CheckStatus| extraction.checks.iter().filter(|check| check.status == status).count();
    format!(
        "{}\n{} passed, {} not applicable\n",
        aligned(&header, &rows),
        count(CheckStatus::Pass),
        count(CheckStatus::NotApplicable)
    )
}

#[test]
fn real_disclosures_contradict_themselves_only_where_their_sources_do() {
    compare("golden_seeds_checks", 11, inconsistencies);
}

#[test]
fn real_disclosures_give_their_figures() {
    compare("golden_seeds", 4, |extraction| figures(&extraction.line_items));
}

#[test]
fn real_disclosures_give_their_facts() {
    compare("golden_seeds_facts", 5, statements);
}

#[test]
fn real_disclosures_give_their_indicators() {
    compare("golden_seeds_indicators", 5, |extraction| indicators(&extraction.indicators));
}

#[test]
fn real_disclosures_give_their_projects() {
    compare("golden_seeds_projects", 5, |extraction| projects(&extraction.projects));
}
