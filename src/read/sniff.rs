//! Tells a file's format by its first bytes; names lie.

use memchr::memmem;

use crate::codes::RejectCode;

/// What the first bytes of a file say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// No bytes at all.
    Empty,
    /// None of the formats below: text in some encoding, or rubbish; decoding tells.
    Unmarked,
    /// PDF.
    Pdf,
    /// Workbook in an OLE compound file: .xls, .et.
    Xls,
    /// Text in an OLE compound file: .doc, .wps.
    Doc,
    /// Office Open XML workbook.
    Xlsx,
    /// The same with binary parts.
    Xlsb,
    /// OpenDocument workbook.
    Ods,
    /// Office Open XML text.
    Docx,
    /// Web page.
    Html,
    /// Rich text.
    Rtf,
    /// Archive or compressed file.
    Archive,
    /// Image, program or another binary format that never holds a disclosure's text.
    Binary,
}

impl Sniffed {
    /// Why a file of this kind is not read, and what to do about it; `None` where it is.
    pub fn refusal(self) -> Option<(RejectCode, &'static str)> {
        let unsupported = |advice| Some((RejectCode::UnsupportedFormat, advice));
        match self {
            Self::Unmarked => None,
            #[cfg(feature = "pdf")]
            Self::Pdf => None,
            Self::Empty => Some((RejectCode::EmptyFile, "the file is empty; fetch it again")),
            #[cfg(not(feature = "pdf"))]
            Self::Pdf => unsupported("this build reads no PDF; build it with the feature `pdf`"),
            #[cfg(feature = "office")]
            Self::Xls | Self::Xlsx | Self::Xlsb | Self::Ods | Self::Docx => None,
            #[cfg(not(feature = "office"))]
            Self::Xls | Self::Xlsx | Self::Xlsb | Self::Ods | Self::Docx => {
                unsupported("this build reads no workbooks and Word documents; build it with the feature `office`")
            }
            Self::Doc => unsupported("old Word and WPS documents are not read; open it and save it as .docx or PDF"),
            #[cfg(feature = "html")]
            Self::Html => None,
            #[cfg(not(feature = "html"))]
            Self::Html => unsupported("this build reads no web pages; build it with the feature `html`"),
            Self::Rtf => unsupported("rich text is not read; open it and save it as .docx or PDF"),
            Self::Archive => unsupported("archives are not read; unpack it into the input"),
            Self::Binary => Some((
                RejectCode::Binary,
                "an image, program or other binary file; only disclosures belong in the input",
            )),
        }
    }
}

impl Sniffed {
    /// Whether it is told from its neighbours by what a package of parts holds, and not by the first bytes.
    pub fn is_package(self) -> bool {
        matches!(
            self,
            Self::Xls | Self::Doc | Self::Xlsx | Self::Xlsb | Self::Ods | Self::Docx | Self::Archive
        )
    }
}

const MAGIC: &[(&[u8], Sniffed)] = &[
    (b"%PDF-", Sniffed::Pdf),
    (b"{\\rtf", Sniffed::Rtf),
    (b"PK\x05\x06", Sniffed::Archive),
    (b"\x1f\x8b\x08", Sniffed::Archive),
    (b"BZh", Sniffed::Archive),
    (b"\xfd7zXZ\0", Sniffed::Archive),
    (b"\x28\xb5\x2f\xfd", Sniffed::Archive),
    (b"7z\xbc\xaf\x27\x1c", Sniffed::Archive),
    (b"Rar!\x1a\x07", Sniffed::Archive),
    (b"\x89PNG\r\n\x1a\n", Sniffed::Binary),
    (b"\xff\xd8\xff\xe0", Sniffed::Binary),
    (b"\xff\xd8\xff\xe1", Sniffed::Binary),
    (b"GIF8", Sniffed::Binary),
    (b"\x7fELF", Sniffed::Binary),
    (b"SQLite format 3\0", Sniffed::Binary),
    (b"PAR1", Sniffed::Binary),
];

/// What a file says it is. Its first kilobytes tell most; what a package holds may stand further behind.
pub fn sniff(head: &[u8]) -> Sniffed {
    if head.is_empty() {
        return Sniffed::Empty;
    }
    if let Some((_, sniffed)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *sniffed;
    }
    if head.starts_with(b"PK\x03\x04") {
        // An Office file names its parts at the start of each entry, uncompressed.
        let names = |part: &[u8]| memmem::find(head, part).is_some();
        return match () {
            () if names(b"xl/workbook.bin") => Sniffed::Xlsb,
            () if names(b"xl/") => Sniffed::Xlsx,
            () if names(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet") => Sniffed::Ods,
            () if names(b"word/") => Sniffed::Docx,
            () => Sniffed::Archive,
        };
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        // Its directory names the streams in UTF-16.
        let names = |stream: &str| {
            let wide: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
            memmem::find(head, &wide).is_some()
        };
        let is_text = names("WordDocument");
        return if !is_text && (names("Workbook") || names("Book") || names("EncryptedPackage")) {
            Sniffed::Xls
        } else {
            Sniffed::Doc
        };
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let opening: Vec<u8> = text.iter().take(14).map(u8::to_ascii_lowercase).collect();
    if opening.starts_with(b"<!doctype html") || opening.starts_with(b"<html") || opening.starts_with(b"<head>") {
        return Sniffed::Html;
    }
    Sniffed::Unmarked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(sniff(b""), Sniffed::Empty);
        assert_eq!(sniff(b"%PDF-1.7\n"), Sniffed::Pdf);
        assert_eq!(sniff(b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml"), Sniffed::Xlsx);
        assert_eq!(sniff(b"PK\x03\x04....word/document.xml"), Sniffed::Docx);
        assert_eq!(sniff(b"PK\x03\x04....a.txt"), Sniffed::Archive);
        assert_eq!(sniff("\u{feff}\n<!DOCTYPE HTML>".as_bytes()), Sniffed::Html);
        assert_eq!(sniff("<b>部门预算</b>".as_bytes()), Sniffed::Unmarked);
        assert_eq!(sniff(b"\xff\xfe1\0"), Sniffed::Unmarked);
    }
}
