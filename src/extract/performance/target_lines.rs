//! 项目支出绩效目标申报表 whose cells are lost: of its lines only the funding is read, and only where it proves itself.
//!
//! A label stands in front of its amount, or is wrapped above and below the line of its amount. Whatever was told apart that way counts
//! only if the total is the sum of its parts: what wrapping cut off an amount, or a label taken for another, would not add up.

use rust_decimal::Decimal;

use super::FormContext;
use super::funding::{Amount, line_item};
use crate::codes::{Measure, RejectCode};
use crate::config::performance::{Field, FundingLine, Performance, label_key};
use crate::document::{GridRow, Position};
use crate::extract::Notes;
use crate::layout::{Token, Tokens};
use crate::money::MoneyUnit;
use crate::recognise::Table;
use crate::tables::LineItem;
use crate::text::{clean_name, compact};

/// Whether a form has lost its cells.
pub fn is_in_lines(table: &Table<'_, '_>) -> bool {
    table.rows.iter().all(|row| row.cells.len() <= 1)
}

/// Reads the funding of one form; the rest of it is left out, with a warning.
pub fn funding(table: &Table<'_, '_>, context: &FormContext<'_, '_>, notes: &mut Notes) -> Vec<LineItem> {
    let words = &context.config.performance;
    let lines: Vec<Line<'_>> = table
        .rows
        .iter()
        .zip(1..)
        .map(|(row, number)| Line::of(row, number))
        .take_while(|line| !line.begins_goals())
        .collect();
    let proven = [figures_by_place(&lines, words), figures_by_order(&lines, words)]
        .into_iter()
        .find(|figures| is_proven(figures, &lines));
    let name = project_name(&lines, words);
    let items: Vec<LineItem> = match (proven, unit_of(&lines, table)) {
        (Some(figures), Some(unit)) => figures
            .iter()
            .filter_map(|figure| line_item(&figure.amount(), unit, name.as_deref(), context, notes))
            .collect(),
        _ => Vec::new(),
    };
    let left_out = if items.is_empty() {
        "fields, funding and indicators were left out"
    } else {
        "fields and indicators were left out"
    };
    notes.warn(
        RejectCode::LostCells,
        format!("a performance target form in lines of text; its {left_out}"),
        table.position,
        table.title.as_deref(),
    );
    items
}

/// The unit of the amounts: printed at their label, or in the caption.
fn unit_of(lines: &[Line<'_>], table: &Table<'_, '_>) -> Option<MoneyUnit> {
    let says = |unit: &str| lines.iter().any(|line| compact(line.text).contains(unit));
    if says("(万元)") {
        Some(MoneyUnit::WAN)
    } else if says("(元)") {
        Some(MoneyUnit::YUAN)
    } else {
        table.unit.as_ref().filter(|unit| !unit.assumed).map(|unit| unit.unit)
    }
}

/// 项目名称, where it stands whole on one line: the next line begins with a label, and nothing stands above the name.
fn project_name(lines: &[Line<'_>], words: &Performance) -> Option<String> {
    let field = |token: &Token<'_>| words.fields.exact(&label_key(token.text));
    let at = lines
        .iter()
        .position(|line| Tokens::of(line.text).next().as_ref().and_then(field) == Some(Field::ProjectName))?;
    Tokens::of(lines.get(at + 1)?.text).next().as_ref().and_then(field)?;
    let name: Vec<Token<'_>> = Tokens::of(lines[at].text)
        .skip(1)
        .take_while(|token| field(token).is_none())
        .collect();
    let (first, last) = (name.first()?, name.last()?);
    let is_above = |line: &Line<'_>| Tokens::of(line.text).any(|token| token.cols.0 < last.cols.1 && token.cols.1 > first.cols.0);
    if at.checked_sub(1).is_some_and(|above| is_above(&lines[above])) {
        return None;
    }
    let printed: Vec<&str> = name.iter().map(|token| token.text).collect();
    Some(clean_name(&printed.join(" ")))
}

/// A line with its words and numbers.
struct Line<'t> {
    text: &'t str,
    pieces: Vec<Piece>,
    position: Position,
    number: i32,
}

/// Words with nothing but single spaces between them, or a number.
struct Piece {
    text: String,
    value: Option<Decimal>,
    /// Where it begins and ends, in columns of a terminal.
    cols: (usize, usize),
}

impl<'t> Line<'t> {
    fn of(row: &'t GridRow<'_>, number: i32) -> Self {
        let text = row.cells.first().map_or("", |cell| cell.as_ref());
        let mut pieces: Vec<Piece> = Vec::new();
        for token in Tokens::of(text) {
            let value = token.value();
            match pieces.last_mut() {
                Some(last) if value.is_none() && last.value.is_none() && token.gap <= 1 => {
                    last.text.push_str(token.text);
                    last.cols.1 = token.cols.1;
                }
                _ => pieces.push(Piece {
                    text: token.text.to_owned(),
                    value,
                    cols: token.cols,
                }),
            }
        }
        Self {
            text,
            pieces,
            position: row.position,
            number,
        }
    }

    /// Whether it begins what follows the funding.
    fn begins_goals(&self) -> bool {
        let words = compact(self.text);
        ["总目标", "总体目标", "年度目标", "一级指"].iter().any(|word| words.contains(word))
    }

    /// The last words that begin between two columns.
    fn words_between(&self, from: usize, to: usize) -> &str {
        let stands = |piece: &&Piece| piece.value.is_none() && piece.cols.0 >= from && piece.cols.0 < to;
        self.pieces.iter().rev().find(stands).map_or("", |piece| &piece.text)
    }
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

/// Whether each total is the sum of its parts, no source has two amounts, and no number of the block is left without a label: a zero in
/// the wrong place adds up, too.
fn is_proven(figures: &[Figure], lines: &[Line<'_>]) -> bool {
    let Some(first) = figures.first() else { return false };
    let mut sources: Vec<(bool, FundingLine)> = figures.iter().map(|figure| (figure.annual, figure.line)).collect();
    sources.sort_unstable();
    if sources.windows(2).any(|pair| pair[0] == pair[1]) {
        return false;
    }
    let block = lines.iter().filter(|line| line.number >= first.row);
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
            let near = |index: Option<usize>| {
                let line = index.and_then(|index| lines.get(index));
                line.map_or("", |line| line.words_between(from, number.cols.0))
            };
            let (above, same, below) = (near(at.checked_sub(1)), near(Some(at)), near(Some(at + 1)));
            let labels = [
                same.to_owned(),
                [above, below].concat(),
                [above, same].concat(),
                [same, below].concat(),
                [above, same, below].concat(),
            ];
            if let Some((line_of, label)) = labels
                .into_iter()
                .find_map(|label| Some((words.funding_line(&label_key(&label))?, label)))
            {
                figures.push((Figure::of(line_of, label, number, value, line), number.cols));
            }
            from = number.cols.0;
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
    for line in lines {
        for piece in &line.pieces {
            let Some(value) = piece.value else {
                label.push_str(&piece.text);
                let found = words.funding_line(&label_key(&label)).or_else(|| {
                    let alone = words.funding_line(&label_key(&piece.text))?;
                    label.clone_from(&piece.text);
                    Some(alone)
                });
                if let Some(kind) = found {
                    open = Some((kind, labels.contains(&kind), std::mem::take(&mut label)));
                    labels.push(kind);
                }
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
