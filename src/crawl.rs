//! Finds the files of a run: walks the input, leaves out with a reason what is plainly no disclosure, and identifies the rest by content.
//!
//! Nothing here stops a run: what cannot be read becomes a [`Reject`], what is left out is counted by [`SkipReason`].

mod identify;
mod place;
pub mod seen;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use globset::GlobSet;
use walkdir::WalkDir;

pub(crate) use identify::changed;
pub use identify::{SourceFile, identify, read_again};
pub use place::Place;

use crate::codes::{RejectCode, Severity};
use crate::hash::Digest;
use crate::tables::Reject;

/// Which files of the input are wanted.
#[derive(Debug, Clone, Default)]
pub struct CrawlOptions {
    /// Only files whose relative path matches; all where `None`.
    pub include: Option<GlobSet>,
    /// No files whose relative path matches.
    pub exclude: Option<GlobSet>,
    /// Whether to walk into directories behind symbolic links. Links to files are always read.
    pub follow_links: bool,
    /// A directory that is never walked, wherever it turns up: the warehouse, which may lie inside the input.
    pub never_walk: Option<PathBuf>,
    /// Only files with these relative paths; all where `None`.
    pub only: Option<BTreeSet<String>>,
}

/// A file that may be a disclosure, not opened yet.
#[derive(Debug, Clone)]
pub struct FoundFile {
    /// Where it lies.
    pub place: Place,
    /// What the file system says of it.
    pub stamp: Stamp,
}

/// What the file system says of a file without opening it. Times are nanoseconds since 1970; `None` where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// Time of its last change.
    pub modified: Option<u64>,
    /// The device that it lies on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// When that number was given to it.
    pub born: Option<u64>,
}

