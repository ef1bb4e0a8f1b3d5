//! The flags of `budgetlake snapshots`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::help;

/// The subcommands of `snapshots`.
#[derive(Debug, Subcommand)]
pub enum SnapshotsCommand {
    /// List the snapshots of a warehouse, the youngest first
    List(ListArgs),
    /// Tell what documents and amounts came, went or changed between two snapshots, by department
    Diff(DiffArgs),
    /// Hash every file and compare it with the manifest
    Verify(VerifyArgs),
    /// Remove old snapshots
    Prune(PruneArgs),
    /// Make an earlier snapshot the current one
    Rollback(RollbackArgs),
}

/// Flags of `snapshots list`.
#[derive(Debug, Args)]
#[command(after_help = help::LIST)]
pub struct ListArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

/// Flags of `snapshots diff`.
#[derive(Debug, Args)]
#[command(after_help = help::DIFF)]
pub struct DiffArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// The earlier snapshot: an id, the beginning of one, or `current`
    pub from: String,
    /// The later one
    #[arg(default_value = "current")]
    pub to: String,
    /// Print every amount that differs
    #[arg(long)]
    pub amounts: bool,
    /// Print for machines, every amount that differs among it
    #[arg(long)]
    pub json: bool,
}

/// Flags of `snapshots verify`.
#[derive(Debug, Args)]
#[command(after_help = help::VERIFY)]
pub struct VerifyArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// Only this snapshot: an id, the beginning of one, or `current`
    pub id: Option<String>,
}

/// Flags of `snapshots prune`.
#[derive(Debug, Args)]
#[command(after_help = help::PRUNE)]
pub struct PruneArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// Keep the N youngest, the current one among them
    #[arg(long, value_name = "N", required_unless_present = "keep_days")]
    pub keep: Option<usize>,
    /// Keep those made within D days
    #[arg(long, value_name = "D")]
    pub keep_days: Option<u64>,
    /// Keep those that were current within the last minutes: a reader may still be at them
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub grace: u64,
    /// Print what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Flags of `snapshots rollback`.
#[derive(Debug, Args)]
#[command(after_help = help::ROLLBACK)]
pub struct RollbackArgs {
    /// The warehouse
    pub warehouse: PathBuf,
    /// The snapshot: an id, or the beginning of one
    pub id: String,
}
