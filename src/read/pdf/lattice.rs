//! Rules → tables: rules that cross belong together, their places make a lattice, and units without a wall between them are one cell.

use super::geometry::{Area, Edge};
use super::rules::Rules;
use crate::config::PdfSettings;

/// A cell of a table, by the rows and columns of its lattice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellSpan {
    /// First row.
    pub row: usize,
    /// First column.
    pub column: usize,
    /// How many rows it takes.
    pub rows: usize,
    /// How many columns it takes.
    pub columns: usize,
}

/// A ruled table.
#[derive(Debug, Clone)]
pub struct Lattice {
    /// Where its columns part, from left to right; one more than there are columns.
    pub xs: Vec<f64>,
    /// Where its rows part, from the top down; one more than there are rows.
    pub ys: Vec<f64>,
    /// Its cells in reading order.
    pub cells: Vec<CellSpan>,
    /// The cell that each unit of the lattice belongs to, row by row.
    owner: Vec<usize>,
}

impl Lattice {
    /// Number of columns.
    pub fn width(&self) -> usize {
        self.xs.len().saturating_sub(1)
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.ys.len().saturating_sub(1)
    }

    /// The box around it.
    pub fn area(&self) -> Area {
        let (first, last) = (
            |places: &[f64]| places.first().copied().unwrap_or(0.0),
            |places: &[f64]| places.last().copied().unwrap_or(0.0),
        );
        Area {
            x0: first(&self.xs),
            y0: first(&self.ys),
            x1: last(&self.xs),
            y1: last(&self.ys),
        }
    }

    /// The box of a cell.
    pub fn cell_area(&self, cell: &CellSpan) -> Area {
        Area {
            x0: self.xs[cell.column],
            y0: self.ys[cell.row],
            x1: self.xs[cell.column + cell.columns],
            y1: self.ys[cell.row + cell.rows],
        }
    }

    /// The cell that holds a point.
    pub fn cell_at(&self, (x, y): (f64, f64)) -> Option<usize> {
        let column = unit(&self.xs, x)?;
        let row = unit(&self.ys, y)?;
        self.owner.get(row * self.width() + column).copied()
    }

    /// The column that holds a place.
    pub fn column_at(&self, x: f64) -> Option<usize> {
        unit(&self.xs, x)
    }
}

/// Between which two of `places` a point lies.
fn unit(places: &[f64], point: f64) -> Option<usize> {
    let after = places.partition_point(|place| *place <= point);
    (after > 0 && after < places.len()).then(|| after - 1)
}

/// The tables that rules make, top down. A frame around one cell is none.
pub fn lattices(rules: &Rules, settings: &PdfSettings) -> Vec<Lattice> {
    let mut tables: Vec<Lattice> = components(rules, settings.snap)
        .into_iter()
        .filter_map(|(horizontal, vertical)| lattice(&horizontal, &vertical, settings))
        .collect();
    tables.sort_by(|a, b| a.ys[0].total_cmp(&b.ys[0]).then(a.xs[0].total_cmp(&b.xs[0])));
    tables
}

/// Rules that cross or touch, directly or by others, as (horizontal, vertical).
fn components(rules: &Rules, slack: f64) -> Vec<(Vec<Edge>, Vec<Edge>)> {
    let (horizontal, vertical) = (&rules.horizontal, &rules.vertical);
    let mut groups = Groups::new(horizontal.len() + vertical.len());
    for (index, upright) in vertical.iter().enumerate() {
        let first = horizontal.partition_point(|edge| edge.at < upright.from - slack);
        for (level, edge) in horizontal.iter().enumerate().skip(first) {
            if edge.at > upright.to + slack {
                break;
            }
            if (edge.from - slack..=edge.to + slack).contains(&upright.at) {
                groups.join(level, horizontal.len() + index);
            }
        }
    }
    let mut found: Vec<(usize, Vec<Edge>, Vec<Edge>)> = Vec::new();
    let mut place = vec![usize::MAX; horizontal.len() + vertical.len()];
    for index in 0..horizontal.len() + vertical.len() {
        let root = groups.root(index);
        if place[root] == usize::MAX {
            place[root] = found.len();
            found.push((root, Vec::new(), Vec::new()));
        }
        let component = &mut found[place[root]];
        match vertical.get(index.wrapping_sub(horizontal.len())) {
            Some(edge) => component.2.push(*edge),
            None => component.1.push(horizontal[index]),
        }
    }
    found
        .into_iter()
        .filter(|(_, horizontal, vertical)| !horizontal.is_empty() && !vertical.is_empty())
        .map(|(_, horizontal, vertical)| (horizontal, vertical))
        .collect()
}

