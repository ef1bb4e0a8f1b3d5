//! Files that a test compares with what the program makes, and rewrites where it is told to.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Compares `actual` with the file `expected`, or writes it where the environment says `BLESS=1`.
pub fn golden(expected: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("BLESS").is_some() {
        fs::write(expected, actual).unwrap();
        return Ok(());
    }
    let wanted = fs::read_to_string(expected).unwrap_or_default();
    if wanted == actual {
        return Ok(());
    }
    let mut message = format!("{} differs; BLESS=1 rewrites it\n", expected.display());
    let (left, right): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), actual.lines().collect());
    for line in left.iter().filter(|line| !right.contains(line)).take(20) {
        writeln!(message, "  - {line}").unwrap();
    }
    for line in right.iter().filter(|line| !left.contains(line)).take(20) {
        writeln!(message, "  + {line}").unwrap();
    }
    Err(message)
}
