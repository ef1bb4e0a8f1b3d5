//! Lines of a project form whose cells are gone: words and numbers with their places, and which label belongs to which number.

mod name;

use rust_decimal::Decimal;

use crate::codes::RejectCode;
use crate::config::performance::{FundingLine, Performance, label_key};
use crate::document::{GridRow, Position};
use crate::extract::Notes;
use crate::layout::{Metric, Tokens};
use crate::money::MoneyUnit;
use crate::recognise::Table;
use crate::tables::LineItem;
use crate::text::compact;

pub use name::of_lines as project_name;

/// A line with its words and numbers.
pub struct Line<'t> {
    /// As printed.
    pub text: &'t str,
    /// Its words one by one, and its numbers.
    pub words: Vec<Piece>,
    /// Words with nothing but single spaces between them, and numbers.
    pub pieces: Vec<Piece>,
    /// Where it stands.
    pub position: Position,
    /// Which line of the form, 1-based.
    pub number: i32,
}

/// Words or a number.
#[derive(Clone)]
pub struct Piece {
    /// As printed.
    pub text: String,
    /// Its value where it is a number.
    pub value: Option<Decimal>,
    /// Where it begins and ends.
    pub place: (usize, usize),
}

impl<'t> Line<'t> {
    /// A row of a table whose cells are gone.
    pub fn of(row: &'t GridRow<'_>, number: i32, metric: Metric) -> Self {
        let text = row.cells.first().map_or("", |cell| cell.as_ref());
        let (mut words, mut pieces): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
        for token in Tokens::of(text) {
            let word = Piece {
                text: token.text.to_owned(),
                value: token.value(),
                place: metric.of(&token),
            };
            match pieces.last_mut() {
                Some(last) if word.value.is_none() && last.value.is_none() && token.gap <= 1 => {
                    last.text.push_str(&word.text);
                    last.place.1 = word.place.1;
                }
                _ => pieces.push(word.clone()),
            }
            words.push(word);
        }
        Self {
            text,
            words,
            pieces,
            position: row.position,
            number,
        }
    }

    /// The last words that begin between two columns.
    fn words_between(&self, from: usize, to: usize) -> &str {
        let stands = |piece: &&Piece| piece.value.is_none() && piece.place.0 >= from && piece.place.0 < to;
        self.pieces.iter().rev().find(stands).map_or("", |piece| &piece.text)
    }
}

/// How many lines above and below the line of a number its label may wrap over.
const LABEL_LINES: usize = 3;

fn overlaps(one: (usize, usize), other: (usize, usize)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// What a number's label may be: the words on its line, with pieces above and below them. The longest that is known is meant: 财政资金
/// ends others.
fn labels(above: &[String], same: &str, below: &[String]) -> Vec<String> {
    let taken = (0..=above.len()).flat_map(|up| (0..=below.len()).map(move |down| (up, down)));
    let label = |(up, down): (usize, usize)| {
        let above: String = above[..up].iter().rev().map(String::as_str).collect();
        format!("{above}{same}{}", below[..down].concat())
    };
    taken.map(label).collect()
}

/// The unit of the amounts: printed at their label, which may wrap within it, or in the caption.
pub fn unit_of(lines: &[Line<'_>], table: &Table<'_, '_>) -> Option<MoneyUnit> {
    let says = |is_said: &dyn Fn(&str) -> bool| {
        lines
            .iter()
            .flat_map(|line| &line.pieces)
            .any(|piece| is_said(&compact(&piece.text)))
    };
    if says(&|words| words.contains("(万") || words.contains("万元)") || matches!(words, "万" | "万元")) {
        Some(MoneyUnit::WAN)
    } else if says(&|words| words.contains("(元)")) {
        Some(MoneyUnit::YUAN)
    } else {
        table.unit.as_ref().filter(|unit| !unit.assumed).map(|unit| unit.unit)
    }
}

/// Says that of a form without cells nothing but `funding` was read.
pub fn warn_of_lost_cells(form: &str, funding: &[LineItem], table: &Table<'_, '_>, notes: &mut Notes) {
    let left_out = if funding.is_empty() { "fields, funding" } else { "fields" };
    notes.warn(
        RejectCode::LostCells,
        format!("a {form} in lines of text; its {left_out} and indicators were left out"),
        table.position,
        table.title.as_deref(),
    );
}

/// The line of the funding block that the number `number` of line `at` belongs to, with its label: in front of it from place `from` on, or
/// wrapped around its line.
pub fn label_of(lines: &[Line<'_>], at: usize, from: usize, number: &Piece, words: &Performance) -> Option<(FundingLine, String)> {
    let stands = |line: &Line<'_>| Some(line.words_between(from, number.place.0).to_owned()).filter(|piece| !piece.is_empty());
    // Beyond another number are the labels of other amounts.
    let in_column = |line: &&Line<'_>| {
        let mut numbers = line.pieces.iter().filter(|piece| piece.value.is_some());
        !numbers.any(|piece| overlaps(piece.place, number.place))
    };
    let above = lines[..at].iter().rev().take(LABEL_LINES).take_while(in_column);
    let above: Vec<String> = above.filter_map(stands).collect();
    let below = lines[at + 1..].iter().take(LABEL_LINES).take_while(in_column);
    let below: Vec<String> = below.filter_map(stands).collect();
    labels(&above, lines[at].words_between(from, number.place.0), &below)
        .into_iter()
        .filter_map(|label| Some((words.funding_line(&label_key(&label))?, label)))
        .max_by_key(|(_, label)| label.chars().count())
}
