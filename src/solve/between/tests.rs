//! The index of other tables against a look at each of them.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::codes::Measure;
use crate::config::Config;
use crate::solve::{Row, Stated};

static CHECKS: LazyLock<Checks> = LazyLock::new(|| Config::load(None).expect("the built-in configuration is valid").checks);

/// What other tables tell of accounts, pair by pair.
fn pair_by_pair(problems: &[Problem]) -> Vec<Told> {
    let mut told = Vec::new();
    for (here, problem) in problems.iter().enumerate() {
        for (_, other) in problems.iter().enumerate().filter(|(there, _)| *there != here) {
            let open = |row: &usize| problem.domains[*row].len() > 1 && problem.rows[*row].key != Key::Other;
            for row in (0..problem.rows.len()).filter(open) {
                let key = match &problem.rows[row].key {
                    Key::Item(Item::CurrentExpenditureTotal | Item::ExpenditureTotal) => &Key::Total,
                    key => key,
                };
                let equals = CHECKS
                    .equal
                    .iter()
                    .filter(|equal| equal.left.form == problem.form && equal.right.form == other.form);
                let Some(twin) = other.find(key) else {
                    let is_class = matches!(key, Key::Code(code) if code.len() == 3);
                    let blank = equals.filter(|equal| is_class && is_whole(other, equal.right.measure));
                    told.extend(blank.map(|equal| (here, row, Cell::Measure(equal.left.measure), None)));
                    continue;
                };
                for equal in equals {
                    if let Some(value) = other.known(twin, Cell::Measure(equal.right.measure)) {
                        told.push((here, row, Cell::Measure(equal.left.measure), value));
                    }
                }
                let sames = CHECKS.same.iter();
                for same in sames.filter(|same| same.forms.contains(&problem.form) && same.forms.contains(&other.form)) {
                    let given = Cell::Measure(same.given);
                    let theirs = other.known(twin, given);
                    if theirs.is_none() || theirs != problem.agreed_in(row, given) {
                        continue;
                    }
                    for measure in &same.measures {
                        if let Some(value) = other.known(twin, Cell::Measure(*measure)) {
                            told.push((here, row, Cell::Measure(*measure), value));
                        }
                    }
                }
            }
        }
    }
    told
}

fn is_whole(table: &Problem, measure: Measure) -> bool {
    let cell = Cell::Measure(measure);
    let total = table.total().and_then(|total| table.known(total, cell)).flatten();
    let is_class = |row: &usize| matches!(&table.rows[*row].key, Key::Code(code) if code.len() == 3);
    let classes = (0..table.rows.len()).filter(is_class);
    let sum: Option<Decimal> = classes.map(|row| table.known(row, cell).flatten()).sum();
    total.is_some() && sum == total
}

/// A form, and its rows: an account and figures each.
type Printed = (usize, Vec<(usize, Vec<i64>)>);

/// Tables of the forms that rules name, with few accounts and few figures, so that many are alike.
fn tables() -> impl Strategy<Value = Vec<Printed>> {
    let row = (0usize..5, prop::collection::vec(0i64..4, 1..=3));
    prop::collection::vec((0usize..64, prop::collection::vec(row, 1..=4)), 2..=12)
}

fn problem(form: usize, rows: &[(usize, Vec<i64>)]) -> Problem {
    let equal = CHECKS.equal.iter().flat_map(|equal| [equal.left.form, equal.right.form]);
    let forms: Vec<Form> = CHECKS.same.iter().flat_map(|same| same.forms).chain(equal).collect();
    let keys = [
        Key::Total,
        Key::Code("201".to_owned()),
        Key::Code("208".to_owned()),
        Key::Code("20101".to_owned()),
        Key::Item(Item::ExpenditureTotal),
    ];
    let columns = [Measure::Total, Measure::Basic, Measure::Project].map(Cell::Measure);
    let rows = rows.iter().map(|(key, figures)| Row {
        key: keys[*key].clone(),
        values: figures.iter().map(|figure| Decimal::from(*figure)).collect(),
        stated: Stated::Nothing,
    });
    Problem::new(forms[form % forms.len()], columns.to_vec(), rows.collect(), &CHECKS)
}

proptest! {
    #[test]
    fn an_index_tells_what_a_look_at_each_table_tells(tables in tables()) {
        let problems = || -> Vec<Problem> { tables.iter().map(|(form, rows)| problem(*form, rows)).collect() };
        let (mut one_by_one, mut indexed) = (problems(), problems());
        for _ in 0..3 {
            let mut changed = false;
            for (table, row, cell, value) in pair_by_pair(&one_by_one) {
                changed |= one_by_one[table].require(row, cell, value);
            }
            prop_assert_eq!(narrow_between(&mut indexed, &[], &CHECKS), changed);
            for (one, other) in one_by_one.iter().zip(&indexed) {
                prop_assert_eq!(&one.domains, &other.domains);
            }
        }
    }
}
