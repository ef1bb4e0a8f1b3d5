//! What `budgetlake check` prints for people: counts by rule and city, and every failure with both figures.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use budgetlake::config::Config;
use comfy_table::{Cell, CellAlignment, Table, TableStyle};
use console::style;

use crate::command::check::{Failure, Found, Tally};
use crate::summary::{count, grouped};

/// The report.
pub fn text(found: &Found, config: &Config) -> String {
    let mut text = String::from("\n");
    let total = &found.total;
    let mark = if total.failed == 0 {
        style("✓").green().bold()
    } else {
        style("✗").red().bold()
    };
    line(
        &mut text,
        &format!(
            "{mark} {} checks passed, {} failed ({}), {} worth a look, {} not applicable",
            count(total.passed),
            count(total.failed),
            percent(total),
            count(total.notices),
            count(total.not_applicable)
        ),
    );
    if found.failures.is_empty() {
        text.push('\n');
        return text;
    }
    let meanings: BTreeMap<&str, (&str, &str)> = config
        .checks
        .heads()
        .iter()
        .map(|head| (&**head.rule, (head.zh, head.en)))
        .collect();
    line(&mut text, "");
    tallies(&mut text, "rule", &found.rules);
    line(&mut text, "");
    tallies(&mut text, "city", &found.cities);
    let mut rule = "";
    let mut place = String::new();
    for failure in &found.failures {
        if failure.rule != rule {
            rule = &failure.rule;
            place.clear();
            let (zh, en) = meanings.get(rule).copied().unwrap_or_default();
            line(&mut text, &format!("\n{}  {zh} · {en}", style(rule).bold()));
        }
        let here = place_of(failure);
        if here != place {
            line(&mut text, &format!("  {}", style(&here).cyan()));
            place = here;
        }
        one(&mut text, failure);
    }
    text.push('\n');
    text
}

/// A table of counts; only those with something to look at.
fn tallies(text: &mut String, name: &str, tallies: &BTreeMap<String, Tally>) {
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    table.force_no_tty();
    table.set_header([name, "failed", "of", "share", "worth a look"]);
    let mut rows: Vec<(&String, &Tally)> = tallies.iter().filter(|(_, tally)| tally.failed + tally.notices > 0).collect();
    rows.sort_by_key(|(_, tally)| std::cmp::Reverse((tally.failed, tally.notices)));
    for (name, tally) in rows {
        let numbers = [
            count(tally.failed),
            count(tally.passed + tally.failed),
            percent(tally),
            count(tally.notices),
        ];
        let cells = numbers
            .into_iter()
            .map(|number| Cell::new(number).set_alignment(CellAlignment::Right));
        table.add_row(std::iter::once(Cell::new(if name.is_empty() { "(no city)" } else { name })).chain(cells));
    }
    for row in table.lines() {
        line(text, &format!(" {}", row.trim_end()));
    }
}

fn place_of(failure: &Failure) -> String {
    let year = failure.year.map_or_else(|| "(no year)".to_owned(), |year| year.to_string());
    format!(
        "{} {} {year} · {}",
        failure.city.as_deref().unwrap_or("(no city)"),
        failure.department.as_deref().unwrap_or("(no department)"),
        failure.path
    )
}

fn one(text: &mut String, failure: &Failure) {
    let of: Vec<&str> = [&failure.form, &failure.subject, &failure.measure]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    let mark = if failure.status == "fail" {
        style("✗").red()
    } else {
        style("!").yellow()
    };
    let lead = if of.is_empty() {
        String::new()
    } else {
        format!("{}: ", of.join(" "))
    };
    line(text, &format!("    {mark} {lead}{}", failure.message));
    if let (Some(difference), Some(tolerance)) = (failure.difference, failure.tolerance) {
        let remark = format!(
            "differ by {}, {} allowed",
            grouped(&difference.to_string()),
            grouped(&tolerance.to_string())
        );
        line(text, &format!("      {}", style(remark).dim()));
    }
}

fn percent(tally: &Tally) -> String {
    format!("{:.2} %", tally.failed_share() * 100.0)
}

fn line(text: &mut String, words: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{words}");
}
