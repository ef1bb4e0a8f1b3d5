//! A generated disclosure before it is written: identity, blocks of content, grids whose amounts know what they are.

use super::prose::{Prose, TruthFact};
use super::records::TruthRecord;
use crate::codes::{Classification, Form, Item, Measure, RowKind, Scope, Side, Stage};
use crate::money::{MoneyUnit, Yuan};
use crate::tables::{Indicator, Project};

/// Which wording (titles, headers, captions) the forms follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// As in Shanxi: `2023年预算收支总表`, 万元.
    Shanxi,
    /// As in Shanghai: `2025年部门财务收支预算总表`, 元, codes split over columns.
    Shanghai,
    /// The national names: `部门收支总表`, 万元.
    National,
    /// `收支总体情况表`, 公开01表, 万元.
    Overview,
}

/// Whose disclosure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Prefecture-level city or municipality.
    pub city: String,
    /// Fiscal year.
    pub year: i32,
    /// 主管部门.
    pub department: String,
    /// The body whose figures it shows.
    pub unit: String,
    /// Department or unit.
    pub scope: Scope,
    /// Budget or final account.
    pub stage: Stage,
    /// The department's three-digit code.
    pub department_code: String,
}

impl Identity {
    /// 部门 or 单位.
    pub fn scope_word(&self) -> &'static str {
        match self.scope {
            Scope::Department => "部门",
            Scope::Unit => "单位",
        }
    }
}

/// One printed amount and what a perfect reading makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruthItem {
    /// What the row is.
    pub key: Key,
    /// What the column counts.
    pub measure: Measure,
    /// The amount.
    pub amount: Yuan,
    /// The amount as printed.
    pub amount_text: String,
    /// The unit that it is printed in.
    pub unit: MoneyUnit,
    /// 1-based line of the text; 0 until rendered.
    pub line: u32,
}

/// What a row of a form is: everything of a truth row but measure and amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The form.
    pub form: Form,
    /// Revenue or expenditure.
    pub side: Side,
    /// Account or sum.
    pub row_kind: RowKind,
    /// What it is an account of.
    pub classification: Classification,
    /// The printed code, joined.
    pub account_code: Option<String>,
    /// The clean name.
    pub account_name: String,
    /// The standard line.
    pub item: Option<Item>,
    /// The project.
    pub project_name: Option<String>,
}

impl Key {
    /// An account row with a name only.
    pub fn new(form: Form, side: Side, classification: Classification, name: &str) -> Self {
        Self {
            form,
            side,
            row_kind: RowKind::Item,
            classification,
            account_code: None,
            account_name: name.to_owned(),
            item: None,
            project_name: None,
        }
    }

    /// A row of the functional classification.
    pub fn functional(form: Form, side: Side, code: &str, name: &str) -> Self {
        Self::new(form, side, Classification::Functional, name).code(code)
    }

    /// A sum.
    pub fn total(form: Form, side: Side, name: &str, item: Item) -> Self {
        Self {
            row_kind: RowKind::Total,
            ..Self::new(form, side, classified_by(form), name).item(item)
        }
    }

    /// With an account code.
    pub fn code(mut self, code: &str) -> Self {
        self.account_code = Some(code.to_owned());
        self
    }

    /// With a standard line.
    pub fn item(mut self, item: Item) -> Self {
        self.item = Some(item);
        self
    }
}

/// What the sums of a form are sums of.
fn classified_by(form: Form) -> Classification {
    match form {
        Form::Revenue | Form::Expenditure | Form::GeneralPublicExpenditure => Classification::Functional,
        Form::GovernmentFundExpenditure | Form::GovernmentFund | Form::StateCapital => Classification::Functional,
        Form::GovernmentFundRevenue => Classification::Revenue,
        Form::BasicExpenditure => Classification::EconomicDepartment,
        Form::AgencyOperating => Classification::Unit,
        _ => Classification::Summary,
    }
}

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// What is printed.
    pub text: String,
    /// For amounts, the truth.
    pub truth: Option<TruthItem>,
    /// The project or indicator that it names.
    pub record: Option<TruthRecord>,
    /// Whether a merged cell to the left covers it.
    pub covered: bool,
    /// Whether it is no cell but a line that a page left behind: a running head, a page number.
    pub furniture: bool,
}

