//! The report on a file, for machines: one JSON object, described in `docs/inspect.md`.

use budgetlake::codes::Code;
use budgetlake::extract::TableShape;
use budgetlake::extract::identity::Identity;
use budgetlake::load::partition_path;
use budgetlake::tables::FormTable;
use serde_json::{Value, json};

use super::{View, evidence};

/// The whole report; fields may be added to it, none is renamed or taken away.
pub fn report(view: &View<'_>) -> Value {
    let extraction = &view.analysis.extraction;
    let partition = &extraction.partition;
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "file": {
            "path": view.path,
            "size": view.size,
            "sha256": view.sha256,
        },
        "usable": extraction.document.is_some(),
        "document": extraction.document,
        "partition": extraction.document.as_ref().map(|_| json!({
            "city": partition.city,
            "year": partition.year,
            "department": partition.department,
            "path": partition_path(partition),
        })),
        "identity": view.analysis.identity.as_ref().map(identity),
        "tables": view.tables().map(|(table, shape)| one(view, table, shape)).collect::<Vec<_>>(),
        "projects": view.projects().collect::<Vec<_>>(),
        "indicators": view.indicators().collect::<Vec<_>>(),
        "facts": view.facts().collect::<Vec<_>>(),
        "checks": view.checks().collect::<Vec<_>>(),
        "rejects": view.rejects().collect::<Vec<_>>(),
    })
}

fn identity(identity: &Identity) -> Value {
    let votes = identity.votes.iter().map(|vote| {
        json!({
            "field": vote.field,
            "value": vote.value,
            "weight": vote.weight,
            "source": vote.source,
            "line": vote.line,
            "chosen": evidence::chosen(identity, vote.field).as_ref() == Some(&vote.value),
        })
    });
    json!({
        "title": identity.title,
        "stage": identity.stage,
        "scope": identity.scope,
        "year": identity.year,
        "department": identity.department,
        "department_code": identity.department_code,
        "unit": identity.unit,
        "city": identity.place.city,
        "province": identity.place.province,
        "district": identity.place.district,
        "division_code": identity.place.division_code,
        "votes": votes.collect::<Vec<_>>(),
    })
}

/// A row of `tables`, and beside it what was understood of its columns and rows.
fn one(view: &View<'_>, table: &FormTable, shape: &TableShape) -> Value {
    let mut value = json!(table);
    value["form_meaning"] = table.form.meaning().into();
    value["unit_assumed"] = shape.unit_assumed.into();
    value["columns"] = json!(shape.columns);
    value["line_items"] = view.items_of(table).map(|item| json!(item)).collect();
    value["rows_without_amounts"] = shape
        .rows_without(view.items_of(table))
        .map(|(row_no, row)| json!({ "row_no": row_no, "line": row.line }))
        .collect();
    value
}
