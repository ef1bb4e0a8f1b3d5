//! Flags of `stats`, `sql` and `report`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::help;

/// Flags of `stats`.
#[derive(Debug, Args)]
#[command(after_help = help::STATS)]
pub struct StatsArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// Where the files are written [default: WAREHOUSE/stats]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Configuration files that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub config: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// Flags of `sql`.
#[derive(Debug, Args)]
#[command(after_help = help::SQL)]
pub struct SqlArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// The question: a SELECT over the tables of `budgetlake schema` and the views of WAREHOUSE/current/views.sql
    pub query: String,
    /// How to print the answer; amounts in JSON are strings, so that none becomes a float
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "table")]
    pub format: SqlFormat,
    /// Configuration files that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub config: Option<PathBuf>,
}

/// How to print the answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SqlFormat {
    /// For people.
    Table,
    /// For spreadsheets, with a byte order mark.
    Csv,
    /// For programs: an array of objects.
    Json,
}

/// Flags of `report`.
#[derive(Debug, Args)]
#[command(after_help = help::REPORT)]
pub struct ReportArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// The page to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Configuration files that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub config: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}
