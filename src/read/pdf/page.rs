//! One page: tables and lines of text in reading order.

use super::geometry::{Drawn, Glyph};
use super::lattice::{Lattice, lattices};
use super::lines::{self, GlyphLine};
use super::rules::{Rules, rules};
use super::table::{RuledTable, in_columns, is_title_or_caption, placed, ruled};
use crate::config::PdfSettings;
use crate::money::{MoneyCell, parse_cell};

/// What stands on a page.
#[derive(Debug, Clone)]
pub enum Item {
    /// A line of text.
    Line(PrintedLine),
    /// A table between rules.
    Table(RuledTable),
}

impl Item {
    /// Where it begins, from the top.
    fn top(&self) -> f64 {
        match self {
            Self::Line(line) => line.y - line.size,
            Self::Table(table) => table.y.0,
        }
    }
}

/// A line of text on the open page.
#[derive(Debug, Clone)]
pub struct PrintedLine {
    /// Its text; its pieces keep their places by spaces.
    pub text: String,
    /// Its baseline.
    pub y: f64,
    /// The size of its largest character.
    pub size: f64,
}

/// A page understood, with the steps on the way for whoever wants to look at them.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Height of the page.
    pub height: f64,
    /// Tables and lines from the top down.
    pub items: Vec<Item>,
    /// Whether its first table has no rules between its rows.
    pub begins_open: bool,
    /// Its rules.
    pub rules: Rules,
    /// The lattices that they make.
    pub lattices: Vec<Lattice>,
}

/// Understands a page; `ends_open` says that the rows of its last table go on without rules on the next one.
pub fn page(drawn: &Drawn, settings: &PdfSettings, ends_open: bool) -> Page {
    let rules = rules(&drawn.edges, settings);
    let lattices = if rules.horizontal.len() + rules.vertical.len() <= settings.max_rules {
        lattices(&rules, settings)
    } else {
        Vec::new()
    };
    let mut contents: Vec<Vec<Vec<Glyph>>> = lattices.iter().map(|lattice| vec![Vec::new(); lattice.cells.len()]).collect();
    let mut free: Vec<Glyph> = Vec::new();
    for (glyph, place) in drawn.glyphs.iter().zip(placed(&drawn.glyphs, &lattices)) {
        match place {
            Some((table, cell)) => contents[table][cell].push(*glyph),
            None => free.push(*glyph),
        }
    }
    let unit = lines::narrow_width(&drawn.glyphs);
    let mut open = lines::lines(free.iter().copied());
    let last = |lattice: &Lattice| lattices.iter().all(|other| other.area().y1 <= lattice.area().y1);
    let first = |lattice: &Lattice| lattices.iter().all(|other| other.area().y0 >= lattice.area().y0);
    let mut begins_open = false;
    // A header between rules over rows without any is read as they are: by the places of its text. So is a frame without rules within.
    for (lattice, contents) in lattices.iter().zip(&mut contents) {
        let is_open = lacks_rules(lattice, contents);
        if is_open || ends_open && last(lattice) || !holds_figures(contents) && leaves_figures(lattice, contents, &open) {
            begins_open |= is_open && first(lattice);
            free.extend(contents.iter_mut().flat_map(std::mem::take));
        }
    }
    if free.len() > open.iter().map(|line| line.glyphs.len()).sum() {
        open = lines::lines(free);
    }
    let printed = |line: &GlyphLine| PrintedLine {
        text: lines::spaced(line, unit),
        y: line.base,
        size: line.size,
    };
    let mut items: Vec<Item> = Vec::new();
    for (lattice, contents) in lattices.iter().zip(contents) {
        let is_head = !holds_figures(&contents);
        let mut table = ruled(lattice, contents);
        if table.rows.is_empty() && table.above.is_empty() {
            continue;
        }
        table.is_head = is_head;
        adopt(&mut table, lattice, &mut open);
        items.push(Item::Table(table));
    }
    items.extend(open.iter().map(|line| Item::Line(printed(line))));
    items.sort_by(|a, b| a.top().total_cmp(&b.top()));
    Page {
        height: drawn.height,
        items,
        begins_open,
        rules,
        lattices,
    }
}

