//! Amounts and money units, exact: from printed text to yuan in `Decimal128(20,2)`.

use std::fmt;

use rust_decimal::Decimal;

/// An amount in yuan, exact to the cent (分).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Yuan(i128);

impl Yuan {
    /// Digits of the published decimal type, and those after the point.
    pub const PRECISION: u8 = 20;
    /// Digits after the point of the published decimal type.
    pub const SCALE: i8 = 2;
    /// Nothing.
    pub const ZERO: Self = Self(0);
    const LIMIT: i128 = 10i128.pow(Self::PRECISION as u32);

    /// From a number of cents; `None` past `Decimal(20,2)`.
    pub fn from_cents(cents: i128) -> Option<Self> {
        (cents.abs() < Self::LIMIT).then_some(Self(cents))
    }

    /// The number of cents.
    pub fn cents(self) -> i128 {
        self.0
    }
}

impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl serde::Serialize for Yuan {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A money unit as disclosures print it (单位：万元).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoneyUnit {
    /// How many yuan one is.
    pub yuan: i64,
    /// The unit's word.
    pub text: &'static str,
}

/// The units that occur, longest word first.
const UNITS: [MoneyUnit; 6] = [
    MoneyUnit {
        yuan: 100_000_000,
        text: "亿元",
    },
    MoneyUnit {
        yuan: 1_000_000,
        text: "百万元",
    },
    MoneyUnit {
        yuan: 10_000,
        text: "万元",
    },
    MoneyUnit {
        yuan: 1_000, text: "千元"
    },
    MoneyUnit { yuan: 100, text: "百元" },
    MoneyUnit { yuan: 1, text: "元" },
];

impl MoneyUnit {
    /// Yuan.
    pub const YUAN: Self = UNITS[5];
    /// 万元, ten thousand yuan.
    pub const WAN: Self = UNITS[2];

    /// The unit whose word `text` is; white space inside it is layout (`万 元`).
    pub fn parse(text: &str) -> Option<Self> {
        let word: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let word = word.strip_prefix("人民币").unwrap_or(&word);
        UNITS.into_iter().find(|unit| unit.text == word)
    }

    /// The unit that `text` ends with, and what stands before it.
    pub fn strip_suffix(text: &str) -> Option<(&str, Self)> {
        UNITS
            .into_iter()
            .find_map(|unit| text.strip_suffix(unit.text).map(|rest| (rest, unit)))
    }
}

/// What the text of a cell in a money column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyCell {
    /// Nothing is printed.
    Blank,
    /// A dash (`────`): the column does not apply.
    NotApplicable,
    /// A number, in the table's unit or one printed beside it.
    Number(Decimal, Option<MoneyUnit>),
    /// Something else.
    Bad(BadAmount),
}

/// Why the text of a money cell is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAmount {
    /// No digits where a number should be.
    #[error("is no number")]
    NotANumber,
    /// Digits and separators that do not make one number.
    #[error("is no well-formed number")]
    Malformed,
    /// More digits than a decimal holds.
    #[error("is past the range of Decimal(20,2)")]
    Range,
    /// A fraction of a cent.
    #[error("has a fraction of a cent")]
    Inexact,
}

/// Longest text that can be an amount; anything longer is none.
const LONGEST: usize = 64;

/// Reads a cell of a money column.
///
/// Understands thousands separators, full-width digits and punctuation, minus signs (`-`, `－`, `−`, `△`), brackets for negatives, and
/// white space that wrapping put into a number (`1,168.8 4`). White space between what could be two numbers is not joined.
pub fn parse_cell(text: &str) -> MoneyCell {
    if let Some(number) = plain_number(text) {
        return MoneyCell::Number(number, None);
    }
    let text = text.trim();
    if text.is_empty() {
        return MoneyCell::Blank;
    }
    if let Some(number) = plain_number(text) {
        return MoneyCell::Number(number, None);
    }
    if text.chars().all(is_dash) {
        return MoneyCell::NotApplicable;
    }
    if text.len() > LONGEST * 3 || !has_digit(text) {
        return MoneyCell::Bad(BadAmount::NotANumber);
    }
    let mut narrow = String::with_capacity(text.len());
    narrow.extend(text.chars().map(narrow_char));
    let (number, unit) = match MoneyUnit::strip_suffix(narrow.trim_end()) {
        Some((rest, unit)) if !rest.trim().is_empty() => (rest.trim(), Some(unit)),
        _ => (narrow.trim(), None),
    };
    match signed_number(number) {
        Ok(decimal) => MoneyCell::Number(decimal, unit),
        Err(bad) => MoneyCell::Bad(bad),
    }
}

