//! One page: tables and lines of text in reading order.

use super::geometry::{Drawn, Glyph};
use super::lattice::{Lattice, lattices};
use super::lines::{self, GlyphLine};
use super::rules::{Rules, rules};
use super::table::{RuledTable, in_columns, placed, ruled};
use crate::config::PdfSettings;

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
    /// Its rules.
    pub rules: Rules,
    /// The lattices that they make.
    pub lattices: Vec<Lattice>,
}

/// Understands a page.
pub fn page(drawn: &Drawn, settings: &PdfSettings) -> Page {
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
    let mut open = lines::lines(free);
    let mut items: Vec<Item> = Vec::new();
    for (lattice, contents) in lattices.iter().zip(contents) {
        let mut table = ruled(lattice, contents);
        if table.rows.is_empty() && table.above.is_empty() {
            continue;
        }
        adopt(&mut table, lattice, &mut open);
        items.push(Item::Table(table));
    }
    items.extend(open.iter().map(|line| {
        Item::Line(PrintedLine {
            text: lines::spaced(line, unit),
            y: line.base,
            size: line.size,
        })
    }));
    items.sort_by(|a, b| a.top().total_cmp(&b.top()));
    Page {
        height: drawn.height,
        items,
        rules,
        lattices,
    }
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
        table.y.1 = line.base;
        open.remove(next);
    }
}
