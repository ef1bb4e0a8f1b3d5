//! The body of a web page.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    budgetlake_fuzz::read(&[b"<!DOCTYPE html><html><body>", bytes, b"</body></html>"].concat());
});
