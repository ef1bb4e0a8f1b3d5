//! Carries rows of the snapshot before into a new one, for disclosures that are as they were: their sources are not opened.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Int32Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Int32Type};
use arrow::error::ArrowError;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicateFn, RowFilter};

use super::partition::group_of;
use super::published::{PUBLISHED, PublishedTable, published};
use super::sibling::{self, Sibling};
use super::stored::Damage;
use super::{LoadError, ManifestFile, Spill, StoredSnapshot};
use crate::config::Config;
use crate::hash::sha256_hex;
use crate::tables::{Check, Table};

/// Rows are decoded in pieces of this many.
const PIECE: usize = 32 << 10;

/// A disclosure whose rows are carried.
#[derive(Debug, Clone)]
pub struct CarriedDocument {
    /// Its place among all disclosures of the run.
    pub place: i32,
    /// Where its bytes lie now, relative to the input root: the first path, and the others.
    pub paths: Vec<Arc<str>>,
}

/// Spills the rows of `file`, a file of `previous`, that belong to `documents` (by document id). Other rows stay behind.
pub fn carry_file(
    file: &ManifestFile,
    previous: &StoredSnapshot,
    documents: &HashMap<String, CarriedDocument>,
    config: &Config,
    spill: &Spill,
) -> Result<(), LoadError> {
    let Some((number, table)) = PUBLISHED.iter().enumerate().find(|(_, table)| table.name == file.table()) else {
        return Err(of_no_table(file, previous));
    };
    let mut spilled = Ok(());
    let part = match table.name {
        // Those between disclosures are made anew, with whatever disclosures there are now.
        Check::NAME => Part::Checks { config, between: false },
        _ => Part::All,
    };
    read_stored(file, previous, part, &mut |batch| {
        let (rows, places) = chosen(batch, documents)?;
        if rows.num_rows() > 0 && spilled.is_ok() {
            let rows = as_made(&rows, table, documents)?;
            spilled = spill.carry(file.partition(), number, &rows, places);
        }
        Ok(())
    })?;
    spilled
}

fn of_no_table(file: &ManifestFile, snapshot: &StoredSnapshot) -> LoadError {
    damaged(file, snapshot, "belongs to no table of this version".to_owned())
}

fn damaged(file: &ManifestFile, snapshot: &StoredSnapshot, what: String) -> LoadError {
    LoadError::Damaged {
        snapshot: snapshot.id.clone(),
        damages: vec![Damage {
            path: file.path.clone(),
            what,
        }],
    }
}

/// The bytes of a file of a snapshot, if they are what was published.
pub(super) fn read_whole(file: &ManifestFile, snapshot: &StoredSnapshot) -> Result<Bytes, LoadError> {
    let bytes = fs::read(snapshot.root.join(&file.path)).map_err(|error| damaged(file, snapshot, format!("cannot be read ({error})")))?;
    if sha256_hex(&bytes) != file.sha256 {
        return Err(damaged(file, snapshot, "its content is not what was published".to_owned()));
    }
    Ok(Bytes::from(bytes))
}

/// What is read of a file.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    All,
    Columns(&'a [&'a str]),
    /// The rows of `checks` by rules between disclosures, or by those within them.
    Checks {
        config: &'a Config,
        between: bool,
    },
}

/// Calls `each` for the batches of a part of a file of `snapshot`.
pub(super) fn read_stored(
    file: &ManifestFile,
    snapshot: &StoredSnapshot,
    part: Part,
    each: &mut dyn FnMut(&RecordBatch) -> Result<(), ArrowError>,
) -> Result<(), LoadError> {
    let table = published(file.table()).ok_or_else(|| of_no_table(file, snapshot))?;
    let unreadable = |source| LoadError::Parquet { table: table.name, source };
    let mut builder = table.open(read_whole(file, snapshot)?).map_err(unreadable)?;
    let columns = |columns: &[&str]| ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    builder = match part {
        Part::All => builder,
        Part::Columns(names) => {
            let columns = columns(names);
            builder.with_projection(columns)
        }
        Part::Checks { config, between } => {
            let rules: HashSet<String> = config.checks.across.iter().map(|across| across.head().rule.to_string()).collect();
            let is_wanted = move |batch: RecordBatch| -> Result<BooleanArray, ArrowError> {
                let of_rule = |rule: Option<&str>| Some(rule.is_some_and(|rule| rules.contains(rule)) == between);
                Ok(text_column(&batch, "rule")?.iter().map(of_rule).collect())
            };
            let filter = ArrowPredicateFn::new(columns(&["rule"]), is_wanted);
            builder.with_row_filter(RowFilter::new(vec![Box::new(filter)]))
        }
    };
    for batch in builder.with_batch_size(PIECE).build().map_err(unreadable)? {
        batch
            .and_then(|batch| each(&batch))
            .map_err(|source| LoadError::Arrow { table: table.name, source })?;
    }
    Ok(())
}

