//! Damage to names.

use std::collections::BTreeSet;

use super::{money_forms, some_of};
use crate::codes::Layout;
use crate::synth::disclosure::{Block, Cell, Disclosure};
use crate::synth::prng::Prng;
use crate::synth::records::TruthRecord;

/// What stumbles in paths, queries, pages and spreadsheets.
const ABSURD: [&str; 10] = [
    "“引号”与\"双引号\"改造",
    "逗号,分号;专项,补助",
    "<script>alert(1)</script>系统",
    "../../etc/passwd维护",
    "C:\\temp\\资料整理",
    "=HYPERLINK(\"x\")建设",
    "';DROP-TABLE-项目;--",
    "🚒应急装备（含100%配套）",
    "NULL",
    "%2F..%00编码转换",
];

/// A part of a body's name that stumbles in paths and queries.
pub fn absurd_body(dice: &mut Prng) -> &'static str {
    const PARTS: [&str; 6] = ["A/B=C%D", "“新”", "..", "'引'", "(试点)", ""];
    PARTS[dice.below(PARTS.len())]
}

/// Gives three projects absurd names, one of them of great length.
pub fn absurd_projects(disclosure: &mut Disclosure, dice: &mut Prng) {
    let names: BTreeSet<String> = disclosure.truth().filter_map(|truth| truth.key.project_name.clone()).collect();
    let chosen = some_of(names.into_iter().collect(), 3, dice);
    for (index, name) in chosen.iter().enumerate() {
        let absurd = match index {
            0 => format!("J{}超长名称", "非常非常长的".repeat(40)),
            _ => format!("J{}", ABSURD[(dice.below(5) * 2 + index) % ABSURD.len()]),
        };
        rename(disclosure, name, &absurd);
    }
}

fn rename(disclosure: &mut Disclosure, from: &str, to: &str) {
    let replace = |name: &mut String| {
        if name == from {
            to.clone_into(name);
        }
    };
    for block in &mut disclosure.blocks {
        let Block::Table(table) = block else { continue };
        table.title = table.title.replace(from, to);
        for cell in table.rows.iter_mut().flatten() {
            replace(&mut cell.text);
            if let Some(truth) = &mut cell.truth {
                replace(&mut truth.key.account_name);
                truth.key.project_name.iter_mut().for_each(replace);
            }
            match &mut cell.record {
                Some(TruthRecord::Project(project)) => project.project_name.iter_mut().for_each(replace),
                Some(TruthRecord::Indicator(indicator)) => indicator.project_name.iter_mut().for_each(replace),
                _ => {}
            }
        }
    }
}

/// Lets names go on in a row of their own, where the layout has rows of cells; the others wrap by themselves.
pub fn wrap(disclosure: &mut Disclosure, layout: Layout, dice: &mut Prng) {
    if !matches!(layout, Layout::Tabbed | Layout::Pipes) {
        return;
    }
    for table in money_forms(disclosure) {
        let width = table.width();
        let mut at = 0;
        while at < table.rows.len() {
            let row = &mut table.rows[at];
            at += 1;
            let is_named = |cell: &Cell| cell.truth.is_none() && !cell.text.is_ascii() && cell.text.chars().count() > 8;
            let named = row.iter().position(is_named);
            let has_amounts = row.iter().any(|cell| cell.truth.is_some());
            let Some(column) = named.filter(|_| has_amounts && dice.chance(30)) else {
                continue;
            };
            let text = row[column].text.clone();
            let cut = text.char_indices().nth(text.chars().count() - 3).map_or(text.len(), |(at, _)| at);
            row[column].text.truncate(cut);
            let mut tail = vec![Cell::blank(); width];
            tail[column] = Cell::text(&text[cut..]);
            table.rows.insert(at, tail);
            at += 1;
        }
    }
}
