//! Column groups side by side in aligned lines: the sides of a summary, groups of code, name and amount.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::Context;
use super::columns::Metric;
use super::line::Line;
use super::tokens::{Kind, Token};
use crate::codes::Side;
use crate::config::{RowRule, name_key};
use crate::text::strip_numbering;

/// Where the column groups begin, per page: the first at 0.
pub type Starts = Vec<BTreeMap<u32, usize>>;

/// Least distance between the places where two groups of codes begin.
const GROUP_GAP: usize = 10;
/// How far behind the left end of its cell a code may stand.
const CODE_INDENT: usize = 4;

/// The lines of a table with the tokens that may begin a column group.
pub struct Begins<'l, 'a, 'c> {
    lines: &'l [Line<'a>],
    /// Their places in their lines; nothing where the table has one group.
    tokens: Vec<SmallVec<[usize; 2]>>,
    context: &'l Context<'c>,
}

impl<'l, 'a, 'c> Begins<'l, 'a, 'c> {
    /// Looks at the words of all lines.
    pub fn of(lines: &'l [Line<'a>], context: &'l Context<'c>) -> Self {
        let in_line = |line: &Line<'_>| {
            let tokens = line.tokens.iter().enumerate();
            tokens
                .filter(|(index, token)| begins_group(*index, token, context))
                .map(|(index, _)| index)
                .collect()
        };
        let has_groups = context.spec.rows == RowRule::TwoSided || context.header.coded_groups;
        let tokens = if has_groups {
            lines.iter().map(in_line).collect()
        } else {
            Vec::new()
        };
        Self { lines, tokens, context }
    }

    /// Where each column group begins, by a measure.
    pub fn starts(&self, metric: Metric) -> Starts {
        if self.context.spec.rows == RowRule::TwoSided {
            self.two_sides(metric)
        } else if self.context.header.coded_groups {
            self.coded_groups(metric)
        } else {
            vec![self.lines.iter().map(|line| (line.position.page, 0)).collect()]
        }
    }

    /// The sides of a two-sided form. The right one begins behind whatever stands on the left of its names: a name that is centred in its
    /// column, or a piece of one, may begin in front of all others.
    fn two_sides(&self, metric: Metric) -> Starts {
        let place = |token: &Token<'_>| metric.of(token);
        let mut pages: BTreeMap<u32, (Option<usize>, usize)> = BTreeMap::new();
        for (line, begins) in self.lines.iter().zip(&self.tokens) {
            let (begin, left) = pages.entry(line.position.page).or_default();
            let mut names = begins.iter().map(|index| (*index, &line.tokens[*index]));
            let right = match names.next() {
                Some((index, first)) if is_of_right_side(first, self.context) => Some((index, first)),
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
        for line in self.lines {
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

    /// Groups of code, name and amount side by side.
    fn coded_groups(&self, metric: Metric) -> Starts {
        let mut pages: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (line, begins) in self.lines.iter().zip(&self.tokens) {
            let places = begins.iter().map(|index| metric.of(&line.tokens[*index]).0);
            pages.entry(line.position.page).or_default().extend(places);
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
            begin_behind_figures(groups, self.lines, metric);
        }
        starts
    }
}

/// Whether a name is one of the right side alone.
fn is_of_right_side(name: &Token<'_>, context: &Context<'_>) -> bool {
    let (key, config) = (name_key(name.text), context.config);
    let on = |side: Side| config.items.find(&key, context.spec.form, side).is_some();
    config.accounts.functional_class(&key).is_some() || on(Side::Expenditure) && !on(Side::Revenue)
}

/// Moves the places where a group begins to the left, as far as nothing stands there: a code that keeps its right end may stand a little
/// behind the words of its group.
fn begin_behind_figures(begins: &mut BTreeMap<u32, usize>, lines: &[Line<'_>], metric: Metric) {
    let mut lefts: BTreeMap<u32, usize> = begins
        .iter()
        .map(|(page, begin)| (*page, begin.saturating_sub(CODE_INDENT)))
        .collect();
    for line in lines {
        let page = line.position.page;
        if let (Some(begin), Some(left)) = (begins.get(&page), lefts.get_mut(&page)) {
            let ends = line.tokens.iter().map(|token| metric.of(token).1).filter(|end| end <= begin);
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
pub fn part_of<'a>(lines: &[Line<'a>], starts: &Starts, group: usize, context: &Context<'_>) -> Vec<Line<'a>> {
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
