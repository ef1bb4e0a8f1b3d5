//! A sheet of a workbook.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| budgetlake_fuzz::target("xlsx", bytes));
