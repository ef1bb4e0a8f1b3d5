//! Damaged disclosures of every layout against the generator's truth: what is published is printed, what is missing has a reject, and the
//! other documents of the run are untouched. `make accuracy` measures the same over thousands.

#[path = "common/truth.rs"]
mod truth;

use std::collections::BTreeMap;

use assert_cmd::cargo::cargo_bin_cmd;
use budgetlake::codes::{Code, Form, Layout};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::synth::truth::Truth;
use budgetlake::synth::{Encoding, Noise, Options, Size, SynthFile, noisy_file};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use truth::{Row, given, identity_error, wanted, without};

const LAYOUTS: [Layout; 5] = [Layout::Tabbed, Layout::Linear, Layout::Aligned, Layout::Pipes, Layout::Stacked];

fn damaged(layout: Layout, noise: Option<Noise>, index: u32) -> SynthFile {
    let options = Options {
        seed: 31,
        cities: 14,
        years: 2021..=2025,
        layout: Some(layout),
        encoding: Some(Encoding::ALL[index as usize % Encoding::ALL.len()].1),
        size: if index.is_multiple_of(4) { Size::Full } else { Size::Small },
    };
    noisy_file(&options, index, noise).unwrap()
}

/// Where names wrap around their figures, which of its lines a row starts on is a matter of taste, and absurd names break where nobody can
/// tell whose end is whose beginning: there, amounts are compared by form, measure and yuan. Target forms in lines seldom tell their project.
fn comparable(rows: BTreeMap<Row, usize>, file: &SynthFile) -> BTreeMap<Row, usize> {
    let in_lines = matches!(file.layout, Layout::Linear | Layout::Aligned);
    let without_names = in_lines && matches!(file.noise, Some(Noise::AbsurdNames | Noise::WrappedNames));
    let mut compared = BTreeMap::new();
    for ((line, table, text), count) in rows {
        let text = match table {
            "projects" if without_names => continue,
            // Of a form in lines as many fields are read as can be told.
            "projects" if in_lines => {
                let mut fields = text.split(" | ");
                let project = format!("{} {}", fields.next().unwrap_or(""), fields.next().unwrap_or(""));
                for field in fields {
                    *compared.entry((0, table, format!("{project} {field}"))).or_default() += count;
                }
                continue;
            }
            "line_items" if without_names => {
                let parts: Vec<&str> = text.split(" | ").collect();
                format!("{} {} {}", parts[0], parts[8], parts[9])
            }
            "line_items" if in_lines && text.starts_with(Form::PerformanceTarget.code()) => {
                let mut parts: Vec<&str> = text.split(" | ").collect();
                parts[7] = "-";
                parts.join(" | ")
            }
            _ => text,
        };
        *compared.entry((if in_lines { 0 } else { line }, table, text)).or_default() += count;
    }
    compared
}

/// What came of some files.
#[derive(Default)]
struct Tally {
    printed: usize,
    missing: usize,
    silent: Vec<String>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, file: &SynthFile, config: &Config) {
        let extraction = extract(&file.bytes, &file.name, config);
        let told = comparable(wanted(file), file);
        let found = comparable(given(&extraction), file);
        let missing = without(&told, &found);
        self.printed += told.values().sum::<usize>();
        self.missing += missing.len();
        let name = format!("{:?} {:?} {}", file.noise, file.layout, file.name);
        if !missing.is_empty() && extraction.rejects.is_empty() {
            self.silent.extend(missing.iter().map(|row| format!("{name}: {row:?}")));
        }
        self.wrong
            .extend(without(&found, &told).iter().map(|row| format!("{name}: {row:?}")));
        self.wrong
            .extend(identity_error(file, &extraction).map(|error| format!("{name}: {error}")));
    }
}

/// For each layout a few files with one kind of damage.
fn tally(noise: Noise) -> Tally {
    let config = Config::load(None).unwrap();
    let mut tally = Tally::default();
    for layout in LAYOUTS {
        (0..4).for_each(|index| tally.add(&damaged(layout, Some(noise), index), &config));
    }
    assert!(tally.printed > 2_000, "{}", tally.printed);
    tally
}

