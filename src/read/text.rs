//! Plain and converted text: lines with tabs are rows of cells, all others lines of text.

use std::borrow::Cow;

use super::markup;
use crate::codes::{Layout, RejectCode};
use crate::config::Limits;
use crate::document::{Block, Cell, Grid, GridRow, Position, ReadNote, TextLine};
use crate::text::excerpt;

/// Cuts a text into blocks. A line ends with LF, CRLF or a lone CR; a form feed begins a page.
pub fn blocks<'a>(text: &'a str, limits: &Limits) -> (Vec<Block<'a>>, Vec<ReadNote>) {
    let mut cutter = Cutter {
        limits,
        blocks: Vec::new(),
        notes: Vec::new(),
        after_blank: true,
        empty_before: 0,
        page: u32::from(memchr::memchr(b'\x0c', text.as_bytes()).is_some()),
    };
    for (number, line) in (1u32..).zip(Lines { rest: Some(text) }) {
        cutter.line(number, line);
    }
    (cutter.blocks, cutter.notes)
}

struct Cutter<'a, 'l> {
    limits: &'l Limits,
    blocks: Vec<Block<'a>>,
    notes: Vec<ReadNote>,
    after_blank: bool,
    empty_before: u16,
    /// The page that the line stands on; 0 where the text has no form feeds.
    page: u32,
}

impl<'a> Cutter<'a, '_> {
    fn line(&mut self, number: u32, line: &'a str) {
        // Only a text with form feeds has pages.
        if self.page == 0 {
            return self.piece(number, line);
        }
        for (index, piece) in line.split('\x0c').enumerate() {
            if index > 0 {
                self.page += 1;
                self.after_blank = true;
            }
            self.piece(number, piece);
        }
    }

    /// What stands on one page of a line.
    fn piece(&mut self, number: u32, line: &'a str) {
        let position = Position {
            line: number,
            page: self.page,
        };
        if line.len() > self.limits.max_line {
            return self.leave_out(
                RejectCode::LineTooLong,
                format!("a line of {} bytes was left out", line.len()),
                position,
                line,
            );
        }
        if line.chars().all(|c| c.is_whitespace() && c != '\t') {
            self.empty_before = self.empty_before.saturating_add(u16::from(!line.is_empty()));
            self.after_blank = true;
            return;
        }
        if markup::is_rule(line) {
            return;
        }
        if memchr::memchr(b'\t', line.as_bytes()).is_some() {
            self.row(position, split_cells(line), line, Layout::Tabbed);
        } else if has_pipes(line) {
            self.piped(position, line);
        } else {
            self.blocks.push(Block::Text(TextLine {
                text: markup::strip(line),
                position,
                after_blank: self.after_blank,
                empty_before: self.empty_before,
            }));
        }
        self.after_blank = false;
        self.empty_before = 0;
    }

    /// A line whose cells are divided by `|`; one of separators alone continues the row above.
    fn piped(&mut self, position: Position, line: &'a str) {
        let cells: Vec<Cell<'a>> = line.split('|').map(|cell| markup::strip(cell.trim())).collect();
        let only_separators = cells.iter().all(|cell| cell.is_empty());
        if only_separators
            && let Some(Block::Grid(grid)) = self.blocks.last_mut()
            && let Some(last) = grid.rows.last_mut()
        {
            last.cells.extend(cells.into_iter().skip(1));
            return;
        }
        self.row(position, cells, line, Layout::Pipes);
    }

    fn row(&mut self, position: Position, cells: Vec<Cell<'a>>, line: &str, layout: Layout) {
        if cells.len() > self.limits.max_cells {
            return self.leave_out(
                RejectCode::RowTooWide,
                format!("a row of {} cells was left out", cells.len()),
                position,
                line,
            );
        }
        let row = GridRow { position, cells };
        match self.blocks.last_mut() {
            Some(Block::Grid(grid)) if !self.after_blank && grid.layout == layout => grid.rows.push(row),
            _ => self.blocks.push(Block::Grid(Grid { rows: vec![row], layout })),
        }
    }

    fn leave_out(&mut self, code: RejectCode, message: String, position: Position, line: &str) {
        let start: String = line.chars().take(400).collect();
        self.notes.push(ReadNote {
            code,
            message,
            position,
            excerpt: Some(excerpt(&start, 200)),
        });
    }
}

/// Whether a line is a row whose cells are divided by `|`.
fn has_pipes(line: &str) -> bool {
    let count = memchr::memchr_iter(b'|', line.as_bytes()).count();
    count >= 2 || count == 1 && (line.contains(" | ") || line.trim() == "|")
}

fn split_cells(line: &str) -> Vec<Cow<'_, str>> {
    let tabs = memchr::memchr_iter(b'\t', line.as_bytes());
    let has_markup = markup::may_stand_in(line);
    let mut cells = Vec::with_capacity(tabs.clone().count() + 1);
    let mut start = 0;
    for end in tabs.chain([line.len()]) {
        let cell = &line[start..end];
        cells.push(if has_markup { markup::strip(cell) } else { Cow::Borrowed(cell) });
        start = end + 1;
    }
    cells
}

/// The lines of a text, whatever ends them.
struct Lines<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let Some(end) = memchr::memchr2(b'\n', b'\r', rest.as_bytes()) else {
            self.rest = None;
            return (!rest.is_empty()).then_some(rest);
        };
        let after = &rest[end..];
        let skip = if after.starts_with("\r\n") { 2 } else { 1 };
        self.rest = Some(&after[skip..]);
        Some(&rest[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            max_line: 1000,
            max_cells: 10,
            ..crate::config::Config::load(None).unwrap().settings.limits
        }
    }

    #[test]
    fn all_line_ends_count_alike() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["标题", "a\tb", "c\td", "", "尾"].join(end);
            let (blocks, notes) = blocks(&text, &limits());
            assert!(notes.is_empty());
            let lines: Vec<u32> = blocks
                .iter()
                .map(|block| match block {
                    Block::Text(line) => line.position.line,
                    Block::Grid(grid) => grid.rows[0].position.line,
                })
                .collect();
            assert_eq!(lines, [1, 2, 5], "{end:?}");
        }
    }

    #[test]
    fn a_blank_line_parts_grids_and_a_form_feed_counts_pages() {
        let text = "a\tb\n\nc\td\n\x0ce\n";
        let (blocks, _) = blocks(text, &limits());
        assert_eq!(blocks.len(), 3);
        assert!(matches!(&blocks[2], Block::Text(line) if line.text == "e" && line.position.page == 2));
    }

    #[test]
    fn a_form_feed_within_a_line_loses_nothing() {
        let (blocks, _) = blocks("a\tb\x0c\nc\td\x0ce\tf\n", &limits());
        let rows: Vec<(String, Position)> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Grid(grid) => Some(grid.rows.iter().map(|row| (row.cells.join("|"), row.position))),
                Block::Text(_) => None,
            })
            .flatten()
            .collect();
        let at = |line, page| Position { line, page };
        assert_eq!(
            rows,
            [
                ("a|b".to_owned(), at(1, 1)),
                ("c|d".to_owned(), at(2, 2)),
                ("e|f".to_owned(), at(2, 3))
            ]
        );
    }

    #[test]
    fn what_is_too_long_is_noted() {
        let text = format!("{}\n{}\nx", "长".repeat(2000), "1\t".repeat(20));
        let (blocks, notes) = blocks(&text, &limits());
        assert_eq!(blocks.len(), 1);
        assert_eq!(
            notes.iter().map(|note| note.code).collect::<Vec<_>>(),
            [RejectCode::LineTooLong, RejectCode::RowTooWide]
        );
    }
}
