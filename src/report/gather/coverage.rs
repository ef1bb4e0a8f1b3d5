//! Which department, year and stage is there.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ReportError;
use super::super::model::{Coverage, Covered, Disclosure, Fill, Period, Top};
use super::Limits;
use super::rows::rows;
use crate::codes::{Code, Scope};
use crate::stats::Session;

/// A disclosure, as far as the page needs it.
pub struct Known {
    /// Its id.
    pub id: String,
    /// Its path.
    pub path: String,
    /// City; empty where it could not be told.
    pub city: String,
    /// Department, with its district where the name doesn't say it; empty where it could not be told.
    pub department: String,
    /// Year and stage.
    pub period: Option<Period>,
    /// Whether it is a unit's.
    pub is_unit: bool,
    /// Rows of `line_items`.
    pub line_items: u64,
    /// Checks that passed.
    pub passed: u64,
    /// Checks that failed.
    pub failed: u64,
    /// Standard forms found and due.
    pub forms: (usize, usize),
}

/// All disclosures, in the order of their paths.
pub fn disclosures(session: &mut Session) -> Result<Vec<Known>, ReportError> {
    let batches = session.query_by_city(&[include_str!("../sql/disclosures.sql")])?;
    let mut disclosures: Vec<Known> = batches
        .iter()
        .flat_map(rows)
        .map(|row| Known {
            id: row.text("document_id").to_owned(),
            path: row.text("path").to_owned(),
            city: row.text("city").to_owned(),
            department: department(row.text("district"), row.text("department")),
            period: row.period(),
            is_unit: row.text("scope") == Scope::Unit.code(),
            line_items: row.count("line_items"),
            passed: row.count("checks_passed"),
            failed: row.count("checks_failed"),
            forms: (row.size("forms_printed"), row.size("forms_wanted")),
        })
        .collect();
    disclosures.sort_by(|a, b| (&a.path, &a.id).cmp(&(&b.path, &b.id)));
    Ok(disclosures)
}

/// A department's name, with the district in front where it doesn't say it.
pub fn department(district: &str, department: &str) -> String {
    if district.is_empty() || department.is_empty() || department.contains(district) {
        department.to_owned()
    } else {
        format!("{district} {department}")
    }
}

/// The maps by city and by department.
pub fn coverage(disclosures: &[Known], limits: &Limits) -> Coverage {
    let periods: Vec<Period> = disclosures
        .iter()
        .filter_map(|known| known.period)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut departments: BTreeMap<(&str, &str), Vec<&Known>> = BTreeMap::new();
    let mut cities: BTreeMap<&str, Vec<&Known>> = BTreeMap::new();
    for known in disclosures {
        departments.entry((&known.city, &known.department)).or_default().push(known);
        cities.entry(&known.city).or_default().push(known);
    }
    let cells = |of: &[&Known]| -> Vec<Option<Fill>> { periods.iter().map(|period| fill(of, *period)).collect() };
    let cities = cities.into_iter().map(|(city, of)| Covered {
        city: city.to_owned(),
        department: String::new(),
        cells: cells(&of),
        documents: Top::default(),
    });
    let cities = Top::first(cities.collect(), limits.cities);
    let departments = departments.into_iter().map(|((city, department), of)| {
        let mut documents: Vec<Disclosure> = of.iter().filter_map(|known| disclosure(known)).collect();
        documents.sort_by(|a, b| (a.period, &a.path).cmp(&(b.period, &b.path)));
        Covered {
            city: city.to_owned(),
            department: department.to_owned(),
            cells: cells(&of),
            documents: Top::first(documents, limits.disclosures),
        }
    });
    let departments = Top::first(departments.collect(), limits.departments);
    Coverage {
        periods,
        cities,
        departments,
    }
}

fn fill(of: &[&Known], period: Period) -> Option<Fill> {
    let there = || of.iter().filter(|known| known.period == Some(period));
    let departments: BTreeSet<&str> = there().map(|known| known.department.as_str()).collect();
    (!departments.is_empty()).then(|| Fill {
        documents: there().count(),
        departments: departments.len(),
        forms: there().map(|known| known.forms.0).sum(),
        due: there().map(|known| known.forms.1).sum(),
    })
}

fn disclosure(known: &Known) -> Option<Disclosure> {
    Some(Disclosure {
        path: known.path.clone(),
        period: known.period?,
        is_unit: known.is_unit,
        forms: known.forms,
        failed: usize::try_from(known.failed).unwrap_or(usize::MAX),
    })
}
