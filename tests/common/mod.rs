//! What the golden tests share: a disclosure's records as text that people can review.

mod golden;

use budgetlake::codes::Code;
use budgetlake::extraction::Extraction;
use unicode_width::UnicodeWidthStr;

pub use golden::golden;

/// Columns padded to the width of their widest cell, parted by tabs.
pub fn aligned(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    let mut line = |cells: &[String]| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.width())));
            line.push('\t');
        }
        text.push_str(line.trim_end());
        text.push('\n');
    };
    line(&header.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    for row in rows {
        line(row);
    }
    text
}

fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// A text on one line, white space shown.
fn one_line(text: &str) -> String {
    let text = text.replace('\t', "⇥").replace(['\n', '\r'], "⏎");
    if text.is_empty() { "∅".to_owned() } else { text }
}

/// Identity, tables, line items, facts, the catalogue of services and rejects.
pub fn review(extraction: &Extraction) -> String {
    let partition = &extraction.partition;
    let mut identity = vec![
        ("city", or_dash(partition.city.as_ref())),
        ("year", or_dash(partition.year)),
        ("department", or_dash(partition.department.as_ref())),
    ];
    if let Some(document) = &extraction.document {
        identity.extend([
            ("unit", or_dash(document.unit.as_ref())),
            ("scope", document.scope.code().to_owned()),
            ("stage", document.stage.code().to_owned()),
            ("province", or_dash(document.province.as_ref())),
            ("district", or_dash(document.district.as_ref())),
            ("division", or_dash(document.division_code.as_ref())),
            ("department_code", or_dash(document.department_code.as_ref())),
            ("title", or_dash(document.title.as_ref())),
            ("encoding", or_dash(document.encoding.as_ref())),
            ("money_unit", or_dash(document.money_unit.as_ref())),
        ]);
    }
    let identity: Vec<Vec<String>> = identity.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    let tables: Vec<Vec<String>> = extraction
        .tables
        .iter()
        .map(|table| {
            vec![
                table.table_no.to_string(),
                or_dash(table.line),
                table.form.code().to_owned(),
                or_dash(table.money_unit.as_ref()),
                table.rows.to_string(),
                table.amounts.to_string(),
                if table.is_empty { "empty" } else { "-" }.to_owned(),
                or_dash(table.title.as_ref()),
                one_line(&table.header.join(" | ")),
                one_line(&table.caption.join(" ¶ ")),
            ]
        })
        .collect();
    let rejects: Vec<Vec<String>> = extraction
        .rejects
        .iter()
        .map(|reject| {
            vec![
                or_dash(reject.line),
                reject.severity.code().to_owned(),
                reject.code.code().to_owned(),
                one_line(&reject.message),
                one_line(reject.excerpt.as_deref().unwrap_or("-")),
            ]
        })
        .collect();
    let table_header = [
        "no", "line", "form", "unit", "rows", "amounts", "empty", "title", "header", "caption",
    ];
    let mut parts = vec![
        aligned(&["identity", "value"], &identity),
        aligned(&table_header, &tables),
        aligned(LINE_ITEM_HEADER, &line_items(extraction)),
    ];
    if !extraction.projects.is_empty() {
        parts.push(aligned(&["line", "project", "column", "value"], &projects(extraction)));
    }
    if !extraction.indicators.is_empty() {
        parts.push(aligned(INDICATOR_HEADER, &indicators(extraction)));
    }
    if !extraction.facts.is_empty() {
        parts.push(aligned(FACT_HEADER, &facts(extraction)));
    }
    if !extraction.catalogue.is_empty() {
        parts.push(aligned(CATALOGUE_HEADER, &catalogue(extraction)));
    }
    parts.push(aligned(&["line", "severity", "code", "message", "excerpt"], &rejects));
    parts.join("\n")
}

const FACT_HEADER: &[&str] = &[
    "line", "section", "fact", "subject", "value", "unit", "year", "compared", "printed", "reason", "sentence",
];

