//! From bytes to a [`Document`]: one file a format, chosen by what the bytes are and not by a name.

mod encoding;
mod markup;
mod sniff;
mod text;

use crate::codes::{RejectCode, SourceFormat};
use crate::config::Settings;
use crate::document::Document;

pub use encoding::{Decoded, decode};
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

/// A source whose text is decoded, ready to be cut into a [`Document`] that borrows from it.
#[derive(Debug)]
pub struct Source<'a> {
    decoded: Decoded<'a>,
}

impl<'a> Source<'a> {
    /// Looks at the bytes and decodes them.
    pub fn open(bytes: &'a [u8], settings: &Settings) -> Result<Self, Unreadable> {
        if let Some((code, message)) = sniff(bytes).refusal() {
            return Err(Unreadable {
                code,
                message: message.to_owned(),
            });
        }
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
        Ok(Self {
            decoded: decode(bytes, &settings.encoding)?,
        })
    }

    /// The document.
    pub fn document(&self, settings: &Settings) -> Document<'_> {
        let (blocks, mut notes) = text::blocks(&self.decoded.text, &settings.limits);
        notes.extend(self.decoded.note.clone());
        Document {
            format: SourceFormat::Text,
            encoding: Some(self.decoded.encoding),
            blocks,
            notes,
        }
    }
}
