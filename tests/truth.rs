//! Generated disclosures against the generator's own truth: every printed amount is exactly one row, and nothing else is.

use std::collections::BTreeMap;

use budgetlake::codes::{Code, Form, Layout, Scope, Stage};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::synth::{Encoding, Options, Size, SynthFile, file};
use budgetlake::tables::LineItem;

/// What the contract says of one amount, in words that a difference can be read in.
type Row = (u32, String);

fn row(parts: [&str; 9], line: u32) -> Row {
    (line, parts.join(" | "))
}

fn wanted(file: &SynthFile) -> impl Iterator<Item = Row> {
    file.disclosure.truth().map(|truth| {
        let key = &truth.key;
        let parts = [
            key.form.code(),
            key.side.code(),
            key.row_kind.code(),
            key.account_code.as_deref().unwrap_or("-"),
            &key.account_name,
            key.item.map_or("-", Code::code),
            key.project_name.as_deref().unwrap_or("-"),
            truth.measure.code(),
            &truth.amount.to_string(),
        ];
        row(parts, truth.line)
    })
}

fn given(item: &LineItem) -> Row {
    let parts = [
        item.form.code(),
        item.side.code(),
        item.row_kind.code(),
        item.account_code.as_deref().unwrap_or("-"),
        &item.account_name,
        item.item.map_or("-", Code::code),
        item.project_name.as_deref().unwrap_or("-"),
        item.measure.code(),
        &item.amount.to_string(),
    ];
    row(parts, line_of(item.line))
}

fn or_dash(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}

/// What a perfect reading makes of the performance target forms: projects with their texts, and indicators.
fn wanted_performance(file: &SynthFile) -> impl Iterator<Item = Row> {
    let projects = file.disclosure.projects().map(|truth| {
        let mut parts = vec![
            "project".to_owned(),
            truth.project_name.clone(),
            truth.competent_department_code.clone(),
            truth.competent_department.clone(),
            truth.implementing_unit.clone(),
            truth.attribute.clone(),
            truth.duration_text.clone(),
        ];
        parts.extend(truth.texts.iter().chain(&truth.goals).cloned());
        parts.push(truth.filled_at.clone());
        (truth.line, parts.join(" | "))
    });
    let indicators = file.disclosure.indicators().map(|truth| {
        let parts = [
            "indicator",
            &truth.project_name,
            truth.horizon.code(),
            truth.dimension.code(),
            truth.category.code(),
            &truth.indicator_name,
            &truth.target_text,
            truth.operator.map_or("-", Code::code),
            truth.target_value.as_deref().unwrap_or("-"),
            truth.target_unit.as_deref().unwrap_or("-"),
        ];
        (truth.line, parts.join(" | "))
    });
    projects.chain(indicators)
}

fn line_of(line: Option<i32>) -> u32 {
    line.and_then(|line| u32::try_from(line).ok()).unwrap_or(0)
}

fn given_performance(extraction: &Extraction) -> impl Iterator<Item = Row> {
    let forms = extraction.projects.iter().filter(|project| project.form == Form::PerformanceTarget);
    let projects = forms.map(|project| {
        let texts = [
            &project.project_name,
            &project.competent_department_code,
            &project.competent_department,
            &project.implementing_unit,
            &project.attribute,
            &project.duration_text,
            &project.overview,
            &project.basis,
            &project.necessity,
            &project.safeguards,
            &project.plan,
            &project.implementation_goal,
            &project.annual_goal,
        ];
        let mut parts = vec!["project".to_owned()];
        parts.extend(texts.map(|text| or_dash(text.as_deref())));
        let seconds = arrow::array::TimestampSecondArray::from(vec![project.filled_at.map_or(0, |moment| moment.0)]);
        parts.push(seconds.value_as_datetime(0).unwrap().format("%Y-%m-%dT%H:%M:%S").to_string());
        (line_of(project.line), parts.join(" | "))
    });
    let indicators = extraction.indicators.iter().map(|indicator| {
        let parts = [
            "indicator",
            &or_dash(indicator.project_name.as_deref()),
            indicator.horizon.map_or("-", Code::code),
            indicator.dimension.map_or("-", Code::code),
            indicator.category.map_or("-", Code::code),
            &indicator.indicator_name,
            &or_dash(indicator.target_text.as_deref()),
            indicator.operator.map_or("-", Code::code),
            &indicator
                .target_value
                .map_or("-".to_owned(), |value| value.decimal().normalize().to_string()),
            &or_dash(indicator.target_unit.as_deref()),
        ];
        (line_of(indicator.line), parts.join(" | "))
    });
    projects.chain(indicators)
}

