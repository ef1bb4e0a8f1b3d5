//! What every run did: `WAREHOUSE/runs/<run>.jsonl`, one line each, which DuckDB reads as one table (`FROM 'WAREHOUSE/runs/*.jsonl'`).
//!
//! Beside the snapshots and not in them, since times differ from run to run. Every line has every column, and none is null, so that the
//! types are the same in all of them.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::lock::Holder;
use super::{LoadError, Warehouse};

/// Name of the directory in the warehouse.
pub(super) const RUNS: &str = "runs";

/// What a run did. Counts of a run that failed are what it had come to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunRecord {
    /// Its id: when it started, and the number of its process.
    pub run: String,
    /// What was done: `run`, `rollback`.
    pub command: &'static str,
    /// When it started, UTC.
    pub started: String,
    /// When it ended, UTC.
    pub ended: String,
    /// Version of the program.
    pub version: &'static str,
    /// `published`, `unchanged`, `failed`, `interrupted`, `died`.
    pub outcome: &'static str,
    /// Why it failed; empty where it didn't.
    pub message: String,
    /// The input.
    pub input: String,
    /// The snapshot that was current when it ended; empty where there was none.
    pub snapshot: String,
    /// The snapshot that was current when it began.
    pub previous_snapshot: String,
    /// Why everything was read again; empty where only what changed was.
    pub everything_because: String,
    /// Files found.
    pub files: u64,
    /// Files that the run before did not see.
    pub new: u64,
    /// Files with another content than before.
    pub changed: u64,
    /// Files with the content of one that is gone, or of one that is still there.
    pub moved: u64,
    /// Files that are gone.
    pub removed: u64,
    /// Files as they were.
    pub unchanged: u64,
    /// Disclosures whose bytes were read and extracted.
    pub extracted: u64,
    /// Rows of `documents`.
    pub documents: u64,
    /// Rows of `line_items`.
    pub line_items: u64,
    /// Files of which nothing usable came.
    pub rejected: u64,
    /// Warnings in `rejects`.
    pub warnings: u64,
    /// Partitions in the snapshot.
    pub partitions: u64,
    /// Files of Parquet written; the others are links to those before.
    pub files_written: u64,
    /// Bytes extracted.
    pub bytes_read: u64,
    /// Bytes of Parquet in the snapshot.
    pub bytes_published: u64,
    /// Bytes of Parquet written.
    pub bytes_written: u64,
    /// How long it took, in seconds; the rest are its parts.
    pub seconds: f64,
    /// Finding files.
    pub seconds_crawl: f64,
    /// Hashing them.
    pub seconds_identify: f64,
    /// Reading and extracting them.
    pub seconds_extract: f64,
    /// Writing the partitions.
    pub seconds_write: f64,
    /// Writing the compact layout.
    pub seconds_compact: f64,
    /// Syncing and switching.
    pub seconds_publish: f64,
}

impl RunRecord {
    /// The record of something that begins now.
    pub fn begin(command: &'static str) -> Self {
        let started = SystemTime::now();
        let compact = DateTime::<Utc>::from(started).format("%Y%m%dT%H%M%S%.3fZ");
        Self {
            run: format!("{compact}-{}", std::process::id()),
            command,
            started: time_text(started),
            version: env!("CARGO_PKG_VERSION"),
            ..Self::default()
        }
    }

    /// Writes it to the warehouse. It is no reason to fail: what there is to say about that is logged.
    pub fn write(&self, warehouse: &Warehouse) {
        let written = serde_json::to_vec(self).map_err(LoadError::from).and_then(|mut line| {
            line.push(b'\n');
            warehouse.record(&format!("{}.jsonl", self.run), &line)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "the run is not recorded");
        }
    }
}

/// The record of a run whose process died.
pub fn died(holder: &Holder, snapshot: &str) -> RunRecord {
    let started = DateTime::<Utc>::from_timestamp(i64::try_from(holder.since).unwrap_or(0), 0).unwrap_or_default();
    RunRecord {
        run: format!("{}-{}", started.format("%Y%m%dT%H%M%SZ"), holder.process),
        command: "run",
        started: seconds_text(holder.since),
        ended: time_text(SystemTime::now()),
        version: env!("CARGO_PKG_VERSION"),
        outcome: "died",
        message: format!("process {} died; nothing was published", holder.process),
        snapshot: snapshot.to_owned(),
        previous_snapshot: snapshot.to_owned(),
        ..RunRecord::default()
    }
}

/// A time as text, in UTC whatever the host's time zone: `2024-01-31T02:15:00.123Z`.
pub fn time_text(time: SystemTime) -> String {
    DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(super) fn seconds_text(seconds: u64) -> String {
    DateTime::<Utc>::from_timestamp(i64::try_from(seconds).unwrap_or(0), 0)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}
