//! Checks between the disclosures of a shard: from its batches to more rows of `checks`, and to the counts in `documents`.
//!
//! A shard holds all years, stages and units of its bodies, so what must hold between them is found here, while memory stays that of a
//! shard. Only the batches are looked at, not where they came from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int32Type};
use arrow::error::ArrowError;

use super::partition::group_of;
use super::published::{DOCUMENT_KEY, PARTITION_KEY, keyed};
use super::{ChecksDone, DEFAULT_PARTITION};
use crate::codes::{CheckStatus, Classification, Code, Form, Item, Measure, Scope, Stage};
use crate::config::Config;
use crate::reconcile::{Disclosure, Kept, KeptFigure, Wanted, across, keep};
use crate::tables::Check;

/// The batches of the tables that checks between disclosures need, one after another.
pub(super) trait Batches {
    /// Calls `take` for the batches of a table.
    fn each(&self, table: &str, take: &mut dyn FnMut(&RecordBatch)) -> Result<(), super::LoadError>;
}

/// The checks between the disclosures of a shard as a batch of `checks` with its two keys; `None` where there are none.
pub(super) fn between(shard: &dyn Batches, config: &Config, partitions: &[String]) -> Result<Option<RecordBatch>, super::LoadError> {
    let failed = |source| super::LoadError::Arrow { table: "checks", source };
    let mut documents = Documents::default();
    shard.each("documents", &mut |batch| documents.take(batch, partitions))?;
    documents.sort();
    if !documents.have_partners() {
        return Ok(None);
    }
    let wanted = keep(config);
    shard.each("line_items", &mut |batch| documents.take_lines(batch, &wanted))?;
    shard.each("facts", &mut |batch| documents.take_facts(batch, &wanted))?;
    let found: Vec<(i32, i32, Check)> = across(&documents.disclosures, config)
        .into_iter()
        .map(|(at, check)| (documents.keys[at].0, documents.keys[at].1, check))
        .collect();
    if found.is_empty() {
        return Ok(None);
    }
    keyed(&found).map(Some).map_err(failed)
}

/// How many checks of each document passed and failed.
#[derive(Debug, Default)]
pub(super) struct Counts(HashMap<i32, (i32, i32)>);

impl Counts {
    /// Counts the rows of a batch of `checks`.
    pub(super) fn add(&mut self, batch: &RecordBatch) {
        let (Some(status), Some(keys)) = (Codes::of(batch, "status"), ints(batch, DOCUMENT_KEY)) else {
            return;
        };
        for row in 0..batch.num_rows() {
            let count = self.0.entry(keys.value(row)).or_default();
            match status.get(row) {
                Some(status) if status == CheckStatus::Pass.code() => count.0 += 1,
                Some(status) if status == CheckStatus::Fail.code() => count.1 += 1,
                _ => {}
            }
        }
    }

    /// The checks of some documents together; `None` where there are none.
    pub(super) fn of_documents(&self, documents: impl Iterator<Item = i32>) -> Option<ChecksDone> {
        let mut done = ChecksDone::default();
        for (passed, failed) in documents.filter_map(|document| self.0.get(&document)) {
            done.passed += u64::try_from(*passed).unwrap_or(0);
            done.failed += u64::try_from(*failed).unwrap_or(0);
        }
        (done != ChecksDone::default()).then_some(done)
    }

    /// A batch of `documents` with these counts.
    pub(super) fn put_into(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let Some(keys) = ints(batch, DOCUMENT_KEY) else {
            return Ok(batch.clone());
        };
        let column = |count: &dyn Fn((i32, i32)) -> i32| -> ArrayRef {
            let values = keys.values().iter().map(|key| count(self.0.get(key).copied().unwrap_or_default()));
            Arc::new(Int32Array::from_iter_values(values))
        };
        let schema = batch.schema();
        let columns = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, old)| match field.name().as_str() {
                "checks_passed" => column(&|counts| counts.0),
                "checks_failed" => column(&|counts| counts.1),
                _ => Arc::clone(old),
            });
        RecordBatch::try_new(Arc::clone(&schema), columns.collect())
    }
}

