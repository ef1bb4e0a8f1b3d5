//! The funding of a self-evaluation: a name and seven figures a row.

use super::{FormLine, number};
use crate::codes::{Measure, RejectCode};
use crate::config::performance::{FundingLine, label_key};
use crate::extract::Notes;
use crate::extract::performance::FormContext;
use crate::extract::performance::funding::{Amount, line_item};
use crate::money::MoneyUnit;
use crate::recognise::Table;
use crate::tables::{LineItem, Project};
use crate::text::compact;

/// What the money columns count; 执行率 and 得分 follow them.
pub(super) const MEASURES: [Measure; 5] = [
    Measure::TargetDeclared,
    Measure::BudgetAllocated,
    Measure::AnnualBudget,
    Measure::Executed,
    Measure::Balance,
];

/// Over how many lines above its figures a label wraps at most.
const LABEL_LINES: usize = 5;

/// Reads the funding rows and sets the project's rate of execution.
pub fn read(
    lines: &[FormLine],
    table: &Table<'_, '_>,
    project: &mut Project,
    context: &FormContext<'_, '_>,
    notes: &mut Notes,
) -> Vec<LineItem> {
    // The label that says it wraps.
    let head: String = lines.iter().map(|line| compact(&line.text)).collect();
    let unit = if head.contains("万元") {
        MoneyUnit::WAN
    } else if let Some(unit) = table.unit.as_ref().filter(|unit| !unit.assumed) {
        unit.unit
    } else {
        MoneyUnit::YUAN
    };
    let mut items = Vec::new();
    // Lines of words since the last figures.
    let mut above: Vec<&FormLine> = Vec::new();
    for line in lines {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let figures = words.iter().rev().take_while(|word| number::<20, 4>(word).is_some()).count();
        let (text, figures) = words.split_at(words.len() - figures);
        if figures.is_empty() {
            above.push(line);
            continue;
        }
        // A label wraps over the lines above its figures; the longest that is known is meant.
        let label = (above.len().saturating_sub(LABEL_LINES)..=above.len()).find_map(|from| {
            let wrapped: String = above[from..].iter().flat_map(|line| line.text.split_whitespace()).collect();
            let label = wrapped + &text.concat();
            let kind = context.config.performance.funding_line(&label_key(&label))?;
            Some((kind, label, *above.get(from).unwrap_or(&line)))
        });
        above.clear();
        let Some((kind, label, first)) = label else {
            // A number within a label is none of a row.
            if figures.len() >= MEASURES.len() {
                let message = "a funding row under no label that is known; its figures were left out".to_owned();
                notes.warn(RejectCode::BadAmount, message, line.position, Some(&line.text));
            }
            continue;
        };
        if figures.len() != MEASURES.len() + 2 {
            let message = format!(
                "a funding row with {} figures instead of {}; their columns cannot be told, so they were left out",
                figures.len(),
                MEASURES.len() + 2
            );
            notes.warn(RejectCode::AmbiguousColumn, message, first.position, Some(&line.text));
            continue;
        }
        if kind == FundingLine::Total {
            project.execution_rate = number::<9, 4>(figures[5]);
        }
        for (measure, text) in MEASURES.into_iter().zip(figures) {
            let amount = Amount {
                line: kind,
                label: &label,
                measure,
                text,
                position: first.position,
                row: first.row,
            };
            items.extend(line_item(&amount, unit, project.project_name.as_deref(), context, notes));
        }
    }
    items
}
