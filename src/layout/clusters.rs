//! Figures that stand below each other.

use rust_decimal::Decimal;

/// The figures of an account with their places.
#[derive(Debug)]
pub struct Placed {
    /// Which account.
    pub account: usize,
    /// Where each figure begins and ends.
    pub spans: Vec<(usize, usize)>,
    /// The same in columns of a terminal.
    pub cols: Vec<(usize, usize)>,
    /// The figures.
    pub values: Vec<Decimal>,
}

/// Places of figures that stand below each other, as (from, to), from left to right.
pub type Clusters = Vec<(usize, usize)>;

/// Groups of figures that stand below each other, from left to right, as (from, to); `None` where they cannot be told apart.
pub fn clusters(placed: &[Placed]) -> Option<Clusters> {
    let mut spans: Vec<(usize, usize)> = placed.iter().flat_map(|row| row.spans.iter().copied()).collect();
    spans.sort_by_key(|(from, to)| (from + to, *to));
    let mut clusters = Clusters::new();
    for (from, to) in spans {
        match clusters.last_mut() {
            Some(last) if from < last.1 => *last = (last.0.min(from), last.1.max(to)),
            _ => clusters.push((from, to)),
        }
    }
    let apart = placed.iter().all(|row| {
        let mut seen: Vec<usize> = row.spans.iter().map(|span| cluster_of(*span, &clusters)).collect();
        let count = seen.len();
        seen.dedup();
        seen.len() == count
    });
    apart.then_some(clusters)
}

pub fn cluster_of(span: (usize, usize), clusters: &[(usize, usize)]) -> usize {
    clusters.iter().position(|(from, to)| span.0 < *to && span.1 > *from).unwrap_or(0)
}

/// The clusters, and with neighbours merged that no row has both of, fewer merged first: the figures of lines that a converter moved stand
/// beside those of their column.
pub fn ways_to_merge(clusters: Clusters, placed: &[Placed]) -> Vec<Clusters> {
    let together = |left: usize| {
        placed.iter().any(|row| {
            let has = |cluster: usize| row.spans.iter().any(|span| cluster_of(*span, &clusters) == cluster);
            has(left) && has(left + 1)
        })
    };
    let apart: Vec<usize> = (1..clusters.len()).filter(|right| !together(right - 1)).take(MOST_MERGED).collect();
    let mut choices: Vec<u32> = (0..1 << apart.len()).collect();
    choices.sort_by_key(|choice| choice.count_ones());
    let merged = |choice: u32| {
        let mut merged = Clusters::new();
        for (index, (from, to)) in clusters.iter().enumerate() {
            let into_last = apart
                .iter()
                .position(|right| *right == index)
                .is_some_and(|bit| choice >> bit & 1 == 1);
            match merged.last_mut().filter(|_| into_last) {
                Some(last) => last.1 = last.1.max(*to),
                None => merged.push((*from, *to)),
            }
        }
        merged
    };
    choices.into_iter().map(merged).collect()
}

/// Most pairs of neighbours that are tried as one.
const MOST_MERGED: usize = 4;

/// Where the clusters stand in columns of a terminal.
pub fn clusters_in_cols(placed: &[Placed], clusters: &Clusters) -> Clusters {
    let mut in_cols = vec![(usize::MAX, 0); clusters.len()];
    for (span, cols) in placed.iter().flat_map(|row| row.spans.iter().zip(&row.cols)) {
        let cluster = &mut in_cols[cluster_of(*span, clusters)];
        *cluster = (cluster.0.min(cols.0), cluster.1.max(cols.1));
    }
    in_cols
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(spans: &[(usize, usize)]) -> Placed {
        Placed {
            account: 0,
            spans: spans.to_vec(),
            cols: spans.to_vec(),
            values: vec![Decimal::ONE; spans.len()],
        }
    }

    #[test]
    fn figures_below_each_other_are_one_column() {
        let rows = [
            placed(&[(10, 16), (20, 26)]),
            placed(&[(12, 16), (32, 36)]),
            placed(&[(11, 16), (21, 26), (30, 36)]),
        ];
        assert_eq!(clusters(&rows), Some(vec![(10, 16), (20, 26), (30, 36)]));
        assert_eq!(cluster_of((31, 36), &[(10, 16), (20, 26), (30, 36)]), 2);
        // Two figures of one row that both stand over a third of another cannot be told apart.
        assert_eq!(clusters(&[placed(&[(10, 14), (16, 20)]), placed(&[(12, 18)])]), None);
    }

    #[test]
    fn neighbours_that_no_row_has_both_of_may_be_one() {
        let rows = [placed(&[(20, 26), (39, 45)]), placed(&[(30, 36), (39, 45)])];
        let clusters = vec![(20, 26), (30, 36), (39, 45)];
        assert_eq!(ways_to_merge(clusters.clone(), &rows), [clusters, vec![(20, 36), (39, 45)]]);
    }
}
