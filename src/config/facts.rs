//! The words of the narrative and what they state (`facts.toml`).

mod topic;

use std::ops::Range;

use regex::Regex;
use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use super::starts::{FirstChars, Starts};
use super::{Accounts, ConfigError, Source};

pub use topic::Topic;
use topic::{Subject, TopicSet, topic_sets};

const FILE: &str = "facts.toml";

/// Where facts are stated, and in which words.
#[derive(Debug)]
pub struct FactRules {
    /// What topics call the sections.
    pub sections: Vec<String>,
    /// The headings that begin each of them; the first that matches is the one.
    headings: Vec<Regex>,
    heading_starts: Starts,
    /// Headings below which nothing is stated.
    closing: Regex,
    closing_starts: Starts,
    /// What figures can be of.
    pub topics: Vec<Topic>,
    /// For each section, the topics of each unit.
    by_section: Vec<Vec<TopicSet>>,
    /// Words behind figures, longest first, and the characters that they begin with.
    units: Vec<FactUnit>,
    unit_starts: FirstChars,
    /// What stands between and around topics and figures.
    pub words: Words,
}

/// A word behind a figure.
#[derive(Debug)]
pub struct FactUnit {
    /// As printed, punctuation half-width.
    pub word: String,
    /// The unit's code.
    pub unit: String,
    /// How many of the published unit one is.
    pub factor: Decimal,
}

