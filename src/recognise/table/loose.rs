//! Lines with figures that no table took: they are named, so that none is lost silently.

use std::ops::Range;

use super::Assembler;
use crate::codes::RejectCode;
use crate::layout::{Kind, OpenLine, Token};
use crate::money::has_digit;
use crate::recognise::Note;
use crate::text::{excerpt, has_any, strip_numbering};

/// How many figures a line holds at least that looks like a table's row.
const FIGURES: usize = 2;
/// How many lines of a table may hold none before it is another one.
const NAME_LINES: usize = 6;

impl Assembler<'_, '_> {
    /// Names the rows among the first `end` pending lines, which are left out; those of `taken`, in their order,
    /// belong to tables.
    pub(super) fn note_loose(&mut self, end: usize, taken: &[Range<usize>]) {
        let lines = self.pending.iter().enumerate().take(end);
        let is_taken = |index: &usize| {
            let next = taken.partition_point(|range| range.end <= *index);
            taken.get(next).is_some_and(|range| range.contains(index))
        };
        let is_loose = |(index, line): &(usize, &OpenLine<'_>)| !is_taken(index) && is_row(line);
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

/// Whether a line looks like a table's row: several amounts, or one behind a code or a numbering, and no running text.
fn is_row(line: &OpenLine<'_>) -> bool {
    let text = line.text.as_ref();
    if !has_digit(text) || has_any(text, &['。', '，', '；', '：']) || text.contains("万元") || text.contains("....") {
        return false;
    }
    let tokens: Vec<Token<'_>> = line.tokens().collect();
    let is_code = |token: &Token<'_>| token.kind == Kind::Digits && matches!(token.text.len(), 3 | 5 | 7);
    let is_numbered = |token: &Token<'_>| strip_numbering(token.text).len() < token.text.len();
    let begins_account = tokens.first().is_some_and(|first| is_code(first) || is_numbered(first));
    let figures = || {
        tokens
            .iter()
            .skip(usize::from(begins_account))
            .filter(|token| token.value().is_some())
    };
    let amounts = figures().filter(|token| token.text.contains(['.', ','])).count();
    amounts >= FIGURES || begins_account && amounts > 0 || tokens.first().is_some_and(is_code) && figures().count() >= FIGURES
}
