//! Row groups of the compact layout: encoded from the files of partitions, or taken from another file, and put together.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringViewArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;

use super::layout::{Body, Group};
use crate::load::error::IoContext;
use crate::load::parquet::{CREATED_BY, by_column};
use crate::load::published::PublishedTable;
use crate::load::{LoadError, ManifestFile, PARTITION_COLUMNS};

/// Rows are decoded and encoded in pieces of this many.
pub const PIECE: usize = 32 << 10;

/// A row group in the bytes of a Parquet file.
pub struct Encoded {
    file: Bytes,
    metadata: Arc<ParquetMetaData>,
    number: usize,
}

/// A compact file of the snapshot before.
pub struct Opened {
    bytes: Bytes,
    metadata: ArrowReaderMetadata,
}

impl Opened {
    /// The compact file of a table with these bytes.
    pub fn new(table: &PublishedTable, bytes: Bytes) -> Result<Self, ParquetError> {
        let schema = with_partition(&viewed(&(table.schema)()), &DataType::Utf8View);
        let options = ArrowReaderOptions::new()
            .with_skip_arrow_metadata(true)
            .with_schema(Arc::new(schema));
        let metadata = ArrowReaderMetadata::load(&bytes, options)?;
        Ok(Self { bytes, metadata })
    }

    /// A row group as it is.
    pub fn group(&self, number: usize) -> Encoded {
        Encoded {
            file: self.bytes.clone(),
            metadata: Arc::clone(self.metadata.metadata()),
            number,
        }
    }

    /// The rows of a row group, of which there are so many at most; `None` where there are more.
    pub fn rows(&self, number: usize, most: usize) -> Result<Option<RecordBatch>, ParquetError> {
        let count = self.metadata.metadata().row_group(number).num_rows();
        if usize::try_from(count).is_ok_and(|count| count > most) {
            return Ok(None);
        }
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.bytes.clone(), self.metadata.clone());
        let mut rows = builder.with_row_groups(vec![number]).with_batch_size(most).build()?;
        Ok(rows.next().transpose()?)
    }
}

/// Gives the rows of a partition's file that the snapshot before has in its compact layout, with the values of their partition.
pub type Known<'a> = &'a mut dyn FnMut(&ManifestFile) -> Result<Option<RecordBatch>, ParquetError>;

/// Encodes the rows of a group, whose files lie below `snapshot`. Rows that are `known` need no file: thousands of small files take longer to
/// decode than the row group that they are in.
pub fn encode(table: &PublishedTable, group: &Group, snapshot: &Path, known: Known) -> Result<Encoded, LoadError> {
    let unreadable = |source| LoadError::Parquet { table: table.name, source };
    let stored = Arc::new(viewed(&(table.schema)()));
    let schema = Arc::new(with_partition(&stored, &DataType::Utf8View));
    let options = ArrowWriterOptions::new()
        .with_properties(properties(&schema).map_err(unreadable)?)
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options).map_err(unreadable)?;
    for body in group {
        for (year, file) in &body.files {
            // Where pages end depends on where batches do, so these are the same either way.
            if let Some(rows) = known(file).map_err(unreadable)? {
                writer.write(&rows).map_err(unreadable)?;
                continue;
            }
            let path = snapshot.join(&file.path);
            let bytes = Bytes::from(fs::read(&path).doing("read", &path)?);
            let options = ArrowReaderOptions::new()
                .with_skip_arrow_metadata(true)
                .with_schema(Arc::clone(&stored));
            let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes, options)
                .and_then(|builder| builder.with_batch_size(PIECE).build())
                .map_err(unreadable)?;
            for batch in reader {
                let batch = batch.and_then(|batch| keyed(&batch, body, *year, &schema));
                let batch = batch.map_err(|source| LoadError::Arrow { table: table.name, source })?;
                writer.write(&batch).map_err(unreadable)?;
            }
        }
    }
    let file = Bytes::from(writer.into_inner().map_err(unreadable)?);
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).map_err(unreadable)?;
    Ok(Encoded {
        file,
        metadata: Arc::new(metadata),
        number: 0,
    })
}

/// A file of these row groups.
pub fn assemble(table: &PublishedTable, groups: &[Encoded]) -> Result<Vec<u8>, ParquetError> {
    let schema = with_partition(&(table.schema)(), &DataType::Utf8);
    let mut properties = properties(&schema)?;
    add_encoded_arrow_schema_to_metadata(&schema, &mut properties);
    let columns = ArrowSchemaConverter::new().convert(&schema)?;
    let mut writer = SerializedFileWriter::new(Vec::new(), columns.root_schema_ptr(), Arc::new(properties))?;
    for Encoded { file, metadata, number } in groups {
        let group = metadata.row_group(*number);
        let mut copy = writer.next_row_group()?;
        for column in group.columns() {
            let close = ColumnCloseResult {
                bytes_written: u64::try_from(column.compressed_size()).unwrap_or(0),
                rows_written: u64::try_from(group.num_rows()).unwrap_or(0),
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            copy.append_column(file, close)?;
        }
        copy.close()?;
    }
    writer.into_inner()
}

/// A table's schema with its text as views, which are decoded without being copied.
fn viewed(schema: &Schema) -> Schema {
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8 | DataType::Dictionary(..) => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
        _ => Arc::clone(field),
    };
    Schema::new(schema.fields().iter().map(field).collect::<Fields>())
}

/// A table's schema with the columns of its partitions, as readers of the partitions see them.
fn with_partition(schema: &Schema, text: &DataType) -> Schema {
    // In the order in which DuckDB shows the columns of partitions.
    let [city, year, department] = PARTITION_COLUMNS;
    let partition = [(city, text.clone()), (department, text.clone()), (year, DataType::Int64)];
    let partition = partition.map(|(name, data_type)| Arc::new(Field::new(name, data_type, true)));
    Schema::new(schema.fields().iter().cloned().chain(partition).collect::<Fields>())
}

/// Rows of a partition with its values.
fn keyed(rows: &RecordBatch, body: &Body, year: Option<i32>, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let first = UInt32Array::from(vec![0; rows.num_rows()]);
    // Taking is cheap: that the text is UTF-8 is known of its first row.
    let text = |value: Option<&str>| take(&StringViewArray::from_iter([value]), &first, None);
    let mut columns = rows.columns().to_vec();
    columns.push(text(body.name.0.as_deref())?);
    columns.push(text(body.name.1.as_deref())?);
    columns.push(Arc::new(Int64Array::from(vec![year.map(i64::from); rows.num_rows()])));
    RecordBatch::try_new(Arc::clone(schema), columns)
}

fn properties(schema: &Schema) -> Result<WriterProperties, ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_dictionary_enabled(true)
        // Row groups are what readers skip. Pages are not looked at by most, and copying a row group is simpler without their index.
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        // Where row groups end is decided by the layout.
        .set_max_row_group_row_count(None)
        .set_created_by(CREATED_BY.to_owned());
    Ok(by_column(properties, schema, &PARTITION_COLUMNS).build())
}
