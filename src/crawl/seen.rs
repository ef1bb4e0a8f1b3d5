//! What earlier runs saw of the input, so that a file which is as it was need not be opened to know its content.
//!
//! A file is taken to hold what it held if path, size and time of change are the same; one that was moved, if it is the same file to the file
//! system (device, inode, time of birth) with the same size and time of change. Everything here is only a memory: without it, files are hashed
//! again, and nothing else changes.
//!
//! ```text
//! budgetlake-state 1 <sha256 of the rest> <input root>
//! <sha256> <size> <modified> <device> <inode> <born> <path>          times in nanoseconds since 1970, - where unknown
//! ```
//! Bytes of a path that are no UTF-8, control characters and `%` are written as `%XX`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{FoundFile, SourceFile, Stamp};
use crate::hash::{Digest, sha256_hex};

const MAGIC: &str = "budgetlake-state 1";
/// A file that changed so shortly before it was hashed may change again without its time of change showing it.
const TICK: Duration = Duration::from_millis(100);
/// The same where times are kept in whole seconds.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// The memory of earlier runs.
#[derive(Debug, Default)]
pub struct Seen {
    /// By path relative to the input root; empty where the memory is of another root.
    by_path: HashMap<String, Entry>,
    /// The same by what the file system calls the file.
    by_file: HashMap<(u64, u64, u64), Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    sha256: Digest,
    stamp: Stamp,
}

impl Seen {
    /// Reads the memory of the input `root`, an absolute path, from its file; empty where there is none, or where it is damaged.
    pub fn read(file: &Path, root: &Path) -> Self {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    tracing::warn!(path = %file.display(), %error, "cannot read what earlier runs saw; all files are hashed again");
                }
                return Self::default();
            }
        };
        Self::parse(&bytes, root).unwrap_or_else(|| {
            tracing::warn!(path = %file.display(), "damaged; all files are hashed again");
            Self::default()
        })
    }

    fn parse(bytes: &[u8], root: &Path) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (header, entries) = text.split_once('\n')?;
        let (digest, seen_root) = header.strip_prefix(MAGIC)?.trim_start().split_once(' ')?;
        if sha256_hex(entries.as_bytes()) != digest {
            return None;
        }
        let same_root = seen_root == escaped(root.as_os_str().as_bytes());
        let mut seen = Self::default();
        for line in entries.lines() {
            let mut fields = line.splitn(7, ' ');
            let sha256 = fields.next()?.parse().ok()?;
            let mut number = || -> Option<Option<u64>> {
                match fields.next()? {
                    "-" => Some(None),
                    digits => digits.parse().ok().map(Some),
                }
            };
            let stamp = Stamp {
                size: number()??,
                modified: number()?,
                device: number()??,
                inode: number()??,
                born: number()?,
            };
            let entry = Entry { sha256, stamp };
            if let Some(born) = stamp.born {
                seen.by_file.insert((stamp.device, stamp.inode, born), entry.clone());
            }
            if same_root {
                seen.by_path.insert(fields.next()?.to_owned(), entry);
            }
        }
        Some(seen)
    }

    /// The content of a file that was found below `root` (the input as the walk got it), if it is what an earlier run saw.
    pub fn content_of(&self, found: &FoundFile, root: &Path) -> Option<Digest> {
        let stamp = &found.stamp;
        let same = |entry: &&Entry| entry.stamp.size == stamp.size && entry.stamp.modified == stamp.modified;
        stamp.modified?;
        // The file itself before its path: two that were swapped may have the same size and time.
        let file = stamp
            .born
            .and_then(|born| self.by_file.get(&(stamp.device, stamp.inode, born)).filter(same));
        let entry = file.or_else(|| self.by_path.get(&relative(&found.place.absolute(), root)).filter(same))?;
        Some(entry.sha256)
    }
}

/// What is remembered of files below `root` (as the walk got it), whose absolute path is `absolute_root`.
pub fn remember<'a>(files: impl Iterator<Item = &'a SourceFile>, root: &Path, absolute_root: &Path) -> Vec<u8> {
    let mut files: Vec<&SourceFile> = files
        .filter(|file| file.hashed.is_none_or(|hashed| is_settled(&file.stamp, hashed)))
        .collect();
    // As the lines are ordered, of which there are too many to hold them beside the text.
    files.sort_by(|a, b| a.sha256.cmp(&b.sha256).then_with(|| line_of(a, root).cmp(&line_of(b, root))));
    let mut entries = String::new();
    files.into_iter().for_each(|file| entries.push_str(&line_of(file, root)));
    let header = format!(
        "{MAGIC} {} {}\n",
        sha256_hex(entries.as_bytes()),
        escaped(absolute_root.as_os_str().as_bytes())
    );
    entries.insert_str(0, &header);
    entries.into_bytes()
}

