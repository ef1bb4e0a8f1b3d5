//! `facts`: figures stated in the narrative and in tables that hold no money.

use super::{Fixed, SharedText, table};
use crate::codes::{Comparison, Stage};

table! {
    /// One row per figure stated in the narrative or in a table of counts.
    pub struct Fact(FactBuilder) = "facts" {
        /// The disclosure, as in `documents`.
        pub document_id: SharedText,
        /// Budget or final account.
        pub stage: Stage,
        /// Heading of the section that states it.
        pub section: Option<String>,
        /// Stable code of what is stated, e.g. `revenue_total`; the list is open.
        pub fact: String,
        /// What the fact is about, as printed: the name of the class, the kind of vehicle.
        pub subject: Option<String>,
        /// The figure; money in yuan, percents as printed, a decrease negative.
        pub value: Option<Fixed<20, 4>>,
        /// The figure as printed.
        pub value_text: String,
        /// `yuan`, `percent`, `vehicle`, `set`, `square_metre`, `person`, `project`, `trip`, `batch`, `organization` …
        pub unit: String,
        /// The fiscal year that the figure is of.
        pub fact_year: Option<i32>,
        /// What it is compared with; null where it stands for itself.
        pub comparison: Option<Comparison>,
        /// The stated reason (主要原因是…) without its lead.
        pub reason: Option<String>,
        /// The sentence.
        pub source_text: String,
        /// 1-based order of the table in the file, for counts of a table.
        pub table_no: Option<i32>,
        /// 1-based body row in that table.
        pub row_no: Option<i32>,
        /// 1-based line of the decoded source where the paragraph or row starts, row of the sheet in a workbook; null where the format has neither.
        pub line: Option<i32>,
        /// 1-based page, where the format has pages.
        pub page: Option<i32>,
        /// Sheet, where the format has sheets.
        pub sheet: Option<SharedText>,
    }
}
