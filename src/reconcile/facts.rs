//! The facts of a disclosure, indexed once: which stands nearest, which says the same of another year, which explains a change.

use std::collections::HashMap;

use crate::codes::Comparison;
use crate::tables::Fact;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// What facts are looked for by; of subject and sentence, `None` stands for any.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Sought<'a> {
    section: Option<&'a str>,
    name: &'a str,
    year: Option<i32>,
    subject: Option<&'a str>,
    sentence: Option<usize>,
}

/// Facts of one kind in printed order, apart by what they compare.
type Alike = Vec<(Option<Comparison>, Vec<usize>)>;

/// The facts of a disclosure.
#[derive(Debug)]
pub struct Facts<'a> {
    all: &'a [Fact],
    /// The sentence of each: those of the same words have the same number.
    sentences: Vec<usize>,
    alike: Map<Sought<'a>, Alike>,
    /// Amounts that compare nothing, by sentence, name and year; `None` where there are several.
    amounts: Map<(usize, &'a str, i32), Option<&'a Fact>>,
    /// The first change of each amount that has a reason.
    explained: Map<i128, &'a Fact>,
}

impl<'a> Facts<'a> {
    /// Indexes facts in printed order.
    pub fn of(all: &'a [Fact]) -> Self {
        let mut numbers: Map<&'a str, usize> = Map::default();
        let mut facts = Self {
            all,
            sentences: Vec::with_capacity(all.len()),
            alike: Map::default(),
            amounts: Map::default(),
            explained: Map::default(),
        };
        for (at, fact) in all.iter().enumerate() {
            let number = numbers.len();
            let sentence = *numbers.entry(&fact.source_text).or_insert(number);
            facts.sentences.push(sentence);
            let any_subject = [None, fact.subject.as_deref()];
            for subject in &any_subject[..1 + usize::from(fact.subject.is_some())] {
                for sentence in [None, Some(sentence)] {
                    let sought = Sought {
                        section: fact.section.as_deref(),
                        name: &fact.fact,
                        year: fact.fact_year,
                        subject: *subject,
                        sentence,
                    };
                    let alike = facts.alike.entry(sought).or_default();
                    match alike.iter_mut().find(|(comparison, _)| *comparison == fact.comparison) {
                        Some((_, places)) => places.push(at),
                        None => alike.push((fact.comparison, vec![at])),
                    }
                }
            }
            if let (None, Some(year)) = (fact.comparison, fact.fact_year) {
                let amount = facts.amounts.entry((sentence, &fact.fact, year));
                amount.and_modify(|amount| *amount = None).or_insert(Some(fact));
            }
            if let (Some(_), Some(value), Some(_)) = (fact.comparison, fact.value, &fact.reason) {
                facts.explained.entry(value.0).or_insert(fact);
            }
        }
        facts
    }

    /// The fact of a name that stands nearest to the one at `at`: in its sentence, else in its section, before it rather than behind it.
    pub fn nearest(&self, at: usize, name: &str, subject: Option<&str>) -> Option<&'a Fact> {
        let here = &self.all[at];
        let away = |index: &usize| index.abs_diff(at) * 2 + usize::from(*index > at);
        let nearest = |sentence| {
            let sought = Sought {
                section: here.section.as_deref(),
                name,
                year: here.fact_year,
                subject,
                sentence,
            };
            let alike = self.alike.get(&sought)?.iter();
            let comparable =
                alike.filter(|(comparison, _)| *comparison == here.comparison || comparison.is_none() || here.comparison.is_none());
            let beside = |places: &[usize]| {
                let behind = places.partition_point(|index| *index < at);
                let before = behind.checked_sub(1).and_then(|before| places.get(before));
                before.into_iter().chain(places.get(behind)).copied().min_by_key(away)
            };
            comparable.filter_map(|(_, places)| beside(places)).min_by_key(away)
        };
        let found = nearest(Some(self.sentences[at])).or_else(|| nearest(None))?;
        self.all.get(found)
    }

    /// What the sentence of the fact at `at` states of a year; of several it can't be told which one is meant.
    pub fn of_year(&self, at: usize, name: &str, year: i32) -> Option<&'a Fact> {
        self.amounts.get(&(self.sentences[at], name, year)).copied().flatten()
    }

    /// The first change of this amount that has a reason.
    pub fn explained(&self, value: i128) -> Option<&'a Fact> {
        self.explained.get(&value).copied()
    }
}

#[cfg(test)]
mod tests;
