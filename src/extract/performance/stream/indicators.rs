//! Indicator rows: 一级指标 where one begins, then 二级指标, 三级指标 and 指标值 of the implementation period and of the year.
//!
//! Labels are known words and the two halves say the same as a rule. Of all ways to part the words into rows the one that fits best is
//! taken; a row that could as well be parted otherwise is left out.

use foldhash::HashMap;
use std::cell::RefCell;
use std::rc::Rc;

use super::pairs::{MOST_WORDS, Pair, is_plain_target, pairs};
use super::{Known, Word, cell, known_at};
use crate::codes::{Category, Dimension};
use crate::config::performance::Performance;
use crate::extract::performance::rebuilt::{Rebuilt, WIDTH};

/// By how much a row has to fit better than any other that begins with the same word.
const LEAST_LEAD: i32 = 6;

/// What words that are no row cost, and the least that a name with its target has to score.
const UNKNOWN: i32 = -30;
const LEAST_SCORE: i32 = -5;

/// What a 二级指标 without an indicator costs: rather its first one stands behind it.
const EMPTY: i32 = -8;

/// What speaks for two halves that have the same name, and the same target.
const SAME_NAME: i32 = 25;
const SAME_TARGET: i32 = 10;
const TOLD_BY_BOTH: i32 = 50;

/// Puts the indicators' rows together.
pub fn rebuild(words: &[Word<'_>], is_double: bool, performance: &Performance, rebuilt: &mut Rebuilt) {
    let search = Search::new(words, is_double, performance);
    let rows = search.rows_of_best_way();
    // Words in another order than that of the cells make sense here and there.
    let labelled = || rows.iter().filter(|row| row.parted.has_label() || search.labels[row.at].is_some());
    let is_in_order = labelled().filter(|row| row.is_certain).count() * 2 >= labelled().count();
    // Names in front of their labels: these stand in the middle of their rows.
    let is_in_middle = |row: &Chosen| {
        let behind = row.at + search.dimensions[row.at].as_ref().map_or(0, |dimension| dimension.words);
        (row.at == 0 || behind > row.at) && !row.parted.has_label() && search.labels.get(behind).is_some_and(Option::is_none)
    };
    let is_above = !rows.iter().any(is_in_middle);
    // Whether the last 二级指标 is known.
    let mut is_labelled = false;
    for row in rows {
        is_labelled = row.is_certain && is_in_order && (is_labelled && is_above || row.parted.has_label());
        if is_labelled {
            rebuilt.push(search.cells(row.at, &row.parted), words[row.at].position, words[row.at].row);
            continue;
        }
        if let Some(dimension) = &search.dimensions[row.at] {
            let cells = vec![String::new(), cell(&words[row.at..row.at + dimension.words])];
            rebuilt.push(cells, words[row.at].position, words[row.at].row);
        }
        if !row.parted.is_empty() {
            rebuilt.doubtful.push((words[row.at].position, "the indicator here".to_owned()));
        }
    }
}

/// A row of the best way.
struct Chosen {
    at: usize,
    parted: Parted,
    is_certain: bool,
}

/// The only way in which both halves have the same name and target, where they wrap otherwise: no other words tell so much.
fn told_by_both<'p>(lefts: &'p [Option<Pair>], rights: &'p [Option<Pair>]) -> Option<(&'p Option<Pair>, &'p Option<Pair>)> {
    let is_same = |one: &Option<Pair>, other: &Option<Pair>| matches!((one, other), (Some(one), Some(other)) if one.name == other.name && one.target == other.target);
    let mut same = lefts
        .iter()
        .flat_map(|one| rights.iter().map(move |other| (one, other)))
        .filter(|(one, other)| is_same(one, other));
    let only = same.next()?;
    let is_named = only.0.as_ref().is_some_and(|pair| pair.is_named);
    (is_named && lefts.len() != rights.len() && same.next().is_none()).then_some(only)
}

/// One way to read a row.
#[derive(Debug, Clone)]
struct Way {
    row: Parted,
    /// What this row and all below it score.
    total: i32,
    /// By how much it fits better than the next best.
    lead: i32,
}

