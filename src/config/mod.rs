//! Configuration: the catalogue of forms and wordings and the program's settings.
//!
//! The files of `config/` are compiled in; `--config DIR` replaces those of the same name. All are read and validated at start: a bad
//! file is named with its line.

mod accounts;
pub mod checks;
mod divisions;
mod facts;
mod forms;
mod headers;
mod items;
pub mod performance;
mod starts;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub use accounts::Accounts;
pub use checks::Checks;
pub use divisions::{Division, Divisions, Level};
pub use facts::{FactRules, FactUnit, Topic};
pub use forms::{FormSpec, Forms, KnownTitles, RowRule, SideRule, TitleMatch, may_end_title};
pub use headers::{Headers, Role, word_key};
pub use items::{Items, StandardItem, item_key, name_key};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config");

/// What is known of each word; words are looked up by the million.
type WordMap<T> = HashMap<String, T, foldhash::fast::RandomState>;

fn distinct(chars: impl Iterator<Item = char>) -> Vec<char> {
    let mut chars: Vec<char> = chars.collect();
    chars.sort_unstable();
    chars.dedup();
    chars
}

/// The configuration of a run.
#[derive(Debug)]
pub struct Config {
    /// Limits and switches (`budgetlake.toml`).
    pub settings: Settings,
    /// The standard forms and how they are titled (`forms/*.toml`).
    pub forms: Forms,
    /// The words of column headers (`headers.toml`).
    pub headers: Headers,
    /// Standard lines without official codes (`items.toml`).
    pub items: Items,
    /// Names of accounts (`functional.csv`, `economic.csv`).
    pub accounts: Accounts,
    /// The words of performance forms (`performance.toml`).
    pub performance: performance::Performance,
    /// Accounting identities (`checks.toml`).
    pub checks: Checks,
    /// Administrative divisions (`divisions.csv`).
    pub divisions: Divisions,
    /// Where facts are stated, and in which words (`facts.toml`).
    pub facts: FactRules,
    fingerprint: String,
    replaced: Vec<ConfigFile>,
}

/// A file that took the place of a built-in one, or was added.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct ConfigFile {
    /// Its name below the configuration's directory, e.g. `forms/summary.toml`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Limits and switches of `config/budgetlake.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Bounds on what is read.
    pub limits: Limits,
    /// How encodings are told.
    pub encoding: EncodingSettings,
    /// How the rules of a PDF become cells.
    pub pdf: PdfSettings,
    /// What is done with names and telephone numbers of persons.
    pub personal_data: PersonalData,
    /// What a run makes of failed checks.
    pub checks: CheckSettings,
    /// How the compact layout is cut.
    pub compact: CompactSettings,
}

/// How the compact layout is cut, in rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompactSettings {
    /// A file of more rows is cut in two.
    pub file_rows: u64,
    /// A row group of more rows is cut in two, unless it is one body's.
    pub group_rows: u64,
}

/// What a run makes of failed checks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckSettings {
    /// A run in which more than this share of the checks failed ends with exit code 5.
    pub fail_over: f64,
}

/// What is done with names and telephone numbers of persons.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalData {
    /// Load 负责人, 经办人 and 联系电话 into columns of `projects`.
    pub load: bool,
}

/// Bounds on what is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Files larger than this many bytes are rejected unread.
    pub max_file_size: u64,
    /// Lines longer than this many bytes are left out.
    pub max_line: usize,
    /// Table rows with more cells are left out.
    pub max_cells: usize,
    /// Documents with more pages are rejected.
    pub max_pages: usize,
    /// Documents whose pages draw more than this many glyphs and pieces of paths are rejected.
    pub max_operations: usize,
    /// Documents that unpack to more than this many bytes are rejected.
    pub max_unpacked: u64,
    /// Office files a part of which unpacks to more than this many times its size are rejected.
    pub max_unpack_ratio: u64,
    /// Office files with more parts are rejected.
    pub max_parts: usize,
    /// Documents whose elements nest deeper are rejected.
    pub max_depth: usize,
}

/// How the rules of a PDF become cells, in points (1/72 inch).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PdfSettings {
    /// Rules whose places differ by no more are at one place.
    pub snap: f64,
    /// Gaps in a rule that are no wider are closed.
    pub join: f64,
    /// A filled box that is no thicker is a rule.
    pub thickest_rule: f64,
    /// A rule that is shorter is a speck.
    pub shortest_rule: f64,
    /// Rules that are closer to each other have no cell between them.
    pub narrowest_cell: f64,
    /// A page with more rules is a drawing; its text is read without them.
    pub max_rules: usize,
    /// Rules that part a table into more cells are a drawing, too.
    pub max_cells_of_table: usize,
    /// A file of which more than this share of characters has no known meaning is rejected (per thousand).
    pub max_unmapped_per_mille: usize,
}

/// How encodings are told.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncodingSettings {
    /// Share of characters that may fail to decode, per thousand.
    pub max_undecodable_per_mille: u32,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file of the configuration could not be read.
    #[error("{path}: {source}; check the path given with --config")]
    Io {
        /// The file.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A file of the configuration says something that cannot be.
    #[error("{path}:{line}: {message}")]
    Invalid {
        /// The file.
        path: String,
        /// The line, 1-based.
        line: usize,
        /// What is wrong and what would be right.
        message: String,
    },
}

