//! What comes of one disclosure: the typed records of the contract, ready to be loaded.

use crate::codes::Form;
use crate::tables;

/// Where the rows of a disclosure are published: the Hive partition `city=…/year=…/department=…`. `None` is a value that could not be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Partition {
    /// Prefecture-level city, municipality, or the province of a provincial body.
    pub city: Option<String>,
    /// Fiscal year.
    pub year: Option<i32>,
    /// Department (主管部门), or the unit where no department is named.
    pub department: Option<String>,
}

/// A form that a table of contents lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The form.
    pub form: Form,
    /// Its title there, without white space.
    pub title: String,
    /// The line it stands on.
    pub line: Option<i32>,
}

/// A word that no finished disclosure holds, as a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The place of its rule among `[[wording]]` of `checks.toml`.
    pub rule: usize,
    /// The word.
    pub word: String,
    /// The line it stands on.
    pub line: Option<i32>,
    /// The page it stands on.
    pub page: Option<i32>,
}

/// Everything that was read from one disclosure.
///
/// `documents.path`, `other_paths` and `file_size` are the caller's knowledge and filled in by it.
#[derive(Debug, Clone, Default)]
pub struct Extraction {
    /// Where its rows belong.
    pub partition: Partition,
    /// Its row of `documents`; `None` where nothing usable came of the file, and `rejects` says why.
    pub document: Option<tables::Document>,
    /// Its rows of `tables`.
    pub tables: Vec<tables::FormTable>,
    /// Its rows of `line_items`.
    pub line_items: Vec<tables::LineItem>,
    /// Its rows of `projects`.
    pub projects: Vec<tables::Project>,
    /// Its rows of `indicators`.
    pub indicators: Vec<tables::Indicator>,
    /// Its rows of `facts`.
    pub facts: Vec<tables::Fact>,
    /// Its rows of `procurement_catalogue`.
    pub catalogue: Vec<tables::CatalogueEntry>,
    /// The forms that its table of contents lists; checked, not published.
    pub contents: Vec<Listed>,
    /// Words that no finished disclosure holds, the first of each line and cell; checked, not published.
    pub leftovers: Vec<Leftover>,
    /// Its rows of `checks`: what must hold within it.
    pub checks: Vec<tables::Check>,
    /// Its rows of `rejects`.
    pub rejects: Vec<tables::Reject>,
}
