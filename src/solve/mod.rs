//! Which column a figure belongs to, by the identities of the form, where the layout does not say.
//!
//! Each account is a small exact constraint problem: its figures stand in their printed order in some of the columns, a row's total is
//! the sum of its parts, a heading's column is the sum of that column below it, and other forms of the same file print the same
//! account. What is left with one answer is taken; what has several is left out and said so. Sums are exact, work is bounded.

mod between;
mod families;
mod places;
mod search;
mod units;

use std::collections::HashMap;

use rust_decimal::Decimal;
use smallvec::SmallVec;

use crate::codes::{Form, Item, Measure};
use crate::config::Checks;

use between::narrow_between;
use families::{Family, families};
pub use places::{Figures, RowSums, next_combination};
use places::{identities, placements};
use search::Search;

/// An account whose figures look for their columns.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is an account of: its code, or the key of a standard line or total.
    pub key: Key,
    /// Its figures in printed order.
    pub values: Vec<Decimal>,
    /// What the layout says of their columns.
    pub stated: Stated,
}

/// What a layout says of the columns of a row's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stated {
    /// Nothing.
    Nothing,
    /// These columns.
    Surely(Vec<usize>),
    /// These by their places, though the row's own identities allow others too: taken where nothing else tells.
    Likely(Vec<usize>),
}

/// What a row is an account of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// An official code.
    Code(String),
    /// The total row of the form.
    Total,
    /// A standard line.
    Item(Item),
    /// Anything else.
    Other,
}

/// The accounts of one table (or one side of it) under the same columns.
#[derive(Debug)]
pub struct Problem {
    /// The form.
    form: Form,
    /// What each column counts, from left to right.
    columns: Vec<Cell>,
    /// The accounts.
    rows: Vec<Row>,
    /// Possible columns of each row's figures; one entry is an answer.
    domains: Vec<Vec<Placement>>,
    /// Where each account stands first.
    by_key: HashMap<Key, usize, foldhash::fast::RandomState>,
    /// Headings with the rows right below them.
    families: Vec<Family>,
    /// Whether the search was given up at its limit.
    pub gave_up: bool,
}

/// The columns of a row's figures; most rows have few.
type Placement = SmallVec<[usize; 4]>;

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    /// A measure.
    Measure(Measure),
    /// An item that is a column, with its measure.
    Item(Item, Measure),
}

impl Problem {
    /// Sets out the rows with all placements that the row identities allow.
    pub fn new(form: Form, columns: Vec<Cell>, rows: Vec<Row>, checks: &Checks) -> Self {
        let identities = identities(form, &columns, checks);
        let domains = rows.iter().map(|row| placements(row, columns.len(), &identities)).collect();
        let mut by_key = HashMap::default();
        for (index, row) in rows.iter().enumerate() {
            by_key.entry(row.key.clone()).or_insert(index);
        }
        Self {
            form,
            columns,
            by_key,
            families: families(&rows),
            rows,
            domains,
            gave_up: false,
        }
    }

