//! From a snapshot to what the page shows.
//!
//! Figures are those of the statistical datasets ([`crate::stats`]); `sql/` has the questions that only the page asks: which printed amounts a
//! figure is made of. Lists are cut to [`Limits`], so that the page of a large warehouse stays small.

mod coverage;
mod money;
mod quality;
mod rows;
mod sources;

use std::collections::BTreeSet;
use std::path::Path;

use super::ReportError;
use super::model::{Head, Report};
use crate::config::Config;
use crate::load::{current_id, snapshot_path};
use crate::stats::{Dataset, Session, some_datasets};

/// How many rows of each list are shown: 10,000 disclosures make a page of less than 5 MB.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Cities of the coverage map.
    pub cities: usize,
    /// Departments of the coverage map.
    pub departments: usize,
    /// Disclosures of one department.
    pub disclosures: usize,
    /// Rows of functions, execution and the three public expenses, each.
    pub figures: usize,
    /// Disclosures with failed checks.
    pub worst: usize,
    /// Failed checks of one of them.
    pub failures: usize,
    /// Runs.
    pub runs: usize,
    /// Classes of the chart.
    pub classes: usize,
}

/// The limits in use.
pub const LIMITS: Limits = Limits {
    cities: 300,
    departments: 300,
    disclosures: 8,
    figures: 250,
    worst: 50,
    failures: 6,
    runs: 20,
    classes: 12,
};

/// What there is to show of a warehouse.
pub fn gather(warehouse: &Path, config: &Config) -> Result<Report, ReportError> {
    // One look at the link, so that a run that publishes meanwhile doesn't change what is read.
    let id = current_id(warehouse)?.ok_or_else(|| crate::load::LoadError::NoWarehouse {
        path: warehouse.to_owned(),
    })?;
    let snapshot = snapshot_path(warehouse, &id);
    let mut session = Session::open(&snapshot, config)?;
    let disclosures = coverage::disclosures(&mut session)?;
    let datasets = some_datasets(&mut session, &["function_year", "execution", "three_public_year", "quality"])?;
    let dataset = |name: &str| -> Result<&Dataset, ReportError> {
        let dataset = datasets.iter().find(|dataset| dataset.name == name);
        dataset.ok_or_else(|| ReportError::Missing(name.to_owned()))
    };
    let mut report = Report {
        coverage: coverage::coverage(&disclosures, &LIMITS),
        rejects: quality::rejects(&mut session)?,
        runs: quality::runs(warehouse, &LIMITS)?,
        ..Report::default()
    };
    if !disclosures.is_empty() {
        let functions = dataset("function_year")?;
        report.classes = money::classes(functions, &LIMITS);
        report.functions = money::functions(functions, &LIMITS);
        let execution = dataset("execution")?;
        report.rates = money::rates(execution);
        report.execution = money::execution(execution, &LIMITS);
        let three_public = dataset("three_public_year")?;
        report.trend = money::trend(three_public);
        report.three_public = money::three_public(three_public, &LIMITS);
        sources::fill(&mut session, &disclosures, &mut report)?;
        report.rules = quality::rules(dataset("quality")?, config);
        report.worst = quality::worst(&mut session, &disclosures, &LIMITS)?;
    }
    report.head = head(id, &disclosures, &report);
    Ok(report)
}

fn head(snapshot: String, disclosures: &[coverage::Known], report: &Report) -> Head {
    let cities: BTreeSet<&str> = disclosures
        .iter()
        .map(|known| known.city.as_str())
        .filter(|city| !city.is_empty())
        .collect();
    let years = || disclosures.iter().filter_map(|known| known.period).map(|period| period.year);
    let rejects = |severity| report.rejects.iter().filter(move |row| row.severity == severity);
    Head {
        snapshot,
        version: env!("CARGO_PKG_VERSION"),
        documents: disclosures.len(),
        cities: cities.len(),
        departments: report.coverage.departments.total,
        years: years().min().zip(years().max()),
        line_items: disclosures.iter().map(|known| known.line_items).sum(),
        checks: (
            disclosures.iter().map(|known| known.passed).sum(),
            disclosures.iter().map(|known| known.failed).sum(),
        ),
        errors: rejects(crate::codes::Severity::Error).map(|row| row.rows).sum(),
        warnings: rejects(crate::codes::Severity::Warning).map(|row| row.rows).sum(),
    }
}
