//! Figures in a text: a number and the unit behind it.

use std::ops::Range;

use rust_decimal::Decimal;

use crate::config::FactRules;

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// In the published unit (yuan for money); the largest decimal where it is past all.
    pub value: Decimal,
    /// The unit's code.
    pub unit: String,
    /// Where it stands in the text, sign and unit included.
    pub range: Range<usize>,
}

/// The figures of a text in their order. A zero at the end of a clause behind 为 needs no unit: it is nothing of anything.
pub fn figures(text: &str, rules: &FactRules) -> Vec<Figure> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = (at..bytes.len()).find(|index| bytes[*index].is_ascii_digit()) {
        let end = number_end(bytes, start);
        at = end;
        let rest = &text[end..];
        let unsigned = text[..start].strip_suffix(['-', '△']);
        let sign = unsigned
            .filter(|before| !before.ends_with(|c: char| c.is_ascii_digit() || c == '日'))
            .map(str::len);
        let number = || {
            let digits: String = text[start..end].chars().filter(|c| *c != ',').collect();
            let number = Decimal::from_str_exact(&digits).unwrap_or(Decimal::MAX);
            if sign.is_some() { -number } else { number }
        };
        if let Some(unit) = rules.unit_at(rest) {
            let range = sign.unwrap_or(start)..end + unit.word.len();
            at = range.end;
            found.push(Figure {
                value: number().checked_mul(unit.factor).unwrap_or(Decimal::MAX),
                unit: unit.unit.clone(),
                range,
            });
        } else if text[..start].ends_with('为') && (rest.is_empty() || rest.starts_with([';', ',', '。', ')'])) && number().is_zero() {
            found.push(Figure {
                value: Decimal::ZERO,
                unit: "yuan".to_owned(),
                range: start..end,
            });
        }
    }
    found
}

/// The end of the number that starts at `start`: digits, groups of three behind commas, a fraction.
fn number_end(bytes: &[u8], start: usize) -> usize {
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = start + digits(start);
    if end - start <= 3 {
        while bytes.get(end) == Some(&b',') && digits(end + 1) == 3 {
            end += 4;
        }
    }
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    end
}
