//! The rows of one table with their accounts and amounts, in the widest form that the screen has room for.

use std::collections::{BTreeMap, BTreeSet};

use budgetlake::codes::{Code, Item, Measure, RowKind};
use budgetlake::extract::{RowShape, TableShape};
use budgetlake::tables::LineItem;
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use console::{Style, style};

use super::paper::{Paper, printable, wrap};
use crate::summary::grouped;

/// What the table of rows is indented by.
const INDENT: usize = 2;
/// A column of names may be squeezed to this.
const NARROWEST_NAME: usize = 20;
/// Rows without amounts are shown up to this many columns.
const SILENT: usize = 40;
/// On a screen, longer words in the header are broken at an underscore.
const LONG_WORD: usize = 14;

/// A row that is read as one account; a row with two sides is two.
struct Line<'i> {
    row_no: i32,
    line: Option<i32>,
    account: Option<&'i LineItem>,
    silent: String,
    /// The amounts by the column in which they are shown.
    amounts: BTreeMap<usize, &'i LineItem>,
}

/// What is shown in one column: a measure, and which of several columns of it within a group.
struct Shown {
    measure: Measure,
    headers: BTreeSet<String>,
}

/// How amounts are arranged, from the widest to the narrowest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arrangement {
    /// A column for what is printed and one for the yuan.
    Beside,
    /// The yuan below what is printed.
    Below,
    /// One line for each amount.
    Listed,
}

/// Writes the rows.
pub fn write(items: &[&LineItem], shape: &TableShape, paper: &mut Paper) {
    if items.is_empty() {
        return bare(&shape.rows, paper);
    }
    let (lines, shown) = lines(items, shape);
    let room = paper.width().map(|width| width.saturating_sub(INDENT));
    let sheet = Sheet {
        lines: &lines,
        shown: &shown,
        with_yuan: items
            .iter()
            .any(|item| item.amount_text.replace(',', "") != item.amount.to_string()),
        with_code: items.iter().any(|item| item.account_code.is_some()),
        with_item: items.iter().any(|item| item.item.is_some()),
        with_counterpart: items.iter().any(|item| item.counterpart_name.is_some()),
        with_side: items.iter().any(|item| item.side != items[0].side),
    };
    let table = [Arrangement::Beside, Arrangement::Below, Arrangement::Listed]
        .into_iter()
        .find_map(|arrangement| sheet.table(arrangement, room))
        .unwrap_or_default();
    for line in table.lines() {
        paper.line(format!("{}{line}", " ".repeat(INDENT)));
    }
}

/// Rows that no amounts were read from, as printed.
fn bare(rows: &[RowShape], paper: &mut Paper) {
    let numbers: Vec<String> = rows
        .iter()
        .map(|row| row.line.map_or(String::new(), |line| line.to_string()))
        .collect();
    let widest = numbers.iter().map(String::len).max().unwrap_or(0).max(4);
    if !rows.is_empty() {
        paper.line(style(format!("  {:>widest$}  as printed", "line")).dim());
    }
    for (row, number) in rows.iter().zip(numbers) {
        let lead = format!("  {}  ", style(format!("{number:>widest$}")).dim());
        paper.hanging(&lead, widest + 4, &joined(row), &Style::new());
    }
}

fn joined(row: &RowShape) -> String {
    let cells: Vec<String> = row.cells.iter().map(|cell| printable(cell)).collect();
    cells.join(" │ ").trim_end_matches([' ', '│']).to_owned()
}

/// A row without amounts in the column of names.
fn silent(row: &RowShape) -> String {
    let cells: Vec<String> = row
        .cells
        .iter()
        .map(|cell| printable(cell))
        .filter(|cell| !cell.is_empty())
        .collect();
    let mut pieces = wrap(&cells.join(" │ "), Some(SILENT)).into_iter();
    let first = pieces.next().unwrap_or_default();
    if pieces.next().is_some() { format!("{first}…") } else { first }
}

