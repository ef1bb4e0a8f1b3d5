//! The search for placements under a heading whose columns add up.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::places::HALF;
use super::{Key, Problem, Row};
use crate::account;
use crate::codes::Item;

/// Most steps of one search over the children of a heading.
pub(super) const MAX_STEPS: usize = 20_000;

/// A search over the children of one heading for placements whose columns add up.
pub(super) struct Search<'p> {
    pub(super) problem: &'p Problem,
    pub(super) children: &'p [usize],
    pub(super) steps: usize,
    /// For each child, the placements that occur in a solution.
    pub(super) seen: Vec<Vec<usize>>,
    pub(super) parents: Vec<usize>,
}

impl Search<'_> {
    /// Whether the children from `at` on can fill `left`; notes the placements that take part.
    pub(super) fn run(&mut self, at: usize, left: &[Decimal], chosen: &mut Vec<usize>) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return false;
        }
        let Some(child) = self.children.get(at) else {
            let tolerance = HALF * Decimal::from(self.children.len() + 1);
            let fits = left.iter().all(|rest| rest.abs() <= tolerance);
            if fits {
                for (child, place) in chosen.iter().enumerate() {
                    if !self.seen[child].contains(place) {
                        self.seen[child].push(*place);
                    }
                }
            }
            return fits;
        };
        let mut any = false;
        for index in 0..self.problem.domains[*child].len() {
            let mut rest = left.to_vec();
            let mut possible = true;
            for (column, value) in self.problem.domains[*child][index].iter().zip(&self.problem.rows[*child].values) {
                rest[*column] = rest[*column].checked_sub(*value).unwrap_or(Decimal::MIN);
                // Figures of a breakdown have one sign as a rule; a column that overshoots cannot come back.
                possible &=
                    value.is_sign_negative() || rest[*column] >= -HALF * Decimal::from(self.children.len() + 1) || self.has_negative();
            }
            if possible {
                chosen.push(index);
                any |= self.run(at + 1, &rest, chosen);
                chosen.pop();
            }
        }
        any
    }

    fn has_negative(&self) -> bool {
        self.children.iter().any(|child| {
            self.problem.rows[*child]
                .values
                .iter()
                .any(|value| value.is_sign_negative() && !value.is_zero())
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
