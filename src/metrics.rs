//! What a run did as Prometheus text, for the textfile collector of the node exporter.

use std::fmt::{Display, Write as _};
use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use budgetlake::load::RunRecord;
use budgetlake::run::RunReport;

use crate::exit::Exit;

/// Writes the metrics of a run to `path`, which is as it was before or whole.
pub fn write(path: &Path, record: &RunRecord, report: Option<&RunReport>, exit: Exit, warehouse: &Path) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    // The collector reads `*.prom` only.
    name.push(format!(".{}.tmp", std::process::id()));
    let fresh = path.with_file_name(name);
    fs::write(&fresh, text(record, report, exit, warehouse))
        .and_then(|()| fs::rename(&fresh, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&fresh);
        })
}

fn text(record: &RunRecord, report: Option<&RunReport>, exit: Exit, warehouse: &Path) -> String {
    let mut metrics = Metrics::default();
    let now = std::time::SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_secs());
    metrics.one("run_end_timestamp_seconds", "When the last run ended.", now);
    metrics.one("run_exit_code", "Exit code of the last run.", exit as u8);
    metrics.one(
        "run_success",
        "Whether the last run brought the warehouse up to date (1) or failed (0).",
        u8::from(report.is_some()),
    );
    metrics.one("run_duration_seconds", "How long the last run took.", record.seconds);
    metrics.many(
        "run_stage_duration_seconds",
        "How long each stage of the last run took.",
        "stage",
        [
            ("crawl", record.seconds_crawl),
            ("identify", record.seconds_identify),
            ("extract", record.seconds_extract),
            ("write", record.seconds_write),
            ("compact", record.seconds_compact),
            ("publish", record.seconds_publish),
        ],
    );
    metrics.many(
        "run_files",
        "Files of the input by what happened to them since the run before.",
        "change",
        [
            ("new", record.new),
            ("changed", record.changed),
            ("moved", record.moved),
            ("removed", record.removed),
            ("unchanged", record.unchanged),
        ],
    );
    metrics.one("run_extracted_documents", "Disclosures that the last run read.", record.extracted);
    metrics.one("run_extracted_bytes", "Bytes of them.", record.bytes_read);
    metrics.one(
        "run_written_bytes",
        "Bytes of Parquet that the last run wrote.",
        record.bytes_written,
    );
    if let Some(report) = report {
        let rows: Vec<(&str, u64)> = report.rows.iter().map(|(table, rows)| (table.as_str(), *rows)).collect();
        metrics.many("snapshot_rows", "Rows of the current snapshot.", "table", rows);
        let rejected: Vec<(&str, u64)> = report.rejected.iter().map(|(code, files)| (*code, *files)).collect();
        metrics.many("snapshot_rejected_files", "Files of which nothing usable came.", "code", rejected);
        metrics.one("snapshot_warnings", "Warnings in the table rejects.", report.warnings);
        metrics.one("snapshot_partitions", "Partitions with rows.", report.partitions);
        metrics.one(
            "snapshot_bytes",
            "Bytes of Parquet in the current snapshot.",
            report.published_bytes,
        );
    }
    let switched = fs::symlink_metadata(warehouse.join("current")).and_then(|link| link.modified());
    if let Some(switched) = switched.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()) {
        metrics.one(
            "snapshot_switch_timestamp_seconds",
            "When the current snapshot became current.",
            switched.as_secs(),
        );
    }
    metrics.many("snapshot_info", "The current snapshot.", "id", [(record.snapshot.as_str(), 1)]);
    metrics.0
}

#[derive(Default)]
struct Metrics(String);

impl Metrics {
    fn head(&mut self, name: &str, help: &str) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(self.0, "# HELP budgetlake_{name} {help}\n# TYPE budgetlake_{name} gauge");
    }

    fn one(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help);
        let _ = writeln!(self.0, "budgetlake_{name} {value}");
    }

    /// Labels are codes and names of our own, so none of them needs an escape.
    fn many<'a, V: Display>(&mut self, name: &str, help: &str, label: &str, values: impl IntoIterator<Item = (&'a str, V)>) {
        self.head(name, help);
        for (of, value) in values {
            let _ = writeln!(self.0, "budgetlake_{name}{{{label}=\"{of}\"}} {value}");
        }
    }
}
