//! `projects`: every project form and every row of a project table.

use super::{Fixed, Moment, SharedText, table};
use crate::codes::{Form, Stage};

table! {
    /// One row per project form or project row.
    pub struct Project(ProjectBuilder) = "projects" {
        /// The disclosure, as in `documents`.
        pub document_id: SharedText,
        /// Budget or final account.
        pub stage: Stage,
        /// 1-based order of the project in the disclosure.
        pub project_no: i32,
        /// Cleaned name; null where the form prints none.
        pub project_name: Option<String>,
        /// The form that it is printed in.
        pub form: Form,
        /// Code of the department in charge (主管部门及代码).
        pub competent_department_code: Option<String>,
        /// The department in charge (主管部门).
        pub competent_department: Option<String>,
        /// The unit that carries it out (实施单位, 预算单位).
        pub implementing_unit: Option<String>,
        /// 项目属性, as printed.
        pub attribute: Option<String>,
        /// 项目期, as printed.
        pub duration_text: Option<String>,
        /// 项目概况.
        pub overview: Option<String>,
        /// 立项依据.
        pub basis: Option<String>,
        /// 项目设立必要性.
        pub necessity: Option<String>,
        /// 保证项目实施的制度、措施.
        pub safeguards: Option<String>,
        /// 项目实施计划.
        pub plan: Option<String>,
        /// 总体目标 of the implementation period.
        pub implementation_goal: Option<String>,
        /// 总体目标 or 年度目标 of the year.
        pub annual_goal: Option<String>,
        /// 实际完成情况.
        pub completion: Option<String>,
        /// 执行率 of the total, as printed (98.07 is 98.07 %).
        pub execution_rate: Option<Fixed<9, 4>>,
        /// 总分.
        pub total_score: Option<Fixed<9, 4>>,
        /// Grade: 优, 良, 中, 差.
        pub grade: Option<String>,
        /// 填报日期 where it is a full date and time, to the second.
        pub filled_at: Option<Moment>,
        /// 项目实施和预算执行情况及分析.
        pub analysis_execution: Option<String>,
        /// 产出情况及分析.
        pub analysis_output: Option<String>,
        /// 效益情况及分析.
        pub analysis_benefit: Option<String>,
        /// 满意度情况及分析.
        pub analysis_satisfaction: Option<String>,
        /// 主要经验做法.
        pub experience: Option<String>,
        /// 项目管理中存在的主要问题及原因分析.
        pub problems: Option<String>,
        /// 下一步改进措施及管理建议.
        pub improvements: Option<String>,
        /// 负责人; loaded only where the configuration says so.
        pub person_in_charge: Option<String>,
        /// 经办人; loaded only where the configuration says so.
        pub person_handling: Option<String>,
        /// 联系电话; loaded only where the configuration says so.
        pub telephone: Option<String>,
        /// 1-based order of the table in the file.
        pub table_no: i32,
        /// 1-based body row in that table.
        pub row_no: i32,
        /// 1-based line of the decoded source where it starts, row of the sheet in a workbook; null where the format has neither.
        pub line: Option<i32>,
        /// 1-based page, where the format has pages.
        pub page: Option<i32>,
        /// Sheet, where the format has sheets.
        pub sheet: Option<SharedText>,
    }
}
