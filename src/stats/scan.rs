//! The tables of a snapshot as lazy polars frames.
//!
//! polars' own Parquet scan brings its streaming engine, and that an HTTP client, TLS and cloud stores: half of the build for what is never
//! used. The Parquet library is in the program anyway, so a scan is a few lines: it reads only the columns that a query needs, skips row
//! groups of other cities than are looked at, and drops rows that its filter drops while it reads, batch by batch; memory is that of the rows
//! that are left.

use std::any::Any;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType as ArrowType, Fields, Schema as ArrowSchema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use polars::prelude::*;
use rayon::prelude::*;

use super::StatsError;
use super::cities::{CITY, Cities, Share};
use super::column::{column, type_of};
use crate::extraction::Partition;
use crate::load::{PublishedTable, parquet_files, partition_values};

/// Rows that are filtered at once: enough that planning a filter costs nothing beside it.
const BATCH: usize = 32 << 10;
/// Files of partitions that one thread reads in one go.
const FILES: usize = 64;

/// A table of a snapshot: where its rows are.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    schema: SchemaRef,
    pieces: Vec<Piece>,
}

impl Table {
    /// Looks for the rows of a table of the snapshot in a directory.
    pub fn open(snapshot: &Path, table: &PublishedTable) -> Result<Self, StatsError> {
        Ok(Self {
            name: table.name,
            schema: schema_of(table)?,
            pieces: pieces(snapshot, table.name)?,
        })
    }

    /// Its rows of some cities as a lazy frame.
    pub fn scan(self: &Arc<Self>, cities: &Cities) -> Result<LazyFrame, StatsError> {
        let arguments = ScanArgsAnonymous {
            schema: Some(Arc::clone(&self.schema)),
            name: self.name,
            ..ScanArgsAnonymous::default()
        };
        let scan = Scan {
            table: Arc::clone(self),
            cities: cities.clone(),
        };
        Ok(LazyFrame::anonymous_scan(Arc::new(scan), arguments)?)
    }
}

/// What is read in one go. City, year and department are columns of the file, or else those of its path.
struct Piece {
    path: PathBuf,
    partition: Partition,
    row_group: Option<RowGroup>,
}

/// A row group of a compact file.
struct RowGroup {
    file: ArrowReaderMetadata,
    number: usize,
}

impl Piece {
    /// Whether its rows are those of some cities.
    fn share_in(&self, cities: &Cities) -> Share {
        let Some(group) = &self.row_group else {
            return cities.share_of_one(self.partition.city.as_deref());
        };
        let columns = group.file.metadata().row_group(group.number).columns();
        let column = columns.iter().find(|column| column.column_path().string() == CITY);
        let known = column.and_then(|column| column.statistics()).and_then(|known| {
            let bound = |bytes: Option<&[u8]>| String::from_utf8(bytes?.to_vec()).ok();
            let is_null = known.null_count_opt()? > 0;
            (!is_null).then_some((bound(known.min_bytes_opt())?, bound(known.max_bytes_opt())?))
        });
        known.map_or(Share::Some, |(first, last)| cities.share_between(&first, &last))
    }
}

/// The pieces of a table: the row groups of its compact files (`compact/<table>/`), where the snapshot has them, else the files of its partitions.
fn pieces(snapshot: &Path, table: &str) -> Result<Vec<Piece>, StatsError> {
    let compact = snapshot.join("compact").join(table);
    let mut pieces = Vec::new();
    if compact.is_dir() {
        for path in parquet_files(&compact)? {
            let file = open(&path).and_then(|file| metadata(&file).map_err(|error| named(&path, &error)))?;
            pieces.extend((0..file.metadata().num_row_groups()).map(|number| Piece {
                path: path.clone(),
                partition: Partition::default(),
                row_group: Some(RowGroup {
                    file: file.clone(),
                    number,
                }),
            }));
        }
        return Ok(pieces);
    }
    let root = snapshot.join(table);
    for path in parquet_files(&root)? {
        pieces.push(Piece {
            partition: partition_values(&path.strip_prefix(&root).unwrap_or(&path).to_string_lossy()),
            path,
            row_group: None,
        });
    }
    Ok(pieces)
}

