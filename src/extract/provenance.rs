//! Where a record says that it comes from: what its format has of lines, pages and sheets.
//!
//! Every reader counts lines over the whole document, so that the stages in between have an order to go by. Published is what a reader
//! of the source can look up: lines of text, pages of a PDF, sheets with their rows.

use std::collections::BTreeMap;

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
        let mut pages: BTreeMap<i32, i32> = records.leftovers.iter().filter_map(|left| left.line.zip(left.page)).collect();
        macro_rules! settle {
            ($($rows:ident),+) => {
                $(for row in &mut records.$rows {
                    pages.extend(row.line.zip(row.page));
                    (row.line, row.page, row.sheet) = self.place(row.line, row.page);
                })+
            };
        }
        settle!(tables, line_items, projects, indicators, facts, catalogue, rejects);
        for check in &mut records.checks {
            check.message = self.in_words(&check.message, &pages);
            let page = check.line.and_then(|line| pages.get(&line)).copied();
            (check.line, check.page, check.sheet) = self.place(check.line, page);
            check.right_line = self.line(check.right_line);
        }
    }

    /// A message whose lines are told as a reader of the source finds them: by page, or by sheet and row.
    fn in_words(&self, message: &str, pages: &BTreeMap<i32, i32>) -> String {
        const LINE: &str = "line ";
        let mut told = String::with_capacity(message.len());
        let mut rest = message;
        while let Some(at) = rest.find(LINE) {
            let (before, number) = (&rest[..at], &rest[at + LINE.len()..]);
            let digits = number.bytes().take_while(u8::is_ascii_digit).count();
            rest = &number[digits..];
            let line = number[..digits].parse::<i32>().ok();
            let page = line.and_then(|line| pages.get(&line)).copied();
            match (line, self.place(line, page)) {
                (None, _) => told.extend([before, LINE]),
                (_, (Some(row), _, Some(sheet))) => told.push_str(&format!("{before}sheet {sheet}, row {row}")),
                (_, (_, Some(page), _)) => told.push_str(&format!("{before}page {page}")),
                // Neither lines nor pages: the figures have to do.
                _ => match (before.strip_suffix(" ("), rest.strip_prefix(')')) {
                    (Some(before), Some(after)) => {
                        told.push_str(before);
                        rest = after;
                    }
                    _ => told.extend([before, "a line of it"]),
                },
            }
        }
        told + rest
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_where_figures_are_found() {
        let message = "合计 1.00 (line 12) = 甲 0.50 (line 40), see `rejects` for line 40";
        let told = |format, sheets: Vec<Sheet>, pages: &[(i32, i32)]| {
            Places { format, sheets }.in_words(message, &pages.iter().copied().collect())
        };
        assert_eq!(
            told(SourceFormat::Pdf, Vec::new(), &[(12, 3), (40, 7)]),
            "合计 1.00 (page 3) = 甲 0.50 (page 7), see `rejects` for page 7"
        );
        assert_eq!(
            told(SourceFormat::Html, Vec::new(), &[]),
            "合计 1.00 = 甲 0.50, see `rejects` for a line of it"
        );
    }
}
