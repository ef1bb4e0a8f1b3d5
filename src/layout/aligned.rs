//! Lines that keep columns by position: the place of a figure tells its column, names wrap above and below the line of their figures.

use std::collections::{BTreeMap, HashSet};

use super::accounts::Builder;
use super::columns::{Head, Metric};
use super::groups::{Begins, Starts, part_of};
use super::header::is_numbering_line;
use super::line::Line;
use super::places::state_columns;
use super::rows::rows;
use super::tokens::{Kind, Token};
use super::{Context, LineAccount, LineTable, side_of_group};
use crate::codes::{Layout, Side};
use crate::config::{Config, RowRule, word_key};
use crate::document::Position;
use crate::text::{compact, is_year_digits};

/// The lines of a table as tokens, and the header of each page that prints one.
pub struct Sheet<'a> {
    /// Lines of the body.
    pub lines: Vec<Line<'a>>,
    /// Lines of headers, by page.
    pub heads: BTreeMap<u32, Vec<Line<'a>>>,
}

/// Reads aligned lines.
pub fn cut(body: Vec<Line<'_>>, head: Vec<Line<'_>>, context: &Context<'_>) -> LineTable {
    let (header, spec) = (context.header, context.spec);
    let mut sheet = Sheet::read(body, head, context.config);
    let unsigned = leave_out_loose_signs(&mut sheet.lines);
    let begins = Begins::of(&sheet.lines, context);
    let starts = begins.starts(context.metric);
    let starts_in_cols = begins.starts(Metric::Cols);
    let mut table = LineTable {
        columns: header.columns(spec),
        accounts: Vec::new(),
        layout: Layout::Aligned,
        is_guess: false,
        stray: unsigned,
    };
    for group in 0..starts.len() {
        let part = part_of(&sheet.lines, &starts, group, context);
        let two_sided = spec.rows == RowRule::TwoSided;
        let measures = if two_sided && group == 0 {
            1
        } else {
            header.measures.len().max(header.items.len())
        };
        let side = if two_sided { side_of_group(group) } else { Side::Expenditure };
        let mut accounts = if two_sided && !header.numbered || !header.items.is_empty() {
            let mut builder = Builder::new(context, false);
            builder.set_group(if two_sided { group } else { 0 });
            for line in &part {
                builder.line(line.position, &line.tokens);
            }
            let (accounts, stray) = builder.finish();
            table.stray.extend(stray);
            accounts
        } else if header.counterpart {
            rows_with_counterpart(&part, context)
        } else {
            rows(&part, side, context)
        };
        if two_sided {
            accounts.iter_mut().for_each(|account| account.group = group.min(1));
        }
        if measures > 1 {
            state_columns(
                &mut accounts,
                &part,
                measures,
                &|page| sheet.head(page, group, [&starts, &starts_in_cols], context),
                context,
            );
        } else {
            for figure in accounts
                .iter_mut()
                .filter(|account| account.figures.len() == 1)
                .flat_map(|account| &mut account.figures)
            {
                figure.slot = Some(0);
            }
        }
        table.accounts.extend(accounts);
    }
    if header.coded_groups {
        give_totals_their_figures(&mut table.accounts);
    }
    start_rows_together(&mut table.accounts);
    table.accounts.sort_by_key(|account| account.position.line);
    table
}

/// Takes the figures out of lines where a dash stands one space in front of one: a sign, or an empty cell beside a full one. They are
/// returned as they are printed.
fn leave_out_loose_signs(lines: &mut [Line<'_>]) -> Vec<(Position, String)> {
    let is_loose = |pair: &[Token<'_>]| {
        let is_sign = pair[0].kind == Kind::Dash && matches!(pair[0].text, "-" | "−") && pair[0].gap > 1;
        is_sign && pair[1].is_money() && pair[1].gap == 1
    };
    let mut left_out = Vec::new();
    for line in lines {
        if line.tokens.windows(2).any(is_loose) {
            left_out.push((line.position, line.text.trim().to_owned()));
            line.tokens.retain(|token| !token.is_money());
        }
    }
    left_out
}

/// 公用经费合计 is merged over the groups up to the last one, under whose amounts its own stands.
fn give_totals_their_figures(accounts: &mut [LineAccount]) {
    let without_name = |account: &LineAccount| account.code.is_empty() && account.name.is_empty() && !account.figures.is_empty();
    let awaits = |account: &LineAccount| account.code.is_empty() && !account.name.is_empty() && account.figures.is_empty();
    let mut totals: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, account) in accounts.iter().enumerate().filter(|(_, account)| awaits(account)) {
        totals.entry(account.end).or_default().push(index);
    }
    for index in (0..accounts.len()).rev() {
        if !without_name(&accounts[index]) {
            continue;
        }
        if let Some(total) = totals.get_mut(&accounts[index].end).and_then(Vec::pop) {
            accounts[total].figures = std::mem::take(&mut accounts[index].figures);
        }
    }
}

