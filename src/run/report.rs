//! What a run did, in figures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::codes::Severity;
use crate::crawl::SkipReason;
use crate::extraction::Extraction;
use crate::load::{ManifestFile, Snapshot};

/// What came of one disclosure.
#[derive(Debug, Default)]
pub struct Tally {
    paths: u64,
    bytes: u64,
    document: bool,
    errors: Vec<&'static str>,
    warnings: u64,
}

impl Tally {
    /// Counts what came of so many bytes that lie at so many paths.
    pub(super) fn of(extraction: &Extraction, paths: usize, bytes: u64) -> Self {
        let errors = extraction.rejects.iter().filter(|reject| reject.severity == Severity::Error);
        Self {
            paths: paths as u64,
            bytes,
            document: extraction.document.is_some(),
            errors: errors.map(|reject| crate::codes::Code::code(reject.code)).collect(),
            warnings: extraction
                .rejects
                .iter()
                .filter(|reject| reject.severity == Severity::Warning)
                .count() as u64,
        }
    }
}

/// What a run did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunReport {
    /// Files found that were not left out.
    pub seen: u64,
    /// Disclosures read: rows of `documents`.
    pub documents: u64,
    /// Files whose bytes another file has too.
    pub duplicates: u64,
    /// Files left out, by reason.
    #[serde(serialize_with = "by_code")]
    pub skipped: BTreeMap<SkipReason, u64>,
    /// Files of which nothing usable came, by the code of `rejects`.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Warnings in `rejects`.
    pub warnings: u64,
    /// Checks that passed.
    pub checks_passed: u64,
    /// Checks that failed.
    pub checks_failed: u64,
    /// The share of the checks that may fail.
    pub checks_allowed: f64,
    /// Rows of every table.
    pub rows: BTreeMap<String, u64>,
    /// Partitions that hold rows.
    pub partitions: u64,
    /// Bytes read, of every content once.
    pub bytes: u64,
    /// Bytes of Parquet.
    pub published_bytes: u64,
    /// How long it took.
    pub seconds: f64,
    /// The snapshot's id.
    pub snapshot: String,
    /// The link that readers follow.
    pub published: PathBuf,
    /// Whether it was the current snapshot before.
    pub unchanged: bool,
}

fn by_code<S: serde::Serializer>(skipped: &BTreeMap<SkipReason, u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(skipped.iter().map(|(reason, count)| (reason.code(), count)))
}

impl RunReport {
    /// Whether files were rejected with errors.
    pub fn has_errors(&self) -> bool {
        !self.rejected.is_empty()
    }

    /// The share of the checks that could be applied which failed.
    #[expect(clippy::cast_precision_loss, reason = "a share; counts stay far below 2^52")]
    pub fn failed_share(&self) -> f64 {
        let all = self.checks_passed + self.checks_failed;
        if all == 0 { 0.0 } else { self.checks_failed as f64 / all as f64 }
    }

    /// Whether more checks failed than the configuration allows.
    pub fn has_failed_checks(&self) -> bool {
        self.failed_share() > self.checks_allowed
    }

    /// Rows of one table.
    pub fn rows_of(&self, table: &str) -> u64 {
        self.rows.get(table).copied().unwrap_or(0)
    }

    pub(super) fn add(&mut self, tally: Tally) {
        self.documents += u64::from(tally.document);
        self.duplicates += tally.paths.saturating_sub(1);
        self.bytes += tally.bytes;
        self.warnings += tally.warnings;
        for code in tally.errors {
            *self.rejected.entry(code).or_default() += 1;
        }
    }

    pub(super) fn count_files(&mut self, files: &[ManifestFile]) {
        let mut partitions = BTreeSet::new();
        for file in files {
            let Some((table, rest)) = file.path.split_once('/') else { continue };
            *self.rows.entry(table.to_owned()).or_default() += file.rows;
            self.published_bytes += file.size;
            if file.rows > 0 {
                partitions.extend(rest.rsplit_once('/').map(|(partition, _)| partition));
            }
        }
        self.partitions = partitions.len() as u64;
    }

    pub(super) fn finish(&mut self, snapshot: &Snapshot, elapsed: Duration) {
        self.snapshot.clone_from(&snapshot.id);
        self.published.clone_from(&snapshot.current);
        self.unchanged = snapshot.unchanged;
        self.seconds = elapsed.as_secs_f64();
    }
}
