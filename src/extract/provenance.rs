//! Where a record says that it comes from: what its format has of lines, pages and sheets.
//!
//! Every reader counts lines over the whole document, so that the stages in between have an order to go by. Published is what a reader
//! of the source can look up: lines of text, pages of a PDF, sheets with their rows.

use super::{Analysis, shape::TableShape};
use crate::codes::SourceFormat;
use crate::document::{Document, Sheet};
use crate::extraction::Extraction;
use crate::tables::SharedText;

/// What positions mean in a document.
#[derive(Debug)]
pub struct Places {
    format: SourceFormat,
    sheets: Vec<Sheet>,
}

impl Places {
    /// Those of a document.
    pub fn of(document: &Document<'_>) -> Self {
        Self {
            format: document.format,
            sheets: document.sheets.clone(),
        }
    }

    /// Turns positions as the readers count them into positions as they are published.
    pub fn settle(&self, mut analysis: Analysis) -> Analysis {
        if self.format == SourceFormat::Text {
            return analysis;
        }
        self.records(&mut analysis.extraction);
        for row in analysis.shapes.iter_mut().flat_map(|shape: &mut TableShape| &mut shape.rows) {
            row.line = self.line(row.line);
        }
        for vote in analysis.identity.iter_mut().flat_map(|identity| &mut identity.votes) {
            vote.line = self.line(vote.line);
        }
        analysis
    }

    fn records(&self, records: &mut Extraction) {
        macro_rules! settle {
            ($($rows:ident),+) => {
                $(for row in &mut records.$rows {
                    (row.line, row.page, row.sheet) = self.place(row.line, row.page);
                })+
            };
        }
        settle!(tables, line_items, projects, indicators, facts, catalogue, rejects);
    }

    /// Line, page and sheet as published.
    fn place(&self, line: Option<i32>, page: Option<i32>) -> (Option<i32>, Option<i32>, Option<SharedText>) {
        let sheet = page.and_then(|page| self.sheets.get(usize::try_from(page).ok()?.checked_sub(1)?));
        match sheet {
            Some(sheet) => (line.map(|line| line - sheet.rows_before), None, Some(sheet.name.clone())),
            None => (self.line(line), page.filter(|_| self.sheets.is_empty()), None),
        }
    }

    /// A line as published: in a workbook the row of its sheet.
    fn line(&self, line: Option<i32>) -> Option<i32> {
        let line = line?;
        let sheet = self.sheets.iter().rev().find(|sheet| sheet.rows_before < line)?;
        Some(line - sheet.rows_before)
    }
}
