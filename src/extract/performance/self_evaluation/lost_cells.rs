//! A self-evaluation in lines whose parts cannot be told: of its lines only the funding is read, and only where it proves itself.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::super::lines::{Line, Piece, label_of, project_name, unit_of, warn_of_lost_cells};
use super::{FormLine, cells, funding_lines::MEASURES, parts};
use crate::extract::Notes;
use crate::extract::performance::FormContext;
use crate::extract::performance::funding::{Amount, line_item};
use crate::extract::performance::stream::has_places;
use crate::layout::Metric;
use crate::recognise::Table;
use crate::tables::LineItem;
use crate::text::{clean_name, compact};

/// Whether neither cells nor the words that head its parts are left.
pub fn has_lost_cells(table: &Table<'_, '_>) -> bool {
    let lines = || {
        table.rows.iter().zip(1i32..).map(|(row, number)| FormLine {
            text: row.cells.join(" "),
            position: row.position,
            row: number,
        })
    };
    !cells::keeps_cells(table)
        && table.rows.iter().all(|row| row.cells.len() <= 1)
        && (has_places(table) || parts(&lines().collect::<Vec<_>>()).is_none())
}

/// Reads the funding of one form; the rest of it is left out, with a warning. `projects` are the names of the disclosure's project tables.
pub fn funding(table: &Table<'_, '_>, projects: &HashSet<&str>, context: &FormContext<'_, '_>, notes: &mut Notes) -> Vec<LineItem> {
    let words = &context.config.performance;
    let lines: Vec<Line<'_>> = table
        .rows
        .iter()
        .zip(1..)
        .map(|(row, number)| Line::of(row, number, Metric::Chars))
        .take_while(|line| !begins_goals(line))
        .collect();
    let unit = unit_of(&lines, table);
    // Amounts that belong to no project are no use: without its name they are left out.
    let name = name_in_title(table, &lines).or_else(|| project_name(&lines, words, projects));
    let mut items = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|_| name.is_some()) {
        let Some(unit) = unit else { break };
        let numbers: Vec<&Piece> = line.pieces.iter().filter(|piece| piece.value.is_some()).collect();
        let Some((first, label)) = numbers
            .first()
            .and_then(|first| Some((first, label_of(&lines, at, 0, first, words)?)))
        else {
            continue;
        };
        if first.place.0 == 0 || !is_proven(&numbers) {
            continue;
        }
        for (measure, number) in MEASURES.into_iter().zip(&numbers) {
            let amount = Amount {
                line: label.0,
                label: &label.1,
                measure,
                text: &number.text,
                position: line.position,
                row: line.number,
            };
            items.extend(line_item(&amount, unit, name.as_deref(), context, notes));
        }
    }
    warn_of_lost_cells("self-evaluation", &items, table, notes);
    items
}

/// The project's name in front of the form's, if the form prints it again, however wrapped.
fn name_in_title(table: &Table<'_, '_>, lines: &[Line<'_>]) -> Option<String> {
    let name = table.title.as_deref()?.split("项目支出绩效自评").next().map(clean_name)?;
    let printed: String = lines.iter().map(|line| compact(line.text)).collect();
    (name.chars().count() >= 4 && printed.contains(compact(&name).as_ref())).then_some(name)
}

fn begins_goals(line: &Line<'_>) -> bool {
    let words = compact(line.text);
    words.contains("年度目标") || words.contains("一级指")
}

/// Whether a row has all its figures, the rate is that of what was executed of the year's budget, and the balance what is left.
fn is_proven(numbers: &[&Piece]) -> bool {
    let values: Vec<Decimal> = numbers.iter().filter_map(|number| number.value).collect();
    let [_, _, budget, executed, balance, rate, _] = values[..] else {
        return false;
    };
    let hundredth = Decimal::new(1, 2);
    let expected = executed.checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(budget));
    expected.is_some_and(|expected| (expected - rate).abs() <= hundredth) && (budget - executed - balance).abs() <= hundredth
}