fn line_of(file: &SourceFile, root: &Path) -> String {
    let or_dash = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let Stamp { size, device, inode, .. } = file.stamp;
    let (modified, born) = (or_dash(file.stamp.modified), or_dash(file.stamp.born));
    let path = relative(&file.place.absolute(), root);
    format!("{} {size} {modified} {device} {inode} {born} {path}\n", file.sha256)
}

/// Whether a file could not have changed after it was hashed without its time of change showing it.
fn is_settled(stamp: &Stamp, hashed: SystemTime) -> bool {
    let Some(modified) = stamp.modified else { return false };
    let tick = if modified.is_multiple_of(1_000_000_000) {
        COARSE_TICK
    } else {
        TICK
    };
    let modified = UNIX_EPOCH + Duration::from_nanos(modified);
    let apart = hashed.duration_since(modified).unwrap_or_else(|before| before.duration());
    apart > tick
}

fn relative(path: &Path, root: &Path) -> String {
    escaped(path.strip_prefix(root).unwrap_or(path).as_os_str().as_bytes())
}

fn escaped(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() || c == '%' {
                // Writing to a string cannot fail.
                let _ = write!(text, "%{:02X}", u32::from(c));
            } else {
                text.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::Place;

    fn found(path: &str, stamp: Stamp) -> FoundFile {
        FoundFile {
            place: Place::new(&Path::new("/in").into(), path, &Path::new("/in").join(path)),
            stamp,
        }
    }

    fn stamp(size: u64, modified: u64, inode: u64) -> Stamp {
        Stamp {
            size,
            modified: Some(modified),
            device: 1,
            inode,
            born: Some(5),
        }
    }

    #[test]
    fn unchanged_and_moved_files_are_known_and_others_are_not() {
        let root = Path::new("/in");
        let file = tempfile::NamedTempFile::new().unwrap();
        let odd = std::ffi::OsStr::from_bytes(b"/in/\xd4\xa4 %\n.txt");
        let found_odd = |stamp: Stamp| FoundFile {
            place: Place::new(&root.into(), "?", Path::new(odd)),
            stamp,
        };
        let (aa, bb) = (Digest::of(b"aa"), Digest::of(b"bb"));
        let files = [
            SourceFile::known(found("a.txt", stamp(10, 7, 1)), aa),
            SourceFile::known(found_odd(stamp(11, 8, 2)), bb),
        ];
        let bytes = remember(files.iter(), root, root);
        std::fs::write(file.path(), &bytes).unwrap();
        let seen = Seen::read(file.path(), root);
        assert_eq!(seen.content_of(&found("a.txt", stamp(10, 7, 9)), root), Some(aa));
        assert_eq!(seen.content_of(&found("moved.txt", stamp(10, 7, 1)), root), Some(aa));
        assert_eq!(seen.content_of(&found("a.txt", stamp(10, 8, 1)), root), None);
        assert_eq!(seen.content_of(&found("a.txt", stamp(11, 7, 1)), root), None);
        assert_eq!(seen.content_of(&found("b.txt", stamp(10, 7, 3)), root), None);
        // Swapped, and both of one size and time.
        assert_eq!(seen.content_of(&found("a.txt", stamp(11, 8, 2)), root), Some(bb));
        assert_eq!(seen.content_of(&found_odd(stamp(11, 8, 77)), root), Some(bb));

        // Of another root, only the file system's own name for a file counts.
        let elsewhere = Seen::read(file.path(), Path::new("/other"));
        assert_eq!(elsewhere.content_of(&found("a.txt", stamp(10, 7, 9)), Path::new("/other")), None);
        assert_eq!(
            elsewhere.content_of(&found("a.txt", stamp(10, 7, 1)), Path::new("/other")),
            Some(aa)
        );

        std::fs::write(file.path(), &bytes[..bytes.len() - 3]).unwrap();
        assert!(Seen::read(file.path(), root).by_path.is_empty());
    }

    #[test]
    fn a_file_that_changed_just_before_it_was_hashed_is_hashed_again() {
        let settled = |modified: u64, hashed: u64| is_settled(&stamp(1, modified, 1), UNIX_EPOCH + Duration::from_nanos(hashed));
        let second = 1_000_000_000;
        assert!(settled(5 * second + 1, 6 * second) && !settled(6 * second - 1, 6 * second));
        assert!(!settled(5 * second, 6 * second) && settled(5 * second, 8 * second));
        // A time in the future is as good as one in the past.
        assert!(settled(900 * second, 6 * second));
    }
}
