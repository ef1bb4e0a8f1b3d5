//! What a generated disclosure should give beside what it gives, row by row, in words that a difference can be read in.

use std::collections::BTreeMap;

use budgetlake::codes::Code;
use budgetlake::extraction::Extraction;
use budgetlake::synth::SynthFile;
use budgetlake::synth::truth::Truth;
use budgetlake::tables::{Fact, Indicator, LineItem, Project};
use serde_json::Value;

/// A row: its line, the table, and what the truth tells of it.
pub type Row = (i32, &'static str, String);

fn or_dash(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}

fn line_item(item: &LineItem) -> Row {
    let parts = [
        item.form.code(),
        item.side.code(),
        item.row_kind.code(),
        item.classification.code(),
        item.account_code.as_deref().unwrap_or("-"),
        &item.account_name,
        item.item.map_or("-", Code::code),
        item.project_name.as_deref().unwrap_or("-"),
        item.measure.code(),
        &item.amount.to_string(),
        &item.money_unit,
    ];
    (item.line.unwrap_or(0), "line_items", parts.join(" | "))
}

/// Every column that holds something, but those that say where the row stands.
fn all_of(row: &impl serde::Serialize, places: &[&str]) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(row) else {
        return String::new();
    };
    let told = fields
        .into_iter()
        .filter(|(name, value)| !value.is_null() && !places.contains(&name.as_str()));
    told.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" | ")
}

const PLACES: [&str; 7] = ["document_id", "project_no", "table_no", "row_no", "line", "page", "sheet"];

fn project(project: &Project) -> Row {
    (project.line.unwrap_or(0), "projects", all_of(project, &PLACES))
}

fn indicator(indicator: &Indicator) -> Row {
    let known = Indicator {
        // The generator prints a cut label in one piece.
        dimension_text: None,
        category_text: None,
        ..indicator.clone()
    };
    (indicator.line.unwrap_or(0), "indicators", all_of(&known, &PLACES))
}

fn fact(fact: &Fact) -> Row {
    let parts = [
        fact.fact.clone(),
        or_dash(fact.subject.as_deref()),
        fact.value
            .map_or_else(|| "-".to_owned(), |value| value.decimal().normalize().to_string()),
        fact.value_text.clone(),
        fact.unit.clone(),
        fact.fact_year.unwrap_or(0).to_string(),
        fact.comparison.map_or("-", Code::code).to_owned(),
        or_dash(fact.reason.as_deref()),
    ];
    (fact.line.unwrap_or(0), "facts", parts.join(" | "))
}

/// What a perfect reading gives.
pub fn wanted(file: &SynthFile) -> BTreeMap<Row, usize> {
    let truth = Truth::of(file);
    let rows = truth.line_items.iter().map(line_item).chain(truth.projects.iter().map(project));
    counted(
        rows.chain(truth.indicators.iter().map(indicator))
            .chain(truth.facts.iter().map(fact)),
    )
}

/// What the program gives.
pub fn given(extraction: &Extraction) -> BTreeMap<Row, usize> {
    let rows = extraction
        .line_items
        .iter()
        .map(line_item)
        .chain(extraction.projects.iter().map(project));
    counted(
        rows.chain(extraction.indicators.iter().map(indicator))
            .chain(extraction.facts.iter().map(fact)),
    )
}

fn counted(rows: impl Iterator<Item = Row>) -> BTreeMap<Row, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row).or_default() += 1;
    }
    counts
}

/// The rows of `left` that `right` hasn't.
pub fn without<'r>(left: &'r BTreeMap<Row, usize>, right: &BTreeMap<Row, usize>) -> Vec<&'r Row> {
    left.iter()
        .filter(|(row, count)| right.get(*row).copied().unwrap_or(0) < **count)
        .map(|(row, _)| row)
        .collect()
}

/// How the identity differs from the truth, if it does.
pub fn identity_error(file: &SynthFile, extraction: &Extraction) -> Option<String> {
    let identity = &file.disclosure.identity;
    let document = extraction.document.as_ref();
    let told = (
        extraction.partition.city.as_deref(),
        extraction.partition.year,
        extraction.partition.department.as_deref(),
        document.and_then(|document| document.unit.as_deref()),
        document.map(|document| document.scope),
        document.map(|document| document.stage),
    );
    let printed = (
        Some(identity.city.as_str()),
        Some(identity.year),
        Some(identity.department.as_str()),
        Some(identity.unit.as_str()),
        Some(identity.scope),
        Some(identity.stage),
    );
    (told != printed).then(|| format!("identity is {told:?} and should be {printed:?}"))
}
