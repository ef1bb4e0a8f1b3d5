//! The words of column headers and what such a column holds (`headers.toml`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::{ConfigError, Source, WordMap};
use crate::codes::{Item, Measure};
use crate::money::{MoneyUnit, has_digit};
use crate::text::{compact, remove_quotes, strip_year};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The code of an account.
    Code,
    /// One of the three parts of a code: 类, 款, 项.
    CodePart(u8),
    /// The name of an account, unit or project.
    Name,
    /// A second account of the row.
    Counterpart,
    /// The line's number on the form (行次, 序号).
    Number,
    /// Text beside the figures.
    Note,
    /// Money.
    Amount(Measure),
    /// Money of one standard item: a table whose items are columns.
    ItemAmount(Item, Measure),
    /// Nothing is known of it.
    Unknown,
}

/// The vocabulary of column headers.
#[derive(Debug)]
pub struct Headers {
    roles: WordMap<Role>,
    groups: WordMap<()>,
    fund_measures: WordMap<Measure>,
    /// All words, for headers whose cells ran together.
    scanner: AhoCorasick,
    scanned: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderFile {
    roles: RoleWords,
    measures: BTreeMap<Measure, Vec<String>>,
    #[serde(default)]
    fund_measures: BTreeMap<Measure, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct RoleWords {
    code: Vec<String>,
    code_class: Vec<String>,
    code_section: Vec<String>,
    code_item: Vec<String>,
    name: Vec<String>,
    counterpart: Vec<String>,
    line_number: Vec<String>,
    serial: Vec<String>,
    note: Vec<String>,
    attribute: Vec<String>,
    group: Vec<String>,
}

impl Headers {
    pub(super) fn load(source: &Source) -> Result<Self, ConfigError> {
        let file: HeaderFile = source.toml("headers.toml")?;
        let words = file.roles;
        let mut roles: WordMap<Role> = WordMap::default();
        let lists = [
            (words.code, Role::Code),
            (words.code_class, Role::CodePart(0)),
            (words.code_section, Role::CodePart(1)),
            (words.code_item, Role::CodePart(2)),
            (words.name, Role::Name),
            (words.counterpart, Role::Counterpart),
            (words.line_number, Role::Number),
            (words.serial, Role::Number),
            (words.note, Role::Note),
            (words.attribute, Role::Note),
        ];
        let measures = file.measures.into_iter().map(|(measure, words)| (words, Role::Amount(measure)));
        for (list, role) in lists.into_iter().chain(measures) {
            for word in list {
                let known = roles.insert(word_key(&word).into_owned(), role);
                if let Some(known) = known.filter(|known| *known != role) {
                    return Err(source.invalid_at(
                        "headers.toml",
                        &word,
                        &format!("`{word}` is listed twice, as {known:?} and {role:?}"),
                    ));
                }
            }
        }
        let fund_measures = file
            .fund_measures
            .into_iter()
            .flat_map(|(measure, words)| words.into_iter().map(move |word| (word_key(&word).into_owned(), measure)))
            .collect();
        let groups: WordMap<()> = words.group.iter().map(|word| (word_key(word).into_owned(), ())).collect();
        let mut scanned: Vec<String> = roles.keys().chain(groups.keys()).filter(|word| !word.is_empty()).cloned().collect();
        scanned.sort();
        scanned.dedup();
        let scanner = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&scanned)
            .map_err(|error| source.invalid_at("headers.toml", "", &error.to_string()))?;
        Ok(Self {
            roles,
            groups,
            fund_measures,
            scanner,
            scanned,
        })
    }

    /// What the header word says of its column; `None` where it is not known.
    pub fn role(&self, word: &str) -> Option<Role> {
        self.roles.get(word).copied()
    }

    /// What the word says in a table of a fund with balances.
    pub fn fund_role(&self, word: &str) -> Option<Role> {
        self.fund_measures.get(word).map(|measure| Role::Amount(*measure))
    }

    /// The known words in the text of a header whose cells ran together, in their order.
    pub fn scan(&self, text: &str) -> Vec<&str> {
        let key = word_key(text);
        self.scanner
            .find_iter(key.as_ref())
            .filter_map(|found| self.scanned.get(found.pattern().as_usize()))
            .map(String::as_str)
            .collect()
    }

    /// Whether the word is one that headers are made of.
    pub fn is_known(&self, word: &str) -> bool {
        self.roles.contains_key(word) || self.groups.contains_key(word)
    }
}

/// The form in which header words are compared: without white space, years, bracketed money units, quotes; half-width punctuation.
pub fn word_key(cell: &str) -> Cow<'_, str> {
    let mut word = compact(cell);
    remove_quotes(&mut word);
    if let Some(open) = word.rfind('(')
        && let Some(inner) = word[open + 1..].strip_suffix(')')
        && (MoneyUnit::parse(inner).is_some() || inner.strip_prefix("单位:").is_some_and(|unit| MoneyUnit::parse(unit).is_some()))
    {
        word.to_mut().truncate(open);
    }
    if !has_digit(&word) {
        return word;
    }
    let mut word = strip_year(&word);
    // 基本支出1: the figure is a footnote's.
    let unnumbered = word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if unnumbered > 0 {
        word.truncate(unnumbered);
    }
    Cow::Owned(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_layout() {
        assert_eq!(word_key("2023年 一般公共预\n算"), "一般公共预算");
        assert_eq!(word_key("2023预算数"), "预算数");
        assert_eq!(word_key("预算数（万元）"), "预算数");
        assert_eq!(word_key("基本支出1"), "基本支出");
        assert_eq!(word_key("12"), "12");
    }
}
