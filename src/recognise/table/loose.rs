//! Lines with figures that no table took: they are named, so that none is lost silently.

use std::ops::Range;

use super::Assembler;
use crate::codes::RejectCode;
use crate::document::TextLine;
use crate::layout::Tokens;
use crate::recognise::Note;
use crate::text::excerpt;

/// How many figures a line holds at least that looks like a table's row.
const FIGURES: usize = 2;
/// How many lines of a table may hold none before it is another one.
const NAME_LINES: usize = 6;

impl Assembler<'_, '_> {
    /// Names the rows among the first `end` pending lines, which are left out; those of `taken` belong to tables.
    pub(super) fn note_loose(&mut self, end: usize, taken: &[Range<usize>]) {
        let lines = self.pending.iter().enumerate().take(end);
        let is_loose = |(index, line): &(usize, &TextLine<'_>)| !taken.iter().any(|range| range.contains(index)) && is_row(&line.text);
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (index, _) in lines.filter(is_loose) {
            match runs.last_mut() {
                Some((_, last, count)) if index - *last <= NAME_LINES => (*last, *count) = (index, *count + 1),
                _ => runs.push((index, index, 1)),
            }
        }
        for (first, _, count) in runs {
            let line = &self.pending[first];
            self.found.notes.push(Note {
                code: RejectCode::UnknownForm,
                message: format!("{count} lines with figures under no title and unit that are known were left out"),
                position: line.position,
                excerpt: Some(excerpt(&line.text, 200)),
            });
        }
    }
}

/// Whether a line looks like a table's row: several amounts, and no running text.
fn is_row(line: &str) -> bool {
    line.contains('.')
        && !line.contains(['。', '，', '；', '%'])
        && !line.contains("元")
        && Tokens::of(line)
            .filter(|token| token.is_money() && token.text.contains('.'))
            .count()
            >= FIGURES
}
