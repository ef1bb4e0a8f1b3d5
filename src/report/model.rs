//! What the page shows, gathered and ready: no queries behind it and no markup in it.

use rust_decimal::Decimal;

use crate::codes::{Form, RejectCode, Severity, Stage};
use crate::money::Yuan;

/// The first rows of a list, and how long the whole list is.
#[derive(Debug, Clone)]
pub struct Top<T> {
    /// What is shown.
    pub rows: Vec<T>,
    /// How many there are.
    pub total: usize,
}

impl<T> Default for Top<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            total: 0,
        }
    }
}

impl<T> Top<T> {
    /// The first `limit` of `rows`.
    pub fn first(mut rows: Vec<T>, limit: usize) -> Self {
        let total = rows.len();
        rows.truncate(limit);
        Self { rows, total }
    }
}

/// Where a figure is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// 1-based line of the decoded source; the row, in a sheet.
    pub line: Option<i32>,
    /// 1-based page.
    pub page: Option<i32>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
}

/// A printed amount that a figure is made of.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path of the disclosure below the input.
    pub path: String,
    /// The form that it stands in.
    pub form: Option<Form>,
    /// Where.
    pub place: Place,
    /// As printed, with the unit.
    pub printed: String,
    /// In yuan.
    pub amount: Yuan,
}

/// What the warehouse holds.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Id of the snapshot.
    pub snapshot: String,
    /// Version of the program that made the page.
    pub version: &'static str,
    /// Disclosures.
    pub documents: usize,
    /// Cities.
    pub cities: usize,
    /// Departments.
    pub departments: usize,
    /// First and last fiscal year.
    pub years: Option<(i32, i32)>,
    /// Rows of `line_items`.
    pub line_items: u64,
    /// Checks that passed and failed.
    pub checks: (u64, u64),
    /// Files of which nothing usable came.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
}

/// A column of the coverage map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Fiscal year.
    pub year: i32,
    /// Budget or final account.
    pub stage: Stage,
}

/// How much of what is due is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fill {
    /// Disclosures.
    pub documents: usize,
    /// Departments with one.
    pub departments: usize,
    /// Standard forms found.
    pub forms: usize,
    /// Standard forms due.
    pub due: usize,
}

/// A disclosure of a department.
#[derive(Debug, Clone)]
pub struct Disclosure {
    /// Its path.
    pub path: String,
    /// Year and stage.
    pub period: Period,
    /// Whether it is a unit's.
    pub is_unit: bool,
    /// Standard forms found and due.
    pub forms: (usize, usize),
    /// Checks that failed.
    pub failed: usize,
}

/// A row of the coverage map.
#[derive(Debug, Clone)]
pub struct Covered {
    /// City; empty where it could not be told.
    pub city: String,
    /// Department; empty in the row of a city.
    pub department: String,
    /// A cell for each period.
    pub cells: Vec<Option<Fill>>,
    /// Its disclosures; none in the row of a city.
    pub documents: Top<Disclosure>,
}

/// What is there, by city and by department.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// The columns.
    pub periods: Vec<Period>,
    /// A row for each city.
    pub cities: Top<Covered>,
    /// A row for each department.
    pub departments: Top<Covered>,
}

/// How a figure changed since the year before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change {
    /// In percent; none where there is nothing to compare with.
    pub percent: Option<Decimal>,
    /// Whether as many departments print it in both years.
    pub is_alike: bool,
}

/// Expenditure of a functional class in a city and year.
#[derive(Debug, Clone)]
pub struct FunctionRow {
    /// City.
    pub city: String,
    /// Year and stage.
    pub period: Period,
    /// Code of the class.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Expenditure.
    pub amount: Yuan,
    /// Percent of the city's year.
    pub share: Option<Decimal>,
    /// Since the year before.
    pub change: Change,
    /// Departments that print it.
    pub departments: usize,
    /// The printed amounts, the largest first.
    pub sources: Top<Source>,
}

/// Budget and final account of a department.
#[derive(Debug, Clone)]
pub struct Execution {
    /// City.
    pub city: String,
    /// Fiscal year.
    pub year: i32,
    /// Department.
    pub department: String,
    /// Whose figures stand for it: its own, or its units'.
    pub basis: String,
    /// 预算数.
    pub budget: Yuan,
    /// 决算数.
    pub account: Yuan,
    /// 执行率 in percent; none where nothing was planned.
    pub rate: Option<Decimal>,
    /// The printed amounts.
    pub sources: Top<Source>,
}

