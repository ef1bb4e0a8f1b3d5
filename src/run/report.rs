//! What a run did, in figures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use serde::Serialize;

use super::plan::{Changes, How, Plan};
use super::{Phase, RunError};
use crate::codes::{Code, RejectCode};
use crate::crawl::SkipReason;
use crate::load::{Manifest, RunRecord, Snapshot, time_text};

/// What a run did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunReport {
    /// Files found that were not left out.
    pub seen: u64,
    /// Files that the run before did not see.
    pub new: u64,
    /// Files with another content than before.
    pub changed: u64,
    /// Files whose content lay elsewhere before, or lies there, too.
    pub moved: u64,
    /// Files that are gone.
    pub removed: u64,
    /// Files as they were.
    pub as_before: u64,
    /// Why everything was read again; null where only what changed was.
    pub everything_because: Option<String>,
    /// Disclosures that were read; the rows of the others are those of the snapshot before.
    pub extracted: u64,
    /// Rows of `documents`.
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
    /// Bytes extracted, of every content once.
    pub bytes: u64,
    /// Bytes of Parquet.
    pub published_bytes: u64,
    /// Files of Parquet that were written; the others are links to those of the snapshot before.
    pub files_written: u64,
    /// Bytes of these.
    pub bytes_written: u64,
    /// Damaged files that were rebuilt.
    pub repaired: u64,
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

    pub(super) fn count_plan(&mut self, plan: &Plan) {
        let Changes {
            new,
            changed,
            moved,
            removed,
            unchanged,
        } = &plan.changes;
        (self.new, self.changed) = (new.len() as u64, changed.len() as u64);
        (self.moved, self.removed, self.as_before) = (moved.len() as u64, removed.len() as u64, *unchanged);
        self.everything_because.clone_from(&plan.everything);
        for (job, _) in plan.jobs.iter().filter(|(_, how)| *how == How::Extract) {
            self.extracted += 1;
            self.bytes += job.size();
        }
        let copies = plan.jobs.iter().map(|(job, _)| (job.sources().len() as u64).saturating_sub(1));
        self.duplicates = copies.sum();
    }

    pub(super) fn count_manifest(&mut self, manifest: &Manifest) {
        for source in &manifest.sources {
            self.warnings += source.warnings;
            for code in source.errors.iter().filter_map(|code| code.parse::<RejectCode>().ok()) {
                *self.rejected.entry(code.code()).or_default() += 1;
            }
        }
        let mut partitions = BTreeSet::new();
        for file in &manifest.files {
            if let Some((table, _)) = file.path.split_once('/') {
                *self.rows.entry(table.to_owned()).or_default() += file.rows;
            }
            self.published_bytes += file.size;
            let done = file.checks.unwrap_or_default();
            self.checks_passed += done.passed;
            self.checks_failed += done.failed;
            if file.rows > 0 {
                partitions.insert(file.partition());
            }
        }
        self.published_bytes += manifest.compact.iter().map(|file| file.size).sum::<u64>();
        self.partitions = partitions.len() as u64;
        self.documents = self.rows_of("documents");
    }

    pub(super) fn finish(&mut self, snapshot: &Snapshot, clock: &Clock) {
        self.snapshot.clone_from(&snapshot.id);
        self.published.clone_from(&snapshot.current);
        self.unchanged = snapshot.unchanged;
        self.seconds = clock.started.elapsed().as_secs_f64();
    }

    /// Fills in the record of a run that ended so.
    pub(super) fn describe(&self, clock: &Clock, record: &mut RunRecord, error: Option<&RunError>) {
        record.ended = time_text(SystemTime::now());
        record.outcome = match error {
            None if self.unchanged => "unchanged",
            None => "published",
            Some(RunError::Interrupted) => "interrupted",
            Some(_) => "failed",
        };
        record.message = error.map(ToString::to_string).unwrap_or_default();
        record.everything_because = self.everything_because.clone().unwrap_or_default();
        (record.files, record.new, record.changed) = (self.seen, self.new, self.changed);
        (record.moved, record.removed, record.unchanged) = (self.moved, self.removed, self.as_before);
        (record.extracted, record.documents) = (self.extracted, self.documents);
        (record.line_items, record.warnings) = (self.rows_of("line_items"), self.warnings);
        record.rejected = self.rejected.values().sum();
        record.partitions = self.partitions;
        (record.files_written, record.bytes_written) = (self.files_written, self.bytes_written);
        (record.bytes_read, record.bytes_published) = (self.bytes, self.published_bytes);
        record.seconds = clock.started.elapsed().as_secs_f64();
        record.seconds_crawl = clock.seconds(Phase::Crawl);
        record.seconds_identify = clock.seconds(Phase::Identify);
        record.seconds_extract = clock.seconds(Phase::Extract);
        record.seconds_write = clock.seconds(Phase::Write);
        record.seconds_compact = clock.seconds(Phase::Compact);
        record.seconds_publish = clock.seconds(Phase::Publish);
    }
}

/// How long each phase takes.
pub struct Clock {
    started: Instant,
    phases: Mutex<Vec<(Phase, Instant)>>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            phases: Mutex::default(),
        }
    }
}

impl Clock {
    /// A phase begins, and the one before ends.
    pub fn begin(&self, phase: Phase) {
        self.phases().push((phase, Instant::now()));
    }

    fn phases(&self) -> MutexGuard<'_, Vec<(Phase, Instant)>> {
        self.phases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seconds(&self, phase: Phase) -> f64 {
        let phases = self.phases();
        let ends = phases.iter().skip(1).map(|(_, next)| *next).chain([Instant::now()]);
        let spans = phases.iter().zip(ends).filter(|((own, _), _)| *own == phase);
        spans.fold(0.0, |sum, ((_, begin), end)| sum + end.duration_since(*begin).as_secs_f64())
    }
}
