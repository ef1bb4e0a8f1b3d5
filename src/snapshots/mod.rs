//! What can be done with published snapshots: list them, compare two, check them, go back to one, remove old ones.

mod diff;
mod prune;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;

pub use diff::{AmountChange, DepartmentDiff, Diff, DocumentChange, diff};
pub use prune::{Keep, Pruned, prune};

use crate::load::{
    Checked, Damage, LoadError, Look, RunRecord, Snapshot, StoredSnapshot, Warehouse, current_id, snapshot_ids, snapshot_path, time_text,
};

/// A snapshot in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Whether readers see it.
    pub is_current: bool,
    /// When it was made, UTC.
    pub made: String,
    /// Until when it was current, UTC; null where it is.
    pub current_until: Option<String>,
    /// Version of the program that made it.
    pub version: String,
    /// Rows of `documents`.
    pub documents: u64,
    /// Rows of `line_items`.
    pub line_items: u64,
    /// Bytes of its files.
    pub bytes: u64,
    /// Bytes of its files that are in no other snapshot: what removing it frees.
    pub own_bytes: u64,
    /// What is wrong with its manifest; null where nothing is.
    pub damage: Option<String>,
}

/// The snapshots of the warehouse in `root`, the youngest first.
pub fn list(root: &Path) -> Result<Vec<Listed>, LoadError> {
    check_warehouse(root)?;
    let current = current_id(root)?;
    let mut snapshots: Vec<(SystemTime, Listed)> = Vec::new();
    for id in snapshot_ids(root)? {
        let path = snapshot_path(root, &id);
        let times = times(&path);
        let is_current = current.as_deref() == Some(&id);
        let mut listed = Listed {
            is_current,
            made: time_text(times.made),
            current_until: (!is_current).then(|| time_text(times.current_until)),
            version: String::new(),
            documents: 0,
            line_items: 0,
            bytes: 0,
            own_bytes: 0,
            damage: None,
            id,
        };
        match StoredSnapshot::open(&path) {
            Ok(stored) => {
                let rows = |table: &str| {
                    stored
                        .manifest
                        .files
                        .iter()
                        .filter(|file| file.table() == table)
                        .map(|file| file.rows)
                        .sum()
                };
                listed.version.clone_from(&stored.manifest.maker.version);
                (listed.documents, listed.line_items) = (rows("documents"), rows("line_items"));
                for file in stored.manifest.all_files() {
                    listed.bytes += file.size;
                    let links = std::fs::metadata(path.join(&file.path)).map_or(0, |file| std::os::unix::fs::MetadataExt::nlink(&file));
                    listed.own_bytes += if links == 1 { file.size } else { 0 };
                }
            }
            Err(damage) => listed.damage = Some(damage.to_string()),
        }
        snapshots.push((times.made, listed));
    }
    snapshots.sort_by(|(a_made, a), (b_made, b)| (b_made, &b.id).cmp(&(a_made, &a.id)));
    Ok(snapshots.into_iter().map(|(_, listed)| listed).collect())
}

/// Nothing is made of a path that was mistyped.
fn check_warehouse(root: &Path) -> Result<(), LoadError> {
    if current_id(root)?.is_none() && snapshot_ids(root)?.is_empty() {
        return Err(LoadError::NoWarehouse { path: root.to_owned() });
    }
    Ok(())
}

/// When a snapshot was made, and until when it was current.
struct Times {
    made: SystemTime,
    current_until: SystemTime,
}

fn times(snapshot: &Path) -> Times {
    let modified = |path: PathBuf| std::fs::metadata(path).and_then(|metadata| metadata.modified());
    let current_until = modified(snapshot.to_owned()).unwrap_or(SystemTime::UNIX_EPOCH);
    Times {
        made: modified(snapshot.join(crate::load::MANIFEST_FILE)).unwrap_or(current_until),
        current_until,
    }
}

/// The id that is meant by an id, the beginning of one, or `current`.
pub fn resolve(root: &Path, given: &str) -> Result<String, LoadError> {
    let none = || LoadError::NoSnapshot {
        id: given.to_owned(),
        path: root.to_owned(),
    };
    check_warehouse(root)?;
    if given == "current" {
        return current_id(root)?.ok_or_else(none);
    }
    let ids = snapshot_ids(root)?;
    if ids.iter().any(|id| id == given) {
        return Ok(given.to_owned());
    }
    let mut meant = ids.into_iter().filter(|id| !given.is_empty() && id.starts_with(given));
    match (meant.next(), meant.next()) {
        (Some(id), None) => Ok(id),
        _ => Err(none()),
    }
}

/// What was found out about a snapshot.
#[derive(Debug)]
pub struct Verified {
    /// Its id.
    pub id: String,
    /// Files looked at.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// What is wrong.
    pub damages: Vec<Damage>,
}

/// Hashes every file of the snapshot `id`, or of all, and compares it with the manifest. A file of several snapshots is hashed once.
pub fn verify(root: &Path, id: Option<&str>) -> Result<Vec<Verified>, LoadError> {
    check_warehouse(root)?;
    let ids = match id {
        Some(id) => vec![resolve(root, id)?],
        None => {
            let mut ids = snapshot_ids(root)?;
            // `current` may lead nowhere.
            ids.extend(current_id(root)?.filter(|current| !snapshot_path(root, current).exists()));
            ids
        }
    };
    let checked = Checked::default();
    let verify = |id: String| match StoredSnapshot::open(&snapshot_path(root, &id)) {
        Ok(stored) => {
            let mut damages = stored.damages(Look::Whole, &checked);
            damages.extend(stored.strangers());
            damages.sort();
            Verified {
                files: stored.manifest.all_files().count(),
                bytes: stored.manifest.all_files().map(|file| file.size).sum(),
                id,
                damages,
            }
        }
        Err(damage) => Verified {
            id,
            files: 0,
            bytes: 0,
            damages: vec![damage],
        },
    };
    Ok(ids.into_iter().map(verify).collect())
}

/// Makes the snapshot `id` the current one, once every file of it has been checked.
pub fn rollback(root: &Path, id: &str) -> Result<Snapshot, LoadError> {
    let id = resolve(root, id)?;
    let mut record = RunRecord::begin("rollback");
    let warehouse = Warehouse::open(root)?;
    record.previous_snapshot = current_id(root)?.unwrap_or_default();
    let damages = verify(root, Some(&id))?
        .into_iter()
        .flat_map(|verified| verified.damages)
        .collect::<Vec<_>>();
    if !damages.is_empty() {
        return Err(LoadError::Damaged { snapshot: id, damages });
    }
    let snapshot = warehouse.switch_to(&id)?;
    record.snapshot.clone_from(&snapshot.id);
    record.outcome = if snapshot.unchanged { "unchanged" } else { "published" };
    record.ended = time_text(SystemTime::now());
    record.write(&warehouse);
    Ok(snapshot)
}
