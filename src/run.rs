//! The main job. This is the only file that knows the order of the stages and the threads.

mod plan;
mod read;
mod report;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

pub use plan::Changes;
pub use report::RunReport;

use crate::config::Config;
use crate::crawl::seen::{Seen, remember};
use crate::crawl::{self, Crawl, CrawlError, CrawlOptions, FoundFile, SourceFile};
use crate::extract::extract;
use crate::extraction::{Extraction, Partition};
use crate::load::{
    self, CarriedDocument, Checked, Damage, Destination, LoadError, Look, Maker, Manifest, ManifestFile, ManifestSource, RunRecord,
    Snapshot, Spill, Staging, StoredSnapshot, Warehouse, group_of, partition_path,
};
use crate::tables::Reject;
use plan::{How, Job, Plan};
use read::Outcome;
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
    /// Writing Parquet.
    Write,
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
    /// Bodies (`city=…/department=…`) that would be written anew; new files may be of more.
    pub bodies: Vec<String>,
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
    let mut bodies: Vec<String> = plan.groups.iter().cloned().collect();
    bodies.sort();
    Ok(Forecast {
        to_extract: to_extract().count() as u64,
        bytes: to_extract().map(|(job, _)| job.size()).sum(),
        bodies,
        snapshot: previous.id,
        everything_because: plan.everything,
        changes: plan.changes,
    })
}

/// The snapshot before, as far as it can be used.
#[derive(Default)]
struct Previous {
    id: Option<String>,
    /// Its files that are as they were published.
    stored: Option<StoredSnapshot>,
    damages: Vec<Damage>,
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

