//! `budgetlake check`: what does not add up in a warehouse, with both figures and their lines.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, bail};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int32Type};
use budgetlake::codes::{CheckStatus, Code};
use budgetlake::config::Config;
use budgetlake::extraction::Partition;
use budgetlake::load::read_back;
use budgetlake::money::Yuan;
use serde::Serialize;

use super::print;
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::report_checks;

/// What came of one rule.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Tally {
    /// Checks that passed.
    pub passed: u64,
    /// Checks that failed.
    pub failed: u64,
    /// Worth a look.
    pub notices: u64,
    /// Not applicable.
    pub not_applicable: u64,
}

impl Tally {
    fn add(&mut self, status: &str) {
        let count = match status {
            _ if status == CheckStatus::Pass.code() => &mut self.passed,
            _ if status == CheckStatus::Fail.code() => &mut self.failed,
            _ if status == CheckStatus::Notice.code() => &mut self.notices,
            _ => &mut self.not_applicable,
        };
        *count += 1;
    }

    /// The share of the checks that could be applied which failed.
    #[expect(clippy::cast_precision_loss, reason = "a share; counts stay far below 2^52")]
    pub fn failed_share(&self) -> f64 {
        let all = self.passed + self.failed;
        if all == 0 { 0.0 } else { self.failed as f64 / all as f64 }
    }
}

/// A check that failed, or is worth a look.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// Its rule.
    pub rule: String,
    /// `fail` or `notice`.
    pub status: String,
    /// The partition's city.
    pub city: Option<String>,
    /// The partition's year.
    pub year: Option<i32>,
    /// The partition's department.
    pub department: Option<String>,
    /// The disclosure.
    pub document_id: String,
    /// Its path.
    pub path: String,
    /// The other disclosure, where two are compared.
    pub other_document_id: Option<String>,
    /// The form of the left figure.
    pub form: Option<String>,
    /// What the figures are of.
    pub subject: Option<String>,
    /// The measure of the left figure.
    pub measure: Option<String>,
    /// The left figure.
    pub left: Option<Yuan>,
    /// The right figure.
    pub right: Option<Yuan>,
    /// Left less right.
    pub difference: Option<Yuan>,
    /// How far they may differ.
    pub tolerance: Option<Yuan>,
    /// The line of the left figure.
    pub line: Option<i32>,
    /// The line of the right figure.
    pub right_line: Option<i32>,
    /// Both figures as printed.
    pub message: String,
}

/// What `check` found.
#[derive(Debug, Default, Serialize)]
pub struct Found {
    /// All rules together.
    pub total: Tally,
    /// Each rule.
    pub rules: BTreeMap<String, Tally>,
    /// Each city.
    pub cities: BTreeMap<String, Tally>,
    /// What failed, or is worth a look: by rule, city, department, year and document.
    pub failures: Vec<Failure>,
}

const COLUMNS: [&str; 14] = [
    "document_id",
    "rule",
    "form",
    "subject",
    "measure",
    "left",
    "right",
    "difference",
    "tolerance",
    "status",
    "message",
    "other_document_id",
    "line",
    "right_line",
];

/// Reads the checks of a warehouse and prints what failed.
pub fn execute(args: &CheckArgs) -> anyhow::Result<Exit> {
    let config = Config::load(args.config.as_deref())?;
    if let Some(rule) = &args.rule
        && !config.checks.heads().iter().any(|head| **head.rule == **rule)
    {
        return Err(crate::args::UsageError::Rule {
            name: rule.clone(),
            known: known_rules(&config),
        }
        .into());
    }
    let snapshot = args.warehouse.join("current");
    if !snapshot.is_dir() {
        bail!(
            "{} holds no published snapshot; `budgetlake run` makes one",
            args.warehouse.display()
        );
    }
    // One look at the link, so that a run that publishes meanwhile doesn't change what is read.
    let snapshot = snapshot
        .canonicalize()
        .with_context(|| format!("cannot follow {}", snapshot.display()))?;
    let paths = paths(&snapshot)?;
    let found = find(args, &snapshot, &paths)?;
    if args.json {
        print(&(serde_json::to_string_pretty(&found)? + "\n"))?;
    } else {
        print(&report_checks::text(&found, &config))?;
    }
    let is_over = args.fail_over.is_some_and(|share| found.total.failed_share() > share);
    Ok(if is_over { Exit::Checks } else { Exit::Success })
}

