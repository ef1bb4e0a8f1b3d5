//! Cells divided by tabs, merged cells left empty, blank lines where pages end.

use super::{Page, Style, mark};
use crate::synth::disclosure::{ABOVE, Table};

/// Writes a form.
pub fn table(page: &mut Page, table: &mut Table, style: &Style) {
    if let Some(number) = &table.number {
        page.paragraph(number, style);
    }
    page.paragraph(&mark(&table.title, style), style);
    for caption in [&table.body, &table.unit].into_iter().flatten() {
        page.paragraph(caption, style);
    }
    let width = table.width();
    for header in &table.header {
        let cells: Vec<&str> = header.iter().map(|cell| if cell == ABOVE { "" } else { cell }).collect();
        page.line(&filled(&cells, width));
    }
    for (index, row) in table.rows.iter_mut().enumerate() {
        if style.page_rows > 0 && index > 0 && index % style.page_rows == 0 {
            page.blank();
        }
        if row.is_empty() {
            page.blank();
            continue;
        }
        if page.furniture(row) {
            continue;
        }
        let width = if table.ragged { row.len() } else { width };
        let line = page.line(&filled(&row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>(), width));
        row.iter_mut().for_each(|cell| cell.stand_on(line));
    }
    page.blank();
    table.notes.iter().for_each(|note| page.paragraph(note, style));
}

fn filled(cells: &[&str], width: usize) -> String {
    let mut text = cells.join("\t");
    text.extend(std::iter::repeat_n('\t', width.saturating_sub(cells.len())));
    text
}