fn facts(extraction: &Extraction) -> Vec<Vec<String>> {
    extraction
        .facts
        .iter()
        .map(|fact| {
            vec![
                or_dash(fact.line),
                or_dash(fact.section.as_ref()),
                fact.fact.clone(),
                or_dash(fact.subject.as_ref()),
                or_dash(fact.value.map(|value| value.decimal())),
                fact.unit.clone(),
                or_dash(fact.fact_year),
                or_dash(fact.comparison.map(Code::code)),
                fact.value_text.clone(),
                or_dash(fact.reason.as_ref()),
                one_line(&fact.source_text),
            ]
        })
        .collect()
}

const CATALOGUE_HEADER: &[&str] = &["line", "heading", "code", "parent", "level", "name"];

fn catalogue(extraction: &Extraction) -> Vec<Vec<String>> {
    extraction
        .catalogue
        .iter()
        .map(|entry| {
            vec![
                or_dash(entry.line),
                or_dash(entry.department_heading.as_ref()),
                entry.code.clone(),
                or_dash(entry.parent_code.as_ref()),
                entry.level.to_string(),
                one_line(&entry.name),
            ]
        })
        .collect()
}

/// Every column of every project that holds something, one a line.
fn projects(extraction: &Extraction) -> Vec<Vec<String>> {
    const PLACES: [&str; 5] = ["document_id", "stage", "project_no", "table_no", "line"];
    let mut rows = Vec::new();
    for project in &extraction.projects {
        let serde_json::Value::Object(columns) = serde_json::to_value(project).unwrap() else {
            panic!("a project is no object");
        };
        for (column, value) in columns {
            let value = match value {
                serde_json::Value::Null => continue,
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            if !PLACES.contains(&column.as_str()) {
                rows.push(vec![
                    or_dash(project.line),
                    project.project_no.to_string(),
                    column,
                    one_line(&value),
                ]);
            }
        }
    }
    rows
}

const INDICATOR_HEADER: &[&str] = &[
    "line",
    "project",
    "horizon",
    "dimension",
    "category",
    "printed",
    "name",
    "target",
    "operator",
    "value",
    "unit",
    "adjusted",
    "actual",
    "operator",
    "value",
    "unit",
    "weight",
    "score",
    "reason",
];

fn indicators(extraction: &Extraction) -> Vec<Vec<String>> {
    let text = |text: &Option<String>| or_dash(text.as_deref());
    extraction
        .indicators
        .iter()
        .map(|indicator| {
            vec![
                or_dash(indicator.line),
                indicator.project_no.to_string(),
                or_dash(indicator.horizon.map(Code::code)),
                or_dash(indicator.dimension.map(Code::code)),
                or_dash(indicator.category.map(Code::code)),
                format!("{}/{}", text(&indicator.dimension_text), text(&indicator.category_text)),
                one_line(&indicator.indicator_name),
                text(&indicator.target_text),
                or_dash(indicator.operator.map(Code::code)),
                or_dash(indicator.target_value.map(|value| value.decimal().normalize())),
                text(&indicator.target_unit),
                text(&indicator.adjusted_text),
                text(&indicator.actual_text),
                or_dash(indicator.actual_operator.map(Code::code)),
                or_dash(indicator.actual_value.map(|value| value.decimal().normalize())),
                text(&indicator.actual_unit),
                or_dash(indicator.weight.map(|value| value.decimal().normalize())),
                or_dash(indicator.score.map(|value| value.decimal().normalize())),
                text(&indicator.deviation_reason),
            ]
        })
        .collect()
}

const LINE_ITEM_HEADER: &[&str] = &[
    "line",
    "form",
    "side",
    "kind",
    "classification",
    "code",
    "name",
    "counterpart",
    "item",
    "project",
    "measure",
    "amount",
    "printed",
];

fn line_items(extraction: &Extraction) -> Vec<Vec<String>> {
    extraction
        .line_items
        .iter()
        .map(|item| {
            vec![
                or_dash(item.line),
                item.form.code().to_owned(),
                item.side.code().to_owned(),
                item.row_kind.code().to_owned(),
                item.classification.code().to_owned(),
                or_dash(item.account_code.as_ref()),
                one_line(&item.account_name),
                or_dash(item.counterpart_name.as_ref()),
                or_dash(item.item.map(Code::code)),
                or_dash(item.project_name.as_ref()),
                item.measure.code().to_owned(),
                item.amount.to_string(),
                format!("{} {}", one_line(&item.amount_text), item.money_unit),
            ]
        })
        .collect()
}
