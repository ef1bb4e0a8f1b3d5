//! A flow of text with tables in it, as markup has it (HTML, DOCX) → blocks. The readers tell what begins and ends; here it becomes lines
//! and cells.

use std::borrow::Cow;

use super::cells::{Cells, Place, blocks};
use crate::codes::Layout;
use crate::config::Limits;
use crate::document::{Block, Position, TextLine};

/// Takes a document's text and tables in reading order.
pub struct Flow<'l> {
    limits: &'l Limits,
    blocks: Vec<Block<'static>>,
    line: String,
    /// Lines and rows so far: the order that later stages go by.
    position: Position,
    tables: Vec<Table>,
    /// Whether everything on the line is a link.
    only_links: bool,
    /// Cells that were left out, being too many.
    pub too_far: usize,
}

/// A table that is open.
#[derive(Default)]
struct Table {
    /// Only places text on the page: what its cells hold flows on.
    is_layout: bool,
    cells: Cells,
    row: u32,
    column: u32,
    /// Cells of rows above that reach down: column and the first row that is free again.
    reaching: Vec<(u32, u32)>,
    /// The cell that is open: column, columns, rows, text.
    cell: Option<(u32, u32, u32, String)>,
    /// Most cells in a row.
    widest: u32,
}

impl<'l> Flow<'l> {
    /// An empty flow.
    pub fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            blocks: Vec::new(),
            line: String::new(),
            position: Position::default(),
            tables: Vec::new(),
            only_links: true,
            too_far: 0,
        }
    }

    /// What has flowed.
    pub fn finish(mut self) -> (Vec<Block<'static>>, usize) {
        while !self.tables.is_empty() {
            self.close_table();
        }
        self.end_line();
        (self.blocks, self.too_far)
    }

    /// The cell that text goes into, if any.
    fn cell(&mut self) -> Option<&mut String> {
        let table = self.tables.iter_mut().rev().find(|table| !table.is_layout)?;
        table.cell.as_mut().map(|(_, _, _, text)| text)
    }

    /// Whether a table of cells is open.
    fn in_table(&self) -> bool {
        self.tables.iter().any(|table| !table.is_layout)
    }

    /// Running text.
    pub fn text(&mut self, text: &str, is_link: bool) {
        if self.in_table() {
            if let Some(cell) = self.cell() {
                cell.push_str(text);
            }
            return;
        }
        self.only_links &= is_link || text.trim().is_empty();
        self.line.push_str(text);
    }

    /// The end of a line or paragraph.
    pub fn end_line(&mut self) {
        if self.in_table() {
            if let Some(cell) = self.cell().filter(|cell| !cell.is_empty()) {
                cell.push('\n');
            }
            return;
        }
        let line = std::mem::take(&mut self.line);
        let is_navigation = std::mem::replace(&mut self.only_links, true);
        if line.trim().is_empty() || is_navigation {
            return;
        }
        self.position.line += 1;
        self.blocks.push(Block::Text(TextLine {
            text: Cow::Owned(line.trim_end().to_owned()),
            position: self.position,
            after_blank: false,
            empty_before: 0,
        }));
    }

    /// A table begins; `is_layout` where it only places text on the page.
    pub fn open_table(&mut self, is_layout: bool) {
        self.end_line();
        self.tables.push(Table {
            is_layout,
            ..Table::default()
        });
    }

    /// How many cells the widest row of the innermost table has so far.
    pub fn widest_row(&self) -> u32 {
        self.tables.last().map_or(0, |table| table.widest)
    }

    /// Turns the innermost table into one that only places text: what it holds so far flows out.
    pub fn table_is_layout(&mut self) {
        let Some(mut table) = self.tables.pop() else { return };
        if !table.is_layout {
            let open = table.cell.take().map(|(_, _, _, text)| text);
            let texts: Vec<String> = table.cells.texts().map(str::to_owned).chain(open).collect();
            table.cells = Cells::default();
            for text in texts {
                for line in text.split('\n') {
                    self.text(line, false);
                    self.end_line();
                }
            }
        }
        table.is_layout = true;
        self.tables.push(table);
    }

    /// A row begins.
    pub fn open_row(&mut self) {
        self.close_cell();
        if let Some(table) = self.tables.last_mut() {
            table.column = 0;
        }
    }

    /// A row ends.
    pub fn close_row(&mut self) {
        self.close_cell();
        if let Some(table) = self.tables.last_mut() {
            table.row += 1;
            let row = table.row;
            table.reaching.retain(|(_, free)| *free > row);
        }
    }

    /// A cell begins that takes so many columns and rows.
    pub fn open_cell(&mut self, columns: u32, rows: u32) {
        self.close_cell();
        self.end_line();
        let Some(table) = self.tables.last_mut() else { return };
        while table.reaching.iter().any(|(column, _)| *column == table.column) {
            table.column += 1;
        }
        let most = u32::try_from(self.limits.max_cells).unwrap_or(u32::MAX);
        if table.column >= most {
            self.too_far += 1;
            return;
        }
        let columns = columns.clamp(1, most);
        table.cell = Some((table.column, columns, rows.max(1), String::new()));
        table.widest = table.widest.max(table.column + 1);
    }

    /// The cell that is open ends.
    pub fn close_cell(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let Some((column, columns, rows, text)) = table.cell.take() else {
            return;
        };
        table.column = column + columns;
        if rows > 1 {
            let free = table.row.saturating_add(rows);
            table.reaching.extend((column..column + columns).map(|column| (column, free)));
        }
        if table.is_layout {
            self.end_line();
        } else {
            table.cells.put(table.row, column, text.trim().to_owned());
        }
    }

    /// A table ends.
    pub fn close_table(&mut self) {
        self.close_cell();
        let Some(table) = self.tables.pop() else { return };
        if table.is_layout || self.in_table() {
            // A table in a cell is part of the cell's text.
            let texts: Vec<String> = table.cells.texts().map(str::to_owned).collect();
            for text in texts {
                self.text(&text, false);
                self.end_line();
            }
            return;
        }
        if table.cells.width() < 2 {
            let texts: Vec<String> = table.cells.texts().map(str::to_owned).collect();
            for line in texts.iter().flat_map(|text| text.split('\n')) {
                self.text(line, false);
                self.end_line();
            }
            return;
        }
        self.position.line += 1;
        let place = Place {
            start: self.position,
            counts_rows: true,
            name: None,
            layout: Layout::Markup,
        };
        self.blocks.extend(blocks(&table.cells, place));
        self.position.line += table.cells.height();
    }
}
