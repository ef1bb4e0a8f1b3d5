//! `line_items`: every printed amount of every form.

use super::{SharedText, table};
use crate::codes::{Classification, Form, Item, Measure, RowKind, Side, Stage};
use crate::money::Yuan;

table! {
    /// One row for every printed amount of a form.
    pub struct LineItem(LineItemBuilder) = "line_items" {
        /// The disclosure, as in `documents`.
        pub document_id: SharedText,
        /// Budget or final account.
        pub stage: Stage,
        /// The standard form.
        pub form: Form,
        /// Revenue or expenditure.
        pub side: Side,
        /// Whether the row is an account or a sum.
        pub row_kind: RowKind,
        /// What the row is an account of.
        pub classification: Classification,
        /// The printed code, digits only, split code columns joined; in summary forms the functional class code of the printed name.
        pub account_code: Option<String>,
        /// The code one level up (类 of 款, 款 of 项).
        pub parent_code: Option<String>,
        /// Cleaned name: no numbering, no bracketed code, no layout white space; empty where only a code is printed.
        pub account_name: String,
        /// The name as printed.
        pub account_text: String,
        /// The second account of the row (政府预算支出经济科目名称 in `basic_expenditure`).
        pub counterpart_name: Option<String>,
        /// The project, in `project_*` and `performance_*` forms.
        pub project_name: Option<String>,
        /// Stable key of a standard line that has no official code.
        pub item: Option<Item>,
        /// What the column counts.
        pub measure: Measure,
        /// The amount in yuan, exact.
        pub amount: Yuan,
        /// The amount as printed.
        pub amount_text: String,
        /// The money unit as printed (万元, 元).
        pub money_unit: SharedText,
        /// The column's printed header, levels joined by `/`.
        pub column_header: SharedText,
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
