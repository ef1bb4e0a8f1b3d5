//! The columns of figures by their places on each page.

use std::collections::BTreeMap;

use super::clusters::Placed;
use super::columns::{Head, Metric, page_columns};
use super::line::Line;
use super::{Context, LineAccount};

/// States the column of each figure by its place, page by page; `head` tells where a page's header stands over the columns.
pub fn state_columns(accounts: &mut [LineAccount], part: &[Line<'_>], measures: usize, head: &dyn Fn(u32) -> Head, context: &Context<'_>) {
    let mut pages: Vec<u32> = part.iter().map(|line| line.position.page).collect();
    pages.dedup();
    let of_lines = |metric: Metric| -> BTreeMap<u32, Vec<(usize, usize)>> {
        let figures = |line: &Line<'_>| {
            let figures = line.tokens.iter().filter(|token| token.value().is_some());
            figures.map(|token| metric.of(token)).collect()
        };
        part.iter().map(|line| (line.position.line, figures(line))).collect()
    };
    let (spans, cols) = (of_lines(context.metric), of_lines(Metric::Cols));
    let mut of_page: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, account) in accounts.iter().enumerate() {
        of_page.entry(account.position.page).or_default().push(index);
    }
    for page in pages {
        let mut placed: Vec<Placed> = Vec::new();
        for index in of_page.get(&page).into_iter().flatten().copied() {
            let account = &accounts[index];
            let (Some(spans), Some(cols)) = (figure_spans(account, &spans), figure_spans(account, &cols)) else {
                continue;
            };
            placed.push(Placed {
                account: index,
                spans,
                cols,
                values: account.figures.iter().map(|figure| figure.value).collect(),
            });
        }
        let Some((columns, sure)) = page_columns(&placed, measures, || head(page), context) else {
            continue;
        };
        for (placed, columns) in placed.iter().zip(columns) {
            for (figure, column) in accounts[placed.account].figures.iter_mut().zip(columns) {
                figure.slot = Some(column);
            }
            accounts[placed.account].likely = !sure;
        }
    }
}

/// The spans of an account's figures: they stand on its line, or on the next one with as many.
fn figure_spans(account: &LineAccount, spans: &BTreeMap<u32, Vec<(usize, usize)>>) -> Option<Vec<(usize, usize)>> {
    let count = account.figures.len();
    if count == 0 {
        return None;
    }
    let from = account.end.max(account.position.line);
    spans
        .range(from..from + 6)
        .find_map(|(_, spans)| (spans.len() >= count).then(|| spans[spans.len() - count..].to_vec()))
}