/// The rows of `documents`, and the place of each one's disclosure.
pub(super) fn chosen(batch: &RecordBatch, documents: &HashMap<String, CarriedDocument>) -> Result<(RecordBatch, Int32Array), ArrowError> {
    let ids = text_column(batch, "document_id")?;
    let mut places: Vec<Option<i32>> = Vec::with_capacity(batch.num_rows());
    // The rows of a disclosure follow each other.
    let mut last: (Option<&str>, Option<i32>) = (None, None);
    for id in &ids {
        if id != last.0 {
            last = (id, id.and_then(|id| documents.get(id)).map(|document| document.place));
        }
        places.push(last.1);
    }
    let wanted: BooleanArray = places.iter().map(|place| Some(place.is_some())).collect();
    let rows = if wanted.true_count() == batch.num_rows() {
        batch.clone()
    } else {
        filter_record_batch(batch, &wanted)?
    };
    Ok((rows, places.into_iter().flatten().collect::<Vec<_>>().into()))
}

/// Rows as the extraction makes them: vocabularies whole, and the paths of today.
pub(super) fn as_made(
    batch: &RecordBatch,
    table: &PublishedTable,
    documents: &HashMap<String, CarriedDocument>,
) -> Result<RecordBatch, ArrowError> {
    let schema = (table.schema)();
    let ids = text_column(batch, "document_id")?;
    let paths = |row: usize| documents.get(ids.value(row)).map_or(&[] as &[Arc<str>], |document| &document.paths);
    let columns = (table.columns)().into_iter().map(|column| -> Result<ArrayRef, ArrowError> {
        let stored = batch
            .column_by_name(column.name)
            .ok_or_else(|| ArrowError::SchemaError(format!("there is no column {}", column.name)))?;
        match column.name {
            "path" => Ok(Arc::new(StringArray::from_iter_values(
                (0..batch.num_rows()).map(|row| paths(row).first().map_or("", |path| &**path)),
            ))),
            "other_paths" => {
                let mut builder = ListBuilder::new(StringBuilder::new());
                for row in 0..batch.num_rows() {
                    for path in paths(row).iter().skip(1) {
                        builder.values().append_value(path);
                    }
                    builder.append(true);
                }
                Ok(Arc::new(builder.finish()))
            }
            _ if !column.codes.is_empty() => whole_vocabulary(stored, &column.codes.iter().map(|(code, _)| *code).collect::<Vec<_>>()),
            _ if *stored.data_type() != column.data_type => cast(stored, &column.data_type),
            _ => Ok(Arc::clone(stored)),
        }
    });
    RecordBatch::try_new(schema, columns.collect::<Result<_, _>>()?)
}

/// A column of codes as [`crate::tables::Column`] makes it; Parquet keeps only the codes that occur.
fn whole_vocabulary(stored: &ArrayRef, codes: &[&str]) -> Result<ArrayRef, ArrowError> {
    let stored = cast(stored, &DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)))?;
    let stored = stored.as_dictionary::<Int32Type>();
    let words = stored.values().as_string::<i32>();
    // A column of nulls has a word that none of its rows means.
    let positions: Vec<Option<i32>> = words
        .iter()
        .map(|word| i32::try_from(codes.iter().position(|code| Some(*code) == word)?).ok())
        .collect();
    let position = |key: Option<i32>| -> Result<Option<i32>, ArrowError> {
        let Some(key) = key.and_then(|key| usize::try_from(key).ok()) else {
            return Ok(None);
        };
        match positions.get(key) {
            Some(Some(position)) => Ok(Some(*position)),
            _ if words.is_null(key) => Ok(None),
            _ => Err(ArrowError::SchemaError(format!("{} is no code", words.value(key)))),
        }
    };
    let keys: Int32Array = stored.keys().iter().map(position).collect::<Result<_, _>>()?;
    let values = Arc::new(StringArray::from_iter_values(codes));
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values)?))
}

fn text_column(batch: &RecordBatch, name: &str) -> Result<StringArray, ArrowError> {
    let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    column
        .cloned()
        .ok_or_else(|| ArrowError::SchemaError(format!("there is no column {name}")))
}

/// What becomes of the files of a snapshot when some partitions are written anew.
#[derive(Debug, Default)]
pub struct Fates<'p> {
    /// Files whose rows are carried into the partitions that are written anew.
    pub carry: Vec<&'p ManifestFile>,
    /// Other partitions of the same bodies, whose checks may come out otherwise.
    pub siblings: Vec<Sibling>,
    /// Files that stay as they are.
    pub link: Vec<&'p ManifestFile>,
}

/// Tells it for the files with rows of `previous`.
pub fn fates<'p>(previous: &'p StoredSnapshot, partitions: &HashSet<Arc<str>>) -> Fates<'p> {
    let groups: HashSet<String> = partitions.iter().map(|partition| group_of(partition)).collect();
    let mut fates = Fates::default();
    let mut siblings: HashMap<&str, Sibling> = HashMap::new();
    for file in previous.manifest.files.iter().filter(|file| file.rows > 0) {
        let partition = file.partition();
        if partitions.contains(partition) {
            fates.carry.push(file);
            continue;
        }
        let is_sibling = sibling::concerns(file.table()) && groups.contains(&group_of(partition));
        if is_sibling {
            let sibling = siblings.entry(partition).or_default();
            partition.clone_into(&mut sibling.partition);
            sibling.files.push(file.clone());
        }
        if !is_sibling || !sibling::DEPENDENT.contains(&file.table()) {
            fates.link.push(file);
        }
    }
    fates.siblings = siblings.into_values().collect();
    fates
}
