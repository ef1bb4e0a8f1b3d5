//! The search for placements under a heading whose columns add up.

use std::collections::HashMap;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::units::{HALF, Units, units};
use super::{Placement, Problem};

/// Most steps of one search over the children of a heading, and most placements that are tried to find them.
const MAX_STEPS: usize = 20_000;
const MAX_TRIES: usize = 400_000;

/// What a search finds: the placements that take part in a way to fill the heading.
pub(super) struct Found {
    /// Of the heading.
    pub(super) parents: Vec<usize>,
    /// Of each child.
    pub(super) children: Vec<Vec<usize>>,
}

/// A heading's columns that are being filled by its children, one after the other.
///
/// Ways that leave the same amounts to fill are one from there on. So the work grows with the distinct remainders and not with the ways,
/// of which accounts of equal amounts have many.
pub(super) struct Search<'p> {
    /// The children with several placements, and which of all they are.
    children: Vec<(usize, Child<'p>)>,
    /// How many children there are in all.
    all: usize,
    /// What those with one placement put into each column.
    settled: Vec<Units>,
    /// For each child with several placements, the least and the most that may be left of each column for it and those behind it. Sums of rounded figures may be
    /// off by half a place for each.
    bounds: Vec<Vec<(Units, Units)>>,
}

/// Where each remainder of a layer stands in it.
type Places = HashMap<Rc<[Units]>, usize, foldhash::fast::RandomState>;

/// A child with the ways to put its figures into columns.
struct Child<'p> {
    domain: &'p [Placement],
    values: Vec<Units>,
}

/// What is left to fill of each column, and the steps that lead there: (remainder of the layer before, placement, remainder here).
#[derive(Default)]
struct Layer {
    remainders: Vec<Rc<[Units]>>,
    steps: Vec<(usize, usize, usize)>,
}

impl<'p> Search<'p> {
    /// Over `children`; `None` where a figure has more places than money has.
    pub(super) fn new(problem: &'p Problem, children: &[usize]) -> Option<Self> {
        let child = |child: &usize| {
            let values = problem.rows[*child]
                .values
                .iter()
                .map(|value| units(*value))
                .collect::<Option<_>>()?;
            let domain = problem.domains[*child].as_slice();
            Some(Child { domain, values })
        };
        let all = children.len();
        let columns = problem.columns.len();
        let mut settled = vec![0; columns];
        let mut open = Vec::new();
        for (at, child) in children.iter().map(child).enumerate() {
            let child = child?;
            match child.domain {
                [only] => child.put(only, &mut settled),
                _ => open.push((at, child)),
            }
        }
        let tolerance = HALF * Units::try_from(all + 1).ok()?;
        let mut bounds = vec![vec![(-tolerance, tolerance); columns]; open.len() + 1];
        for (at, (_, child)) in open.iter().enumerate().rev() {
            let mut own = child.bounds(columns);
            for ((least, most), behind) in own.iter_mut().zip(&bounds[at + 1]) {
                (*least, *most) = (*least + behind.0, *most + behind.1);
            }
            bounds[at] = own;
        }
        Some(Self {
            children: open,
            all,
            settled,
            bounds,
        })
    }

    /// The placements of heading and children that take part in a way to fill one of `headings`, each the amounts of all columns.
    /// `None` where the search was given up at its limit.
    pub(super) fn run(&self, headings: &[Vec<Decimal>]) -> Option<Found> {
        let mut layers = vec![Layer::default()];
        let mut place_of = Places::default();
        let mut unfilled = Vec::new();
        for (heading, sums) in headings.iter().enumerate() {
            let left = |(sum, settled): (&Decimal, &Units)| Some(units(*sum)? - settled);
            let Some(sums) = sums.iter().zip(&self.settled).map(left).collect::<Option<Vec<Units>>>() else {
                continue;
            };
            self.unfilled(&sums, 0, &mut unfilled);
            if unfilled.is_empty() {
                layers[0].add(&sums, 0, heading, &mut place_of);
            }
        }
        let (mut tried, mut steps) = (0, 0);
        let mut rest = Vec::new();
        for (at, (_, child)) in self.children.iter().enumerate() {
            let mut next = Layer::default();
            place_of.clear();
            for (from, remainder) in layers[at].remainders.iter().enumerate() {
                tried += child.domain.len();
                if tried > MAX_TRIES || steps + next.steps.len() > MAX_STEPS {
                    return None;
                }
                self.unfilled(remainder, at + 1, &mut unfilled);
                for (index, placement) in child.domain.iter().enumerate() {
                    if unfilled.iter().all(|column| placement.contains(column)) && self.fits(child, placement, remainder, at + 1) {
                        child.take_off(placement, remainder, &mut rest);
                        next.add(&rest, from, index, &mut place_of);
                    }
                }
            }
            steps += next.steps.len();
            layers.push(next);
        }
        Some(self.trace(&layers))
    }

