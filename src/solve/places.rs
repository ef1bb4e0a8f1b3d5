//! The ways to put the figures of one row into columns.

use rust_decimal::Decimal;

use super::units::{HALF, Units, units};
use super::{Cell, Placement, Row, Stated};
use crate::codes::{Form, Measure};
use crate::config::Checks;

/// Most ways to place the figures of one row that are looked at.
pub(super) const MAX_PLACES: usize = 2_000;

/// An identity over columns: what each of them counts for in a sum that is nothing, the left side once and the right side minus once.
pub(super) struct ColumnIdentity {
    weights: Vec<Units>,
}

impl ColumnIdentity {
    /// Over the columns that a table has; `None` where one of `left` or fewer than `enough` of `right` are among them.
    fn new<T: Copy>(columns: &[Cell], left: &[T], right: &[T], enough: usize, cell: impl Fn(T) -> Cell) -> Option<Self> {
        let mut weights = vec![0; columns.len()];
        let mut weigh = |part: &[T], weight: Units| {
            let mut found = 0;
            for wanted in part {
                if let Some(place) = columns.iter().position(|column| *column == cell(*wanted)) {
                    weights[place] = weight;
                    found += 1;
                }
            }
            found
        };
        let found = (weigh(left, 1), weigh(right, -1));
        (found.0 == left.len() && found.1 >= enough).then_some(Self { weights })
    }

    /// Whether figures placed in these columns satisfy it, as far as rounded ones can.
    fn holds(&self, place: &[usize], values: &[Units]) -> bool {
        let (mut sum, mut count): (Units, Units) = (0, 0);
        for (column, value) in place.iter().zip(values) {
            let weight = self.weights[*column];
            sum += weight * value;
            count += weight.abs();
        }
        sum.abs() <= HALF * count
    }
}

/// The sums that hold within each row of a table.
pub struct RowSums(Vec<ColumnIdentity>);

impl RowSums {
    /// Those of a form over the columns that a table has.
    pub fn of(form: Form, columns: &[Cell], checks: &Checks) -> Self {
        Self(identities(form, columns, checks))
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether figures in these columns satisfy all of them.
    pub fn hold(&self, columns: &[usize], values: &[Decimal]) -> bool {
        let values: Option<Vec<Units>> = values.iter().map(|value| units(*value)).collect();
        values.is_some_and(|values| self.0.iter().all(|identity| identity.holds(columns, &values)))
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
