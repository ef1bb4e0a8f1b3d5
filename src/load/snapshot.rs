//! Publishes a snapshot whole or not at all.
//!
//! ```text
//! WAREHOUSE/.lock                     held by the run that writes
//! WAREHOUSE/.staging/                 what a run is making; gone when it ends, however it ends
//! WAREHOUSE/snapshots/<id>/           manifest.json and <table>/city=…/year=…/department=…/<hash>.parquet
//! WAREHOUSE/current                   symbolic link to snapshots/<id>
//! ```
//! Everything is written and synced in staging, renamed to its id, and becomes visible with one rename of the link. A crash at any point leaves
//! `current` on the snapshot before; what it left in staging goes with the next run.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::error::IoContext;
use super::lock::Lock;
use super::manifest::MANIFEST_FILE;
use super::{LoadError, Manifest};

const STAGING: &str = ".staging";
const SNAPSHOTS: &str = "snapshots";
const CURRENT: &str = "current";

/// A warehouse that this run may write to.
#[derive(Debug)]
pub struct Warehouse {
    root: PathBuf,
    _lock: Lock,
}

impl Warehouse {
    /// Opens the warehouse in `root`, which is made if need be, for this run alone.
    pub fn open(root: &Path) -> Result<Self, LoadError> {
        fs::create_dir_all(root).doing("create the warehouse", root)?;
        let lock = Lock::take(root)?;
        let current = root.join(CURRENT);
        match fs::symlink_metadata(&current) {
            Ok(metadata) if !metadata.is_symlink() => Err(LoadError::CurrentIsNoLink { path: current }),
            _ => Ok(Self {
                root: root.to_owned(),
                _lock: lock,
            }),
        }
    }

    /// An empty staging folder.
    pub fn stage(&self) -> Result<Staging<'_>, LoadError> {
        let root = self.root.join(STAGING);
        remove_tree(&root).doing("remove what an earlier run left in", &root)?;
        let staging = Staging { warehouse: self, root };
        let snapshot = staging.snapshot();
        fs::create_dir_all(&snapshot).doing("create", &snapshot)?;
        Ok(staging)
    }
}

/// The snapshot in the making. Dropped without [`Staging::publish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Staging<'a> {
    warehouse: &'a Warehouse,
    root: PathBuf,
}

/// A published snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its id: the same for the same input, configuration and version.
    pub id: String,
    /// The link that readers follow.
    pub current: PathBuf,
    /// Whether `current` was on it before.
    pub unchanged: bool,
}

impl Staging<'_> {
    /// Where the snapshot's files are written.
    pub fn snapshot(&self) -> PathBuf {
        self.root.join("snapshot")
    }

    /// Where records wait.
    pub fn spill(&self) -> PathBuf {
        self.root.join("spill")
    }

    /// Makes the staged files the current snapshot.
    pub fn publish(self, manifest: &Manifest) -> Result<Snapshot, LoadError> {
        let (bytes, id) = manifest.encode()?;
        let staged = self.snapshot();
        let path = staged.join(MANIFEST_FILE);
        fs::write(&path, &bytes).doing("write", &path)?;
        sync_file_system(&staged)?;

        let root = &self.warehouse.root;
        let snapshots = root.join(SNAPSHOTS);
        fs::create_dir_all(&snapshots).doing("create", &snapshots)?;
        let target = snapshots.join(&id);
        if !is_whole(&target, manifest, &bytes) {
            if target.exists() {
                // The same snapshot, damaged by someone: the fresh one takes its place.
                let damaged = self.root.join("damaged");
                fs::rename(&target, &damaged).doing("move away the damaged snapshot", &target)?;
            }
            fs::rename(&staged, &target).doing("rename the staged snapshot to", &target)?;
        }
        // The snapshot has its name for good before anything leads to it.
        sync_directory(&snapshots)?;

        let link = Path::new(SNAPSHOTS).join(&id);
        let current = root.join(CURRENT);
        let unchanged = fs::read_link(&current).is_ok_and(|before| before == link);
        if !unchanged {
            let fresh = self.root.join(CURRENT);
            symlink(&link, &fresh).doing("create the link", &fresh)?;
            fs::rename(&fresh, &current).doing("switch", &current)?;
        }
        if let Err(error) = sync_directory(root) {
            // Readers see the new snapshot already; a crash of the machine may bring the old one back, which is whole, too.
            tracing::warn!(%error, "the switch of the snapshot could not be made durable");
        }
        Ok(Snapshot { id, current, unchanged })
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        if let Err(error) = remove_tree(&self.root) {
            tracing::warn!(path = %self.root.display(), %error, "cannot remove the staging folder; the next run tries again");
        }
    }
}

