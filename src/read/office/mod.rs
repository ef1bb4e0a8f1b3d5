//! Office files: workbooks (XLSX, XLSB, XLS, ODS) with `calamine`, Word documents with an XML reader.

mod docx;
mod number;
mod package;
mod visible;
mod workbook;

pub use docx::read as read_docx;
pub use workbook::read as read_workbook;

use super::Unreadable;
use crate::codes::RejectCode;

/// The reject of a file whose parts cannot be read.
fn damaged(what: &str) -> Unreadable {
    Unreadable {
        code: RejectCode::Damaged,
        message: format!("the file is damaged: {what}; fetch it again, or open it and save it anew"),
    }
}
