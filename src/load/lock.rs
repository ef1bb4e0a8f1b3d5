//! One run at a time writes to a warehouse.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::LoadError;
use super::error::IoContext;

/// Name of the lock file in the warehouse. It stays after a run: the lock is on the file, not in its existence, so a crash leaves none behind.
const LOCK_FILE: &str = ".lock";

/// The right to write to a warehouse, given back when dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "holds the lock as long as it is open")] File);

impl Lock {
    /// Takes the lock, or says who holds it.
    pub fn take(warehouse: &Path) -> Result<Self, LoadError> {
        let path = warehouse.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .doing("open the lock file", &path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                // Who holds it is only for the message.
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.trim().is_empty() {
                    String::new()
                } else {
                    format!(" (process {})", holder.trim())
                };
                return Err(LoadError::Locked {
                    path: warehouse.to_owned(),
                    holder,
                });
            }
            Err(error) => return Err(error).doing("lock", &path),
        }
        file.set_len(0).doing("write the lock file", &path)?;
        file.rewind().doing("write the lock file", &path)?;
        writeln!(file, "{}", std::process::id()).doing("write the lock file", &path)?;
        Ok(Self(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_waits_its_turn() {
        let root = tempfile::tempdir().unwrap();
        let first = Lock::take(root.path()).unwrap();
        let refused = Lock::take(root.path()).unwrap_err();
        assert!(refused.to_string().contains(&std::process::id().to_string()), "{refused}");
        drop(first);
        Lock::take(root.path()).unwrap();
    }
}
