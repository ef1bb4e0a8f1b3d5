//! The main job. This is the only file that knows the order of the stages and the threads.

mod make;
mod plan;
mod read;
mod report;
mod survey;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

pub use plan::Changes;
pub use report::RunReport;

use crate::config::Config;
use crate::crawl::seen::remember;
use crate::crawl::{Crawl, CrawlError, CrawlOptions};
use crate::extract::extract;
use crate::extraction::Extraction;
use crate::load::{self, LoadError, Look, Maker, Manifest, RunRecord, Snapshot, Warehouse};
use crate::tables::Reject;
use plan::{How, Plan};
use report::Clock;

/// What a run does.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// A directory of disclosures, or one file.
    pub input: PathBuf,
    /// Where the snapshot is published.
    pub warehouse: PathBuf,
    /// Worker threads; 0 is one for each processor.
    pub jobs: usize,
    /// Which files of the input are wanted.
    pub crawl: CrawlOptions,
    /// Hash every file, also those whose size and time of change are as they were.
    pub rehash: bool,
    /// Rebuild what is damaged of the snapshots.
    pub repair: bool,
}

/// Why nothing was published. Earlier snapshots are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The input cannot be walked.
    #[error(transparent)]
    Crawl(#[from] CrawlError),
    /// The snapshot could not be made.
    #[error(transparent)]
    Load(LoadError),
    /// There is nothing to read. Publishing nothing in place of something is seldom meant, e.g. where a disk is not mounted.
    #[error("no file to read in {input} ({skipped} left out); check the path and the --include and --exclude globs")]
    NoFiles {
        /// The input.
        input: PathBuf,
        /// Files that were left out.
        skipped: u64,
    },
    /// What is published would be read as disclosures the next time.
    #[error("the warehouse {0} is the input itself; give it a directory of its own (one below the input is left out of it)")]
    WarehouseIsInput(PathBuf),
    /// The user stopped the run.
    #[error("interrupted; nothing was published")]
    Interrupted,
    /// No threads to work with.
    #[error("cannot start the worker threads: {0}; try a smaller --jobs")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl From<LoadError> for RunError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Interrupted => Self::Interrupted,
            error => Self::Load(error),
        }
    }
}

/// A part of a run that takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Finding files.
    Crawl,
    /// Hashing them.
    Identify,
    /// Reading and extracting them.
    Extract,
    /// Writing the partitions.
    Write,
    /// Writing the compact layout of the same rows.
    Compact,
    /// Syncing and switching.
    Publish,
}

/// Watches a run, from any of its threads.
pub trait Observer: Sync {
    /// A phase begins, with so many steps and bytes ahead of it.
    fn begin(&self, _phase: Phase, _steps: u64, _bytes: u64) {}
    /// A step of the phase is done.
    fn step(&self, _bytes: u64) {}
    /// Something was left out or guessed.
    fn reject(&self, _reject: &Reject) {}
}

/// Watches nothing.
impl Observer for () {}

/// What makes records of a file: [`extract`], but for tests.
pub type Extractor<'a> = &'a (dyn Fn(&[u8], &str, &Config) -> Extraction + Sync);

/// Brings the warehouse up to date with the input. Ends early, publishing nothing, once `stop` is set.
pub fn run(options: &RunOptions, config: &Config, observer: &dyn Observer, stop: &AtomicBool) -> Result<RunReport, RunError> {
    run_with(options, config, observer, stop, &extract)
}

/// [`run`] with another extractor.
pub fn run_with(
    options: &RunOptions,
    config: &Config,
    observer: &dyn Observer,
    stop: &AtomicBool,
    extractor: Extractor,
) -> Result<RunReport, RunError> {
    let mut record = RunRecord::begin("run");
    let run = Run::new(options, config, observer, stop, extractor);
    run.recorded(&mut record)
}

/// [`run`], with what it came to, also where it failed.
pub fn run_recorded(
    options: &RunOptions,
    config: &Config,
    observer: &dyn Observer,
    stop: &AtomicBool,
) -> (RunRecord, Result<RunReport, RunError>) {
    let mut record = RunRecord::begin("run");
    let result = Run::new(options, config, observer, stop, &extract).recorded(&mut record);
    (record, result)
}

/// What a run would do, and why. Nothing is written, and no lock is taken.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Forecast {
    /// Why everything would be read again; null where only what changed would.
    pub everything_because: Option<String>,
    /// What changed.
    pub changes: Changes,
    /// Disclosures that would be read.
    pub to_extract: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Partitions that would be written anew; new files may be of more.
    pub partitions: Vec<String>,
    /// The snapshot that is current; null where there is none.
    pub snapshot: Option<String>,
}

/// Tells what [`run`] would do.
pub fn forecast(options: &RunOptions, config: &Config, observer: &dyn Observer, stop: &AtomicBool) -> Result<Forecast, RunError> {
    let run = Run::new(options, config, observer, stop, &extract);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(options.jobs).build()?;
    let found = run.find(&mut RunReport::default())?;
    let (previous, plan) = threads.install(|| run.plan(found, &options.warehouse))?;
    let to_extract = || plan.jobs.iter().filter(|(_, how)| *how == How::Extract);
    let mut partitions: Vec<String> = plan.partitions.iter().map(|partition| partition.to_string()).collect();
    partitions.sort();
    Ok(Forecast {
        to_extract: to_extract().count() as u64,
        bytes: to_extract().map(|(job, _)| job.size()).sum(),
        partitions,
        snapshot: previous.id,
        everything_because: plan.everything,
        changes: plan.changes,
    })
}

