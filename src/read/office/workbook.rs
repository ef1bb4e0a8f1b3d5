//! Workbooks: each sheet that is shown, with its numbers as they are shown.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Data, ExcelDateTime, Reader, SheetVisible, Xls, Xlsb, Xlsx};

use super::number::shown;
use super::package::{Package, too_much};
use super::visible::{Hidden, hidden};
use super::xls::{Look, Looks, looks};
use super::{damaged, encrypted, ods};
use crate::codes::{Layout, RejectCode, SourceFormat};
use crate::config::{Limits, Settings};
use crate::document::{Document, Position, ReadNote, Sheet};
use crate::read::cells::{Cells, Place, blocks};
use crate::read::{Sniffed, Unreadable};

/// Reads a workbook. Damaged ones make the library fail in ways that it doesn't foresee; that concerns this file only.
pub fn read(bytes: &[u8], sniffed: Sniffed, settings: &Settings) -> Result<Document<'static>, Unreadable> {
    let read = AssertUnwindSafe(|| read_trusting(bytes, sniffed, settings));
    catch_unwind(read).unwrap_or_else(|_| Err(damaged("its content cannot be interpreted")))
}

fn read_trusting(bytes: &[u8], sniffed: Sniffed, settings: &Settings) -> Result<Document<'static>, Unreadable> {
    let limits = &settings.limits;
    let mut book = Book {
        document: Document {
            format: match sniffed {
                Sniffed::Xls => SourceFormat::Xls,
                Sniffed::Ods => SourceFormat::Ods,
                _ => SourceFormat::Xlsx,
            },
            encoding: None,
            sheets: Vec::new(),
            blocks: Vec::new(),
            notes: Vec::new(),
        },
        rows: 0,
    };
    match sniffed {
        Sniffed::Xls => {
            let looks = looks(bytes);
            if looks.room().saturating_mul(ROOM_OF_CELL) > limits.max_unpacked {
                return Err(too_much("max_unpacked"));
            }
            let workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
            book.of_ranges(workbook, &looks, limits);
        }
        Sniffed::Ods => book.of_ods(bytes, limits)?,
        Sniffed::Xlsb => {
            Package::open(bytes, limits)?;
            book.of_xlsb(Xlsb::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?, limits)?;
        }
        _ => book.of_xlsx(bytes, limits)?,
    }
    Ok(book.document)
}

/// What the library takes for a cell that a sheet has room for, in bytes.
const ROOM_OF_CELL: u64 = 24;

fn unreadable(error: &dyn std::error::Error) -> Unreadable {
    let text = error.to_string();
    if text.to_ascii_lowercase().contains("password") {
        return encrypted();
    }
    damaged(&text)
}

/// A workbook on its way to a document.
struct Book {
    document: Document<'static>,
    /// Rows of the sheets so far.
    rows: u32,
}

impl Book {
    /// XLSX: cell by cell, with formats and what is hidden.
    fn of_xlsx(&mut self, bytes: &[u8], limits: &Limits) -> Result<(), Unreadable> {
        let mut package = Package::open(bytes, limits)?;
        let hidden = hidden(&mut package);
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
        for (_, sheet) in self.shown_sheets(&workbook) {
            let none = Hidden::default();
            let hidden = hidden.get(&sheet).unwrap_or(&none);
            let mut cells = Cells::default();
            let mut too_far = 0usize;
            // Sheets of charts have no cells.
            let Ok(mut reader) = workbook.worksheet_cells_reader(&sheet) else {
                continue;
            };
            let formats: Vec<Option<String>> = reader
                .styles()
                .iter()
                .map(|style| style.number_format.as_ref().map(|format| format.format_code.clone()))
                .collect();
            loop {
                let next = reader.next_cell_with_style_id().map_err(|error| unreadable(&error))?;
                let Some((cell, style)) = next else { break };
                let (row, column) = cell.get_position();
                if usize::try_from(column).unwrap_or(usize::MAX) >= limits.max_cells {
                    too_far += 1;
                    continue;
                }
                let format = formats.get(style).and_then(Option::as_deref);
                cells.put(row, column, text(&Data::from(cell.get_value().clone()), format, hidden.zeros));
            }
            let left_out = cells.hide(|column| hidden.has_column(column), |row| hidden.rows.contains(&row));
            self.sheet(&sheet, &cells, left_out, too_far);
        }
        Ok(())
    }

    /// ODS: cell by cell, as they are shown.
    fn of_ods(&mut self, bytes: &[u8], limits: &Limits) -> Result<(), Unreadable> {
        let sheets = ods::sheets(&mut Package::open(bytes, limits)?, limits)?;
        let (hidden, shown): (Vec<_>, Vec<_>) = sheets.into_iter().partition(|sheet| sheet.is_hidden);
        self.note_hidden_sheets(hidden.iter().map(|sheet| sheet.name.as_str()));
        for mut sheet in shown {
            let hidden = &sheet.hidden;
            let left_out = sheet
                .cells
                .hide(|column| hidden.has_column(column), |row| hidden.rows.contains(&row));
            self.sheet(&sheet.name, &sheet.cells, left_out, sheet.too_far);
        }
        Ok(())
    }

