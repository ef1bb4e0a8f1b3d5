//! Names that go on in the row below their own: a converter has made a row of every line of a cell.

use std::borrow::Cow;

use crate::codes::{Form, Layout, Side};
use crate::config::{Config, Role, name_key};
use crate::document::{GridRow, Position};
use crate::money::{MoneyCell, parse_cell};
use crate::recognise::{Table, bodies};
use crate::text::{clean_name, is_space};

/// The longest end of a project's name that is taken for one: a unit's name over its projects is longer.
const LONGEST_TAIL: usize = 6;

/// Puts such ends behind their names; their rows are left empty, so that all rows keep their numbers. What
/// stands on `cut`, the row that the end of the file has cut, is no end of a name but the beginning of one.
pub fn join_names(table: &mut Table<'_, '_>, cut: Option<Position>, config: &Config) {
    if !matches!(table.layout, Layout::Tabbed | Layout::Pipes) {
        return;
    }
    let mut above: Option<usize> = None;
    for index in 0..table.rows.len() {
        let Some(column) = only_cell(&table.rows[index]) else {
            above = Some(index);
            continue;
        };
        let Some(above) = above.filter(|above| cut != Some(table.rows[index].position) && goes_on(table, *above, index, column, config))
        else {
            continue;
        };
        let tail = std::mem::take(&mut table.rows[index].cells[column]);
        let name = &mut table.rows[above].cells[column];
        *name = Cow::Owned(format!("{}{}", name.trim_end_matches(is_space), tail.trim_matches(is_space)));
    }
}

fn is_blank(cell: &str) -> bool {
    cell.trim_matches(is_space).is_empty()
}

/// The only cell of a row that holds anything.
fn only_cell(row: &GridRow<'_>) -> Option<usize> {
    let mut filled = (0..row.cells.len()).filter(|column| !is_blank(&row.cells[*column]));
    let first = filled.next()?;
    filled.next().is_none().then_some(first)
}

/// Whether the lone cell of row `index` ends the name in the same column of row `above`.
fn goes_on(table: &Table<'_, '_>, above: usize, index: usize, column: usize, config: &Config) -> bool {
    let all = &table.columns.all;
    let Some(group) = table.columns.groups.iter().find(|group| group.columns.contains(&column)) else {
        return false;
    };
    let is_name = all
        .get(column)
        .is_some_and(|column| matches!(column.role, Role::Name | Role::Counterpart));
    let cell = |column: usize| table.rows[above].cells.get(column).map_or("", |cell| cell.trim_matches(is_space));
    let (name, tail) = (cell(column), table.rows[index].cells[column].trim_matches(is_space));
    let has_figures = group
        .columns
        .clone()
        .any(|column| matches!(parse_cell(cell(column)), MoneyCell::Number(..)));
    if !is_name || is_blank(name) || !has_figures {
        return false;
    }
    if is_known(table, tail, config) {
        return false;
    }
    let joined = clean_name(&format!("{name}{tail}"));
    if is_known(table, &joined, config) || bodies(&table.caption).iter().any(|body| body.name == joined) {
        return true;
    }
    let is_code = |column: &usize| matches!(all[*column].role, Role::Code | Role::CodePart(_));
    let mut codes = group.columns.clone().filter(is_code).peekable();
    if codes.peek().is_some() {
        return codes.any(|column| !is_blank(cell(column)));
    }
    matches!(table.spec.form, Form::ProjectExpenditure | Form::ProjectCarryover)
        && tail.chars().count() <= LONGEST_TAIL
        && !tail.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Whether a name is that of a standard line or account.
fn is_known(table: &Table<'_, '_>, name: &str, config: &Config) -> bool {
    let key = name_key(name);
    let form = table.spec.form;
    let sides = [Side::Revenue, Side::Expenditure];
    config.items.is_total(&key)
        || sides.iter().any(|side| config.items.find(&key, form, *side).is_some())
        || config.accounts.functional_class(&key).is_some()
        || form == Form::BasicExpenditure && config.accounts.is_economic_name(&key)
}
