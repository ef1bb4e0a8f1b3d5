//! Checks between disclosures.

use super::*;

fn disclosure(stage: Stage, scope: Scope, unit: &str, year: i32, figures: &[(Kept, i128)]) -> Disclosure {
    Disclosure {
        document_id: Arc::from(format!("{stage}{unit}{year}")),
        path: format!("{year}/{unit}.txt"),
        stage,
        scope,
        unit: unit.to_owned(),
        body: "甲市/乙局".to_owned(),
        year: Some(year),
        figures: figures
            .iter()
            .enumerate()
            .map(|(line, (what, hundredths))| KeptFigure {
                what: what.clone(),
                cents: hundredths * 10_000,
                text: format!("{}.{:02}", hundredths / 100, hundredths % 100),
                unit: "万元".to_owned(),
                line: i32::try_from(line).ok(),
            })
            .collect(),
        names: BTreeMap::new(),
    }
}

fn statuses(disclosures: &[Disclosure]) -> Vec<(usize, String, CheckStatus)> {
    let config = Config::load(None).expect("the built-in configuration is valid");
    let checks = across(disclosures, &config);
    checks
        .into_iter()
        .map(|(at, check)| (at, check.rule.to_string(), check.status))
        .collect()
}

const TOTAL: Kept = Kept::Line(Form::Summary, Item::RevenueTotal, Measure::Amount);

fn stated(total: i128, change: i128) -> [(Kept, i128); 2] {
    [
        (Kept::Fact("revenue_total".to_owned()), total),
        (Kept::Fact("revenue_change".to_owned()), change),
    ]
}

#[test]
fn a_stated_change_leads_to_last_years_figure() {
    let before = disclosure(Stage::Budget, Scope::Department, "乙局", 2022, &[(TOTAL, 90_000)]);
    let good = disclosure(Stage::Budget, Scope::Department, "乙局", 2023, &stated(100_000, 10_000));
    let bad = disclosure(Stage::Budget, Scope::Department, "乙局", 2023, &stated(100_000, 20_000));
    let name = "stated_change_of_total".to_owned();
    assert_eq!(statuses(&[before.clone(), good]), [(1, name.clone(), CheckStatus::Pass)]);
    assert_eq!(statuses(&[bad, before]), [(0, name, CheckStatus::Notice)]);
    // Two totals: which of them the change is of is not told.
    let mut two = stated(100_000, 20_000).to_vec();
    two.push((Kept::Fact("revenue_total".to_owned()), 99_000));
    let two = disclosure(Stage::Budget, Scope::Department, "乙局", 2023, &two);
    assert!(statuses(&[two, disclosure(Stage::Budget, Scope::Department, "乙局", 2022, &[(TOTAL, 90_000)])]).is_empty());
}

#[test]
fn two_documents_of_one_disclosure_show_the_same() {
    let document = |path: &str, amount| Disclosure {
        path: path.to_owned(),
        ..disclosure(Stage::Budget, Scope::Department, "乙局", 2023, &[(TOTAL, amount)])
    };
    let name = "same_in_two_documents".to_owned();
    let (pdf, same, other) = (document("a.pdf", 90_000), document("b.xlsx", 90_000), document("c.xlsx", 90_001));
    assert_eq!(statuses(&[pdf.clone(), same.clone()]), [(1, name.clone(), CheckStatus::Pass)]);
    // The earlier one has no finding, whatever the order.
    assert_eq!(statuses(&[other.clone(), pdf.clone()]), [(0, name.clone(), CheckStatus::Fail)]);
    assert_eq!(
        statuses(&[pdf.clone(), same, other]),
        [(1, name.clone(), CheckStatus::Pass), (2, name, CheckStatus::Fail)]
    );
    let found = across(
        &[pdf, document("b.xlsx", 90_000)],
        &Config::load(None).expect("the built-in configuration is valid"),
    );
    assert!(found[0].1.message.starts_with("the same amount in two documents") && found[0].1.message.ends_with(" of a.pdf"));
}

#[test]
fn opening_is_last_years_closing() {
    let carryover = |item| Kept::Line(Form::Summary, item, Measure::Amount);
    let final_account = |year, item, amount| disclosure(Stage::FinalAccount, Scope::Unit, "丙", year, &[(carryover(item), amount)]);
    let before = final_account(2022, Item::YearEndCarryover, 500);
    let name = "opening_is_closing".to_owned();
    let after = |amount| final_account(2023, Item::PriorYearCarryover, amount);
    assert_eq!(statuses(&[before.clone(), after(500)]), [(1, name.clone(), CheckStatus::Pass)]);
    assert_eq!(statuses(&[before.clone(), after(501)]), [(1, name, CheckStatus::Fail)]);
    // Another body's is no business of it.
    let mut stranger = after(501);
    stranger.unit = "丁".to_owned();
    assert!(statuses(&[before, stranger]).is_empty());
}

#[test]
fn units_never_exceed_their_department() {
    let basic = Kept::Line(Form::Expenditure, Item::Total, Measure::Basic);
    let unit = |name: &str, amount| disclosure(Stage::Budget, Scope::Unit, name, 2023, &[(basic.clone(), amount)]);
    let department = |amount| disclosure(Stage::Budget, Scope::Department, "乙局", 2023, &[(basic.clone(), amount)]);
    let of = |amount| statuses(&[department(amount), unit("丙", 300), unit("丁", 200)])[0].2;
    assert_eq!(
        [of(500), of(600), of(400)],
        [CheckStatus::Pass, CheckStatus::NotApplicable, CheckStatus::Fail]
    );
}

#[test]
fn a_jump_is_worth_a_look_and_no_failure() {
    let budget = disclosure(Stage::Budget, Scope::Department, "乙局", 2023, &[(TOTAL, 100_000)]);
    let of = |amount| {
        let account = disclosure(Stage::FinalAccount, Scope::Department, "乙局", 2023, &[(TOTAL, amount)]);
        statuses(&[budget.clone(), account])[0].2
    };
    assert_eq!([of(130_000), of(130_001)], [CheckStatus::Pass, CheckStatus::Notice]);
}

#[test]
fn two_names_of_a_code_are_noticed_once() {
    let named = |unit: &str, name: &str| {
        let mut disclosure = disclosure(Stage::Budget, Scope::Unit, unit, 2023, &[]);
        disclosure.names.insert("2080501".to_owned(), (name.to_owned(), Some(7)));
        disclosure
    };
    let found = statuses(&[named("丙", "行政单位离退休"), named("丁", "事业单位离退休")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].2, CheckStatus::Notice);
}
