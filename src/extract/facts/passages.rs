//! From lines of running text to passages: paragraphs of the sections that state facts, wrapped lines joined.

use crate::config::FactRules;
use crate::document::{Position, TextLine};
use crate::text::{compact, compact_char, is_space, skip_blanks, split_at_layout, strip_numbering, without_layout_space};

/// A paragraph of a section, without the white space of its layout.
#[derive(Debug)]
pub struct Passage {
    /// Which section of the rules it stands in.
    pub section: usize,
    /// The heading above it, without its number.
    pub heading: String,
    /// Where it starts.
    pub position: Position,
    /// As printed.
    pub printed: String,
    /// With half-width punctuation, as patterns are compared with it.
    pub text: String,
    /// Where `text` and `printed` part ways: places in `text` with theirs in `printed`, each good up to the next.
    places: Vec<(usize, usize)>,
}

impl Passage {
    /// A part of `text` as printed.
    pub fn printed(&self, range: std::ops::Range<usize>) -> &str {
        let place = |at: usize| {
            let next = self.places.partition_point(|(text, _)| *text <= at);
            let (text, printed) = next.checked_sub(1).map_or((0, 0), |last| self.places[last]);
            printed + (at - text)
        };
        self.printed.get(place(range.start)..place(range.end)).unwrap_or_default()
    }

    pub(super) fn of(lines: &[&TextLine<'_>], section: usize, heading: &str) -> Self {
        let mut passage = Self {
            section,
            heading: heading.to_owned(),
            position: lines.first().map(|line| line.position).unwrap_or_default(),
            printed: String::new(),
            text: String::new(),
            places: Vec::new(),
        };
        for line in lines {
            let mut rest: &str = &line.text;
            while let Some((plain, c, after)) = split_at_layout(rest) {
                passage.printed.push_str(plain);
                passage.text.push_str(plain);
                if is_space(c) {
                    rest = skip_blanks(after);
                } else {
                    passage.push(c);
                    rest = after;
                }
            }
            passage.printed.push_str(rest);
            passage.text.push_str(rest);
        }
        passage
    }

    fn push(&mut self, c: char) {
        let narrow = compact_char(c);
        self.printed.push(c);
        self.text.push(narrow);
        if narrow.len_utf8() != c.len_utf8() {
            self.places.push((self.text.len(), self.printed.len()));
        }
    }
}

/// Most lines of a paragraph; more are no paragraph but the lines of a table.
const MOST_LINES: usize = 60;
/// Lines of the source between two that may belong to one paragraph.
const MOST_APART: u32 = 4;
/// Longest heading, in bytes.
const LONGEST_HEADING: usize = 150;

/// Walks the lines and gives the passages of the sections that the rules know.
pub struct Passages<'l, 'a> {
    lines: std::slice::Iter<'l, TextLine<'a>>,
    rules: &'l FactRules,
    section: Option<usize>,
    heading: String,
    /// Below 名词解释 and 附件, to the next part.
    closed: bool,
    paragraph: Vec<&'l TextLine<'a>>,
}

impl<'l, 'a> Passages<'l, 'a> {
    /// Begins with the first line.
    pub fn new(lines: &'l [TextLine<'a>], rules: &'l FactRules) -> Self {
        Self {
            lines: lines.iter(),
            rules,
            section: None,
            heading: String::new(),
            closed: false,
            paragraph: Vec::new(),
        }
    }

    /// The paragraph so far, where figures can be in it.
    fn end(&mut self) -> Option<Passage> {
        let lines = std::mem::take(&mut self.paragraph);
        let section = self.section?;
        let has_digit = |line: &&TextLine<'_>| {
            let full_width = || line.text.contains(|c| matches!(c, '０'..='９' | '∞'));
            // E2 and EF are the first bytes of these.
            line.text.bytes().any(|byte| byte.is_ascii_digit())
                || memchr::memchr2(0xE2, 0xEF, line.text.as_bytes()).is_some() && full_width()
        };
        if lines.len() > MOST_LINES || !lines.iter().any(has_digit) {
            return None;
        }
        let passage = Passage::of(&lines, section, &self.heading);
        (!self.rules.words.personal.is_match(&passage.text)).then_some(passage)
    }

    /// The state below a line, where it is a heading.
    fn below(&self, line: &str) -> Option<Below> {
        let kind = Heading::of(line)?;
        let words = compact(line);
        let bare = strip_numbering(&words).trim_end_matches('。');
        let closes = self.rules.closes(bare);
        let mut below = Below {
            section: None,
            closed: self.closed,
            heading: String::new(),
        };
        if kind == Heading::Part {
            below.closed = closes;
            return Some(below);
        }
        let found = self.rules.section(bare).filter(|_| !closes && !self.closed);
        below.section = match (kind, found) {
            (_, Some(_)) => found,
            (Heading::Lower, None) => self.section,
            (Heading::Plain, None) if !closes => return None,
            _ => None,
        };
        strip_numbering(&without_layout_space(line))
            .trim_end_matches('。')
            .clone_into(&mut below.heading);
        Some(below)
    }
}

