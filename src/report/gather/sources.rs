//! The printed amounts that the figures of the page are made of.

use std::collections::{BTreeSet, HashMap};

use arrow::array::RecordBatch;

use super::super::ReportError;
use super::super::model::{Period, Report, Source, Top};
use super::coverage::{Known, department};
use super::rows::{Row, rows};
use crate::stats::Session;

/// Of whom: city, year with stage, and the class, line or department; with the basis, where departments are told apart by it.
type Figure = (String, Period, String, String);

/// A row of a source, before it is known where it is printed.
struct Found {
    document: String,
    table: i64,
    row: i64,
    measure: String,
    name: String,
}

/// The largest sources of each figure, and how many there are.
type Sources = HashMap<Figure, (usize, Vec<(u64, Found)>)>;

/// Fills in the sources of all figures of the page.
pub fn fill(session: &mut Session, disclosures: &[Known], report: &mut Report) -> Result<(), ReportError> {
    let found = session.query_by_city(&[
        include_str!("../sql/function_sources.sql"),
        include_str!("../sql/three_public_sources.sql"),
        include_str!("../sql/execution_sources.sql"),
    ])?;
    let mut found = found.iter().map(find);
    let mut next = || found.next().unwrap_or_default();
    let (mut functions, mut three_public, mut execution) = (next(), next(), next());

    // What is shown first, so that only its documents are looked up.
    let mut wanted: Vec<(usize, Vec<Found>)> = Vec::new();
    for row in &report.functions.rows {
        wanted.push(take(
            &mut functions,
            &(row.city.clone(), row.period, row.code.clone(), String::new()),
        ));
    }
    for row in &report.three_public.rows {
        wanted.push(take(
            &mut three_public,
            &(row.city.clone(), row.period, row.item.clone(), String::new()),
        ));
    }
    for row in &report.execution.rows {
        let of = |stage| {
            let period = Period { year: row.year, stage };
            (row.city.clone(), period, row.department.clone(), row.basis.clone())
        };
        let (budgets, mut both) = take(&mut execution, &of(crate::codes::Stage::Budget));
        let (accounts, others) = take(&mut execution, &of(crate::codes::Stage::FinalAccount));
        both.extend(others);
        wanted.push((budgets + accounts, both));
    }
    let mut filled = look_up(session, disclosures, &wanted)?.into_iter();
    let slots = report.functions.rows.iter_mut().map(|row| &mut row.sources);
    let slots = slots.chain(report.three_public.rows.iter_mut().map(|row| &mut row.sources));
    let slots = slots.chain(report.execution.rows.iter_mut().map(|row| &mut row.sources));
    for (slot, sources) in slots.zip(&mut filled) {
        *slot = sources;
    }
    Ok(())
}

fn find(batch: &RecordBatch) -> Sources {
    let mut sources = Sources::new();
    for row in rows(batch) {
        let Some(period) = row.period() else { continue };
        let subject = department(row.text("district_key"), row.text("subject"));
        let figure = (row.text("city").to_owned(), period, subject, row.text("basis").to_owned());
        let (total, shown) = sources.entry(figure).or_default();
        *total = row.size("sources");
        shown.push((row.count("place"), found(row)));
    }
    for (_, shown) in sources.values_mut() {
        shown.sort_by_key(|(place, _)| *place);
    }
    sources
}

fn found(row: Row<'_>) -> Found {
    Found {
        document: row.text("document_id").to_owned(),
        table: row.int("table_no").unwrap_or_default(),
        row: row.int("row_no").unwrap_or_default(),
        measure: row.text("measure").to_owned(),
        name: row.text("account_name").to_owned(),
    }
}

fn take(sources: &mut Sources, figure: &Figure) -> (usize, Vec<Found>) {
    let (total, shown) = sources.remove(figure).unwrap_or_default();
    (total, shown.into_iter().map(|(_, found)| found).collect())
}

/// Where the amounts are printed, and how.
fn look_up(session: &mut Session, disclosures: &[Known], wanted: &[(usize, Vec<Found>)]) -> Result<Vec<Top<Source>>, ReportError> {
    let documents: BTreeSet<&str> = wanted
        .iter()
        .flat_map(|(_, shown)| shown)
        .map(|found| found.document.as_str())
        .collect();
    if documents.is_empty() {
        return Ok(wanted.iter().map(|_| Top::default()).collect());
    }
    let paths: HashMap<&str, &str> = disclosures.iter().map(|known| (known.id.as_str(), known.path.as_str())).collect();
    let batch = session.query(&format!(
            "SELECT document_id, table_no, row_no, measure, account_name, form, line, page, sheet, amount, amount_text, money_unit FROM line_items \
             WHERE form IN ('summary', 'expenditure', 'three_public') AND document_id IN ({})",
            quoted(documents.iter().copied())
        ),
    )?;
    let mut printed: HashMap<(&str, i64, i64, &str, &str), Row<'_>> = HashMap::new();
    for row in rows(&batch) {
        if let (Some(table), Some(number)) = (row.int("table_no"), row.int("row_no")) {
            let key = (
                row.text("document_id"),
                table,
                number,
                row.text("measure"),
                row.text("account_name"),
            );
            printed.entry(key).or_insert(row);
        }
    }
    let source = |found: &Found| {
        let key = (
            found.document.as_str(),
            found.table,
            found.row,
            found.measure.as_str(),
            found.name.as_str(),
        );
        let row = printed.get(&key)?;
        Some(Source {
            path: (*paths.get(found.document.as_str())?).to_owned(),
            form: row.code("form"),
            place: row.place(),
            printed: format!("{}{}", row.text("amount_text"), row.text("money_unit")),
            amount: row.yuan("amount")?,
        })
    };
    let sources = wanted.iter().map(|(total, shown)| Top {
        rows: shown.iter().filter_map(source).collect(),
        total: *total,
    });
    Ok(sources.collect())
}

/// Texts as a list of SQL.
pub fn quoted<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts = texts.map(|text| format!("'{}'", text.replace('\'', "''")));
    texts.collect::<Vec<_>>().join(", ")
}
