//! Titles of forms among lines of text.

use std::cell::OnceCell;
use std::ops::Range;

use super::caption::is_note;
use crate::codes::{Form, Stage};
use crate::config::{FormSpec, KnownTitles, TitleMatch, may_end_title};
use crate::layout::OpenLine;
use crate::money::has_digit;
use crate::text::{compact, has_any};

/// A title with its own words broken over lines is looked for in as many lines.
const TITLE_LINES: usize = 3;

/// A title among lines of text.
#[derive(Debug)]
pub struct Title<'c> {
    /// The form that it names.
    pub spec: &'c FormSpec,
    /// The stage that it says.
    pub stage: Option<Stage>,
    /// The fiscal year that it says.
    pub year: Option<i32>,
    /// As printed.
    pub text: String,
    /// The lines that it takes.
    pub lines: Range<usize>,
}

/// The last title among lines.
pub fn last_title<'c>(lines: &[OpenLine<'_>], known: &KnownTitles<'c>) -> Option<Title<'c>> {
    let search = Search::new(lines, known);
    (0..lines.len()).rev().find_map(|start| search.title_at(start))
}

/// All titles among lines. A page that prints the title of its table again begins no other table.
pub fn titles<'c>(lines: &[OpenLine<'_>], known: &KnownTitles<'c>) -> Vec<Title<'c>> {
    let search = Search::new(lines, known);
    let mut titles: Vec<Title<'c>> = Vec::new();
    let mut start = 0;
    // Up to here, no line since the last title is a note.
    let mut silent = 0;
    while start < lines.len() {
        match search.title_at(start) {
            Some(title) => {
                start = title.lines.end;
                let again = titles.last().is_some_and(|last| {
                    // A form that has ended with its note and comes again is printed twice.
                    let mut ended = || {
                        let from = silent.max(last.lines.end);
                        silent = title.lines.start;
                        lines[from..silent].iter().any(|line| is_note(&line.text))
                    };
                    title.lines.start > last.lines.end + 3
                        && !is_record_form(title.spec.form)
                        && compact(&last.text) == compact(&title.text)
                        && !ended()
                });
                if !again {
                    titles.push(title);
                }
            }
            None => start += 1,
        }
    }
    titles
}

/// Looks for titles among lines; what is known of a line is found out once, since a title may begin on it or above it.
struct Search<'l, 'a, 'c> {
    lines: &'l [OpenLine<'a>],
    known: &'l KnownTitles<'c>,
    /// Whether a line ends as titles do.
    may_end: Vec<bool>,
    /// The title that a line is by itself.
    alone: Vec<OnceCell<Option<TitleMatch<'c>>>>,
    /// Whether a line has more than a title's words.
    is_more: Vec<OnceCell<bool>>,
}

impl<'l, 'a, 'c> Search<'l, 'a, 'c> {
    fn new(lines: &'l [OpenLine<'a>], known: &'l KnownTitles<'c>) -> Self {
        let may_end = |line: &OpenLine<'_>| may_end_title(&line.text);
        Self {
            lines,
            known,
            may_end: lines.iter().map(may_end).collect(),
            alone: vec![OnceCell::new(); lines.len()],
            is_more: vec![OnceCell::new(); lines.len()],
        }
    }

    /// Whether a line holds figures or running text.
    fn is_more(&self, index: usize) -> bool {
        *self.is_more[index].get_or_init(|| {
            let line = &self.lines[index];
            let text = line.text.trim();
            // The name of a project in front of a title may be of any length.
            text.len() > if self.may_end[index] { 2_000 } else { 200 }
                || has_any(text, &['。', '：', ':'])
                || has_digit(text) && line.tokens().any(|token| token.is_money())
        })
    }

    /// The title that a line is by itself.
    fn alone(&self, line: usize) -> Option<TitleMatch<'c>> {
        *self.alone[line].get_or_init(|| {
            let may_end = self.may_end[line];
            may_end.then(|| self.known.by_title(&self.lines[line].text)).flatten()
        })
    }

    /// A title that begins on a line and may wrap over the next ones.
    fn title_at(&self, start: usize) -> Option<Title<'c>> {
        let last = self.lines.len().min(start + TITLE_LINES);
        // Most lines are no titles.
        if !self.may_end[start..last].contains(&true) {
            return None;
        }
        let mut joined = String::new();
        for end in start..last {
            if self.is_more(end) {
                return None;
            }
            let alone = self.alone(end);
            // A line that is a title by itself is not the second half of one.
            if end > start && alone.is_some() {
                return None;
            }
            joined.push_str(self.lines[end].text.trim());
            let found = if end == start {
                alone
            } else if self.may_end[end] {
                self.known.by_title(&joined)
            } else {
                None
            };
            if let Some(found) = found {
                return Some(Title {
                    spec: found.spec,
                    stage: found.stage,
                    year: found.year,
                    text: joined.trim().to_owned(),
                    lines: start..end + 1,
                });
            }
        }
        None
    }
}

/// Forms that are printed once a project and whose first row is no header but a field.
pub fn is_record_form(form: Form) -> bool {
    matches!(form, Form::PerformanceTarget | Form::PerformanceSelfEvaluation)
}

/// The pending line that most looks like the title of a table without a known one.
pub fn title_like(pending: &[OpenLine<'_>], start: usize) -> Option<String> {
    pending[start.min(pending.len())..]
        .iter()
        .rev()
        .map(|line| line.text.trim())
        .find(|line| line.ends_with(['表', ')', '）']) && line.chars().count() < 60)
        .map(str::to_owned)
}
