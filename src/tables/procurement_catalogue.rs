//! `procurement_catalogue`: 政府购买服务指导性目录, what services a department may buy.

use super::{SharedText, table};
use crate::codes::Stage;

table! {
    /// One row per entry of the catalogue of services that departments may buy.
    pub struct CatalogueEntry(CatalogueEntryBuilder) = "procurement_catalogue" {
        /// The disclosure, as in `documents`.
        pub document_id: SharedText,
        /// Budget or final account.
        pub stage: Stage,
        /// The heading that the entry stands under: the kind of department.
        pub department_heading: Option<String>,
        /// Code as printed.
        pub code: String,
        /// The code one level up.
        pub parent_code: Option<String>,
        /// 1 to 4 (一级目录 … 四级目录).
        pub level: i32,
        /// Name of the service.
        pub name: String,
        /// 1-based order of the table in the file.
        pub table_no: i32,
        /// 1-based body row in that table.
        pub row_no: i32,
        /// 1-based line of the decoded source where the row starts, row of the sheet in a workbook; null where the format has neither.
        pub line: Option<i32>,
        /// 1-based page, where the format has pages.
        pub page: Option<i32>,
        /// Sheet, where the format has sheets.
        pub sheet: Option<SharedText>,
    }
}
