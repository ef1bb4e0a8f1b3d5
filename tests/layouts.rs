//! The same forms as tab-separated, linearised, aligned and piped text and with one cell a line: whatever the layout, no row is wrong, and
//! what is left out is named in `rejects`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use budgetlake::codes::{Code, Form, Layout, RejectCode};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::synth::{Encoding, Options, Size, SynthFile, file};
use budgetlake::tables::LineItem;
use proptest::prelude::*;

/// What tells one amount of a file from all others, as text.
type Row = String;

/// Target forms in lines of text seldom say where a name ends; such amounts have none.
fn project(form: Form, name: Option<&str>, layout: Layout) -> &str {
    let has_cells = matches!(layout, Layout::Tabbed | Layout::Pipes);
    name.filter(|_| has_cells || form != Form::PerformanceTarget).unwrap_or("-")
}

fn wanted(file: &SynthFile) -> BTreeMap<Row, usize> {
    let rows = file.disclosure.truth().map(|truth| {
        let key = &truth.key;
        let code = key.account_code.as_deref().unwrap_or("-");
        let item = key.item.map_or("-", Code::code);
        let project = project(key.form, key.project_name.as_deref(), file.layout);
        let (form, side, kind) = (key.form.code(), key.side.code(), key.row_kind.code());
        format!(
            "{form} {side} {kind} {code} {} {item} {project} {} {}",
            key.account_name,
            truth.measure.code(),
            truth.amount
        )
    });
    counted(rows)
}

fn given(extraction: &Extraction, layout: Layout) -> BTreeMap<Row, usize> {
    let rows = extraction.line_items.iter().map(|row| {
        let code = row.account_code.as_deref().unwrap_or("-");
        let item = row.item.map_or("-", Code::code);
        let project = project(row.form, row.project_name.as_deref(), layout);
        let (form, side, kind) = (row.form.code(), row.side.code(), row.row_kind.code());
        format!(
            "{form} {side} {kind} {code} {} {item} {project} {} {}",
            row.account_name,
            row.measure.code(),
            row.amount
        )
    });
    counted(rows)
}

fn counted(rows: impl Iterator<Item = Row>) -> BTreeMap<Row, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row).or_default() += 1;
    }
    counts
}

/// The rows of `left` that `right` hasn't.
fn without<'r>(left: &'r BTreeMap<Row, usize>, right: &BTreeMap<Row, usize>) -> Vec<&'r Row> {
    left.iter()
        .filter(|(row, count)| right.get(*row).copied().unwrap_or(0) < **count)
        .map(|(row, _)| row)
        .collect()
}

fn rendered(layout: Layout, size: Size, seed: u64, index: u32) -> SynthFile {
    let options = Options {
        seed,
        cities: 14,
        years: 2020..=2026,
        layout: Some(layout),
        encoding: Some(Encoding::Utf8),
        size,
    };
    file(&options, index).unwrap()
}

