//! What the fuzz targets do: bytes, put into what a reader looks for, go through the whole extraction, which must neither panic nor run on.
//!
//! A panic of a library that a reader catches gives a reject and is no finding: the targets take out libFuzzer's hook, which would abort
//! there; a panic that escapes ends the fuzzer all the same, and `tests/fuzz_seeds.rs` prints it once its input is a seed.
//!
//! `tests/fuzz_seeds.rs` does the same with `seeds/`, as a plain test.

#![forbid(unsafe_code)]

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use budgetlake::config::Config;
use budgetlake::extract::extract;
use cfb::CompoundFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

static CONFIG: LazyLock<Config> = LazyLock::new(|| Config::load(None).expect("the built-in configuration is valid"));

/// Does with bytes what the target of this name does.
pub fn target(name: &str, bytes: &[u8]) {
    let file = match name {
        "pdf" => [b"%PDF-1.7\n", bytes, b"\n%%EOF\n"].concat(),
        "html" => [b"<!DOCTYPE html><html><body>", bytes, b"</body></html>"].concat(),
        "docx" => package(&[("[Content_Types].xml", TYPES), ("word/document.xml", bytes)]),
        "xlsx" => package(&[
            ("[Content_Types].xml", TYPES),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", RELATIONS),
            ("xl/worksheets/sheet1.xml", bytes),
        ]),
        "ods" => package(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", bytes),
        ]),
        "xls" => compound("/Workbook", bytes),
        _ => bytes.to_vec(),
    };
    extract(&file, "fuzzed", &CONFIG);
}

const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELATIONS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const WORKBOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

/// A package (DOCX, XLSX, ODS) with these members, in their order and as they are: what unpacks them is not what is tried.
fn package(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in members {
        let begun = package.start_file(*name, stored);
        begun
            .and_then(|()| Ok(package.write_all(content)?))
            .expect("memory takes every byte");
    }
    package.finish().expect("memory takes every byte").into_inner()
}

/// A compound file with this stream.
fn compound(name: &str, content: &[u8]) -> Vec<u8> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new())).expect("memory takes every byte");
    let written = file.create_stream(name).and_then(|mut stream| stream.write_all(content));
    written.and_then(|()| file.flush()).expect("memory takes every byte");
    file.into_inner().into_inner()
}
