//! Codes of accounts (政府收支分类科目): functional classes 类/款/项, economic classes, kinds of revenue.

use std::borrow::Cow;

use crate::codes::Classification;
use crate::money::{has_digit, narrow_char};
use crate::text::{bracketed_code, is_space};

/// The code and name that a row prints, before the name is cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrintedAccount {
    /// Digits only; `None` where none is printed.
    pub code: Option<String>,
    /// The name as printed; empty where only a code is.
    pub name: String,
}

/// Reads the cells that name an account. `parts` are the code's cells: one, or three where 类, 款 and 项 stand in columns of their own.
///
/// A code in brackets in front of the name is the account's own, whatever the code column says. A text in the code column that is no
/// code is the name, as in merged cells (`合计`).
pub fn printed_account(parts: &[&str], name: &str) -> PrintedAccount {
    let mut code = String::new();
    let mut stray = String::new();
    for (index, part) in parts.iter().enumerate() {
        match digits(part) {
            Some(digits) if parts.len() > 1 && index > 0 && digits.len() == 1 => {
                code.push('0');
                code.push_str(&digits);
            }
            Some(digits) if parts.len() > 1 && index > 0 && digits.len() > 2 && digits.starts_with(&code) => code = digits.into_owned(),
            Some(digits) => code.push_str(&digits),
            None => stray.push_str(part.trim()),
        }
    }
    let name = if stray.is_empty() {
        name.trim().to_owned()
    } else {
        format!("{stray}{}", name.trim())
    };
    let own = bracketed_code(&name)
        .filter(|(digits, _)| digits.len() >= 3)
        .map(|(digits, _)| digits.to_owned());
    let mut code = own.unwrap_or(code);
    // A code alone in the column of names.
    if code.is_empty() && matches!(name.len(), 3 | 5 | 7 | 9) && name.bytes().all(|byte| byte.is_ascii_digit()) {
        code = name;
        return PrintedAccount {
            code: Some(code),
            name: String::new(),
        };
    }
    PrintedAccount {
        code: (!code.is_empty()).then_some(code),
        name,
    }
}

/// The digits of a code cell: half-width, without white space; `None` where it is no code.
fn digits(cell: &str) -> Option<Cow<'_, str>> {
    let is_code = |text: &str| (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_code(cell) {
        return Some(Cow::Borrowed(cell));
    }
    if !has_digit(cell) {
        return None;
    }
    let narrow: String = cell.chars().filter(|c| !is_space(*c)).map(narrow_char).collect();
    let bare = narrow.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&narrow);
    is_code(bare).then(|| Cow::Owned(bare.to_owned()))
}

/// A code that a name begins with where the two share a cell (`208社会保障和就业支出`); only where names cannot begin with digits.
pub fn leading_code(name: &str) -> Option<(&str, &str)> {
    let length = name.bytes().take_while(u8::is_ascii_digit).count();
    let (code, rest) = name.split_at(length);
    let rest = rest.trim_start_matches(|c: char| is_space(c) || matches!(c, '-' | '_' | '－'));
    (matches!(length, 3 | 5 | 7) && rest.starts_with(|c: char| !c.is_ascii()) && !rest.starts_with(['年', '月', '日']))
        .then_some((code, rest))
}

/// The code one level up: 款 of 项, 类 of 款.
pub fn parent(code: &str) -> Option<&str> {
    (code.len() > 3 && !code.len().is_multiple_of(2)).then(|| &code[..code.len() - 2])
}

/// The classification that a code belongs to, by its first digit.
pub fn classification(code: &str) -> Option<Classification> {
    if code.len().is_multiple_of(2) || code.len() < 3 {
        return None;
    }
    match code.as_bytes().first()? {
        b'1' => Some(Classification::Revenue),
        b'2' => Some(Classification::Functional),
        b'3' => Some(Classification::EconomicDepartment),
        b'5' => Some(Classification::EconomicGovernment),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(parts: &[&str], name: &str) -> (Option<String>, String) {
        let account = printed_account(parts, name);
        (account.code, account.name)
    }

    #[test]
    fn codes_are_read_however_they_are_printed() {
        let is = |parts: &[&str], name: &str, code: Option<&str>, left: &str| {
            assert_eq!(account(parts, name), (code.map(str::to_owned), left.to_owned()), "{parts:?} {name}");
        };
        is(&["208"], "社会保障和就业支出", Some("208"), "社会保障和就业支出");
        is(
            &["208"],
            "[20805]行政事业单位养老支出",
            Some("20805"),
            "[20805]行政事业单位养老支出",
        );
        is(&["[208]社会保障和就业支出"], "", Some("208"), "[208]社会保障和就业支出");
        is(&["合计"], "", None, "合计");
        is(&[""], "合计", None, "合计");
        is(&["501"], "", Some("501"), "");
        is(&[], "501", Some("501"), "");
        is(&["208", "05", "01"], "行政单位离退休", Some("2080501"), "行政单位离退休");
        is(&["208", "5", "1"], "行政单位离退休", Some("2080501"), "行政单位离退休");
        is(&["301", "2", ""], "津贴补贴", Some("30102"), "津贴补贴");
        is(&["208", "20805", "2080501"], "行政单位离退休", Some("2080501"), "行政单位离退休");
        is(&["２０８"], "社会保障", Some("208"), "社会保障");
    }

    #[test]
    fn parents_and_classifications_follow_the_code() {
        assert_eq!(parent("2080501"), Some("20805"));
        assert_eq!(parent("20805"), Some("208"));
        assert_eq!(parent("208"), None);
        assert_eq!(parent("402001"), None);
        assert_eq!(classification("50101"), Some(Classification::EconomicGovernment));
        assert_eq!(leading_code("2023年党员教育"), None);
        assert_eq!(leading_code("208 社会保障"), Some(("208", "社会保障")));
    }
}
