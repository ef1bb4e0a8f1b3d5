//! The content of a workbook of OpenDocument.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| budgetlake_fuzz::target("ods", bytes));
