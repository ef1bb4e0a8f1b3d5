//! A 项目支出绩效目标申报表 whose cells are gone, as words one after the other: a cell ends at white space or at the end of a line, and
//! wraps over lines. Its rows are put together again, to be read as if the cells had been kept.

mod fields;
mod indicators;
mod pairs;

use std::borrow::Cow;

pub use fields::between_goals;
pub use pairs::{first_piece, is_cut_label, is_name, is_plain_target, is_rest_of_unit};

use super::rebuilt::{Rebuilt, header_cells};
use super::target_value::OPERATOR_SIGNS;
use crate::config::performance::{Field, Performance, label_key};
use crate::document::{GridRow, Position};
use crate::extract::personal::begins_foot;
use crate::layout::Tokens;
use crate::recognise::Table;
use crate::text::compact;

/// Blanks between two words of a line that show that its cells have places.
const WIDE_GAP: usize = 4;

/// How many words behind the header must be no header words.
const MOST_BEHIND_HEADER: usize = 8;

/// Over how many lines a label wraps at most.
const MOST_WRAPS: usize = 6;

/// Puts the rows of a form together; `None` where nothing that is known heads its indicators.
pub fn rebuilt(table: &Table<'_, '_>, performance: &Performance) -> Option<Rebuilt> {
    let lines: Vec<&str> = table.rows.iter().map(|row| row.cells.first().map_or("", Cow::as_ref)).collect();
    let words: Vec<Word<'_>> = lines
        .iter()
        .zip(&table.rows)
        .zip(1i32..)
        .flat_map(|((line, row), number)| words_of(line, row.position, number))
        .collect();
    let header = Header::of(&words)?;
    let foot = words[header.end..]
        .iter()
        .filter(|word| word.first)
        .find(|word| usize::try_from(word.row - 1).is_ok_and(|at| lines.get(at).is_some_and(|line| begins_foot(line, performance))));
    let body_ends = foot.map_or(words.len(), |foot| words.partition_point(|word| word.row < foot.row));
    let mut rebuilt = Rebuilt::default();
    fields::rebuild(&words[..header.start], performance, &mut rebuilt);
    let first = &words[header.start];
    rebuilt.push(header_cells(header.is_double), first.position, first.row);
    indicators::rebuild(&words[header.end..body_ends], header.is_double, performance, &mut rebuilt);
    if let Some(first) = words.get(body_ends) {
        rebuilt.push(
            vec![foot_of(&words[body_ends..], first.row, performance)],
            first.position,
            first.row,
        );
    }
    Some(rebuilt)
}

/// Whether the cells of a form in lines are told by their places: a tenth of its lines has wide gaps.
pub fn has_places(table: &Table<'_, '_>) -> bool {
    let has_gap = |row: &&GridRow<'_>| {
        let line = row.cells.first().map_or("", Cow::as_ref);
        Tokens::of(line).skip(1).any(|token| token.gap >= WIDE_GAP)
    };
    table.rows.iter().filter(has_gap).count() * 10 > table.rows.len()
}

/// The line of the foot, with what has wrapped below it: the end of a label, a date.
fn foot_of(words: &[Word<'_>], row: i32, performance: &Performance) -> String {
    let has_wrapped = |word: &&Word<'_>| {
        let key = compact(word.text);
        word.row == row
            || key.ends_with(':')
            || key.bytes().all(|byte| byte.is_ascii_digit())
            || performance.fields.cut_off(&key).is_some_and(Field::is_foot)
    };
    let foot: Vec<&str> = words.iter().take_while(has_wrapped).map(|word| word.text).collect();
    foot.join(" ")
}

/// A word of a form.
#[derive(Debug, Clone)]
pub struct Word<'l> {
    /// As printed.
    pub text: &'l str,
    /// Where its line stands.
    pub position: Position,
    /// Which line of the form, 1-based.
    pub row: i32,
    /// First of its line.
    pub first: bool,
    /// Last of its line.
    pub last: bool,
}

/// The words of a line.
pub fn words_of(line: &str, position: Position, row: i32) -> impl Iterator<Item = Word<'_>> {
    let mut words = line.split_whitespace().peekable();
    let mut first = true;
    std::iter::from_fn(move || {
        let text = words.next()?;
        Some(Word {
            text,
            position,
            row,
            first: std::mem::take(&mut first),
            last: words.peek().is_none(),
        })
    })
}

/// Whether two words may be one that a converter has parted between figures or letters and characters.
pub fn is_set_off(before: &str, after: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() || OPERATOR_SIGNS.contains(&c);
    match (before.chars().next_back(), after.chars().next()) {
        (Some(before), Some(after)) => plain(before) != plain(after),
        _ => false,
    }
}

/// Words as a cell prints them.
pub fn cell(words: &[Word<'_>]) -> String {
    let mut cell = String::new();
    for word in words {
        if !cell.is_empty() {
            cell.push(if word.first { '\n' } else { ' ' });
        }
        cell.push_str(word.text);
    }
    cell
}

/// A label that is known.
pub struct Known<T> {
    /// What it means.
    pub meaning: T,
    /// As a [`label_key`].
    pub key: String,
    /// How many words it takes.
    pub words: usize,
}

/// The longest label that is known and begins at a word; it may wrap over lines.
pub fn known_at<T>(words: &[Word<'_>], at: usize, known: impl Fn(&str) -> Option<T>) -> Option<Known<T>> {
    let mut key = String::new();
    let mut found = None;
    for (index, word) in words[at..].iter().take(MOST_WRAPS).enumerate() {
        if index > 0 && !word.first {
            break;
        }
        key.push_str(&label_key(word.text));
        if let Some(meaning) = known(&key) {
            found = Some(Known {
                meaning,
                key: key.clone(),
                words: index + 1,
            });
        }
        if !word.last {
            break;
        }
    }
    found
}

/// 一级指标, 二级指标, 三级指标, 指标值; the last three twice where a form has a target for the implementation period and one for the year.
struct Header {
    start: usize,
    end: usize,
    is_double: bool,
}

impl Header {
    fn of(words: &[Word<'_>]) -> Option<Self> {
        let reads = |at: usize, wanted: &str| known_at(words, at, |key| (key == wanted).then_some(())).map(|known| at + known.words);
        let value =
            |at: usize| known_at(words, at, |key| (key.ends_with("指标值") || key == "目标值").then_some(())).map(|known| at + known.words);
        let half = |at: usize| value(reads(reads(at, "二级指标")?, "三级指标")?);
        (0..words.len()).find_map(|start| {
            let one = half(reads(start, "一级指标")?)?;
            // Where each cell has a line of its own, empty ones have, too, and so have the numbers of rows.
            if words[start..one].iter().all(|word| word.first && word.last) {
                return None;
            }
            let two = half(one);
            // Another half whose words stand in another order.
            let behind = &words[two.unwrap_or(one)..];
            if behind
                .iter()
                .take(MOST_BEHIND_HEADER)
                .any(|word| label_key(word.text).contains("级指标"))
            {
                return None;
            }
            // A column that is not known.
            if behind.first().is_some_and(|word| !word.first) {
                return None;
            }
            Some(Self {
                start,
                end: two.unwrap_or(one),
                is_double: two.is_some(),
            })
        })
    }
}
