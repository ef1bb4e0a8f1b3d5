//! What a snapshot is made of: every source and every file, with their hashes.
//!
//! Its bytes depend only on the input, the configuration and the program's version, and the snapshot's id is their hash: the same input gives
//! the same id.

use serde::Serialize;

use super::LoadError;
use crate::hash::sha256_hex;

/// Name of the manifest in a snapshot.
pub(super) const MANIFEST_FILE: &str = "manifest.json";

/// The manifest of a snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct Manifest {
    /// Version of the program.
    pub version: String,
    /// Fingerprint of the configuration.
    pub fingerprint: String,
    /// Every file of the input that was read or rejected, by path.
    pub sources: Vec<ManifestSource>,
    /// Every data file of the snapshot, by path.
    pub files: Vec<ManifestFile>,
}

/// A file of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ManifestSource {
    /// Path relative to the input root.
    pub path: String,
    /// SHA-256 of its bytes; null where they could not be read.
    pub sha256: Option<String>,
    /// The partition path of its rows.
    pub partition: String,
}

/// A data file of the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ManifestFile {
    /// Path relative to the snapshot.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows in it.
    pub rows: u64,
}

impl Manifest {
    /// A manifest of this version of the program.
    pub fn new(fingerprint: String, mut sources: Vec<ManifestSource>, mut files: Vec<ManifestFile>) -> Self {
        sources.sort();
        files.sort();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            fingerprint,
            sources,
            files,
        }
    }

    /// The manifest's bytes, as written, and the snapshot's id.
    pub fn encode(&self) -> Result<(Vec<u8>, String), LoadError> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        let mut id = sha256_hex(&bytes);
        id.truncate(16);
        Ok((bytes, id))
    }
}
