//! Writes shards as Parquet: one file for each table and partition, named by the hash of its content.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{DataType, Int32Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};

use super::across::{Batches, Counts, between};
use super::error::IoContext;
use super::published::{PUBLISHED, PublishedTable};
use super::sibling::{Family, Settled, of_partitions};
use super::{CarriedDocument, ChecksDone, LoadError, ManifestFile, SpilledShard, StoredSnapshot, partition_path, supersede};
use crate::config::Config;
use crate::datapackage::{self, DATAPACKAGE_FILE};
use crate::extraction::Partition;
use crate::hash::sha256_hex;
use crate::tables::{Check, Document, FormTable, Table};
use crate::views::{self, VIEWS_FILE};

/// Rows are gathered for the encoder in pieces of this many, so that one large partition needs no second copy of itself.
const PIECE: usize = 32 << 10;

/// Files with fewer rows have no dictionaries.
const FEW: usize = 16;

/// What wrote a file. The default names the version of the Parquet library, which must not change a file's bytes by itself.
pub(super) const CREATED_BY: &str = concat!("budgetlake ", env!("CARGO_PKG_VERSION"));

/// Where files are written.
pub struct Destination<'a> {
    /// The snapshot in the making.
    pub snapshot: &'a Path,
    /// The snapshot before it: a file that comes out as it is there becomes a link to it.
    pub previous: Option<&'a StoredSnapshot>,
    /// The disclosures that are as they were in the snapshot before, by id.
    pub carried: &'a HashMap<String, CarriedDocument>,
    /// What must hold between the disclosures of a body.
    pub config: &'a Config,
    /// Whether to go on.
    pub stop: &'a AtomicBool,
}

/// Checks what must hold between the disclosures of a shard, writes every table of every partition of it, and removes the shard.
///
/// Within a partition, rows are ordered by document and then as the disclosure has them.
pub fn write_shard(shard: SpilledShard, to: &Destination) -> Result<Vec<ManifestFile>, LoadError> {
    let mut forms = None;
    let family = Family::of(&shard, to);
    let between = between(&family, to.config, &family.partitions)?;
    let Settled {
        mut files,
        between,
        documents,
        checks: within,
    } = family.settle(between.as_ref(), to)?;
    let mut settled = HashMap::from([(Check::NAME, within), (Document::NAME, documents)]);
    settled.entry(Check::NAME).or_default().extend(between);
    let mut counts = Counts::default();
    shard.each(Check::NAME, &mut |batch| counts.add(batch))?;
    settled[Check::NAME].iter().for_each(|batch| counts.add(batch));
    for (number, table) in PUBLISHED.iter().enumerate() {
        let failed = |source| LoadError::Arrow { table: table.name, source };
        for partitions in shard.passes(number)? {
            let mut batches = shard.read_of(number, &partitions)?;
            for batch in settled.get(table.name).into_iter().flatten() {
                batches.push(of_partitions(batch, |partition| partitions.contains(&partition)).map_err(failed)?);
            }
            if table.name == Document::NAME {
                let counted = batches.iter().map(|batch| counts.put_into(batch));
                batches = counted.collect::<Result<_, _>>().map_err(failed)?;
            }
            let batches = share_dictionaries(batches).map_err(failed)?;
            let rows = sorted_rows(&batches);
            for rows in rows.chunk_by(|a, b| a.partition == b.partition) {
                if to.stop.load(Ordering::Relaxed) {
                    return Err(LoadError::Interrupted);
                }
                let number = usize::try_from(rows[0].partition).unwrap_or(0);
                let partition = &family.partitions[number];
                if table.name == Document::NAME {
                    let forms = match &forms {
                        Some(forms) => forms,
                        None => forms.insert(supersede::forms_of(&shard.read(position_of::<FormTable>())?)),
                    };
                    let mut documents = gather(&batches, rows, table).map_err(failed)?;
                    if !family.is_sibling(number) {
                        documents = supersede::mark(&documents, partition, forms).map_err(failed)?;
                    }
                    let pieces = (0..rows.len())
                        .step_by(PIECE)
                        .map(|at| Ok(documents.slice(at, PIECE.min(rows.len() - at))));
                    let done = counts.of_documents(rows.iter().map(|row| row.document));
                    files.push(write_file(table, partition, rows.len(), pieces, done, to)?);
                } else {
                    let pieces = rows.chunks(PIECE).map(|piece| gather(&batches, piece, table));
                    files.push(write_file(table, partition, rows.len(), pieces, None, to)?);
                }
            }
        }
    }
    shard.remove()?;
    Ok(files)
}

/// The place of a table in [`PUBLISHED`].
fn position_of<T: Table>() -> usize {
    PUBLISHED.iter().position(|table| table.name == T::NAME).unwrap_or(0)
}

/// Gives every table of which `files` has nothing one file without rows in the default partition: a glob that finds no file is an error to
/// most readers, and a query over `rejects` should find none rather than fail.
pub fn write_missing_tables(files: &mut Vec<ManifestFile>, to: &Destination) -> Result<(), LoadError> {
    let present: HashSet<&str> = files.iter().filter_map(|file| file.path.split('/').next()).collect();
    let missing: Vec<_> = PUBLISHED.iter().filter(|table| !present.contains(table.name)).collect();
    for table in missing {
        files.push(write_file(
            table,
            &partition_path(&Partition::default()),
            0,
            std::iter::empty(),
            None,
            to,
        )?);
    }
    Ok(())
}

