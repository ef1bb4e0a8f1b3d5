//! What a grid is to the table before it: its next page or section, the contents, or another table.

use super::{Assembler, row_key};
use crate::codes::{Form, Layout, RejectCode};
use crate::config::{Config, word_key};
use crate::document::{Cell, Grid, GridRow, TextLine};
use crate::layout::OpenLine;
use crate::money::{MoneyCell, parse_cell};
use crate::recognise::Note;
use crate::recognise::caption::{is_note, is_page_frame};
use crate::recognise::header::{columns, header_rows, is_numbering};
use crate::recognise::title::{Title, is_record_form};
use crate::text::{compact, excerpt, is_blank, strip_numbering};

impl<'a, 'c> Assembler<'a, 'c> {
    /// A title alone in the first row of cells stands above a table as one in a line of its own does.
    pub(super) fn title_in_cell(&mut self, grid: &mut Grid<'a>) {
        let Some(row) = grid.rows.first().filter(|_| grid.rows.len() > 1) else {
            return;
        };
        let mut filled = row.cells.iter().filter(|cell| !is_blank(cell));
        let (Some(only), None) = (filled.next(), filled.next()) else {
            return;
        };
        if self.titles.by_title(only).is_none_or(|title| is_record_form(title.spec.form)) {
            return;
        }
        let line = TextLine {
            text: only.clone(),
            position: row.position,
            after_blank: true,
            empty_before: 0,
        };
        grid.rows.remove(0);
        self.pending.push(line.into());
    }

