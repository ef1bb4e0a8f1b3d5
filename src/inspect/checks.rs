//! What must hold in a file, beside its tables: what failed with both figures, and with `--checks` everything.

use std::collections::BTreeMap;

use budgetlake::codes::{CheckStatus, Code};
use budgetlake::tables::Check;
use console::{Style, style};

use super::View;
use super::paper::{Paper, pad, printable};

/// Writes the counts and what does not hold; all checks where they are asked for.
pub fn write(view: &View<'_>, paper: &mut Paper) {
    let checks: Vec<&Check> = view.checks().collect();
    if checks.is_empty() {
        return;
    }
    let mut counts: BTreeMap<usize, (CheckStatus, usize)> = BTreeMap::new();
    for check in &checks {
        counts.entry(check.status.index()).or_insert((check.status, 0)).1 += 1;
    }
    let counts: Vec<String> = counts
        .values()
        .map(|(status, number)| format!("{number} {}", words(*status)))
        .collect();
    let more = if view.selection.checks {
        ""
    } else {
        "; all are shown with --checks"
    };
    paper.heading("Checks", &format!("{}{more}", counts.join(", ")));
    let is_shown = |check: &&&Check| view.selection.checks || matches!(check.status, CheckStatus::Fail | CheckStatus::Notice);
    let shown: Vec<&&Check> = checks.iter().filter(is_shown).collect();
    let rules = shown.iter().map(|check| check.rule.len()).max().unwrap_or(0);
    for check in shown {
        one(check, rules, paper);
    }
}

fn words(status: CheckStatus) -> &'static str {
    match status {
        CheckStatus::Pass => "passed",
        CheckStatus::Fail => "failed",
        CheckStatus::Notice => "worth a look",
        CheckStatus::NotApplicable => "not applicable",
    }
}

fn one(check: &Check, rules: usize, paper: &mut Paper) {
    let (mark, colour) = match check.status {
        CheckStatus::Pass => ("✓", Style::new().green()),
        CheckStatus::Fail => ("✗", Style::new().red()),
        CheckStatus::Notice => ("!", Style::new().yellow()),
        CheckStatus::NotApplicable => ("·", Style::new().dim()),
    };
    let lead = format!(
        "{} {}  ",
        colour.clone().bold().apply_to(mark),
        colour.apply_to(pad(&check.rule, rules))
    );
    paper.hanging(
        &lead,
        rules + 4,
        &format!("{}{}", of(check), printable(&check.message)),
        &Style::new(),
    );
    if let (Some(difference), Some(tolerance), CheckStatus::Fail | CheckStatus::Notice) = (check.difference, check.tolerance, check.status)
    {
        let text = format!("differ by {difference} {}, {tolerance} allowed", check.unit.code());
        paper.line(format!("{}{}", " ".repeat(rules + 4), style(text).dim()));
    }
}

/// What the figures are of, in front of them.
fn of(check: &Check) -> String {
    let table = check.table_no.map(|number| format!("table {number} "));
    let form = check.form.map(|form| format!("{form} "));
    let subject = check.subject.as_deref().map(|subject| format!("{} ", printable(subject)));
    let measure = check.measure.map(|measure| format!("{measure} "));
    let words: String = [table, form, subject, measure].into_iter().flatten().collect();
    if words.is_empty() {
        words
    } else {
        format!("{}: ", words.trim_end())
    }
}
