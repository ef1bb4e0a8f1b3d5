//! Edges as drawn → the rules that they make: snapped to common places, gaps joined, specks dropped.

use super::geometry::{Axis, Edge};
use crate::config::PdfSettings;

/// The rules of a page, each kind sorted by place.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// From left to right, top down.
    pub horizontal: Vec<Edge>,
    /// From the top down, left to right.
    pub vertical: Vec<Edge>,
}

/// The rules that edges make.
pub fn rules(edges: &[Edge], settings: &PdfSettings) -> Rules {
    let of = |axis: Axis| {
        let along: Vec<Edge> = edges.iter().copied().filter(|edge| edge.axis == axis).collect();
        let mut joined = joined(&snapped(along, settings.snap), settings.join);
        joined.retain(|edge| edge.length() >= settings.shortest_rule);
        joined
    };
    Rules {
        horizontal: of(Axis::Horizontal),
        vertical: of(Axis::Vertical),
    }
}

/// Edges whose places differ by no more than `snap` from their neighbour's get one place, that of most of their length.
pub fn snapped(mut edges: Vec<Edge>, snap: f64) -> Vec<Edge> {
    edges.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut start = 0;
    for index in 1..=edges.len() {
        // A chain of close neighbours ends where it has grown past twice the tolerance.
        let ends = index == edges.len() || edges[index].at - edges[index - 1].at > snap || edges[index].at - edges[start].at > 2.0 * snap;
        if ends {
            let cluster = &mut edges[start..index];
            let weight = |edge: &Edge| edge.length().max(0.1);
            let total: f64 = cluster.iter().map(weight).sum();
            let at = cluster.iter().map(|edge| edge.at * weight(edge)).sum::<f64>() / total;
            cluster.iter_mut().for_each(|edge| edge.at = at);
            start = index;
        }
    }
    edges
}

/// Edges at one place that touch, or nearly so, become one.
pub fn joined(edges: &[Edge], gap: f64) -> Vec<Edge> {
    let mut sorted = edges.to_vec();
    sorted.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut joined: Vec<Edge> = Vec::new();
    for edge in sorted {
        match joined.last_mut() {
            #[expect(clippy::float_cmp, reason = "snapped edges share the same place bit by bit")]
            Some(last) if last.at == edge.at && edge.from <= last.to + gap => last.to = last.to.max(edge.to),
            _ => joined.push(edge),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn horizontal(at: f64, from: f64, to: f64) -> Edge {
        Edge {
            axis: Axis::Horizontal,
            at,
            from,
            to,
        }
    }

    #[test]
    fn fragments_of_a_rule_become_one() {
        let edges = vec![
            horizontal(100.0, 10.0, 50.0),
            horizontal(100.9, 50.5, 51.0),
            horizontal(100.2, 52.0, 90.0),
            horizontal(140.0, 10.0, 90.0),
        ];
        let joined = joined(&snapped(edges, 1.8), 2.5);
        let spans: Vec<(f64, f64)> = joined.iter().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(spans, [(10.0, 90.0), (10.0, 90.0)]);
        assert!((joined[0].at - 100.1).abs() < 0.2);
    }

    #[test]
    fn a_wide_gap_stays_open() {
        let joined = joined(&[horizontal(1.0, 0.0, 10.0), horizontal(1.0, 13.0, 20.0)], 2.5);
        assert_eq!(joined.len(), 2);
    }

    #[test]
    fn a_ladder_of_close_rules_is_not_drawn_into_one() {
        let edges: Vec<Edge> = (0..20).map(|step| horizontal(f64::from(step) * 1.5, 0.0, 10.0)).collect();
        let mut places: Vec<f64> = snapped(edges, 1.8).iter().map(|edge| edge.at).collect();
        places.dedup();
        assert!(places.len() >= 5, "{places:?}");
    }
}
