//! Rows of a 项目支出绩效目标申报表 that were put together of lines, to be read as if the cells had been kept.

use std::borrow::Cow;

use crate::document::{GridRow, Position};

/// Columns of a rebuilt row: a label, a gap, and what belongs to the implementation period and to the year.
pub const WIDTH: usize = 8;

/// A row put together, and which line of the form it begins on, 1-based.
pub struct Row {
    /// Its cells, as a form with cells has them.
    pub cells: GridRow<'static>,
    /// The line.
    pub number: i32,
}

/// What was put together of a form.
#[derive(Default)]
pub struct Rebuilt {
    /// Its rows.
    pub rows: Vec<Row>,
    /// What could not be told apart, and where.
    pub doubtful: Vec<(Position, String)>,
}

impl Rebuilt {
    /// Puts a row behind the others.
    pub fn push(&mut self, cells: Vec<String>, position: Position, number: i32) {
        let cells = GridRow {
            position,
            cells: cells.into_iter().map(Cow::Owned).collect(),
        };
        self.rows.push(Row { cells, number });
    }
}

/// The header of the indicators.
pub fn header_cells(is_double: bool) -> Vec<String> {
    let mut cells = vec!["绩效指标", "一级指标", "二级指标", "三级指标", "指标值"];
    if is_double {
        cells.extend(["二级指标", "三级指标", "指标值"]);
    }
    cells.into_iter().map(str::to_owned).collect()
}
