//! Words that nobody replaced: placeholders in forms that were published, or left in the input, before anybody filled them in.

use std::borrow::Cow;

use crate::config::Config;
use crate::document::{Block, Cell, Document, Position};
use crate::extraction::Leftover;

/// How many placeholders a blank form has at least.
const PLACEHOLDERS: usize = 3;

/// The lines and cells that hold a word of `[[wording]]` (`checks.toml`), each with the first such word. `text` is what the document
/// borrows from, if it is text.
pub fn leftovers(document: &Document<'_>, text: Option<&str>, config: &Config) -> Vec<Leftover> {
    // One search through a long text is much faster than many through short ones, and most find nothing.
    let none_borrowed = text.is_some_and(|text| !config.checks.wordings.are_in(text));
    let mut found = Vec::new();
    let mut look = |text: &Cell<'_>, position: Position| {
        if none_borrowed && matches!(text, Cow::Borrowed(_)) {
            return;
        }
        if let Some((rule, word)) = config.checks.wordings.all_in(text).next() {
            found.push(Leftover {
                rule,
                word: text[word].to_owned(),
                line: position.line_number(),
                page: position.page_number(),
            });
        }
    };
    for block in &document.blocks {
        match block {
            Block::Text(line) => look(&line.text, line.position),
            Block::Grid(grid) => grid
                .rows
                .iter()
                .for_each(|row| row.cells.iter().for_each(|cell| look(cell, row.position))),
        }
    }
    found
}

/// What to say of a document that would be a blank form if nothing came of it; `None` where it has no placeholders.
pub fn blank_form(leftovers: &[Leftover], config: &Config) -> Option<String> {
    let is_of_blank_form = |left: &&Leftover| config.checks.wording.get(left.rule).is_some_and(|rule| rule.blank_form);
    let count = leftovers.iter().filter(is_of_blank_form).count();
    (count >= PLACEHOLDERS).then(|| {
        format!("a blank form: {count} lines and cells still hold placeholders (XX) and nothing is filled in; fetch the disclosure itself")
    })
}
