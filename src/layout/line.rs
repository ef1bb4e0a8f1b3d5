//! A line of a table whose cells are gone.

use super::tokens::{Token, tokenise};
use crate::document::{Position, TextLine};

/// A line, or the part of one that belongs to a column group.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// As printed, all of it.
    pub text: &'a str,
    /// Where it stands.
    pub position: Position,
    /// Whether a blank line stands before it.
    pub after_blank: bool,
    /// Its words and figures.
    pub tokens: Vec<Token<'a>>,
}

impl<'a> Line<'a> {
    /// A whole line.
    pub fn of(line: &'a TextLine<'_>) -> Self {
        Self {
            text: &line.text,
            position: line.position,
            after_blank: line.after_blank,
            tokens: tokenise(&line.text),
        }
    }

    /// The part of the line that these tokens are.
    pub fn part(&self, tokens: Vec<Token<'a>>) -> Self {
        Self { tokens, ..*self }
    }
}
