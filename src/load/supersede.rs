//! Which of several disclosures of one body, year and stage is the latest: `documents.supersedes` and `documents.edition`.
//!
//! Bodies publish corrections beside what they correct, and sites publish again under another name. All are kept; the later one names the one
//! that it replaces. What is later depends on title and path alone, never on times, which differ from copy to copy:
//!
//! 1. A disclosure whose title or file name says that it corrects (更正, 修订, …) is later than one that doesn't.
//! 2. Else the one whose path comes later in byte order is.
//!
//! Disclosures of the same body replace each other where they show the same form: the forms of a budget in one file and its performance
//! targets in another belong together.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use super::DEFAULT_PARTITION;
use crate::codes::{Code, Form};

/// What the title or the file name of a correction says.
const CORRECTIONS: [&str; 9] = ["更正", "修订", "修正", "订正", "勘误", "更新", "调整", "变更", "重新公开"];

/// Forms that a body prints for each project, or that are no budget: two files with these may belong together.
const SEVERAL: [Form; 6] = [
    Form::PerformanceTarget,
    Form::PerformanceSelfEvaluation,
    Form::ProjectExpenditure,
    Form::ProjectCarryover,
    Form::ProcurementCatalogue,
    Form::Other,
];

/// The forms that each document prints once.
pub type Forms = HashMap<String, HashSet<String>>;

/// The forms of the documents in batches of `tables`.
pub fn forms_of(tables: &[RecordBatch]) -> Forms {
    let mut forms = Forms::new();
    for batch in tables {
        let (Some(ids), Some(codes)) = (texts(batch, "document_id"), texts(batch, "form")) else {
            continue;
        };
        for (id, form) in ids.iter().zip(codes.iter()) {
            if let (Some(id), Some(form)) = (id, form)
                && SEVERAL.iter().all(|several| several.code() != form)
            {
                forms.entry(id.to_owned()).or_default().insert(form.to_owned());
            }
        }
    }
    forms
}

/// The rows of `documents` of one partition with `supersedes` and `edition` filled in. Where the partition is not told, no two are taken to be of one body.
pub fn mark(documents: &RecordBatch, partition: &str, forms: &Forms) -> Result<RecordBatch, ArrowError> {
    let mut superseded: Vec<Option<String>> = vec![None; documents.num_rows()];
    let mut editions = vec![1; documents.num_rows()];
    if !partition.contains(DEFAULT_PARTITION) {
        for rows in bodies(documents).into_values() {
            for (at, later) in rows.iter().enumerate() {
                let shares_a_form = |earlier: &&Row| match (forms.get(&earlier.id), forms.get(&later.id)) {
                    (Some(one), Some(other)) => !one.is_disjoint(other),
                    _ => false,
                };
                editions[later.row] = i32::try_from(at + 1).unwrap_or(i32::MAX);
                superseded[later.row] = rows[..at].iter().rev().find(shares_a_form).map(|earlier| earlier.id.clone());
            }
        }
    }
    let schema = documents.schema();
    let mut columns = documents.columns().to_vec();
    columns[schema.index_of("supersedes")?] = Arc::new(StringArray::from(superseded)) as ArrayRef;
    columns[schema.index_of("edition")?] = Arc::new(Int32Array::from(editions)) as ArrayRef;
    RecordBatch::try_new(schema, columns)
}

struct Row {
    is_correction: bool,
    path: String,
    id: String,
    row: usize,
}

/// The documents of each body and stage in the partition, the earlier ones first.
fn bodies(documents: &RecordBatch) -> BTreeMap<Vec<String>, Vec<Row>> {
    let column = |name: &str| texts(documents, name);
    let of_body = ["stage", "scope", "district", "unit"].map(column);
    let [title, path, id] = ["title", "path", "document_id"].map(column);
    let text = |column: &Option<StringArray>, row: usize| {
        let column = column.as_ref().filter(|column| column.is_valid(row));
        column.map(|column| column.value(row).to_owned()).unwrap_or_default()
    };
    let mut bodies: BTreeMap<Vec<String>, Vec<Row>> = BTreeMap::new();
    for row in 0..documents.num_rows() {
        let path = text(&path, row);
        let name = path.rsplit('/').next().unwrap_or_default();
        let title = text(&title, row);
        let is_correction = CORRECTIONS.iter().any(|word| title.contains(word) || name.contains(word));
        let body = of_body.iter().map(|column| text(column, row)).collect();
        bodies.entry(body).or_default().push(Row {
            is_correction,
            path,
            id: text(&id, row),
            row,
        });
    }
    for rows in bodies.values_mut() {
        rows.sort_by(|a, b| (a.is_correction, &a.path, &a.id).cmp(&(b.is_correction, &b.path, &b.id)));
    }
    bodies
}

/// A column as text, whatever it is stored as.
fn texts(batch: &RecordBatch, name: &str) -> Option<StringArray> {
    let column = cast(batch.column_by_name(name)?, &DataType::Utf8).ok()?;
    column.as_string_opt::<i32>().cloned()
}
