//! The compact layout: beside the partitions, the same rows in a few large files, for whoever scans everything.
//!
//! `compact/<table>/<hash>.parquet` has the partition columns as real columns. Rows stand by city, department and year, then as in their
//! partition; a row group holds whole bodies, so that readers who ask for one skip the others by the statistics of the row groups.
//!
//! It is made of the partitions' files once these are written, and of nothing else. Where the snapshot before has the same file, it is linked;
//! where it has the same row group, that is copied as it is, without being decoded; and where it has other rows with some of the same
//! files' in a row group, these are taken from there.

mod layout;
mod row_group;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::sync::atomic::Ordering;

use arrow::array::RecordBatch;
use parquet::errors::ParquetError;
use rayon::prelude::*;

use self::layout::{FileLayout, Group, Hashes, layout};
use self::row_group::{Encoded, Opened, PIECE, assemble, encode};
use super::carry::read_whole;
use super::error::IoContext;
use super::parquet::{link, place_for};
use super::published::{PUBLISHED, PublishedTable};
use super::{Destination, LoadError, ManifestFile, StoredSnapshot};
use crate::config::CompactSettings;
use crate::hash::sha256_hex;

/// Name of its directory in a snapshot.
pub const COMPACT: &str = "compact";

/// Writes the compact layout of `files`, which are all files of the partitions and lie in their place. What `previous`, made by this very
/// program, has already is taken from there.
pub fn write_compact(files: &[ManifestFile], previous: Option<&StoredSnapshot>, to: &Destination) -> Result<Vec<ManifestFile>, LoadError> {
    let settings = &to.config.settings.compact;
    let mut hashes = Hashes::default();
    let before = previous.map(|previous| Before::of(previous, settings, &mut hashes));
    let layouts = PUBLISHED.iter().flat_map(|table| of_table(table, files, settings, &mut hashes));
    let layouts: Vec<(&PublishedTable, FileLayout)> = layouts.collect();
    let write = |(table, layout): &(&PublishedTable, FileLayout)| write_file(table, layout, before.as_ref(), to);
    layouts.par_iter().map(write).collect()
}

fn of_table<'m>(
    table: &'static PublishedTable,
    files: &'m [ManifestFile],
    settings: &CompactSettings,
    hashes: &mut Hashes,
) -> Vec<(&'static PublishedTable, FileLayout<'m>)> {
    let own = files.iter().filter(|file| file.table() == table.name);
    layout(table.name, own, settings, hashes)
        .into_iter()
        .map(|layout| (table, layout))
        .collect()
}

/// The compact layout of the snapshot before.
struct Before<'p> {
    snapshot: &'p StoredSnapshot,
    /// Its files by table and the body that they begin with.
    files: HashMap<(&'p str, String), (FileLayout<'p>, &'p ManifestFile)>,
    /// Where each of its row groups is, by the first file of a partition in it.
    groups: HashMap<&'p str, (&'p ManifestFile, usize, Group<'p>)>,
    /// Where the rows of each file of a partition are.
    rows: HashMap<&'p str, Rows<'p>>,
}

/// Where the rows of a file of a partition are in the compact layout.
#[derive(Clone, Copy)]
struct Rows<'p> {
    /// The compact file.
    file: &'p ManifestFile,
    /// The row group.
    group: usize,
    /// The first of them in it.
    from: u64,
}

impl<'p> Before<'p> {
    fn of(snapshot: &'p StoredSnapshot, settings: &CompactSettings, hashes: &mut Hashes) -> Self {
        let compact = snapshot.manifest.compact.iter();
        let compact: HashMap<(&str, &str), &ManifestFile> = compact.map(|file| (key_of(file), file)).collect();
        let mut before = Self {
            snapshot,
            files: HashMap::new(),
            groups: HashMap::new(),
            rows: HashMap::new(),
        };
        for (table, layout) in PUBLISHED
            .iter()
            .flat_map(|table| of_table(table, &snapshot.manifest.files, settings, hashes))
        {
            let from = layout.from();
            let Some(file) = compact.get(&(table.name, from.as_str())).copied() else {
                continue;
            };
            for (number, group) in layout.groups.iter().enumerate() {
                if let Some((_, first)) = group.first().and_then(|body| body.files.first()) {
                    before.groups.insert(&first.path, (file, number, group.clone()));
                }
                let mut from = 0;
                for (_, own) in group.iter().flat_map(|body| &body.files) {
                    before.rows.insert(&own.path, Rows { file, group: number, from });
                    from += own.rows;
                }
            }
            before.files.insert((table.name, from), (layout, file));
        }
        before
    }

