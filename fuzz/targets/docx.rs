//! The text of a Word document.
#![no_main]

libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |bytes: &[u8]| budgetlake_fuzz::target("docx", bytes));
