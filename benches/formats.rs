//! The same disclosures in every format, from bytes to records on one core: `make bench-extract`.
//!
//! Of packages (DOCX, XLSX), the bytes are those of their parts, unpacked.

use std::hint::black_box;
use std::io::Cursor;

use budgetlake::codes::Layout;
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::synth::{Encoding, Options, Size, file};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zip::ZipArchive;

#[path = "../tests/formats/written.rs"]
#[allow(dead_code, reason = "the tests write more than is measured")]
mod written;

/// As the program does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Generated disclosures whose tables have tabs.
fn texts() -> Vec<String> {
    let options = Options {
        seed: 1,
        cities: 14,
        years: 2022..=2025,
        layout: Some(Layout::Tabbed),
        encoding: Some(Encoding::Utf8),
        size: Size::Full,
    };
    let bytes = (0..12).map(|index| file(&options, index).expect("UTF-8 has every character").bytes);
    bytes.map(|bytes| String::from_utf8(bytes).expect("it is UTF-8")).collect()
}

/// Bytes of a file, or of the parts of a package.
fn unpacked(file: &[u8]) -> u64 {
    match ZipArchive::new(Cursor::new(file)) {
        Ok(mut archive) => (0..archive.len())
            .map(|index| archive.by_index(index).map_or(0, |part| part.size()))
            .sum(),
        Err(_) => u64::try_from(file.len()).unwrap_or(0),
    }
}

fn formats(criterion: &mut Criterion) {
    let config = Config::load(None).expect("the built-in configuration is valid");
    let texts = texts();
    let mut group = criterion.benchmark_group("formats");
    let mut measure = |name: &str, files: Vec<Vec<u8>>| {
        group.throughput(Throughput::Bytes(files.iter().map(|file| unpacked(file)).sum()));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for file in &files {
                    black_box(extract(black_box(file), "disclosure", &config));
                }
            });
        });
    };
    let write = |write: fn(&[written::Piece]) -> Vec<u8>| texts.iter().map(|text| write(&written::pieces(text))).collect();
    measure("text", texts.iter().map(|text| text.clone().into_bytes()).collect());
    measure("html", write(written::html));
    measure("docx", write(written::docx));
    measure("xlsx", write(written::xlsx));
    group.finish();
}

criterion_group!(benches, formats);
criterion_main!(benches);
