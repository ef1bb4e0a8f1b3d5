//! The columns of the indicators: where the words of their header stand, and which column a piece of text is in.

use super::{Line, Piece};
use crate::config::performance::{Performance, label_key};
use crate::extract::performance::stream::is_plain_target;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// 绩效指标, down the side.
    Aside,
    /// 一级指标.
    Dimension,
    /// 二级指标.
    Category,
    /// 三级指标.
    Name,
    /// 指标值.
    Target,
}

/// Over how many lines above and below its middle the header wraps.
const WRAPS: usize = 3;

/// How far from a column's place a piece may stand.
const FARTHEST: usize = 14;

/// The header of the indicators.
pub struct Header {
    /// Its first line, and the line behind its last.
    pub start: usize,
    pub end: usize,
    /// Whether there is a target for the implementation period and one for the year.
    pub is_double: bool,
    columns: Vec<(Column, (usize, usize))>,
}

impl Header {
    /// Finds the header among the lines of a form.
    pub fn of(lines: &[Line]) -> Option<Self> {
        let middle = lines.iter().position(|line| {
            let words = line
                .pieces
                .iter()
                .filter(|piece| matches!(column_of(&label_key(&piece.text)), Some(column) if column != Column::Aside));
            words.count() >= 3
        })?;
        let is_part = |line: &&Line| {
            let part = |piece: &Piece| "绩效指标一级指标二级指标三级指标年度指标值".contains(label_key(&piece.text).as_ref());
            line.pieces.iter().all(part)
        };
        let start = middle - lines[..middle].iter().rev().take(WRAPS).take_while(is_part).count();
        let end = middle + 1 + lines[middle + 1..].iter().take(WRAPS).take_while(is_part).count();
        let mut words: Vec<(String, (usize, usize))> = Vec::new();
        for piece in lines[start..end].iter().flat_map(|line| &line.pieces) {
            let overlaps = |place: (usize, usize)| place.0 < piece.place.1 && piece.place.0 < place.1;
            match words.iter_mut().find(|(_, place)| overlaps(*place)) {
                Some((word, place)) => {
                    word.push_str(&label_key(&piece.text));
                    *place = (place.0.min(piece.place.0), place.1.max(piece.place.1));
                }
                None => words.push((label_key(&piece.text).into_owned(), piece.place)),
            }
        }
        words.sort_by_key(|(_, place)| *place);
        let columns: Vec<(Column, (usize, usize))> = words
            .into_iter()
            .map(|(word, place)| column_of(&word).map(|column| (column, place)))
            .collect::<Option<_>>()?;
        let kinds: Vec<Column> = columns
            .iter()
            .map(|(column, _)| *column)
            .filter(|column| *column != Column::Aside)
            .collect();
        let half = [Column::Category, Column::Name, Column::Target];
        let is_half = |kinds: &[Column]| kinds == half;
        let (Column::Dimension, halves) = kinds.split_first().map(|(first, rest)| (*first, rest))? else {
            return None;
        };
        let is_known = matches!(halves.len(), 3 | 6) && halves.chunks(3).all(is_half);
        is_known.then_some(Self {
            start,
            end,
            is_double: halves.len() == 6,
            columns,
        })
    }

