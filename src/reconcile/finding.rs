//! Rows of `checks`: how two sides compare, said in one sentence with the figures as printed and their lines.

use std::fmt::Write as _;
use std::sync::Arc;

use super::figure::{Figure, Total, yuan};
use crate::codes::{CheckStatus, CheckUnit, Code, Form, Measure, Stage};
use crate::config::checks::{Comparison, Head, Weight};
use crate::tables::{Check, LineItem, SharedText};

/// Most figures that a message quotes; of more it counts the rest.
const QUOTED: usize = 24;

/// Where a check belongs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// The form of the left figure.
    pub form: Option<Form>,
    /// The measure of the left figure.
    pub measure: Option<Measure>,
    /// What the figures are of.
    pub subject: &'a str,
    /// The left figure's table.
    pub table_no: Option<i32>,
    /// Its row in that table.
    pub row_no: Option<i32>,
    /// Its line.
    pub line: Option<i32>,
    /// Its page.
    pub page: Option<i32>,
    /// Its sheet.
    pub sheet: Option<&'a SharedText>,
}

impl<'a> Place<'a> {
    /// Of an amount of a form.
    pub fn of(item: &'a LineItem) -> Self {
        Self {
            form: Some(item.form),
            measure: Some(item.measure),
            subject: subject(item),
            table_no: Some(item.table_no),
            row_no: Some(item.row_no),
            line: item.line,
            page: item.page,
            sheet: item.sheet.as_ref(),
        }
    }
}

/// What a row is of, in one word: its code, its standard line or its name.
fn subject(item: &LineItem) -> &str {
    match (&item.account_code, item.item, &item.project_name) {
        (Some(code), ..) => code,
        (_, _, Some(project)) => project,
        (_, Some(item), _) => item.code(),
        _ => &item.account_name,
    }
}

/// Collects the checks of a disclosure.
#[derive(Debug)]
pub struct Findings {
    /// The disclosure.
    pub document_id: SharedText,
    /// Its stage.
    pub stage: Stage,
    /// What was found.
    pub checks: Vec<Check>,
}

impl Findings {
    /// Compares two sides and notes how they compare. Where they differ and amounts of the table were left out, it can't be told.
    pub fn compare(
        &mut self,
        head: Head<'_>,
        place: Place<'_>,
        sides: (&Total<'_>, Comparison, &Total<'_>),
        unit: CheckUnit,
        left_out: Option<i32>,
    ) {
        let (left, comparison, right) = sides;
        let holds = match comparison {
            Comparison::Equal => left.agrees(right),
            Comparison::AtMost => left.is_within(right),
            Comparison::Implies => left.cents == 0 || !right.is_blank(),
        };
        let status = match (holds, left_out, head.severity) {
            (true, ..) => CheckStatus::Pass,
            (false, Some(_), _) => CheckStatus::NotApplicable,
            (false, None, Weight::Error) => CheckStatus::Fail,
            (false, None, Weight::Notice) => CheckStatus::Notice,
        };
        let message = match (status, left_out) {
            (CheckStatus::NotApplicable, Some(line)) => format!("amounts of this table were left out, see `rejects` for line {line}"),
            _ => sentence(left, comparison, right, holds),
        };
        let amount = |total: &Total<'_>| if total.is_blank() { None } else { yuan(total.cents) };
        let compares = comparison != Comparison::Implies;
        let check = Check {
            left: amount(left),
            right: amount(right),
            difference: yuan(left.cents - right.cents).filter(|_| compares),
            tolerance: yuan(left.tolerance_twice(right) / 2).filter(|_| compares),
            right_line: right.line(),
            unit,
            ..self.blank(head, place, status, message)
        };
        self.checks.push(check);
    }

    /// Notes that a rule could not be applied, and why.
    pub fn not_applicable(&mut self, head: Head<'_>, place: Place<'_>, why: String) {
        let check = self.blank(head, place, CheckStatus::NotApplicable, why);
        self.checks.push(check);
    }

    /// Notes what holds or does not hold without figures.
    pub fn note(&mut self, head: Head<'_>, place: Place<'_>, holds: bool, unit: CheckUnit, message: String) {
        let status = match (holds, head.severity) {
            (true, _) => CheckStatus::Pass,
            (false, Weight::Error) => CheckStatus::Fail,
            (false, Weight::Notice) => CheckStatus::Notice,
        };
        let mut check = self.blank(head, place, status, message);
        check.unit = unit;
        self.checks.push(check);
    }

    fn blank(&self, head: Head<'_>, place: Place<'_>, status: CheckStatus, message: String) -> Check {
        Check {
            document_id: Arc::clone(&self.document_id),
            stage: self.stage,
            rule: Arc::clone(head.rule),
            form: place.form,
            subject: (!place.subject.is_empty()).then(|| place.subject.to_owned()),
            measure: place.measure,
            unit: CheckUnit::Yuan,
            left: None,
            right: None,
            difference: None,
            tolerance: None,
            status,
            message,
            other_document_id: None,
            table_no: place.table_no,
            row_no: place.row_no,
            line: place.line,
            right_line: None,
            page: place.page,
            sheet: place.sheet.cloned(),
        }
    }
}

/// `合计 1,332.44 万元 (line 125) = 一般公共预算 1,008.68 + 政府性基金 323.76 万元 (line 125)`; in short where it holds.
fn sentence(left: &Total<'_>, comparison: Comparison, right: &Total<'_>, holds: bool) -> String {
    let mut text = String::with_capacity(96);
    let sign = match (comparison, holds) {
        (Comparison::Equal, true) => " = ",
        (Comparison::Equal, false) => " ≠ ",
        (Comparison::AtMost, true) => " ≤ ",
        (Comparison::AtMost, false) => " > ",
        (Comparison::Implies, true) => " beside ",
        (Comparison::Implies, false) => ", but ",
    };
    let most = if holds { 2 } else { QUOTED };
    quote(left, most, &mut text);
    text.push_str(sign);
    quote(right, most, &mut text);
    text
}

/// The figures of a side as printed, with their lines.
fn quote(side: &Total<'_>, most: usize, text: &mut String) {
    if side.is_blank() {
        text.push_str("nothing printed");
    }
    for (index, (sign, figure)) in side.figures.iter().take(most).enumerate() {
        if index > 0 || *sign < 0 {
            text.push_str(if *sign < 0 { " - " } else { " + " });
        }
        one(figure, text);
    }
    if side.figures.len() > most {
        // Writing to a string cannot fail.
        let _ = write!(text, " + {} more", side.figures.len() - most);
    }
}

fn one(figure: &Figure<'_>, text: &mut String) {
    text.push_str(figure.text);
    if !figure.unit.is_empty() {
        text.push(' ');
        text.push_str(figure.unit);
    }
    if let Some(line) = figure.line {
        text.push_str(" (line ");
        text.push_str(itoa(line, &mut [0; 12]));
        text.push(')');
    }
}

/// A line number without the machinery of formatting: passes are many.
fn itoa(number: i32, buffer: &mut [u8; 12]) -> &str {
    let mut at = buffer.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    std::str::from_utf8(&buffer[at..]).unwrap_or_default()
}
