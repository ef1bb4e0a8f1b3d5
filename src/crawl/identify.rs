//! Identifies a file by its content, and later reads exactly that content again or says that it changed.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::time::SystemTime;

use rustix::fs::OFlags;

use super::{FoundFile, Place, Stamp, lost, not_regular, unreadable};
use crate::codes::RejectCode;
use crate::hash::{Digest, Hasher};
use crate::read::{Sniffed, sniff};
use crate::tables::Reject;

const BUFFER: usize = 256 << 10;

/// A file of the input, identified by its content.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Where it lies.
    pub place: Place,
    /// What the file system said of it before it was read, or before that was found needless.
    pub stamp: Stamp,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// What its first bytes say it is; `None` where it was not opened.
    pub sniffed: Option<Sniffed>,
    /// When it was hashed; `None` where an earlier run did so.
    pub hashed: Option<SystemTime>,
}

impl SourceFile {
    /// A file whose content an earlier run knew.
    pub fn known(found: FoundFile, sha256: Digest) -> Self {
        Self {
            place: found.place,
            stamp: found.stamp,
            sha256,
            sniffed: None,
            hashed: None,
        }
    }

    /// Its path relative to the input root.
    pub fn path(&self) -> &str {
        &self.place.path
    }

    /// What its first bytes say it is. Opens it where that was not done.
    pub fn sniffed(&self) -> Result<Sniffed, Reject> {
        if let Some(sniffed) = self.sniffed {
            return Ok(sniffed);
        }
        let (mut file, _) = open_regular(&self.place)?;
        let mut head = vec![0; BUFFER];
        let filled = fill(&mut file, &mut head).map_err(|error| unreadable(self.path(), &error))?;
        Ok(sniff(&head[..filled]))
    }
}

/// Hashes and sniffs a file of at most `max_file_size` bytes.
pub fn identify(found: FoundFile, max_file_size: u64) -> Result<SourceFile, Reject> {
    let FoundFile { place, stamp } = found;
    let path = &place.path;
    if stamp.size > max_file_size {
        let message = format!(
            "{} bytes, and the limit is {max_file_size}; raise `max_file_size` in budgetlake.toml or split the file",
            stamp.size
        );
        return Err(lost(path, None, RejectCode::TooLarge, message));
    }
    let (mut file, metadata) = open_regular(&place)?;
    let hashed = SystemTime::now();
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; BUFFER];
    let mut size = 0;
    let mut sniffed = Sniffed::Empty;
    loop {
        let filled = fill(&mut file, &mut buffer).map_err(|error| unreadable(path, &error))?;
        if size == 0 {
            sniffed = sniff(&buffer[..filled]);
            // What a package holds may be named further behind.
            if filled == buffer.len() && sniffed.is_package() {
                sniffed = Sniffed::Unmarked;
            }
        }
        hasher.update(&buffer[..filled]);
        size += filled as u64;
        if filled < buffer.len() {
            break;
        }
        if size > max_file_size {
            return Err(lost(
                path,
                None,
                RejectCode::Changed,
                "the file grew past the limit while it was read; run again".to_owned(),
            ));
        }
    }
    Ok(SourceFile {
        place,
        // The size that was read: should the file have grown meanwhile, the next run sees another one.
        stamp: Stamp {
            size,
            ..Stamp::of(&metadata)
        },
        sha256: hasher.digest(),
        sniffed: Some(sniffed),
        hashed: Some(hashed),
    })
}

/// The bytes that [`identify`] hashed, or a reject if they are no longer there.
pub fn read_again(source: &SourceFile) -> Result<Vec<u8>, Reject> {
    let (file, metadata) = open_regular(&source.place)?;
    let mut bytes = Vec::with_capacity(usize::try_from(source.stamp.size).unwrap_or(0));
    // One byte more than expected is enough to see that a file grew, however far.
    file.take(source.stamp.size + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(source.path(), &error))?;
    // What an earlier run hashed is looked at once more: its records are about to be made of it.
    let untouched =
        source.hashed.is_some() && bytes.len() as u64 == source.stamp.size && Stamp::of(&metadata).modified == source.stamp.modified;
    // A file that was merely touched still holds the same bytes.
    if untouched || Digest::of(&bytes) == source.sha256 {
        Ok(bytes)
    } else {
        Err(changed(source))
    }
}

/// The reject of a file whose content is no longer what was hashed.
pub(crate) fn changed(source: &SourceFile) -> Reject {
    let message = "the file changed while the run was reading it; run again when nothing writes to the input".to_owned();
    lost(source.path(), Some(source.sha256), RejectCode::Changed, message)
}

/// Opens without ever waiting: something else may have taken the file's place since the walk.
fn open_regular(place: &Place) -> Result<(File, Metadata), Reject> {
    let path = &place.path;
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(place.absolute())
        .and_then(|file| {
            let metadata = file.metadata()?;
            Ok((file, metadata))
        });
    match opened {
        Ok((file, metadata)) if metadata.is_file() => Ok((file, metadata)),
        Ok((_, metadata)) => Err(not_regular(path, &metadata)),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn found(path: &Path) -> FoundFile {
        let metadata = fs::metadata(path).unwrap();
        FoundFile {
            place: Place::new(&path.parent().unwrap().into(), "f.txt", path),
            stamp: Stamp::of(&metadata),
        }
    }

    #[test]
    fn content_that_changed_or_vanished_is_noticed() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("f.txt");
        fs::write(&path, "before").unwrap();
        let source = identify(found(&path), 1 << 20).unwrap();
        assert_eq!(source.sha256, Digest::of(b"before"));
        assert_eq!(read_again(&source).unwrap(), b"before");

        let touched = OpenOptions::new().write(true).open(&path).unwrap();
        touched.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(read_again(&source).unwrap(), b"before");

        fs::write(&path, "later!").unwrap();
        touched.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(read_again(&source).unwrap_err().code, RejectCode::Changed);
        fs::write(&path, "longer than before").unwrap();
        assert_eq!(read_again(&source).unwrap_err().code, RejectCode::Changed);
        fs::remove_file(&path).unwrap();
        assert_eq!(read_again(&source).unwrap_err().code, RejectCode::Vanished);
    }

    #[test]
    fn a_file_past_the_limit_is_not_opened() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("f.txt");
        fs::write(&path, [0; 100]).unwrap();
        assert_eq!(identify(found(&path), 99).unwrap_err().code, RejectCode::TooLarge);
        assert!(identify(found(&path), 100).is_ok());
    }
}
