//! What a perfect reading makes of project forms and counts: rows of `projects`, `indicators` and `facts`, begun in the cells that print them.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::prose::TruthFact;
use crate::codes::{Form, Stage};
use crate::tables::{Fixed, Indicator, Project};

/// A record that begins in a cell. What is the same for all of a file (document, numbers of tables and rows) is filled in when it is
/// written.
#[derive(Debug, Clone, PartialEq)]
pub enum TruthRecord {
    /// A project form.
    Project(Box<Project>),
    /// An indicator.
    Indicator(Box<Indicator>),
    /// A count.
    Fact(Box<TruthFact>),
}

impl TruthRecord {
    /// Tells it the line that it begins on.
    pub fn stand_on(&mut self, number: u32) {
        let line = i32::try_from(number).ok();
        match self {
            Self::Project(project) => project.line = line,
            Self::Indicator(indicator) => indicator.line = line,
            Self::Fact(fact) => fact.line = number,
        }
    }
}

/// The number of a printed figure, `1250` or `98.5`.
pub fn fixed<const P: u8, const S: i8>(printed: &str) -> Option<Fixed<P, S>> {
    printed.parse::<Decimal>().ok().and_then(Fixed::exact)
}

/// A project of which only the name is known.
pub fn project(form: Form, stage: Stage, name: &str) -> Project {
    Project {
        document_id: Arc::from(""),
        stage,
        project_no: 0,
        project_name: Some(name.to_owned()),
        form,
        competent_department_code: None,
        competent_department: None,
        implementing_unit: None,
        attribute: None,
        duration_text: None,
        overview: None,
        basis: None,
        necessity: None,
        safeguards: None,
        plan: None,
        implementation_goal: None,
        annual_goal: None,
        completion: None,
        execution_rate: None,
        total_score: None,
        grade: None,
        filled_at: None,
        analysis_execution: None,
        analysis_output: None,
        analysis_benefit: None,
        analysis_satisfaction: None,
        experience: None,
        problems: None,
        improvements: None,
        person_in_charge: None,
        person_handling: None,
        telephone: None,
        table_no: 0,
        row_no: 0,
        line: None,
        page: None,
        sheet: None,
    }
}

/// An indicator of which only project and name are known.
pub fn indicator(stage: Stage, project: &str, name: &str) -> Indicator {
    Indicator {
        document_id: Arc::from(""),
        stage,
        project_no: 0,
        project_name: Some(project.to_owned()),
        horizon: None,
        dimension: None,
        category: None,
        dimension_text: None,
        category_text: None,
        indicator_name: name.to_owned(),
        target_text: None,
        operator: None,
        target_value: None,
        target_unit: None,
        is_quantitative: false,
        adjusted_text: None,
        actual_text: None,
        actual_operator: None,
        actual_value: None,
        actual_unit: None,
        weight: None,
        score: None,
        deviation_reason: None,
        table_no: 0,
        row_no: 0,
        line: None,
        page: None,
        sheet: None,
    }
}