/// Whether an amount, a code or another number that is neither a year nor that of a column stands in one of the cells.
fn holds_figures(contents: &[Vec<Glyph>]) -> bool {
    let is_number = |text: &str| {
        let is_year = text.len() == 4 && text.starts_with("20");
        text.len() > 2 && !is_year && matches!(parse_cell(text), MoneyCell::Number(..))
    };
    contents.iter().any(|glyphs| {
        let text = lines::flowing(glyphs.iter().copied());
        is_figure(&text) || is_number(&text)
    })
}

/// Whether what stands in cells are whole rows or columns of a table, since no rules part them: most figures have others below them in
/// their cell, or all are in one row where names with numberings stand below each other.
fn lacks_rules(lattice: &Lattice, contents: &[Vec<Glyph>]) -> bool {
    let lines: Vec<usize> = contents.iter().map(|glyphs| figure_lines(glyphs)).collect();
    let figures: usize = lines.iter().sum();
    let stacked: usize = lines.iter().filter(|lines| **lines > 1).sum();
    let cells = lattice.cells.iter().zip(&lines).filter(|(_, lines)| **lines > 0);
    let rows: Vec<usize> = cells.map(|(cell, _)| cell.row).collect();
    // The first cell of that row, since texts with numberings may stand further right.
    let begins_with_names = |row: usize| {
        let mut filled = lattice
            .cells
            .iter()
            .zip(contents)
            .filter(|(cell, glyphs)| cell.row == row && !glyphs.is_empty());
        filled.next().is_some_and(|(_, glyphs)| holds_names(glyphs))
    };
    let in_one_row = || rows.windows(2).all(|pair| pair[0] == pair[1]) && rows.first().is_some_and(|row| begins_with_names(*row));
    figures > 0 && (stacked * 2 > figures || in_one_row())
}

/// Whether a cell holds the names of several lines of a form: one with the first numbering, one with the second.
fn holds_names(glyphs: &[Glyph]) -> bool {
    if !glyphs.iter().any(|glyph| glyph.c == '、') || glyphs.iter().any(|glyph| matches!(glyph.c, '。' | '；' | '，')) {
        return false;
    }
    let begins =
        |number: char, line: &GlyphLine| matches!(line.glyphs.as_slice(), [first, point, ..] if first.c == number && point.c == '、');
    let lines = lines::lines(glyphs.iter().copied());
    let at = |number: char| lines.iter().position(|line| begins(number, line));
    at('一').zip(at('二')).is_some_and(|(one, two)| one < two)
}

/// How many lines of a cell hold a figure in a place of its own.
fn figure_lines(glyphs: &[Glyph]) -> usize {
    if !glyphs.iter().any(|glyph| glyph.c == '.') {
        return 0;
    }
    let holds_figure = |line: &GlyphLine| line.segments().iter().any(|segment| is_figure(&lines::text(segment)));
    lines::lines(glyphs.iter().copied())
        .iter()
        .filter(|line| holds_figure(line))
        .count()
}

/// Whether lines right below a table hold figures that cannot all be put under its columns.
fn leaves_figures(lattice: &Lattice, contents: &[Vec<Glyph>], open: &[GlyphLine]) -> bool {
    let mut table = ruled(lattice, contents.to_vec());
    let mut rest = open.to_vec();
    adopt(&mut table, lattice, &mut rest);
    let mut bottom = table.y.1;
    for line in rest.iter().filter(|line| line.base > table.y.1) {
        if line.base - bottom > NEXT_ROW * line.size || is_title_or_caption(&lines::text(&line.glyphs)) {
            return false;
        }
        if line.segments().iter().any(|segment| is_figure(&lines::text(segment))) {
            return true;
        }
        bottom = line.base;
    }
    false
}

