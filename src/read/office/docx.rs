//! Word documents: paragraphs, text boxes and tables of `word/document.xml`.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::package::Package;
use super::{attribute, damaged};
use crate::codes::{RejectCode, SourceFormat};
use crate::config::Settings;
use crate::document::{Document, Position, ReadNote};
use crate::read::Unreadable;
use crate::read::flow::Flow;

/// Reads a Word document.
pub fn read(bytes: &[u8], settings: &Settings) -> Result<Document<'static>, Unreadable> {
    let mut package = Package::open(bytes, &settings.limits)?;
    let xml = package
        .part("word/document.xml")
        .ok_or_else(|| damaged("it has no word/document.xml"))?;
    let mut body = Body {
        flow: Flow::new(&settings.limits),
        skip: None,
        depth: 0,
        in_text: false,
        is_hidden: false,
        cells: Vec::new(),
    };
    let mut reader = Reader::from_str(&xml);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                body.depth += 1;
                if body.depth > settings.limits.max_depth {
                    return Err(Unreadable {
                        code: RejectCode::LimitReached,
                        message:
                            "the document was given up: its elements nest deeper than `max_depth` in [limits] of budgetlake.toml allows"
                                .to_owned(),
                    });
                }
                body.open(&element, false);
            }
            Ok(Event::Empty(element)) => body.open(&element, true),
            Ok(Event::End(element)) => {
                body.close(element.local_name().as_ref());
                body.depth -= 1;
            }
            Ok(Event::Text(text)) => body.text(&text),
            Ok(Event::CData(text)) => body.text(&text),
            Ok(Event::GeneralRef(entity)) => {
                let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                let text = character.or_else(|| resolve_predefined_entity(&entity).map(str::to_owned));
                body.text(&text.unwrap_or_default());
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => return Err(damaged(&error.to_string())),
        }
    }
    if body.depth > 0 {
        return Err(damaged("word/document.xml ends too early"));
    }
    let (blocks, too_far) = body.flow.finish();
    let mut notes = Vec::new();
    if too_far > 0 {
        notes.push(ReadNote {
            code: RejectCode::RowTooWide,
            message: format!("{too_far} cells beyond `max_cells` columns were left out"),
            position: Position::default(),
            excerpt: None,
        });
    }
    Ok(Document {
        format: SourceFormat::Docx,
        encoding: None,
        sheets: Vec::new(),
        blocks,
        notes,
    })
}

/// Walks the elements of a document.
struct Body<'l> {
    flow: Flow<'l>,
    /// The depth of an element that is left out with all that is in it.
    skip: Option<usize>,
    depth: usize,
    in_text: bool,
    /// Whether the run that is open is formatted as hidden.
    is_hidden: bool,
    /// What is known of the cells that are open: columns, and whether it goes on with the one above.
    cells: Vec<OpenCell>,
}

/// A cell whose properties are still to come.
struct OpenCell {
    columns: u32,
    continues: bool,
    begun: bool,
}

impl Body<'_> {
    fn open(&mut self, element: &BytesStart<'_>, is_empty: bool) {
        if self.skip.is_some() {
            return;
        }
        let name = element.local_name();
        match name.as_ref() {
            // A drawing for old programs beside the same one for new ones; deleted text; text for the blind.
            "Fallback" | "del" | "moveFrom" | "instrText" | "delText" if !is_empty => self.skip = Some(self.depth),
            "tbl" => {
                self.begin_cell();
                // A table of a single column with a table in it only places it.
                if !self.cells.is_empty() && self.flow.widest_row() < 2 {
                    self.flow.table_is_layout();
                }
                self.flow.open_table(false);
            }
            "tr" => self.flow.open_row(),
            // A row that begins further on the right.
            "gridBefore" => {
                let columns: Option<u32> = attribute(element, "val").and_then(|columns| columns.parse().ok());
                if let Some(columns) = columns.filter(|columns| *columns > 0) {
                    self.flow.open_cell(columns.min(1000), 1);
                    self.flow.close_cell();
                }
            }
            "tc" => self.cells.push(OpenCell {
                columns: 1,
                continues: false,
                begun: false,
            }),
            "gridSpan" => {
                if let (Some(cell), Some(columns)) = (self.cells.last_mut(), attribute(element, "val")) {
                    cell.columns = columns.parse().unwrap_or(1).clamp(1, 1000);
                }
            }
            "vMerge" => {
                if let Some(cell) = self.cells.last_mut() {
                    cell.continues = attribute(element, "val").is_none_or(|value| value != "restart");
                }
            }
            "p" => self.begin_cell(),
            // What stands in a text box is no part of the line that it hangs on.
            "txbxContent" => self.flow.end_line(),
            "r" => self.is_hidden = false,
            "vanish" => self.is_hidden = attribute(element, "val").is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off")),
            "t" => self.in_text = !is_empty,
            // One with a value is a place that tabs go to.
            "tab" if is_empty && attribute(element, "val").is_none() => self.flow.text(" ", false),
            "br" | "cr" => self.flow.end_line(),
            "noBreakHyphen" => self.flow.text("-", false),
            _ => {}
        }
    }

    /// A cell begins with its first paragraph, when its properties are known.
    fn begin_cell(&mut self) {
        if let Some(cell) = self.cells.last_mut().filter(|cell| !cell.begun) {
            cell.begun = true;
            self.flow.open_cell(cell.columns, 1);
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(depth) = self.skip {
            if depth == self.depth {
                self.skip = None;
            }
            return;
        }
        match name {
            "tbl" => self.flow.close_table(),
            "tr" => self.flow.close_row(),
            "tc" => {
                self.begin_cell();
                self.cells.pop();
                self.flow.close_cell();
            }
            "p" | "txbxContent" => self.flow.end_line(),
            "t" => self.in_text = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let continues = self.cells.last().is_some_and(|cell| cell.continues);
        if self.in_text && self.skip.is_none() && !continues && !self.is_hidden {
            self.flow.text(text, false);
        }
    }
}
