//! `budgetlake stats` and `budgetlake sql`: statistical datasets of a snapshot, and answers to questions about it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use budgetlake::config::Config;
use budgetlake::load::LoadError;
use budgetlake::stats::{Session, StatsError, csv, datasets, write};
use comfy_table::{CellAlignment, ContentArrangement, Table, TableStyle};

use super::print;
use crate::args::{SqlArgs, SqlFormat, StatsArgs};
use crate::exit::Exit;
use crate::inspect::printable;
use crate::summary::count;

/// Makes the datasets and writes them.
pub fn execute(args: &StatsArgs) -> anyhow::Result<Exit> {
    let config = Config::load(args.config.as_deref())?;
    let (id, snapshot) = current(&args.warehouse)?;
    let datasets = datasets(&snapshot, &config)?;
    let directory = args.out.clone().unwrap_or_else(|| args.warehouse.join("stats"));
    write(&datasets, &id, &directory)?;
    if !args.quiet {
        let mut text = format!("Statistics of snapshot {id}, in {}\n\n", directory.display());
        for dataset in &datasets {
            text.push_str(&format!(
                "  {:20} {:>11} rows\n",
                dataset.name,
                count(dataset.rows.num_rows() as u64)
            ));
        }
        print(&text)?;
    }
    Ok(Exit::Success)
}

/// Answers a question.
pub fn sql(args: &SqlArgs) -> anyhow::Result<Exit> {
    let config = Config::load(args.config.as_deref())?;
    let (_, snapshot) = current(&args.warehouse)?;
    let mut session = Session::open(&snapshot, &config)?;
    let rows = session.query(&args.query).map_err(|error| match error {
        StatsError::Frame(error) => anyhow::anyhow!("{error}\nTables and views: {}", Session::names().join(", ")),
        error => error.into(),
    })?;
    match args.format {
        SqlFormat::Table => print(&table(&rows)?)?,
        SqlFormat::Csv => print(&String::from_utf8(csv(&rows)?).context("CSV is UTF-8")?)?,
        SqlFormat::Json => print(&json(&rows)?)?,
    }
    Ok(Exit::Success)
}

/// The current snapshot's id and directory. One look at the link, so that a run that publishes meanwhile doesn't change what is read.
fn current(warehouse: &Path) -> Result<(String, PathBuf), LoadError> {
    let id = budgetlake::load::current_id(warehouse)?.ok_or_else(|| LoadError::NoWarehouse {
        path: warehouse.to_owned(),
    })?;
    let path = budgetlake::load::snapshot_path(warehouse, &id);
    Ok((id, path))
}

fn table(rows: &RecordBatch) -> anyhow::Result<String> {
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    table.force_no_tty();
    table.set_content_arrangement(ContentArrangement::Disabled);
    let schema = rows.schema();
    table.set_header(schema.fields().iter().map(|field| field.name()));
    let options = FormatOptions::new();
    let cells = rows.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
    let cells = cells.collect::<Result<Vec<_>, _>>()?;
    for row in 0..rows.num_rows() {
        table.add_row(cells.iter().map(|cells| printable(&cells.value(row).to_string())));
    }
    for (column, field) in table.column_iter_mut().zip(schema.fields()) {
        if !matches!(field.data_type(), DataType::Utf8) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let unit = if rows.num_rows() == 1 { "row" } else { "rows" };
    let lines: String = table.lines().map(|line| format!(" {}\n", line.trim_end())).collect();
    Ok(format!("{lines}\n {} {unit}\n", count(rows.num_rows() as u64)))
}

/// An array of objects; decimals are strings, so that no reader makes floats of them.
fn json(rows: &RecordBatch) -> anyhow::Result<String> {
    let schema = rows.schema();
    let options = FormatOptions::new();
    let cells = rows.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
    let cells = cells.collect::<Result<Vec<_>, _>>()?;
    let mut objects = Vec::with_capacity(rows.num_rows());
    for row in 0..rows.num_rows() {
        let mut object = serde_json::Map::new();
        for (number, field) in schema.fields().iter().enumerate() {
            let column = rows.column(number);
            let text = cells[number].value(row).to_string();
            let value = match field.data_type() {
                _ if column.is_null(row) => serde_json::Value::Null,
                DataType::Int32 | DataType::Int64 | DataType::Boolean | DataType::Float64 => {
                    serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))
                }
                _ => serde_json::Value::String(text),
            };
            object.insert(field.name().clone(), value);
        }
        objects.push(serde_json::Value::Object(object));
    }
    Ok(serde_json::to_string_pretty(&objects)? + "\n")
}
