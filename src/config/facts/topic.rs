//! What figures are stated of, and where a text names it.

use std::ops::Range;

use regex::Regex;
use regex_syntax::hir::HirKind;

use crate::config::starts::{Start, Starts};

/// Something that figures are stated of.
#[derive(Debug)]
pub struct Topic {
    /// The facts that its figure is; none where its words only keep others from matching.
    pub facts: Vec<String>,
    /// The facts that an amount of change is.
    pub change: Vec<String>,
    /// The facts that a percent of change is.
    pub change_percent: Vec<String>,
    /// The facts that a percent of the whole is.
    pub share: Vec<String>,
    /// The words in front of the figure; a group `subject` is what the fact is about.
    pub words: Regex,
    /// The words at the beginning of a text.
    pub(super) leading: Regex,
    /// Which of them are that group.
    pub(super) subject: Subject,
    /// The unit of its figure.
    pub unit: String,
    /// For each section, whether it speaks of the topic.
    pub sections: Vec<bool>,
    /// Words of the sentence that make it something else.
    pub unless: Option<Regex>,
    /// The fact that the figure before it must be.
    pub after: Option<String>,
    /// The words in front of further figures of a list.
    pub list: Option<Regex>,
}

impl Topic {
    /// The last of its places in a text that do not overlap; it begins at one of `starts`.
    fn last_in(&self, text: &str, starts: &[Start]) -> Option<Range<usize>> {
        let mut last: Option<Range<usize>> = None;
        for start in starts {
            let Some(at) = start.at else {
                return self.words.find_iter(text).last().map(|found| found.range());
            };
            if last.as_ref().is_none_or(|last| last.end <= at) {
                let end = start.end.or_else(|| self.leading.find(&text[at..]).map(|found| at + found.end()));
                last = end.map(|end| at..end).or(last);
            }
        }
        last
    }

    /// What its words at a place of a text say that it is about.
    pub fn subject(&self, text: &str, words: &Range<usize>) -> Option<Range<usize>> {
        match self.subject {
            Subject::None => None,
            Subject::Words => Some(words.clone()),
            Subject::Part => {
                let captures = self.words.captures_at(text, words.start)?;
                captures.name("subject").map(|subject| subject.range())
            }
        }
    }
}

/// Which words of a topic are what its facts are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// None: it goes without saying.
    None,
    /// All of them.
    Words,
    /// A part of them.
    Part,
}

impl Subject {
    /// Of the pattern of a topic.
    pub(super) fn of(words: &Regex) -> Self {
        if !words.capture_names().flatten().any(|name| name == "subject") {
            return Self::None;
        }
        match regex_syntax::parse(words.as_str()).map(regex_syntax::hir::Hir::into_kind) {
            Ok(HirKind::Capture(group)) if group.name.as_deref() == Some("subject") => Self::Words,
            _ => Self::Part,
        }
    }
}

/// The topics of one section whose figures have one unit: one pass over a text tells which of them it can name.
#[derive(Debug)]
pub(super) struct TopicSet {
    /// Their unit.
    pub(super) unit: String,
    starts: Starts,
    /// Their places among all topics.
    topics: Vec<usize>,
}

impl TopicSet {
    /// The topics that a text names, each with the last place where it does; `topics` are all of them.
    pub(super) fn named_in<'t>(&self, text: &str, topics: &'t [Topic]) -> Vec<(&'t Topic, Range<usize>)> {
        let starts = self.starts.find(text);
        let of_topic = starts.chunk_by(|a, b| a.pattern == b.pattern);
        of_topic
            .filter_map(|starts| {
                let topic = topics.get(*self.topics.get(starts.first()?.pattern)?)?;
                Some((topic, topic.last_in(text, starts)?))
            })
            .collect()
    }
}

/// The topics of a section, by the units of their figures.
pub(super) fn topic_sets(section: usize, topics: &[Topic]) -> Vec<TopicSet> {
    let here = |topic: &&Topic| topic.sections.get(section) == Some(&true);
    let mut units: Vec<&str> = topics.iter().filter(here).map(|topic| topic.unit.as_str()).collect();
    units.sort_unstable();
    units.dedup();
    let set = |unit: &str| {
        let places: Vec<usize> = (0..topics.len())
            .filter(|at| here(&&topics[*at]) && topics[*at].unit == unit)
            .collect();
        TopicSet {
            unit: unit.to_owned(),
            starts: Starts::of(places.iter().map(|at| &topics[*at].words)),
            topics: places,
        }
    };
    units.into_iter().map(set).collect()
}
