//! `views.sql`: the tables of a snapshot as commented DuckDB views, and views over them that add up without counting twice.
//!
//! Which rows count is one rule, written down once, in `sql/counted_tables.sql` and `sql/counted_amounts.sql`; everything that adds up amounts,
//! views and statistics alike, starts from these two. Their text is plain enough SQL for both DuckDB and polars: `budgetlake stats` runs the same
//! files over the same Parquet. docs/statistics.md explains the rule.
//!
//! To publish one more view, write `sql/<name>.sql` and add its name to [`VIEWS`]. Its first comment says what a row is, and then what each column
//! holds, in order (`--   name  meaning`).

use std::fmt::Write as _;

use crate::codes::{Classification, Code};
use crate::config::Config;
use crate::load::{COMPACT, PUBLISHED, PublishedTable};

/// Name of the script in a snapshot.
pub const VIEWS_FILE: &str = "views.sql";

/// The view that tells the codes of economic accounts by their names; its rows are the configuration's.
pub const ECONOMIC_ACCOUNTS: &str = "economic_accounts";

/// A view: a named query over tables and views before it.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    text: &'static str,
}

macro_rules! views {
    ($($name:literal,)+) => {
        /// All views but [`ECONOMIC_ACCOUNTS`], each after those that it looks at.
        pub const VIEWS: &[View] = &[$(View::new($name, include_str!(concat!("sql/", $name, ".sql"))),)+];
    };
}

views! {
    "counted_tables",
    "repeated_line_items",
    "counted_amounts",
    "body_figures",
    "stated_figures",
    "functional_amounts",
    "functional_names",
    "expenditure_by_function",
    "expenditure_by_function_item",
    "economic_amounts",
    "economic_names",
    "expenditure_by_economic_class",
    "three_public_by_item",
    "budget_against_final_account",
    "project_list",
    "indicator_list",
    "indicator_uses",
    "failed_checks",
}

impl View {
    /// A query with its comments.
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text }
    }

    /// What a row is.
    pub fn meaning(&self) -> String {
        let lines = self.comment().take_while(|line| !line.starts_with("  "));
        lines.collect::<Vec<_>>().join(" ")
    }

    /// The columns with their meanings, in order.
    pub fn columns(&self) -> Vec<(&'static str, &'static str)> {
        let lines = self.comment().filter_map(|line| line.strip_prefix("  "));
        lines
            .map(|line| line.split_once(' ').unwrap_or((line, "")))
            .map(|(name, meaning)| (name, meaning.trim_start()))
            .collect()
    }

    /// The query, without the comment in front of it.
    pub fn query(&self) -> &'static str {
        let mut rest = self.text;
        while let Some(after) = rest.strip_prefix("--").and_then(|line| line.split_once('\n')) {
            rest = after.1;
        }
        rest.trim_end()
    }

    /// The lines of the first comment without their mark.
    fn comment(&self) -> impl Iterator<Item = &'static str> {
        self.text.lines().map_while(|line| line.strip_prefix("-- "))
    }
}

/// The query of [`ECONOMIC_ACCOUNTS`].
pub fn economic_accounts(config: &Config) -> String {
    let mut sql = "SELECT column0 AS classification, column1 AS account_name, column2 AS account_code FROM (VALUES".to_owned();
    for (number, (classification, name, code)) in economic_names(config).into_iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(sql, "{comma}\n  ({}, {}, {})", quoted(classification), quoted(name), quoted(code));
    }
    sql.push_str("\n) AS names(column0, column1, column2)");
    sql
}

/// Names that only one economic account has: the classification, the name without white space and with half-width brackets, and the code.
pub fn economic_names(config: &Config) -> Vec<(&'static str, &str, &str)> {
    let names = config.accounts.unambiguous_economic_names().into_iter();
    names
        .map(|(code, name)| {
            let classification = match code.chars().next() {
                Some('5') => Classification::EconomicGovernment,
                _ => Classification::EconomicDepartment,
            };
            (classification.code(), name, code)
        })
        .collect()
}

/// The script that makes all views over a snapshot: the same text for every snapshot of this program and configuration.
pub fn script(config: &Config) -> String {
    let mut sql = HEAD.to_owned();
    for table in PUBLISHED {
        let query = format!("SELECT * FROM {}", parquet_of(table));
        let columns = (table.columns)().into_iter().map(|column| (column.name, column.meaning));
        push(&mut sql, table.name, table.meaning, columns.chain(PARTITION_MEANINGS), &query);
    }
    let accounts = [
        ("classification", "`economic_department` or `economic_government`."),
        ("account_name", "The name, without white space and with half-width brackets."),
        ("account_code", "The code."),
    ];
    let meaning = "Names that only one economic account has, with its code: some forms print names alone.";
    push(
        &mut sql,
        ECONOMIC_ACCOUNTS,
        meaning,
        accounts.into_iter(),
        &economic_accounts(config),
    );
    for view in VIEWS {
        push(&mut sql, view.name, &view.meaning(), view.columns().into_iter(), view.query());
    }
    sql
}

const HEAD: &str = "\
-- Views over this snapshot, for DuckDB. They look for it where the variable `snapshot` says, else in the working directory:
--
--   cd WAREHOUSE/current && duckdb -init views.sql
--   duckdb -cmd \"SET VARIABLE snapshot = 'WAREHOUSE/current'\" -cmd '.read WAREHOUSE/current/views.sql'
--
-- `COMMENT`s say what views and columns hold: SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'line_items';

SET VARIABLE snapshot = COALESCE(getvariable('snapshot'), '.');
";

/// The partition columns with their meanings, in the order of the compact layout.
pub const PARTITION_MEANINGS: [(&str, &str); 3] = [
    (
        "city",
        "City of the body (地级市, or the province for its own bodies), as in the partition path.",
    ),
    ("department", "The department (主管部门), as in the partition path."),
    ("year", "Fiscal year."),
];

/// Where the rows of a table are: the one place to change for another layout.
fn parquet_of(table: &PublishedTable) -> String {
    format!("read_parquet(getvariable('snapshot') || '/{COMPACT}/{}/*.parquet')", table.name)
}

fn push<'a>(sql: &mut String, name: &str, meaning: &str, columns: impl Iterator<Item = (&'a str, &'a str)>, query: &str) {
    let _ = write!(
        sql,
        "\nCREATE OR REPLACE VIEW {name} AS\n{query};\nCOMMENT ON VIEW {name} IS {};\n",
        quoted(meaning)
    );
    for (column, meaning) in columns {
        let _ = writeln!(sql, "COMMENT ON COLUMN {name}.\"{column}\" IS {};", quoted(meaning));
    }
}

/// A text as SQL writes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_is_documented() {
        for view in VIEWS {
            assert!(view.meaning().ends_with('.'), "{}: {}", view.name, view.meaning());
            assert!(view.columns().len() >= 4, "{}", view.name);
            assert!(
                view.columns().iter().all(|(_, meaning)| meaning.ends_with('.')),
                "{:?}",
                view.columns()
            );
            assert!(
                view.query().starts_with("WITH") || view.query().starts_with("SELECT"),
                "{}",
                view.query()
            );
        }
    }

    #[test]
    fn the_script_is_the_same_every_time() {
        let config = Config::load(None).unwrap();
        assert_eq!(script(&config), script(&Config::load(None).unwrap()));
        assert!(economic_names(&config).contains(&("economic_department", "基本工资", "30101")));
        assert!(!economic_names(&config).iter().any(|(_, name, _)| *name == "办公设备购置"));
    }
}
