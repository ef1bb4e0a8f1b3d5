//! What must hold between disclosures of one body: a final account and its budget, one year and the next, a department and its units.
//!
//! A pure function over the few figures that the rules name ([`keep`]), so that it doesn't matter whether they come from this run or from
//! a snapshot before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::figure::{Figure, Places, Total};
use super::finding::{Findings, Place};
use crate::codes::{CheckStatus, CheckUnit, Form, Item, Measure, Scope, Stage};
use crate::config::Config;
use crate::config::checks::{Across, Comparison, Line, Pair, RowOf, Sum, Term};
use crate::tables::{Check, SharedText};

/// A disclosure, with the figures that rules between disclosures name.
#[derive(Debug, Clone)]
pub struct Disclosure {
    /// Its id.
    pub document_id: SharedText,
    /// Its path.
    pub path: String,
    /// Its stage.
    pub stage: Stage,
    /// Whether it is a department's or a unit's.
    pub scope: Scope,
    /// Whose figures it shows.
    pub unit: String,
    /// City and department of its partition.
    pub body: String,
    /// Its fiscal year.
    pub year: Option<i32>,
    /// Its figures, in printed order.
    pub figures: Vec<KeptFigure>,
    /// The names of its functional accounts by code, as first printed, with their lines.
    pub names: BTreeMap<String, (String, Option<i32>)>,
}

/// A figure that rules between disclosures name.
#[derive(Debug, Clone)]
pub struct KeptFigure {
    /// What it is.
    pub what: Kept,
    /// The amount in cents.
    pub cents: i128,
    /// As printed.
    pub text: String,
    /// Its unit, as printed.
    pub unit: String,
    /// The line it stands on.
    pub line: Option<i32>,
}

/// What a kept figure is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// A standard line of a form.
    Line(Form, Item, Measure),
    /// A fact of the narrative about the disclosure's own year.
    Fact(String),
}

/// Which figures the rules between disclosures need.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Lines of forms.
    pub lines: BTreeSet<(Form, Item)>,
    /// Facts.
    pub facts: BTreeSet<String>,
}

/// What has to be kept of every disclosure for [`across`].
pub fn keep(config: &Config) -> Wanted {
    let mut wanted = Wanted::default();
    let equations = config.checks.across.iter().flat_map(|rule| &rule.equations);
    for (_, term) in equations
        .flat_map(|equation| equation.right.iter().chain([&equation.left]))
        .flat_map(|sum| &sum.terms)
    {
        match &term.line {
            Line::Form {
                form,
                row: RowOf::Item(item),
                ..
            } => {
                wanted.lines.insert((*form, *item));
            }
            Line::Form { .. } => {}
            Line::Fact(name) => {
                wanted.facts.insert(name.clone());
            }
        }
    }
    wanted
}

