//! Puts titles, captions and grids together into tables; pieces of a table that page breaks parted are joined.

mod from_lines;
mod loose;
mod pages;
mod printed;

use std::collections::HashMap;
use std::sync::Arc;

use printed::PrintedLines;

use super::caption::{is_form_number, is_note, is_page_frame, unit};
use super::header::{columns, header_rows};
use super::lines::{Waiting, settle};
use super::title::{Title, is_record_form, last_title, title_like};
use super::{Columns, Note, Recognition, Table, Unit};
use crate::codes::{Form, RejectCode};
use crate::config::{Config, KnownTitles, Role};
use crate::document::{Block, Cell, Document, Grid, GridRow};
use crate::layout::{Metric, OpenLine, alignment_evidence};
use crate::money::{MoneyCell, MoneyUnit, parse_cell};
use crate::text::{compact, excerpt, is_blank, is_space, reads};

/// Walks the blocks of a document and collects its tables.
pub struct Assembler<'a, 'c> {
    config: &'c Config,
    titles: KnownTitles<'c>,
    found: Recognition<'a, 'c>,
    /// Lines since the last table.
    pending: Vec<OpenLine<'a>>,
    /// What was printed between tables, to know the running heads of pages.
    printed: PrintedLines<'a>,
    /// In the table of contents, where titles have no tables.
    in_contents: bool,
    /// The header rows of the last table, to know them again on its next page.
    last_header: Vec<String>,
    /// The same as rows, where the last table has no body yet: its page may end within the header.
    header_above: Vec<GridRow<'a>>,
    /// Tables that were cut from lines and wait for their columns.
    waiting: Vec<Waiting>,
    /// Lines of the file keep columns by position.
    aligned: bool,
    /// How the places of most of its tables are measured.
    metric: Metric,
}

/// A block whose lines remember what they are made of.
enum OpenBlock<'a> {
    Text(OpenLine<'a>),
    Grid(Grid<'a>),
}

impl<'a> From<Block<'a>> for OpenBlock<'a> {
    fn from(block: Block<'a>) -> Self {
        match block {
            Block::Text(line) => Self::Text(line.into()),
            Block::Grid(grid) => Self::Grid(grid),
        }
    }
}

impl<'a, 'c> Assembler<'a, 'c> {
    /// Begins with an empty document.
    pub fn new(titles: KnownTitles<'c>, config: &'c Config) -> Self {
        Self {
            config,
            titles,
            found: Recognition::default(),
            pending: Vec::new(),
            printed: PrintedLines::default(),
            in_contents: false,
            last_header: Vec::new(),
            header_above: Vec::new(),
            waiting: Vec::new(),
            aligned: false,
            metric: Metric::Chars,
        }
    }

    /// The tables of `document`.
    pub fn run(mut self, document: Document<'a>) -> Recognition<'a, 'c> {
        let blocks = document.blocks.into_iter().map(OpenBlock::from);
        let blocks: Vec<OpenBlock<'a>> = blocks.collect();
        let lines = blocks.iter().filter_map(|block| match block {
            OpenBlock::Text(line) => Some(line),
            OpenBlock::Grid(_) => None,
        });
        let (aligned, linear) = alignment_evidence(lines.clone());
        self.aligned = aligned > linear;
        if self.aligned {
            self.metric = Metric::of_most_tables(lines);
        }
        for block in blocks {
            match block {
                OpenBlock::Text(line) => self.text(line),
                OpenBlock::Grid(grid) => self.grid(grid),
            }
        }
        self.close_notes();
        self.cut_lines(false);
        self.note_loose(usize::MAX, &[]);
        self.assume_units();
        settle(&mut self.found.tables, self.waiting, &mut self.found.notes, self.config);
        self.found
    }

    fn text(&mut self, line: OpenLine<'a>) {
        let is_first_part = |line: &OpenLine<'_>| compact(&line.text).starts_with("第一部分");
        let begins = line.text.trim_start_matches(is_space);
        if begins.starts_with('目') && (reads(begins, "目录") || reads(begins, "目次")) {
            self.in_contents = true;
        } else if self.in_contents && line.text.len() < 120 && is_first_part(&line) && self.pending.iter().any(is_first_part) {
            self.in_contents = false;
        }
        self.printed.push(&line, self.found.tables.len());
        self.pending.push(line);
    }

