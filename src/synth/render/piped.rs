//! Cells divided by ` | `, an empty one nothing but its `|`, as text taken from web pages.

use super::Page;
use crate::synth::disclosure::{ABOVE, Table};

/// Writes a form.
pub fn table(page: &mut Page, table: &mut Table) {
    let width = table.width();
    page.line(&table.title);
    page.blank();
    if let Some(number) = &table.number {
        page.line(&format!("{number} | ||"));
    }
    let captions: Vec<&str> = [&table.body, &table.unit].into_iter().flatten().map(String::as_str).collect();
    page.line(&cells(captions.into_iter()));
    for header in &table.header {
        page.line(&cells(header.iter().map(|cell| if cell == ABOVE { "" } else { cell.as_str() })));
    }
    for (index, row) in table.rows.iter_mut().enumerate() {
        if page.furniture(row) {
            continue;
        }
        // Now and then the last empty cell stands on a line of its own.
        let torn = width > 3 && index % 9 == 8 && row.len() == width && row.last().is_some_and(|cell| cell.text.is_empty());
        let kept = if torn { row.len() - 1 } else { row.len() };
        let line = page.line(&cells(row.iter().take(kept).map(|cell| cell.text.as_str())));
        if torn {
            page.line("|");
        }
        row.iter_mut().for_each(|cell| cell.stand_on(line));
    }
    page.blank();
    for note in &table.notes {
        page.line(note);
        page.blank();
    }
}

fn cells<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    let mut after_empty = false;
    for cell in cells {
        if cell.is_empty() {
            text.push('|');
        } else {
            if after_empty {
                text.push(' ');
            }
            text.push_str(cell);
            text.push_str(" | ");
        }
        after_empty = cell.is_empty();
    }
    text.trim_end().to_owned()
}
