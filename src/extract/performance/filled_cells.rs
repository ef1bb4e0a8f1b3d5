//! The cells of a target form that hold text.

use std::borrow::Cow;

use super::FormContext;
use crate::config::performance::{Field, label_key};
use crate::document::GridRow;
use crate::extract::personal::{masked, parts};
use crate::text::without_wraps;

/// A cell with text.
pub struct Filled {
    /// Where it stands.
    pub column: usize,
    /// As labels are compared.
    pub key: String,
    /// The field that it is the label of.
    pub field: Option<Field>,
    /// Without white space from layout.
    pub text: String,
}

/// The cells of a row that hold text; one that begins with labels of the foot and their values is several.
pub fn filled(row: &GridRow<'_>, context: &FormContext<'_, '_>) -> Vec<Filled> {
    let words = &context.config.performance;
    let mut filled = Vec::new();
    for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
        let (before, parts) = parts(cell, words);
        let is_text = !before.trim().is_empty();
        let names_person = parts.iter().any(|part| part.field.is_person());
        let whole = if is_text && names_person && !context.config.settings.personal_data.load {
            masked(cell, words)
        } else {
            Cow::Borrowed(&**cell)
        };
        let pieces: Vec<&str> = if is_text || parts.is_empty() {
            vec![&whole]
        } else {
            parts.iter().flat_map(|part| [part.label, part.value]).collect()
        };
        filled.extend(
            pieces
                .into_iter()
                .map(|piece| (label_key(piece), piece))
                .filter(|(key, _)| !key.is_empty())
                .map(|(key, piece)| Filled {
                    column,
                    field: words.fields.exact(&key),
                    key,
                    text: without_wraps(piece),
                }),
        );
    }
    filled
}
