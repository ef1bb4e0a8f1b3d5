//! What the sentences of a passage state.

use std::ops::Range;

use super::figures::{Figure, figures};
use super::passages::Passage;
use super::{Claim, Stated};
use crate::codes::{Comparison, RejectCode, Stage};
use crate::config::{FactRules, Topic};
use crate::extract::Notes;
use crate::text::is_year_digits;

/// Adds what a passage states; figures that cannot be understood are noted.
pub fn read(passage: &Passage, stated: &mut Stated<'_>, notes: &mut Notes) {
    let rules = stated.rules;
    let reasons: Vec<Reason> = reasons(&passage.text, rules);
    unreadable(passage, &reasons, rules, notes);
    let mut reader = Reader {
        passage,
        reasons: &reasons,
        current: None,
        before: None,
        list: None,
        beside_plan: false,
        changes: Vec::new(),
    };
    let mut start = 0;
    for (end, _) in passage.text.match_indices('。').chain([(passage.text.len(), "")]) {
        if start < end {
            reader.sentence(start..end, stated, notes);
        }
        start = (end + '。'.len_utf8()).min(passage.text.len());
    }
    let changes = reader.changes;
    explain(passage, &reasons, &changes, stated);
}

/// A stated reason: where its lead begins, and what it says.
struct Reason {
    lead: usize,
    body: Range<usize>,
}

fn reasons(text: &str, rules: &FactRules) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    for lead in rules.words.reason.find_iter(text) {
        if reasons.last().is_some_and(|last| lead.start() < last.body.end) {
            continue; // the reason of a reason
        }
        let body = lead.end();
        let end = text[body..].find(['。', ';']).map_or(text.len(), |length| body + length);
        reasons.push(Reason {
            lead: lead.start(),
            body: body..end,
        });
    }
    reasons
}

/// Gives each reason to the changes it explains: those of its clause, else those of the sentence before, back to the reason before.
fn explain(passage: &Passage, reasons: &[Reason], changes: &[(usize, usize)], stated: &mut Stated<'_>) {
    let mut after = 0;
    for reason in reasons {
        let between = || changes.iter().filter(|(place, _)| (after..reason.lead).contains(place));
        let clause = passage.text[..reason.lead].rfind([';', '。']).unwrap_or(0);
        let sentence = passage.text[..clause].rfind('。').unwrap_or(0);
        let from = if between().any(|(place, _)| *place >= clause) {
            clause
        } else {
            sentence
        };
        let text = passage.printed(reason.body.clone()).trim_matches(|c| "。；;.．,，：:".contains(c));
        if !text.is_empty() {
            for (_, fact) in between().filter(|(place, _)| *place >= from) {
                if let Some(fact) = stated.facts.get_mut(*fact) {
                    fact.reason = Some(text.to_owned());
                }
            }
        }
        after = reason.body.end;
    }
}

/// Notes the places where a figure should stand and none can be read.
fn unreadable(passage: &Passage, reasons: &[Reason], rules: &FactRules, notes: &mut Notes) {
    for place in rules.words.unreadable.find_iter(&passage.text) {
        if reasons.iter().any(|reason| reason.body.contains(&place.start())) {
            continue;
        }
        let message = format!("`{}` states no figure; there is no fact for it", passage.printed(place.range()));
        notes.warn(RejectCode::BadFact, message, passage.position, Some(around(passage, place.range())));
    }
}

/// A piece of text with what stands in front of it.
fn around(passage: &Passage, range: Range<usize>) -> &str {
    let start = passage.text[..range.start].rfind(['。', ';']).map_or(0, |at| at + 1);
    let start = (start..=range.start)
        .find(|at| passage.text.is_char_boundary(*at))
        .unwrap_or(range.start);
    passage.printed(start..range.end)
}

/// A topic with what it is about.
#[derive(Clone)]
struct Spoken<'r> {
    topic: &'r Topic,
    /// Where its subject stands.
    subject: Option<Range<usize>>,
}

/// The words of a topic in front of a figure.
struct Match<'r> {
    spoken: Spoken<'r>,
    range: Range<usize>,
}

struct Reader<'p, 'r> {
    passage: &'p Passage,
    reasons: &'p [Reason],
    /// What the passage speaks of.
    current: Option<Spoken<'r>>,
    /// The fact that the figure before is.
    before: Option<Spoken<'r>>,
    /// The last topic with a list of further figures, to the end of its sentence.
    list: Option<Spoken<'r>>,
    /// Changes are stated beside the plan, not beside last year.
    beside_plan: bool,
    /// Where changes stand, and which rows of `facts` they are.
    changes: Vec<(usize, usize)>,
}

