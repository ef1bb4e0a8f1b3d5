//! The exit codes, which schedulers act on.

use std::process::ExitCode;

use budgetlake::config::ConfigError;
use budgetlake::load::LoadError;
use budgetlake::run::{RunError, RunReport};

use crate::args::UsageError;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All well; a run published its snapshot.
    Success = 0,
    /// Failed; nothing was published and earlier snapshots are as they were.
    Failure = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// Published, but some files were rejected with errors; of an inspected file, nothing usable came.
    Rejects = 3,
    /// Another run holds the warehouse's lock.
    Locked = 4,
    /// Published, or looked at, but more checks failed than is allowed.
    Checks = 5,
}

impl Exit {
    /// How a run ended that published.
    pub fn of_report(report: &RunReport) -> Self {
        match report {
            _ if report.has_errors() => Self::Rejects,
            _ if report.has_failed_checks() => Self::Checks,
            _ => Self::Success,
        }
    }

    /// What an error means to the caller.
    pub fn of_error(error: &anyhow::Error) -> Self {
        let load = match error.downcast_ref() {
            Some(RunError::Load(error)) => Some(error),
            _ => error.downcast_ref(),
        };
        match load {
            Some(LoadError::Locked { .. }) => return Self::Locked,
            Some(LoadError::NoSnapshot { .. } | LoadError::NoWarehouse { .. }) => return Self::Usage,
            _ => {}
        }
        let is_usage = matches!(error.downcast_ref(), Some(RunError::Crawl(_) | RunError::WarehouseIsInput(_)))
            || error.is::<ConfigError>()
            || error.is::<UsageError>();
        if is_usage { Self::Usage } else { Self::Failure }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        // The discriminants are the codes.
        Self::from(exit as u8)
    }
}
