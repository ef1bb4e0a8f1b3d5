//! What stands above the indicators: labels with their values behind them, and the goals.

use std::collections::BTreeSet;

use super::{Word, cell, is_set_off, known_at};
use crate::codes::Horizon;
use crate::config::performance::{Field, Performance, label_key};
use crate::extract::performance::rebuilt::{Rebuilt, WIDTH};
use crate::text::compact;

/// A word of so many characters is running text.
const LEAST_TEXT: usize = 9;

/// A number of so many digits is no part of a name.
const LONGEST_CODE: usize = 8;

/// The fewest characters that tell a label by its beginning.
const LEAST_LABEL: usize = 4;

/// How many characters tell that two goals begin alike.
const LEAST_ALIKE: usize = 6;

/// Most words of a heading's brackets.
const MOST_BRACKETED: usize = 6;

/// What the words behind the last label belong to.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    /// Nothing: the title, headings.
    Nothing,
    /// Amounts, which prove themselves elsewhere.
    Funding,
    Field,
    Goals,
}

/// Puts a row together of each field, and one of the goals.
pub fn rebuild(words: &[Word<'_>], performance: &Performance, rebuilt: &mut Rebuilt) {
    let mut open = Open::Nothing;
    // Where the last label begins and where its value does.
    let (mut label_at, mut value_at) = (0, 0);
    // The goals that headings are over, where the last heading stands and where it ends.
    let mut goals = BTreeSet::new();
    let mut heading_at = None;
    let mut heading_ends = usize::MAX;
    let mut at = 0;
    while at < words.len() {
        let field = known_at(words, at, |key| performance.fields.exact(key));
        let heading = known_at(words, at, |key| performance.goal(key));
        let begins_value = open == Open::Goals && value_at == at;
        // 年度总体目标 is a label where no other goal's heading is in front of it.
        if let Some(heading) = heading.filter(|_| begins_value || heading_ends == at || open != Open::Goals && field.is_none()) {
            if open != Open::Goals {
                close(open, &words[label_at..value_at], &words[value_at..at], &goals, performance, rebuilt);
                open = Open::Nothing;
                heading_at = Some(words[at].position);
            }
            goals.insert(heading.meaning);
            at += heading.words;
            at += bracketed(&words[at..]);
            heading_ends = at;
            value_at = at;
        } else if let Some(field) = field {
            let is_first = label_at == value_at && at > 0;
            if is_first && !words[at - 1].text.ends_with([')', '）', '表', '度', '元']) {
                rebuilt
                    .doubtful
                    .push((words[at - 1].position, format!("“{}”", text(&words[at..at + field.words]))));
                // The upper part of its value stands above it.
                at += field.words;
                while at < words.len() && known_at(words, at, |key| performance.fields.exact(key)).is_none() {
                    at += 1;
                }
                (label_at, value_at) = (at, at);
                continue;
            }
            close(open, &words[label_at..value_at], &words[value_at..at], &goals, performance, rebuilt);
            open = match field.meaning {
                Field::Funding => Open::Funding,
                Field::Goals => Open::Goals,
                _ => Open::Field,
            };
            if open == Open::Goals {
                heading_at = None;
            }
            label_at = at;
            at += field.words;
            value_at = at;
        } else {
            at += 1;
        }
    }
    close(open, &words[label_at..value_at], &words[value_at..], &goals, performance, rebuilt);
    // A page may end within the label of the goals.
    if let Some(position) = heading_at {
        rebuilt.doubtful.push((position, "the goals".to_owned()));
    }
}

/// How many words in brackets stand at the beginning: the years behind a heading (`项目总体目标 (2026 年-2027 年)`).
fn bracketed(words: &[Word<'_>]) -> usize {
    if !words.first().is_some_and(|word| word.text.starts_with(['(', '（'])) {
        return 0;
    }
    let last = words.iter().take(MOST_BRACKETED).position(|word| word.text.ends_with([')', '）']));
    last.map_or(0, |last| last + 1)
}

fn close(open: Open, label: &[Word<'_>], value: &[Word<'_>], goals: &BTreeSet<Horizon>, performance: &Performance, rebuilt: &mut Rebuilt) {
    let Some(first) = label.first() else { return };
    match open {
        Open::Nothing => {}
        // Behind the last amount there may be a field whose label is not known.
        Open::Funding => {
            let is_text = |word: &&Word<'_>| {
                let words = compact(word.text);
                let is_amount = words.contains("资金") || words.contains("财政") || words.chars().any(|c| c.is_ascii_digit());
                words.chars().count() >= LEAST_TEXT && !is_amount
            };
            if let Some(word) = value.iter().find(is_text) {
                rebuilt.doubtful.push((word.position, "the text below the funding".to_owned()));
            }
        }
        Open::Field if is_mixed(value, performance) || is_short(label, performance) && is_uncertain(label, value) => {
            rebuilt.doubtful.push((first.position, format!("“{}”", text(label))));
            // What wraps below two fields of one line may be of either.
            if !first.first && rebuilt.rows.last().is_some_and(|row| row.number == first.row) {
                rebuilt.rows.pop();
            }
        }
        Open::Field => rebuilt.push(vec![cell(label), cell(value)], first.position, first.row),
        Open::Goals => {
            let value = &value[..value.len() - aside(value)];
            let Some(start) = value.first() else { return };
            let mut cells = vec![String::new(); WIDTH];
            cells[0] = "总体目标".to_owned();
            if goals.len() < 2 {
                cells[WIDTH - 1] = cell(value);
            } else if let Some(middle) = between_goals(value) {
                cells[1] = cell(&value[..middle]);
                cells[WIDTH - 1] = cell(&value[middle..]);
            } else {
                rebuilt.doubtful.push((start.position, "the goals".to_owned()));
                return;
            }
            rebuilt.push(cells, first.position, first.row);
        }
    }
}

/// Whether a field holds a name or a few words, and no running text.
fn is_short(label: &[Word<'_>], performance: &Performance) -> bool {
    let field = performance.fields.exact(&label_key(&text(label)));
    field.is_some_and(|field| {
        !matches!(
            field,
            Field::Overview | Field::Basis | Field::Necessity | Field::Safeguards | Field::Plan | Field::Other
        )
    })
}

/// Whether the value of a short field may hold what is none of it: further words on its later lines, a number alone, a long one, or a
/// continuation of the field beside it.
fn is_uncertain(label: &[Word<'_>], value: &[Word<'_>]) -> bool {
    let label_row = label.last().map_or(0, |word| word.row);
    let is_later = |word: &Word<'_>| word.row > label_row;
    let lines = value.chunk_by(|one, other| one.row == other.row);
    let shares_line = lines
        .skip(1)
        .any(|line| line.windows(2).any(|pair| !is_set_off(pair[0].text, pair[1].text)));
    let is_number = |word: &Word<'_>| {
        let digits = word.text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
        let is_alone = word.first && word.last && word.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        digits >= LONGEST_CODE || is_alone && digits > 0 && is_later(word)
    };
    let is_beside = label.first().is_some_and(|word| !word.first) && value.iter().any(is_later);
    // Dates and figures are no lines of the field beside them.
    let is_figure = value.iter().all(|word| !word.text.contains(|c: char| c.is_alphabetic()));
    shares_line || value.iter().any(is_number) || is_beside && !is_figure
}

/// The words without white space.
fn text(words: &[Word<'_>]) -> String {
    words.iter().map(|word| word.text).collect()
}

/// Whether a converter has mixed the lines of a value with those of the cells beside it: words share a line, or are part of a label.
fn is_mixed(words: &[Word<'_>], performance: &Performance) -> bool {
    let fields = &performance.fields;
    // The upper part of a label, over one line or several, or the lower one.
    let begins_label = |at: usize| {
        let mut key = String::new();
        words[at..]
            .iter()
            .take(LEAST_LABEL)
            .take_while(|word| word.first && word.last)
            .any(|word| {
                key.push_str(&label_key(word.text));
                key.chars().count() >= LEAST_LABEL && fields.cut_off(&key).is_some()
            })
    };
    let ends_label = |at: usize| {
        let key = label_key(words[at].text);
        let ends = |label: &str| label.len() > key.len() && label.ends_with(key.as_ref());
        key.chars().count() > 2 && fields.iter().any(|(label, _)| ends(label))
    };
    let has_many_lines = words.iter().filter(|word| word.first).count() > 1;
    has_many_lines && (1..words.len()).any(|at| is_shared(words, at)) || (0..words.len()).any(|at| begins_label(at) || ends_label(at))
}

/// Whether a word stands on the line of the one before it, as that of another cell: letters and figures that a converter has set off are short,
/// and white space behind a mark is none of a cell's.
fn is_shared(words: &[Word<'_>], at: usize) -> bool {
    let (before, after) = (words[at - 1].text, words[at].text);
    let shortest = before.chars().count().min(after.chars().count());
    let is_marked = before.ends_with(['，', '。', '；', '：', '、', ',', ';', ':']);
    !words[at].first && !is_marked && (shortest > LEAST_LABEL || shortest > 2 && !is_set_off(before, after))
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

/// Where the second of two goals begins: they share a line there and no other, both are the same, or only one sentence ends at the end of a
/// line.
pub fn between_goals(words: &[Word<'_>]) -> Option<usize> {
    let mut shared = (1..words.len()).filter(|at| is_shared(words, *at));
    if let Some(middle) = shared.next() {
        // A blank within a sentence is none between two cells.
        let is_first_line = middle == 1 && (words.len() == 2 || words.last().is_some_and(ends_sentence));
        let parts_cells = is_first_line || ends_sentence(&words[middle - 1]);
        return (shared.next().is_none() && parts_cells).then_some(middle);
    }
    let whole = text(words);
    // Both are the same.
    let mut length = 0;
    for (at, word) in words.iter().enumerate() {
        if length * 2 == whole.len() && whole[..length] == whole[length..] {
            return Some(at);
        }
        length += word.text.len();
    }
    if !words.last().is_some_and(ends_sentence) {
        return None;
    }
    let mut ends = (1..words.len()).filter(|middle| ends_sentence(&words[middle - 1]));
    let only = ends.next().filter(|_| ends.next().is_none())?;
    // Goals begin alike as a rule: where the beginning comes again, lines of both are mixed.
    let goal = text(&words[..only]);
    let beginning: String = goal.chars().take(LEAST_ALIKE).collect();
    let is_mixed = beginning.chars().count() == LEAST_ALIKE && goal[beginning.len()..].contains(&beginning);
    (!is_mixed).then_some(only)
}

fn ends_sentence(word: &Word<'_>) -> bool {
    word.text.ends_with(['。', '；', '！', '.', '”'])
}
