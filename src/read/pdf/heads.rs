//! Running heads and page numbers, which are no part of the text.

use std::collections::HashMap;

use super::page::{Item, Page, PrintedLine};
use crate::text::compact;

/// The share of a page, from its top and its bottom, where page numbers stand.
const MARGIN: f64 = 0.12;
/// The share from its bottom where one may stand below all else.
const END: f64 = 0.25;
/// On how many pages at least a line stands at the same place before it is a running head.
const PAGES: usize = 3;

/// Takes page numbers and running heads out of the pages.
pub fn remove(pages: &mut [Page]) {
    let mut seen: HashMap<(String, i64), usize> = HashMap::new();
    for page in pages.iter() {
        for line in edge_lines(page) {
            *seen.entry(key(line)).or_default() += 1;
        }
    }
    let count = pages.len();
    for page in pages {
        let height = page.height;
        let doomed: Vec<f64> = edge_lines(page)
            .filter(|line| {
                let often = seen.get(&key(line)).copied().unwrap_or(0);
                is_page_number(line, height) || often >= PAGES && often * 2 > count && !may_belong_to_table(&line.text)
            })
            .map(|line| line.y)
            .collect();
        page.items
            .retain(|item| !matches!(item, Item::Line(line) if doomed.iter().any(|y| y.total_cmp(&line.y).is_eq())));
    }
}

/// The first and last lines of a page.
fn edge_lines(page: &Page) -> impl Iterator<Item = &PrintedLine> {
    let line = |item: &'_ Item| matches!(item, Item::Line(_));
    let first = page.items.iter().take_while(move |item| line(item)).take(2);
    let last = page.items.iter().rev().take_while(move |item| line(item)).take(2);
    first.chain(last).filter_map(|item| match item {
        Item::Line(line) => Some(line),
        Item::Table(_) => None,
    })
}

/// What a line has in common with the same running head on other pages.
fn key(line: &PrintedLine) -> (String, i64) {
    let words: String = compact(&line.text).chars().filter(|c| !c.is_ascii_digit()).collect();
    #[expect(clippy::cast_possible_truncation, reason = "a place on a page")]
    let place = (line.y / 3.0).round() as i64;
    (words, place)
}

/// Titles and captions are printed again on the pages of a table, too.
fn may_belong_to_table(text: &str) -> bool {
    text.contains(['表', ':', '：', '元', '.', '。', '，']) || text.trim().is_empty()
}

/// A number alone, or between dashes or 第 … 页, near the top or bottom of the page.
pub fn is_page_number(line: &PrintedLine, height: f64) -> bool {
    let near_edge = line.y < MARGIN * height || line.y > (1.0 - MARGIN) * height;
    near_edge && may_be_page_number(&line.text)
}

/// The same of the last line of a page, below which nothing stands: it may be a little farther from the edge.
pub fn is_page_number_at_end(line: &PrintedLine, height: f64) -> bool {
    line.y > (1.0 - END) * height && may_be_page_number(&line.text)
}

/// Whether a line holds what a page number may be, and nothing else.
fn may_be_page_number(text: &str) -> bool {
    let words = compact(text);
    let bare: String = words
        .chars()
        .filter(|c| !matches!(c, '-' | '—' | '–' | '－' | '第' | '共' | '页' | '/' | '·' | ',' | '~' | '_' | '|'))
        .collect();
    let bare = bare.to_ascii_lowercase();
    let bare = bare.strip_prefix("page").unwrap_or(&bare);
    let digits = bare.replace("of", "");
    let says_page = words.contains('页');
    let roman = !bare.is_empty() && bare.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    roman || !digits.is_empty() && digits.len() <= if says_page { 8 } else { 4 } && digits.bytes().all(|byte| byte.is_ascii_digit())
}
