//! Lines parted into rows.

use unicode_width::UnicodeWidthStr;

use super::columns::Column;
use crate::config::performance::{Performance, label_key};
use crate::extract::performance::stream::{first_piece, is_cut_label, is_name, is_plain_target, is_rest_of_unit};
use crate::extract::performance::target_value::OPERATOR_SIGNS;
use crate::text::without_wraps;

/// Where a 二级指标 stands whose cell spans several rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// On the first of them.
    First,
    /// In their middle.
    Span,
}

/// How a cell stands in its row that has fewer lines than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrap {
    /// In the middle.
    Centred,
    /// At the top.
    Hanging,
}

/// Most lines of a row.
const MOST_LINES: usize = 10;

/// Most characters of a target that is no known one.
const LONGEST_TARGET: usize = 12;

/// A row that can be parted in one way only.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Certain {
    /// The line that it begins on, and the one behind its last.
    pub line: usize,
    pub end: usize,
    /// 一级指标.
    pub dimension: String,
    /// 二级指标, 三级指标 and 指标值 of each half.
    pub halves: [[String; 3]; 2],
}

/// What is certain of the lines.
#[derive(Debug, PartialEq)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<Certain>,
    /// The first line of each stretch that could be parted otherwise.
    pub doubtful: Vec<usize>,
}

impl Rows {
    /// The rows that another reading has, too; the others are doubtful.
    pub fn common_with(mut self, other: &Self) -> Self {
        let (same, doubtful): (Vec<Certain>, Vec<Certain>) = self.rows.into_iter().partition(|row| other.rows.contains(row));
        self.rows = same;
        self.doubtful.extend(doubtful.iter().map(|row| row.line));
        self.doubtful.sort_unstable();
        self
    }
}

/// A line's pieces with their columns and halves; `None` where they stand in none.
pub type Placed<'l> = Option<Vec<(Column, usize, &'l str)>>;

/// Parts lines into rows, each with the 二级指标 that it is below; `None` where no way fits or the labels do not.
///
/// All rows wrap alike: of the two ways in which they may, the one that leaves less in doubt.
pub fn certain(lines: &[Placed<'_>], style: Style, performance: &Performance) -> Option<Rows> {
    let of = |wrap: Wrap| {
        Parting {
            lines,
            style,
            wrap,
            performance,
        }
        .labelled()
    };
    match (of(Wrap::Centred), of(Wrap::Hanging)) {
        (Some(centred), Some(hanging)) => match centred.doubtful.len().cmp(&hanging.doubtful.len()) {
            std::cmp::Ordering::Less => Some(centred),
            std::cmp::Ordering::Greater => Some(hanging),
            std::cmp::Ordering::Equal => (centred == hanging).then_some(centred),
        },
        (centred, hanging) => centred.or(hanging),
    }
}

/// Lines that are parted into rows.
pub(super) struct Parting<'p, 'l> {
    pub(super) lines: &'p [Placed<'l>],
    style: Style,
    wrap: Wrap,
    pub(super) performance: &'p Performance,
}

impl Parting<'_, '_> {
    /// The rows that are certain, with their labels.
    fn labelled(&self) -> Option<Rows> {
        let mut rows = self.rows();
        match self.style {
            Style::First => self.carry_labels(&mut rows)?,
            Style::Span => {
                if !rows.doubtful.is_empty() {
                    return None;
                }
                for half in 0..2 {
                    self.label_spans(half, &mut rows.rows)?;
                }
            }
        }
        rows.rows.retain(|row| row.halves.iter().any(|[_, name, _]| !name.is_empty()));
        self.print_dimensions(&mut rows.rows);
        (!rows.rows.is_empty()).then_some(rows)
    }

    /// The rows that are the same in all ways that leave the fewest lines out.
    fn rows(&self) -> Rows {
        let count = self.lines.len();
        let rows: Vec<Vec<(usize, Certain)>> = (0..count)
            .map(|from| {
                let ends = from + 1..=count.min(from + MOST_LINES);
                ends.filter_map(|end| Some((end, self.row(from, end)?))).collect()
            })
            .collect();
        // Lines that are left out from each line on, and in how many ways they can be so few.
        let mut behind: Vec<(usize, u64)> = vec![(0, 1); count + 1];
        for from in (0..count).rev() {
            let left_out = (behind[from + 1].0 + usize::from(!self.is_free(from)), behind[from + 1].1);
            let ways = rows[from].iter().map(|(end, _)| behind[*end]);
            behind[from] = ways.fold(left_out, better);
        }
        let mut before: Vec<(usize, u64)> = vec![(usize::MAX / 2, 0); count + 1];
        before[0] = (0, 1);
        for from in 0..count {
            let here = before[from];
            let left_out = (here.0 + usize::from(!self.is_free(from)), here.1);
            before[from + 1] = better(before[from + 1], left_out);
            for (end, _) in &rows[from] {
                before[*end] = better(before[*end], here);
            }
        }
        let (fewest, ways) = behind[0];
        let mut certain = Rows {
            rows: Vec::new(),
            doubtful: Vec::new(),
        };
        let mut covered = 0;
        for (from, ends) in rows.into_iter().enumerate() {
            for (end, row) in ends {
                let is_on_all = before[from].0 + behind[end].0 == fewest && before[from].1.saturating_mul(behind[end].1) == ways;
                if is_on_all {
                    certain.doubtful.extend((covered..from).find(|line| !self.is_free(*line)));
                    covered = end;
                    certain.rows.push(row);
                }
            }
        }
        certain.doubtful.extend((covered..count).find(|line| !self.is_free(*line)));
        // What is left out may belong to the rows above and below it.
        let is_left_out =
            |line: usize, certain: &Rows| !self.is_free(line) && !certain.rows.iter().any(|row| (row.line..row.end).contains(&line));
        let left_out: Vec<usize> = (0..count).filter(|line| is_left_out(*line, &certain)).collect();
        let touches = |row: &Certain| left_out.iter().any(|line| *line + 1 == row.line || *line == row.end);
        let doubtful: Vec<usize> = certain.rows.iter().filter(|row| touches(row)).map(|row| row.line).collect();
        certain.rows.retain(|row| !touches(row));
        certain.doubtful.extend(doubtful);
        certain.doubtful.sort_unstable();
        certain
    }

