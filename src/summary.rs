//! The end of a run on the screen.

use std::fmt::Write as _;
use std::sync::Arc;

use budgetlake::run::{Forecast, RunReport};
use console::style;

/// `1234567` as `1,234,567`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// An amount as decimals print it, with commas: `-1234567.80` as `-1,234,567.80`.
pub fn grouped(amount: &str) -> String {
    let (sign, digits) = amount.strip_prefix('-').map_or(("", amount), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Bytes in the unit that suits them.
#[expect(clippy::cast_precision_loss, reason = "for display only")]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// What a run did, for people.
pub fn text(report: &RunReport) -> String {
    let mut lines = Lines::default();
    let title = if report.unchanged {
        "Nothing new: the snapshot is the one before"
    } else {
        "Published a new snapshot"
    };
    let mark = if report.has_errors() || report.has_failed_checks() {
        style("!").yellow().bold()
    } else {
        style("✓").green().bold()
    };
    lines.text = format!("\n{mark} {}\n\n", style(title).bold());

    let duplicates = if report.duplicates == 0 {
        String::new()
    } else {
        format!(", {} of them duplicates", count(report.duplicates))
    };
    lines.row(
        "documents",
        report.documents,
        &format!("from {} files{duplicates}", count(report.seen)),
    );
    lines.row(
        "line items",
        report.rows_of("line_items"),
        &format!("in {} tables", count(report.rows_of("tables"))),
    );
    lines.row(
        "partitions",
        report.partitions,
        &format!("{} of Parquet", size(report.published_bytes)),
    );
    if report.checks_passed + report.checks_failed > 0 {
        let passed = (1.0 - report.failed_share()) * 100.0;
        let failed = match report.checks_failed {
            0 => "none failed".to_owned(),
            failed => format!("{} failed, shown by `budgetlake check`", count(failed)),
        };
        lines.row("checks", report.checks_passed, &format!("passed, {passed:.2} %; {failed}"));
    }
    if report.warnings > 0 {
        lines.row("warnings", report.warnings, "in the table `rejects`");
    }
    if !report.skipped.is_empty() {
        let reasons = report.skipped.iter().map(|(reason, number)| (reason.code(), *number));
        lines.row("left out", report.skipped.values().sum(), &by_reason(reasons));
    }
    if report.has_errors() {
        let reasons = report.rejected.iter().map(|(code, number)| (*code, *number));
        lines.row(
            "rejected",
            report.rejected.values().sum(),
            &style(by_reason(reasons)).yellow().to_string(),
        );
    }
    let _ = writeln!(lines.text);
    #[expect(clippy::cast_precision_loss, reason = "for display only")]
    let rate = report.bytes as f64 / 1e6 / report.seconds.max(0.001);
    lines.note("changes", &changes(report));
    if let Some(reason) = &report.everything_because {
        lines.note("", &format!("everything was read: {reason}"));
    }
    if report.repaired > 0 {
        lines.note("repaired", &format!("{} damaged files", count(report.repaired)));
    }
    let read = if report.bytes == 0 {
        format!("nothing, in {:.2} s", report.seconds)
    } else {
        format!("{} in {:.1} s, {rate:.1} MB/s", size(report.bytes), report.seconds)
    };
    lines.note("read", &read);
    lines.note("snapshot", &report.snapshot);
    lines.note("published", &style(report.published.display()).cyan().to_string());
    let _ = writeln!(lines.text);
    lines.text
}

/// What a run would do, for people.
pub fn forecast(forecast: &Forecast) -> String {
    /// More paths than this of a kind help nobody on a screen; `--log-format json` has them all.
    const SHOWN: usize = 20;
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    let changes = &forecast.changes;
    match &forecast.everything_because {
        Some(reason) => line(format!("everything would be read: {reason}")),
        None if forecast.to_extract == 0 && forecast.partitions.is_empty() => {
            line("nothing to do: the snapshot is what would come of it".to_owned())
        }
        None => {}
    }
    let moved: Vec<Arc<str>> = changes.moved.iter().map(|(from, to)| format!("{to} (as {from})").into()).collect();
    let kinds = [
        ("new", &changes.new),
        ("changed", &changes.changed),
        ("moved", &moved),
        ("removed", &changes.removed),
    ];
    for (kind, paths) in kinds {
        for path in paths.iter().take(SHOWN) {
            line(format!("{kind:>8}  {path}"));
        }
        if paths.len() > SHOWN {
            line(format!("{kind:>8}  and {} more", count((paths.len() - SHOWN) as u64)));
        }
    }
    if forecast.everything_because.is_none() {
        for partition in forecast.partitions.iter().take(SHOWN) {
            line(format!("{:>8}  {partition}", "anew"));
        }
        if forecast.partitions.len() > SHOWN {
            line(format!(
                "{:>8}  and {} more partitions",
                "anew",
                count((forecast.partitions.len() - SHOWN) as u64)
            ));
        }
    }
    line(format!(
        "{} disclosures ({}) to read, {} files as before; nothing was done",
        count(forecast.to_extract),
        size(forecast.bytes),
        count(changes.unchanged)
    ));
    text
}

/// What is new since the run before.
fn changes(report: &RunReport) -> String {
    let counts = [
        (report.new, "new"),
        (report.changed, "changed"),
        (report.moved, "moved"),
        (report.removed, "removed"),
        (report.as_before, "as before"),
    ];
    let told = counts.into_iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = told.map(|(number, what)| format!("{} {what}", count(number))).collect();
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

fn by_reason<'a>(reasons: impl Iterator<Item = (&'a str, u64)>) -> String {
    reasons
        .map(|(reason, number)| format!("{} {reason}", count(number)))
        .collect::<Vec<_>>()
        .join(", ")
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    /// Writing to a string cannot fail, so neither of these can.
    fn row(&mut self, name: &str, number: u64, remark: &str) {
        let _ = writeln!(
            self.text,
            "  {name:<11}{:>13}   {}",
            style(count(number)).bold(),
            style(remark).dim()
        );
    }

    fn note(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.text, "  {name:<11}{value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(["-1234567.80", "0.00", "-100.5"].map(grouped), ["-1,234,567.80", "0.00", "-100.5"]);
        assert_eq!(
            [0, 1_500, 2_000_000, 3_000_000_000].map(size),
            ["0 B", "1.5 kB", "2.0 MB", "3.00 GB"]
        );
    }
}
