//! One job of a run: from its files, or from what is known of them, to an extraction.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Extractor;
use super::plan::Job;
use crate::codes::{Code, RejectCode, Severity};
use crate::config::Config;
use crate::crawl::{self, SourceFile, lost};
use crate::extraction::Extraction;
use crate::load::{ManifestSource, partition_path};
use crate::tables::Reject;

/// What came of a job.
pub struct Outcome {
    /// Its records.
    pub extraction: Extraction,
    /// Its files.
    pub sources: Vec<ManifestSource>,
}

impl Outcome {
    /// The path of the partition that its rows belong to.
    pub fn partition(&self) -> String {
        partition_path(&self.extraction.partition)
    }

    fn of(extraction: Extraction, job: &Job, lost: &[(String, String)]) -> Self {
        let partition = partition_path(&extraction.partition);
        let source = |path: &str, sha256: Option<&str>, size: u64| {
            let rejects = || extraction.rejects.iter().filter(|reject| reject.path == path);
            ManifestSource {
                path: path.to_owned(),
                sha256: sha256.map(str::to_owned),
                size,
                partition: partition.clone(),
                errors: rejects()
                    .filter(|reject| reject.severity == Severity::Error)
                    .map(|reject| reject.code.code().to_owned())
                    .collect(),
                warnings: rejects().filter(|reject| reject.severity == Severity::Warning).count() as u64,
                lost: lost.iter().find(|(lost, _)| lost == path).map(|(_, why)| why.clone()),
            }
        };
        let sources = match job {
            Job::Lost(reject) => vec![source(&reject.path, None, 0)],
            Job::Read(sources) => sources
                .iter()
                .map(|file| source(&file.path, Some(&file.sha256), file.stamp.size))
                .collect(),
        };
        Self { extraction, sources }
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
                lost(&source.path, Some(&source.sha256), code, advice.to_owned())
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
            rejects.push(lost(&source.path, Some(&source.sha256), code, advice.to_owned()));
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
        if ids.into_iter().any(|id| **id != *source.sha256) {
            rejects.push(crawl::changed(source));
            continue;
        }
        if let Some(document) = &mut extraction.document {
            document.path.clone_from(&source.path);
            document.other_paths = sources[index + 1..].iter().map(|source| source.path.clone()).collect();
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
    catch_unwind(AssertUnwindSafe(|| extractor(bytes, &source.path, config))).unwrap_or_else(|cause| {
        let cause = cause
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| cause.downcast_ref::<&str>().copied());
        let message = format!("internal error, please report it with this file: {}", cause.unwrap_or("unknown"));
        nothing_but(vec![lost(&source.path, Some(&source.sha256), RejectCode::Unreadable, message)])
    })
}

/// What comes of a file of which nothing usable came.
fn nothing_but(rejects: Vec<Reject>) -> Extraction {
    Extraction {
        rejects,
        ..Extraction::default()
    }
}
