//! The command line: flags as typed, and what they mean once checked.

mod snapshots;
#[cfg(feature = "stats")]
mod stats;

use std::path::PathBuf;

use budgetlake::crawl::CrawlOptions;
use budgetlake::run::RunOptions;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use globset::{GlobBuilder, GlobSet};
#[cfg(feature = "stats")]
pub use stats::{ReportArgs, SqlArgs, SqlFormat, StatsArgs};

use crate::help;

pub use snapshots::{DiffArgs, ListArgs, PruneArgs, RollbackArgs, SnapshotsCommand, VerifyArgs};

/// Reads Chinese departmental budgets (部门预算) and final accounts (部门决算) into partitioned, exact Parquet.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true, after_help = help::EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read a directory of disclosures and publish a snapshot of it
    Run(RunArgs),
    /// Show what was understood of one file, and why
    Inspect(InspectArgs),
    /// Show what does not add up in a warehouse, with both figures and their lines
    Check(CheckArgs),
    /// Print the published tables: columns, types, meanings, codes
    Schema(SchemaArgs),
    /// Make statistical datasets of a warehouse, as Parquet and CSV
    #[cfg(feature = "stats")]
    Stats(StatsArgs),
    /// Ask a warehouse in SQL
    #[cfg(feature = "stats")]
    Sql(SqlArgs),
    /// Write a page to look at: coverage, money, execution, checks, rejects, runs
    #[cfg(feature = "stats")]
    Report(ReportArgs),
    /// Make a snapshot again from its sources, and compare it to the byte
    Reproduce(ReproduceArgs),
    /// List, compare, check, remove and go back to published snapshots
    #[command(after_help = help::SNAPSHOTS)]
    Snapshots {
        /// What to do.
        #[command(subcommand)]
        command: SnapshotsCommand,
    },
    /// Print a script that completes commands, flags and values in a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands
    Man(ManArgs),
}

/// Flags of `completions`.
#[derive(Debug, Args)]
#[command(after_help = help::COMPLETIONS)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Flags of `man`.
#[derive(Debug, Args)]
#[command(after_help = help::MAN)]
pub struct ManArgs {
    /// Write a page for every command into DIR, which is made where it is missing
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Flags of `reproduce`.
#[derive(Debug, Args)]
#[command(after_help = help::REPRODUCE)]
pub struct ReproduceArgs {
    /// The snapshot: WAREHOUSE/snapshots/ID, or WAREHOUSE/current
    pub snapshot: PathBuf,
    /// The input that it was made of; what is there beside its sources is left out
    pub input: PathBuf,
    /// Where the copy is made and removed again [default: the directory for temporary files]
    #[arg(long, value_name = "DIR")]
    pub scratch: Option<PathBuf>,
    /// Worker threads [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
}

/// Flags of `run`.
#[derive(Debug, Args)]
#[command(after_help = help::RUN)]
pub struct RunArgs {
    /// A directory of disclosures, or one file
    pub input: PathBuf,
    /// Where to publish; readers find the tables in DIR/current
    #[arg(long, value_name = "DIR")]
    pub warehouse: PathBuf,
    /// Worker threads [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Read only files whose path below INPUT matches, e.g. '*.txt' or '2023/**'; can be given several times
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Leave out files whose path below INPUT matches; can be given several times
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Walk into directories behind symbolic links
    #[arg(long)]
    pub follow_links: bool,
    /// Configuration files that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub config: Option<PathBuf>,
    /// Hash every file, also those whose size and time of change are as they were
    #[arg(long)]
    pub rehash: bool,
    /// Print what would be done and why, and do nothing
    #[arg(long, conflicts_with = "repair")]
    pub dry_run: bool,
    /// Check every file of every snapshot, and rebuild what is damaged
    #[arg(long)]
    pub repair: bool,
    /// Write what the run did as Prometheus text to FILE, also where it failed
    #[arg(long, value_name = "FILE")]
    pub metrics_file: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
    /// How to log; `json` prints the summary as JSON too
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

/// How to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Flags of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = help::INSPECT)]
pub struct InspectArgs {
    /// The disclosure
    pub file: PathBuf,
    /// Configuration files that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub config: Option<PathBuf>,
    /// Print one JSON object for machines
    #[arg(long)]
    pub json: bool,
    /// Only table N, with its rows and their amounts
    #[arg(long, short, value_name = "N")]
    pub table: Option<i32>,
    /// Rows and amounts of every table
    #[arg(long, short)]
    pub items: bool,
    /// What must hold: every check with both figures and their lines
    #[arg(long, short)]
    pub checks: bool,
    /// Columns of the screen [default: the terminal's; no limit where the output is no terminal]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(80..))]
    pub width: Option<u16>,
    /// Draw a page of a PDF as it was understood, glyphs, rules and cells, into an SVG file, and nothing else
    #[arg(long, value_name = "FILE")]
    pub draw: Option<PathBuf>,
    /// The page to draw
    #[arg(long, value_name = "N", default_value_t = 1, requires = "draw")]
    pub page: usize,
}

/// Flags of `check`.
#[derive(Debug, Args)]
#[command(after_help = help::CHECK)]
pub struct CheckArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// Only this rule (docs/checks.md lists them)
    #[arg(long, value_name = "CODE")]
    pub rule: Option<String>,
    /// Only this disclosure: the beginning of its id, its path or its file name
    #[arg(long, value_name = "DOCUMENT")]
    pub document: Option<String>,
    /// Print one JSON object for machines
    #[arg(long)]
    pub json: bool,
    /// Exit with 5 where more than this share of the checks failed, e.g. 0.01
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub fail_over: Option<f64>,
    /// Configuration files that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub config: Option<PathBuf>,
}

/// A share from 0 to 1.
fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("give a share from 0 to 1, e.g. 0.01 for one in a hundred".to_owned()),
    }
}

