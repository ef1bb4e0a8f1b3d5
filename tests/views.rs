//! `views.sql` and `datapackage.json` in DuckDB: every view can be queried, is documented column by column, and is found from wherever the script is read.
//!
//! Needs the Python of `make venv`.

#[path = "common/python.rs"]
mod python;

use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin_cmd;
use python::python;

fn snapshot(input: &Path, warehouse: &Path) {
    let run = cargo_bin_cmd!("budgetlake")
        .arg("run")
        .arg(input)
        .arg("--warehouse")
        .arg(warehouse)
        .output()
        .unwrap();
    assert!(matches!(run.status.code(), Some(0 | 3)), "{run:?}");
}

#[test]
fn duckdb_reads_every_view() {
    let Some(python) = python() else { return };
    let root = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    snapshot(&sample, &root.path().join("sample"));
    // A warehouse that holds nothing but a reject.
    fs::create_dir(root.path().join("in")).unwrap();
    fs::write(root.path().join("in/empty.txt"), "").unwrap();
    snapshot(&root.path().join("in"), &root.path().join("empty"));

    let manifest = fs::read_to_string(root.path().join("sample/current/manifest.json")).unwrap();
    assert!(manifest.contains("\"path\":\"views.sql\""));
    let script = fs::read(root.path().join("sample/current/views.sql")).unwrap();
    assert_eq!(script, fs::read(root.path().join("empty/current/views.sql")).unwrap());

    let read = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/views.py"))
        .args([root.path().join("sample/current"), root.path().join("empty/current")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&read.stdout) + String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{said}");
}
