//! The counts of 部门决算公开相关信息统计表: vehicles and equipment in rows.

use super::figures::Figure;
use super::{Claim, Stated};
use crate::codes::Form;
use crate::config::{Role, Topic};
use crate::document::{Position, TextLine};
use crate::money::{MoneyCell, parse_cell};
use crate::recognise::Table;
use crate::text::{clean_name, compact, strip_numbering};

/// Lines below the title of the table that can be its rows.
const MOST_LINES: usize = 80;

/// Adds the counts of the tables.
pub fn read(tables: &[Table<'_, '_>], prose: &[TextLine<'_>], stated: &mut Stated<'_>) {
    for table in tables.iter().filter(|table| table.spec.form == Form::DisclosureStatistics) {
        let before = stated.facts.len();
        of_cells(table, stated);
        if stated.facts.len() == before {
            of_lines(table, prose, stated);
        }
    }
}

/// One row of counts: what is counted, and the number.
struct Count<'c> {
    name: &'c str,
    value: &'c str,
    source: String,
    row: i32,
    position: Position,
}

/// The counts of a table with cells.
fn of_cells(table: &Table<'_, '_>, stated: &mut Stated<'_>) {
    let column = |wanted: fn(&Role) -> bool| table.columns.all.iter().position(|column| wanted(&column.role));
    let name = column(|role| *role == Role::Name);
    let amount = column(|role| matches!(role, Role::Amount(_)));
    let (Some(name), Some(amount)) = (name, amount) else { return };
    for (number, row) in (1i32..).zip(&table.rows) {
        if let (Some(name), Some(value)) = (row.cells.get(name), row.cells.get(amount)) {
            let count = Count {
                name,
                value,
                source: row
                    .cells
                    .iter()
                    .flat_map(|cell| cell.split_whitespace())
                    .collect::<Vec<_>>()
                    .join(" "),
                row: number,
                position: row.position,
            };
            add(table, &count, stated);
        }
    }
}

/// The counts of a table whose cells are gone: names with the number of their line, where the form numbers its lines, and the count.
fn of_lines(table: &Table<'_, '_>, prose: &[TextLine<'_>], stated: &mut Stated<'_>) {
    let below = prose
        .iter()
        .skip_while(|line| line.position.line <= table.position.line)
        .take(MOST_LINES);
    let lines: Vec<&TextLine<'_>> = below
        .take_while(|line| !line.text.contains(['。', '注']) && !line.text.contains("部分"))
        .collect();
    let figures = if lines.iter().any(|line| compact(&line.text).contains("行次")) {
        2
    } else {
        1
    };
    // The name so far, which may wrap over lines, what is printed, and where it starts.
    let (mut name, mut source, mut position) = (String::new(), Vec::new(), None);
    for line in lines {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let numbers = words
            .iter()
            .rev()
            .take_while(|word| matches!(parse_cell(word), MoneyCell::Number(_, None)))
            .count();
        // A numbered line begins a name; what stands above without figures was a heading.
        if strip_numbering(line.text.trim()).len() < line.text.trim().len() {
            (name, source, position) = (String::new(), Vec::new(), None);
        }
        name.push_str(&words[..words.len() - numbers].concat());
        source.extend(words.iter().copied());
        let position_of_name = *position.get_or_insert(line.position);
        if numbers == 0 {
            continue;
        }
        if numbers == figures
            && let Some(value) = words.last()
        {
            let row = table.rows.iter().take_while(|row| row.position.line <= line.position.line).count();
            let count = Count {
                name: &name,
                value,
                source: source.join(" "),
                row: i32::try_from(row).unwrap_or(i32::MAX),
                position: position_of_name,
            };
            add(table, &count, stated);
        }
        (name, source, position) = (String::new(), Vec::new(), None);
    }
}

/// Adds a count, where its name is that of something counted. One too large for the column is none.
fn add(table: &Table<'_, '_>, count: &Count<'_>, stated: &mut Stated<'_>) -> Option<()> {
    let text = count.value.trim();
    let MoneyCell::Number(value, None) = parse_cell(text) else {
        return None;
    };
    let name = clean_name(count.name);
    let words = compact(&name);
    let rules = stated.rules;
    let is_counted = |topic: &&Topic| matches!(topic.unit.as_str(), "vehicle" | "set" | "square_metre");
    let named = |topic: &Topic| {
        topic
            .words
            .find(&words)
            .filter(|found| rules.words.filler.is_match(&words[found.end()..]))
    };
    let topics = rules.topics.iter().filter(is_counted);
    let (_, topic) = topics
        .filter_map(|topic| Some((named(topic)?.start(), topic)))
        .min_by_key(|(start, _)| *start)?;
    let has_subject = topic
        .words
        .captures(&words)
        .is_some_and(|captures| captures.name("subject").is_some());
    let figure = Figure {
        value,
        unit: topic.unit.clone(),
        range: 0..0,
    };
    stated
        .add(&Claim {
            facts: &topic.facts,
            section: table.title.as_deref(),
            subject: has_subject.then_some(name.as_str()),
            figure: &figure,
            text,
            negative: false,
            year: stated.year,
            comparison: None,
            source_text: &count.source,
            position: count.position,
            row: Some((table.number, count.row)),
        })
        .ok()
}