/// Where the parts of a row stand.
#[derive(Debug, Clone)]
struct Parted {
    /// How many words the 一级指标 takes.
    dimension: usize,
    halves: [Half; 2],
    end: usize,
    score: i32,
    /// Whether both halves name the same indicator.
    has_one_name: bool,
    /// Whether the name of one half is the beginning of the other's.
    has_cut_name: bool,
    /// Whether the words are no row that is known.
    is_unknown: bool,
}

impl Parted {
    /// Whether it has labels alone.
    fn is_empty(&self) -> bool {
        !self.is_unknown && self.halves.iter().all(|half| half[1] == half[3])
    }

    /// Whether it prints its 二级指标.
    fn has_label(&self) -> bool {
        self.halves[0][1] > self.halves[0][0]
    }
}

/// Words of 二级指标, 三级指标 and 指标值: where each begins, and where the last ends.
type Half = [usize; 4];

/// All ways to part some words into a name and its target; where there is no word, one without either.
type Ways = Rc<[Option<Pair>]>;

struct Search<'w, 'l, 'c> {
    words: &'w [Word<'l>],
    is_double: bool,
    performance: &'c Performance,
    /// The 二级指标 that begins at each word.
    labels: Vec<Option<Known<Category>>>,
    /// The 一级指标.
    dimensions: Vec<Option<Known<Dimension>>>,
    /// Where the first label behind each word begins, or the end.
    next_label: Vec<usize>,
    /// Whether a row can begin at each word, and at the end.
    begins: Vec<bool>,
    /// The ways to part the words between two places into name and target, which many rows ask for.
    pairs: RefCell<HashMap<(usize, usize), Ways>>,
}

