//! What a snapshot is made of: every source and every file, with their hashes, and what it takes to make it again.
//!
//! Its bytes depend only on the input, the configuration and the program, and the snapshot's id is their hash: the same input gives the same
//! id. `docs/nightly.md` documents the format.

use std::io::{self, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::config::{Config, ConfigFile};
use crate::hash::{Digest, HashingWriter};

/// Name of the manifest in a snapshot.
pub const MANIFEST_FILE: &str = "manifest.json";
/// Version of the manifest's format.
const FORMAT: u32 = 1;
/// Hex digits of a snapshot's id.
const ID_DIGITS: usize = 16;

/// What made a snapshot. Another maker makes other records of the same sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    /// Version of this format.
    pub format: u32,
    /// Version of the program.
    pub version: String,
    /// Fingerprint of the program's source.
    pub program: String,
    /// Fingerprint of the configuration.
    pub fingerprint: String,
    /// The files of the configuration that are not the built-in ones.
    pub configuration: Vec<ConfigFile>,
}

impl Maker {
    /// This program with this configuration.
    pub fn with(config: &Config) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            program: env!("BUDGETLAKE_SOURCE").to_owned(),
            fingerprint: config.fingerprint().to_owned(),
            configuration: config.replaced().to_vec(),
        }
    }

    /// How this maker differs from an earlier one, in words; `None` where it doesn't.
    pub fn difference(&self, earlier: &Self) -> Option<String> {
        if self.version != earlier.version {
            Some(format!("version {} of the program after {}", self.version, earlier.version))
        } else if self.format != earlier.format || self.program != earlier.program {
            Some(format!("another build of version {} of the program", self.version))
        } else if self.fingerprint != earlier.fingerprint {
            Some("another configuration".to_owned())
        } else {
            None
        }
    }
}

/// The manifest of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What made it.
    #[serde(flatten)]
    pub maker: Maker,
    /// Every file of the input that was read or rejected, by path.
    pub sources: Vec<ManifestSource>,
    /// Every file of a partition, by path.
    pub files: Vec<ManifestFile>,
    /// Every file of the compact layout, by path: the same rows once more.
    #[serde(default)]
    pub compact: Vec<ManifestFile>,
}

/// A file of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ManifestSource {
    /// Path relative to the input root.
    pub path: Arc<str>,
    /// SHA-256 of its bytes; null where they could not be read.
    pub sha256: Option<Digest>,
    /// Size in bytes, where it was hashed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub size: u64,
    /// The partition path of its rows.
    pub partition: Arc<str>,
    /// The codes of its rejects that are errors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// How many of its rejects are warnings.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub warnings: u64,
    /// Why the file system did not give its bytes. The next run tries again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A data file of the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Path relative to the snapshot.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows in it.
    pub rows: u64,
    /// The checks of the disclosures that are its rows, in a file of `documents`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<ChecksDone>,
    /// The first body of its rows, `<city>/<department>`, in a file of the compact layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// How many checks came out how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChecksDone {
    /// What holds.
    pub passed: u64,
    /// What doesn't.
    pub failed: u64,
}

impl ManifestFile {
    /// The table that it belongs to.
    pub fn table(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// The partition path that it lies in.
    pub fn partition(&self) -> &str {
        partition_of(&self.path)
    }
}

/// The partition path in the path of a data file.
pub fn partition_of(path: &str) -> &str {
    let below = path.split_once('/').map_or("", |(_, below)| below);
    below.rsplit_once('/').map_or("", |(partition, _)| partition)
}

impl Manifest {
    /// A manifest of these sources and files.
    pub fn new(maker: Maker, mut sources: Vec<ManifestSource>, mut files: Vec<ManifestFile>, mut compact: Vec<ManifestFile>) -> Self {
        sources.sort();
        files.sort();
        compact.sort();
        Self {
            maker,
            sources,
            files,
            compact,
        }
    }

    /// Every data file of the snapshot.
    pub fn all_files(&self) -> impl Iterator<Item = &ManifestFile> {
        self.files.iter().chain(&self.compact)
    }

    /// Writes the manifest, and gives the snapshot's id. A source or file is a line, for `grep` and `diff`.
    ///
    /// # Errors
    /// Where `to` has them.
    pub fn write(&self, to: impl Write) -> io::Result<String> {
        let mut to = HashingWriter::new(to);
        let maker = serde_json::to_string_pretty(&self.maker)?;
        to.write_all(maker.trim_end_matches(['}', '\n']).as_bytes())?;
        to.write_all(b",\n  \"sources\": [")?;
        write_lines(&mut to, &self.sources)?;
        to.write_all(b"],\n  \"files\": [")?;
        write_lines(&mut to, &self.files)?;
        to.write_all(b"],\n  \"compact\": [")?;
        write_lines(&mut to, &self.compact)?;
        to.write_all(b"]\n}\n")?;
        Ok(id_with(to.finish()?))
    }

    /// The id of the snapshot with the manifest of these bytes.
    pub fn id_of(bytes: &[u8]) -> String {
        id_with(Digest::of(bytes))
    }
}

/// The id of the snapshot whose manifest has this digest.
fn id_with(digest: Digest) -> String {
    let mut id = digest.to_string();
    id.truncate(ID_DIGITS);
    id
}

fn write_lines<T: Serialize>(to: &mut impl Write, items: &[T]) -> io::Result<()> {
    let mut line = Vec::new();
    for (index, item) in items.iter().enumerate() {
        line.clear();
        line.extend_from_slice(if index == 0 { b"\n    " } else { b",\n    " });
        serde_json::to_writer(&mut line, item)?;
        to.write_all(&line)?;
    }
    if !items.is_empty() {
        to.write_all(b"\n  ")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_as_it_was() {
        let config = Config::load(None).unwrap();
        let source = |path: &str, lost: Option<&str>| ManifestSource {
            path: path.into(),
            sha256: lost.is_none().then(|| Digest::of(b"ab")),
            size: 3,
            partition: "city=a/year=b/department=c".into(),
            errors: Vec::new(),
            warnings: 0,
            lost: lost.map(str::to_owned),
        };
        let file = ManifestFile {
            path: "documents/city=a/year=b/department=c/0.parquet".to_owned(),
            size: 1,
            sha256: "cd".to_owned(),
            rows: 1,
            checks: None,
            from: None,
        };
        let compact = ManifestFile {
            path: "compact/documents/0.parquet".to_owned(),
            from: Some("a/c".to_owned()),
            ..file.clone()
        };
        assert_eq!((file.table(), file.partition()), ("documents", "city=a/year=b/department=c"));
        for (sources, files, compact) in [
            (
                vec![source("b}\n\"", None), source("a", Some("vanished"))],
                vec![file],
                vec![compact],
            ),
            (Vec::new(), Vec::new(), Vec::new()),
        ] {
            let manifest = Manifest::new(Maker::with(&config), sources, files, compact);
            let mut bytes = Vec::new();
            let id = manifest.write(&mut bytes).unwrap();
            assert_eq!(serde_json::from_slice::<Manifest>(&bytes).unwrap(), manifest);
            assert_eq!(id, Manifest::id_of(&bytes));
        }
    }
}
