//! Labels in Chinese and English, and figures as people read them.

use maud::{Markup, html};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::codes::{Code, Form, RejectCode, Severity, Stage};
use crate::money::Yuan;

use super::model::{Period, Place};

/// A label in both languages; the page shows one of them.
pub fn both(zh: &str, en: &str) -> Markup {
    html! { span lang="zh-CN" { (zh) } span lang="en" { (en) } }
}

/// `预算`, `决算`.
pub fn stage(stage: Stage) -> Markup {
    match stage {
        Stage::Budget => both("预算", "budget"),
        Stage::FinalAccount => both("决算", "account"),
    }
}

/// `2023 预算`.
pub fn period(period: Period) -> Markup {
    html! { (period.year) " " (stage(period.stage)) }
}

/// The form in both languages: its Chinese title, its code.
pub fn form(form: Form) -> Markup {
    both(chinese(form.meaning()), &form.code().replace('_', " "))
}

/// The Chinese part of a code's meaning: what stands before the first comma.
pub fn chinese(meaning: &str) -> &str {
    meaning.split(", ").next().unwrap_or(meaning)
}

/// `第 12 行`, `line 12`.
pub fn place(place: &Place) -> Markup {
    html! {
        @if let Some(page) = place.page { " " (both(&format!("第 {page} 页"), &format!("page {page}"))) }
        @if let Some(sheet) = &place.sheet { " " (both(&format!("工作表“{sheet}”"), &format!("sheet “{sheet}”"))) }
        @if let Some(line) = place.line { " " (both(&format!("第 {line} 行"), &format!("line {line}"))) }
    }
}

/// A standard line of the three public expenses.
pub fn three_public(item: &str) -> Markup {
    match item {
        "three_public_total" => both("合计", "total"),
        "overseas" => both("因公出国（境）费", "travel abroad"),
        "reception" => both("公务接待费", "receptions"),
        "vehicle" => both("公务用车购置及运行费", "vehicles"),
        "vehicle_purchase" => both("公务用车购置费", "vehicle purchase"),
        "vehicle_operation" => both("公务用车运行维护费", "vehicle operation"),
        other => both(other, other),
    }
}

/// How a run ended.
pub fn outcome(outcome: &str) -> Markup {
    match outcome {
        "published" => both("已发布", "published"),
        "unchanged" => both("无新内容", "unchanged"),
        "failed" => both("失败", "failed"),
        "interrupted" => both("中断", "interrupted"),
        "died" => both("被终止", "died"),
        other => both(other, other),
    }
}

/// How bad a reject is.
pub fn severity(severity: Severity) -> Markup {
    match severity {
        Severity::Error => both("错误", "error"),
        Severity::Warning => both("警告", "warning"),
    }
}