/// Whether a snapshot has every file of its manifest. Contents are not read: file names are hashes of them, and sizes give away a cut file.
fn is_whole(snapshot: &Path, manifest: &Manifest, bytes: &[u8]) -> bool {
    fs::read(snapshot.join(MANIFEST_FILE)).is_ok_and(|found| found == bytes)
        && manifest
            .files
            .iter()
            .all(|file| fs::metadata(snapshot.join(&file.path)).is_ok_and(|metadata| metadata.len() == file.size))
}

fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// One `syncfs` instead of one `fsync` for each of thousands of small files.
fn sync_file_system(path: &Path) -> Result<(), LoadError> {
    let directory = File::open(path).doing("open", path)?;
    rustix::fs::syncfs(&directory).doing("sync", path)
}

fn sync_directory(path: &Path) -> Result<(), LoadError> {
    File::open(path).and_then(|directory| directory.sync_all()).doing("sync", path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::ManifestFile;

    fn publish(warehouse: &Warehouse, content: &str) -> Snapshot {
        let staging = warehouse.stage().unwrap();
        fs::write(staging.snapshot().join("data"), content).unwrap();
        let file = ManifestFile {
            path: "data".to_owned(),
            size: content.len() as u64,
            sha256: content.to_owned(),
            rows: 0,
        };
        staging.publish(&Manifest::new(String::new(), Vec::new(), vec![file])).unwrap()
    }

    fn current(root: &Path) -> String {
        fs::read_to_string(root.join("current/data")).unwrap()
    }

    #[test]
    fn current_switches_and_earlier_snapshots_stay() {
        let root = tempfile::tempdir().unwrap();
        let warehouse = Warehouse::open(root.path()).unwrap();
        let first = publish(&warehouse, "one");
        assert_eq!(current(root.path()), "one");
        let second = publish(&warehouse, "two");
        assert_eq!(current(root.path()), "two");
        assert!(root.path().join("snapshots").join(&first.id).join("data").exists() && first.id != second.id);

        let again = publish(&warehouse, "two");
        assert!(again.unchanged && again.id == second.id && current(root.path()) == "two");
        let back = publish(&warehouse, "one");
        assert!(!back.unchanged && back.id == first.id && current(root.path()) == "one");
        assert!(!root.path().join(STAGING).exists());
    }

    #[test]
    fn a_damaged_snapshot_is_replaced_by_the_same_one() {
        let root = tempfile::tempdir().unwrap();
        let warehouse = Warehouse::open(root.path()).unwrap();
        let first = publish(&warehouse, "one");
        fs::remove_file(root.path().join("current/data")).unwrap();
        assert_eq!(publish(&warehouse, "one").id, first.id);
        assert_eq!(current(root.path()), "one");
    }

    #[test]
    fn a_staging_that_is_given_up_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(".staging/left/over")).unwrap();
        let warehouse = Warehouse::open(root.path()).unwrap();
        publish(&warehouse, "one");
        drop(warehouse.stage().unwrap());
        assert!(!root.path().join(STAGING).exists());
        assert_eq!(current(root.path()), "one");
    }

    #[test]
    fn a_current_of_someone_else_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(CURRENT)).unwrap();
        assert!(matches!(Warehouse::open(root.path()), Err(LoadError::CurrentIsNoLink { .. })));
    }
}
