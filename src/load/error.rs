//! What can go wrong while loading: everything here ends the run, and leaves the snapshots of earlier runs as they were.

use std::io;
use std::path::{Path, PathBuf};

use super::Damage;

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Another run is writing to the warehouse.
    #[error("another run{holder} is writing to the warehouse {path}; wait for it to end, or choose another --warehouse")]
    Locked {
        /// The warehouse.
        path: PathBuf,
        /// ` (process 123)`, where known.
        holder: String,
    },
    /// The file system refused something.
    #[error("cannot {action} {path}: {source}; {}", advice(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// `current` is something that this program did not make.
    #[error("{path} is no symbolic link, so it was not made by this program; move it away or choose another --warehouse")]
    CurrentIsNoLink {
        /// The path of `current`.
        path: PathBuf,
    },
    /// A snapshot is not as it was published.
    #[error(
        "snapshot {snapshot} is damaged:{}\n`budgetlake run INPUT --warehouse DIR --repair` reads what belongs to the damaged files again and rebuilds them; nothing was published",
        list(damages)
    )]
    Damaged {
        /// Its id.
        snapshot: String,
        /// What is wrong with it.
        damages: Vec<Damage>,
    },
    /// No snapshot is meant.
    #[error("there is no snapshot {id} in {path}; `budgetlake snapshots list {}` shows those that there are", path.display())]
    NoSnapshot {
        /// The id, or the beginning of one, as given.
        id: String,
        /// The warehouse.
        path: PathBuf,
    },
    /// Nothing was ever published there.
    #[error("{path} is no warehouse: nothing was published there; check the path")]
    NoWarehouse {
        /// The path given.
        path: PathBuf,
    },
    /// The run was told to stop.
    #[error("interrupted")]
    Interrupted,
    /// Arrow could not make or read a batch.
    #[error("internal error with a batch of `{table}`: {source}; please report this")]
    Arrow {
        /// The table.
        table: &'static str,
        /// The cause.
        source: arrow::error::ArrowError,
    },
    /// Parquet could not be encoded.
    #[error("internal error with Parquet of `{table}`: {source}; please report this")]
    Parquet {
        /// The table.
        table: &'static str,
        /// The cause.
        source: parquet::errors::ParquetError,
    },
    /// The manifest could not be encoded.
    #[error("internal error with the manifest: {0}; please report this")]
    Manifest(#[from] serde_json::Error),
}

/// The first of the damages, one a line.
fn list(damages: &[Damage]) -> String {
    const SHOWN: usize = 20;
    let mut text: String = damages.iter().take(SHOWN).map(|damage| format!("\n  {damage}")).collect();
    if damages.len() > SHOWN {
        text.push_str(&format!("\n  and {} more", damages.len() - SHOWN));
    }
    text
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: free some space and run again. Earlier snapshots are untouched"
        }
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            "the warehouse is not writable: choose another --warehouse or grant write permission. Earlier snapshots are untouched"
        }
        io::ErrorKind::CrossesDevices => {
            "`snapshots` and `.staging` have to lie on one file system: make the whole warehouse a link instead. Earlier snapshots are untouched"
        }
        _ => "check the file system and run again. Earlier snapshots are untouched",
    }
}

/// Names what was tried when an IO operation fails.
pub(super) trait IoContext<T> {
    fn doing(self, action: &'static str, path: &Path) -> Result<T, LoadError>;
}

impl<T, E: Into<io::Error>> IoContext<T> for Result<T, E> {
    fn doing(self, action: &'static str, path: &Path) -> Result<T, LoadError> {
        self.map_err(|error| LoadError::Io {
            action,
            path: path.to_owned(),
            source: error.into(),
        })
    }
}
