//! Cells divided by single spaces; names that are too long for their cell go on over lines before the row's numbers follow.

use super::{Page, Style, wrap_name};
use crate::synth::disclosure::{ABOVE, Row, Table};

/// Writes a form. An amount's line is the one that its row starts on.
pub fn table(page: &mut Page, table: &mut Table, style: &Style) {
    page.line(&table.title);
    if let Some(number) = &table.number {
        page.line(&format!("    {number}"));
    }
    let captions: Vec<&str> = [&table.body, &table.unit].into_iter().flatten().map(String::as_str).collect();
    page.line(&captions.join(" "));
    for header in &table.header {
        header_row(page, header);
    }
    for (index, row) in table.rows.iter_mut().enumerate() {
        if style.page_rows > 0 && index > 0 && index % style.page_rows == 0 {
            // The page's title is all that a page break leaves.
            page.line(&table.title);
        }
        if !page.furniture(row) {
            body_row(page, row, style);
        }
    }
    table.notes.iter().for_each(|note| page.paragraph(note, style));
}

fn header_row(page: &mut Page, header: &[String]) {
    let mut line: Vec<String> = Vec::new();
    for cell in header.iter().filter(|cell| !cell.is_empty() && *cell != ABOVE) {
        let pieces = wrap_name(&cell.replace(' ', ""), 8);
        if pieces.len() > 1 {
            flush(page, &mut line);
            pieces.iter().for_each(|piece| {
                page.line(piece);
            });
        } else {
            line.extend(pieces);
        }
    }
    flush(page, &mut line);
}

fn flush(page: &mut Page, line: &mut Vec<String>) {
    if !line.is_empty() {
        page.line(&line.join(" "));
        line.clear();
    }
}

fn body_row(page: &mut Page, row: &mut Row, style: &Style) {
    let mut line = String::new();
    let mut empty = true;
    let start = page.next_line();
    for cell in row {
        if cell.covered || (style.vanish && cell.text.is_empty()) {
            continue;
        }
        let pieces = wrap_name(&cell.text, style.name_width);
        cell.stand_on(start);
        if pieces.len() > 1 {
            // The cells before stand on the line above; a separator is left only by an empty one.
            if !line.trim().is_empty() {
                page.line(if line.ends_with("  ") { &line } else { line.trim_end() });
            }
            pieces.iter().for_each(|piece| {
                page.line(piece);
            });
            line.clear();
            empty = true;
            continue;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&cell.text);
        empty = false;
    }
    if !line.trim().is_empty() {
        page.line(&line);
    }
}
