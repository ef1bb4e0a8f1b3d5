//! How a file ends: one that was cut off in a table has a last row that cannot be trusted.

use std::borrow::Cow;

use super::{Notes, has_money_columns};
use crate::codes::{Layout, RejectCode, SourceFormat};
use crate::document::{Block, Document, Position};
use crate::money::{MoneyCell, parse_cell};
use crate::recognise::Recognition;
use crate::text::compact;

/// A row of a table in lines takes at most so many of them.
const ROW_LINES: u32 = 8;

/// How a document ends: in the middle of a table it was probably cut off.
pub struct Ending {
    /// The line of the last row, where a document ends in a table and without a line end.
    cut_row: Option<Position>,
    /// Whether it ends in a table at all.
    in_table: bool,
    /// The last line, where a document ends with one of text that is no sentence and has no line end.
    cut_line: Option<Position>,
}

impl Ending {
    /// How a document ends.
    pub fn of(document: &Document<'_>, bytes: &[u8]) -> Self {
        let last_row = match document.blocks.last() {
            Some(Block::Grid(grid)) => grid.rows.last().map(|row| row.position),
            _ => None,
        };
        let unended = document.format == SourceFormat::Text && !matches!(bytes, [.., b'\n' | b'\r'] | [.., b'\n' | b'\r', 0]);
        let cut_line = match document.blocks.last() {
            Some(Block::Text(line)) if unended && !compact(&line.text).ends_with(['。', '；', '：', ':']) => Some(line.position),
            _ => None,
        };
        Self {
            cut_line,
            cut_row: last_row.filter(|_| unended),
            in_table: last_row.is_some(),
        }
    }

    /// The row of cells that the end of the file cut.
    pub fn cut_row(&self) -> Option<Position> {
        self.cut_row
    }

    /// A row that the end of the file cut is missing cells, and its last one may be missing digits: that one is left out.
    pub fn leave_out_cut_cell(&self, recognition: &mut Recognition<'_, '_>, notes: &mut Notes) {
        self.leave_out_cut_lines(recognition, notes);
        let Some(table) = recognition.tables.last_mut().filter(|_| self.in_table) else {
            return;
        };
        let width = table.columns.all.len();
        let (form, title) = (table.spec.form, table.title.clone());
        let Some(row) = table.rows.last_mut() else {
            notes.warn(
                RejectCode::Truncated,
                "the file ends right after the header of a table; fetch it again".into(),
                table.position,
                title.as_deref(),
            );
            return;
        };
        let position = row.position;
        if self.cut_row != Some(position) || row.cells.len() >= width && row.cells.last().is_none_or(|last| is_whole(last)) {
            return;
        }
        // What a cut leaves of the foot of a project form has no label to know a person's name by.
        let printed = has_money_columns(form).then(|| row.cells.join("\t"));
        if let Some(last) = row.cells.last_mut()
            && matches!(parse_cell(last), MoneyCell::Number(..) | MoneyCell::Bad(_))
        {
            *last = Cow::Borrowed("");
        }
        notes.warn(
            RejectCode::Truncated,
            "the file ends in the middle of this row; its last cell was left out and later rows are missing: fetch the file again".into(),
            position,
            printed.as_deref().or(title.as_deref()),
        );
    }

    /// Where cells are gone, nobody can tell which figures of the last row are missing, nor whose name its last words are: it is left out.
    fn leave_out_cut_lines(&self, recognition: &mut Recognition<'_, '_>, notes: &mut Notes) {
        let Some(cut) = self.cut_line else { return };
        let is_of_lines = |layout| matches!(layout, Layout::Linear | Layout::Aligned | Layout::Stacked);
        let Some(table) = recognition
            .tables
            .last_mut()
            .filter(|table| is_of_lines(table.layout) && has_money_columns(table.spec.form))
        else {
            return;
        };
        let Some(start) = table
            .rows
            .iter()
            .map(|row| row.position.line)
            .max()
            .filter(|start| start + ROW_LINES >= cut.line)
        else {
            return;
        };
        for row in table.rows.iter_mut().filter(|row| row.position.line == start) {
            notes.warn(
                RejectCode::Truncated,
                "the file ends in the middle of this row or right behind it; it was left out and later rows are missing: fetch the file again".into(),
                row.position,
                Some(&row.cells.join(" ")),
            );
            row.cells.iter_mut().for_each(|cell| *cell = Cow::Borrowed(""));
        }
    }
}

/// Whether the last cell of a file without a line end is no amount, or one with all the places that amounts usually have.
fn is_whole(cell: &str) -> bool {
    let is_amount = matches!(parse_cell(cell), MoneyCell::Number(..));
    !is_amount || cell.trim().rsplit_once('.').is_some_and(|(_, places)| places.len() == 2)
}
