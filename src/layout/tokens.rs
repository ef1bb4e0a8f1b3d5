//! A line → tokens: words and numbers with their places.

use rust_decimal::Decimal;

use crate::money::{MoneyCell, is_dash, parse_cell};
use crate::text::{find_space, is_space};

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
    /// Where it begins in its line, in bytes.
    start: usize,
    /// What it is.
    pub kind: Kind,
    /// White space before it, in characters.
    pub gap: usize,
    /// Where it begins and ends, in characters.
    pub chars: (usize, usize),
    /// Where it begins and ends, in columns of a terminal (a Chinese character is two).
    pub cols: (usize, usize),
}

/// A token without its line.
#[derive(Debug)]
pub(super) struct Mark {
    /// Where it begins and ends in its line, in bytes.
    bytes: (usize, usize),
    kind: Kind,
    gap: usize,
    chars: (usize, usize),
    cols: (usize, usize),
}

impl From<Token<'_>> for Mark {
    fn from(token: Token<'_>) -> Self {
        let Token {
            text,
            start,
            kind,
            gap,
            chars,
            cols,
        } = token;
        let bytes = (start, start + text.len());
        Self {
            bytes,
            kind,
            gap,
            chars,
            cols,
        }
    }
}

impl Mark {
    /// The token, which is one of this line.
    pub(super) fn in_line<'a>(&self, line: &'a str) -> Token<'a> {
        let Self {
            bytes,
            kind,
            gap,
            chars,
            cols,
        } = *self;
        Token {
            text: &line[bytes.0..bytes.1],
            start: bytes.0,
            kind,
            gap,
            chars,
            cols,
        }
    }
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

/// The tokens of a line. A number that runs into the next cell's text is cut off (`2,693.10二、外交支出`); `1. 一般公共预算资金` and
/// `二、 外交支出` are one word each.
pub fn tokenise(line: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(8);
    tokens.extend(Tokens::of(line));
    tokens
}

/// The tokens of a line, one after the other, for who needs only the first.
pub struct Tokens<'a> {
    line: &'a str,
    /// Where what was not looked at yet begins, in bytes.
    at: usize,
    /// The same in characters and columns.
    chars: usize,
    cols: usize,
    /// Where the piece that was cut off the one before ends.
    cut: Option<usize>,
    /// A token that was looked at and not given yet.
    ahead: Option<Token<'a>>,
}

impl<'a> Tokens<'a> {
    /// Begins with the first.
    pub fn of(line: &'a str) -> Self {
        Self {
            line,
            at: 0,
            chars: 0,
            cols: 0,
            cut: None,
            ahead: None,
        }
    }

    /// The next piece between white space, or of one that was cut in two.
    fn piece(&mut self) -> Option<Token<'a>> {
        let mut gap = 0;
        let end = match self.cut.take() {
            Some(end) => end,
            None => {
                let blanks = self.line[self.at..].bytes().take_while(|byte| *byte == b' ').count();
                (gap, self.at, self.cols) = (blanks, self.at + blanks, self.cols + blanks);
                for c in self.line[self.at..].chars().take_while(|c| is_space(*c)) {
                    gap += 1;
                    self.at += c.len_utf8();
                    self.cols += width(c);
                }
                self.chars += gap;
                let length = find_space(&self.line[self.at..]);
                let end = self.at + length;
                match run_on(&self.line[self.at..end]) {
                    Some(cut) => {
                        self.cut = Some(end);
                        self.at + cut
                    }
                    None => end,
                }
            }
        };
        let text = &self.line[self.at..end];
        if text.is_empty() {
            return None;
        }
        let extent = Extent::of(text);
        let token = Token {
            text,
            start: self.at,
            // A Chinese character is part of no number.
            kind: if extent.is_chinese { Kind::Text } else { kind(text) },
            gap,
            chars: (self.chars, self.chars + extent.chars),
            cols: (self.cols, self.cols + extent.cols),
        };
        (self.at, self.chars, self.cols) = (end, token.chars.1, token.cols.1);
        Some(token)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let mut token = match self.ahead.take() {
            Some(token) => token,
            None => self.piece()?,
        };
        if is_bare_numbering(token.text)
            && let Some(next) = self.piece()
        {
            if next.kind == Kind::Text && (1..=3).contains(&next.gap) {
                token.text = &self.line[token.start..self.at];
                token.chars.1 = next.chars.1;
                token.cols.1 = next.cols.1;
                token.kind = Kind::Text;
            } else {
                self.ahead = Some(next);
            }
        }
        Some(token)
    }
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
    unicode_width::UnicodeWidthChar::width(c).unwrap_or(0)
}

/// How long a text is.
struct Extent {
    chars: usize,
    cols: usize,
    /// Whether some characters are Chinese for sure.
    is_chinese: bool,
}

/// What each byte adds to the count of characters, and 2²⁰ and 2⁴⁰ times to those of narrow and of wide ones.
const COUNTS: [u64; 256] = {
    let mut counts = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        counts[byte] = match byte {
            0x20..=0x7E => 1 + (1 << 20),
            // U+5000 to U+9FFF, all of them two columns wide.
            0xE5..=0xE9 => 1 + (1 << 40),
            0x80..=0xBF => 0,
            _ => 1,
        };
        byte += 1;
    }
    counts
};

impl Extent {
    fn of(text: &str) -> Self {
        let counted: u64 = text.bytes().map(|byte| COUNTS[usize::from(byte)]).sum();
        let part = |shift: u32| usize::try_from(counted >> shift & 0xF_FFFF).unwrap_or(0);
        let (chars, narrow, wide) = (part(0), part(20), part(40));
        if text.len() < 1 << 20 && narrow + wide == chars {
            Self {
                chars,
                cols: narrow + 2 * wide,
                is_chinese: wide > 0,
            }
        } else {
            Self {
                chars: text.chars().count(),
                cols: text.chars().map(width).sum(),
                is_chinese: text.bytes().any(|byte| matches!(byte, 0xE4..=0xE9)),
            }
        }
    }
}

fn kind(piece: &str) -> Kind {
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

/// Where an amount with decimals runs into text in a piece, at either end of it.
fn run_on(piece: &str) -> Option<usize> {
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

    proptest::proptest! {
        #[test]
        fn tokens_say_where_they_stand(line in "[ \u{3000}\t0-9.,、（(一丁国支出Ａé\u{200b}-]{0,40}") {
            let mut shown = String::new();
            for token in tokenise(&line) {
                let before = &line[..token.start];
                assert!(line[token.start..].starts_with(token.text));
                let chars = before.chars().count();
                assert_eq!(token.chars, (chars, chars + token.text.chars().count()));
                let cols: usize = before.chars().map(width).sum();
                assert_eq!(token.cols, (cols, cols + token.text.chars().map(width).sum::<usize>()));
                shown.extend(token.text.chars().filter(|c| !is_space(*c)));
            }
            assert_eq!(shown, line.chars().filter(|c| !is_space(*c)).collect::<String>());
        }
    }
}