/// An amount of `number` times `unit` in yuan.
pub fn to_yuan(number: Decimal, unit: MoneyUnit) -> Result<Yuan, BadAmount> {
    let yuan = number.checked_mul(Decimal::from(unit.yuan)).ok_or(BadAmount::Range)?.normalize();
    let shift = 2u32.checked_sub(yuan.scale()).ok_or(BadAmount::Inexact)?;
    let cents = yuan.mantissa().checked_mul(10i128.pow(shift)).ok_or(BadAmount::Range)?;
    Yuan::from_cents(cents).ok_or(BadAmount::Range)
}

/// The everyday case without allocation: ASCII digits, well-placed commas, at most one point.
fn plain_number(text: &str) -> Option<Decimal> {
    let mut mantissa: i64 = 0;
    let mut digits = 0;
    let mut since_comma = None;
    let mut decimals = None;
    for &byte in text.as_bytes() {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                if let Some(places) = &mut decimals {
                    *places += 1;
                } else if let Some(run) = &mut since_comma {
                    *run += 1;
                }
            }
            b',' if decimals.is_none() && digits > 0 && since_comma.map_or(digits <= 3, |run| run == 3) => since_comma = Some(0),
            b'.' if decimals.is_none() && digits > 0 && since_comma.is_none_or(|run| run == 3) => decimals = Some(0u32),
            _ => return None,
        }
        if digits > 17 {
            return None;
        }
    }
    let whole = decimals.is_some_and(|places| places > 0) || (decimals.is_none() && since_comma.is_none_or(|run| run == 3));
    (digits > 0 && whole).then(|| Decimal::new(mantissa, decimals.unwrap_or(0)))
}

fn signed_number(text: &str) -> Result<Decimal, BadAmount> {
    let (negative, body) = match text.strip_prefix(['-', '△', '▲']) {
        Some(rest) => (true, rest),
        None => match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        },
    };
    let joined = join_wrapped(body.trim())?;
    let decimal = separated_number(&joined)?;
    Ok(if negative { -decimal } else { decimal })
}

/// Takes out white space that wrapping put into one number; refuses where two numbers may stand side by side.
fn join_wrapped(text: &str) -> Result<String, BadAmount> {
    let mut joined = String::with_capacity(text.len());
    for piece in text.split_whitespace() {
        let torn = joined.is_empty()
            || joined.ends_with([',', '.'])
            || piece.starts_with([',', '.'])
            // One digit behind the point is half of two; what comes to more may be another number.
            || (joined.contains('.') && joined.len() - joined.find('.').unwrap_or(0) == 2 && matches!(piece.as_bytes(), [b'0'..=b'9']))
            || (joined.rfind(',').is_some_and(|comma| joined.len() - comma <= 3) && !joined.contains('.'));
        if !torn {
            return Err(if piece.contains(|c: char| c.is_ascii_digit()) {
                BadAmount::Malformed
            } else {
                BadAmount::NotANumber
            });
        }
        joined.push_str(piece);
    }
    Ok(joined)
}

