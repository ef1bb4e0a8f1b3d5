//! What does not add up, what was left out, what the last runs did.

use maud::{Markup, html};

use super::super::labels::{both, count, form, name, outcome, period, place, reject, severity};
use super::super::model::{Report, WorstRow};
use super::parts::{Kind, more, nothing, number, section, table};
use crate::codes::Code;

/// Checks by rule, and the disclosures with the most failures.
pub fn checks(report: &Report) -> Markup {
    let rules = html! { @for row in &report.rules.rows { tr {
        td.w { (both(&row.zh, &row.en)) " " code { (row.rule) } }
        (number(row.failed))
        (number(row.notices))
        (number(row.passed))
        (number(row.not_applicable))
    } } };
    let columns = [
        ("规则", "Rule", Kind::Text),
        ("未通过", "Failed", Kind::Number),
        ("提示", "Notices", Kind::Number),
        ("通过", "Passed", Kind::Number),
        ("不适用", "Not applicable", Kind::Number),
    ];
    section(
        "checks",
        "勾稽关系",
        "Does it add up?",
        &html! {
            @if report.rules.rows.is_empty() { (nothing("没有可做的校验。", "There was nothing to check.")) }
            @else { (table("checks", &columns, report.rules.rows.len(), report.rules.total, &rules)) }
            h3 id="worst-title" { (both("未通过最多的文件", "Disclosures with the most failures")) }
            @if report.worst.rows.is_empty() { (nothing("没有未通过的校验。", "No check failed.")) }
            @else { (worst(report)) }
        },
    )
}

fn worst(report: &Report) -> Markup {
    let rows = html! { @for row in &report.worst.rows { tr {
        td { (name(&row.city)) }
        td.nm { (name(&row.department)) }
        td { @if let Some(of) = row.period { (period(of)) } }
        td.path { (row.path) }
        (number(row.failed))
        (number(row.passed))
        (failures(row))
    } } };
    let columns = [
        ("城市", "City", Kind::Text),
        ("部门", "Department", Kind::Text),
        ("年度", "Year", Kind::Text),
        ("文件", "File", Kind::Text),
        ("未通过", "Failed", Kind::Number),
        ("通过", "Passed", Kind::Number),
        ("哪里", "Where", Kind::Plain),
    ];
    table("worst", &columns, report.worst.rows.len(), report.worst.total, &rows)
}

fn failures(row: &WorstRow) -> Markup {
    html! { td.s { details {
        summary { (both("查看", "show")) " " (count(row.failures.total as u64)) }
        ol { @for failure in &row.failures.rows { li {
            code { (failure.rule) } " " (failure.message)
            @if let Some(of) = failure.form { " · " (form(of)) }
            (place(&failure.place))
        } } }
        (more(row.failures.total - row.failures.rows.len()))
    } } }
}

/// Rejects by reason.
pub fn rejects(report: &Report) -> Markup {
    let rows = html! { @for row in &report.rejects { tr {
        td { (severity(row.severity)) }
        td.w { (reject(row.code)) " " code { (row.code.code()) } }
        (number(row.rows))
        (number(row.files as u64))
        td.s { details {
            summary { (both("查看", "show")) }
            ol { @for example in &row.examples.rows { li {
                span.path { (example.path) } (place(&example.place)) " · " (example.message)
                @if !example.excerpt.is_empty() { " " q { (example.excerpt) } }
            } } }
            (more(row.examples.total - row.examples.rows.len()))
        } }
    } } };
    let columns = [
        ("程度", "Severity", Kind::Text),
        ("原因", "Reason", Kind::Text),
        ("条数", "Rows", Kind::Number),
        ("文件数", "Files", Kind::Number),
        ("例", "Examples", Kind::Plain),
    ];
    section(
        "rejects",
        "未能读取或推测的内容",
        "What was left out or guessed",
        &html! {
            @if report.rejects.is_empty() { (nothing("没有。", "Nothing.")) }
            @else { (table("rejects", &columns, report.rejects.len(), report.rejects.len(), &rows)) }
        },
    )
}

/// The last runs.
pub fn runs(report: &Report) -> Markup {
    let rows = html! { @for run in &report.runs.rows { tr {
        td { (moment(&run.started)) }
        td { (outcome(&run.outcome)) @if run.command != "run" { " (" (run.command) ")" } }
        (number(run.new))
        (number(run.changed))
        (number(run.removed))
        (number(run.documents))
        (number(run.rejected))
        td.n data-v=(run.seconds) { (format!("{:.1} s", run.seconds)) }
        td.w { code { (run.snapshot) } @if !run.message.is_empty() { " " (run.message) } }
    } } };
    let columns = [
        ("开始（UTC）", "Started (UTC)", Kind::Text),
        ("结果", "Outcome", Kind::Text),
        ("新增", "New", Kind::Number),
        ("改动", "Changed", Kind::Number),
        ("消失", "Removed", Kind::Number),
        ("文件", "Disclosures", Kind::Number),
        ("拒收", "Rejected", Kind::Number),
        ("用时", "Time", Kind::Number),
        ("快照", "Snapshot", Kind::Text),
    ];
    section(
        "runs",
        "最近的运行",
        "The last runs",
        &html! {
            @if report.runs.rows.is_empty() { (nothing("没有运行记录。", "No run is recorded.")) }
            @else { (table("runs", &columns, report.runs.rows.len(), report.runs.total, &rows)) }
        },
    )
}

/// `2026-11-21T18:38:36.290Z` as `2026-11-21 18:38`.
fn moment(time: &str) -> String {
    time.chars()
        .take("2026-11-21T18:38".len())
        .map(|c| if c == 'T' { ' ' } else { c })
        .collect()
}