    /// Goes back from the remainders that are filled to what led there.
    fn trace(&self, layers: &[Layer]) -> Found {
        let mut children = vec![vec![0]; self.all];
        self.children.iter().for_each(|(child, _)| children[*child].clear());
        let mut parents = Vec::new();
        let mut leads = vec![true; layers.last().map_or(0, |last| last.remainders.len())];
        for (at, layer) in layers.iter().enumerate().rev() {
            let above = at.checked_sub(1);
            let taking_part = above.map_or(&mut parents, |above| &mut children[self.children[above].0]);
            let mut before = vec![false; above.map_or(1, |above| layers[above].remainders.len())];
            for (from, placement, _) in layer.steps.iter().filter(|(.., to)| leads[*to]) {
                before[*from] = true;
                if !taking_part.contains(placement) {
                    taking_part.push(*placement);
                }
            }
            leads = before;
        }
        // Where nothing adds up, those with one placement take no part in it either.
        if parents.is_empty() {
            children.iter_mut().for_each(Vec::clear);
        }
        Found { parents, children }
    }

    /// Whether the children from `at` on may fill what is left of a column, as far as the least and the most that they hold tell. Behind
    /// the last child: whether it is filled.
    fn can_fill(&self, column: usize, rest: Units, at: usize) -> bool {
        let (least, most) = self.bounds[at][column];
        (least..=most).contains(&rest)
    }

    /// The columns of a remainder that the children from `at` on cannot fill.
    fn unfilled(&self, remainder: &[Units], at: usize, columns: &mut Vec<usize>) {
        columns.clear();
        columns.extend((0..remainder.len()).filter(|column| !self.can_fill(*column, remainder[*column], at)));
    }

    /// Whether the children from `at` on may fill what a placement leaves of its columns.
    fn fits(&self, child: &Child<'_>, placement: &[usize], remainder: &[Units], at: usize) -> bool {
        let placed = placement.iter().zip(&child.values);
        placed
            .map(|(column, value)| (*column, *value))
            .all(|(column, value)| self.can_fill(column, remainder[column] - value, at))
    }
}

impl Child<'_> {
    /// The least and the most that it puts into each column.
    fn bounds(&self, columns: usize) -> Vec<(Units, Units)> {
        let mut bounds = vec![(Units::MAX, Units::MIN); columns];
        let mut ways = vec![0; columns];
        for placement in self.domain {
            for (column, value) in placement.iter().zip(&self.values) {
                let (least, most) = bounds[*column];
                bounds[*column] = (least.min(*value), most.max(*value));
                ways[*column] += 1;
            }
        }
        // Some ways leave the column blank.
        for ((least, most), _) in bounds.iter_mut().zip(ways).filter(|(_, ways)| *ways < self.domain.len()) {
            (*least, *most) = ((*least).min(0), (*most).max(0));
        }
        bounds
    }

    /// Adds the figures to those of the columns.
    fn put(&self, placement: &[usize], columns: &mut [Units]) {
        for (column, value) in placement.iter().zip(&self.values) {
            columns[*column] += value;
        }
    }

    /// What is left of a remainder once the figures are placed.
    fn take_off(&self, placement: &[usize], remainder: &[Units], rest: &mut Vec<Units>) {
        rest.clear();
        rest.extend_from_slice(remainder);
        for (column, value) in placement.iter().zip(&self.values) {
            rest[*column] -= value;
        }
    }
}

