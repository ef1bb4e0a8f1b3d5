//! Tables whose cells are gone: lines of text → accounts with the figures behind their names.
//!
//! What decides a figure's column is kept as a hint (the place on the line, the number of separators) or left open; `solve` settles
//! what is open by the identities of the form.

mod accounts;
mod aligned;
mod clusters;
mod columns;
mod groups;
mod header;
mod items;
mod line;
mod names;
mod places;
mod rows;
mod stacked;
mod tokens;
mod words;

use rust_decimal::Decimal;

use crate::codes::{Form, Layout, Side};
use crate::config::{Config, FormSpec, RowRule, name_key};
use crate::document::Position;
use crate::recognise::Columns;

pub use columns::Metric;
use line::Line;
pub use line::OpenLine;

pub use header::LineHeader;
use header::is_numbering_line;
pub use tokens::{Kind, Token, Tokens, tokenise};

/// A figure as printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// As printed.
    pub text: String,
    /// Its value in the printed unit.
    pub value: Decimal,
    /// The money column that the layout puts it in, counted from 0 within its group; `None` where the layout does not say.
    pub slot: Option<usize>,
}

/// An account of a table whose cells are gone.
#[derive(Debug, Clone)]
pub struct LineAccount {
    /// Code as printed, parts joined; empty where none is printed.
    pub code: String,
    /// Name as printed, its pieces joined.
    pub name: String,
    /// The second name of the row, where the form has one.
    pub counterpart: String,
    /// Figures from left to right.
    pub figures: Vec<Figure>,
    /// The column group that it belongs to.
    pub group: usize,
    /// Where it starts.
    pub position: Position,
    /// Its figures' columns are told by their places alone, where the identities of the row allow others too.
    pub likely: bool,
    /// The last line that it takes.
    pub end: u32,
    /// Which printed row of the table it is part of, 1-based.
    pub row: i32,
}

/// A table that was read from lines, before its figures have columns.
#[derive(Debug, Clone)]
pub struct LineTable {
    /// Its columns; the header as far as its words are known.
    pub columns: Columns,
    /// Its accounts in printed order.
    pub accounts: Vec<LineAccount>,
    /// How the lines were laid out.
    pub layout: Layout,
    /// The header tells few of the columns: figures are not put into them.
    pub is_guess: bool,
    /// Pieces of text with figures that belong to no account.
    pub stray: Vec<(Position, String)>,
}

/// What the lines of a table are read by.
#[derive(Debug, Clone, Copy)]
struct Context<'c> {
    header: &'c LineHeader,
    spec: &'c FormSpec,
    config: &'c Config,
    /// How places are measured.
    metric: Metric,
}

impl Context<'_> {
    /// Whether a printed name is that of a class, an economic account where the form lists them, or a standard line.
    fn is_known(&self, name: &str, side: Side) -> bool {
        let key = name_key(name);
        let (items, accounts) = (&self.config.items, &self.config.accounts);
        accounts.functional_class(&key).is_some()
            || self.spec.form == Form::BasicExpenditure && accounts.is_economic_name(&key)
            || items.is_total(&key)
            || items.find(&key, self.spec.form, side).is_some()
    }

    /// Whether a printed name is that of a total or another standard line of the form.
    fn is_standard(&self, name: &str, side: Side) -> bool {
        let key = name_key(name);
        self.config.items.is_total(&key) || self.config.items.find(&key, self.spec.form, side).is_some()
    }
}

/// Reads the lines below a title as a table of `spec`. `metric` says that lines keep columns by position, and how places are measured.
pub fn cut(lines: &[&OpenLine<'_>], spec: &FormSpec, metric: Option<Metric>, config: &Config) -> Option<LineTable> {
    if let Some(table) = stacked::cut(lines, spec, config) {
        return Some(table);
    }
    let mut head: Vec<Line<'_>> = lines.iter().map(|line| Line::of(line)).collect();
    let body_at = header::body_start(&head, config)?;
    let named = metric.is_some() || spec.rows == RowRule::Named;
    let body_at = if named {
        body_at - header::name_pieces_above(&head[..body_at], metric.unwrap_or(Metric::Chars), config)
    } else {
        body_at
    };
    let body = head.split_off(body_at);
    let mut header = LineHeader::of(&head, spec, metric, config);
    header.numbered |= lines.iter().any(|line| line.text.contains("行次"));
    let context = Context {
        header: &header,
        spec,
        config,
        metric: metric.unwrap_or(Metric::Chars),
    };
    let mut table = if metric.is_some() {
        let mut table = aligned::cut(body, head, &context);
        table.is_guess = !header.tells_columns();
        table
    } else {
        accounts::cut(&body, &context)
    };
    table.accounts.iter_mut().for_each(|account| complete_name(account, config));
    table
        .accounts
        .retain(|account| !(account.name.is_empty() && account.code.is_empty() && account.figures.is_empty()));
    Some(table)
}

/// Of a name that wraps in a narrow column, pieces may be lost among those of its neighbours; the code of an economic account
/// (部门预算支出经济分类) tells the whole. A name without its last word or two is one of the forms in which such names are printed.
fn complete_name(account: &mut LineAccount, config: &Config) {
    let Some(whole) = config.accounts.economic_name(&account.code) else {
        return;
    };
    let is_piece = whole.contains(&account.name);
    let missing = whole.chars().count().saturating_sub(account.name.chars().count());
    if is_piece && (missing > LAST_WORD || missing > 0 && !whole.starts_with(&account.name)) {
        whole.clone_into(&mut account.name);
    }
}

/// How many characters the last word of a name has at most.
const LAST_WORD: usize = 2;

/// Evidence for one of the two ways in which lines keep cells apart: (aligned by position, single separators).
pub fn alignment_evidence<'l, 'a: 'l>(lines: impl Iterator<Item = &'l OpenLine<'a>>) -> (usize, usize) {
    let (mut aligned, mut linear) = (0, 0);
    for line in lines.filter(|line| line.text.contains('.')) {
        let Some(gap) = gap_behind_name(line) else { continue };
        match gap {
            0 | 1 => linear += 1,
            2 => {}
            _ => aligned += 1,
        }
        if aligned + linear >= ENOUGH_EVIDENCE {
            break;
        }
    }
    (aligned, linear)
}

/// The white space between the first text that has an amount behind it and that amount, in characters.
fn gap_behind_name(line: &OpenLine<'_>) -> Option<usize> {
    let mut behind_text = false;
    for token in line.tokens() {
        if behind_text && token.is_money() {
            return Some(token.gap);
        }
        behind_text = token.kind == Kind::Text;
    }
    None
}

/// Lines that are enough to tell how a file is laid out.
const ENOUGH_EVIDENCE: usize = 2_000;

/// The side of a group in a two-sided form.
pub fn side_of_group(group: usize) -> Side {
    if group == 0 { Side::Revenue } else { Side::Expenditure }
}
