//! What must hold within one table: rows, standard lines, headings, signs.

use std::collections::HashMap;

use super::Desk;
use super::book::{Row, Sheet, is_account};
use super::figure::Total;
use super::finding::Place;
use crate::codes::{CheckUnit, Code, Form, Item, Measure, RowKind, Side};
use crate::config::checks::{Comparison, Heading, HeadingRow, ItemIdentity, NeverNegative, RowIdentity};
use crate::tables::LineItem;

impl<'a> Desk<'a> {
    /// A row's total and its parts.
    pub(super) fn row(&mut self, rule: &RowIdentity) {
        for sheet in self.book.sheets.iter().filter(|sheet| rule.forms.contains(&sheet.form)) {
            let printed = |measures: &[Measure]| measures.iter().filter(|measure| sheet.measures.contains(measure)).count();
            if printed(&rule.left) < rule.left.len().min(2) || printed(&rule.right) == 0 || sheet.measures.contains(&Measure::Unknown) {
                continue;
            }
            if rule.right.iter().any(|measure| sheet.parts.contains(measure)) && printed(&rule.right) == 1 {
                continue;
            }
            for row in &sheet.rows {
                let sum = |measures: &[Measure]| {
                    let mut total = Total::default();
                    for item in measures.iter().filter_map(|measure| row.item(*measure)) {
                        total.add(1, sheet.figure(item));
                    }
                    total
                };
                let (left, right) = (sum(&rule.left), sum(&rule.right));
                if left.is_blank() && right.cents == 0 || right.is_blank() && left.cents == 0 {
                    continue;
                }
                // A line of a two-sided form that prints one column of its own kind says nothing of the others.
                if left.is_blank() && row.items.len() == right.figures.len() && row.item(Measure::Amount).is_some() {
                    continue;
                }
                if row.is_ambiguous() {
                    self.findings
                        .not_applicable(rule.head(), Place::of(row.first()), "one column occurs twice in this row".into());
                    continue;
                }
                let lost = row.first().line.filter(|line| sheet.lost.binary_search(line).is_ok());
                let left_item = rule.left.iter().find_map(|measure| row.item(*measure)).unwrap_or(row.first());
                self.findings.compare(
                    rule.head(),
                    Place::of(left_item),
                    (&left, Comparison::Equal, &right),
                    CheckUnit::Yuan,
                    lost,
                );
            }
        }
    }

    /// Standard lines, or columns, that add up.
    pub(super) fn items(&mut self, rule: &ItemIdentity) {
        for sheet in self.book.sheets.iter().filter(|sheet| rule.forms.contains(&sheet.form)) {
            for measure in &sheet.measures {
                let sum = |items: &[Item]| {
                    let mut total = Total::default();
                    let mut first = None;
                    for item in items {
                        let amount = sheet
                            .rows
                            .iter()
                            .filter(|row| row.line == Some(*item))
                            .find_map(|row| row.item(*measure));
                        if let Some(amount) = amount {
                            first = first.or(Some(amount));
                            total.add(1, sheet.figure(amount));
                        }
                    }
                    (total, first)
                };
                let ((left, item), (right, part)) = (sum(&rule.left), sum(&rule.right));
                let Some(item) = item.or(part) else { continue };
                if left.is_blank() && right.cents == 0 || right.is_blank() && left.cents == 0 {
                    continue;
                }
                // Without any line of its parts, a total is all that the form prints.
                if right.is_blank() && !sheet.rows.iter().any(|row| row.line.is_some_and(|item| rule.right.contains(&item))) {
                    continue;
                }
                self.findings.compare(
                    rule.head(),
                    Place::of(item),
                    (&left, Comparison::Equal, &right),
                    CheckUnit::Yuan,
                    sheet.left_out,
                );
            }
        }
    }

