//! What came, went or changed from one snapshot to another. Only files that are not in both are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type};
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use serde::Serialize;

use super::resolve;
use crate::load::{LoadError, ManifestFile, StoredSnapshot, snapshot_path};
use crate::money::Yuan;

/// What changed from one snapshot to another.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Diff {
    /// The earlier snapshot.
    pub from: String,
    /// The later one.
    pub to: String,
    /// What changed, by partition (`city=…/year=…/department=…`).
    pub departments: BTreeMap<String, DepartmentDiff>,
    /// Every document that came, went, changed or moved.
    pub documents: Vec<DocumentChange>,
    /// Every amount that came, went or changed.
    pub amounts: Vec<AmountChange>,
}

/// What changed of a department and year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DepartmentDiff {
    /// Documents that are only in the later snapshot, at paths that were not there.
    pub documents_came: u64,
    /// Documents that are only in the earlier one.
    pub documents_went: u64,
    /// Documents with another content at the same path.
    pub documents_changed: u64,
    /// Documents with the same content at another path.
    pub documents_moved: u64,
    /// Amounts that are only in the later snapshot.
    pub amounts_came: u64,
    /// Amounts that are only in the earlier one.
    pub amounts_went: u64,
    /// Amounts of the same account and column of a document that differ.
    pub amounts_changed: u64,
}

/// A document that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DocumentChange {
    /// Its partition.
    pub partition: String,
    /// Its path in the later snapshot, or in the earlier one where it is only there.
    pub path: String,
    /// `came`, `went`, `changed`, `moved`.
    pub change: &'static str,
    /// Its id in the earlier snapshot.
    pub before: Option<String>,
    /// Its id in the later one.
    pub after: Option<String>,
}

/// An amount that is not as it was, in yuan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AmountChange {
    /// Its partition.
    pub partition: String,
    /// The document's path.
    pub path: String,
    /// What the amount is of: form, side, kind of row, code, name, item, measure.
    pub of: Vec<String>,
    /// What it was.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// Compares the snapshots `from` and `to` of the warehouse in `root`.
pub fn diff(root: &Path, from: &str, to: &str) -> Result<Diff, LoadError> {
    let [from, to] = [open(root, from)?, open(root, to)?];
    let before = Side::read(&from, &to)?;
    let after = Side::read(&to, &from)?;
    let mut diff = Diff {
        from: from.id.clone(),
        to: to.id.clone(),
        ..Diff::default()
    };
    diff.compare_documents(&before, &after);
    diff.compare_amounts(&before, &after);
    Ok(diff)
}

fn open(root: &Path, given: &str) -> Result<StoredSnapshot, LoadError> {
    let id = resolve(root, given)?;
    StoredSnapshot::open(&snapshot_path(root, &id)).map_err(|damage| LoadError::Damaged {
        snapshot: id,
        damages: vec![damage],
    })
}

/// What one snapshot has that the other may not have.
#[derive(Default)]
struct Side {
    /// Partition and path by document id.
    documents: BTreeMap<String, (String, String)>,
    amounts: Vec<Amount>,
}

struct Amount {
    partition: String,
    document: String,
    of: Vec<String>,
    yuan: i128,
}

/// The columns that tell what an amount is of.
const OF: [&str; 10] = [
    "form",
    "side",
    "row_kind",
    "classification",
    "account_code",
    "account_name",
    "counterpart_name",
    "project_name",
    "item",
    "measure",
];

impl Side {
    fn read(own: &StoredSnapshot, other: &StoredSnapshot) -> Result<Self, LoadError> {
        let mut side = Self::default();
        for file in own.manifest.files.iter().filter(|file| file.rows > 0 && !other.has(file)) {
            match file.table() {
                "documents" => each_batch(own, file, |batch| {
                    let [ids, paths] = [texts(batch, "document_id")?, texts(batch, "path")?];
                    for row in 0..batch.num_rows() {
                        let place = (file.partition().to_owned(), paths.value(row).to_owned());
                        side.documents.insert(ids.value(row).to_owned(), place);
                    }
                    Ok(())
                })?,
                "line_items" => each_batch(own, file, |batch| {
                    let ids = texts(batch, "document_id")?;
                    let of = OF.iter().map(|name| texts(batch, name)).collect::<Result<Vec<_>, _>>()?;
                    let amounts = batch
                        .column_by_name("amount")
                        .and_then(|column| column.as_primitive_opt::<Decimal128Type>())
                        .ok_or_else(|| ArrowError::SchemaError("there is no column amount".to_owned()))?;
                    let word = |column: &StringArray, row: usize| {
                        if column.is_null(row) {
                            String::new()
                        } else {
                            column.value(row).to_owned()
                        }
                    };
                    side.amounts.extend((0..batch.num_rows()).map(|row| Amount {
                        partition: file.partition().to_owned(),
                        document: ids.value(row).to_owned(),
                        of: of.iter().map(|column| word(column, row)).collect(),
                        yuan: amounts.value(row),
                    }));
                    Ok(())
                })?,
                _ => {}
            }
        }
        Ok(side)
    }

