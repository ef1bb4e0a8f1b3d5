//! Removes old snapshots.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{check_warehouse, times};
use crate::load::{LoadError, Warehouse, current_id, snapshot_ids, snapshot_path};

/// Which snapshots stay. A snapshot goes only if none of the rules keeps it; the current one always stays.
#[derive(Debug, Clone, Copy)]
pub struct Keep {
    /// The youngest so many, the current one among them.
    pub youngest: usize,
    /// Those made within this time.
    pub made_within: Duration,
    /// Those that were current within this time: a reader may still be at them.
    pub current_within: Duration,
}

/// What became of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pruned {
    /// It stays, and why.
    Kept(String, &'static str),
    /// It was removed, or would be.
    Removed(String),
}

/// Removes the snapshots that `keep` does not keep, or only says which; the youngest first.
pub fn prune(root: &Path, keep: &Keep, dry_run: bool) -> Result<Vec<Pruned>, LoadError> {
    check_warehouse(root)?;
    let warehouse = if dry_run { None } else { Some(Warehouse::open(root)?) };
    let now = SystemTime::now();
    // A time in the future, where the clock was set back, is as young as can be.
    let age = |time: SystemTime| now.duration_since(time).unwrap_or_default();
    let current = current_id(root)?;
    let mut snapshots: Vec<_> = snapshot_ids(root)?
        .into_iter()
        .map(|id| (times(&snapshot_path(root, &id)), id))
        .collect();
    snapshots.sort_by(|(a, a_id), (b, b_id)| {
        (current.as_ref() == Some(b_id), b.made, b_id).cmp(&(current.as_ref() == Some(a_id), a.made, a_id))
    });
    let mut pruned = Vec::new();
    for (place, (times, id)) in snapshots.into_iter().enumerate() {
        let kept = if current.as_ref() == Some(&id) {
            Some("current")
        } else if place < keep.youngest {
            Some("one of the youngest")
        } else if age(times.made) < keep.made_within {
            Some("young enough")
        } else if age(times.current_until) < keep.current_within {
            Some("was current a moment ago")
        } else {
            None
        };
        pruned.push(match kept {
            Some(why) => Pruned::Kept(id, why),
            None => {
                if let Some(warehouse) = &warehouse {
                    warehouse.remove(&id)?;
                }
                Pruned::Removed(id)
            }
        });
    }
    Ok(pruned)
}
