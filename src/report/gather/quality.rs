//! Checks, rejects and runs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use super::super::ReportError;
use super::super::model::{Failure, Place, RejectExample, RejectRow, RuleRow, RunRow, Top, WorstRow};
use super::Limits;
use super::coverage::Known;
use super::rows::{Row, rows};
use super::sources::quoted;
use crate::codes::{RejectCode, Severity};
use crate::config::Config;
use crate::stats::{Dataset, Session};

/// Rules over all cities, those that failed most often first.
pub fn rules(quality: &Dataset, config: &Config) -> Top<RuleRow> {
    let mut rules: BTreeMap<&str, RuleRow> = BTreeMap::new();
    for row in rows(&quality.rows) {
        let code = row.text("rule");
        let rule = rules.entry(code).or_insert_with(|| {
            let head = config.checks.heads().into_iter().find(|head| **head.rule == *code);
            RuleRow {
                rule: code.to_owned(),
                zh: head.map_or(code, |head| head.zh).to_owned(),
                en: head.map_or(code, |head| head.en).to_owned(),
                passed: 0,
                failed: 0,
                notices: 0,
                not_applicable: 0,
            }
        });
        rule.passed += row.count("passed");
        rule.failed += row.count("failed");
        rule.notices += row.count("notices");
        rule.not_applicable += row.count("not_applicable");
    }
    let mut rules: Vec<RuleRow> = rules.into_values().collect();
    rules.sort_by(|a, b| (Reverse(a.failed), Reverse(a.notices), &a.rule).cmp(&(Reverse(b.failed), Reverse(b.notices), &b.rule)));
    let total = rules.len();
    Top { rows: rules, total }
}

/// The disclosures with the most failed checks.
pub fn worst(session: &mut Session, disclosures: &[Known], limits: &Limits) -> Result<Top<WorstRow>, ReportError> {
    let mut failed: Vec<&Known> = disclosures.iter().filter(|known| known.failed > 0).collect();
    failed.sort_by(|a, b| (Reverse(a.failed), &a.path).cmp(&(Reverse(b.failed), &b.path)));
    let Top { rows: shown, total } = Top::first(failed, limits.worst);
    let mut failures = failures(session, &shown)?;
    let rows = shown.into_iter().map(|known| WorstRow {
        city: known.city.clone(),
        department: known.department.clone(),
        period: known.period,
        path: known.path.clone(),
        passed: known.passed,
        failed: known.failed,
        failures: Top::first(failures.remove(&known.id).unwrap_or_default(), limits.failures),
    });
    Ok(Top {
        rows: rows.collect(),
        total,
    })
}

fn failures(session: &mut Session, of: &[&Known]) -> Result<HashMap<String, Vec<Failure>>, ReportError> {
    let mut failures: HashMap<String, Vec<Failure>> = HashMap::new();
    if of.is_empty() {
        return Ok(failures);
    }
    let ids = quoted(of.iter().map(|known| known.id.as_str()));
    let batch = session.query(&format!(
        "SELECT document_id, rule, form, message, line, page, sheet FROM checks WHERE status = 'fail' AND document_id IN ({ids})"
    ))?;
    for row in rows(&batch) {
        failures.entry(row.text("document_id").to_owned()).or_default().push(Failure {
            rule: row.text("rule").to_owned(),
            message: row.text("message").to_owned(),
            form: row.code("form"),
            place: row.place(),
        });
    }
    // As one reads the file; what stands nowhere, such as a missing form, comes last.
    for list in failures.values_mut() {
        let key = |failure: &Failure| {
            let Place { line, page, .. } = failure.place;
            (
                line.is_none() && page.is_none(),
                page,
                line,
                failure.rule.clone(),
                failure.message.clone(),
            )
        };
        list.sort_by_cached_key(key);
    }
    Ok(failures)
}

/// Reasons of rejects, errors and the most frequent first.
pub fn rejects(session: &mut Session) -> Result<Vec<RejectRow>, ReportError> {
    let batch = session.query(include_str!("../sql/rejects.sql"))?;
    let mut reasons: BTreeMap<(Severity, RejectCode), Vec<Row<'_>>> = BTreeMap::new();
    for row in rows(&batch) {
        if let (Some(severity), Some(code)) = (row.code("severity"), row.code("code")) {
            reasons.entry((severity, code)).or_default().push(row);
        }
    }
    let reasons = reasons.into_iter().map(|((severity, code), mut shown)| {
        shown.sort_by_key(|row| row.int("place"));
        let (rejects, files) = shown.first().map_or((0, 0), |row| (row.count("rejects_all"), row.size("files")));
        RejectRow {
            code,
            severity,
            rows: rejects,
            files,
            examples: Top {
                rows: shown.into_iter().map(example).collect(),
                total: usize::try_from(rejects).unwrap_or(usize::MAX),
            },
        }
    });
    let mut reasons: Vec<RejectRow> = reasons.collect();
    reasons.sort_by_key(|row| (row.severity, Reverse(row.rows), row.code));
    Ok(reasons)
}

fn example(row: Row<'_>) -> RejectExample {
    RejectExample {
        path: row.text("path").to_owned(),
        place: row.place(),
        message: row.text("message").to_owned(),
        excerpt: row.text("excerpt").to_owned(),
    }
}

/// The last runs, the youngest first. A line that cannot be read is left out: it is no part of the snapshot.
pub fn runs(warehouse: &Path, limits: &Limits) -> Result<Top<RunRow>, ReportError> {
    let directory = warehouse.join("runs");
    if !directory.is_dir() {
        return Ok(Top::default());
    }
    let failed = |source| ReportError::Read {
        path: directory.clone(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(&directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(path);
        }
    }
    files.sort();
    let total = files.len();
    let texts = files
        .iter()
        .rev()
        .take(limits.runs)
        .map(|path| fs::read_to_string(path).unwrap_or_default());
    let rows = texts.filter_map(|text| serde_json::from_str(text.trim()).ok());
    Ok(Top {
        rows: rows.collect(),
        total,
    })
}
