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

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use crate::config::Divisions;
use crate::crawl::SourceFile;
use crate::extract::path_evidence;
use crate::extraction::Partition;
use crate::hash::Digest;
use crate::load::{ManifestSource, StoredSnapshot, partition_path};
use crate::tables::Reject;

/// A disclosure, or a file that is lost already: what has its place in the order of rows.
#[derive(Debug)]
pub enum Job {
    /// All files with the same bytes, in byte order of their paths.
    Read(Box<[SourceFile]>),
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
    pub new: Vec<Arc<str>>,
    /// Files with another content.
    pub changed: Vec<Arc<str>>,
    /// Files with a content that lay elsewhere: where it lay, and where it lies now. A copy lies at both.
    pub moved: Vec<(Arc<str>, Arc<str>)>,
    /// Files that are gone.
    pub removed: Vec<Arc<str>>,
    /// Number of files as they were.
    pub unchanged: u64,
}

/// What a run has to do.
#[derive(Debug)]
pub struct Plan {
    /// Everything there is, in byte order of paths, which is the order of rows.
    pub jobs: Vec<(Job, How)>,
    /// Partitions that have to be written anew; more may turn up when new files are read.
    pub partitions: HashSet<Arc<str>>,
    /// What changed.
    pub changes: Changes,
    /// Why everything is read again; `None` where only what changed is.
    pub everything: Option<String>,
}

impl Job {
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Read(sources) => sources.first().map_or("", SourceFile::path),
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

    fn sha256(&self) -> Option<Digest> {
        self.sources().first().map(|source| source.sha256)
    }

    /// What tells whether a file is as it was: path, and content or what is wrong with it.
    fn states(&self) -> impl Iterator<Item = (&str, State<'_>)> {
        let lost = match self {
            Self::Read(_) => None,
            Self::Lost(reject) => Some((reject.path.as_str(), State::Lost(&reject.message))),
        };
        let sources = self.sources().iter();
        sources.map(|source| (source.path(), State::Content(source.sha256))).chain(lost)
    }
}

/// What tells whether a file is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum State<'a> {
    Content(Digest),
    /// What is wrong with it.
    Lost(&'a str),
}

