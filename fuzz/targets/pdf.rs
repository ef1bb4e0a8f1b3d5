//! What stands behind the first bytes of a PDF, with an end as one has it.
#![no_main]

libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |bytes: &[u8]| budgetlake_fuzz::target("pdf", bytes));
