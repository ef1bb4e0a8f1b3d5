//! Tables and views of a snapshot in one SQL context.

use std::collections::BTreeSet;
use std::path::Path;

use arrow::array::RecordBatch;
use polars::prelude::*;
use polars::sql::SQLContext;

use super::{StatsError, frame, scan};
use crate::config::Config;
use crate::load::PUBLISHED;
use crate::views::{ECONOMIC_ACCOUNTS, VIEWS, View, economic_names};

/// Views whose rows are few, and looked at more than once: they are made once and kept in memory. The others are part of the plan of whatever
/// looks at them, so that only the rows that it wants are read.
const KEPT: &[&str] = &[
    "counted_tables",
    "body_figures",
    "stated_figures",
    "functional_amounts",
    "expenditure_by_function",
    "economic_amounts",
    "expenditure_by_economic_class",
    "three_public_by_item",
    "project_list",
];

/// How a query begins to look for the documents of a subquery, which is its end.
const DOCUMENTS_OF: &str = "document_id IN (\n  SELECT ";

/// Bytes of stack for a query; only what is used of it takes memory.
const STACK: usize = 64 << 20;

/// A snapshot that can be asked in SQL: its tables and the views of `views.sql` by their names.
pub struct Session {
    context: SQLContext,
    defined: BTreeSet<&'static str>,
}

impl Session {
    /// Looks at the snapshot in a directory. Nothing of it is read yet.
    ///
    /// # Errors
    /// Where a table of it is missing.
    pub fn open(snapshot: &Path, config: &Config) -> Result<Self, StatsError> {
        let context = SQLContext::new();
        for table in PUBLISHED {
            context.register(table.name, scan::scan(snapshot, table)?);
        }
        context.register(ECONOMIC_ACCOUNTS, economic_accounts(config)?.lazy());
        Ok(Self {
            context,
            defined: BTreeSet::new(),
        })
    }

    /// Answers a query.
    ///
    /// # Errors
    /// Where polars does not understand it, with what it says.
    pub fn query(&mut self, sql: &str) -> Result<RecordBatch, StatsError> {
        on_a_deep_stack(|| {
            self.define_views_in(sql)?;
            let frame = self.execute(sql)?.collect()?;
            frame::to_batch(&frame)
        })
    }

    /// The names of all tables and views.
    pub fn names() -> Vec<&'static str> {
        let tables = PUBLISHED.iter().map(|table| table.name);
        tables
            .chain([ECONOMIC_ACCOUNTS])
            .chain(VIEWS.iter().map(|view| view.name))
            .collect()
    }

    /// Defines the views that a query names, and those that these name. Views come after those that they look at.
    fn define_views_in(&mut self, sql: &str) -> Result<(), StatsError> {
        let mut wanted: Vec<&View> = Vec::new();
        for view in VIEWS.iter().rev() {
            if names(sql, view.name) || wanted.iter().any(|other| names(other.query(), view.name)) {
                wanted.push(view);
            }
        }
        for view in wanted.into_iter().rev() {
            if self.defined.insert(view.name) {
                let query = self.with_known_documents(view.query())?;
                let mut rows = self.execute(&query)?;
                if KEPT.contains(&view.name) {
                    rows = rows.collect()?.lazy();
                }
                self.context.register(view.name, rows);
            }
        }
        Ok(())
    }

    /// A query that looks for the documents of a subquery, with these documents in its place: a scan drops the rows of others while it reads,
    /// where a join would have all of them in memory first.
    fn with_known_documents(&mut self, query: &str) -> Result<String, StatsError> {
        let Some((before, after)) = query.split_once(DOCUMENTS_OF) else {
            return Ok(query.to_owned());
        };
        let subquery = after.trim_end().trim_end_matches(')');
        let found = self.execute(&format!("SELECT DISTINCT {subquery}"))?.collect()?;
        let ids = found.column("document_id")?.str()?;
        let mut ids: Vec<String> = ids.iter().flatten().map(|id| format!("'{id}'")).collect();
        ids.sort();
        // No document has an empty id.
        ids.push("''".to_owned());
        Ok(format!("{before}document_id IN ({})", ids.join(", ")))
    }

    /// The plan of a query. polars keeps the aliases of subqueries as tables, which later queries would take for their own.
    fn execute(&mut self, sql: &str) -> Result<LazyFrame, StatsError> {
        let before: BTreeSet<String> = self.context.get_tables().into_iter().collect();
        let plan = self.context.execute(sql);
        for alias in self.context.get_tables() {
            if !before.contains(&alias) {
                self.context.unregister(&alias);
            }
        }
        Ok(plan?)
    }
}

/// Runs something in a thread with a stack that holds the plan of views over views, which polars descends into.
fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> Result<T, StatsError> + Send) -> Result<T, StatsError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .map_err(StatsError::Thread)?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Whether a text has `name` as a word.
fn names(sql: &str, name: &str) -> bool {
    sql.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word.eq_ignore_ascii_case(name))
}

fn economic_accounts(config: &Config) -> PolarsResult<DataFrame> {
    let names = economic_names(config);
    let column = |name: &str, values: Vec<&str>| StringChunked::from_iter_values(name.into(), values.into_iter()).into_column();
    let columns = vec![
        column("classification", names.iter().map(|row| row.0).collect()),
        column("account_name", names.iter().map(|row| row.1).collect()),
        column("account_code", names.iter().map(|row| row.2).collect()),
    ];
    DataFrame::new(names.len(), columns)
}
