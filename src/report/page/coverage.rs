//! Which department, year and stage is there: a heat map by city, and one by department.

use maud::{Markup, html};

use super::super::labels::{both, count, name, period, stage};
use super::super::model::{Coverage, Covered, Fill, Report, Top};
use super::parts::{Kind, heading, more, section as titled, tool};

/// The section.
pub fn section(report: &Report) -> Markup {
    let coverage = &report.coverage;
    titled(
        "coverage",
        "覆盖：城市 × 年度 × 部门",
        "Coverage: city × year × department",
        &html! {
            p.lead { (both(
                "颜色为标准报表的齐全程度。城市行的数字是公开的部门数，部门行的数字是已有报表数与应有报表数。",
                "The colour is how complete the standard forms are. In rows of cities the number counts departments, in rows of departments forms found of those due.",
            )) }
            (legend())
            (map("coverage", coverage, &coverage.cities, false))
            details.more open[coverage.departments.rows.len() <= 40] {
                summary { (both("各部门", "By department")) " (" (count(coverage.departments.total as u64)) ")" }
                (map("departments", coverage, &coverage.departments, true))
            }
        },
    )
}

const LEVELS: [(&str, &str); 5] = [
    ("h0", "< 50 %"),
    ("h1", "50–80 %"),
    ("h2", "80–95 %"),
    ("h3", "95–100 %"),
    ("h4", "100 %"),
];

fn legend() -> Markup {
    html! { ul.legend { @for (class, label) in LEVELS { li { span class=(format!("chip {class}")) {} " " (label) } } li { span.chip {} " " (both("没有", "none")) } } }
}

fn level(fill: &Fill) -> &'static str {
    let (found, due) = (fill.forms.min(fill.due), fill.due.max(1));
    match found * 100 {
        share if share < 50 * due => "h0",
        share if share < 80 * due => "h1",
        share if share < 95 * due => "h2",
        _ if found < due => "h3",
        _ => "h4",
    }
}

fn map(id: &str, coverage: &Coverage, rows: &Top<Covered>, with_departments: bool) -> Markup {
    html! {
        (tool(id, rows.rows.len(), rows.total))
        div.scroll tabindex="0" role="region" aria-labelledby="coverage-title" {
            table.heat id=(id) data-sorts {
                thead { tr {
                    (heading(&("城市", "City", Kind::Text)))
                    @if with_departments { (heading(&("部门", "Department", Kind::Text))) }
                    @for of in &coverage.periods { th.p scope="col" { (of.year) br; (stage(of.stage)) } }
                    @if with_departments { th scope="col" { (both("文件", "Files")) } }
                } }
                tbody { @for row in &rows.rows { tr {
                    th scope="row" { (name(&row.city)) }
                    @if with_departments { th scope="row" { (name(&row.department)) } }
                    @for cell in &row.cells { (self::cell(cell.as_ref(), with_departments)) }
                    @if with_departments { (files(row)) }
                } } }
            }
        }
    }
}

fn cell(fill: Option<&Fill>, of_department: bool) -> Markup {
    html! { @match fill {
        None => td.c { "·" },
        Some(fill) if of_department => td class=(format!("c {}", level(fill))) { (fill.forms) "/" (fill.due) },
        Some(fill) => td class=(format!("c {}", level(fill))) title=(format!("{} / {}", fill.forms, fill.due)) { (count(fill.departments as u64)) },
    } }
}

fn files(row: &Covered) -> Markup {
    html! { td.s { details {
        summary { (count(row.documents.total as u64)) }
        ol { @for file in &row.documents.rows { li {
            (period(file.period)) @if file.is_unit { " (" (both("单位", "unit")) ")" } " · " span.path { (file.path) }
            " · " (file.forms.0) "/" (file.forms.1) " " (both("张表", "forms"))
            @if file.failed > 0 { " · " (both(&format!("{} 项未通过", file.failed), &format!("{} checks failed", file.failed))) }
        } } }
        (more(row.documents.total - row.documents.rows.len()))
    } } }
}
