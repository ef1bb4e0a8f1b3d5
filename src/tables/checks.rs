//! `checks`: what must hold within a disclosure and between disclosures, and whether it does.

use super::{SharedText, table};
use crate::codes::{CheckStatus, CheckUnit, Form, Measure, Stage};
use crate::money::Yuan;

table! {
    /// One row per check: an accounting identity or a rule of consistency, applied to figures of one disclosure or of two.
    pub struct Check(CheckBuilder) = "checks" {
        /// The disclosure, as in `documents`.
        pub document_id: SharedText,
        /// Budget or final account.
        pub stage: Stage,
        /// Stable code of the rule (`config/checks.toml`).
        pub rule: SharedText,
        /// The form of the left figure; null where it is the narrative's.
        pub form: Option<Form>,
        /// What the figures are of: the account, the project, the standard line, the fact.
        pub subject: Option<String>,
        /// The measure of the left figure.
        pub measure: Option<Measure>,
        /// What the figures count.
        pub unit: CheckUnit,
        /// The left figure; null where none is printed.
        pub left: Option<Yuan>,
        /// The right figure, or the sum of the right figures.
        pub right: Option<Yuan>,
        /// Left less right.
        pub difference: Option<Yuan>,
        /// How far they may differ, by the places in which they are printed.
        pub tolerance: Option<Yuan>,
        /// How it came out.
        pub status: CheckStatus,
        /// One sentence with both figures as printed and their lines, or why the rule could not be applied.
        pub message: String,
        /// The other disclosure, where two are compared.
        pub other_document_id: Option<SharedText>,
        /// 1-based order of the left figure's table in the file.
        pub table_no: Option<i32>,
        /// 1-based body row in that table.
        pub row_no: Option<i32>,
        /// 1-based line of the decoded source where the left figure stands.
        pub line: Option<i32>,
        /// 1-based line where the right figure, or the first of them, stands.
        pub right_line: Option<i32>,
        /// 1-based page, where the format has pages.
        pub page: Option<i32>,
        /// Sheet, where the format has sheets.
        pub sheet: Option<SharedText>,
    }
}
