//! The records of a workbook of old.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| budgetlake_fuzz::target("xls", bytes));