impl Cell {
    /// A cell of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// An empty cell.
    pub fn blank() -> Self {
        Self::default()
    }

    /// Tells its truth the line that it stands on.
    pub fn stand_on(&mut self, line: u32) {
        if let Some(truth) = &mut self.truth {
            truth.line = line;
        }
        if let Some(record) = &mut self.record {
            record.stand_on(line);
        }
    }

    /// The line that its truth stands on, if it has one and is rendered.
    pub fn line(&self) -> Option<u32> {
        let record = || match self.record.as_ref()? {
            TruthRecord::Project(project) => project.line,
            TruthRecord::Indicator(indicator) => indicator.line,
            TruthRecord::Fact(fact) => i32::try_from(fact.line).ok(),
        };
        match &self.truth {
            Some(truth) => Some(truth.line),
            None => record().and_then(|line| u32::try_from(line).ok()),
        }
    }

    /// A cell that the one to its left covers.
    pub fn covered() -> Self {
        Self {
            covered: true,
            ..Self::default()
        }
    }
}

/// A row of a grid; one without cells is the end of a page.
pub type Row = Vec<Cell>;

/// In a header: covered by the cell above.
pub const ABOVE: &str = "^";

/// A form, ready to be printed in any layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The form.
    pub form: Form,
    /// The title.
    pub title: String,
    /// 公开01表.
    pub number: Option<String>,
    /// The caption that names the body.
    pub body: Option<String>,
    /// The caption that names the unit of money.
    pub unit: Option<String>,
    /// Header rows; `""` is covered from the left, [`ABOVE`] from above.
    pub header: Vec<Vec<String>>,
    /// Body rows.
    pub rows: Vec<Row>,
    /// Notes below.
    pub notes: Vec<String>,
    /// Whether its rows are shorter than its header, having lost a cell.
    pub ragged: bool,
}

impl Table {
    /// An empty form.
    pub fn new(form: Form, title: impl Into<String>) -> Self {
        Self {
            form,
            title: title.into(),
            number: None,
            body: None,
            unit: None,
            header: Vec::new(),
            rows: Vec::new(),
            notes: Vec::new(),
            ragged: false,
        }
    }

    /// With a header row; cells are divided by `|`.
    pub fn header(mut self, row: &str) -> Self {
        self.header.push(row.split('|').map(str::to_owned).collect());
        self
    }

    /// Columns of the widest row.
    pub fn width(&self) -> usize {
        let header = self.header.iter().map(Vec::len).max().unwrap_or(0);
        self.rows.iter().map(Vec::len).max().unwrap_or(0).max(header)
    }

    /// Whether it has no amounts.
    pub fn is_empty(&self) -> bool {
        !self.rows.iter().flatten().any(|cell| cell.truth.is_some())
    }
}

/// A piece of a disclosure.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The cover: lines in large type.
    Cover(Vec<String>),
    /// The table of contents: entries with their page.
    Contents(Vec<(String, usize)>),
    /// A heading and its level (1 for 第一部分).
    Heading(usize, String),
    /// A paragraph with the figures that it states.
    Text(Prose),
    /// A form.
    Table(Box<Table>),
}

/// A generated disclosure.
#[derive(Debug, Clone, PartialEq)]
pub struct Disclosure {
    /// Whose it is.
    pub identity: Identity,
    /// How its forms are worded.
    pub wording: Wording,
    /// Its content in order.
    pub blocks: Vec<Block>,
}

