//! The report: one self-contained page about a warehouse, for people who would rather look than read.
//!
//! `gather` asks the statistics and the tables of a snapshot, `page` makes HTML of what it found, `charts` the SVG. Nothing of it depends on the
//! day; of the warehouse beside the snapshot only the records of the last runs are read.

mod charts;
mod gather;
mod labels;
mod model;
mod page;

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::load::LoadError;
use crate::stats::StatsError;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no snapshot.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The snapshot cannot be asked.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// The records of the runs cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// Where.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A dataset that the page shows is gone.
    #[error("internal error: there is no dataset `{0}`; please report this")]
    Missing(String),
    /// A chart cannot be drawn.
    #[error("internal error with a chart: {0}; please report this")]
    Chart(String),
}

/// The page about the current snapshot of a warehouse.
///
/// # Errors
/// Where the warehouse has no snapshot, or it cannot be read.
pub fn report(warehouse: &Path, config: &Config) -> Result<String, ReportError> {
    page::page(&gather::gather(warehouse, config)?)
}

#[cfg(test)]
mod tests;