    /// Whether a line has nothing of a row: words down the side and, where labels stand in the middle of their rows, labels.
    pub(super) fn is_free(&self, line: usize) -> bool {
        let Some(pieces) = &self.lines[line] else { return false };
        pieces.iter().all(|(column, ..)| !self.counts(*column))
    }

    /// Whether a column's pieces belong to single rows.
    fn counts(&self, column: Column) -> bool {
        match column {
            Column::Aside => false,
            Column::Dimension | Column::Category => self.style == Style::First,
            Column::Name | Column::Target => true,
        }
    }

    /// The row of some lines, if they can be one.
    fn row(&self, from: usize, end: usize) -> Option<Certain> {
        let mut row = Certain {
            line: from,
            end,
            ..Certain::default()
        };
        // The first and the last line of each cell, and its text.
        let mut cells: Vec<(Column, usize, usize, usize, String)> = Vec::new();
        for line in from..end {
            for (column, half, text) in self.lines[line].as_ref()?.iter().filter(|(column, ..)| self.counts(*column)) {
                match cells.iter_mut().find(|cell| cell.0 == *column && cell.1 == *half) {
                    Some(cell) => {
                        cell.3 = line;
                        cell.4.push('\n');
                        cell.4.push_str(text);
                    }
                    None => cells.push((*column, *half, line, line, (*text).to_owned())),
                }
            }
        }
        // What stands at half a line may come out a line higher or lower.
        let tolerance = usize::from(end - from > 2);
        let is_centred = cells
            .iter()
            .all(|(_, _, first, last, _)| (first - from).abs_diff(end - 1 - last) <= tolerance);
        let hangs = cells.iter().all(|(_, _, first, ..)| *first == from);
        let fits = match self.wrap {
            Wrap::Centred => is_centred,
            Wrap::Hanging => hangs,
        };
        let begins_and_ends = cells.iter().any(|cell| cell.2 == from) && cells.iter().any(|cell| cell.3 == end - 1);
        if !begins_and_ends || !fits {
            return None;
        }
        for (column, half, first, last, text) in cells {
            let lines_of_cell: Vec<&str> = text.lines().collect();
            let may_name = !had_room(&lines_of_cell)
                && !lines_of_cell.iter().any(|line| self.is_of_foot(line))
                && !lines_of_cell.iter().skip(1).any(|line| self.begins_label(line));
            let is_target = lines_of_cell
                .windows(2)
                .all(|pair| !is_plain_target(pair[0], self.performance) || is_rest_of_unit(pair[0], pair[1]));
            let text = without_wraps(&text).into_owned();
            let key = label_key(&text);
            let categories = &self.performance.categories;
            let fits = match column {
                Column::Aside => true,
                Column::Dimension => self.performance.dimensions.exact(&key).is_some() || categories.exact(&key).is_some(),
                Column::Category => categories.exact(&key).is_some(),
                Column::Name => may_name && self.is_name(&text),
                Column::Target => is_target && self.is_target(&text, first == last),
            };
            if !fits {
                return None;
            }
            match column {
                Column::Aside => {}
                Column::Dimension => row.dimension = text,
                Column::Category => row.halves[half][0] = text,
                Column::Name => row.halves[half][1] = text,
                Column::Target => row.halves[half][2] = text,
            }
        }
        let is_paired = row.halves.iter().all(|[_, name, target]| name.is_empty() == target.is_empty());
        is_paired.then_some(row)
    }

    fn is_name(&self, text: &str) -> bool {
        is_name(text) && !is_plain_target(text, self.performance) && !is_cut_label(text, text, self.performance)
    }

    /// Whether a line of a name is the beginning of the next name, which reads like a label (服务对 | 象满意度).
    fn begins_label(&self, line: &str) -> bool {
        let mut labels = self.performance.categories.iter();
        line.chars().count() > 2 && labels.any(|(label, _)| label.starts_with(line))
    }

    /// Whether a text is the beginning of a label of the foot.
    fn is_of_foot(&self, line: &str) -> bool {
        let key = label_key(line);
        let mut foot = self.performance.fields.iter().filter(|(_, field)| field.is_foot());
        key.chars().count() > 1 && foot.any(|(word, _)| word.starts_with(key.as_ref()))
    }

    fn is_target(&self, text: &str, is_line: bool) -> bool {
        !text.contains("指标") && is_plain_target(text, self.performance)
            || is_line && !text.contains(OPERATOR_SIGNS) && text.chars().count() <= LONGEST_TARGET
    }
}

/// Whether a line of a name had room for what stands on the next.
fn had_room(lines: &[&str]) -> bool {
    let widest = lines.iter().map(|line| line.width()).max().unwrap_or(0);
    lines.windows(2).any(|pair| pair[0].width() + first_piece(pair[1]) <= widest)
}

/// The ways that leave fewer lines out, or all of them where both do alike.
fn better(one: (usize, u64), other: (usize, u64)) -> (usize, u64) {
    match one.0.cmp(&other.0) {
        std::cmp::Ordering::Less => one,
        std::cmp::Ordering::Greater => other,
        std::cmp::Ordering::Equal => (one.0, one.1.saturating_add(other.1)),
    }
}
