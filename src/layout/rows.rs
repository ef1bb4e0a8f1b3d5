//! Lines with figures are the rows of an aligned table; the pieces of names above and below them are shared out.

use super::line::Line;
use super::names::{Gap, Piece, Row, is_numbered, name_rows};
use super::tokens::Kind;
use super::{Context, Figure, LineAccount};
use crate::codes::Side;
use crate::config::name_key;
use crate::text::without_layout_space;

/// Accounts of one group: each line with a code, a line number or figures is one; lines of text alone are pieces of the names above or
/// below them.
pub fn rows(part: &[Line<'_>], side: Side, context: &Context<'_>) -> Vec<LineAccount> {
    let (rows, gaps) = rows_and_gaps(part, side, context);
    let rows = name_rows(rows, &gaps, &|row| {
        let name = row.name();
        context.config.accounts.economic_name(&row.code).is_some_and(|known| known == name) || context.is_known(&name, side)
    });
    rows.into_iter()
        .zip(1..)
        .map(|(row, number)| LineAccount {
            name: without_layout_space(&row.name()).into_owned(),
            code: row.code,
            counterpart: String::new(),
            figures: row.figures,
            group: 0,
            position: row.position,
            likely: false,
            end: row.end,
            row: number,
        })
        .collect()
}

/// The rows without the pieces of their names, and those pieces: the ones in front of each row, at last the ones behind all.
fn rows_and_gaps(part: &[Line<'_>], side: Side, context: &Context<'_>) -> (Vec<Row>, Vec<Gap>) {
    let (mut rows, mut gaps): (Vec<Row>, Vec<Gap>) = (Vec::new(), Vec::new());
    let mut pieces: Vec<Piece> = Vec::new();
    for line in part {
        let row = row_of(line, context);
        // A bare 合计 below 人员经费 is the rest of a name.
        let is_rest = context.header.coded_groups && row.figures.is_empty() && context.config.items.is_total(&name_key(&row.inline));
        let stands_alone = context.is_standard(&row.inline, side) && !is_rest;
        if !(row.is_anchored() || !row.figures.is_empty() || stands_alone && context.header.coded) {
            pieces.push(Piece {
                text: row.inline,
                after_blank: line.after_blank,
                position: line.position,
            });
            continue;
        }
        if let Some(last) = rows.last_mut()
            && row.code.is_empty()
            && last.is_bare_code()
            && gaps.last().is_some_and(|gap| gap.pieces.is_empty())
            && !stands_alone
        {
            // A code alone, its name and figures below it.
            last.before.extend(pieces.drain(..).map(|piece| piece.text));
            last.inline = row.inline;
            last.figures = row.figures;
            continue;
        }
        if !context.header.coded && !context.header.numbered {
            let taken = pieces_for_last(&rows, &gaps, &pieces, side, context);
            let mut rest = pieces.split_off(taken);
            while let Some((from, to)) = blank_row(&rest, row.inline.is_empty(), side, context) {
                let behind = rest.split_off(to);
                let name = rest.split_off(from);
                pieces.append(&mut rest);
                let position = name[0].position;
                let inline = name.into_iter().map(|piece| piece.text).collect();
                gaps.push(Gap {
                    pieces: std::mem::take(&mut pieces),
                    after_blank: false,
                });
                rows.push(Row {
                    inline,
                    position,
                    end: position.line,
                    ..Row::default()
                });
                rest = behind;
            }
            pieces.append(&mut rest);
        }
        gaps.push(Gap {
            pieces: without_headings(std::mem::take(&mut pieces), &row, side, context),
            after_blank: line.after_blank,
        });
        rows.push(row);
    }
    let last = pieces.iter().position(|piece| is_numbered(&piece.text)).unwrap_or(pieces.len());
    pieces.truncate(last);
    let total = total_of_other_group(&mut pieces, side, context);
    if let Some(total) = total {
        gaps.push(Gap {
            pieces: std::mem::take(&mut pieces),
            after_blank: false,
        });
        rows.push(total);
    }
    gaps.push(Gap {
        pieces,
        after_blank: false,
    });
    (rows, gaps)
}

/// How many lines the name of a total may take.
const TOTAL_LINES: usize = 4;

/// The last of the pieces as a total whose figures stand in another group.
fn total_of_other_group(pieces: &mut Vec<Piece>, side: Side, context: &Context<'_>) -> Option<Row> {
    if !context.header.coded_groups {
        return None;
    }
    let name = |from: usize| pieces[from..].iter().map(|piece| piece.text.as_str()).collect::<String>();
    let last = pieces.len().saturating_sub(1);
    let from = (pieces.len().saturating_sub(TOTAL_LINES)..last).find(|from| context.is_standard(&name(*from), side))?;
    let inline = name(from);
    let total = pieces.split_off(from);
    let (first, end) = (total.first()?.position, total.last()?.position);
    Some(Row {
        inline,
        position: first,
        end: u32::midpoint(first.line, end.line),
        ..Row::default()
    })
}

/// How many of the pieces complete the name of the last row.
fn pieces_for_last(rows: &[Row], gaps: &[Gap], pieces: &[Piece], side: Side, context: &Context<'_>) -> usize {
    let (Some(row), Some(gap)) = (rows.last(), gaps.last()) else {
        return 0;
    };
    let joined = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
    let makes_name = |taken: &usize| {
        (0..=gap.pieces.len()).any(|from| {
            let name = format!("{}{}{}", joined(&gap.pieces[from..]), row.inline, joined(&pieces[..*taken]));
            (from < gap.pieces.len() || !row.inline.is_empty()) && context.is_standard(&name, side)
        })
    };
    (1..=pieces.len().min(2)).rev().find(makes_name).unwrap_or(0)
}

/// The first of the pieces that make the name of a standard line without figures, as (from, to). A row below without a name of its own
/// needs the last piece.
fn blank_row(pieces: &[Piece], below_needs_one: bool, side: Side, context: &Context<'_>) -> Option<(usize, usize)> {
    let end = pieces.len() - usize::from(below_needs_one && !pieces.is_empty());
    let name = |from: usize, to: usize| pieces[from..to].iter().map(|piece| piece.text.as_str()).collect::<String>();
    (0..end).find_map(|from| {
        (from + 1..=end.min(from + 3))
            .rev()
            .find(|to| context.is_standard(&name(from, *to), side))
            .map(|to| (from, to))
    })
}

/// The pieces in front of a row without those that are whole lines of their own: headings over a row that begins with its own name.
fn without_headings(mut pieces: Vec<Piece>, row: &Row, side: Side, context: &Context<'_>) -> Vec<Piece> {
    let Some(first) = pieces.iter().position(|piece| is_numbered(&piece.text)) else {
        return pieces;
    };
    let begins_itself = is_numbered(&row.inline) || !row.inline.is_empty() && context.is_known(&row.inline, side);
    if begins_itself {
        pieces.truncate(first);
        return pieces;
    }
    // Of several numbered names, only the last goes on below; the others print no figures.
    let last = pieces.iter().rposition(|piece| is_numbered(&piece.text)).unwrap_or(first);
    pieces.drain(first..last);
    pieces
}

fn row_of(line: &Line<'_>, context: &Context<'_>) -> Row {
    let (header, config) = (context.header, context.config);
    let mut row = Row {
        position: line.position,
        end: line.position.line,
        ..Row::default()
    };
    let mut parts = 0;
    for token in &line.tokens {
        let in_front = row.inline.is_empty() && row.figures.is_empty();
        match token.kind {
            Kind::Digits
                if header.coded
                    && in_front
                    && (parts == 0 && matches!(token.text.len(), 3 | 5 | 7) || (1..3).contains(&parts) && token.text.len() <= 2) =>
            {
                row.code.push_str(token.text);
                parts += 1;
            }
            Kind::Digits if header.numbered && !header.coded && !row.numbered && row.figures.is_empty() && token.text.len() <= 3 => {
                row.numbered = true;
            }
            Kind::Amount(_) | Kind::Digits => {
                if let Some(value) = token.value() {
                    row.figures.push(Figure {
                        text: token.text.to_owned(),
                        value,
                        slot: None,
                    });
                }
            }
            Kind::Text => match crate::account::leading_code(token.text).filter(|(code, _)| {
                header.coded && row.code.is_empty() && row.inline.is_empty() && crate::account::classification(code).is_some()
            }) {
                Some((code, rest)) if config.accounts.economic_name(code).is_some() || code.starts_with('2') => {
                    code.clone_into(&mut row.code);
                    row.inline.push_str(rest);
                }
                _ => row.inline.push_str(token.text),
            },
            Kind::Dash => {}
        }
    }
    row
}