    fn grid(&mut self, mut grid: Grid<'a>) {
        if self.is_contents(&grid) {
            self.in_contents = false;
            return;
        }
        self.in_contents = false;
        self.title_in_cell(&mut grid);
        self.close_notes();
        self.cut_lines(true);
        let title = last_title(&self.pending, &self.titles).filter(|title| self.stands_above(title));
        let silent = self.pending.iter().all(|line| is_page_frame(&line.text));
        if !self.found.tables.is_empty() && (silent || title.is_none() && self.is_next_page(&grid)) {
            self.pending.clear();
            return self.continue_table(grid);
        }
        self.note_loose(usize::MAX, &title.iter().map(|title| title.lines.clone()).collect::<Vec<_>>());
        if title.is_none() && self.is_next_section(&grid) {
            self.pending.clear();
            return self.continue_table(grid);
        }
        if title.is_none() && self.is_more_of_catalogue(&grid) {
            let headings = std::mem::take(&mut self.pending)
                .into_iter()
                .filter(|line| !is_page_frame(&line.text));
            let rows = headings.map(|line| GridRow {
                position: line.position,
                cells: vec![line.text.clone()],
            });
            if let Some(table) = self.found.tables.last_mut() {
                table.rows.extend(rows);
            }
            return self.continue_table(grid);
        }
        if let Some(title) = &title
            && self.repeats_last(title, &grid)
        {
            self.pending.clear();
            return self.continue_table(grid);
        }
        let start = title
            .as_ref()
            .map_or(self.pending.len().saturating_sub(4), |title| title.lines.start);
        self.new_table(title, start, &mut grid);
        self.pending.clear();
    }

