//! Writes generated disclosures and, if asked, their ground truth.

#![forbid(unsafe_code)]

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use budgetlake::codes::Layout;
use budgetlake::synth::truth::{Truth, TruthWriter};
use budgetlake::synth::{self, Encoding, Noise, NoisePlan, Options, Size};
use clap::Parser;
use rayon::prelude::*;

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
    /// The encoding: utf8, utf8-bom, utf16 (utf16-le), utf16-be, gb18030 or mixed
    #[arg(long, default_value = "mixed", value_parser = encoding)]
    encoding: Choice<Encoding>,
    /// Short disclosures (5–15 KB) instead of full ones
    #[arg(long)]
    small: bool,
    /// What to damage them by: none, all, or kinds by their names, parted by commas (docs/generator.md)
    #[arg(long, default_value = "none", value_parser = noise)]
    noise: Kinds,
    /// How many in a hundred are damaged, where `--noise` names kinds
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u8).range(0..=100))]
    noise_share: u8,
    /// Where to write the ground truth: a directory of Parquet files; better not below `--out`, where a run would come upon it
    #[arg(long, value_name = "DIR")]
    truth: Option<PathBuf>,
}

/// One of several, or all mixed.
#[derive(Debug, Clone, Copy)]
struct Choice<T>(Option<T>);

/// Kinds of noise.
#[derive(Debug, Clone)]
struct Kinds(Vec<Noise>);

/// Files are generated in parallel and their truth is written in order, so many at a time.
const AT_A_TIME: u32 = 512;

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
    let plan = NoisePlan {
        kinds: args.noise.0,
        percent: args.noise_share,
    };
    fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let mut truth = args.truth.as_deref().map(TruthWriter::create).transpose()?;
    for first in (0..args.documents).step_by(AT_A_TIME as usize) {
        let last = args.documents.min(first.saturating_add(AT_A_TIME));
        let wanted = truth.is_some();
        let told: Vec<Option<Truth>> = (first..last)
            .into_par_iter()
            .map(|index| write(&options, &plan, index, &args.out, wanted))
            .collect::<Result<_>>()?;
        if let Some(truth) = &mut truth {
            told.iter().flatten().try_for_each(|told| truth.add(told))?;
        }
    }
    if let Some(truth) = truth {
        truth.finish()?;
    }
    Ok(())
}

/// Writes one file; what is true of it, if that is `wanted`.
fn write(options: &Options, plan: &NoisePlan, index: u32, out: &Path, wanted: bool) -> Result<Option<Truth>> {
    let file = synth::noisy_file(options, index, plan.of(options, index))?;
    let path = out.join(&file.name);
    fs::write(&path, &file.bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(wanted.then(|| Truth::of(&file)))
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
    let plain = |name: &str| name.replace('-', "");
    let wanted = match plain(text).as_str() {
        "utf16" => "utf16le".to_owned(),
        other => other.to_owned(),
    };
    let known = Encoding::ALL.iter().find(|(name, _)| plain(name) == wanted);
    known
        .map(|(_, encoding)| Choice(Some(*encoding)))
        .ok_or_else(|| format!("`{text}` is no encoding: utf8, utf8-bom, utf16, utf16-be, gb18030 or mixed"))
}

fn noise(text: &str) -> Result<Kinds, String> {
    let all = || Noise::ALL.iter().map(|(_, noise)| *noise);
    let names = || Noise::ALL.map(|(name, _)| name).join(", ");
    match text {
        "none" => Ok(Kinds(Vec::new())),
        "all" => Ok(Kinds(all().collect())),
        _ => text
            .split(',')
            .map(|name| {
                all()
                    .find(|noise| noise.name() == name.trim())
                    .ok_or_else(|| format!("`{name}` is no kind of noise: none, all, {}", names()))
            })
            .collect::<Result<_, _>>()
            .map(Kinds),
    }
}
