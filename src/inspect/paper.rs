//! Lines of text of a limited width, in which a Chinese character is two columns wide.

use std::fmt::Display;

use console::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Where no width is given, rules are this long; text is then not wrapped at all.
const RULE: usize = 100;

/// Columns that a text takes on the screen.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text with spaces up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Printed text of a source on one line: no control character of it may reach the terminal.
pub fn printable(text: &str) -> String {
    let visible = |c: char| {
        // Marks of direction would let a source disguise what it says.
        let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || hidden { ' ' } else { c }
    };
    text.trim().chars().map(visible).collect()
}

/// The text in lines of at most `columns`: Latin words stay whole where they fit, Chinese text breaks anywhere.
pub fn wrap(text: &str, columns: Option<usize>) -> Vec<String> {
    let Some(columns) = columns.map(|columns| columns.max(2)) else {
        return vec![text.to_owned()];
    };
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        if width(&line) + width(word.trim_end()) > columns && !line.is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        for c in word.chars() {
            if width(&line) + c.width().unwrap_or(0) > columns && c != ' ' {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// The pieces between which a line may break: a Latin word with the space behind it, a wide character with the punctuation behind it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let is_wide = |c: char| c.width().unwrap_or(0) > 1;
        let closes = matches!(c, '，' | '。' | '、' | '；' | '：' | '）' | '》' | '”' | '’' | '？' | '！' | ' ');
        let breaks = before.is_some_and(|before| !closes && (before == ' ' || is_wide(before) || is_wide(c)));
        if breaks && at > start {
            words.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    words.push(&text[start..]);
    words
}

/// The page that is written on.
#[derive(Debug)]
pub struct Paper {
    text: String,
    width: Option<usize>,
}

impl Paper {
    /// A page of this width, or without limit.
    pub fn new(width: Option<usize>) -> Self {
        Self {
            text: String::new(),
            width,
        }
    }

    /// Its width.
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// What is left of the width behind `indent` columns.
    pub fn room(&self, indent: usize) -> Option<usize> {
        self.width.map(|width| width.saturating_sub(indent).max(12))
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line as it is.
    pub fn line(&mut self, line: impl Display) {
        let line = line.to_string();
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// The heading of a section: a rule with words on it.
    pub fn heading(&mut self, title: &str, remark: &str) {
        let length = self.width.unwrap_or(RULE).min(RULE);
        let used = 4 + width(title) + if remark.is_empty() { 0 } else { width(remark) + 1 };
        let rule = "─".repeat(length.saturating_sub(used + 1));
        let dim = Style::new().dim();
        let remark = if remark.is_empty() { String::new() } else { format!("{remark} ") };
        self.blank();
        self.line(format!(
            "{} {} {remark}{}",
            dim.apply_to("──"),
            Style::new().bold().cyan().apply_to(title),
            dim.apply_to(rule)
        ));
        self.blank();
    }

    /// A text behind a lead of `indent` columns (already styled and padded), its further lines below its beginning.
    pub fn hanging(&mut self, lead: &str, indent: usize, text: &str, style: &Style) {
        let mut lead = lead.to_owned();
        for piece in wrap(text, self.room(indent)) {
            self.line(format!("{lead}{}", style.apply_to(piece)));
            lead = " ".repeat(indent);
        }
    }

    /// Pieces beside each other behind a lead; one that finds no room goes to the next line.
    pub fn beside(&mut self, lead: &str, indent: usize, pieces: &[(String, Style)]) {
        let mut line = lead.to_owned();
        let mut used = 0;
        for (piece, style) in pieces {
            let columns = width(piece);
            if used > 0 && self.room(indent).is_some_and(|room| used + 2 + columns > room) {
                self.line(std::mem::replace(&mut line, " ".repeat(indent)));
                used = 0;
            }
            let gap = if used > 0 { "  " } else { "" };
            if self.room(indent).is_some_and(|room| columns > room) {
                self.hanging(&line, indent, piece, style);
                (line, used) = (" ".repeat(indent), 0);
            } else {
                line.push_str(&format!("{gap}{}", style.apply_to(piece)));
                used += gap.len() + columns;
            }
        }
        if used > 0 {
            self.line(line);
        }
    }

    /// What was written, with one blank line below.
    pub fn into_text(self) -> String {
        format!("{}\n\n", self.text.trim_end_matches('\n'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns_and_latin_words_stay_whole() {
        assert_eq!(wrap("一般公共预算", Some(8)), ["一般公共", "预算"]);
        assert_eq!(wrap("the unit 万元 was taken", Some(9)), ["the unit", "万元 was", "taken"]);
        assert_eq!(wrap("abcdefgh", Some(3)), ["abc", "def", "gh"]);
        assert_eq!(wrap("", Some(10)), [""]);
        assert_eq!(wrap("任意长", None), ["任意长"]);
        assert_eq!(pad("万元", 6), "万元  ");
    }

    #[test]
    fn no_control_character_reaches_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\tc\u{202e}d\n"), "a [31mb c d");
    }
}
