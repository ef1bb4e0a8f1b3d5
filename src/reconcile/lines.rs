//! Lines in any order, looked up by ranges.

use std::ops::Range;

/// Lines, each with its place in the order that they came in.
#[derive(Debug)]
pub struct Lines(Vec<(i32, usize)>);

impl Lines {
    /// Of lines in any order.
    pub fn of(lines: impl Iterator<Item = i32>) -> Self {
        let mut lines: Vec<(i32, usize)> = lines.enumerate().map(|(place, line)| (line, place)).collect();
        lines.sort_unstable();
        Self(lines)
    }

    /// Those within a range, ascending.
    pub fn within(&self, range: &Range<i32>) -> impl Iterator<Item = i32> {
        self.places(range).iter().map(|(line, _)| *line)
    }

    /// The one within a range that came first.
    pub fn first_within(&self, range: &Range<i32>) -> Option<i32> {
        self.places(range).iter().min_by_key(|(_, place)| *place).map(|(line, _)| *line)
    }

    fn places(&self, range: &Range<i32>) -> &[(i32, usize)] {
        let start = self.0.partition_point(|(line, _)| *line < range.start);
        let end = self.0.partition_point(|(line, _)| *line < range.end);
        self.0.get(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn the_first_is_the_first_that_came_and_not_the_least() {
        let lines = Lines::of([9, 4, 12, 4, 6].into_iter());
        assert_eq!(lines.within(&(4..9)).collect::<Vec<_>>(), [4, 4, 6]);
        assert_eq!((lines.first_within(&(5..13)), lines.first_within(&(4..9))), (Some(9), Some(4)));
        assert_eq!(lines.first_within(&(13..i32::MAX)), None);
        assert_eq!(lines.within(&(9..9)).count(), 0);
    }
}
