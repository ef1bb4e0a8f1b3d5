//! The Python that has DuckDB, polars and pyarrow.

use std::path::{Path, PathBuf};

/// It, or nothing where it is not installed and nobody insists on it; said loudly.
pub fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
    if python.exists() {
        return Some(python);
    }
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    assert!(
        !is("CI", "true") && !is("BUDGETLAKE_REQUIRE_PYTHON", "1"),
        "there is no {}; `make venv` makes it",
        python.display()
    );
    eprintln!("SKIPPED: there is no {}; `make venv` makes it", python.display());
    None
}
