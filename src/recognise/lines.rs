//! Tables among lines of text: regions below titles are cut into accounts, and solved together once all are known.

mod odd;

use std::borrow::Cow;
use std::ops::Range;

use rust_decimal::Decimal;

use super::caption::{is_form_number_in, is_note_in, is_page_number_in, is_running_head, unit};
use super::{Columns, Note, Table};
use crate::codes::{Form, Item, RejectCode, RowKind, Side};
use crate::config::{Config, FormSpec, Role, RowRule, name_key};
use crate::document::GridRow;
use crate::layout::{LineAccount, LineTable, Metric, OpenLine, cut, side_of_group};
use crate::solve::{Cell, Key, Problem, Row, Stated, solve};
use crate::text::{cleaned, compact, excerpt};

/// A table cut from lines, waiting for its columns.
#[derive(Debug)]
pub struct Waiting {
    /// Its place among the tables.
    pub table: usize,
    /// Its accounts.
    pub lines: LineTable,
}

/// The parts of a region below a title.
pub struct Region {
    /// Lines that are captions.
    pub captions: Vec<usize>,
    /// Lines of header and body.
    pub lines: Vec<usize>,
    /// Notes below the table.
    pub notes: Vec<usize>,
    /// Where the region ends.
    pub end: usize,
}

/// How many lines below a title its captions may stand on.
const CAPTION_LINES: usize = 12;

