//! Which 一级指标 and 二级指标 a row is below.

use std::collections::BTreeSet;

use super::columns::Column;
use super::rows::{Certain, Parting, Rows};
use crate::config::performance::label_key;
use crate::extract::performance::indicator_rows::dimension_of;

impl Parting<'_, '_> {
    /// Gives rows the label of the last row that printed one. Behind a doubt it is unknown until the next is printed.
    pub(super) fn carry_labels(&self, rows: &mut Rows) -> Option<()> {
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

    /// Gives the rows of a half their labels, each of which stands in the middle of its rows; all rows must have one.
    pub(super) fn label_spans(&self, half: usize, rows: &mut [Certain]) -> Option<()> {
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
    pub(super) fn print_dimensions(&self, rows: &mut [Certain]) {
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
