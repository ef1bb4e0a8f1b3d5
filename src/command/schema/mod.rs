//! `budgetlake schema`: the published tables, from the code that writes them.

mod markdown;

use std::fmt::Write as _;

use anyhow::Context;
use arrow::datatypes::{DataType, TimeUnit};
use budgetlake::load::{PARTITION_COLUMNS, PUBLISHED, PublishedTable};
use budgetlake::tables::ColumnInfo;
use serde_json::{Value, json};

use super::print;
use crate::args::{SchemaArgs, UsageError};
use crate::exit::Exit;

/// Type and meaning of the partition columns, in the order of [`PARTITION_COLUMNS`].
const PARTITIONS: [(&str, &str); PARTITION_COLUMNS.len()] = [
    ("text", "Prefecture-level city, municipality, or the province of a provincial body."),
    ("int32", "Fiscal year."),
    (
        "text",
        "Department (主管部门), or the unit where no department is named; in full in `documents.department_name`.",
    ),
];

/// Prints the schema.
pub fn execute(args: &SchemaArgs) -> anyhow::Result<Exit> {
    let known = || PUBLISHED.iter().map(|table| table.name).collect::<Vec<_>>().join(", ");
    if let Some(name) = args.tables.iter().find(|name| PUBLISHED.iter().all(|table| table.name != *name)) {
        return Err(UsageError::Table {
            name: name.clone(),
            known: known(),
        }
        .into());
    }
    let tables: Vec<_> = PUBLISHED
        .iter()
        .filter(|table| args.tables.is_empty() || args.tables.iter().any(|name| name == table.name))
        .collect();
    let text = if args.json {
        let tables: Vec<Value> = tables.into_iter().map(as_json).collect();
        serde_json::to_string_pretty(&json!({ "version": env!("CARGO_PKG_VERSION"), "tables": tables }))? + "\n"
    } else if args.markdown {
        markdown::dictionary(&tables).context("cannot format the schema")?
    } else {
        tables
            .into_iter()
            .map(as_text)
            .collect::<Result<Vec<_>, _>>()
            .context("cannot format the schema")?
            .join("\n")
    };
    print(&text)?;
    Ok(Exit::Success)
}

fn as_json(table: &PublishedTable) -> Value {
    let codes = |column: &ColumnInfo| -> Vec<Value> {
        column
            .codes
            .iter()
            .map(|(code, meaning)| json!({ "code": code, "meaning": meaning }))
            .collect()
    };
    let columns = (table.columns)();
    let columns = columns.iter().map(|column| {
        let mut described = json!({
            "name": column.name, "type": type_name(&column.data_type), "nullable": column.nullable, "meaning": column.meaning,
        });
        if !column.codes.is_empty() {
            described["codes"] = codes(column).into();
        }
        described
    });
    let partitions = PARTITION_COLUMNS
        .iter()
        .zip(PARTITIONS)
        .map(|(name, (kind, meaning))| json!({ "name": name, "type": kind, "nullable": true, "meaning": meaning, "partition": true }));
    json!({ "name": table.name, "meaning": table.meaning, "columns": columns.chain(partitions).collect::<Vec<_>>() })
}

fn as_text(table: &PublishedTable) -> Result<String, std::fmt::Error> {
    let columns = (table.columns)();
    let name_width = columns
        .iter()
        .map(|column| column.name.len())
        .max()
        .unwrap_or(0)
        .max("department".len());
    let mut text = String::new();
    writeln!(text, "{}", console::style(table.name).bold())?;
    writeln!(text, "  {}\n", table.meaning)?;
    let mut line = |name: &str, kind: &str, meaning: &str| writeln!(text, "  {name:name_width$}  {kind:14}  {meaning}");
    for column in &columns {
        let kind = format!("{}{}", type_name(&column.data_type), if column.nullable { "?" } else { "" });
        line(column.name, &kind, column.meaning)?;
        for (code, meaning) in &column.codes {
            line("", "", &format!("  {:30}  {meaning}", console::style(code).cyan()))?;
        }
    }
    for (name, (kind, meaning)) in PARTITION_COLUMNS.iter().zip(PARTITIONS) {
        line(name, &format!("{kind}?"), &format!("{meaning} In the path."))?;
    }
    Ok(text)
}

/// The type's name in the data contract.
fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 => "text".to_owned(),
        DataType::Dictionary(_, _) => "code".to_owned(),
        DataType::Int32 => "int32".to_owned(),
        DataType::Int64 => "int64".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Timestamp(TimeUnit::Millisecond, None) => "timestamp(ms)".to_owned(),
        DataType::List(field) => format!("list<{}>", type_name(field.data_type())),
        other => other.to_string(),
    }
}
