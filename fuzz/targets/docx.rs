//! The text of a Word document.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| budgetlake_fuzz::target("docx", bytes));
