//! The pure extraction, bytes to records, on one core: `make bench`.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use budgetlake::codes::Layout;
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::synth::{Encoding, Options, Size, file};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

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
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    let Some(entries) = above.filter_map(|folder| fs::read_dir(folder.join("shared/seeds")).ok()).next() else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().chars().take(3).collect());
    paths.iter().filter_map(|path| Some((name(path)?, fs::read(path).ok()?))).collect()
}

fn extraction(criterion: &mut Criterion) {
    let config = Config::load(None).expect("the built-in configuration is valid");
    let mut group = criterion.benchmark_group("extract");
    let mut measure = |name: &str, files: &[Vec<u8>]| {
        let bytes: usize = files.iter().map(Vec::len).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for file in files {
                    black_box(extract(black_box(file), "disclosure.txt", &config));
                }
            });
        });
    };
    for layout in [Layout::Tabbed, Layout::Linear, Layout::Aligned, Layout::Pipes, Layout::Stacked] {
        measure(&format!("generated/{layout}"), &generated(layout));
    }
    for (name, bytes) in real() {
        measure(&format!("real/{name}"), &[bytes]);
    }
    group.finish();
}

criterion_group!(benches, extraction);
criterion_main!(benches);
