//! `budgetlake man`: the manual pages, made from the command line's definition.

use std::path::Path;
use std::{fs, io};

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::Man;

use super::{print, print_bytes};
use crate::args::{Cli, ManArgs};
use crate::exit::Exit;

/// Prints the page of the program, or writes a page for every command.
pub fn execute(args: &ManArgs) -> anyhow::Result<Exit> {
    let mut program = Cli::command();
    program.build();
    let Some(directory) = &args.out else {
        print_bytes(page(&Man::new(program))?.as_bytes())?;
        return Ok(Exit::Success);
    };
    let pages = fs::create_dir_all(directory).and_then(|()| write(&program, directory));
    let pages = pages.with_context(|| format!("{}: cannot write the manual pages", directory.display()))?;
    print(&format!("{}: {pages} manual pages, budgetlake.1 and others\n", directory.display()))?;
    Ok(Exit::Success)
}

/// Writes the page of `command` and those of its subcommands; how many.
fn write(command: &clap::Command, directory: &Path) -> io::Result<usize> {
    let man = Man::new(command.clone());
    fs::write(directory.join(man.get_filename()), page(&man)?)?;
    let mut pages = 1;
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        pages += write(subcommand, directory)?;
    }
    Ok(pages)
}

/// A page, with the text below the flags under headings that people look for.
fn page(man: &Man) -> io::Result<String> {
    let mut page = Vec::new();
    man.render(&mut page)?;
    let page = String::from_utf8_lossy(&page);
    Ok(page
        .replace(".SH EXTRA\nExamples:\n", ".SH EXAMPLES\n")
        .replace(".SH EXTRA\n", ".SH NOTES\n"))
}
