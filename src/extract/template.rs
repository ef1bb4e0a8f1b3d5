//! Blank forms that were published, or left in the input, before anybody filled them in.

use crate::document::{Block, Document};

/// How many placeholders a blank form has at least.
const PLACEHOLDERS: usize = 3;

/// How many lines and cells of a document hold a placeholder (`XX局`, `XXX万元`).
fn placeholders(document: &Document<'_>) -> usize {
    let is_placeholder = |text: &str| ["XX", "ＸＸ", "××", "xx局", "**局"].iter().any(|mark| text.contains(mark));
    document
        .blocks
        .iter()
        .map(|block| match block {
            Block::Text(line) => usize::from(is_placeholder(&line.text)),
            Block::Grid(grid) => grid
                .rows
                .iter()
                .flat_map(|row| &row.cells)
                .filter(|cell| is_placeholder(cell))
                .count(),
        })
        .sum()
}

/// What to say of a document that would be a blank form if nothing came of it; `None` where it has no placeholders.
pub fn blank_form(document: &Document<'_>) -> Option<String> {
    let count = placeholders(document);
    (count >= PLACEHOLDERS).then(|| {
        format!("a blank form: {count} lines and cells still hold placeholders (XX) and nothing is filled in; fetch the disclosure itself")
    })
}
