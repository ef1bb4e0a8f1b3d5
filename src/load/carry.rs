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
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;

use super::partition::group_of;
use super::published::{PUBLISHED, PublishedTable, depends_on_all_years};
use super::stored::Damage;
use super::{LoadError, ManifestFile, Spill, StoredSnapshot};
use crate::config::Config;
use crate::hash::sha256_hex;
use crate::tables::{Check, Table};

/// A disclosure whose rows are carried.
#[derive(Debug, Clone)]
pub struct CarriedDocument {
    /// Its place among all disclosures of the run.
    pub place: i32,
    /// Where its bytes lie now, relative to the input root: the first path, and the others.
    pub paths: Vec<String>,
}

/// Spills the rows of `file`, a file of `previous`, that belong to `documents` (by document id). Other rows stay behind.
pub fn carry_file(
    file: &ManifestFile,
    previous: &StoredSnapshot,
    documents: &HashMap<String, CarriedDocument>,
    config: &Config,
    spill: &Spill,
) -> Result<(), LoadError> {
    let damaged = |what: String| LoadError::Damaged {
        snapshot: previous.id.clone(),
        damages: vec![Damage {
            path: file.path.clone(),
            what,
        }],
    };
    let Some((number, table)) = PUBLISHED.iter().enumerate().find(|(_, table)| table.name == file.table()) else {
        return Err(damaged("belongs to no table of this version".to_owned()));
    };
    let bytes = fs::read(previous.root.join(&file.path)).map_err(|error| damaged(format!("cannot be read ({error})")))?;
    if sha256_hex(&bytes) != file.sha256 {
        return Err(damaged("its content is not what was published".to_owned()));
    }
    let unreadable = |source| LoadError::Parquet { table: table.name, source };
    let failed = |source| LoadError::Arrow { table: table.name, source };
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).and_then(ParquetRecordBatchReaderBuilder::build);
    for batch in reader.map_err(unreadable)? {
        let batch = batch.map_err(|error| unreadable(ParquetError::from(error)))?;
        let batch = if table.name == Check::NAME {
            within(&batch, config)
        } else {
            Ok(batch)
        };
        let (rows, places) = batch.and_then(|batch| chosen(&batch, documents)).map_err(failed)?;
        if rows.num_rows() > 0 {
            let rows = as_made(&rows, table, documents).map_err(failed)?;
            spill.carry(file.partition(), number, &rows, places)?;
        }
    }
    Ok(())
}

/// The checks within disclosures: those between them are made anew, with whatever disclosures there are now.
fn within(checks: &RecordBatch, config: &Config) -> Result<RecordBatch, ArrowError> {
    let rules = text_column(checks, "rule")?;
    let is_within: BooleanArray = rules
        .iter()
        .map(|rule| Some(!rule.is_some_and(|rule| config.checks.is_across(rule))))
        .collect();
    filter_record_batch(checks, &is_within)
}

/// The rows of `documents`, and the place of each one's disclosure.
fn chosen(batch: &RecordBatch, documents: &HashMap<String, CarriedDocument>) -> Result<(RecordBatch, Int32Array), ArrowError> {
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
fn as_made(batch: &RecordBatch, table: &PublishedTable, documents: &HashMap<String, CarriedDocument>) -> Result<RecordBatch, ArrowError> {
    let schema = (table.schema)();
    let ids = text_column(batch, "document_id")?;
    let paths = |row: usize| documents.get(ids.value(row)).map_or(&[] as &[String], |document| &document.paths);
    let columns = (table.columns)().into_iter().map(|column| -> Result<ArrayRef, ArrowError> {
        let stored = batch
            .column_by_name(column.name)
            .ok_or_else(|| ArrowError::SchemaError(format!("there is no column {}", column.name)))?;
        match column.name {
            "path" => Ok(Arc::new(StringArray::from_iter_values(
                (0..batch.num_rows()).map(|row| paths(row).first().map_or("", String::as_str)),
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

/// The files of `previous` that are made again when `partitions` are written anew, and the other ones with rows.
pub fn files_by<'p>(previous: &'p StoredSnapshot, partitions: &HashSet<String>) -> (Vec<&'p ManifestFile>, Vec<&'p ManifestFile>) {
    let groups: HashSet<String> = partitions.iter().map(|partition| group_of(partition)).collect();
    let is_made_again = |file: &&ManifestFile| {
        partitions.contains(file.partition()) || depends_on_all_years(file.table()) && groups.contains(&group_of(file.partition()))
    };
    let with_rows = previous.manifest.files.iter().filter(|file| file.rows > 0);
    with_rows.partition(is_made_again)
}
