//! Standard lines that have no official code (`items.toml`): how they are called, and what they are.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;

use super::{ConfigError, Source, WordMap, distinct};
use crate::codes::{Classification, Form, Item, RowKind, Side};
use crate::text::{cleaned, compact, remove_quotes};

/// What is known of a standard line.
#[derive(Debug, Clone)]
pub struct StandardItem {
    /// Its stable key.
    pub item: Item,
    /// Whether it sums others.
    pub kind: RowKind,
    /// What it is an account of.
    pub classification: Classification,
    side: Side,
    forms: Vec<Form>,
}

/// The standard lines by name.
#[derive(Debug)]
pub struct Items {
    by_name: WordMap<Vec<StandardItem>>,
    carryover_parts: HashMap<Item, Item>,
    totals: WordMap<()>,
    /// The first characters of all names, and the last ones.
    beginnings: Vec<char>,
    ends: Vec<char>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemsFile {
    item: Vec<ItemEntry>,
    carryover_part: Vec<CarryoverPart>,
    totals: Totals,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemEntry {
    item: Item,
    side: Side,
    #[serde(default = "plain_item")]
    kind: RowKind,
    classification: Classification,
    #[serde(default = "summary_forms")]
    forms: Vec<Form>,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CarryoverPart {
    item: Item,
    of: Item,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Totals {
    names: Vec<String>,
}

fn plain_item() -> RowKind {
    RowKind::Item
}

fn summary_forms() -> Vec<Form> {
    vec![Form::Summary, Form::AppropriationSummary]
}

impl Items {
    pub(super) fn load(source: &Source) -> Result<Self, ConfigError> {
        let file: ItemsFile = source.toml("items.toml")?;
        let mut by_name: WordMap<Vec<StandardItem>> = WordMap::default();
        for entry in file.item {
            let standard = StandardItem {
                item: entry.item,
                kind: entry.kind,
                classification: entry.classification,
                side: entry.side,
                forms: entry.forms,
            };
            for name in entry.names {
                by_name.entry(item_key(&name).into_owned()).or_default().push(standard.clone());
            }
        }
        Ok(Self {
            beginnings: distinct(by_name.keys().filter_map(|name| name.chars().next())),
            ends: distinct(by_name.keys().filter_map(|name| name.chars().next_back())),
            by_name,
            carryover_parts: file.carryover_part.into_iter().map(|part| (part.of, part.item)).collect(),
            totals: file.totals.names.iter().map(|name| (item_key(name).into_owned(), ())).collect(),
        })
    }

    /// The standard line called `key` (an [`item_key`]) on `side` of `form`.
    pub fn find(&self, key: &str, form: Form, side: Side) -> Option<&StandardItem> {
        self.by_name
            .get(key)?
            .iter()
            .find(|standard| standard.side == side && standard.forms.contains(&form))
    }

    /// The item that a source of revenue is where it stands below 上年结转.
    pub fn carryover_part(&self, of: Item) -> Option<Item> {
        self.carryover_parts.get(&of).copied()
    }

    /// Whether the key of a text that begins with `first` can be that of a standard line: a quick look, before the key is made.
    pub fn may_begin(&self, first: char) -> bool {
        may_be_left_out(first) || self.beginnings.contains(&first)
    }

    /// As [`may_begin`](Self::may_begin) for the last character.
    pub fn may_end(&self, last: char) -> bool {
        may_be_left_out(last) || self.ends.contains(&last)
    }

    /// Whether the name of a standard line begins with `key` (an [`item_key`]).
    pub fn is_beginning(&self, key: &str) -> bool {
        self.by_name.keys().any(|name| name.starts_with(key))
    }

    /// Whether `key` (an [`item_key`]) is the word of a total row.
    pub fn is_total(&self, key: &str) -> bool {
        self.totals.contains_key(key)
    }
}

/// Years, numbers and quotation marks are no part of a key.
fn may_be_left_out(c: char) -> bool {
    !c.is_alphabetic() || matches!(c, '年' | '度')
}

/// As [`item_key`], of a name as it is printed.
pub fn name_key(printed: &str) -> Cow<'_, str> {
    match cleaned(printed) {
        Cow::Borrowed(name) => item_key(name),
        Cow::Owned(name) => Cow::Owned(item_key(&name).into_owned()),
    }
}

/// The form in which names of standard lines are compared; `name` is a cleaned name.
pub fn item_key(name: &str) -> Cow<'_, str> {
    let mut key = compact(name);
    remove_quotes(&mut key);
    key
}
