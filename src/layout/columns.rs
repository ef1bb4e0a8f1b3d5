//! From the places of figures on a page to the columns of the form.

use super::clusters::{Clusters, Placed, cluster_of, clusters, clusters_in_cols, ways_to_merge};
use super::line::{Line, OpenLine};
use super::tokens::Kind;
use super::words::pieces_below_each_other;
use super::{Context, LineHeader, Token, is_numbering_line};
use crate::codes::{Form, Item, Side};
use crate::config::{Config, item_key, word_key};
use crate::solve::{Cell, Figures, RowSums};

/// How the place of a token is measured: converters align by characters or by terminal columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Every character is one.
    Chars,
    /// A Chinese character is two.
    Cols,
}

impl Metric {
    /// The measure by which the figures of a table's lines line up better, at their ends or at their centres; `None` where both do alike.
    fn of_lines(lines: &[Line<'_>]) -> Option<Self> {
        let figures = || lines.iter().flat_map(|line| &line.tokens).filter(|token| token.is_money());
        let places = |metric: Self, place: &dyn Fn((usize, usize)) -> usize| {
            let mut places: Vec<usize> = figures().map(|token| place(metric.of(token))).collect();
            places.sort_unstable();
            places.dedup();
            places.len()
        };
        let fewest = |metric: Self| places(metric, &|span| span.1).min(places(metric, &|span| usize::midpoint(span.0, span.1)));
        match fewest(Self::Chars).cmp(&fewest(Self::Cols)) {
            std::cmp::Ordering::Less => Some(Self::Chars),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(Self::Cols),
        }
    }

    /// The measure of most tables of a file, as far as a stretch of lines shows one.
    pub fn of_most_tables<'l, 'a: 'l>(lines: impl Iterator<Item = &'l OpenLine<'a>>) -> Self {
        let (mut chars, mut cols) = (0, 0);
        let with_figures = lines.filter(|line| line.text.contains('.'));
        let lines: Vec<Line<'_>> = with_figures.take(MOST_LINES).map(Line::of).collect();
        for stretch in lines.chunks(STRETCH) {
            match Self::of_lines(stretch) {
                Some(Self::Chars) => chars += 1,
                Some(Self::Cols) => cols += 1,
                None => {}
            }
        }
        if chars > cols { Self::Chars } else { Self::Cols }
    }

    /// Where a token begins and ends.
    pub fn of(self, token: &Token<'_>) -> (usize, usize) {
        match self {
            Self::Chars => token.chars,
            Self::Cols => token.cols,
        }
    }
}

/// Lines that are looked at together for how places are measured, and how many at most.
const STRETCH: usize = 16;
const MOST_LINES: usize = 1_024;

/// Where the header of a page stands over the money columns.
#[derive(Debug, Default)]
pub struct Head {
    /// The centres of its words; nothing where they are not known.
    pub places: Vec<Option<usize>>,
    /// The same in columns of a terminal; nothing for numbers of columns, which count as many characters as columns.
    pub cols: Vec<Option<usize>>,
    /// Whether it is that of an earlier page: columns are as far from each other here, but may all stand elsewhere.
    pub is_of_page_before: bool,
}

/// The columns of the figures of one page, and whether the rows allow no others; `None` where places do not tell them.
pub fn page_columns(
    placed: &[Placed],
    columns: usize,
    head: impl FnOnce() -> Head,
    context: &Context<'_>,
) -> Option<(Vec<Vec<usize>>, bool)> {
    let full = placed.iter().all(|row| row.values.len() == columns);
    if full {
        return Some((placed.iter().map(|_| (0..columns).collect()).collect(), true));
    }
    let head = head();
    let allowed = Allowed::of(placed, context);
    let mut best: Option<(Clusters, Vec<Candidate>)> = None;
    for clusters in ways_to_merge(clusters(placed)?, placed) {
        let found = candidates(placed, &clusters, columns, &head, &allowed);
        let Some(agreeing) = found.first().map(|candidate| candidate.agreeing) else {
            continue;
        };
        let most = best
            .as_ref()
            .and_then(|(_, found)| found.first())
            .map_or(0, |candidate| candidate.agreeing);
        if agreeing > most {
            best = Some((clusters, found));
        }
        if agreeing.max(most) == placed.len() {
            break;
        }
    }
    let (clusters, found) = best?;
    // Where few rows agree with any map, the columns are others than was thought.
    let (map, sure) =
        chosen(&found, &head, &clusters, placed.len()).filter(|_| found.iter().all(|candidate| candidate.agreeing * 2 >= placed.len()))?;
    let of_row = |row: &Placed| row.spans.iter().map(|span| map[cluster_of(*span, &clusters)]).collect();
    Some((placed.iter().map(of_row).collect(), sure))
}

