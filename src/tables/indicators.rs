//! `indicators`: every performance indicator.

use super::{Fixed, SharedText, table};
use crate::codes::{Category, Dimension, Horizon, Operator, Stage};

table! {
    /// One row per performance indicator.
    pub struct Indicator(IndicatorBuilder) = "indicators" {
        /// The disclosure, as in `documents`.
        pub document_id: SharedText,
        /// Budget or final account.
        pub stage: Stage,
        /// The project, as in `projects`.
        pub project_no: i32,
        /// The project's name.
        pub project_name: Option<String>,
        /// Which of the two targets; null in a self-evaluation.
        pub horizon: Option<Horizon>,
        /// 一级指标.
        pub dimension: Option<Dimension>,
        /// 二级指标.
        pub category: Option<Category>,
        /// 一级指标 as printed.
        pub dimension_text: Option<String>,
        /// 二级指标 as printed.
        pub category_text: Option<String>,
        /// 三级指标.
        pub indicator_name: String,
        /// 指标值 as printed, without white space from layout.
        pub target_text: Option<String>,
        /// Operator of the target, where one is printed.
        pub operator: Option<Operator>,
        /// Number of the target, as printed.
        pub target_value: Option<Fixed<20, 4>>,
        /// Unit of the target, as printed.
        pub target_unit: Option<String>,
        /// Whether the target is a number.
        pub is_quantitative: bool,
        /// 调整后指标值 as printed.
        pub adjusted_text: Option<String>,
        /// 实际完成值 as printed.
        pub actual_text: Option<String>,
        /// Operator of the actual value, where one is printed.
        pub actual_operator: Option<Operator>,
        /// Number of the actual value, as printed.
        pub actual_value: Option<Fixed<20, 4>>,
        /// Unit of the actual value, as printed.
        pub actual_unit: Option<String>,
        /// 分值.
        pub weight: Option<Fixed<9, 4>>,
        /// 得分.
        pub score: Option<Fixed<9, 4>>,
        /// 偏差原因分析及改进措施.
        pub deviation_reason: Option<String>,
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
