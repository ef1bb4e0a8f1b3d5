//! Words with what they mean: whole, or cut by a page break.

use std::collections::BTreeMap;

use super::label_key;
use crate::config::WordMap;
use crate::config::starts::FirstChars;

/// The words of one kind; each is compared as a [`label_key`].
#[derive(Debug)]
pub struct Words<T> {
    /// The longest first.
    words: Vec<(String, T)>,
    meanings: WordMap<T>,
    firsts: FirstChars,
}

impl<T: Copy + PartialEq> Words<T> {
    /// From the words of each meaning.
    pub(super) fn new(lists: BTreeMap<T, Vec<String>>) -> Self {
        let mut words: Vec<(String, T)> = lists
            .into_iter()
            .flat_map(|(meaning, list)| list.into_iter().map(move |word| (label_key(&word).into_owned(), meaning)))
            .collect();
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let mut meanings = WordMap::default();
        for (word, meaning) in &words {
            meanings.entry(word.clone()).or_insert(*meaning);
        }
        Self {
            firsts: FirstChars::of(words.iter().map(|(word, _)| word.as_str())),
            words,
            meanings,
        }
    }

    /// All words, the longest first.
    pub fn iter(&self) -> impl Iterator<Item = &(String, T)> {
        self.words.iter()
    }

    /// Whether a key is longer than every word; most texts are.
    fn is_too_long(&self, key: &str) -> bool {
        self.words.first().is_none_or(|(longest, _)| key.len() > longest.len())
    }

    /// Whether no word can begin with a key; none can with most texts.
    fn begins_none(&self, key: &str) -> bool {
        self.is_too_long(key) || !self.firsts.begin(key)
    }

    /// The meaning of a word.
    pub fn exact(&self, key: &str) -> Option<T> {
        if self.begins_none(key) {
            None
        } else {
            self.meanings.get(key).copied()
        }
    }

    /// The meaning of a word that a page break may have cut off: at least its first two characters.
    pub fn cut_off(&self, key: &str) -> Option<T> {
        if self.begins_none(key) {
            return None;
        }
        if let Some(meaning) = self.exact(key) {
            return Some(meaning);
        }
        if key.chars().count() < 2 {
            return None;
        }
        let mut found = self
            .words
            .iter()
            .filter(|(word, _)| word.starts_with(key))
            .map(|(_, meaning)| *meaning);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// Whether a key is the rest of a word whose beginning stands on the page before.
    pub fn is_rest(&self, key: &str) -> bool {
        // Whole labels end in 指标 or 目标; the end of a shortened one (满意度) is as likely the end of a name.
        !key.is_empty()
            && key.ends_with('标')
            && !self.is_too_long(key)
            && self.words.iter().any(|(word, _)| word.len() > key.len() && word.ends_with(key))
    }
}
