//! What a perfect reading makes of performance target forms, beside their amounts.

use crate::codes::{Category, Dimension, Horizon, Operator};

/// What a perfect reading makes of a performance target form, beside its funding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruthProject {
    /// The project.
    pub project_name: String,
    /// Code of its 主管部门.
    pub competent_department_code: String,
    /// Its 主管部门.
    pub competent_department: String,
    /// 实施单位.
    pub implementing_unit: String,
    /// 项目属性.
    pub attribute: String,
    /// 项目期.
    pub duration_text: String,
    /// 项目概况, 立项依据, 项目设立必要性, 保证项目实施的制度、措施, 项目实施计划.
    pub texts: [String; 5],
    /// 总体目标 of the implementation period and of the year.
    pub goals: [String; 2],
    /// 填报日期 as `2022-12-30T19:27:30`.
    pub filled_at: String,
    /// 1-based line of its first row; 0 until rendered.
    pub line: u32,
}

/// What a perfect reading makes of one printed indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruthIndicator {
    /// The project.
    pub project_name: String,
    /// Which of the two targets.
    pub horizon: Horizon,
    /// 一级指标.
    pub dimension: Dimension,
    /// 二级指标.
    pub category: Category,
    /// 三级指标.
    pub indicator_name: String,
    /// 指标值.
    pub target_text: String,
    /// Where one is printed.
    pub operator: Option<Operator>,
    /// The number in its printed digits, without commas.
    pub target_value: Option<String>,
    /// What follows the number.
    pub target_unit: Option<String>,
    /// 1-based line where its row starts; 0 until rendered.
    pub line: u32,
}

/// A record that begins in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TruthRecord {
    /// A project form.
    Project(Box<TruthProject>),
    /// An indicator.
    Indicator(Box<TruthIndicator>),
}