    /// Finds the files of the input.
    fn find(&self, report: &mut RunReport) -> Result<Crawl, RunError> {
        let options = self.options;
        if let (Ok(input), Ok(warehouse)) = (options.input.canonicalize(), options.warehouse.canonicalize())
            && input == warehouse
        {
            return Err(RunError::WarehouseIsInput(warehouse));
        }
        self.begin(Phase::Crawl, 0, 0);
        let crawl_options = CrawlOptions {
            never_walk: Some(options.warehouse.clone()),
            ..options.crawl.clone()
        };
        let found = crawl::crawl(&options.input, &crawl_options, self.stop)?;
        self.check_stop()?;
        report.seen = (found.files.len() + found.rejects.len()) as u64;
        report.skipped = found.skipped.clone();
        if report.seen == 0 {
            return Err(RunError::NoFiles {
                input: options.input.clone(),
                skipped: report.skipped.values().sum(),
            });
        }
        Ok(found)
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
                let manifest = Manifest::new(Maker::with(self.config), made.sources, made.files);
                report.count_manifest(&manifest);
                self.check_stop()?;
                let lost = manifest.sources.iter().filter(|source| source.lost.is_some());
                let lost: HashSet<&str> = lost.map(|source| source.path.as_str()).collect();
                let state = self.state(&plan, &lost);
                staging.publish(manifest, Some(&state))?
            }
        };
        if self.options.repair {
            report.repaired = previous.damages.len() as u64 + threads.install(|| load::repair_others(warehouse, &snapshot.id))?;
        }
        report.finish(&snapshot, &self.clock);
        Ok(())
    }

    /// What there is to do. `warehouse` is only read.
    fn plan(&self, found: Crawl, warehouse: &Path) -> Result<(Previous, Plan), RunError> {
        self.begin(
            Phase::Identify,
            found.files.len() as u64,
            found.files.iter().map(|file| file.stamp.size).sum(),
        );
        let previous = self.previous(warehouse)?;
        let maker = Maker::with(self.config);
        let everything = match (&previous.stored, &previous.id) {
            (Some(stored), _) => maker.difference(&stored.manifest.maker),
            (None, Some(_)) => Some("the manifest of the snapshot before is damaged".to_owned()),
            (None, None) => Some("there is no snapshot yet".to_owned()),
        };
        if let (Some(reason), Some(_)) = (&everything, &previous.id) {
            tracing::info!("everything is read again: {reason}");
        }
        let seen = if self.options.rehash || everything.is_some() {
            Seen::default()
        } else {
            Seen::read(&load::state_path(warehouse), &self.absolute_input())
        };
        let (sources, lost) = self.identify(found, &seen)?;
        let damaged = previous
            .damages
            .iter()
            .map(|damage| group_of(load::partition_of(&damage.path)))
            .collect();
        let plan = Plan::new(sources, lost, previous.stored.as_ref(), everything, damaged, &self.config.divisions);
        Ok((previous, plan))
    }

    /// The snapshot that the new one is made from.
    fn previous(&self, warehouse: &Path) -> Result<Previous, RunError> {
        let mut stored = match load::open_current(warehouse) {
            Ok(Some(stored)) => stored,
            Ok(None) => return Ok(Previous::default()),
            Err(LoadError::Damaged { snapshot, damages }) if self.options.repair => {
                return Ok(Previous {
                    id: Some(snapshot),
                    stored: None,
                    damages,
                });
            }
            Err(error) => return Err(error.into()),
        };
        let look = if self.options.repair { Look::Whole } else { Look::Quick };
        let damages = stored.damages(look, &Checked::default());
        if !damages.is_empty() && !self.options.repair {
            return Err(LoadError::Damaged {
                snapshot: stored.id,
                damages,
            }
            .into());
        }
        let damaged: HashSet<&str> = damages.iter().map(|damage| damage.path.as_str()).collect();
        stored.manifest.files.retain(|file| !damaged.contains(file.path.as_str()));
        Ok(Previous {
            id: Some(stored.id.clone()),
            stored: Some(stored),
            damages,
        })
    }

    /// Tells the content of every file, and of which there is none.
    fn identify(&self, found: Crawl, seen: &Seen) -> Result<(Vec<SourceFile>, Vec<Reject>), RunError> {
        let limit = self.config.settings.limits.max_file_size;
        let identify = |file: FoundFile| {
            self.check_stop()?;
            let size = file.stamp.size;
            let known = seen.content_of(&file, &self.options.input).map(str::to_owned);
            let identified = match known {
                Some(sha256) if size <= limit => Ok(SourceFile::known(file, sha256)),
                _ => crawl::identify(file, limit),
            };
            self.observer.step(size);
            Ok(identified)
        };
        let identified: Vec<Result<SourceFile, Reject>> = found.files.into_par_iter().map(identify).collect::<Result<_, RunError>>()?;
        let mut sources = Vec::with_capacity(identified.len());
        let mut lost = found.rejects;
        for identified in identified {
            match identified {
                Ok(source) => sources.push(source),
                Err(reject) => lost.push(reject),
            }
        }
        Ok((sources, lost))
    }

    /// Writes the files of a snapshot.
    fn make(&self, plan: &Plan, previous: Option<&StoredSnapshot>, staging: &Staging, report: &mut RunReport) -> Result<Made, RunError> {
        let total = plan.jobs.iter().map(|(job, _)| job.size()).sum();
        let spill = Spill::new(staging.spill(), total, rayon::current_num_threads())?;
        let mut groups = plan.groups.clone();
        let mut sources = self.extract(plan, &spill, &mut groups)?;

        let snapshot = staging.snapshot();
        let destination = Destination {
            snapshot: &snapshot,
            previous,
            stop: self.stop,
        };
        let mut files = Vec::new();
        sources.extend(self.reject(plan, &spill, &mut groups)?);
        if let Some(previous) = previous.filter(|_| plan.everything.is_none()) {
            sources.extend(carried_sources(plan, previous));
            files = self.carry(plan, previous, &groups, &spill, &destination)?;
        }
        files.extend(self.write(spill, &destination)?);
        load::write_missing_tables(&mut files, &destination)?;
        let written = files.iter().filter(|file| previous.is_none_or(|previous| !previous.has(file)));
        (report.files_written, report.bytes_written) = written.fold((0, 0), |(files, bytes), file| (files + 1, bytes + file.size));
        Ok(Made { sources, files })
    }

    /// Reads every disclosure that has to be read, spills its records, and adds the groups that they belong to.
    fn extract(&self, plan: &Plan, spill: &Spill, groups: &mut HashSet<String>) -> Result<Vec<ManifestSource>, RunError> {
        let jobs: Vec<(i32, &Job)> = places(plan, How::Extract).collect();
        self.begin(Phase::Extract, jobs.len() as u64, jobs.iter().map(|(_, job)| job.size()).sum());
        let extract = |(place, job): (i32, &Job)| {
            self.check_stop()?;
            let outcome = read::read(job, self.config, self.extractor);
            self.spill(place, &outcome, spill)?;
            self.observer.step(job.size());
            Ok(outcome.sources)
        };
        let sources: Vec<Vec<ManifestSource>> = jobs.into_par_iter().map(extract).collect::<Result<_, RunError>>()?;
        let sources = sources.concat();
        groups.extend(sources.iter().map(|source| group_of(&source.partition)));
        Ok(sources)
    }

    /// Files without a disclosure in them stand together in one group, which is written when any of it changed.
    fn reject(&self, plan: &Plan, spill: &Spill, groups: &mut HashSet<String>) -> Result<Vec<ManifestSource>, RunError> {
        let group = group_of(&partition_path(&Partition::default()));
        let is_written = plan.everything.is_some() || groups.contains(&group);
        let mut sources = Vec::new();
        for (place, job) in places(plan, How::Reject) {
            let outcome = read::rejected(job);
            if is_written {
                self.spill(place, &outcome, spill)?;
            }
            sources.extend(outcome.sources);
        }
        Ok(sources)
    }

    fn spill(&self, place: i32, outcome: &Outcome, spill: &Spill) -> Result<(), RunError> {
        outcome.extraction.rejects.iter().for_each(|reject| self.observer.reject(reject));
        Ok(spill.add(&outcome.partition(), place, &outcome.extraction)?)
    }

    /// Takes from the snapshot before what is as it was: the rows of groups that are written anew, the files of the others.
    fn carry(
        &self,
        plan: &Plan,
        previous: &StoredSnapshot,
        groups: &HashSet<String>,
        spill: &Spill,
        destination: &Destination,
    ) -> Result<Vec<ManifestFile>, RunError> {
        let documents: HashMap<String, CarriedDocument> = places(plan, How::Carry)
            .filter_map(|(place, job)| {
                let paths = job.sources().iter().map(|source| source.path.clone()).collect();
                Some((job.sources().first()?.sha256.clone(), CarriedDocument { place, paths }))
            })
            .collect();
        let (to_carry, to_link) = load::files_by(previous, groups);
        to_carry.into_par_iter().try_for_each(|file| {
            self.check_stop()?;
            Ok::<_, RunError>(load::carry_file(file, previous, &documents, spill)?)
        })?;
        to_link.par_iter().try_for_each(|file| {
            self.check_stop()?;
            Ok::<_, RunError>(load::link(file, previous, destination.snapshot)?)
        })?;
        Ok(to_link.into_iter().cloned().collect())
    }

    /// Writes all shards as Parquet.
    fn write(&self, spill: Spill, destination: &Destination) -> Result<Vec<ManifestFile>, RunError> {
        let shards = spill.finish()?;
        self.begin(Phase::Write, shards.len() as u64, 0);
        let write = |shard| {
            self.check_stop()?;
            let files = load::write_shard(shard, destination)?;
            self.observer.step(0);
            Ok(files)
        };
        let written: Vec<Vec<ManifestFile>> = shards.into_par_iter().map(write).collect::<Result<_, RunError>>()?;
        Ok(written.concat())
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

    fn state(&self, plan: &Plan, lost: &HashSet<&str>) -> Vec<u8> {
        let files = plan.jobs.iter().flat_map(|(job, _)| job.sources());
        let files = files.filter(|source| !lost.contains(source.path.as_str()));
        remember(files, &self.options.input, &self.absolute_input())
    }

    fn absolute_input(&self) -> PathBuf {
        self.options.input.canonicalize().unwrap_or_else(|_| self.options.input.clone())
    }
}

