//! Projects with their funding and indicators, and the facts that are stated beside the forms of money.

use budgetlake::codes::{Code, Form, Measure};
use budgetlake::tables::{Fact, Fixed, Indicator, Project};
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use console::{Style, style};

use super::View;
use super::paper::{Paper, pad, printable};
use crate::summary::grouped;

const NUMBER: usize = 5;
const INDENT: usize = NUMBER + 16;
/// Texts of a project are shown up to this many characters.
const SHORT: usize = 80;
/// A column of texts is at least this wide.
const NARROWEST: usize = 8;

/// Writes the projects; their texts and indicators where rows are asked for.
pub fn projects(view: &View<'_>, paper: &mut Paper) {
    let projects: Vec<&Project> = view.projects().collect();
    if projects.is_empty() {
        return;
    }
    paper.heading("Projects", &projects.len().to_string());
    let is_form = |project: &&&Project| matches!(project.form, Form::PerformanceTarget | Form::PerformanceSelfEvaluation);
    for (index, project) in projects.iter().filter(is_form).enumerate() {
        if index > 0 {
            paper.blank();
        }
        one(view, project, paper);
    }
    let rows = projects.len() - projects.iter().filter(is_form).count();
    if rows > 0 {
        if rows < projects.len() {
            paper.blank();
        }
        paper.line(style(format!("  {rows} are rows of project tables and have no form here")).dim());
    }
}

fn one(view: &View<'_>, project: &Project, paper: &mut Paper) {
    let lead = format!("{}  ", style(format!("{:>1$}", project.project_no, NUMBER - 2)).cyan().bold());
    let name = project.project_name.as_deref().map_or_else(|| "(no name)".to_owned(), printable);
    paper.hanging(&lead, NUMBER, &name, &Style::new().bold());
    let line = project.line.map_or(String::new(), |line| format!(", line {line}"));
    let place = format!("{} · table {}{line}", project.form, project.table_no);
    row(paper, "form", Some(&place));
    let department = project
        .competent_department
        .as_ref()
        .map(|name| match &project.competent_department_code {
            Some(code) => format!("{name} ({code})"),
            None => name.clone(),
        });
    row(paper, "department", department.as_deref());
    row(paper, "unit", project.implementing_unit.as_deref());
    row(paper, "attribute", project.attribute.as_deref());
    row(paper, "duration", project.duration_text.as_deref());
    row(paper, "in charge", project.person_in_charge.as_deref());
    row(paper, "handled by", project.person_handling.as_deref());
    row(paper, "telephone", project.telephone.as_deref());
    row(paper, "funding", funding(view, project).as_deref());
    let score = project.total_score.map(|score| match &project.grade {
        Some(grade) => format!("{} {grade}", number(score)),
        None => number(score),
    });
    row(paper, "score", score.as_deref());
    let indicators: Vec<&Indicator> = view.indicators_of(project).collect();
    row(paper, "indicators", Some(&indicators.len().to_string()));
    if view.selection.items {
        texts(project, paper);
        if !indicators.is_empty() {
            paper.blank();
            indicator_table(&indicators, paper);
        }
    }
}

fn row(paper: &mut Paper, label: &str, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        let lead = format!("{}{}", " ".repeat(NUMBER), style(pad(label, INDENT - NUMBER)).dim());
        paper.hanging(&lead, INDENT, &printable(text), &Style::new());
    }
}

/// The totals of a form's funding in yuan, one for each measure.
fn funding(view: &View<'_>, project: &Project) -> Option<String> {
    let totals: Vec<String> = view
        .index
        .funding_of(project.table_no)
        .map(|item| format!("{} {}", Measure::code(item.measure), grouped(&item.amount.to_string())))
        .collect();
    (!totals.is_empty()).then(|| format!("{} yuan", totals.join(" · ")))
}

