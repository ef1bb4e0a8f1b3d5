//! One job of a run: from its files, or from what is known of them, to an extraction.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Extractor;
use super::plan::Job;
use crate::codes::{Code, RejectCode, Severity};
use crate::config::Config;
use crate::crawl::{self, SourceFile, lost};
use crate::extraction::Extraction;
use crate::hash::Digest;
use crate::load::{ManifestSource, partition_path};
use crate::tables::Reject;

/// What came of a job.
pub struct Outcome {
    /// Its records.
    pub extraction: Extraction,
    /// The path of the partition that its rows belong to.
    pub partition: Arc<str>,
    /// Its files.
    pub sources: Vec<ManifestSource>,
}

impl Outcome {
    /// Puts its partition among the others, and names it by the text that is there already: a path for each of a hundred thousand files is much.
    pub fn share_partition(&mut self, partitions: &mut HashSet<Arc<str>>) {
        if !partitions.contains(&self.partition) {
            partitions.insert(Arc::clone(&self.partition));
        }
        if let Some(shared) = partitions.get(&self.partition) {
            self.sources.iter_mut().for_each(|source| source.partition = Arc::clone(shared));
        }
    }

    fn of(extraction: Extraction, job: &Job, lost: &[(String, String)]) -> Self {
        let partition: Arc<str> = partition_path(&extraction.partition).into();
        let source = |path: Arc<str>, sha256: Option<Digest>, size: u64| {
            let rejects = || extraction.rejects.iter().filter(|reject| *reject.path == *path);
            ManifestSource {
                sha256,
                size,
                partition: Arc::clone(&partition),
                errors: rejects()
                    .filter(|reject| reject.severity == Severity::Error)
                    .map(|reject| reject.code.code().to_owned())
                    .collect(),
                warnings: rejects().filter(|reject| reject.severity == Severity::Warning).count() as u64,
                lost: lost.iter().find(|(lost, _)| **lost == *path).map(|(_, why)| why.clone()),
                path,
            }
        };
        let sources = match job {
            Job::Lost(reject) => vec![source(reject.path.as_str().into(), None, 0)],
            Job::Read(sources) => sources
                .iter()
                .map(|file| source(Arc::clone(&file.place.path), Some(file.sha256), file.stamp.size))
                .collect(),
        };
        Self {
            extraction,
            partition,
            sources,
        }
    }
}

/// What comes of a job of which nothing can be read.
pub fn rejected(job: &Job) -> Outcome {
    match job {
        Job::Lost(reject) => {
            let lost = [(reject.path.clone(), reject.message.clone())];
            Outcome::of(nothing_but(vec![reject.clone()]), job, &lost)
        }
        Job::Read(sources) => {
            let reject = |source: &SourceFile| {
                let (code, advice) = crate::read::Sniffed::Empty
                    .refusal()
                    .unwrap_or((RejectCode::EmptyFile, "the file is empty"));
                lost(source.path(), Some(source.sha256), code, advice.to_owned())
            };
            Outcome::of(nothing_but(sources.iter().map(reject).collect()), job, &[])
        }
    }
}

/// The records of files with the same bytes: of the first that can still be read.
pub fn read(job: &Job, config: &Config, extractor: Extractor) -> Outcome {
    let sources = job.sources();
    let mut rejects: Vec<Reject> = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let failed = |rejects: &[Reject]| -> Vec<(String, String)> {
            let failed = rejects.iter().map(|reject| (reject.path.clone(), reject.message.clone()));
            failed.collect()
        };
        let refusal = match source.sniffed() {
            Ok(sniffed) => sniffed.refusal(),
            Err(reject) => {
                rejects.push(reject);
                continue;
            }
        };
        if let Some((code, advice)) = refusal {
            let lost_before = failed(&rejects);
            rejects.push(lost(source.path(), Some(source.sha256), code, advice.to_owned()));
            return Outcome::of(nothing_but(rejects), job, &lost_before);
        }
        let mut extraction = match crawl::read_again(source) {
            Ok(bytes) => extract_one(&bytes, source, config, extractor),
            Err(reject) => {
                rejects.push(reject);
                continue;
            }
        };
        // Times of change are only as fine as the file system's clock; the id that was made of the bytes is exact.
        let ids = extraction.document.iter().map(|document| &document.document_id);
        let ids = ids.chain(extraction.rejects.iter().filter_map(|reject| reject.document_id.as_ref()));
        let sha256 = source.sha256.to_string();
        if ids.into_iter().any(|id| **id != *sha256) {
            rejects.push(crawl::changed(source));
            continue;
        }
        if let Some(document) = &mut extraction.document {
            document.path = source.path().to_owned();
            document.other_paths = sources[index + 1..].iter().map(|source| source.path().to_owned()).collect();
            document.file_size = i64::try_from(source.stamp.size).unwrap_or(i64::MAX);
        }
        let lost_before = failed(&rejects);
        extraction.rejects.extend(rejects);
        return Outcome::of(extraction, job, &lost_before);
    }
    let lost: Vec<_> = rejects.iter().map(|reject| (reject.path.clone(), reject.message.clone())).collect();
    Outcome::of(nothing_but(rejects), job, &lost)
}

/// Extraction never panics, and should it all the same, it costs one file and not the run.
fn extract_one(bytes: &[u8], source: &SourceFile, config: &Config, extractor: Extractor) -> Extraction {
    catch_unwind(AssertUnwindSafe(|| extractor(bytes, source.path(), config))).unwrap_or_else(|cause| {
        let cause = cause
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| cause.downcast_ref::<&str>().copied());
        let message = format!("internal error, please report it with this file: {}", cause.unwrap_or("unknown"));
        nothing_but(vec![lost(source.path(), Some(source.sha256), RejectCode::Unreadable, message)])
    })
}

/// What comes of a file of which nothing usable came.
fn nothing_but(rejects: Vec<Reject>) -> Extraction {
    Extraction {
        rejects,
        ..Extraction::default()
    }
}