/// Parts the lines of `range` below a title into captions, table and notes. `None` where no money unit frames a table.
pub fn region(pending: &[OpenLine<'_>], range: Range<usize>, title: &str) -> Option<Region> {
    let mut region = Region {
        captions: Vec::new(),
        lines: Vec::new(),
        notes: Vec::new(),
        end: range.end,
    };
    let title = compact(title);
    for index in range.clone() {
        let line = &pending[index];
        let words = compact(&line.text);
        let note = is_note_in(&line.text, &words);
        if !region.notes.is_empty() && !note {
            region.end = index;
            break;
        }
        if note {
            region.notes.push(index);
        } else if ends_table(&words) {
            region.end = index;
            break;
        } else if words == title
            || is_page_foot(&words, pending, index)
            || is_running_head(&words)
            || words.starts_with('第') && words.contains("部分")
        {
            // A page's heading in the middle of a table.
        } else if index < range.start + CAPTION_LINES && region.lines.is_empty() && is_caption(&words, &line.text) {
            region.captions.push(index);
        } else if is_caption(&words, &line.text) && (unit(&[&line.text]).is_some() || words.starts_with("编制部门")) {
            // The captions that a page repeats.
        } else if is_form_number_in(&words) {
            // The number of the next form, or of this one on its next page.
        } else {
            region.lines.push(index);
        }
    }
    let captions: Vec<&str> = region.captions.iter().map(|index| pending[*index].text.as_ref()).collect();
    unit(&captions).is_some().then_some(region)
}

/// The number of a page: dashes or words around it say so, or that a page or its running head begins below it.
fn is_page_foot(words: &str, pending: &[OpenLine<'_>], index: usize) -> bool {
    let line = &pending[index];
    let dashed = line.text.contains(|c: char| !c.is_ascii_digit() && !c.is_whitespace());
    let begins_page = |next: &OpenLine<'_>| next.position.page > line.position.page || is_running_head(&compact(&next.text));
    let last = is_page_number_in(words) && pending.get(index + 1).is_some_and(begins_page);
    is_page_number_in(words) && (dashed || last)
}

fn is_caption(words: &str, line: &str) -> bool {
    words.contains(':')
        && (unit(&[line]).is_some() || !super::bodies(&[line]).is_empty() || words.contains("名称:") || words.contains("单位:"))
        || is_form_number_in(words)
        || words.len() == "2023年度".len() && words.ends_with("年度")
        || words.ends_with(']') && words.chars().count() < 6
        || words.starts_with("金额单位")
}

/// Whether a line is running text, which no table holds.
fn ends_table(words: &str) -> bool {
    (words.starts_with('第') && words.contains("部分") && !words.ends_with('表'))
        || words.contains('。')
        || words.ends_with("情况说明") && !words.contains('表')
        || words.chars().count() > 30 && words.contains(['，', ','].as_slice()) && words.contains("万元")
}

/// Cuts the lines of a region into a table; `None` where nothing of a table is in them.
pub fn table_of(region: &Region, pending: &[OpenLine<'_>], spec: &FormSpec, aligned: Option<Metric>, config: &Config) -> Option<LineTable> {
    if spec.rows == RowRule::None {
        return None;
    }
    let lines: Vec<&OpenLine<'_>> = region.lines.iter().map(|index| &pending[*index]).collect();
    cut(&lines, spec, aligned, config)
}

/// Settles the columns of all tables that were cut from lines and writes their rows.
pub fn settle<'a>(tables: &mut [Table<'a, '_>], mut waiting: Vec<Waiting>, notes: &mut Vec<Note>, config: &Config) {
    let left_out = odd::leave_out(&mut waiting, tables, notes);
    let mut problems = Vec::new();
    let mut places: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut lines: Vec<(Form, Item, Option<Decimal>)> = Vec::new();
    for (index, waiting) in waiting.iter().enumerate() {
        let table = &tables[waiting.table];
        if waiting.lines.is_guess {
            continue;
        }
        for group in 0..waiting.lines.columns.groups.len() {
            let cells = money_cells(&waiting.lines.columns, group);
            let accounts: Vec<usize> = (0..waiting.lines.accounts.len())
                .filter(|account| waiting.lines.accounts[*account].group == group)
                .collect();
            let mut rows: Vec<Row> = accounts
                .iter()
                .map(|account| row(&waiting.lines.accounts[*account], table.spec, config))
                .collect();
            if table.spec.form == Form::BasicExpenditure {
                key_by_name(&mut rows, &accounts, &waiting.lines.accounts, config);
            }
            let mut incomplete = false;
            for (row, account) in rows.iter_mut().zip(&accounts) {
                if left_out.contains(&(index, *account)) {
                    // Its figures are unknown, which is not the same as blank.
                    row.key = Key::Other;
                    incomplete = true;
                }
            }
            if table.spec.rows == RowRule::TwoSided && group == 0 {
                lines.extend(rows.iter().filter_map(|row| match row.key {
                    Key::Item(item) => Some((table.spec.form, item, row.values.first().copied())),
                    _ => None,
                }));
            }
            let mut problem = Problem::new(table.spec.form, cells, rows, &config.checks);
            if incomplete {
                problem.forget_sums();
            }
            problems.push(problem);
            places.push((index, accounts));
        }
    }
    solve(&mut problems, &lines, &config.checks);
    let sums_lost: Vec<bool> = problems.iter().map(Problem::prints_no_total).collect();
    let mut written: Vec<Vec<(usize, GridRow<'a>)>> = waiting.iter().map(|_| Vec::new()).collect();
    for ((problem, (index, accounts)), sum_lost) in problems.iter().zip(places).zip(sums_lost) {
        if sum_lost {
            let table = &tables[waiting[index].table];
            notes.push(Note {
                code: RejectCode::LostColumn,
                message: "no figure can be one of its column of sums, which is lost; its figures were left out".to_owned(),
                position: table.position,
                excerpt: table.title.clone(),
            });
        }
        let waiting = &waiting[index];
        for (number, account) in accounts.into_iter().enumerate() {
            let line = &waiting.lines.accounts[account];
            let answer = match sum_lost {
                true => vec![None; line.figures.len()],
                false => problem.agreed(number),
            };
            if answer.contains(&None) && !sum_lost {
                let open = if problem.gave_up { Open::Limit } else { Open::Identities };
                notes.push(unanswered(line, &answer, open));
            }
            written[index].push((account, grid_row(line, &waiting.lines.columns, &answer)));
        }
    }
    for (waiting, written) in waiting.iter().zip(&mut written).filter(|(waiting, _)| waiting.lines.is_guess) {
        for (number, account) in waiting.lines.accounts.iter().enumerate() {
            let answer = vec![None; account.figures.len()];
            if !answer.is_empty() {
                notes.push(unanswered(account, &answer, Open::Header));
            }
            written.push((number, grid_row(account, &waiting.lines.columns, &answer)));
        }
    }
    for (waiting, mut rows) in waiting.into_iter().zip(written) {
        rows.sort_by_key(|(account, _)| *account);
        let table = &mut tables[waiting.table];
        table.rows = rows.into_iter().map(|(_, row)| row).collect();
        table.columns = waiting.lines.columns;
        for (position, text) in waiting.lines.stray {
            let message =
                "a figure in front of the first account of its table, or what is none in a column of money, was left out".to_owned();
            notes.push(Note {
                code: RejectCode::AmbiguousColumn,
                message,
                position,
                excerpt: Some(text),
            });
        }
    }
}

/// Why figures have no columns.
#[derive(Clone, Copy)]
enum Open {
    Header,
    Identities,
    Limit,
}

fn unanswered(account: &LineAccount, answer: &[Option<usize>], why: Open) -> Note {
    let open = account.figures.iter().zip(answer).filter(|(_, column)| column.is_none());
    let figures: Vec<&str> = open.map(|(figure, _)| figure.text.as_str()).collect();
    let (code, message) = match why {
        Open::Limit => (
            RejectCode::SolverLimit,
            "the search for the columns of these figures was given up at its limit; they were left out",
        ),
        Open::Identities => (
            RejectCode::AmbiguousColumn,
            "the layout has lost the columns of these figures and the identities of the form leave several or none; they were left out",
        ),
        Open::Header => (
            RejectCode::AmbiguousColumn,
            "the layout has lost the words over the columns of these figures; they were left out",
        ),
    };
    let printed = format!("{} {} {}", account.code, account.name, figures.join(" "));
    Note {
        code,
        message: message.to_owned(),
        position: account.position,
        excerpt: Some(excerpt(&printed, 200)),
    }
}

/// The money columns of a group as the solver knows them.
fn money_cells(columns: &Columns, group: usize) -> Vec<Cell> {
    columns.groups[group]
        .columns
        .clone()
        .filter_map(|column| match columns.all[column].role {
            Role::Amount(measure) => Some(Cell::Measure(measure)),
            Role::ItemAmount(item, measure) => Some(Cell::Item(item, measure)),
            _ => None,
        })
        .collect()
}

/// Economic accounts that are printed without their codes are still parts of their classes.
fn key_by_name(rows: &mut [Row], places: &[usize], accounts: &[LineAccount], config: &Config) {
    let mut class = String::new();
    for (row, place) in rows.iter_mut().zip(places) {
        if row.key != Key::Other {
            continue;
        }
        let name = cleaned(&accounts[*place].name);
        let name = compact(&name);
        if let Some(code) = config.accounts.economic_code(&name, &class) {
            if code.len() == 3 {
                code.clone_into(&mut class);
            }
            row.key = Key::Code(code.to_owned());
        }
    }
}

fn row(account: &LineAccount, spec: &FormSpec, config: &Config) -> Row {
    let key = name_key(&account.name);
    let side = if spec.rows == RowRule::TwoSided {
        side_of_group(account.group)
    } else {
        Side::Expenditure
    };
    let standard = config.items.find(&key, spec.form, side);
    let class = config
        .accounts
        .functional_class(&key)
        .filter(|_| spec.rows == RowRule::TwoSided && account.group == 1);
    let key = match (account.code.as_str(), standard, class) {
        ("", Some(standard), _) if spec.rows == RowRule::TwoSided || standard.kind == RowKind::Item => Key::Item(standard.item),
        ("", None, Some(class)) => Key::Code(class.to_owned()),
        ("", ..) if config.items.is_total(&key) => Key::Total,
        ("", ..) => Key::Other,
        (code, ..) => Key::Code(code.to_owned()),
    };
    let slots: Option<Vec<usize>> = account.figures.iter().map(|figure| figure.slot).collect();
    let climbing = |slots: &Vec<usize>| slots.windows(2).all(|pair| pair[0] < pair[1]);
    Row {
        key,
        values: account.figures.iter().map(|figure| figure.value).collect(),
        stated: match slots.filter(climbing) {
            None => Stated::Nothing,
            Some(slots) if account.likely => Stated::Likely(slots),
            Some(slots) => Stated::Surely(slots),
        },
    }
}

fn grid_row<'a>(account: &LineAccount, columns: &Columns, answer: &[Option<usize>]) -> GridRow<'a> {
    let mut cells: Vec<Cow<'a, str>> = vec![Cow::Borrowed(""); columns.all.len()];
    let group = &columns.groups[account.group.min(columns.groups.len() - 1)];
    let mut money = Vec::new();
    for column in group.columns.clone() {
        match columns.all[column].role {
            Role::Code => cells[column] = Cow::Owned(account.code.clone()),
            Role::Counterpart => cells[column] = Cow::Owned(account.counterpart.clone()),
            Role::Name => cells[column] = Cow::Owned(account.name.clone()),
            Role::Amount(_) | Role::ItemAmount(..) => money.push(column),
            _ => {}
        }
    }
    for (figure, place) in account.figures.iter().zip(answer) {
        if let Some(column) = place.and_then(|place| money.get(place)) {
            cells[*column] = Cow::Owned(figure.text.clone());
        }
    }
    GridRow {
        position: account.position,
        cells,
    }
}