/// Accounts side by side in one printed row start where the row starts.
fn start_rows_together(accounts: &mut [LineAccount]) {
    let rows: Vec<(u32, u32)> = accounts
        .iter()
        .filter(|account| account.end > account.position.line)
        .map(|account| (account.position.line, account.end))
        .collect();
    if rows.is_empty() {
        return;
    }
    for account in accounts {
        if let Some((start, _)) = rows.iter().find(|(start, end)| (*start..=*end).contains(&account.position.line)) {
            account.position.line = *start;
        }
    }
}

impl<'a> Sheet<'a> {
    /// The lines as tokens, without the header that a page repeats.
    fn read(body: Vec<Line<'a>>, head: Vec<Line<'a>>, config: &Config) -> Self {
        // A line with money is none of a header.
        let is_money = |line: &Line<'_>| line.tokens.iter().any(Token::is_money);
        let words: HashSet<String> = head
            .iter()
            .map(|line| compact(line.text).into_owned())
            .filter(|words| !words.is_empty())
            .collect();
        let mut lines: Vec<Line<'a>> = Vec::new();
        let mut page = body.first().map_or(0, |line| line.position.page);
        let mut heads: BTreeMap<u32, Vec<Line<'a>>> = BTreeMap::from([(page, head)]);
        let mut in_header = false;
        let is_repeated = |line: &Line<'_>| !is_money(line) && words.contains(compact(line.text).as_ref());
        let repeated: Vec<bool> = body.iter().map(is_repeated).collect();
        for (index, line) in body.into_iter().enumerate() {
            let tokens = &line.tokens;
            let top = line.position.page != page;
            page = line.position.page;
            // Two lines of the header below each other, or one at the top of a page, are the header again.
            in_header = if in_header || top {
                let words_only = !tokens.is_empty() && tokens.iter().all(|token| is_header_word(token, config));
                words_only || is_numbering_line(tokens) || repeated[index]
            } else {
                index > 0 && repeated[index] && repeated.get(index + 1) == Some(&true)
            };
            if in_header {
                heads.entry(page).or_default().push(line);
                continue;
            }
            lines.push(line);
        }
        Self { lines, heads }
    }

    /// The header over the money columns of a group on a page; that of the page before where a page prints none. `starts` tell where groups
    /// begin, by the table's measure and in columns of a terminal.
    fn head(&self, page: u32, group: usize, starts: [&Starts; 2], context: &Context<'_>) -> Head {
        let Some((printed, head)) = self.heads.range(..=page).next_back() else {
            return Head::default();
        };
        let [from, from_in_cols] = starts.map(|starts| starts.get(group).and_then(|pages| pages.get(printed)).copied().unwrap_or(0));
        let header = context.header;
        let is_numbered = !header.places_of_numbers(head, from, context.metric).is_empty();
        Head {
            places: header.places(head, from, context.metric, context.config),
            cols: if is_numbered {
                Vec::new()
            } else {
                header.places(head, from_in_cols, Metric::Cols, context.config)
            },
            is_of_page_before: *printed != page,
        }
    }
}

/// Whether a token is one that headers are made of; a year belongs to them (`2023` over `年`).
fn is_header_word(token: &Token<'_>, config: &Config) -> bool {
    let year = is_year_digits(token.text.as_bytes()) || matches!(token.text, "年" | "年度");
    year || token.kind == Kind::Text && config.headers.is_known(&word_key(token.text))
}

/// Accounts with two names side by side: the lines are read once for each of them.
fn rows_with_counterpart(part: &[Line<'_>], context: &Context<'_>) -> Vec<LineAccount> {
    let is_text = |token: &&Token<'_>| token.kind == Kind::Text;
    let place = |token: &Token<'_>| context.metric.of(token).0;
    // The second names begin behind all first ones; one that stands alone may begin in front of the others.
    let (mut second, mut behind_first) = (None, 0);
    for line in part {
        let mut names = line.tokens.iter().filter(is_text);
        if let (Some(name), Some(counterpart)) = (names.next(), names.next()) {
            second = Some(second.map_or(place(counterpart), |second: usize| second.min(place(counterpart))));
            behind_first = behind_first.max(context.metric.of(name).1);
        }
    }
    let Some(second) = second.map(|second| second.min(behind_first)) else {
        return rows(part, Side::Expenditure, context);
    };
    let only = |keep: &dyn Fn(usize) -> bool| -> Vec<Line<'_>> {
        part.iter()
            .map(|line| {
                let tokens = line
                    .tokens
                    .iter()
                    .filter(|token| token.kind != Kind::Text || keep(place(token)))
                    .cloned()
                    .collect();
                line.part(tokens)
            })
            .filter(|line: &Line<'_>| !line.tokens.is_empty())
            .collect()
    };
    let mut accounts = rows(&only(&|place| place < second), Side::Expenditure, context);
    for counterpart in rows(&only(&|place| place >= second), Side::Expenditure, context) {
        if let Some(account) = accounts.iter_mut().find(|account| account.end == counterpart.end) {
            account.counterpart = counterpart.name;
            // The row starts where the first of its names does.
            account.position = account.position.min(counterpart.position);
        }
    }
    accounts
}
