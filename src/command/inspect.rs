//! `budgetlake inspect`: what was understood of one file, and why.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, bail};
use budgetlake::codes::Severity;
use budgetlake::config::Config;
use budgetlake::crawl::{self, CrawlOptions};
use budgetlake::extract::analyse;
use budgetlake::hash::sha256_hex;
#[cfg(feature = "pdf")]
use budgetlake::read::{Sniffed, sniff};
use budgetlake::tables::Reject;
use console::Term;

use super::print;
use crate::args::{InspectArgs, UsageError};
use crate::exit::Exit;
use crate::inspect::{Index, Selection, View, json, text};

/// Reads the file, prints what came of it.
pub fn execute(args: &InspectArgs) -> anyhow::Result<Exit> {
    let config = Config::load(args.config.as_deref())?;
    let bytes = read(&args.file, config.settings.limits.max_file_size)?;
    if let Some(picture) = &args.draw {
        return draw(&bytes, args.page, picture, &config);
    }
    let path = args.file.to_string_lossy();
    let analysis = analyse(&bytes, &path, &config);
    let view = View {
        path: &path,
        size: bytes.len(),
        sha256: &sha256_hex(&bytes),
        analysis: &analysis,
        index: &Index::of(&analysis),
        selection: Selection {
            table: args.table,
            items: args.items || args.table.is_some(),
            checks: args.checks,
        },
    };
    if let Some(number) = args.table
        && analysis.extraction.document.is_some()
        && view.tables().next().is_none()
    {
        let tables = analysis.extraction.tables.len();
        return Err(UsageError::TableNumber { number, tables }.into());
    }
    if args.json {
        print(&(serde_json::to_string_pretty(&json::report(&view))? + "\n"))?;
    } else {
        // Whatever else the environment says of colours, this word is the last.
        if std::env::var_os("NO_COLOR").is_some() {
            console::set_colors_enabled(false);
        }
        print(&text::report(&view, width(args)))?;
    }
    let failed = analysis.extraction.rejects.iter().any(|reject| reject.severity == Severity::Error);
    Ok(if failed { Exit::Rejects } else { Exit::Success })
}

/// Draws a page of a PDF as it was understood.
#[cfg(feature = "pdf")]
fn draw(bytes: &[u8], page: usize, picture: &Path, config: &Config) -> anyhow::Result<Exit> {
    if sniff(bytes) != Sniffed::Pdf {
        bail!("only pages of a PDF can be drawn");
    }
    let svg = budgetlake::read::picture(bytes, page, &config.settings)?;
    fs::write(picture, svg).with_context(|| format!("cannot write {}", picture.display()))?;
    Ok(Exit::Success)
}

#[cfg(not(feature = "pdf"))]
fn draw(_: &[u8], _: usize, _: &Path, _: &Config) -> anyhow::Result<Exit> {
    bail!("this build reads no PDF; build it with the feature `pdf`")
}

/// The narrowest screen that rows of amounts are laid out for; a narrower one wraps.
const NARROWEST: usize = 80;

/// How wide lines may be; anything that is piped on stays whole, so that it can be searched.
fn width(args: &InspectArgs) -> Option<usize> {
    let given = args.width.map(usize::from);
    given.or_else(|| {
        Term::stdout()
            .size_checked()
            .map(|(_, columns)| usize::from(columns).max(NARROWEST))
    })
}

/// The file's bytes, by the same rules as in a run: never waits for a FIFO, never reads past the limit.
fn read(path: &Path, max_file_size: u64) -> anyhow::Result<Vec<u8>> {
    let metadata = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if metadata.is_dir() {
        return Err(UsageError::Directory {
            path: path.display().to_string(),
        }
        .into());
    }
    let lost = |reject: &Reject| anyhow::anyhow!("{}: {}", path.display(), reject.message);
    let crawl = crawl::crawl(path, &CrawlOptions::default(), &AtomicBool::new(false))?;
    let Some(found) = crawl.files.into_iter().next() else {
        match crawl.rejects.first() {
            Some(reject) => return Err(lost(reject)),
            None => bail!("{} cannot be read", path.display()),
        }
    };
    let source = crawl::identify(found, max_file_size).map_err(|reject| lost(&reject))?;
    crawl::read_again(&source).map_err(|reject| lost(&reject))
}
