//! A line → tokens: words and numbers with their places.

use rust_decimal::Decimal;

use crate::money::{MoneyCell, is_dash, parse_cell};
use crate::text::is_space;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A number with a point or thousands separators, or too long for a code.
    Amount(Decimal),
    /// Bare digits: a code, a part of one, a line number or an amount without decimals.
    Digits,
    /// Dashes: the column does not apply.
    Dash,
    /// Anything else.
    Text,
}

/// A piece of a line.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    /// As printed.
    pub text: &'a str,
    /// What it is.
    pub kind: Kind,
    /// White space before it, in characters.
    pub gap: usize,
    /// Where it begins and ends, in characters.
    pub chars: (usize, usize),
    /// Where it begins and ends, in columns of a terminal (a Chinese character is two).
    pub cols: (usize, usize),
}

impl Token<'_> {
    /// Whether it can only be money.
    pub fn is_money(&self) -> bool {
        matches!(self.kind, Kind::Amount(_))
    }

    /// Its value where it is a number at all.
    pub fn value(&self) -> Option<Decimal> {
        match self.kind {
            Kind::Amount(value) => Some(value),
            Kind::Digits => match parse_cell(self.text) {
                MoneyCell::Number(value, None) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The tokens of a line. A number that runs into the next cell's text is cut off (`2,693.10二、外交支出`).
pub fn tokenise(line: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(8);
    let (mut chars, mut cols, mut gap) = (0, 0, 0);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if is_space(c) {
            gap += 1;
            chars += 1;
            cols += width(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let end = rest.find(is_space).unwrap_or(rest.len());
        for piece in run_on(&rest[..end]) {
            let (length, columns) = piece.chars().fold((0, 0), |(length, columns), c| (length + 1, columns + width(c)));
            tokens.push(Token {
                text: piece,
                kind: kind(piece),
                gap,
                chars: (chars, chars + length),
                cols: (cols, cols + columns),
            });
            chars += length;
            cols += columns;
            gap = 0;
        }
        rest = &rest[end..];
    }
    join_numbering(line, tokens)
}

/// `1. 一般公共预算资金` and `二、 外交支出` are one word each.
fn join_numbering<'a>(line: &'a str, tokens: Vec<Token<'a>>) -> Vec<Token<'a>> {
    let mut joined: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let Some(last) = joined.last_mut()
            && token.kind == Kind::Text
            && (1..=3).contains(&token.gap)
            && is_bare_numbering(last.text)
        {
            // Both are slices of the line, one behind the other.
            let from = last.text.as_ptr() as usize - line.as_ptr() as usize;
            let to = token.text.as_ptr() as usize - line.as_ptr() as usize + token.text.len();
            last.text = &line[from..to];
            last.chars.1 = token.chars.1;
            last.cols.1 = token.cols.1;
            last.kind = Kind::Text;
            continue;
        }
        joined.push(token);
    }
    joined
}

/// Whether a piece is a numbering alone: `1.`, `二、`, `（一）`.
pub fn is_bare_numbering(piece: &str) -> bool {
    let inner = piece
        .strip_suffix(['、', '.', '．', ')', '）'])
        .map(|rest| rest.trim_start_matches(['(', '（']));
    inner.is_some_and(|inner| {
        !inner.is_empty() && inner.chars().count() <= 4 && inner.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
    })
}

fn width(c: char) -> usize {
    match c {
        ' '..='~' => 1,
        '一'..='鿿' => 2,
        _ => unicode_width::UnicodeWidthChar::width(c).unwrap_or(0),
    }
}

fn kind(piece: &str) -> Kind {
    // A Chinese character is part of no number: `E4` to `E9` begin them all.
    if piece.bytes().any(|byte| matches!(byte, 0xE4..=0xE9)) {
        return Kind::Text;
    }
    if piece.chars().all(is_dash) {
        return Kind::Dash;
    }
    if piece.bytes().all(|byte| byte.is_ascii_digit()) && piece.len() <= 12 {
        return Kind::Digits;
    }
    match parse_cell(piece) {
        MoneyCell::Number(value, None) => Kind::Amount(value),
        _ => Kind::Text,
    }
}

/// Cuts a piece where an amount with decimals runs into text, at either end.
fn run_on(piece: &str) -> impl Iterator<Item = &str> {
    let at = run_on_at(piece);
    let (first, second) = at.map_or((piece, None), |at| (&piece[..at], Some(&piece[at..])));
    [first].into_iter().chain(second)
}

/// Where.
fn run_on_at(piece: &str) -> Option<usize> {
    let bytes = piece.as_bytes();
    let number = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b'-'))
        .count();
    if number > 3
        && number < piece.len()
        && piece.is_char_boundary(number)
        && has_two_decimals(&piece[..number])
        && !piece[number..].starts_with('%')
    {
        return Some(number);
    }
    let tail = bytes
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'))
        .count();
    let at = piece.len() - tail;
    let cuts = tail > 3
        && at > 0
        && piece.is_char_boundary(at)
        && has_two_decimals(&piece[at..])
        && !piece[..at].ends_with(['-', '(', '（', '△', '≥', '≤']);
    cuts.then_some(at)
}

fn has_two_decimals(number: &str) -> bool {
    number.rfind('.').is_some_and(|point| number.len() - point == 3) && matches!(parse_cell(number), MoneyCell::Number(..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_tokens() {
        let words = |line: &'static str| tokenise(line).into_iter().map(|token| (token.text, token.gap)).collect::<Vec<_>>();
        assert_eq!(
            words("2 2,693.10二、外交支出 33  "),
            [("2", 0), ("2,693.10", 1), ("二、外交支出", 0), ("33", 1)]
        );
        assert_eq!(
            words("合计 14,997.80 14,996.08     1.72"),
            [("合计", 0), ("14,997.80", 1), ("14,996.08", 1), ("1.72", 5)]
        );
        assert_eq!(words(" 9  九、卫生"), [("9", 1), ("九、卫生", 2)]);
        let token = &tokenise("合计  1.00")[1];
        assert_eq!((token.chars, token.cols), ((4, 8), (6, 10)));
        assert!(token.is_money());
    }
}