impl Stamp {
    /// The stamp in a file's metadata.
    pub fn of(metadata: &Metadata) -> Self {
        let nanoseconds =
            |time: io::Result<std::time::SystemTime>| u64::try_from(time.ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok();
        Self {
            size: metadata.len(),
            modified: nanoseconds(metadata.modified()),
            device: metadata.dev(),
            inode: metadata.ino(),
            born: nanoseconds(metadata.created()),
        }
    }
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Crawl {
    /// Files to read, in byte order of their relative paths.
    pub files: Vec<FoundFile>,
    /// How many files (or directories, with all that is in them) were left out, and why.
    pub skipped: BTreeMap<SkipReason, u64>,
    /// Files that cannot be read.
    pub rejects: Vec<Reject>,
}

/// Why a run cannot start on its input.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The input itself cannot be looked at.
    #[error("cannot read the input {path}; give a directory of disclosures, or one file")]
    Input {
        /// The input as given.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

macro_rules! skip_reasons {
    ($($variant:ident = $code:literal : $meaning:literal,)+) => {
        /// Why a file was left out without being opened. Not an error: such files are no disclosures, or were not asked for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SkipReason { $(#[doc = $meaning] $variant,)+ }

        impl SkipReason {
            /// Stable code, as in the run's report.
            pub fn code(self) -> &'static str { match self { $(Self::$variant => $code,)+ } }
            /// What it means.
            pub fn meaning(self) -> &'static str { match self { $(Self::$variant => $meaning,)+ } }
        }
    };
}

skip_reasons! {
    NotIncluded = "not_included": "matches no --include",
    Excluded = "excluded": "matches an --exclude",
    Hidden = "hidden": "a hidden file or directory (its name starts with a dot)",
    LockFile = "lock_file": "the lock file of an office program (~$…)",
    SystemFile = "system_file": "litter of an operating system (Thumbs.db, desktop.ini)",
    PartialDownload = "partial_download": "an unfinished download",
    Archive = "archive": "an archive; unpack it to have its files read",
    Image = "image": "an image",
    Media = "media": "sound or film",
    WebAsset = "web_asset": "a style sheet, script or font of a web page",
    LinkedDirectory = "linked_directory": "a directory behind a symbolic link; --follow-links walks it",
    Warehouse = "warehouse": "the warehouse of this run",
}

/// The reject of a file of which nothing usable came.
pub fn lost(path: &str, document_id: Option<Digest>, code: RejectCode, message: String) -> Reject {
    Reject {
        path: path.to_owned(),
        document_id: document_id.map(|id| id.to_string().into()),
        stage: None,
        severity: Severity::Error,
        code,
        message,
        line: None,
        page: None,
        sheet: None,
        excerpt: None,
    }
}

/// Walks `input`, a directory or one file. Ends early, with what was found so far, once `stop` is set.
pub fn crawl(input: &Path, options: &CrawlOptions, stop: &AtomicBool) -> Result<Crawl, CrawlError> {
    let metadata = fs::metadata(input).map_err(|source| CrawlError::Input {
        path: input.to_owned(),
        source,
    })?;
    let mut crawl = Crawl::default();
    if metadata.is_dir() {
        walk(input, options, stop, &mut crawl);
    } else {
        let path = input.file_name().unwrap_or(input.as_os_str()).to_string_lossy();
        let root = input.parent().unwrap_or(Path::new("")).into();
        take(Place::new(&root, &path, input), &metadata, &mut crawl);
    }
    if let Some(only) = &options.only {
        crawl.rejects.retain(|reject| only.contains(&reject.path));
    }
    crawl.files.sort_by(|a, b| a.place.cmp(&b.place));
    crawl.rejects.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(crawl)
}

fn walk(input: &Path, options: &CrawlOptions, stop: &AtomicBool, crawl: &mut Crawl) {
    let never_walk = options
        .never_walk
        .as_deref()
        .and_then(|directory| fs::metadata(directory).ok())
        .map(|m| (m.dev(), m.ino()));
    let root: Arc<Path> = input.into();
    let mut entries = WalkDir::new(input).follow_links(options.follow_links).into_iter();
    while let Some(entry) = entries.next() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                crawl.rejects.push(walk_error(input, &error));
                continue;
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        let is_directory = entry.file_type().is_dir();
        let relative = entry.path().strip_prefix(input).unwrap_or(entry.path());
        let unwanted = if is_directory {
            let is_warehouse = never_walk.is_some() && entry.metadata().ok().map(|m| (m.dev(), m.ino())) == never_walk;
            is_warehouse
                .then_some(SkipReason::Warehouse)
                .or_else(|| by_name(&entry.file_name().to_string_lossy(), true))
        } else {
            by_name(&entry.file_name().to_string_lossy(), false).or_else(|| by_glob(relative, options))
        };
        if let Some(reason) = unwanted {
            *crawl.skipped.entry(reason).or_default() += 1;
            if is_directory {
                entries.skip_current_dir();
            }
            continue;
        }
        if is_directory {
            continue;
        }
        let path = relative.to_string_lossy();
        // Not `entry.metadata()`: a link to a file is read as that file.
        match fs::metadata(entry.path()) {
            Ok(metadata) if metadata.is_dir() => *crawl.skipped.entry(SkipReason::LinkedDirectory).or_default() += 1,
            Ok(metadata) => take(Place::new(&root, &path, entry.path()), &metadata, crawl),
            Err(error) => crawl.rejects.push(refused(&path, entry.path(), &error)),
        }
    }
}

/// The reject of a directory entry that cannot be looked at.
fn refused(path: &str, absolute: &Path, error: &io::Error) -> Reject {
    if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(absolute).is_ok() {
        return lost(
            path,
            None,
            RejectCode::Unreadable,
            "a symbolic link that leads nowhere; remove it or restore its target".to_owned(),
        );
    }
    unreadable(path, error)
}

/// Keeps a regular file; rejects anything else without opening it, since opening a FIFO hangs.
fn take(place: Place, metadata: &Metadata, crawl: &mut Crawl) {
    if metadata.is_file() {
        crawl.files.push(FoundFile {
            place,
            stamp: Stamp::of(metadata),
        });
    } else {
        crawl.rejects.push(not_regular(&place.path, metadata));
    }
}

fn not_regular(path: &str, metadata: &Metadata) -> Reject {
    let kind = metadata.file_type();
    let kind = if kind.is_fifo() {
        "a FIFO"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_dir() {
        "a directory"
    } else {
        "a device"
    };
    lost(
        path,
        None,
        RejectCode::NotRegular,
        format!("this is {kind} and no regular file; save its content to a file to have it read"),
    )
}

/// The reject of a file that the file system refuses.
fn unreadable(path: &str, error: &io::Error) -> Reject {
    let (code, advice) = match error.kind() {
        io::ErrorKind::NotFound => (
            RejectCode::Vanished,
            "it was there a moment ago; run again when nothing writes to the input",
        ),
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            (RejectCode::LinkLoop, "the symbolic link leads back to itself; remove it")
        }
        io::ErrorKind::PermissionDenied => (RejectCode::Unreadable, "grant read permission or leave it out with --exclude"),
        _ => (RejectCode::Unreadable, "check the file system"),
    };
    lost(path, None, code, format!("cannot be read ({error}): {advice}"))
}

fn walk_error(input: &Path, error: &walkdir::Error) -> Reject {
    let absolute = error.path().unwrap_or(input);
    let path = absolute.strip_prefix(input).unwrap_or(absolute).to_string_lossy();
    if let Some(ancestor) = error.loop_ancestor() {
        let ancestor = ancestor.strip_prefix(input).unwrap_or(ancestor).to_string_lossy();
        let ancestor = if ancestor.is_empty() { "the input root".into() } else { ancestor };
        return lost(
            &path,
            None,
            RejectCode::LinkLoop,
            format!("a symbolic link that leads back to {ancestor}; it was not followed"),
        );
    }
    match error.io_error() {
        Some(cause) => refused(&path, absolute, cause),
        None => lost(&path, None, RejectCode::Unreadable, format!("cannot be read: {error}")),
    }
}

fn by_glob(relative: &Path, options: &CrawlOptions) -> Option<SkipReason> {
    let wanted = options
        .only
        .as_ref()
        .is_none_or(|only| only.contains(relative.to_string_lossy().as_ref()));
    if !wanted {
        return Some(SkipReason::NotIncluded);
    }
    if options.exclude.as_ref().is_some_and(|globs| globs.is_match(relative)) {
        return Some(SkipReason::Excluded);
    }
    (options.include.as_ref().is_some_and(|globs| !globs.is_match(relative))).then_some(SkipReason::NotIncluded)
}

/// What is plainly no disclosure by its name. The content decides everything else, see [`crate::read::sniff`].
fn by_name(name: &str, is_directory: bool) -> Option<SkipReason> {
    if name.starts_with('.') {
        return Some(SkipReason::Hidden);
    }
    if is_directory {
        return (name == "__MACOSX").then_some(SkipReason::SystemFile);
    }
    if name.starts_with("~$") {
        return Some(SkipReason::LockFile);
    }
    let name = name.to_ascii_lowercase();
    if name == "thumbs.db" || name == "desktop.ini" {
        return Some(SkipReason::SystemFile);
    }
    match name.rsplit_once('.')?.1 {
        "part" | "crdownload" | "download" | "aria2" | "tmp" => Some(SkipReason::PartialDownload),
        "zip" | "rar" | "7z" | "tar" | "gz" | "tgz" | "bz2" | "xz" | "zst" => Some(SkipReason::Archive),
        "jpg" | "jpeg" | "png" | "gif" | "bmp" | "webp" | "svg" | "ico" | "tif" | "tiff" => Some(SkipReason::Image),
        "mp3" | "wav" | "mp4" | "avi" | "mov" | "wmv" | "flv" => Some(SkipReason::Media),
        "css" | "js" | "map" | "woff" | "woff2" | "ttf" | "eot" => Some(SkipReason::WebAsset),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    fn paths(crawl: &Crawl) -> Vec<&str> {
        crawl.files.iter().map(|file| &*file.place.path).collect()
    }

    #[test]
    fn paths_come_in_byte_order_and_skips_are_counted() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a")).unwrap();
        fs::create_dir_all(root.path().join(".git")).unwrap();
        for name in ["a/z.txt", "a.txt", "图.jpg", "~$预算.docx", ".git/config", "风.css", "b.TXT"] {
            fs::write(root.path().join(name), "x").unwrap();
        }
        let found = crawl(root.path(), &CrawlOptions::default(), &AtomicBool::new(false)).unwrap();
        // '.' sorts before '/', as bytes do.
        assert_eq!(paths(&found), ["a.txt", "a/z.txt", "b.TXT"]);
        let skipped: Vec<_> = found.skipped.iter().map(|(reason, count)| (reason.code(), *count)).collect();
        assert_eq!(skipped, [("hidden", 1), ("lock_file", 1), ("image", 1), ("web_asset", 1)]);
    }

    #[test]
    fn a_name_that_is_no_utf8_is_found() {
        let root = tempfile::tempdir().unwrap();
        let name = std::ffi::OsStr::from_bytes(b"\xd4\xa4\xcb\xe3.txt");
        fs::write(root.path().join(name), "x").unwrap();
        let found = crawl(root.path(), &CrawlOptions::default(), &AtomicBool::new(false)).unwrap();
        assert_eq!(found.files.len(), 1);
        assert!(found.files[0].place.path.ends_with(".txt") && found.files[0].place.absolute().exists());
    }

    #[test]
    fn linked_directories_are_walked_on_demand_and_loops_are_rejected() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("a")).unwrap();
        fs::write(root.path().join("a/f.txt"), "x").unwrap();
        symlink("..", root.path().join("a/up")).unwrap();
        symlink("self", root.path().join("self")).unwrap();
        symlink("a/f.txt", root.path().join("g.txt")).unwrap();
        let found = crawl(root.path(), &CrawlOptions::default(), &AtomicBool::new(false)).unwrap();
        assert_eq!(paths(&found), ["a/f.txt", "g.txt"]);
        assert_eq!(found.skipped.get(&SkipReason::LinkedDirectory), Some(&1));
        assert_eq!(
            found.rejects.iter().map(|r| (r.path.as_str(), r.code)).collect::<Vec<_>>(),
            [("self", RejectCode::LinkLoop)]
        );

        let found = crawl(
            root.path(),
            &CrawlOptions {
                follow_links: true,
                ..CrawlOptions::default()
            },
            &AtomicBool::new(false),
        )
        .unwrap();
        assert_eq!(paths(&found), ["a/f.txt", "g.txt"]);
        let loops: Vec<_> = found.rejects.iter().map(|r| (r.path.as_str(), r.code)).collect();
        assert_eq!(loops, [("a/up", RejectCode::LinkLoop), ("self", RejectCode::LinkLoop)]);
    }

    #[test]
    fn globs_choose_by_relative_path() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("d")).unwrap();
        for name in ["d/x.txt", "y.txt", "z.md"] {
            fs::write(root.path().join(name), "x").unwrap();
        }
        let globs = |pattern: &str| Some(GlobSet::builder().add(globset::Glob::new(pattern).unwrap()).build().unwrap());
        let options = CrawlOptions {
            include: globs("*.txt"),
            exclude: globs("d/**"),
            ..CrawlOptions::default()
        };
        let found = crawl(root.path(), &options, &AtomicBool::new(false)).unwrap();
        assert_eq!(paths(&found), ["y.txt"]);
        assert_eq!(
            found.skipped.into_iter().collect::<Vec<_>>(),
            [(SkipReason::NotIncluded, 1), (SkipReason::Excluded, 1)]
        );
    }
}
