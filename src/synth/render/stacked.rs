//! One cell a line, every row led by its number (序号), an empty cell a line with a single space.

use super::Page;
use crate::synth::disclosure::{ABOVE, Table};

/// Writes a form. An amount's line is that of its row's number.
pub fn table(page: &mut Page, table: &mut Table) {
    page.line(&table.title);
    for caption in [&table.number, &table.body, &table.unit].into_iter().flatten() {
        page.line(caption);
    }
    page.line("序号");
    for cell in table.header.iter().flatten().filter(|cell| !cell.is_empty() && *cell != ABOVE) {
        page.line(cell);
    }
    let mut number = 0;
    for row in table.rows.iter_mut().filter(|row| !row.is_empty()) {
        if page.furniture(row) {
            continue;
        }
        number += 1;
        let line = page.line(&number.to_string());
        for cell in row {
            page.line(if cell.text.is_empty() { " " } else { &cell.text });
            cell.stand_on(line);
        }
    }
    table.notes.iter().for_each(|note| {
        page.line(note);
    });
    page.blank();
}
