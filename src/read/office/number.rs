//! Numbers of cells as they are shown: what the cell's format prints, not what the binary fraction behind it is.

use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

/// A number as a cell shows it that has a format code such as `#,##0.00_ ;[Red]\-#,##0.00`.
pub fn shown(value: f64, format: Option<&str>) -> String {
    let Some(exact) = exact(value) else { return value.to_string() };
    match format.map(str::trim) {
        None | Some("" | "General" | "@" | "G/通用格式") => exact.normalize().to_string(),
        Some(code) => with_format(exact, code),
    }
}

/// The decimal that a spreadsheet means by a binary fraction: its first fifteen digits.
fn exact(value: f64) -> Option<Decimal> {
    if !value.is_finite() {
        return None;
    }
    Decimal::from_scientific(&format!("{value:.14e}"))
        .ok()
        .or_else(|| Decimal::from_str(&value.to_string()).ok())
}

/// One of the up to four parts of a format: positive; negative; zero; text.
fn with_format(value: Decimal, code: &str) -> String {
    let sections = sections(code);
    let first = Section::of(sections.first().copied().unwrap_or(code));
    let pick = |index: usize| sections.get(index).map(|section| Section::of(section));
    // What rounds to zero is shown as zero is.
    let is_zero = first.rounded(value).is_zero();
    let (section, sign) = if is_zero && sections.len() > 2 {
        (pick(2).unwrap_or(first), "")
    } else if value.is_sign_negative() && !is_zero {
        match pick(1) {
            // A format of its own for negative numbers prints their sign itself.
            Some(negative) => (negative, ""),
            None => (first, "-"),
        }
    } else {
        (first, "")
    };
    section.print(value.abs(), sign)
}

/// The parts of a code, divided by `;` outside of quotes.
fn sections(code: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                sections.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&code[start..]);
    sections
}

/// A section understood.
#[derive(Debug, Default, Clone)]
struct Section {
    before: String,
    after: String,
    has_digits: bool,
    general: bool,
    grouped: bool,
    /// Places behind the point that are always printed.
    least_places: u32,
    /// Places behind the point at the most.
    most_places: u32,
    /// Digits before the point at least.
    least_digits: usize,
    /// Powers of a thousand that the number is divided by.
    thousands: u32,
    percent: bool,
}

impl Section {
    fn of(code: &str) -> Self {
        let mut section = Self::default();
        let mut point = false;
        let mut pending_commas = 0;
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            let literal = |section: &mut Self, text: &str| {
                if section.has_digits || section.general {
                    &mut section.after
                } else {
                    &mut section.before
                }
                .push_str(text);
            };
            match c {
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    // `[$¥-804]` prints its currency; colours and conditions print nothing.
                    if let Some(currency) = inner.strip_prefix('$') {
                        literal(&mut section, currency.split('-').next().unwrap_or_default());
                    }
                }
                '"' => {
                    let text: String = chars.by_ref().take_while(|c| *c != '"').collect();
                    literal(&mut section, &text);
                }
                '\\' => literal(&mut section, &chars.next().map(String::from).unwrap_or_default()),
                // The width of a character, and a character that fills the cell.
                '_' | '*' => drop(chars.next()),
                '0' | '#' | '?' => {
                    section.has_digits = true;
                    if pending_commas > 0 {
                        section.grouped = true;
                        pending_commas = 0;
                    }
                    match (point, c) {
                        (false, '0') => section.least_digits += 1,
                        (true, '0') => {
                            section.most_places += 1;
                            section.least_places = section.most_places;
                        }
                        (true, _) => section.most_places += 1,
                        (false, _) => {}
                    }
                }
                '.' => point = true,
                ',' if section.has_digits => pending_commas += 1,
                '%' => {
                    section.percent = true;
                    literal(&mut section, "%");
                }
                'G' if chars.as_str().starts_with("eneral") => {
                    section.general = true;
                    chars.by_ref().take("eneral".len()).for_each(drop);
                }
                '@' => {}
                other => literal(&mut section, other.encode_utf8(&mut [0; 4])),
            }
        }
        section.thousands = pending_commas;
        section
    }

    fn scaled(&self, value: Decimal) -> Decimal {
        let percent = if self.percent { Decimal::ONE_HUNDRED } else { Decimal::ONE };
        let divisor = Decimal::from_i128_with_scale(1000_i128.pow(self.thousands.min(6)), 0);
        value.checked_mul(percent).unwrap_or(value) / divisor
    }

    fn rounded(&self, value: Decimal) -> Decimal {
        if self.general || !self.has_digits {
            return value;
        }
        self.scaled(value)
            .round_dp_with_strategy(self.most_places.min(20), RoundingStrategy::MidpointAwayFromZero)
    }

    fn print(&self, value: Decimal, sign: &str) -> String {
        if self.general {
            return format!("{sign}{}{}{}", self.before, value.normalize(), self.after)
                .trim()
                .to_owned();
        }
        if !self.has_digits {
            return format!("{sign}{}{}", self.before, self.after).trim().to_owned();
        }
        let text = self.rounded(value).to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut fraction = fraction.trim_end_matches('0').to_owned();
        while fraction.len() < usize::try_from(self.least_places.min(20)).unwrap_or(0) {
            fraction.push('0');
        }
        let whole = whole.trim_start_matches('0');
        let mut digits = "0".repeat(self.least_digits.min(20).saturating_sub(whole.len()));
        digits.push_str(whole);
        let point = if fraction.is_empty() { "" } else { "." };
        let digits = if self.grouped { grouped(&digits) } else { digits };
        format!("{sign}{}{digits}{point}{fraction}{}", self.before, self.after)
            .trim()
            .to_owned()
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_their_format_says() {
        for (value, format, text) in [
            (371_514_655.000_000_06, "#,##0.00", "371,514,655.00"),
            (371_514_655.000_000_06, "General", "371514655"),
            (1008.68, "#,##0.00_ ", "1,008.68"),
            (0.1 + 0.2, "General", "0.3"),
            (2_080_505.0, "General", "2080505"),
            (1234.565, "0.00", "1234.57"),
            (-12.5, "#,##0.00_ ;[Red]\\-#,##0.00\\ ", "-12.50"),
            (-12.5, "0.00_);(0.00)", "(12.50)"),
            (-12.5, "0.0", "-12.5"),
            (0.0, "_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "-"),
            (0.0, "0.00;-0.00;;@", ""),
            (0.0, "#,##0.00", "0.00"),
            (0.0, "#,##0.##", "0"),
            (0.256, "0.0%", "25.6%"),
            (1_234_567.0, "#,##0,", "1,235"),
            (12.0, "0.00\"万元\"", "12.00万元"),
            (5.0, "000", "005"),
            (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
            (0.004, "#,##0.00", "0.00"),
            (-0.004, "#,##0.00;-#,##0.00", "0.00"),
            (1e22, "General", "10000000000000000000000"),
        ] {
            assert_eq!(shown(value, Some(format)), text, "{value} {format}");
        }
        assert_eq!(shown(307.82, None), "307.82");
    }
}
