//! 项目支出绩效目标申报表: fields, funding, goals, indicators, foot.

use super::FormContext;
use super::filled_cells::{Filled, filled};
use super::funding::{Amount, line_item};
use super::indicator_rows::{IndicatorRows, PrintedIndicator};
use super::moment::moment;
use crate::codes::{Measure, RejectCode};
use crate::config::performance::{Field, FundingLine, Performance, label_key};
use crate::document::{GridRow, Position};
use crate::extract::Notes;
use crate::extract::identity::competent_department;
use crate::money::{MoneyCell, MoneyUnit, parse_cell};
use crate::recognise::Table;
use crate::tables::{Indicator, LineItem, Project};
use crate::text::clean_name;

/// Reads one form.
pub fn read(table: &Table<'_, '_>, context: &FormContext<'_, '_>, notes: &mut Notes) -> Option<(Project, Vec<Indicator>, Vec<LineItem>)> {
    read_rows(table.rows.iter().zip(1i32..), false, table, context, notes)
}

/// Reads one form of rows that are those of the table or put together of its lines, each with its number; `keeps_columns` says whether the
/// cells of its indicators stand in the columns of their headers.
pub fn read_rows<'r, 't: 'r>(
    rows: impl Iterator<Item = (&'r GridRow<'t>, i32)> + Clone,
    keeps_columns: bool,
    table: &Table<'_, '_>,
    context: &FormContext<'_, '_>,
    notes: &mut Notes,
) -> Option<(Project, Vec<Indicator>, Vec<LineItem>)> {
    let mut reader = Reader {
        context,
        words: &context.config.performance,
        fields: Vec::new(),
        open: Vec::new(),
        goals: [String::new(), String::new()],
        section: Section::Fields,
        funding: Vec::new(),
        funding_row: Vec::new(),
        unit: MoneyUnit::YUAN,
        annual_column: None,
        indicators: None,
        keeps_columns,
        has_foot: false,
        width: rows.clone().map(|(row, _)| row.cells.len()).max().unwrap_or(0),
    };
    for (row, number) in rows {
        reader.row(row, number);
    }
    if reader.fields.is_empty() {
        return None;
    }
    Some(reader.finish(table, notes))
}

/// The part of the form that rows belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Fields,
    Funding,
    Goals,
    Indicators,
    Foot,
}

/// A printed funding amount.
struct Funded {
    line: FundingLine,
    label: String,
    annual: bool,
    text: String,
    position: Position,
    row: i32,
}

struct Reader<'r, 'e, 'c> {
    context: &'r FormContext<'e, 'c>,
    words: &'c Performance,
    /// Fields with their texts, in the order in which they are printed.
    fields: Vec<(Field, String)>,
    /// The fields of the last row, whose texts may go on.
    open: Vec<usize>,
    goals: [String; 2],
    section: Section,
    funding: Vec<Funded>,
    /// The funding lines of the last row, whose labels may go on.
    funding_row: Vec<usize>,
    unit: MoneyUnit,
    /// Where the total of the year is printed.
    annual_column: Option<usize>,
    indicators: Option<IndicatorRows<'c>>,
    keeps_columns: bool,
    has_foot: bool,
    width: usize,
}