/// Whether a text is an amount with decimals.
pub fn is_figure(text: &str) -> bool {
    text.contains('.') && matches!(parse_cell(text), MoneyCell::Number(..))
}

/// How far below a table a row without rules may stand, in sizes of its text.
const NEXT_ROW: f64 = 2.5;

/// Rows right below a table that have lost their rules: figures that stand under its columns.
fn adopt(table: &mut RuledTable, lattice: &Lattice, open: &mut Vec<GlyphLine>) {
    let area = lattice.area();
    loop {
        let next = open
            .iter()
            .position(|line| line.base > table.y.1 && line.base - table.y.1 < NEXT_ROW * line.size && line.x0() < area.x1);
        let Some(next) = next else { return };
        let line = &open[next];
        let within = line.x0() >= area.x0 - line.size && line.x1() <= area.x1 + line.size;
        let Some(parts) = in_columns(line, lattice).filter(|parts| within && parts.len() > 1) else {
            return;
        };
        // The columns of the row above, which may be fewer than the lattice has.
        let lefts = table
            .lefts
            .last()
            .cloned()
            .unwrap_or_else(|| lattice.xs[..lattice.width()].to_vec());
        let mut row = vec![String::new(); lefts.len()];
        for (column, text) in parts {
            let place = lefts.partition_point(|left| *left <= lattice.xs[column]);
            row[place.saturating_sub(1)].push_str(&text);
        }
        table.rows.push(row);
        table.lefts.push(lefts);
        table.full.clear();
        table.y.1 = line.base;
        open.remove(next);
    }
}

#[cfg(test)]
mod tests {
    use super::super::geometry::{Axis, Edge};
    use super::*;
    use crate::config::Config;

    /// Characters ten points wide, digits five.
    fn set(words: &str, x: f64, base: f64) -> Vec<Glyph> {
        let mut at = x;
        let glyph = |c: char| {
            let x0 = at;
            at += if c.is_ascii() { 5.0 } else { 10.0 };
            Glyph {
                c,
                x0,
                x1: at,
                base,
                size: 10.0,
                run: 0,
            }
        };
        words.chars().map(glyph).collect()
    }

    /// A header of two cells between rules over rows without any.
    fn under_a_ruled_header(rows: &[Vec<Glyph>]) -> Page {
        let edge = |axis: Axis, at: f64, from: f64, to: f64| Edge { axis, at, from, to };
        let mut edges: Vec<Edge> = [10.0, 100.0, 200.0].map(|x| edge(Axis::Vertical, x, 10.0, 25.0)).into();
        edges.extend([10.0, 25.0].map(|y| edge(Axis::Horizontal, y, 10.0, 200.0)));
        let header = [set("科目", 12.0, 21.0), set("金额", 102.0, 21.0)].concat();
        let drawn = Drawn {
            width: 300.0,
            height: 400.0,
            glyphs: [header, rows.concat()].concat(),
            edges,
            ..Drawn::default()
        };
        page(&drawn, &Config::load(None).unwrap().settings.pdf, false)
    }

    #[test]
    fn rows_below_a_ruled_header_go_under_its_columns_or_all_stay_lines() {
        let plain = |base: f64| [set("教育支出", 12.0, base), set("5.00", 180.0, base)].concat();
        let whole = under_a_ruled_header(&[plain(37.0), plain(51.0)]);
        assert!(matches!(&whole.items[..], [Item::Table(table)] if table.rows.len() == 3));
        // A name that wraps around its figure.
        let wrapped = [set("社会保障", 12.0, 45.0), set("7.00", 180.0, 51.0), set("就业支出", 12.0, 57.0)];
        let lines = under_a_ruled_header(&[vec![plain(33.0)], wrapped.into()].concat());
        assert!(lines.items.len() == 5 && lines.items.iter().all(|item| matches!(item, Item::Line(_))));
    }
}