/// The disclosures of a shard by their place among all, with their keys.
#[derive(Default)]
struct Documents {
    disclosures: Vec<Disclosure>,
    /// Partition and document.
    keys: Vec<(i32, i32)>,
    /// Where a document stands in the two above.
    places: HashMap<i32, usize>,
}

impl Documents {
    fn take(&mut self, batch: &RecordBatch, partitions: &[String]) {
        let (Some(partition), Some(document)) = (ints(batch, PARTITION_KEY), ints(batch, DOCUMENT_KEY)) else {
            return;
        };
        let (stage, scope) = (Codes::of(batch, "stage"), Codes::of(batch, "scope"));
        for row in 0..batch.num_rows() {
            let parsed = |codes: &Option<Codes<'_>>| codes.as_ref().and_then(|codes| codes.get(row)).map(str::to_owned);
            let (Some(stage), Some(scope)) = (
                parsed(&stage).and_then(|stage| stage.parse::<Stage>().ok()),
                parsed(&scope).and_then(|scope| scope.parse::<Scope>().ok()),
            ) else {
                continue;
            };
            let path = usize::try_from(partition.value(row)).ok().and_then(|at| partitions.get(at));
            let (mut body, year) = path.map_or((String::new(), None), |path| (group_of(path), year_of(path)));
            if body.contains(DEFAULT_PARTITION) || body.is_empty() {
                // What could not be told is not the same for two disclosures.
                body = document.value(row).to_string();
            }
            // Two districts of a city may have departments of one name.
            body = format!("{body}/{}", text(batch, "district", row).unwrap_or_default());
            self.keys.push((partition.value(row), document.value(row)));
            self.disclosures.push(Disclosure {
                document_id: Arc::from(text(batch, "document_id", row).unwrap_or_default()),
                path: text(batch, "path", row).unwrap_or_default().to_owned(),
                stage,
                scope,
                unit: text(batch, "unit", row).unwrap_or_default().to_owned(),
                body,
                year,
                figures: Vec::new(),
                names: BTreeMap::new(),
            });
        }
    }

    /// Into the order of the documents, whatever the order in which they came.
    fn sort(&mut self) {
        let mut both: Vec<_> = self.keys.drain(..).zip(self.disclosures.drain(..)).collect();
        both.sort_by_key(|((_, document), _)| *document);
        (self.keys, self.disclosures) = both.into_iter().unzip();
        self.places = self.keys.iter().enumerate().map(|(at, (_, document))| (*document, at)).collect();
    }

    fn have_partners(&self) -> bool {
        let mut bodies = BTreeSet::new();
        self.disclosures.iter().any(|disclosure| !bodies.insert(&disclosure.body))
    }

    fn take_lines(&mut self, batch: &RecordBatch, wanted: &Wanted) {
        let (Some(keys), Some(form), Some(item), Some(measure), Some(kind)) = (
            ints(batch, DOCUMENT_KEY),
            Codes::of(batch, "form"),
            Codes::of(batch, "item"),
            Codes::of(batch, "measure"),
            Codes::of(batch, "classification"),
        ) else {
            return;
        };
        let amounts = batch
            .column_by_name("amount")
            .and_then(|column| column.as_primitive_opt::<Decimal128Type>());
        let lines = ints(batch, "line");
        for row in 0..batch.num_rows() {
            let Some(disclosure) = self.places.get(&keys.value(row)).map(|at| &mut self.disclosures[*at]) else {
                continue;
            };
            let line = lines.filter(|lines| !lines.is_null(row)).map(|lines| lines.value(row));
            if let Some(item) = item.get(row) {
                let what = form
                    .get(row)
                    .and_then(|form| form.parse::<Form>().ok())
                    .zip(item.parse::<Item>().ok());
                let (Some(what), Some(measure)) = (
                    what.filter(|what| wanted.lines.contains(what)),
                    measure.get(row).and_then(|measure| measure.parse::<Measure>().ok()),
                ) else {
                    continue;
                };
                disclosure.figures.push(KeptFigure {
                    what: Kept::Line(what.0, what.1, measure),
                    cents: amounts.map_or(0, |amounts| amounts.value(row)),
                    text: text(batch, "amount_text", row).unwrap_or_default().to_owned(),
                    unit: text(batch, "money_unit", row).unwrap_or_default().to_owned(),
                    line,
                });
            } else if kind.get(row) == Some(Classification::Functional.code())
                && form.get(row) == Some(Form::Expenditure.code())
                && let (Some(code), Some(name)) = (text(batch, "account_code", row), text(batch, "account_name", row))
                && !name.is_empty()
                && !disclosure.names.contains_key(code)
            {
                disclosure.names.insert(code.to_owned(), (name.to_owned(), line));
            }
        }
    }

