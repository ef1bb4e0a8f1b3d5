//! Stated changes since last year: their direction and their reason; counts that add up.

use std::collections::HashMap;

use super::Desk;
use super::figure::{Figure, Total};
use super::finding::Place;
use super::stated::place_of;
use crate::codes::CheckUnit;
use crate::config::checks::{Change, ChangeSays, Comparison, CountSum, Head};
use crate::tables::Fact;

impl<'a> Desk<'a> {
    /// What a stated change has to say.
    pub(super) fn change(&mut self, rule: &Change) {
        let facts = &self.extraction.facts;
        let amounts = || {
            facts
                .iter()
                .enumerate()
                .filter(|(_, fact)| fact.comparison.is_some() && fact.unit == "yuan")
        };
        for (at, fact) in amounts() {
            let Some((_, of)) = rule.changes.iter().find(|(change, _)| *change == fact.fact) else {
                continue;
            };
            match rule.expect {
                ChangeSays::Direction => self.direction(rule.head(), at, of),
                ChangeSays::Reason => self.reason(rule.head(), fact),
            }
        }
    }

    /// An increase or decrease of nothing, and one that the figures of both years contradict.
    fn direction(&mut self, head: Head<'_>, at: usize, of: &str) {
        let fact = &self.extraction.facts[at];
        let Some(change) = self.book.stated(fact) else { return };
        if change.cents == 0 {
            let line = line(fact);
            let message = format!(
                "an increase or decrease of {}{line} is none; say that it is the same as last year",
                fact.value_text
            );
            return self.findings.note(head, place_of(fact), false, CheckUnit::Yuan, message);
        }
        let (Some(now), Some(before)) = (self.of_year(at, of, 0), self.of_year(at, of, 1)) else {
            let message = format!("{}{} is a change of something", fact.value_text, line(fact));
            return self.findings.note(head, place_of(fact), true, CheckUnit::Yuan, message);
        };
        let mut difference = Total::one(now);
        difference.add(-1, before);
        let sides = (&Total::one(change), Comparison::Equal, &difference);
        self.findings.compare(head, place_of(fact), sides, CheckUnit::Yuan, None);
    }

    /// What is stated of a year in the sentence of a change.
    fn of_year(&self, at: usize, name: &str, before: i32) -> Option<Figure<'a>> {
        let year = self.extraction.facts[at].fact_year? - before;
        self.book.stated(self.facts.of_year(at, name, year)?)
    }

    /// A change is explained where it is stated, or where a change of the same amount is.
    fn reason(&mut self, head: Head<'_>, fact: &Fact) {
        let Some(value) = fact.value.filter(|value| value.0 != 0) else {
            return;
        };
        let explained = self.facts.explained(value.0);
        let message = match explained {
            Some(other) => format!("the change of {}{} is explained{}", fact.value_text, line(fact), line(other)),
            None => format!("the change of {}{} gives no reason in its paragraph", fact.value_text, line(fact)),
        };
        self.findings
            .note(head, place_of(fact), explained.is_some(), CheckUnit::Yuan, message);
    }

    /// Kinds that are counted beside all: in one table, or in one paragraph that closes the list.
    pub(super) fn count_sum(&mut self, rule: &CountSum) {
        let facts = &self.extraction.facts;
        let place = |fact: &Fact| match fact.table_no {
            Some(_) => (fact.table_no, None, None),
            None => (None, fact.line, fact.page),
        };
        let mut kinds_of: HashMap<_, Vec<&Fact>> = HashMap::new();
        for fact in facts.iter().filter(|fact| rule.kinds.contains(&fact.fact)) {
            kinds_of.entry((place(fact), fact.unit.as_str())).or_default().push(fact);
        }
        let mut totals: HashMap<_, usize> = HashMap::new();
        for fact in facts.iter().filter(|fact| fact.fact == rule.total) {
            *totals.entry((fact.line, fact.page)).or_default() += 1;
        }
        for total in facts.iter().filter(|fact| fact.fact == rule.total && fact.comparison.is_none()) {
            let kinds = kinds_of.get(&(place(total), total.unit.as_str())).map_or(&[][..], Vec::as_slice);
            let is_closed = total.table_no.is_some() || kinds.last().map(|kind| &kind.fact) == rule.kinds.last();
            // A second total in the same paragraph is another unit's.
            let is_only = totals.get(&(total.line, total.page)) == Some(&1);
            let Some(all) = total.value.filter(|_| !kinds.is_empty() && is_closed && is_only) else {
                continue;
            };
            let sum: i128 = kinds.iter().filter_map(|kind| kind.value).map(|value| value.0).sum();
            let printed: Vec<&str> = kinds.iter().map(|kind| kind.value_text.as_str()).collect();
            let sign = if all.0 == sum { "=" } else { "≠" };
            let message = format!("{}{} {sign} {}", total.value_text, line(total), printed.join(" + "));
            self.findings
                .note(rule.head(), place_of(total), all.0 == sum, CheckUnit::Things, message);
        }
    }

    /// One of the stated numbers of projects, or all of them together (those of several units), is the number of their forms.
    pub(super) fn project_count(&mut self, head: Head<'_>, forms: usize) {
        let facts = &self.extraction.facts;
        let stated: Vec<&Fact> = facts.iter().filter(|fact| fact.fact == "performance_projects").collect();
        let Some(first) = stated.first().filter(|_| forms > 0) else {
            return;
        };
        let is_forms = |fact: &&&Fact| {
            let count = i128::try_from(forms).unwrap_or(i128::MAX);
            fact.value.is_some_and(|value| value.0 / 10_000 == count)
        };
        let sum: i128 = stated.iter().filter_map(|fact| fact.value).map(|value| value.0 / 10_000).sum();
        let best = stated.iter().find(is_forms);
        let place: Place<'_> = place_of(best.unwrap_or(first));
        let texts: Vec<String> = stated.iter().map(|fact| format!("{}{}", fact.value_text, line(fact))).collect();
        let holds = best.is_some() || i128::try_from(forms).is_ok_and(|forms| forms == sum);
        let message = match best {
            None if holds => format!("{} = {forms} forms", texts.join(" + ")),
            Some(best) => format!("{}{} = {forms} forms", best.value_text, line(best)),
            None => format!("{} stated, and {forms} forms are printed", texts.join(" or ")),
        };
        self.findings.note(head, place, holds, CheckUnit::Things, message);
    }
}

fn line(fact: &Fact) -> String {
    fact.line.map_or_else(String::new, |line| format!(" (line {line})"))
}
