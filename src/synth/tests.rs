use std::collections::BTreeMap;

use super::disclosure::TruthItem;
use super::*;
use crate::codes::{Form, Item, Measure, Side};

fn options(layout: Option<Layout>) -> Options {
    Options {
        seed: 7,
        cities: 5,
        years: 2022..=2025,
        layout,
        encoding: None,
        size: Size::Full,
    }
}

fn files(layout: Option<Layout>, count: u32) -> Vec<SynthFile> {
    (0..count).map(|index| file(&options(layout), index).unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for index in 0..20 {
        assert_eq!(
            file(&options(None), index).unwrap().bytes,
            file(&options(None), index).unwrap().bytes
        );
    }
    assert_ne!(file(&options(None), 0).unwrap().bytes, file(&options(None), 1).unwrap().bytes);
}

/// Every amount stands where the truth says: on the line itself, or where rows take several lines, within its row.
#[test]
fn truth_lines_hold_their_amounts() {
    for layout in [Layout::Tabbed, Layout::Linear, Layout::Aligned, Layout::Pipes, Layout::Stacked] {
        for file in files(Some(layout), 60) {
            let lines: Vec<&str> = file.text.split('\n').collect();
            let mut wanted: BTreeMap<(u32, &str), usize> = BTreeMap::new();
            for truth in file.disclosure.truth() {
                assert!(truth.line > 0, "{} {truth:?}", file.name);
                *wanted.entry((truth.line, truth.amount_text.as_str())).or_default() += 1;
            }
            for ((line, text), count) in wanted {
                let start = line as usize - 1;
                let row = match layout {
                    Layout::Stacked => &lines[start + 1..(start + 14).min(lines.len())],
                    Layout::Linear | Layout::Aligned => &lines[start..(start + 14).min(lines.len())],
                    _ => &lines[start..=start],
                };
                let cells = row.iter().flat_map(|line| line.split(|c: char| c.is_whitespace() || c == '|'));
                let found = cells.filter(|cell| *cell == text).count();
                assert!(
                    found >= count,
                    "{} {layout:?} line {line}: {text} {found} of {count} in {row:?}",
                    file.name
                );
            }
        }
    }
}

fn sum_of<'a>(truths: &[&'a TruthItem], wanted: impl Fn(&'a TruthItem) -> bool) -> Option<i128> {
    let mut found = truths
        .iter()
        .filter(|truth| wanted(truth))
        .map(|truth| truth.amount.cents())
        .peekable();
    found.peek().is_some().then(|| found.sum())
}

fn amount(truths: &[&TruthItem], form: Form, item: Item, measure: Measure) -> i128 {
    sum_of(truths, |truth| {
        truth.key.form == form && truth.key.item == Some(item) && truth.measure == measure
    })
    .unwrap_or(0)
}

#[test]
fn accounting_identities_hold() {
    for file in files(None, 120) {
        let truths: Vec<&TruthItem> = file.disclosure.truth().collect();
        let budget = file.disclosure.identity.stage == Stage::Budget;
        let main = |form| {
            let by_total = amount(&truths, form, Item::ExpenditureTotal, Measure::Total);
            by_total + amount(&truths, form, Item::ExpenditureTotal, Measure::Amount)
        };
        for form in [Form::Summary, Form::AppropriationSummary] {
            assert_eq!(
                amount(&truths, form, Item::RevenueTotal, Measure::Amount),
                main(form),
                "{}",
                file.name
            );
        }
        let total = |form, measure| amount(&truths, form, Item::Total, measure);
        let spending = total(Form::Expenditure, Measure::Total);
        assert_eq!(
            spending,
            total(Form::Expenditure, Measure::Basic) + total(Form::Expenditure, Measure::Project)
        );
        let closing = amount(&truths, Form::Summary, Item::YearEndCarryover, Measure::Amount);
        assert_eq!(spending + closing, main(Form::Summary), "{}", file.name);
        let income = total(Form::Revenue, Measure::Total);
        let opening = amount(&truths, Form::Summary, Item::PriorYearCarryover, Measure::Amount);
        assert_eq!(income + opening, main(Form::Summary), "{}", file.name);
        let economic = if budget {
            total(Form::BasicExpenditure, Measure::Total)
        } else {
            amount(&truths, Form::BasicExpenditure, Item::PersonnelTotal, Measure::Amount)
                + amount(&truths, Form::BasicExpenditure, Item::OperatingTotal, Measure::Amount)
        };
        assert_eq!(economic, total(Form::GeneralPublicExpenditure, Measure::Basic), "{}", file.name);
        let projects = sum_of(&truths, |truth| {
            truth.key.form == Form::ProjectExpenditure && truth.key.project_name.is_some() && truth.measure == Measure::Total
        });
        if let Some(projects) = projects {
            assert_eq!(projects, total(Form::Expenditure, Measure::Project), "{}", file.name);
        }
        for measure in [Measure::Amount, Measure::Total, Measure::Budget, Measure::Final] {
            let item = |item| amount(&truths, Form::ThreePublic, item, measure);
            assert_eq!(
                item(Item::ThreePublicTotal),
                item(Item::Overseas) + item(Item::Vehicle) + item(Item::Reception)
            );
            assert_eq!(item(Item::Vehicle), item(Item::VehiclePurchase) + item(Item::VehicleOperation));
        }
    }
}

