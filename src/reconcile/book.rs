//! The line items of a disclosure, indexed once: tables, their rows, and the places that their amounts are printed to.

use std::collections::HashMap;
use std::ops::Range;

use super::figure::{Figure, Places, Total};
use super::lines::Lines;
use crate::account;
use crate::codes::{Classification, Form, Item, Measure, RejectCode, RowKind, Side};
use crate::config::Config;
use crate::config::checks::{Line, RowOf, Term};
use crate::extraction::Extraction;
use crate::tables::{Fact, LineItem};
use crate::text::compact;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// All amounts of a disclosure.
#[derive(Debug)]
pub struct Book<'a> {
    /// Tables with amounts, in printed order.
    pub sheets: Vec<Sheet<'a>>,
    /// Places of stated amounts by the word of their unit.
    stated: Vec<(&'a str, Places)>,
    by_form: Map<Form, Vec<usize>>,
    /// The sheets by form and table.
    by_table: Map<(Form, i32), usize>,
    /// The first table of each form that the disclosure has, with amounts or without.
    tables: Map<Form, usize>,
}

/// The amounts of one table under one form.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// The form.
    pub form: Form,
    /// Its rows, in printed order.
    pub rows: Vec<Row<'a>>,
    /// The measures that occur.
    pub measures: Vec<Measure>,
    /// Measures whose column holds a part only (其中).
    pub parts: Vec<Measure>,
    /// The first line of it of which amounts were left out, if there is one.
    pub left_out: Option<i32>,
    /// All of them, ascending.
    pub lost: Vec<i32>,
    /// How precisely it prints.
    pub places: Places,
    by_code: Map<(&'a str, Side), usize>,
}

/// The amounts of one account.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its code, also where only the name of an economic account tells it.
    pub code: Option<&'a str>,
    /// The code one level up.
    pub parent: Option<&'a str>,
    /// The standard line that it is.
    pub line: Option<Item>,
    /// Its amounts.
    pub items: &'a [LineItem],
}

impl<'a> Row<'a> {
    /// What all amounts of the row share.
    pub fn first(&self) -> &'a LineItem {
        &self.items[0]
    }

    /// The amount of a measure.
    pub fn item(&self, measure: Measure) -> Option<&'a LineItem> {
        self.items.iter().find(|item| item.measure == measure)
    }

    /// The row's total, or its only amount.
    pub fn principal(&self) -> Option<&'a LineItem> {
        [Measure::Total, Measure::Amount].into_iter().find_map(|measure| self.item(measure))
    }

    /// The amount of a measure, or the principal one.
    pub fn get(&self, measure: Option<Measure>) -> Option<&'a LineItem> {
        measure.map_or_else(|| self.principal(), |measure| self.item(measure))
    }

    /// Whether one measure occurs twice, so that none can be told.
    pub fn is_ambiguous(&self) -> bool {
        self.items
            .iter()
            .enumerate()
            .any(|(index, item)| self.items[..index].iter().any(|other| other.measure == item.measure))
    }
}

impl<'a> Sheet<'a> {
    /// An amount with its places.
    pub fn figure(&self, item: &'a LineItem) -> Figure<'a> {
        Figure::of(item, self.places)
    }

    /// The row of a standard line.
    pub fn line(&self, item: Item) -> Option<&Row<'a>> {
        self.rows.iter().find(|row| row.line == Some(item))
    }

    /// The row of an account.
    pub fn account(&self, code: &str) -> Option<&Row<'a>> {
        [Side::Expenditure, Side::Revenue].into_iter().find_map(|side| self.at(code, side))
    }

    fn at(&self, code: &str, side: Side) -> Option<&Row<'a>> {
        self.by_code.get(&(code, side)).map(|row| &self.rows[*row])
    }

    /// Whether another row of the sheet is the heading of this one.
    pub fn has_heading(&self, row: &Row<'a>) -> bool {
        row.parent.is_some_and(|parent| self.at(parent, row.first().side).is_some())
    }
}

