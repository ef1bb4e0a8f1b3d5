//! Tables and views of a snapshot in one SQL context.
//!
//! What is summed is summed by city: all rows that a row of a view or a dataset is made of are of one city, or of a name that is looked for across
//! cities. So views and datasets are made of a few cities after the other ([`Cities`]), and memory is that of the largest city, not of all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Int64Type;
use polars::prelude::*;
use polars::sql::SQLContext;

use super::cities::Cities;
use super::scan::Table;
use super::{StatsError, frame};
use crate::config::Config;
use crate::load::PUBLISHED;
use crate::views::{ECONOMIC_ACCOUNTS, VIEWS, View, economic_names};

/// Views whose rows are few, and looked at more than once: they are made city by city and kept in memory. The others are part of the plan of whatever
/// looks at them, so that only the rows that it wants are read.
const KEPT: &[&str] = &[
    "counted_tables",
    "body_figures",
    "stated_figures",
    "functional_amounts",
    "functional_names",
    "expenditure_by_function",
    "economic_amounts",
    "economic_names",
    "expenditure_by_economic_class",
    "three_public_by_item",
    "project_list",
    "indicator_uses",
];

/// Those of them that others want of all cities, not only of their own.
const ACROSS: &[&str] = &["functional_names", "economic_names", "indicator_uses"];

/// Views that are too large to be kept of all cities, and looked at by most others: they are kept while a range of cities is looked at.
const KEPT_OF_A_RANGE: &[&str] = &["counted_amounts"];

/// How a query begins to look for the documents of a subquery, which is its end.
const DOCUMENTS_OF: &str = "document_id IN (\n  SELECT ";

/// Bytes of stack for a query; only what is used of it takes memory.
const STACK: usize = 64 << 20;

/// Rows of `line_items` whose cities are looked at together, if they are of several.
const ROWS: u64 = 100_000;

/// A snapshot that can be asked in SQL: its tables and the views of `views.sql` by their names.
pub struct Session {
    tables: Arc<Vec<Arc<Table>>>,
    accounts: DataFrame,
    context: SQLContext,
    defined: BTreeSet<&'static str>,
    /// What is made one after the other; nothing in a session that is itself of such a range.
    ranges: Vec<Cities>,
    /// The views of [`ACROSS`] that were made.
    across: BTreeMap<&'static str, LazyFrame>,
}

impl Session {
    /// Looks at the snapshot in a directory.
    ///
    /// # Errors
    /// Where a table of it is missing.
    pub fn open(snapshot: &Path, config: &Config) -> Result<Self, StatsError> {
        let tables = PUBLISHED.iter().map(|table| Ok(Arc::new(Table::open(snapshot, table)?)));
        let tables = Arc::new(tables.collect::<Result<Vec<_>, StatsError>>()?);
        let mut session = Self::over(tables, economic_accounts(config)?, &Cities::default(), BTreeMap::new())?;
        session.ranges = Cities::ranges(&session.cities()?, ROWS);
        Ok(session)
    }

    /// The cities in their order, with their amounts.
    fn cities(&mut self) -> Result<Vec<(String, u64)>, StatsError> {
        let rows =
            self.query("SELECT city, SUM(CAST(line_items AS BIGINT)) AS amounts FROM documents WHERE city IS NOT NULL GROUP BY city")?;
        let names = rows.column(0).as_string_opt::<i32>().into_iter().flatten();
        let amounts = rows.column(1).as_primitive_opt::<Int64Type>().into_iter().flatten();
        let cities = names.zip(amounts);
        let mut cities: Vec<(String, u64)> = cities
            .filter_map(|(city, amounts)| Some((city?.to_owned(), amounts?.try_into().ok()?)))
            .collect();
        cities.sort();
        Ok(cities)
    }

