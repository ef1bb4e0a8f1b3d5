//! Shows how far a run is: a bar on a terminal, a line now and then elsewhere.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use budgetlake::codes::Severity;
use budgetlake::run::{Observer, Phase};
use budgetlake::tables::Reject;
use indicatif::{ProgressBar, ProgressStyle};

use crate::summary::{count, size};

/// Seconds between two lines where there is no bar.
const EVERY: Duration = Duration::from_secs(5);
/// After so many rejected files, more of them on the screen help nobody.
const SHOWN_ERRORS: u64 = 20;

/// The progress of a run.
pub struct Progress {
    bar: Option<ProgressBar>,
    for_machines: bool,
    phase: Mutex<Current>,
    bytes: AtomicU64,
    steps: AtomicU64,
    rejected: AtomicU64,
}

struct Current {
    phase: Phase,
    since: Instant,
    last_line: Instant,
    steps: u64,
}

impl Progress {
    /// Nothing shown yet.
    pub fn new(with_bar: bool, for_machines: bool) -> Self {
        let now = Instant::now();
        Self {
            for_machines,
            bar: with_bar.then(|| ProgressBar::new(0)),
            phase: Mutex::new(Current {
                phase: Phase::Crawl,
                since: now,
                last_line: now,
                steps: 0,
            }),
            bytes: AtomicU64::new(0),
            steps: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
        }
    }

    /// Takes the bar off the screen.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// A writer to standard error that gets along with the bar.
    pub fn writer(&self) -> LogWriter {
        LogWriter(self.bar.clone())
    }

    fn status(&self, since: Instant) -> String {
        let bytes = self.bytes.load(Ordering::Relaxed);
        let rejected = self.rejected.load(Ordering::Relaxed);
        let mut status = String::new();
        if bytes > 0 {
            #[expect(clippy::cast_precision_loss, reason = "for display only")]
            let rate = bytes as f64 / since.elapsed().as_secs_f64().max(0.001);
            status = format!("{}  {:.1} MB/s", size(bytes), rate / 1e6);
        }
        if rejected > 0 {
            status.push_str(&format!("  {} rejected", count(rejected)));
        }
        status
    }
}

fn verb(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Crawl => ("finding", "files"),
        Phase::Identify => ("checking", "files"),
        Phase::Extract => ("reading", "files"),
        Phase::Write => ("writing", "shards"),
        Phase::Compact => ("compacting", ""),
        Phase::Publish => ("publishing", ""),
    }
}

impl Observer for Progress {
    fn begin(&self, phase: Phase, steps: u64, bytes: u64) {
        let now = Instant::now();
        self.bytes.store(0, Ordering::Relaxed);
        self.steps.store(0, Ordering::Relaxed);
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = Current {
            phase,
            since: now,
            last_line: now,
            steps,
        };
        let (verb, unit) = verb(phase);
        let Some(bar) = &self.bar else {
            match (steps, bytes) {
                (0, _) => tracing::debug!("{verb}"),
                (_, 0) => tracing::info!("{verb} Parquet"),
                _ => tracing::info!("{verb} {} {unit}, {}", count(steps), size(bytes)),
            }
            return;
        };
        let template = if steps == 0 {
            "{prefix:>10} {spinner}".to_owned()
        } else {
            format!("{{prefix:>10.cyan}} {{bar:28.cyan/black.bright}} {{human_pos}}/{{human_len}} {unit}  {{msg}}  {{eta}} left")
        };
        bar.set_style(
            ProgressStyle::with_template(&template)
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("━━─"),
        );
        bar.set_message("");
        bar.set_prefix(verb);
        bar.set_length(steps);
        bar.reset();
    }

    fn step(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let steps = self.steps.fetch_add(1, Ordering::Relaxed) + 1;
        // Whoever finds the lock taken leaves the showing to the other thread.
        let Ok(mut current) = self.phase.try_lock() else { return };
        if let Some(bar) = &self.bar {
            if current.last_line.elapsed() > Duration::from_millis(100) {
                current.last_line = Instant::now();
                bar.set_message(self.status(current.since));
                bar.set_position(steps);
            }
        } else if current.last_line.elapsed() > EVERY {
            current.last_line = Instant::now();
            let (verb, unit) = verb(current.phase);
            tracing::info!(
                "{verb} {}/{} {unit}  {}",
                count(steps),
                count(current.steps),
                self.status(current.since)
            );
        }
    }

    fn reject(&self, reject: &Reject) {
        if reject.severity != Severity::Error {
            return;
        }
        let before = self.rejected.fetch_add(1, Ordering::Relaxed);
        if self.for_machines {
            tracing::warn!(path = %reject.path, code = %reject.code, "{}", reject.message);
        } else if before < SHOWN_ERRORS {
            // A line break in a name would break the line.
            let path = reject.path.replace(char::is_control, "\u{fffd}");
            tracing::warn!("{path}: {} [{}]", reject.message, reject.code);
        } else if before == SHOWN_ERRORS {
            tracing::warn!("more files are rejected; the table `rejects` has them all");
        }
    }
}

/// Writes log lines above the bar.
pub struct LogWriter(Option<ProgressBar>);

impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match &self.0 {
            Some(bar) => bar.suspend(|| io::stderr().write(line)),
            None => io::stderr().write(line),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
