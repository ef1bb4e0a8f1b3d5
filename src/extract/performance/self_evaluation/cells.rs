//! 项目支出绩效自评表 whose cells are kept: columns are told by their headers, fields by their labels.

use std::borrow::Cow;

use super::indicators::{Cells, Printed, record};
use super::{number, project_field, total_and_grade};
use crate::codes::{Category, Dimension, Measure, RejectCode};
use crate::config::performance::{Analysis, Field, FundingLine, label_key};
use crate::document::GridRow;
use crate::extract::Notes;
use crate::extract::performance::FormContext;
use crate::extract::performance::funding::{Amount, line_item};
use crate::money::{MoneyCell, MoneyUnit, parse_cell};
use crate::recognise::Table;
use crate::tables::{Indicator, LineItem, Project};
use crate::text::without_wraps;

/// What a column of the indicators holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Dimension,
    Category,
    Name,
    Target,
    Adjusted,
    Actual,
    Weight,
    Score,
    Reason,
}

/// The headers of the indicators, by their beginning.
const HEADERS: [(&str, Column); 12] = [
    ("一级指标", Column::Dimension),
    ("二级指标", Column::Category),
    ("三级指标", Column::Name),
    ("年初指标值", Column::Target),
    ("年度指标值", Column::Target),
    ("指标值", Column::Target),
    ("调整后指标值", Column::Adjusted),
    ("实际完成值", Column::Actual),
    ("实际完成指标值", Column::Actual),
    ("分值", Column::Weight),
    ("得分", Column::Score),
    ("偏差原因", Column::Reason),
];

/// The headers of the funding; `None` is the rate of execution.
const FUNDING: [(&str, Option<Measure>); 6] = [
    ("目标申报数", Some(Measure::TargetDeclared)),
    ("预算编制数", Some(Measure::BudgetAllocated)),
    ("全年预算数", Some(Measure::AnnualBudget)),
    ("全年执行数", Some(Measure::Executed)),
    ("资金结(转)余", Some(Measure::Balance)),
    ("执行率", None),
];

/// Whether a table keeps its cells: the header of its indicators stands in one row, each in a cell of its own.
pub fn keeps_cells(table: &Table<'_, '_>) -> bool {
    table.rows.iter().any(is_header)
}

fn is_header(row: &GridRow<'_>) -> bool {
    const TOLD_BY: [Column; 3] = [Column::Name, Column::Target, Column::Score];
    if row.cells.len() < TOLD_BY.len() {
        return false;
    }
    let found: Vec<Column> = row.cells.iter().filter_map(|cell| column_of(cell)).collect();
    TOLD_BY.iter().all(|column| found.contains(column))
}

fn column_of(cell: &str) -> Option<Column> {
    let key = label_key(cell);
    HEADERS.iter().find(|(word, _)| key.starts_with(word)).map(|(_, column)| *column)
}

/// The part of the form that rows belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Fields,
    Funding,
    Goals,
    Indicators,
    Analysis,
}

/// Reads one form.
pub fn read(table: &Table<'_, '_>, context: &FormContext<'_, '_>, notes: &mut Notes) -> (Project, Vec<Indicator>, Vec<LineItem>) {
    let first = table.rows.first().map_or(table.position, |row| row.position);
    let mut reader = Reader {
        context,
        project: context.project(first, 1),
        indicators: Vec::new(),
        funding: Vec::new(),
        section: Section::Fields,
        // A page may end within the label that says it.
        unit: table.unit.as_ref().map_or(MoneyUnit::YUAN, |unit| unit.unit),
        funding_columns: Vec::new(),
        columns: Vec::new(),
        dimension: None,
        category: None,
        analysis: None,
    };
    for (row, row_no) in table.rows.iter().zip(1i32..) {
        reader.row(row, row_no, notes);
    }
    if reader.project.project_name.is_none() {
        notes.warn(
            RejectCode::IncompleteForm,
            "a self-evaluation without its name; the rest is loaded".into(),
            first,
            table.title.as_deref(),
        );
    }
    (reader.project, reader.indicators, reader.funding)
}

