//! Lines parted into rows.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::columns::Column;
use crate::config::performance::{Performance, label_key};
use crate::extract::performance::indicator_rows::dimension_of;
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
    end: usize,
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

struct Parting<'p, 'l> {
    lines: &'p [Placed<'l>],
    style: Style,
    wrap: Wrap,
    performance: &'p Performance,
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

    /// Gives rows the label of the last row that printed one. Behind a doubt it is unknown until the next is printed.
    fn carry_labels(&self, rows: &mut Rows) -> Option<()> {
        // A label alone with an unlabelled row below it: labels stand in the middle of their rows.
        let is_alone = |row: &Certain, half: usize| !row.halves[half][0].is_empty() && row.halves[half][1].is_empty();
        let is_below = |row: &Certain, half: usize| row.halves[half][0].is_empty() && !row.halves[half][1].is_empty();
        let mut pairs = rows.rows.windows(2);
        if pairs.any(|pair| (0..2).any(|half| is_alone(&pair[0], half) && is_below(&pair[1], half))) {
            return None;
        }
        let mut labels: [String; 2] = Default::default();
        let mut unknown = Vec::new();
        let mut doubts = rows.doubtful.iter().copied().peekable();
        rows.rows.retain_mut(|row| {
            while doubts.next_if(|doubt| *doubt < row.line).is_some() {
                labels = Default::default();
            }
            if !row.dimension.is_empty() {
                labels = Default::default();
            }
            let mut is_known = true;
            for (last, [label, name, _]) in labels.iter_mut().zip(&mut row.halves) {
                if label.is_empty() {
                    label.clone_from(last);
                } else {
                    last.clone_from(label);
                }
                is_known &= !label.is_empty() || name.is_empty();
            }
            if !is_known {
                unknown.push(row.line);
            }
            is_known
        });
        // The first row without a label: labels stand in the middle of their rows.
        if unknown.first() == Some(&0) {
            return None;
        }
        rows.doubtful.extend(unknown);
        rows.doubtful.sort_unstable();
        Some(())
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
    fn is_free(&self, line: usize) -> bool {
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
            let may_name = !had_room(&lines_of_cell) && !lines_of_cell.iter().any(|line| self.is_of_foot(line));
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

    /// Gives the rows of a half their labels, each of which stands in the middle of its rows; all rows must have one.
    fn label_spans(&self, half: usize, rows: &mut [Certain]) -> Option<()> {
        let mut labels: Vec<(usize, usize, String)> = Vec::new();
        for (line, pieces) in self.lines.iter().enumerate() {
            for (_, _, text) in pieces
                .iter()
                .flatten()
                .filter(|(column, side, _)| *column == Column::Category && *side == half)
            {
                match labels.last_mut() {
                    Some((_, last, label)) if *last + 2 >= line && self.performance.categories.exact(&label_key(label)).is_none() => {
                        *last = line;
                        label.push_str(text);
                    }
                    _ => labels.push((line, line, (*text).to_owned())),
                }
            }
        }
        if labels.is_empty() {
            return rows.iter().all(|row| row.halves[half][1].is_empty()).then_some(());
        }
        if labels
            .iter()
            .any(|(.., label)| self.performance.categories.exact(&label_key(label)).is_none())
        {
            return None;
        }
        // Where the rows of each label may begin and end: as many lines above it as below.
        let count = self.lines.len();
        let is_boundary = |line: usize| line == count || self.is_free(line - 1) || rows.iter().any(|row| row.line == line);
        let boundaries: Vec<bool> = (0..=count).map(|line| line == 0 || is_boundary(line)).collect();
        let ends = |label: usize, start: usize| {
            let (first, last, _) = labels[label];
            let end = (first + last + 1).saturating_sub(start);
            let about = [end.saturating_sub(1), end, end + 1];
            about
                .into_iter()
                .filter(move |end| start <= first && last < *end && *end <= count)
                .filter(|end| boundaries[*end])
        };
        // From which starts the labels from one on can share all lines down to the last.
        let mut shares: Vec<Vec<bool>> = vec![vec![false; count + 1]; labels.len() + 1];
        shares[labels.len()][count] = true;
        for label in (0..labels.len()).rev() {
            for start in 0..=count {
                shares[label][start] = ends(label, start).any(|end| shares[label + 1][end]);
            }
        }
        let mut starts: BTreeSet<usize> = BTreeSet::from([0]);
        starts.retain(|start| shares[0][*start]);
        if starts.is_empty() {
            return None;
        }
        // The labels that each line can be below.
        let mut of_line: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
        for label in 0..labels.len() {
            let mut next = BTreeSet::new();
            for start in starts {
                for end in ends(label, start).filter(|end| shares[label + 1][*end]) {
                    of_line[start..end].iter_mut().for_each(|labels| _ = labels.insert(label));
                    next.insert(end);
                }
            }
            starts = next;
        }
        for row in rows.iter_mut() {
            let of_row: BTreeSet<usize> = of_line[row.line..row.end].iter().flatten().copied().collect();
            match of_row.first().filter(|_| of_row.len() == 1) {
                Some(label) => row.halves[half][0].clone_from(&labels[*label].2),
                None if row.halves[half][1].is_empty() => {}
                None => return None,
            }
        }
        Some(())
    }

    /// Prints with each 二级指标 the 一级指标 over it.
    fn print_dimensions(&self, rows: &mut [Certain]) {
        let mut printed: Vec<String> = Vec::new();
        let mut text = String::new();
        for (_, _, piece) in self
            .lines
            .iter()
            .flatten()
            .flatten()
            .filter(|(column, ..)| *column == Column::Dimension)
        {
            text.push_str(piece);
            let key = label_key(&text).into_owned();
            let begins = self.performance.dimensions.iter().any(|(word, _)| word.starts_with(&key));
            if self.performance.dimensions.exact(&key).is_some() {
                printed.push(std::mem::take(&mut text));
            } else if !begins {
                text.clear();
            }
        }
        for row in rows.iter_mut() {
            let label = row.halves.iter().map(|half| &half[0]).find(|label| !label.is_empty());
            let Some(category) = label.and_then(|label| self.performance.categories.exact(&label_key(label))) else {
                continue;
            };
            let wanted = dimension_of(category);
            let is_it = |text: &&String| self.performance.dimensions.exact(&label_key(text)) == Some(wanted);
            if let Some(text) = printed.iter().find(is_it) {
                row.dimension.clone_from(text);
            }
        }
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