/// What a compact file says of itself. Its texts are read as its dictionaries have them: once each, however many rows have them.
fn metadata(file: &File) -> Result<ArrowReaderMetadata, ParquetError> {
    let written = ArrowReaderMetadata::load(file, ArrowReaderOptions::default())?;
    let words = ArrowType::Dictionary(Box::new(ArrowType::Int32), Box::new(ArrowType::Utf8));
    let fields = written.schema().fields().iter().map(|field| match field.data_type() {
        ArrowType::Utf8 => Arc::new(field.as_ref().clone().with_data_type(words.clone())),
        _ => Arc::clone(field),
    });
    let schema = Arc::new(ArrowSchema::new(fields.collect::<Fields>()));
    ArrowReaderMetadata::try_new(Arc::clone(written.metadata()), ArrowReaderOptions::new().with_schema(schema))
}

/// The columns of a table in polars' types; the partition's come last.
fn schema_of(table: &PublishedTable) -> Result<SchemaRef, StatsError> {
    let mut schema = Schema::default();
    for column in (table.columns)() {
        schema.insert(column.name.into(), type_of(&column.data_type).map_err(StatsError::Frame)?);
    }
    schema.insert(CITY.into(), DataType::String);
    schema.insert("year".into(), DataType::Int32);
    schema.insert("department".into(), DataType::String);
    Ok(Arc::new(schema))
}

struct Scan {
    table: Arc<Table>,
    cities: Cities,
}

impl AnonymousScan for Scan {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn allows_projection_pushdown(&self) -> bool {
        true
    }

    fn allows_predicate_pushdown(&self) -> bool {
        true
    }

    fn scan(&self, arguments: AnonymousScanArgs) -> PolarsResult<DataFrame> {
        let wanted: Vec<PlSmallStr> = match &arguments.with_columns {
            Some(columns) => columns.to_vec(),
            None => self.table.schema.iter_names_cloned().collect(),
        };
        let predicate = arguments.predicate.as_ref().and_then(lasting);
        let empty = self.frame(&[], &wanted, None)?;
        // Files of a few hundred rows are taken together; their order is that of their paths.
        let pieces: Vec<(&Piece, Share)> = self
            .table
            .pieces
            .iter()
            .map(|piece| (piece, piece.share_in(&self.cities)))
            .collect();
        let pieces: Vec<(&Piece, Share)> = pieces.into_iter().filter(|(_, share)| *share != Share::None).collect();
        let together = if pieces.iter().any(|(piece, _)| piece.row_group.is_some()) {
            1
        } else {
            FILES
        };
        let mut all = empty;
        // Some at a time: a thread that waits for its filter takes up the next piece meanwhile, and would have all of them in memory.
        for pieces in pieces.chunks(together * 2 * rayon::current_num_threads()) {
            let parts = pieces
                .par_chunks(together)
                .map(|pieces| self.read(pieces, &wanted, predicate.as_ref()));
            for part in parts.collect::<PolarsResult<Vec<_>>>()? {
                all.vstack_mut(&part)?;
            }
        }
        Ok(match arguments.n_rows {
            Some(rows) => all.head(Some(rows)),
            None => all,
        })
    }
}

impl Scan {
    fn read(&self, pieces: &[(&Piece, Share)], wanted: &[PlSmallStr], predicate: Option<&Expr>) -> PolarsResult<DataFrame> {
        let mut all = self.frame(&[], wanted, None)?;
        let mut waiting: Vec<(RecordBatch, &Partition)> = Vec::new();
        let mut rows = 0;
        for (piece, share) in pieces {
            for batch in batches(piece, wanted, *share)? {
                let batch = batch.map_err(|error| named(&piece.path, &error))?;
                let batch = match share {
                    Share::Some => self.cities.rows_of(&batch).map_err(|error| named(&piece.path, &error))?,
                    _ => batch,
                };
                rows += batch.num_rows();
                waiting.push((batch, &piece.partition));
                if rows >= BATCH {
                    all.vstack_mut(&self.frame(&waiting, wanted, predicate)?)?;
                    waiting.clear();
                    rows = 0;
                }
            }
        }
        if rows > 0 {
            all.vstack_mut(&self.frame(&waiting, wanted, predicate)?)?;
        }
        Ok(all)
    }