    /// The columns of a row's figures, if only one answer is left.
    pub fn answer(&self, row: usize) -> Option<&[usize]> {
        match self.domains.get(row)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The column of each of a row's figures on which all answers that are left agree.
    pub fn agreed(&self, row: usize) -> Vec<Option<usize>> {
        let (Some(domain), Some(line)) = (self.domains.get(row), self.rows.get(row)) else {
            return Vec::new();
        };
        (0..line.values.len())
            .map(|figure| {
                let column = domain.first()?.get(figure)?;
                domain.iter().all(|place| place.get(figure) == Some(column)).then_some(*column)
            })
            .collect()
    }

    /// Where nothing else told, the places of the figures do.
    fn take_likely(&mut self) {
        for (row, domain) in self.rows.iter().zip(&mut self.domains) {
            if let Stated::Likely(columns) = &row.stated
                && domain.len() > 1
                && let Some(at) = domain.iter().position(|place| place.as_slice() == columns.as_slice())
            {
                *domain = vec![domain.swap_remove(at)];
            }
        }
    }

    /// Lets the sums of headings decide nothing, since some of their parts are unknown.
    pub fn forget_sums(&mut self) {
        self.families.clear();
    }

    /// Whether there is a column of sums beside others, rows with figures, and no row whose first figure may be a sum: the column is lost.
    pub fn prints_no_total(&self) -> bool {
        let is_total = |cell: &Cell| *cell == Cell::Measure(Measure::Total);
        let Some(total) = self.columns.iter().position(is_total).filter(|_| self.columns.len() > 2) else {
            return false;
        };
        let placed = || {
            self.rows
                .iter()
                .zip(&self.domains)
                .filter(|(row, domain)| !row.values.is_empty() && !domain.is_empty())
        };
        placed().count() > 2 && placed().all(|(_, domain)| domain.iter().all(|place| !place.contains(&total)))
    }

    /// The figure of a row in the column that counts `cell`: `Some(None)` is a known blank.
    fn known(&self, row: usize, cell: Cell) -> Option<Option<Decimal>> {
        let column = self.columns.iter().position(|known| *known == cell)?;
        let answer = self.answer(row)?;
        Some(
            answer
                .iter()
                .position(|place| *place == column)
                .map(|figure| self.rows[row].values[figure]),
        )
    }

    /// The figure of a row in the column that counts `cell`, where all answers that are left put the same there.
    fn agreed_in(&self, row: usize, cell: Cell) -> Option<Option<Decimal>> {
        let column = self.columns.iter().position(|known| *known == cell)?;
        let values = &self.rows[row].values;
        let figure = |place: &Placement| place.iter().position(|at| *at == column).map(|figure| values[figure]);
        let (first, others) = self.domains[row].split_first()?;
        let agreed = figure(first);
        others.iter().all(|place| figure(place) == agreed).then_some(agreed)
    }

    /// The first row of an account.
    fn find(&self, key: &Key) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// The row that all others add up to.
    fn total(&self) -> Option<usize> {
        self.find(&Key::Total).or_else(|| self.find(&Key::Item(Item::ExpenditureTotal)))
    }

    /// Narrows what is open by the sums of headings. True where something changed.
    fn narrow_by_sums(&mut self) -> bool {
        let mut families = std::mem::take(&mut self.families);
        let mut changed = false;
        for family in &mut families {
            // Domains only shrink: as many ways as the last time are the same ways.
            let ways = family.rows().map(|row| self.domains[row].len()).sum();
            if std::mem::replace(&mut family.ways, ways) != ways {
                changed |= self.narrow_family(family.parent, &family.children);
            }
        }
        self.families = families;
        changed
    }

    fn narrow_family(&mut self, parent: usize, children: &[usize]) -> bool {
        let open = children.iter().any(|child| self.domains[*child].len() > 1) || self.domains[parent].len() > 1;
        if !open || children.is_empty() || self.domains[parent].is_empty() || children.iter().any(|child| self.domains[*child].is_empty()) {
            return false;
        }
        let mut changed = self.keep_within_parent(parent, children);
        let Some(search) = Search::new(self, children) else {
            return changed;
        };
        let headings: Vec<Vec<Decimal>> = self.domains[parent].iter().map(|place| self.by_column(parent, place)).collect();
        let Some(found) = search.run(&headings) else {
            self.gave_up = true;
            return changed;
        };
        // Where nothing adds up, the source does not, and nothing is told.
        if found.parents.is_empty() {
            return changed;
        }
        for (row, kept) in children.iter().chain([&parent]).zip(found.children.iter().chain([&found.parents])) {
            changed |= self.keep(*row, kept);
        }
        changed
    }

    /// Keeps these placements of a row.
    fn keep(&mut self, row: usize, kept: &[usize]) -> bool {
        let domain = &mut self.domains[row];
        let before = domain.len();
        let mut indices = 0..;
        domain.retain(|_| indices.next().is_some_and(|index| kept.contains(&index)));
        domain.len() < before
    }

    /// A part prints no figure, not even a zero, in a column that its heading leaves blank.
    fn keep_within_parent(&mut self, parent: usize, children: &[usize]) -> bool {
        let [heading] = self.domains[parent].as_slice() else { return false };
        let heading = heading.clone();
        let mut changed = false;
        for child in children {
            let within = |place: &Placement| place.iter().all(|column| heading.contains(column));
            let domain = &mut self.domains[*child];
            if domain.len() > 1 && domain.iter().any(&within) {
                let before = domain.len();
                domain.retain(within);
                changed |= domain.len() < before;
            }
        }
        changed
    }

    fn by_column(&self, row: usize, place: &[usize]) -> Vec<Decimal> {
        let mut sums = vec![Decimal::ZERO; self.columns.len()];
        for (column, value) in place.iter().zip(&self.rows[row].values) {
            sums[*column] = *value;
        }
        sums
    }

    /// Keeps the placements of a row that put `value` (or nothing) into the column of `cell`.
    fn require(&mut self, row: usize, cell: Cell, value: Option<Decimal>) -> bool {
        let Some(column) = self.columns.iter().position(|known| *known == cell) else {
            return false;
        };
        let values = &self.rows[row].values;
        let fits = |place: &Placement| {
            let here = place.iter().position(|at| *at == column).map(|figure| values[figure]);
            here == value || here.unwrap_or_default() == Decimal::ZERO && value.unwrap_or_default() == Decimal::ZERO
        };
        let domain = &mut self.domains[row];
        if domain.len() < 2 || !domain.iter().any(&fits) {
            return false;
        }
        let before = domain.len();
        domain.retain(fits);
        domain.len() < before
    }
}

/// Solves the tables of one document together.
pub fn solve(problems: &mut [Problem], lines: &[(Form, Item, Option<Decimal>)], checks: &Checks) {
    // Each pass can only shrink domains, so this ends; the bound is for pathological inputs.
    let mut tells_more = true;
    for _ in 0..8 {
        for problem in problems.iter_mut() {
            tells_more |= problem.narrow_by_sums();
        }
        // Of tables that are as they were when it was looked last, nothing new is told.
        if !tells_more {
            break;
        }
        tells_more = narrow_between(problems, lines, checks);
    }
    for problem in problems {
        problem.take_likely();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn row(key: Key, values: &[&str]) -> Row {
        Row {
            key,
            values: values.iter().map(|value| value.parse().unwrap()).collect(),
            stated: Stated::Nothing,
        }
    }

    fn code(code: &str) -> Key {
        Key::Code(code.to_owned())
    }

    fn measures(measures: &[Measure]) -> Vec<Cell> {
        measures.iter().map(|measure| Cell::Measure(*measure)).collect()
    }

    #[test]
    fn sums_of_headings_tell_the_columns_of_their_parts() {
        let checks = Config::load(None).unwrap().checks;
        let columns = measures(&[Measure::Total, Measure::Personnel, Measure::Operating]);
        let rows = vec![
            row(code("301"), &["167.00", "167.00"]),
            row(code("30101"), &["100.00", "100.00"]),
            row(code("30102"), &["67.00", "67.00"]),
            row(code("302"), &["16.00", "16.00"]),
            row(code("30201"), &["16.00", "16.00"]),
            row(Key::Total, &["183.00", "167.00", "16.00"]),
        ];
        let mut problems = vec![Problem::new(Form::BasicExpenditure, columns, rows, &checks)];
        assert_eq!(problems[0].answer(0), None);
        solve(&mut problems, &[], &checks);
        let answers: Vec<Option<&[usize]>> = (0..6).map(|index| problems[0].answer(index)).collect();
        assert_eq!(
            answers,
            [
                Some(&[0, 1][..]),
                Some(&[0, 1]),
                Some(&[0, 1]),
                Some(&[0, 2]),
                Some(&[0, 2]),
                Some(&[0, 1, 2])
            ]
        );
    }

    #[test]
    fn what_stays_ambiguous_has_no_answer() {
        let checks = Config::load(None).unwrap().checks;
        let columns = measures(&[Measure::Total, Measure::Basic, Measure::Project]);
        let rows = vec![
            row(Key::Total, &["20.00", "10.00", "10.00"]),
            row(code("201"), &["10.00", "10.00"]),
            row(code("202"), &["10.00", "10.00"]),
        ];
        let mut problems = vec![Problem::new(Form::Expenditure, columns, rows, &checks)];
        solve(&mut problems, &[], &checks);
        assert_eq!((problems[0].answer(1), problems[0].answer(2)), (None, None));
    }

    #[test]
    fn lines_of_a_summary_tell_the_sources_of_revenue() {
        let checks = Config::load(None).unwrap().checks;
        let columns = measures(&[
            Measure::Total,
            Measure::FiscalAppropriation,
            Measure::Institutional,
            Measure::Business,
            Measure::Other,
        ]);
        let rows = vec![
            row(Key::Total, &["7.00", "7.00"]),
            row(code("201"), &["7.00", "7.00"]),
            row(code("20101"), &["7.00", "7.00"]),
        ];
        let mut problems = vec![Problem::new(Form::Revenue, columns, rows, &checks)];
        let blank = [Item::Institutional, Item::Business, Item::Other].map(|item| (Form::Summary, item, None));
        solve(&mut problems, &blank, &checks);
        assert_eq!(problems[0].answer(2), Some(&[0, 1][..]));
    }
}
