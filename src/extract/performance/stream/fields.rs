//! What stands above the indicators: labels with their values behind them, and the goals.

use super::{Rebuilt, WIDTH, Word, cell, known_at};
use crate::config::performance::{Field, Performance, label_key};

/// What the words behind the last label belong to.
enum Open {
    /// Nothing that is read: the title, the funding, which proves itself elsewhere.
    Nothing,
    Field,
    Goals,
}

/// Puts a row together of each field, and one of the goals.
pub fn rebuild(words: &[Word<'_>], is_double: bool, performance: &Performance, rebuilt: &mut Rebuilt) {
    let mut open = Open::Nothing;
    // Where the label and the value behind it begin.
    let mut starts = (0, 0);
    // Where the heading of goals stands that have not come yet.
    let mut heading = None;
    let mut at = 0;
    while at <= words.len() {
        let label = known_at_or_end(words, at, performance);
        let is_heading = || known_at(words, at, |key| performance.goal(key)).map(|heading| heading.words);
        let (length, next) = match label {
            Some((field, length)) => (length, Some(field)),
            None => match is_heading() {
                Some(length) if !matches!(open, Open::Goals) || starts.1 == at => (length, None),
                _ => {
                    at += 1;
                    continue;
                }
            },
        };
        heading = heading.or_else(|| next.is_none().then(|| words[at].position));
        heading = heading.filter(|_| !matches!(open, Open::Goals));
        close(&open, &words[starts.0..starts.1], &words[starts.1..at], is_double, rebuilt);
        open = match next {
            Some(Field::Funding) => Open::Nothing,
            Some(Field::Goals) => Open::Goals,
            Some(_) => Open::Field,
            None if matches!(open, Open::Goals) => Open::Goals,
            None => Open::Nothing,
        };
        starts = (at, at + length);
        at += length.max(1);
    }
    // A page may end within their label.
    if let Some(position) = heading {
        rebuilt.doubtful.push((position, "the goals".to_owned()));
    }
}

/// The label of a field at a word, and how many words it takes; at the end, one of none.
fn known_at_or_end(words: &[Word<'_>], at: usize, performance: &Performance) -> Option<(Field, usize)> {
    if at == words.len() {
        return Some((Field::Other, 0));
    }
    known_at(words, at, |key| performance.fields.exact(key)).map(|known| (known.meaning, known.words))
}

fn close(open: &Open, label: &[Word<'_>], value: &[Word<'_>], is_double: bool, rebuilt: &mut Rebuilt) {
    let Some(first) = label.first() else { return };
    match open {
        Open::Nothing => {}
        Open::Field => rebuilt.push(vec![cell(label), cell(value)], first),
        Open::Goals => {
            let value = &value[..value.len() - aside(value)];
            let Some(start) = value.first() else { return };
            let mut cells = vec![String::new(); WIDTH];
            cells[0] = "总体目标".to_owned();
            if !is_double {
                cells[WIDTH - 1] = cell(value);
            } else if let Some(middle) = between_goals(value) {
                cells[1] = cell(&value[..middle]);
                cells[WIDTH - 1] = cell(&value[middle..]);
            } else {
                rebuilt.doubtful.push((start.position, "the goals".to_owned()));
                return;
            }
            rebuilt.push(cells, first);
        }
    }
}

/// How many words at the end are of 绩效指标 down the side of the indicators.
fn aside(words: &[Word<'_>]) -> usize {
    let mut best = 0;
    let mut joined = String::new();
    for (count, word) in words.iter().rev().enumerate() {
        joined.insert_str(0, &label_key(word.text));
        if !"绩效指标".ends_with(&joined) {
            break;
        }
        if joined == "绩效指标" {
            best = count + 1;
        }
    }
    best
}

/// Where the second of two goals begins: both are the same, or only one sentence ends at the end of a line.
fn between_goals(words: &[Word<'_>]) -> Option<usize> {
    let text = |words: &[Word<'_>]| words.iter().map(|word| word.text).collect::<String>();
    if let Some(middle) = (1..words.len()).find(|middle| text(&words[..*middle]) == text(&words[*middle..])) {
        return Some(middle);
    }
    let ends = |middle: &usize| words[middle - 1].text.ends_with(['。', '；', '！', '.', '”']);
    let mut ends = (1..words.len()).filter(ends);
    let only = ends.next()?;
    ends.next().is_none().then_some(only)
}
