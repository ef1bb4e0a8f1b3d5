//! The least that a run has to do: read and hash the input, write as many files of the same sizes into the same directories, sync.
//!
//! `floor INPUT SNAPSHOT OUT [THREADS]` prints the seconds of each part as JSON. What is written are numbers that don't compress, of no meaning.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (Some(input), Some(snapshot), Some(out)) = (arguments.first(), arguments.get(1), arguments.get(2)) else {
        bail!("usage: floor INPUT SNAPSHOT OUT [THREADS]");
    };
    let threads = arguments.get(3).and_then(|text| text.to_str()?.parse().ok()).unwrap_or(2);
    // What is to be written is known before the clock starts, as it is to the run that made it.
    let snapshot = fs::canonicalize(snapshot).with_context(|| format!("cannot find {}", snapshot.display()))?;
    let written = files(&snapshot)?;
    let largest = written.iter().map(|(_, size)| *size).max().unwrap_or(0);
    let noise = noise(largest);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;

    let begin = Instant::now();
    let read = files(input)?;
    let hashed = pool.install(|| read.par_iter().map(|(path, _)| hash(path)).collect::<Result<Vec<_>>>())?;
    let seconds_read = begin.elapsed().as_secs_f64();
    pool.install(|| {
        written
            .par_iter()
            .try_for_each(|(path, size)| write(path, *size, &snapshot, out, &noise))
    })?;
    let seconds_written = begin.elapsed().as_secs_f64() - seconds_read;
    rustix::fs::syncfs(fs::File::open(out)?).with_context(|| format!("cannot sync {}", out.display()))?;
    let seconds = begin.elapsed().as_secs_f64();

    let report = serde_json::json!({
        "seconds": seconds,
        "seconds_read": seconds_read,
        "seconds_write": seconds_written,
        "seconds_sync": seconds - seconds_read - seconds_written,
        "files_read": hashed.len(),
        "bytes_read": hashed.iter().map(|(size, _)| size).sum::<u64>(),
        "files_written": written.len(),
        "bytes_written": written.iter().map(|(_, size)| *size as u64).sum::<u64>(),
        // So that no compiler finds the hashing needless.
        "first": hashed.first().map(|(_, first)| first),
    });
    println!("{report}");
    Ok(())
}

/// Every file below a directory, with its size, in the order of paths.
fn files(root: &Path) -> Result<Vec<(PathBuf, usize)>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot walk {}", root.display()))?;
        if entry.file_type().is_file() {
            files.push((entry.path().to_owned(), usize::try_from(entry.metadata()?.len())?));
        }
    }
    Ok(files)
}

/// The size of a file, and the first byte of its hash.
fn hash(path: &Path) -> Result<(u64, u8)> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let digest = Sha256::digest(&bytes);
    Ok((bytes.len() as u64, digest[0]))
}

/// Writes a file of this size where `path` is below `from`, below `to`.
fn write(path: &Path, size: usize, from: &Path, to: &Path, noise: &[u8]) -> Result<()> {
    let copy = to.join(path.strip_prefix(from)?);
    if let Some(folder) = copy.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(&copy, &noise[..size]).with_context(|| format!("cannot write {}", copy.display()))
}

/// Bytes that no file system stores smaller.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[7]
    };
    (0..size).map(|_| next()).collect()
}