    /// Amounts by partition, document and what they are of; documents by the path that `paths` has for them.
    fn by_key(&self, paths: &HashMap<&str, &str>) -> BTreeMap<(String, String, Vec<String>), Vec<i128>> {
        let mut by_key: BTreeMap<_, Vec<i128>> = BTreeMap::new();
        for amount in &self.amounts {
            let path = paths.get(amount.document.as_str()).copied().unwrap_or(&amount.document);
            let key = (amount.partition.clone(), path.to_owned(), amount.of.clone());
            by_key.entry(key).or_default().push(amount.yuan);
        }
        by_key
    }
}

impl Diff {
    fn of(&mut self, partition: &str) -> &mut DepartmentDiff {
        self.departments.entry(partition.to_owned()).or_default()
    }

    fn compare_documents(&mut self, before: &Side, after: &Side) {
        let by_path = |side: &Side| -> HashMap<String, String> {
            let only = side.documents.iter();
            only.map(|(id, (_, path))| (path.clone(), id.clone())).collect()
        };
        let (paths_before, paths_after) = (by_path(before), by_path(after));
        let ids: BTreeSet<&String> = before.documents.keys().chain(after.documents.keys()).collect();
        for id in ids {
            let (partition, path, change) = match (before.documents.get(id), after.documents.get(id)) {
                (Some(old), Some(new)) if old == new => continue,
                (Some(_), Some((partition, path))) => (partition, path, "moved"),
                (None, Some((partition, path))) if paths_before.contains_key(path) => (partition, path, "changed"),
                (None, Some((partition, path))) => (partition, path, "came"),
                // Told with what took its place.
                (Some((_, path)), None) if paths_after.contains_key(path) => continue,
                (Some((partition, path)), None) => (partition, path, "went"),
                (None, None) => continue,
            };
            let counts = self.of(partition);
            match change {
                "came" => counts.documents_came += 1,
                "went" => counts.documents_went += 1,
                "changed" => counts.documents_changed += 1,
                _ => counts.documents_moved += 1,
            }
            let own = || Some(id.clone());
            self.documents.push(DocumentChange {
                partition: partition.clone(),
                path: path.clone(),
                change,
                before: if change == "changed" {
                    paths_before.get(path).cloned()
                } else {
                    before.documents.get(id).and_then(|_| own())
                },
                after: after.documents.get(id).and_then(|_| own()),
            });
        }
        self.documents.sort();
    }

    fn compare_amounts(&mut self, before: &Side, after: &Side) {
        // A document of both has its later path, so that a move changes no amount.
        let mut paths: HashMap<&str, &str> = HashMap::new();
        for (id, (_, path)) in before.documents.iter().chain(&after.documents) {
            paths.insert(id, path);
        }
        let mut was = before.by_key(&paths);
        let is = after.by_key(&paths);
        for (key, mut is) in is {
            let mut was = was.remove(&key).unwrap_or_default();
            without_common(&mut was, &mut is);
            self.tell(&key, &was, &is);
        }
        for (key, was) in was {
            self.tell(&key, &was, &[]);
        }
        self.amounts.sort();
    }

    fn tell(&mut self, (partition, path, of): &(String, String, Vec<String>), was: &[i128], is: &[i128]) {
        for place in 0..was.len().max(is.len()) {
            let yuan = |amounts: &[i128]| {
                amounts
                    .get(place)
                    .and_then(|cents| Yuan::from_cents(*cents))
                    .map(|yuan| yuan.to_string())
            };
            let (before, after) = (yuan(was), yuan(is));
            let counts = self.of(partition);
            match (&before, &after) {
                (None, _) => counts.amounts_came += 1,
                (_, None) => counts.amounts_went += 1,
                _ => counts.amounts_changed += 1,
            }
            self.amounts.push(AmountChange {
                partition: partition.clone(),
                path: path.clone(),
                of: of.clone(),
                before,
                after,
            });
        }
    }
}

/// Takes out of both what both have.
fn without_common(was: &mut Vec<i128>, is: &mut Vec<i128>) {
    is.retain(|amount| match was.iter().position(|other| other == amount) {
        Some(place) => {
            was.swap_remove(place);
            false
        }
        None => true,
    });
    was.sort_unstable();
    is.sort_unstable();
}

fn each_batch(
    snapshot: &StoredSnapshot,
    file: &ManifestFile,
    mut take: impl FnMut(&RecordBatch) -> Result<(), ArrowError>,
) -> Result<(), LoadError> {
    let damaged = |what: String| LoadError::Damaged {
        snapshot: snapshot.id.clone(),
        damages: vec![crate::load::Damage {
            path: file.path.clone(),
            what,
        }],
    };
    let unreadable = |error: ParquetError| damaged(format!("cannot be read ({error})"));
    let opened = File::open(snapshot.root.join(&file.path)).map_err(|error| damaged(format!("cannot be read ({error})")))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(opened).and_then(ParquetRecordBatchReaderBuilder::build);
    for batch in reader.map_err(unreadable)? {
        batch.and_then(|batch| take(&batch)).map_err(|error| unreadable(error.into()))?;
    }
    Ok(())
}

fn texts(batch: &RecordBatch, name: &str) -> Result<StringArray, ArrowError> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| ArrowError::SchemaError(format!("there is no column {name}")))?;
    Ok(cast(column, &DataType::Utf8)?.as_string::<i32>().clone())
}