impl Disclosure {
    /// Its forms in order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table.as_ref()),
            _ => None,
        })
    }

    /// What a perfect reading gives: every printed amount. Lines are known once it is rendered.
    pub fn truth(&self) -> impl Iterator<Item = &TruthItem> {
        self.tables()
            .flat_map(|table| table.rows.iter().flatten())
            .filter_map(|cell| cell.truth.as_ref())
    }

    fn records(&self) -> impl Iterator<Item = &TruthRecord> {
        self.tables()
            .flat_map(|table| table.rows.iter().flatten())
            .filter_map(|cell| cell.record.as_ref())
    }

    /// Its project forms.
    pub fn projects(&self) -> impl Iterator<Item = &Project> {
        self.records().filter_map(|record| match record {
            TruthRecord::Project(project) => Some(project.as_ref()),
            _ => None,
        })
    }

    /// Their indicators.
    pub fn indicators(&self) -> impl Iterator<Item = &Indicator> {
        self.records().filter_map(|record| match record {
            TruthRecord::Indicator(indicator) => Some(indicator.as_ref()),
            _ => None,
        })
    }

    /// The figures that its paragraphs and counts state.
    pub fn facts(&self) -> impl Iterator<Item = &TruthFact> {
        self.blocks.iter().flat_map(|block| {
            let (prose, table) = match block {
                Block::Text(prose) => (prose.facts.as_slice(), None),
                Block::Table(table) => (&[][..], Some(table)),
                _ => (&[][..], None),
            };
            let cells = table.into_iter().flat_map(|table| table.rows.iter().flatten());
            let counted = cells.filter_map(|cell| match &cell.record {
                Some(TruthRecord::Fact(fact)) => Some(fact.as_ref()),
                _ => None,
            });
            prose.iter().chain(counted)
        })
    }
}

/// How amounts are printed.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// The unit.
    pub unit: MoneyUnit,
    /// Whether thousands are grouped by commas.
    pub grouped: bool,
}

impl Printer {
    /// The printed text of so many yuan, rounded to two decimals.
    pub fn text(&self, yuan: i64) -> String {
        let hundredths = (yuan * 200 / self.unit.yuan + yuan.signum()) / 2;
        let sign = if hundredths < 0 { "-" } else { "" };
        let whole = (hundredths.abs() / 100).to_string();
        let mut printed = String::with_capacity(whole.len() + 8);
        for (index, digit) in whole.chars().enumerate() {
            if self.grouped && index > 0 && (whole.len() - index).is_multiple_of(3) {
                printed.push(',');
            }
            printed.push(digit);
        }
        format!("{sign}{printed}.{:02}", hundredths.abs() % 100)
    }

    /// An amount's cell, also where it is zero.
    pub fn printed(&self, key: &Key, measure: Measure, yuan: i64) -> Cell {
        let text = self.text(yuan);
        let mut key = key.clone();
        if measure == Measure::CurrentRevenue {
            key.side = Side::Revenue; // 本年收入 in the table of a fund is not spent
        }
        let truth = TruthItem {
            key,
            measure,
            // Generated amounts are billions at most, far below the limit.
            amount: Yuan::from_cents(i128::from(yuan) * 100).unwrap_or_default(),
            amount_text: text.clone(),
            unit: self.unit,
            line: 0,
        };
        Cell {
            text,
            truth: Some(truth),
            ..Cell::default()
        }
    }

    /// An amount's cell; blank where it is zero.
    pub fn cell(&self, key: &Key, measure: Measure, yuan: i64) -> Cell {
        if yuan == 0 {
            Cell::blank()
        } else {
            self.printed(key, measure, yuan)
        }
    }

    /// One cell a measure; blank where zero.
    pub fn cells(&self, key: &Key, amounts: &[(Measure, i64)]) -> Vec<Cell> {
        amounts.iter().map(|(measure, yuan)| self.cell(key, *measure, *yuan)).collect()
    }
}
