//! Keeps the memory of a run flat: records wait for their partition to be written in Arrow IPC files of the staging folder.
//!
//! All years of a body lie in one shard; bodies are hashed to shards. A shard takes up about [`SHARD_BYTES`] of input, so that writing one needs the same memory however large
//! the corpus is, and there is one buffer of rows for each shard and table, all of them together bounded by [`BUFFERED_ROWS`].

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow::array::{Int32Array, RecordBatch};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

use super::LoadError;
use super::across::Batches;
use super::error::IoContext;
use super::partition::group_of;
use super::published::{Collector, PUBLISHED, with_keys};
use super::sibling::{Sibling, of_partitions};
use crate::extraction::Extraction;

/// How much input makes up one shard. Text of disclosures becomes some fifteen times as much in memory.
const SHARD_BYTES: u64 = 4 << 20;
/// More shards than this cost more in small files, and in buffers of few rows, than they save: large shards are written in parts.
const MAX_SHARDS: u64 = 256;
/// Rows that all shards together may hold back from disk, for each table.
const BUFFERED_ROWS: usize = 64 << 10;
/// How much of a table of a shard is in memory at a time, where it is of several partitions: where one body discloses as much as others together, its
/// shard is far larger than most.
const PASS_BYTES: u64 = 32 << 20;

/// Takes records from any thread, in any order.
pub struct Spill {
    directory: PathBuf,
    shards: Vec<Mutex<Shard>>,
    /// A collector with more rows than this is written out.
    flush_rows: usize,
}

impl Spill {
    /// An empty spill in `directory` for about `input_bytes` of input, worked on by `threads`.
    pub fn new(directory: PathBuf, input_bytes: u64, threads: usize) -> Result<Self, LoadError> {
        fs::create_dir_all(&directory).doing("create", &directory)?;
        // Several shards a thread, so that threads seldom want the same one and share the writing evenly.
        let count = (input_bytes / SHARD_BYTES).clamp(4 * threads as u64, MAX_SHARDS.max(4 * threads as u64));
        let shards: Vec<_> = (0..count).map(|number| Mutex::new(Shard::new(number))).collect();
        let flush_rows = (BUFFERED_ROWS / shards.len()).max(1);
        Ok(Self {
            directory,
            shards,
            flush_rows,
        })
    }

    /// Takes the records of the disclosure whose place among all is `document`, to be published in `partition` (a partition path).
    pub fn add(&self, partition: &str, document: i32, extraction: &Extraction) -> Result<(), LoadError> {
        self.shard_of(partition).add(partition, document, extraction, self)
    }

    /// Takes rows of the table `table` of [`PUBLISHED`] that an earlier run made for `partition`; `documents` has the place of each row's
    /// disclosure. Rows of one disclosure have to come in their order.
    pub(super) fn carry(&self, partition: &str, table: usize, rows: &RecordBatch, documents: Int32Array) -> Result<(), LoadError> {
        let mut shard = self.shard_of(partition);
        let partition = shard.index_of(partition);
        let partitions = Int32Array::from(vec![partition; rows.num_rows()]);
        let batch = with_keys(rows, partitions, documents).and_then(|batch| encode(&batch));
        let bytes = batch.map_err(|source| LoadError::Arrow {
            table: PUBLISHED[table].name,
            source,
        })?;
        shard.count(table, partition, rows.num_rows());
        shard.write(table, &bytes, self)
    }

    /// Puts a partition of the snapshot before beside those of the same body.
    pub fn accompany(&self, sibling: Sibling) {
        self.shard_of(&sibling.partition).siblings.push(sibling);
    }

