//! Where a file of the input lies, in little memory: there is one for each file.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a file of the input lies. Places are ordered by their paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path relative to the input root, `/` between its parts; bytes that are no UTF-8 are replaced.
    pub path: Arc<str>,
    /// The input root, as the walk got it.
    root: Arc<Path>,
    /// Where it is opened, if `path` below `root` does not lead there.
    odd: Option<Box<Path>>,
}

impl Place {
    /// The place of the file that is opened at `absolute` and shown as `path`.
    pub fn new(root: &Arc<Path>, path: &str, absolute: &Path) -> Self {
        let is_odd = root.join(path).as_os_str() != absolute.as_os_str();
        Self {
            path: path.into(),
            root: Arc::clone(root),
            odd: is_odd.then(|| absolute.into()),
        }
    }

    /// Where it is opened.
    pub fn absolute(&self) -> PathBuf {
        match &self.odd {
            Some(odd) => odd.to_path_buf(),
            None => self.root.join(&*self.path),
        }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_path = self.path.cmp(&other.path);
        by_path.then_with(|| self.absolute().cmp(&other.absolute()))
    }
}
