//! How a table was understood, for those who look into one file: what each column was taken for, and its rows as printed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::personal::RowMask;
use crate::codes::{Item, Measure};
use crate::config::{Config, Role};
use crate::recognise::Table;
use crate::tables::LineItem;

/// A table as it was understood.
#[derive(Debug, Clone, Serialize)]
pub struct TableShape {
    /// 1-based order of the table in the file, as in `tables`.
    pub table_no: i32,
    /// Whether the money unit is the neighbours', none being printed for the table itself.
    pub unit_assumed: bool,
    /// Its columns from left to right.
    pub columns: Vec<ColumnShape>,
    /// Its body rows from the top down; the index of one plus 1 is the `row_no` of its line items.
    pub rows: Vec<RowShape>,
}

/// What a column was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnShape {
    /// The printed header, levels joined by `/`.
    pub header: String,
    /// What it holds: `code`, `code_class`, `code_section`, `code_item`, `name`, `counterpart`, `number`, `note`, `amount`, `unknown`.
    pub role: &'static str,
    /// What its amounts count.
    pub measure: Option<Measure>,
    /// The standard item whose amounts it holds, in forms whose items are columns.
    pub item: Option<Item>,
    /// 1-based number of its group: the columns of one group make one account a row, and a form with two sides has two groups.
    pub group: usize,
    /// The words above its group.
    pub group_heading: String,
}

/// A body row as printed.
#[derive(Debug, Clone, Serialize)]
pub struct RowShape {
    /// 1-based line of the decoded source.
    pub line: Option<i32>,
    /// The text of its cells; names and telephone numbers of persons are masked unless the configuration loads them.
    pub cells: Vec<String>,
}

impl TableShape {
    pub(super) fn of(table: &Table<'_, '_>, config: &Config) -> Self {
        let group_of = |column: usize| {
            let found = table.columns.groups.iter().position(|group| group.columns.contains(&column));
            found.map_or((1, String::new()), |index| (index + 1, table.columns.groups[index].heading.clone()))
        };
        let columns = table.columns.all.iter().enumerate().map(|(index, column)| {
            let (role, measure, item) = described(column.role);
            let (group, group_heading) = group_of(index);
            ColumnShape {
                header: column.header.to_string(),
                role,
                measure,
                item,
                group,
                group_heading,
            }
        });
        let mut mask = (!config.settings.personal_data.load).then(|| RowMask::new(&config.performance));
        let rows = table.rows.iter().map(|row| RowShape {
            line: row.position.line_number(),
            cells: row
                .cells
                .iter()
                .map(|cell| mask.as_mut().map_or_else(|| cell.trim().to_owned(), |mask| mask.cell(cell.trim())))
                .collect(),
        });
        Self {
            table_no: table.number,
            unit_assumed: table.unit.as_ref().is_some_and(|unit| unit.assumed),
            columns: columns.collect(),
            rows: rows.collect(),
        }
    }

    /// The rows, with their 1-based numbers, that none of the table's line items comes from.
    pub fn rows_without<'s>(&'s self, items: impl Iterator<Item = &'s LineItem>) -> impl Iterator<Item = (i32, &'s RowShape)> {
        let with: BTreeSet<i32> = items.map(|item| item.row_no).collect();
        (1..).zip(&self.rows).filter(move |(number, _)| !with.contains(number))
    }
}

fn described(role: Role) -> (&'static str, Option<Measure>, Option<Item>) {
    match role {
        Role::Code => ("code", None, None),
        Role::CodePart(0) => ("code_class", None, None),
        Role::CodePart(1) => ("code_section", None, None),
        Role::CodePart(_) => ("code_item", None, None),
        Role::Name => ("name", None, None),
        Role::Counterpart => ("counterpart", None, None),
        Role::Number => ("number", None, None),
        Role::Note => ("note", None, None),
        Role::Amount(measure) => ("amount", Some(measure), None),
        Role::ItemAmount(item, measure) => ("amount", Some(measure), Some(item)),
        Role::Unknown => ("unknown", None, None),
    }
}