/// A line of the three public expenses in a city and year.
#[derive(Debug, Clone)]
pub struct ThreePublicRow {
    /// City.
    pub city: String,
    /// Year and stage.
    pub period: Period,
    /// Key of the line.
    pub item: String,
    /// The amount.
    pub amount: Yuan,
    /// Departments that print it.
    pub departments: usize,
    /// Since the year before.
    pub change: Change,
    /// The printed amounts, the largest first.
    pub sources: Top<Source>,
}

/// What came of a rule.
#[derive(Debug, Clone)]
pub struct RuleRow {
    /// Its code.
    pub rule: String,
    /// Its meaning in Chinese.
    pub zh: String,
    /// Its meaning in English.
    pub en: String,
    /// Checks that passed.
    pub passed: u64,
    /// That failed.
    pub failed: u64,
    /// Worth a look.
    pub notices: u64,
    /// Not applicable.
    pub not_applicable: u64,
}

/// A check that failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// Both figures as printed and their lines.
    pub message: String,
    /// The form of the left figure.
    pub form: Option<Form>,
    /// Where it stands.
    pub place: Place,
}

/// A disclosure in which checks failed.
#[derive(Debug, Clone)]
pub struct WorstRow {
    /// City.
    pub city: String,
    /// Department.
    pub department: String,
    /// Year and stage.
    pub period: Option<Period>,
    /// Path.
    pub path: String,
    /// Checks that passed.
    pub passed: u64,
    /// Checks that failed.
    pub failed: u64,
    /// The first of those that failed.
    pub failures: Top<Failure>,
}

/// What was left out or guessed in a file.
#[derive(Debug, Clone)]
pub struct RejectExample {
    /// The file.
    pub path: String,
    /// Where.
    pub place: Place,
    /// What happened.
    pub message: String,
    /// What is printed there.
    pub excerpt: String,
}

/// A reason of rejects.
#[derive(Debug, Clone)]
pub struct RejectRow {
    /// The reason.
    pub code: RejectCode,
    /// How bad it is.
    pub severity: Severity,
    /// Rows of `rejects`.
    pub rows: u64,
    /// Files.
    pub files: usize,
    /// The first of them.
    pub examples: Top<RejectExample>,
}

/// A run, as recorded in the warehouse.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct RunRow {
    /// When it started, UTC.
    pub started: String,
    /// What was done.
    pub command: String,
    /// How it ended.
    pub outcome: String,
    /// New files.
    pub new: u64,
    /// Changed files.
    pub changed: u64,
    /// Files that are gone.
    pub removed: u64,
    /// Disclosures in the snapshot.
    pub documents: u64,
    /// Files of which nothing usable came.
    pub rejected: u64,
    /// How long it took.
    pub seconds: f64,
    /// The snapshot that was current when it ended.
    pub snapshot: String,
    /// Why it failed.
    pub message: String,
}

/// Everything that the page shows.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What the warehouse holds.
    pub head: Head,
    /// What is there.
    pub coverage: Coverage,
    /// Expenditure by function.
    pub functions: Top<FunctionRow>,
    /// Expenditure by functional class over all cities.
    pub classes: Classes,
    /// Budget against final account.
    pub execution: Top<Execution>,
    /// Departments in each class of execution rates, see [`RATE_STEPS`].
    pub rates: Vec<usize>,
    /// The three public expenses.
    pub three_public: Top<ThreePublicRow>,
    /// The three public expenses over all cities.
    pub trend: Trend,
    /// Checks by rule.
    pub rules: Top<RuleRow>,
    /// The disclosures with the most failures.
    pub worst: Top<WorstRow>,
    /// Rejects by reason.
    pub rejects: Vec<RejectRow>,
    /// The last runs.
    pub runs: Top<RunRow>,
}

/// Expenditure by functional class over all cities, in a year and the year before.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    /// The stage and the year.
    pub period: Option<Period>,
    /// Name, amount of the year before, amount of the year; the largest first.
    pub rows: Vec<(String, Option<Yuan>, Yuan)>,
}

/// The three public expenses over all cities, by year.
#[derive(Debug, Clone, Default)]
pub struct Trend {
    /// The stage.
    pub stage: Option<Stage>,
    /// The years.
    pub years: Vec<i32>,
    /// Key of a line, and its amount in each year.
    pub lines: Vec<(String, Vec<Option<Yuan>>)>,
}

/// The bounds of the classes of execution rates, in percent: under 50, 50 to 80 …, 150 and more.
pub const RATE_STEPS: [i64; 6] = [50, 80, 95, 105, 120, 150];
