//! A lattice and the glyphs on it → rows of cells.

use super::geometry::{Area, Glyph};
use super::lattice::{CellSpan, Lattice};
use super::lines::{self, GlyphLine, flowing};
use crate::money::{MoneyCell, parse_cell};
use crate::text::compact;

/// A table as it is printed on one page.
#[derive(Debug, Clone, Default)]
pub struct RuledTable {
    /// Lines in its box above its first row that is parted: titles and captions.
    pub above: Vec<String>,
    /// The text of its cells; a cell that a merge covers is empty.
    pub rows: Vec<Vec<String>>,
    /// Where the columns of each row begin on the page.
    pub lefts: Vec<Vec<f64>>,
    /// For the cells of the last row: whether their last line has no room for one more character. Empty where nobody knows.
    pub full: Vec<bool>,
    /// Notes in its box below its last row.
    pub below: Vec<String>,
    /// Whether its rules hold no figure: those that it has stand below them.
    pub is_head: bool,
    /// Top and bottom on the page.
    pub y: (f64, f64),
}

/// For each glyph, the lattice and the cell that it belongs to.
///
/// A glyph belongs to the cell that holds its centre. What is written in one stroke and without a gap stays together, though: a name or a
/// figure too wide for its cell belongs where most of it stands.
pub fn placed(glyphs: &[Glyph], lattices: &[Lattice]) -> Vec<Option<(usize, usize)>> {
    let areas: Vec<Area> = lattices.iter().map(Lattice::area).collect();
    let at = |glyph: &Glyph| {
        let centre = glyph.centre();
        let smallest = (0..lattices.len())
            .filter(|index| areas[*index].holds(centre))
            .min_by(|a, b| areas[*a].extent().total_cmp(&areas[*b].extent()))?;
        Some((smallest, lattices[smallest].cell_at(centre)?))
    };
    let mut places: Vec<Option<(usize, usize)>> = glyphs.iter().map(at).collect();
    let mut start = 0;
    for index in 1..=glyphs.len() {
        if index < glyphs.len() && goes_on(&glyphs[index - 1], &glyphs[index]) {
            continue;
        }
        let word = &mut places[start..index];
        if word.iter().any(|place| *place != word[0]) && is_whole(&glyphs[start..index]) {
            let count = |place: &Option<(usize, usize)>| word.iter().filter(|other| *other == place).count();
            let mut best = word[0];
            for place in word.iter() {
                if count(place) > count(&best) {
                    best = *place;
                }
            }
            word.fill(best);
        }
        start = index;
    }
    places
}

/// Whether a glyph was written right behind another.
fn goes_on(left: &Glyph, right: &Glyph) -> bool {
    let gap = (right.x0 - left.x1).abs() / left.size;
    let written_on = left.run == right.run && gap < 0.25 || gap < 0.05 && is_of_figure(left.c) && is_of_figure(right.c);
    written_on && (left.base - right.base).abs() < 0.05 * left.size
}

fn is_of_figure(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ',' | '.' | '-')
}

/// Whether glyphs are one word or one figure, and not two figures that touch.
fn is_whole(glyphs: &[Glyph]) -> bool {
    glyphs.iter().filter(|glyph| glyph.c == '.').count() <= 1
}

/// The table that the glyphs of each cell of a lattice make.
pub fn ruled(lattice: &Lattice, mut contents: Vec<Vec<Glyph>>) -> RuledTable {
    contents.resize_with(lattice.cells.len(), Vec::new);
    let (width, height) = (lattice.width(), lattice.height());
    let mut rows = vec![vec![String::new(); width]; height];
    let mut full = vec![false; width];
    let paddings = paddings(lattice, &contents);
    let mut starts = vec![0usize; height];
    let mut whole = vec![false; height];
    for (cell, glyphs) in lattice.cells.iter().zip(contents) {
        starts[cell.row] += 1;
        whole[cell.row] |= cell.columns == width;
        if glyphs.is_empty() {
            continue;
        }
        if cell.row + 1 == height && cell.columns == 1 {
            let room = lattice.xs[cell.column + 1] - lattice.xs[cell.column] - 2.0 * paddings[cell.column];
            full[cell.column] = is_full(&glyphs, room);
        }
        match parted(cell, &glyphs, lattice) {
            Some(parts) => {
                for (column, text) in parts {
                    rows[cell.row][column] = text;
                }
            }
            None => rows[cell.row][cell.column] = flowing(glyphs),
        }
    }
    let area = lattice.area();
    let mut table = RuledTable {
        y: (area.y0, area.y1),
        ..RuledTable::default()
    };
    let kept_columns = columns_of_rows(lattice);
    let lefts = &lattice.xs[..width];
    let mut kept: Vec<(bool, Vec<String>, Vec<f64>)> = rows
        .into_iter()
        .enumerate()
        .map(|(row, cells)| (row, only(cells, &kept_columns[row])))
        .filter(|(row, cells)| starts[*row] > 0 && cells.iter().any(|cell| !cell.is_empty()))
        .map(|(row, cells)| (whole[row], cells, only(lefts.to_vec(), &kept_columns[row])))
        .collect();
    let is_note = |text: &str| ["注", "说明", "备注"].iter().any(|word| text.trim_start().starts_with(word));
    while kept.len() > 1 && kept[0].0 && is_title_or_caption(&kept[0].1[0]) {
        table.above.push(kept.remove(0).1.swap_remove(0));
    }
    while kept.len() > 1 && kept.last().is_some_and(|(whole, cells, _)| *whole && is_note(&cells[0])) {
        table.below.extend(kept.pop().map(|(_, mut cells, _)| cells.swap_remove(0)));
    }
    table.below.reverse();
    if table.below.is_empty() {
        table.full = only(full, &kept_columns[height - 1]);
    }
    (table.rows, table.lefts) = kept.into_iter().map(|(_, cells, lefts)| (cells, lefts)).unzip();
    table
}

