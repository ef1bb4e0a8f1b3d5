//! Names of accounts: functional classes with their codes (`functional.csv`) and economic ones (`economic.csv`).

use serde::Deserialize;

use super::{ConfigError, Source, WordMap};
use crate::text::compact;

/// The account names of the classifications of government revenue and expenditure (政府收支分类科目).
#[derive(Debug)]
pub struct Accounts {
    functional_class: WordMap<String>,
    functional_names: WordMap<String>,
    economic: WordMap<String>,
    economic_names: WordMap<Vec<String>>,
}

#[derive(Deserialize)]
struct Functional {
    code: String,
    name: String,
    aliases: String,
}

#[derive(Deserialize)]
struct Economic {
    code: String,
    name: String,
}

impl Accounts {
    pub(super) fn load(source: &Source) -> Result<Self, ConfigError> {
        let mut functional_class = WordMap::default();
        let mut functional_names = WordMap::default();
        for row in source.csv::<Functional>("functional.csv")? {
            for name in std::iter::once(row.name.as_str())
                .chain(row.aliases.split(';'))
                .filter(|name| !name.is_empty())
            {
                functional_class
                    .entry(compact(name).into_owned())
                    .or_insert_with(|| row.code.clone());
            }
            functional_names.insert(row.code, row.name);
        }
        let economic: WordMap<String> = source
            .csv::<Economic>("economic.csv")?
            .into_iter()
            .map(|row| (row.code, compact(&row.name).into_owned()))
            .collect();
        let mut economic_names: WordMap<Vec<String>> = WordMap::default();
        for (code, name) in &economic {
            economic_names.entry(name.clone()).or_default().push(code.clone());
        }
        Ok(Self {
            functional_class,
            functional_names,
            economic,
            economic_names,
        })
    }

    /// The code of the functional class (类) called `name`; names of other years are known too.
    pub fn functional_class(&self, name: &str) -> Option<&str> {
        self.functional_class.get(name).map(String::as_str)
    }

    /// The name of a functional class (类) of today.
    pub fn functional_class_name(&self, code: &str) -> Option<&str> {
        self.functional_names.get(code).map(String::as_str)
    }

    /// Whether a name (compacted) is one of a functional class's, of today or of other years, or what a page left of it.
    pub fn names_class(&self, code: &str, name: &str) -> bool {
        let is_cut = |known: &str| known.starts_with(name) || name.starts_with(known);
        self.functional_class(name).map_or_else(
            || self.functional_class.iter().any(|(known, of)| of == code && is_cut(known)),
            |of| of == code,
        )
    }

    /// The names of all functional classes (compacted), longest first.
    pub fn functional_class_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.functional_class.keys().map(String::as_str).collect();
        names.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        names
    }

    /// Whether the name of a functional class begins with these words.
    pub fn is_beginning_of_class(&self, words: &str) -> bool {
        self.functional_class.keys().any(|name| name.starts_with(words))
    }

    /// Whether a name (compacted) is that of an economic account.
    pub fn is_economic_name(&self, name: &str) -> bool {
        self.economic_names.contains_key(name)
    }

    /// The code of the economic account of departments (部门预算支出经济分类) of a name (compacted): of several, the one of the class that it
    /// is printed below.
    pub fn economic_code(&self, name: &str, class: &str) -> Option<&str> {
        let codes = self.economic_names.get(name)?.iter().map(String::as_str);
        let of_departments: Vec<&str> = codes.filter(|code| code.starts_with('3')).collect();
        match of_departments.as_slice() {
            [only] => Some(only),
            several => several.iter().find(|code| !class.is_empty() && code.starts_with(class)).copied(),
        }
    }

    /// Names (compacted) that only one economic account of departments (部门) or of governments (政府) has, with its code; by code.
    pub fn unambiguous_economic_names(&self) -> Vec<(&str, &str)> {
        let mut names: Vec<(&str, &str)> = Vec::new();
        for (name, codes) in &self.economic_names {
            for classification in ['3', '5'] {
                let mut of_it = codes.iter().filter(|code| code.starts_with(classification));
                if let (Some(code), None) = (of_it.next(), of_it.next()) {
                    names.push((code, name));
                }
            }
        }
        names.sort_unstable();
        names
    }

    /// The name of an economic account.
    pub fn economic_name(&self, code: &str) -> Option<&str> {
        self.economic.get(code).map(String::as_str)
    }
}
