//! The tables of the data contract: one file a table, each a record whose fields are its columns.
//!
//! A record is declared once, with [`table!`]; its Arrow schema, its builder and what `budgetlake schema` prints all come from that
//! declaration, so that documentation can't drift from what is written.

mod checks;
mod column;
mod documents;
mod facts;
mod form_tables;
mod indicators;
mod line_items;
mod procurement_catalogue;
mod projects;
mod rejects;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

pub use checks::Check;
pub use column::{Column, Fixed, Moment, SharedText};
pub use documents::Document;
pub use facts::Fact;
pub use form_tables::FormTable;
pub use indicators::Indicator;
pub use line_items::LineItem;
pub use procurement_catalogue::CatalogueEntry;
pub use projects::Project;
pub use rejects::Reject;

/// What is published of a column: for schemas, comments and documentation.
#[derive(Debug, Clone)]
pub struct ColumnInfo {
    /// The column's name.
    pub name: &'static str,
    /// Its Arrow type.
    pub data_type: DataType,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it holds: shape, unit, source.
    pub meaning: &'static str,
    /// The codes that it may hold, with their meanings; empty where it is no closed vocabulary.
    pub codes: Vec<(&'static str, &'static str)>,
}

/// A record type that is a row of a published table.
pub trait Table: Sized {
    /// The table's name, as in the snapshot's path.
    const NAME: &'static str;
    /// What a row of it is.
    const MEANING: &'static str;
    /// Collects rows into batches.
    type Builder: TableBuilder<Row = Self>;
    /// The columns in their published order.
    fn columns() -> Vec<ColumnInfo>;
    /// Its Arrow schema, with each column's meaning as its metadata `comment`. There is one, however many builders share it.
    fn schema() -> SchemaRef;
}

/// Collects records of one table into Arrow batches.
pub trait TableBuilder: Default + Send {
    /// The record type.
    type Row;
    /// Adds a row.
    fn append(&mut self, row: &Self::Row);
    /// The batch of all rows since the last call; leaves the builder empty.
    fn finish(&mut self) -> Result<RecordBatch, ArrowError>;
    /// Rows collected so far.
    fn len(&self) -> usize;
    /// Whether nothing was collected.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The Arrow schema of a table.
pub fn schema<T: Table>() -> SchemaRef {
    T::schema()
}

/// The Arrow schema of these columns.
pub(crate) fn schema_of(columns: Vec<ColumnInfo>) -> SchemaRef {
    let fields: Vec<Field> = columns
        .into_iter()
        .map(|column| {
            Field::new(column.name, column.data_type, column.nullable)
                .with_metadata(HashMap::from([("comment".to_owned(), column.meaning.to_owned())]))
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// Declares a record, its table and its builder in one.
macro_rules! table {
    (
        $(#[doc = $meaning:literal])+
        pub struct $name:ident($builder:ident) = $table:literal {
            $( $(#[doc = $doc:literal])+ pub $field:ident : $type:ty, )+
        }
    ) => {
        $(#[doc = $meaning])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name { $( $(#[doc = $doc])+ pub $field: $type, )+ }

        impl $crate::tables::Table for $name {
            const NAME: &'static str = $table;
            const MEANING: &'static str = concat!($($meaning),+).trim_ascii_start();
            type Builder = $builder;
            fn columns() -> Vec<$crate::tables::ColumnInfo> {
                vec![$(
                    $crate::tables::ColumnInfo {
                        name: stringify!($field),
                        data_type: <$type as $crate::tables::Column>::data_type(),
                        nullable: <$type as $crate::tables::Column>::NULLABLE,
                        meaning: concat!($($doc),+).trim_ascii_start(),
                        codes: <$type as $crate::tables::Column>::codes(),
                    },
                )+]
            }
            fn schema() -> arrow::datatypes::SchemaRef {
                static SCHEMA: std::sync::OnceLock<arrow::datatypes::SchemaRef> = std::sync::OnceLock::new();
                std::sync::Arc::clone(SCHEMA.get_or_init(|| $crate::tables::schema_of(<Self as $crate::tables::Table>::columns())))
            }
        }

        #[doc = concat!("Collects rows of `", $table, "`.")]
        pub struct $builder {
            row_count: usize,
            $( $field: <$type as $crate::tables::Column>::Builder, )+
        }

        impl Default for $builder {
            fn default() -> Self {
                Self {
                    row_count: 0,
                    $( $field: <$type as $crate::tables::Column>::builder(), )+
                }
            }
        }

        impl $crate::tables::TableBuilder for $builder {
            type Row = $name;
            fn append(&mut self, row: &$name) {
                $( $crate::tables::Column::append(&row.$field, &mut self.$field); )+
                self.row_count += 1;
            }
            fn finish(&mut self) -> Result<arrow::array::RecordBatch, arrow::error::ArrowError> {
                self.row_count = 0;
                arrow::array::RecordBatch::try_new(
                    <$name as $crate::tables::Table>::schema(),
                    vec![$( <$type as $crate::tables::Column>::finish(&mut self.$field), )+],
                )
            }
            fn len(&self) -> usize { self.row_count }
        }
    };
}
pub(crate) use table;
