//! The main job. This is the only file that knows the order of the stages and the threads.

mod report;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rayon::prelude::*;

pub use report::{RunReport, Tally};

use crate::codes::RejectCode;
use crate::config::Config;
use crate::crawl::{self, Crawl, CrawlError, CrawlOptions, FoundFile, SourceFile, lost};
use crate::extract::extract;
use crate::extraction::Extraction;
use crate::load::{self, LoadError, Manifest, ManifestFile, ManifestSource, Spill, Staging, Warehouse, WrittenShard, partition_path};
use crate::tables::Reject;

/// What a run does.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// A directory of disclosures, or one file.
    pub input: PathBuf,
    /// Where the snapshot is published.
    pub warehouse: PathBuf,
    /// Worker threads; 0 is one for each processor.
    pub jobs: usize,
    /// Which files of the input are wanted.
    pub crawl: CrawlOptions,
}

/// Why nothing was published. Earlier snapshots are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The input cannot be walked.
    #[error(transparent)]
    Crawl(#[from] CrawlError),
    /// The snapshot could not be made.
    #[error(transparent)]
    Load(#[from] LoadError),
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

/// A part of a run that takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Reads the input and publishes a snapshot of it. Ends early, publishing nothing, once `stop` is set.
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
    let started = Instant::now();
    let threads = rayon::ThreadPoolBuilder::new().num_threads(options.jobs).build()?;
    let mut report = RunReport::default();
    let run = Run {
        config,
        observer,
        stop,
        extractor,
    };

    if let (Ok(input), Ok(warehouse)) = (options.input.canonicalize(), options.warehouse.canonicalize())
        && input == warehouse
    {
        return Err(RunError::WarehouseIsInput(warehouse));
    }
    observer.begin(Phase::Crawl, 0, 0);
    let crawl_options = CrawlOptions {
        never_walk: Some(options.warehouse.clone()),
        ..options.crawl.clone()
    };
    let found = crawl::crawl(&options.input, &crawl_options)?;
    report.seen = (found.files.len() + found.rejects.len()) as u64;
    report.skipped = found.skipped.clone();
    if report.seen == 0 {
        return Err(RunError::NoFiles {
            input: options.input.clone(),
            skipped: report.skipped.values().sum(),
        });
    }
    let warehouse = Warehouse::open(&options.warehouse)?;
    let staging = warehouse.stage()?;

    let sources = threads.install(|| {
        let jobs = run.identify(found)?;
        run.extract(jobs, &staging, threads.current_num_threads(), &mut report)
    })?;
    let (sources, spill) = sources;
    let files = threads.install(|| run.write(spill, &staging, &mut report))?;

    observer.begin(Phase::Publish, 0, 0);
    report.count_files(&files);
    run.check_stop()?;
    let snapshot = staging.publish(&Manifest::new(config.fingerprint().to_owned(), sources, files))?;
    report.finish(&snapshot, started.elapsed());
    Ok(report)
}

/// A disclosure to read, or a file that is lost already: what has its place in the order of rows.
enum Job {
    /// All files with the same bytes, in byte order of their paths.
    Read(Vec<SourceFile>),
    Lost(Reject),
}

impl Job {
    fn path(&self) -> &str {
        match self {
            Self::Read(sources) => sources.first().map_or("", |source| &source.path),
            Self::Lost(reject) => &reject.path,
        }
    }

    fn size(&self) -> u64 {
        match self {
            Self::Read(sources) => sources.first().map_or(0, |source| source.size),
            Self::Lost(_) => 0,
        }
    }
}

/// What came of a job, beside its records.
struct Outcome {
    sources: Vec<ManifestSource>,
    tally: Tally,
}

struct Run<'a> {
    config: &'a Config,
    observer: &'a dyn Observer,
    stop: &'a AtomicBool,
    extractor: Extractor<'a>,
}

