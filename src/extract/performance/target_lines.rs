//! 项目支出绩效目标申报表 whose cells are lost. Fields and indicators are read where the order of words tells them apart ([`stream`]) or their places do ([`placed`]), the
//! funding where it proves itself.
//!
//! A label stands in front of its amount, or is wrapped above and below the line of its amount. Whatever was told apart that way counts
//! only if the total is the sum of its parts: what wrapping cut off an amount, or a label taken for another, would not add up.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::FormContext;
use super::funding::{Amount, line_item};
use super::lines::{Line, Piece, label_of, project_name, unit_of, warn_of_lost_cells};
use super::placed::{self, Style};
use super::stream::{self, has_places};
use super::target_form::read_rows;
use crate::codes::{Measure, RejectCode};
use crate::config::performance::{FundingLine, Performance, label_key};
use crate::document::Position;
use crate::extract::Notes;
use crate::layout::Metric;
use crate::recognise::Table;
use crate::tables::{Indicator, LineItem, Project};
use crate::text::compact;

/// Whether a form has lost its cells.
pub fn is_in_lines(table: &Table<'_, '_>) -> bool {
    table.rows.iter().all(|row| row.cells.len() <= 1)
}

/// Reads one form: its fields and indicators where its words can be put together to rows, its funding where it proves itself. What is left
/// out has a warning.
///
/// `projects` are the names of the disclosure's project tables, `style` is that of its forms whose cells keep their places.
pub fn read(
    table: &Table<'_, '_>,
    projects: &HashSet<&str>,
    style: Option<Style>,
    context: &FormContext<'_, '_>,
    notes: &mut Notes,
) -> (Option<Project>, Vec<Indicator>, Vec<LineItem>) {
    let performance = &context.config.performance;
    let rebuilt = if has_places(table) {
        let name = name_of(table, projects, performance);
        name.and_then(|name| placed::rebuilt(table, &name, style, performance))
    } else {
        stream::rebuilt(table, performance)
    };
    let form = rebuilt.as_ref().and_then(|rebuilt| {
        let rows = rebuilt.rows.iter().map(|row| (&row.cells, row.number));
        read_rows(rows, true, table, context, notes)
    });
    let Some((project, indicators, _)) = form else {
        let funding = funding(table, None, projects, context, notes);
        warn_of_lost_cells("performance target form", &funding, table, notes);
        return (None, Vec::new(), funding);
    };
    let funding = funding(table, project.project_name.as_deref(), projects, context, notes);
    let mut doubtful = rebuilt.map(|rebuilt| rebuilt.doubtful).unwrap_or_default();
    if funding.is_empty() {
        doubtful.push((table.position, "the funding".to_owned()));
    }
    for (position, what) in doubtful {
        let message = format!("a performance target form in lines of text; what could not be told apart was left out: {what}");
        notes.warn(RejectCode::LostCells, message, position, project.project_name.as_deref());
    }
    (Some(project), indicators, funding)
}

/// Reads the funding of one form, of the project `name` or the one that its lines name.
fn funding(
    table: &Table<'_, '_>,
    name: Option<&str>,
    projects: &HashSet<&str>,
    context: &FormContext<'_, '_>,
    notes: &mut Notes,
) -> Vec<LineItem> {
    let words = &context.config.performance;
    let (lines, in_cols) = (head(table, Metric::Chars), head(table, Metric::Cols));
    let proven = [
        figures_by_place(&lines, words),
        figures_by_place(&in_cols, words),
        figures_by_order(&lines, words),
    ]
    .into_iter()
    .find(|figures| is_proven(figures, &lines));
    let name = name.map(str::to_owned).or_else(|| project_name(&lines, words, projects));
    match (proven, unit_of(&lines, table)) {
        (Some(figures), Some(unit)) => figures
            .iter()
            .filter_map(|figure| line_item(&figure.amount(), unit, name.as_deref(), context, notes))
            .collect(),
        _ => Vec::new(),
    }
}

/// The lines down to the funding.
fn head<'t>(table: &'t Table<'_, '_>, metric: Metric) -> Vec<Line<'t>> {
    let lines = table.rows.iter().zip(1..).map(|(row, number)| Line::of(row, number, metric));
    lines.take_while(|line| !begins_goals(line)).collect()
}

/// The project that the lines name.
fn name_of(table: &Table<'_, '_>, projects: &HashSet<&str>, words: &Performance) -> Option<String> {
    project_name(&head(table, Metric::Chars), words, projects)
}

/// Whether a line begins what follows the funding.
fn begins_goals(line: &Line<'_>) -> bool {
    let words = compact(line.text);
    ["总目标", "总体目标", "年度目标", "一级指"].iter().any(|word| words.contains(word))
}

/// An amount with its label.
struct Figure {
    line: FundingLine,
    annual: bool,
    label: String,
    text: String,
    value: Decimal,
    position: Position,
    row: i32,
}

impl Figure {
    fn of(line: FundingLine, label: String, number: &Piece, value: Decimal, at: &Line<'_>) -> Self {
        Self {
            line,
            annual: matches!(line, FundingLine::AnnualTotal | FundingLine::CurrentFiscal | FundingLine::Carryover),
            label,
            text: number.text.clone(),
            value,
            position: at.position,
            row: at.number,
        }
    }