    /// All shards that hold something, ready to be written in any order.
    pub fn finish(self) -> Result<Vec<SpilledShard>, LoadError> {
        let mut spilled = Vec::new();
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for table in 0..PUBLISHED.len() {
                shard.flush(table, &self)?;
            }
            if !shard.partitions.is_empty() || !shard.siblings.is_empty() {
                spilled.push(SpilledShard {
                    siblings: std::mem::take(&mut shard.siblings),
                    partitions: std::mem::take(&mut shard.partitions),
                    files: std::mem::take(&mut shard.files),
                    rows: std::mem::take(&mut shard.rows),
                });
            }
        }
        Ok(spilled)
    }

    /// FNV-1a: stable, and names of bodies are short.
    fn shard_of(&self, partition: &str) -> MutexGuard<'_, Shard> {
        let hash = group_of(partition).bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let number = usize::try_from(hash % self.shards.len() as u64).unwrap_or(0);
        self.shards[number].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Shard {
    number: u64,
    partitions: Vec<String>,
    siblings: Vec<Sibling>,
    index: HashMap<String, i32>,
    collectors: Vec<Box<dyn Collector>>,
    files: Vec<Option<PathBuf>>,
    /// Rows of each table and partition.
    rows: Vec<Vec<u64>>,
}

impl Shard {
    fn new(number: u64) -> Self {
        Self {
            number,
            partitions: Vec::new(),
            siblings: Vec::new(),
            index: HashMap::new(),
            collectors: PUBLISHED.iter().map(|table| (table.collector)()).collect(),
            files: vec![None; PUBLISHED.len()],
            rows: vec![Vec::new(); PUBLISHED.len()],
        }
    }

    fn index_of(&mut self, partition: &str) -> i32 {
        if let Some(index) = self.index.get(partition) {
            return *index;
        }
        // A shard of more than two billion partitions is out of the question.
        let index = i32::try_from(self.partitions.len()).unwrap_or(i32::MAX);
        self.partitions.push(partition.to_owned());
        self.index.insert(partition.to_owned(), index);
        index
    }

