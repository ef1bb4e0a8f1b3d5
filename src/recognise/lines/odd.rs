//! Figures that are printed otherwise than the others of their file. Where every amount has two decimals, a number without them is that of a
//! page or a line, or part of a figure with a space inside; between lines of text nothing else tells.

use std::collections::HashSet;

use super::{Table, Waiting};
use crate::account::classification;
use crate::codes::RejectCode;
use crate::config::RowRule;
use crate::layout::{Figure, LineAccount};
use crate::recognise::Note;
use crate::text::excerpt;

/// How many figures of a file must have two decimals to tell anything.
const ENOUGH: usize = 20;
/// At most one figure in so many has other decimals where all should have two.
const RARE: usize = 25;

/// Takes out of the tables the figures of rows that hold an odd one, and says so. Which accounts, by table and place.
pub fn leave_out(waiting: &mut [Waiting], tables: &[Table<'_, '_>], notes: &mut Vec<Note>) -> HashSet<(usize, usize)> {
    let mut left_out = HashSet::new();
    let (mut usual, mut others) = (0, 0);
    for figure in figures(waiting) {
        match decimals(&figure.text) {
            Some(2) => usual += 1,
            Some(_) => others += 1,
            None => {}
        }
    }
    if usual < ENOUGH || others * RARE > usual {
        return left_out;
    }
    for (index, table) in waiting.iter_mut().enumerate() {
        let mut figures = table.lines.accounts.iter().flat_map(|account| &account.figures);
        let has_usual = figures.any(|figure| decimals(&figure.text) == Some(2));
        let two_sided = tables[table.table].spec.rows == RowRule::TwoSided;
        let is_odd = |account: &LineAccount| {
            let has_figures = !account.figures.is_empty();
            let is_unnamed = two_sided && account.name.is_empty();
            if has_usual {
                account.figures.iter().any(is_odd) || has_figures && (is_unnamed || piece_of_figure(&account.name).is_some())
            } else {
                account.figures.iter().any(is_code)
            }
        };
        // What belongs to which account of a printed row is not sure any more.
        let rows: HashSet<i32> = table
            .lines
            .accounts
            .iter()
            .filter(|account| is_odd(account))
            .map(|account| account.row)
            .collect();
        for (place, account) in table.lines.accounts.iter_mut().enumerate() {
            if account.figures.is_empty() || !rows.contains(&account.row) {
                continue;
            }
            let printed: Vec<&str> = account.figures.iter().map(|figure| figure.text.as_str()).collect();
            let printed = format!("{} {} {}", account.code, account.name, printed.join(" "));
            notes.push(Note {
                code: RejectCode::OddFigure,
                message:
                    "a figure without the two decimals of all others: a page or line number, or white space inside; its row was left out"
                        .to_owned(),
                position: account.position,
                excerpt: Some(excerpt(&printed, 200)),
            });
            account.figures.clear();
            // The line still heads those below it.
            if let Some(name) = piece_of_figure(&account.name) {
                account.name = name;
            }
            left_out.insert((index, place));
        }
    }
    left_out
}

fn figures(waiting: &[Waiting]) -> impl Iterator<Item = &Figure> {
    waiting
        .iter()
        .flat_map(|table| &table.lines.accounts)
        .flat_map(|account| &account.figures)
}

/// Digits behind the point; `None` where there is none.
fn decimals(text: &str) -> Option<usize> {
    text.rsplit_once('.')
        .map(|(_, digits)| digits.chars().filter(char::is_ascii_digit).count())
}

/// A name without what a space has cut off a figure, which it begins or ends with: `一般公共服务支出3,`, `.96`.
fn piece_of_figure(name: &str) -> Option<String> {
    let name = name.trim();
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.');
    let front = name.trim_end_matches([',', '.']);
    if front.len() < name.len() && front.ends_with(|c: char| c.is_ascii_digit()) {
        return Some(name.trim_end_matches(is_part).to_owned());
    }
    let rest = name.trim_start_matches([',', '.']);
    (rest.len() < name.len() && rest.starts_with(|c: char| c.is_ascii_digit())).then(|| name.trim_start_matches(is_part).to_owned())
}

/// A code of an account in a table without amounts.
fn is_code(figure: &Figure) -> bool {
    figure.text.len() <= 7 && figure.text.bytes().all(|byte| byte.is_ascii_digit()) && classification(&figure.text).is_some()
}

/// A nought may be printed without decimals.
fn is_odd(figure: &Figure) -> bool {
    decimals(&figure.text) != Some(2) && !figure.value.is_zero()
}
