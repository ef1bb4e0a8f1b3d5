//! A 项目支出绩效目标申报表 whose cells are gone but for their places: pieces of text stand below the words of the header, and a cell that
//! wraps stands around the middle of its row, or hangs from its top.
//!
//! Of all ways to part the lines into rows there must be one only in which every row has whole labels, and a name with its target.

mod columns;
mod labels;
mod rows;

use super::rebuilt::{Rebuilt, WIDTH, header_cells};
use super::stream::is_set_off;
use crate::config::performance::{Field, Performance, label_key};
use crate::document::Position;
use crate::extract::personal::begins_foot;
use crate::layout::{Metric, Tokens};
use crate::recognise::Table;
use columns::Header;
pub use rows::Style;
use rows::{Certain, Placed};

/// A piece of a line.
#[derive(Debug, Clone)]
struct Piece {
    text: String,
    /// Where it begins and ends.
    place: (usize, usize),
}

/// A line of a form.
struct Line {
    pieces: Vec<Piece>,
    position: Position,
    /// Which line of the form, 1-based.
    number: i32,
}

impl Line {
    fn of(text: &str, position: Position, number: i32, metric: Metric) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        for token in Tokens::of(text) {
            let place = metric.of(&token);
            match pieces.last_mut() {
                // A converter parts figures from characters.
                Some(last) if token.gap <= 1 && is_set_off(&last.text, token.text) => {
                    last.text.push_str(token.text);
                    last.place.1 = place.1;
                }
                _ => pieces.push(Piece {
                    text: token.text.to_owned(),
                    place,
                }),
            }
        }
        Self { pieces, position, number }
    }
}

/// Where the labels of a disclosure's forms stand, which come from one template: on the first of their rows or in the middle, as far as
/// forms that can only be read in one of these ways say so.
pub fn style<'t>(tables: impl Iterator<Item = &'t Table<'t, 't>>, performance: &Performance) -> Option<Style> {
    let mut only = [0, 0];
    for table in tables {
        for metric in [Metric::Chars, Metric::Cols] {
            let Some(form) = Form::of(table, metric, performance) else {
                continue;
            };
            let whole =
                |style: Style| rows::certain(&form.placed(performance), style, performance).is_some_and(|rows| rows.doubtful.is_empty());
            match (whole(Style::First), whole(Style::Span)) {
                (true, false) => only[0] += 1,
                (false, true) => only[1] += 1,
                _ => {}
            }
        }
    }
    match only {
        [_, 0] if only[0] > 0 => Some(Style::First),
        [0, _] if only[1] > 0 => Some(Style::Span),
        _ => None,
    }
}

/// Puts the indicators of a form of the project `name` together, by the measure of places that leaves less in doubt.
pub fn rebuilt(table: &Table<'_, '_>, name: &str, style: Option<Style>, performance: &Performance) -> Option<Rebuilt> {
    let by = |metric: Metric| Form::of(table, metric, performance)?.rebuilt(name, style, performance);
    let rebuilt = [by(Metric::Chars), by(Metric::Cols)].into_iter().flatten();
    rebuilt.max_by_key(|rebuilt| rebuilt.rows.len())
}

/// The lines of a form.
struct Form {
    lines: Vec<Line>,
    header: Header,
    /// Where the lines of the indicators end, and where the foot begins.
    body_ends: usize,
    foot: usize,
}

impl Form {
    fn of(table: &Table<'_, '_>, metric: Metric, performance: &Performance) -> Option<Self> {
        let text = |row: usize| table.rows[row].cells.first().map_or("", |cell| cell.as_ref());
        let lines: Vec<Line> = table
            .rows
            .iter()
            .zip(1i32..)
            .enumerate()
            .map(|(index, (row, number))| Line::of(text(index), row.position, number, metric))
            .collect();
        let header = Header::of(&lines)?;
        let foot = (header.end..lines.len())
            .find(|row| begins_foot(text(*row), performance))
            .unwrap_or(lines.len());
        // The upper part of its labels may stand above it.
        let is_above = |line: &&Line| {
            let is_cut = |piece: &Piece| performance.fields.cut_off(&label_key(&piece.text)).is_some_and(Field::is_foot);
            line.pieces.iter().any(is_cut)
        };
        let body_ends = foot - lines[header.end..foot].iter().rev().take_while(is_above).count();
        Some(Self {
            lines,
            header,
            body_ends,
            foot,
        })
    }

    fn body(&self) -> &[Line] {
        &self.lines[self.header.end..self.body_ends]
    }

    fn placed(&self, performance: &Performance) -> Vec<Placed<'_>> {
        self.body().iter().map(|line| self.header.place(line, performance)).collect()
    }

    fn rebuilt(&self, name: &str, style: Option<Style>, performance: &Performance) -> Option<Rebuilt> {
        let placed = self.placed(performance);
        let certain = |style: Style| rows::certain(&placed, style, performance);
        let rows = match style {
            Some(style) => certain(style)?,
            None => match (certain(Style::First), certain(Style::Span)) {
                (Some(first), Some(span)) => first.common_with(&span),
                (first, span) => first.or(span)?,
            },
        };
        let body = self.body();
        let mut rebuilt = Rebuilt::default();
        let first = self.lines.first()?;
        rebuilt.push(vec!["项目名称".to_owned(), name.to_owned()], first.position, first.number);
        let head = &self.lines[self.header.start];
        rebuilt.push(header_cells(self.header.is_double), head.position, head.number);
        for row in &rows.rows {
            rebuilt.push(cells(row), body[row.line].position, body[row.line].number);
        }
        for line in rows.doubtful {
            rebuilt.doubtful.push((body[line].position, "the indicator here".to_owned()));
        }
        if let Some(foot) = self.lines.get(self.foot) {
            let text: Vec<&str> = foot.pieces.iter().map(|piece| piece.text.as_str()).collect();
            rebuilt.push(vec![text.join(" ")], foot.position, foot.number);
        }
        rebuilt.doubtful.push((head.position, "the fields above the indicators".to_owned()));
        Some(rebuilt)
    }
}

/// The cells of a row as a form with cells has them.
fn cells(row: &Certain) -> Vec<String> {
    let mut cells = vec![String::new(); WIDTH];
    cells[1].clone_from(&row.dimension);
    for (half, [category, name, target]) in row.halves.iter().enumerate() {
        cells[2 + 3 * half].clone_from(category);
        cells[3 + 3 * half].clone_from(name);
        cells[4 + 3 * half].clone_from(target);
    }
    cells
}
