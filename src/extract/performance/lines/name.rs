//! 项目名称 of a form whose cells are gone.

use std::collections::HashSet;

use super::Line;
use crate::config::performance::{Field, Performance, label_key};
use crate::layout::{Token, tokenise};
use crate::text::{clean_name, compact};

/// Most lines that a name wraps over above or below its label.
const MOST_WRAPPED: usize = 3;

/// The name, where its lines can be told from those of its neighbours: it stands whole beside its label; or it is centred on it, with as
/// many lines below as above; or blank lines part it from what follows; or it is one of `projects`; or the label has a line of its own and
/// the name stands between it and the next.
pub fn of_lines(lines: &[Line<'_>], words: &Performance, projects: &HashSet<&str>) -> Option<String> {
    let printed: Vec<u32> = lines.iter().map(|line| line.position.line).collect();
    let lines: Vec<Vec<Token<'_>>> = lines.iter().map(|line| tokenise(line.text)).collect();
    let at = lines
        .iter()
        .position(|line| line.first().and_then(|token| label(token, words)) == Some(Field::ProjectName))?;
    let label_ends = lines[at].first()?.chars.1;
    let beside: Vec<Token<'_>> = lines[at]
        .iter()
        .skip(1)
        .take_while(|token| label(token, words).is_none())
        .cloned()
        .collect();
    // The name is the only field of its row.
    let is_of_name = |line: &&Vec<Token<'_>>| {
        let is_one = line.iter().skip(1).all(|token| token.gap <= 1);
        let begins_other = line.first().is_none_or(|token| is_coded(token.text));
        is_one && !begins_other && !begins_label(line, words) && !is_year(line)
    };
    // A piece above stands over what stands beside the label.
    let is_over = |line: &&Vec<Token<'_>>| {
        let (Some(first), Some(last)) = (line.first(), line.last()) else {
            return false;
        };
        let overlaps = |token: &Token<'_>| first.chars.0 < token.chars.1 && token.chars.0 < last.chars.1;
        first.chars.0 >= label_ends && (beside.is_empty() || beside.iter().any(overlaps))
    };
    let pieces_above = lines[..at].iter().rev().take_while(is_of_name).take_while(is_over);
    let above: Vec<String> = pieces_above.map(|line| text(line)).collect();
    let below: Vec<String> = lines[at + 1..].iter().take_while(is_of_name).map(|line| text(line)).collect();
    // How many lines stand below each other from the label's on, where blank lines part what does not belong together.
    let is_parted = |upper: usize| printed.get(upper + 1).is_none_or(|next| *next > printed[upper] + 1);
    let block = (at..printed.len()).take_while(|line| !is_parted(*line)).count();
    let beside = text(&beside);
    let name = if above.is_empty() && beside.is_empty() {
        let lines = lines[at + 1..].iter().take_while(|line| !begins_label(line, words));
        let name: Vec<String> = lines.map(|line| text(line)).collect();
        (name.len() <= MOST_WRAPPED).then(|| name.concat())?
    } else if above.is_empty() && below.is_empty() {
        beside
    } else if above.is_empty() && at > 0 && is_parted(at - 1) && (1..=below.len().min(MOST_WRAPPED)).contains(&block) {
        format!("{beside}{}", below[..block].concat())
    } else if above.is_empty() {
        // What stands below may be the upper part of the next field.
        let of = |taken: usize| format!("{beside}{}", below[..taken].concat());
        (0..=below.len().min(MOST_WRAPPED))
            .map(of)
            .find(|name| projects.contains(clean_name(name).as_str()))?
    } else {
        let below = below.get(..above.len()).filter(|_| above.len() <= MOST_WRAPPED)?;
        let above: String = above.into_iter().rev().collect();
        format!("{above}{beside}{}", below.concat())
    };
    Some(clean_name(&name)).filter(|name| !name.is_empty())
}

/// The words of a line.
fn text(line: &[Token<'_>]) -> String {
    let words: Vec<&str> = line.iter().map(|token| token.text).collect();
    words.join(" ")
}

/// The field that a token is the label of.
fn label(token: &Token<'_>, words: &Performance) -> Option<Field> {
    words.fields.exact(&label_key(token.text))
}

/// `（2025年度）` above the form.
fn is_year(line: &[Token<'_>]) -> bool {
    let words = compact(&text(line)).into_owned();
    let year = words.trim_matches(['(', ')']).trim_end_matches('度');
    year.strip_suffix('年')
        .is_some_and(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a text begins with a department's code (`126-太原市…`).
fn is_coded(text: &str) -> bool {
    text.split_once('-')
        .is_some_and(|(code, _)| code.len() >= 3 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a line begins with a label, or with the upper part of one that wraps.
fn begins_label(line: &[Token<'_>], words: &Performance) -> bool {
    line.first().is_some_and(|token| {
        let key = label_key(token.text);
        words.fields.exact(&key).is_some() || key.chars().count() >= 3 && words.fields.cut_off(&key).is_some()
    })
}
