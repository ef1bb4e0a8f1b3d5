//! What a disclosure has to hold: its standard forms, and a note where one is empty.

use super::Desk;
use super::book::is_account;
use super::finding::Place;
use super::lines::Lines;
use crate::codes::{CheckUnit, Code, Form, Item, RejectCode};
use crate::config::checks::{Completeness, Wanted};
use crate::extraction::Listed;
use crate::recognise::contains_no_data_note;

impl Desk<'_> {
    /// Forms that are missing, or empty without saying so.
    pub(super) fn complete(&mut self, rule: &Completeness) {
        match rule.look_for {
            Wanted::Form => self.missing(rule),
            Wanted::Note => self.unexplained(rule),
            Wanted::Total => self.without_total(rule),
            Wanted::Contents => self.contents(rule),
            Wanted::Order => self.order(rule),
        }
    }

    fn missing(&mut self, rule: &Completeness) {
        for any_of in &rule.forms {
            let found = self.extraction.tables.iter().find(|table| any_of.contains(&table.form));
            let names = any_of.iter().map(|form| Form::code(*form)).collect::<Vec<_>>().join(" or ");
            let place = Place {
                form: any_of.first().copied(),
                table_no: found.map(|table| table.table_no),
                line: found.and_then(|table| table.line),
                ..Place::default()
            };
            if let Some(lost) = self.lost_form().filter(|_| found.is_none()) {
                self.findings.not_applicable(rule.head(), place, lost);
                continue;
            }
            let message = match found.and_then(|table| table.line) {
                Some(line) => format!("{names} is there (line {line})"),
                None if found.is_some() => format!("{names} is there"),
                None => format!("no table of the disclosure is {names}"),
            };
            self.findings.note(rule.head(), place, found.is_some(), CheckUnit::Forms, message);
        }
    }

    /// That a form could not be read, if one couldn't: which one it is nobody can tell.
    fn lost_form(&self) -> Option<String> {
        let is_lost = |code: RejectCode| matches!(code, RejectCode::FormWithoutTable | RejectCode::LostCells | RejectCode::Truncated);
        let lost = self.extraction.rejects.iter().find(|reject| is_lost(reject.code))?;
        let line = lost.line.map_or_else(String::new, |line| format!(" (line {line})"));
        Some(format!("a form could not be read, see `rejects`{line}"))
    }

    /// Forms that the table of contents lists.
    fn contents(&mut self, rule: &Completeness) {
        let extraction = self.extraction;
        let lost = self.lost_form();
        for listed in extraction
            .contents
            .iter()
            .filter(|listed| rule.forms.iter().flatten().any(|form| *form == listed.form))
        {
            let place = Place {
                form: Some(listed.form),
                line: listed.line,
                ..Place::default()
            };
            let table = self.book.first_table(listed.form).and_then(|at| extraction.tables.get(at));
            let line = |line: Option<i32>| line.map_or_else(String::new, |line| format!(" (line {line})"));
            match (table, lost.clone()) {
                (Some(table), _) => {
                    let message = format!("{} of the contents{} is there{}", listed.title, line(listed.line), line(table.line));
                    self.findings.note(rule.head(), place, true, CheckUnit::Forms, message);
                }
                (None, Some(lost)) => {
                    self.findings.not_applicable(rule.head(), place, lost);
                }
                (None, None) => {
                    let message = format!("{} of the contents{} is nowhere in the disclosure", listed.title, line(listed.line));
                    self.findings.note(rule.head(), place, false, CheckUnit::Forms, message);
                }
            }
        }
    }

    /// The forms in the order of the table of contents; of a form that is listed or printed again, the first counts.
    fn order(&mut self, rule: &Completeness) {
        let extraction = self.extraction;
        let mut listed: Vec<&Listed> = Vec::new();
        for entry in &extraction.contents {
            let is_wanted = rule.forms.iter().flatten().any(|form| *form == entry.form);
            if is_wanted && !listed.iter().any(|known| known.form == entry.form) {
                listed.push(entry);
            }
        }
        let place_of = |form: Form| self.book.first_table(form);
        let printed: Vec<(&Listed, usize)> = listed.iter().filter_map(|entry| Some((*entry, place_of(entry.form)?))).collect();
        let Some((first, _)) = printed.first().filter(|_| printed.len() > 1) else {
            return;
        };
        let line = |line: Option<i32>| line.map_or_else(String::new, |line| format!(" (line {line})"));
        let wrong = printed.windows(2).find(|pair| pair[0].1 > pair[1].1);
        let (entry, message) = match wrong {
            Some(pair) => {
                let (before, after) = (pair[0].0, pair[1].0);
                let there = |at: usize| line(extraction.tables[at].line);
                let message = format!(
                    "{}{} stands before {} in the contents, and{} behind it{}",
                    before.title,
                    line(before.line),
                    after.title,
                    there(pair[0].1),
                    there(pair[1].1)
                );
                (after, message)
            }
            None => (*first, format!("{} forms stand in the order of the contents", printed.len())),
        };
        let place = Place {
            form: Some(entry.form),
            line: entry.line,
            ..Place::default()
        };
        self.findings.note(rule.head(), place, wrong.is_none(), CheckUnit::Forms, message);
    }

    /// Forms of accounts without a total row.
    fn without_total(&mut self, rule: &Completeness) {
        let book = self.book;
        for form in rule.forms.iter().flatten() {
            let mut sheets = book
                .of_form(*form)
                .filter(|sheet| sheet.rows.iter().any(|row| row.code.is_some() && is_account(row)));
            let Some(first) = sheets.next() else { continue };
            let total = book.of_form(*form).find_map(|sheet| sheet.line(Item::Total));
            let place = Place {
                subject: "",
                measure: None,
                ..Place::of(total.unwrap_or(&first.rows[0]).first())
            };
            match (total, first.left_out) {
                (None, Some(lost)) => {
                    let why = format!("amounts of this table were left out, see `rejects` for line {lost}");
                    self.findings.not_applicable(rule.head(), place, why);
                }
                (None, None) => {
                    let message = format!("the form has accounts from line {} on and no total", place.line.unwrap_or(0));
                    self.findings.note(rule.head(), place, false, CheckUnit::Forms, message);
                }
                (Some(_), _) => {
                    let message = format!("the form has a total (line {})", place.line.unwrap_or(0));
                    self.findings.note(rule.head(), place, true, CheckUnit::Forms, message);
                }
            }
        }
    }

    fn unexplained(&mut self, rule: &Completeness) {
        let extraction = self.extraction;
        let lost = Lines::of(extraction.rejects.iter().filter_map(|reject| reject.line));
        let mut last = i32::MIN;
        let lines = extraction.tables.iter().filter_map(|table| table.line);
        let furthest: Vec<i32> = lines
            .map(|line| {
                last = last.max(line);
                last
            })
            .collect();
        for table in extraction.tables.iter().filter(|table| table.is_empty) {
            if !rule.forms.iter().flatten().any(|form| *form == table.form) {
                continue;
            }
            let line = table.line.unwrap_or(0);
            // The first table behind it is the first that goes beyond.
            let end = furthest.get(furthest.partition_point(|other| *other <= line));
            let end = end.copied().unwrap_or(i32::MAX);
            let place = Place {
                form: Some(table.form),
                table_no: Some(table.table_no),
                line: table.line,
                ..Place::default()
            };
            let has_note = table
                .caption
                .iter()
                .chain(table.title.as_ref())
                .any(|text| contains_no_data_note(text));
            if let Some(lost) = lost.first_within(&(line..end)).filter(|_| !has_note) {
                let why = format!("something of this table was left out, see `rejects` for line {lost}");
                self.findings.not_applicable(rule.head(), place, why);
                continue;
            }
            let message = if has_note {
                format!("the form is empty and says so (line {line})")
            } else {
                format!("the form has no figure and no note that says so (line {line})")
            };
            self.findings.note(rule.head(), place, has_note, CheckUnit::Forms, message);
        }
    }
}
