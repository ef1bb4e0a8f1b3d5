//! `budgetlake reproduce`: makes a snapshot again and compares it to the byte.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};

use anyhow::Context;
use budgetlake::reproduce::{ReproduceOptions, reproduce};

use super::print;
use crate::args::ReproduceArgs;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::summary::count;

/// More differences than this help nobody on a screen.
const SHOWN: usize = 20;

/// Makes the copy, compares, says what differs.
pub fn execute(args: &ReproduceArgs) -> anyhow::Result<Exit> {
    super::log_warnings();
    let stop = super::stop_on_signal().context("cannot listen to signals")?;
    let progress = Progress::new(io::stderr().is_terminal(), true);
    let scratch = args.scratch.clone().unwrap_or_else(std::env::temp_dir);
    let options = ReproduceOptions {
        snapshot: args.snapshot.clone(),
        input: args.input.clone(),
        scratch: scratch.join(format!("budgetlake-reproduce-{}", std::process::id())),
        jobs: args.jobs.map_or(0, usize::from),
    };
    let compared = reproduce(&options, &progress, &stop);
    progress.end();
    let compared = compared?;
    if compared.id == compared.copy {
        print(&format!(
            "{}: reproduced, {} files to the byte\n",
            compared.id,
            count(compared.files as u64)
        ))?;
        return Ok(Exit::Success);
    }
    let mut text = format!("{}: not reproduced, the copy is {}\n", compared.id, compared.copy);
    for (what, differences) in [("source", &compared.sources), ("file", &compared.differing)] {
        for (path, how) in differences.iter().take(SHOWN) {
            writeln!(text, "  {what} {how}: {path}")?;
        }
        if differences.len() > SHOWN {
            writeln!(text, "  and {} more", count((differences.len() - SHOWN) as u64))?;
        }
    }
    print(&text)?;
    Ok(Exit::Failure)
}
