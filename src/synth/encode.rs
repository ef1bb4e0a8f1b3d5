//! Text to bytes in the encodings that disclosures come in.

use super::SynthError;

/// A character encoding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, little end first, with a byte order mark.
    Utf16Le,
    /// UTF-16, big end first, with a byte order mark.
    Utf16Be,
    /// GB18030.
    Gb18030,
}

impl Encoding {
    /// All, with the names that the command line has for them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("utf-8", Self::Utf8),
        ("utf-8-bom", Self::Utf8Bom),
        ("utf-16le", Self::Utf16Le),
        ("utf-16be", Self::Utf16Be),
        ("gb18030", Self::Gb18030),
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, encoding)| *encoding == self)
            .map_or("", |(name, _)| name)
    }

    /// The bytes of a text.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, SynthError> {
        Ok([self.mark(), &self.encode_part(text)?].concat())
    }

    /// The bytes that a file in it begins with.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => b"\xEF\xBB\xBF",
            Self::Utf16Le => b"\xFF\xFE",
            Self::Utf16Be => b"\xFE\xFF",
            Self::Utf8 | Self::Gb18030 => b"",
        }
    }

    /// The bytes of a part of a text, which may stand anywhere in it.
    pub(super) fn encode_part(self, text: &str) -> Result<Vec<u8>, SynthError> {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        match self {
            Self::Utf8 | Self::Utf8Bom => Ok(text.as_bytes().to_vec()),
            Self::Utf16Le => Ok(utf16(u16::to_le_bytes)),
            Self::Utf16Be => Ok(utf16(u16::to_be_bytes)),
            Self::Gb18030 => match encoding_rs::GB18030.encode(text) {
                (bytes, _, false) => Ok(bytes.into_owned()),
                _ => Err(SynthError::Unencodable),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    #[test]
    fn every_encoding_decodes_to_the_same_text() {
        let text = "“三公”经费①合计\t1.00\n";
        for (name, encoding) in Encoding::ALL {
            let bytes = encoding.encode(text).unwrap();
            let label = name.trim_end_matches("-bom");
            let (decoded, _, errors) = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().decode(&bytes);
            assert!(!errors && decoded == text, "{name}");
        }
    }
}
