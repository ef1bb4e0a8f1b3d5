//! The text of a Word document.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let types = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    budgetlake_fuzz::read(&budgetlake_fuzz::package(&[
        ("[Content_Types].xml", types),
        ("word/document.xml", bytes),
    ]));
});