struct Run<'a> {
    options: &'a RunOptions,
    config: &'a Config,
    observer: &'a dyn Observer,
    stop: &'a AtomicBool,
    extractor: Extractor<'a>,
    clock: Clock,
}

impl<'a> Run<'a> {
    fn new(
        options: &'a RunOptions,
        config: &'a Config,
        observer: &'a dyn Observer,
        stop: &'a AtomicBool,
        extractor: Extractor<'a>,
    ) -> Self {
        Self {
            options,
            config,
            observer,
            stop,
            extractor,
            clock: Clock::default(),
        }
    }

    fn begin(&self, phase: Phase, steps: u64, bytes: u64) {
        self.clock.begin(phase);
        self.observer.begin(phase, steps, bytes);
    }

    fn check_stop(&self) -> Result<(), RunError> {
        if self.stop.load(Ordering::Relaxed) {
            Err(RunError::Interrupted)
        } else {
            Ok(())
        }
    }

    /// Runs, and writes down in the warehouse what came of it.
    fn recorded(&self, record: &mut RunRecord) -> Result<RunReport, RunError> {
        let mut report = RunReport::default();
        record.input = self.options.input.display().to_string();
        let found = self.find(&mut report);
        if found.is_err() && !self.options.warehouse.join("current").is_symlink() {
            // Whoever mistyped a path finds no warehouse made of it.
            report.describe(&self.clock, record, found.as_ref().err());
            return found.map(|_| report);
        }
        let warehouse = match Warehouse::open(&self.options.warehouse) {
            Ok(warehouse) => warehouse,
            Err(error) => {
                let error = found.err().unwrap_or(error.into());
                report.describe(&self.clock, record, Some(&error));
                return Err(error);
            }
        };
        let current = || load::current_id(warehouse.root()).ok().flatten().unwrap_or_default();
        record.previous_snapshot = current();
        if let Some(holder) = warehouse.died() {
            load::died(holder, &record.previous_snapshot).write(&warehouse);
        }
        let outcome = found.and_then(|found| self.publish(found, &warehouse, &mut report));
        record.snapshot = current();
        report.describe(&self.clock, record, outcome.as_ref().err());
        record.write(&warehouse);
        outcome.map(|()| report)
    }

    /// Makes a snapshot of what was found, and publishes it.
    fn publish(&self, found: Crawl, warehouse: &Warehouse, report: &mut RunReport) -> Result<(), RunError> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(self.options.jobs).build()?;
        let (previous, plan) = threads.install(|| self.plan(found, warehouse.root()))?;
        report.count_plan(&plan);
        let snapshot = match &previous.stored {
            Some(stored) if plan.is_nothing() && previous.damages.is_empty() => {
                self.remember(&plan, &HashSet::new(), warehouse)?;
                report.count_manifest(&stored.manifest);
                Snapshot {
                    id: stored.id.clone(),
                    current: warehouse.root().join("current"),
                    unchanged: true,
                }
            }
            _ => {
                let staging = warehouse.stage()?;
                let made = threads.install(|| self.make(&plan, previous.stored.as_ref(), &staging, report))?;
                self.begin(Phase::Publish, 0, 0);
                let manifest = Manifest::new(Maker::with(self.config), made.sources, made.files, made.compact);
                report.count_manifest(&manifest);
                self.check_stop()?;
                let lost = manifest.sources.iter().filter(|source| source.lost.is_some());
                let lost: HashSet<&str> = lost.map(|source| &*source.path).collect();
                let state = self.state(&plan, &lost);
                staging.publish(&manifest, Some(&state), self.look())?
            }
        };
        if self.options.repair {
            report.repaired = previous.damages.len() as u64 + threads.install(|| load::repair_others(warehouse, &snapshot.id))?;
        }
        report.checks_allowed = self.config.settings.checks.fail_over;
        report.finish(&snapshot, &self.clock);
        Ok(())
    }

    /// Keeps what was seen of the input for the next run, where that is news.
    fn remember(&self, plan: &Plan, lost: &HashSet<&str>, warehouse: &Warehouse) -> Result<(), RunError> {
        let path = load::state_path(warehouse.root());
        let state = self.state(plan, lost);
        if std::fs::read(&path).is_ok_and(|before| before == state) {
            return Ok(());
        }
        Ok(warehouse.write(&path, &state)?)
    }

    /// How closely snapshots are looked at before they are relied on.
    fn look(&self) -> Look {
        if self.options.repair { Look::Whole } else { Look::Quick }
    }

    fn state(&self, plan: &Plan, lost: &HashSet<&str>) -> Vec<u8> {
        let files = plan.jobs.iter().flat_map(|(job, _)| job.sources());
        let files = files.filter(|source| !lost.contains(source.path()));
        remember(files, &self.options.input, &self.absolute_input())
    }

    fn absolute_input(&self) -> PathBuf {
        self.options.input.canonicalize().unwrap_or_else(|_| self.options.input.clone())
    }
}
