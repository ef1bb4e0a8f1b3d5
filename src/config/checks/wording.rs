//! Words that no finished disclosure holds, looked for in one pass.

use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};

use super::Wording;

/// The words of all rules.
#[derive(Debug, Default)]
pub struct Wordings {
    words: Option<AhoCorasick>,
    /// For each word, its rule.
    rules: Vec<usize>,
}

impl Wordings {
    pub(super) fn of(rules: &[Wording]) -> Result<Self, BuildError> {
        let all = || {
            rules
                .iter()
                .enumerate()
                .flat_map(|(at, rule)| rule.words.iter().map(move |word| (at, word)))
        };
        Ok(Self {
            words: Some(
                AhoCorasick::builder()
                    .match_kind(MatchKind::LeftmostLongest)
                    .build(all().map(|(_, word)| word))?,
            ),
            rules: all().map(|(at, _)| at).collect(),
        })
    }

    /// Whether a text holds any of the words, be it within a longer one.
    pub fn are_in(&self, text: &str) -> bool {
        self.words.as_ref().is_some_and(|words| words.is_match(text))
    }

    /// The words that a text holds: of each, the place of its rule in the file and where it stands.
    ///
    /// Letters within longer words (`MAXXI`, the numeral XXI) stand for nothing but themselves.
    pub fn all_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, Range<usize>)> {
        let is_letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'X' | b'x'));
        let bytes = text.as_bytes();
        let found = self.words.iter().flat_map(move |words| words.find_iter(text));
        found
            .filter(move |found| {
                let is_latin = bytes[found.range()].is_ascii();
                let before = found.start().checked_sub(1).and_then(|at| bytes.get(at));
                !is_latin || !is_letter(before) && !is_letter(bytes.get(found.end()))
            })
            .filter_map(|found| Some((*self.rules.get(found.pattern().as_usize())?, found.range())))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn placeholders_are_found_and_names_are_none() {
        let config = Config::load(None).unwrap();
        let rule = |text: &str| {
            let (at, place) = config.checks.wordings.all_in(text).next()?;
            Some((config.checks.wording[at].head().rule.to_string(), text[place].to_owned()))
        };
        let left = |word: &str| Some(("placeholder_left".to_owned(), word.to_owned()));
        assert_eq!(rule("XXX局2023年度部门预算"), left("XX"));
        assert_eq!(rule("比上年增加……万元"), left("……万元"));
        assert_eq!(rule("与上年相比减少持平").unwrap().0, "contradicting_words");
        for text in ["MAXXI博物馆", "第XXI届", "工资、津贴……等", "与上年持平", "三公经费……2"] {
            assert_eq!(rule(text), None, "{text}");
        }
    }
}
