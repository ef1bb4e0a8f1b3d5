//! Headings and their parts: what must add up within a table.

use std::collections::HashMap;

use super::{Key, Row};
use crate::account;
use crate::codes::Item;

/// Most rows that are searched together: headings with more are left out.
const MAX_CHILDREN: usize = 64;

/// A heading row with the rows right below it.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) parent: usize,
    pub(super) children: Vec<usize>,
    /// How many ways its rows had when it was searched last.
    pub(super) ways: usize,
}

impl Family {
    fn new(parent: usize, children: Vec<usize>) -> Self {
        Self { parent, children, ways: 0 }
    }

    /// The heading and its parts.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        self.children.iter().copied().chain([self.parent])
    }
}

/// Heading rows with the rows right below them, as far as they can be searched together: the total with the classes, 类 with 款, 款 with 项.
pub(super) fn families(rows: &[Row]) -> Vec<Family> {
    let mut families = Vec::new();
    fn code(row: &Row) -> Option<&str> {
        match &row.key {
            Key::Code(code) => Some(code),
            _ => None,
        }
    }
    let by_code: HashMap<&str, usize, foldhash::fast::RandomState> = rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| Some((code(row)?, index)))
        .collect();
    let mut children: HashMap<Option<usize>, Vec<usize>, foldhash::fast::RandomState> = HashMap::default();
    for (index, row) in rows.iter().enumerate() {
        let Some(code) = code(row) else { continue };
        let parent = account::parent(code).and_then(|parent| by_code.get(parent)).copied();
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
        if parts.len() <= MAX_CHILDREN {
            families.push(Family::new(total, parts));
        }
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
        if let Some(below) = children.get(&key).filter(|below| below.len() <= MAX_CHILDREN) {
            families.push(Family::new(parent, below.clone()));
        }
    }
    families
}