impl<'w, 'l, 'c> Search<'w, 'l, 'c> {
    fn new(words: &'w [Word<'l>], is_double: bool, performance: &'c Performance) -> Self {
        let mut search = Self {
            words,
            is_double,
            performance,
            labels: (0..words.len())
                .map(|at| known_at(words, at, |key| performance.categories.exact(key)))
                .collect(),
            dimensions: (0..words.len())
                .map(|at| known_at(words, at, |key| performance.dimensions.exact(key)))
                .collect(),
            next_label: vec![words.len(); words.len()],
            begins: Vec::new(),
            pairs: RefCell::default(),
        };
        for at in (1..words.len()).rev() {
            let is_label = search.labels[at].is_some() || search.dimensions[at].is_some();
            search.next_label[at - 1] = if is_label { at } else { search.next_label[at] };
        }
        let begins = |at: usize| {
            let is_label = search.labels[at].is_some() || search.dimensions[at].is_some();
            at == 0
                || is_label
                || if is_double {
                    search.middles(at).next().is_some()
                } else {
                    search.may_end(at)
                }
        };
        search.begins = (0..words.len()).map(begins).chain([true]).collect();
        search
    }

    /// The rows of the best way. Words that are no row make doubtful what stands in front of them, too: they may be the rest of it.
    fn rows_of_best_way(&self) -> Vec<Chosen> {
        let best = self.best();
        let mut rows: Vec<Chosen> = Vec::new();
        let mut at = 0;
        while let Some(Some(way)) = best.get(at) {
            let begins_label = self.dimensions[at].is_some() || self.labels[at].is_some();
            if way.row.is_unknown
                && !begins_label
                && let Some(last) = rows.last_mut()
            {
                last.is_certain = false;
            }
            rows.push(Chosen {
                at,
                parted: way.row.clone(),
                is_certain: way.lead >= LEAST_LEAD && !way.row.is_unknown && !way.row.has_cut_name,
            });
            at = way.row.end;
        }
        rows
    }

    /// The best way from each word on, from the last to the first.
    fn best(&self) -> Vec<Option<Way>> {
        let mut best: Vec<Option<Way>> = vec![None; self.words.len()];
        for at in (0..self.words.len()).rev().filter(|at| self.begins[*at]) {
            let mut ways: Vec<(i32, Parted)> = Vec::new();
            for row in self.rows(at) {
                let below = if row.end == self.words.len() {
                    Some(0)
                } else {
                    best[row.end].as_ref().map(|way| way.total)
                };
                if let Some(below) = below {
                    ways.push((row.score + below, row));
                }
            }
            ways.sort_by_key(|(total, _)| std::cmp::Reverse(*total));
            let mut ways = ways.into_iter();
            if let Some((total, row)) = ways.next() {
                let lead = ways.next().map_or(i32::MAX, |(next, _)| total - next);
                best[at] = Some(Way { row, total, lead });
            }
        }
        best
    }

    /// All ways to read one row that begins at a word.
    fn rows(&self, at: usize) -> Vec<Parted> {
        let mut rows = Vec::new();
        if let Some(dimension) = self.dimensions[at].as_ref() {
            self.labelled(at, dimension.words, &mut rows);
        } else if let Some(label) = self.labels[at].as_ref().filter(|label| self.is_over(at, label)) {
            // 成本指标 is a 一级指标, too, over 经济成本指标 and its like.
            self.labelled(at, label.words, &mut rows);
        }
        self.labelled(at, 0, &mut rows);
        self.unlabelled(at, &mut rows);
        let end = self.next_label[at];
        rows.push(Parted {
            dimension: 0,
            halves: [[end; 4]; 2],
            end,
            score: UNKNOWN,
            has_one_name: false,
            has_cut_name: false,
            is_unknown: true,
        });
        rows
    }

    fn is_over(&self, at: usize, label: &Known<Category>) -> bool {
        let next = self.labels.get(at + label.words).and_then(Option::as_ref);
        next.is_some_and(|next| next.meaning == label.meaning && next.key != label.key && next.key.ends_with('标'))
    }

    /// A row with its 二级指标, on both sides where there are two.
    fn labelled(&self, at: usize, dimension: usize, rows: &mut Vec<Parted>) {
        let start = at + dimension;
        let Some(left) = self.labels.get(start).and_then(Option::as_ref) else {
            return;
        };
        let left_from = start + left.words;
        if !self.is_double {
            for end in self.ends(left_from) {
                self.part(dimension, [start, left_from, end], None, rows);
            }
            return;
        }
        for middle in left_from..=self.words.len().min(left_from + MOST_WORDS) {
            let Some(right) = self.labels.get(middle).and_then(Option::as_ref) else {
                continue;
            };
            if right.meaning != left.meaning {
                continue;
            }
            let right_from = middle + right.words;
            for end in self.ends(right_from) {
                let before = rows.len();
                self.part(dimension, [start, left_from, middle], Some([middle, right_from, end]), rows);
                // 服务对象满意度 is a name as well.
                let differs = i32::from(right.key != left.key);
                rows[before..].iter_mut().for_each(|row| row.score -= 15 * differs);
            }
        }
    }

    /// A further row of the same 二级指标: that both halves are printed shows by their names, or by the line that they share.
    fn unlabelled(&self, at: usize, rows: &mut Vec<Parted>) {
        if !self.is_double {
            for end in self.ends(at).filter(|end| *end > at) {
                self.part(0, [at, at, end], None, rows);
            }
            return;
        }
        for middle in self.middles(at) {
            for end in self.ends(middle).filter(|end| *end > middle) {
                // Cells that do not wrap share a line with their row.
                let is_one_line = self.words[at].first && self.words[end - 1].last && self.words[at].row == self.words[end - 1].row;
                if !is_one_line && !self.begin_alike(at, middle) {
                    continue;
                }
                let before = rows.len();
                self.part(0, [at, at, middle], Some([middle, middle, end]), rows);
                let mut further = rows.split_off(before);
                further.retain(|row| row.has_one_name || is_one_line);
                rows.append(&mut further);
            }
        }
    }

    /// Whether two names may be the same that begin at two words.
    fn begin_alike(&self, at: usize, middle: usize) -> bool {
        let (one, other) = (self.words[at].text, self.words[middle].text);
        one.starts_with(other) || other.starts_with(one)
    }

    /// Where the second half of a row without labels may begin: its name begins as the first one does, or stands on the same line.
    fn middles(&self, at: usize) -> impl Iterator<Item = usize> {
        let shares_line = move |middle: usize| self.words[at].first && self.words[middle].row == self.words[at].row;
        (at + 2..self.words.len().min(at + MOST_WORDS)).filter(move |middle| self.begin_alike(at, *middle) || shares_line(*middle))
    }

    /// Whether a target may end in front of a word.
    fn may_end(&self, at: usize) -> bool {
        self.words[at].first || is_plain_target(self.words[at - 1].text, self.performance)
    }

    /// Where a half that begins at a word may end.
    fn ends(&self, from: usize) -> impl Iterator<Item = usize> {
        (from..=self.words.len().min(from + MOST_WORDS)).filter(|end| self.begins[*end])
    }

    /// The ways to part the words between two places; none where a label is among them, one without a pair where there is no word.
    fn ways(&self, from: usize, to: usize) -> Ways {
        if let Some(ways) = self.pairs.borrow().get(&(from, to)) {
            return Rc::clone(ways);
        }
        // Labels end in 指标; a name that reads like one (服务对象满意度) does not.
        let has_label = (from..to).any(|at| {
            let is_whole = |key: &str, words: usize| key.ends_with('标') && at + words <= to;
            self.labels[at].as_ref().is_some_and(|label| is_whole(&label.key, label.words))
                || self.dimensions[at].as_ref().is_some_and(|label| is_whole(&label.key, label.words))
        });
        let ways: Ways = if from == to {
            Rc::from([None])
        } else if has_label {
            Rc::from([])
        } else {
            pairs(&self.words[from..to], self.performance).into_iter().map(Some).collect()
        };
        self.pairs.borrow_mut().insert((from, to), Rc::clone(&ways));
        ways
    }

    /// Parts both halves into names and targets in every way.
    fn part(&self, dimension: usize, left: [usize; 3], right: Option<[usize; 3]>, rows: &mut Vec<Parted>) {
        let ways = |half: [usize; 3]| self.ways(half[1], half[2]);
        let fits = |pair: &&Option<Pair>| pair.as_ref().is_none_or(|pair| pair.is_named && pair.score >= LEAST_SCORE);
        let half = |half: [usize; 3], pair: &Option<Pair>| -> Half {
            let target = pair.as_ref().map_or(half[2], |pair| half[1] + pair.name_words);
            [half[0], half[1], target, half[2]]
        };
        let score = |pair: &Option<Pair>| pair.as_ref().map_or(EMPTY, |pair| pair.score);
        let lefts = ways(left);
        let Some(right) = right else {
            rows.extend(lefts.iter().filter(fits).map(|pair| Parted {
                dimension,
                halves: [half(left, pair), [left[2]; 4]],
                end: left[2],
                score: score(pair),
                has_one_name: false,
                has_cut_name: false,
                is_unknown: false,
            }));
            return;
        };
        let rights = ways(right);
        if let Some((one, other)) = told_by_both(&lefts, &rights) {
            rows.push(Parted {
                dimension,
                halves: [half(left, one), half(right, other)],
                end: right[2],
                score: SAME_NAME + SAME_TARGET + TOLD_BY_BOTH,
                has_one_name: true,
                has_cut_name: false,
                is_unknown: false,
            });
            return;
        }
        for one in lefts.iter().filter(fits) {
            for other in rights.iter().filter(fits) {
                let mut sum = score(one) + score(other);
                let (mut has_one_name, mut has_cut_name) = (false, false);
                if let (Some(one), Some(other)) = (one, other) {
                    has_one_name = one.name == other.name;
                    has_cut_name = !has_one_name && (one.name.starts_with(&other.name) || other.name.starts_with(&one.name));
                    sum += if has_one_name { SAME_NAME } else { 0 };
                    sum += if one.target == other.target { SAME_TARGET } else { 0 };
                }
                rows.push(Parted {
                    dimension,
                    halves: [half(left, one), half(right, other)],
                    end: right[2],
                    score: sum,
                    has_one_name,
                    has_cut_name,
                    is_unknown: false,
                });
            }
        }
    }

    /// The cells of a row.
    fn cells(&self, at: usize, row: &Parted) -> Vec<String> {
        let text = |from: usize, to: usize| cell(&self.words[from..to]);
        let mut cells = vec![String::new(), text(at, at + row.dimension)];
        for half in &row.halves[..1 + usize::from(self.is_double)] {
            cells.extend(half.windows(2).map(|place| text(place[0], place[1])));
        }
        cells.resize(WIDTH, String::new());
        cells
    }
}
