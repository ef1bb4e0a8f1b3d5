//! Tables in cells that have lost a column: what is left stands under the wrong headers, and none of it is published.

use rust_decimal::Decimal;

use crate::codes::Layout;
use crate::config::{Config, Role, RowRule, name_key};
use crate::document::GridRow;
use crate::money::{MoneyCell, parse_cell};
use crate::recognise::{Group, Table};
use crate::solve::{Cell, Figures, RowSums};
use crate::text::is_space;

/// Fewer rows than this tell nothing.
const FEWEST: usize = 3;

/// Why the cells of a table cannot be under the headers that they belong to; `None` where nothing says so.
pub fn lost_column(table: &Table<'_, '_>, config: &Config) -> Option<&'static str> {
    if !matches!(table.layout, Layout::Tabbed | Layout::Pipes) {
        return None;
    }
    let rows: Vec<&GridRow<'_>> = table
        .rows
        .iter()
        .filter(|row| row.cells.iter().any(|cell| is_number(cell)))
        .collect();
    if rows.len() < FEWEST {
        return None;
    }
    let groups = &table.columns.groups;
    if groups.iter().any(|group| names_among_money(table, group)) {
        return Some("names stand in a column of money");
    }
    if groups.iter().any(|group| codes_of_two(table, group)) {
        return Some("codes of two accounts stand in front of one amount");
    }
    if table.spec.rows == RowRule::TwoSided && groups.first().is_some_and(|group| classes_on_the_left(table, group, config)) {
        return Some("classes of expenditure stand on the side of revenue");
    }
    let width = table.columns.all.len();
    let narrow = rows.iter().all(|row| row.cells.len() + 1 == width);
    let last_is_empty = rows.iter().all(|row| row.cells.get(width - 1).is_none_or(|cell| is_blank(cell)));
    if !(narrow || last_is_empty) {
        return None;
    }
    let sums = Sums::of(table, &rows, config);
    // Where empty cells at the end of rows are kept, one that is missing stood somewhere else.
    if narrow && (sums.fail_mostly() || rows.iter().any(|row| ends_empty(row))) {
        return Some("every row has one cell less than the header");
    }
    (last_is_empty && sums.fail_mostly()).then_some("its last column is empty and hardly any of its rows adds up")
}

fn is_blank(cell: &str) -> bool {
    cell.trim_matches(is_space).is_empty()
}

fn is_number(cell: &str) -> bool {
    matches!(parse_cell(cell), MoneyCell::Number(..))
}

fn ends_empty(row: &GridRow<'_>) -> bool {
    row.cells.last().is_some_and(|cell| is_blank(cell))
}

/// Whether a money column of a group holds more words than figures.
fn names_among_money(table: &Table<'_, '_>, group: &Group) -> bool {
    let is_money = |column: &usize| matches!(table.columns.all[*column].role, Role::Amount(_));
    group.columns.clone().filter(is_money).any(|column| {
        let cells = || {
            table
                .rows
                .iter()
                .filter_map(|row| row.cells.get(column))
                .filter(|cell| !is_blank(cell))
        };
        let is_name = |cell: &str| cell.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() > 2;
        let names = cells().filter(|cell| is_name(cell)).count();
        names >= FEWEST && names > cells().filter(|cell| is_number(cell)).count()
    })
}

/// Whether rows of a group print two whole codes, of the second of which the first amount is missing.
fn codes_of_two(table: &Table<'_, '_>, group: &Group) -> bool {
    let is_code = |column: &usize| table.columns.all[*column].role == Role::Code;
    let columns: Vec<usize> = group.columns.clone().filter(is_code).collect();
    let is_whole = |cell: &str| matches!(cell.len(), 3 | 5 | 7) && cell.bytes().all(|byte| byte.is_ascii_digit());
    let two = |row: &&GridRow<'_>| {
        let cells = columns.iter().filter_map(|column| row.cells.get(*column));
        cells.filter(|cell| is_whole(cell.trim_matches(is_space))).count() > 1
    };
    columns.len() > 1 && table.rows.iter().filter(two).count() >= FEWEST
}

/// Whether rows of the left side of a form with two sides have figures of functional classes, which stand on the right.
fn classes_on_the_left(table: &Table<'_, '_>, group: &Group, config: &Config) -> bool {
    let all = &table.columns.all;
    let Some(name) = group.columns.clone().rev().find(|column| all[*column].role == Role::Name) else {
        return false;
    };
    let is_class = |row: &GridRow<'_>| {
        let name = row.cells.get(name).map_or("", |cell| cell.as_ref());
        config.accounts.functional_class(&name_key(name)).is_some()
    };
    let has_figure = |row: &GridRow<'_>| {
        group
            .columns
            .clone()
            .any(|column| row.cells.get(column).is_some_and(|cell| is_number(cell)))
    };
    table.rows.iter().filter(|row| has_figure(row) && is_class(row)).count() >= 2
}

/// How many rows add up as printed, of those with figures.
#[derive(Default)]
struct Sums {
    right: usize,
    wrong: usize,
}

impl Sums {
    fn of(table: &Table<'_, '_>, rows: &[&GridRow<'_>], config: &Config) -> Self {
        let mut sums = Self::default();
        for group in &table.columns.groups {
            sums.count(table, group, rows, config);
        }
        sums
    }

    fn count(&mut self, table: &Table<'_, '_>, group: &Group, rows: &[&GridRow<'_>], config: &Config) {
        let mut cells = Vec::new();
        let mut places = Vec::new();
        for column in group.columns.clone() {
            if let Role::Amount(measure) = table.columns.all[column].role {
                cells.push(Cell::Measure(measure));
                places.push(column);
            }
        }
        if cells.len() < 2 {
            return;
        }
        let known = RowSums::of(table.spec.form, &cells, &config.checks);
        if known.is_empty() {
            return;
        }
        let (mut at, mut values): (Vec<usize>, Vec<Decimal>) = (Vec::new(), Vec::new());
        for row in rows {
            at.clear();
            values.clear();
            for (place, column) in places.iter().enumerate() {
                if let Some(MoneyCell::Number(value, _)) = row.cells.get(*column).map(|cell| parse_cell(cell)) {
                    at.push(place);
                    values.push(value);
                }
            }
            if values.is_empty() {
                continue;
            }
            if Figures::of(&values).is_some_and(|figures| known.hold(&at, &figures)) {
                self.right += 1;
            } else {
                self.wrong += 1;
            }
        }
    }

    /// Whether more rows don't add up than do.
    fn fail_mostly(&self) -> bool {
        self.wrong >= FEWEST && self.wrong > self.right
    }
}