/// What the rows of a page allow.
struct Allowed {
    sums: RowSums,
    /// Nothing where a figure is none of money.
    rows: Vec<Option<Figures>>,
    /// How many columns the form has.
    columns: usize,
}

impl Allowed {
    /// By the identities of the form.
    fn of(placed: &[Placed], context: &Context<'_>) -> Self {
        let (header, spec, config) = (context.header, context.spec, context.config);
        let cells: Vec<Cell> = if header.items.is_empty() {
            header.measures.iter().map(|measure| Cell::Measure(*measure)).collect()
        } else {
            header.items.iter().map(|(item, measure)| Cell::Item(*item, *measure)).collect()
        };
        Self {
            sums: RowSums::of(spec.form, &cells, &config.checks),
            rows: placed.iter().map(|row| Figures::of(&row.values)).collect(),
            columns: cells.len(),
        }
    }

    /// Whether the figures of a row may stand in these columns. As many figures as columns leave no choice.
    fn allows(&self, row: usize, columns: &[usize]) -> bool {
        columns.iter().copied().eq(0..self.columns) || self.rows[row].as_ref().is_some_and(|figures| self.sums.hold(columns, figures))
    }
}

/// A map from clusters to columns.
struct Candidate {
    /// How many rows allow it.
    agreeing: usize,
    /// How little the clusters stand below the header words of their columns.
    away: u64,
    /// The same in columns of a terminal.
    away_in_cols: u64,
    map: Vec<usize>,
}

/// The maps that most rows allow, those nearest to the header first.
fn candidates(placed: &[Placed], clusters: &Clusters, columns: usize, head: &Head, allowed: &Allowed) -> Vec<Candidate> {
    if clusters.len() > columns {
        return Vec::new();
    }
    let in_cols = clusters_in_cols(placed, clusters);
    let in_clusters = |row: &Placed| -> Vec<usize> { row.spans.iter().map(|span| cluster_of(*span, clusters)).collect() };
    let rows: Vec<Vec<usize>> = placed.iter().map(in_clusters).collect();
    let mut found: Vec<Candidate> = Vec::new();
    let mut map: Vec<usize> = (0..clusters.len()).collect();
    let mut mapped = Vec::new();
    loop {
        let mut allows = |(row, clusters): (usize, &Vec<usize>)| {
            mapped.clear();
            mapped.extend(clusters.iter().map(|cluster| map[*cluster]));
            allowed.allows(row, &mapped)
        };
        found.push(Candidate {
            agreeing: rows.iter().enumerate().filter(|row| allows(*row)).count(),
            away: distance(&map, clusters, &head.places, head.is_of_page_before),
            away_in_cols: distance(&map, &in_cols, &head.cols, head.is_of_page_before),
            map: map.clone(),
        });
        if !crate::solve::next_combination(&mut map, columns) {
            break;
        }
        // What was tried would not be all there is.
        if found.len() > MOST_MAPS {
            return Vec::new();
        }
    }
    let most = found.iter().map(|candidate| candidate.agreeing).max().unwrap_or(0);
    found.retain(|candidate| candidate.agreeing == most);
    found.sort_by_key(|candidate| candidate.away);
    found
}

/// Most maps that are tried.
const MOST_MAPS: usize = 2_000;

