//! Sheets of ODS: `content.xml` has the text of each cell as it is shown, whatever its number is, and says what is hidden.

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::number::shown;
use super::package::{Package, too_much};
use super::visible::Hidden;
use super::{attribute, damaged, encrypted};
use crate::config::Limits;
use crate::read::Unreadable;
use crate::read::cells::Cells;

/// A sheet.
#[derive(Default)]
pub struct OdsSheet {
    /// Its name.
    pub name: String,
    /// Whether it is hidden as a whole.
    pub is_hidden: bool,
    /// What its cells show, those of hidden columns and rows, too.
    pub cells: Cells,
    /// Columns and rows that are hidden.
    pub hidden: Hidden,
    /// Cells that were left out, standing too far on the right.
    pub too_far: usize,
}

/// The sheets of a workbook, in their order.
pub fn sheets(package: &mut Package<'_>, limits: &Limits) -> Result<Vec<OdsSheet>, Unreadable> {
    let manifest = package.part("META-INF/manifest.xml").unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(encrypted());
    }
    let xml = package.part("content.xml").ok_or_else(|| damaged("it has no content.xml"))?;
    let mut reader = Reader::from_str(&xml);
    reader.config_mut().check_end_names = true;
    let mut walk = Walk::new(limits);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                walk.depth += 1;
                walk.open(&element);
            }
            Ok(Event::Empty(element)) => {
                walk.depth += 1;
                walk.open(&element);
                walk.close(element.local_name().as_ref())?;
            }
            Ok(Event::End(element)) => walk.close(element.local_name().as_ref())?,
            Ok(Event::Text(text)) => walk.text(&text),
            Ok(Event::CData(text)) => walk.text(&text),
            Ok(Event::GeneralRef(entity)) => {
                let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                let text = character.or_else(|| resolve_predefined_entity(&entity).map(str::to_owned));
                walk.text(&text.unwrap_or_default());
            }
            Ok(Event::Eof) if walk.depth == 0 => return Ok(walk.sheets),
            Ok(Event::Eof) => return Err(damaged("content.xml ends too early")),
            Ok(_) => {}
            Err(error) => return Err(damaged(&error.to_string())),
        }
    }
}

/// Walks the elements of `content.xml`.
struct Walk<'l> {
    limits: &'l Limits,
    depth: usize,
    /// The depth of an element that is left out with all that is in it.
    skip: Option<usize>,
    /// The style that is being defined, and those of hidden sheets.
    style: String,
    hidden_styles: HashSet<String>,
    sheets: Vec<OdsSheet>,
    in_sheet: bool,
    /// Numbers of the next column that is described, of the row and of the cell that are open.
    described: u32,
    row: u32,
    column: u32,
    /// How often the row stands there, and its cells that show something.
    row_times: u32,
    is_row_hidden: bool,
    shown: Vec<(u32, String)>,
    cell: Option<OpenCell>,
    /// What may still be repeated, in bytes.
    left: u64,
}

/// A cell that is open.
struct OpenCell {
    times: u32,
    /// A number that nobody has written out.
    value: Option<f64>,
    /// Its text; nothing before its first paragraph.
    text: Option<String>,
    /// Whether another one lies over it.
    is_covered: bool,
}

