//! What the fuzz targets share: bytes go through the whole extraction, which must neither panic nor run on.

#![forbid(unsafe_code)]

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use budgetlake::config::Config;
use budgetlake::extract::extract;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

static CONFIG: LazyLock<Config> = LazyLock::new(|| Config::load(None).expect("the built-in configuration is valid"));

/// Extracts a file of these bytes; what it is, the bytes say.
pub fn read(bytes: &[u8]) {
    extract(bytes, "fuzzed", &CONFIG);
}

/// A package (DOCX, XLSX) with these members, in their order.
pub fn package(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let begun = package.start_file(*name, SimpleFileOptions::default());
        begun
            .and_then(|()| Ok(package.write_all(content)?))
            .expect("memory takes every byte");
    }
    package.finish().expect("memory takes every byte").into_inner()
}
