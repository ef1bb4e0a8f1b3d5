//! The tables of a snapshot. To publish one more, add its line to [`PUBLISHED`] below.

use arrow::array::{ArrayRef, Int32Array, Int32Builder, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::reader::ChunkReader;
use std::sync::Arc;

use crate::extraction::Extraction;
use crate::tables::{self, ColumnInfo, Table, TableBuilder};

/// Where the rows of a table stand in an [`Extraction`].
trait Rows: Table {
    fn rows(extraction: &Extraction) -> &[Self];
}

macro_rules! published {
    ($($record:ty => |$extraction:ident| $rows:expr,)+) => {
        $(impl Rows for $record {
            fn rows($extraction: &Extraction) -> &[Self] { $rows }
        })+

        /// Every table of a snapshot, in the order in which they are documented.
        pub const PUBLISHED: &[PublishedTable] = &[$(PublishedTable::of::<$record>(),)+];
    };
}

published! {
    tables::Document => |extraction| extraction.document.as_slice(),
    tables::FormTable => |extraction| &extraction.tables,
    tables::LineItem => |extraction| &extraction.line_items,
    tables::Project => |extraction| &extraction.projects,
    tables::Indicator => |extraction| &extraction.indicators,
    tables::Fact => |extraction| &extraction.facts,
    tables::CatalogueEntry => |extraction| &extraction.catalogue,
    tables::Check => |extraction| &extraction.checks,
    tables::Reject => |extraction| &extraction.rejects,
}

/// The table of this name.
pub(super) fn published(name: &str) -> Option<&'static PublishedTable> {
    PUBLISHED.iter().find(|table| table.name == name)
}

/// A table of a snapshot, whatever its record type.
pub struct PublishedTable {
    /// Its name, as in the snapshot's path.
    pub name: &'static str,
    /// What a row of it is.
    pub meaning: &'static str,
    /// Its columns.
    pub columns: fn() -> Vec<ColumnInfo>,
    /// Its Arrow schema, without the partition columns.
    pub schema: fn() -> SchemaRef,
    /// A new, empty collector of its rows.
    pub(super) collector: fn() -> Box<dyn Collector>,
}

impl PublishedTable {
    const fn of<T: Rows + 'static>() -> Self {
        Self {
            name: T::NAME,
            meaning: T::MEANING,
            columns: T::columns,
            schema: tables::schema::<T>,
            collector: || Box::new(Keyed::<T>::default()),
        }
    }

    /// Opens a file of one of its partitions, whose columns are of these types: such a file says itself no more than Parquet does.
    pub fn open<R: ChunkReader + 'static>(&self, file: R) -> Result<ParquetRecordBatchReaderBuilder<R>, ParquetError> {
        let options = ArrowReaderOptions::new()
            .with_skip_arrow_metadata(true)
            .with_schema((self.schema)());
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
    }
}

/// Collects rows of one table, each with the partition and the document that it belongs to.
///
/// Its batches are the table's columns followed by two `Int32` keys, [`PARTITION_KEY`] and [`DOCUMENT_KEY`].
pub(super) trait Collector: Send {
    /// Adds the table's rows of one disclosure.
    fn append(&mut self, extraction: &Extraction, partition: i32, document: i32);
    fn len(&self) -> usize;
    fn finish(&mut self) -> Result<RecordBatch, ArrowError>;
}

/// Name of the first key column.
pub(super) const PARTITION_KEY: &str = "__partition";
/// Name of the second key column.
pub(super) const DOCUMENT_KEY: &str = "__document";

struct Keyed<T: Table> {
    rows: T::Builder,
    partitions: Int32Builder,
    documents: Int32Builder,
}

impl<T: Table> Default for Keyed<T> {
    fn default() -> Self {
        Self {
            rows: T::Builder::default(),
            partitions: Int32Builder::with_capacity(0),
            documents: Int32Builder::with_capacity(0),
        }
    }
}

/// Rows of one table with their keys, partition and document, as a collector's batch.
pub(super) fn keyed<T: Table>(rows: &[(i32, i32, T)]) -> Result<RecordBatch, ArrowError>
where
    T::Builder: TableBuilder<Row = T>,
{
    let mut keyed = Keyed::<T>::default();
    for (partition, document, row) in rows {
        keyed.rows.append(row);
        keyed.partitions.append_value(*partition);
        keyed.documents.append_value(*document);
    }
    with_keys(&keyed.rows.finish()?, keyed.partitions.finish(), keyed.documents.finish())
}

impl<T: Rows> Collector for Keyed<T> {
    fn append(&mut self, extraction: &Extraction, partition: i32, document: i32) {
        for row in T::rows(extraction) {
            self.rows.append(row);
            self.partitions.append_value(partition);
            self.documents.append_value(document);
        }
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        with_keys(&self.rows.finish()?, self.partitions.finish(), self.documents.finish())
    }
}

/// Rows of a table with the partition and the document that each belongs to.
pub(super) fn with_keys(batch: &RecordBatch, partitions: Int32Array, documents: Int32Array) -> Result<RecordBatch, ArrowError> {
    let keys = [PARTITION_KEY, DOCUMENT_KEY].map(|name| Arc::new(Field::new(name, DataType::Int32, false)));
    let fields: Vec<_> = batch.schema().fields().iter().cloned().chain(keys).collect();
    let mut columns = batch.columns().to_vec();
    columns.push(Arc::new(partitions) as ArrayRef);
    columns.push(Arc::new(documents));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
