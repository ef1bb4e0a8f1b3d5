//! The index of facts against a look at each of them.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::codes::{Code, Stage};

fn fact(section: usize, name: usize, year: Option<i32>, subject: Option<usize>, comparison: Option<Comparison>, sentence: usize) -> Fact {
    Fact {
        document_id: Arc::from("one"),
        stage: Stage::Budget,
        section: Some(section.to_string()),
        fact: name.to_string(),
        subject: subject.map(|subject| subject.to_string()),
        value: None,
        value_text: String::new(),
        unit: "yuan".to_owned(),
        fact_year: year,
        comparison,
        reason: None,
        source_text: sentence.to_string(),
        table_no: None,
        row_no: None,
        line: None,
        page: None,
        sheet: None,
    }
}

/// The nearest fact, by a look at each.
fn nearest<'a>(facts: &'a [Fact], at: usize, name: &str, subject: Option<&str>) -> Option<&'a Fact> {
    let here = &facts[at];
    let is_wanted = |(_, fact): &(usize, &Fact)| {
        let is_comparable = fact.comparison == here.comparison || fact.comparison.is_none() || here.comparison.is_none();
        let is_there = fact.section == here.section && fact.fact_year == here.fact_year;
        is_there && fact.fact == name && is_comparable && (subject.is_none() || fact.subject.as_deref() == subject)
    };
    let distance = |(index, fact): &(usize, &Fact)| {
        let away = index.abs_diff(at) * 2 + usize::from(*index > at);
        (fact.source_text != here.source_text, away)
    };
    let wanted = facts.iter().enumerate().filter(is_wanted);
    wanted.min_by_key(distance).map(|(_, fact)| fact)
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let comparison = prop::option::of(prop::sample::select(Comparison::ALL));
    let (year, subject) = (prop::option::of(2022..2024), prop::option::of(0usize..2));
    (0usize..2, 0usize..3, year, subject, comparison, 0usize..4)
        .prop_map(|(section, name, year, subject, comparison, sentence)| fact(section, name, year, subject, comparison, sentence))
}

proptest! {
    #[test]
    fn an_index_finds_the_nearest(all in prop::collection::vec(any_fact(), 1..40)) {
        let facts = Facts::of(&all);
        for at in 0..all.len() {
            for name in ["0", "1", "2"] {
                for subject in [None, Some("0"), Some("1")] {
                    let (found, wanted) = (facts.nearest(at, name, subject), nearest(&all, at, name, subject));
                    prop_assert_eq!(found.map(std::ptr::from_ref), wanted.map(std::ptr::from_ref));
                }
                for year in [2022, 2023] {
                    let is_amount = |fact: &&Fact| fact.comparison.is_none() && fact.fact == name && fact.fact_year == Some(year);
                    let mut amounts = all.iter().filter(is_amount).filter(|fact| fact.source_text == all[at].source_text);
                    let only = amounts.next().filter(|_| amounts.next().is_none());
                    prop_assert_eq!(facts.of_year(at, name, year).map(std::ptr::from_ref), only.map(std::ptr::from_ref));
                }
            }
        }
    }
}
