//! Tables cut out of lines of text, below their titles.

use std::ops::Range;
use std::sync::Arc;

use super::Assembler;
use crate::codes::{Layout, RejectCode};
use crate::config::RowRule;
use crate::document::GridRow;
use crate::layout::{LineTable, Metric, OpenLine, alignment_evidence};
use crate::recognise::caption::{contains_no_data_note, is_form_number, unit};
use crate::recognise::lines::{Region, Waiting, region, table_of};
use crate::recognise::title::{Title, is_record_form, titles};
use crate::recognise::{Columns, Note, Table, Unit};
use crate::text::{compact, excerpt};

/// Within how many lines below the title a form of one project names it.
const HEAD_LINES: usize = 6;

/// Most characters of 第四部分 that tell it from a sentence.
const MOST_PART_NUMERALS: usize = 6;

impl<'c> Assembler<'_, 'c> {
    /// Cuts tables out of the pending lines. Before a grid, the last title is the grid's unless the lines below it clearly hold figures.
    pub(super) fn cut_lines(&mut self, before_grid: bool) {
        let titles = titles(&self.pending, &self.titles);
        let mut used = 0;
        let mut taken: Vec<Range<usize>> = Vec::new();
        for (index, title) in titles.iter().enumerate() {
            let end = titles.get(index + 1).map_or(self.pending.len(), |next| next.lines.start);
            if title.lines.start < used {
                continue;
            }
            if is_record_form(title.spec.form) && !(before_grid && index + 1 == titles.len()) {
                let goes_on = taken.last().is_some_and(|last| last.end == title.lines.start);
                if let Some(end) = self.record_lines(title, end, goes_on) {
                    taken.push(title.lines.start..end);
                    used = end;
                }
                continue;
            }
            let Some(region) = region(&self.pending, title.lines.end..end, &title.text) else {
                continue;
            };
            let for_grid = before_grid && index + 1 == titles.len();
            let table = table_of(&region, &self.pending, title.spec, self.region_is_aligned(&region), self.config);
            let figures = table.as_ref().map_or(0, |table| {
                table.accounts.iter().filter(|account| !account.figures.is_empty()).count()
            });
            if for_grid && figures < 2 {
                break;
            }
            used = region.end;
            taken.push(title.lines.start..used);
            self.line_table(title, &region, table.filter(|_| figures > 0));
        }
        if used > 0 {
            self.note_loose(used, &taken);
            self.pending.drain(..used);
        }
    }

    /// A form of one project in lines of text: each line is a row of one cell. Where its lines end, if they are such a form.
    ///
    /// Pages may repeat the title in the midst of the form, which then `goes_on`.
    fn record_lines(&mut self, title: &Title<'c>, end: usize, goes_on: bool) -> Option<usize> {
        let lines = &self.pending[title.lines.end..end];
        // The next part of the disclosure ends the last form of one.
        let is_part = |line: &OpenLine<'_>| {
            let words = compact(&line.text);
            words.starts_with('第') && words.chars().take(MOST_PART_NUMERALS).collect::<String>().contains("部分")
        };
        let lines = &lines[..lines.iter().position(is_part).unwrap_or(lines.len())];
        let end = title.lines.end + lines.len();
        let rows = lines.iter().map(|line| GridRow {
            position: line.position,
            cells: vec![line.text.clone()],
        });
        // The label wraps where cells are narrow.
        let head: String = lines.iter().take(HEAD_LINES).map(|line| compact(&line.text)).collect();
        if !head.contains("项目名称") {
            let has_title = |table: &&mut Table<'_, '_>| {
                let titles = table.title.as_deref().map(compact);
                table.spec.form == title.spec.form && titles == Some(compact(&title.text))
            };
            let last = self.found.tables.last_mut().filter(|_| goes_on).filter(has_title)?;
            last.rows.extend(rows);
            return Some(end);
        }
        let rows = rows.collect();
        self.found.tables.push(Table {
            number: i32::try_from(self.found.tables.len() + 1).unwrap_or(i32::MAX),
            spec: title.spec,
            stage: title.stage,
            year: title.year,
            title: Some(title.text.clone()),
            caption: Vec::new(),
            unit: None,
            columns: Columns::default(),
            rows,
            layout: Layout::Linear,
            recognised_by: format!("title `{}` over lines of text", compact(&title.text)),
            position: self.pending[title.lines.start].position,
        });
        Some(end)
    }

    /// Whether the lines of a region keep columns by position: by their own evidence, else by that of the file.
    fn region_is_aligned(&self, region: &Region) -> Option<Metric> {
        let (aligned, linear) = alignment_evidence(region.lines.iter().map(|index| &self.pending[*index]));
        let is_aligned = if aligned + linear >= 6 { aligned > linear } else { self.aligned };
        is_aligned.then_some(self.metric)
    }

    /// Adds a table whose rows come from lines, or which has none.
    fn line_table(&mut self, title: &Title<'c>, region: &Region, lines: Option<LineTable>) {
        let text = |indices: &[usize]| -> Vec<String> { indices.iter().map(|index| self.pending[*index].text.trim().to_owned()).collect() };
        let number_above = self.pending[..title.lines.start]
            .last()
            .filter(|line| is_form_number(&line.text))
            .map(|line| line.text.trim().to_owned());
        let mut caption: Vec<String> = number_above.into_iter().collect();
        caption.extend(text(&region.captions));
        let own_unit = unit(&caption);
        caption.extend(text(&region.notes));
        let position = self.pending[title.lines.start].position;
        let says_empty = caption.iter().any(|line| contains_no_data_note(line));
        if lines.is_none() && !says_empty && title.spec.rows == RowRule::None {
            self.found.notes.push(Note {
                code: RejectCode::FormWithoutTable,
                message: format!(
                    "the title of form {} is followed by no table whose cells could be told",
                    title.spec.form
                ),
                position,
                excerpt: Some(excerpt(&title.text, 200)),
            });
            return;
        }
        if lines.is_none() && title.spec.rows != RowRule::None && self.prints_figures(region) {
            self.found.notes.push(Note {
                code: RejectCode::FormWithoutTable,
                message: format!(
                    "the figures of form {} stand below no header that could be read; they were left out",
                    title.spec.form
                ),
                position,
                excerpt: Some(excerpt(&title.text, 200)),
            });
        }
        let table = self.found.tables.len();
        self.last_header.clear();
        self.found.tables.push(Table {
            number: i32::try_from(table + 1).unwrap_or(i32::MAX),
            spec: title.spec,
            stage: title.stage,
            year: title.year,
            title: Some(title.text.clone()),
            caption,
            unit: own_unit.map(|unit| Unit {
                unit,
                text: Arc::from(unit.text),
                assumed: false,
            }),
            columns: Columns::default(),
            rows: Vec::new(),
            layout: lines
                .as_ref()
                .map_or(if self.aligned { Layout::Aligned } else { Layout::Linear }, |lines| lines.layout),
            recognised_by: format!("title `{}` over lines of text", compact(&title.text)),
            position,
        });
        if let Some(lines) = lines {
            self.waiting.push(Waiting { table, lines });
        }
    }

    /// Whether the lines of a region hold amounts.
    fn prints_figures(&self, region: &Region) -> bool {
        let lines = region.lines.iter().map(|index| &self.pending[*index]);
        lines.flat_map(|line| line.tokens()).any(|token| token.is_money())
    }
}
