//! The body of a web page.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| budgetlake_fuzz::target("html", bytes));
