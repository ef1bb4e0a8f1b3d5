//! Publishes a snapshot whole or not at all.
//!
//! ```text
//! WAREHOUSE/.lock                     held by the run that writes
//! WAREHOUSE/.staging/                 what a run is making; gone when it ends, however it ends
//! WAREHOUSE/snapshots/<id>/           manifest.json, <table>/city=…/year=…/department=…/<hash>.parquet and compact/<table>/<hash>.parquet
//! WAREHOUSE/current                   symbolic link to snapshots/<id>
//! WAREHOUSE/state                     what the last run saw of the input, see `crawl::seen`
//! WAREHOUSE/runs/                     what every run did, see `lineage`
//! ```
//! Everything is written and synced in staging, renamed to its id, and becomes visible with one rename of the link. A crash at any point leaves
//! `current` on the snapshot before; what it left in staging goes with the next run.
//!
//! The time of change of a snapshot's directory is when it last was `current`, so that `snapshots prune` knows what readers may still hold.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::error::IoContext;
use super::lineage::{self, RUNS};
use super::lock::{Holder, Lock};
use super::{Checked, Damage, LoadError, Look, MANIFEST_FILE, Manifest, StoredSnapshot};

const STAGING: &str = ".staging";
const SNAPSHOTS: &str = "snapshots";
const CURRENT: &str = "current";
const STATE: &str = "state";