impl Run<'_> {
    fn check_stop(&self) -> Result<(), RunError> {
        if self.stop.load(Ordering::Relaxed) {
            Err(RunError::Interrupted)
        } else {
            Ok(())
        }
    }

    /// Hashes what was found, and puts files of the same bytes together.
    fn identify(&self, found: Crawl) -> Result<Vec<Job>, RunError> {
        let limit = self.config.settings.limits.max_file_size;
        self.observer.begin(
            Phase::Identify,
            found.files.len() as u64,
            found.files.iter().map(|file| file.size).sum(),
        );
        let identify = |file: FoundFile| {
            self.check_stop()?;
            let size = file.size;
            let identified = crawl::identify(file, limit);
            self.observer.step(size);
            Ok(identified)
        };
        let identified: Vec<Result<SourceFile, Reject>> = found.files.into_par_iter().map(identify).collect::<Result<_, RunError>>()?;

        let mut jobs: Vec<Job> = found.rejects.into_iter().map(Job::Lost).collect();
        let mut by_content: BTreeMap<String, Vec<SourceFile>> = BTreeMap::new();
        for identified in identified {
            match identified {
                // An empty file holds no disclosure, so two of them are not one.
                Ok(source) if source.size == 0 => jobs.push(Job::Read(vec![source])),
                Ok(source) => by_content.entry(source.sha256.clone()).or_default().push(source),
                Err(reject) => jobs.push(Job::Lost(reject)),
            }
        }
        jobs.extend(by_content.into_values().map(Job::Read));
        // Stable, for names that differ only in bytes that are no UTF-8.
        jobs.sort_by(|a, b| a.path().cmp(b.path()));
        Ok(jobs)
    }

    /// Reads every disclosure and spills its records.
    fn extract(
        &self,
        jobs: Vec<Job>,
        staging: &Staging,
        threads: usize,
        report: &mut RunReport,
    ) -> Result<(Vec<ManifestSource>, Spill), RunError> {
        let total = jobs.iter().map(Job::size).sum();
        self.observer.begin(Phase::Extract, jobs.len() as u64, total);
        let spill = Spill::new(staging.spill(), total, threads)?;
        let outcomes: Vec<Outcome> = jobs
            .into_par_iter()
            .enumerate()
            .map(|(place, job)| {
                self.check_stop()?;
                let size = job.size();
                // Two billion files are past what one run is for.
                let outcome = self.load(i32::try_from(place).unwrap_or(i32::MAX), job, &spill)?;
                self.observer.step(size);
                Ok(outcome)
            })
            .collect::<Result<_, RunError>>()?;
        let mut sources = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            report.add(outcome.tally);
            sources.extend(outcome.sources);
        }
        Ok((sources, spill))
    }

    /// Reads one disclosure, if it can be read, and spills what came of it.
    fn load(&self, place: i32, job: Job, spill: &Spill) -> Result<Outcome, RunError> {
        let size = job.size();
        let (sources, extraction) = match job {
            Job::Lost(reject) => (vec![(reject.path.clone(), None)], nothing_but(vec![reject])),
            Job::Read(sources) => {
                let extraction = self.read(&sources);
                (
                    sources.into_iter().map(|source| (source.path, Some(source.sha256))).collect(),
                    extraction,
                )
            }
        };
        extraction.rejects.iter().for_each(|reject| self.observer.reject(reject));
        let partition = partition_path(&extraction.partition);
        spill.add(&partition, place, &extraction)?;
        let tally = Tally::of(&extraction, sources.len(), size);
        let sources = sources.into_iter().map(|(path, sha256)| ManifestSource {
            path,
            sha256,
            partition: partition.clone(),
        });
        Ok(Outcome {
            sources: sources.collect(),
            tally,
        })
    }

    /// The records of files with the same bytes: of the first that can still be read.
    fn read(&self, sources: &[SourceFile]) -> Extraction {
        let mut rejects = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            if let Some((code, advice)) = source.sniffed.refusal() {
                return nothing_but(vec![lost(&source.path, Some(&source.sha256), code, advice.to_owned())]);
            }
            let mut extraction = match crawl::read_again(source) {
                Ok(bytes) => self.extract_one(&bytes, source),
                Err(reject) => {
                    rejects.push(reject);
                    continue;
                }
            };
            // Times of change are only as fine as the file system's clock; the id that was made of the bytes is exact.
            if extraction
                .document
                .as_ref()
                .is_some_and(|document| *document.document_id != *source.sha256)
            {
                rejects.push(crawl::changed(source));
                continue;
            }
            if let Some(document) = &mut extraction.document {
                document.path.clone_from(&source.path);
                document.other_paths = sources[index + 1..].iter().map(|source| source.path.clone()).collect();
                document.file_size = i64::try_from(source.size).unwrap_or(i64::MAX);
            }
            extraction.rejects.extend(rejects);
            return extraction;
        }
        nothing_but(rejects)
    }

    /// Extraction never panics, and should it all the same, it costs one file and not the run.
    fn extract_one(&self, bytes: &[u8], source: &SourceFile) -> Extraction {
        catch_unwind(AssertUnwindSafe(|| (self.extractor)(bytes, &source.path, self.config))).unwrap_or_else(|cause| {
            let cause = cause
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| cause.downcast_ref::<&str>().copied());
            let message = format!("internal error, please report it with this file: {}", cause.unwrap_or("unknown"));
            nothing_but(vec![lost(&source.path, Some(&source.sha256), RejectCode::Unreadable, message)])
        })
    }

    /// Writes all shards as Parquet.
    fn write(&self, spill: Spill, staging: &Staging, report: &mut RunReport) -> Result<Vec<ManifestFile>, RunError> {
        let shards = spill.finish()?;
        self.observer.begin(Phase::Write, shards.len() as u64, 0);
        let snapshot = staging.snapshot();
        let written: Vec<WrittenShard> = shards
            .into_par_iter()
            .map(|shard| {
                self.check_stop()?;
                let written = load::write_shard(shard, &snapshot, self.config)?;
                self.observer.step(0);
                Ok(written)
            })
            .collect::<Result<_, RunError>>()?;
        let mut files = Vec::new();
        report.checks_allowed = self.config.settings.checks.fail_over;
        for shard in written {
            report.checks_passed += shard.checks_passed;
            report.checks_failed += shard.checks_failed;
            files.extend(shard.files);
        }
        load::write_missing_tables(&mut files, &snapshot)?;
        Ok(files)
    }
}

/// What comes of a file of which nothing usable came.
fn nothing_but(rejects: Vec<Reject>) -> Extraction {
    Extraction {
        rejects,
        ..Extraction::default()
    }
}
