//! What stands behind the first bytes of a PDF, with an end as one has it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    budgetlake_fuzz::read(&[b"%PDF-1.7\n", bytes, b"\n%%EOF\n"].concat());
});
