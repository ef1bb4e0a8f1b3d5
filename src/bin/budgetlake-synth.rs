//! Writes generated disclosures and, if asked, their ground truth.

#![forbid(unsafe_code)]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use budgetlake::codes::Layout;
use budgetlake::synth::disclosure::Disclosure;
use budgetlake::synth::{self, Encoding, Options, Size, truth};
use clap::Parser;

/// Generates departmental budgets and final accounts of invented bodies, with ground truth.
#[derive(Debug, Parser)]
#[command(name = "budgetlake-synth", version)]
struct Args {
    /// How many disclosures
    #[arg(long, default_value_t = 24)]
    documents: u32,
    /// The seed: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The directory to write them to; made if it isn't there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Over how many cities they are spread (at most 14)
    #[arg(long, default_value_t = 14)]
    cities: usize,
    /// The fiscal years, as A..B (both included)
    #[arg(long, default_value = "2022..2025", value_parser = years)]
    years: RangeInclusive<i32>,
    /// The layout of tables: tabbed, linear, aligned, pipes, stacked or mixed
    #[arg(long, default_value = "mixed", value_parser = layout)]
    layout: Choice<Layout>,
    /// The encoding: utf-8, utf-8-bom, utf-16le, utf-16be, gb18030 or mixed
    #[arg(long, default_value = "mixed", value_parser = encoding)]
    encoding: Choice<Encoding>,
    /// Short disclosures (5–15 KB) instead of full ones
    #[arg(long)]
    small: bool,
    /// Where to write the ground truth (CSV)
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// Where to write the true indicators of performance target forms (CSV)
    #[arg(long, value_name = "FILE")]
    truth_indicators: Option<PathBuf>,
    /// Where to write the true projects of performance target forms (CSV)
    #[arg(long, value_name = "FILE")]
    truth_projects: Option<PathBuf>,
}

/// One of several, or all mixed.
#[derive(Debug, Clone, Copy)]
struct Choice<T>(Option<T>);

fn main() -> Result<()> {
    let args = Args::parse();
    let options = Options {
        seed: args.seed,
        cities: args.cities,
        years: args.years,
        layout: args.layout.0,
        encoding: args.encoding.0,
        size: if args.small { Size::Small } else { Size::Full },
    };
    fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let wanted: [(Option<&Path>, &str, WriteTruth); 3] = [
        (args.truth.as_deref(), truth::HEADER, truth::write_rows),
        (args.truth_indicators.as_deref(), truth::INDICATOR_HEADER, truth::write_indicators),
        (args.truth_projects.as_deref(), truth::PROJECT_HEADER, truth::write_projects),
    ];
    let mut truths = Vec::new();
    for (path, header, write) in wanted {
        if let Some(path) = path {
            truths.push((open_truth(path, header)?, write));
        }
    }
    for index in 0..args.documents {
        let file = synth::file(&options, index)?;
        let path = args.out.join(&file.name);
        fs::write(&path, &file.bytes).with_context(|| format!("cannot write {}", path.display()))?;
        for (out, write) in &mut truths {
            write(out, &file.name, &file.disclosure).context("cannot write the truth")?;
        }
    }
    for (mut out, _) in truths {
        out.flush().context("cannot write the truth")?;
    }
    Ok(())
}

/// Writes what one kind of truth says of a file.
type WriteTruth = fn(&mut dyn Write, &str, &Disclosure) -> std::io::Result<()>;

fn open_truth(path: &Path, header: &str) -> Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::new(file);
    writeln!(out, "{header}").with_context(|| format!("cannot write {}", path.display()))?;
    Ok(out)
}

fn years(text: &str) -> Result<RangeInclusive<i32>, String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    match (first.trim().parse(), last.trim_start_matches('=').trim().parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..=last),
        _ => Err(format!("`{text}` is no range of years such as 2022..2025")),
    }
}

fn layout(text: &str) -> Result<Choice<Layout>, String> {
    const WRITTEN: [Layout; 5] = [Layout::Tabbed, Layout::Linear, Layout::Aligned, Layout::Pipes, Layout::Stacked];
    match text.parse::<Layout>() {
        _ if text == "mixed" => Ok(Choice(None)),
        Ok(layout) if WRITTEN.contains(&layout) => Ok(Choice(Some(layout))),
        _ => Err(format!("`{text}` is no layout: tabbed, linear, aligned, pipes, stacked or mixed")),
    }
}

fn encoding(text: &str) -> Result<Choice<Encoding>, String> {
    if text == "mixed" {
        return Ok(Choice(None));
    }
    let known = Encoding::ALL.iter().find(|(name, _)| *name == text);
    known
        .map(|(_, encoding)| Choice(Some(*encoding)))
        .ok_or_else(|| format!("`{text}` is no encoding: utf-8, utf-8-bom, utf-16le, utf-16be, gb18030 or mixed"))
}
