//! The amounts of a form's table → rows of `line_items`.

mod account;

use std::sync::Arc;

use account::Account;

use super::headings::unit_headings;
use super::{Notes, Provenance};
use crate::account::parent;
use crate::codes::{Form, Item, Layout, Measure, RejectCode, RowKind, Side, Stage};
use crate::config::{Config, Role, SideRule};
use crate::document::GridRow;
use crate::money::{BadAmount, MoneyCell, MoneyUnit, Yuan, parse_cell, to_yuan};
use crate::recognise::{Column, Group, Table};
use crate::tables::{LineItem, SharedText};
use crate::text::{clean_name, excerpt, is_blank, is_space};

/// Reads the amounts of tables of one document.
pub struct LineItems<'e, 'c> {
    /// Configuration.
    pub config: &'c Config,
    /// Budget or final account.
    pub stage: Stage,
    /// Where the rows come from.
    pub provenance: &'e Provenance,
}

/// A column group while the rows of a table are walked down.
struct Half<'t> {
    group: &'t Group,
    side: Side,
    code_columns: Vec<usize>,
    name_column: Option<usize>,
    counterpart_column: Option<usize>,
    /// Below a line of 上年结转, the sources of revenue are its parts.
    below_carryover: bool,
}

impl LineItems<'_, '_> {
    /// Adds the amounts of one table, row by row, left to right.
    pub fn of_table(&self, table: &Table<'_, '_>, items: &mut Vec<LineItem>, notes: &mut Notes) {
        let Some(unit) = &table.unit else {
            if table
                .rows
                .iter()
                .flat_map(|row| &row.cells)
                .any(|cell| matches!(parse_cell(cell), MoneyCell::Number(..)))
            {
                notes.warn(
                    RejectCode::NoUnit,
                    "no money unit is printed anywhere in the file, so the amounts of this table are left out".into(),
                    table.position,
                    table.title.as_deref(),
                );
            }
            return;
        };
        if names_no_rows(table) {
            notes.warn(
                RejectCode::LostColumn,
                "a table of figures under no header of codes or names, which may stand on another page; its amounts were left out".into(),
                table.position,
                table.title.as_deref().or(table.caption.first().map(String::as_str)),
            );
            return;
        }
        let before = items.len();
        let mut reader = TableReader {
            context: self,
            table,
            unit: unit.unit,
            unit_text: Arc::clone(&unit.text),
            headings: if matches!(table.spec.form, Form::ProjectExpenditure | Form::ProjectCarryover) {
                unit_headings(table)
            } else {
                Vec::new()
            },
            items,
            notes,
        };
        let mut sides: Vec<Half<'_>> = table
            .columns
            .groups
            .iter()
            .enumerate()
            .map(|(index, group)| side(table, index, group))
            .collect();
        for (row, number) in table.rows.iter().zip(1i32..) {
            reader.row(row, number, &mut sides);
        }
        if unit.assumed && items.len() > before {
            notes.warn(
                RejectCode::MissingUnit,
                format!(
                    "no money unit is printed for this table; {} was taken from the other tables",
                    unit.text
                ),
                table.position,
                table.title.as_deref(),
            );
        }
    }
}

/// Whether rows of figures stand below headers none of which is over codes, names or items: the right half of a table whose left one is
/// printed elsewhere. Of a single row, its columns tell what it is.
fn names_no_rows(table: &Table<'_, '_>) -> bool {
    let (mut money, mut named) = (Vec::new(), false);
    for (at, column) in table.columns.all.iter().enumerate() {
        match column.role {
            Role::Code | Role::CodePart(_) | Role::Name | Role::Counterpart | Role::ItemAmount(..) => named = true,
            Role::Amount(_) => money.push(at),
            Role::Number | Role::Note | Role::Unknown => {}
        }
    }
    let holds_figure = |row: &&GridRow<'_>| {
        let mut cells = money.iter().filter_map(|at| row.cells.get(*at));
        cells.any(|cell| matches!(parse_cell(cell), MoneyCell::Number(..)))
    };
    !named && !money.is_empty() && table.rows.iter().filter(holds_figure).nth(1).is_some()
}

