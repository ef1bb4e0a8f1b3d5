//! What patterns begin with: one pass over a text tells which of many regular expressions can match in it. Few can, and each of them
//! costs far more than this look.

use std::collections::HashMap;

use regex::Regex;
use regex_syntax::hir::literal::Extractor;

/// The beginnings of patterns, which are known by their places.
#[derive(Debug)]
pub(super) struct Starts {
    /// One bit for the low bits of each character that a beginning begins with.
    firsts: [u64; FIRSTS / 64],
    /// The beginnings with their patterns, by their first character.
    words: HashMap<char, Vec<(String, usize)>, foldhash::fast::RandomState>,
    /// Patterns that can begin with anything.
    always: Vec<usize>,
}

/// How many characters are told apart at the first look.
const FIRSTS: usize = 4096;
/// Longer beginnings tell no more.
const LONGEST: usize = 24;

impl Starts {
    /// Of patterns that are looked for in the same texts.
    pub(super) fn of<'r>(patterns: impl IntoIterator<Item = &'r Regex>) -> Self {
        let mut starts = Self {
            firsts: [0; FIRSTS / 64],
            words: HashMap::default(),
            always: Vec::new(),
        };
        for (place, pattern) in patterns.into_iter().enumerate() {
            match beginnings(pattern) {
                Some(words) => words.into_iter().for_each(|word| starts.add(word, place)),
                None => starts.always.push(place),
            }
        }
        starts
    }

    fn add(&mut self, word: String, place: usize) {
        if let Some(first) = word.chars().next() {
            let (index, bit) = place_of(first);
            self.firsts[index] |= bit;
            self.words.entry(first).or_default().push((word, place));
        }
    }

    /// The places of the patterns that can match in a text, in their order.
    pub(super) fn candidates(&self, text: &str) -> Vec<usize> {
        let mut found = self.always.clone();
        for (at, first) in text.char_indices() {
            let (index, bit) = place_of(first);
            if self.firsts[index] & bit == 0 {
                continue;
            }
            let words = self.words.get(&first).into_iter().flatten();
            found.extend(
                words
                    .filter(|(word, _)| text[at..].starts_with(word.as_str()))
                    .map(|(_, place)| *place),
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn place_of(c: char) -> (usize, u64) {
    let low = c as usize % FIRSTS;
    (low / 64, 1 << (low % 64))
}

/// Words of which every match of a pattern begins with one; `None` where there are none, or too many.
fn beginnings(pattern: &Regex) -> Option<Vec<String>> {
    let parsed = regex_syntax::parse(pattern.as_str()).ok()?;
    let mut found = Extractor::new().extract(&parsed);
    found.minimize_by_preference();
    let words = found.literals()?.iter().map(|literal| {
        let bytes = literal.as_bytes();
        let bytes = &bytes[..bytes.len().min(LONGEST)];
        let word = match std::str::from_utf8(bytes) {
            Ok(word) => word,
            // Cut within a character.
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        };
        (!word.is_empty()).then(|| word.to_owned())
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_that_matches_is_a_candidate() {
        let patterns = [
            "基本支出",
            "(?:本年|当年)?支出(?:合计|总计)",
            ".*支出表$",
            "[一二]、支出",
            "(?P<subject>教育|教学)支出",
            "(?i)abc",
        ]
        .map(|pattern| Regex::new(pattern).unwrap());
        let starts = Starts::of(&patterns);
        for text in [
            "基本支出表",
            "当年支出合计1元",
            "支出总计",
            "二、支出",
            "教育支出",
            "xABC",
            "aBc",
            "",
            "无",
        ] {
            let candidates = starts.candidates(text);
            assert!(candidates.is_sorted());
            for (place, pattern) in patterns.iter().enumerate() {
                assert!(!pattern.is_match(text) || candidates.contains(&place), "{pattern} in {text}");
            }
        }
        assert_eq!(starts.candidates("教育"), [2, 4]);
    }
}
