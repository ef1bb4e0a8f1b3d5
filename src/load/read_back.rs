//! Reads a published table back, file by file: what `check` looks at.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::LoadError;
use super::error::IoContext;
use crate::extraction::Partition;

/// Calls `each` for the batches of `table` below `snapshot`, with the partition that they belong to; only `columns` are read. Files come
/// in the byte order of their paths, one at a time.
pub fn read_back(
    snapshot: &Path,
    table: &'static str,
    columns: &[&str],
    each: &mut dyn FnMut(&Partition, &RecordBatch),
) -> Result<(), LoadError> {
    let root = snapshot.join(table);
    for path in parquet_files(&root)? {
        let partition = partition_values(&path.strip_prefix(&root).unwrap_or(&path).to_string_lossy());
        let failed = |source| LoadError::Parquet { table, source };
        let file = File::open(&path).doing("open", &path)?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(failed)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        for batch in builder.with_projection(mask).build().map_err(failed)? {
            let batch = batch.map_err(|source| LoadError::Arrow { table, source })?;
            each(&partition, &batch);
        }
    }
    Ok(())
}

/// The Parquet files below a folder, sorted.
pub fn parquet_files(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let mut paths = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).doing("read", &folder)? {
            let path = entry.doing("read", &folder)?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "parquet") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// The values of a partition path `city=…/year=…/department=…`, as readers see them.
pub fn partition_values(path: &str) -> Partition {
    let mut partition = Partition::default();
    for component in path.split('/') {
        match component.split_once('=') {
            Some(("city", value)) => partition.city = value_of(value),
            Some(("year", value)) => partition.year = value.parse().ok(),
            Some(("department", value)) => partition.department = value_of(value),
            _ => {}
        }
    }
    partition
}

/// A partition value without Hive's escapes.
fn value_of(text: &str) -> Option<String> {
    if text == super::DEFAULT_PARTITION {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::partition_path;

    #[test]
    fn partitions_come_back() {
        for partition in [
            Partition::default(),
            Partition {
                city: Some("大同市".to_owned()),
                year: Some(2023),
                department: Some("a/b=..\n[x] 100%".to_owned()),
            },
        ] {
            assert_eq!(partition_values(&format!("{}/x.parquet", partition_path(&partition))), partition);
        }
    }
}
