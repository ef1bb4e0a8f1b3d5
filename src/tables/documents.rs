//! `documents`: one row for every disclosure read.

use super::{SharedText, table};
use crate::codes::{Scope, SourceFormat, Stage};

table! {
    /// One row per disclosure: a department's or unit's budget or final account for one fiscal year.
    pub struct Document(DocumentBuilder) = "documents" {
        /// Lower-case hex SHA-256 of the file's bytes.
        pub document_id: SharedText,
        /// Path relative to the input root; the first in byte order where the same file lies at several.
        pub path: String,
        /// The other paths at which the same bytes lie.
        pub other_paths: Vec<String>,
        /// Size of the file in bytes.
        pub file_size: i64,
        /// Format of the source.
        pub format: SourceFormat,
        /// Character encoding that was detected; null for formats that state their own.
        pub encoding: Option<String>,
        /// Title of the disclosure as its cover prints it.
        pub title: Option<String>,
        /// Budget or final account.
        pub stage: Stage,
        /// Whether the figures are a department's, consolidated, or one unit's.
        pub scope: Scope,
        /// Province, autonomous region or municipality.
        pub province: Option<String>,
        /// District or county, where the body is one's.
        pub district: Option<String>,
        /// Administrative division of the body, GB/T 2260, six digits.
        pub division_code: Option<String>,
        /// Code of the department in its government's budget (部门代码), as printed.
        pub department_code: Option<String>,
        /// Full name of the department (主管部门): the partition value before its characters were made safe for a path.
        pub department_name: Option<String>,
        /// The unit (单位) whose figures the file shows; equals the department in a consolidated disclosure.
        pub unit: Option<String>,
        /// The money unit that most of its tables print.
        pub money_unit: Option<SharedText>,
        /// Tables found.
        pub tables: i32,
        /// Rows of `line_items`.
        pub line_items: i32,
        /// Rows of `indicators`.
        pub indicators: i32,
        /// Rows of `facts`.
        pub facts: i32,
        /// Checks that passed.
        pub checks_passed: i32,
        /// Checks that failed.
        pub checks_failed: i32,
        /// Rows of `rejects`.
        pub rejects: i32,
        /// Version of the program that read it.
        pub extractor_version: SharedText,
        /// The disclosure of the same body, year and stage that this later one replaces; see docs/nightly.md for what is later.
        pub supersedes: Option<SharedText>,
        /// 1 for the earliest disclosure of its body, year, stage and scope, 2 for the next …; 1, too, where the partition is not told.
        pub edition: i32,
    }
}
