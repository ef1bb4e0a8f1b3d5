//! What other forms of the same file print of an account.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::{Cell, Key, Problem};
use crate::codes::{Form, Item, Measure};
use crate::config::Checks;

/// Narrows what is open by what other forms print of the same accounts.
pub(super) fn narrow_between(problems: &mut [Problem], lines: &[(Form, Item, Option<Decimal>)], checks: &Checks) -> bool {
    let mut facts: Vec<(usize, usize, Cell, Option<Decimal>)> = Vec::new();
    let totals: HashMap<usize, usize> = problems
        .iter()
        .enumerate()
        .filter_map(|(index, problem)| Some((index, problem.total()?)))
        .collect();
    let find = |form: Form, item: Item| {
        lines
            .iter()
            .find(|(of, line, _)| *of == form && *line == item)
            .map(|(.., amount)| *amount)
    };
    for rule in &checks.line {
        for (item, measure) in &rule.pairs {
            let Some(amount) = find(rule.line, *item) else { continue };
            for (index, total) in &totals {
                if problems[*index].form == rule.total {
                    facts.push((*index, *total, Cell::Measure(*measure), amount));
                }
            }
        }
    }
    for rule in &checks.blank {
        for (item, measure) in &rule.pairs {
            if find(rule.line, *item).is_none_or(|amount| amount.unwrap_or_default() != Decimal::ZERO) {
                continue;
            }
            for (index, problem) in problems
                .iter()
                .enumerate()
                .filter(|(_, problem)| rule.forms.contains(&problem.form))
            {
                facts.extend((0..problem.rows.len()).map(|row| (index, row, Cell::Measure(*measure), None)));
            }
        }
    }
    for (here, problem) in problems.iter().enumerate() {
        for (_, other) in problems.iter().enumerate().filter(|(there, _)| *there != here) {
            for (row, key) in problem
                .rows
                .iter()
                .enumerate()
                .filter(|(row, line)| problem.domains[*row].len() > 1 && line.key != Key::Other)
                .map(|(row, line)| (row, &line.key))
            {
                let same_key = match key {
                    Key::Item(Item::CurrentExpenditureTotal | Item::ExpenditureTotal) => &Key::Total,
                    key => key,
                };
                let Some(twin) = other.find(same_key) else {
                    facts.extend(
                        absent(other, key, checks, problem.form)
                            .into_iter()
                            .map(|measure| (here, row, Cell::Measure(measure), None)),
                    );
                    continue;
                };
                for equal in checks
                    .equal
                    .iter()
                    .filter(|equal| equal.left.form == problem.form && equal.right.form == other.form)
                {
                    if let Some(value) = other.known(twin, Cell::Measure(equal.right.measure)) {
                        facts.push((here, row, Cell::Measure(equal.left.measure), value));
                    }
                }
                for same in checks
                    .same
                    .iter()
                    .filter(|same| same.forms.contains(&problem.form) && same.forms.contains(&other.form))
                {
                    let given = Cell::Measure(same.given);
                    let mine = problem.columns.iter().position(|cell| *cell == given).map(|column| {
                        problem.domains[row]
                            .iter()
                            .map(|place| {
                                place
                                    .iter()
                                    .position(|at| *at == column)
                                    .map(|figure| problem.rows[row].values[figure])
                            })
                            .collect::<Vec<_>>()
                    });
                    let theirs = other.known(twin, given);
                    let agree = theirs.is_some() && mine.is_some_and(|all| all.iter().all(|value| Some(*value) == theirs));
                    if agree {
                        let known = same
                            .measures
                            .iter()
                            .filter_map(|measure| Some((*measure, other.known(twin, Cell::Measure(*measure))?)));
                        facts.extend(known.map(|(measure, value)| (here, row, Cell::Measure(measure), value)));
                    }
                }
            }
        }
    }
    let mut changed = false;
    for (problem, row, cell, value) in facts {
        changed |= problems[problem].require(row, cell, value);
    }
    changed
}

/// The measures in which an account is blank since another form, which is printed whole, has no row for it.
fn absent(other: &Problem, key: &Key, checks: &Checks, form: Form) -> Vec<Measure> {
    let Key::Code(code) = key else { return Vec::new() };
    let equals = checks
        .equal
        .iter()
        .filter(|equal| equal.left.form == form && equal.right.form == other.form);
    let is_whole = |measure: Measure| {
        let total = other.total().and_then(|total| other.known(total, Cell::Measure(measure)))??;
        let classes = other
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| matches!(&row.key, Key::Code(code) if code.len() == 3));
        let sum = classes
            .map(|(row, _)| other.known(row, Cell::Measure(measure)).flatten())
            .try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value?));
        (sum? == total).then_some(())
    };
    let blank = equals.filter(|equal| code.len() == 3 && is_whole(equal.right.measure).is_some());
    blank.map(|equal| equal.left.measure).collect()
}
