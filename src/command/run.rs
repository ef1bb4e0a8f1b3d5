//! `budgetlake run`: the main job.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use anyhow::Context;
use budgetlake::config::Config;
use budgetlake::run::{forecast, run_recorded};
use tracing::Level;

use super::{print, stop_on_signal};
use crate::args::{LogFormat, RunArgs};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::{metrics, summary};

/// Reads the input, publishes a snapshot, prints what happened.
pub fn execute(args: &RunArgs) -> anyhow::Result<Exit> {
    let options = args.check()?;
    let for_machines = args.log_format == LogFormat::Json;
    let with_bar = !for_machines && !args.quiet && io::stderr().is_terminal();
    let progress = Arc::new(Progress::new(with_bar, for_machines));
    start_logging(args, &progress);
    let config = Config::load(args.config.as_deref())?;
    let stop = stop_on_signal().context("cannot listen to signals")?;

    if args.dry_run {
        let forecast = forecast(&options, &config, progress.as_ref(), &stop);
        progress.end();
        let forecast = forecast?;
        match args.log_format {
            LogFormat::Json => print(&format!("{}\n", serde_json::to_string(&forecast)?))?,
            LogFormat::Text => print(&summary::forecast(&forecast))?,
        }
        return Ok(Exit::Success);
    }
    let (record, outcome) = run_recorded(&options, &config, progress.as_ref(), &stop);
    progress.end();
    let outcome = outcome.map_err(anyhow::Error::from);
    if let Some(path) = &args.metrics_file {
        let exit = outcome.as_ref().map_or_else(Exit::of_error, Exit::of_report);
        if let Err(error) = metrics::write(path, &record, outcome.as_ref().ok(), exit, &options.warehouse) {
            tracing::warn!(path = %path.display(), %error, "cannot write the metrics");
        }
    }
    let report = outcome?;
    match args.log_format {
        _ if args.quiet => {}
        LogFormat::Json => print(&format!("{}\n", serde_json::to_string(&report)?))?,
        LogFormat::Text => print(&summary::text(&report))?,
    }
    Ok(Exit::of_report(&report))
}

fn start_logging(args: &RunArgs, progress: &Arc<Progress>) {
    let level = if args.quiet { Level::ERROR } else { Level::INFO };
    let progress = Arc::clone(progress);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_target(false)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(move || progress.writer());
    match args.log_format {
        LogFormat::Text => subscriber.without_time().init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
}