fn lines<'i>(items: &[&'i LineItem], shape: &TableShape) -> (Vec<Line<'i>>, Vec<Shown>) {
    let mut lines: Vec<Line<'i>> = Vec::new();
    let mut last: Option<(i32, usize, Option<Item>)> = None;
    let mut used = BTreeSet::new();
    // Keyed by the first column that shows it, so that they stand in printed order.
    let mut shown: Vec<(usize, u8, Shown)> = Vec::new();
    let mut places: Vec<(usize, usize)> = Vec::new();
    for item in items {
        if last.is_none_or(|(row, ..)| row != item.row_no) {
            used.clear();
        }
        let matching = |column: &usize| shape.columns[*column].header == *item.column_header && !used.contains(column);
        let column = (0..shape.columns.len()).find(matching).unwrap_or(0);
        used.insert(column);
        let group = shape.columns.get(column).map_or(1, |column| column.group);
        let item_column = shape.columns.get(column).and_then(|column| column.item);
        let account = (item.row_no, group, item_column);
        if last != Some(account) {
            lines.push(Line {
                row_no: item.row_no,
                line: item.line,
                account: Some(item),
                silent: String::new(),
                amounts: BTreeMap::new(),
            });
            last = Some(account);
        }
        let twins = shape.columns.iter().take(column).filter(|other| {
            (other.group, other.item) == (group, item_column)
                && other.measure.unwrap_or(Measure::Unknown) == item.measure
                && matches!(other.role, "amount" | "unknown")
        });
        let nth = u8::try_from(twins.count()).unwrap_or(u8::MAX);
        let at = shown.iter().position(|(_, of, shown)| (*of, shown.measure) == (nth, item.measure));
        let at = at.unwrap_or_else(|| {
            let headers = BTreeSet::new();
            shown.push((
                column,
                nth,
                Shown {
                    measure: item.measure,
                    headers,
                },
            ));
            shown.len() - 1
        });
        shown[at].0 = shown[at].0.min(column);
        let leaf = item.column_header.rsplit('/').next().unwrap_or_default();
        shown[at].2.headers.insert(printable(leaf));
        places.push((lines.len() - 1, at));
    }
    // The columns in printed order.
    let mut order: Vec<usize> = (0..shown.len()).collect();
    order.sort_by_key(|at| shown[*at].0);
    for ((line, at), item) in places.into_iter().zip(items) {
        let column = order.iter().position(|of| *of == at).unwrap_or(at);
        lines[line].amounts.insert(column, item);
    }
    let silent = shape.rows_without(items.iter().copied()).map(|(row_no, row)| Line {
        row_no,
        line: row.line,
        account: None,
        silent: silent(row),
        amounts: BTreeMap::new(),
    });
    lines.extend(silent.collect::<Vec<_>>());
    // Stable: the two sides of a row stay in their order.
    lines.sort_by_key(|line| line.row_no);
    shown.sort_by_key(|(column, ..)| *column);
    (lines, shown.into_iter().map(|(_, _, shown)| shown).collect())
}

impl Shown {
    /// The measure above the printed header.
    fn head(&self, narrow: bool) -> String {
        let code = self.measure.code();
        let headers: Vec<&str> = self.headers.iter().map(String::as_str).collect();
        let code = if narrow { broken(code) } else { code.to_owned() };
        format!("{code}\n{}", headers.join(", "))
    }
}

/// A code in lines that break behind an underscore.
fn broken(code: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for part in code.split_inclusive('_') {
        if length > 0 && length + part.len() > LONG_WORD {
            lines.push('\n');
            length = 0;
        }
        lines.push_str(part);
        length += part.len();
    }
    lines
}

struct Sheet<'s> {
    lines: &'s [Line<'s>],
    shown: &'s [Shown],
    /// Whether the yuan differ from what is printed.
    with_yuan: bool,
    with_code: bool,
    with_item: bool,
    with_counterpart: bool,
    with_side: bool,
}

