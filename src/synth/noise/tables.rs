//! Damage to columns and figures.

use super::{money_forms, some_of};
use crate::codes::{Layout, RowKind};
use crate::money::Yuan;
use crate::synth::disclosure::{Cell, Disclosure, Table, TruthItem};
use crate::synth::prng::Prng;

/// Takes a money column out of one or two forms. Where columns are places or nothing at all, its cells are just empty.
pub fn lose_columns(disclosure: &mut Disclosure, layout: Layout, dice: &mut Prng) {
    let wide = money_forms(disclosure)
        .into_iter()
        .filter(|table| money_columns(table).len() > 1)
        .collect();
    for table in some_of(wide, 2, dice) {
        let column = *dice.pick(&money_columns(table));
        let keeps_places = matches!(layout, Layout::Linear | Layout::Aligned);
        for row in table.rows.iter_mut().filter(|row| row.len() > column) {
            if keeps_places {
                row[column] = Cell::blank();
            } else {
                row.remove(column);
            }
        }
        if !keeps_places {
            if dice.chance(50) {
                lose_header(table, column);
            } else {
                table.ragged = true;
            }
        }
    }
}

/// Columns with amounts in at least two rows.
fn money_columns(table: &Table) -> Vec<usize> {
    let amounts = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(column));
        cells.filter(|cell| cell.truth.is_some()).count()
    };
    (0..table.width()).filter(|column| amounts(*column) > 1).collect()
}

fn lose_header(table: &mut Table, column: usize) {
    for header in table.header.iter_mut().filter(|header| header.len() > column) {
        let lost = header.remove(column);
        // A heading over several columns stays over the others.
        if let Some(next) = header.get_mut(column).filter(|next| next.is_empty()) {
            *next = lost;
        }
    }
}

/// Changes a digit of up to three sums.
pub fn misprint_sums(disclosure: &mut Disclosure, dice: &mut Prng) {
    let cells = money_forms(disclosure)
        .into_iter()
        .flat_map(|table| table.rows.iter_mut().flatten());
    let sums = cells.filter(|cell| cell.truth.as_ref().is_some_and(is_sum)).collect();
    for cell in some_of(sums, 3, dice) {
        let Some(truth) = &mut cell.truth else { continue };
        let digits: Vec<usize> = cell
            .text
            .char_indices()
            .filter(|(_, c)| c.is_ascii_digit())
            .map(|(at, _)| at)
            .collect();
        let at = *dice.pick(&digits);
        let old = cell.text[at..].chars().next().and_then(|c| c.to_digit(10)).unwrap_or(0);
        // From 1 to 9 on, and no leading zero.
        let new = (1..=9)
            .map(|step| (old + step) % 10)
            .filter(|digit| *digit > 0)
            .nth(dice.below(8))
            .unwrap_or(1);
        cell.text.replace_range(at..=at, &new.to_string());
        truth.amount_text.clone_from(&cell.text);
        truth.amount = amount_of(&cell.text, truth).unwrap_or(truth.amount);
    }
}

fn is_sum(truth: &TruthItem) -> bool {
    truth.key.row_kind == RowKind::Total || truth.key.account_code.as_ref().is_some_and(|code| code.len() < 7)
}

/// What a printed amount is in yuan.
fn amount_of(text: &str, truth: &TruthItem) -> Option<Yuan> {
    let places = text.rsplit_once('.').map_or(0, |(_, places)| places.len());
    let digits: i128 = text
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '-')
        .collect::<String>()
        .parse()
        .ok()?;
    let scale = 10i128.pow(u32::try_from(places).ok()?);
    Yuan::from_cents(digits * i128::from(truth.unit.yuan) * 100 / scale)
}

/// Puts a space into up to six figures: behind a comma, in front of or behind the point, or between digits.
pub fn space_figures(disclosure: &mut Disclosure, dice: &mut Prng) {
    let cells = money_forms(disclosure)
        .into_iter()
        .flat_map(|table| table.rows.iter_mut().flatten());
    let long = cells.filter(|cell| cell.truth.is_some() && cell.text.len() > 4).collect();
    for cell in some_of(long, 6, dice) {
        let at = 1 + dice.below(cell.text.len() - 1);
        cell.text.insert(at, ' ');
        if let Some(truth) = &mut cell.truth {
            truth.amount_text.clone_from(&cell.text);
        }
    }
}
