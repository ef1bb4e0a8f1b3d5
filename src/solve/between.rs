//! What other forms of the same file print of an account.

mod others;

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::{Cell, Key, Problem};
use crate::codes::{Form, Item};
use crate::config::Checks;
use others::Others;

/// What a cell of an account holds: the problem, its row, the cell, and the figure in it.
type Told = (usize, usize, Cell, Option<Decimal>);

/// Narrows what is open by what other forms print of the same accounts.
pub(super) fn narrow_between(problems: &mut [Problem], lines: &[(Form, Item, Option<Decimal>)], checks: &Checks) -> bool {
    let mut told = told_by_lines(problems, lines, checks);
    told.extend(told_by_accounts(problems, checks));
    let mut changed = false;
    for (problem, row, cell, value) in told {
        changed |= problems[problem].require(row, cell, value);
    }
    changed
}

/// What the lines of a summary tell of columns.
fn told_by_lines(problems: &[Problem], lines: &[(Form, Item, Option<Decimal>)], checks: &Checks) -> Vec<Told> {
    let mut told = Vec::new();
    let totals: Vec<(usize, usize)> = problems
        .iter()
        .enumerate()
        .filter_map(|(index, problem)| Some((index, problem.total()?)))
        .collect();
    let mut first: HashMap<(Form, Item), Option<Decimal>> = HashMap::new();
    for (form, item, amount) in lines {
        first.entry((*form, *item)).or_insert(*amount);
    }
    for rule in &checks.line {
        for (item, measure) in &rule.pairs {
            let Some(amount) = first.get(&(rule.line, *item)) else { continue };
            for (index, total) in &totals {
                if problems[*index].form == rule.total {
                    told.push((*index, *total, Cell::Measure(*measure), *amount));
                }
            }
        }
    }
    for rule in &checks.blank {
        for (item, measure) in &rule.pairs {
            let line = first.get(&(rule.line, *item));
            if line.is_none_or(|amount| amount.unwrap_or_default() != Decimal::ZERO) {
                continue;
            }
            for (index, problem) in problems
                .iter()
                .enumerate()
                .filter(|(_, problem)| rule.forms.contains(&problem.form))
            {
                told.extend((0..problem.rows.len()).map(|row| (index, row, Cell::Measure(*measure), None)));
            }
        }
    }
    told
}

/// What the same account in other tables tells, in the order of these tables.
fn told_by_accounts(problems: &[Problem], checks: &Checks) -> Vec<Told> {
    let is_open = |problem: &Problem, row: usize| problem.domains[row].len() > 1 && problem.rows[row].key != Key::Other;
    let open: Vec<(usize, usize)> = problems
        .iter()
        .enumerate()
        .flat_map(|(here, problem)| (0..problem.rows.len()).map(move |row| (here, row)))
        .filter(|(here, row)| is_open(&problems[*here], *row))
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let mut others = Others::new(problems, checks);
    let told = open.into_iter().flat_map(|(here, row)| {
        let cells = others.tell(here, row).into_iter();
        cells.map(move |(cell, value)| (here, row, cell, value))
    });
    told.collect()
}

#[cfg(test)]
mod tests;
