//! From bytes to a [`Document`]: one file a format, chosen by what the bytes are and not by a name.

#[cfg(any(feature = "office", feature = "html"))]
mod cells;
mod encoding;
#[cfg(any(feature = "office", feature = "html"))]
mod flow;
#[cfg(feature = "html")]
mod html;
mod markup;
#[cfg(feature = "office")]
mod office;
#[cfg(feature = "pdf")]
mod pdf;
mod sniff;
mod text;

use crate::codes::{RejectCode, SourceFormat};
use crate::config::Settings;
use crate::document::Document;

pub use encoding::{Decoded, decode};
#[cfg(feature = "pdf")]
pub use pdf::picture;
pub use sniff::{Sniffed, sniff};

/// Why nothing can be read from a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unreadable {
    /// The stable code of the reject.
    pub code: RejectCode,
    /// What happened and what to do.
    pub message: String,
}

/// A source that was opened, ready to be taken as a [`Document`] that borrows from it.
#[derive(Debug)]
pub enum Source<'a> {
    /// Text, decoded.
    Text(Decoded<'a>),
    /// Any other format, read.
    Read(Document<'static>),
}

impl<'a> Source<'a> {
    /// Looks at the bytes and decodes or reads them.
    pub fn open(bytes: &'a [u8], settings: &Settings) -> Result<Self, Unreadable> {
        let sniffed = sniff(bytes);
        if let Some((code, message)) = sniffed.refusal() {
            return Err(Unreadable {
                code,
                message: message.to_owned(),
            });
        }
        match sniffed {
            #[cfg(feature = "pdf")]
            Sniffed::Pdf => pdf::read(bytes, settings).map(Self::Read),
            #[cfg(feature = "office")]
            Sniffed::Xls | Sniffed::Xlsx | Sniffed::Xlsb | Sniffed::Ods => office::read_workbook(bytes, sniffed, settings).map(Self::Read),
            #[cfg(feature = "office")]
            Sniffed::Docx => office::read_docx(bytes, settings).map(Self::Read),
            #[cfg(feature = "html")]
            Sniffed::Html => html::read(bytes, settings).map(Self::Read),
            _ => Self::of_text(bytes, settings),
        }
    }

    /// The text that its document borrows from, where it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(decoded) => Some(&decoded.text),
            Self::Read(_) => None,
        }
    }

    fn of_text(bytes: &'a [u8], settings: &Settings) -> Result<Self, Unreadable> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Unreadable {
                code: RejectCode::EmptyFile,
                message: "the file holds white space only; fetch it again".to_owned(),
            });
        }
        if encoding::looks_binary(bytes) {
            let message = "the file holds binary data of no known format; check what was downloaded".to_owned();
            return Err(Unreadable {
                code: RejectCode::Binary,
                message,
            });
        }
        decode(bytes, &settings.encoding).map(Self::Text)
    }

    /// The document.
    pub fn document(&self, settings: &Settings) -> Document<'_> {
        let decoded = match self {
            Self::Read(document) => return document.clone(),
            Self::Text(decoded) => decoded,
        };
        let (blocks, mut notes) = text::blocks(&decoded.text, &settings.limits);
        notes.extend(decoded.note.clone());
        Document {
            format: SourceFormat::Text,
            encoding: Some(decoded.encoding),
            sheets: Vec::new(),
            blocks,
            notes,
        }
    }
}