    /// Some batches as one frame, without the rows that `predicate` drops.
    fn frame(&self, batches: &[(RecordBatch, &Partition)], wanted: &[PlSmallStr], predicate: Option<&Expr>) -> PolarsResult<DataFrame> {
        let height = batches.iter().map(|(batch, _)| batch.num_rows()).sum();
        let columns = wanted.iter().map(|name| {
            let repeated = |value: &dyn Fn(&Partition) -> Option<String>| -> StringChunked {
                let values = batches.iter().map(|(batch, partition)| (value(partition), batch.num_rows()));
                let values: Vec<(Option<String>, usize)> = values.collect();
                let rows = values.iter().flat_map(|(value, rows)| std::iter::repeat_n(value.as_deref(), *rows));
                StringChunked::from_iter_options(name.clone(), rows)
            };
            let in_file = batches.first().is_some_and(|(batch, _)| batch.column_by_name(name).is_some());
            Ok(match name.as_str() {
                _ if in_file => self.column(name, batches)?,
                CITY => repeated(&|partition| partition.city.clone()).into_column(),
                "department" => repeated(&|partition| partition.department.clone()).into_column(),
                "year" => {
                    let rows = batches
                        .iter()
                        .flat_map(|(batch, partition)| std::iter::repeat_n(partition.year, batch.num_rows()));
                    Int32Chunked::from_iter_options(name.clone(), rows).into_column()
                }
                _ => self.column(name, batches)?,
            })
        });
        let frame = DataFrame::new(height, columns.collect::<PolarsResult<_>>()?)?;
        match predicate {
            Some(predicate) if height > 0 => frame.lazy().filter(predicate.clone()).collect(),
            _ => Ok(frame),
        }
    }

    /// A column that the files have.
    fn column(&self, name: &PlSmallStr, batches: &[(RecordBatch, &Partition)]) -> PolarsResult<Column> {
        let arrays: Vec<&ArrayRef> = batches.iter().filter_map(|(batch, _)| batch.column_by_name(name)).collect();
        column(name, &arrays, self.table.schema.try_get(name)?)
    }
}

/// A filter without what polars only hopes for: `ORDER BY … LIMIT` lets it guess, while it sorts, which rows will not be among the first. Such a guess
/// comes as a text that cannot be evaluated, and leaving it out changes no result. Any other such text stays, and fails.
fn lasting(predicate: &Expr) -> Option<Expr> {
    match predicate {
        Expr::BinaryExpr {
            left,
            op: Operator::And,
            right,
        } => match (lasting(left), lasting(right)) {
            (Some(left), Some(right)) => Some(left.and(right)),
            (one, other) => one.or(other),
        },
        Expr::Display { fmt_str, .. } if fmt_str.to_lowercase().contains("dynamic") => None,
        _ => Some(predicate.clone()),
    }
}

/// The batches of a piece with the wanted columns of those that it has; with the city, where only some of its rows are wanted.
fn batches(piece: &Piece, wanted: &[PlSmallStr], share: Share) -> PolarsResult<ParquetRecordBatchReader> {
    let file = open(&piece.path)?;
    let builder = match &piece.row_group {
        Some(group) => ParquetRecordBatchReaderBuilder::new_with_metadata(file, group.file.clone()).with_row_groups(vec![group.number]),
        None => ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| named(&piece.path, &error))?,
    };
    let city = (share == Share::Some).then_some(CITY);
    let mask = ProjectionMask::columns(builder.parquet_schema(), wanted.iter().map(PlSmallStr::as_str).chain(city));
    let reader = builder.with_batch_size(BATCH).with_projection(mask);
    reader.build().map_err(|error| named(&piece.path, &error))
}

fn open(path: &Path) -> PolarsResult<File> {
    File::open(path).map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &dyn std::fmt::Display) -> PolarsError {
    polars_err!(ComputeError: "{}: {error}", path.display())
}
