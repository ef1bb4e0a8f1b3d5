//! The ways to put the figures of one row into columns.

use rust_decimal::Decimal;

use super::{Cell, Row, Stated};
use crate::codes::{Form, Item, Measure};
use crate::config::Checks;

/// Half of the last printed place; figures of a table are printed to the same place.
pub(super) const HALF: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// Most ways to place the figures of one row that are looked at.
pub(super) const MAX_PLACES: usize = 2_000;

/// An identity over columns: the sum of the first equals the sum of the second.
pub(super) struct ColumnIdentity {
    left: Vec<usize>,
    right: Vec<usize>,
}

/// The identities of a form over the columns that a table has.
pub(super) fn identities(form: Form, columns: &[Cell], checks: &Checks) -> Vec<ColumnIdentity> {
    let at = |measures: &[Measure]| -> Vec<usize> {
        measures
            .iter()
            .filter_map(|measure| columns.iter().position(|cell| *cell == Cell::Measure(*measure)))
            .collect()
    };
    let mut found: Vec<ColumnIdentity> = checks
        .row
        .iter()
        .filter(|identity| identity.forms.contains(&form))
        .map(|identity| {
            (
                identity,
                ColumnIdentity {
                    left: at(&identity.left),
                    right: at(&identity.right),
                },
            )
        })
        .filter(|(rule, columns)| columns.left.len() == rule.left.len() && columns.right.len() >= 2)
        .map(|(_, columns)| columns)
        .collect();
    for measure in [Measure::Amount, Measure::Budget, Measure::Final] {
        let at = |items: &[Item]| -> Vec<usize> {
            items
                .iter()
                .filter_map(|item| columns.iter().position(|cell| *cell == Cell::Item(*item, measure)))
                .collect()
        };
        found.extend(
            checks
                .item_row
                .iter()
                .filter(|identity| identity.forms.contains(&form))
                .map(|identity| {
                    (
                        identity,
                        ColumnIdentity {
                            left: at(&identity.left),
                            right: at(&identity.right),
                        },
                    )
                })
                .filter(|(rule, columns)| columns.left.len() == rule.left.len() && columns.right.len() == rule.right.len())
                .map(|(_, columns)| columns),
        );
    }
    found
}

/// All ways to put a row's figures into columns in their order such that the row identities hold.
pub(super) fn placements(row: &Row, columns: usize, identities: &[ColumnIdentity]) -> Vec<Vec<usize>> {
    let count = row.values.len();
    let within = |stated: &Vec<usize>| stated.iter().all(|column| *column < columns);
    if let Stated::Surely(stated) = &row.stated {
        return if within(stated) { vec![stated.clone()] } else { Vec::new() };
    }
    if count == 0 {
        return vec![Vec::new()];
    }
    if count > columns {
        return Vec::new();
    }
    if count == columns {
        return vec![(0..columns).collect()];
    }
    let mut found = Vec::new();
    let mut place: Vec<usize> = (0..count).collect();
    for _ in 0..MAX_PLACES {
        if identities.iter().all(|identity| holds(identity, &place, &row.values)) {
            found.push(place.clone());
        }
        if !next_combination(&mut place, columns) {
            // A row that does not add up in print: its figures stand where they stand.
            return match &row.stated {
                Stated::Likely(likely) if found.is_empty() && within(likely) => vec![likely.clone()],
                _ => found,
            };
        }
    }
    // Not all ways were looked at, so none is known to be the only one.
    Vec::new()
}

fn holds(identity: &ColumnIdentity, place: &[usize], values: &[Decimal]) -> bool {
    let sum = |columns: &[usize]| -> (Decimal, usize) {
        let parts: Vec<Decimal> = place
            .iter()
            .zip(values)
            .filter(|(column, _)| columns.contains(column))
            .map(|(_, value)| *value)
            .collect();
        (
            parts
                .iter()
                .fold(Decimal::ZERO, |sum, value| sum.checked_add(*value).unwrap_or(sum)),
            parts.len(),
        )
    };
    let ((left, lefts), (right, rights)) = (sum(&identity.left), sum(&identity.right));
    (left - right).abs() <= HALF * Decimal::from(lefts + rights)
}

/// The next combination of `place.len()` out of `columns` in lexical order.
pub fn next_combination(place: &mut [usize], columns: usize) -> bool {
    let count = place.len();
    let Some(at) = (0..count).rev().find(|at| place[*at] < columns - count + *at) else {
        return false;
    };
    place[at] += 1;
    for next in at + 1..count {
        place[next] = place[next - 1] + 1;
    }
    true
}
