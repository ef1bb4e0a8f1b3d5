//! Tables that the end of a page cuts in two.

use super::heads::{is_page_number, is_page_number_at_end};
use super::page::{Item, Page, is_figure};
use super::table::{RuledTable, is_title_or_caption};
use crate::text::strip_numbering;

/// From how many rows on a column that is never empty tells something.
const ROWS: usize = 5;

/// How far from its place on the page before a column may begin.
const SHIFT: f64 = 3.0;

/// Puts what goes on at the top of a page under the columns of the page before, and the second half of a row, alone there, back to the first.
pub fn join(pages: &mut [Page]) {
    for index in 1..pages.len() {
        let (before, after) = pages.split_at_mut(index);
        let last = before.last_mut().and_then(|page| page.items.last_mut());
        let first = after.first_mut().and_then(|page| page.items.first_mut());
        if let (Some(Item::Table(above)), Some(Item::Table(below))) = (last, first) {
            align(above, below);
            join_tables(above, below);
        }
    }
}

/// Whether the rows of a page's last table go on without rules on the page behind it.
pub fn ends_open(page: &Page, next: &Page) -> bool {
    let is_number = |(place, item): &(usize, &Item)| match item {
        Item::Line(line) => is_page_number(line, page.height) || *place == 0 && is_page_number_at_end(line, page.height),
        Item::Table(_) => false,
    };
    let Some((_, Item::Table(table))) = page.items.iter().rev().enumerate().find(|item| !is_number(item)) else {
        return false;
    };
    (table.is_head || next.begins_open) && begins_with_rows(next)
}

/// Whether a page begins with lines that hold figures in places of their own, as the rows of a table do.
fn begins_with_rows(page: &Page) -> bool {
    let lines = page.items.iter().map_while(|item| match item {
        Item::Line(line) => Some(line.text.as_str()),
        Item::Table(_) => None,
    });
    let mut rows = lines.take(NAME_LINES).take_while(|line| !is_title_or_caption(line));
    rows.any(|line| line.split("  ").any(|piece| is_figure(piece.trim())))
}

/// How many lines the rest of a header and a name may take above the first figures.
const NAME_LINES: usize = 10;

/// A page that holds but the last rows has only the rules that these need: a total without codes has a column less. Each cell belongs
/// under the column that begins where it does.
fn align(above: &RuledTable, below: &mut RuledTable) {
    let Some(columns) = above.lefts.last().filter(|_| below.above.is_empty() && above.below.is_empty()) else {
        return;
    };
    for (row, lefts) in below.rows.iter_mut().zip(&mut below.lefts) {
        let place = |left: &f64| columns.iter().position(|column| (column - left).abs() <= SHIFT);
        let places: Option<Vec<usize>> = lefts.iter().map(place).collect();
        let Some(places) = places.filter(|places| places.len() < columns.len() && places.windows(2).all(|pair| pair[0] < pair[1])) else {
            continue;
        };
        let mut cells = vec![String::new(); columns.len()];
        for (place, cell) in places.into_iter().zip(std::mem::take(row)) {
            cells[place] = cell;
        }
        *row = cells;
        lefts.clone_from(columns);
        below.full.clear();
    }
}

fn join_tables(above: &mut RuledTable, below: &mut RuledTable) {
    let [.., last] = above.rows.as_slice() else { return };
    // The header, where every page has it.
    let header = above.rows.iter().zip(&below.rows).take_while(|(row, again)| row == again).count();
    let Some(first) = below.rows.get(header).filter(|_| below.above.is_empty() && above.below.is_empty()) else {
        return;
    };
    if first.len() == last.len()
        && header < above.rows.len()
        && (is_second_half(first, last, above) || holds_ends_of_figures(first, last, above))
        && let Some(last) = above.rows.last_mut()
    {
        let first = below.rows.remove(header);
        if header < below.lefts.len() {
            below.lefts.remove(header);
        }
        for (cell, rest) in last.iter_mut().zip(first) {
            cell.push_str(&rest);
        }
    }
}

