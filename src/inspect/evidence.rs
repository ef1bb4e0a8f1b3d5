//! Whose disclosure it is, and under each answer the evidence: what won and what lost.

use std::collections::{BTreeMap, HashMap};

use budgetlake::codes::{Code, Scope};
use budgetlake::extract::identity::{Identity, Vote};
use budgetlake::extraction::Partition;
use budgetlake::load::partition_path;
use console::{Style, style};

use super::paper::{Paper, pad, printable, width};
use super::text::{LABEL, labelled};

/// The column of values is at least and at most this wide.
const VALUES: (usize, usize) = (12, 40);

/// Votes that say the same, from places of the same kind.
struct Bundle<'v> {
    value: &'v str,
    source: &'v str,
    weight: u32,
    votes: u32,
    /// The numbers of the tables, where the sources are tables.
    tables: Vec<u32>,
    lines: Vec<i32>,
}

/// The value that an identity has in the field that votes speak of.
pub fn chosen(identity: &Identity, field: &str) -> Option<String> {
    match field {
        "year" => identity.year.map(|year| year.to_string()),
        "stage" => Some(identity.stage.code().to_owned()),
        "scope" => Some(identity.scope.code().to_owned()),
        "department" => identity.department.clone(),
        "unit" => identity.unit.clone(),
        "city" => identity.place.city.clone(),
        _ => None,
    }
}

/// Writes the section.
pub fn write(identity: &Identity, partition: &Partition, paper: &mut Paper) {
    let mut field = |name: &'static str, remark: &str| voted(identity, name, remark, paper);
    field("stage", identity.stage.meaning());
    field("scope", identity.scope.meaning());
    field("year", "");
    let code = identity.department_code.as_ref().map(|code| format!("code {code}"));
    let stands_in = identity.department.is_none() && identity.unit.is_some();
    field(
        "department",
        code.as_deref().unwrap_or(if stands_in { "the unit stands in for it" } else { "" }),
    );
    let same = identity.scope == Scope::Department && identity.unit == identity.department;
    field("unit", if same { "the department itself" } else { "" });
    field("city", "");
    let place = &identity.place;
    let plain = Style::new();
    for (label, value) in [
        ("province", &place.province),
        ("district", &place.district),
        ("division", &place.division_code),
    ] {
        if let Some(value) = value {
            labelled(paper, label, value, &plain);
        }
    }
    if let Some(title) = &identity.title {
        labelled(paper, "title", &printable(title), &plain);
    }
    labelled(paper, "partition", &partition_path(partition), &Style::new().green());
}

fn voted(identity: &Identity, field: &'static str, remark: &str, paper: &mut Paper) {
    let value = chosen(identity, field);
    let bundles = bundles(&identity.votes, field, value.as_deref());
    let total = |wanted: bool| -> u32 {
        let of = bundles.iter().filter(|bundle| (Some(bundle.value) == value.as_deref()) == wanted);
        of.map(|bundle| bundle.weight * bundle.votes).sum()
    };
    let lead = format!("  {}", style(pad(field, LABEL - 2)).dim());
    let yellow = Style::new().yellow();
    let mut pieces = vec![match &value {
        Some(value) => (printable(value), Style::new().bold()),
        None => ("unknown".to_owned(), yellow.clone().bold()),
    }];
    if !remark.is_empty() {
        pieces.push((remark.to_owned(), Style::new().dim()));
    }
    if bundles.is_empty() && value.is_some() {
        pieces.push(("assumed, nothing says so".to_owned(), yellow));
    } else if total(false) > 0 && value.is_some() {
        pieces.push((format!("weight {} against {}", total(true), total(false)), yellow));
    }
    paper.beside(&lead, LABEL, &pieces);
    let values = bundles
        .iter()
        .map(|bundle| width(bundle.value))
        .max()
        .unwrap_or(0)
        .clamp(VALUES.0, VALUES.1);
    for bundle in &bundles {
        evidence(bundle, Some(bundle.value) == value.as_deref(), values, paper);
    }
}