impl<'a> Book<'a> {
    /// Indexes the records of a disclosure.
    pub fn of(extraction: &'a Extraction, config: &'a Config) -> Self {
        let items = &extraction.line_items;
        let lost = lost_lines(extraction);
        let mut tables = Map::default();
        let mut numbers = Map::default();
        for (at, table) in extraction.tables.iter().enumerate() {
            tables.entry(table.form).or_insert(at);
            numbers.entry(table.table_no).or_insert(at);
        }
        let mut sheets = Vec::new();
        let (mut by_form, mut by_table): (Map<Form, Vec<usize>>, _) = (Map::default(), Map::default());
        for items in items.chunk_by(|a, b| a.table_no == b.table_no && a.form == b.form) {
            let (form, number) = (items[0].form, items[0].table_no);
            by_form.entry(form).or_default().push(sheets.len());
            by_table.entry((form, number)).or_insert(sheets.len());
            let table = numbers.get(&number).copied();
            let lines = |at: usize| extraction.tables.get(at).and_then(|table| table.line);
            let first = table.and_then(lines).unwrap_or(0);
            let end = table.and_then(|at| lines(at + 1)).unwrap_or(i32::MAX);
            sheets.push(sheet(items, &lost, first..end, config));
        }
        Self {
            sheets,
            stated: stated_places(&extraction.facts),
            by_form,
            by_table,
            tables,
        }
    }

    /// The sheets of a form.
    pub fn of_form(&self, form: Form) -> impl Iterator<Item = &Sheet<'a>> {
        self.by_form.get(&form).into_iter().flatten().map(|at| &self.sheets[*at])
    }

    /// The sheet of a form in a table.
    pub fn of_table(&self, form: Form, number: i32) -> Option<&Sheet<'a>> {
        self.by_table.get(&(form, number)).map(|at| &self.sheets[*at])
    }

    /// The place of the first table of a form, with amounts or without.
    pub fn first_table(&self, form: Form) -> Option<usize> {
        self.tables.get(&form).copied()
    }

    /// Whether the disclosure has a form, with amounts or without.
    pub fn has(&self, form: Form) -> bool {
        self.tables.contains_key(&form)
    }

    /// A stated amount.
    pub fn stated(&self, fact: &'a Fact) -> Option<Figure<'a>> {
        let unit = unit_word(&fact.value_text);
        let places = self.stated.iter().find(|(word, _)| *word == unit)?.1;
        Figure::stated(fact, places)
    }

    /// What a term names in the forms: `class` is the code of the class that a fact is about.
    pub fn find(&self, term: &Term, class: Option<&str>) -> Found<'a> {
        let Line::Form { form, row, measure } = &term.line else {
            return Found::default();
        };
        let mut found = Found::default();
        for sheet in self.of_form(*form) {
            let mut total = Total::default();
            let mut first = None;
            let mut take = |item: Option<&'a LineItem>| {
                if let Some(item) = item {
                    first = first.or(Some(item));
                    total.add(1, sheet.figure(item));
                }
            };
            match row {
                RowOf::Item(item) => {
                    let line = sheet.rows.iter().find(|row| row.line == Some(*item) && row.get(*measure).is_some());
                    take(line.and_then(|row| row.get(*measure)));
                }
                RowOf::Code(code) => take(sheet.account(code).and_then(|row| row.get(*measure))),
                RowOf::Class => take(class.and_then(|code| sheet.account(code)).and_then(|row| row.get(*measure))),
                RowOf::Projects => sheet
                    .rows
                    .iter()
                    .filter(|row| row.first().row_kind == RowKind::Item)
                    .for_each(|row| take(row.get(*measure))),
            }
            if let Some(item) = first {
                found.left_out = found.left_out.or(sheet.left_out.filter(|_| *row == RowOf::Projects));
                if found.first.is_none() {
                    found.total = total;
                    found.first = Some(item);
                } else if found.total.cents != total.cents {
                    found.several = true;
                }
            } else {
                found.left_out = found.left_out.or(sheet.left_out);
            }
        }
        found
    }
}

/// What a term names.
#[derive(Debug, Default)]
pub struct Found<'a> {
    /// The figures; blank where none is printed.
    pub total: Total<'a>,
    /// The first of them.
    pub first: Option<&'a LineItem>,
    /// Several tables of the form print different figures.
    pub several: bool,
    /// A line of which amounts were left out.
    pub left_out: Option<i32>,
}