fn separated_number(text: &str) -> Result<Decimal, BadAmount> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Err(BadAmount::NotANumber);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let groups_fit = if whole.contains(',') {
        let mut groups = whole.split(',');
        groups.next().is_some_and(|first| (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
    } else {
        !whole.is_empty()
    };
    let digits: String = whole.chars().filter(|c| *c != ',').collect();
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !groups_fit || !all_digits(&digits) || !all_digits(fraction) {
        return Err(BadAmount::Malformed);
    }
    Decimal::from_str_exact(&format!("{digits}.{fraction}")).map_err(|_| BadAmount::Range)
}

/// Whether a text holds a digit; without one there is no amount in it.
pub fn has_digit(text: &str) -> bool {
    text.contains(|c: char| matches!(c, '0'..='9' | '０'..='９'))
}

/// Whether a character is one of the dashes that stand for 'not applicable'.
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '－' | '—' | '–' | '−' | '─' | '━' | '―' | '﹣' | '/' | '／' | '\\')
}

/// The half-width form of a full-width digit, sign or separator; any other character as it is.
pub fn narrow_char(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '−' | '–' | '﹣' | '—' => '-',
        '。' => '.',
        '、' => ',',
        '﹙' => '(',
        '﹚' => ')',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<String> {
        match parse_cell(text) {
            MoneyCell::Number(decimal, _) => Some(decimal.to_string()),
            _ => None,
        }
    }

    #[test]
    fn reads_what_disclosures_print() {
        for (text, expected) in [
            ("1,008.68", "1008.68"),
            ("5103.42", "5103.42"),
            ("0", "0"),
            ("0.00", "0.00"),
            ("371,514,655.00", "371514655.00"),
            ("１，２３４．５０", "1234.50"),
            ("－12.30", "-12.30"),
            ("△12.30", "-12.30"),
            ("(1,234.50)", "-1234.50"),
            ("（1,234.50）", "-1234.50"),
            ("1,168.8 4", "1168.84"),
            ("10,441.4 1", "10441.41"),
            ("9,202.0\u{3000}0", "9202.00"),
            ("9,000. 00", "9000.00"),
            ("44.129", "44.129"),
        ] {
            assert_eq!(number(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in [
            "1,2 34.5.6",
            "12 13",
            "667.98 547.65",
            "1.2.3",
            ",5",
            "5,",
            "1,23",
            "abc",
            "12,3456",
            "1.",
            "合计",
        ] {
            assert!(matches!(parse_cell(text), MoneyCell::Bad(_)), "{text}: {:?}", parse_cell(text));
        }
        assert_eq!(parse_cell("────"), MoneyCell::NotApplicable);
        assert_eq!(parse_cell("-"), MoneyCell::NotApplicable);
        assert_eq!(parse_cell(" \u{3000} "), MoneyCell::Blank);
        assert_eq!(parse_cell(&"9".repeat(40)), MoneyCell::Bad(BadAmount::Range));
    }

    #[test]
    fn yuan_is_exact() {
        let wan = |text: &str| to_yuan(Decimal::from_str_exact(text).unwrap(), MoneyUnit::WAN).map(|yuan| yuan.to_string());
        assert_eq!(wan("667.98").as_deref(), Ok("6679800.00"));
        assert_eq!(wan("44.129001").as_deref(), Ok("441290.01"));
        assert_eq!(wan("44.1290011"), Err(BadAmount::Inexact));
        assert_eq!(wan("99999999999999"), Ok("999999999999990000.00".to_owned()));
        assert_eq!(wan("999999999999999"), Err(BadAmount::Range));
        assert_eq!(
            to_yuan(Decimal::new(-5, 1), MoneyUnit::YUAN)
                .map(|yuan| yuan.to_string())
                .as_deref(),
            Ok("-0.50")
        );
    }

    #[test]
    fn units_are_found() {
        assert_eq!(MoneyUnit::parse("万 元"), Some(MoneyUnit::WAN));
        assert_eq!(MoneyUnit::parse("人民币万元"), Some(MoneyUnit::WAN));
        assert_eq!(
            MoneyUnit::strip_suffix("3.5万元").map(|(rest, unit)| (rest, unit.yuan)),
            Some(("3.5", 10_000))
        );
    }
}
