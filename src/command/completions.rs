//! `budgetlake completions`: a script for the shell, made from the command line's definition.

use clap::CommandFactory;

use super::print_bytes;
use crate::args::{Cli, CompletionsArgs};
use crate::exit::Exit;

/// Prints the script.
pub fn execute(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "budgetlake", &mut script);
    print_bytes(&script)?;
    Ok(Exit::Success)
}
