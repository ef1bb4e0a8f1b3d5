//! One cell a line, from workbooks pasted into pages: a row ends where the next number of the 序号 column begins.

use super::columns::Metric;
use super::line::{Line, OpenLine};
use super::tokens::{Kind, tokenise};
use super::{Figure, LineAccount, LineHeader, LineTable};
use crate::codes::Layout;
use crate::config::{Config, FormSpec, RowRule};
use crate::document::Position;
use crate::money::{MoneyCell, parse_cell};
use crate::text::compact;

/// Widest row.
const MAX_WIDTH: usize = 24;

/// Reads stacked lines; `None` where they are not.
pub fn cut(lines: &[&OpenLine<'_>], spec: &FormSpec, config: &Config) -> Option<LineTable> {
    let serial = lines.iter().take(MAX_SERIAL_LINE).position(|line| compact(&line.text) == "序号")?;
    let cells = cells(&lines[serial..]);
    let (first, found_width) = rows_from(&cells, 1)?;
    let head_lines: Vec<Line<'_>> = lines
        .iter()
        .filter(|line| line.position < cells[first].1 && line.position > cells[0].1)
        .map(|line| Line::of(line))
        .collect();
    let mut header = LineHeader::of(&head_lines, spec, None::<Metric>, config);
    header.numbered |= lines.iter().any(|line| line.text.contains("行次"));
    let width = found_width.unwrap_or_else(|| usual_width(&header, spec));
    let shape = Shape::of(&header, spec, width - 1);
    let mut table = LineTable {
        columns: header.columns(spec),
        accounts: Vec::new(),
        layout: Layout::Stacked,
        is_guess: false,
        stray: Vec::new(),
    };
    let header = match &shape {
        Some((_, header)) => header,
        None => &header,
    };
    table.columns = header.columns(spec);
    for (number, row) in (1i32..).zip(cells[first..].chunks_exact(width)) {
        if row[0].0.parse::<i32>() != Ok(number) {
            break;
        }
        let row = Row {
            cells: &row[1..],
            number,
            position: row[0].1,
        };
        match &shape {
            Some((shape, _)) => {
                table.stray.extend(row.no_figures(shape));
                table.accounts.extend(row.accounts(shape));
            }
            // As many cells as no known sequence of columns has: what they hold is not guessed.
            None => table.stray.extend(row.figures()),
        }
    }
    Some(table)
}

/// The header word stands among the first lines of a table.
const MAX_SERIAL_LINE: usize = 12;

/// Every line a cell; a line of white space an empty one.
fn cells(lines: &[&OpenLine<'_>]) -> Vec<(String, Position)> {
    let mut cells = Vec::new();
    for line in lines {
        cells.extend((0..line.empty_before).map(|_| (String::new(), line.position)));
        cells.push((line.text.trim().to_owned(), line.position));
    }
    // Empty cells at the very end leave no line behind them.
    cells.extend((0..MAX_WIDTH).map(|_| (String::new(), Position::default())));
    cells
}

/// Where the rows begin and how many cells each has: the serial numbers 1, 2, 3 … recur at that distance. A single row begins at the last
/// 1 in front of the first amount and does not tell its width.
fn rows_from(cells: &[(String, Position)], from: usize) -> Option<(usize, Option<usize>)> {
    let is = |index: usize, number: usize| cells.get(index).is_some_and(|(cell, _)| cell.parse::<usize>() == Ok(number));
    let mut best: Option<(usize, usize, usize)> = None;
    for first in (from..cells.len().min(from + 80)).filter(|index| is(*index, 1)) {
        for width in 3..=MAX_WIDTH {
            let rows = (1..).take_while(|number| is(first + (number - 1) * width, *number)).count();
            if rows >= 2 && best.is_none_or(|(most, ..)| rows > most) {
                best = Some((rows, first, width));
            }
        }
    }
    if let Some((_, first, width)) = best {
        return Some((first, Some(width)));
    }
    let money = cells
        .iter()
        .position(|(cell, _)| tokenise(cell).first().is_some_and(super::Token::is_money))?;
    (from..money).rev().find(|index| is(*index, 1)).map(|first| (first, None))
}

/// The cells of a row with its serial number, as its header has it.
fn usual_width(header: &LineHeader, spec: &FormSpec) -> usize {
    if !header.items.is_empty() {
        return header.items.len() + 1;
    }
    let number = usize::from(header.numbered);
    let measures = header.measures.len();
    1 + match spec.rows {
        RowRule::TwoSided => 3 + 2 * number + measures,
        RowRule::Coded if header.coded => header.code_columns + 1 + measures,
        _ => 1 + usize::from(header.counterpart) + number + measures,
    }
}

/// What the cells of a row are, in groups that are one account each.
struct Shape {
    groups: Vec<Cells>,
}

/// The cells of one account, by their place in the row.
struct Cells {
    group: usize,
    codes: std::ops::Range<usize>,
    name: Option<usize>,
    counterpart: Option<usize>,
    money: std::ops::Range<usize>,
}

impl Shape {
    /// The shape of rows of `width` cells, with the header that has as many columns.
    fn of(header: &LineHeader, spec: &FormSpec, width: usize) -> Option<(Self, LineHeader)> {
        let number = usize::from(header.numbered);
        let one = |groups| Self { groups };
        if !header.items.is_empty() {
            let cells = Cells {
                group: 0,
                codes: 0..0,
                name: None,
                counterpart: None,
                money: 0..width,
            };
            return (header.items.len() == width).then(|| (one(vec![cells]), header.clone()));
        }
        if header.coded_groups {
            let groups = (0..width / 3).map(|at| at * 3).map(|at| Cells {
                group: 0,
                codes: at..at + 1,
                name: Some(at + 1),
                counterpart: None,
                money: at + 2..at + 3,
            });
            return (width.is_multiple_of(3)).then(|| (one(groups.collect()), header.clone()));
        }
        let lead = match spec.rows {
            RowRule::TwoSided => 3 + 2 * number,
            RowRule::Coded if header.coded => header.code_columns + 1,
            _ => 1 + usize::from(header.counterpart) + number,
        };
        let header = header.with_columns(spec, width.checked_sub(lead).filter(|money| *money > 0)?)?;
        let money = lead..width;
        let groups = match spec.rows {
            RowRule::TwoSided => {
                let right = 2 + number;
                let left = Cells {
                    group: 0,
                    codes: 0..0,
                    name: Some(0),
                    counterpart: None,
                    money: right - 1..right,
                };
                vec![
                    left,
                    Cells {
                        group: 1,
                        codes: 0..0,
                        name: Some(right),
                        counterpart: None,
                        money,
                    },
                ]
            }
            RowRule::Coded if header.coded => {
                let parts = header.code_columns;
                vec![Cells {
                    group: 0,
                    codes: 0..parts,
                    name: Some(parts),
                    counterpart: None,
                    money,
                }]
            }
            _ => vec![Cells {
                group: 0,
                codes: 0..0,
                name: Some(0),
                counterpart: header.counterpart.then_some(1),
                money,
            }],
        };
        Some((one(groups), header))
    }
}

/// A row of cells behind its serial number.
struct Row<'r> {
    cells: &'r [(String, Position)],
    number: i32,
    position: Position,
}

impl Row<'_> {
    fn text(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", |(cell, _)| cell.as_str())
    }

    fn figure(&self, index: usize, slot: usize) -> Option<Figure> {
        match parse_cell(self.text(index)) {
            MoneyCell::Number(value, _) => Some(Figure {
                text: self.text(index).to_owned(),
                value,
                slot: Some(slot),
            }),
            _ => None,
        }
    }

    /// The accounts of the row. A total's name may be merged over the groups up to the one whose amount is its own.
    fn accounts(&self, shape: &Shape) -> Vec<LineAccount> {
        let mut accounts: Vec<LineAccount> = Vec::new();
        for cells in &shape.groups {
            let is_code = |text: &&str| tokenise(text).first().is_some_and(|token| token.kind == Kind::Digits);
            let code: String = cells.codes.clone().map(|index| self.text(index)).filter(is_code).collect();
            // 合计 stands in the column of the codes.
            let misplaced: String = cells
                .codes
                .clone()
                .map(|index| self.text(index))
                .filter(|text| text.chars().any(|c| !c.is_ascii_digit()))
                .collect();
            let name = format!("{misplaced}{}", cells.name.map_or("", |index| self.text(index)));
            let figures: Vec<Figure> = cells
                .money
                .clone()
                .enumerate()
                .filter_map(|(slot, index)| self.figure(index, slot))
                .collect();
            if name.is_empty()
                && code.is_empty()
                && let Some(total) = accounts
                    .last_mut()
                    .filter(|last| last.code.is_empty() && last.figures.is_empty() && shape.groups.len() > 2)
            {
                total.figures = figures;
                continue;
            }
            accounts.push(LineAccount {
                code,
                name,
                counterpart: cells.counterpart.map_or("", |index| self.text(index)).to_owned(),
                figures,
                group: cells.group,
                position: self.position,
                likely: false,
                end: self.position.line,
                row: self.number,
            });
        }
        accounts
    }

    /// What stands where figures should and is none.
    fn no_figures(&self, shape: &Shape) -> Vec<(Position, String)> {
        let money = shape.groups.iter().flat_map(|cells| cells.money.clone());
        money
            .map(|index| self.text(index))
            .filter(|text| matches!(parse_cell(text), MoneyCell::Bad(_)))
            .map(|text| (self.position, text.to_owned()))
            .collect()
    }

    /// Its figures, where nothing says what they are.
    fn figures(&self) -> Vec<(Position, String)> {
        self.cells
            .iter()
            .filter(|(cell, _)| tokenise(cell).first().is_some_and(super::Token::is_money))
            .map(|(cell, _)| (self.position, cell.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Form;
    use crate::document::TextLine;

    fn table(form: Form, cells: &[&'static str]) -> Option<LineTable> {
        let config = Config::load(None).unwrap();
        let (mut lines, mut empty) = (Vec::new(), 0);
        for (number, cell) in (1..).zip(cells) {
            if cell.is_empty() {
                empty += 1;
                continue;
            }
            lines.push(OpenLine::from(TextLine {
                text: (*cell).into(),
                position: Position { line: number, page: 0 },
                after_blank: empty > 0,
                empty_before: empty,
            }));
            empty = 0;
        }
        cut(&lines.iter().collect::<Vec<_>>(), config.forms.by_form(form), &config)
    }

    type Named<'t> = (&'t str, Vec<(&'t str, Option<usize>)>);

    fn figures(table: &LineTable) -> Vec<Named<'_>> {
        table
            .accounts
            .iter()
            .map(|account| {
                (
                    account.name.as_str(),
                    account.figures.iter().map(|figure| (figure.text.as_str(), figure.slot)).collect(),
                )
            })
            .collect()
    }

    const HEAD: [&str; 6] = ["序号", "科目编码", "科目名称", "合计", "基本支出", "项目支出"];

    #[test]
    fn a_row_ends_where_the_next_number_begins() {
        let rows = [
            "1",
            "合计",
            "",
            "9.00",
            "4.00",
            "5.00",
            "2",
            "206",
            "科学技术支出",
            "9.00",
            "",
            "9.00",
        ];
        let table = table(Form::Expenditure, &[HEAD.as_slice(), rows.as_slice()].concat()).unwrap();
        let wanted = [
            ("合计", vec![("9.00", Some(0)), ("4.00", Some(1)), ("5.00", Some(2))]),
            ("科学技术支出", vec![("9.00", Some(0)), ("9.00", Some(2))]),
        ];
        assert_eq!(figures(&table), wanted);
    }

    #[test]
    fn rows_of_a_width_that_no_form_has_are_not_guessed() {
        let rows = ["1", "合计", "", "9.00", "4.00", "2", "206", "科学技术支出", "9.00", "9.00"];
        let table = table(Form::Expenditure, &[HEAD.as_slice(), rows.as_slice()].concat()).unwrap();
        assert!(table.accounts.is_empty());
        assert_eq!(table.stray.len(), 4);
    }
}
