//! The search for placements under a heading whose columns add up.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::places::HALF;
use super::{Key, Problem, Row};
use crate::account;
use crate::codes::Item;

/// Most steps of one search over the children of a heading.
pub(super) const MAX_STEPS: usize = 20_000;

/// A figure as a count of the last of [`SCALE`] places: sums are exact whole numbers.
type Units = i128;

/// Decimal places that figures are counted in: a cent is the sixth of 万元, and half of one the seventh.
const SCALE: u32 = 8;

/// A figure as a whole number; `None` where it has more places than money has.
fn units(value: Decimal) -> Option<Units> {
    let places = value.scale();
    let power = SCALE.checked_sub(places)?;
    value.mantissa().checked_mul(10i128.pow(power))
}

/// A search over the children of one heading for placements whose columns add up.
pub(super) struct Search<'p> {
    /// For each child, the ways to put its figures into columns.
    domains: Vec<&'p [Vec<usize>]>,
    /// For each child, its figures.
    values: Vec<Vec<Units>>,
    /// How far sums of rounded figures may be off.
    tolerance: Units,
    /// Figures of a breakdown have one sign as a rule; where they have not, a column that overshoots may come back.
    has_negative: bool,
    /// What is left to fill of each column, one level for each child.
    left: Vec<Vec<Units>>,
    chosen: Vec<usize>,
    /// Steps taken; beyond [`MAX_STEPS`] the search gives up.
    pub(super) steps: usize,
    /// For each child, the placements that occur in a solution.
    pub(super) seen: Vec<Vec<usize>>,
}

impl<'p> Search<'p> {
    /// Over `children`; `None` where a figure has more places than money has.
    pub(super) fn new(problem: &'p Problem, children: &[usize]) -> Option<Self> {
        let values: Vec<Vec<Units>> = children
            .iter()
            .map(|child| problem.rows[*child].values.iter().map(|value| units(*value)).collect())
            .collect::<Option<_>>()?;
        Some(Self {
            domains: children.iter().map(|child| problem.domains[*child].as_slice()).collect(),
            has_negative: values.iter().flatten().any(|value| *value < 0),
            tolerance: units(HALF)?.checked_mul(Units::try_from(children.len() + 1).ok()?)?,
            left: vec![Vec::new(); children.len() + 1],
            chosen: Vec::with_capacity(children.len()),
            steps: 0,
            seen: vec![Vec::new(); children.len()],
            values,
        })
    }

    /// Whether the children can fill `sums`; notes the placements that take part.
    pub(super) fn fills(&mut self, sums: &[Decimal]) -> bool {
        let Some(sums) = sums.iter().map(|sum| units(*sum)).collect() else {
            return false;
        };
        self.left[0] = sums;
        self.run(0)
    }

    /// Whether the children from `at` on can fill what is left.
    fn run(&mut self, at: usize) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return false;
        }
        if at == self.domains.len() {
            let fits = self.left[at].iter().all(|rest| rest.abs() <= self.tolerance);
            if fits {
                for (seen, place) in self.seen.iter_mut().zip(&self.chosen) {
                    if !seen.contains(place) {
                        seen.push(*place);
                    }
                }
            }
            return fits;
        }
        let mut any = false;
        for index in 0..self.domains[at].len() {
            if self.place(at, index) {
                self.chosen.push(index);
                any |= self.run(at + 1);
                self.chosen.pop();
            }
        }
        any
    }

    /// Takes a child's figures, placed in one way, off what is left; whether that is possible.
    fn place(&mut self, at: usize, index: usize) -> bool {
        let (above, below) = self.left.split_at_mut(at + 1);
        let rest = &mut below[0];
        rest.clone_from(&above[at]);
        self.domains[at][index].iter().zip(&self.values[at]).all(|(column, value)| {
            rest[*column] = rest[*column].saturating_sub(*value);
            *value < 0 || rest[*column] >= -self.tolerance || self.has_negative
        })
    }
}

/// Heading rows with the rows right below them: the total with the classes, 类 with 款, 款 with 项.
pub(super) fn families(rows: &[Row]) -> Vec<(usize, Vec<usize>)> {
    let mut families = Vec::new();
    let code = |row: &Row| match &row.key {
        Key::Code(code) => Some(code.clone()),
        _ => None,
    };
    let by_code: HashMap<String, usize> = rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| Some((code(row)?, index)))
        .collect();
    let mut children: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let Some(code) = code(row) else { continue };
        let parent = account::parent(&code).and_then(|parent| by_code.get(parent)).copied();
        if parent.is_some() || code.len() == 3 {
            children.entry(parent).or_default().push(index);
        }
    }
    let find = |item: Item| rows.iter().position(|row| row.key == Key::Item(item));
    if let Some(total) = find(Item::ExpenditureTotal) {
        // 支出总计 is what was spent this year and what is left; without a line for the former, the classes take its place.
        let mut parts =
            find(Item::CurrentExpenditureTotal).map_or_else(|| children.get(&None).cloned().unwrap_or_default(), |current| vec![current]);
        parts.extend([Item::YearEndCarryover, Item::SurplusDistribution].into_iter().filter_map(find));
        families.push((total, parts));
    }
    let totals = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| matches!(row.key, Key::Total | Key::Item(Item::CurrentExpenditureTotal)));
    let mut parents: Vec<(usize, Option<usize>)> = totals.map(|(index, _)| (index, None)).collect();
    let mut codes: Vec<usize> = by_code.values().copied().collect();
    codes.sort_unstable();
    parents.extend(codes.into_iter().map(|index| (index, Some(index))));
    for (parent, key) in parents {
        if let Some(below) = children.get(&key) {
            families.push((parent, below.clone()));
        }
    }
    families
}