    /// Its file of the same rows.
    fn same_file(&self, layout: &FileLayout) -> Option<&'p ManifestFile> {
        let (before, file) = self.files.get(&(layout.table, layout.from()))?;
        (before == layout).then_some(*file)
    }

    /// Its file with a row group of the same rows, and the group's place in it.
    fn same_group(&self, group: &Group) -> Option<(&'p ManifestFile, usize)> {
        let (_, first) = group.first()?.files.first()?;
        let (file, number, before) = self.groups.get(first.path.as_str())?;
        (before == group).then_some((*file, *number))
    }

    /// Its files with rows of a group.
    fn files_with<'s>(&'s self, group: &'s Group) -> impl Iterator<Item = &'p ManifestFile> + 's {
        let files = group.iter().flat_map(|body| &body.files);
        files.filter_map(|(_, file)| Some(self.rows.get(file.path.as_str())?.file))
    }
}

/// The table of a compact file and the body that it begins with.
fn key_of(file: &ManifestFile) -> (&str, &str) {
    (table_of(file), file.from.as_deref().unwrap_or_default())
}

/// The table of a compact file.
pub fn table_of(file: &ManifestFile) -> &str {
    file.path.split('/').nth(1).unwrap_or_default()
}

fn write_file(table: &PublishedTable, layout: &FileLayout, before: Option<&Before>, to: &Destination) -> Result<ManifestFile, LoadError> {
    if let Some((before, same)) = before.and_then(|before| Some((before, before.same_file(layout)?))) {
        link(same, before.snapshot, to.snapshot)?;
        return Ok(same.clone());
    }
    let unreadable = |source| LoadError::Parquet { table: table.name, source };
    let mut opened: HashMap<&str, Opened> = HashMap::new();
    if let Some(before) = before {
        for file in layout.groups.iter().flat_map(|group| before.files_with(group)) {
            if !opened.contains_key(file.path.as_str()) {
                let bytes = read_whole(file, before.snapshot)?;
                opened.insert(&file.path, Opened::new(table, bytes).map_err(unreadable)?);
            }
        }
    }
    let group = |group: &Group| {
        if to.stop.load(Ordering::Relaxed) {
            return Err(LoadError::Interrupted);
        }
        let copied = before.and_then(|before| before.same_group(group));
        match copied.and_then(|(file, number)| Some((opened.get(file.path.as_str())?, number))) {
            Some((file, number)) => Ok(file.group(number)),
            None => {
                let mut decoded = Decoded::default();
                encode(table, group, to.snapshot, &mut |file| decoded.rows_of(file, before, &opened))
            }
        }
    };
    let groups: Vec<Encoded> = layout.groups.par_iter().map(group).collect::<Result<_, _>>()?;
    let rows = layout.groups.iter().map(|group| layout::rows_of(group)).sum();
    let bytes = assemble(table, &groups).map_err(unreadable)?;
    let sha256 = sha256_hex(&bytes);
    let file = ManifestFile {
        path: format!("{COMPACT}/{}/{}.parquet", table.name, &sha256[..32]),
        size: bytes.len() as u64,
        sha256,
        rows,
        checks: None,
        from: Some(layout.from()),
    };
    let absolute = place_for(&file, to.snapshot)?;
    fs::write(&absolute, &bytes).doing("write", &absolute)?;
    Ok(file)
}

/// Row groups of the snapshot before, decoded.
#[derive(Default)]
struct Decoded<'p>(HashMap<(&'p str, usize), Option<RecordBatch>>);

impl<'p> Decoded<'p> {
    /// The rows of a file of a partition, where the snapshot before has them and they are not too many to be decoded at once.
    fn rows_of(
        &mut self,
        file: &ManifestFile,
        before: Option<&Before<'p>>,
        opened: &HashMap<&str, Opened>,
    ) -> Result<Option<RecordBatch>, ParquetError> {
        let Some(rows) = before.and_then(|before| before.rows.get(file.path.as_str())) else {
            return Ok(None);
        };
        let key = (rows.file.path.as_str(), rows.group);
        let Some(source) = opened.get(key.0) else { return Ok(None) };
        let decoded = match self.0.entry(key) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(source.rows(rows.group, PIECE)?),
        };
        let (Ok(from), Ok(count)) = (usize::try_from(rows.from), usize::try_from(file.rows)) else {
            return Ok(None);
        };
        let fits = decoded.as_ref().filter(|decoded| from + count <= decoded.num_rows());
        Ok(fits.map(|decoded| decoded.slice(from, count)))
    }
}
