//! A disclosure as `read` leaves it: blocks in reading order, whatever the format. After `read` nobody asks where a cell came from.

use std::borrow::Cow;

use crate::codes::{Layout, SourceFormat};
use crate::tables::SharedText;

/// A disclosure's content in reading order. Borrows from the decoded source where it can.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// The format it was read from.
    pub format: SourceFormat,
    /// The character encoding that was detected, for formats without their own.
    pub encoding: Option<&'static str>,
    /// Its sheets, for formats that have them; a position's `page` is then the 1-based number of its sheet.
    pub sheets: Vec<Sheet>,
    /// Its blocks in reading order.
    pub blocks: Vec<Block<'a>>,
    /// What the reader left out or guessed.
    pub notes: Vec<ReadNote>,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: SharedText,
    /// How many rows the sheets before it have: lines are counted over all sheets.
    pub rows_before: i32,
}

/// A piece of a disclosure.
#[derive(Debug, Clone)]
pub enum Block<'a> {
    /// A line of text: heading, caption, paragraph; and each line of a table whose layout has no cells.
    Text(TextLine<'a>),
    /// Rows of cells.
    Grid(Grid<'a>),
}

/// A line of running text.
#[derive(Debug, Clone)]
pub struct TextLine<'a> {
    /// The text without markup.
    pub text: Cow<'a, str>,
    /// Where it stands.
    pub position: Position,
    /// Whether a blank line stands before it.
    pub after_blank: bool,
    /// Lines of white space alone between it and the text before it: empty cells where a line is a cell.
    pub empty_before: u16,
}

/// Rows of cells.
#[derive(Debug, Clone)]
pub struct Grid<'a> {
    /// The rows, top down.
    pub rows: Vec<GridRow<'a>>,
    /// How the cells were told apart.
    pub layout: Layout,
}

/// One row of cells; rows of a grid may differ in length.
#[derive(Debug, Clone)]
pub struct GridRow<'a> {
    /// Where the row starts.
    pub position: Position,
    /// The cells from left to right; a cell that a merge covers is empty.
    pub cells: Vec<Cell<'a>>,
}

/// The text of a cell.
pub type Cell<'a> = Cow<'a, str>;

/// A place in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// 1-based line of the decoded source, or of the order in which it is read where the format has no lines; 0 where it is not known.
    pub line: u32,
    /// 1-based page or sheet; 0 where the format has neither.
    pub page: u32,
}

impl Position {
    /// The line as published: null where there is none.
    pub fn line_number(self) -> Option<i32> {
        i32::try_from(self.line).ok().filter(|line| *line > 0)
    }

    /// The page as published: null where there is none.
    pub fn page_number(self) -> Option<i32> {
        i32::try_from(self.page).ok().filter(|page| *page > 0)
    }
}

/// Something a reader left out or guessed; becomes a row of `rejects`.
#[derive(Debug, Clone)]
pub struct ReadNote {
    /// Why.
    pub code: crate::codes::RejectCode,
    /// What happened, in one sentence.
    pub message: String,
    /// Where.
    pub position: Position,
    /// What is printed there.
    pub excerpt: Option<String>,
}