impl Sheet<'_> {
    /// The table, if there is room for it; the narrowest is made to fit.
    fn table(&self, arrangement: Arrangement, room: Option<usize>) -> Option<Table> {
        let mut table = Table::new();
        table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
        table.set_content_arrangement(ContentArrangement::Disabled);
        if console::colors_enabled() {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let names = self.header(&mut table, arrangement, room.is_some());
        for line in self.lines {
            self.rows(line, arrangement, &mut table);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 1));
        }
        let Some(room) = room else { return Some(table) };
        let natural = table.lines().next().map_or(0, |line| console::measure_text_width(&line));
        if natural <= room {
            return Some(table);
        }
        let spare: usize = names
            .iter()
            .map(|column| usize::from(table.column_max_content_widths()[*column]).saturating_sub(NARROWEST_NAME))
            .sum();
        if natural - spare.min(natural) > room && arrangement != Arrangement::Listed {
            return None;
        }
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(room).unwrap_or(u16::MAX));
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_constraint(if names.contains(&index) {
                ColumnConstraint::LowerBoundary(Width::Fixed(u16::try_from(NARROWEST_NAME / 2).unwrap_or(u16::MAX)))
            } else {
                ColumnConstraint::ContentWidth
            });
        }
        Some(table)
    }

    /// Sets the header; returns the columns of names, which may be squeezed.
    fn header(&self, table: &mut Table, arrangement: Arrangement, narrow: bool) -> Vec<usize> {
        let mut cells = vec![right("row"), right("line")];
        let mut names = Vec::new();
        let optional = [(self.with_side, "side"), (self.with_code, "code")];
        cells.extend(optional.iter().filter(|(with, _)| *with).map(|(_, name)| left(name)));
        names.push(cells.len());
        cells.push(left("account"));
        if self.with_counterpart {
            names.push(cells.len());
            cells.push(left("counterpart"));
        }
        if self.with_item {
            match arrangement {
                // There is no room for one more column: the item stands below its account.
                Arrangement::Listed => cells[names[0]] = left("account\nitem"),
                _ => cells.push(left("item")),
            }
        }
        let unit = self.unit();
        let heads: Vec<String> = self.shown.iter().map(|shown| shown.head(narrow)).collect();
        match arrangement {
            Arrangement::Listed => {
                cells.push(left("measure"));
                cells.push(right(&format!("printed\n{unit}")));
                cells.push(right("yuan"));
            }
            Arrangement::Beside if self.with_yuan => {
                for head in heads {
                    // Yuan stands beside the unit, in the last line.
                    let above = "\n".repeat(head.lines().count());
                    cells.push(right(&format!("{head}\n{unit}")));
                    cells.push(right(&format!("{above}yuan")));
                }
            }
            Arrangement::Below if self.with_yuan => cells.extend(heads.iter().map(|head| right(&format!("{head}\n{unit}\nyuan")))),
            _ => cells.extend(heads.iter().map(|head| right(&format!("{head}\n{unit}")))),
        }
        table.set_header(cells.into_iter().map(|cell| cell.add_attribute(Attribute::Bold)));
        names
    }

    /// The units that are printed; mostly one.
    fn unit(&self) -> String {
        let units: BTreeSet<&str> = self
            .lines
            .iter()
            .flat_map(|line| line.amounts.values())
            .map(|item| &*item.money_unit)
            .collect();
        units.into_iter().map(printable).collect::<Vec<_>>().join(", ")
    }

    fn rows(&self, line: &Line<'_>, arrangement: Arrangement, table: &mut Table) {
        let style = |cell: Cell| match line.account {
            None => cell.add_attribute(Attribute::Dim),
            Some(account) if account.row_kind == RowKind::Total => cell.add_attribute(Attribute::Bold),
            Some(_) => cell,
        };
        if arrangement != Arrangement::Listed || line.amounts.is_empty() {
            let mut cells = self.account(line, arrangement, false);
            for column in 0..self.shown.len() {
                cells.extend(self.amount(line.amounts.get(&column).copied(), arrangement));
            }
            table.add_row(cells.into_iter().map(style));
            return;
        }
        for (index, (column, item)) in line.amounts.iter().enumerate() {
            let mut cells = self.account(line, arrangement, index > 0);
            cells.push(left(&broken(self.shown[*column].measure.code())));
            cells.push(right(&printable(&item.amount_text)));
            cells.push(right(&grouped(&item.amount.to_string())));
            table.add_row(cells.into_iter().map(style));
        }
    }

    /// The cells in front of the amounts; `again` where the line above has said them.
    fn account(&self, line: &Line<'_>, arrangement: Arrangement, again: bool) -> Vec<Cell> {
        let account = line.account.filter(|_| !again);
        let number = |number: Option<i32>| right(&number.filter(|_| !again).map_or(String::new(), |number| number.to_string()));
        let mut cells = vec![number(Some(line.row_no)), number(line.line).add_attribute(Attribute::Dim)];
        let text = |text: Option<&str>| left(&text.map_or(String::new(), printable));
        if self.with_side {
            cells.push(left(&account.map_or(String::new(), |item| item.side.meaning().to_owned())));
        }
        if self.with_code {
            cells.push(text(account.and_then(|item| item.account_code.as_deref())));
        }
        let item = account.and_then(|item| item.item).map_or(String::new(), |item| item.to_string());
        let mut name = match (again, line.account) {
            (true, _) => String::new(),
            (false, Some(account)) => printable(&account.account_name),
            (false, None) => line.silent.clone(),
        };
        let below = self.with_item && arrangement == Arrangement::Listed;
        if below && !item.is_empty() {
            name = format!("{name}\n{item}");
        }
        cells.push(left(&name));
        if self.with_counterpart {
            cells.push(text(account.and_then(|item| item.counterpart_name.as_deref())));
        }
        if self.with_item && !below {
            cells.push(left(&item));
        }
        cells
    }

    fn amount(&self, item: Option<&LineItem>, arrangement: Arrangement) -> Vec<Cell> {
        let printed = item.map_or(String::new(), |item| printable(&item.amount_text));
        let yuan = item.map_or(String::new(), |item| grouped(&item.amount.to_string()));
        match arrangement {
            _ if !self.with_yuan => vec![right(&printed)],
            Arrangement::Beside => vec![right(&printed), right(&yuan).add_attribute(Attribute::Dim)],
            _ if item.is_none() => vec![right("")],
            _ => vec![right(&format!("{printed}\n{yuan}"))],
        }
    }
}

fn left(text: &str) -> Cell {
    Cell::new(text)
}

fn right(text: &str) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}
