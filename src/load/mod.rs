//! Turns the records of many disclosures into one published snapshot of partitioned Parquet.
//!
//! ```text
//! Extraction ──► Spill ──► Shard ──► checks between its disclosures ──► Parquet files ──► Snapshot
//!                (Arrow IPC, one folder of staging)                                      (one atomic switch of `current`)
//! ```
//! Rows of disclosures that are as they were come from the snapshot before ([`carry_file`]); files of partitions none of whose disclosures changed
//! are links to its files ([`link`]). What is written depends on the records alone: shards are sorted by document before anything of them is written, so neither the
//! number of threads nor the order in which files were read shows.

mod across;
mod carry;
mod compact;
mod error;
mod lineage;
mod lock;
mod manifest;
mod parquet;
mod partition;
mod published;
mod read_back;
mod repair;
mod sibling;
mod snapshot;
mod spill;
mod stored;
mod supersede;

pub use carry::{CarriedDocument, Fates, carry_file, fates};
pub use compact::{COMPACT, table_of as compact_table_of, write_compact};
pub use error::LoadError;
pub use lineage::{RunRecord, died, time_text};
pub use lock::Holder;
pub use manifest::{ChecksDone, MANIFEST_FILE, Maker, Manifest, ManifestFile, ManifestSource, partition_of};
pub use parquet::{Destination, encode, link, write_descriptions, write_missing_tables, write_shard};
pub use partition::{DEFAULT_PARTITION, PARTITION_COLUMNS, group_of, partition_path};
pub use published::{PUBLISHED, PublishedTable};
pub use read_back::{parquet_files, partition_values, read_back};
pub use repair::repair_others;
pub use sibling::Sibling;
pub use snapshot::{Snapshot, Staging, Warehouse, current_id, open_current, snapshot_ids, snapshot_path, state_path};
pub use spill::{Spill, SpilledShard};
pub use stored::{Checked, Damage, Look, StoredSnapshot};
