//! Words that nobody replaced: placeholders in forms that were published, or left in the input, before anybody filled them in.

use crate::config::Config;
use crate::document::{Block, Document, Position};
use crate::extraction::Leftover;

/// How many placeholders a blank form has at least.
const PLACEHOLDERS: usize = 3;

/// The lines and cells that hold a word of `[[wording]]` (`checks.toml`), each with the first such word.
pub fn leftovers(document: &Document<'_>, config: &Config) -> Vec<Leftover> {
    let printed = Printed::of(document);
    let mut last = None;
    let mut found = Vec::new();
    for (rule, word) in config.checks.wordings.all_in(&printed.text) {
        let piece = printed.starts.partition_point(|(start, _)| *start <= word.start);
        if last == Some(piece) {
            continue;
        }
        last = Some(piece);
        let position = piece.checked_sub(1).map_or_else(Position::default, |at| printed.starts[at].1);
        found.push(Leftover {
            rule,
            word: printed.text[word].to_owned(),
            line: position.line_number(),
            page: position.page_number(),
        });
    }
    found
}

/// All lines and cells behind each other, since one search through a long text is much faster than many through short ones.
#[derive(Default)]
struct Printed {
    text: String,
    /// Where in the text each line or cell starts, and where in the document it stands.
    starts: Vec<(usize, Position)>,
}

impl Printed {
    fn of(document: &Document<'_>) -> Self {
        let mut printed = Self::default();
        for block in &document.blocks {
            match block {
                Block::Text(line) => printed.push(&line.text, line.position),
                Block::Grid(grid) => {
                    for row in &grid.rows {
                        row.cells.iter().for_each(|cell| printed.push(cell, row.position));
                    }
                }
            }
        }
        printed
    }

    fn push(&mut self, text: &str, position: Position) {
        if !text.is_empty() {
            self.starts.push((self.text.len(), position));
            self.text.push_str(text);
            self.text.push('\n');
        }
    }
}

/// What to say of a document that would be a blank form if nothing came of it; `None` where it has no placeholders.
pub fn blank_form(leftovers: &[Leftover], config: &Config) -> Option<String> {
    let is_of_blank_form = |left: &&Leftover| config.checks.wording.get(left.rule).is_some_and(|rule| rule.blank_form);
    let count = leftovers.iter().filter(is_of_blank_form).count();
    (count >= PLACEHOLDERS).then(|| {
        format!("a blank form: {count} lines and cells still hold placeholders (XX) and nothing is filled in; fetch the disclosure itself")
    })
}