/// Reads a file back; the number of its amounts, without those of forms whose cells are lost, and of those that were left out.
fn read_back(file: &SynthFile, config: &Config) -> Result<(usize, usize), String> {
    let extraction = extract(&file.bytes, &file.name, config);
    let (wanted, given) = (wanted(file), given(&extraction, file.layout));
    let extra = without(&given, &wanted);
    if !extra.is_empty() {
        return Err(format!(
            "{:?}: {} rows that are not printed, the first: {}",
            file.layout,
            extra.len(),
            extra[0]
        ));
    }
    let names: Vec<&str> = file
        .disclosure
        .truth()
        .filter_map(|truth| truth.key.project_name.as_deref())
        .collect();
    let invented = |row: &&LineItem| row.project_name.as_deref().is_some_and(|name| !names.contains(&name));
    if let Some(row) = extraction.line_items.iter().find(invented) {
        return Err(format!("{:?}: no project is called {:?}", file.layout, row.project_name));
    }
    let (lost, missing): (Vec<&Row>, Vec<&Row>) = without(&wanted, &given).into_iter().partition(|row| {
        [Form::PerformanceTarget, Form::PerformanceSelfEvaluation]
            .iter()
            .any(|form| row.starts_with(form.code()))
    });
    let says = |codes: &[RejectCode]| extraction.rejects.iter().any(|reject| codes.contains(&reject.code));
    for (missing, codes) in [
        (&missing, &[RejectCode::AmbiguousColumn, RejectCode::SolverLimit][..]),
        // These forms are read from cells alone.
        (&lost, &[RejectCode::LostCells, RejectCode::IncompleteForm][..]),
    ] {
        if !missing.is_empty() && !says(codes) {
            return Err(format!(
                "{:?}: {} amounts are missing and no reject says so, the first: {}",
                file.layout,
                missing.len(),
                missing[0]
            ));
        }
    }
    if !lost.is_empty() && matches!(file.layout, Layout::Tabbed | Layout::Pipes) {
        return Err(format!(
            "{:?}: {} funding amounts are missing, the first: {}",
            file.layout,
            lost.len(),
            lost[0]
        ));
    }
    Ok((wanted.values().sum::<usize>() - lost.len(), missing.len()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random valid forms in every layout.
    #[test]
    fn no_layout_gives_a_wrong_row(seed in 0u64..1_000_000, index in 0u32..1_000) {
        let config = Config::load(None).unwrap();
        for layout in [Layout::Tabbed, Layout::Linear, Layout::Aligned, Layout::Pipes, Layout::Stacked] {
            let file = rendered(layout, Size::Small, seed, index);
            let (_, missing) = read_back(&file, &config).map_err(TestCaseError::fail)?;
            if matches!(layout, Layout::Tabbed | Layout::Pipes | Layout::Stacked) {
                prop_assert_eq!(missing, 0, "{:?} keeps its cells", layout);
            }
        }
    }
}

/// At most so many of a thousand amounts may be left out as ambiguous.
fn recall(layout: Layout, size: Size, count: u32, per_mille: usize) {
    let config = Config::load(None).unwrap();
    let (mut all, mut missing) = (0, 0);
    for index in 0..count {
        let (amounts, left_out) =
            read_back(&rendered(layout, size, 71, index), &config).unwrap_or_else(|error| panic!("file {index}: {error}"));
        all += amounts;
        missing += left_out;
    }
    assert!(all > 500);
    assert!(
        missing * 1_000 <= all * per_mille,
        "{layout:?}: {missing} of {all} amounts are left out"
    );
}

#[test]
fn linear_text_leaves_out_little() {
    recall(Layout::Linear, Size::Small, 24, 30);
    recall(Layout::Linear, Size::Full, 4, 60);
}

#[test]
fn aligned_text_leaves_out_next_to_nothing() {
    recall(Layout::Aligned, Size::Small, 24, 2);
    recall(Layout::Aligned, Size::Full, 4, 2);
}

#[test]
fn cells_that_are_kept_leave_out_nothing() {
    for layout in [Layout::Tabbed, Layout::Pipes, Layout::Stacked] {
        recall(layout, Size::Small, 20, 0);
        recall(layout, Size::Full, 3, 0);
    }
}

/// Texts of real disclosures that lie beside the repository, if they do.
fn shared_texts() -> Option<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .skip(1)
        .map(|above| above.join("shared/text"))
        .find(|folder| folder.is_dir())
}

/// An amount's place in the forms → the amounts printed there.
fn by_account(extraction: &Extraction) -> BTreeMap<String, Vec<String>> {
    let mut amounts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &extraction.line_items {
        let account = row.account_code.as_deref().unwrap_or(&row.account_name);
        let item = row.item.map_or("-", Code::code);
        let key = format!("{} {} {account} {item} {}", row.form.code(), row.side.code(), row.measure.code());
        amounts.entry(key).or_default().push(row.amount.to_string());
    }
    amounts.values_mut().for_each(|amounts| amounts.sort());
    amounts
}

#[test]
fn two_conversions_of_one_file_agree() {
    let Some(folder) = shared_texts() else {
        eprintln!("SKIPPED: no folder shared/text with real disclosures lies beside the repository");
        return;
    };
    let config = Config::load(None).unwrap();
    let mut pairs = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let layout = entry.unwrap().path();
        let Some(name) = layout.to_str().and_then(|path| path.strip_suffix(".layout.txt")) else {
            continue;
        };
        let read = |path: &Path| by_account(&extract(&std::fs::read(path).unwrap(), "disclosure.txt", &config));
        let (layout, raw) = (read(&layout), read(Path::new(&format!("{name}.raw.txt"))));
        let both = layout.iter().filter_map(|(key, amounts)| Some((key, amounts, raw.get(key)?)));
        let mut compared = 0;
        for (key, left, right) in both {
            assert_eq!(left, right, "{key}");
            compared += 1;
        }
        assert!(compared > 100 && compared * 100 >= raw.len() * 98, "{compared} of {}", raw.len());
        pairs += 1;
    }
    assert!(pairs >= 3);
}