    /// XLSB: cell by cell, without formats.
    fn of_xlsb(&mut self, mut workbook: Xlsb<Cursor<&[u8]>>, limits: &Limits) -> Result<(), Unreadable> {
        for (_, sheet) in self.shown_sheets(&workbook) {
            let Ok(mut reader) = workbook.worksheet_cells_reader(&sheet) else {
                continue;
            };
            let mut cells = Cells::default();
            let mut too_far = 0;
            while let Some(cell) = reader.next_cell().map_err(|error| unreadable(&error))? {
                let (row, column) = cell.get_position();
                if usize::try_from(column).unwrap_or(usize::MAX) >= limits.max_cells {
                    too_far += 1;
                    continue;
                }
                cells.put(row, column, text(&Data::from(cell.get_value().clone()), None, false));
            }
            self.sheet(&sheet, &cells, (0, 0), too_far);
        }
        Ok(())
    }

    /// XLS: the library gives whole ranges of values, their looks are known beside it.
    fn of_ranges(&mut self, mut workbook: Xls<Cursor<&[u8]>>, looks: &Looks, limits: &Limits) {
        for (number, sheet) in self.shown_sheets(&workbook) {
            let Ok(range) = workbook.worksheet_range(&sheet) else { continue };
            let (first_row, first_column) = range.start().unwrap_or_default();
            let none = Look::default();
            let look = looks.sheets.get(number).unwrap_or(&none);
            let mut cells = Cells::default();
            let mut too_far = 0;
            for (row, column, value) in range.used_cells() {
                let place = |first: u32, index: usize| first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
                if column >= limits.max_cells {
                    too_far += 1;
                    continue;
                }
                let (row, column) = (place(first_row, row), place(first_column, column));
                cells.put(row, column, text(value, looks.format(look, row, column), look.hidden.zeros));
            }
            let left_out = cells.hide(|column| look.hidden.has_column(column), |row| look.hidden.rows.contains(&row));
            self.sheet(&sheet, &cells, left_out, too_far);
        }
    }

    /// The numbers and names of the sheets that are shown; a note on the others.
    fn shown_sheets<'b, R: Reader<Cursor<&'b [u8]>>>(&mut self, workbook: &R) -> Vec<(usize, String)> {
        let sheets = workbook.sheets_metadata().iter().enumerate();
        let (shown, hidden): (Vec<_>, Vec<_>) = sheets.partition(|(_, sheet)| sheet.visible == SheetVisible::Visible);
        self.note_hidden_sheets(hidden.iter().map(|(_, sheet)| sheet.name.as_str()));
        shown.into_iter().map(|(number, sheet)| (number, sheet.name.clone())).collect()
    }

    fn note_hidden_sheets<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let names: Vec<&str> = names.collect();
        if !names.is_empty() {
            self.note(format!("hidden sheets were left out: {}", names.join(", ")), Position::default());
        }
    }

    fn sheet(&mut self, name: &str, cells: &Cells, (columns, rows): (usize, usize), too_far: usize) {
        let document = &mut self.document;
        document.sheets.push(Sheet {
            name: Arc::from(name),
            rows_before: i32::try_from(self.rows).unwrap_or(i32::MAX),
        });
        let page = u32::try_from(document.sheets.len()).unwrap_or(u32::MAX);
        let position = Position { line: self.rows + 1, page };
        if !cells.is_empty() {
            let place = Place {
                start: position,
                counts_rows: true,
                name: Some(name),
                layout: Layout::Sheet,
            };
            document.blocks.extend(blocks(cells, place));
        }
        self.rows = self.rows.saturating_add(cells.height().max(1));
        if columns + rows > 0 {
            self.note(format!("{columns} hidden columns and {rows} hidden rows were left out"), position);
        }
        if too_far > 0 {
            self.document.notes.push(ReadNote {
                code: RejectCode::RowTooWide,
                message: format!("{too_far} cells beyond `max_cells` columns were left out"),
                position,
                excerpt: None,
            });
        }
    }

    fn note(&mut self, message: String, position: Position) {
        self.document.notes.push(ReadNote {
            code: RejectCode::Hidden,
            message,
            position,
            excerpt: None,
        });
    }
}

/// What a cell shows.
fn text(value: &Data, format: Option<&str>, hides_zeros: bool) -> String {
    #[expect(clippy::cast_precision_loss, reason = "spreadsheets count in the same fractions")]
    let number = match value {
        Data::Int(whole) => Some(*whole as f64),
        Data::Float(number) => Some(*number),
        _ => None,
    };
    match (value, number) {
        (_, Some(number)) if hides_zeros && number == 0.0 => String::new(),
        (_, Some(number)) => shown(number, format),
        (Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text), _) => text.clone(),
        (Data::Bool(value), _) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        (Data::DateTime(moment), _) => date(moment, format.unwrap_or_default()),
        (Data::Error(error), _) => error.to_string(),
        _ => String::new(),
    }
}

/// A date as it is usually written, to the precision of its format.
fn date(moment: &ExcelDateTime, format: &str) -> String {
    if !moment.is_datetime() {
        return shown(moment.as_f64(), None);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let has = |c: char| format.to_ascii_lowercase().contains(c);
    let mut text = if has('年') {
        format!("{year}年{month}月")
    } else {
        format!("{year}-{month:02}")
    };
    if has('d') {
        text.push_str(&if has('年') { format!("{day}日") } else { format!("-{day:02}") });
    }
    if has('h') {
        text.push_str(&format!(" {hour:02}:{minute:02}:{second:02}"));
    }
    text
}
