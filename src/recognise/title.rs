//! Titles of forms among lines of text.

use std::ops::Range;

use crate::codes::{Form, Stage};
use crate::config::{Config, FormSpec};
use crate::document::TextLine;
use crate::layout::{Token, tokenise};
use crate::money::has_digit;
use crate::text::compact;

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
pub fn last_title<'c>(lines: &[TextLine<'_>], config: &'c Config) -> Option<Title<'c>> {
    (0..lines.len()).rev().find_map(|start| title_at(lines, start, config))
}

/// All titles among lines. A page that prints the title of its table again begins no other table.
pub fn titles<'c>(lines: &[TextLine<'_>], config: &'c Config) -> Vec<Title<'c>> {
    let mut titles: Vec<Title<'c>> = Vec::new();
    let mut start = 0;
    while start < lines.len() {
        match title_at(lines, start, config) {
            Some(title) => {
                start = title.lines.end;
                let again = titles.last().is_some_and(|last| {
                    compact(&last.text) == compact(&title.text)
                        && title.lines.start > last.lines.end + 3
                        && !is_record_form(title.spec.form)
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

/// A title that begins on a line and may wrap over the next ones.
fn title_at<'c>(lines: &[TextLine<'_>], start: usize, config: &'c Config) -> Option<Title<'c>> {
    let end = lines.len().min(start + TITLE_LINES);
    // Most lines are no titles: the word that every title ends in is looked for first.
    if !lines[start..end].iter().any(|line| line.text.contains(['表', '录'])) {
        return None;
    }
    let mut joined = String::new();
    for (end, line) in (start..end).zip(&lines[start..end]) {
        let line = line.text.trim();
        // A title's words; figures and running text end the look-out.
        if line.len() > 200 || line.contains(['。', '：', ':']) || has_digit(line) && tokenise(line).iter().any(Token::is_money) {
            return None;
        }
        // A line that is a title by itself is not the second half of one.
        if end > start && config.forms.by_title(line).is_some() {
            return None;
        }
        joined.push_str(line);
        if let Some(found) = config.forms.by_title(&joined) {
            let text = joined.trim().to_owned();
            return Some(Title {
                spec: found.spec,
                stage: found.stage,
                year: found.year,
                text,
                lines: start..end + 1,
            });
        }
    }
    None
}

/// Forms that are printed once a project and whose first row is no header but a field.
pub fn is_record_form(form: Form) -> bool {
    matches!(form, Form::PerformanceTarget | Form::PerformanceSelfEvaluation)
}

/// The pending line that most looks like the title of a table without a known one.
pub fn title_like(pending: &[TextLine<'_>], start: usize) -> Option<String> {
    pending[start.min(pending.len())..]
        .iter()
        .rev()
        .map(|line| line.text.trim())
        .find(|line| line.ends_with(['表', ')', '）']) && line.chars().count() < 60)
        .map(str::to_owned)
}