/// The only map, or the one that the header's words stand over, and whether it is the only one.
fn chosen<'f>(found: &'f [Candidate], head: &Head, clusters: &[(usize, usize)], rows: usize) -> Option<(&'f [usize], bool)> {
    let (first, others) = found.split_first()?;
    if others.is_empty() {
        return Some((&first.map, true));
    }
    // Half way between two header words tells neither. Both measures have to tell the same: a converter that counts characters moves what
    // stands behind many of them.
    let clear = clear_distance(&head.places)?;
    let is_nearest = |other: &Candidate| other.away > first.away + clear && other.away_in_cols >= first.away_in_cols;
    // On another page than the header columns may stand closer, or further apart.
    let clear_in_cols = clear_distance(&head.cols).unwrap_or(0);
    let is_far_nearer = |other: &Candidate| {
        other.away >= 2 * first.away && other.away_in_cols >= (2 * first.away_in_cols).max(first.away_in_cols + clear_in_cols)
    };
    // A converter may move a single figure: where no other rows tell, none may be half way itself.
    let from_word = |column: usize, (from, to): (usize, usize)| {
        let word = head.places.get(column).copied().flatten();
        word.map_or(0, |word| usize::midpoint(from, to).abs_diff(word))
    };
    let is_clear = |other: &Candidate| {
        let columns = first.map.iter().zip(&other.map).zip(clusters);
        let mut moved = columns.filter(|((column, other), _)| column != other);
        rows > 1 || moved.all(|((column, other), place)| from_word(*column, *place) + 2 <= from_word(*other, *place))
    };
    let is_chosen = |other: &Candidate| is_nearest(other) && is_clear(other) && (!head.is_of_page_before || is_far_nearer(other));
    others.iter().all(is_chosen).then_some((&first.map, false))
}

/// How much nearer than others a map has to be; `None` where no place of the header is known.
fn clear_distance(words: &[Option<usize>]) -> Option<u64> {
    let known: Vec<usize> = words.iter().copied().flatten().collect();
    let spacing = known.windows(2).map(|pair| pair[1].abs_diff(pair[0])).min().unwrap_or(0);
    (!known.is_empty()).then(|| u64::try_from(spacing / 3).unwrap_or(u64::MAX / 4))
}

/// How little clusters stand below the header words of their columns: how much further to one side some stand than others, since all figures
/// are centred or all are right-aligned, and how far they stand aside. A column without a known word costs nothing.
fn distance(map: &[usize], clusters: &[(usize, usize)], words: &[Option<usize>], may_be_moved: bool) -> u64 {
    let place = |place: usize| i64::try_from(place).unwrap_or(i64::MAX / 4);
    let mut aside: Vec<i64> = map
        .iter()
        .zip(clusters)
        .filter_map(|(column, (from, to))| {
            let word = words.get(*column).copied().flatten()?;
            Some(place(usize::midpoint(*from, *to)) - place(word))
        })
        .collect();
    aside.sort_unstable();
    let usual = aside.get(aside.len() / 2).copied().unwrap_or(0);
    let uneven: u64 = aside.iter().map(|one| one.abs_diff(usual)).sum();
    if may_be_moved { uneven } else { uneven + usual.unsigned_abs() / 2 }
}