/// Checks what must hold between disclosures, each with the place of the disclosure in `disclosures` that it belongs to: the later one,
/// the department. The order of `disclosures` decides the order of the checks and nothing else.
pub fn across(disclosures: &[Disclosure], config: &Config) -> Vec<(usize, Check)> {
    let mut found = Vec::new();
    let mut bodies: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, disclosure) in disclosures.iter().enumerate() {
        bodies.entry(&disclosure.body).or_default().push(at);
    }
    for body in bodies.values().filter(|body| body.len() > 1) {
        for rule in &config.checks.across {
            for at in body {
                let disclosure = &disclosures[*at];
                if rule.head().covers(disclosure.stage) {
                    let others = body.iter().filter(|other| *other != at).map(|other| &disclosures[*other]);
                    found.extend(
                        one(rule, disclosure, &others.collect::<Vec<_>>())
                            .into_iter()
                            .map(|check| (*at, check)),
                    );
                }
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

fn one(rule: &Across, mine: &Disclosure, others: &[&Disclosure]) -> Vec<Check> {
    let same_body = |other: &&&Disclosure| !mine.unit.is_empty() && other.unit == mine.unit && other.scope == mine.scope;
    let year = |other: &Disclosure, before: i32| mine.year.is_some() && other.year == mine.year.map(|year| year - before);
    let partners: Vec<&Disclosure> = match rule.pair {
        Pair::BudgetOfTheYear if mine.stage == Stage::FinalAccount => others
            .iter()
            .filter(same_body)
            .filter(|other| other.stage == Stage::Budget && year(other, 0))
            .copied()
            .collect(),
        Pair::YearBefore => others
            .iter()
            .filter(same_body)
            .filter(|other| other.stage == mine.stage && year(other, 1))
            .copied()
            .collect(),
        Pair::Units if mine.scope == Scope::Department => others
            .iter()
            .filter(|other| other.scope == Scope::Unit && other.stage == mine.stage && year(other, 0))
            .copied()
            .collect(),
        Pair::Twice => others
            .iter()
            .filter(same_body)
            .filter(|other| other.stage == mine.stage && year(other, 0) && is_earlier(other, mine))
            .min_by_key(|other| (&other.path, &other.document_id))
            .map_or_else(Vec::new, |first| vec![*first]),
        Pair::Names => others.iter().filter(|other| year(other, 0)).copied().collect(),
        _ => Vec::new(),
    };
    let mut findings = Findings {
        document_id: Arc::clone(&mine.document_id),
        stage: mine.stage,
        checks: Vec::new(),
    };
    match (rule.pair, partners.as_slice()) {
        (_, []) => {}
        (Pair::Names, _) => names(rule, mine, &partners, &mut findings),
        (Pair::Units, _) => units(rule, mine, &partners, &mut findings),
        (_, [other]) => compare(rule, mine, other, &mut findings),
        (_, several) => {
            let why = format!("the warehouse holds {} disclosures that it could be compared with", several.len());
            findings.not_applicable(rule.head(), Place::default(), why);
        }
    }
    findings.checks
}

/// Whether a disclosure stands before another in the warehouse.
fn is_earlier(other: &Disclosure, mine: &Disclosure) -> bool {
    (&other.path, &other.document_id) < (&mine.path, &mine.document_id)
}

/// The terms of a side in one disclosure; `None` where one is not printed.
fn side<'d>(sum: &Sum, disclosure: &'d Disclosure) -> Option<Total<'d>> {
    let mut total = Total::default();
    for (sign, term) in &sum.terms {
        match figure(term, disclosure) {
            Some(figure) => total.add(*sign, figure),
            None if term.optional => {}
            None => return None,
        }
    }
    (!total.is_blank()).then_some(total)
}

fn figure<'d>(term: &Term, disclosure: &'d Disclosure) -> Option<Figure<'d>> {
    let is_named = |kept: &&KeptFigure| match (&term.line, &kept.what) {
        (
            Line::Form {
                form,
                row: RowOf::Item(item),
                measure,
            },
            Kept::Line(of, line, column),
        ) => form == of && item == line && measure.map_or(matches!(column, Measure::Total | Measure::Amount), |measure| measure == *column),
        (Line::Fact(name), Kept::Fact(fact)) => name == fact,
        _ => false,
    };
    let mut named = disclosure.figures.iter().filter(is_named);
    let kept = named.next()?;
    // Printed with two amounts, it is not told which of them is meant.
    if named.any(|other| other.cents != kept.cents) {
        return None;
    }
    let alike = disclosure.figures.iter().filter(|other| other.unit == kept.unit);
    let places = Places::of(&kept.unit, alike.map(|other| other.text.as_str()));
    Some(Figure {
        cents: kept.cents,
        step: places.step(&kept.text),
        text: &kept.text,
        unit: &kept.unit,
        line: kept.line,
    })
}

fn place<'d>(sum: &'d Sum, left: &Total<'_>) -> Place<'d> {
    let term = &sum.terms[0].1;
    let (form, measure, subject) = match &term.line {
        Line::Form { form, measure, .. } => (Some(*form), *measure, term.text.split('.').nth(1).unwrap_or_default()),
        Line::Fact(name) => (None, None, name.as_str()),
    };
    Place {
        form,
        measure,
        subject,
        line: left.line(),
        ..Place::default()
    }
}

