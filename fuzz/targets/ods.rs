//! The content of a workbook of OpenDocument.
#![no_main]

libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |bytes: &[u8]| budgetlake_fuzz::target("ods", bytes));