/// Nothing is published that is not printed, nothing is missing without a reject, and of a thousand rows at most `lost` are missing, beside
/// the project forms whose cells a layout has lost.
fn holds(noise: Noise, wrong: usize) {
    let tally = tally(noise);
    assert!(tally.silent.is_empty(), "missing without a reject:\n{}", tally.silent.join("\n"));
    assert!(
        tally.wrong.len() <= wrong,
        "{} of {} rows are wrong:\n{}",
        tally.wrong.len(),
        tally.printed,
        tally.wrong.join("\n")
    );
}

macro_rules! kinds {
    ($($test:ident: $noise:ident, wrong $wrong:literal;)+) => {
        $(
            #[test]
            fn $test() {
                holds(Noise::$noise, $wrong);
            }
        )+
    };
}

kinds! {
    truncated_files_give_what_is_left: Truncated, wrong 0;
    lost_columns_are_not_guessed: LostColumns, wrong 0;
    misprinted_sums_are_published_as_printed: MisprintedSums, wrong 0;
    repeated_pages_are_published_as_printed: RepeatedPages, wrong 0;
    mixed_encodings_spoil_names_only: MixedEncodings, wrong 0;
    absurd_names_are_names: AbsurdNames, wrong 0;
    spaced_figures_are_whole_or_left_out: SpacedFigures, wrong 2;
    page_furniture_is_no_row: PageFurniture, wrong 0;
    wrapped_names_are_joined: WrappedNames, wrong 0;
}

/// Amounts by document, as published below a directory.
fn published(warehouse: &std::path::Path) -> BTreeMap<String, Vec<String>> {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let root = warehouse.join("current/line_items");
    for entry in walkdir::WalkDir::new(std::fs::canonicalize(root).unwrap()) {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|ending| ending != "parquet") {
            continue;
        }
        let file = std::fs::File::open(entry.path()).unwrap();
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            let text = |column: &str| {
                let column = batch.column_by_name(column).unwrap();
                arrow::util::display::ArrayFormatter::try_new(column, &arrow::util::display::FormatOptions::default()).unwrap()
            };
            let (document, form, name, amount) = (text("document_id"), text("form"), text("account_name"), text("amount"));
            for row in 0..batch.num_rows() {
                let told = format!("{} {} {}", form.value(row), name.value(row), amount.value(row));
                rows.entry(document.value(row).to_string()).or_default().push(told);
            }
        }
    }
    rows.values_mut().for_each(|rows| rows.sort());
    rows
}

#[test]
fn whole_documents_are_right_beside_damaged_ones() {
    let root = tempfile::tempdir().unwrap();
    let input = root.path().join("in");
    std::fs::create_dir(&input).unwrap();
    let mut whole = BTreeMap::new();
    for (index, (kind, noise)) in (0..).zip(Noise::ALL) {
        let layout = LAYOUTS[index as usize % LAYOUTS.len()];
        std::fs::write(input.join(format!("{kind}.txt")), damaged(layout, Some(noise), index).bytes).unwrap();
        // Tabs keep all cells, so that everything has to be there.
        let file = damaged(Layout::Tabbed, None, 100 + index);
        std::fs::write(input.join(&file.name), &file.bytes).unwrap();
        let truth = Truth::of(&file);
        let rows = truth
            .line_items
            .iter()
            .map(|item| format!("{} {} {}", item.form.code(), item.account_name, item.amount));
        let mut rows: Vec<String> = rows.collect();
        rows.sort();
        whole.insert(truth.document.document_id.to_string(), rows);
    }
    let run = cargo_bin_cmd!("budgetlake")
        .arg("run")
        .arg(&input)
        .arg("--warehouse")
        .arg(root.path().join("lake"))
        .output()
        .unwrap();
    assert!(matches!(run.status.code(), Some(0 | 3)), "{run:?}");
    let published = published(&root.path().join("lake"));
    assert_eq!(published.len(), 2 * Noise::ALL.len());
    for (document, rows) in whole {
        assert!(published[&document] == rows, "{document} differs");
    }
}