/// Flags of `schema`.
#[derive(Debug, Args)]
#[command(after_help = help::SCHEMA)]
pub struct SchemaArgs {
    /// Print for machines
    #[arg(long)]
    pub json: bool,
    /// Print as Markdown: docs/data-dictionary.md
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    /// Only these tables
    pub tables: Vec<String>,
}

/// A flag whose value makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// Not a glob.
    #[error("{flag} '{glob}': {source}")]
    Glob {
        /// The flag.
        flag: &'static str,
        /// Its value.
        glob: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// No such rule.
    #[error("there is no rule `{name}`; there are {known}")]
    Rule {
        /// The name given.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// No such table.
    #[error("there is no table `{name}`; there are {known}")]
    Table {
        /// The name given.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// No table of this number in the file.
    #[error("--table {number}: the file has {}", match tables { 0 => "no tables".to_owned(), 1 => "1 table".to_owned(), more => format!("tables 1 to {more}") })]
    TableNumber {
        /// The number given.
        number: i32,
        /// How many tables there are.
        tables: usize,
    },
    /// A directory where a file is wanted.
    #[error("{path} is a directory; give one file of it, or read it whole with `budgetlake run`")]
    Directory {
        /// The path given.
        path: String,
    },
}

impl RunArgs {
    /// The flags, checked.
    pub fn check(&self) -> Result<RunOptions, UsageError> {
        Ok(RunOptions {
            input: self.input.clone(),
            warehouse: self.warehouse.clone(),
            jobs: self.jobs.map_or(0, usize::from),
            crawl: CrawlOptions {
                include: globs("--include", &self.include)?,
                exclude: globs("--exclude", &self.exclude)?,
                follow_links: self.follow_links,
                never_walk: None,
                only: None,
            },
            rehash: self.rehash,
            repair: self.repair,
        })
    }
}

fn globs(flag: &'static str, globs: &[String]) -> Result<Option<GlobSet>, UsageError> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSet::builder();
    for glob in globs {
        let failed = |source| UsageError::Glob {
            flag,
            glob: glob.clone(),
            source,
        };
        set.add(GlobBuilder::new(glob).build().map_err(failed)?);
    }
    set.build().map(Some).map_err(|source| UsageError::Glob {
        flag,
        glob: globs.join(" "),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_bad_glob_is_named() {
        let cli = Cli::parse_from(["budgetlake", "run", "in", "--warehouse", "w", "--exclude", "a[b"]);
        let Command::Run(args) = cli.command else { panic!("{cli:?}") };
        assert!(args.check().unwrap_err().to_string().starts_with("--exclude 'a[b': "));
    }
}