impl LineHeader {
    /// The centre of what stands over each money column, for columns right of `from`: its number, else its word.
    pub(super) fn places(&self, head: &[Line<'_>], from: usize, metric: Metric, config: &Config) -> Vec<Option<usize>> {
        let numbers = self.places_of_numbers(head, from, metric);
        if numbers.is_empty() {
            self.places_of_words(head, from, metric, config)
        } else {
            numbers
        }
    }

    /// The centres of the numbers of the money columns; nothing where they are not numbered.
    pub(super) fn places_of_numbers(&self, head: &[Line<'_>], from: usize, metric: Metric) -> Vec<Option<usize>> {
        let count = self.measures.len().max(self.items.len());
        for tokens in head.iter().map(|line| &line.tokens).filter(|tokens| is_numbering_line(tokens)) {
            let numbers = tokens
                .iter()
                .filter(|token| token.kind == Kind::Digits)
                .map(|token| metric.of(token));
            let numbers: Vec<usize> = numbers
                .filter(|span| span.0 >= from)
                .map(|(start, end)| usize::midpoint(start, end))
                .collect();
            // Some places number the columns of codes and names, too.
            if let Some(names) = numbers.len().checked_sub(count).filter(|names| *names <= self.name_columns()) {
                return numbers.into_iter().skip(names).map(Some).collect();
            }
        }
        Vec::new()
    }

    /// The centres of the words over the money columns.
    fn places_of_words(&self, head: &[Line<'_>], from: usize, metric: Metric, config: &Config) -> Vec<Option<usize>> {
        let count = self.measures.len().max(self.items.len());
        let centre = |(start, end): (usize, usize)| usize::midpoint(start, end);
        for line in head {
            // 预算数 and 决算数 below each of the items.
            let leaves: Vec<_> = line.tokens.iter().filter(|token| metric.of(token).0 >= from).collect();
            let is_leaf = |token: &&Token<'_>| matches!(word_key(token.text).as_ref(), "预算数" | "决算数");
            if !self.items.is_empty() && leaves.len() == count && leaves.iter().all(is_leaf) {
                return leaves.into_iter().map(|token| Some(centre(metric.of(token)))).collect();
            }
        }
        let chains = pieces_below_each_other(head, metric);
        let words: Vec<(String, (usize, usize))> = chains
            .into_iter()
            .flatten()
            .filter(|placed| placed.span.0 >= from)
            .map(|placed| (word_key(&placed.text).into_owned(), placed.span))
            .collect();
        let centre_of = |stands: &dyn Fn(&str) -> bool| words.iter().rev().find(|(word, _)| stands(word)).map(|(_, span)| centre(*span));
        let places = if self.items.is_empty() {
            self.measures
                .iter()
                .map(|measure| centre_of(&|word| self.stands_for(word, *measure)))
                .collect()
        } else {
            self.items
                .iter()
                .map(|(item, _)| centre_of(&|word| heads_item(word, *item, config)))
                .collect()
        };
        interpolated(places)
    }
}

/// Whether a header word stands over the column of an item.
fn heads_item(word: &str, item: Item, config: &Config) -> bool {
    let key = item_key(word);
    match item {
        Item::Vehicle => key == "小计",
        Item::ThreePublicTotal => key == "合计",
        _ => [Form::ThreePublic, Form::AgencyOperating].iter().any(|form| {
            config
                .items
                .find(&key, *form, Side::Expenditure)
                .is_some_and(|standard| standard.item == item)
        }),
    }
}

/// Fills the places of words that were not found from their neighbours; nothing where too few were.
fn interpolated(mut places: Vec<Option<usize>>) -> Vec<Option<usize>> {
    let known: Vec<(usize, usize)> = places
        .iter()
        .enumerate()
        .filter_map(|(index, place)| place.map(|place| (index, place)))
        .collect();
    if known.len() * 2 < places.len() || known.windows(2).any(|pair| pair[0].1 >= pair[1].1) {
        return Vec::new();
    }
    for (index, place) in places.iter_mut().enumerate().filter(|(_, place)| place.is_none()) {
        let before = known.iter().rev().find(|(at, _)| *at < index);
        let after = known.iter().find(|(at, _)| *at > index);
        *place = match (before, after) {
            (Some((left, from)), Some((right, to))) => Some(from + (to - from) * (index - left) / (right - left)),
            (Some((left, from)), None) => Some(from + 12 * (index - left)),
            (None, Some((right, to))) => Some(to.saturating_sub(12 * (right - index))),
            (None, None) => None,
        };
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_as_far_aside_of_their_words_as_others() {
        let words = [Some(33), Some(47), Some(59)];
        let away = |map: &[usize], figures: &[(usize, usize)]| distance(map, figures, &words, false);
        // Right-aligned under centred words.
        assert!(away(&[0, 1], &[(38, 42), (52, 56)]) < away(&[0, 2], &[(38, 42), (52, 56)]));
        assert!(away(&[0, 2], &[(31, 35), (57, 61)]) < away(&[0, 1], &[(31, 35), (57, 61)]));
    }

    #[test]
    fn missing_places_of_a_header_lie_between_their_neighbours() {
        assert_eq!(interpolated(vec![Some(10), None, Some(30)]), [Some(10), Some(20), Some(30)]);
        assert!(interpolated(vec![Some(10), None, None]).is_empty() && interpolated(vec![Some(30), Some(10)]).is_empty());
    }
}
