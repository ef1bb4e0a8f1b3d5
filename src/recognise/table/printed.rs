//! The lines between tables that were seen so far.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::document::TextLine;
use crate::text::compact;

/// Longest line that is remembered, in bytes; the head of a page is shorter.
const LONGEST: usize = 120;

/// Short lines with how many tables were found when each was printed. Few documents ask, so words are compared only then.
#[derive(Default)]
pub struct PrintedLines<'a> {
    /// Lines whose words nobody asked for yet.
    lines: Vec<(Cow<'a, str>, usize)>,
    /// How many tables there were when these words were printed first.
    first: HashMap<String, usize>,
}

impl<'a> PrintedLines<'a> {
    /// Remembers a line that stands below so many tables.
    pub fn push(&mut self, line: &TextLine<'a>, tables: usize) {
        if line.text.len() < LONGEST {
            self.lines.push((line.text.clone(), tables));
        }
    }

    /// Whether a line was printed above the last of so many tables.
    pub fn was_above(&mut self, line: &TextLine<'_>, tables: usize) -> bool {
        for (line, tables) in self.lines.drain(..) {
            self.first.entry(compact(&line).into_owned()).or_insert(tables);
        }
        self.first.get(compact(&line.text).as_ref()).is_some_and(|first| *first < tables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Position;

    #[test]
    fn a_line_was_above_the_last_table_if_it_was_printed_before_it() {
        let line = |text: &'static str| TextLine {
            text: text.into(),
            position: Position::default(),
            after_blank: false,
            empty_before: 0,
        };
        let mut printed = PrintedLines::default();
        printed.push(&line("某局 预算"), 0);
        printed.push(&line("说明"), 1);
        assert!(printed.was_above(&line("某局预算"), 1));
        assert!(!printed.was_above(&line("说明"), 1) && printed.was_above(&line("说明"), 2));
        printed.push(&line("某局预算"), 2);
        assert!(printed.was_above(&line("某局预算"), 1) && !printed.was_above(&line("别的"), 3));
    }
}
