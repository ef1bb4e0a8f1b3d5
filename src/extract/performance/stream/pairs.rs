//! 三级指标 and 指标值 side by side: where the name ends and its target begins.

use unicode_width::UnicodeWidthStr;

use super::{Word, cell, is_set_off};
use crate::config::performance::Performance;
use crate::extract::performance::target_value::{OPERATOR_SIGNS, parse};
use crate::text::without_wraps;

/// Most words that a name and its target are made of.
pub const MOST_WORDS: usize = 16;

/// Most words that a target is made of.
const MOST_OF_TARGET: usize = 6;

/// What has more characters is rather a name than a unit.
const LONGEST_PART: usize = 2;

/// `2023年12月31日前`.
const LONGEST_DATE: usize = 12;

/// A name with its target.
#[derive(Debug, Clone)]
pub struct Pair {
    /// How many of the words are the name's.
    pub name_words: usize,
    /// The name, without white space from layout.
    pub name: String,
    /// The target, likewise.
    pub target: String,
    /// Whether the name can be one.
    pub is_named: bool,
    /// How well the two fit their cells.
    pub score: i32,
}

/// The ways to part words into a name and a target.
pub fn pairs(words: &[Word<'_>], performance: &Performance) -> Vec<Pair> {
    (words.len().saturating_sub(MOST_OF_TARGET).max(1)..words.len())
        .map(|middle| {
            let (name, target) = words.split_at(middle);
            let text = |words: &[Word<'_>]| without_wraps(&cell(words)).into_owned();
            let (name_text, target_text) = (text(name), text(target));
            // White space on a line parts cells, save where a converter sets figures off from characters.
            let parted = if target[0].first { 0 } else { 10 };
            // Words that nobody knows as a target are one where nothing else can be: alone behind their name.
            let is_odd = !is_plain_target(&target_text, performance) && (words.len() > 2 || target[0].first);
            Pair {
                name_words: middle,
                score: name_score(name, &name_text, performance)
                    + target_score(target, &target_text, performance)
                    + wraps(name)
                    + wraps(target)
                    + parted
                    - if is_odd { 30 } else { 0 },
                is_named: is_name(&name_text) && !name.iter().any(|word| is_figure(word.text)),
                name: name_text,
                target: target_text,
            }
        })
        .collect()
}

/// Whether a text can name an indicator: it has no operator, no label and no figure with its unit at its end.
pub fn is_name(text: &str) -> bool {
    text.chars().count() > 1
        && !text.contains(OPERATOR_SIGNS)
        && !text.contains("指标")
        && !is_figure(text.trim_start_matches(|c: char| !c.is_ascii_digit()))
}

/// Whether a text is a figure with its unit or operator, or a date.
fn is_figure(text: &str) -> bool {
    let value = parse(text);
    value.value.is_some() && (value.unit.is_some() || value.operator.is_some()) || is_date(text)
}

fn name_score(words: &[Word<'_>], name: &str, performance: &Performance) -> i32 {
    let mut score = 0;
    // Of another indicator.
    score -= 30 * count(words, |word| is_plain_target(word.text, performance));
    // The upper part of a label that a page has cut.
    score -= 30 * count(words, |word| is_cut_label(word.text, name, performance));
    if name.ends_with(['、', '，', '（', '《']) {
        score -= 20;
    }
    score
}

fn count(words: &[Word<'_>], is: impl Fn(&&Word<'_>) -> bool) -> i32 {
    i32::try_from(words.iter().filter(is).count()).unwrap_or(i32::MAX / 100)
}

/// Whether a text is a whole target: a figure with its unit, a date, a known word.
pub fn is_plain_target(text: &str, performance: &Performance) -> bool {
    let value = parse(text);
    value.value.is_some() || is_date(text) || performance.target_words.iter().any(|word| word == text)
}

fn is_date(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(['底', '前', '末', '内', '日', '月', '年'])
        && text.chars().count() <= LONGEST_DATE
}

pub fn is_cut_label(text: &str, name: &str, performance: &Performance) -> bool {
    let labels = &performance.categories;
    text.chars().count() >= 4
        && labels.exact(text).is_none()
        && labels.iter().any(|(label, _)| label.starts_with(text))
        && !labels.iter().any(|(label, _)| name.starts_with(label.as_str()))
}

/// Whether a target may go on behind a figure with its unit: a unit that wraps, or that a converter has parted from its figure, has few
/// characters there.
fn may_go_on(before: &str, next: &Word<'_>) -> bool {
    (next.first || is_set_off(before, next.text)) && is_rest_of_unit(before, next.text)
}

/// Whether a text may be the rest of the unit that a target ends in.
pub fn is_rest_of_unit(target: &str, rest: &str) -> bool {
    const WHOLE: [&str; 12] = ["%", "％", "元", "个", "项", "台", "套", "年", "天", "户", "家", "次"];
    let value = parse(target);
    let longest = if value.unit.is_some() { 1 } else { LONGEST_PART };
    value.value.is_some() && !WHOLE.iter().any(|unit| target.ends_with(unit)) && rest.chars().count() <= longest
}

fn target_score(words: &[Word<'_>], target: &str, performance: &Performance) -> i32 {
    let length = i32::try_from(target.chars().count()).unwrap_or(i32::MAX / 2);
    let value = parse(target);
    let has_more = (1..words.len()).any(|at| {
        let before = without_wraps(&cell(&words[..at])).into_owned();
        is_plain_target(&before, performance) && !may_go_on(&before, &words[at])
    });
    let unit = value
        .unit
        .as_ref()
        .map_or(0, |unit| i32::try_from(unit.chars().count()).unwrap_or(i32::MAX / 10));
    if has_more {
        -30
    } else if value.value.is_some() && (value.operator.is_some() || unit > 0) {
        // The longer a unit, the likelier a name hangs on it.
        30 - 5 * (unit - 2).max(0)
    } else if performance.target_words.iter().any(|word| word == target) {
        25
    } else if value.value.is_some() || is_date(target) {
        20
    } else if value.operator.is_some() || count(words, |word| is_plain_target(word.text, performance)) > 0 {
        // A target with something behind it.
        -30
    } else if length == 1 {
        // The end of a name.
        -20
    } else {
        // Words: the fewer the better.
        -(length - 4).max(0)
    }
}

/// What speaks against words being one cell: white space on a line, and lines that had room for what stands on the next.
fn wraps(words: &[Word<'_>]) -> i32 {
    let widest = words.iter().map(|word| word.text.width()).max().unwrap_or(0);
    words
        .windows(2)
        .map(|pair| {
            let (before, after) = (pair[0].text, pair[1].text);
            if pair[1].first {
                let room = widest - before.width().min(widest);
                if first_piece(after) <= room { -15 } else { 0 }
            } else if is_set_off(before, after) {
                -3
            } else {
                -15
            }
        })
        .sum()
}

/// How wide what a line cannot break within is at a text's beginning.
pub fn first_piece(text: &str) -> usize {
    let plain = text.bytes().take_while(u8::is_ascii_graphic).count();
    if plain > 0 {
        return plain;
    }
    // A line does not begin with a mark that closes.
    let mut chars = text.chars();
    let first = chars.next().map_or(0, |_| 2);
    let marks = chars
        .take_while(|c| matches!(c, '，' | '。' | '、' | '；' | '）' | '》' | '”'))
        .count();
    first + 2 * marks
}