    /// Headings and the rows below them.
    pub(super) fn heading(&mut self, rule: &Heading) {
        for sheet in self.book.sheets.iter().filter(|sheet| rule.forms.contains(&sheet.form)) {
            match rule.heading {
                HeadingRow::Total => self.totals(rule, sheet),
                HeadingRow::Class => self.parents(rule, sheet, 3),
                HeadingRow::Group => self.parents(rule, sheet, 5),
                HeadingRow::Projects => self.project_headings(rule, sheet),
            }
        }
    }

    fn totals(&mut self, rule: &Heading, sheet: &'a Sheet<'a>) {
        let total = [Item::Total, Item::CurrentExpenditureTotal, Item::ExpenditureTotal]
            .into_iter()
            .find_map(|item| sheet.line(item).map(|row| (item, row)));
        let Some((item, total)) = total else { return };
        let mut parts: Vec<&Row<'a>> = sheet.rows.iter().filter(|row| is_account(row) && !sheet.has_heading(row)).collect();
        if parts.is_empty() {
            return;
        }
        if item == Item::ExpenditureTotal {
            parts.extend(
                [Item::YearEndCarryover, Item::SurplusDistribution]
                    .into_iter()
                    .filter_map(|item| sheet.line(item)),
            );
        }
        // A total may stand in several rows, one for each side of the table.
        let totals: Vec<&Row<'a>> = sheet.rows.iter().filter(|row| row.line == Some(item)).collect();
        let own = if totals.len() > 1 {
            &totals[..]
        } else {
            std::slice::from_ref(&total)
        };
        self.sum_up(rule, sheet, own, &self::parts(sheet, &parts));
    }

    fn parents(&mut self, rule: &Heading, sheet: &'a Sheet<'a>, digits: usize) {
        let mut families: HashMap<(&str, Side), Vec<&Row<'a>>, foldhash::fast::RandomState> = HashMap::default();
        for row in sheet.rows.iter().filter(|row| is_account(row)) {
            if let Some(parent) = row.parent.filter(|parent| parent.len() == digits) {
                families.entry((parent, row.first().side)).or_default().push(row);
            }
        }
        // A heading may be printed again.
        let mut sums: HashMap<(&str, Side), Vec<Part<'a>>> = HashMap::new();
        for heading in sheet.rows.iter().filter(|row| is_heading(row, digits)) {
            let Some(family) = heading.code.map(|code| (code, heading.first().side)) else {
                continue;
            };
            if let Some(below) = families.get(&family) {
                let parts = sums.entry(family).or_insert_with(|| parts(sheet, below));
                self.sum_up(rule, sheet, &[heading], parts);
            }
        }
        self.missing_headings(rule, sheet, digits);
    }

    /// A table that prints headings prints them all: accounts below one that has no amount at all.
    fn missing_headings(&mut self, rule: &Heading, sheet: &'a Sheet<'a>, digits: usize) {
        let is_below = |row: &&Row<'a>| row.parent.is_some_and(|parent| parent.len() == digits) && row.code.is_some() && is_account(row);
        let orphans: Vec<&Row<'a>> = sheet.rows.iter().filter(is_below).filter(|row| !sheet.has_heading(row)).collect();
        let prints_headings = sheet.rows.iter().any(|row| sheet.has_heading(row));
        for family in orphans.chunk_by(|a, b| a.parent == b.parent).filter(|_| prints_headings) {
            let mut parts = Total::default();
            family
                .iter()
                .filter_map(|row| row.principal())
                .for_each(|item| parts.add(1, sheet.figure(item)));
            if parts.cents != 0 {
                let place = Place {
                    subject: family[0].parent.unwrap_or_default(),
                    ..Place::of(family[0].first())
                };
                let sides = (&Total::default(), Comparison::Equal, &parts);
                self.findings.compare(rule.head(), place, sides, CheckUnit::Yuan, sheet.left_out);
            }
        }
    }