fn evidence(bundle: &Bundle<'_>, won: bool, values: usize, paper: &mut Paper) {
    let text = if won { Style::new() } else { Style::new().dim() };
    let mark = if won { style("✓").green() } else { style("✗").red().dim() };
    let weight = if bundle.votes > 1 {
        format!("{}×{}", bundle.votes, bundle.weight)
    } else {
        bundle.weight.to_string()
    };
    let value = pad(&printable(bundle.value), values);
    let lead = format!(
        "{}{mark} {}  {}  ",
        " ".repeat(LABEL),
        text.apply_to(&value),
        text.apply_to(format!("{weight:>5}"))
    );
    paper.hanging(&lead, LABEL + 2 + width(&value) + 9, &source(bundle), &text);
}

/// Where it was found: `titles of tables 1–4, 6 · lines 10 … 88`.
fn source(bundle: &Bundle<'_>) -> String {
    let mut text = printable(bundle.source);
    match bundle.tables.as_slice() {
        [] => {}
        [one] => text.push_str(&format!(" {one}")),
        several => text.push_str(&format!("s {}", ranges(several))),
    }
    match bundle.lines.as_slice() {
        [] => {}
        [one] => text.push_str(&format!(" · line {one}")),
        [first, .., last] if bundle.lines.len() > 3 => text.push_str(&format!(" · lines {first} … {last}")),
        few => {
            let few: Vec<String> = few.iter().map(ToString::to_string).collect();
            text.push_str(&format!(" · lines {}", few.join(", ")));
        }
    }
    text
}

/// `1, 2, 3, 5` as `1–3, 5`.
fn ranges(numbers: &[u32]) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => parts.push((*number, *number)),
        }
    }
    let shown = parts.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}–{last}")
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// The votes on a field: the winner's first, then the others by weight.
fn bundles<'v>(votes: &'v [Vote], field: &str, winner: Option<&str>) -> Vec<Bundle<'v>> {
    let mut bundles: Vec<Bundle<'v>> = Vec::new();
    let mut totals: BTreeMap<&str, u32> = BTreeMap::new();
    let mut places: HashMap<(&str, &str, u32), usize> = HashMap::new();
    for vote in votes.iter().filter(|vote| vote.field == field) {
        *totals.entry(&vote.value).or_default() += vote.weight;
        // `title of table 3` and `title of table 4` are places of the same kind.
        let table = vote.source.rsplit_once(' ').filter(|(kind, _)| kind.ends_with("table"));
        let (source, number) = match table.and_then(|(kind, number)| Some((kind, number.parse::<u32>().ok()?))) {
            Some((kind, number)) => (kind, Some(number)),
            None => (vote.source.as_str(), None),
        };
        let at = *places.entry((vote.value.as_str(), source, vote.weight)).or_insert(bundles.len());
        if at == bundles.len() {
            bundles.push(Bundle {
                value: &vote.value,
                source,
                weight: vote.weight,
                votes: 0,
                tables: Vec::new(),
                lines: Vec::new(),
            });
        }
        bundles[at].votes += 1;
        bundles[at].tables.extend(number);
        bundles[at].lines.extend(vote.line);
    }
    // Stable: what was found first stays first among equals.
    bundles.sort_by_key(|bundle| {
        let lost = Some(bundle.value) != winner;
        let total = totals.get(bundle.value).copied().unwrap_or(0);
        (lost, std::cmp::Reverse(total))
    });
    bundles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_of_the_same_kind_are_one_line_of_evidence() {
        let vote = |value: &str, weight, source: &str, line| Vote {
            field: "year",
            value: value.to_owned(),
            weight,
            source: source.to_owned(),
            line: Some(line),
        };
        let votes = [
            vote("2022", 1, "title of table 4", 70),
            vote("2023", 5, "cover", 3),
            vote("2023", 1, "title of table 1", 10),
            vote("2023", 1, "title of table 2", 30),
            vote("2023", 1, "title of table 3", 50),
            vote("2023", 1, "title of table 5", 90),
        ];
        let shown: Vec<String> = bundles(&votes, "year", Some("2023")).iter().map(source).collect();
        assert_eq!(
            shown,
            [
                "cover · line 3",
                "title of tables 1–3, 5 · lines 10 … 90",
                "title of table 4 · line 70"
            ]
        );
    }
}