    /// Whether a title is that of the table below it: running text or a part's heading between them shows that it is not.
    pub(super) fn stands_above(&self, title: &Title<'c>) -> bool {
        let parts = |line: &OpenLine<'_>| {
            let words = compact(&line.text);
            words.contains('。') && !is_note(&line.text) || words.starts_with('第') && words.contains("部分") && !words.ends_with('表')
        };
        !self.pending[title.lines.end..].iter().any(parts)
    }

    /// A table of contents with tabs: most rows end in a page number, and parts or titles are named.
    pub(super) fn is_contents(&self, grid: &Grid<'a>) -> bool {
        let filled = |row: &'_ GridRow<'a>| -> Option<(usize, usize)> {
            let is_filled = |cell: &Cell<'a>| !is_blank(cell);
            Some((row.cells.iter().position(is_filled)?, row.cells.iter().rposition(is_filled)?))
        };
        let ends_in_page = |row: &&GridRow<'a>| {
            filled(row).filter(|(first, last)| first < last).is_some_and(|(_, last)| {
                let last = row.cells[last].trim();
                last.len() <= 7 && last.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') || last.contains("PAGEREF")
            })
        };
        let names_part = |row: &GridRow<'a>| {
            filled(row).is_some_and(|(first, _)| {
                let first = compact(&row.cells[first]);
                first.starts_with('第') && first.contains("部分") || first.contains("....") || first.contains("…")
            })
        };
        let numbered: Vec<&GridRow<'a>> = grid.rows.iter().filter(ends_in_page).collect();
        // Pages are counted up; amounts without decimals are not.
        let pages = numbered
            .iter()
            .filter_map(|row| row.cells.iter().rev().find(|cell| !is_blank(cell))?.trim().parse::<u32>().ok());
        numbered.len() * 10 >= grid.rows.len() * 6 && (self.in_contents && pages.is_sorted() || grid.rows.iter().any(names_part))
    }

    /// A page that prints the title of the table before it again, with more of its rows.
    pub(super) fn repeats_last(&self, title: &Title<'c>, grid: &Grid<'a>) -> bool {
        let Some(last) = self.found.tables.last().filter(|_| !is_record_form(title.spec.form)) else {
            return false;
        };
        let same_title = last.title.as_deref().map(compact) == Some(compact(&title.text));
        let starts_anew = || {
            let body = header_rows(&grid.rows, self.config);
            let rows = grid.rows.get(body).zip(last.rows.first());
            rows.is_some_and(|(row, first)| row.cells == first.cells)
        };
        same_title && !starts_anew()
    }

    /// More rows of the last table under nothing but the running head of a page, which was printed before.
    pub(super) fn is_next_page(&mut self, grid: &Grid<'a>) -> bool {
        let (tables, printed) = (self.found.tables.len(), &mut self.printed);
        let all_heads = self
            .pending
            .iter()
            .all(|line| is_page_frame(&line.text) || printed.was_above(line, tables));
        let width = grid.rows.iter().map(|row| row.cells.len()).max();
        let repeats_header = || grid.rows.first().map(row_key).as_ref() == self.last_header.first();
        all_heads
            && self.found.tables.last().is_some_and(|last| width == Some(last.columns.all.len()))
            && (header_rows(&grid.rows, self.config) == 0 || repeats_header())
    }

    /// More rows of the last table under a line that only names their section (`二、机关运行经费`).
    pub(super) fn is_next_section(&self, grid: &Grid<'a>) -> bool {
        let ([section], Some(last)) = (self.pending.as_slice(), self.found.tables.last()) else {
            return false;
        };
        let text = section.text.trim();
        let width = grid.rows.iter().map(|row| row.cells.len()).max();
        strip_numbering(text).len() < text.len()
            && text.chars().count() < 30
            && !section.after_blank
            && width == Some(last.columns.all.len())
            && header_rows(&grid.rows, self.config) == 0
    }

    /// More rows of a catalogue of services below the name of the next kind of department.
    pub(super) fn is_more_of_catalogue(&self, grid: &Grid<'a>) -> bool {
        let is_last = self
            .found
            .tables
            .last()
            .is_some_and(|last| last.spec.form == Form::ProcurementCatalogue);
        let first = grid
            .rows
            .first()
            .and_then(|row| row.cells.first())
            .map(|cell| compact(cell))
            .unwrap_or_default();
        let is_code = first.len() <= 7
            && first
                .trim_start_matches(|c: char| c.is_ascii_uppercase())
                .bytes()
                .all(|byte| byte.is_ascii_digit());
        let is_heading = |line: &OpenLine<'_>| line.text.chars().count() < 40 && !line.text.contains(['。', '，', '；', '：']);
        is_last
            && (is_code && !first.is_empty() || self.last_header.first() == grid.rows.first().map(row_key).as_ref())
            && self.pending.iter().all(is_heading)
    }

    /// More rows of the last table, with or without its header.
    pub(super) fn continue_table(&mut self, grid: Grid<'a>) {
        let Some(table) = self.found.tables.last_mut() else { return };
        let is_cut_header = table.rows.is_empty() && !is_record_form(table.spec.form) && !self.header_above.is_empty();
        if is_cut_header && header_rows(&grid.rows, self.config) > 0 && row_key(&grid.rows[0]) != self.last_header[0] {
            // The page ended within the header.
            let mut header = std::mem::take(&mut self.header_above);
            let mut rows = grid.rows.into_iter();
            let first = match (header.last_mut(), rows.next()) {
                (Some(last), Some(first)) => join_words(last, first, self.config),
                (_, first) => first,
            };
            header.extend(first.into_iter().chain(rows));
            let body = header.split_off(header_rows(&header, self.config));
            table.columns = columns(&header, &body, table.spec, self.config);
            table.rows = body;
            self.last_header = header.iter().map(row_key).collect();
            return;
        }
        let header = header_rows(&grid.rows, self.config);
        if header > 0 && table.columns.all.len() < 2 && !is_record_form(table.spec.form) && !table.rows.iter().any(has_figure) {
            // The page ended above the header, with the name of a section between the rules.
            let mut head = grid.rows;
            let body = head.split_off(header);
            table.columns = columns(&head, &body, table.spec, self.config);
            table.rows.extend(body);
            self.last_header = head.iter().map(row_key).collect();
            return;
        }
        let repeated = grid
            .rows
            .iter()
            .zip(&self.last_header)
            .take_while(|(row, header)| row_key(row) == **header)
            .count();
        let again = rows_again(&grid.rows, &table.rows);
        if is_record_form(table.spec.form) && again > 0 {
            table.rows.extend(grid.rows.into_iter().skip(again));
            return;
        }
        // A header that ends with the numbers of columns is one, however much of the first it repeats.
        let numbered = header.checked_sub(1).is_some_and(|last| is_numbering(&grid.rows[last]));
        let repeated = if numbered { header } else { repeated };
        let keep_all = repeated < self.last_header.len() && !numbered;
        let rows = grid.rows.into_iter().skip(if keep_all { 0 } else { repeated });
        // A header of one cell is a caption between rules.
        if grid.layout != Layout::Ruled || is_record_form(table.spec.form) || table.columns.all.len() < 2 {
            table.rows.extend(rows);
            return;
        }
        // Between rules, a cell more or less is a column more or less, and which one cannot be told.
        let width = table.columns.all.len();
        let (whole, odd): (Vec<GridRow<'a>>, Vec<GridRow<'a>>) = rows.partition(|row| row.cells.len() == width || !has_figure(row));
        table.rows.extend(whole);
        if let Some(first) = odd.first() {
            self.found.notes.push(Note {
                code: RejectCode::LostColumn,
                message: format!(
                    "the table goes on with {} columns instead of {width}; which is missing cannot be told, so {} rows were left out",
                    first.cells.len(),
                    odd.len()
                ),
                position: first.position,
                excerpt: Some(excerpt(&first.cells.join("\t"), 200)),
            });
        }
    }
}

