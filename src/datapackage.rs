//! `datapackage.json`: what lies beside it, described as a Frictionless Data Package: every table and column with its meaning, for programs.

use arrow::datatypes::DataType;
use serde_json::{Value, json};

use crate::load::{ManifestFile, PUBLISHED, PublishedTable, compact_table_of};
use crate::views::PARTITION_MEANINGS;

/// Name of the description, in a snapshot as well as beside statistics.
pub const DATAPACKAGE_FILE: &str = "datapackage.json";

/// Media type of Parquet.
pub const PARQUET_MEDIA_TYPE: &str = "application/vnd.apache.parquet";

/// The description of a snapshot with these files of the compact layout.
pub fn of_snapshot(compact: &[ManifestFile]) -> String {
    let resources: Vec<Value> = PUBLISHED.iter().map(|table| resource(table, compact)).collect();
    package(json!({
        "name": "budgetlake",
        "title": "Departmental budgets and final accounts",
        "description": "Line items, performance indicators and checks of published disclosures. Amounts are exact decimals in yuan.",
        "resources": resources,
    }))
}

/// A description as a file's text, with the version of the program.
pub fn package(mut package: Value) -> String {
    package["version"] = json!(env!("CARGO_PKG_VERSION"));
    format!("{package:#}\n")
}

fn resource(table: &PublishedTable, compact: &[ManifestFile]) -> Value {
    let paths = compact.iter().filter(|file| compact_table_of(file) == table.name);
    let mut paths: Vec<&str> = paths.map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    let own = (table.columns)().into_iter().map(|column| {
        let mut field = field(column.name, &column.data_type, column.meaning);
        let mut constraints = json!({ "required": !column.nullable });
        if !column.codes.is_empty() {
            constraints["enum"] = column.codes.iter().map(|(code, _)| *code).collect();
        }
        field["constraints"] = constraints;
        field
    });
    let partition = PARTITION_MEANINGS.map(|(name, meaning)| {
        let data_type = if name == "year" { DataType::Int64 } else { DataType::Utf8 };
        field(name, &data_type, meaning)
    });
    let fields: Vec<Value> = own.chain(partition).collect();
    json!({
        "name": table.name,
        "path": paths,
        "profile": "data-resource",
        "description": table.meaning,
        "format": "parquet",
        "mediatype": PARQUET_MEDIA_TYPE,
        "schema": { "fields": fields },
    })
}

/// The description of a column.
pub fn field(name: &str, data_type: &DataType, meaning: &str) -> Value {
    let type_name = match data_type {
        DataType::Int32 | DataType::Int64 => "integer",
        DataType::Decimal128(_, _) | DataType::Float64 => "number",
        DataType::Boolean => "boolean",
        DataType::List(_) => "array",
        DataType::Timestamp(_, _) => "datetime",
        _ => "string",
    };
    json!({ "name": name, "type": type_name, "description": meaning })
}
