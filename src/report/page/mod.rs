//! From what was gathered to one HTML page, without queries and files.
//!
//! Text goes in through [`maud`], which escapes it; the page forbids every connection and every script but its own by its hash, so that
//! what a disclosure prints can never be more than text.

mod coverage;
mod money;
mod parts;
mod quality;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::ReportError;
use super::labels::{both, count, percent};
use super::model::{Head, Report};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub fn page(report: &Report) -> Result<String, ReportError> {
    let body = if report.head.documents == 0 {
        empty(report)
    } else {
        html! {
            (coverage::section(report))
            (money::functions(report)?)
            (money::execution(report)?)
            (money::three_public(report)?)
            (quality::checks(report))
            (quality::rejects(report))
            (quality::runs(report))
        }
    };
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" data-lang="zh" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { "部门预决算数据报告 · budgetlake report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { (both("跳到正文", "Skip to content")) }
                (header(&report.head))
                main id="main" { (body) }
                footer { p {
                    (both("由 budgetlake 生成", "Made by budgetlake")) " " (report.head.version) " · "
                    (both("快照", "snapshot")) " " code { (report.head.snapshot) } " · "
                    (both("金额以万元列示，四舍五入；指向金额可见精确到分的元", "Amounts in 万元 (ten thousand yuan), rounded; point at one for the exact yuan"))
                } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(page.into_string())
}

/// How a Content-Security-Policy names an inline text.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

const SECTIONS: [(&str, &str, &str); 7] = [
    ("coverage", "覆盖", "Coverage"),
    ("functions", "功能分类", "Functions"),
    ("execution", "执行率", "Execution"),
    ("three-public", "“三公”", "Three public"),
    ("checks", "勾稽", "Checks"),
    ("rejects", "未读", "Rejects"),
    ("runs", "运行", "Runs"),
];

fn header(head: &Head) -> Markup {
    html! {
        header {
            div.title {
                h1 { (both("部门预决算数据报告", "Departmental budgets and final accounts")) }
                div.lang role="group" aria-label="语言 / Language" {
                    button type="button" data-lang="zh" aria-pressed="true" { "中文" }
                    button type="button" data-lang="en" aria-pressed="false" { "English" }
                }
            }
            @if head.documents > 0 {
                nav aria-label="目录 / Contents" { @for (id, zh, en) in SECTIONS { a href=(format!("#{id}-title")) { (both(zh, en)) } " " } }
                (tiles(head))
            }
        }
    }
}

fn tiles(head: &Head) -> Markup {
    let (passed, failed) = head.checks;
    let share = rust_decimal::Decimal::from(passed * 100).checked_div(rust_decimal::Decimal::from(passed + failed));
    html! {
        dl.tiles {
            div { dt { (both("公开文件", "disclosures")) } dd { (count(head.documents as u64)) } }
            div { dt { (both("城市", "cities")) } dd { (count(head.cities as u64)) } }
            div { dt { (both("部门", "departments")) } dd { (count(head.departments as u64)) } }
            @if let Some((first, last)) = head.years {
                div { dt { (both("年度", "years")) } dd { (first) @if last != first { "–" (last) } } }
            }
            div { dt { (both("金额（个）", "amounts")) } dd { (count(head.line_items)) } }
            div { dt { (both("勾稽通过", "checks passed")) } dd { @match share { Some(share) => (percent(share, false)), None => "–" } } }
            div { dt { (both("未通过", "checks failed")) } dd { (count(failed)) } }
            div { dt { (both("拒收文件 / 警告", "files rejected / warnings")) } dd { (count(head.errors)) " / " (count(head.warnings)) } }
        }
    }
}

/// What the page of a warehouse without disclosures says.
fn empty(report: &Report) -> Markup {
    html! {
        p.none { (both(
            "仓库里没有公开文件。",
            "There is no disclosure in the warehouse.",
        )) }
        (quality::rejects(report))
        (quality::runs(report))
    }
}
