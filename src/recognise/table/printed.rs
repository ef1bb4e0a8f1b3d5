//! The lines between tables that were seen so far.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::document::TextLine;
use crate::text::compact;

/// Longest line that is remembered, in bytes; the head of a page is shorter.
const LONGEST: usize = 120;

/// Short lines with how many tables were found when each was printed. Few documents ask, so words are compared only then.
#[derive(Default)]
pub struct Printed<'a> {
    lines: Vec<(Cow<'a, str>, usize)>,
    /// The words of the first `known` lines, each as it was printed first.
    first: HashMap<String, usize>,
    known: usize,
}

impl<'a> Printed<'a> {
    /// Remembers a line that stands below so many tables.
    pub fn push(&mut self, line: &TextLine<'a>, tables: usize) {
        if line.text.len() < LONGEST {
            self.lines.push((line.text.clone(), tables));
        }
    }

    /// Whether a line was printed above the last of so many tables.
    pub fn was_above(&mut self, line: &TextLine<'_>, tables: usize) -> bool {
        for (line, tables) in &self.lines[self.known..] {
            self.first.entry(compact(line)).or_insert(*tables);
        }
        self.known = self.lines.len();
        self.first.get(&compact(&line.text)).is_some_and(|first| *first < tables)
    }
}