impl<'r> Reader<'_, 'r> {
    fn sentence(&mut self, range: Range<usize>, stated: &mut Stated<'r>, notes: &mut Notes) {
        let passage = self.passage;
        let rules = stated.rules;
        let text = &passage.text[range.clone()];
        let as_of = rules
            .words
            .as_of
            .captures(text)
            .and_then(|found| found.get(1)?.as_str().parse().ok());
        let mut lead_start = range.start;
        self.before = None;
        self.beside_plan = false;
        for mut figure in figures(text, rules) {
            figure.range = figure.range.start + range.start..figure.range.end + range.start;
            if let Some(reason) = self
                .reasons
                .iter()
                .find(|reason| (reason.lead..reason.body.end).contains(&figure.range.start))
            {
                lead_start = reason.body.end.min(range.end);
                continue;
            }
            if rules.words.threshold.is_match(&passage.text[figure.range.end..range.end]) {
                continue;
            }
            let place = Place {
                sentence: range.clone(),
                lead: lead_start.min(figure.range.start)..figure.range.start,
                as_of,
            };
            lead_start = figure.range.end;
            if self.figure(&figure, &place, stated).is_err() {
                let message = "a stated figure is past the range of the column or has too many places; it was left out".to_owned();
                notes.warn(
                    RejectCode::BadFact,
                    message,
                    passage.position,
                    Some(around(passage, figure.range.clone())),
                );
            }
        }
        self.list = None;
    }

    fn figure(&mut self, figure: &Figure, place: &Place, stated: &mut Stated<'r>) -> Result<(), RejectCode> {
        let words = &stated.rules.words;
        let lead = &self.passage.text[place.lead.clone()];
        let before = self.before.take();
        let rises = words.rise.is_match(lead);
        if rises || words.fall.is_match(lead) {
            return self.change(figure, place, rises, stated);
        }
        if figure.unit == "percent" {
            let Some(before) = before.filter(|_| words.share.is_match(lead)) else {
                return Ok(());
            };
            return self.claim(&before, &before.topic.share, figure, place, stated);
        }
        let found = self.topic(lead, place, &figure.unit, stated.rules);
        let found = found.filter(|found| match &found.spoken.topic.after {
            Some(fact) => before.as_ref().is_some_and(|before| before.topic.facts.contains(fact)),
            None => true,
        });
        if figure.unit != "yuan" {
            return self.count(found, figure, place, stated);
        }
        let Some(found) = found else {
            if words.r#final.is_match(lead) {
                let Some(spoken) = self.current.clone() else { return Ok(()) };
                self.before = Some(spoken.clone());
                return self.claim(&spoken, &spoken.topic.facts, figure, place, stated);
            }
            if !words.aside.is_match(lead) && !words.planned.is_match(lead) {
                self.current = None;
            }
            return Ok(());
        };
        let between = &self.passage.text[found.range.end..place.lead.end];
        self.current = None;
        if stated.stage == Stage::FinalAccount && words.planned.is_match(between) {
            self.current = Some(found.spoken);
            return Ok(());
        }
        if !words.filler.is_match(&words.planned.replace_all(between, "")) {
            return Ok(());
        }
        self.current = Some(found.spoken.clone());
        self.before = Some(found.spoken.clone());
        self.claim(&found.spoken, &found.spoken.topic.facts, figure, place, stated)
    }

    /// A number of things: of a topic, or one more of a list.
    fn count(&mut self, found: Option<Match<'r>>, figure: &Figure, place: &Place, stated: &mut Stated<'r>) -> Result<(), RejectCode> {
        let lead = &self.passage.text[place.lead.clone()];
        let fits = |found: &Match<'r>| {
            stated
                .rules
                .words
                .filler
                .is_match(&self.passage.text[found.range.end..place.lead.end])
        };
        let spoken = match found.filter(fits) {
            Some(found) => found.spoken,
            None => {
                let Some(list) = self.list.clone().filter(|list| list.topic.unit == figure.unit) else {
                    return Ok(());
                };
                let Some(more) = list.topic.list.as_ref().and_then(|pattern| pattern.captures(lead)) else {
                    return Ok(());
                };
                let subject = more
                    .name("subject")
                    .map(|subject| place.lead.start + subject.start()..place.lead.start + subject.end());
                Spoken { subject, ..list }
            }
        };
        self.list = spoken.topic.list.is_some().then(|| spoken.clone());
        self.before = Some(spoken.clone());
        self.claim(&spoken, &spoken.topic.facts, figure, place, stated)
    }

    /// An increase or a decrease of what its own words or those before speak of.
    fn change(&mut self, figure: &Figure, place: &Place, rises: bool, stated: &mut Stated<'r>) -> Result<(), RejectCode> {
        let lead = &self.passage.text[place.lead.clone()];
        if let Some(found) = self.topic(lead, place, "yuan", stated.rules) {
            self.current = Some(found.spoken);
        }
        let words = &stated.rules.words;
        if words.comparison.is_match(lead) {
            self.beside_plan = words.other_comparison.is_match(lead);
        }
        let Some(spoken) = self.current.clone().filter(|_| !self.beside_plan) else {
            return Ok(());
        };
        let facts = match figure.unit.as_str() {
            "yuan" => &spoken.topic.change,
            "percent" => &spoken.topic.change_percent,
            _ => return Ok(()),
        };
        let first = stated.facts.len();
        stated.add(&Claim {
            negative: !rises,
            year: stated.year,
            comparison: Some(Comparison::PriorYear),
            ..self.stating(&spoken, facts, figure, place)
        })?;
        self.changes
            .extend((first..stated.facts.len()).map(|fact| (figure.range.start, fact)));
        Ok(())
    }

    fn claim(
        &self,
        spoken: &Spoken<'r>,
        facts: &[String],
        figure: &Figure,
        place: &Place,
        stated: &mut Stated<'r>,
    ) -> Result<(), RejectCode> {
        let own = own_year(&self.passage.text[place.lead.clone()], stated.rules);
        let near = own.filter(|own| stated.year.is_none_or(|year| (year - 2..=year + 1).contains(own)));
        stated.add(&Claim {
            year: near.or(place.as_of).or(stated.year),
            ..self.stating(spoken, facts, figure, place)
        })
    }

    fn stating<'t>(&'t self, spoken: &'t Spoken<'r>, facts: &'t [String], figure: &'t Figure, place: &Place) -> Claim<'t> {
        Claim {
            facts,
            section: Some(&self.passage.heading)
                .filter(|heading| !heading.is_empty())
                .map(String::as_str),
            subject: spoken
                .subject
                .clone()
                .map(|subject| self.passage.printed(subject))
                .filter(|subject| !subject.is_empty()),
            figure,
            text: self.passage.printed(figure.range.clone()),
            negative: false,
            year: None,
            comparison: None,
            source_text: self
                .passage
                .printed(place.sentence.start..self.sentence_end(place))
                .trim_start_matches(['；', ';', '，', ',']),
            position: self.passage.position,
            row: None,
        }
    }

    /// The sentence with its full stop.
    fn sentence_end(&self, place: &Place) -> usize {
        let stop = self.passage.text[place.sentence.end..].starts_with('。');
        place.sentence.end + if stop { '。'.len_utf8() } else { 0 }
    }

    /// The topic of the words in front of a figure: of those that overlap the one that begins first, else the last.
    fn topic(&self, lead: &str, place: &Place, unit: &str, rules: &'r FactRules) -> Option<Match<'r>> {
        let sentence = &self.passage.text[place.sentence.start..place.lead.end];
        let mut best: Option<(&'r Topic, Range<usize>)> = None;
        for (topic, found) in rules.topics_in(lead, self.passage.section, unit) {
            let wins = best.as_ref().is_none_or(|(_, best)| {
                let overlap = found.start < best.end && best.start < found.end;
                if overlap {
                    (found.start, std::cmp::Reverse(found.end)) < (best.start, std::cmp::Reverse(best.end))
                } else {
                    found.start > best.start
                }
            });
            if !wins || topic.unless.as_ref().is_some_and(|unless| unless.is_match(sentence)) {
                continue;
            }
            best = Some((topic, found));
        }
        let (topic, found) = best?;
        let from_lead = |range: Range<usize>| range.start + place.lead.start..range.end + place.lead.start;
        Some(Match {
            spoken: Spoken {
                topic,
                subject: topic.subject(lead, &found).map(from_lead),
            },
            range: from_lead(found),
        })
    }
}

/// Where a figure stands.
struct Place {
    sentence: Range<usize>,
    /// The words in front of it, back to the figure before it.
    lead: Range<usize>,
    /// The year of the day that the sentence's counts are of.
    as_of: Option<i32>,
}

/// The last year that the words in front of a figure name and do not compare with.
fn own_year(lead: &str, rules: &FactRules) -> Option<i32> {
    lead.match_indices('年').rev().find_map(|(end, _)| {
        let start = end.checked_sub(4).filter(|start| lead.is_char_boundary(*start))?;
        let digits = lead.get(start..end).filter(|digits| is_year_digits(digits.as_bytes()))?;
        let compared = rules.words.compared_year.is_match(&lead[..start]);
        (!compared).then(|| digits.parse().ok()).flatten()
    })
}
