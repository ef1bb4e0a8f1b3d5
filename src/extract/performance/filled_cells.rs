//! The cells of a target form that hold text.

use std::borrow::Cow;

use super::FormContext;
use crate::config::performance::{Field, label_key};
use crate::document::GridRow;
use crate::extract::personal::{masked, parts};
use crate::text::{is_blank, may_have_layout, without_wraps};

/// A cell with text.
pub struct Filled<'t> {
    /// Where it stands.
    pub column: usize,
    /// As labels are compared.
    pub key: Cow<'t, str>,
    /// The field that it is the label of.
    pub field: Option<Field>,
    /// Without white space from layout.
    pub text: Cow<'t, str>,
}

/// The cells of a row that hold text; one that begins with labels of the foot and their values is several.
pub fn filled<'t>(row: &'t GridRow<'_>, context: &FormContext<'_, '_>) -> Vec<Filled<'t>> {
    let words = &context.config.performance;
    let mut filled = Vec::with_capacity(row.cells.len());
    for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell)) {
        let (before, parts) = parts(cell, words);
        let is_text = !is_blank(before);
        let names_person = parts.iter().any(|part| part.field.is_person());
        let mut push = |key: Cow<'t, str>, text: Cow<'t, str>, field: Option<Field>| {
            if !key.is_empty() {
                filled.push(Filled {
                    column,
                    field: field.or_else(|| words.fields.exact(&key)),
                    key,
                    text,
                });
            }
        };
        if is_text && names_person && !context.config.settings.personal_data.load {
            let whole = masked(cell, words);
            push(
                Cow::Owned(label_key(&whole).into_owned()),
                Cow::Owned(without_wraps(&whole).into_owned()),
                None,
            );
        } else if !may_have_layout(cell) && parts.is_empty() {
            // Most cells: one look instead of two.
            push(Cow::Borrowed(cell.trim_end_matches(':')), Cow::Borrowed(cell), None);
        } else if is_text || parts.is_empty() {
            push(label_key(cell), without_wraps(cell), None);
        } else {
            for part in &parts {
                push(label_key(part.label), without_wraps(part.label), Some(part.field));
                push(label_key(part.value), without_wraps(part.value), None);
            }
        }
    }
    filled
}