struct Reader<'r, 'e, 'c> {
    context: &'r FormContext<'e, 'c>,
    project: Project,
    indicators: Vec<Indicator>,
    funding: Vec<LineItem>,
    section: Section,
    unit: MoneyUnit,
    funding_columns: Vec<(usize, Option<Measure>)>,
    columns: Vec<(usize, Column)>,
    dimension: Option<(Dimension, String)>,
    category: Option<(Category, String)>,
    analysis: Option<Analysis>,
}

impl Reader<'_, '_, '_> {
    fn row(&mut self, row: &GridRow<'_>, row_no: i32, notes: &mut Notes) {
        let words = &self.context.config.performance;
        let cells: Vec<(usize, String)> = row
            .cells
            .iter()
            .enumerate()
            .map(|(column, cell)| (column, label_key(cell).into_owned()))
            .filter(|(_, key)| !key.is_empty())
            .collect();
        if cells.is_empty() {
            return;
        }
        let has = |wanted: &str| cells.iter().any(|(_, key)| key.starts_with(wanted));
        let line = || {
            let printed = |(at, kind): (usize, FundingLine)| (row.cells[at].as_ref(), kind);
            let joined = || cells.iter().find_map(|(_, key)| words.first_of_two(key));
            exact_any(&cells, |key| words.funding_line(key)).map(printed).or_else(joined)
        };
        if is_header(row) {
            self.section = Section::Indicators;
            let columns = row.cells.iter().enumerate();
            self.columns = columns.filter_map(|(at, cell)| Some((at, column_of(cell)?))).collect();
        } else if self.section == Section::Indicators && has("总分") {
            self.section = Section::Analysis;
            let texts: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).collect();
            total_and_grade(&texts.join(" "), &mut self.project);
        } else if self.section == Section::Indicators {
            self.indicator(row, row_no, notes);
        } else if self.section == Section::Analysis {
            self.analysis(row);
        } else if has("年度目标") && has("实际完成") {
            self.section = Section::Goals;
        } else if let (Section::Fields | Section::Funding, Some((label, kind))) = (self.section, line()) {
            self.funding(row, row_no, label, kind, notes);
        } else if cells.iter().any(|(_, key)| FUNDING.iter().any(|(word, _)| key == word)) || has("项目资金") {
            self.section = Section::Funding;
            if has("万元") || cells.iter().any(|(_, key)| key.contains("(万元)")) {
                self.unit = MoneyUnit::WAN;
            } else if cells.iter().any(|(_, key)| key.contains("(元)")) {
                self.unit = MoneyUnit::YUAN;
            }
            let found = |key: &str| FUNDING.iter().find(|(word, _)| *word == key).map(|(_, measure)| *measure);
            self.funding_columns
                .extend(cells.iter().filter_map(|(at, key)| Some((*at, found(key)?))));
            self.funding_columns.sort_by_key(|(at, _)| *at);
        } else if self.section == Section::Goals {
            self.goals(row);
        } else if self.section == Section::Funding && self.holds_amounts(row) {
            notes.warn(
                RejectCode::BadAmount,
                "a funding row whose label is not known; its amounts were left out".into(),
                row.position,
                Some(&row.cells.join("\t")),
            );
        } else if self.section == Section::Fields {
            self.fields(row);
        }
    }

    fn fields(&mut self, row: &GridRow<'_>) {
        let mut values: Vec<(Field, String)> = Vec::new();
        for cell in &row.cells {
            match self.context.config.performance.fields.exact(&label_key(cell)) {
                Some(field) => values.push((field, String::new())),
                None => {
                    if let Some((_, value)) = values.last_mut() {
                        value.push_str(&without_wraps(cell));
                    }
                }
            }
        }
        for (field, value) in values.into_iter().filter(|(_, value)| !value.is_empty()) {
            project_field(&mut self.project, field, value, self.context);
        }
    }

    fn funding(&mut self, row: &GridRow<'_>, row_no: i32, label: &str, kind: FundingLine, notes: &mut Notes) {
        self.section = Section::Funding;
        if self.funding_columns.is_empty() {
            notes.warn(
                RejectCode::AmbiguousColumn,
                "a funding row below no header; its amounts were left out".into(),
                row.position,
                Some(&row.cells.join("\t")),
            );
            return;
        }
        for (column, measure) in &self.funding_columns {
            let Some(text) = row.cells.get(*column).filter(|text| !text.trim().is_empty()) else {
                continue;
            };
            let Some(measure) = measure else {
                if kind == FundingLine::Total {
                    self.project.execution_rate = number(text.trim().trim_end_matches('%'));
                }
                continue;
            };
            let amount = Amount {
                line: kind,
                label,
                measure: *measure,
                text,
                position: row.position,
                row: row_no,
            };
            let name = self.project.project_name.as_deref();
            self.funding.extend(line_item(&amount, self.unit, name, self.context, notes));
        }
    }

    /// Whether amounts stand in the columns of the funding.
    fn holds_amounts(&self, row: &GridRow<'_>) -> bool {
        let is_amount = |cell: &str| matches!(parse_cell(cell), MoneyCell::Number(number, _) if !number.is_zero());
        let mut columns = self.funding_columns.iter().filter(|(_, measure)| measure.is_some());
        columns.any(|(at, _)| row.cells.get(*at).is_some_and(|cell| is_amount(cell)))
    }

    /// The first cell may go on with the label down the side; the two texts are the last two.
    fn goals(&mut self, row: &GridRow<'_>) {
        let is_label = |cell: &str| self.context.config.performance.fields.exact(&label_key(cell)).is_some();
        let texts: Vec<Cow<'_, str>> = row
            .cells
            .iter()
            .filter(|cell| !is_label(cell))
            .map(|cell| without_wraps(cell))
            .filter(|text| !text.is_empty())
            .collect();
        if let [goal, rest @ ..] = texts.as_slice() {
            self.project.annual_goal.get_or_insert_default().push_str(goal);
            if let Some(completion) = rest.last() {
                self.project.completion.get_or_insert_default().push_str(completion);
            }
        }
    }

    fn indicator(&mut self, row: &GridRow<'_>, row_no: i32, notes: &mut Notes) {
        let words = &self.context.config.performance;
        let text = |wanted: Column| -> String {
            let cells = self.columns.iter().filter(|(_, column)| *column == wanted);
            cells
                .filter_map(|(at, _)| row.cells.get(*at))
                .map(|cell| without_wraps(cell))
                .collect()
        };
        let (dimension, category) = (text(Column::Dimension), text(Column::Category));
        if let Some(found) = words.dimensions.exact(&label_key(&dimension)) {
            self.dimension = Some((found, dimension));
            self.category = None;
        }
        if let Some(found) = words.categories.exact(&label_key(&category)) {
            self.category = Some((found, category));
        }
        let cells = Cells {
            name: text(Column::Name),
            target: text(Column::Target),
            adjusted: text(Column::Adjusted),
            actual: text(Column::Actual),
            weight: number(&text(Column::Weight)),
            score: number(&text(Column::Score)),
        };
        let reason = text(Column::Reason);
        if cells.name.is_empty() {
            let is_more = !cells.target.is_empty() || !cells.actual.is_empty() || cells.weight.is_some();
            if is_more {
                notes.warn(
                    RejectCode::BadIndicator,
                    "a row among the indicators that names none; it was left out".into(),
                    row.position,
                    self.project.project_name.as_deref(),
                );
            } else if let Some(last) = self.indicators.last_mut().filter(|_| !reason.is_empty()) {
                last.deviation_reason.get_or_insert_default().push_str(&reason);
            }
            return;
        }
        let (dimension, category) = (self.dimension.as_ref(), self.category.as_ref());
        let name = self.project.project_name.as_deref();
        let printed = Printed {
            cells,
            position: row.position,
            row: row_no,
        };
        let mut indicator = record(printed, dimension, category, name, self.context, notes);
        indicator.deviation_reason = (!reason.is_empty()).then_some(reason);
        self.indicators.push(indicator);
    }

    fn analysis(&mut self, row: &GridRow<'_>) {
        let words = &self.context.config.performance;
        for cell in &row.cells {
            let key = label_key(cell);
            if let Some(label) = words.analysis.exact(&key) {
                self.analysis = Some(label);
            } else if let Some(label) = self.analysis
                && !key.is_empty()
            {
                super::analysis::append(&mut self.project, label, &without_wraps(cell));
            }
        }
    }
}

/// The first cell that means something.
fn exact_any<T>(cells: &[(usize, String)], meaning: impl Fn(&str) -> Option<T>) -> Option<(usize, T)> {
    cells.iter().find_map(|(at, key)| Some((*at, meaning(key)?)))
}
