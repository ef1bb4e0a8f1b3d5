//! Administrative divisions of China (GB/T 2260), and which of them a body's name begins with.

use std::collections::HashMap;

use serde::Deserialize;

use super::{ConfigError, Source};

/// The level of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 省级.
    Province,
    /// 地级.
    Prefecture,
    /// 县级.
    County,
}

/// One division.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Division {
    /// Six digits.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// Code of the division above; empty for provinces.
    pub parent: String,
}

/// All divisions.
#[derive(Debug)]
pub struct Divisions {
    all: Vec<Division>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    longest: usize,
}

/// The four municipalities, cities of their own (直辖市).
const MUNICIPALITIES: [&str; 4] = ["110000", "120000", "310000", "500000"];

impl Divisions {
    pub(super) fn load(source: &Source) -> Result<Self, ConfigError> {
        let all: Vec<Division> = source.csv("divisions.csv")?;
        let by_code: HashMap<String, usize> = all
            .iter()
            .enumerate()
            .map(|(index, division)| (division.code.clone(), index))
            .collect();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, division) in all.iter().enumerate() {
            if !division.parent.is_empty() && !by_code.contains_key(&division.parent) {
                return Err(source.invalid_at(
                    "divisions.csv",
                    &division.code,
                    &format!("parent {} is no division", division.parent),
                ));
            }
            by_name.entry(division.name.clone()).or_default().push(index);
        }
        let longest = all.iter().map(|division| division.name.chars().count()).max().unwrap_or(0);
        Ok(Self {
            all,
            by_code,
            by_name,
            longest,
        })
    }

    /// The division with this code.
    pub fn by_code(&self, code: &str) -> Option<&Division> {
        self.by_code.get(code).and_then(|index| self.all.get(*index))
    }

    /// The divisions that `name` begins with, by the longest name that fits; several where a name occurs in several places.
    pub fn leading<'s, 't>(&'s self, name: &'t str) -> Option<(Vec<&'s Division>, &'t str)> {
        let ends: Vec<usize> = name
            .char_indices()
            .map(|(offset, c)| offset + c.len_utf8())
            .take(self.longest)
            .collect();
        ends.into_iter().rev().find_map(|end| {
            let (head, rest) = name.split_at(end);
            let found = self.by_name.get(head)?;
            Some((found.iter().filter_map(|index| self.all.get(*index)).collect(), rest))
        })
    }

    /// The division one level up.
    pub fn parent(&self, division: &Division) -> Option<&Division> {
        self.by_code(&division.parent)
    }

    /// The province that a division lies in, or is.
    pub fn province<'s>(&'s self, division: &'s Division) -> &'s Division {
        let mut above = division;
        while let Some(parent) = self.parent(above) {
            above = parent;
        }
        above
    }

    /// The division whose name is the `city` of the partition: the prefecture-level city, the municipality, or the province.
    pub fn city<'s>(&'s self, division: &'s Division) -> &'s Division {
        match division.level {
            Level::County => self.parent(division).unwrap_or(division),
            Level::Prefecture | Level::Province => division,
        }
    }

    /// Whether a division is a municipality (直辖市).
    pub fn is_municipality(&self, division: &Division) -> bool {
        MUNICIPALITIES.contains(&division.code.as_str())
    }
}
