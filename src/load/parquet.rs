//! Writes shards as Parquet: one file for each table and partition, named by the hash of its content.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{DataType, Int32Type, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::across::{Batches, Counts, between};
use super::error::IoContext;
use super::published::{PUBLISHED, PublishedTable};
use super::{LoadError, ManifestFile, SpilledShard, partition_path};
use crate::config::Config;
use crate::extraction::Partition;
use crate::hash::sha256_hex;
use crate::tables::{Check, Document, Table};

/// Rows are gathered for the encoder in pieces of this many, so that one large partition needs no second copy of itself.
const PIECE: usize = 32 << 10;

/// What came of a shard.
#[derive(Debug, Default)]
pub struct WrittenShard {
    /// Its files.
    pub files: Vec<ManifestFile>,
    /// Checks that passed.
    pub checks_passed: u64,
    /// Checks that failed.
    pub checks_failed: u64,
}

/// Checks what must hold between the disclosures of a shard, writes every table of every partition of it below `snapshot`, and removes it.
///
/// Within a partition, rows are ordered by document and then as the disclosure has them.
pub fn write_shard(shard: SpilledShard, snapshot: &Path, config: &Config) -> Result<WrittenShard, LoadError> {
    let mut written = WrittenShard::default();
    let between = between(&shard, config, &shard.partitions)?;
    let mut checks = shard.batches(Check::NAME)?;
    checks.extend(between.clone());
    let counts = Counts::of(&checks);
    drop(checks);
    (written.checks_passed, written.checks_failed) = counts.total();
    for (number, table) in PUBLISHED.iter().enumerate() {
        let failed = |source| LoadError::Arrow { table: table.name, source };
        let mut batches = shard.read(number)?;
        if table.name == Check::NAME {
            batches.extend(between.clone());
        }
        if table.name == Document::NAME {
            batches = batches
                .iter()
                .map(|batch| counts.put_into(batch))
                .collect::<Result<_, _>>()
                .map_err(failed)?;
        }
        let batches = share_dictionaries(batches).map_err(failed)?;
        let rows = sorted_rows(&batches);
        for rows in rows.chunk_by(|a, b| a.partition == b.partition) {
            let partition = &shard.partitions[usize::try_from(rows[0].partition).unwrap_or(0)];
            let pieces = rows.chunks(PIECE).map(|piece| gather(&batches, piece, table));
            written.files.push(write_file(table, partition, pieces, snapshot)?);
        }
    }
    shard.remove()?;
    Ok(written)
}

/// Gives every table of which `files` has nothing one file without rows in the default partition: a glob that finds no file is an error to
/// most readers, and a query over `rejects` should find none rather than fail.
pub fn write_missing_tables(files: &mut Vec<ManifestFile>, snapshot: &Path) -> Result<(), LoadError> {
    let present: HashSet<&str> = files.iter().filter_map(|file| file.path.split('/').next()).collect();
    let missing: Vec<_> = PUBLISHED.iter().filter(|table| !present.contains(table.name)).collect();
    for table in missing {
        files.push(write_file(
            table,
            &partition_path(&Partition::default()),
            std::iter::empty(),
            snapshot,
        )?);
    }
    Ok(())
}

/// A row's keys, and where it is.
struct Row {
    partition: i32,
    document: i32,
    at: (usize, usize),
}

/// All rows by partition and document. The sort is stable, and a document's rows came in one go, so they keep their order.
fn sorted_rows(batches: &[RecordBatch]) -> Vec<Row> {
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for (number, batch) in batches.iter().enumerate() {
        // The two keys are the last columns, see `published::Collector`.
        let [.., partitions, documents] = batch.columns() else { continue };
        let keys = partitions
            .as_primitive::<Int32Type>()
            .values()
            .iter()
            .zip(documents.as_primitive::<Int32Type>().values());
        rows.extend(keys.enumerate().map(|(row, (&partition, &document))| Row {
            partition,
            document,
            at: (number, row),
        }));
    }
    rows.sort_by_key(|row| (row.partition, row.document));
    rows
}

/// Makes all batches share the first one's dictionaries. They hold the same vocabulary, but Arrow merges what it can't see to be one.
fn share_dictionaries(mut batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, ArrowError> {
    let Some((first, rest)) = batches.split_first_mut() else {
        return Ok(batches);
    };
    for batch in rest {
        let columns = batch.columns().iter().zip(first.columns()).map(|(column, shared)| -> ArrayRef {
            match (column.as_dictionary_opt::<Int32Type>(), shared.as_dictionary_opt::<Int32Type>()) {
                (Some(own), Some(shared)) if own.values() == shared.values() => Arc::new(own.with_values(Arc::clone(shared.values()))),
                _ => Arc::clone(column),
            }
        });
        *batch = RecordBatch::try_new(first.schema(), columns.collect())?;
    }
    Ok(batches)
}

/// The rows as one batch of the published schema.
fn gather(batches: &[RecordBatch], rows: &[Row], table: &PublishedTable) -> Result<RecordBatch, ArrowError> {
    let sources: Vec<&RecordBatch> = batches.iter().collect();
    let indices: Vec<_> = rows.iter().map(|row| row.at).collect();
    let gathered = interleave_record_batch(&sources, &indices)?;
    let schema: SchemaRef = (table.schema)();
    let columns = gathered.columns()[..schema.fields().len()].to_vec();
    RecordBatch::try_new(schema, columns)
}

fn write_file(
    table: &PublishedTable,
    partition: &str,
    pieces: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    snapshot: &Path,
) -> Result<ManifestFile, LoadError> {
    let mut rows = 0;
    let pieces = pieces.inspect(|piece| rows += piece.as_ref().map_or(0, RecordBatch::num_rows));
    let bytes = encode((table.schema)(), pieces).map_err(|source| LoadError::Parquet { table: table.name, source })?;
    let sha256 = sha256_hex(&bytes);
    let directory = format!("{}/{partition}", table.name);
    // Half the digits of the hash tell contents apart just as well and keep listings readable.
    let path = format!("{directory}/{}.parquet", &sha256[..32]);
    let absolute = snapshot.join(&directory);
    fs::create_dir_all(&absolute).doing("create", &absolute)?;
    let absolute = snapshot.join(&path);
    fs::write(&absolute, &bytes).doing("write", &absolute)?;
    Ok(ManifestFile {
        path,
        size: bytes.len() as u64,
        sha256,
        rows: rows as u64,
    })
}

fn encode(schema: SchemaRef, pieces: impl Iterator<Item = Result<RecordBatch, ArrowError>>) -> Result<Vec<u8>, ParquetError> {
    let properties = properties(&schema)?;
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))?;
    for piece in pieces {
        writer.write(&piece?)?;
    }
    writer.into_inner()
}

fn properties(schema: &SchemaRef) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_dictionary_enabled(true)
        .set_statistics_enabled(EnabledStatistics::Page)
        // The default names the version of the Parquet library, which must not change a file's bytes by itself.
        .set_created_by(concat!("budgetlake ", env!("CARGO_PKG_VERSION")).to_owned());
    for field in schema.fields() {
        if matches!(field.data_type(), DataType::List(_)) {
            // Bounds over the elements of a list tell nobody anything.
            let path = vec![field.name().clone(), "list".to_owned(), "item".to_owned()];
            properties = properties.set_column_statistics_enabled(path.into(), EnabledStatistics::None);
        }
    }
    Ok(properties.build())
}
