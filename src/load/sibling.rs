//! Partitions that stay as they are while another year of their body is written anew.
//!
//! What must hold between the disclosures of a body is checked again with any of them. Of its other years, only the figures are read that these
//! checks name. Where the checks come out as they were, the partition's files are linked like all others; else its `documents` and `checks`
//! are written anew, and nothing else of it.

use std::collections::HashMap;

use arrow::array::{AsArray, BooleanArray, Int32Array, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int32Type;
use arrow::error::ArrowError;

use super::across::Batches;
use super::carry::{Part, as_made, chosen, read_stored};
use super::published::{PARTITION_KEY, published, with_keys};
use super::{CarriedDocument, Destination, LoadError, ManifestFile, SpilledShard, StoredSnapshot, link};
use crate::tables::{Check, Document, Fact, LineItem, Table};

/// A partition of the snapshot before.
#[derive(Debug, Clone, Default)]
pub struct Sibling {
    /// Its path.
    pub partition: String,
    /// Its files of tables that checks between disclosures are made of, or are written to.
    pub files: Vec<ManifestFile>,
}

/// The tables whose rows depend on all years of a body.
pub(super) const DEPENDENT: [&str; 2] = [Document::NAME, Check::NAME];

/// The tables that checks between disclosures are made of, and the columns that they need.
const NEEDED: [(&str, &[&str]); 3] = [
    (Document::NAME, &["document_id", "path", "stage", "scope", "unit", "district"]),
    (
        LineItem::NAME,
        &[
            "document_id",
            "form",
            "classification",
            "account_code",
            "account_name",
            "item",
            "measure",
            "amount",
            "amount_text",
            "money_unit",
            "line",
        ],
    ),
    (
        Fact::NAME,
        &["document_id", "fact", "fact_year", "value", "value_text", "unit", "line"],
    ),
];

/// Whether checks between disclosures are made of a table or written to it.
pub(super) fn concerns(table: &str) -> bool {
    DEPENDENT.contains(&table) || NEEDED.iter().any(|(needed, _)| *needed == table)
}

impl Sibling {
    fn file(&self, table: &str) -> Option<&ManifestFile> {
        self.files.iter().find(|file| file.table() == table)
    }
}

/// A shard and the siblings of its partitions, which are counted after these.
pub(super) struct Family<'a> {
    shard: &'a SpilledShard,
    previous: Option<&'a StoredSnapshot>,
    carried: &'a HashMap<String, CarriedDocument>,
    /// The partition paths that the keys of all batches count.
    pub(super) partitions: Vec<String>,
}

/// What became of siblings.
#[derive(Default)]
pub(super) struct Settled {
    /// The files of those that stay as they are.
    pub(super) files: Vec<ManifestFile>,
    /// New checks between disclosures that have to be written.
    pub(super) between: Vec<RecordBatch>,
    /// Rows of `documents` of partitions that have to be written for that.
    pub(super) documents: Vec<RecordBatch>,
    /// Rows of `checks` of them, within disclosures.
    pub(super) checks: Vec<RecordBatch>,
}

impl<'a> Family<'a> {
    pub(super) fn of(shard: &'a SpilledShard, to: &Destination<'a>) -> Self {
        let siblings = shard.siblings.iter().map(|sibling| sibling.partition.clone());
        Self {
            shard,
            previous: to.previous,
            carried: to.carried,
            partitions: shard.partitions.iter().cloned().chain(siblings).collect(),
        }
    }

    /// Whether a partition is a sibling: most of it stays as it is.
    pub(super) fn is_sibling(&self, partition: usize) -> bool {
        partition >= self.shard.partitions.len()
    }