    /// A session that sees the rows of some cities.
    fn over(
        tables: Arc<Vec<Arc<Table>>>,
        accounts: DataFrame,
        cities: &Cities,
        across: BTreeMap<&'static str, LazyFrame>,
    ) -> Result<Self, StatsError> {
        let context = SQLContext::new();
        for table in tables.iter() {
            context.register(table.name, table.scan(cities)?);
        }
        context.register(ECONOMIC_ACCOUNTS, accounts.clone().lazy());
        for (name, rows) in &across {
            context.register(name, rows.clone());
        }
        Ok(Self {
            tables,
            accounts,
            context,
            defined: across.keys().copied().collect(),
            ranges: Vec::new(),
            across,
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

    /// Answers queries each of whose rows is made of rows of one city, city by city.
    ///
    /// # Errors
    /// Where polars does not understand them, with what it says.
    pub fn query_by_city(&mut self, queries: &[&str]) -> Result<Vec<RecordBatch>, StatsError> {
        on_a_deep_stack(|| self.look_across(&queries.join("\n")))?;
        let mut answers: Vec<Vec<RecordBatch>> = vec![Vec::new(); queries.len()];
        for range in self.ranges.clone() {
            let mut part = self.part(&range)?;
            for (answer, query) in answers.iter_mut().zip(queries) {
                answer.push(part.query(query)?);
            }
        }
        let whole = |parts: Vec<RecordBatch>| Ok(concat_batches(&parts[0].schema(), &parts)?);
        answers.into_iter().map(whole).collect()
    }

    /// The names of all tables and views.
    pub fn names() -> Vec<&'static str> {
        let tables = PUBLISHED.iter().map(|table| table.name);
        tables
            .chain([ECONOMIC_ACCOUNTS])
            .chain(VIEWS.iter().map(|view| view.name))
            .collect()
    }

    /// The views that a query names, and those that these name, if they are not yet defined. Views come after those that they look at; what is behind a
    /// view of `ends` is not looked for.
    fn wanted(&self, sql: &str, ends: &[&str]) -> Vec<&'static View> {
        let mut wanted: Vec<&View> = Vec::new();
        for view in VIEWS.iter().rev().filter(|view| !self.defined.contains(view.name)) {
            let mut others = wanted.iter().filter(|other| !ends.contains(&other.name));
            if names(sql, view.name) || others.any(|other| names(other.query(), view.name)) {
                wanted.push(view);
            }
        }
        wanted.reverse();
        wanted
    }

    /// Defines the views that a query looks at.
    fn define_views_in(&mut self, sql: &str) -> Result<(), StatsError> {
        let ends = if self.ranges.is_empty() { &[] } else { KEPT };
        if !self.ranges.is_empty() {
            self.look_across(sql)?;
            let wanted = self.wanted(sql, ends).into_iter().map(|view| view.name);
            let kept: Vec<&'static str> = wanted.filter(|name| KEPT.contains(name)).collect();
            self.keep(&kept)?;
        }
        for view in self.wanted(sql, ends) {
            let query = self.with_known_documents(view.query())?;
            let mut rows = self.execute(&query)?;
            let is_kept = KEPT.contains(&view.name) || (self.ranges.is_empty() && KEPT_OF_A_RANGE.contains(&view.name));
            if is_kept {
                rows = rows.collect()?.lazy();
            }
            self.context.register(view.name, rows);
            self.defined.insert(view.name);
        }
        Ok(())
    }

    /// Makes the views of [`ACROSS`] that a query looks at.
    fn look_across(&mut self, sql: &str) -> Result<(), StatsError> {
        let wanted = self.wanted(sql, &[]).into_iter().map(|view| view.name);
        let across: Vec<&'static str> = wanted.filter(|name| ACROSS.contains(name)).collect();
        for (name, rows) in self.keep(&across)? {
            self.across.insert(name, rows);
        }
        Ok(())
    }

    /// Makes views city by city and keeps them.
    fn keep(&mut self, views: &[&'static str]) -> Result<Vec<(&'static str, LazyFrame)>, StatsError> {
        if views.is_empty() {
            return Ok(Vec::new());
        }
        let mut made: Vec<Option<DataFrame>> = vec![None; views.len()];
        for range in &self.ranges {
            let mut part = self.part(range)?;
            part.define_views_in(&views.join(" "))?;
            for (whole, name) in made.iter_mut().zip(views) {
                let rows = part.execute(&format!("SELECT * FROM {name}"))?.collect()?;
                match whole {
                    Some(whole) => drop(whole.vstack_mut(&rows)?),
                    None => *whole = Some(rows),
                }
            }
        }
        let made = made.into_iter().flatten().map(DataFrame::lazy);
        let made: Vec<(&'static str, LazyFrame)> = views.iter().copied().zip(made).collect();
        for (name, rows) in &made {
            self.context.register(name, rows.clone());
            self.defined.insert(name);
        }
        Ok(made)
    }

    /// A session of a range of cities.
    fn part(&self, cities: &Cities) -> Result<Self, StatsError> {
        Self::over(Arc::clone(&self.tables), self.accounts.clone(), cities, self.across.clone())
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
