//! One file a subcommand. Each has `execute`, which does its work through the library and says how it ended.

pub mod check;
pub mod completions;
pub mod inspect;
pub mod man;
#[cfg(feature = "stats")]
pub mod report;
pub mod reproduce;
pub mod run;
pub mod schema;
pub mod snapshots;
#[cfg(feature = "stats")]
pub mod stats;

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::exit::Exit;

/// Prints to standard output; a reader that had enough (`| head`) is no error.
pub fn print(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

/// Prints what may be no UTF-8.
pub fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Shows warnings and errors of commands that have no log.
pub fn log_warnings() {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_target(false)
        .without_time();
    subscriber.with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).init();
}

/// The first Ctrl-C asks the run to end cleanly, a second one ends it at once.
pub fn stop_on_signal() -> io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: on the first signal the flag is not set yet when the shutdown looks at it.
        signal_hook::flag::register_conditional_shutdown(signal, Exit::Failure as i32, Arc::clone(&stop))?;
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}