/// The lattice of rules that belong together; `None` where they part nothing.
fn lattice(horizontal: &[Edge], vertical: &[Edge], settings: &PdfSettings) -> Option<Lattice> {
    // Where an outer rule is missing, the ends of those that run up to it show its place.
    let ends = |edges: &[Edge]| {
        let from = edges.iter().map(|edge| edge.from).fold(f64::INFINITY, f64::min);
        let to = edges.iter().map(|edge| edge.to).fold(f64::NEG_INFINITY, f64::max);
        [from, to]
    };
    let xs = places(vertical, ends(horizontal), settings.narrowest_cell);
    let ys = places(horizontal, ends(vertical), settings.narrowest_cell);
    let (width, height) = (xs.len().checked_sub(1)?, ys.len().checked_sub(1)?);
    if width < 2 || height == 0 || width.saturating_mul(height) > settings.max_cells_of_table {
        return None;
    }
    let across = covered(vertical, &xs, &ys, settings);
    let along = covered(horizontal, &ys, &xs, settings);
    let mut groups = Groups::new(width * height);
    for row in 0..height {
        for column in 0..width {
            let unit = row * width + column;
            if column + 1 < width && !across[(column + 1) * height + row] {
                groups.join(unit, unit + 1);
            }
            if row + 1 < height && !along[(row + 1) * width + column] {
                groups.join(unit, unit + width);
            }
        }
    }
    let (cells, owner) = rectangles(&mut groups, width, height);
    (cells.len() > 1).then_some(Lattice { xs, ys, cells, owner })
}

/// The places of rules, and those of the open ends where no rule is near; places closer than a cell can be are one.
fn places(edges: &[Edge], ends: [f64; 2], narrowest: f64) -> Vec<f64> {
    let mut weighed: Vec<(f64, f64)> = edges.iter().map(|edge| (edge.at, edge.length())).collect();
    weighed.extend(ends.map(|end| (end, 0.0)));
    weighed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut places: Vec<(f64, f64)> = Vec::new();
    for (at, weight) in weighed {
        match places.last_mut() {
            Some(last) if at - last.0 < narrowest => {
                if weight > last.1 {
                    last.0 = at;
                }
                last.1 += weight;
            }
            _ => places.push((at, weight)),
        }
    }
    places.into_iter().map(|(at, _)| at).collect()
}

/// For each place of `edges` and each unit along it, whether a rule runs there.
fn covered(edges: &[Edge], places: &[f64], units: &[f64], settings: &PdfSettings) -> Vec<bool> {
    let count = units.len() - 1;
    let mut covered = vec![false; places.len() * count];
    for edge in edges {
        let near = places.partition_point(|place| *place < edge.at);
        let distance = |index: usize| places.get(index).map_or(f64::INFINITY, |place| (place - edge.at).abs());
        let place = if near > 0 && distance(near - 1) <= distance(near) {
            near - 1
        } else {
            near
        };
        if distance(place) > settings.narrowest_cell {
            continue;
        }
        for unit in 0..count {
            let middle = (units[unit] + units[unit + 1]) / 2.0;
            if (edge.from..=edge.to).contains(&middle) {
                covered[place * count + unit] = true;
            }
        }
    }
    covered
}

/// Cuts groups of units into rectangles: a group that is none is cut into rows, and rows of one extent are put together again.
fn rectangles(groups: &mut Groups, width: usize, height: usize) -> (Vec<CellSpan>, Vec<usize>) {
    let mut cells: Vec<CellSpan> = Vec::new();
    let mut owner = vec![usize::MAX; width * height];
    for row in 0..height {
        let mut column = 0;
        while column < width {
            let root = groups.root(row * width + column);
            let mut columns = 1;
            while column + columns < width && groups.root(row * width + column + columns) == root {
                columns += 1;
            }
            let above = row.checked_sub(1).map(|above| owner[above * width + column]);
            let continued = above.filter(|above| {
                let cell = &cells[*above];
                cell.column == column && cell.columns == columns && groups.root(cell.row * width + cell.column) == root
            });
            let cell = continued.unwrap_or_else(|| {
                cells.push(CellSpan {
                    row,
                    column,
                    rows: 0,
                    columns,
                });
                cells.len() - 1
            });
            cells[cell].rows += 1;
            for unit in column..column + columns {
                owner[row * width + unit] = cell;
            }
            column += columns;
        }
    }
    (cells, owner)
}

/// Disjoint sets of small numbers.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self {
            parent: (0..count).collect(),
        }
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.parent[index] != index {
            self.parent[index] = self.parent[self.parent[index]];
            index = self.parent[index];
        }
        index
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }
}