/// Whether a row goes on with names that `last`, the last row of `above`, begins: it holds no figure, goes on only with cells that have begun,
/// and either leaves a column empty that no other row of the table does (the code, the number of the row), or is shorter than lines that
/// had no room for more.
fn is_second_half(first: &[String], last: &[String], above: &RuledTable) -> bool {
    let has_digit = |cell: &String| cell.contains(|c: char| c.is_ascii_digit());
    let has_begun = first
        .iter()
        .zip(last)
        .all(|(second, first)| second.is_empty() || !first.is_empty() && !has_digit(first));
    let is_filled = |row: &Vec<String>, column: usize| row.get(column).is_some_and(|cell| !cell.is_empty());
    // Headers and totals may leave it empty, too.
    let always_filled = |column: usize| above.rows.iter().rev().take_while(|row| is_filled(row, column)).count() >= ROWS;
    let is_numbered = |cell: &String| strip_numbering(cell).len() < cell.len();
    // Labels of two halves of a form (其他资金, once more 其他资金) are whole.
    let repeats = |(at, cell): (usize, &String)| !cell.is_empty() && first[at + 1..].contains(cell);
    !first.iter().any(|cell| has_digit(cell) || is_numbered(cell))
        && !first.iter().enumerate().any(repeats)
        && has_begun
        && ((0..first.len()).any(|column| first[column].is_empty() && always_filled(column)) || fills_up(first, last, above))
}

/// Whether a row holds what is missing of figures that were too long for their cells, and nothing that has not begun (`12,345,6` above,
/// `78.00` here). What was begun must be no whole figure: a group of digits is not full, or a decimal is missing that all others print.
fn holds_ends_of_figures(first: &[String], last: &[String], above: &RuledTable) -> bool {
    let decimals = |cell: &str| cell.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let others = above.rows.split_last().map_or(&[][..], |(_, rows)| rows);
    let mut printed = others.iter().flatten().filter(|cell| is_figure(cell)).peekable();
    let has_cents = printed.peek().is_some() && printed.all(|cell| decimals(cell) == 2);
    let is_figure_cut = |rest: &str, begun: &str| {
        let is_begun = match begun.rsplit_once('.') {
            Some((_, cents)) => cents.is_empty() || cents.len() == 1 && has_cents && begun.contains(','),
            None => begun.rsplit_once(',').is_some_and(|(_, group)| group.len() < 3),
        };
        let joined = format!("{begun}{rest}");
        is_begun && is_figure(&joined) && decimals(&joined) == 2
    };
    if first.iter().any(|rest| strip_numbering(rest).len() < rest.len()) {
        return false;
    }
    let mut figures = 0;
    first.iter().zip(last).filter(|(rest, _)| !rest.is_empty()).all(|(rest, begun)| {
        let is_cut = is_figure_cut(rest, begun);
        figures += usize::from(is_cut);
        is_cut || !begun.is_empty() && !rest.contains(|c: char| c.is_ascii_digit())
    }) && figures > 0
}

/// Whether what a row holds are the rests of lines that had no room for them.
fn fills_up(first: &[String], last: &[String], above: &RuledTable) -> bool {
    let mut rests = first.iter().enumerate().filter(|(_, rest)| !rest.is_empty());
    let is_rest = |(at, rest): (usize, &String)| above.full.get(at) == Some(&true) && rest.chars().count() < last[at].chars().count();
    above.full.len() == first.len() && first.iter().any(String::is_empty) && rests.all(is_rest)
}

#[cfg(test)]
mod tests {
    use super::super::page::PrintedLine;
    use super::*;

    fn table(rows: &[&[&str]]) -> RuledTable {
        RuledTable {
            rows: rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect(),
            ..RuledTable::default()
        }
    }

    #[test]
    fn a_page_number_is_looked_past_where_nothing_stands_below_it() {
        let line = |text: &str, y: f64| {
            Item::Line(PrintedLine {
                text: text.to_owned(),
                y,
                size: 10.0,
            })
        };
        let head = || {
            Item::Table(RuledTable {
                is_head: true,
                ..table(&[&["科目名称", "合计"]])
            })
        };
        let page = |items: Vec<Item>| Page {
            height: 800.0,
            items,
            ..Page::default()
        };
        let next = page(vec![line("教育支出    1.00", 50.0)]);
        for number in ["3", "- 3 -", "第3页", "第 3 页 共 20 页"] {
            assert!(ends_open(&page(vec![head(), line(number, 640.0)]), &next), "{number}");
            assert!(!ends_open(&page(vec![head(), line(number, 500.0)]), &next), "{number}");
            assert!(!ends_open(&page(vec![head(), line(number, 640.0), line("注：略", 660.0)]), &next));
        }
        assert!(!ends_open(&page(vec![head(), line("教育支出 3", 640.0)]), &next));
    }

