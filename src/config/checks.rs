//! Accounting identities (`checks.toml`): one source, two uses. `solve` tells columns by them where a layout lost its cells; checks
//! evaluate the same ones.

use serde::Deserialize;

use super::{ConfigError, Source};
use crate::codes::{Form, Item, Measure};

/// The identities that figures must satisfy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// Within a row.
    pub row: Vec<RowIdentity>,
    /// Within a row whose columns are items.
    pub item_row: Vec<ItemIdentity>,
    /// The same account in two forms.
    pub same: Vec<SameSplit>,
    /// A column of one form that is a column of another.
    pub equal: Vec<EqualColumns>,
    /// A line of a summary that is a column of a total row.
    pub line: Vec<LineIsColumn>,
    /// A line without a figure that is a column without figures.
    pub blank: Vec<BlankColumn>,
}

/// The measures on the left add up to those on the right, as far as the table prints them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowIdentity {
    /// Stable code.
    pub rule: String,
    /// What it means.
    pub meaning: String,
    /// The forms that it holds in.
    pub forms: Vec<Form>,
    /// One side.
    pub left: Vec<Measure>,
    /// The other.
    pub right: Vec<Measure>,
}

/// As [`RowIdentity`], where items are columns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemIdentity {
    /// Stable code.
    pub rule: String,
    /// What it means.
    pub meaning: String,
    /// One side.
    pub left: Vec<Item>,
    /// The other.
    pub right: Vec<Item>,
}

/// Where an account's `given` is equal in both forms, its split is too.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameSplit {
    /// The two forms.
    pub forms: [Form; 2],
    /// The measure that must be equal.
    pub given: Measure,
    /// The measures that are equal then.
    pub measures: Vec<Measure>,
}

/// A column of a form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnOf {
    /// The form.
    pub form: Form,
    /// The column.
    pub measure: Measure,
}

/// A line of a form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineOf {
    /// The form.
    pub form: Form,
    /// The line.
    pub item: Item,
}

/// Account by account, the two columns hold the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EqualColumns {
    /// One column.
    pub left: ColumnOf,
    /// The other.
    pub right: ColumnOf,
}

/// The line's amount is the column's amount in the total row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineIsColumn {
    /// The line of a summary.
    pub line: LineOf,
    /// The column of another form's total row.
    pub total: ColumnOf,
}

/// Where the line has no figure, the column has none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlankColumn {
    /// The line of a summary.
    pub line: LineOf,
    /// The forms of the column.
    pub forms: Vec<Form>,
    /// The column.
    pub measure: Measure,
}

impl Checks {
    pub(super) fn load(source: &Source) -> Result<Self, ConfigError> {
        source.toml("checks.toml")
    }
}
