//! A published snapshot, read back and checked against its manifest.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::manifest::MANIFEST_FILE;
use super::{Manifest, ManifestFile};
use crate::hash::Hasher;

/// A published snapshot.
#[derive(Debug)]
pub struct StoredSnapshot {
    /// Its id.
    pub id: String,
    /// Where it lies.
    pub root: PathBuf,
    /// What it is made of.
    pub manifest: Manifest,
}

/// What is wrong with a file of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// Path relative to the snapshot.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Sizes, and the content of those that were written to since the snapshot was published.
    Quick,
    /// The content of all of them.
    Whole,
}

/// Remembers what was found out about contents, since snapshots share most of their files.
#[derive(Debug, Default)]
pub struct Checked(Mutex<HashMap<(u64, u64, String), bool>>);

impl StoredSnapshot {
    /// Reads the manifest of the snapshot in `root`, a directory named by its id.
    pub fn open(root: &Path) -> Result<Self, Damage> {
        let damaged = |what: String| Damage {
            path: MANIFEST_FILE.to_owned(),
            what,
        };
        let id = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = fs::read(root.join(MANIFEST_FILE)).map_err(|error| damaged(format!("cannot be read ({error})")))?;
        if Manifest::id_of(&bytes) != id {
            return Err(damaged("is not what was published: its hash is not the snapshot's id".to_owned()));
        }
        let manifest = serde_json::from_slice(&bytes).map_err(|error| damaged(format!("was written by another version ({error})")))?;
        Ok(Self {
            id,
            root: root.to_owned(),
            manifest,
        })
    }

    /// Whether the snapshot in `root` is as it was published, but its manifest is none of this version's.
    pub fn is_of_another_version(root: &Path) -> bool {
        let bytes = fs::read(root.join(MANIFEST_FILE)).unwrap_or_default();
        let id = root.file_name().unwrap_or_default().to_string_lossy();
        Manifest::id_of(&bytes) == id && serde_json::from_slice::<Manifest>(&bytes).is_err()
    }

    /// Whether it has this very file.
    pub fn has(&self, file: &ManifestFile) -> bool {
        let has = |files: &[ManifestFile]| {
            let place = files.binary_search_by(|own| own.path.cmp(&file.path));
            place.is_ok_and(|at| files[at] == *file)
        };
        has(&self.manifest.files) || has(&self.manifest.compact)
    }

    /// What is wrong with its data files, by path.
    pub fn damages(&self, look: Look, checked: &Checked) -> Vec<Damage> {
        let published = fs::metadata(self.root.join(MANIFEST_FILE)).and_then(|metadata| metadata.modified());
        let check = |file: &ManifestFile| {
            let what = self.what_is_wrong(file, look, published.as_ref().ok(), checked)?;
            Some(Damage {
                path: file.path.clone(),
                what,
            })
        };
        let files = self.manifest.files.par_iter().chain(&self.manifest.compact);
        let mut damages: Vec<Damage> = files.filter_map(check).collect();
        damages.sort();
        damages
    }

    /// Files that the manifest doesn't know, which readers would take for part of the snapshot.
    pub fn strangers(&self) -> Vec<Damage> {
        let known: std::collections::HashSet<&str> = self.manifest.all_files().map(|file| file.path.as_str()).collect();
        let entries = walkdir::WalkDir::new(&self.root).sort_by_file_name().into_iter().flatten();
        let files = entries.filter(|entry| !entry.file_type().is_dir());
        let paths = files.filter_map(|entry| Some(entry.path().strip_prefix(&self.root).ok()?.to_string_lossy().into_owned()));
        let strangers = paths.filter(|path| path != MANIFEST_FILE && !known.contains(path.as_str()));
        strangers
            .map(|path| Damage {
                path,
                what: "does not belong to the snapshot".to_owned(),
            })
            .collect()
    }

    fn what_is_wrong(
        &self,
        file: &ManifestFile,
        look: Look,
        published: Option<&std::time::SystemTime>,
        checked: &Checked,
    ) -> Option<String> {
        let path = self.root.join(&file.path);
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some("is missing".to_owned()),
            Err(error) => return Some(format!("cannot be looked at ({error})")),
        };
        if !metadata.is_file() {
            return Some("is no regular file".to_owned());
        }
        if metadata.len() != file.size {
            return Some(format!("has {} bytes and should have {}", metadata.len(), file.size));
        }
        let untouched = metadata
            .modified()
            .is_ok_and(|modified| published.is_some_and(|published| modified < *published));
        if look == Look::Quick && untouched {
            return None;
        }
        let key = (metadata.dev(), metadata.ino(), file.sha256.clone());
        if let Some(good) = checked.get(&key) {
            return (!good).then(wrong_content);
        }
        match hash_file(&path) {
            Ok(hash) => {
                let good = hash == file.sha256;
                checked.put(key, good);
                (!good).then(wrong_content)
            }
            Err(error) => Some(format!("cannot be read ({error})")),
        }
    }
}

fn wrong_content() -> String {
    "its content is not what was published".to_owned()
}

impl Checked {
    fn get(&self, key: &(u64, u64, String)) -> Option<bool> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }

    fn put(&self, key: (u64, u64, String), good: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, good);
    }
}

fn hash_file(path: &Path) -> std::io::Result<String> {
    let mut hasher = Hasher::default();
    let mut file = fs::File::open(path)?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        match std::io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok(hasher.hex()),
            count => hasher.update(&buffer[..count]),
        }
    }
}