    #[test]
    fn a_page_with_fewer_rules_goes_on_under_the_columns_of_the_one_before() {
        let above = RuledTable {
            lefts: vec![vec![30.0, 50.0, 70.0, 200.0]; 2],
            ..table(&[&["类", "款", "名称", "合计"], &["208", "05", "养老支出", "1.00"]])
        };
        let mut below = RuledTable {
            lefts: vec![vec![30.4, 199.2], vec![30.0, 120.0]],
            ..table(&[&["合计", "1.00"], &["另一", "表"]])
        };
        align(&above, &mut below);
        assert_eq!(below.rows, [vec!["合计", "", "", "1.00"], vec!["另一", "表"]]);
    }

    #[test]
    fn a_row_that_is_cut_is_joined_and_a_row_without_figures_stays() {
        let above: &[&[&str]] = &[
            &["科目编码", "科目名称", "合计"],
            &["208", "社会保障和就业支出", "10.82"],
            &["20801", "人力资源和社会保障管理事务", "0.00"],
            &["2080101", "行政运行", "0.00"],
            &["20805", "行政事业单位养老支出", "10.82"],
            &["2080505", "机关事业单位基本养老", "6.18"],
        ];
        let mut first = table(above);
        let mut second = table(&[&["", "保险缴费支出", ""], &["2080506", "机关事业单位职业年金缴费支出", "4.64"]]);
        join_tables(&mut first, &mut second);
        assert_eq!(first.rows[5], ["2080505", "机关事业单位基本养老保险缴费支出", "6.18"]);
        assert_eq!(second.rows.len(), 1);

        // Without a column that is always filled, lines that are full tell it.
        let cut: &[&[&str]] = &[&["因公出国费", ""], &["公务用车运行维护", "16.64"]];
        let mut first = RuledTable {
            full: vec![true, true],
            ..table(cut)
        };
        let mut second = table(&[&["费", ""], &["合计", "19.72"]]);
        join_tables(&mut first, &mut second);
        assert_eq!((first.rows[1][0].as_str(), second.rows.len()), ("公务用车运行维护费", 1));
        let mut first = RuledTable {
            full: vec![false, true],
            ..table(cut)
        };
        let mut second = table(&[&["其中", ""], &["合计", "19.72"]]);
        join_tables(&mut first, &mut second);
        assert_eq!(second.rows.len(), 2);

        // A figure that is too long for its cell.
        let mut first = table(&[&["2080505", "机关事业单位基本", "12,345,6", "12,345,678.00"]]);
        let mut second = table(&[&["", "养老保险", "78.00", ""], &["221", "住房保障支出", "1.00", "1.00"]]);
        join_tables(&mut first, &mut second);
        assert_eq!(
            first.rows[0],
            ["2080505", "机关事业单位基本养老保险", "12,345,678.00", "12,345,678.00"]
        );
        for begun in ["12.5", "2,345.5"] {
            let mut first = table(&[&["维护费", "1.5"], &["维护费", begun]]);
            let mut second = table(&[&["宣传费", "8"]]);
            join_tables(&mut first, &mut second);
            assert_eq!(second.rows.len(), 1, "{begun}");
        }
        let mut first = table(&[&["栏次", "", "1", "2"]]);
        let mut second = table(&[&["合计", "", "5.00", "5.00"]]);
        join_tables(&mut first, &mut second);
        assert_eq!(second.rows.len(), 1);

        let mut first = table(&[
            &["实施期资金总额", "1.00", "年度资金总额", "1.00"],
            &["省级财政资金", "0", "省级财政资金", "0"],
            &["市县财政资金", "1.00", "市县财政资金", "1.00"],
            &["其中", "1.00", "其中", "1.00"],
            &["单位自筹", "0", "单位自筹", "0"],
        ]);
        let mut second = table(&[&["其他资金", "", "其他资金", ""]]);
        join_tables(&mut first, &mut second);
        assert_eq!(second.rows.len(), 1);

        let mut first = table(&[
            &["项目", "金额"],
            &["一、教育支出", "1.00"],
            &["二、科学技术支出", ""],
            &["三、国防支出", ""],
        ]);
        let mut second = table(&[&["四、公共安全支出", ""]]);
        join_tables(&mut first, &mut second);
        assert_eq!(second.rows.len(), 1);
    }
}
