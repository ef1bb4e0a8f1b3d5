//! `budgetlake snapshots`: list, compare, check, remove and go back to published snapshots.

use std::fmt::Write as _;
use std::time::Duration;

use budgetlake::snapshots::{self, DepartmentDiff, Diff, Keep, Listed, Pruned};
use console::style;

use super::print;
use crate::args::{DiffArgs, ListArgs, PruneArgs, RollbackArgs, SnapshotsCommand, VerifyArgs};
use crate::exit::Exit;
use crate::summary::{count, size};

/// Does what the subcommand says.
pub fn execute(command: &SnapshotsCommand) -> anyhow::Result<Exit> {
    super::log_warnings();
    match command {
        SnapshotsCommand::List(args) => list(args),
        SnapshotsCommand::Diff(args) => diff(args),
        SnapshotsCommand::Verify(args) => verify(args),
        SnapshotsCommand::Prune(args) => prune(args),
        SnapshotsCommand::Rollback(args) => rollback(args),
    }
}

fn list(args: &ListArgs) -> anyhow::Result<Exit> {
    let snapshots = snapshots::list(&args.warehouse)?;
    if args.json {
        print(&(serde_json::to_string_pretty(&snapshots)? + "\n"))?;
        return Ok(Exit::Success);
    }
    let mut text = format!(
        "  {:16}  {:24}  {:>11}  {:>13}  {:>9}  {:>9}\n",
        "snapshot", "made", "documents", "line items", "size", "its own"
    );
    for snapshot in &snapshots {
        text.push_str(&line(snapshot)?);
    }
    print(&text)?;
    Ok(Exit::Success)
}

fn line(snapshot: &Listed) -> Result<String, std::fmt::Error> {
    let mut line = String::new();
    let mark = if snapshot.is_current { "*" } else { " " };
    if let Some(damage) = &snapshot.damage {
        writeln!(line, "{mark} {:16}  {:24}  {}", snapshot.id, snapshot.made, style(damage).red())?;
    } else {
        writeln!(
            line,
            "{mark} {:16}  {:24}  {:>11}  {:>13}  {:>9}  {:>9}",
            snapshot.id,
            snapshot.made,
            count(snapshot.documents),
            count(snapshot.line_items),
            size(snapshot.bytes),
            size(snapshot.own_bytes)
        )?;
    }
    Ok(line)
}

fn diff(args: &DiffArgs) -> anyhow::Result<Exit> {
    let diff = snapshots::diff(&args.warehouse, &args.from, &args.to)?;
    if args.json {
        print(&(serde_json::to_string_pretty(&diff)? + "\n"))?;
    } else {
        print(&diff_text(&diff, args.amounts)?)?;
    }
    Ok(Exit::Success)
}

fn diff_text(diff: &Diff, with_amounts: bool) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(text, "{} → {}", diff.from, diff.to)?;
    if diff.departments.is_empty() {
        writeln!(text, "no document and no amount differs")?;
    }
    for (partition, counts) in &diff.departments {
        writeln!(text, "\n{}", style(values(partition)).bold())?;
        let DepartmentDiff {
            documents_came,
            documents_went,
            documents_changed,
            documents_moved,
            amounts_came,
            amounts_went,
            amounts_changed,
        } = *counts;
        let line = |kinds: &[(u64, &str)]| {
            let told: Vec<String> = kinds
                .iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, kind)| format!("{} {kind}", count(*n)))
                .collect();
            if told.is_empty() { "as before".to_owned() } else { told.join(", ") }
        };
        let documents = [
            (documents_came, "came"),
            (documents_went, "went"),
            (documents_changed, "changed"),
            (documents_moved, "moved"),
        ];
        writeln!(text, "  documents  {}", line(&documents))?;
        let amounts = [(amounts_came, "came"), (amounts_went, "went"), (amounts_changed, "changed")];
        writeln!(text, "  amounts    {}", line(&amounts))?;
        for document in diff.documents.iter().filter(|document| document.partition == *partition) {
            writeln!(text, "    {:8} {}", document.change, document.path)?;
        }
        for amount in diff.amounts.iter().filter(|amount| with_amounts && amount.partition == *partition) {
            let of: Vec<&str> = amount.of.iter().filter(|word| !word.is_empty()).map(String::as_str).collect();
            let or_dash = |amount: &Option<String>| amount.as_deref().unwrap_or("—").to_owned();
            writeln!(
                text,
                "    {} → {}  {}  {}",
                or_dash(&amount.before),
                or_dash(&amount.after),
                of.join(" "),
                amount.path
            )?;
        }
    }
    Ok(text)
}

/// `大同市 2023 档案局` of a partition path.
fn values(partition: &str) -> String {
    let values = partition
        .split('/')
        .map(|component| component.split_once('=').map_or(component, |(_, value)| value));
    values.collect::<Vec<_>>().join(" ")
}

fn verify(args: &VerifyArgs) -> anyhow::Result<Exit> {
    let mut exit = Exit::Success;
    let mut text = String::new();
    for verified in snapshots::verify(&args.warehouse, args.id.as_deref())? {
        if verified.damages.is_empty() {
            writeln!(
                text,
                "{} whole: {} files, {}",
                verified.id,
                count(verified.files as u64),
                size(verified.bytes)
            )?;
            continue;
        }
        exit = Exit::Failure;
        writeln!(text, "{} damaged:", verified.id)?;
        for damage in verified.damages {
            writeln!(text, "  {damage}")?;
        }
    }
    if exit != Exit::Success {
        writeln!(
            text,
            "`budgetlake run INPUT --warehouse {} --repair` reads what belongs to the damaged files again and rebuilds them",
            args.warehouse.display()
        )?;
    }
    print(&text)?;
    Ok(exit)
}

fn prune(args: &PruneArgs) -> anyhow::Result<Exit> {
    const DAY: u64 = 24 * 60 * 60;
    let keep = Keep {
        youngest: args.keep.unwrap_or(0),
        made_within: Duration::from_secs(args.keep_days.unwrap_or(0).saturating_mul(DAY)),
        current_within: Duration::from_secs(args.grace.saturating_mul(60)),
    };
    let mut text = String::new();
    for pruned in snapshots::prune(&args.warehouse, &keep, args.dry_run)? {
        match pruned {
            Pruned::Kept(id, why) => writeln!(text, "{id} stays: {why}")?,
            Pruned::Removed(id) if args.dry_run => writeln!(text, "{id} would be removed")?,
            Pruned::Removed(id) => writeln!(text, "{id} removed")?,
        }
    }
    print(&text)?;
    Ok(Exit::Success)
}

fn rollback(args: &RollbackArgs) -> anyhow::Result<Exit> {
    let snapshot = snapshots::rollback(&args.warehouse, &args.id)?;
    let what = if snapshot.unchanged {
        "is current already"
    } else {
        "is current now; the next run publishes what the input says then"
    };
    print(&format!("{} {what}\n", snapshot.id))?;
    Ok(Exit::Success)
}
