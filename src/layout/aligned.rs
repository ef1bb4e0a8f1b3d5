//! Lines that keep columns by position: the place of a figure tells its column, names wrap above and below the line of their figures.

use std::collections::{BTreeMap, HashSet};

use super::accounts::Builder;
use super::columns::{Head, Metric};
use super::header::is_numbering_line;
use super::line::Line;
use super::places::state_columns;
use super::rows::rows;
use super::tokens::{Kind, Token};
use super::{Context, LineAccount, LineTable, side_of_group};
use crate::codes::{Layout, Side};
use crate::config::{Config, RowRule, name_key, word_key};
use crate::text::{compact, is_year_digits, strip_numbering};

/// Least distance between the places where two groups of codes begin.
const GROUP_GAP: usize = 10;
/// How far behind the left end of its cell a code may stand.
const CODE_INDENT: usize = 4;

/// The lines of a table as tokens, and the header of each page that prints one.
pub struct Sheet<'a> {
    /// Lines of the body.
    pub lines: Vec<Line<'a>>,
    /// Lines of headers, by page.
    pub heads: BTreeMap<u32, Vec<Line<'a>>>,
}

/// Where the column groups begin, per page: the first at 0.
pub type Starts = Vec<BTreeMap<u32, usize>>;

/// Reads aligned lines.
pub fn cut(body: Vec<Line<'_>>, head: Vec<Line<'_>>, context: &Context<'_>) -> LineTable {
    let (header, spec) = (context.header, context.spec);
    let sheet = Sheet::read(body, head, context.config);
    let starts = group_starts(&sheet.lines, context);
    let starts_in_cols = group_starts(
        &sheet.lines,
        &Context {
            metric: Metric::Cols,
            ..*context
        },
    );
    let mut table = LineTable {
        columns: header.columns(spec),
        accounts: Vec::new(),
        layout: Layout::Aligned,
        is_guess: false,
        stray: Vec::new(),
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
        let words: HashSet<String> = head
            .iter()
            .map(|line| compact(line.text).into_owned())
            .filter(|words| !words.is_empty())
            .collect();
        let mut lines: Vec<Line<'a>> = Vec::new();
        let mut page = body.first().map_or(0, |line| line.position.page);
        let mut heads: BTreeMap<u32, Vec<Line<'a>>> = BTreeMap::from([(page, head)]);
        let mut in_header = false;
        let repeated: Vec<bool> = body.iter().map(|line| words.contains(compact(line.text).as_ref())).collect();
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

/// Where each column group begins.
fn group_starts(lines: &[Line<'_>], context: &Context<'_>) -> Starts {
    if context.spec.rows == RowRule::TwoSided {
        two_sides(lines, context)
    } else if context.header.coded_groups {
        coded_groups(lines, context)
    } else {
        vec![lines.iter().map(|line| (line.position.page, 0)).collect()]
    }
}

/// The sides of a two-sided form. The right one begins behind whatever stands on the left of its names: a name that is centred in its
/// column, or a piece of one, may begin in front of all others.
fn two_sides(lines: &[Line<'_>], context: &Context<'_>) -> Starts {
    let place = |token: &Token<'_>| context.metric.of(token);
    let mut pages: BTreeMap<u32, (Option<usize>, usize)> = BTreeMap::new();
    for line in lines {
        let (begin, left) = pages.entry(line.position.page).or_default();
        let mut names = line
            .tokens
            .iter()
            .enumerate()
            .filter(|(index, token)| begins_group(*index, token, context));
        let right = match names.next() {
            Some((index, first)) if is_of_right_side(first, context) => Some((index, first)),
            _ => names.next(),
        };
        let Some((index, name)) = right else { continue };
        let from = place(name).0;
        *begin = Some(begin.map_or(from, |begin| begin.min(from)));
        if let Some(before) = index.checked_sub(1) {
            *left = (*left).max(place(&line.tokens[before]).1);
        }
    }
    // Figures may have lines of their own.
    for line in lines {
        if let Some((Some(begin), left)) = pages.get_mut(&line.position.page) {
            let figures = line.tokens.iter().filter(|token| token.is_money());
            let ends = figures.map(|token| place(token).1).filter(|end| end <= begin);
            *left = ends.fold(*left, usize::max);
        }
    }
    let mut starts: Starts = vec![pages.keys().map(|page| (*page, 0)).collect()];
    let begin_of = |(begin, left): &(Option<usize>, usize)| begin.map(|begin| if *left > 0 { begin.min(*left) } else { begin });
    if let Some(usual) = pages.values().filter_map(begin_of).min() {
        starts.push(
            pages
                .iter()
                .map(|(page, sides)| (*page, begin_of(sides).unwrap_or(usual)))
                .collect(),
        );
    }
    starts
}

/// Whether a name is one of the right side alone.
fn is_of_right_side(name: &Token<'_>, context: &Context<'_>) -> bool {
    let (key, config) = (name_key(name.text), context.config);
    let on = |side: Side| config.items.find(&key, context.spec.form, side).is_some();
    config.accounts.functional_class(&key).is_some() || on(Side::Expenditure) && !on(Side::Revenue)
}

/// Groups of code, name and amount side by side.
fn coded_groups(lines: &[Line<'_>], context: &Context<'_>) -> Starts {
    let mut pages: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for line in lines {
        let codes = line
            .tokens
            .iter()
            .enumerate()
            .filter(|(index, token)| begins_group(*index, token, context));
        pages
            .entry(line.position.page)
            .or_default()
            .extend(codes.map(|(_, token)| context.metric.of(token).0));
    }
    let mut starts: Starts = vec![pages.keys().map(|page| (*page, 0)).collect()];
    // The margin of the page: a page may have no code on its left.
    let margin = pages.values().flatten().min().copied().unwrap_or(0);
    let mut above = Vec::new();
    for (page, mut begins) in pages {
        // A page with the totals alone has its groups where the page before it has them.
        if begins.is_empty() {
            begins.clone_from(&above);
        }
        begins.sort_unstable();
        above.clone_from(&begins);
        let mut last = margin;
        let mut group = 0;
        for begin in begins {
            if begin > last + GROUP_GAP {
                group += 1;
                if starts.len() <= group {
                    starts.push(BTreeMap::new());
                }
                starts[group].insert(page, begin);
            }
            last = last.max(begin);
        }
    }
    for groups in starts.iter_mut().skip(1) {
        begin_behind_figures(groups, lines, context);
    }
    starts
}

/// Moves the places where a group begins to the left, as far as nothing stands there: a code that keeps its right end may stand a little
/// behind the words of its group.
fn begin_behind_figures(begins: &mut BTreeMap<u32, usize>, lines: &[Line<'_>], context: &Context<'_>) {
    let mut lefts: BTreeMap<u32, usize> = begins
        .iter()
        .map(|(page, begin)| (*page, begin.saturating_sub(CODE_INDENT)))
        .collect();
    for line in lines {
        let page = line.position.page;
        if let (Some(begin), Some(left)) = (begins.get(&page), lefts.get_mut(&page)) {
            let ends = line
                .tokens
                .iter()
                .map(|token| context.metric.of(token).1)
                .filter(|end| end <= begin);
            *left = ends.fold(*left, usize::max);
        }
    }
    *begins = lefts;
}

fn begins_group(index: usize, token: &Token<'_>, context: &Context<'_>) -> bool {
    let (header, spec, config) = (context.header, context.spec, context.config);
    if header.coded_groups {
        let code = token.kind == Kind::Digits && matches!(token.text.len(), 3 | 5) && config.accounts.economic_name(token.text).is_some();
        return code
            || token.kind == Kind::Text
                && crate::account::leading_code(token.text).is_some_and(|(code, _)| config.accounts.economic_name(code).is_some());
    }
    if spec.rows != RowRule::TwoSided || token.kind != Kind::Text {
        return false;
    }
    let key = name_key(token.text);
    let numbered = strip_numbering(token.text).len() < token.text.len();
    let known = config.accounts.functional_class(&key).is_some()
        || [Side::Revenue, Side::Expenditure]
            .iter()
            .any(|side| config.items.find(&key, spec.form, *side).is_some());
    numbered || known || index == 0
}

/// The tokens of one group, line by line.
fn part_of<'a>(lines: &[Line<'a>], starts: &Starts, group: usize, context: &Context<'_>) -> Vec<Line<'a>> {
    let mut part = Vec::new();
    for line in lines {
        let start = |group: usize| starts.get(group).and_then(|pages| pages.get(&line.position.page)).copied();
        let Some(from) = start(group) else { continue };
        let to = start(group + 1).unwrap_or(usize::MAX);
        let tokens: Vec<Token<'a>> = line
            .tokens
            .iter()
            .filter(|token| (from..to).contains(&context.metric.of(token).0))
            .cloned()
            .collect();
        if !tokens.is_empty() {
            part.push(line.part(tokens));
        }
    }
    part
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