#[test]
fn trees_of_accounts_add_up() {
    for file in files(None, 120) {
        let truths: Vec<&TruthItem> = file.disclosure.truth().collect();
        for form in [
            Form::Revenue,
            Form::Expenditure,
            Form::GeneralPublicExpenditure,
            Form::GovernmentFundExpenditure,
            Form::GovernmentFund,
        ] {
            for measure in [Measure::Total, Measure::Basic, Measure::Project, Measure::GovernmentFund] {
                let level = |digits: usize| {
                    sum_of(&truths, |truth| {
                        let length = truth.key.account_code.as_deref().map_or(0, str::len);
                        truth.key.form == form && truth.measure == measure && length == digits
                    })
                };
                let sum = sum_of(&truths, |truth| {
                    truth.key.form == form && truth.measure == measure && truth.key.item == Some(Item::Total)
                });
                assert_eq!([level(3), level(5), level(7)], [sum; 3], "{} {form} {measure}", file.name);
            }
        }
    }
}

#[test]
fn every_wording_and_stage_occurs_and_is_complete() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for file in files(None, 200) {
        let disclosure = &file.disclosure;
        *seen
            .entry(format!("{:?} {}", disclosure.wording, disclosure.identity.stage))
            .or_default() += 1;
        let forms = disclosure
            .tables()
            .filter(|table| !matches!(table.form, Form::PerformanceTarget | Form::PerformanceSelfEvaluation))
            .count();
        let expected = match (disclosure.wording, disclosure.identity.stage) {
            (Wording::Shanxi, Stage::Budget) => 13,
            (Wording::Shanghai, _) | (_, Stage::Budget) => 9,
            (_, Stage::FinalAccount) => 10,
        };
        assert_eq!(forms, expected);
        assert!(disclosure.truth().any(|truth| truth.key.side == Side::Revenue));
    }
    assert_eq!(seen.len(), 8, "{seen:?}");
}

/// `data/sample` is what the command in `data/README.md` writes.
#[test]
fn the_sample_is_what_the_generator_makes() {
    let options = Options {
        seed: 12,
        cities: 8,
        years: 2022..=2025,
        layout: None,
        encoding: None,
        size: Size::Small,
    };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let files: Vec<SynthFile> = (0..24).map(|index| file(&options, index).unwrap()).collect();
    for file in &files {
        assert!(
            std::fs::read(folder.join(&file.name)).unwrap() == file.bytes,
            "{} differs",
            file.name
        );
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), files.len());
    let tabbed_budgets = files
        .iter()
        .filter(|file| file.layout == Layout::Tabbed && file.disclosure.identity.stage == Stage::Budget);
    assert!(tabbed_budgets.count() >= 14);
    assert!(files.iter().map(|file| file.bytes.len()).sum::<usize>() < 400_000);
}
