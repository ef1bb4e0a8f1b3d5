//! The cells of a target form that hold text.

use std::borrow::Cow;

use super::FormContext;
use crate::config::performance::label_key;
use crate::document::GridRow;
use crate::extract::personal::{masked, parts};
use crate::text::without_wraps;

/// A cell with text.
pub struct Filled {
    /// Where it stands.
    pub column: usize,
    /// As labels are compared.
    pub key: String,
    /// Without white space from layout.
    pub text: String,
}

/// The cells of a row that hold text; one that begins with labels of the foot and their values is several.
pub fn filled(row: &GridRow<'_>, context: &FormContext<'_, '_>) -> Vec<Filled> {
    let words = &context.config.performance;
    let mut filled = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let (before, parts) = parts(cell, words);
        let is_text = !before.trim().is_empty();
        let whole = if is_text && !context.config.settings.personal_data.load {
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
                .map(|piece| Filled {
                    column,
                    key: label_key(piece),
                    text: without_wraps(piece),
                })
                .filter(|cell| !cell.key.is_empty()),
        );
    }
    filled
}
