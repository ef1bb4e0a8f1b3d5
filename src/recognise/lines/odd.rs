//! Figures that are printed otherwise than the others of their file. Where every amount has two decimals, a number without them is that of a
//! page or a line, or part of a figure with a space inside; between lines of text nothing else tells.

use super::Waiting;
use crate::codes::RejectCode;
use crate::layout::{Figure, LineAccount};
use crate::recognise::Note;
use crate::text::excerpt;

/// How many figures of a file must have two decimals to tell anything.
const ENOUGH: usize = 20;
/// At most one figure in so many has other decimals where all should have two.
const RARE: usize = 25;

/// Takes out of the tables the figures of rows that hold an odd one, and says so.
pub fn leave_out(waiting: &mut [Waiting], notes: &mut Vec<Note>) {
    let (mut usual, mut others) = (0, 0);
    for figure in figures(waiting) {
        match decimals(&figure.text) {
            Some(2) => usual += 1,
            Some(_) => others += 1,
            None => {}
        }
    }
    if usual < ENOUGH || others * RARE > usual {
        return;
    }
    for table in waiting {
        if !table
            .lines
            .accounts
            .iter()
            .flat_map(|account| &account.figures)
            .any(|figure| decimals(&figure.text) == Some(2))
        {
            continue;
        }
        let is_odd = |account: &LineAccount| {
            account.figures.iter().any(is_odd) || !account.figures.is_empty() && holds_piece_of_figure(&account.name)
        };
        // What belongs to which account of a printed row is not sure any more.
        let rows: Vec<i32> = table
            .lines
            .accounts
            .iter()
            .filter(|account| is_odd(account))
            .map(|account| account.row)
            .collect();
        let accounts = table.lines.accounts.iter_mut();
        for account in accounts.filter(|account| !account.figures.is_empty() && rows.contains(&account.row)) {
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
        }
    }
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

/// Whether a name begins or ends with what a space has cut off a figure: `一般公共服务支出3,`, `.96`.
fn holds_piece_of_figure(name: &str) -> bool {
    let name = name.trim();
    let front = name.trim_end_matches([',', '.']);
    let cut = front.len() < name.len() && front.ends_with(|c: char| c.is_ascii_digit());
    let rest = name.trim_start_matches([',', '.']);
    cut || rest.len() < name.len() && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// A nought may be printed without decimals.
fn is_odd(figure: &Figure) -> bool {
    decimals(&figure.text) != Some(2) && !figure.value.is_zero()
}
