//! Datasets as files: Parquet, CSV for spreadsheets, and a `datapackage.json` that describes them.

use std::fs;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::{Value, json};

use super::{Dataset, StatsError};
use crate::datapackage::{DATAPACKAGE_FILE, PARQUET_MEDIA_TYPE, field, package};
use crate::hash::sha256_hex;
use crate::load::encode;

/// Without it, spreadsheets take UTF-8 for something else and show no Chinese.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a text cell that spreadsheets would take for a formula begins with.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes datasets to a directory, which is made if need be: `<name>.parquet`, `<name>.csv` and `datapackage.json`. Each file is as it was before or
/// whole. `snapshot` is the id of the snapshot that they are made of.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(datasets: &[Dataset], snapshot: &str, directory: &Path) -> Result<(), StatsError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| StatsError::Write { path, source }
    };
    fs::create_dir_all(directory).map_err(failed(directory))?;
    let mut files = Vec::new();
    for dataset in datasets {
        files.push((format!("{}.parquet", dataset.name), parquet(dataset)?));
        files.push((format!("{}.csv", dataset.name), csv(&dataset.rows)?));
    }
    let package = datapackage(datasets, snapshot, &files);
    files.push((DATAPACKAGE_FILE.to_owned(), package.into_bytes()));
    for (name, bytes) in files {
        let fresh = directory.join(format!(".{name}.part"));
        fs::write(&fresh, bytes).map_err(failed(&fresh))?;
        let path = directory.join(name);
        fs::rename(&fresh, &path).map_err(failed(&path))?;
    }
    Ok(())
}

fn parquet(dataset: &Dataset) -> Result<Vec<u8>, StatsError> {
    let rows = std::iter::once(Ok(dataset.rows.clone()));
    encode(dataset.rows.schema(), rows).map_err(|source| StatsError::Parquet {
        dataset: dataset.name,
        source,
    })
}

/// Rows as CSV: UTF-8 with a byte order mark, a header, CRLF, quotes where a cell needs them; null is an empty cell. A text that a spreadsheet would
/// take for a formula has a `'` in front; Parquet has it as it is.
///
/// # Errors
/// Where a column has no text form.
pub fn csv(rows: &RecordBatch) -> Result<Vec<u8>, StatsError> {
    let internal = |what: String| StatsError::Arrow(arrow::error::ArrowError::CsvError(what));
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let schema = rows.schema();
    let header = schema.fields().iter().map(|field| field.name());
    writer.write_record(header).map_err(|error| internal(error.to_string()))?;
    let columns = rows.columns().iter().map(Cells::of).collect::<Result<Vec<_>, _>>()?;
    for row in 0..rows.num_rows() {
        let cells = columns.iter().map(|cells| cells.text(row));
        writer.write_record(cells).map_err(|error| internal(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| internal(error.to_string()))
}

/// A column's cells as text.
struct Cells<'a> {
    column: &'a ArrayRef,
    other: ArrayFormatter<'a>,
}

impl<'a> Cells<'a> {
    fn of(column: &'a ArrayRef) -> Result<Self, StatsError> {
        const PLAIN: FormatOptions = FormatOptions::new();
        Ok(Self {
            column,
            other: ArrayFormatter::try_new(column, &PLAIN)?,
        })
    }

    fn text(&self, row: usize) -> String {
        if self.column.is_null(row) {
            return String::new();
        }
        match self.column.data_type() {
            DataType::Utf8 => {
                let text = self.column.as_string::<i32>().value(row);
                if text.starts_with(FORMULA) {
                    format!("'{text}")
                } else {
                    text.to_owned()
                }
            }
            DataType::Int32 => self.column.as_primitive::<Int32Type>().value(row).to_string(),
            DataType::Int64 => self.column.as_primitive::<Int64Type>().value(row).to_string(),
            DataType::Decimal128(_, _) => self.column.as_primitive::<Decimal128Type>().value_as_string(row),
            _ => self.other.value(row).to_string(),
        }
    }
}

/// The description of datasets, as of Frictionless Data Package.
pub fn datapackage(datasets: &[Dataset], snapshot: &str, files: &[(String, Vec<u8>)]) -> String {
    let resource = |dataset: &Dataset, name: String, path: &str, format: &str, media: &str| {
        let bytes = files.iter().find(|(file, _)| file == path).map_or(&[] as &[u8], |(_, bytes)| bytes);
        let fields = dataset.columns.iter();
        let fields: Vec<Value> = fields.map(|column| field(column.name, &column.data_type, column.meaning)).collect();
        let mut resource = json!({
            "name": name,
            "path": path,
            "profile": "tabular-data-resource",
            "description": dataset.meaning,
            "format": format,
            "mediatype": media,
            "bytes": bytes.len(),
            "hash": format!("sha256:{}", sha256_hex(bytes)),
            "rows": dataset.rows.num_rows(),
            "schema": { "fields": fields, "missingValues": [""] },
        });
        if format == "csv" {
            resource["encoding"] = json!("utf-8");
            resource["dialect"] = json!({ "lineTerminator": "\r\n", "header": true });
        } else {
            resource["profile"] = json!("data-resource");
        }
        resource
    };
    let resources: Vec<Value> = datasets
        .iter()
        .flat_map(|dataset| {
            let (csv, parquet) = (format!("{}.csv", dataset.name), format!("{}.parquet", dataset.name));
            [
                resource(dataset, dataset.name.to_owned(), &csv, "csv", "text/csv"),
                resource(
                    dataset,
                    format!("{}-parquet", dataset.name),
                    &parquet,
                    "parquet",
                    PARQUET_MEDIA_TYPE,
                ),
            ]
        })
        .collect();
    package(json!({
        "name": "budgetlake-statistics",
        "title": "Statistics of departmental budgets and final accounts",
        "description": "Made by `budgetlake stats`; docs/statistics.md explains which rows count. Amounts are exact decimals in yuan.",
        "snapshot": snapshot,
        "resources": resources,
    }))
}
