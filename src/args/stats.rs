//! Flags of `stats` and `sql`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Flags of `stats`.
#[derive(Debug, Args)]
#[command(after_help = STATS_HELP)]
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

const STATS_HELP: &str = "\
Datasets (docs/statistics.md): department_year, function_year, economic_year, execution, three_public_year, projects_year,
indicator_catalogue, performance_scores, coverage, quality; each as Parquet and as CSV for spreadsheets, described in datapackage.json.

Examples:
  budgetlake stats lake                    into lake/stats
  budgetlake stats lake --out tables       into another directory";

/// Flags of `sql`.
#[derive(Debug, Args)]
#[command(after_help = SQL_HELP)]
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

const SQL_HELP: &str = "\
Examples:
  budgetlake sql lake \"SELECT city, year, department, expenditure_total FROM body_figures ORDER BY expenditure_total DESC LIMIT 10\"
  budgetlake sql lake \"SELECT rule, COUNT(*) AS failed FROM failed_checks GROUP BY rule ORDER BY failed DESC\" --format csv
  budgetlake sql lake \"SELECT * FROM documents WHERE rejects > 0\" --format json";