    fn take_facts(&mut self, batch: &RecordBatch, wanted: &Wanted) {
        let (Some(keys), Some(years)) = (ints(batch, DOCUMENT_KEY), ints(batch, "fact_year")) else {
            return;
        };
        let values = batch
            .column_by_name("value")
            .and_then(|column| column.as_primitive_opt::<Decimal128Type>());
        let lines = ints(batch, "line");
        for row in 0..batch.num_rows() {
            let Some(disclosure) = self.places.get(&keys.value(row)).map(|at| &mut self.disclosures[*at]) else {
                continue;
            };
            let is_own_year = years.is_null(row) || Some(years.value(row)) == disclosure.year;
            let name = text(batch, "fact", row).filter(|name| wanted.facts.contains(*name));
            let value = values.filter(|values| !values.is_null(row)).map(|values| values.value(row));
            if let (Some(name), Some(value), true) = (name, value, is_own_year && text(batch, "unit", row) == Some("yuan")) {
                let printed = text(batch, "value_text", row).unwrap_or_default();
                let end = printed.rfind(|c: char| c.is_ascii_digit()).map_or(printed.len(), |at| at + 1);
                let sign = if value < 0 && !printed.starts_with(['-', '△']) { "-" } else { "" };
                disclosure.figures.push(KeptFigure {
                    what: Kept::Fact(name.to_owned()),
                    // Facts have four places.
                    cents: value / 100,
                    text: format!("{sign}{}", &printed[..end]),
                    unit: printed[end..].trim().to_owned(),
                    line: lines.filter(|lines| !lines.is_null(row)).map(|lines| lines.value(row)),
                });
            }
        }
    }
}

/// The year of a partition path.
fn year_of(path: &str) -> Option<i32> {
    path.split('/').find_map(|component| component.strip_prefix("year=")?.parse().ok())
}

fn ints<'b>(batch: &'b RecordBatch, column: &str) -> Option<&'b Int32Array> {
    batch.column_by_name(column)?.as_primitive_opt::<Int32Type>()
}

fn text<'b>(batch: &'b RecordBatch, column: &str, row: usize) -> Option<&'b str> {
    let column = batch.column_by_name(column)?.as_string_opt::<i32>()?;
    (!column.is_null(row)).then(|| column.value(row))
}

/// A column of codes.
struct Codes<'b> {
    keys: &'b Int32Array,
    values: &'b arrow::array::StringArray,
}

impl<'b> Codes<'b> {
    fn of(batch: &'b RecordBatch, column: &str) -> Option<Self> {
        let codes = batch.column_by_name(column)?.as_dictionary_opt::<Int32Type>()?;
        Some(Self {
            keys: codes.keys(),
            values: codes.values().as_string_opt::<i32>()?,
        })
    }

    fn get(&self, row: usize) -> Option<&'b str> {
        if self.keys.is_null(row) {
            return None;
        }
        let key = usize::try_from(self.keys.value(row)).ok()?;
        Some(self.values.value(key))
    }
}