fn texts(project: &Project, paper: &mut Paper) {
    for (label, text) in [
        ("overview", &project.overview),
        ("basis", &project.basis),
        ("necessity", &project.necessity),
        ("safeguards", &project.safeguards),
        ("plan", &project.plan),
        ("goal, period", &project.implementation_goal),
        ("goal, year", &project.annual_goal),
        ("completion", &project.completion),
        ("execution", &project.analysis_execution),
        ("output", &project.analysis_output),
        ("benefit", &project.analysis_benefit),
        ("satisfaction", &project.analysis_satisfaction),
        ("experience", &project.experience),
        ("problems", &project.problems),
        ("improvements", &project.improvements),
    ] {
        row(paper, label, text.as_deref().map(shortened).as_deref());
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn number<const P: u8, const S: i8>(value: Fixed<P, S>) -> String {
    value.decimal().normalize().to_string()
}

fn indicator_table(indicators: &[&Indicator], paper: &mut Paper) {
    let evaluated = indicators
        .iter()
        .any(|indicator| indicator.score.is_some() || indicator.weight.is_some());
    let mut header = vec!["line", "horizon", "category", "name", "target", "op", "value", "unit"];
    if evaluated {
        header.extend(["actual", "weight", "score"]);
    }
    let rows = indicators.iter().map(|indicator| {
        let mut cells = vec![
            indicator.line.map_or(String::new(), |line| line.to_string()),
            indicator.horizon.map_or("", Code::code).to_owned(),
            indicator.category.map_or("", Code::code).to_owned(),
            indicator.indicator_name.clone(),
            indicator.target_text.clone().unwrap_or_default(),
            indicator.operator.map_or("", Code::code).to_owned(),
            indicator.target_value.map_or(String::new(), number),
            indicator.target_unit.clone().unwrap_or_default(),
        ];
        if evaluated {
            cells.push(indicator.actual_text.clone().unwrap_or_default());
            cells.push(indicator.weight.map_or(String::new(), number));
            cells.push(indicator.score.map_or(String::new(), number));
        }
        cells
    });
    table(&header, &["line", "value", "weight", "score"], rows, NUMBER, paper);
}

/// Writes the facts where rows are asked for; else how many there are.
pub fn facts(view: &View<'_>, paper: &mut Paper) {
    let facts: Vec<&Fact> = view.facts().collect();
    if facts.is_empty() {
        return;
    }
    if !view.selection.items {
        paper.heading("Facts", &format!("{}, shown with --items", facts.len()));
        return;
    }
    paper.heading("Facts", &facts.len().to_string());
    let header = ["line", "fact", "subject", "year", "value", "unit", "as printed"];
    let rows = facts.iter().map(|fact| {
        vec![
            fact.line.map_or(String::new(), |line| line.to_string()),
            fact.fact.clone(),
            fact.subject.clone().unwrap_or_default(),
            fact.fact_year.map_or(String::new(), |year| year.to_string()),
            fact.value.map_or(String::new(), |value| grouped(&number(value))),
            fact.unit.clone(),
            fact.value_text.clone(),
        ]
    });
    table(&header, &["line", "value"], rows, 2, paper);
}

/// A table of texts; where the screen is too narrow its columns wrap.
fn table(header: &[&str], right: &[&str], rows: impl Iterator<Item = Vec<String>>, indent: usize, paper: &mut Paper) {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if console::colors_enabled() {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(header.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
    for row in rows {
        table.add_row(row.iter().map(|text| printable(text)));
    }
    for (column, name) in table.column_iter_mut().zip(header) {
        column.set_padding((0, 1));
        if right.contains(name) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let natural = table.lines().next().map_or(0, |line| console::measure_text_width(&line));
    if let Some(room) = paper.width().map(|width| width.saturating_sub(indent))
        && natural > room
    {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(room).unwrap_or(u16::MAX));
        for column in table.column_iter_mut() {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(
                u16::try_from(NARROWEST / 2).unwrap_or(u16::MAX),
            )));
        }
    }
    for line in table.lines() {
        paper.line(format!("{}{line}", " ".repeat(indent)));
    }
}