fn side<'t>(table: &'t Table<'_, '_>, index: usize, group: &'t Group) -> Half<'t> {
    let all = &table.columns.all;
    let of_role = |wanted: fn(Role) -> bool| group.columns.clone().filter(move |column| wanted(all[*column].role));
    let headers = group
        .columns
        .clone()
        .find(|column| matches!(all[*column].role, Role::Amount(_)))
        .map_or("", |column| all[column].header.as_ref());
    let words = if table.spec.side == SideRule::ByGroup {
        group.heading.as_str()
    } else {
        headers
    };
    Half {
        group,
        side: table.spec.side_of(index, words),
        code_columns: of_role(|role| matches!(role, Role::Code | Role::CodePart(_))).collect(),
        name_column: of_role(|role| role == Role::Name).next_back(),
        counterpart_column: of_role(|role| role == Role::Counterpart).next(),
        below_carryover: false,
    }
}

struct TableReader<'r, 't, 'a, 'c, 'e> {
    context: &'r LineItems<'e, 'c>,
    table: &'t Table<'a, 'c>,
    unit: MoneyUnit,
    unit_text: SharedText,
    /// Rows of a project form that sum the projects of a unit.
    headings: Vec<bool>,
    items: &'r mut Vec<LineItem>,
    notes: &'r mut Notes,
}

