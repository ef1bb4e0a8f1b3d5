//! What a run has to do, told from what is there now and what the last snapshot was made of. Nothing is read or written here.
//!
//! A *content* is all files with the same bytes. Its rows are carried from the snapshot before if
//!
//! 1. the same program with the same configuration made them (else everything is made again),
//! 2. they were made of all its files without trouble, and
//! 3. its first path tells no other year or place than before, since a path is evidence where the text is silent.
//!
//! A *partition* is written anew if a content of it is new, gone, no longer carried, or lies at other paths. What
//! must hold between the years of its body is checked again (`load/sibling.rs`). All other files stay as they are, unread.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;

use crate::config::Divisions;
use crate::crawl::SourceFile;
use crate::extract::path_evidence;
use crate::extraction::Partition;
use crate::load::{ManifestSource, StoredSnapshot, partition_path};
use crate::tables::Reject;

/// SHA-256 of no bytes. An empty file holds no disclosure, so two of them are not one.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A disclosure, or a file that is lost already: what has its place in the order of rows.
#[derive(Debug)]
pub enum Job {
    /// All files with the same bytes, in byte order of their paths.
    Read(Vec<SourceFile>),
    /// Nothing can be read.
    Lost(Reject),
}

/// How the rows of a job are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// From its bytes.
    Extract,
    /// From the snapshot before.
    Carry,
    /// Of what is known already: nothing can be read, or there is nothing to read.
    Reject,
}

/// What changed since the snapshot before, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Files that were not there.
    pub new: Vec<String>,
    /// Files with another content.
    pub changed: Vec<String>,
    /// Files with a content that lay elsewhere: where it lay, and where it lies now. A copy lies at both.
    pub moved: Vec<(String, String)>,
    /// Files that are gone.
    pub removed: Vec<String>,
    /// Number of files as they were.
    pub unchanged: u64,
}

/// What a run has to do.
#[derive(Debug)]
pub struct Plan {
    /// Everything there is, in byte order of paths, which is the order of rows.
    pub jobs: Vec<(Job, How)>,
    /// Partitions that have to be written anew; more may turn up when new files are read.
    pub partitions: HashSet<String>,
    /// What changed.
    pub changes: Changes,
    /// Why everything is read again; `None` where only what changed is.
    pub everything: Option<String>,
}

impl Job {
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Read(sources) => sources.first().map_or("", |source| &source.path),
            Self::Lost(reject) => &reject.path,
        }
    }

    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Read(sources) => sources.first().map_or(0, |source| source.stamp.size),
            Self::Lost(_) => 0,
        }
    }

    pub(super) fn sources(&self) -> &[SourceFile] {
        match self {
            Self::Read(sources) => sources,
            Self::Lost(_) => &[],
        }
    }

    fn sha256(&self) -> &str {
        self.sources().first().map_or("", |source| &source.sha256)
    }

    /// What tells whether a file is as it was: path, and content or what is wrong with it.
    fn states(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Read(sources) => sources
                .iter()
                .map(|source| (source.path.as_str(), source.sha256.as_str()))
                .collect(),
            Self::Lost(reject) => vec![(&reject.path, &reject.message)],
        }
    }
}

impl Plan {
    /// What to do about `sources` and `lost`. Without a snapshot before, or with a reason to make `everything` again, nothing is carried; nor
    /// is what belongs to partitions that are `damaged`.
    pub fn new(
        sources: Vec<SourceFile>,
        lost: Vec<Reject>,
        previous: Option<&StoredSnapshot>,
        everything: Option<String>,
        damaged: HashSet<String>,
        divisions: &Divisions,
    ) -> Self {
        let mut jobs = gather(sources, lost);
        // Names that differ only in bytes that are no UTF-8 look the same.
        jobs.sort_by(|a, b| (a.path(), a.sha256()).cmp(&(b.path(), b.sha256())));
        let previous = previous.map_or(&[] as &[_], |previous| &previous.manifest.sources);
        let before = Before::of(previous);
        let carry = |job: &Job| -> bool {
            let Some(contents) = before.contents.get(job.sha256()) else {
                return false;
            };
            let [first, ..] = contents.as_slice() else { return false };
            everything.is_none()
                && contents.iter().all(|source| source.lost.is_none())
                && !damaged.contains(&first.partition)
                && path_evidence(&first.path, divisions) == path_evidence(job.path(), divisions)
        };
        let how = |job: &Job| match job {
            Job::Lost(_) => How::Reject,
            Job::Read(_) if job.sha256() == EMPTY => How::Reject,
            Job::Read(_) if carry(job) => How::Carry,
            Job::Read(_) => How::Extract,
        };
        let jobs: Vec<(Job, How)> = jobs.into_iter().map(|job| (how(&job), job)).map(|(how, job)| (job, how)).collect();
        let changes = before.changes(&jobs);
        let mut partitions = before.partitions_that_change(&jobs);
        partitions.extend(damaged);
        Self {
            jobs,
            partitions,
            changes,
            everything,
        }
    }

