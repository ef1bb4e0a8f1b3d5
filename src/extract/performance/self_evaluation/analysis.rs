//! The texts below the total of a self-evaluation.

use std::borrow::Cow;

use super::FormLine;
use crate::config::performance::{Analysis, Performance};
use crate::tables::Project;
use crate::text::without_wraps;

/// The heading down the side of the texts, where it stands in front of the first label.
const ASIDE: &str = "项目绩效分析";

/// Reads the texts of the result analysis; their labels wrap over lines.
pub fn read(lines: &[FormLine], project: &mut Project, words: &Performance) {
    let lines: Vec<Cow<'_, str>> = lines
        .iter()
        .map(|line| match without_wraps(&line.text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix(ASIDE).unwrap_or(text)),
            Cow::Owned(text) => Cow::Owned(text.strip_prefix(ASIDE).map_or(text.clone(), str::to_owned)),
        })
        .collect();
    let mut open: Option<Analysis> = None;
    let mut at = 0;
    while at < lines.len() {
        if let Some((label, next, rest)) = label_at(&lines, at, words) {
            open = Some(label);
            append(project, label, rest);
            at = next;
        } else if let Some((before, label, next, rest)) = label_in_line(&lines, at, words) {
            if let Some(label) = open {
                append(project, label, before);
            }
            open = Some(label);
            append(project, label, rest);
            at = next;
        } else {
            // 项/目/绩/效/分/析 stands down the side of the table.
            if let Some(label) = open.filter(|_| lines[at].chars().count() > 1 || lines[at] == "无" || lines[at] == "。") {
                append(project, label, &lines[at]);
            }
            at += 1;
        }
    }
}

/// A label that begins on a line: which it is, the line after it, and the text behind it on its last line.
fn label_at<'l>(lines: &'l [Cow<'_, str>], at: usize, words: &Performance) -> Option<(Analysis, usize, &'l str)> {
    words.analysis.iter().find_map(|(word, label)| {
        let mut rest = word.as_str();
        for (index, line) in lines.iter().enumerate().skip(at) {
            if let Some(text) = line.strip_prefix(rest) {
                return Some((*label, index + 1, text));
            }
            rest = rest.strip_prefix(line.as_ref()).filter(|_| !line.is_empty())?;
        }
        None
    })
}

/// Least part of a label that is known again behind the end of a text.
const LEAST_PART: usize = 4;

/// A label that begins where a text ends on the same line: the text, the label, the line after it, and the text behind it.
fn label_in_line<'l>(lines: &'l [Cow<'_, str>], at: usize, words: &Performance) -> Option<(&'l str, Analysis, usize, &'l str)> {
    let line = lines[at].as_ref();
    words.analysis.iter().find_map(|(word, label)| {
        let ends: Vec<usize> = word.char_indices().map(|(end, _)| end).skip(LEAST_PART).collect();
        ends.into_iter().rev().find_map(|end| {
            let before = line.strip_suffix(&word[..end])?;
            let rest = lines.get(at + 1)?.strip_prefix(&word[end..])?;
            Some((before, *label, at + 2, rest))
        })
    })
}

/// Puts a text behind what is already read of a part of the analysis.
pub fn append(project: &mut Project, label: Analysis, text: &str) {
    let field = match label {
        Analysis::Execution => &mut project.analysis_execution,
        Analysis::Output => &mut project.analysis_output,
        Analysis::Benefit => &mut project.analysis_benefit,
        Analysis::Satisfaction => &mut project.analysis_satisfaction,
        Analysis::Experience => &mut project.experience,
        Analysis::Problems => &mut project.problems,
        Analysis::Improvements => &mut project.improvements,
    };
    if !text.is_empty() {
        field.get_or_insert_default().push_str(text);
    }
}