/// Puts the second halves of header words back to the first, where the page ended within a row of them: `一般公共预 | 政府性基` over `算 | 金`.
/// Gives the row back where its cells are words of their own.
fn join_words<'a>(last: &mut GridRow<'a>, first: GridRow<'a>, config: &Config) -> Option<GridRow<'a>> {
    let is_known = |words: &str| config.headers.is_known(&word_key(words));
    let pairs = || last.cells.iter().zip(&first.cells).filter(|(_, rest)| !is_blank(rest));
    let are_one = |(begun, rest): (&Cell<'_>, &Cell<'_>)| is_known(&format!("{begun}{rest}"));
    let are_halves = last.cells.len() == first.cells.len()
        && pairs().all(|(begun, rest)| !is_blank(begun) && (!is_known(rest) || are_one((begun, rest))))
        && pairs().any(|(begun, rest)| !is_known(rest) && are_one((begun, rest)));
    if !are_halves {
        return Some(first);
    }
    for (begun, rest) in last.cells.iter_mut().zip(first.cells) {
        begun.to_mut().push_str(&rest);
    }
    None
}

/// How many rows at the top of a page are those that the form begins with, printed once more: less than all of it, which would be a copy.
fn rows_again(page: &[GridRow<'_>], form: &[GridRow<'_>]) -> usize {
    let same = page.iter().zip(form).take_while(|(row, first)| row.cells == first.cells).count();
    if same < form.len() { same } else { 0 }
}

fn has_figure(row: &GridRow<'_>) -> bool {
    row.cells.iter().any(|cell| matches!(parse_cell(cell), MoneyCell::Number(..)))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use crate::codes::{Layout, RejectCode, SourceFormat};
    use crate::config::{Config, KnownTitles};
    use crate::document::{Block, Document, Grid, GridRow, Position, TextLine};
    use crate::recognise::recognise;

    fn row(cells: &[&'static str]) -> GridRow<'static> {
        GridRow {
            position: Position::default(),
            cells: cells.iter().map(|cell| Cow::Borrowed(*cell)).collect(),
        }
    }

    fn grid(rows: &[&[&'static str]]) -> Block<'static> {
        Block::Grid(Grid {
            rows: rows.iter().map(|cells| row(cells)).collect(),
            layout: Layout::Ruled,
        })
    }

    #[test]
    fn a_page_with_another_number_of_columns_is_left_out_and_named() {
        let config = Config::load(None).unwrap();
        let line = |text: &'static str| {
            Block::Text(TextLine {
                text: Cow::Borrowed(text),
                position: Position::default(),
                after_blank: true,
                empty_before: 0,
            })
        };
        let document = Document {
            format: SourceFormat::Pdf,
            blocks: vec![
                line("2025年部门支出预算总表"),
                line("单位：元"),
                grid(&[
                    &["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
                    &["208", "社会保障和就业支出", "3.00", "1.00", "2.00"],
                ]),
                grid(&[&["212", "城乡社区支出", "5.00", "5.00"], &["注：无"]]),
                grid(&[&["221", "住房保障支出", "4.00", "4.00", ""]]),
            ],
            notes: Vec::new(),
            encoding: None,
            sheets: Vec::new(),
        };
        let found = recognise(document, KnownTitles::of(&config.forms), &config);
        let names: Vec<&str> = found.tables[0]
            .rows
            .iter()
            .map(|row| row.cells.last().map_or("", |cell| cell.as_ref()))
            .collect();
        assert_eq!(names, ["2.00", "注：无", ""]);
        assert!(found.notes.iter().any(|note| note.code == RejectCode::LostColumn));
    }

    #[test]
    fn header_words_that_a_page_cuts_are_joined_and_levels_stay() {
        let config = Config::load(None).unwrap();
        let mut last = row(&["", "小计", "一般公共预", "政府性基"]);
        assert!(super::join_words(&mut last, row(&["", "", "算", "金预算"]), &config).is_none());
        assert_eq!(last.cells, ["", "小计", "一般公共预算", "政府性基金预算"]);
        let level = row(&["", "", "基本支出", "项目支出"]);
        assert!(super::join_words(&mut last, level, &config).is_some_and(|level| level.cells[3] == "项目支出"));
    }

    #[test]
    fn rows_that_a_form_begins_with_on_every_page_are_printed_once() {
        let form = [row(&["项目名称", "培训"]), row(&["资金", "1.00"]), row(&["目标", "一"])];
        let page = [row(&["项目名称", "培训"]), row(&["资金", "1.00"]), row(&["目标", "二"])];
        assert_eq!(super::rows_again(&page, &form), 2);
        assert_eq!(super::rows_again(&form, &form), 0);
    }
}