impl<'l> Walk<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            depth: 0,
            skip: None,
            style: String::new(),
            hidden_styles: HashSet::new(),
            sheets: Vec::new(),
            in_sheet: false,
            described: 0,
            row: 0,
            column: 0,
            row_times: 1,
            is_row_hidden: false,
            shown: Vec::new(),
            cell: None,
            left: limits.max_unpacked,
        }
    }

    fn open(&mut self, element: &BytesStart<'_>) {
        if self.skip.is_some() {
            return;
        }
        let times = |name| attribute(element, name).and_then(|times| times.parse().ok()).unwrap_or(1).max(1);
        let is_collapsed = || attribute(element, "visibility").is_some_and(|visibility| visibility != "visible");
        match element.local_name().as_ref() {
            // Remarks and drawings over the cells, earlier contents, copies of other files.
            "annotation" | "shapes" | "tracked-changes" | "dde-links" => self.skip = Some(self.depth),
            "style" => self.style = attribute(element, "name").unwrap_or_default(),
            "table-properties" if attribute(element, "display").is_some_and(|display| display == "false") => {
                self.hidden_styles.insert(self.style.clone());
            }
            "table" if self.in_sheet => self.skip = Some(self.depth),
            "table" => {
                let style = attribute(element, "style-name").unwrap_or_default();
                self.in_sheet = true;
                (self.described, self.row) = (0, 0);
                self.sheets.push(OdsSheet {
                    name: attribute(element, "name").unwrap_or_default(),
                    is_hidden: self.hidden_styles.contains(&style),
                    ..OdsSheet::default()
                });
            }
            "table-column" => {
                let end = self.described.saturating_add(times("number-columns-repeated"));
                // What is beyond the most columns is left out anyhow.
                let is_near = usize::try_from(self.described).is_ok_and(|column| column < self.limits.max_cells);
                if let Some(sheet) = self.sheets.last_mut().filter(|_| is_near && is_collapsed()) {
                    sheet.hidden.columns.push(self.described..=end - 1);
                }
                self.described = end;
            }
            "table-row" => {
                self.column = 0;
                self.row_times = times("number-rows-repeated");
                self.is_row_hidden = is_collapsed();
            }
            name @ ("table-cell" | "covered-table-cell") => {
                self.cell = Some(OpenCell {
                    times: times("number-columns-repeated"),
                    value: attribute(element, "value").and_then(|value| value.parse().ok()),
                    text: None,
                    is_covered: name == "covered-table-cell",
                });
            }
            "p" => {
                if let Some(cell) = &mut self.cell {
                    match &mut cell.text {
                        Some(text) => text.push('\n'),
                        None => cell.text = Some(String::new()),
                    }
                }
            }
            "s" => self.text(&" ".repeat(usize::try_from(times("c").min(100)).unwrap_or(1))),
            "tab" => self.text(" "),
            "line-break" => self.text("\n"),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let cell = self.cell.as_mut().filter(|_| self.skip.is_none());
        if let Some(written) = cell.and_then(|cell| cell.text.as_mut()) {
            written.push_str(text);
        }
    }

    fn close(&mut self, name: &str) -> Result<(), Unreadable> {
        let depth = self.depth;
        self.depth = self.depth.saturating_sub(1);
        if let Some(skipped) = self.skip {
            if skipped == depth {
                self.skip = None;
            }
            return Ok(());
        }
        match name {
            "table" => self.in_sheet = false,
            "table-cell" | "covered-table-cell" => self.close_cell(),
            "table-row" => self.close_row()?,
            _ => {}
        }
        Ok(())
    }

    fn close_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let text = cell.text.or_else(|| cell.value.map(|value| shown(value, None))).unwrap_or_default();
        if !cell.is_covered && !text.trim().is_empty() {
            let most = u32::try_from(self.limits.max_cells).unwrap_or(u32::MAX);
            let end = self.column.saturating_add(cell.times);
            self.shown.extend((self.column..end.min(most)).map(|column| (column, text.clone())));
            if let Some(sheet) = self.sheets.last_mut() {
                sheet.too_far += usize::try_from(end.saturating_sub(most.max(self.column))).unwrap_or(usize::MAX);
            }
        }
        self.column = self.column.saturating_add(cell.times);
    }

    fn close_row(&mut self) -> Result<(), Unreadable> {
        let shown = std::mem::take(&mut self.shown);
        let end = self.row.saturating_add(self.row_times);
        if let Some(sheet) = self.sheets.last_mut().filter(|_| !shown.is_empty()) {
            let size: usize = shown.iter().map(|(_, text)| text.len() + CELL).sum();
            let size = u64::try_from(size).unwrap_or(u64::MAX).saturating_mul(u64::from(self.row_times));
            self.left = self.left.checked_sub(size).ok_or_else(|| too_much("max_unpacked"))?;
            if self.is_row_hidden {
                sheet.hidden.rows.extend(self.row..end);
            }
            for row in self.row..end {
                for (column, text) in &shown {
                    sheet.cells.put(row, *column, text.clone());
                }
            }
        }
        self.row = end;
        Ok(())
    }
}

/// What a cell takes beside its text, in bytes.
const CELL: usize = 64;
