//! Makes the files of a snapshot: from sources, from the snapshot before, or as links to it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::plan::{How, Job, Plan};
use super::read::{self, Outcome};
use super::{Phase, Run, RunError, RunReport};
use crate::extraction::Partition;
use crate::hash::Digest;
use crate::load::{self, CarriedDocument, Destination, ManifestFile, ManifestSource, Spill, Staging, StoredSnapshot, partition_path};

/// What a snapshot is made of.
pub struct Made {
    pub sources: Vec<ManifestSource>,
    pub files: Vec<ManifestFile>,
    pub compact: Vec<ManifestFile>,
}

impl Run<'_> {
    /// Writes the files of a snapshot.
    pub(super) fn make(
        &self,
        plan: &Plan,
        previous: Option<&StoredSnapshot>,
        staging: &Staging,
        report: &mut RunReport,
    ) -> Result<Made, RunError> {
        let total = plan.jobs.iter().map(|(job, _)| job.size()).sum();
        let spill = Spill::new(staging.spill(), total, rayon::current_num_threads())?;
        let mut partitions = plan.partitions.clone();
        let mut sources = self.extract(plan, &spill, &mut partitions)?;

        let snapshot = staging.snapshot();
        let carried = carried_documents(plan);
        let destination = Destination {
            snapshot: &snapshot,
            previous,
            carried: &carried,
            config: self.config,
            stop: self.stop,
        };
        let mut files = Vec::new();
        sources.extend(self.reject(plan, &spill, &partitions)?);
        if let Some(previous) = previous.filter(|_| plan.everything.is_none()) {
            sources.extend(carried_sources(plan, previous));
            files = self.carry(previous, &partitions, &spill, &destination)?;
        }
        files.extend(self.write(spill, &destination)?);
        load::write_missing_tables(&mut files, &destination)?;
        self.begin(Phase::Compact, 0, 0);
        let compact = load::write_compact(&files, previous.filter(|_| plan.everything.is_none()), &destination)?;
        load::write_descriptions(&mut files, &compact, &destination)?;
        let written = files
            .iter()
            .chain(&compact)
            .filter(|file| previous.is_none_or(|previous| !previous.has(file)));
        (report.files_written, report.bytes_written) = written.fold((0, 0), |(files, bytes), file| (files + 1, bytes + file.size));
        Ok(Made { sources, files, compact })
    }

    /// Reads every disclosure that has to be read, spills its records, and adds the partitions that they belong to.
    fn extract(&self, plan: &Plan, spill: &Spill, partitions: &mut HashSet<Arc<str>>) -> Result<Vec<ManifestSource>, RunError> {
        let jobs: Vec<(i32, &Job)> = places(plan, How::Extract).collect();
        self.begin(Phase::Extract, jobs.len() as u64, jobs.iter().map(|(_, job)| job.size()).sum());
        let made = Mutex::new((Vec::with_capacity(jobs.len()), std::mem::take(partitions)));
        jobs.into_par_iter().try_for_each(|(place, job)| {
            self.check_stop()?;
            let mut outcome = read::read(job, self.config, self.extractor);
            self.spill(place, &outcome, spill)?;
            {
                let (sources, partitions) = &mut *made.lock().unwrap_or_else(PoisonError::into_inner);
                outcome.share_partition(partitions);
                sources.append(&mut outcome.sources);
            }
            self.observer.step(job.size());
            Ok::<_, RunError>(())
        })?;
        let (sources, extended) = made.into_inner().unwrap_or_else(PoisonError::into_inner);
        *partitions = extended;
        Ok(sources)
    }

    /// Files without a disclosure in them stand together in one partition, which is written when any of it changed.
    fn reject(&self, plan: &Plan, spill: &Spill, partitions: &HashSet<Arc<str>>) -> Result<Vec<ManifestSource>, RunError> {
        let partition = partition_path(&Partition::default());
        let is_written = plan.everything.is_some() || partitions.contains(partition.as_str());
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
        Ok(spill.add(&outcome.partition, place, &outcome.extraction)?)
    }

    /// Takes from the snapshot before what is as it was: the rows of what is written anew, the files of the rest. Those that checks of a body
    /// decide about wait in the spill.
    fn carry(
        &self,
        previous: &StoredSnapshot,
        partitions: &HashSet<Arc<str>>,
        spill: &Spill,
        destination: &Destination,
    ) -> Result<Vec<ManifestFile>, RunError> {
        let fates = load::fates(previous, partitions);
        fates.carry.into_par_iter().try_for_each(|file| {
            self.check_stop()?;
            Ok::<_, RunError>(load::carry_file(file, previous, destination.carried, self.config, spill)?)
        })?;
        fates.siblings.into_iter().for_each(|sibling| spill.accompany(sibling));
        fates.link.par_iter().try_for_each(|file| {
            self.check_stop()?;
            Ok::<_, RunError>(load::link(file, previous, destination.snapshot)?)
        })?;
        Ok(fates.link.into_iter().cloned().collect())
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
        Ok(written.into_iter().flatten().collect())
    }
}

/// The jobs that are done in one way, with their places in the order of rows.
fn places(plan: &Plan, how: How) -> impl Iterator<Item = (i32, &Job)> {
    // Two billion files are past what one run is for.
    let jobs = plan.jobs.iter().zip(0_i32..);
    jobs.filter(move |((_, own), _)| *own == how).map(|((job, _), place)| (place, job))
}

/// The disclosures whose rows are carried, by id.
fn carried_documents(plan: &Plan) -> HashMap<String, CarriedDocument> {
    let carried = places(plan, How::Carry);
    carried
        .filter_map(|(place, job)| {
            let paths = job.sources().iter().map(|source| Arc::clone(&source.place.path)).collect();
            Some((job.sources().first()?.sha256.to_string(), CarriedDocument { place, paths }))
        })
        .collect()
}

/// The entries of what is carried: as they were, for the paths of today.
fn carried_sources(plan: &Plan, previous: &StoredSnapshot) -> Vec<ManifestSource> {
    let mut before: HashMap<Digest, &ManifestSource> = HashMap::new();
    for source in &previous.manifest.sources {
        if let Some(sha256) = source.sha256 {
            // Of several paths, the first has the rejects.
            before.entry(sha256).or_insert(source);
        }
    }
    let carried = places(plan, How::Carry).flat_map(|(_, job)| job.sources().iter().enumerate());
    carried
        .filter_map(|(index, source)| {
            let before = (*before.get(&source.sha256)?).clone();
            let is_first = index == 0;
            Some(ManifestSource {
                path: Arc::clone(&source.place.path),
                errors: if is_first { before.errors.clone() } else { Vec::new() },
                warnings: if is_first { before.warnings } else { 0 },
                ..before
            })
        })
        .collect()
}