/// What a snapshot is made of.
struct Made {
    sources: Vec<ManifestSource>,
    files: Vec<ManifestFile>,
}

/// The jobs that are done in one way, with their places in the order of rows.
fn places(plan: &Plan, how: How) -> impl Iterator<Item = (i32, &Job)> {
    // Two billion files are past what one run is for.
    let jobs = plan.jobs.iter().zip(0_i32..);
    jobs.filter(move |((_, own), _)| *own == how).map(|((job, _), place)| (place, job))
}

/// The entries of what is carried: as they were, for the paths of today.
fn carried_sources(plan: &Plan, previous: &StoredSnapshot) -> Vec<ManifestSource> {
    let mut before: HashMap<&str, &ManifestSource> = HashMap::new();
    for source in &previous.manifest.sources {
        if let Some(sha256) = &source.sha256 {
            // Of several paths, the first has the rejects.
            before.entry(sha256).or_insert(source);
        }
    }
    let carried = places(plan, How::Carry).flat_map(|(_, job)| job.sources().iter().enumerate());
    carried
        .filter_map(|(index, source)| {
            let before = (*before.get(source.sha256.as_str())?).clone();
            let is_first = index == 0;
            Some(ManifestSource {
                path: source.path.clone(),
                errors: if is_first { before.errors.clone() } else { Vec::new() },
                warnings: if is_first { before.warnings } else { 0 },
                ..before
            })
        })
        .collect()
}
