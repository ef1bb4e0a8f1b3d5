//! `rejects`: what was left out or guessed, with the reason. Nothing is lost silently.

use super::{SharedText, table};
use crate::codes::{RejectCode, Severity, Stage};

table! {
    /// One row for everything that was left out, guessed or could not be read.
    pub struct Reject(RejectBuilder) = "rejects" {
        /// Path relative to the input root.
        pub path: String,
        /// The disclosure, as in `documents`; null where its bytes could not be read.
        pub document_id: Option<SharedText>,
        /// Budget or final account, where known.
        pub stage: Option<Stage>,
        /// How bad it is.
        pub severity: Severity,
        /// Why.
        pub code: RejectCode,
        /// What happened and what to do, in one sentence.
        pub message: String,
        /// 1-based line of the decoded source, row of the sheet in a workbook; null where the format has neither.
        pub line: Option<i32>,
        /// 1-based page, where the format has pages.
        pub page: Option<i32>,
        /// Sheet, where the format has sheets.
        pub sheet: Option<SharedText>,
        /// What is printed there, 200 characters at the most.
        pub excerpt: Option<String>,
    }
}