/// What room one more character needs, in sizes of it: a little less than one.
const ROOM: f64 = 0.98;

/// Whether the last line of a cell has no room for one more character, and is no shorter than those above it.
fn is_full(glyphs: &[Glyph], room: f64) -> bool {
    let lines = lines::lines(glyphs.iter().copied());
    let width = |line: &GlyphLine| line.x1() - line.x0();
    let widest = lines.iter().map(width).fold(0.0, f64::max);
    lines.last().is_some_and(|last| {
        let wanted = ROOM * last.size;
        room - width(last) < wanted && widest - width(last) < wanted
    })
}

/// How far from its left rule the text of each column begins: the least of its cells, since text may stand in the middle.
fn paddings(lattice: &Lattice, contents: &[Vec<Glyph>]) -> Vec<f64> {
    let mut paddings = vec![f64::INFINITY; lattice.width()];
    for (cell, glyphs) in lattice.cells.iter().zip(contents) {
        let begin = glyphs.iter().map(|glyph| glyph.x0).fold(f64::INFINITY, f64::min);
        paddings[cell.column] = paddings[cell.column].min(begin - lattice.xs[cell.column]);
    }
    paddings
}

/// Of so many columns of two tables that touch, one may stand below another.
const BY_CHANCE: usize = 6;

/// Which columns of the lattice each row is made of. Tables that touch, one above the other, share a lattice but next to no column, and
/// none but by chance; each keeps those in which its own cells begin.
fn columns_of_rows(lattice: &Lattice) -> Vec<Vec<bool>> {
    let (width, height) = (lattice.width(), lattice.height());
    let mut begins = vec![vec![false; width]; height];
    let mut joined_below = vec![false; height];
    for cell in &lattice.cells {
        for row in cell.row..cell.row + cell.rows {
            begins[row][cell.column] = true;
            joined_below[row] |= row + 1 < cell.row + cell.rows;
        }
    }
    let inner = |row: usize| (1..width).filter(|column| begins[row][*column]).count();
    let mut bands = Vec::with_capacity(height);
    let mut start = 0;
    for row in 0..height {
        let ends = row + 1 == height
            || !joined_below[row] && {
                let shared = (1..width).filter(|column| begins[row][*column] && begins[row + 1][*column]).count();
                let fewer = inner(row).min(inner(row + 1));
                fewer > 0 && shared * BY_CHANCE <= fewer
            };
        if ends {
            let kept: Vec<bool> = (0..width).map(|column| (start..=row).any(|row| begins[row][column])).collect();
            bands.extend(std::iter::repeat_n(kept, row + 1 - start));
            start = row + 1;
        }
    }
    bands
}

/// What belongs to the columns that are kept.
fn only<T>(cells: Vec<T>, kept: &[bool]) -> Vec<T> {
    cells
        .into_iter()
        .zip(kept)
        .filter_map(|(cell, kept)| kept.then_some(cell))
        .collect()
}

/// Whether a row over the whole width is no header: a title, the body, the unit.
pub fn is_title_or_caption(text: &str) -> bool {
    let words = compact(text);
    words.trim_end_matches(|c: char| c == ')' || c.is_ascii_digit()).ends_with('表') || words.contains(':') || words.ends_with("年度")
}

/// The columns of a cell over which rules are missing: its pieces stand in a column each, figures among them.
fn parted(cell: &CellSpan, glyphs: &[Glyph], lattice: &Lattice) -> Option<Vec<(usize, String)>> {
    if cell.columns < 2 || cell.rows > 1 {
        return None;
    }
    let lines = lines::lines(glyphs.iter().copied());
    let [line] = lines.as_slice() else { return None };
    in_columns(line, lattice).filter(|parts| parts.len() > 1)
}

/// A piece of a line, parted where two columns meet in a gap.
fn between<'g>(segment: &'g [Glyph], xs: &[f64]) -> Vec<&'g [Glyph]> {
    let parts = |left: &Glyph, right: &Glyph| {
        let is_gap = right.x0 - left.x1 > COLUMN_GAP * left.size.min(right.size);
        is_gap && xs.iter().any(|x| (left.x1..=right.x0).contains(x))
    };
    segment.chunk_by(|left, right| !parts(left, right)).collect()
}

/// The least gap between what stands in two columns, as a share of the size.
const COLUMN_GAP: f64 = 0.15;

/// The pieces of a line in the columns of a lattice, if each column holds one and there is a figure among them.
pub fn in_columns(line: &GlyphLine, lattice: &Lattice) -> Option<Vec<(usize, String)>> {
    let mut parts: Vec<(usize, String)> = Vec::new();
    for segment in line.segments().into_iter().flat_map(|segment| between(segment, &lattice.xs)) {
        let (x0, x1) = (segment.first()?.x0, segment.last()?.x1);
        let column = lattice.column_at((x0 + x1) / 2.0)?;
        if parts.last().is_some_and(|(last, _)| *last >= column) {
            return None;
        }
        parts.push((column, lines::text(segment)));
    }
    let is_figure = |text: &str| text.contains('.') && matches!(parse_cell(text), MoneyCell::Number(..));
    parts.iter().any(|(_, text)| is_figure(text)).then_some(parts)
}
