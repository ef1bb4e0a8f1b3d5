//! One run at a time writes to a warehouse.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::LoadError;
use super::error::IoContext;

/// Name of the lock file in the warehouse. It stays after a run: the lock is on the file, not in its existence, so a crash leaves none behind.
const LOCK_FILE: &str = ".lock";

/// The right to write to a warehouse, given back when dropped.
#[derive(Debug)]
pub struct Lock(File);

/// Who holds the lock, or held it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Number of the process.
    pub process: u32,
    /// Seconds since 1970 when it took the lock.
    pub since: u64,
}

impl Holder {
    fn parse(text: &str) -> Option<Self> {
        let (process, since) = text.trim().split_once(' ')?;
        Some(Self {
            process: process.parse().ok()?,
            since: since.parse().ok()?,
        })
    }
}

impl Lock {
    /// Takes the lock, or says who holds it. Where a process died that held it, says who that was.
    pub fn take(warehouse: &Path) -> Result<(Self, Option<Holder>), LoadError> {
        let path = warehouse.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .doing("open the lock file", &path)?;
        let locked = flock(&file, FlockOperation::NonBlockingLockExclusive);
        let mut text = String::new();
        // Who holds it, or held it, is only for messages.
        let _ = file.read_to_string(&mut text);
        let holder = Holder::parse(&text);
        match locked {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                return Err(LoadError::Locked {
                    path: warehouse.to_owned(),
                    holder: holder.map_or_else(String::new, |holder| format!(" (process {})", holder.process)),
                });
            }
            Err(error) => return Err(error).doing("lock", &path),
        }
        file.set_len(0).doing("write the lock file", &path)?;
        file.rewind().doing("write the lock file", &path)?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        writeln!(file, "{} {since}", std::process::id()).doing("write the lock file", &path)?;
        Ok((Self(file), holder))
    }
}

impl Drop for Lock {
    /// A lock that is given back names nobody: a name that is found in it is that of a process that died.
    fn drop(&mut self) {
        if let Err(error) = self.0.set_len(0) {
            tracing::warn!(%error, "cannot empty the lock file; the next run will take this one for dead");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_waits_its_turn() {
        let root = tempfile::tempdir().unwrap();
        let (first, before) = Lock::take(root.path()).unwrap();
        assert_eq!(before, None);
        let refused = Lock::take(root.path()).unwrap_err();
        assert!(refused.to_string().contains(&std::process::id().to_string()), "{refused}");
        drop(first);
        let (second, before) = Lock::take(root.path()).unwrap();
        assert_eq!(before, None);
        drop(second);

        std::fs::write(root.path().join(LOCK_FILE), "123 456\n").unwrap();
        let (_third, died) = Lock::take(root.path()).unwrap();
        assert_eq!(died, Some(Holder { process: 123, since: 456 }));
    }
}
