//! Which amounts, indicators and rejects belong to which table or project, told once for a file.

use std::collections::{BinaryHeap, HashMap};

use budgetlake::codes::Item;
use budgetlake::extract::{Analysis, TableShape};
use budgetlake::tables::{FormTable, Indicator, LineItem};

/// The records of a file by table and project.
#[derive(Debug, Default)]
pub struct Index<'a> {
    items: HashMap<i32, Vec<&'a LineItem>>,
    indicators: HashMap<i32, Vec<&'a Indicator>>,
    /// The table in which each reject's line stands.
    tables_of_rejects: Vec<Option<i32>>,
    rejects: HashMap<i32, usize>,
}

impl<'a> Index<'a> {
    /// Of a file.
    pub fn of(analysis: &'a Analysis) -> Self {
        let extraction = &analysis.extraction;
        let mut index = Self {
            tables_of_rejects: tables_of_rejects(analysis),
            ..Self::default()
        };
        for item in &extraction.line_items {
            index.items.entry(item.table_no).or_default().push(item);
        }
        for indicator in &extraction.indicators {
            index.indicators.entry(indicator.project_no).or_default().push(indicator);
        }
        for table in index.tables_of_rejects.iter().flatten() {
            *index.rejects.entry(*table).or_default() += 1;
        }
        index
    }

    /// The line items of a table, in printed order.
    pub fn items_of(&self, table: i32) -> impl Iterator<Item = &'a LineItem> {
        self.items.get(&table).into_iter().flatten().copied()
    }

    /// The total funding of a table, in printed order.
    pub fn funding_of(&self, table: i32) -> impl Iterator<Item = &'a LineItem> {
        self.items_of(table).filter(|item| item.item == Some(Item::FundingTotal))
    }

    /// The indicators of a project, in printed order.
    pub fn indicators_of(&self, project: i32) -> impl Iterator<Item = &'a Indicator> {
        self.indicators.get(&project).into_iter().flatten().copied()
    }

    /// The table in which the line of a reject stands, by the reject's place among all.
    pub fn table_of_reject(&self, reject: usize) -> Option<i32> {
        self.tables_of_rejects.get(reject).copied().flatten()
    }

    /// How many rejects stand in a table.
    pub fn rejects_in(&self, table: i32) -> usize {
        self.rejects.get(&table).copied().unwrap_or(0)
    }
}

/// The table in which each reject's line stands: the last of those that have it between their title and their last row.
fn tables_of_rejects(analysis: &Analysis) -> Vec<Option<i32>> {
    let Analysis { extraction, shapes, .. } = analysis;
    let lines = |(place, (table, shape)): (usize, (&FormTable, &TableShape))| {
        let last = shape.rows.iter().filter_map(|row| row.line).next_back().or(table.line)?;
        Some((table.line?, place, last))
    };
    let tables = extraction.tables.iter().zip(shapes).enumerate();
    let mut tables: Vec<(i32, usize, i32)> = tables.filter_map(lines).collect();
    tables.sort_unstable();
    let rejects = extraction.rejects.iter().enumerate();
    let mut rejects: Vec<(i32, usize)> = rejects.filter_map(|(place, reject)| Some((reject.line?, place))).collect();
    rejects.sort_unstable();
    let mut found = vec![None; extraction.rejects.len()];
    // Line by line: the tables that have begun, the last of them first.
    let mut begun: BinaryHeap<(usize, i32)> = BinaryHeap::new();
    let mut next = tables.into_iter().peekable();
    for (line, reject) in rejects {
        while let Some((_, place, last)) = next.next_if(|(first, ..)| *first <= line) {
            begun.push((place, last));
        }
        while begun.peek().is_some_and(|(_, last)| *last < line) {
            begun.pop();
        }
        found[reject] = begun.peek().map(|(place, _)| extraction.tables[*place].table_no);
    }
    found
}