/// Why something was left out or guessed.
pub fn reject(code: RejectCode) -> Markup {
    let zh = match code {
        RejectCode::EmptyFile => "空文件",
        RejectCode::Unreadable => "文件打不开或读不出",
        RejectCode::Vanished => "读取前文件已消失",
        RejectCode::Changed => "读取时文件被改动",
        RejectCode::NotRegular => "不是普通文件",
        RejectCode::LinkLoop => "符号链接成环",
        RejectCode::TooLarge => "文件超过大小限制",
        RejectCode::Binary => "不支持的二进制内容",
        RejectCode::Scanned => "扫描件，没有文字层",
        RejectCode::Damaged => "文件损坏，内容不可信",
        RejectCode::Encrypted => "文件有密码",
        RejectCode::LimitReached => "超过读取限制",
        RejectCode::UnmappedText => "字符没有对应的文字",
        RejectCode::Hidden => "略去隐藏的工作表、行或列",
        RejectCode::Template => "未填写的空白模板",
        RejectCode::UnsupportedFormat => "不支持的格式，请先转换",
        RejectCode::EncodingUndetectable => "编码无法判定",
        RejectCode::EncodingErrors => "部分字节无法解码",
        RejectCode::LineTooLong => "行过长，已略去",
        RejectCode::RowTooWide => "单元格过多的行，已略去",
        RejectCode::NotADisclosure => "未见预决算表",
        RejectCode::Truncated => "文件在表中间截断",
        RejectCode::FormWithoutTable => "有表名而没有可读的表",
        RejectCode::UnknownForm => "不属于标准表种的金额表",
        RejectCode::UnknownColumn => "表头不认识的金额列",
        RejectCode::MissingUnit => "未印金额单位，取相邻表的单位",
        RejectCode::NoUnit => "全文未印金额单位，金额略去",
        RejectCode::BadAmount => "金额列中不是金额的内容",
        RejectCode::AmountRange => "金额超出范围",
        RejectCode::AmountInexact => "金额不足一分",
        RejectCode::ExtraCells => "多出表头的单元格",
        RejectCode::AmbiguousColumn => "无法确定属于哪一列的金额，已略去",
        RejectCode::SolverLimit => "列的求解达到上限",
        RejectCode::UnnamedRow => "没有编码和名称的行",
        RejectCode::MissingYear => "年度无法判定",
        RejectCode::MissingCity => "城市无法判定",
        RejectCode::MissingDepartment => "未写明部门，以单位代替",
        RejectCode::NoBody => "部门和单位都无法判定",
        RejectCode::MissingStage => "预算或决算无法判定，按预算处理",
        RejectCode::IdentityConflict => "主体的证据互相矛盾，取分量重的",
        RejectCode::LostCells => "版式失去单元格而无法读取的表，已略去",
        RejectCode::LostColumn => "缺了一列而错位的表，金额已略去",
        RejectCode::OddFigure => "写法与全文不同的数字（如页码、行次），连同该行略去",
        RejectCode::IncompleteForm => "表缺名称、表头或表尾",
        RejectCode::DuplicateForm => "同一张表印了两次",
        RejectCode::BadIndicator => "无法理解的绩效指标",
        RejectCode::BadFact => "无法理解的文字数字",
    };
    both(zh, code.meaning())
}

/// A name, or what stands for one that could not be told.
pub fn name(name: &str) -> Markup {
    if name.is_empty() {
        html! { i { (both("未能判定", "not told")) } }
    } else {
        html! { (name) }
    }
}

/// A count with commas.
pub fn count(number: impl TryInto<i128>) -> String {
    grouped(number.try_into().unwrap_or_default())
}

/// Yuan in full, with commas: `1,234,567.80`.
pub fn yuan(amount: Yuan) -> String {
    let cents = amount.cents();
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!(
        "{sign}{}.{:02}",
        grouped(i128::try_from(cents / 100).unwrap_or(i128::MAX)),
        cents % 100
    )
}

/// Yuan in 万元 with two places, rounded half up: `123.46`.
pub fn wan(amount: Yuan) -> String {
    const CENTS_IN_A_HUNDREDTH: u128 = 10_000;
    let cents = amount.cents();
    let rounded = (cents.unsigned_abs() + CENTS_IN_A_HUNDREDTH / 2) / CENTS_IN_A_HUNDREDTH;
    let rounded = i128::try_from(rounded).unwrap_or(i128::MAX);
    let rounded = if cents < 0 { -rounded } else { rounded };
    Yuan::from_cents(rounded).map(yuan).unwrap_or_default()
}

/// A percent with one place, `+` in front of a rise where `signed`.
pub fn percent(value: Decimal, signed: bool) -> String {
    let value = value.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    let plus = if signed && value.is_sign_positive() && !value.is_zero() {
        "+"
    } else {
        ""
    };
    format!("{plus}{value:.1} %")
}

fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
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

    fn cents(cents: i128) -> Yuan {
        Yuan::from_cents(cents).unwrap()
    }

    #[test]
    fn amounts_are_grouped_and_rounded_half_up() {
        assert_eq!(yuan(cents(123_456_780)), "1,234,567.80");
        assert_eq!(yuan(cents(-5)), "-0.05");
        assert_eq!(wan(cents(123_456_780)), "123.46");
        assert_eq!(wan(cents(5_000)), "0.01");
        assert_eq!(wan(cents(4_999)), "0.00");
        assert_eq!(wan(cents(-123_456_789_000)), "-123,456.79");
        assert_eq!(count(1_234_567_u64), "1,234,567");
    }

    #[test]
    fn percents_have_a_sign_where_they_are_changes() {
        assert_eq!(percent(Decimal::new(12_345, 3), true), "+12.3 %");
        assert_eq!(percent(Decimal::new(-125, 2), true), "-1.3 %");
        assert_eq!(percent(Decimal::ZERO, true), "0.0 %");
        assert_eq!(percent(Decimal::new(5, 0), false), "5.0 %");
    }
}
