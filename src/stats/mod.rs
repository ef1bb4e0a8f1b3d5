//! Statistical datasets and SQL over a snapshot, with polars.
//!
//! ```text
//! Parquet ──► lazy tables (scan) ──► views of views.sql ──► datasets (sql/*.sql) ──► shares and rates (ratio) ──► Parquet, CSV, datapackage.json
//! ```
//! All of it is made a few cities after the other (`session`), so that memory is that of the largest city.
//!
//! What a dataset is, its SQL says: `sql/<name>.sql`, with what a row and each column is in its first comment. Which rows count is not decided here
//! but in the views ([`crate::views`]), which DuckDB runs, too. Shares, rates and means are the one thing that SQL dialects do not do exactly:
//! [`DEFINITIONS`] names them, and they are computed on unscaled integers.
//!
//! To add a dataset, write its SQL and add its line to [`DEFINITIONS`].

mod cities;
mod column;
mod dataset;
mod frame;
mod ratio;
mod scan;
mod session;
mod write;

use std::path::PathBuf;

pub use dataset::{ColumnDoc, Dataset, dataset, datasets, described, names, some_datasets};
pub use session::Session;
pub use write::{csv, datapackage, write};

/// Why there are no statistics.
#[derive(Debug, thiserror::Error)]
pub enum StatsError {
    /// The snapshot cannot be read.
    #[error(transparent)]
    Load(#[from] crate::load::LoadError),
    /// polars could not make sense of a query, or could not run it.
    #[error("{0}")]
    Frame(#[from] polars::error::PolarsError),
    /// Arrow could not make a table of what came.
    #[error("internal error with a result: {0}; please report this")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A result is not what its documentation says.
    #[error("internal error in the dataset `{dataset}`: {what}; please report this")]
    Definition {
        /// The dataset.
        dataset: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// A dataset could not be encoded.
    #[error("internal error with Parquet of `{dataset}`: {source}; please report this")]
    Parquet {
        /// The dataset.
        dataset: &'static str,
        /// The cause.
        source: parquet::errors::ParquetError,
    },
    /// No thread to work in.
    #[error("cannot start a thread: {0}; is there memory left?")]
    Thread(std::io::Error),
    /// A file could not be written.
    #[error("cannot write {path}: {source}; is there room, and may you write there?")]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}