/// The lines of which amounts were left out.
fn lost_lines(extraction: &Extraction) -> Lines {
    let loses = |code: RejectCode| {
        matches!(
            code,
            RejectCode::LineTooLong
                | RejectCode::RowTooWide
                | RejectCode::Truncated
                | RejectCode::FormWithoutTable
                | RejectCode::UnknownColumn
                | RejectCode::NoUnit
                | RejectCode::BadAmount
                | RejectCode::AmountRange
                | RejectCode::AmountInexact
                | RejectCode::ExtraCells
                | RejectCode::AmbiguousColumn
                | RejectCode::SolverLimit
                | RejectCode::UnnamedRow
                | RejectCode::LostCells
        )
    };
    let rejects = extraction.rejects.iter().filter(|reject| loses(reject.code));
    Lines::of(rejects.filter_map(|reject| reject.line))
}

fn sheet<'a>(items: &'a [LineItem], lost: &Lines, lines: Range<i32>, config: &'a Config) -> Sheet<'a> {
    let form = items[0].form;
    let mut rows: Vec<Row<'a>> = Vec::with_capacity(items.len() / 2 + 1);
    let mut by_code = HashMap::with_capacity_and_hasher(items.len() / 2 + 1, foldhash::fast::RandomState::default());
    let same_row = |a: &LineItem, b: &LineItem| {
        a.row_no == b.row_no && a.item == b.item && a.account_code == b.account_code && a.account_name == b.account_name
    };
    let mut class = "";
    for items in items.chunk_by(same_row) {
        let first = &items[0];
        let mut code = first.account_code.as_deref();
        if code.is_none() && form == Form::BasicExpenditure && first.item.is_none() {
            code = config.accounts.economic_code(&compact(&first.account_name), class);
        }
        if let Some(code) = code {
            if code.len() == 3 && form == Form::BasicExpenditure {
                class = code;
            }
            by_code.entry((code, first.side)).or_insert(rows.len());
        }
        // Below a class, a name that is no account's is one of its parts all the same.
        let parent = code.map_or(Some(class).filter(|class| !class.is_empty()), account::parent);
        rows.push(Row {
            code,
            parent,
            line: first.item,
            items,
        });
    }
    let mut measures = Vec::new();
    let mut parts = Vec::new();
    for item in items {
        if !measures.contains(&item.measure) {
            measures.push(item.measure);
            if item.column_header.contains("其中") {
                parts.push(item.measure);
            }
        }
    }
    Sheet {
        form,
        places: Places::of(&items[0].money_unit, items.iter().map(|item| item.amount_text.as_str())),
        rows,
        measures,
        parts,
        left_out: lost.first_within(&lines),
        lost: lost.within(&lines).collect(),
        by_code,
    }
}

/// The word behind the digits of a stated figure.
fn unit_word(text: &str) -> &str {
    text.rfind(|c: char| c.is_ascii_digit()).map_or("", |at| text[at + 1..].trim())
}

fn stated_places(facts: &[Fact]) -> Vec<(&str, Places)> {
    let mut words: Vec<&str> = Vec::new();
    for fact in facts.iter().filter(|fact| fact.unit == "yuan") {
        let word = unit_word(&fact.value_text);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let places = |word: &str| {
        let texts = facts
            .iter()
            .filter(|fact| fact.unit == "yuan" && unit_word(&fact.value_text) == word);
        Places::of(
            word,
            texts.map(|fact| fact.value_text.trim_end_matches(|c: char| !c.is_ascii_digit())),
        )
    };
    words.into_iter().map(|word| (word, places(word))).collect()
}

/// Whether a row is an account of its own and no standard line.
pub fn is_account(row: &Row<'_>) -> bool {
    let first = row.first();
    let is_line_of_revenue = first.side == Side::Revenue && first.classification != Classification::Functional && row.code.is_none();
    first.row_kind == RowKind::Item && first.item.is_none() && !is_line_of_revenue
}
