//! The statistical datasets: named frames, documented column by column, the same rows in the same order every time.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::{SortColumn, lexsort_to_indices, take_record_batch};
use arrow::datatypes::{DataType, Field, Schema};

use super::ratio::{Ratio, mean, percent};
use super::{Session, StatsError};
use crate::config::Config;
use crate::views::View;

/// A statistical dataset of a snapshot.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Its name.
    pub name: &'static str,
    /// What a row is.
    pub meaning: String,
    /// The columns of `rows`, in order.
    pub columns: Vec<ColumnDoc>,
    /// The rows, in the order of their columns. Money is `Decimal128(38, 2)` in yuan.
    pub rows: RecordBatch,
}

/// What a column of a dataset holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDoc {
    /// Its name.
    pub name: &'static str,
    /// What it holds: unit, source, when it is null.
    pub meaning: &'static str,
    /// Its Arrow type.
    pub data_type: DataType,
}

/// A dataset: its query, and the quotients of its columns.
struct Definition {
    view: View,
    ratios: &'static [Ratio],
}

macro_rules! definitions {
    ($($name:literal: [$($ratio:expr),*],)+) => {
        /// All datasets, in the order in which they are documented.
        const DEFINITIONS: &[Definition] = &[$(Definition {
            view: View::new($name, include_str!(concat!("sql/", $name, ".sql"))),
            ratios: &[$($ratio),*],
        },)+];
    };
}

definitions! {
    "department_year": [percent("checks_passed_percent", "checks_passed", "checks_applied")],
    "function_year": [percent("share_percent", "amount", "total"), percent("change_percent", "change", "previous_amount")],
    "economic_year": [percent("share_percent", "amount", "total"), percent("change_percent", "change", "previous_amount")],
    "execution": [
        percent("execution_percent", "final_expenditure", "budgeted_expenditure"),
        percent("deviation_percent", "deviation", "budgeted_expenditure"),
        percent("revenue_percent", "final_revenue", "budgeted_revenue"),
        percent("basic_percent", "final_basic", "budgeted_basic"),
        percent("project_percent", "final_project", "budgeted_project"),
        percent("three_public_percent", "final_three_public", "budgeted_three_public")
    ],
    "three_public_year": [percent("execution_percent", "amount", "planned"), percent("change_percent", "change", "previous_amount")],
    "projects_year": [percent("executed_percent", "executed", "budget"), percent("change_percent", "change", "previous_budget")],
    "indicator_catalogue": [],
    "performance_scores": [mean("average_score", "score_sum", "scored"), percent("execution_percent", "executed", "budget")],
    "coverage": [percent("completeness_percent", "forms_printed", "forms_wanted")],
    "quality": [percent("passed_percent", "passed", "applied")],
}

/// The documentation of all datasets, in its order: name, what a row is, and the columns with their meanings.
pub fn described() -> impl Iterator<Item = View> {
    DEFINITIONS.iter().map(|definition| definition.view)
}

/// The names of all datasets, in the order in which they are documented.
pub fn names() -> Vec<&'static str> {
    described().map(|view| view.name).collect()
}

/// All datasets of the snapshot in a directory (`WAREHOUSE/current`, or one of `WAREHOUSE/snapshots`).
///
/// # Errors
/// Where the snapshot cannot be read.
pub fn datasets(snapshot: &Path, config: &Config) -> Result<Vec<Dataset>, StatsError> {
    some_datasets(&mut Session::open(snapshot, config)?, &names())
}

/// The datasets of these names, in the order in which they are documented.
///
/// # Errors
/// Where the snapshot cannot be read.
pub fn some_datasets(session: &mut Session, wanted: &[&str]) -> Result<Vec<Dataset>, StatsError> {
    let wanted = DEFINITIONS.iter().filter(|definition| wanted.contains(&definition.view.name));
    let (by_city, across): (Vec<&Definition>, Vec<&Definition>) = wanted.partition(|definition| definition.has("city"));
    let queries: Vec<&str> = by_city.iter().map(|definition| definition.view.query()).collect();
    let mut rows = session.query_by_city(&queries)?;
    for definition in &across {
        rows.push(session.query(definition.view.query())?);
    }
    let made = by_city.into_iter().chain(across).zip(rows);
    let mut made: Vec<Dataset> = made.map(|(definition, rows)| definition.make(&rows)).collect::<Result<_, _>>()?;
    made.sort_by_key(|dataset| DEFINITIONS.iter().position(|definition| definition.view.name == dataset.name));
    Ok(made)
}

/// One dataset; `None` where there is none of this name.
///
/// # Errors
/// Where the snapshot cannot be read.
pub fn dataset(snapshot: &Path, config: &Config, name: &str) -> Result<Option<Dataset>, StatsError> {
    Ok(some_datasets(&mut Session::open(snapshot, config)?, &[name])?.pop())
}

impl Definition {
    fn has(&self, column: &str) -> bool {
        self.view.columns().iter().any(|(name, _)| *name == column)
    }

    fn make(&self, rows: &RecordBatch) -> Result<Dataset, StatsError> {
        let wrong = |what: String| StatsError::Definition {
            dataset: self.view.name,
            what,
        };
        let mut columns = Vec::new();
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for (name, meaning) in self.view.columns() {
            let array: ArrayRef = match self.ratios.iter().find(|ratio| ratio.name == name) {
                Some(ratio) => Arc::new(ratio.of(rows).map_err(wrong)?),
                None => rows
                    .column_by_name(name)
                    .ok_or_else(|| wrong(format!("there is no column {name}")))?
                    .clone(),
            };
            let comment = HashMap::from([("comment".to_owned(), meaning.to_owned())]);
            fields.push(Field::new(name, array.data_type().clone(), true).with_metadata(comment));
            columns.push(ColumnDoc {
                name,
                meaning,
                data_type: array.data_type().clone(),
            });
            arrays.push(array);
        }
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
        Ok(Dataset {
            name: self.view.name,
            meaning: self.view.meaning(),
            columns,
            rows: sorted(&rows)?,
        })
    }
}

/// The rows by their columns, from the first to the last: threads end in any order.
fn sorted(rows: &RecordBatch) -> Result<RecordBatch, StatsError> {
    if rows.num_rows() < 2 {
        return Ok(rows.clone());
    }
    let columns: Vec<SortColumn> = rows
        .columns()
        .iter()
        .map(|values| SortColumn {
            values: Arc::clone(values),
            options: None,
        })
        .collect();
    let order = lexsort_to_indices(&columns, None)?;
    Ok(take_record_batch(rows, &order)?)
}
