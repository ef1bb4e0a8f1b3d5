//! The published Parquet as others read it: DuckDB, polars and pyarrow see the contract's types, and sums that equal the generator's truth.
//!
//! Needs the Python of `make venv`. Without it the test is skipped and says so, unless `CI=true` or `BUDGETLAKE_REQUIRE_PYTHON=1`.

#[path = "common/python.rs"]
mod python;

use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin_cmd;
use budgetlake::codes::Layout;
use budgetlake::synth::{Options, Size, file};
use python::python;

/// The sample as `data/README.md` has it made.
const SAMPLE: Options = Options {
    seed: 12,
    cities: 8,
    years: 2022..=2025,
    layout: None,
    encoding: None,
    size: Size::Small,
};
const DOCUMENTS: u32 = 24;

/// The layouts whose disclosures have to be read whole; of the others nothing is compared.
const COMPARED: [Layout; 1] = [Layout::Tabbed];

/// A department whose name holds what paths and queries stumble over.
const AWKWARD: &str = "大同市A/B=C%D E局";

fn awkward_disclosure() -> String {
    format!(
        "{AWKWARD}2023年度部门预算\n\n2023年部门预算收入总表\n\n部门名称：{AWKWARD}\n\n单位：万元\n\n\
         科目编码\t科目名称\t合计\t一般公共预算\n\t合计\t0.07\t0.07\n201\t一般公共服务支出\t0.07\t0.07\n"
    )
}

#[test]
fn duckdb_polars_and_pyarrow_read_what_was_printed() {
    let Some(python) = python() else { return };
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    let (documents, seed, cities) = (DOCUMENTS.to_string(), SAMPLE.seed.to_string(), SAMPLE.cities.to_string());
    cargo_bin_cmd!("budgetlake-synth")
        .args(["--documents", &documents, "--seed", &seed, "--cities", &cities, "--small", "--out"])
        .arg(path("generated"))
        .arg("--truth")
        .arg(path("truth"))
        .assert()
        .success();

    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    fs::create_dir(path("in")).unwrap();
    let mut compared = Vec::new();
    for index in 0..DOCUMENTS {
        let generated = file(&SAMPLE, index).unwrap();
        fs::copy(sample.join(&generated.name), path("in").join(&generated.name)).unwrap();
        if COMPARED.contains(&generated.layout) {
            compared.push(generated.name);
        }
    }
    assert!(compared.len() >= 14, "{compared:?}");
    fs::write(path("in").join("awkward.txt"), awkward_disclosure()).unwrap();

    let run = cargo_bin_cmd!("budgetlake")
        .arg("run")
        .arg(path("in"))
        .arg("--warehouse")
        .arg(path("warehouse"))
        .output()
        .unwrap();
    assert!(matches!(run.status.code(), Some(0 | 3)), "{run:?}");

    let read = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop.py"))
        .arg(path("warehouse").join("current"))
        .arg(path("truth"))
        .arg(AWKWARD)
        .args(&compared)
        .output()
        .unwrap();
    assert!(
        read.status.success(),
        "{}{}",
        String::from_utf8_lossy(&read.stdout),
        String::from_utf8_lossy(&read.stderr)
    );
}
