//! The forms of a disclosure as grids, one file a wording.

mod final_account;
mod national;
mod performance;
mod shanghai;
mod shanxi;
mod statistics;

use super::disclosure::{Cell, Identity, Key, Printer, Row, Table, Wording};
use super::figures::{Figures, Leaf, Source, TreeRow};
use super::prng::Prng;
use super::vocabulary::{CLASSES, numeral};
use crate::codes::{Classification, Form, Item, Measure, Side, Stage};

/// What every form of a disclosure draws on.
#[derive(Debug)]
pub struct Draft<'a> {
    /// Whose disclosure it is.
    pub identity: &'a Identity,
    /// Its figures.
    pub figures: &'a Figures,
    /// How its amounts are printed.
    pub printer: Printer,
    /// Names of the bodies that have projects; the first is the department itself.
    pub bodies: Vec<String>,
}

/// All forms of a disclosure in their order.
pub fn tables(draft: &Draft<'_>, wording: Wording) -> Vec<Table> {
    match (draft.identity.stage, wording) {
        (Stage::Budget, Wording::Shanxi) => shanxi::tables(draft),
        (Stage::Budget, Wording::Shanghai) => shanghai::tables(draft),
        (Stage::Budget, Wording::National | Wording::Overview) => national::tables(draft, wording),
        (Stage::FinalAccount, Wording::Shanghai) => final_account::tables(draft, false),
        (Stage::FinalAccount, _) => {
            let mut tables = final_account::tables(draft, true);
            tables.push(statistics::table(draft));
            tables
        }
    }
}

/// Performance forms of the first `count` projects: targets in a budget, self-evaluations in a final account.
pub fn performance(draft: &Draft<'_>, count: usize, prng: &mut Prng) -> Vec<Table> {
    draft
        .figures
        .projects
        .iter()
        .take(count)
        .map(|project| match draft.identity.stage {
            Stage::Budget => performance::table(draft, project, prng),
            Stage::FinalAccount => performance::self_evaluation::table(draft, project, prng),
        })
        .collect()
}

/// The measures of the four sources, as columns.
const SOURCES: [(Source, Measure, Item); 4] = [
    (Source::General, Measure::GeneralPublicBudget, Item::GeneralPublicBudget),
    (Source::Fund, Measure::GovernmentFund, Item::GovernmentFund),
    (Source::Special, Measure::FiscalSpecialAccount, Item::FiscalSpecialAccount),
    (Source::Unit, Measure::UnitFunds, Item::UnitFunds),
];

/// How a form prints functional codes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Codes {
    /// `2080501`.
    Joined,
    /// `208`, `05`, `01` in three columns.
    Split,
}

impl Codes {
    fn cells(self, code: &str) -> Row {
        match self {
            Self::Joined => vec![Cell::text(code)],
            Self::Split => [0..3, 3..5, 5..7].map(|part| Cell::text(code.get(part).unwrap_or_default())).into(),
        }
    }

    /// The cells of the 合计 row before its amounts: the codes and the name are one merged cell.
    fn total_cells(self, name: &str) -> Row {
        let covered = if self == Self::Joined { 1 } else { 3 };
        let mut cells = vec![Cell::text(name)];
        cells.extend((0..covered).map(|_| Cell::covered()));
        cells
    }
}

/// The shape of a form that lists functional accounts.
struct Functional {
    form: Form,
    side: Side,
    codes: Codes,
    total_first: bool,
}

