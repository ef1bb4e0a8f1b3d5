//! Generated disclosures against the generator's own truth: every printed amount, project, indicator and stated figure is exactly one row,
//! and nothing else is.

#[path = "common/truth.rs"]
mod truth;

use budgetlake::codes::{Layout, Scope, Stage};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::synth::{Encoding, Options, Size, SynthFile, file};
use truth::{given, identity_error, wanted, without};

/// The rows of one side that the other hasn't, each with its sign: `-` is missing, `+` is too much.
fn differences(file: &SynthFile, config: &Config) -> Vec<String> {
    let extraction = extract(&file.bytes, &file.name, config);
    let (wanted, given) = (wanted(file), given(&extraction));
    let name = format!("{} {:?} {:?}", file.name, file.disclosure.wording, file.encoding);
    let missing = without(&wanted, &given).into_iter().map(|row| ('-', row));
    let extra = without(&given, &wanted).into_iter().map(|row| ('+', row));
    let mut differences: Vec<_> = missing.chain(extra).collect();
    differences.sort_by_key(|(sign, row)| (row.0, *sign));
    let rows = differences
        .into_iter()
        .map(|(sign, (line, table, row))| format!("{name} line {line}: {sign} {table} {row}"));
    rows.chain(identity_error(file, &extraction).map(|error| format!("{name}: {error}")))
        .collect()
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

#[test]
fn tabbed_disclosures_give_the_truth() {
    let config = Config::load(None).unwrap();
    let files = [files(Layout::Tabbed, Size::Full, 12), files(Layout::Tabbed, Size::Small, 40)].concat();
    let stages = |stage: Stage| files.iter().filter(|file| file.disclosure.identity.stage == stage).count();
    let scopes = |scope: Scope| files.iter().filter(|file| file.disclosure.identity.scope == scope).count();
    assert!(stages(Stage::Budget) > 10 && stages(Stage::FinalAccount) > 5 && scopes(Scope::Unit) > 10);
    let count = |of: &dyn Fn(&SynthFile) -> usize| files.iter().map(of).sum::<usize>();
    assert!(count(&|file| file.disclosure.truth().count()) > 8_000);
    assert!(count(&|file| file.disclosure.indicators().count()) > 800);
    assert!(count(&|file| file.disclosure.facts().count()) > 800);
    let differences: Vec<String> = files.iter().flat_map(|file| differences(file, &config)).collect();
    assert!(
        differences.is_empty(),
        "{} differences, the first:\n{}",
        differences.len(),
        differences.iter().take(60).cloned().collect::<Vec<_>>().join("\n")
    );
}
