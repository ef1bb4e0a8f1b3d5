//! Expenditure by function, execution and the three public expenses, as the datasets say.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::super::model::{Change, Classes, Execution, FunctionRow, Period, RATE_STEPS, ThreePublicRow, Top, Trend};
use super::Limits;
use super::coverage::department;
use super::rows::{Row, rows};
use crate::codes::Stage;
use crate::money::Yuan;
use crate::stats::Dataset;

/// The lines of the three public expenses, as they are printed; the vehicles' total is left to its parts in the chart.
const THREE_PUBLIC: [&str; 6] = [
    "three_public_total",
    "overseas",
    "reception",
    "vehicle",
    "vehicle_purchase",
    "vehicle_operation",
];

/// The stage and last year that most can be said of: the budget, where there is one.
fn last(periods: impl Iterator<Item = Period> + Clone) -> Option<Period> {
    let of = |stage: Stage| periods.clone().filter(move |period| period.stage == stage).max();
    of(Stage::Budget).or_else(|| of(Stage::FinalAccount))
}

fn sum(amounts: impl Iterator<Item = Yuan>) -> Option<Yuan> {
    Yuan::from_cents(amounts.map(Yuan::cents).sum())
}

fn change(row: Row<'_>) -> Change {
    Change {
        percent: row.decimal("change_percent"),
        is_alike: row.int("departments") == row.int("previous_departments"),
    }
}

/// Classes (类) of `function_year`.
fn class_rows(functions: &Dataset) -> impl Iterator<Item = Row<'_>> + Clone {
    let all: Vec<Row<'_>> = rows(&functions.rows).filter(|row| row.int("level") == Some(1)).collect();
    all.into_iter()
}

/// Expenditure by class over all cities, in the last year and the one before.
pub fn classes(functions: &Dataset, limits: &Limits) -> Classes {
    let all = class_rows(functions);
    let Some(period) = last(all.clone().filter_map(Row::period)) else {
        return Classes::default();
    };
    let mut classes: BTreeMap<&str, (&str, Vec<Yuan>, Vec<Yuan>)> = BTreeMap::new();
    for row in all.filter(|row| row.period().is_some_and(|of| of.stage == period.stage)) {
        let Some(amount) = row.yuan("amount") else { continue };
        let class = classes.entry(row.text("account_code")).or_default();
        match row.int("year") {
            Some(year) if year == i64::from(period.year) => class.2.push(amount),
            Some(year) if year == i64::from(period.year) - 1 => class.1.push(amount),
            _ => continue,
        }
        class.0 = row.text("account_name");
    }
    let mut rows: Vec<(String, Option<Yuan>, Yuan)> = classes
        .into_iter()
        .filter_map(|(code, (name, before, now))| {
            let name = if name.is_empty() { code } else { name };
            let before = if before.is_empty() { None } else { sum(before.into_iter()) };
            Some((name.to_owned(), before, sum(now.into_iter())?))
        })
        .collect();
    rows.sort_by_key(|(_, _, now)| Reverse(*now));
    rows.truncate(limits.classes);
    Classes {
        period: Some(period),
        rows,
    }
}

/// Classes by city, year and stage: the last years first, the largest amounts first.
pub fn functions(functions: &Dataset, limits: &Limits) -> Top<FunctionRow> {
    let mut all: Vec<FunctionRow> = class_rows(functions)
        .filter_map(|row| {
            Some(FunctionRow {
                city: row.text("city").to_owned(),
                period: row.period()?,
                code: row.text("account_code").to_owned(),
                name: row.text("account_name").to_owned(),
                amount: row.yuan("amount")?,
                share: row.decimal("share_percent"),
                change: change(row),
                departments: row.size("departments"),
                sources: Top::default(),
            })
        })
        .collect();
    all.sort_by(|a, b| {
        (Reverse(a.period.year), Reverse(a.amount), &a.city, &a.code, a.period).cmp(&(
            Reverse(b.period.year),
            Reverse(b.amount),
            &b.city,
            &b.code,
            b.period,
        ))
    });
    Top::first(all, limits.figures)
}