    fn add(&mut self, partition: &str, document: i32, extraction: &Extraction, spill: &Spill) -> Result<(), LoadError> {
        let partition = self.index_of(partition);
        for table in 0..self.collectors.len() {
            let before = self.collectors[table].len();
            self.collectors[table].append(extraction, partition, document);
            self.count(table, partition, self.collectors[table].len() - before);
            if self.collectors[table].len() > spill.flush_rows {
                self.flush(table, spill)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, table: usize, partition: i32, rows: usize) {
        let partition = usize::try_from(partition).unwrap_or(0);
        let counts = &mut self.rows[table];
        counts.resize(counts.len().max(partition + 1), 0);
        counts[partition] += rows as u64;
    }

    /// Appends what was collected of a table to its file.
    fn flush(&mut self, table: usize, spill: &Spill) -> Result<(), LoadError> {
        if self.collectors[table].len() == 0 {
            return Ok(());
        }
        let bytes = self.collectors[table]
            .finish()
            .and_then(|batch| encode(&batch))
            .map_err(|source| LoadError::Arrow {
                table: PUBLISHED[table].name,
                source,
            })?;
        self.write(table, &bytes, spill)
    }

    /// Appends an IPC stream to a table's file: no file stays open in between.
    fn write(&mut self, table: usize, bytes: &[u8], spill: &Spill) -> Result<(), LoadError> {
        let path =
            self.files[table].get_or_insert_with(|| spill.directory.join(format!("{}-{}.arrows", self.number, PUBLISHED[table].name)));
        let file = OpenOptions::new().create(true).append(true).open(&*path);
        file.and_then(|mut file| file.write_all(bytes)).doing("write", path)
    }
}

fn encode(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
    writer.write(batch)?;
    writer.finish()?;
    writer.into_inner()
}

/// A shard whose records are all on disk.
pub struct SpilledShard {
    /// The partition paths that the batches' partition keys count.
    pub partitions: Vec<String>,
    /// Other partitions of the same bodies.
    pub(super) siblings: Vec<Sibling>,
    files: Vec<Option<PathBuf>>,
    rows: Vec<Vec<u64>>,
}

impl SpilledShard {
    /// Partitions, by their keys, that are in memory together while one table of [`PUBLISHED`] is written: all of them, if that is not too much.
    pub(super) fn passes(&self, table: usize) -> Result<Vec<Range<i32>>, LoadError> {
        let bytes = match &self.files[table] {
            Some(path) => fs::metadata(path).doing("look at", path)?.len(),
            None => 0,
        };
        Ok(passes(&self.rows[table], bytes))
    }

    /// The batches of one table of [`PUBLISHED`], in the order in which they came.
    pub(super) fn read(&self, table: usize) -> Result<Vec<RecordBatch>, LoadError> {
        let mut batches = Vec::new();
        self.stream(table, &mut |batch| {
            batches.push(batch);
            Ok(())
        })?;
        Ok(batches)
    }

    /// Those rows of them that are of some partitions.
    pub(super) fn read_of(&self, table: usize, partitions: &Range<i32>) -> Result<Vec<RecordBatch>, LoadError> {
        if *partitions == ALL {
            return self.read(table);
        }
        let mut batches = Vec::new();
        self.stream(table, &mut |batch| {
            let rows = of_partitions(&batch, |partition| partitions.contains(&partition))?;
            if rows.num_rows() > 0 {
                batches.push(rows);
            }
            Ok(())
        })?;
        Ok(batches)
    }

    /// Calls `take` for the batches of a table, of which one is in memory at a time.
    fn stream(&self, table: usize, take: &mut dyn FnMut(RecordBatch) -> Result<(), ArrowError>) -> Result<(), LoadError> {
        let Some(path) = &self.files[table] else { return Ok(()) };
        let corrupt = |source| LoadError::Arrow {
            table: PUBLISHED[table].name,
            source,
        };
        let mut file = BufReader::new(File::open(path).doing("open", path)?);
        while !file.fill_buf().doing("read", path)?.is_empty() {
            for batch in StreamReader::try_new(&mut file, None).map_err(corrupt)? {
                batch.and_then(&mut *take).map_err(corrupt)?;
            }
        }
        Ok(())
    }

    /// Frees the disk space of a shard that was written.
    pub(super) fn remove(self) -> Result<(), LoadError> {
        self.files
            .into_iter()
            .flatten()
            .try_for_each(|path| fs::remove_file(&path).doing("remove", &path))
    }
}

impl Batches for SpilledShard {
    fn each(&self, table: &str, take: &mut dyn FnMut(&RecordBatch)) -> Result<(), LoadError> {
        if let Some(number) = PUBLISHED.iter().position(|published| published.name == table) {
            self.stream(number, &mut |batch| {
                take(&batch);
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// The keys of all partitions, and of those that only accompany them.
const ALL: Range<i32> = 0..i32::MAX;

/// Cuts partitions with so many rows, which take up so many bytes together, into ranges of [`PASS_BYTES`] or one partition.
fn passes(rows: &[u64], bytes: u64) -> Vec<Range<i32>> {
    if bytes <= PASS_BYTES {
        return vec![ALL];
    }
    let most = rows.iter().sum::<u64>().saturating_mul(PASS_BYTES) / bytes;
    let (mut passes, mut start, mut waiting) = (Vec::new(), 0, 0);
    for (partition, rows) in (0..).zip(rows) {
        if waiting > 0 && *rows > 0 && waiting + rows > most {
            passes.push(start..partition);
            (start, waiting) = (partition, 0);
        }
        waiting += rows;
    }
    passes.push(start..ALL.end);
    passes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_shard_is_cut_between_partitions() {
        assert_eq!(passes(&[7, 0, 9], PASS_BYTES), [ALL]);
        assert_eq!(passes(&[], 0), [ALL]);
        // Half of the rows fit.
        let end = ALL.end;
        assert_eq!(passes(&[5, 5, 5, 5], 2 * PASS_BYTES), [0..2, 2..end]);
        assert_eq!(passes(&[1, 18, 1], 2 * PASS_BYTES), [0..1, 1..2, 2..end]);
        assert_eq!(passes(&[0, 20, 0], 2 * PASS_BYTES), [ALL]);
    }
}