/// Patterns that hold for every topic; see `facts.toml`.
#[derive(Debug)]
pub struct Words {
    /// All that may stand between a topic and its figure.
    pub filler: Regex,
    /// A plan beside the final account.
    pub planned: Regex,
    /// The final figure of what is spoken of.
    pub r#final: Regex,
    /// The figure is an increase.
    pub rise: Regex,
    /// The figure is a decrease.
    pub fall: Regex,
    /// The percent is a share of a whole.
    pub share: Regex,
    /// Something is compared.
    pub comparison: Regex,
    /// A change that is not one since last year.
    pub other_comparison: Regex,
    /// A figure beside the topic.
    pub aside: Regex,
    /// The lead of a reason.
    pub reason: Regex,
    /// What follows a figure that is a threshold.
    pub threshold: Regex,
    /// The year of the day that counts are of.
    pub as_of: Regex,
    /// What stands before a year that is only compared with.
    pub compared_year: Regex,
    /// A place where a figure should stand.
    pub unreadable: Regex,
    /// Words of paragraphs that are not looked at.
    pub personal: Regex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactsFile {
    words: WordsEntry,
    closing: ClosingEntry,
    unit: Vec<UnitEntry>,
    section: Vec<SectionEntry>,
    topic: Vec<TopicEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsEntry {
    filler: Spanned<String>,
    planned: Spanned<String>,
    r#final: Spanned<String>,
    rise: Spanned<String>,
    fall: Spanned<String>,
    share: Spanned<String>,
    comparison: Spanned<String>,
    other_comparison: Spanned<String>,
    aside: Spanned<String>,
    reason: Spanned<String>,
    threshold: Spanned<String>,
    as_of: Spanned<String>,
    compared_year: Spanned<String>,
    unreadable: Spanned<String>,
    personal: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClosingEntry {
    heading: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitEntry {
    unit: String,
    yuan: Option<u32>,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionEntry {
    name: String,
    heading: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    fact: Vec<String>,
    sections: Vec<Spanned<String>>,
    unit: Spanned<String>,
    words: Spanned<String>,
    #[serde(default)]
    change: Vec<String>,
    #[serde(default)]
    change_percent: Vec<String>,
    #[serde(default)]
    share: Vec<String>,
    unless: Option<Spanned<String>>,
    after: Option<Spanned<String>>,
    list: Option<Spanned<String>>,
}

impl FactRules {
    pub(super) fn load(source: &Source, accounts: &Accounts) -> Result<Self, ConfigError> {
        let file: FactsFile = source.toml(FILE)?;
        let patterns = Patterns {
            source,
            classes: accounts
                .functional_class_names()
                .iter()
                .map(|name| regex::escape(name))
                .collect::<Vec<_>>()
                .join("|"),
        };
        let mut units: Vec<FactUnit> = Vec::new();
        for entry in file.unit {
            units.extend(entry.words.into_iter().map(|word| FactUnit {
                word,
                unit: entry.unit.clone(),
                factor: Decimal::from(entry.yuan.unwrap_or(1)),
            }));
        }
        units.sort_by_key(|unit| std::cmp::Reverse(unit.word.len()));
        let sections: Vec<String> = file.section.iter().map(|entry| entry.name.clone()).collect();
        let headings = file.section.iter().map(|entry| patterns.regex(&entry.heading));
        let headings: Vec<Regex> = headings.collect::<Result<_, _>>()?;
        let stated: Vec<&String> = file.topic.iter().flat_map(|topic| &topic.fact).collect();
        let topics = file
            .topic
            .iter()
            .map(|entry| patterns.topic(entry, &sections, &units, &stated))
            .collect::<Result<Vec<Topic>, _>>()?;
        let closing = patterns.regex(&file.closing.heading)?;
        Ok(Self {
            by_section: (0..sections.len()).map(|section| topic_sets(section, &topics)).collect(),
            closing_starts: Starts::of([&closing]),
            closing,
            words: patterns.words(&file.words)?,
            heading_starts: Starts::of(&headings),
            headings,
            sections,
            topics,
            unit_starts: FirstChars::of(units.iter().map(|unit| unit.word.as_str())),
            units,
        })
    }

    /// The unit that a text begins with.
    pub fn unit_at(&self, text: &str) -> Option<&FactUnit> {
        let mut units = self.units.iter();
        self.unit_starts
            .begin(text)
            .then(|| units.find(|unit| text.starts_with(unit.word.as_str())))
            .flatten()
    }

    /// The section that a heading (compacted, without its number) begins.
    pub fn section(&self, heading: &str) -> Option<usize> {
        let starts = self.heading_starts.find(heading);
        let begins = starts
            .iter()
            .find(|start| start.end.is_some() || self.headings[start.pattern].is_match(heading));
        begins.map(|start| start.pattern)
    }

    /// Whether nothing is stated below a heading.
    pub fn closes(&self, heading: &str) -> bool {
        self.closing_starts.candidates(heading).next().is_some() && self.closing.is_match(heading)
    }

    /// The topics of a section with figures of `unit` that a text names, each with the last place where it does.
    pub fn topics_in(&self, text: &str, section: usize, unit: &str) -> Vec<(&Topic, Range<usize>)> {
        let mut sets = self.by_section.get(section).into_iter().flatten();
        let Some(set) = sets.find(|set| set.unit == unit) else {
            return Vec::new();
        };
        set.named_in(text, &self.topics)
    }
}

/// Compiles the patterns of the file and says where a bad one stands.
struct Patterns<'s> {
    source: &'s Source,
    /// The names of functional classes as one alternation.
    classes: String,
}

impl Patterns<'_> {
    fn regex(&self, pattern: &Spanned<String>) -> Result<Regex, ConfigError> {
        self.compile(pattern, pattern.as_ref())
    }

    fn compile(&self, place: &Spanned<String>, pattern: &str) -> Result<Regex, ConfigError> {
        let pattern = pattern.replace("{class}", &self.classes);
        Regex::new(&pattern).map_err(|error| self.invalid(place, &format!("the pattern cannot be used: {error}")))
    }

    fn invalid(&self, place: &Spanned<String>, message: &str) -> ConfigError {
        match self.source.text(FILE) {
            Ok(text) => self.source.invalid(FILE, super::line_of(&text, place.span().start), message),
            Err(error) => error,
        }
    }

    fn optional(&self, pattern: Option<&Spanned<String>>) -> Result<Option<Regex>, ConfigError> {
        pattern.map(|pattern| self.regex(pattern)).transpose()
    }

    fn words(&self, entry: &WordsEntry) -> Result<Words, ConfigError> {
        Ok(Words {
            filler: self.compile(&entry.filler, &format!("^(?:{})*$", entry.filler.as_ref()))?,
            planned: self.regex(&entry.planned)?,
            r#final: self.regex(&entry.r#final)?,
            rise: self.regex(&entry.rise)?,
            fall: self.regex(&entry.fall)?,
            share: self.regex(&entry.share)?,
            comparison: self.regex(&entry.comparison)?,
            other_comparison: self.regex(&entry.other_comparison)?,
            aside: self.regex(&entry.aside)?,
            reason: self.regex(&entry.reason)?,
            threshold: self.regex(&entry.threshold)?,
            as_of: self.regex(&entry.as_of)?,
            compared_year: self.regex(&entry.compared_year)?,
            unreadable: self.regex(&entry.unreadable)?,
            personal: self.regex(&entry.personal)?,
        })
    }

    fn topic(&self, entry: &TopicEntry, known: &[String], units: &[FactUnit], stated: &[&String]) -> Result<Topic, ConfigError> {
        let mut sections = vec![false; known.len()];
        for name in &entry.sections {
            let place = known.iter().position(|section| section == name.as_ref());
            let place = place.ok_or_else(|| self.invalid(name, &format!("`{}` is the name of no section", name.as_ref())))?;
            sections[place] = true;
        }
        if !units.iter().any(|unit| unit.unit == *entry.unit.as_ref()) {
            return Err(self.invalid(&entry.unit, &format!("no [[unit]] is called `{}`", entry.unit.as_ref())));
        }
        if let Some(after) = entry.after.as_ref().filter(|after| !stated.contains(&after.as_ref())) {
            return Err(self.invalid(after, &format!("no topic states the fact `{}`", after.as_ref())));
        }
        let words = self.regex(&entry.words)?;
        Ok(Topic {
            leading: self.compile(&entry.words, &format!("^(?:{})", entry.words.as_ref()))?,
            subject: Subject::of(&words),
            facts: entry.fact.clone(),
            change: entry.change.clone(),
            change_percent: entry.change_percent.clone(),
            share: entry.share.clone(),
            words,
            unit: entry.unit.as_ref().clone(),
            sections,
            unless: self.optional(entry.unless.as_ref())?,
            after: entry.after.as_ref().map(|after| after.as_ref().clone()),
            list: self.optional(entry.list.as_ref())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn a_bad_pattern_is_named_with_its_line() {
        let built_in = include_str!("../../config/facts.toml");
        for (good, bad, message) in [
            ("words = '机关运行经费'", "words = '机关运行经费('", "the pattern cannot be used"),
            ("sections = [\"agency\"]", "sections = [\"agenda\"]", "is the name of no section"),
            (
                "after = \"performance_projects\"",
                "after = \"performance_project\"",
                "no topic states the fact",
            ),
        ] {
            let directory = tempfile::tempdir().unwrap();
            std::fs::write(directory.path().join("facts.toml"), built_in.replace(good, bad)).unwrap();
            let error = Config::load(Some(directory.path())).unwrap_err().to_string();
            let line = built_in.lines().position(|line| line.contains(good)).unwrap() + 1;
            assert!(error.contains(&format!("facts.toml:{line}:")), "{error}");
            assert!(error.contains(message), "{error}");
        }
    }
}
