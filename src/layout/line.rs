//! A line of a document, and of a table whose cells are gone.

use std::cell::OnceCell;
use std::ops::Deref;

use super::tokens::{Mark, Token, Tokens};
use crate::document::{Position, TextLine};

/// A line that no table has taken yet. Its words and figures are told apart once, when somebody asks for them first.
#[derive(Debug)]
pub struct OpenLine<'a> {
    line: TextLine<'a>,
    tokens: OnceCell<Vec<Mark>>,
}

impl OpenLine<'_> {
    /// Its words and figures.
    pub fn tokens(&self) -> impl Iterator<Item = Token<'_>> {
        let marks = self.tokens.get_or_init(|| {
            let mut marks = Vec::with_capacity(8);
            marks.extend(Tokens::of(&self.line.text).map(Mark::from));
            marks
        });
        marks.iter().map(|mark| mark.in_line(&self.line.text))
    }
}

impl<'a> From<TextLine<'a>> for OpenLine<'a> {
    fn from(line: TextLine<'a>) -> Self {
        Self {
            line,
            tokens: OnceCell::new(),
        }
    }
}

impl<'a> Deref for OpenLine<'a> {
    type Target = TextLine<'a>;

    fn deref(&self) -> &TextLine<'a> {
        &self.line
    }
}

/// A line of a table, or the part of one that belongs to a column group.
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
    pub fn of(line: &'a OpenLine<'_>) -> Self {
        Self {
            text: &line.text,
            position: line.position,
            after_blank: line.after_blank,
            tokens: line.tokens().collect(),
        }
    }

    /// The part of the line that these tokens are.
    pub fn part(&self, tokens: Vec<Token<'a>>) -> Self {
        Self { tokens, ..*self }
    }
}
