//! The words of a header whose pieces stand below each other.

use super::columns::Metric;
use super::line::Line;
use super::tokens::Kind;

/// A word of a header with its place.
#[derive(Debug, Clone)]
pub struct PlacedWord {
    /// As printed, its pieces joined.
    pub text: String,
    /// Where it begins and ends.
    pub span: (usize, usize),
}

/// The words that a piece of a header makes with the pieces below it, growing downwards.
pub type Chain = Vec<PlacedWord>;

/// How many lines a word of a header may wrap over.
const WRAPPED_LINES: usize = 6;

/// For each piece of a header, the words that it makes with the pieces below it.
pub fn pieces_below_each_other(lines: &[Line<'_>], metric: Metric) -> Vec<Chain> {
    let mut chains = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for token in line.tokens.iter().filter(|token| token.kind == Kind::Text) {
            let mut text = token.text.to_owned();
            let (mut from, mut to) = metric.of(token);
            let mut chain = vec![PlacedWord {
                text: text.clone(),
                span: (from, to),
            }];
            for below in lines.iter().skip(index + 1).take(WRAPPED_LINES) {
                let Some(next) = below
                    .tokens
                    .iter()
                    .find(|next| next.kind == Kind::Text && metric.of(next).0 < to && metric.of(next).1 > from)
                else {
                    continue;
                };
                text.push_str(next.text);
                (from, to) = (from.min(metric.of(next).0), to.max(metric.of(next).1));
                chain.push(PlacedWord {
                    text: text.clone(),
                    span: (from, to),
                });
            }
            chains.push(chain);
        }
    }
    chains
}
