//! One file a subcommand. Each has `execute`, which does its work through the library and says how it ended.

pub mod check;
pub mod inspect;
pub mod run;
pub mod schema;

use std::io::{self, Write};

/// Prints to standard output; a reader that had enough (`| head`) is no error.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