/// Writes what describes the snapshot: `views.sql` for people, `datapackage.json` for programs.
pub fn write_descriptions(files: &mut Vec<ManifestFile>, compact: &[ManifestFile], to: &Destination) -> Result<(), LoadError> {
    for (name, text) in [
        (VIEWS_FILE, views::script(to.config)),
        (DATAPACKAGE_FILE, datapackage::of_snapshot(compact)),
    ] {
        let file = ManifestFile {
            path: name.to_owned(),
            size: text.len() as u64,
            sha256: sha256_hex(text.as_bytes()),
            rows: 0,
            checks: None,
            from: None,
        };
        put(&file, text.as_bytes(), to)?;
        files.push(file);
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
    rows: usize,
    pieces: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    checks: Option<ChecksDone>,
    to: &Destination,
) -> Result<ManifestFile, LoadError> {
    let bytes = encode_as((table.schema)(), pieces, Role::Partition { rows });
    let bytes = bytes.map_err(|source| LoadError::Parquet { table: table.name, source })?;
    let sha256 = sha256_hex(&bytes);
    // Half the digits of the hash tell contents apart just as well and keep listings readable.
    let path = format!("{}/{partition}/{}.parquet", table.name, &sha256[..32]);
    let file = ManifestFile {
        path,
        size: bytes.len() as u64,
        sha256,
        rows: rows as u64,
        checks,
        from: None,
    };
    put(&file, &bytes, to)?;
    Ok(file)
}

/// Makes a file part of the snapshot: as a link, where the one before has it.
fn put(file: &ManifestFile, bytes: &[u8], to: &Destination) -> Result<(), LoadError> {
    match to.previous.filter(|previous| previous.has(file)) {
        Some(previous) => link(file, previous, to.snapshot),
        None => {
            let path = place_for(file, to.snapshot)?;
            fs::write(&path, bytes).doing("write", &path)
        }
    }
}

/// Makes a file of the snapshot before part of the one in the making, without reading it.
pub fn link(file: &ManifestFile, previous: &StoredSnapshot, snapshot: &Path) -> Result<(), LoadError> {
    let target = place_for(file, snapshot)?;
    let source = previous.root.join(&file.path);
    match fs::hard_link(&source, &target) {
        // A file system without links, or a file that has as many as it can.
        Err(error) if error.kind() != io::ErrorKind::NotFound && error.kind() != io::ErrorKind::StorageFull => {
            fs::copy(&source, &target).map(drop).doing("copy", &source)
        }
        result => result.doing("link", &source),
    }
}

/// Where a file of the snapshot lies, in a directory that is there.
pub(super) fn place_for(file: &ManifestFile, snapshot: &Path) -> Result<PathBuf, LoadError> {
    let path = snapshot.join(&file.path);
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).doing("create", directory)?;
    }
    Ok(path)
}

/// What a file is.
#[derive(Clone, Copy)]
enum Role {
    /// A whole table: with its Arrow schema, which has the comments of columns and tells which of them are codes.
    Table,
    /// One of thousands, of so many rows: the Arrow schema would be half of its bytes. `datapackage.json` and the compact layout have it.
    Partition { rows: usize },
}

/// Batches as one Parquet file with their Arrow schema; its bytes depend on them alone.
///
/// # Errors
/// Where a batch is an error, or is not of the schema.
pub fn encode(schema: SchemaRef, pieces: impl Iterator<Item = Result<RecordBatch, ArrowError>>) -> Result<Vec<u8>, ParquetError> {
    encode_as(schema, pieces, Role::Table)
}

fn encode_as(
    schema: SchemaRef,
    pieces: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    role: Role,
) -> Result<Vec<u8>, ParquetError> {
    let options = ArrowWriterOptions::new()
        .with_properties(properties(&schema, role))
        .with_skip_arrow_metadata(matches!(role, Role::Partition { .. }));
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), schema, options)?;
    for piece in pieces {
        writer.write(&piece?)?;
    }
    writer.into_inner()
}

fn properties(schema: &SchemaRef, role: Role) -> WriterProperties {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        // The dictionaries of a few rows are larger than the rows.
        .set_dictionary_enabled(!matches!(role, Role::Partition { rows: ..FEW }))
        // Such files have one page a column: an index of pages would be as large as the data, and tell nothing more.
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_created_by(CREATED_BY.to_owned());
    by_column(properties, schema, &["document_id"]).build()
}

/// Keeps bounds of numbers and of the texts that readers look rows up by: those of other texts span everything, and finding them costs as much
/// as compressing. Sentences are not looked up in a dictionary, since hardly one stands twice.
pub(super) fn by_column(mut properties: WriterPropertiesBuilder, schema: &Schema, looked_up_by: &[&str]) -> WriterPropertiesBuilder {
    for field in schema.fields() {
        let name = field.name().as_str();
        let path = match field.data_type() {
            DataType::List(_) => vec![name.to_owned(), "list".to_owned(), "item".to_owned()],
            DataType::Utf8 | DataType::Utf8View | DataType::Dictionary(..) if !looked_up_by.contains(&name) => vec![name.to_owned()],
            _ => continue,
        };
        properties = properties.set_column_statistics_enabled(path.into(), EnabledStatistics::None);
        if name == "message" {
            properties = properties.set_column_dictionary_enabled(name.into(), false);
        }
    }
    properties
}
