//! 指标值: a target or actual value as printed → operator, number and unit, or words.

use rust_decimal::Decimal;

use crate::codes::Operator;
use crate::tables::Fixed;
use crate::text::without_wraps;

/// A target or actual value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetValue {
    /// As printed, without white space from layout.
    pub text: String,
    /// Only where one is printed.
    pub operator: Option<Operator>,
    /// The number, as printed.
    pub value: Option<Fixed<20, 4>>,
    /// What follows the number.
    pub unit: Option<String>,
}

/// Signs of operators.
const OPERATORS: [(&str, Operator); 14] = [
    ("≥", Operator::AtLeast),
    (">=", Operator::AtLeast),
    ("≧", Operator::AtLeast),
    ("＞=", Operator::AtLeast),
    ("≤", Operator::AtMost),
    ("<=", Operator::AtMost),
    ("≦", Operator::AtMost),
    ("＜=", Operator::AtMost),
    ("=", Operator::Equal),
    ("＝", Operator::Equal),
    (">", Operator::MoreThan),
    ("＞", Operator::MoreThan),
    ("<", Operator::LessThan),
    ("＜", Operator::LessThan),
];

/// Longest unit in characters (平方米, 元/人·天); anything longer is a sentence.
const LONGEST_UNIT: usize = 8;

/// Words behind a number that make it part of a date or sentence.
const NO_UNIT: [&str; 9] = ["完成", "建成", "以前", "之前", "前", "底", "末", "内", "起"];

/// Characters that operators begin with, each of which is one by itself.
pub const OPERATOR_SIGNS: [char; 10] = ['≥', '≧', '≤', '≦', '=', '＝', '>', '＞', '<', '＜'];

/// Where the first operator stands in a text.
pub fn find_operator(text: &str) -> Option<usize> {
    text.find(OPERATOR_SIGNS)
}

/// Reads a value. Dates and texts that merely hold a number are words.
pub fn parse(text: &str) -> TargetValue {
    let text = without_wraps(text).into_owned();
    let found = OPERATORS
        .iter()
        .find_map(|(sign, operator)| text.strip_prefix(sign).map(|rest| (*operator, rest)));
    let (operator, rest) = found.map_or((None, text.as_str()), |(operator, rest)| (Some(operator), rest));
    let number = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        .count();
    let (digits, unit) = rest.split_at(number);
    let value = parse_number(digits).filter(|_| is_unit(digits, unit));
    TargetValue {
        operator,
        value,
        unit: value.and_then(|_| (!unit.is_empty()).then(|| without_brackets(unit).to_owned())),
        text,
    }
}

/// `100.00(%)` is per cent all the same.
fn without_brackets(unit: &str) -> &str {
    let inner = unit.strip_prefix(['(', '（']).and_then(|rest| rest.strip_suffix([')', '）']));
    inner.filter(|inner| !inner.is_empty()).unwrap_or(unit)
}

fn parse_number(digits: &str) -> Option<Fixed<20, 4>> {
    if digits.starts_with(['.', ',']) || digits.ends_with(['.', ',']) {
        return None;
    }
    let plain: String = digits.chars().filter(|c| *c != ',').collect();
    Decimal::from_str_exact(&plain).ok().and_then(Fixed::exact)
}

/// Whether what follows a number is its unit and not the rest of a date or sentence.
fn is_unit(digits: &str, unit: &str) -> bool {
    let year = crate::text::is_year_digits(digits.as_bytes()) && unit.starts_with('年');
    !year
        && unit.chars().count() <= LONGEST_UNIT
        && !unit.contains(|c: char| c.is_ascii_digit())
        && !NO_UNIT
            .iter()
            .any(|word| unit.ends_with(word) || word.chars().count() > 1 && unit.contains(word))
}

/// Parts a cell that holds a name and its target: at the operator, or where a target in words ends it.
pub fn part_name(cell: &str, target_words: &[String]) -> (String, Option<String>) {
    let text = without_wraps(cell);
    if let Some(at) = find_operator(&text).filter(|at| *at > 0) {
        return (text[..at].to_owned(), Some(text[at..].to_owned()));
    }
    if let Some((name, tail)) = text.rsplit_once('、')
        && target_words.iter().any(|word| word == tail)
    {
        return (format!("{name}、"), Some(tail.to_owned()));
    }
    (text.into_owned(), None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> (Option<&'static str>, Option<String>, Option<String>) {
        use crate::codes::Code;
        let value = parse(text);
        (
            value.operator.map(Code::code),
            value.value.map(|value| value.decimal().normalize().to_string()),
            value.unit,
        )
    }

    #[test]
    fn targets_are_read() {
        let is = |text: &str, operator: Option<&'static str>, value: &str, unit: &str| {
            let unit = (!unit.is_empty()).then(|| unit.to_owned());
            assert_eq!(parts(text), (operator, Some(value.to_owned()), unit), "{text}");
        };
        is("≥90%", Some(">="), "90", "%");
        is("≥ 90%", Some(">="), "90", "%");
        is("＝2人", Some("="), "2", "人");
        is("≤81462度", Some("<="), "81462", "度");
        is("35万元", None, "35", "万元");
        is("3.5 万元", None, "3.5", "万元");
        is("364. 31万 元", None, "364.31", "万元");
        is("60元/人·天", None, "60", "元/人·天");
        is(">3 个月/次", Some(">"), "3", "个月/次");
        is("2000人", None, "2000", "人");
        is("≥3年", Some(">="), "3", "年");
        is("=100.00(%)", Some("="), "100", "%");
        is("100%", None, "100", "%");
        is("＝1649.28平方米", Some("="), "1649.28", "平方米");
    }

    #[test]
    fn words_and_dates_hold_no_number() {
        for text in [
            "及时",
            "2023年底",
            "1月1日-12月31日",
            "压缩发文30%",
            "2022年12月31日之前",
            "12月31日前",
            "2023年底完成建设",
            "项目结算金额≤预算金额",
            "每月25日",
        ] {
            assert_eq!(parse(text).value, None, "{text}");
        }
    }

    #[test]
    fn a_name_is_parted_from_its_target() {
        let words = vec!["提高".to_owned()];
        assert_eq!(
            part_name("项目完成及时率(≥90%", &words),
            ("项目完成及时率(".to_owned(), Some("≥90%".to_owned()))
        );
        assert_eq!(
            part_name("提高党员认识、提高", &words),
            ("提高党员认识、".to_owned(), Some("提高".to_owned()))
        );
        assert_eq!(part_name("培训人数", &words), ("培训人数".to_owned(), None));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC{0,30}") {
            let value = parse(&text);
            prop_assert_eq!(value.value.is_some() || value.unit.is_none(), true);
        }
    }
}
