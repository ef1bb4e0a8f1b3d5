//! The search for placements under a heading whose columns add up.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::places::HALF;
use super::{Key, Problem, Row};
use crate::account;
use crate::codes::Item;

/// Most placements of one search over the children of a heading that are tried.
const MAX_STEPS: usize = 20_000;

/// A figure as a count of the last of [`SCALE`] places: sums are exact whole numbers.
type Units = i128;

/// Decimal places that figures are counted in: a cent is the sixth of 万元, and half of one the seventh.
const SCALE: u32 = 8;

/// A figure as a whole number; `None` where it has more places than money has.
fn units(value: Decimal) -> Option<Units> {
    let places = value.scale();
    let power = SCALE.checked_sub(places)?;
    value.mantissa().checked_mul(10i128.pow(power))
}

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
    children: Vec<Child<'p>>,
    /// How far sums of rounded figures may be off.
    tolerance: Units,
    /// For each child, the least and the most that it and those behind it put into each column.
    bounds: Vec<Vec<(Units, Units)>>,
}

/// Where each remainder of a layer stands in it.
type Places = HashMap<Vec<Units>, usize, foldhash::fast::RandomState>;

/// A child with the ways to put its figures into columns.
struct Child<'p> {
    domain: &'p [Vec<usize>],
    values: Vec<Units>,
}

/// What is left to fill of each column, and the steps that lead there: (remainder of the layer before, placement, remainder here).
#[derive(Default)]
struct Layer {
    remainders: Vec<Vec<Units>>,
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
        let children: Vec<Child<'p>> = children.iter().map(child).collect::<Option<_>>()?;
        let columns = problem.columns.len();
        let mut bounds = vec![vec![(0, 0); columns]; children.len() + 1];
        for (at, child) in children.iter().enumerate().rev() {
            bounds[at] = child
                .bounds(columns)
                .zip(&bounds[at + 1])
                .map(|(own, behind)| (own.0.saturating_add(behind.0), own.1.saturating_add(behind.1)))
                .collect();
        }
        Some(Self {
            tolerance: units(HALF)?.checked_mul(Units::try_from(children.len() + 1).ok()?)?,
            children,
            bounds,
        })
    }

    /// The placements of heading and children that take part in a way to fill one of `headings`, each the amounts of all columns.
    /// `None` where the search was given up at its limit.
    pub(super) fn run(&self, headings: &[Vec<Decimal>]) -> Option<Found> {
        let mut layers = vec![Layer::default()];
        let mut place_of = Places::default();
        for (heading, sums) in headings.iter().enumerate() {
            let Some(sums) = sums.iter().map(|sum| units(*sum)).collect::<Option<Vec<Units>>>() else {
                continue;
            };
            if self.can_be_filled(&sums, 0) {
                layers[0].add(sums, 0, heading, &mut place_of);
            }
        }
        let mut tried = 0;
        for (at, child) in self.children.iter().enumerate() {
            let mut next = Layer::default();
            place_of.clear();
            for (from, remainder) in layers[at].remainders.iter().enumerate() {
                tried += child.domain.len();
                if tried > MAX_STEPS {
                    return None;
                }
                for (index, placement) in child.domain.iter().enumerate() {
                    let rest = child.take_off(placement, remainder);
                    if self.can_be_filled(&rest, at + 1) {
                        next.add(rest, from, index, &mut place_of);
                    }
                }
            }
            layers.push(next);
        }
        Some(self.trace(&layers))
    }

    /// Goes back from the remainders that are filled to what led there.
    fn trace(&self, layers: &[Layer]) -> Found {
        let mut children = vec![Vec::new(); self.children.len()];
        let mut parents = Vec::new();
        let mut leads = vec![true; layers.last().map_or(0, |last| last.remainders.len())];
        for (at, layer) in layers.iter().enumerate().rev() {
            let above = at.checked_sub(1);
            let taking_part = above.map_or(&mut parents, |above| &mut children[above]);
            let mut before = vec![false; above.map_or(1, |above| layers[above].remainders.len())];
            for (from, placement, _) in layer.steps.iter().filter(|(.., to)| leads[*to]) {
                before[*from] = true;
                if !taking_part.contains(placement) {
                    taking_part.push(*placement);
                }
            }
            leads = before;
        }
        parents.sort_unstable();
        Found { parents, children }
    }

    /// Whether the children from `at` on may fill a remainder, as far as the least and the most that they hold tell. Behind the last
    /// child: whether it is filled.
    fn can_be_filled(&self, remainder: &[Units], at: usize) -> bool {
        let within = |(rest, (least, most)): (&Units, &(Units, Units))| {
            *rest >= least.saturating_sub(self.tolerance) && *rest <= most.saturating_add(self.tolerance)
        };
        remainder.iter().zip(&self.bounds[at]).all(within)
    }
}