/// How many departments lie in each class of execution rates.
pub fn rates(execution: &Dataset) -> Vec<usize> {
    let mut counts = vec![0; RATE_STEPS.len() + 1];
    for rate in rows(&execution.rows).filter_map(|row| row.decimal("execution_percent")) {
        let class = RATE_STEPS.iter().filter(|step| rate >= Decimal::from(**step)).count();
        if let Some(count) = counts.get_mut(class) {
            *count += 1;
        }
    }
    counts
}

/// Departments, those furthest from their budgets first.
pub fn execution(execution: &Dataset, limits: &Limits) -> Top<Execution> {
    let mut all: Vec<(Option<Decimal>, Execution)> = rows(&execution.rows)
        .filter_map(|row| {
            let execution = Execution {
                city: row.text("city").to_owned(),
                year: row.position("year")?,
                department: department(row.text("district"), row.text("department")),
                basis: row.text("basis").to_owned(),
                budget: row.yuan("budgeted_expenditure")?,
                account: row.yuan("final_expenditure")?,
                rate: row.decimal("execution_percent"),
                sources: Top::default(),
            };
            Some((row.decimal("deviation_percent").map(|deviation| deviation.abs()), execution))
        })
        .collect();
    all.sort_by(|(a_far, a), (b_far, b)| {
        (Reverse(a_far), &a.city, &a.department, a.year).cmp(&(Reverse(b_far), &b.city, &b.department, b.year))
    });
    Top::first(all.into_iter().map(|(_, row)| row).collect(), limits.figures)
}

/// The three public expenses by city, year, stage and line: the last years first.
pub fn three_public(three_public: &Dataset, limits: &Limits) -> Top<ThreePublicRow> {
    let place = |item: &str| THREE_PUBLIC.iter().position(|known| *known == item);
    let mut all: Vec<ThreePublicRow> = rows(&three_public.rows)
        .filter_map(|row| {
            Some(ThreePublicRow {
                city: row.text("city").to_owned(),
                period: row.period()?,
                item: row.text("item").to_owned(),
                amount: row.yuan("amount")?,
                departments: row.size("departments"),
                change: change(row),
                sources: Top::default(),
            })
        })
        .collect();
    all.sort_by(|a, b| {
        (Reverse(a.period.year), &a.city, a.period, place(&a.item)).cmp(&(Reverse(b.period.year), &b.city, b.period, place(&b.item)))
    });
    Top::first(all, limits.figures)
}

/// The three public expenses over all cities, line by line.
pub fn trend(three_public: &Dataset) -> Trend {
    let all = || rows(&three_public.rows).filter_map(|row| Some((row.period()?, row.text("item"), row.yuan("amount")?)));
    let periods: Vec<Period> = all().map(|(period, _, _)| period).collect();
    let Some(Period { stage, .. }) = last(periods.iter().copied()) else {
        return Trend::default();
    };
    let of_stage = || all().filter(|(period, _, _)| period.stage == stage);
    let years: BTreeSet<i32> = of_stage().map(|(period, _, _)| period.year).collect();
    let amount = |line: &str, year: i32| {
        let mut amounts = of_stage()
            .filter(|(period, item, _)| period.year == year && *item == line)
            .peekable();
        amounts.peek().is_some().then(|| sum(amounts.map(|(_, _, amount)| amount)))?
    };
    let lines = THREE_PUBLIC.iter().filter(|line| **line != "vehicle");
    let lines = lines.map(|line| ((*line).to_owned(), years.iter().map(|year| amount(line, *year)).collect::<Vec<_>>()));
    Trend {
        stage: Some(stage),
        lines: lines.filter(|(_, amounts)| amounts.iter().any(Option::is_some)).collect(),
        years: years.into_iter().collect(),
    }
}
