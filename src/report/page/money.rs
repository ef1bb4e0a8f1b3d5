//! Money by function, budget against final account, the three public expenses.

use maud::{Markup, PreEscaped, html};

use super::super::ReportError;
use super::super::charts;
use super::super::labels::{both, name, period, stage, three_public as line_name};
use super::super::model::Report;
use super::parts::{Kind, change, dagger, money, nothing, number, rate, section, sources, table};

const NO_AMOUNTS: (&str, &str) = ("没有这样的金额。", "There are no such amounts.");

/// Expenditure by functional class and its change.
pub fn functions(report: &Report) -> Result<Markup, ReportError> {
    let (title_zh, title_en) = ("支出功能分类及其变动", "Expenditure by function and its change");
    let body = if report.functions.rows.is_empty() {
        nothing(NO_AMOUNTS.0, NO_AMOUNTS.1)
    } else {
        let rows = html! { @for row in &report.functions.rows { tr {
            td { (name(&row.city)) }
            td data-v=(row.period.year) { (period(row.period)) }
            td.nm { code { (row.code) } " " (row.name) }
            (money(row.amount))
            (rate(row.share))
            (change(row.change))
            (number(row.departments as u64))
            (sources(&row.sources))
        } } };
        let columns = [
            ("城市", "City", Kind::Text),
            ("年度", "Year", Kind::Text),
            ("类", "Class", Kind::Text),
            ("支出（万元）", "Spent (万元)", Kind::Number),
            ("占比", "Share", Kind::Number),
            ("比上年", "Change", Kind::Number),
            ("部门数", "Departments", Kind::Number),
            ("来源", "Sources", Kind::Plain),
        ];
        html! {
            @if let Some(of) = report.classes.period {
                figure {
                    figcaption { (both("全部城市，亿元：", "All cities, 亿元 (hundred million yuan): ")) span.chip.s0 {} " " (period(of)) " " span.chip.pale {} " " (of.year - 1) }
                    div.chart aria-hidden="true" { (PreEscaped(charts::classes(&report.classes)?)) }
                }
            }
            (table("functions", &columns, report.functions.rows.len(), report.functions.total, &rows))
        }
    };
    Ok(section("functions", title_zh, title_en, &html! { (dagger()) (body) }))
}

/// Budget against final account, by department.
pub fn execution(report: &Report) -> Result<Markup, ReportError> {
    let body = if report.execution.rows.is_empty() {
        nothing(
            "没有同一部门同一年度的预算和决算可比。",
            "No department has a budget and a final account of one year to compare.",
        )
    } else {
        let rows = html! { @for row in &report.execution.rows { tr {
            td { (name(&row.city)) }
            td.nm { (name(&row.department)) }
            td data-v=(row.year) { (row.year) }
            (money(row.budget))
            (money(row.account))
            (rate(row.rate))
            (sources(&row.sources))
        } } };
        let columns = [
            ("城市", "City", Kind::Text),
            ("部门", "Department", Kind::Text),
            ("年度", "Year", Kind::Text),
            ("预算（万元）", "Budget (万元)", Kind::Number),
            ("决算（万元）", "Account (万元)", Kind::Number),
            ("执行率", "Execution", Kind::Number),
            ("来源", "Sources", Kind::Plain),
        ];
        html! {
            figure {
                figcaption { (both("部门·年度个数，按执行率", "Departments and years, by execution rate")) }
                div.chart aria-hidden="true" { (PreEscaped(charts::rates(&report.rates)?)) }
            }
            (table("execution", &columns, report.execution.rows.len(), report.execution.total, &rows))
        }
    };
    Ok(section("execution", "预算执行率", "Execution of the budget", &body))
}

/// The three public expenses over the years.
pub fn three_public(report: &Report) -> Result<Markup, ReportError> {
    let body = if report.three_public.rows.is_empty() {
        nothing(NO_AMOUNTS.0, NO_AMOUNTS.1)
    } else {
        let rows = html! { @for row in &report.three_public.rows { tr {
            td { (name(&row.city)) }
            td data-v=(row.period.year) { (period(row.period)) }
            td.nm { (line_name(&row.item)) }
            (money(row.amount))
            (change(row.change))
            (number(row.departments as u64))
            (sources(&row.sources))
        } } };
        let columns = [
            ("城市", "City", Kind::Text),
            ("年度", "Year", Kind::Text),
            ("项目", "Line", Kind::Text),
            ("金额（万元）", "Amount (万元)", Kind::Number),
            ("比上年", "Change", Kind::Number),
            ("部门数", "Departments", Kind::Number),
            ("来源", "Sources", Kind::Plain),
        ];
        html! {
            @if let Some(of) = report.trend.stage {
                figure {
                    figcaption {
                        (both("全部城市，亿元，", "All cities, 亿元 (hundred million yuan), ")) (stage(of)) ": "
                        @for (index, (item, _)) in report.trend.lines.iter().enumerate() { span class=(format!("chip s{}", index % charts::SERIES.len())) {} " " (line_name(item)) " " }
                    }
                    div.chart aria-hidden="true" { (PreEscaped(charts::trend(&report.trend)?)) }
                }
            }
            (table("three-public", &columns, report.three_public.rows.len(), report.three_public.total, &rows))
        }
    };
    Ok(section(
        "three-public",
        "“三公”经费走势",
        "Three public expenses over the years",
        &html! { (dagger()) (body) },
    ))
}
