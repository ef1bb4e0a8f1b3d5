//! What sections are made of: tables that sort and filter, amounts, sources.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::super::labels::{both, count, form, percent, place, wan, yuan};
use super::super::model::{Change, Source, Top};
use crate::money::Yuan;

/// How a column sorts and stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, in the order of the reader's language.
    Text,
    /// A number, right-aligned; cells have its value as `data-v`.
    Number,
    /// Not sorted.
    Plain,
}

/// A column of a table: its heading in both languages and its kind.
pub type Column<'a> = (&'a str, &'a str, Kind);

/// A table whose columns sort and whose rows filter. `total` is how many rows there are where not all are shown.
pub fn table(id: &str, columns: &[Column<'_>], shown: usize, total: usize, rows: &Markup) -> Markup {
    html! {
        (tool(id, shown, total))
        div.scroll tabindex="0" role="region" aria-labelledby=(format!("{id}-title")) {
            table id=(id) data-sorts {
                thead { tr { @for column in columns { (heading(column)) } } }
                tbody { (rows) }
            }
        }
    }
}

/// What filters the rows of a table, and says how many there are.
pub fn tool(id: &str, shown: usize, total: usize) -> Markup {
    let filter = format!("{id}-filter");
    html! { div.tool {
        label for=(filter) { (both("筛选", "Filter")) }
        input type="search" id=(filter) data-filter=(id) autocomplete="off" spellcheck="false";
        output data-shown=(id) for=(filter) { (count(shown)) " / " (count(shown)) }
        @if total > shown {
            span.note { (both(&format!("共 {} 行，列出前 {} 行", count(total), count(shown)), &format!("the first {} of {} rows", count(shown), count(total)))) }
        }
    } }
}

/// The heading of a column; where it sorts, a button.
pub fn heading((zh, en, kind): &Column<'_>) -> Markup {
    html! { @match kind {
        Kind::Text => th scope="col" aria-sort="none" { button type="button" { (both(zh, en)) } },
        Kind::Number => th.n scope="col" aria-sort="none" { button type="button" { (both(zh, en)) } },
        Kind::Plain => th scope="col" { (both(zh, en)) },
    } }
}

/// A cell with an amount in 万元; the exact yuan is its tooltip.
pub fn money(amount: Yuan) -> Markup {
    html! { td.n data-v=(amount) title=(format!("{} 元", yuan(amount))) { (wan(amount)) } }
}

/// A cell with a percent, or a dash where there is none.
pub fn rate(value: Option<Decimal>) -> Markup {
    html! {
        @match value {
            Some(value) => td.n data-v=(value) { (percent(value, false)) },
            None => td.n { "–" },
        }
    }
}

/// A cell with the change since the year before; a dagger where the years have different departments.
pub fn change(change: Change) -> Markup {
    html! {
        @match change.percent {
            Some(value) => td.n data-v=(value) { (percent(value, true)) @if !change.is_alike { "†" } },
            None => td.n { "–" },
        }
    }
}

/// What the dagger says.
pub fn dagger() -> Markup {
    html! { p.lead { (both(
        "合计为在库各部门之和；† 两年的部门数不同，变动不能直接比较。",
        "Sums are of the departments in the warehouse. † The two years have different numbers of departments: the change compares unlike things.",
    )) } }
}

/// A cell with a count.
pub fn number(value: u64) -> Markup {
    html! { td.n data-v=(value) { (count(value)) } }
}

/// A cell that unfolds to the printed amounts that a figure is made of.
pub fn sources(sources: &Top<Source>) -> Markup {
    html! { td.s { @if sources.total > 0 { details {
        summary { (both("来源", "sources")) " " (count(sources.total)) }
        ol { @for source in &sources.rows { li {
            span.path { (source.path) }
            @if let Some(of) = source.form { " · " (form(of)) }
            " ·" (place(&source.place)) " · " span.printed { (source.printed) } " = " (yuan(source.amount)) " 元"
        } } }
        (more(sources.total - sources.rows.len()))
    } } } }
}

/// How many more there are than are shown.
pub fn more(others: usize) -> Markup {
    html! { @if others > 0 { p.note { (both(&format!("另有 {} 条", count(others)), &format!("and {} more", count(others)))) } } }
}

/// A section with its heading.
pub fn section(id: &str, zh: &str, en: &str, body: &Markup) -> Markup {
    html! { section aria-labelledby=(format!("{id}-title")) { h2 id=(format!("{id}-title")) { (both(zh, en)) } (body) } }
}

/// What a section says where there is nothing to show.
pub fn nothing(zh: &str, en: &str) -> Markup {
    html! { p.none { (both(zh, en)) } }
}
