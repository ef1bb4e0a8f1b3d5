//! What `budgetlake inspect` prints: for people ([`text`]) and for machines ([`json`]).

mod checks;
mod evidence;
pub mod json;
mod paper;
mod records;
mod rows;
mod tables;
pub mod text;

#[cfg(feature = "stats")]
pub use paper::printable;

use budgetlake::extract::{Analysis, TableShape};
use budgetlake::tables::{Check, Fact, FormTable, Indicator, LineItem, Project, Reject};

/// Which part of a file is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Selection {
    /// Only this table.
    pub table: Option<i32>,
    /// The rows of tables too.
    pub items: bool,
    /// The checks too.
    pub checks: bool,
}

/// A file that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Its path as given.
    pub path: &'a str,
    /// Its size in bytes.
    pub size: usize,
    /// Lower-case hex SHA-256 of its bytes.
    pub sha256: &'a str,
    /// What was understood of it.
    pub analysis: &'a Analysis,
    /// What to show.
    pub selection: Selection,
}

impl<'a> View<'a> {
    /// The selected tables with their shapes.
    pub fn tables(self) -> impl Iterator<Item = (&'a FormTable, &'a TableShape)> {
        let Analysis { extraction, shapes, .. } = self.analysis;
        extraction
            .tables
            .iter()
            .zip(shapes)
            .filter(move |(table, _)| self.selection.table.is_none_or(|number| number == table.table_no))
    }

    /// The line items of one table, in printed order.
    pub fn items_of(self, table: &FormTable) -> impl Iterator<Item = &'a LineItem> {
        let number = table.table_no;
        self.analysis
            .extraction
            .line_items
            .iter()
            .filter(move |item| item.table_no == number)
    }

    /// The projects, of the selected table where one is selected.
    pub fn projects(self) -> impl Iterator<Item = &'a Project> {
        let projects = self.analysis.extraction.projects.iter();
        projects.filter(move |project| self.selection.table.is_none_or(|number| number == project.table_no))
    }

    /// The indicators, of the selected table where one is selected.
    pub fn indicators(self) -> impl Iterator<Item = &'a Indicator> {
        let indicators = self.analysis.extraction.indicators.iter();
        indicators.filter(move |indicator| self.selection.table.is_none_or(|number| number == indicator.table_no))
    }

    /// The indicators of one project.
    pub fn indicators_of(self, project: &Project) -> impl Iterator<Item = &'a Indicator> {
        let number = project.project_no;
        self.indicators().filter(move |indicator| indicator.project_no == number)
    }

    /// The facts, of the selected table where one is selected.
    pub fn facts(self) -> impl Iterator<Item = &'a Fact> {
        let facts = self.analysis.extraction.facts.iter();
        facts.filter(move |fact| self.selection.table.is_none() || self.selection.table == fact.table_no)
    }

    /// The checks, of the selected table where one is selected.
    pub fn checks(self) -> impl Iterator<Item = &'a Check> {
        let checks = self.analysis.extraction.checks.iter();
        checks.filter(move |check| self.selection.table.is_none() || self.selection.table == check.table_no)
    }

    /// What was left out or guessed: of the selected table, where one is selected, and of the file as a whole.
    pub fn rejects(self) -> impl Iterator<Item = &'a Reject> {
        self.analysis.extraction.rejects.iter().filter(move |reject| {
            let Some(number) = self.selection.table else { return true };
            reject.line.is_none() || self.table_of(reject).is_some_and(|table| table.table_no == number)
        })
    }

    /// How many rejects stand in a table.
    pub fn rejects_in(self, table: &FormTable) -> usize {
        let rejects = &self.analysis.extraction.rejects;
        rejects
            .iter()
            .filter(|reject| self.table_of(reject).is_some_and(|of| of.table_no == table.table_no))
            .count()
    }

    /// The table in which a reject's line stands: from its title to its last row.
    fn table_of(self, reject: &Reject) -> Option<&'a FormTable> {
        let line = reject.line?;
        let Analysis { extraction, shapes, .. } = self.analysis;
        let within = |table: &FormTable, shape: &TableShape| {
            let last = shape.rows.iter().filter_map(|row| row.line).next_back().or(table.line);
            table.line.is_some_and(|first| first <= line) && last.is_some_and(|last| line <= last)
        };
        extraction
            .tables
            .iter()
            .zip(shapes)
            .rfind(|(table, shape)| within(table, shape))
            .map(|(table, _)| table)
    }
}
