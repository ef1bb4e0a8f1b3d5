//! The forms that the table of contents (目录) lists.

use std::borrow::Cow;

use crate::config::KnownTitles;
use crate::document::{Block, Document, GridRow, Position};
use crate::extraction::Listed;
use crate::text::{compact, reads};

/// Longest entry of a table of contents, in characters without its leader.
const LONGEST: usize = 60;
/// Most entries.
const MOST: usize = 200;
/// Most lines in front of it.
const MOST_BEFORE: usize = 400;

/// The forms that are listed between 目录 and the first title that comes again, or the first paragraph.
pub fn listed(document: &Document<'_>, titles: &KnownTitles<'_>) -> Vec<Listed> {
    let mut found: Vec<Listed> = Vec::new();
    let heads = |text: &str| text.starts_with('目') && (reads(text, "目录") || reads(text, "目次"));
    let mut lines = lines(document);
    if !lines.by_ref().take(MOST_BEFORE).any(|(text, _)| heads(&text)) {
        return found;
    }
    for (text, position) in lines.take(MOST) {
        let entry = without_leader(&text);
        if entry.chars().count() > LONGEST {
            break;
        }
        let Some(title) = titles.by_title(entry) else { continue };
        let words = compact(entry);
        if found.iter().any(|listed| listed.title == words) {
            break;
        }
        found.push(Listed {
            form: title.spec.form,
            title: words.into_owned(),
            line: position.line_number(),
        });
    }
    found
}

/// Lines of text, and rows of grids as lines.
fn lines<'d>(document: &'d Document<'_>) -> impl Iterator<Item = (Cow<'d, str>, Position)> + 'd {
    let of_row = |row: &'d GridRow<'_>| (Cow::Owned(row.cells.join(" ").trim().to_owned()), row.position);
    document.blocks.iter().flat_map(move |block| {
        let (line, rows) = match block {
            Block::Text(line) => (Some((Cow::Borrowed(line.text.trim()), line.position)), None),
            Block::Grid(grid) => (None, Some(grid.rows.iter().map(of_row))),
        };
        line.into_iter().chain(rows.into_iter().flatten())
    })
}

/// An entry without the dots and the page number at its end.
fn without_leader(text: &str) -> &str {
    let is_leader =
        |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '…' | '·' | '-' | '—' | '．' | '<' | '>' | '/' | 'b');
    text.trim_end_matches(is_leader)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::read::Source;

    #[test]
    fn forms_are_read_from_the_contents_and_not_from_what_follows() {
        let config = Config::load(None).unwrap();
        let text = "某局2023年度部门预算\n\n目 录\n\n第二部分 报表 ..... 2\n2023年预算收支总表.....2\n2023年预算收入总表\t4\n\n第二部分 报表\n\n2023年预算收支总表\n\n2023年预算支出总表\n";
        let source = Source::open(text.as_bytes(), &config.settings).unwrap();
        let listed = listed(&source.document(&config.settings), &KnownTitles::of(&config.forms));
        let forms: Vec<&str> = listed.iter().map(|listed| crate::codes::Code::code(listed.form)).collect();
        assert_eq!(forms, ["summary", "revenue"]);
        assert_eq!(listed[0].line, Some(6));
    }
}