impl Reader<'_, '_, '_> {
    fn row(&mut self, row: &GridRow<'_>, number: i32) {
        let cells = filled(row, self.context);
        let Some(first) = cells.first() else { return };
        let feet = cells.iter().filter(|cell| cell.field.is_some_and(Field::is_foot)).count();
        let is_dated = cells.iter().any(|cell| cell.field == Some(Field::FilledAt));
        // Persons may stand among the fields at the top, too.
        let is_end = self.indicators.is_some() || is_dated;
        if cells.len() == 1 && first.key.ends_with('表') && first.key.contains("绩效目标") {
            return;
        }
        if IndicatorRows::is_header(row) {
            self.section = Section::Indicators;
            self.indicators = Some(IndicatorRows::new(self.words, row, self.keeps_columns));
        } else if is_end && feet >= 2 || self.section == Section::Indicators && feet >= 1 {
            self.section = Section::Foot;
            self.has_foot = true;
            self.labelled(&cells);
        } else if let (Section::Indicators, Some(indicators)) = (self.section, &mut self.indicators) {
            indicators.row(cells, row.position, number);
        } else if self.section == Section::Foot {
            // A page break cuts figures of the foot; they are no part of the form that is loaded.
        } else if first.field != Some(Field::Goals) && cells.iter().filter(|cell| self.words.goal(&cell.key).is_some()).count() >= 2 {
            self.section = Section::Goals;
            self.open.clear();
        } else if first.field == Some(Field::Goals) || self.is_cut_goals(first) {
            self.section = Section::Goals;
            self.open.clear();
            let values: Vec<&Filled<'_>> = cells[1..].iter().filter(|cell| self.words.goal(&cell.key).is_none()).collect();
            self.goal_values(&values, true);
        } else if self.is_funding(&cells) {
            self.section = Section::Funding;
            self.open.clear();
            self.funding_cells(&cells, row.position, number);
        } else if self.section == Section::Funding && first.field.is_none() {
            self.funding_labels_go_on(&cells);
        } else if cells.iter().any(|cell| cell.field.is_some()) {
            self.section = Section::Fields;
            self.labelled(&cells);
        } else if self.section == Section::Goals {
            let rest = usize::from(cells.len() > 1 && self.words.fields.is_rest(&first.key) && first.key.chars().count() <= 4);
            let values: Vec<&Filled<'_>> = cells[rest..].iter().collect();
            self.goal_values(&values, false);
        } else {
            self.texts_go_on(&cells);
        }
    }

    /// 总体 on one page, 目标 on the next.
    fn is_cut_goals(&self, first: &Filled<'_>) -> bool {
        self.section == Section::Goals && first.key.chars().count() <= 4 && self.words.fields.cut_off(&first.key) == Some(Field::Goals)
    }

    /// A row of labels with their values behind them.
    fn labelled(&mut self, cells: &[Filled<'_>]) {
        self.open.clear();
        for cell in cells {
            if let Some(field) = cell.field {
                self.open.push(self.fields.len());
                self.fields.push((field, String::new()));
            } else if let Some(open) = self.open.last() {
                self.fields[*open].1.push_str(&cell.text);
            }
        }
    }

    /// What a page break left of the values of the row before it.
    fn texts_go_on(&mut self, cells: &[Filled<'_>]) {
        let open = self.open.len();
        for (index, cell) in cells.iter().enumerate() {
            let place = index.min(open.saturating_sub(1));
            if let Some(field) = self.open.get(place).copied() {
                self.fields[field].1.push_str(&cell.text);
            }
        }
    }

    fn goal_values(&mut self, values: &[&Filled<'_>], first: bool) {
        match values {
            [] => {}
            [only] => {
                let side = if first {
                    usize::from(only.column * 2 > self.width)
                } else {
                    self.unfinished_goal(only)
                };
                self.goals[side].push_str(&only.text);
            }
            [left, .., right] => {
                self.goals[0].push_str(&left.text);
                self.goals[1].push_str(&right.text);
            }
        }
    }

    /// A single piece goes on with the goal whose sentence is not finished.
    fn unfinished_goal(&self, piece: &Filled<'_>) -> usize {
        let finished = |goal: &String| goal.ends_with(['。', '；', '！', '.', '”']);
        match (finished(&self.goals[0]), finished(&self.goals[1])) {
            (true, false) => 1,
            (false, true) => 0,
            _ => usize::from(piece.column * 2 > self.width),
        }
    }

    fn is_funding(&self, cells: &[Filled<'_>]) -> bool {
        matches!(self.section, Section::Fields | Section::Funding)
            && cells
                .iter()
                .take(2)
                .any(|cell| cell.field == Some(Field::Funding) || self.words.funding_line_cut_off(&cell.key).is_some())
    }

    /// Labels and amounts of a funding row: first of the implementation period, then of the year.
    fn funding_cells(&mut self, cells: &[Filled<'_>], position: Position, number: i32) {
        self.funding_row.clear();
        for cell in cells {
            if cell.field == Some(Field::Funding) {
                if cell.key.contains("万元") {
                    self.unit = MoneyUnit::WAN;
                }
            } else if let Some(line) = self.words.funding_line_cut_off(&cell.key) {
                let annual = match line {
                    FundingLine::ImplementationPeriodTotal => false,
                    FundingLine::AnnualTotal => {
                        self.annual_column = Some(cell.column);
                        true
                    }
                    // A line that only the year has stands alone below the total of the year.
                    _ => !self.funding_row.is_empty() || self.annual_column.is_some_and(|column| cell.column >= column),
                };
                self.funding_row.push(self.funding.len());
                self.funding.push(Funded {
                    line,
                    label: cell.text.to_string(),
                    annual,
                    text: String::new(),
                    position,
                    row: number,
                });
            } else if let Some(open) = self.funding_row.last() {
                self.funding[*open].text.push_str(&cell.text);
            }
        }
    }

    /// The rest of labels that a page break cut (`中央财政资` | `金`): it belongs to those that are no whole words.
    fn funding_labels_go_on(&mut self, cells: &[Filled<'_>]) {
        let row = std::mem::take(&mut self.funding_row);
        let is_cut = |index: &&usize| {
            let key = label_key(&self.funding[**index].label);
            self.words
                .funding
                .exact(key.trim_start_matches("其中").trim_start_matches(':'))
                .is_none()
        };
        let cut: Vec<usize> = row.iter().filter(is_cut).copied().collect();
        let rests = cells.iter().filter(|cell| matches!(parse_cell(&cell.text), MoneyCell::Bad(_)));
        for (index, cell) in cut.into_iter().zip(rests) {
            self.funding[index].label.push_str(&cell.text);
        }
        self.funding_row = row;
    }

    fn text(&self, wanted: Field) -> Option<String> {
        let text: String = self
            .fields
            .iter()
            .filter(|(field, _)| *field == wanted)
            .map(|(_, text)| text.as_str())
            .collect();
        (!text.is_empty()).then_some(text)
    }

    /// 计划开始日期 and 计划完成日期.
    fn dates(&self) -> Option<String> {
        let (start, end) = (self.text(Field::StartDate), self.text(Field::EndDate));
        let dates: Vec<String> = [start, end].into_iter().flatten().collect();
        (!dates.is_empty()).then(|| dates.join("至"))
    }

    fn finish(self, table: &Table<'_, '_>, notes: &mut Notes) -> (Project, Vec<Indicator>, Vec<LineItem>) {
        let context = self.context;
        let position = table.rows.first().map_or(table.position, |row| row.position);
        let mut project = context.project(position, 1);
        project.project_name = self.text(Field::ProjectName).map(|name| clean_name(&name));
        let department = self.text(Field::CompetentDepartment);
        if let Some((code, name)) = department.as_deref().and_then(competent_department) {
            project.competent_department_code = Some(code);
            project.competent_department = Some(name);
        } else {
            project.competent_department = department.map(|name| clean_name(&name));
        }
        project.implementing_unit = self.text(Field::ImplementingUnit).map(|name| clean_name(&name));
        // 项目性质 and 项目类别: the first says what the other forms' 项目属性 says.
        project.attribute = self
            .fields
            .iter()
            .find(|(field, _)| *field == Field::Attribute)
            .map(|(_, text)| text.clone());
        project.duration_text = self.text(Field::Duration).or_else(|| self.dates());
        project.overview = self.text(Field::Overview);
        project.basis = self.text(Field::Basis);
        project.necessity = self.text(Field::Necessity);
        project.safeguards = self.text(Field::Safeguards);
        project.plan = self.text(Field::Plan);
        project.filled_at = self.text(Field::FilledAt).as_deref().and_then(moment);
        if context.config.settings.personal_data.load {
            project.person_in_charge = self.text(Field::PersonInCharge);
            project.person_handling = self.text(Field::PersonHandling);
            project.telephone = self.text(Field::Telephone);
        }
        let single = self.indicators.as_ref().is_some_and(IndicatorRows::is_single);
        let [mut implementation, mut annual] = self.goals;
        if single && annual.is_empty() {
            std::mem::swap(&mut implementation, &mut annual);
        }
        project.implementation_goal = (!implementation.is_empty()).then_some(implementation);
        project.annual_goal = (!annual.is_empty()).then_some(annual);
        let name = project.project_name.clone();
        let has_period = !single
            || self
                .funding
                .iter()
                .any(|funded| funded.line == FundingLine::ImplementationPeriodTotal);
        let mut funding = Vec::new();
        for funded in &self.funding {
            let measure = if funded.annual || !has_period {
                Measure::Annual
            } else {
                Measure::ImplementationPeriod
            };
            let amount = Amount {
                line: funded.line,
                label: &funded.label,
                measure,
                text: &funded.text,
                position: funded.position,
                row: funded.row,
            };
            funding.extend(line_item(&amount, self.unit, name.as_deref(), context, notes));
        }
        let read = self.indicators.map(|rows| (rows.indicators, rows.odd)).unwrap_or_default();
        let mut missing = Vec::new();
        for (there, part) in [
            (name.is_some(), "its name"),
            (!read.0.is_empty(), "indicators"),
            // Forms with one half have none.
            (self.has_foot || single, "its foot"),
        ] {
            if !there {
                missing.push(part);
            }
        }
        if !missing.is_empty() {
            notes.warn(
                RejectCode::IncompleteForm,
                format!("a performance form without {}; the rest is loaded", missing.join(" and ")),
                position,
                name.as_deref(),
            );
        }
        for (odd, text) in read.1 {
            notes.warn(
                RejectCode::BadIndicator,
                "text among the indicators that is none of the implementation period or the year; it was left out".into(),
                odd,
                Some(&text),
            );
        }
        let indicators = read
            .0
            .into_iter()
            .map(|printed| record(printed, name.as_deref(), context, notes))
            .collect();
        (project, indicators, funding)
    }
}

/// An indicator's row.
fn record(printed: PrintedIndicator, project: Option<&str>, context: &FormContext<'_, '_>, notes: &mut Notes) -> Indicator {
    if printed.category.is_none() {
        notes.warn(
            RejectCode::BadIndicator,
            "an indicator under no category; its dimension and category are null".into(),
            printed.position,
            Some(&printed.name),
        );
    }
    let target = printed.target;
    Indicator {
        horizon: Some(printed.horizon),
        dimension: printed.dimension,
        category: printed.category,
        dimension_text: printed.dimension_text,
        category_text: printed.category_text,
        indicator_name: printed.name,
        is_quantitative: target.value.is_some(),
        operator: target.operator,
        target_value: target.value,
        target_unit: target.unit,
        target_text: (!target.text.is_empty()).then_some(target.text),
        ..context.indicator(project, printed.position, printed.row)
    }
}