/// The rows of one side that the other hasn't, each with its sign: `-` is missing, `+` is too much.
fn differences(file: &SynthFile, config: &Config) -> Vec<String> {
    let extraction = extract(&file.bytes, &file.name, config);
    let mut balance: BTreeMap<Row, i32> = BTreeMap::new();
    for row in wanted(file).chain(wanted_performance(file)) {
        *balance.entry(row).or_default() -= 1;
    }
    for item in &extraction.line_items {
        *balance.entry(given(item)).or_default() += 1;
    }
    for row in given_performance(&extraction) {
        *balance.entry(row).or_default() += 1;
    }
    let name = format!("{} {:?} {:?}", file.name, file.disclosure.wording, file.encoding);
    let mut differences: Vec<String> = balance
        .into_iter()
        .filter(|(_, count)| *count != 0)
        .map(|((line, row), count)| format!("{name} line {line}: {count:+} {row}"))
        .collect();
    let identity = &file.disclosure.identity;
    let document = extraction.document.as_ref();
    let told = (
        extraction.partition.city.as_deref(),
        extraction.partition.year,
        extraction.partition.department.as_deref(),
        document.and_then(|document| document.unit.as_deref()),
        document.map(|document| document.scope),
        document.map(|document| document.stage),
    );
    let printed = (
        Some(identity.city.as_str()),
        Some(identity.year),
        Some(identity.department.as_str()),
        Some(identity.unit.as_str()),
        Some(identity.scope),
        Some(identity.stage),
    );
    if told != printed {
        differences.push(format!("{name}: identity is {told:?} and should be {printed:?}"));
    }
    differences
}

fn files(layout: Layout, size: Size, count: u32) -> Vec<SynthFile> {
    let encodings = Encoding::ALL.iter().map(|(_, encoding)| *encoding).cycle();
    (0..count)
        .zip(encodings)
        .map(|(index, encoding)| {
            let options = Options {
                seed: 2_024,
                cities: 14,
                years: 2020..=2026,
                layout: Some(layout),
                encoding: Some(encoding),
                size,
            };
            file(&options, index).unwrap()
        })
        .collect()
}

fn all_equal_the_truth(layout: Layout) {
    let config = Config::load(None).unwrap();
    let files = [files(layout, Size::Full, 40), files(layout, Size::Small, 40)].concat();
    let stages = |stage: Stage| files.iter().filter(|file| file.disclosure.identity.stage == stage).count();
    let scopes = |scope: Scope| files.iter().filter(|file| file.disclosure.identity.scope == scope).count();
    assert!(stages(Stage::Budget) > 10 && stages(Stage::FinalAccount) > 10 && scopes(Scope::Unit) > 10);
    assert!(files.iter().map(|file| file.disclosure.truth().count()).sum::<usize>() > 10_000);
    assert!(files.iter().map(|file| file.disclosure.indicators().count()).sum::<usize>() > 200);
    let differences: Vec<String> = files.iter().flat_map(|file| differences(file, &config)).collect();
    assert!(
        differences.is_empty(),
        "{} differences, the first:\n{}",
        differences.len(),
        differences.iter().take(60).cloned().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn tabbed_disclosures_give_the_truth() {
    all_equal_the_truth(Layout::Tabbed);
}
