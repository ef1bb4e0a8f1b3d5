//! Office files: workbooks (XLSX, XLSB, XLS, ODS) with `calamine`, Word documents with an XML reader.

mod docx;
mod number;
mod ods;
mod package;
mod visible;
mod workbook;
mod xls;

pub use docx::read as read_docx;
pub use workbook::read as read_workbook;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use super::Unreadable;
use crate::codes::RejectCode;

/// The reject of a file whose parts cannot be read.
fn damaged(what: &str) -> Unreadable {
    Unreadable {
        code: RejectCode::Damaged,
        message: format!("the file is damaged: {what}; fetch it again, or open it and save it anew"),
    }
}

/// The reject of a workbook that nobody can read without its password.
fn encrypted() -> Unreadable {
    Unreadable {
        code: RejectCode::Encrypted,
        message: "the workbook asks for a password; save it without one".to_owned(),
    }
}

/// An attribute by its name, whatever the prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found
        .normalized_value(XmlVersion::Implicit1_0)
        .ok()
        .map(std::borrow::Cow::into_owned)
}
