//! What words and patterns begin with: a quick look at the characters of a text before words are looked up and patterns are tried. Few
//! can be there, and each of them costs far more than this look.

use std::collections::HashMap;

use regex::Regex;
use regex_syntax::hir::literal::Extractor;

/// The characters that words begin with, by their low bits: one that is not among them begins none.
#[derive(Debug)]
pub struct FirstChars([u64; FIRSTS / 64]);

/// How many characters are told apart.
const FIRSTS: usize = 4096;

impl FirstChars {
    /// Of words.
    pub(super) fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut firsts = Self([0; FIRSTS / 64]);
        words.filter_map(|word| word.chars().next()).for_each(|first| firsts.add(first));
        firsts
    }

    fn add(&mut self, c: char) {
        let (index, bit) = place_of(c);
        self.0[index] |= bit;
    }

    /// Whether a word may begin with a character.
    pub fn has(&self, c: char) -> bool {
        let (index, bit) = place_of(c);
        self.0[index] & bit != 0
    }

    /// Whether a word may begin where a text does.
    pub(super) fn begin(&self, text: &str) -> bool {
        text.starts_with(|first| self.has(first))
    }
}

fn place_of(c: char) -> (usize, u64) {
    let low = c as usize % FIRSTS;
    (low / 64, 1 << (low % 64))
}

/// The beginnings of patterns, which are known by their places among each other.
#[derive(Debug)]
pub(super) struct Starts {
    firsts: FirstChars,
    /// The beginnings by their first character, in the order of the patterns.
    words: HashMap<char, Vec<Beginning>, foldhash::fast::RandomState>,
    /// Patterns that can begin with anything.
    anything: Vec<usize>,
}

/// Words that all matches of a pattern begin with.
#[derive(Debug)]
struct Beginning {
    word: String,
    pattern: usize,
    /// Whether the word is a match.
    is_all: bool,
}

/// Longer beginnings tell no more.
const LONGEST: usize = 24;
/// A pattern that stands for no more words than this is compared with each of them.
const FEW: usize = 48;

/// A place where a pattern may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Start {
    /// Which pattern.
    pub pattern: usize,
    /// Where it may begin; `None` where it can begin anywhere.
    pub at: Option<usize>,
    /// Where its match ends, if that is known without trying.
    pub end: Option<usize>,
}

impl Starts {
    /// Of patterns that are looked for in the same texts.
    pub(super) fn of<'r>(patterns: impl IntoIterator<Item = &'r Regex>) -> Self {
        let mut words: HashMap<char, Vec<Beginning>, _> = HashMap::default();
        let mut anything = Vec::new();
        for (place, pattern) in patterns.into_iter().enumerate() {
            let Some((beginnings, is_all)) = beginnings(pattern) else {
                anything.push(place);
                continue;
            };
            for word in beginnings {
                let first = word.chars().next().unwrap_or_default();
                words.entry(first).or_default().push(Beginning {
                    word,
                    pattern: place,
                    is_all,
                });
            }
        }
        Self {
            firsts: FirstChars::of(words.values().flatten().map(|beginning| beginning.word.as_str())),
            words,
            anything,
        }
    }

    /// Where which patterns may match in a text: by pattern, and from left to right.
    pub(super) fn find(&self, text: &str) -> Vec<Start> {
        let anywhere = |pattern: &usize| Start {
            pattern: *pattern,
            at: None,
            end: None,
        };
        let mut found: Vec<Start> = self.anything.iter().map(anywhere).collect();
        for (at, first) in text.char_indices().filter(|(_, first)| self.firsts.has(*first)) {
            let words = self.words.get(&first).into_iter().flatten();
            let here = words.filter(|beginning| text[at..].starts_with(beginning.word.as_str()));
            found.extend(here.map(|beginning| Start {
                pattern: beginning.pattern,
                at: Some(at),
                end: beginning.is_all.then(|| at + beginning.word.len()),
            }));
        }
        // Of the words of a pattern that match at a place, the first is the match.
        found.sort_by_key(|start| (start.pattern, start.at));
        found.dedup_by_key(|start| (start.pattern, start.at));
        found
    }

    /// The patterns that may match in a text, in their order.
    pub(super) fn candidates(&self, text: &str) -> impl Iterator<Item = usize> {
        let mut found = self.find(text);
        found.dedup_by_key(|start| start.pattern);
        found.into_iter().map(|start| start.pattern)
    }
}

/// Words of which every match of a pattern begins with one, and whether they are its matches, in the order in which it tries them; `None`
/// where there are no such words, where they are too many, or where what stands in front of a match counts, too.
fn beginnings(pattern: &Regex) -> Option<(Vec<String>, bool)> {
    let parsed = regex_syntax::parse(pattern.as_str()).ok()?;
    if !parsed.properties().look_set_prefix_any().is_empty() {
        return None;
    }
    let mut found = Extractor::new().extract(&parsed);
    let is_all = parsed.properties().look_set().is_empty() && found.is_exact() && found.len().is_some_and(|words| words <= FEW);
    if !is_all {
        found.minimize_by_preference();
    }
    let words = found.literals()?.iter().map(|literal| {
        let bytes = literal.as_bytes();
        let bytes = if is_all { bytes } else { &bytes[..bytes.len().min(LONGEST)] };
        let word = match std::str::from_utf8(bytes) {
            Ok(word) => word,
            // Cut within a character.
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        };
        (!word.is_empty()).then(|| word.to_owned())
    });
    words.collect::<Option<Vec<String>>>().map(|words| (words, is_all))
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
            "^支出",
            "支出(?:合计)?|收入",
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
            let candidates: Vec<usize> = starts.candidates(text).collect();
            assert!(candidates.is_sorted());
            let found = starts.find(text);
            for (place, pattern) in patterns.iter().enumerate() {
                let Some(first) = pattern.find(text) else { continue };
                assert!(candidates.contains(&place), "{pattern} in {text}");
                let is_there = |start: &Start| {
                    start.pattern == place
                        && start.at.is_none_or(|at| at == first.start())
                        && start.end.is_none_or(|end| end == first.end())
                };
                assert!(found.iter().any(is_there), "{pattern} in {text}");
            }
        }
        assert_eq!(starts.candidates("教育支").collect::<Vec<_>>(), [2, 6]);
    }
}
