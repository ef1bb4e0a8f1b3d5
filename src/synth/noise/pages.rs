//! Damage that pages do: printed twice, or with their heads and numbers left between rows.

use super::{money_forms, some_of};
use crate::codes::Layout;
use crate::synth::disclosure::{Block, Cell, Disclosure, Row};
use crate::synth::prng::Prng;

/// Prints a form twice, or a page of one.
pub fn repeat(disclosure: &mut Disclosure, dice: &mut Prng) {
    if dice.chance(50) {
        let is_form = |block: &Block| matches!(block, Block::Table(table) if !table.is_empty());
        let forms: Vec<usize> = (0..disclosure.blocks.len()).filter(|at| is_form(&disclosure.blocks[*at])).collect();
        let at = *dice.pick(&forms);
        let copy = disclosure.blocks[at].clone();
        disclosure.blocks.insert(at + 1, copy);
        return;
    }
    let long = money_forms(disclosure).into_iter().filter(|table| table.rows.len() > 12).collect();
    for table in some_of(long, 1, dice) {
        let rows = 4 + dice.below(6);
        let first = 1 + dice.below(table.rows.len() - rows - 1);
        let page: Vec<Row> = table.rows[first..first + rows].to_vec();
        table.rows.splice(first + rows..first + rows, page);
    }
}

/// Leaves running heads and page numbers between rows of up to four forms.
pub fn furniture(disclosure: &mut Disclosure, layout: Layout, dice: &mut Prng) {
    let identity = disclosure.identity.clone();
    let head = format!("{}{}年度预算公开", identity.unit, identity.year);
    let long = money_forms(disclosure).into_iter().filter(|table| table.rows.len() > 6).collect();
    for table in some_of(long, 4, dice) {
        let at = 2 + dice.below(table.rows.len() - 3);
        let page = dice.range(2, 60);
        // A bare number would be a cell where every cell is a line.
        let number = match dice.range(0, 2) {
            0 if layout != Layout::Stacked => page.to_string(),
            1 => format!("第 {page} 页 共 64 页"),
            _ => format!("- {page} -"),
        };
        let line = |text: String| {
            vec![Cell {
                furniture: true,
                ..Cell::text(text)
            }]
        };
        table.rows.splice(at..at, [line(number), line(head.clone())]);
    }
}
