//! 政府购买服务指导性目录 → `procurement_catalogue`.

use std::sync::Arc;

use super::Provenance;
use crate::codes::{Form, Stage};
use crate::document::GridRow;
use crate::recognise::Table;
use crate::tables::CatalogueEntry;
use crate::text::{compact, without_layout_space};

/// The entries of the catalogues among the tables.
pub fn entries(tables: &[Table<'_, '_>], stage: Stage, provenance: &Provenance) -> Vec<CatalogueEntry> {
    let mut entries = Vec::new();
    for table in tables.iter().filter(|table| table.spec.form == Form::ProcurementCatalogue) {
        let mut heading = None;
        let first = entries.len();
        for (number, row) in (1i32..).zip(&table.rows) {
            match Row::of(row) {
                Row::Header => {}
                Row::Heading(text) => heading = Some(text),
                Row::Continued(text) => {
                    if let Some(last) = entries[first..].last_mut() {
                        let last: &mut CatalogueEntry = last;
                        last.name.push_str(&text);
                    }
                }
                Row::Entry { code, name } => entries.push(CatalogueEntry {
                    document_id: Arc::clone(&provenance.document_id),
                    stage,
                    department_heading: heading.clone(),
                    level: level(&code),
                    parent_code: parent(&code),
                    code,
                    name,
                    table_no: table.number,
                    row_no: number,
                    line: row.position.line_number(),
                    page: row.position.page_number(),
                    sheet: None,
                }),
            }
        }
    }
    entries
}

/// What a row of a catalogue is.
enum Row {
    /// The header, which each page prints.
    Header,
    /// The kind of department that the rows below are for.
    Heading(String),
    /// More of the name in the row above.
    Continued(String),
    /// A service, or a group of them.
    Entry { code: String, name: String },
}

impl Row {
    fn of(row: &GridRow<'_>) -> Self {
        let first = compact(row.cells.first().map_or("", |cell| cell.as_ref()));
        let others: String = row.cells.iter().skip(1).map(|cell| without_layout_space(cell)).collect();
        if first.contains("代码") || first.contains("编码") || others.contains("一级目录") {
            return Self::Header;
        }
        if is_code(&first) {
            return Self::Entry {
                code: first.into_owned(),
                name: others,
            };
        }
        match (first.is_empty(), others.is_empty()) {
            (true, _) => Self::Continued(others),
            (false, _) => Self::Heading(without_layout_space(&row.cells.concat()).into_owned()),
        }
    }
}

/// A letter and pairs of digits, or pairs of digits alone.
fn is_code(text: &str) -> bool {
    let digits = text.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(text);
    !text.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() % 2 == 0
}

/// How many parts a code has: `A` 1, `A15` 2, `A1502` 3, `A150201` 4.
fn level(code: &str) -> i32 {
    i32::try_from(code.len().div_ceil(2)).unwrap_or(i32::MAX)
}

/// The code one level up: the code without its last part.
fn parent(code: &str) -> Option<String> {
    code.get(..code.len().saturating_sub(2))
        .filter(|parent| !parent.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_levels_and_parents() {
        for (code, expected_level, expected_parent) in [
            ("A", 1, None),
            ("A15", 2, Some("A")),
            ("A1502", 3, Some("A15")),
            ("A150201", 4, Some("A1502")),
            ("01", 1, None),
            ("0103", 2, Some("01")),
        ] {
            assert!(is_code(code));
            assert_eq!((level(code), parent(code).as_deref()), (expected_level, expected_parent), "{code}");
        }
        for text in ["", "A1", "信访", "1.", "A15a"] {
            assert!(!is_code(text), "{text}");
        }
    }
}