/// What holds below a heading.
struct Below {
    section: Option<usize>,
    closed: bool,
    heading: String,
}

impl Iterator for Passages<'_, '_> {
    type Item = Passage;

    fn next(&mut self) -> Option<Passage> {
        while let Some(line) = self.lines.next() {
            let text = line.text.trim();
            if text.is_empty() || is_page_number(text) {
                continue;
            }
            if let Some(below) = self.below(text) {
                let above = self.end();
                (self.section, self.closed, self.heading) = (below.section, below.closed, below.heading);
                if above.is_some() {
                    return above;
                }
                continue;
            }
            if self.section.is_none() {
                continue;
            }
            let last = self.paragraph.last().map_or(0, |last| last.position.line);
            let apart = last > 0 && line.position.line.saturating_sub(last) > MOST_APART;
            let ended = self
                .paragraph
                .last()
                .is_some_and(|last| last.text.trim_end().ends_with(['。', '；', ';', '：', ':']));
            let before = if apart || ended || is_numbered(text) { self.end() } else { None };
            self.paragraph.push(line);
            if before.is_some() {
                return before;
            }
        }
        self.end()
    }
}

/// What a line that may be a heading looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    /// 第三部分 …
    Part,
    /// 一、…
    First,
    /// （一）…, 1、…
    Lower,
    /// Without a number.
    Plain,
}

impl Heading {
    fn of(line: &str) -> Option<Self> {
        if line.len() > LONGEST_HEADING {
            return None;
        }
        if line.starts_with('第') && line.contains("部分") {
            return Some(Self::Part);
        }
        let numbered = is_numbered(line);
        let end = line.trim_end_matches(['。', ' ']);
        // Words that all headings without a number end with.
        if !numbered && !["说明", "情况", "解释", "表"].iter().any(|word| end.ends_with(word)) {
            return None;
        }
        if end.contains(['，', ',', '；', ';', '：', ':', '%', '％', '。']) || end.contains("万元") {
            return None;
        }
        if !numbered {
            return Some(Self::Plain);
        }
        let first = line.starts_with(|c| "一二三四五六七八九十".contains(c));
        Some(if first { Self::First } else { Self::Lower })
    }
}

/// Whether a line begins with 一、 or （一） or 1、 or ①.
fn is_numbered(line: &str) -> bool {
    let line = line.trim_start_matches(['-', ' ']);
    let numbers = |c| matches!(c, '0'..='9' | '(' | '（' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '①'..='⒇');
    if !line.starts_with(numbers) {
        return false;
    }
    strip_numbering(line).len() < line.len()
}

/// A line of digits and dashes alone.
fn is_page_number(line: &str) -> bool {
    line.len() < 16
        && line
            .chars()
            .all(|c| c.is_ascii_digit() || is_space(c) || matches!(c, '-' | '—' | '–' | '－'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_part_of_a_passage_is_told_as_printed(text in "[支出1２，,。（) \u{3000}％%—]{0,24}") {
            let line = TextLine { text: text.as_str().into(), position: Position::default(), after_blank: false, empty_before: 0 };
            let passage = Passage::of(&[&line], 0, "");
            let printed: Vec<char> = text.chars().filter(|c| !is_space(*c)).collect();
            let places: Vec<usize> = passage.text.char_indices().map(|(at, _)| at).chain([passage.text.len()]).collect();
            prop_assert_eq!(places.len(), printed.len() + 1);
            for from in 0..places.len() {
                for to in from..places.len() {
                    let expected: String = printed[from..to].iter().collect();
                    prop_assert_eq!(passage.printed(places[from]..places[to]), expected);
                }
            }
        }
    }
}
