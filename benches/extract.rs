//! The reader, bytes to tables, the whole extraction, bytes to records, on one core, and the part of it that solving columns takes:
//! `make bench-extract`.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::hint::black_box;
use std::path::Path;

use budgetlake::codes::{Form, Layout, RowKind};
use budgetlake::config::{Config, KnownTitles, RowRule};
use budgetlake::extract::extract;
use budgetlake::read::Source;
use budgetlake::recognise::recognise;
use budgetlake::solve::{Cell, Key, Problem, Row, Stated, solve};
use budgetlake::synth::{Encoding, Options, Size, file};
use budgetlake::tables::LineItem;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rust_decimal::Decimal;

/// As the program does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Generated disclosures of one layout, a few hundred kilobytes.
fn generated(layout: Layout) -> Vec<Vec<u8>> {
    let options = Options {
        seed: 1,
        cities: 14,
        years: 2022..=2025,
        layout: Some(layout),
        encoding: Some(Encoding::Utf8),
        size: Size::Full,
    };
    (0..12)
        .map(|index| file(&options, index).expect("UTF-8 has every character").bytes)
        .collect()
}

/// Real disclosures, which lie beside the repository where they are at all.
fn real() -> Vec<(String, Vec<u8>)> {
    let above = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    let folder = |name: &str| above().find_map(|folder| fs::read_dir(folder.join("shared").join(name)).ok());
    let entries = ["seeds", "text"].into_iter().filter_map(folder).flatten();
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    paths.iter().filter_map(|path| Some((name(path)?, fs::read(path).ok()?))).collect()
}

/// The accounts of a disclosure's forms, all columns of which are lost but for their order.
fn lost_columns(bytes: &[u8], config: &Config) -> Vec<(Form, Vec<Cell>, Vec<Row>)> {
    let items = extract(bytes, "disclosure.txt", config).line_items;
    let mut tables: BTreeMap<i32, Vec<&LineItem>> = BTreeMap::new();
    let coded = items.iter().filter(|item| config.forms.by_form(item.form).rows == RowRule::Coded);
    coded.for_each(|item| tables.entry(item.table_no).or_default().push(item));
    let problem = |items: Vec<&LineItem>| {
        let mut columns: Vec<Cell> = items.iter().map(|item| Cell::Measure(item.measure)).collect();
        let mut seen = HashSet::new();
        columns.retain(|cell| seen.insert(*cell));
        let mut rows: Vec<Row> = Vec::new();
        for row in items.chunk_by(|a, b| a.row_no == b.row_no) {
            let code = row[0].account_code.clone().map(Key::Code);
            let total = (row[0].row_kind == RowKind::Total).then_some(Key::Total);
            rows.push(Row {
                key: code.or(total).unwrap_or(Key::Other),
                values: row
                    .iter()
                    .map(|item| Decimal::from_i128_with_scale(item.amount.cents(), 2))
                    .collect(),
                stated: Stated::Nothing,
            });
        }
        (items[0].form, columns, rows)
    };
    tables.into_values().map(problem).collect()
}

/// Solving alone, as bytes of the disclosures whose columns are found: `solve/x` is to be ten times as fast as `extract/x`.
fn solving(criterion: &mut Criterion) {
    let config = Config::load(None).expect("the built-in configuration is valid");
    let mut group = criterion.benchmark_group("solve");
    let mut measure = |name: &str, files: &[Vec<u8>]| {
        let tables: Vec<_> = files.iter().map(|file| lost_columns(file, &config)).collect();
        group.throughput(Throughput::Bytes(files.iter().map(Vec::len).sum::<usize>() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for tables in &tables {
                    let tables = tables.iter().cloned();
                    let mut problems: Vec<Problem> = tables
                        .map(|(form, columns, rows)| Problem::new(form, columns, rows, &config.checks))
                        .collect();
                    solve(black_box(&mut problems), &[], &config.checks);
                }
            });
        });
    };
    measure(&format!("generated/{}", Layout::Linear), &generated(Layout::Linear));
    for (name, bytes) in real() {
        measure(&format!("real/{name}"), &[bytes]);
    }
    group.finish();
}

/// The reader alone, bytes to tables whose figures have columns.
fn read(bytes: &[u8], config: &Config) {
    let Ok(source) = Source::open(bytes, &config.settings) else {
        return;
    };
    let document = source.document(&config.settings);
    black_box(recognise(document, KnownTitles::of(&config.forms), config));
}

/// `read/x` is the reader, `extract/x` all that makes records of a disclosure, checks included.
fn extraction(criterion: &mut Criterion) {
    let config = Config::load(None).expect("the built-in configuration is valid");
    of_each_file(criterion, "read", &|bytes| read(bytes, &config));
    of_each_file(criterion, "extract", &|bytes| {
        drop(black_box(extract(bytes, "disclosure.txt", &config)))
    });
}

fn of_each_file(criterion: &mut Criterion, group: &str, work: &dyn Fn(&[u8])) {
    let mut group = criterion.benchmark_group(group);
    let mut measure = |name: &str, files: &[Vec<u8>]| {
        let bytes: usize = files.iter().map(Vec::len).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |bencher| bencher.iter(|| files.iter().for_each(|file| work(black_box(file)))));
    };
    for layout in [Layout::Tabbed, Layout::Linear, Layout::Aligned, Layout::Pipes, Layout::Stacked] {
        measure(&format!("generated/{layout}"), &generated(layout));
    }
    for (name, bytes) in real() {
        measure(&format!("real/{name}"), &[bytes]);
    }
    group.finish();
}

criterion_group!(benches, extraction, solving);
criterion_main!(benches);
