//! Makes a published snapshot again from its sources, and compares it to the byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use crate::config::{Config, ConfigError, ConfigFile};
use crate::crawl::CrawlOptions;
use crate::load::{COMPACT, LoadError, Maker, ManifestFile, ManifestSource, StoredSnapshot, compact_table_of, snapshot_path};
use crate::run::{Observer, RunError, RunOptions, run};

/// What is made again, and where.
#[derive(Debug, Clone)]
pub struct ReproduceOptions {
    /// The snapshot's directory, or a link to it.
    pub snapshot: PathBuf,
    /// The input that it was made of; what is there beside its sources is left out.
    pub input: PathBuf,
    /// A directory for the copy, which is made and removed.
    pub scratch: PathBuf,
    /// Worker threads; 0 is one for each processor.
    pub jobs: usize,
}

/// Why a snapshot cannot be made again.
#[derive(Debug, thiserror::Error)]
pub enum ReproduceError {
    /// The file system refused something.
    #[error("{path}: {source}")]
    Io {
        /// With what.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The snapshot is damaged.
    #[error(transparent)]
    Damaged(LoadError),
    /// Another program made it.
    #[error("the snapshot was made by version {} of the program (source {}); this is version {} (source {}): use that one", made_by.version, made_by.program, this.version, this.program)]
    OtherProgram {
        /// What made it.
        made_by: Box<Maker>,
        /// What this is.
        this: Box<Maker>,
    },
    /// Its configuration cannot be had again.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The copy could not be made.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// How the copy compares with the snapshot.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The snapshot's id.
    pub id: String,
    /// The copy's id: the same if every byte is.
    pub copy: String,
    /// Files of the snapshot.
    pub files: usize,
    /// Sources that are not what they were, and why.
    pub sources: Vec<(String, &'static str)>,
    /// Files that differ, and how.
    pub differing: Vec<(String, &'static str)>,
}

/// Makes the snapshot again and compares.
pub fn reproduce(options: &ReproduceOptions, observer: &dyn Observer, stop: &AtomicBool) -> Result<Comparison, ReproduceError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| ReproduceError::Io { path, source }
    };
    let root = options.snapshot.canonicalize().map_err(io(&options.snapshot))?;
    let stored = StoredSnapshot::open(&root).map_err(|damage| {
        ReproduceError::Damaged(LoadError::Damaged {
            snapshot: root.display().to_string(),
            damages: vec![damage],
        })
    })?;
    fs::create_dir_all(&options.scratch).map_err(io(&options.scratch))?;
    let scratch = Scratch(&options.scratch);
    let config = configuration(&stored.manifest.maker.configuration, &scratch.0.join("config"))?;
    let this = Maker::with(&config);
    if this.difference(&stored.manifest.maker).is_some() {
        return Err(ReproduceError::OtherProgram {
            made_by: Box::new(stored.manifest.maker),
            this: Box::new(this),
        });
    }
    let warehouse = scratch.0.join("warehouse");
    let run_options = RunOptions {
        input: options.input.clone(),
        warehouse: warehouse.clone(),
        jobs: options.jobs,
        crawl: CrawlOptions {
            follow_links: true,
            only: Some(stored.manifest.sources.iter().map(|source| source.path.to_string()).collect()),
            ..CrawlOptions::default()
        },
        ..RunOptions::default()
    };
    let report = run(&run_options, &config, observer, stop)?;
    let copy = StoredSnapshot::open(&snapshot_path(&warehouse, &report.snapshot)).map_err(|damage| {
        ReproduceError::Damaged(LoadError::Damaged {
            snapshot: report.snapshot.clone(),
            damages: vec![damage],
        })
    })?;
    Ok(compare(&stored, &copy))
}

/// The configuration that the manifest tells of.
fn configuration(replaced: &[ConfigFile], directory: &Path) -> Result<Config, ReproduceError> {
    if replaced.is_empty() {
        return Ok(Config::load(None)?);
    }
    for file in replaced {
        let path = directory.join(&file.name);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(directory))?;
            fs::write(&path, &file.text)
        };
        write().map_err(|source| ReproduceError::Io {
            path: path.clone(),
            source,
        })?;
    }
    Ok(Config::load(Some(directory))?)
}

fn compare(stored: &StoredSnapshot, copy: &StoredSnapshot) -> Comparison {
    let state = |source: &ManifestSource| (source.sha256, source.lost.clone());
    let content = |file: &ManifestFile| file.sha256.clone();
    let key = |file: &ManifestFile| match &file.from {
        Some(from) => format!("{COMPACT}/{} from {from}", compact_table_of(file)),
        None => format!("{}/{}", file.table(), file.partition()),
    };
    Comparison {
        id: stored.id.clone(),
        copy: copy.id.clone(),
        files: stored.manifest.all_files().count(),
        sources: differences(
            stored.manifest.sources.iter(),
            copy.manifest.sources.iter(),
            |source| source.path.to_string(),
            state,
        ),
        differing: differences(stored.manifest.all_files(), copy.manifest.all_files(), key, content),
    }
}

fn differences<'a, T: 'a, S: PartialEq>(
    before: impl Iterator<Item = &'a T>,
    after: impl Iterator<Item = &'a T>,
    key: impl Fn(&T) -> String,
    state: impl Fn(&T) -> S,
) -> Vec<(String, &'static str)> {
    let entry = |item: &'a T| (key(item), state(item));
    let (before, after): (BTreeMap<String, S>, BTreeMap<String, S>) = (before.map(entry).collect(), after.map(entry).collect());
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let difference = |key: &String| match (before.get(key), after.get(key)) {
        (Some(before), Some(after)) if before == after => None,
        (Some(_), Some(_)) => Some("differs"),
        (Some(_), None) => Some("is missing"),
        (None, _) => Some("was not there"),
    };
    keys.into_iter().filter_map(|key| Some((key.clone(), difference(key)?))).collect()
}

/// A directory that goes with the one who made it.
struct Scratch<'a>(&'a Path);

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(self.0) {
            tracing::warn!(path = %self.0.display(), %error, "cannot remove the copy");
        }
    }
}