    fn project_headings(&mut self, rule: &Heading, sheet: &'a Sheet<'a>) {
        let is_total = |row: &Row<'_>| row.first().row_kind == RowKind::Total;
        for (at, heading) in sheet.rows.iter().enumerate().filter(|(_, row)| is_total(row)) {
            let rest = &sheet.rows[at + 1..];
            // A heading right above another sums all that is below, of one with projects right below it they end at the next.
            let is_grand = rest.first().is_some_and(is_total) || heading.first().item == Some(Item::Total);
            let below: Vec<&Row<'a>> = if is_grand {
                rest.iter().filter(|row| !is_total(row)).collect()
            } else {
                rest.iter().take_while(|row| !is_total(row)).collect()
            };
            if !below.is_empty() {
                self.sum_up(rule, sheet, &[heading], &parts(sheet, &below));
            }
        }
    }

    /// Headings (one, or one for each side of a table) against the sums of the rows below them, measure by measure.
    fn sum_up(&mut self, rule: &Heading, sheet: &Sheet<'a>, headings: &[&Row<'a>], below: &[Part<'a>]) {
        for Part {
            measure,
            first,
            sum: parts,
        } in below
        {
            let heading = headings.iter().find_map(|row| row.item(*measure));
            let total = heading.map_or_else(Total::default, |item| Total::one(sheet.figure(item)));
            let Some(first) = *first else {
                // The parts don't print this column at all: a line of a summary's other side, or a total alone.
                if let Some(item) = heading.filter(|item| item.amount.cents() != 0 && sheet.form != Form::Summary) {
                    let has_column = sheet.rows.iter().any(|row| is_account(row) && row.item(*measure).is_some());
                    if has_column {
                        self.findings.compare(
                            rule.head(),
                            Place::of(item),
                            (&total, Comparison::Equal, parts),
                            CheckUnit::Yuan,
                            sheet.left_out,
                        );
                    }
                }
                continue;
            };
            if heading.is_none() && parts.cents == 0 {
                continue;
            }
            let place = Place {
                subject: heading.map_or_else(|| Place::of(headings[0].first()).subject, |item| Place::of(item).subject),
                ..Place::of(heading.unwrap_or(first))
            };
            self.findings.compare(
                rule.head(),
                place,
                (&total, Comparison::Equal, parts),
                CheckUnit::Yuan,
                sheet.left_out,
            );
        }
    }

    /// Amounts that are never negative.
    pub(super) fn never_negative(&mut self, rule: &NeverNegative) {
        for sheet in self.book.sheets.iter().filter(|sheet| rule.forms.contains(&sheet.form)) {
            let mut negative = sheet
                .rows
                .iter()
                .flat_map(|row| row.items)
                .filter(|item| item.amount.cents() < 0)
                .peekable();
            if negative.peek().is_none() {
                let place = Place {
                    subject: "",
                    measure: None,
                    ..Place::of(sheet.rows[0].first())
                };
                let message = format!(
                    "none of the {} amounts is negative",
                    sheet.rows.iter().map(|row| row.items.len()).sum::<usize>()
                );
                self.findings.note(rule.head(), place, true, CheckUnit::Yuan, message);
            }
            for item in negative {
                let message = format!(
                    "{} {} {} is negative (line {})",
                    item.measure.code(),
                    item.amount_text,
                    item.money_unit,
                    item.line.unwrap_or(0)
                );
                self.findings.note(rule.head(), Place::of(item), false, CheckUnit::Yuan, message);
            }
        }
    }
}

/// What rows add up to in one measure.
struct Part<'a> {
    measure: Measure,
    /// The first amount, if there is one.
    first: Option<&'a LineItem>,
    sum: Total<'a>,
}

/// The sums of rows in all measures of their sheet.
fn parts<'a>(sheet: &Sheet<'a>, rows: &[&Row<'a>]) -> Vec<Part<'a>> {
    let part = |measure: &Measure| {
        let (mut first, mut sum) = (None, Total::default());
        for item in rows.iter().filter_map(|row| row.item(*measure)) {
            first = first.or(Some(item));
            sum.add(1, sheet.figure(item));
        }
        Part {
            measure: *measure,
            first,
            sum,
        }
    };
    sheet.measures.iter().map(part).collect()
}

fn is_heading(row: &Row<'_>, digits: usize) -> bool {
    row.code.is_some_and(|code| code.len() == digits) && is_account(row)
}