impl Config {
    /// The built-in configuration, with the files of `directory` in place of those of the same name.
    pub fn load(directory: Option<&Path>) -> Result<Self, ConfigError> {
        let source = Source {
            directory: directory.map(Path::to_owned),
        };
        if let Some(directory) = directory
            && !directory.is_dir()
        {
            let error = std::io::Error::new(std::io::ErrorKind::NotFound, "is no directory");
            return Err(ConfigError::Io {
                path: directory.display().to_string(),
                source: error,
            });
        }
        let form_files = source.list("forms")?;
        let mut files: Vec<String> = [
            "budgetlake.toml",
            "headers.toml",
            "items.toml",
            "checks.toml",
            "performance.toml",
            "facts.toml",
            "functional.csv",
            "economic.csv",
            "divisions.csv",
        ]
        .map(str::to_owned)
        .into();
        files.extend(form_files.iter().cloned());
        let mut hash = Sha256::new();
        let mut replaced = Vec::new();
        for name in &files {
            let text = source.text(name)?;
            if source.replaced(name).is_some() {
                replaced.push(ConfigFile {
                    name: name.clone(),
                    text: text.clone().into_owned(),
                });
            }
            hash.update(u64::try_from(text.len()).unwrap_or(0).to_le_bytes());
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(text.as_bytes());
        }
        let accounts = Accounts::load(&source)?;
        Ok(Self {
            facts: FactRules::load(&source, &accounts)?,
            settings: source.toml("budgetlake.toml")?,
            forms: Forms::load(&source, &form_files)?,
            headers: Headers::load(&source)?,
            items: Items::load(&source)?,
            performance: performance::Performance::load(&source)?,
            accounts,
            checks: Checks::load(&source)?,
            divisions: Divisions::load(&source)?,
            fingerprint: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
            replaced,
        })
    }

    /// The files that are not the built-in ones: with them and the program, the configuration can be had again.
    pub fn replaced(&self) -> &[ConfigFile] {
        &self.replaced
    }

    /// Lower-case hex SHA-256 over everything in the configuration that can change what is extracted.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// Where the files of a configuration come from.
struct Source {
    directory: Option<PathBuf>,
}

impl Source {
    fn replaced(&self, name: &str) -> Option<PathBuf> {
        self.directory
            .as_ref()
            .map(|directory| directory.join(name))
            .filter(|path| path.exists())
    }

    fn text(&self, name: &str) -> Result<Cow<'static, str>, ConfigError> {
        if let Some(path) = self.replaced(name) {
            let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Io {
                path: path.display().to_string(),
                source,
            })?;
            return Ok(Cow::Owned(text));
        }
        BUILT_IN
            .get_file(name)
            .and_then(|file| file.contents_utf8())
            .map(Cow::Borrowed)
            .ok_or_else(|| ConfigError::Io {
                path: name.to_owned(),
                source: std::io::Error::new(std::io::ErrorKind::NotFound, "is missing from the built-in configuration"),
            })
    }

    /// The files of a folder, in byte order: those built in and those beside them.
    fn list(&self, folder: &str) -> Result<Vec<String>, ConfigError> {
        let mut names: Vec<String> = BUILT_IN
            .get_dir(folder)
            .map(|dir| dir.files().filter_map(|file| file.path().to_str().map(str::to_owned)).collect())
            .unwrap_or_default();
        if let Some(path) = self.replaced(folder) {
            let io = |source| ConfigError::Io {
                path: path.display().to_string(),
                source,
            };
            for entry in std::fs::read_dir(&path).map_err(io)? {
                let name = entry.map_err(io)?.file_name();
                if let Some(name) = name.to_str().filter(|name| name.ends_with(".toml")) {
                    names.push(format!("{folder}/{name}"));
                }
            }
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn toml<T: DeserializeOwned>(&self, name: &str) -> Result<T, ConfigError> {
        let text = self.text(name)?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(&text, span.start));
            self.invalid(name, line, error.message())
        })
    }

    /// The rows of a CSV file with their lines.
    fn csv<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, ConfigError> {
        let text = self.text(name)?;
        csv::Reader::from_reader(text.as_bytes())
            .deserialize()
            .map(|row| {
                row.map_err(|error| {
                    let line = error.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
                    self.invalid(name, line, &error.to_string())
                })
            })
            .collect()
    }

    /// An error in `name` at the line where `needle` stands.
    fn invalid_at(&self, name: &str, needle: &str, message: &str) -> ConfigError {
        let line = self
            .text(name)
            .ok()
            .and_then(|text| text.find(needle).map(|offset| line_of(&text, offset)))
            .unwrap_or(1);
        self.invalid(name, line, message)
    }

    fn invalid(&self, name: &str, line: usize, message: &str) -> ConfigError {
        let path = self
            .replaced(name)
            .map_or_else(|| format!("config/{name}"), |path| path.display().to_string());
        ConfigError::Invalid {
            path,
            line,
            message: message.to_owned(),
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_configuration_is_valid() {
        let config = Config::load(None).unwrap();
        assert_eq!(config.fingerprint().len(), 64);
    }

    #[test]
    fn a_bad_file_is_named_with_its_line() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(
            directory.path().join("headers.toml"),
            "[roles]\ncode = []\n\n[measures]\nnonsense = [\"金额\"]\n",
        )
        .unwrap();
        let error = Config::load(Some(directory.path())).unwrap_err().to_string();
        assert!(error.contains("headers.toml:5:"), "{error}");
        assert!(error.contains("nonsense"), "{error}");
    }

    #[test]
    fn a_directory_replaces_single_files_and_changes_the_fingerprint() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("forms")).unwrap();
        std::fs::write(
            directory.path().join("forms/99_local.toml"),
            "form = \"expenditure\"\nside = \"expenditure\"\nclassification = \"functional\"\ntitles = [\"花钱表\"]\n",
        )
        .unwrap();
        let config = Config::load(Some(directory.path())).unwrap();
        assert_ne!(config.fingerprint(), Config::load(None).unwrap().fingerprint());
        assert!(config.forms.by_title("2024年花钱表").is_some());
    }
}