impl Functional {
    /// One row an account and one for the sum, with the amounts of `measures`.
    fn rows<const N: usize>(&self, draft: &Draft<'_>, measures: [Measure; N], values: impl Fn(&Leaf) -> [i64; N]) -> Vec<Row> {
        let tree = draft.figures.tree(values);
        let mut sums = [0; N];
        let classes = tree.iter().filter(|row| row.code.len() == 3);
        classes.for_each(|row| sums.iter_mut().zip(row.values).for_each(|(sum, value)| *sum += value));
        let amounts = |key: &Key, values: [i64; N]| -> Row {
            measures
                .iter()
                .zip(values)
                .map(|(measure, yuan)| draft.printer.cell(key, *measure, yuan))
                .collect()
        };
        let account = |row: &TreeRow<N>| -> Row {
            let key = Key::functional(self.form, self.side, row.code, row.name);
            let mut cells = self.codes.cells(row.code);
            cells.push(Cell::text(row.name));
            cells.extend(amounts(&key, row.values));
            cells
        };
        let mut total = self.codes.total_cells("合计");
        total.extend(amounts(&Key::total(self.form, self.side, "合计", Item::Total), sums));
        let mut rows: Vec<Row> = tree.iter().map(account).collect();
        if self.total_first {
            rows.insert(0, total);
        } else {
            rows.push(total);
        }
        rows
    }
}

/// Rows of a two-sided form: the shorter side is filled with blanks.
fn side_by_side(left: Vec<Row>, right: Vec<Row>, left_width: usize, right_width: usize) -> Vec<Row> {
    let blank = |width: usize| vec![Cell::blank(); width];
    let length = left.len().max(right.len());
    let pad = |rows: Vec<Row>, width: usize| rows.into_iter().chain(std::iter::repeat(blank(width))).take(length);
    pad(left, left_width)
        .zip(pad(right, right_width))
        .map(|(mut row, right)| {
            row.extend(right);
            row
        })
        .collect()
}

/// A line of a summary form: its label and its amounts.
fn summary_line(draft: &Draft<'_>, label: &str, key: &Key, amounts: &[(Measure, i64)]) -> Row {
    let mut row = vec![Cell::text(label)];
    row.extend(draft.printer.cells(key, amounts));
    row
}

/// The lines of the functional classes of a summary form: of all classes, or of those that have amounts.
fn class_lines(draft: &Draft<'_>, form: Form, skip: &[&str], only_used: bool, amounts: impl Fn(&str) -> Vec<(Measure, i64)>) -> Vec<Row> {
    CLASSES
        .iter()
        .filter(|(code, _)| !skip.contains(code))
        .map(|(code, name)| (*code, *name, amounts(code)))
        .filter(|(_, _, amounts)| !only_used || amounts.iter().any(|(_, yuan)| *yuan != 0))
        .enumerate()
        .map(|(index, (code, name, amounts))| {
            let key = Key::functional(form, Side::Expenditure, code, name);
            summary_line(draft, &format!("{}、{name}", numeral(index + 1)), &key, &amounts)
        })
        .collect()
}

/// The key of a revenue line of a summary form.
fn source_key(form: Form, name: &str, item: Item) -> Key {
    Key::new(form, Side::Revenue, Classification::FundSource, name).item(item)
}

/// The amounts that fiscal appropriations of a class are: sum, general, fund.
fn appropriation(draft: &Draft<'_>, class: &str) -> Vec<(Measure, i64)> {
    let general = draft.figures.class_sum(class, |leaf| leaf.spent(Source::General));
    let fund = draft.figures.class_sum(class, |leaf| leaf.spent(Source::Fund));
    fiscal(general, fund)
}

/// Columns 小计, 一般公共预算, 政府性基金预算, 国有资本经营预算.
fn fiscal(general: i64, fund: i64) -> Vec<(Measure, i64)> {
    vec![
        (Measure::Total, general + fund),
        (Measure::GeneralPublicBudget, general),
        (Measure::GovernmentFund, fund),
        (Measure::StateCapital, 0),
    ]
}

/// The one row of a three-public form that prints its items as columns.
fn three_public_row(draft: &Draft<'_>, form: Form, columns: &[(&str, Item, i64)], measure: Measure) -> Row {
    columns
        .iter()
        .map(|(name, item, yuan)| {
            let mut key = Key::new(form, Side::Expenditure, Classification::ThreePublic, name).item(*item);
            if *item == Item::ThreePublicTotal {
                key.row_kind = crate::codes::RowKind::Total;
            }
            draft.printer.cell(&key, measure, *yuan)
        })
        .collect()
}