    fn new_table(&mut self, title: Option<Title<'c>>, start: usize, grid: &mut Grid<'a>) {
        let caption_lines: Vec<&OpenLine<'a>> = self.captions(title.as_ref(), start);
        let mut caption: Vec<String> = caption_lines.iter().map(|line| line.text.trim().to_owned()).collect();
        let position = title
            .as_ref()
            .and_then(|title| self.pending.get(title.lines.start))
            .map(|line| line.position)
            .or_else(|| grid.rows.first().map(|row| row.position));
        take_caption_rows(grid, &mut caption);
        let spec = title.as_ref().map_or(self.config.forms.other(), |title| title.spec);
        let body_at = match spec.form {
            form if is_record_form(form) => 0,
            // No figures tell where the body of this one begins.
            Form::ProcurementCatalogue => 1,
            _ => header_rows(&grid.rows, self.config),
        };
        let body = grid.rows.split_off(body_at.min(grid.rows.len()));
        let header = &grid.rows;
        let columns = columns(header, &body, spec, self.config);
        let is_money = |cell: &Cell<'_>| cell.contains(['.', ',']) && matches!(parse_cell(cell), MoneyCell::Number(..));
        let money = title.is_none() && body.iter().flat_map(|row| &row.cells).any(is_money);
        let own_unit = unit(&caption)
            .or_else(|| title.as_ref().and_then(|title| unit(&[title.text.as_str()])))
            .or_else(|| {
                unit(
                    &header
                        .iter()
                        .flat_map(|row| &row.cells)
                        .filter(|cell| cell.contains('元'))
                        .collect::<Vec<_>>(),
                )
            });
        if title.is_none() && !(money && (own_unit.is_some() || has_known_money_column(&columns))) {
            if money {
                let text = header.iter().chain(&body).flat_map(|row| &row.cells).map(|cell| cell.trim());
                self.found.notes.push(Note {
                    code: RejectCode::UnknownForm,
                    message: format!(
                        "{} rows with figures under no title, unit or header that is known were left out",
                        header.len() + body.len()
                    ),
                    position: position.unwrap_or_default(),
                    excerpt: Some(excerpt(&text.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" "), 200)),
                });
            }
            return;
        }
        self.last_header = header.iter().map(row_key).collect();
        self.header_above = if body.is_empty() { header.clone() } else { Vec::new() };
        let untitled = title.is_none();
        let printed_title = title
            .as_ref()
            .map(|title| title.text.clone())
            .or_else(|| title_like(&self.pending, start));
        let number = i32::try_from(self.found.tables.len() + 1).unwrap_or(i32::MAX);
        let position = position.unwrap_or_default();
        if untitled {
            self.found.notes.push(Note {
                code: RejectCode::UnknownForm,
                message: "a money table whose title is that of no standard form is loaded as `other`; teach its title in config/forms"
                    .into(),
                position,
                excerpt: printed_title.clone(),
            });
        }
        let recognised_by = match &title {
            Some(title) => format!("title `{}`", compact(&title.text)),
            None => "figures under a header with known words, without a known title".to_owned(),
        };
        self.found.tables.push(Table {
            number,
            spec,
            stage: title.as_ref().and_then(|title| title.stage),
            year: title.as_ref().and_then(|title| title.year),
            title: printed_title,
            caption,
            unit: own_unit.map(|unit| Unit {
                unit,
                text: Arc::from(unit.text),
                assumed: false,
            }),
            columns,
            rows: body,
            layout: grid.layout,
            recognised_by,
            position,
        });
    }

    /// The pending lines that belong to the next table: those after its title, and the form's number before it.
    fn captions(&self, title: Option<&Title<'c>>, start: usize) -> Vec<&OpenLine<'a>> {
        let before = self.pending[..start.min(self.pending.len())]
            .last()
            .filter(|line| is_form_number(&line.text));
        let after = title.map_or(start, |title| title.lines.end);
        before
            .into_iter()
            .chain(self.pending[after.min(self.pending.len())..].iter())
            .collect()
    }

    /// Notes at the beginning of the pending lines belong to the table above them.
    fn close_notes(&mut self) {
        let notes = self.pending.iter().take_while(|line| is_note(&line.text)).count();
        let lines: Vec<OpenLine<'a>> = self.pending.drain(..notes).collect();
        if let Some(table) = self.found.tables.last_mut() {
            table.caption.extend(lines.iter().map(|line| line.text.trim().to_owned()));
        }
    }

    /// A table that prints no money unit takes the one that most others print.
    fn assume_units(&mut self) {
        let mut votes: HashMap<&'static str, (usize, MoneyUnit)> = HashMap::new();
        for unit in self.found.tables.iter().filter_map(|table| table.unit.as_ref()) {
            votes.entry(unit.unit.text).or_insert((0, unit.unit)).0 += 1;
        }
        let usual = votes
            .into_values()
            .max_by_key(|(count, unit)| (*count, unit.yuan))
            .map(|(_, unit)| unit);
        for table in self.found.tables.iter_mut().filter(|table| table.unit.is_none()) {
            table.unit = usual.map(|unit| Unit {
                unit,
                text: Arc::from(unit.text),
                assumed: true,
            });
        }
    }
}

/// Rows at the top of a grid that are captions which a converter put into cells (`单位：万元`).
fn take_caption_rows(grid: &mut Grid<'_>, caption: &mut Vec<String>) {
    let is_caption = |row: &GridRow<'_>| {
        let filled: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        let is_number = filled.len() == 1 && is_form_number(filled[0]);
        is_number
            || filled.iter().any(|cell| cell.contains([':', '：']))
                && filled.iter().all(|cell| !matches!(parse_cell(cell), MoneyCell::Number(..)))
                && (unit(&filled).is_some() || !super::bodies(&filled).is_empty())
    };
    let captions = grid.rows.iter().take_while(|row| is_caption(row)).count();
    for row in grid.rows.drain(..captions.min(grid.rows.len().saturating_sub(1))) {
        caption.extend(row.cells.iter().filter(|cell| !is_blank(cell)).map(|cell| cell.trim().to_owned()));
    }
}

fn has_known_money_column(columns: &Columns) -> bool {
    columns.all.iter().any(|column| matches!(column.role, Role::Amount(_))) && columns.all.iter().any(|column| column.role == Role::Name)
}

fn row_key(row: &GridRow<'_>) -> String {
    let mut key = row.cells.iter().map(|cell| compact(cell)).collect::<Vec<_>>().join("\t");
    key.truncate(key.trim_end().len());
    key
}
