//! What `budgetlake inspect` prints: for people ([`text`]) and for machines ([`json`]).

mod checks;
mod evidence;
mod index;
pub mod json;
mod paper;
mod records;
mod rows;
mod tables;
pub mod text;

#[cfg(feature = "stats")]
pub use paper::printable;

pub use index::Index;

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
    /// What belongs to which table of it.
    pub index: &'a Index<'a>,
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
        self.index.items_of(table.table_no)
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
        let indicators = self.index.indicators_of(project.project_no);
        indicators.filter(move |indicator| self.selection.table.is_none_or(|number| number == indicator.table_no))
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
        let rejects = self.analysis.extraction.rejects.iter().enumerate();
        let selected = rejects.filter(move |(place, reject)| {
            let number = self.selection.table;
            number.is_none() || reject.line.is_none() || self.index.table_of_reject(*place) == number
        });
        selected.map(|(_, reject)| reject)
    }

    /// How many rejects stand in a table.
    pub fn rejects_in(self, table: &FormTable) -> usize {
        self.index.rejects_in(table.table_no)
    }
}