impl TableReader<'_, '_, '_, '_, '_> {
    fn row(&mut self, row: &GridRow<'_>, number: i32, sides: &mut [Half<'_>]) {
        let mut without_amounts: Option<Account> = None;
        for side in sides {
            if let Some(figure) = self.figure_among_names(row, side) {
                self.notes.warn(
                    RejectCode::UnnamedRow,
                    format!(
                        "`{figure}` stands where the code or the name of an account should: the row's cells are shifted; it was left out"
                    ),
                    row.position,
                    Some(&row_text(row)),
                );
                continue;
            }
            let mut account = self.account(row, number, side);
            if self.table.spec.form == Form::DisclosureStatistics && account.item.is_none() {
                continue; // counts of vehicles and equipment
            }
            // 公用经费合计 is merged over the groups up to the last one, whose column holds its amount.
            if self.table.spec.form == Form::BasicExpenditure
                && account.name.is_empty()
                && account.code.is_none()
                && let Some(left) = &without_amounts
            {
                account = left.share();
            }
            let is_item = |column: usize| {
                matches!(
                    self.table.columns.all.get(column).map(|column| column.role),
                    Some(Role::ItemAmount(..))
                )
            };
            let is_unnamed = account.name.is_empty()
                && account.code.is_none()
                && account.kind == RowKind::Item
                && !side.group.columns.clone().any(is_item);
            if is_unnamed && matches!(self.table.layout, Layout::Linear | Layout::Aligned) {
                self.leave_out_unnamed(row, side);
                continue;
            }
            side.below_carryover = match account.item {
                Some(Item::PriorYearCarryover) => true,
                _ if account.kind == RowKind::Total => false,
                _ => side.below_carryover,
            };
            let mut amounts = 0;
            for column in side.group.columns.clone() {
                amounts += usize::from(self.amount(row, number, side, column, &account));
            }
            without_amounts = (amounts == 0 && account.kind == RowKind::Total).then(|| account.share());
            if amounts > 0 && is_unnamed {
                self.notes.warn(
                    RejectCode::UnnamedRow,
                    "amounts in a row without code and name".into(),
                    row.position,
                    Some(&row_text(row)),
                );
            }
        }
        if let Some(extra) = row
            .cells
            .get(self.table.columns.all.len()..)
            .and_then(|cells| cells.iter().find(|cell| !is_blank(cell)))
        {
            self.notes.warn(
                RejectCode::ExtraCells,
                format!("a cell beyond the table's columns was left out: {}", extra.trim()),
                row.position,
                Some(&row_text(row)),
            );
        }
    }

    /// In lines of text the name of a row without one stands somewhere else.
    fn leave_out_unnamed(&mut self, row: &GridRow<'_>, side: &Half<'_>) {
        let mut cells = side.group.columns.clone().filter_map(|column| row.cells.get(column));
        if cells.any(|cell| matches!(parse_cell(cell), MoneyCell::Number(..))) {
            self.notes.warn(
                RejectCode::UnnamedRow,
                "figures without code and name; they were left out".into(),
                row.position,
                Some(&row_text(row)),
            );
        }
    }

    /// An amount in a column of codes or names, of a row with more of them: none of its amounts stands where it belongs.
    fn figure_among_names<'t>(&self, row: &'t GridRow<'_>, side: &Half<'_>) -> Option<&'t str> {
        let is_amount = |cell: &str| cell.contains(['.', ',']) && matches!(parse_cell(cell), MoneyCell::Number(..));
        let names = side
            .code_columns
            .iter()
            .copied()
            .chain(side.name_column)
            .chain(side.counterpart_column);
        names
            .filter_map(|column| row.cells.get(column))
            .map(|cell| cell.trim_matches(is_space))
            .find(|cell| is_amount(cell))
    }

    /// Adds the amount of one cell, if it holds one.
    fn amount(&mut self, row: &GridRow<'_>, number: i32, side: &Half<'_>, column: usize, account: &Account) -> bool {
        let Some(Column { role, header }) = self.table.columns.all.get(column) else {
            return false;
        };
        let Some(cell) = row
            .cells
            .get(column)
            .map(|cell| cell.trim_matches(is_space))
            .filter(|cell| !cell.is_empty())
        else {
            return false;
        };
        let (measure, item) = match role {
            Role::Amount(measure) => (*measure, None),
            Role::ItemAmount(item, measure) => (*measure, Some(*item)),
            Role::Unknown if matches!(parse_cell(cell), MoneyCell::Number(..)) => {
                self.notes.warn(
                    RejectCode::UnknownColumn,
                    format!("the column `{header}` is not known; its amounts have measure `unknown`"),
                    row.position,
                    Some(&row_text(row)),
                );
                (Measure::Unknown, None)
            }
            Role::Unknown if matches!(parse_cell(cell), MoneyCell::Bad(BadAmount::Malformed)) => {
                self.yuan(row, cell);
                return false;
            }
            _ => return false,
        };
        let Some((amount, unit_text)) = self.yuan(row, cell) else {
            return false;
        };
        let (form, account) = match item {
            Some(item) => self.item_column(item, header),
            None => (self.table.spec.form, account.share()),
        };
        self.items.push(LineItem {
            document_id: Arc::clone(&self.context.provenance.document_id),
            stage: self.context.stage,
            form,
            side: if self.is_revenue_column(measure) {
                Side::Revenue
            } else {
                side.side
            },
            row_kind: account.kind,
            classification: account.classification,
            parent_code: account.code.as_deref().and_then(parent).map(str::to_owned),
            account_code: account.code,
            account_name: account.name,
            account_text: account.text,
            counterpart_name: side
                .counterpart_column
                .and_then(|column| row.cells.get(column))
                .map(|cell| clean_name(cell))
                .filter(|name| !name.is_empty()),
            project_name: account.project,
            item: account.item,
            measure,
            amount,
            amount_text: cell.to_owned(),
            money_unit: unit_text,
            column_header: Arc::clone(header),
            table_no: self.table.number,
            row_no: number,
            line: row.position.line_number(),
            page: row.position.page_number(),
            sheet: None,
        });
        true
    }

    /// 本年收入 beside 本年支出 in the table of a fund is the one column of revenue.
    fn is_revenue_column(&self, measure: Measure) -> bool {
        measure == Measure::CurrentRevenue
    }

    fn yuan(&mut self, row: &GridRow<'_>, cell: &str) -> Option<(Yuan, SharedText)> {
        let bad = match parse_cell(cell) {
            MoneyCell::Number(number, unit) => match to_yuan(number, unit.unwrap_or(self.unit)) {
                Ok(yuan) => return Some((yuan, unit.map_or_else(|| Arc::clone(&self.unit_text), |unit| Arc::from(unit.text)))),
                Err(bad) => bad,
            },
            MoneyCell::Bad(bad) => bad,
            MoneyCell::Blank | MoneyCell::NotApplicable => return None,
        };
        let code = match bad {
            BadAmount::Range => RejectCode::AmountRange,
            BadAmount::Inexact => RejectCode::AmountInexact,
            BadAmount::NotANumber | BadAmount::Malformed => RejectCode::BadAmount,
        };
        self.notes.warn(
            code,
            format!("`{}` in a money column {bad}; it was left out", excerpt(cell, 80)),
            row.position,
            Some(&row_text(row)),
        );
        None
    }
}

fn row_text(row: &GridRow<'_>) -> String {
    excerpt(&row.cells.join("\t"), 200)
}
