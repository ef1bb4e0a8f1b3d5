//! `tables`: every table found, and what decided which form it is.

use super::{SharedText, table};
use crate::codes::{Form, Layout, Stage};

table! {
    /// One row per table found in a disclosure.
    pub struct FormTable(FormTableBuilder) = "tables" {
        /// The disclosure, as in `documents`.
        pub document_id: SharedText,
        /// Budget or final account.
        pub stage: Stage,
        /// 1-based order of the table in the file.
        pub table_no: i32,
        /// The standard form.
        pub form: Form,
        /// Title as printed.
        pub title: Option<String>,
        /// Lines that belong to the table: 部门名称, 单位, 公开01表, notes such as 本表无数据.
        pub caption: Vec<String>,
        /// Money unit as printed.
        pub money_unit: Option<SharedText>,
        /// One flattened header a column, levels joined by `/`.
        pub header: Vec<String>,
        /// Body rows.
        pub rows: i32,
        /// Printed amounts.
        pub amounts: i32,
        /// Whether no amount is printed.
        pub is_empty: bool,
        /// How its cells were told apart.
        pub layout: Layout,
        /// What decided which form it is.
        pub recognised_by: String,
        /// 1-based line of the decoded source where its title or header starts, row of the sheet in a workbook; null where the format has neither.
        pub line: Option<i32>,
        /// 1-based page, where the format has pages.
        pub page: Option<i32>,
        /// Sheet, where the format has sheets.
        pub sheet: Option<SharedText>,
    }
}