    fn is_total(&self) -> bool {
        matches!(self.line, FundingLine::ImplementationPeriodTotal | FundingLine::AnnualTotal)
    }

    fn amount(&self) -> Amount<'_> {
        Amount {
            line: self.line,
            label: &self.label,
            measure: if self.annual {
                Measure::Annual
            } else {
                Measure::ImplementationPeriod
            },
            text: &self.text,
            position: self.position,
            row: self.row,
        }
    }
}

/// Whether each total is the sum of its parts, no source has two amounts, and no number of its lines is left without a label: a zero in
/// the wrong place adds up, too.
fn is_proven(figures: &[Figure], lines: &[Line<'_>]) -> bool {
    let (Some(first), Some(last)) = (figures.first(), figures.iter().map(|figure| figure.row).max()) else {
        return false;
    };
    let mut sources: Vec<(bool, FundingLine)> = figures.iter().map(|figure| (figure.annual, figure.line)).collect();
    sources.sort_unstable();
    if sources.windows(2).any(|pair| pair[0] == pair[1]) {
        return false;
    }
    let block = lines.iter().filter(|line| (first.row..=last).contains(&line.number));
    let numbers = block.flat_map(|line| &line.pieces).filter(|piece| piece.value.is_some()).count();
    let adds_up = |annual: bool| {
        let (totals, parts): (Vec<&Figure>, Vec<&Figure>) = figures
            .iter()
            .filter(|figure| figure.annual == annual)
            .partition(|figure| figure.is_total());
        let sum = parts.iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(part.value));
        match totals[..] {
            [total] => !parts.is_empty() && sum == Some(total.value),
            _ => totals.is_empty() && parts.is_empty(),
        }
    };
    figures.len() == numbers && adds_up(false) && adds_up(true)
}

/// Labels by where they stand: in front of their number, or wrapped around its line. The period is that of the total which stands nearest.
fn figures_by_place(lines: &[Line<'_>], words: &Performance) -> Vec<Figure> {
    let mut figures: Vec<(Figure, (usize, usize))> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let mut from = 0;
        for number in &line.pieces {
            let Some(value) = number.value else { continue };
            if let Some((line_of, label)) = label_of(lines, at, from, number, words) {
                figures.push((Figure::of(line_of, label, number, value, line), number.place));
            }
            from = number.place.0;
        }
    }
    let totals: Vec<(bool, (usize, usize))> = figures
        .iter()
        .filter(|(figure, _)| figure.is_total())
        .map(|(figure, cols)| (figure.annual, *cols))
        .collect();
    let away = |one: (usize, usize), other: (usize, usize)| one.0.abs_diff(other.0).min(one.1.abs_diff(other.1));
    for (figure, cols) in figures.iter_mut().filter(|(figure, _)| !figure.is_total()) {
        if let Some((annual, _)) = totals.iter().min_by_key(|(_, total)| away(*total, *cols)) {
            figure.annual = *annual;
        }
    }
    figures.into_iter().map(|(figure, _)| figure).collect()
}

/// Labels by the order in which they are printed, each in front of its number. The second of a kind is of the year.
fn figures_by_order(lines: &[Line<'_>], words: &Performance) -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::new();
    let mut labels: Vec<FundingLine> = Vec::new();
    let mut label = String::new();
    let mut open = None;
    for (at, line) in lines.iter().enumerate() {
        for (index, piece) in line.words.iter().enumerate() {
            let Some(value) = piece.value else {
                // A colon on a line of its own.
                if label_key(&piece.text).is_empty() {
                    continue;
                }
                label.push_str(&piece.text);
                let found = words.funding_line(&label_key(&label)).or_else(|| {
                    let (alone, whole) = match words.funding_line(&label_key(&piece.text)) {
                        Some(alone) => (alone, piece.text.clone()),
                        None => {
                            line.words.get(index + 1)?.value?;
                            whole_label(&piece.text, lines.get(at + 1)?, words)?
                        }
                    };
                    label = whole;
                    Some(alone)
                });
                // Words between a label and a number part them.
                open = found.map(|kind| {
                    let again = labels.contains(&kind);
                    labels.push(kind);
                    (kind, again, std::mem::take(&mut label))
                });
                continue;
            };
            label.clear();
            if let Some((kind, again, label)) = open.take() {
                let mut figure = Figure::of(kind, label, piece, value, line);
                figure.annual |= again;
                figures.push(figure);
            }
        }
    }
    let has_period = figures.iter().any(|figure| figure.line == FundingLine::ImplementationPeriodTotal);
    figures.iter_mut().filter(|_| !has_period).for_each(|figure| figure.annual = true);
    figures
}

/// The label that the end of a page has cut within its row, if the line below prints the rest of it.
fn whole_label(cut: &str, below: &Line<'_>, words: &Performance) -> Option<(FundingLine, String)> {
    let is_whole = |rest: &Piece| {
        let whole = format!("{cut}{}", rest.text);
        words.funding_line(&label_key(&whole)).map(|line| (line, whole))
    };
    words.funding_line_cut_off(&label_key(cut))?;
    below.words.iter().find_map(is_whole)
}
