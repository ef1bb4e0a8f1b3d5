//! The report on a file, for people.

use budgetlake::codes::{Code, Severity};
use budgetlake::tables::{Document, Reject};
use console::{Style, style};

use super::paper::{Paper, pad, printable, wrap};
use super::{View, checks, evidence, records, tables};
use crate::summary::{count, size};

/// Columns of the labels on the left.
pub(super) const LABEL: usize = 14;

/// The report, on a screen of this width.
pub fn report(view: &View<'_>, width: Option<usize>) -> String {
    let mut paper = Paper::new(width);
    head(view, &mut paper);
    if view.selection.table.is_none()
        && let Some(identity) = &view.analysis.identity
    {
        paper.heading("Identity", "");
        evidence::write(identity, &view.analysis.extraction.partition, &mut paper);
    }
    tables::write(view, &mut paper);
    records::projects(view, &mut paper);
    records::facts(view, &mut paper);
    checks::write(view, &mut paper);
    rejects(view, &mut paper);
    paper.into_text()
}

/// A labelled text; the label is padded before it is styled, since escapes have no width.
pub(super) fn labelled(paper: &mut Paper, label: &str, text: &str, text_style: &Style) {
    let lead = format!("  {}", style(pad(label, LABEL - 2)).dim());
    paper.hanging(&lead, LABEL, text, text_style);
}

fn head(view: &View<'_>, paper: &mut Paper) {
    let extraction = &view.analysis.extraction;
    let plain = Style::new();
    let document = extraction.document.as_ref();
    paper.blank();
    if document.is_none() {
        let lead = format!("{} ", style("✗").red().bold());
        paper.hanging(&lead, 2, "Nothing usable came of this file", &Style::new().bold());
        paper.blank();
    }
    labelled(paper, "file", &printable(view.path), &Style::new().bold());
    let bytes = u64::try_from(view.size).unwrap_or(u64::MAX);
    labelled(paper, "size", &format!("{} ({} bytes)", size(bytes), count(bytes)), &plain);
    labelled(paper, "sha256", view.sha256, &plain);
    if let Some(document) = document {
        labelled(paper, "format", &format_of(document), &plain);
        labelled(paper, "found", &found(view), &plain);
    }
}

fn format_of(document: &Document) -> String {
    let encoding = document.encoding.as_deref().map(|encoding| format!(", {encoding}"));
    format!("{}{}", document.format, encoding.unwrap_or_default())
}

fn found(view: &View<'_>) -> String {
    let extraction = &view.analysis.extraction;
    let counted = |number: usize, one: &str, more: &str| {
        let word = if number == 1 { one } else { more };
        format!("{} {word}", count(u64::try_from(number).unwrap_or(u64::MAX)))
    };
    let empty = extraction.tables.iter().filter(|table| table.is_empty).count();
    format!(
        "{} ({empty} empty), {}, {}, {}, {}, {}",
        counted(extraction.tables.len(), "table", "tables"),
        counted(extraction.line_items.len(), "line item", "line items"),
        counted(extraction.projects.len(), "project", "projects"),
        counted(extraction.indicators.len(), "indicator", "indicators"),
        counted(extraction.facts.len(), "fact", "facts"),
        counted(extraction.rejects.len(), "warning", "warnings"),
    )
}

fn rejects(view: &View<'_>, paper: &mut Paper) {
    let rejects: Vec<&Reject> = view.rejects().collect();
    if rejects.is_empty() {
        if view.selection.table.is_none() {
            paper.heading("Warnings", "none");
        }
        return;
    }
    paper.heading("Warnings", &rejects.len().to_string());
    let place = |reject: &Reject| match (&reject.sheet, reject.line, reject.page) {
        (Some(sheet), Some(line), _) => format!("sheet {sheet}, row {line}"),
        (_, Some(line), _) => format!("line {line}"),
        (_, None, Some(page)) => format!("page {page}"),
        _ => "whole file".to_owned(),
    };
    let places = rejects.iter().map(|reject| place(reject).len()).max().unwrap_or(0);
    let codes = rejects.iter().map(|reject| reject.code.code().len()).max().unwrap_or(0);
    // Side by side where a good part of the screen is left for the message, else below each other.
    let beside = paper.width().is_none_or(|width| width >= places + codes + 70);
    let indent = 2 + places + 2 + if beside { codes + 2 } else { 0 };
    for reject in rejects {
        let (mark, colour) = match reject.severity {
            Severity::Error => ("✗", Style::new().red()),
            Severity::Warning => ("!", Style::new().yellow()),
        };
        let at = pad(&place(reject), places);
        let code = if beside {
            pad(reject.code.code(), codes)
        } else {
            reject.code.code().to_owned()
        };
        let mut lead = format!(
            "{} {}  {}  ",
            colour.clone().bold().apply_to(mark),
            style(at).dim(),
            colour.apply_to(code)
        );
        if !beside {
            paper.line(lead);
            lead = " ".repeat(indent);
        }
        paper.hanging(&lead, indent, &printable(&reject.message), &Style::new());
        if let Some(excerpt) = &reject.excerpt {
            let lead = format!("{}{} ", " ".repeat(indent), style("│").dim());
            for piece in wrap(&printable(excerpt), paper.room(indent + 2)) {
                paper.line(format!("{lead}{}", style(piece).dim()));
            }
        }
    }
}
