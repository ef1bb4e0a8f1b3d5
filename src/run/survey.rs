//! What is there: the files of the input, the snapshot before, and what is to be done about them. Nothing is written.

use std::collections::HashSet;
use std::path::Path;

use rayon::prelude::*;

use super::plan::Plan;
use super::{Phase, Run, RunError, RunReport};
use crate::crawl::seen::Seen;
use crate::crawl::{self, Crawl, CrawlOptions, FoundFile, SourceFile};
use crate::load::{self, Checked, Damage, LoadError, Maker, StoredSnapshot};
use crate::tables::Reject;

/// The snapshot before, as far as it can be used.
#[derive(Default)]
pub struct Previous {
    /// Its id.
    pub id: Option<String>,
    /// Its files that are as they were published.
    pub stored: Option<StoredSnapshot>,
    /// What is wrong with the others.
    pub damages: Vec<Damage>,
}

impl Run<'_> {
    /// Finds the files of the input.
    pub(super) fn find(&self, report: &mut RunReport) -> Result<Crawl, RunError> {
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

    /// What there is to do. `warehouse` is only read.
    pub(super) fn plan(&self, found: Crawl, warehouse: &Path) -> Result<(Previous, Plan), RunError> {
        self.begin(
            Phase::Identify,
            found.files.len() as u64,
            found.files.iter().map(|file| file.stamp.size).sum(),
        );
        let previous = self.previous(warehouse)?;
        let maker = Maker::with(self.config);
        let everything = match (&previous.stored, &previous.id) {
            (Some(stored), _) => maker.difference(&stored.manifest.maker),
            (None, Some(_)) if previous.damages.is_empty() => Some("another version of the program made the snapshot before".to_owned()),
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
            .filter(|damage| !damage.path.starts_with(load::COMPACT))
            .map(|damage| load::partition_of(&damage.path).into())
            .collect();
        let plan = Plan::new(sources, lost, previous.stored.as_ref(), everything, damaged, &self.config.divisions);
        Ok((previous, plan))
    }

    /// The snapshot that the new one is made from.
    fn previous(&self, warehouse: &Path) -> Result<Previous, RunError> {
        let mut stored = match load::open_current(warehouse) {
            Ok(Some(stored)) => stored,
            Ok(None) => return Ok(Previous::default()),
            Err(LoadError::Damaged { snapshot, .. })
                if StoredSnapshot::is_of_another_version(&load::snapshot_path(warehouse, &snapshot)) =>
            {
                return Ok(Previous {
                    id: Some(snapshot),
                    ..Previous::default()
                });
            }
            Err(LoadError::Damaged { snapshot, damages }) if self.options.repair => {
                return Ok(Previous {
                    id: Some(snapshot),
                    stored: None,
                    damages,
                });
            }
            Err(error) => return Err(error.into()),
        };
        let damages = stored.damages(self.look(), &Checked::default());
        if !damages.is_empty() && !self.options.repair {
            return Err(LoadError::Damaged {
                snapshot: stored.id,
                damages,
            }
            .into());
        }
        let damaged: HashSet<&str> = damages.iter().map(|damage| damage.path.as_str()).collect();
        stored.manifest.files.retain(|file| !damaged.contains(file.path.as_str()));
        if !damages.is_empty() {
            // What stands where in it is told from all files.
            stored.manifest.compact.clear();
        }
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
            let known = seen.content_of(&file, &self.options.input);
            let identified = match known {
                Some(sha256) if size <= limit => Ok(SourceFile::known(file, sha256)),
                // Of its own room: where there are a hundred thousand files, hardly one is a reject.
                _ => crawl::identify(file, limit).map_err(Box::new),
            };
            self.observer.step(size);
            Ok(identified)
        };
        let identified: Vec<Result<SourceFile, Box<Reject>>> =
            found.files.into_par_iter().map(identify).collect::<Result<_, RunError>>()?;
        let mut sources = Vec::with_capacity(identified.len());
        let mut lost = found.rejects;
        for identified in identified {
            match identified {
                Ok(source) => sources.push(source),
                Err(reject) => lost.push(*reject),
            }
        }
        Ok((sources, lost))
    }
}
