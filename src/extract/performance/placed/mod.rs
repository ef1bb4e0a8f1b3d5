//! A 项目支出绩效目标申报表 whose cells are gone but for their places: pieces of text stand below the words of the header, and a cell that
//! wraps stands around the middle of its row, or hangs from its top.
//!
//! Of all ways to part the lines into rows there must be one only in which every row has whole labels, and a name with its target.

mod columns;
mod rows;

use super::rebuilt::{Rebuilt, WIDTH, header_cells};
use super::stream::is_set_off;
use crate::config::performance::{Field, Performance, label_key};
use crate::document::Position;
use crate::extract::personal::parts;
use crate::layout::{Metric, Tokens};
use crate::recognise::Table;
use columns::{Column, Header};
use rows::{Certain, Style};

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

/// Puts the indicators of a form of the project `name` together, by the measure of places that leaves fewer lines in doubt.
pub fn rebuilt(table: &Table<'_, '_>, name: &str, performance: &Performance) -> Option<Rebuilt> {
    let by_chars = rebuilt_by(Metric::Chars, table, name, performance);
    let by_cols = rebuilt_by(Metric::Cols, table, name, performance);
    [by_chars, by_cols].into_iter().flatten().max_by_key(|rebuilt| rebuilt.rows.len())
}

fn rebuilt_by(metric: Metric, table: &Table<'_, '_>, name: &str, performance: &Performance) -> Option<Rebuilt> {
    let text = |row: usize| table.rows[row].cells.first().map_or("", |cell| cell.as_ref());
    let lines: Vec<Line> = table
        .rows
        .iter()
        .zip(1i32..)
        .enumerate()
        .map(|(index, (row, number))| Line::of(text(index), row.position, number, metric))
        .collect();
    let header = Header::of(&lines)?;
    let begins_foot = |row: &usize| matches!(parts(text(*row), performance), (before, found) if before.trim().is_empty() && !found.is_empty());
    let foot = (header.end..lines.len()).find(begins_foot).unwrap_or(lines.len());
    // The upper part of its labels may stand above it.
    let is_above = |line: &&Line| {
        let is_cut = |piece: &Piece| performance.fields.cut_off(&label_key(&piece.text)).is_some_and(Field::is_foot);
        line.pieces.iter().any(is_cut)
    };
    let body_ends = foot - lines[header.end..foot].iter().rev().take_while(is_above).count();
    let body = &lines[header.end..body_ends];
    let placed: Vec<Option<Vec<(Column, usize, &str)>>> = body.iter().map(|line| header.place(line, performance)).collect();
    let printed = rows::certain(&placed, Style::First, performance);
    let spanned = rows::certain(&placed, Style::Span, performance);
    let certain = match (printed, spanned) {
        // Both read alike, or the labels could mean either.
        (Some(printed), Some(spanned)) => (printed.labelled() == spanned.labelled()).then_some(printed)?,
        (printed, spanned) => printed.or(spanned)?,
    };
    let mut rebuilt = Rebuilt::default();
    let first = lines.first()?;
    rebuilt.push(vec!["项目名称".to_owned(), name.to_owned()], first.position, first.number);
    let head = &lines[header.start];
    rebuilt.push(header_cells(header.is_double), head.position, head.number);
    for row in &certain.rows {
        rebuilt.push(cells(row), body[row.line].position, body[row.line].number);
    }
    for line in certain.doubtful {
        let text: String = body[line].pieces.iter().map(|piece| piece.text.as_str()).collect();
        rebuilt.doubtful.push((body[line].position, format!("the indicator in “{text}”")));
    }
    rebuilt.doubtful.push((head.position, "the fields above the indicators".to_owned()));
    Some(rebuilt)
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
