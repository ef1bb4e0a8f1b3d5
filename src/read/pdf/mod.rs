//! PDF: what each page draws → glyphs and rules → tables and lines in reading order.
//!
//! The chain is made of small pure functions: [`device`] collects, [`rules`] snaps and joins edges, [`lattice`] finds cells between them,
//! [`table`] and [`lines`] put the glyphs into cells and lines, [`page`] puts both into reading order. Tables without rules stay lines whose
//! pieces keep their places by spaces.

mod breaks;
mod device;
mod draw;
mod geometry;
mod heads;
mod lattice;
mod lines;
mod page;
mod rules;
mod soundness;
mod table;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::Unreadable;
use crate::codes::{Layout, RejectCode, SourceFormat};
use crate::config::{PdfSettings, Settings};
use crate::document::{Block, Document, Grid, GridRow, Position, ReadNote, TextLine};
use device::{Collector, TooMuch};
use geometry::Drawn;
use page::{Item, Page};

/// Reads a PDF.
pub fn read(bytes: &[u8], settings: &Settings) -> Result<Document<'static>, Unreadable> {
    let drawn = guarded(|| draw(bytes, settings))?;
    let mut notes = Vec::new();
    soundness::of_text(&drawn, settings, &mut notes)?;
    let mut pages = understood(&drawn, &settings.pdf);
    heads::remove(&mut pages);
    breaks::join(&mut pages);
    Ok(Document {
        format: SourceFormat::Pdf,
        blocks: blocks(pages, settings.limits.max_cells, &mut notes),
        notes,
        encoding: None,
        sheets: Vec::new(),
    })
}

/// A page of a PDF as it was understood, as an SVG; pages are counted from 1.
pub fn picture(bytes: &[u8], number: usize, settings: &Settings) -> Result<String, Unreadable> {
    let drawn = guarded(|| draw(bytes, settings))?;
    let pages = understood(&drawn, &settings.pdf);
    let index = number.checked_sub(1);
    let page = index.and_then(|index| drawn.get(index).zip(pages.get(index)));
    let (drawn, page) = page.ok_or_else(|| Unreadable {
        code: RejectCode::Unreadable,
        message: format!("there is no page {number}: the PDF has {}", drawn.len()),
    })?;
    Ok(draw::svg(drawn, page))
}

/// The pages by themselves, save that the rows of a table may go on without rules on the next one.
fn understood(drawn: &[Drawn], settings: &PdfSettings) -> Vec<Page> {
    let mut pages: Vec<Page> = drawn.iter().map(|drawn| page::page(drawn, settings, false)).collect();
    for index in (1..pages.len()).rev() {
        if breaks::ends_open(&pages[index - 1], &pages[index]) {
            pages[index - 1] = page::page(&drawn[index - 1], settings, true);
        }
    }
    pages
}

/// Damaged files make even a careful interpreter fail in ways that it doesn't foresee; that concerns this file only.
fn guarded<T>(work: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|cause| {
        Err(if cause.is::<TooMuch>() {
            too_much("it draws more than `max_operations`")
        } else {
            soundness::damaged("its content cannot be interpreted")
        })
    })
}

fn too_much(what: &str) -> Unreadable {
    Unreadable {
        code: RejectCode::LimitReached,
        message: format!("the PDF was given up: {what} in [limits] of budgetlake.toml allows; raise the limit if the file is sound"),
    }
}

/// What each page draws.
fn draw(bytes: &[u8], settings: &Settings) -> Result<Vec<Drawn>, Unreadable> {
    soundness::of_file(bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unreadable {
            code: RejectCode::Encrypted,
            message: "the PDF asks for a password; save it without one".to_owned(),
        },
        LoadPdfError::Decryption(_) => Unreadable {
            code: RejectCode::Encrypted,
            message: "the PDF is encrypted in a way that is not known; save it without encryption".to_owned(),
        },
        LoadPdfError::Invalid => soundness::damaged("it holds no pages"),
    })?;
    let pages = pdf.pages();
    soundness::of_pages(&pdf, pages.len())?;
    if pages.len() > settings.limits.max_pages {
        return Err(too_much("it has more pages than `max_pages`"));
    }
    soundness::of_streams(&pdf, &settings.limits)?;
    let cache = InterpreterCache::new();
    let mut left = settings.limits.max_operations;
    let mut drawn = Vec::with_capacity(pages.len());
    for page in pages.iter() {
        let (width, height) = page.render_dimensions();
        let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let transform = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(transform, bounds, &cache, pdf.xref(), InterpreterSettings::default());
        let mut collector = Collector::new(&settings.pdf, (width, height), left);
        interpret_page(page, &mut context, &mut collector);
        left = collector.left();
        drawn.push(collector.finish());
    }
    Ok(drawn)
}

/// The blocks of all pages. Lines are counted over the whole document, so that what follows has an order to go by.
fn blocks(pages: Vec<Page>, max_cells: usize, notes: &mut Vec<ReadNote>) -> Vec<Block<'static>> {
    let mut writer = Writer {
        blocks: Vec::new(),
        position: Position::default(),
    };
    for (number, page) in (1u32..).zip(pages) {
        writer.position.page = number;
        let mut above: Option<(f64, f64)> = None;
        for item in page.items {
            match item {
                Item::Line(line) => {
                    let after_blank = above.is_none_or(|(y, size)| line.y - y > BLANK * size.max(line.size));
                    above = Some((line.y, line.size));
                    writer.text(line.text, after_blank);
                }
                Item::Table(table) => {
                    above = None;
                    table.above.into_iter().for_each(|text| writer.text(text, false));
                    writer.grid(table.rows, max_cells, notes);
                    table.below.into_iter().for_each(|text| writer.text(text, false));
                }
            }
        }
    }
    writer.blocks
}

/// From which distance on a blank line stands between two lines, in sizes of their text.
const BLANK: f64 = 2.2;

struct Writer {
    blocks: Vec<Block<'static>>,
    /// Of the last line.
    position: Position,
}

impl Writer {
    fn next(&mut self) -> Position {
        self.position.line += 1;
        self.position
    }

    fn text(&mut self, text: String, after_blank: bool) {
        let position = self.next();
        self.blocks.push(Block::Text(TextLine {
            text: Cow::Owned(text),
            position,
            after_blank,
            empty_before: 0,
        }));
    }

    fn grid(&mut self, rows: Vec<Vec<String>>, max_cells: usize, notes: &mut Vec<ReadNote>) {
        let mut kept = Vec::with_capacity(rows.len());
        for cells in rows {
            let position = self.next();
            if cells.len() > max_cells {
                notes.push(ReadNote {
                    code: RejectCode::RowTooWide,
                    message: format!("a row of {} cells on page {} was left out", cells.len(), position.page),
                    position,
                    excerpt: None,
                });
                continue;
            }
            kept.push(GridRow {
                position,
                cells: cells.into_iter().map(Cow::Owned).collect(),
            });
        }
        if !kept.is_empty() {
            self.blocks.push(Block::Grid(Grid {
                rows: kept,
                layout: Layout::Ruled,
            }));
        }
    }
}