fn known_rules(config: &Config) -> String {
    let mut rules: Vec<&str> = config.checks.heads().iter().map(|head| &**head.rule).collect();
    rules.dedup();
    rules.join(", ")
}

/// The path of every document.
fn paths(snapshot: &Path) -> anyhow::Result<HashMap<String, String>> {
    let mut paths = HashMap::new();
    read_back(snapshot, "documents", &["document_id", "path"], &mut |_, batch| {
        for row in 0..batch.num_rows() {
            if let (Some(id), Some(path)) = (text(batch, "document_id", row), text(batch, "path", row)) {
                paths.insert(id, path);
            }
        }
    })?;
    Ok(paths)
}

fn find(args: &CheckArgs, snapshot: &Path, paths: &HashMap<String, String>) -> anyhow::Result<Found> {
    let mut found = Found::default();
    read_back(snapshot, "checks", &COLUMNS, &mut |partition, batch| {
        for row in 0..batch.num_rows() {
            take(args, partition, batch, row, paths, &mut found);
        }
    })
    .context("this snapshot has no readable checks; a run of this version publishes them")?;
    found.failures.sort_by(|a, b| {
        let key = |failure: &Failure| {
            (
                failure.rule.clone(),
                failure.city.clone(),
                failure.department.clone(),
                failure.year,
                failure.path.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    Ok(found)
}

fn take(args: &CheckArgs, partition: &Partition, batch: &RecordBatch, row: usize, paths: &HashMap<String, String>, found: &mut Found) {
    let (Some(rule), Some(id), Some(status)) = (
        text(batch, "rule", row),
        text(batch, "document_id", row),
        text(batch, "status", row),
    ) else {
        return;
    };
    let path = paths.get(&id).cloned().unwrap_or_default();
    let is_wanted = args.rule.as_ref().is_none_or(|wanted| *wanted == rule)
        && args
            .document
            .as_ref()
            .is_none_or(|wanted| id.starts_with(wanted.as_str()) || path == *wanted || path.ends_with(&format!("/{wanted}")));
    if !is_wanted {
        return;
    }
    found.total.add(&status);
    found.rules.entry(rule.clone()).or_default().add(&status);
    found
        .cities
        .entry(partition.city.clone().unwrap_or_default())
        .or_default()
        .add(&status);
    if status != CheckStatus::Fail.code() && status != CheckStatus::Notice.code() {
        return;
    }
    found.failures.push(Failure {
        rule,
        status,
        city: partition.city.clone(),
        year: partition.year,
        department: partition.department.clone(),
        document_id: id,
        path,
        other_document_id: text(batch, "other_document_id", row),
        form: text(batch, "form", row),
        subject: text(batch, "subject", row),
        measure: text(batch, "measure", row),
        left: amount(batch, "left", row),
        right: amount(batch, "right", row),
        difference: amount(batch, "difference", row),
        tolerance: amount(batch, "tolerance", row),
        line: number(batch, "line", row),
        right_line: number(batch, "right_line", row),
        message: text(batch, "message", row).unwrap_or_default(),
    });
}

/// A text, also where it is a code.
fn text(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let column = batch.column_by_name(column)?;
    if column.is_null(row) {
        return None;
    }
    if let Some(texts) = column.as_string_opt::<i32>() {
        return Some(texts.value(row).to_owned());
    }
    let codes = column.as_dictionary_opt::<Int32Type>()?;
    let values = codes.values().as_string_opt::<i32>()?;
    Some(values.value(codes.key(row)?).to_owned())
}

fn amount(batch: &RecordBatch, column: &str, row: usize) -> Option<Yuan> {
    let column = batch.column_by_name(column)?.as_primitive_opt::<Decimal128Type>()?;
    if column.is_null(row) {
        None
    } else {
        Yuan::from_cents(column.value(row))
    }
}

fn number(batch: &RecordBatch, column: &str, row: usize) -> Option<i32> {
    let column = batch.column_by_name(column)?.as_primitive_opt::<Int32Type>()?;
    (!column.is_null(row)).then(|| column.value(row))
}