/// The id of the snapshot that readers of the warehouse in `root` see; `None` where nothing was published.
pub fn current_id(root: &Path) -> Result<Option<String>, LoadError> {
    let current = root.join(CURRENT);
    match fs::read_link(&current) {
        Ok(target) => Ok(target.file_name().map(|id| id.to_string_lossy().into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Err(LoadError::CurrentIsNoLink { path: current }),
        Err(error) => Err(error).doing("read the link", &current),
    }
}

/// Where the snapshot `id` lies in the warehouse in `root`.
pub fn snapshot_path(root: &Path, id: &str) -> PathBuf {
    root.join(SNAPSHOTS).join(id)
}

/// Where the memory of the input lies in the warehouse in `root`, see [`crate::crawl::seen`].
pub fn state_path(root: &Path) -> PathBuf {
    root.join(STATE)
}

/// The ids of all snapshots in the warehouse in `root`, sorted.
pub fn snapshot_ids(root: &Path) -> Result<Vec<String>, LoadError> {
    let snapshots = root.join(SNAPSHOTS);
    let entries = match fs::read_dir(&snapshots) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.doing("list", &snapshots)?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry.doing("list", &snapshots)?;
        if entry.path().is_dir() {
            ids.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    ids.sort();
    Ok(ids)
}

/// A warehouse that this process alone may write to.
#[derive(Debug)]
pub struct Warehouse {
    root: PathBuf,
    died: Option<Holder>,
    _lock: Lock,
}

impl Warehouse {
    /// Opens the warehouse in `root`, which is made if need be, for this run alone.
    pub fn open(root: &Path) -> Result<Self, LoadError> {
        fs::create_dir_all(root).doing("create the warehouse", root)?;
        let (lock, died) = Lock::take(root)?;
        if let Some(Holder { process, since }) = &died {
            let since = lineage::seconds_text(*since);
            tracing::warn!(
                "process {process}, which has held the warehouse since {since}, died without ending its run; its lock is taken over"
            );
        }
        current_id(root)?;
        let staging = root.join(STAGING);
        remove_tree(&staging).doing("remove what an earlier run left in", &staging)?;
        Ok(Self {
            root: root.to_owned(),
            died,
            _lock: lock,
        })
    }

    /// Where it lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The process that held it and died, if that is how its last run ended.
    pub fn died(&self) -> Option<&Holder> {
        self.died.as_ref()
    }

    /// An empty staging folder.
    pub fn stage(&self) -> Result<Staging<'_>, LoadError> {
        let staging = self.scratch()?;
        let snapshot = staging.snapshot();
        fs::create_dir_all(&snapshot).doing("create", &snapshot)?;
        Ok(staging)
    }

    /// A staging folder without a snapshot in it.
    fn scratch(&self) -> Result<Staging<'_>, LoadError> {
        let root = self.root.join(STAGING);
        remove_tree(&root).doing("remove what an earlier run left in", &root)?;
        fs::create_dir_all(&root).doing("create", &root)?;
        Ok(Staging { warehouse: self, root })
    }

    /// Writes a file beside the snapshots: it is as it was before or whole.
    pub fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), LoadError> {
        self.scratch()?.write_beside(path, bytes)
    }

    /// Writes what a run did to `runs/`.
    pub fn record(&self, name: &str, bytes: &[u8]) -> Result<(), LoadError> {
        let runs = self.root.join(RUNS);
        fs::create_dir_all(&runs).doing("create", &runs)?;
        self.write(&runs.join(name), bytes)
    }

    /// Makes another published snapshot the current one.
    pub fn switch_to(&self, id: &str) -> Result<Snapshot, LoadError> {
        self.scratch()?.switch(id)
    }

    /// Removes a published snapshot that is not the current one. No reader ever sees half of it.
    pub fn remove(&self, id: &str) -> Result<(), LoadError> {
        let staging = self.scratch()?;
        let path = snapshot_path(&self.root, id);
        fs::rename(&path, staging.root.join("removed")).doing("move away", &path)
    }

    /// Puts `good`, a file of the same content, in place of the file `damaged` of another snapshot.
    pub fn replace(&self, damaged: &Path, good: &Path) -> Result<(), LoadError> {
        let staging = self.scratch()?;
        let fresh = staging.root.join("repaired");
        fs::hard_link(good, &fresh)
            .or_else(|_| fs::copy(good, &fresh).map(drop))
            .doing("link", good)?;
        if let Some(directory) = damaged.parent() {
            fs::create_dir_all(directory).doing("create", directory)?;
        }
        fs::rename(&fresh, damaged).doing("replace", damaged)
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

    /// Makes the staged files the current snapshot, and `state` what is remembered of the input. Should there be the same snapshot, it is
    /// looked at so closely, and replaced if it is damaged.
    pub fn publish(self, manifest: &Manifest, state: Option<&[u8]>, look: Look) -> Result<Snapshot, LoadError> {
        let staged = self.snapshot();
        let path = staged.join(MANIFEST_FILE);
        let file = File::create(&path).doing("create", &path)?;
        let id = manifest.write(BufWriter::new(file)).doing("write", &path)?;
        let staged_state = self.root.join(STATE);
        if let Some(state) = state {
            fs::write(&staged_state, state).doing("write", &staged_state)?;
        }
        sync_file_system(&staged)?;

        let root = &self.warehouse.root;
        let snapshots = root.join(SNAPSHOTS);
        fs::create_dir_all(&snapshots).doing("create", &snapshots)?;
        let target = snapshots.join(&id);
        if !target.exists() {
            fs::rename(&staged, &target).doing("rename the staged snapshot to", &target)?;
        } else if !is_whole(&target, look) {
            // The same snapshot, damaged by someone: the fresh one takes its place.
            exchange(&staged, &target)?;
        }
        // The snapshot has its name for good before anything leads to it.
        sync_directory(&snapshots)?;
        let snapshot = self.switch(&id)?;
        if state.is_some()
            && let Err(error) = fs::rename(&staged_state, root.join(STATE))
        {
            tracing::warn!(%error, "what was seen of the input cannot be kept; the next run hashes all files again");
        }
        Ok(snapshot)
    }

    /// Makes the published snapshot `id` the current one.
    fn switch(&self, id: &str) -> Result<Snapshot, LoadError> {
        let root = &self.warehouse.root;
        let link = Path::new(SNAPSHOTS).join(id);
        let current = root.join(CURRENT);
        let before = current_id(root)?;
        let unchanged = before.as_deref() == Some(id) && fs::read_link(&current).is_ok_and(|target| target == link);
        if !unchanged {
            if let Some(before) = before {
                leave(&snapshot_path(root, &before));
            }
            let fresh = self.root.join(CURRENT);
            symlink(&link, &fresh).doing("create the link", &fresh)?;
            fs::rename(&fresh, &current).doing("switch", &current)?;
        }
        if let Err(error) = sync_directory(root) {
            // Readers see the new snapshot already; a crash of the machine may bring the old one back, which is whole, too.
            tracing::warn!(%error, "the switch of the snapshot could not be made durable");
        }
        Ok(Snapshot {
            id: id.to_owned(),
            current,
            unchanged,
        })
    }

    fn write_beside(&self, path: &Path, bytes: &[u8]) -> Result<(), LoadError> {
        let fresh = self.root.join("fresh");
        fs::write(&fresh, bytes).doing("write", &fresh)?;
        fs::rename(&fresh, path).doing("write", path)
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        if let Err(error) = remove_tree(&self.root) {
            tracing::warn!(path = %self.root.display(), %error, "cannot remove the staging folder; the next run tries again");
        }
    }
}

/// Notes that a snapshot was current until now.
fn leave(snapshot: &Path) {
    if let Err(error) = File::open(snapshot).and_then(|directory| directory.set_modified(SystemTime::now())) {
        tracing::warn!(path = %snapshot.display(), %error, "cannot note until when the snapshot was current");
    }
}

/// Whether a snapshot has every file of its manifest.
fn is_whole(snapshot: &Path, look: Look) -> bool {
    StoredSnapshot::open(snapshot).is_ok_and(|stored| stored.damages(look, &Checked::default()).is_empty())
}

/// Swaps two directories, so that there is always one in the place of `target`.
fn exchange(staged: &Path, target: &Path) -> Result<(), LoadError> {
    match renameat_with(CWD, staged, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // Not every file system can: readers that come between the two get an error for a missing file.
        Err(_) => {
            let damaged = staged.with_file_name("damaged");
            fs::rename(target, &damaged).doing("move away the damaged snapshot", target)?;
            fs::rename(staged, target).doing("rename the staged snapshot to", target)
        }
    }
}

/// What readers of the warehouse in `root` see, whole; `None` where nothing was published.
///
/// # Errors
/// [`LoadError::Damaged`] where it is not as it was published.
pub fn open_current(root: &Path) -> Result<Option<StoredSnapshot>, LoadError> {
    let Some(id) = current_id(root)? else { return Ok(None) };
    StoredSnapshot::open(&snapshot_path(root, &id))
        .map(Some)
        .map_err(|damage: Damage| LoadError::Damaged {
            snapshot: id,
            damages: vec![damage],
        })
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
    use crate::config::Config;
    use crate::load::{Maker, ManifestFile};

    fn publish(warehouse: &Warehouse, content: &str) -> Snapshot {
        let staging = warehouse.stage().unwrap();
        fs::write(staging.snapshot().join("data"), content).unwrap();
        let file = ManifestFile {
            path: "data".to_owned(),
            size: content.len() as u64,
            sha256: crate::hash::sha256_hex(content.as_bytes()),
            rows: 0,
            checks: None,
            from: None,
        };
        let maker = Maker::with(&Config::load(None).unwrap());
        staging
            .publish(&Manifest::new(maker, Vec::new(), vec![file], Vec::new()), None, Look::Quick)
            .unwrap()
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
        fs::write(root.path().join("current/data"), "0ne").unwrap();
        assert_eq!(publish(&warehouse, "one").id, first.id);
        assert_eq!(current(root.path()), "one");
        assert_eq!(snapshot_ids(root.path()).unwrap(), [first.id]);
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
