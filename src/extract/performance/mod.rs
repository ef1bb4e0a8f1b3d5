//! Projects: project tables, performance target forms (项目支出绩效目标申报表) and self-evaluations (项目支出绩效自评表).

mod filled_cells;
mod funding;
mod indicator_rows;
mod lines;
mod moment;
mod placed;
mod rebuilt;
mod self_evaluation;
mod stream;
mod target_form;
mod target_lines;
mod target_value;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Notes, Provenance, has_money_columns};
use crate::codes::{Form, RejectCode, RowKind, Stage};
use crate::config::Config;
use crate::document::Position;
use crate::recognise::Table;
use crate::tables::{Indicator, LineItem, Project};

/// What comes of the project forms of one disclosure.
#[derive(Debug, Default)]
pub struct Projects {
    /// Rows of `projects`.
    pub projects: Vec<Project>,
    /// Rows of `indicators`.
    pub indicators: Vec<Indicator>,
    /// The funding amounts, rows of `line_items`.
    pub funding: Vec<LineItem>,
}

/// Where the records of a form come from.
pub struct FormContext<'e, 'c> {
    /// Configuration.
    pub config: &'c Config,
    /// Budget or final account.
    pub stage: Stage,
    /// The file.
    pub provenance: &'e Provenance,
    /// The form's table.
    pub table_no: i32,
    /// The form.
    pub form: Form,
    /// Number of the project.
    pub project_no: i32,
}

impl FormContext<'_, '_> {
    /// A project of which nothing is known but where it stands.
    fn project(&self, position: Position, row_no: i32) -> Project {
        Project {
            document_id: Arc::clone(&self.provenance.document_id),
            stage: self.stage,
            project_no: self.project_no,
            project_name: None,
            form: self.form,
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
            table_no: self.table_no,
            row_no,
            line: position.line_number(),
            page: position.page_number(),
            sheet: None,
        }
    }

    /// An indicator of which nothing is known but where it stands.
    fn indicator(&self, project: Option<&str>, position: Position, row_no: i32) -> Indicator {
        Indicator {
            document_id: Arc::clone(&self.provenance.document_id),
            stage: self.stage,
            project_no: self.project_no,
            project_name: project.map(str::to_owned),
            horizon: None,
            dimension: None,
            category: None,
            dimension_text: None,
            category_text: None,
            indicator_name: String::new(),
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
            table_no: self.table_no,
            row_no,
            line: position.line_number(),
            page: position.page_number(),
            sheet: None,
        }
    }
}

/// Reads the project forms among the tables; the rows of project tables are already read as line items.
pub fn projects(
    tables: &[Table<'_, '_>],
    line_items: &[LineItem],
    stage: Stage,
    provenance: &Provenance,
    config: &Config,
    notes: &mut Notes,
) -> Projects {
    let forms = || tables.iter().filter(|table| !has_money_columns(table.spec.form));
    let mut found = Projects {
        projects: Vec::with_capacity(forms().count()),
        // Hardly a row of a form has more than one.
        indicators: Vec::with_capacity(forms().map(|table| table.rows.len()).sum()),
        funding: Vec::new(),
    };
    let mut printed: HashMap<String, Position> = HashMap::new();
    let named: HashSet<&str> = line_items.iter().filter_map(|item| item.project_name.as_deref()).collect();
    // The items of a table stand together.
    let items_of: HashMap<i32, &[LineItem]> = line_items
        .chunk_by(|a, b| a.table_no == b.table_no)
        .map(|items| (items[0].table_no, items))
        .collect();
    let is_placed = |table: &&Table<'_, '_>| {
        table.spec.form == Form::PerformanceTarget && target_lines::is_in_lines(table) && stream::has_places(table)
    };
    let style = placed::style(tables.iter().filter(is_placed), &config.performance);
    for table in tables {
        let form = table.spec.form;
        let project_no = i32::try_from(found.projects.len() + 1).unwrap_or(i32::MAX);
        let context = FormContext {
            config,
            stage,
            provenance,
            table_no: table.number,
            form,
            project_no,
        };
        match form {
            Form::ProjectExpenditure | Form::ProjectCarryover => {
                let items = items_of.get(&table.number).copied().unwrap_or_default();
                found.projects.extend(project_rows(items, &context));
            }
            Form::PerformanceTarget if target_lines::is_in_lines(table) => {
                let (project, indicators, funding) = target_lines::read(table, &named, style, &context, notes);
                if let Some(project) = &project {
                    warn_of_copy(project, table, &mut printed, notes);
                }
                found.projects.extend(project);
                found.indicators.extend(indicators);
                found.funding.extend(funding);
            }
            Form::PerformanceSelfEvaluation if self_evaluation::has_lost_cells(table) => {
                found.funding.extend(self_evaluation::funding(table, &named, &context, notes));
            }
            Form::PerformanceTarget | Form::PerformanceSelfEvaluation => {
                let read = if form == Form::PerformanceTarget {
                    target_form::read
                } else {
                    self_evaluation::read
                };
                let Some((project, indicators, funding)) = read(table, &context, notes) else {
                    continue;
                };
                if form == Form::PerformanceTarget {
                    warn_of_copy(&project, table, &mut printed, notes);
                }
                found.projects.push(project);
                found.indicators.extend(indicators);
                found.funding.extend(funding);
            }
            _ => {}
        }
    }
    found
}

/// Says that the form of a project is printed again.
fn warn_of_copy(project: &Project, table: &Table<'_, '_>, printed: &mut HashMap<String, Position>, notes: &mut Notes) {
    let Some(name) = &project.project_name else { return };
    if let Some(first) = printed.insert(name.clone(), table.position) {
        let message = format!(
            "the form of this project is printed twice, first on line {}; both are loaded as printed",
            first.line
        );
        notes.warn(RejectCode::DuplicateForm, message, table.position, Some(name));
    }
}

/// The projects of a project table by its line items, one a row.
fn project_rows(items: &[LineItem], context: &FormContext<'_, '_>) -> Vec<Project> {
    let mut projects: Vec<Project> = Vec::new();
    let mut last_row = 0;
    for item in items.iter().filter(|item| item.row_kind == RowKind::Item) {
        if item.row_no == last_row || item.project_name.is_none() {
            continue;
        }
        last_row = item.row_no;
        let position = Position {
            line: u32::try_from(item.line.unwrap_or(0)).unwrap_or(0),
            page: u32::try_from(item.page.unwrap_or(0)).unwrap_or(0),
        };
        let mut project = context.project(position, item.row_no);
        project.project_no = context.project_no.saturating_add(i32::try_from(projects.len()).unwrap_or(i32::MAX));
        project.project_name.clone_from(&item.project_name);
        projects.push(project);
    }
    projects
}
