//! `budgetlake report`: the page about a warehouse.

use std::fs;

use anyhow::Context;
use budgetlake::config::Config;
use budgetlake::report::{ReportError, report};

use super::print;
use crate::args::ReportArgs;
use crate::exit::Exit;
use crate::summary::size;

/// Writes the page, beside its place first, so that whoever looks at it never sees half of one.
pub fn execute(args: &ReportArgs) -> anyhow::Result<Exit> {
    let config = Config::load(args.config.as_deref())?;
    let page = report(&args.warehouse, &config).map_err(|error| match error {
        // Known by its type to whoever tells the exit code.
        ReportError::Load(error) => anyhow::Error::from(error),
        error => error.into(),
    })?;
    let name = args
        .out
        .file_name()
        .with_context(|| format!("--out {}: give the name of a file", args.out.display()))?;
    let mut draft = name.to_owned();
    draft.push(".part");
    let draft = args.out.with_file_name(draft);
    let write = || fs::write(&draft, &page).and_then(|()| fs::rename(&draft, &args.out));
    write().with_context(|| {
        format!(
            "{}: cannot write the report; is there room, and may you write there?",
            args.out.display()
        )
    })?;
    if !args.quiet {
        print(&format!("{}: {}\n", args.out.display(), size(page.len() as u64)))?;
    }
    Ok(Exit::Success)
}