    /// Whether the snapshot before is what would come of it.
    pub fn is_nothing(&self) -> bool {
        self.everything.is_none() && self.partitions.is_empty() && self.jobs.iter().all(|(_, how)| *how != How::Extract)
    }
}

/// Puts files of the same bytes together.
fn gather(sources: Vec<SourceFile>, lost: Vec<Reject>) -> Vec<Job> {
    let mut jobs: Vec<Job> = lost.into_iter().map(Job::Lost).collect();
    let mut by_content: BTreeMap<String, Vec<SourceFile>> = BTreeMap::new();
    for source in sources {
        if source.sha256 == EMPTY {
            jobs.push(Job::Read(vec![source]));
        } else {
            by_content.entry(source.sha256.clone()).or_default().push(source);
        }
    }
    jobs.extend(by_content.into_values().map(Job::Read));
    jobs
}

/// The sources of the snapshot before.
struct Before<'p> {
    sources: &'p [ManifestSource],
    contents: HashMap<&'p str, Vec<&'p ManifestSource>>,
}

impl<'p> Before<'p> {
    fn of(sources: &'p [ManifestSource]) -> Self {
        let mut contents: HashMap<&str, Vec<&ManifestSource>> = HashMap::new();
        for source in sources {
            if let Some(sha256) = source.sha256.as_deref().filter(|sha256| *sha256 != EMPTY) {
                contents.entry(sha256).or_default().push(source);
            }
        }
        Self { sources, contents }
    }

    fn partitions_that_change(&self, jobs: &[(Job, How)]) -> HashSet<String> {
        let mut partitions = HashSet::new();
        let carried: HashMap<&str, &Job> = jobs
            .iter()
            .filter(|(_, how)| *how == How::Carry)
            .map(|(job, _)| (job.sha256(), job))
            .collect();
        for (sha256, before) in &self.contents {
            let same = carried.get(sha256).is_some_and(|job| {
                job.sources()
                    .iter()
                    .map(|source| &source.path)
                    .eq(before.iter().map(|source| &source.path))
            });
            if !same {
                partitions.extend(before.iter().map(|source| source.partition.clone()));
            }
        }
        let mut rejected_before: Vec<(&str, &str)> = self.sources.iter().filter(|source| is_rejected(source)).map(state_of).collect();
        let rejected = jobs.iter().filter(|(_, how)| *how == How::Reject);
        let mut rejected_now: Vec<(&str, &str)> = rejected.flat_map(|(job, _)| job.states()).collect();
        rejected_before.sort_unstable();
        rejected_now.sort_unstable();
        if rejected_before != rejected_now {
            partitions.insert(partition_path(&Partition::default()));
        }
        partitions
    }

    fn changes(&self, jobs: &[(Job, How)]) -> Changes {
        let mut changes = Changes::default();
        let before: HashSet<(&str, &str)> = self.sources.iter().map(state_of).collect();
        let mut gone: BTreeSet<&str> = self.sources.iter().map(|source| source.path.as_str()).collect();
        let paths_before: HashSet<&str> = gone.clone().into_iter().collect();
        let mut states: Vec<(&str, &str, bool)> = jobs
            .iter()
            .flat_map(|(job, how)| job.states().into_iter().map(|(path, state)| (path, state, *how == How::Reject)))
            .collect();
        states.sort_unstable();
        for (path, ..) in &states {
            gone.remove(path);
        }
        let mut moved_away = HashSet::new();
        for (path, state, is_reject) in states {
            if before.contains(&(path, state)) {
                changes.unchanged += 1;
            } else if paths_before.contains(path) {
                changes.changed.push(path.to_owned());
            } else if let Some(from) = self.contents.get(state).filter(|_| !is_reject) {
                // Rather from where it no longer is.
                let from = from.iter().map(|source| source.path.as_str());
                let left = from.clone().find(|path| gone.contains(path) && !moved_away.contains(path));
                if let Some(left) = left {
                    moved_away.insert(left);
                }
                let from = left.or_else(|| from.clone().next()).unwrap_or_default();
                changes.moved.push((from.to_owned(), path.to_owned()));
            } else {
                changes.new.push(path.to_owned());
            }
        }
        changes.removed = gone
            .into_iter()
            .filter(|path| !moved_away.contains(path))
            .map(str::to_owned)
            .collect();
        changes
    }
}

/// Whether a source's rows are made of what is known without opening it.
fn is_rejected(source: &ManifestSource) -> bool {
    source.sha256.as_deref().is_none_or(|sha256| sha256 == EMPTY)
}

fn state_of(source: &ManifestSource) -> (&str, &str) {
    let state = source.sha256.as_deref().or(source.lost.as_deref()).unwrap_or_default();
    (&source.path, state)
}
