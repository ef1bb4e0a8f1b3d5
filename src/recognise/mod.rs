//! From blocks to tables of standard forms: which form each table is, what its columns hold, which rows are its body.

mod caption;
mod header;
mod lines;
mod table;
mod title;

use std::ops::Range;

use crate::codes::{Layout, RejectCode, Stage};
use crate::config::{Config, FormSpec, KnownTitles, Role};
use crate::document::{Document, GridRow, Position};
use crate::money::MoneyUnit;
use crate::tables::SharedText;

pub use caption::{BodyName, bodies, contains_no_data_note};
pub use header::Columns;

/// A table that was found, with all that is known of it before its figures are read.
#[derive(Debug)]
pub struct Table<'a, 'c> {
    /// 1-based order in the document.
    pub number: i32,
    /// The form it follows.
    pub spec: &'c FormSpec,
    /// The stage that its title says.
    pub stage: Option<Stage>,
    /// The fiscal year that its title says.
    pub year: Option<i32>,
    /// Its title as printed.
    pub title: Option<String>,
    /// Lines that belong to it, as printed.
    pub caption: Vec<String>,
    /// The money unit of its figures and whether it is its own or its neighbours'.
    pub unit: Option<Unit>,
    /// Its columns.
    pub columns: Columns,
    /// Its body rows.
    pub rows: Vec<GridRow<'a>>,
    /// How its cells were told apart.
    pub layout: Layout,
    /// What decided which form it is.
    pub recognised_by: String,
    /// Where its title or header stands.
    pub position: Position,
}

/// A money unit with its source.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The unit.
    pub unit: MoneyUnit,
    /// As printed.
    pub text: SharedText,
    /// Taken from the other tables of the document, since none is printed.
    pub assumed: bool,
}

/// One column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it holds.
    pub role: Role,
    /// Its printed header, levels joined by `/`.
    pub header: SharedText,
}

/// Columns that make one account a row: a table with two sides has two.
#[derive(Debug, Clone)]
pub struct Group {
    /// The columns.
    pub columns: Range<usize>,
    /// The words above them.
    pub heading: String,
}

/// Something that was left out or guessed while tables were recognised.
#[derive(Debug, Clone)]
pub struct Note {
    /// Why.
    pub code: RejectCode,
    /// What happened, in one sentence.
    pub message: String,
    /// Where.
    pub position: Position,
    /// What is printed there.
    pub excerpt: Option<String>,
}

/// The tables of a document.
#[derive(Debug, Default)]
pub struct Recognition<'a, 'c> {
    /// In the order in which they are printed.
    pub tables: Vec<Table<'a, 'c>>,
    /// What was left out or guessed.
    pub notes: Vec<Note>,
}

/// Finds the tables of a document; `titles` are those that are known of it.
pub fn recognise<'a, 'c>(document: Document<'a>, titles: KnownTitles<'c>, config: &'c Config) -> Recognition<'a, 'c> {
    table::Assembler::new(titles, config).run(document)
}
