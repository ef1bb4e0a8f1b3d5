//! The tables of a file: what each was taken for, and what its columns hold.

use budgetlake::codes::{Code, Form};
use budgetlake::extract::{ColumnShape, TableShape};
use budgetlake::tables::FormTable;
use console::{Style, style};

use super::paper::{Paper, pad, printable, width, wrap};
use super::{View, rows};

/// Columns of a table's number and of the labels behind it.
const NUMBER: usize = 5;
const INDENT: usize = NUMBER + 10;
/// The widest that the column of headers becomes.
const HEADERS: usize = 44;

/// Writes the section.
pub fn write(view: &View<'_>, paper: &mut Paper) {
    let all = &view.analysis.extraction.tables;
    if all.is_empty() {
        return;
    }
    let remark = match view.selection.table {
        Some(number) => format!("{number} of {}", all.len()),
        None => all.len().to_string(),
    };
    paper.heading("Tables", &remark);
    for (index, (table, shape)) in view.tables().enumerate() {
        if index > 0 {
            paper.blank();
        }
        one(view, table, shape, paper);
        if view.selection.items {
            paper.blank();
            let items: Vec<_> = view.items_of(table).collect();
            rows::write(&items, shape, paper);
        }
    }
}

fn one(view: &View<'_>, table: &FormTable, shape: &TableShape, paper: &mut Paper) {
    let lead = format!("{}  ", style(format!("{:>1$}", table.table_no, NUMBER - 2)).cyan().bold());
    let untitled = || "(no title)".to_owned();
    let title = table.title.as_deref().map_or_else(untitled, printable);
    paper.hanging(&lead, NUMBER, &title, &Style::new().bold());

    let unusual = Style::new().yellow();
    let plain = Style::new();
    let form_style = if table.form == Form::Other {
        unusual.clone()
    } else {
        Style::new().green()
    };
    row(paper, "form", &format!("{} · {}", table.form, table.form.meaning()), &form_style);
    row(paper, "because", &printable(&table.recognised_by), &plain);
    row(paper, "place", &place(table), &plain);
    let amounts = format!("{} body rows, {} amounts", table.rows, table.amounts);
    if table.is_empty {
        row(paper, "rows", &format!("{amounts} · empty"), &unusual);
    } else {
        row(paper, "rows", &amounts, &plain);
    }
    match &table.money_unit {
        Some(unit) if shape.unit_assumed => row(paper, "unit", &format!("{unit}, assumed: none is printed here"), &unusual),
        Some(unit) => row(paper, "unit", unit, &plain),
        None => row(paper, "unit", "none", &Style::new().dim()),
    }
    for (index, caption) in table.caption.iter().enumerate() {
        row(paper, if index == 0 { "caption" } else { "" }, &printable(caption), &plain);
    }
    let warnings = view.rejects_in(table);
    if warnings > 0 {
        row(paper, "warnings", &format!("{warnings}, see below"), &unusual);
    }
    columns(&shape.columns, paper);
}

fn row(paper: &mut Paper, label: &str, text: &str, text_style: &Style) {
    let lead = format!("{}{}", " ".repeat(NUMBER), style(pad(label, INDENT - NUMBER)).dim());
    paper.hanging(&lead, INDENT, text, text_style);
}

fn place(table: &FormTable) -> String {
    let mut parts = Vec::new();
    parts.extend(table.line.map(|line| format!("line {line}")));
    parts.extend(table.page.map(|page| format!("page {page}")));
    parts.extend(table.sheet.as_ref().map(|sheet| format!("sheet {}", printable(sheet))));
    parts.push(format!("{} ({})", table.layout, table.layout.meaning()));
    parts.join(", ")
}

fn columns(columns: &[ColumnShape], paper: &mut Paper) {
    if columns.iter().all(|column| column.header.is_empty() && column.role == "unknown") {
        // Forms that are no list of accounts have cells but no header.
        return row(
            paper,
            "columns",
            &format!("{}, without a header", columns.len()),
            &Style::new().dim(),
        );
    }
    let widest = columns.iter().map(|column| width(header(column))).max().unwrap_or(0);
    // Half of the room is for the headers, the rest for what they mean.
    let limit = paper.room(INDENT).map_or(usize::MAX, |room| room / 2).min(HEADERS);
    let headers = if paper.width().is_some() { widest.min(limit) } else { widest };
    let grouped = columns.iter().any(|column| column.group > 1);
    let mut group = 0;
    for (index, column) in columns.iter().enumerate() {
        let label = if index == 0 { "columns" } else { "" };
        let mut lead = format!("{}{}", " ".repeat(NUMBER), style(pad(label, INDENT - NUMBER)).dim());
        if grouped && column.group != group {
            group = column.group;
            let heading = printable(&column.group_heading);
            paper.line(format!("{lead}{}", style(format!("side {group} {heading}")).dim().underlined()));
            lead = " ".repeat(INDENT);
        }
        let mut pieces = wrap(&printable(header(column)), paper.width().map(|_| headers)).into_iter();
        let first = pad(&pieces.next().unwrap_or_default(), headers);
        let number = format!("{:>2}  ", index + 1);
        let lead = format!("{lead}{}{first} {} ", style(number).dim(), style("→").dim());
        paper.hanging(&lead, INDENT + 4 + headers + 3, &held(column), &colour(column));
        for piece in pieces {
            paper.line(format!("{}{piece}", " ".repeat(INDENT + 4)));
        }
    }
}

fn header(column: &ColumnShape) -> &str {
    if column.header.is_empty() { "(blank)" } else { &column.header }
}

/// What a column holds, in words.
fn held(column: &ColumnShape) -> String {
    match (column.measure, column.item) {
        (Some(measure), Some(item)) => format!("{measure} of {item}"),
        (Some(measure), None) => measure.to_string(),
        (None, _) => column.role.to_owned(),
    }
}

fn colour(column: &ColumnShape) -> Style {
    match column.role {
        "amount" => Style::new().green(),
        "unknown" => Style::new().yellow(),
        _ => Style::new().cyan(),
    }
}
