//! Puts whole files in place of damaged ones in snapshots that share them.

use super::{Checked, LoadError, Look, StoredSnapshot, Warehouse, snapshot_ids, snapshot_path};

/// Repairs what can be repaired of all other snapshots with files of the snapshot `whole`, and says how many files that were.
pub fn repair_others(warehouse: &Warehouse, whole: &str) -> Result<u64, LoadError> {
    let root = warehouse.root();
    let damaged = |id: &str, damage| LoadError::Damaged {
        snapshot: id.to_owned(),
        damages: vec![damage],
    };
    let good = StoredSnapshot::open(&snapshot_path(root, whole)).map_err(|damage| damaged(whole, damage))?;
    let checked = Checked::default();
    let mut repaired = 0;
    for id in snapshot_ids(root)?.into_iter().filter(|id| id != whole) {
        let other = match StoredSnapshot::open(&snapshot_path(root, &id)) {
            Ok(other) => other,
            Err(damage) => {
                tracing::warn!("snapshot {id} cannot be repaired: {damage}; `budgetlake snapshots prune` removes it with its time");
                continue;
            }
        };
        for damage in other.damages(Look::Whole, &checked) {
            let file = other.manifest.all_files().find(|file| file.path == damage.path);
            if file.is_some_and(|file| good.has(file)) {
                warehouse.replace(&other.root.join(&damage.path), &good.root.join(&damage.path))?;
                repaired += 1;
            } else {
                tracing::warn!("snapshot {id} cannot be repaired: {damage}; the current one has no such file");
            }
        }
    }
    Ok(repaired)
}
