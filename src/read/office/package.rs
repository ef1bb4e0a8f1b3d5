//! The packed parts of an Office file, within limits.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::damaged;
use crate::codes::RejectCode;
use crate::config::Limits;
use crate::read::Unreadable;

/// An Office file as what it is: a zip archive of XML parts.
pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    /// Opens a file and unpacks all its parts once without keeping them, to know that they are sound and within the limits.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Unreadable> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
        if archive.len() > limits.max_parts {
            return Err(too_much("max_parts"));
        }
        let mut left = limits.max_unpacked;
        for index in 0..archive.len() {
            let part = archive.by_index(index).map_err(|error| damaged(&error.to_string()))?;
            // What is packed far better than text ever is, is a bomb.
            let allowed = part
                .compressed_size()
                .saturating_mul(limits.max_unpack_ratio)
                .saturating_add(SMALL)
                .min(left);
            let name = part.name().map_err(|error| damaged(&error.to_string()))?.into_owned();
            if is_picture(&name) {
                continue;
            }
            let unpacked = std::io::copy(&mut part.take(allowed.saturating_add(1)), &mut std::io::sink())
                .map_err(|error| damaged(&format!("its part {name}: {error}")))?;
            if unpacked > allowed {
                return Err(too_much(if allowed < left { "max_unpack_ratio" } else { "max_unpacked" }));
            }
            left -= unpacked;
        }
        Ok(Self { archive })
    }

    /// The text of a part; `None` where there is none of that name.
    pub fn part(&mut self, name: &str) -> Option<String> {
        let mut part = self.archive.by_name(name).ok()?;
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }
}

/// Parts up to this size are no bombs, however well they pack.
const SMALL: u64 = 1 << 20;

fn is_picture(name: &str) -> bool {
    name.contains("/media/")
}

/// The reject of a file that is more than a limit allows.
pub(super) fn too_much(limit: &str) -> Unreadable {
    Unreadable {
        code: RejectCode::LimitReached,
        message: format!(
            "the file was given up: its parts unpack to more than `{limit}` in [limits] of budgetlake.toml allows; raise it if the file is sound"
        ),
    }
}