    /// Links what stays as it is with these new checks `between` disclosures, and reads what does not.
    pub(super) fn settle(&self, between: Option<&RecordBatch>, to: &Destination) -> Result<Settled, LoadError> {
        let mut settled = Settled::default();
        let failed = |source| LoadError::Arrow {
            table: Check::NAME,
            source,
        };
        let own = |partition: i32| usize::try_from(partition).is_ok_and(|partition| !self.is_sibling(partition));
        if let Some(between) = between {
            settled.between.push(of_partitions(between, own).map_err(failed)?);
        }
        let Some(previous) = self.previous else { return Ok(settled) };
        for (sibling, key) in self.siblings() {
            let checks = sibling.file(Check::NAME);
            let stored = match checks {
                Some(file) => self.read(
                    file,
                    previous,
                    Part::Checks {
                        config: to.config,
                        between: true,
                    },
                    key,
                )?,
                None => Vec::new(),
            };
            let fresh: Vec<RecordBatch> = match between {
                Some(between) => vec![of_partitions(between, |partition| partition == key).map_err(failed)?],
                None => Vec::new(),
            };
            if same_rows(&stored, &fresh) {
                for file in sibling.files.iter().filter(|file| DEPENDENT.contains(&file.table())) {
                    link(file, previous, to.snapshot)?;
                    settled.files.push(file.clone());
                }
                continue;
            }
            settled.between.extend(fresh);
            if let Some(file) = checks {
                let within = Part::Checks {
                    config: to.config,
                    between: false,
                };
                settled.checks.extend(self.read(file, previous, within, key)?);
            }
            if let Some(file) = sibling.file(Document::NAME) {
                settled.documents.extend(self.read(file, previous, Part::All, key)?);
            }
        }
        Ok(settled)
    }

    /// The siblings with the keys of their partitions.
    fn siblings(&self) -> impl Iterator<Item = (&'a Sibling, i32)> {
        // A shard of more than two billion partitions is out of the question.
        let first = i32::try_from(self.shard.partitions.len()).unwrap_or(i32::MAX);
        self.shard.siblings.iter().zip(first..)
    }

    /// Rows of a sibling's file with their keys.
    fn read(&self, file: &ManifestFile, previous: &StoredSnapshot, part: Part, partition: i32) -> Result<Vec<RecordBatch>, LoadError> {
        let table = published(file.table());
        let mut batches = Vec::new();
        read_stored(file, previous, part, &mut |batch| {
            let (rows, places) = chosen(batch, self.carried)?;
            let rows = match table {
                Some(table) if !matches!(part, Part::Columns(_)) => as_made(&rows, table, self.carried)?,
                _ => rows,
            };
            if rows.num_rows() > 0 {
                let partitions = Int32Array::from(vec![partition; rows.num_rows()]);
                batches.push(with_keys(&rows, partitions, places)?);
            }
            Ok(())
        })?;
        Ok(batches)
    }
}

impl Batches for Family<'_> {
    fn each(&self, table: &str, take: &mut dyn FnMut(&RecordBatch)) -> Result<(), LoadError> {
        self.shard.each(table, take)?;
        let Some((_, columns)) = NEEDED.iter().find(|(needed, _)| *needed == table) else {
            return Ok(());
        };
        let Some(previous) = self.previous else { return Ok(()) };
        for (sibling, key) in self.siblings() {
            if let Some(file) = sibling.file(table) {
                let batches = self.read(file, previous, Part::Columns(columns), key)?;
                batches.iter().for_each(&mut *take);
            }
        }
        Ok(())
    }
}

/// The rows whose partition's key is one of these.
pub(super) fn of_partitions(batch: &RecordBatch, is_wanted: impl Fn(i32) -> bool) -> Result<RecordBatch, ArrowError> {
    let keys = batch
        .column_by_name(PARTITION_KEY)
        .and_then(|column| column.as_primitive_opt::<Int32Type>())
        .ok_or_else(|| ArrowError::SchemaError(format!("there is no column {PARTITION_KEY}")))?;
    let wanted: BooleanArray = keys.values().iter().map(|key| Some(is_wanted(*key))).collect();
    filter_record_batch(batch, &wanted)
}

/// Whether batches hold the same rows in the same order, however they are cut.
fn same_rows(one: &[RecordBatch], other: &[RecordBatch]) -> bool {
    let rows = |batches: &[RecordBatch]| batches.iter().map(RecordBatch::num_rows).sum::<usize>();
    if rows(one) != rows(other) {
        return false;
    }
    let row = |batches: &'_ [RecordBatch]| -> Vec<RecordBatch> {
        let rows = batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|at| batch.slice(at, 1)));
        rows.collect()
    };
    match (one, other) {
        ([one], [other]) => one.columns() == other.columns(),
        _ => row(one).iter().zip(row(other)).all(|(one, other)| one.columns() == other.columns()),
    }
}