    /// The pieces of a line with their columns, each with the half that it is in; `None` where a piece stands in none.
    ///
    /// Texts are centred below their header or begin or end where it does; columns keep their order. The nearest of all ways is taken.
    pub fn place<'l>(&self, line: &'l Line, performance: &Performance) -> Option<Vec<(Column, usize, &'l str)>> {
        self.place_by_words(line, performance)
            .or_else(|| self.place_by_place(line, performance))
    }

    /// A line whose labels and targets tell the column of each piece, whatever its places: pages shift their columns.
    fn place_by_words<'l>(&self, line: &'l Line, performance: &Performance) -> Option<Vec<(Column, usize, &'l str)>> {
        let key = |piece: &Piece| label_key(&piece.text).into_owned();
        let mut pieces = line.pieces.iter().peekable();
        let mut placed = Vec::new();
        if let Some(dimension) = pieces.next_if(|piece| performance.dimensions.exact(&key(piece)).is_some()) {
            placed.push((Column::Dimension, 0, dimension.text.as_str()));
        }
        let halves = 1 + usize::from(self.is_double);
        let mut labels = Vec::new();
        let mut names = 0;
        for half in 0..halves {
            let is_label = |piece: &&Piece| key(piece).ends_with('标') && performance.categories.exact(&key(piece)).is_some();
            if let Some(label) = pieces.next_if(|piece| is_label(piece)) {
                labels.push(performance.categories.exact(&key(label)));
                placed.push((Column::Category, half, label.text.as_str()));
            }
            let is_target = |piece: &&Piece| is_plain_target(&piece.text, performance);
            if let Some(name) = pieces.next_if(|piece| !is_label(piece) && !is_target(piece)) {
                placed.push((Column::Name, half, name.text.as_str()));
                names += 1;
                let target = pieces.next_if(|piece| is_target(piece))?;
                placed.push((Column::Target, half, target.text.as_str()));
            }
        }
        // Without labels a single name could be of either half.
        let is_known = match labels[..] {
            [] => names == halves,
            [one] => halves == 1 && one.is_some(),
            [one, other] => one == other,
            _ => false,
        };
        (is_known && pieces.next().is_none()).then_some(placed)
    }

    /// A line whose pieces stand below the words of the header.
    fn place_by_place<'l>(&self, line: &'l Line, performance: &Performance) -> Option<Vec<(Column, usize, &'l str)>> {
        let far = |piece: &Piece, column: usize| {
            if !may_hold(self.columns[column].0, &piece.text, performance) {
                return None;
            }
            let (one, other) = (piece.place, self.columns[column].1);
            let centres = (one.0 + one.1).abs_diff(other.0 + other.1) / 2;
            let far = one.0.abs_diff(other.0).min(one.1.abs_diff(other.1)).min(centres);
            (far <= FARTHEST).then_some(far)
        };
        // The least distance with which the pieces from one on stand in the columns from one on, and the first piece's column.
        let (pieces, columns) = (line.pieces.len(), self.columns.len());
        let mut least: Vec<Vec<Option<(usize, usize)>>> = vec![vec![None; columns + 1]; pieces + 1];
        least[pieces] = vec![Some((0, columns)); columns + 1];
        for piece in (0..pieces).rev() {
            for column in (0..columns).rev() {
                let here = far(&line.pieces[piece], column).and_then(|far| Some((far + least[piece + 1][column + 1]?.0, column)));
                let later = least[piece][column + 1];
                least[piece][column] = match (here, later) {
                    (Some(here), Some(later)) => Some(if here.0 <= later.0 { here } else { later }),
                    (here, later) => here.or(later),
                };
            }
        }
        let mut placed = Vec::with_capacity(pieces);
        let mut from = 0;
        for (piece, least) in line.pieces.iter().zip(&least) {
            let (_, column) = least[from]?;
            let kind = self.columns[column].0;
            let half = self.columns[..column].iter().filter(|(kind, _)| *kind == Column::Target).count();
            placed.push((kind, half, piece.text.as_str()));
            from = column + 1;
        }
        Some(placed)
    }
}

/// Whether a text may stand in a column: known labels and targets stand in theirs.
fn may_hold(column: Column, text: &str, performance: &Performance) -> bool {
    let key = label_key(text);
    let is_label = key.ends_with('标') && (performance.categories.exact(&key).is_some() || performance.dimensions.exact(&key).is_some());
    if column == Column::Aside {
        "绩效指标".contains(key.as_ref())
    } else if is_label {
        matches!(column, Column::Dimension | Column::Category)
    } else if is_plain_target(text, performance) {
        column == Column::Target
    } else {
        true
    }
}

fn column_of(word: &str) -> Option<Column> {
    match word {
        "绩效指标" | "绩" | "效" | "指" | "标" | "绩效" => Some(Column::Aside),
        "一级指标" => Some(Column::Dimension),
        "二级指标" => Some(Column::Category),
        "三级指标" => Some(Column::Name),
        word if word.ends_with("指标值") || word == "目标值" => Some(Column::Target),
        _ => None,
    }
}