impl Layer {
    /// Adds a step to a remainder, which other steps may have led to before.
    fn add(&mut self, remainder: &[Units], from: usize, placement: usize, place_of: &mut Places) {
        let to = match place_of.get(remainder) {
            Some(to) => *to,
            None => {
                let to = self.remainders.len();
                let remainder: Rc<[Units]> = remainder.into();
                place_of.insert(Rc::clone(&remainder), to);
                self.remainders.push(remainder);
                to
            }
        };
        self.steps.push((from, placement, to));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::codes::{Form, Measure};
    use crate::config::Config;
    use crate::solve::{Cell, Key, Row, Stated};

    const COLUMNS: [Measure; 3] = [Measure::Total, Measure::Basic, Measure::Project];

    /// Rows of an unknown form: no identity narrows them.
    fn problem(rows: &[Vec<i64>]) -> Problem {
        static CONFIG: LazyLock<Config> = LazyLock::new(|| Config::load(None).unwrap());
        let row = |values: &Vec<i64>| Row {
            key: Key::Other,
            values: values.iter().map(|cents| Decimal::new(*cents, 2)).collect(),
            stated: Stated::Nothing,
        };
        Problem::new(
            Form::Other,
            COLUMNS.map(Cell::Measure).to_vec(),
            rows.iter().map(row).collect(),
            &CONFIG.checks,
        )
    }

    /// Every way to place all figures, the heading's (row 0) among them, whose columns add up.
    fn solutions(problem: &Problem, rows: usize) -> Vec<Vec<usize>> {
        let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
        for row in 0..rows {
            let more = |way: Vec<usize>| (0..problem.domains[row].len()).map(move |place| [way.clone(), vec![place]].concat());
            ways = ways.into_iter().flat_map(more).collect();
        }
        let adds_up = |way: &Vec<usize>| {
            (0..COLUMNS.len()).all(|column| {
                let amount = |row: usize| {
                    let place = &problem.domains[row][way[row]];
                    let figure = place.iter().position(|at| *at == column);
                    figure.map_or(Decimal::ZERO, |figure| problem.rows[row].values[figure])
                };
                let parts: Decimal = (1..rows).map(amount).sum();
                (amount(0) - parts).abs() <= Decimal::new(5, 3) * Decimal::from(rows)
            })
        };
        ways.into_iter().filter(adds_up).collect()
    }

    proptest! {
        #[test]
        fn finds_exactly_the_placements_that_take_part(
            heading in prop::collection::vec(-4i64..12, 1..=3),
            parts in prop::collection::vec(prop::collection::vec(-3i64..6, 1..=3), 1..=4),
        ) {
            let rows = [vec![heading], parts].concat();
            let problem = problem(&rows);
            let children: Vec<usize> = (1..rows.len()).collect();
            let headings: Vec<Vec<Decimal>> = problem.domains[0].iter().map(|place| problem.by_column(0, place)).collect();
            let found = Search::new(&problem, &children).unwrap().run(&headings).unwrap();
            let solutions = solutions(&problem, rows.len());
            for (row, taking_part) in [&found.parents].into_iter().chain(&found.children).enumerate() {
                let mut taking_part = taking_part.clone();
                taking_part.sort_unstable();
                let mut expected: Vec<usize> = solutions.iter().map(|way| way[row]).collect();
                expected.sort_unstable();
                expected.dedup();
                prop_assert_eq!(taking_part, expected);
            }
        }
    }

    #[test]
    fn too_many_remainders_are_given_up() {
        // Each part has a bit of its own, so that no two ways leave the same, and two of three columns share them out.
        let parts: Vec<Vec<i64>> = (0..24).map(|bit| vec![100 << bit]).collect();
        let rows = [
            vec![vec![0b0101_0101_0101_0101_0101_0101 * 100, 0b1010_1010_1010_1010_1010_1010 * 100]],
            parts,
        ]
        .concat();
        let problem = problem(&rows);
        let children: Vec<usize> = (1..rows.len()).collect();
        let headings: Vec<Vec<Decimal>> = problem.domains[0].iter().map(|place| problem.by_column(0, place)).collect();
        assert!(Search::new(&problem, &children).unwrap().run(&headings).is_none());
    }
}