/// Figures of two disclosures.
fn compare(rule: &Across, mine: &Disclosure, other: &Disclosure, findings: &mut Findings) {
    for equation in &rule.equations {
        let Some(left) = side(&equation.left, mine) else { continue };
        let sides: Vec<Total<'_>> = equation.right.iter().filter_map(|sum| side(sum, other)).collect();
        let agrees = |right: &&Total<'_>| match rule.percent {
            Some(percent) => (left.cents - right.cents).abs() * 100 <= right.cents.abs() * i128::from(percent),
            None => left.agrees(right),
        };
        let Some(right) = sides.iter().find(agrees).or(sides.first()) else {
            continue;
        };
        findings.compare(
            rule.head(),
            place(&equation.left, &left),
            (&left, equation.comparison, right),
            CheckUnit::Yuan,
            None,
        );
        let Some(check) = findings.checks.last_mut() else { continue };
        if let Some(percent) = rule.percent {
            check.status = if agrees(&right) { CheckStatus::Pass } else { CheckStatus::Notice };
            check.tolerance = super::figure::yuan(right.cents.abs() * i128::from(percent) / 100);
        }
        if rule.pair == Pair::Twice && check.status == CheckStatus::Pass {
            check.message.insert_str(0, "the same amount in two documents: ");
        }
        name_other(check, other);
    }
}

fn name_other(check: &mut Check, other: &Disclosure) {
    check.other_document_id = Some(Arc::clone(&other.document_id));
    check.message.push_str(" of ");
    check.message.push_str(&other.path);
}

/// A department and its units.
fn units(rule: &Across, mine: &Disclosure, units: &[&Disclosure], findings: &mut Findings) {
    let names: BTreeSet<&str> = units.iter().map(|unit| unit.unit.as_str()).collect();
    if names.len() < units.len() {
        let why = "the warehouse holds several disclosures of one unit".to_owned();
        return findings.not_applicable(rule.head(), Place::default(), why);
    }
    for equation in &rule.equations {
        let Some(left) = side(&equation.left, mine) else { continue };
        let mut sum = Total::default();
        for total in units.iter().filter_map(|unit| side(&equation.right[0], unit)) {
            total.figures.into_iter().for_each(|(sign, figure)| sum.add(sign, figure));
        }
        let place = place(&equation.left, &left);
        if sum.is_blank() {
            continue;
        }
        if left.cents > sum.cents && !left.agrees(&sum) {
            let why = format!(
                "the {} units in the warehouse come to less than the department: others are not there, or the sum is wrong",
                units.len()
            );
            findings.not_applicable(rule.head(), place, why);
            continue;
        }
        findings.compare(rule.head(), place, (&left, Comparison::Equal, &sum), CheckUnit::Yuan, None);
        if let (Some(check), [unit]) = (findings.checks.last_mut(), units) {
            name_other(check, unit);
        }
    }
}

/// Names of a code that differ from those of an earlier disclosure of the year.
fn names(rule: &Across, mine: &Disclosure, others: &[&Disclosure], findings: &mut Findings) {
    let earlier = |other: &&&Disclosure| is_earlier(other, mine);
    for (code, (name, line)) in &mine.names {
        let other = others
            .iter()
            .filter(earlier)
            .find_map(|other| other.names.get(code).filter(|(there, _)| there != name).map(|there| (other, there)));
        if let Some((other, (there, there_line))) = other {
            let line_of = |line: &Option<i32>| line.map_or_else(String::new, |line| format!(" (line {line})"));
            let message = format!("{code} is {name}{} and {there}{}", line_of(line), line_of(there_line));
            let place = Place {
                subject: code,
                line: *line,
                ..Place::default()
            };
            findings.note(rule.head(), place, false, CheckUnit::Forms, message);
            if let Some(check) = findings.checks.last_mut() {
                check.right_line = *there_line;
                name_other(check, other);
            }
        }
    }
}

#[cfg(test)]
mod tests;
