//! Turns the records of many disclosures into one published snapshot of partitioned Parquet.
//!
//! ```text
//! Extraction ──► Spill ──► Shard ──► checks between its disclosures ──► Parquet files ──► Snapshot
//!                (Arrow IPC, one folder of staging)                                      (one atomic switch of `current`)
//! ```
//! What is written depends on the records alone: shards are sorted by document before anything of them is written, so neither the
//! number of threads nor the order in which files were read shows.

mod across;
mod error;
mod lock;
mod manifest;
mod parquet;
mod partition;
mod published;
mod read_back;
mod snapshot;
mod spill;

pub use error::LoadError;
pub use manifest::{Manifest, ManifestFile, ManifestSource};
pub use parquet::{WrittenShard, write_missing_tables, write_shard};
pub use partition::{DEFAULT_PARTITION, PARTITION_COLUMNS, partition_path};
pub use published::{PUBLISHED, PublishedTable};
pub use read_back::read_back;
pub use snapshot::{Snapshot, Staging, Warehouse};
pub use spill::{Spill, SpilledShard};
