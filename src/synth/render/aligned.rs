//! Columns by position in display width: amounts to the right, names wrapped above and below their row, headers again on every page.

use unicode_width::UnicodeWidthStr;

use super::{Page, Style, wrap_name};
use crate::synth::disclosure::{ABOVE, Row, Table};

const GAP: usize = 2;
/// Columns without amounts are not narrower than this.
const NARROWEST: usize = 8;

/// Writes a form. An amount's line is the one that its row starts on.
pub fn table(page: &mut Page, table: &mut Table, style: &Style) {
    let columns = Columns::of(table, style);
    begin(page, table, &columns);
    for index in 0..table.rows.len() {
        if style.page_rows > 0 && index > 0 && index % style.page_rows == 0 {
            page.feed();
            header(page, table, &columns);
        }
        if let Some(row) = table.rows.get_mut(index)
            && !page.furniture(row)
        {
            body_row(page, row, &columns, style);
        }
    }
    table.notes.iter().for_each(|note| page.paragraph(note, style));
    page.feed();
}

/// Where columns start and how wide they are.
struct Columns {
    starts: Vec<usize>,
    widths: Vec<usize>,
}

impl Columns {
    fn of(table: &Table, style: &Style) -> Self {
        let mut widths = vec![NARROWEST; table.width()];
        for row in &table.rows {
            for (index, cell) in row.iter().enumerate() {
                let merged = row.get(index + 1).is_some_and(|next| next.covered);
                let widest = wrap_name(&cell.text, style.name_width).iter().map(|piece| piece.width()).max();
                if let (false, Some(width), Some(widest)) = (merged, widths.get_mut(index), widest) {
                    *width = (*width).max(widest);
                }
            }
        }
        let mut starts = Vec::with_capacity(widths.len());
        let mut start = 0;
        for width in &widths {
            starts.push(start);
            start += width + GAP;
        }
        Self { starts, widths }
    }

    fn total(&self) -> usize {
        self.starts.last().zip(self.widths.last()).map_or(0, |(start, width)| start + width)
    }

    /// Start and width of `count` columns from `index`.
    fn span(&self, index: usize, count: usize) -> (usize, usize) {
        let start = self.starts.get(index).copied().unwrap_or(0);
        let last = (index + count).saturating_sub(1).min(self.widths.len().saturating_sub(1));
        let end = self.starts.get(last).zip(self.widths.get(last)).map_or(start, |(s, w)| s + w);
        (start, end - start)
    }
}

/// A line of text with pieces at positions.
#[derive(Default)]
struct Canvas {
    text: String,
    width: usize,
}

impl Canvas {
    fn put(&mut self, position: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        let wanted = if self.width == 0 { position } else { position.max(self.width + 1) };
        self.text.extend(std::iter::repeat_n(' ', wanted - self.width));
        self.text.push_str(text);
        self.width = wanted + text.width();
    }

    fn right(&mut self, start: usize, width: usize, text: &str) {
        self.put((start + width).saturating_sub(text.width()), text);
    }

    fn centre(&mut self, start: usize, width: usize, text: &str) {
        self.put(start + width.saturating_sub(text.width()) / 2, text);
    }
}

fn begin(page: &mut Page, table: &Table, columns: &Columns) {
    let mut title = Canvas::default();
    title.centre(0, columns.total(), &table.title);
    page.line(&title.text);
    if let Some(number) = &table.number {
        let mut line = Canvas::default();
        line.right(0, columns.total(), number);
        page.line(&line.text);
    }
    let mut line = Canvas::default();
    line.put(0, table.body.as_deref().unwrap_or_default());
    line.right(0, columns.total(), table.unit.as_deref().unwrap_or_default());
    page.line(&line.text);
    page.blank();
    header(page, table, columns);
}

fn header(page: &mut Page, table: &Table, columns: &Columns) {
    for row in &table.header {
        let mut lines: Vec<Canvas> = Vec::new();
        for (index, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty() && *cell != ABOVE) {
            let covered = row.iter().skip(index + 1).take_while(|next| next.is_empty()).count();
            let (start, width) = columns.span(index, covered + 1);
            for (piece_index, piece) in wrap_name(&cell.replace(' ', ""), (width / 2).max(2)).iter().enumerate() {
                if lines.len() == piece_index {
                    lines.push(Canvas::default());
                }
                lines[piece_index].centre(start, width, piece);
            }
        }
        lines.iter().for_each(|line| {
            page.line(&line.text);
        });
    }
}

fn body_row(page: &mut Page, row: &mut Row, columns: &Columns, style: &Style) {
    let pieces: Vec<Vec<String>> = row.iter().map(|cell| wrap_name(&cell.text, style.name_width)).collect();
    let height = pieces.iter().map(Vec::len).max().unwrap_or(1);
    // Rows of an even number of pieces have their numbers between them, on a line of their own.
    let height = if height > 1 && height.is_multiple_of(2) {
        height + 1
    } else {
        height
    };
    let middle = height / 2;
    let first_line = page.next_line();
    for line_index in 0..height {
        let mut canvas = Canvas::default();
        for (index, (cell, pieces)) in row.iter_mut().zip(&pieces).enumerate() {
            let covered = 1;
            let (start, width) = columns.span(index, covered);
            let Some(piece) = piece_at(pieces, line_index, height) else {
                continue;
            };
            if cell.truth.is_some() {
                canvas.right(start, width, piece);
            } else {
                canvas.put(start, piece);
            }
            if line_index == middle {
                cell.stand_on(first_line);
            }
        }
        page.line(&canvas.text);
    }
}

/// The piece of a cell on a line of its row: centred around the middle, an even number of pieces leaves the middle free.
fn piece_at(pieces: &[String], line: usize, height: usize) -> Option<&String> {
    let count = pieces.len();
    let middle = height / 2;
    let offset = line.checked_sub(middle - count / 2)?;
    if count % 2 == 1 {
        return pieces.get(offset);
    }
    match line.cmp(&middle) {
        std::cmp::Ordering::Less => pieces.get(offset),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => pieces.get(offset - 1),
    }
}
