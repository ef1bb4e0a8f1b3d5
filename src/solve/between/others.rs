//! What all other tables of a file tell of an account, without a look at each of them.
//!
//! Of two tables that tell the same, the later one changes nothing; and a figure that the account does not print narrows nothing. So it
//! is enough to know, for each figure that the account prints and for a blank, the first table that tells it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rust_decimal::Decimal;

use crate::codes::{Form, Item, Measure};
use crate::config::Checks;
use crate::solve::{Cell, Key, Problem};

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// The first two tables of some kind: one of them is another than that of the account.
#[derive(Debug, Clone, Copy, Default)]
struct Firsts([Option<usize>; 2]);

impl Firsts {
    /// Notes a table; tables come in their order.
    fn note(&mut self, table: usize) {
        match &mut self.0 {
            [first @ None, _] => *first = Some(table),
            [Some(first), second @ None] if *first != table => *second = Some(table),
            _ => {}
        }
    }

    /// The first that is not `here`.
    fn other_than(&self, here: usize) -> Option<usize> {
        self.0.into_iter().flatten().find(|table| *table != here)
    }
}

/// What an account has in the given measure, another measure, and its figure in that one.
type Part = (Option<Decimal>, Measure, Decimal);

/// The tables of a file by their accounts, and what they are known to print, as far as it was asked for.
pub(super) struct Others<'p> {
    problems: &'p [Problem],
    checks: &'p Checks,
    /// Where accounts stand: tables with the row in each.
    places: Map<(Form, &'p Key), Vec<(usize, usize)>>,
    by_form: Map<Form, Vec<usize>>,
    /// The tables by the figure that an account has in a measure.
    printed: Map<(Form, &'p Key, Measure), Map<Decimal, Firsts>>,
    /// The tables that have an account with a given figure (by rule), by the figure in another measure of it.
    split: Map<(usize, &'p Key), Map<Part, Firsts>>,
    /// The tables that are whole in a measure.
    whole: Map<(Form, Measure), Vec<usize>>,
    /// Those of them that lack an account.
    lacking: Map<(Form, Measure, &'p Key), Firsts>,
}

impl<'p> Others<'p> {
    /// Over the tables of a file, as they are known now.
    pub(super) fn new(problems: &'p [Problem], checks: &'p Checks) -> Self {
        let mut others = Self {
            problems,
            checks,
            places: Map::default(),
            by_form: Map::default(),
            printed: Map::default(),
            split: Map::default(),
            whole: Map::default(),
            lacking: Map::default(),
        };
        for (table, problem) in problems.iter().enumerate() {
            others.by_form.entry(problem.form).or_default().push(table);
            for (key, row) in &problem.by_key {
                others.places.entry((problem.form, key)).or_default().push((table, *row));
            }
        }
        others
    }

    /// What other tables tell of a row, in their order: the cells that they tell of, each with its figure.
    pub(super) fn tell(&mut self, here: usize, row: usize) -> Vec<(Cell, Option<Decimal>)> {
        let (problem, checks) = (&self.problems[here], self.checks);
        let line = &problem.rows[row];
        let key = match &line.key {
            Key::Item(Item::CurrentExpenditureTotal | Item::ExpenditureTotal) => &Key::Total,
            key => key,
        };
        // A blank and a zero say the same.
        let mut figures = line.values.clone();
        figures.push(Decimal::ZERO);
        // Table by table, and there rule by rule.
        let mut told: Vec<(usize, (usize, usize), Measure, Decimal)> = Vec::new();
        let equal = checks.equal.iter().filter(|equal| equal.left.form == problem.form);
        for (rule, equal) in equal.enumerate() {
            let printed = self.printed(equal.right.form, key, equal.right.measure);
            let tables = figures
                .iter()
                .filter_map(|figure| Some((printed.get(figure)?.other_than(here)?, *figure)));
            told.extend(tables.map(|(table, figure)| (table, (rule, 0), equal.left.measure, figure)));
            if matches!(&line.key, Key::Code(code) if code.len() == 3)
                && let Some(table) = self.lacking(equal.right.form, equal.right.measure, key).other_than(here)
            {
                told.push((table, (rule, 0), equal.left.measure, Decimal::ZERO));
            }
        }
        let same = checks
            .same
            .iter()
            .enumerate()
            .filter(|(_, same)| same.forms.contains(&problem.form));
        for (rule, same) in same {
            let Some(given) = problem.agreed_in(row, Cell::Measure(same.given)) else {
                continue;
            };
            let split = self.split(rule, key);
            for (at, measure) in same.measures.iter().enumerate() {
                let tables = figures
                    .iter()
                    .filter_map(|figure| Some((split.get(&(given, *measure, *figure))?.other_than(here)?, *figure)));
                let order = (checks.equal.len() + rule, at);
                told.extend(tables.map(|(table, figure)| (table, order, *measure, figure)));
            }
        }
        told.sort_by_key(|(table, order, ..)| (*table, *order));
        told.into_iter()
            .map(|(.., measure, figure)| (Cell::Measure(measure), Some(figure)))
            .collect()
    }

    fn printed(&mut self, form: Form, key: &'p Key, measure: Measure) -> &Map<Decimal, Firsts> {
        match self.printed.entry((form, key, measure)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let mut tables: Map<Decimal, Firsts> = Map::default();
                for (table, row) in self.places.get(&(form, key)).into_iter().flatten() {
                    if let Some(value) = self.problems[*table].known(*row, Cell::Measure(measure)) {
                        tables.entry(value.unwrap_or_default()).or_default().note(*table);
                    }
                }
                place.insert(tables)
            }
        }
    }

    fn split(&mut self, rule: usize, key: &'p Key) -> &Map<Part, Firsts> {
        match self.split.entry((rule, key)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let same = &self.checks.same[rule];
                let [one, other] = same.forms;
                let forms = if one == other { vec![one] } else { vec![one, other] };
                let places = forms.iter().filter_map(|form| self.places.get(&(*form, key))).flatten();
                let mut places: Vec<(usize, usize)> = places.copied().collect();
                places.sort_unstable();
                let mut tables: Map<_, Firsts> = Map::default();
                for (table, row) in places {
                    let problem = &self.problems[table];
                    let Some(given) = problem.known(row, Cell::Measure(same.given)) else {
                        continue;
                    };
                    for measure in &same.measures {
                        if let Some(value) = problem.known(row, Cell::Measure(*measure)) {
                            tables.entry((given, *measure, value.unwrap_or_default())).or_default().note(table);
                        }
                    }
                }
                place.insert(tables)
            }
        }
    }

    /// The tables that are printed whole and have no row for an account, which is blank then.
    fn lacking(&mut self, form: Form, measure: Measure, key: &'p Key) -> Firsts {
        if let Some(known) = self.lacking.get(&(form, measure, key)) {
            return *known;
        }
        let problems = self.problems;
        let whole = self.whole.entry((form, measure)).or_insert_with(|| {
            let tables = self.by_form.get(&form).into_iter().flatten().copied();
            tables.filter(|table| is_whole(&problems[*table], measure).is_some()).collect()
        });
        let mut tables = Firsts::default();
        let lacking = whole.iter().filter(|table| problems[**table].find(key).is_none());
        lacking.take(2).for_each(|table| tables.note(*table));
        self.lacking.insert((form, measure, key), tables);
        tables
    }
}

/// Whether the classes that a table prints add up to its total.
fn is_whole(table: &Problem, measure: Measure) -> Option<()> {
    let cell = Cell::Measure(measure);
    let total = table.total().and_then(|total| table.known(total, cell))??;
    let classes = table
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| matches!(&row.key, Key::Code(code) if code.len() == 3));
    let sum = classes
        .map(|(row, _)| table.known(row, cell).flatten())
        .try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value?));
    (sum? == total).then_some(())
}