impl Plan {
    /// What to do about `sources` and `lost`. Without a snapshot before, or with a reason to make `everything` again, nothing is carried; nor
    /// is what belongs to partitions that are `damaged`.
    pub fn new(
        sources: Vec<SourceFile>,
        lost: Vec<Reject>,
        previous: Option<&StoredSnapshot>,
        everything: Option<String>,
        damaged: HashSet<Arc<str>>,
        divisions: &Divisions,
    ) -> Self {
        let mut jobs = gather(sources, lost);
        // Names that differ only in bytes that are no UTF-8 look the same.
        jobs.sort_by(|a, b| (a.path(), a.sha256()).cmp(&(b.path(), b.sha256())));
        let previous = previous.map_or(&[] as &[_], |previous| &previous.manifest.sources);
        let before = Before::of(previous);
        let carry = |job: &Job| -> bool {
            let Some(contents) = job.sha256().and_then(|sha256| before.contents.get(&sha256)) else {
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
            Job::Read(_) if job.sha256() == Some(Digest::OF_NOTHING) => How::Reject,
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
fn gather(mut sources: Vec<SourceFile>, lost: Vec<Reject>) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::with_capacity(lost.len() + sources.len());
    jobs.extend(lost.into_iter().map(Job::Lost));
    // They come in the order of their paths, which the sort keeps.
    sources.sort_by_key(|source| source.sha256);
    let mut same: Vec<SourceFile> = Vec::new();
    for source in sources {
        let goes_on = same
            .first()
            .is_some_and(|first| first.sha256 == source.sha256 && source.sha256 != Digest::OF_NOTHING);
        if !goes_on && !same.is_empty() {
            // Just the room that they need: most contents are of one file.
            jobs.push(Job::Read(same.drain(..).collect()));
        }
        same.push(source);
    }
    if !same.is_empty() {
        jobs.push(Job::Read(same.into()));
    }
    jobs
}

/// The sources of the snapshot before.
struct Before<'p> {
    sources: &'p [ManifestSource],
    contents: HashMap<Digest, Vec<&'p ManifestSource>>,
}

impl<'p> Before<'p> {
    fn of(sources: &'p [ManifestSource]) -> Self {
        let mut contents: HashMap<Digest, Vec<&ManifestSource>> = HashMap::new();
        for source in sources {
            if let Some(sha256) = source.sha256.filter(|sha256| *sha256 != Digest::OF_NOTHING) {
                contents.entry(sha256).or_default().push(source);
            }
        }
        Self { sources, contents }
    }

    fn partitions_that_change(&self, jobs: &[(Job, How)]) -> HashSet<Arc<str>> {
        let mut partitions = HashSet::new();
        let carried: HashMap<Digest, &Job> = jobs
            .iter()
            .filter(|(_, how)| *how == How::Carry)
            .filter_map(|(job, _)| Some((job.sha256()?, job)))
            .collect();
        for (sha256, before) in &self.contents {
            let same = carried.get(sha256).is_some_and(|job| {
                job.sources()
                    .iter()
                    .map(SourceFile::path)
                    .eq(before.iter().map(|source| &*source.path))
            });
            if !same {
                partitions.extend(before.iter().map(|source| Arc::clone(&source.partition)));
            }
        }
        let mut rejected_before: Vec<(&str, State)> = self.sources.iter().filter(|source| is_rejected(source)).map(state_of).collect();
        let rejected = jobs.iter().filter(|(_, how)| *how == How::Reject);
        let mut rejected_now: Vec<(&str, State)> = rejected.flat_map(|(job, _)| job.states()).collect();
        rejected_before.sort_unstable();
        rejected_now.sort_unstable();
        if rejected_before != rejected_now {
            partitions.insert(partition_path(&Partition::default()).into());
        }
        partitions
    }

    /// The files that had a content.
    fn lay_at(&self, state: State) -> Option<&Vec<&'p ManifestSource>> {
        match state {
            State::Content(sha256) => self.contents.get(&sha256),
            State::Lost(_) => None,
        }
    }

    fn changes(&self, jobs: &[(Job, How)]) -> Changes {
        let mut changes = Changes::default();
        let before: HashSet<(&str, State)> = self.sources.iter().map(state_of).collect();
        let mut gone: BTreeSet<&str> = self.sources.iter().map(|source| &*source.path).collect();
        let paths_before: HashSet<&str> = gone.clone().into_iter().collect();
        let mut states: Vec<(&str, State, bool)> = jobs
            .iter()
            .flat_map(|(job, how)| job.states().map(|(path, state)| (path, state, *how == How::Reject)))
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
                changes.changed.push(path.into());
            } else if let Some(from) = self.lay_at(state).filter(|_| !is_reject) {
                // Rather from where it no longer is.
                let from = from.iter().map(|source| &*source.path);
                let left = from.clone().find(|path| gone.contains(path) && !moved_away.contains(path));
                if let Some(left) = left {
                    moved_away.insert(left);
                }
                let from = left.or_else(|| from.clone().next()).unwrap_or_default();
                changes.moved.push((from.into(), path.into()));
            } else {
                changes.new.push(path.into());
            }
        }
        changes.removed = gone.into_iter().filter(|path| !moved_away.contains(path)).map(Arc::from).collect();
        changes
    }
}

/// Whether a source's rows are made of what is known without opening it.
fn is_rejected(source: &ManifestSource) -> bool {
    source.sha256.is_none_or(|sha256| sha256 == Digest::OF_NOTHING)
}

fn state_of(source: &ManifestSource) -> (&str, State<'_>) {
    let lost = || State::Lost(source.lost.as_deref().unwrap_or_default());
    (&source.path, source.sha256.map_or_else(lost, State::Content))
}