impl Child<'_> {
    /// The least and the most that it puts into each column.
    fn bounds(&self, columns: usize) -> impl Iterator<Item = (Units, Units)> {
        (0..columns).map(move |column| {
            let amounts = self.domain.iter().map(move |placement| {
                let figure = placement.iter().position(|at| *at == column);
                figure.map_or(0, |figure| self.values[figure])
            });
            amounts
                .fold(None, |bounds: Option<(Units, Units)>, amount| {
                    let (least, most) = bounds.unwrap_or((amount, amount));
                    Some((least.min(amount), most.max(amount)))
                })
                .unwrap_or_default()
        })
    }

    /// What is left of a remainder once the figures are placed.
    fn take_off(&self, placement: &[usize], remainder: &[Units]) -> Vec<Units> {
        let mut rest = remainder.to_vec();
        for (column, value) in placement.iter().zip(&self.values) {
            rest[*column] = rest[*column].saturating_sub(*value);
        }
        rest
    }
}

impl Layer {
    /// Adds a step to a remainder, which other steps may have led to before.
    fn add(&mut self, remainder: Vec<Units>, from: usize, placement: usize, place_of: &mut Places) {
        let remainders = &mut self.remainders;
        let to = *place_of.entry(remainder).or_insert_with_key(|remainder| {
            remainders.push(remainder.clone());
            remainders.len() - 1
        });
        self.steps.push((from, placement, to));
    }
}

/// Heading rows with the rows right below them: the total with the classes, 类 with 款, 款 with 项.
pub(super) fn families(rows: &[Row]) -> Vec<(usize, Vec<usize>)> {
    let mut families = Vec::new();
    let code = |row: &Row| match &row.key {
        Key::Code(code) => Some(code.clone()),
        _ => None,
    };
    let by_code: HashMap<String, usize> = rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| Some((code(row)?, index)))
        .collect();
    let mut children: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let Some(code) = code(row) else { continue };
        let parent = account::parent(&code).and_then(|parent| by_code.get(parent)).copied();
        if parent.is_some() || code.len() == 3 {
            children.entry(parent).or_default().push(index);
        }
    }
    let find = |item: Item| rows.iter().position(|row| row.key == Key::Item(item));
    if let Some(total) = find(Item::ExpenditureTotal) {
        // 支出总计 is what was spent this year and what is left; without a line for the former, the classes take its place.
        let mut parts =
            find(Item::CurrentExpenditureTotal).map_or_else(|| children.get(&None).cloned().unwrap_or_default(), |current| vec![current]);
        parts.extend([Item::YearEndCarryover, Item::SurplusDistribution].into_iter().filter_map(find));
        families.push((total, parts));
    }
    let totals = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| matches!(row.key, Key::Total | Key::Item(Item::CurrentExpenditureTotal)));
    let mut parents: Vec<(usize, Option<usize>)> = totals.map(|(index, _)| (index, None)).collect();
    let mut codes: Vec<usize> = by_code.values().copied().collect();
    codes.sort_unstable();
    parents.extend(codes.into_iter().map(|index| (index, Some(index))));
    for (parent, key) in parents {
        if let Some(below) = children.get(&key) {
            families.push((parent, below.clone()));
        }
    }
    families
}
