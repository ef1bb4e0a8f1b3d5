//! The ways to put the figures of one row into columns.

use rust_decimal::Decimal;

use super::units::{HALF, Units, units};
use super::{Cell, Placement, Row, Stated};
use crate::codes::{Form, Measure};
use crate::config::Checks;

/// Most ways to place the figures of one row that are looked at.
pub(super) const MAX_PLACES: usize = 2_000;

/// An identity over columns: on which side of it each of them stands.
pub(super) struct ColumnIdentity {
    sides: Vec<Side>,
}

/// A side of an identity.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
    Neither,
}

impl ColumnIdentity {
    /// Over the columns that a table has; `None` where one of `left` or fewer than `enough` of `right` are among them.
    fn new<T: Copy>(columns: &[Cell], left: &[T], right: &[T], enough: usize, cell: impl Fn(T) -> Cell) -> Option<Self> {
        let mut sides = vec![Side::Neither; columns.len()];
        let mut put = |part: &[T], side: Side| {
            let mut found = 0;
            for wanted in part {
                if let Some(place) = columns.iter().position(|column| *column == cell(*wanted)) {
                    sides[place] = side;
                    found += 1;
                }
            }
            found
        };
        let found = (put(left, Side::Left), put(right, Side::Right));
        (found.0 == left.len() && found.1 >= enough).then_some(Self { sides })
    }

    /// Whether figures placed in these columns satisfy it, as far as rounded ones can.
    fn holds(&self, place: &[usize], values: &[Units]) -> bool {
        let (mut sum, mut count): (Units, Units) = (0, 0);
        for (column, value) in place.iter().zip(values) {
            match self.sides[*column] {
                Side::Left => sum += value,
                Side::Right => sum -= value,
                Side::Neither => continue,
            }
            count += 1;
        }
        sum.abs() <= HALF * count
    }
}

/// The sums that hold within each row of a table.
pub struct RowSums {
    identities: Vec<ColumnIdentity>,
    columns: usize,
}

/// The figures of a row, counted so that sums of them are exact.
pub struct Figures(Vec<Units>);

impl Figures {
    /// Those of a row; `None` where one is none of money.
    pub fn of(values: &[Decimal]) -> Option<Self> {
        values.iter().map(|value| units(*value)).collect::<Option<_>>().map(Self)
    }
}

impl RowSums {
    /// Those of a form over the columns that a table has.
    pub fn of(form: Form, columns: &[Cell], checks: &Checks) -> Self {
        Self {
            identities: identities(form, columns, checks),
            columns: columns.len(),
        }
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.identities.is_empty()
    }

    /// Whether figures may stand in these columns: from left to right, within the table, with all sums satisfied.
    pub fn hold(&self, columns: &[usize], figures: &Figures) -> bool {
        let ascend = columns.windows(2).all(|pair| pair[0] < pair[1]) && columns.last().is_none_or(|last| *last < self.columns);
        ascend && self.identities.iter().all(|identity| identity.holds(columns, &figures.0))
    }
}

/// The identities of a form over the columns that a table has.
pub(super) fn identities(form: Form, columns: &[Cell], checks: &Checks) -> Vec<ColumnIdentity> {
    let rows = checks.row.iter().filter(|identity| identity.forms.contains(&form));
    let mut found: Vec<ColumnIdentity> = rows
        .filter_map(|identity| ColumnIdentity::new(columns, &identity.left, &identity.right, 2, Cell::Measure))
        .collect();
    for measure in [Measure::Amount, Measure::Budget, Measure::Final] {
        let items = checks.item_row.iter().filter(|identity| identity.forms.contains(&form));
        found.extend(items.filter_map(|identity| {
            ColumnIdentity::new(columns, &identity.left, &identity.right, identity.right.len(), |item| {
                Cell::Item(item, measure)
            })
        }));
    }
    found
}

/// All ways to put a row's figures into columns in their order such that the row identities hold.
pub(super) fn placements(row: &Row, columns: usize, identities: &[ColumnIdentity]) -> Vec<Placement> {
    let count = row.values.len();
    let within = |stated: &Vec<usize>| stated.iter().all(|column| *column < columns);
    if let Stated::Surely(stated) = &row.stated {
        return if within(stated) {
            vec![Placement::from_slice(stated)]
        } else {
            Vec::new()
        };
    }
    if count == 0 {
        return vec![Placement::new()];
    }
    if count > columns {
        return Vec::new();
    }
    if count == columns {
        return vec![(0..columns).collect()];
    }
    // Of a figure that is none of money nothing is told.
    let Some(values) = row.values.iter().map(|value| units(*value)).collect::<Option<Vec<Units>>>() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut place: Placement = (0..count).collect();
    for _ in 0..MAX_PLACES {
        if identities.iter().all(|identity| identity.holds(&place, &values)) {
            found.push(place.clone());
        }
        if !next_combination(&mut place, columns) {
            // A row that does not add up in print: its figures stand where they stand.
            return match &row.stated {
                Stated::Likely(likely) if found.is_empty() && within(likely) => vec![Placement::from_slice(likely)],
                _ => found,
            };
        }
    }
    // Not all ways were looked at, so none is known to be the only one.
    Vec::new()
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
