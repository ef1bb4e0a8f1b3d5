//! Arguments → a command → its exit code.

#![forbid(unsafe_code)]

mod args;
mod command;
mod exit;
mod help;
mod inspect;
mod metrics;
mod progress;
mod report_checks;
mod summary;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use exit::Exit;

/// Extraction makes many small strings on all threads at once, which this allocator is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Run(args) => command::run::execute(&args),
        Command::Inspect(args) => command::inspect::execute(&args),
        Command::Check(args) => command::check::execute(&args),
        Command::Reproduce(args) => command::reproduce::execute(&args),
        Command::Schema(args) => command::schema::execute(&args),
        #[cfg(feature = "stats")]
        Command::Stats(args) => command::stats::execute(&args),
        #[cfg(feature = "stats")]
        Command::Sql(args) => command::stats::sql(&args),
        #[cfg(feature = "stats")]
        Command::Report(args) => command::report::execute(&args),
        Command::Snapshots { command } => command::snapshots::execute(&command),
        Command::Completions(args) => command::completions::execute(&args),
        Command::Man(args) => command::man::execute(&args),
    };
    let exit = outcome.unwrap_or_else(|error| {
        eprintln!("budgetlake: {error:#}");
        Exit::of_error(&error)
    });
    exit.into()
}
