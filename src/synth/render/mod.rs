//! Disclosures as text, in the layouts that published ones have. Rendering fills in the line of every amount.

mod aligned;
mod linear;
mod piped;
mod stacked;
mod tabbed;

use super::disclosure::{Block, Disclosure, Row, Table};
use crate::codes::Layout;

/// How a disclosure is written down.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// How the cells of its forms are told apart.
    pub layout: Layout,
    /// How headings are marked.
    pub headings: Headings,
    /// Body rows before a page ends; 0 for no pages.
    pub page_rows: usize,
    /// Linear text: whether an empty cell vanishes with its separator.
    pub vanish: bool,
    /// Linear text: whether every other line is empty.
    pub double_spaced: bool,
    /// Linear and aligned text: characters of a name before it wraps.
    pub name_width: usize,
}

/// How headings and titles are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headings {
    /// Not at all.
    Plain,
    /// `## 第一部分`.
    Hashes,
    /// `<b>第一部分</b>`.
    Bold,
}

/// Writes a disclosure in a style and fills in the lines of its amounts.
pub fn render(disclosure: &mut Disclosure, style: &Style) -> String {
    let mut page = Page {
        double: style.double_spaced && style.layout == Layout::Linear,
        ..Page::default()
    };
    for block in &mut disclosure.blocks {
        match block {
            Block::Table(table) => render_table(&mut page, table, style),
            Block::Cover(lines) => {
                page.blank();
                lines.iter().for_each(|line| page.paragraph(line, style));
            }
            Block::Contents(entries) => {
                page.paragraph(&mark("目 录", style), style);
                for (entry, number) in entries {
                    page.line(&format!(
                        "{entry}.....{}{number}",
                        if style.layout == Layout::Tabbed { "\t" } else { "" }
                    ));
                }
                page.blank();
            }
            Block::Heading(level, text) => {
                let text = if *level == 1 { mark(text, style) } else { text.clone() };
                page.paragraph(&text, style);
            }
            Block::Text(prose) => {
                let line = page.next_line();
                prose.facts.iter_mut().for_each(|fact| fact.line = line);
                page.paragraph(&prose.text, style);
            }
        }
    }
    page.text
}

/// Writes one form and fills in the lines of its amounts.
pub fn render_table(page: &mut Page, table: &mut Table, style: &Style) {
    match style.layout {
        Layout::Linear => linear::table(page, table, style),
        Layout::Aligned => aligned::table(page, table, style),
        Layout::Pipes => piped::table(page, table),
        Layout::Stacked => stacked::table(page, table),
        _ => tabbed::table(page, table, style),
    }
}

fn mark(text: &str, style: &Style) -> String {
    match (style.headings, style.layout) {
        (Headings::Hashes, Layout::Tabbed) => format!("## {text}"),
        (Headings::Bold, Layout::Tabbed) => format!("<b>{text}</b>"),
        _ => text.to_owned(),
    }
}

/// Text under construction that knows its line.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
    lines: u32,
    double: bool,
}

impl Page {
    /// The 1-based line that the next text will stand on.
    pub fn next_line(&self) -> u32 {
        self.lines + 1
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Writes a line and tells its number.
    pub fn line(&mut self, text: &str) -> u32 {
        let line = self.next_line();
        self.text.push_str(text);
        self.text.push('\n');
        self.lines += 1;
        if self.double {
            self.blank();
        }
        line
    }

    /// Writes a row that is no row but a line that a page left behind; whether it was one.
    fn furniture(&mut self, row: &Row) -> bool {
        let text = row.first().filter(|cell| cell.furniture).map(|cell| cell.text.as_str());
        text.map(|text| self.line(text)).is_some()
    }

    fn blank(&mut self) {
        self.text.push('\n');
        self.lines += 1;
    }

    /// A form feed: the next line begins a page.
    fn feed(&mut self) {
        self.text.push('\u{c}');
    }

    /// A line of running text: wrapped where the layout has pages, followed by a blank line where it hasn't.
    fn paragraph(&mut self, text: &str, style: &Style) {
        match style.layout {
            Layout::Linear | Layout::Aligned => wrap(text, 38).iter().for_each(|line| {
                self.line(line);
            }),
            _ => {
                self.line(text);
                self.blank();
            }
        }
    }
}

/// A text cut into pieces of at most `width` characters, numbers kept whole.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut length = 0;
    let mut previous = ' ';
    for character in text.chars() {
        let inside_number = is_number_part(previous) && is_number_part(character);
        // A line that ends with its sentence would look like the end of its paragraph.
        if length >= width && !inside_number && !matches!(previous, '。' | '：') {
            pieces.push(String::new());
            length = 0;
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
        length += 1;
        previous = character;
    }
    pieces
}

fn is_number_part(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '.' | ',' | '%')
}

/// A name cut where its cell is too narrow; short texts, codes and numbers stay whole.
fn wrap_name(text: &str, width: usize) -> Vec<String> {
    if text.is_ascii() || text.chars().count() <= width {
        vec![text.to_owned()]
    } else {
        wrap(text, width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_whole() {
        assert_eq!(wrap("共计1,234.50万元整", 4), ["共计1,234.50", "万元整"]);
    }
}
