//! Ranges of cities: what is read, summed and forgotten before the next.

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

/// The column that tells a row's city.
pub const CITY: &str = "city";

/// Cities that follow each other in the order of their names; rows without a city are with the first ones. Ranges that [`Cities::ranges`] makes hold
/// every row once, whatever its city.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cities {
    /// The first of them; `None`: from the beginning.
    from: Option<String>,
    /// The first that is not one of them; `None`: to the end.
    before: Option<String>,
}

/// How many rows of a piece belong to a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// No row.
    None,
    /// Some, or nobody knows.
    Some,
    /// Every row.
    All,
}

impl Cities {
    /// Cities, in the order of their names with their numbers of rows, as ranges of at most `most` rows, or one city.
    pub fn ranges(cities: &[(String, u64)], most: u64) -> Vec<Self> {
        let mut ranges = vec![Self::default()];
        let mut sum = 0;
        for (number, (city, rows)) in cities.iter().enumerate() {
            sum += rows;
            if number > 0 && sum > most {
                sum = *rows;
                if let Some(last) = ranges.last_mut() {
                    last.before = Some(city.clone());
                }
                ranges.push(Self {
                    from: Some(city.clone()),
                    before: None,
                });
            }
        }
        ranges
    }

    /// Whether a city is one of them.
    fn hold(&self, city: Option<&str>) -> bool {
        match city {
            Some(city) => self.from.as_deref().is_none_or(|from| city >= from) && self.before.as_deref().is_none_or(|before| city < before),
            None => self.from.is_none(),
        }
    }

    /// The share of rows that are all of one city.
    pub fn share_of_one(&self, city: Option<&str>) -> Share {
        if self.hold(city) { Share::All } else { Share::None }
    }

    /// The share of rows whose cities lie between two, which need not be cities.
    pub fn share_between(&self, first: &str, last: &str) -> Share {
        let is_before = self.from.as_deref().is_some_and(|from| last < from);
        let is_after = self.before.as_deref().is_some_and(|before| first >= before);
        match (is_before || is_after, self.hold(Some(first)) && self.hold(Some(last))) {
            (true, _) => Share::None,
            (false, true) => Share::All,
            (false, false) => Share::Some,
        }
    }

    /// The rows that belong to them.
    pub fn rows_of(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let Some(cities) = batch.column_by_name(CITY) else {
            return Ok(batch.clone());
        };
        let cities = cast(cities, &DataType::Utf8)?;
        let held: BooleanArray = cities.as_string::<i32>().iter().map(|city| Some(self.hold(city))).collect();
        filter_record_batch(batch, &held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_city_is_in_one_range() {
        let cities: Vec<(String, u64)> = [("a", 3), ("b", 4), ("c", 20), ("d", 1), ("e", 9)]
            .map(|(city, rows)| (city.to_owned(), rows))
            .to_vec();
        let ranges = Cities::ranges(&cities, 10);
        assert_eq!(ranges.len(), 3);
        for city in [
            None,
            Some(""),
            Some("a"),
            Some("b"),
            Some("bb"),
            Some("c"),
            Some("d"),
            Some("e"),
            Some("z"),
        ] {
            assert_eq!(ranges.iter().filter(|range| range.hold(city)).count(), 1, "{city:?}");
        }
        let shares = |first, last| ranges.iter().map(|range| range.share_between(first, last)).collect::<Vec<_>>();
        assert_eq!(shares("a", "b"), [Share::All, Share::None, Share::None]);
        assert_eq!(shares("b", "c"), [Share::Some, Share::Some, Share::None]);
        assert_eq!(shares("a", "e"), [Share::Some; 3]);
        assert_eq!(Cities::ranges(&[], 10), [Cities::default()]);
        assert_eq!(Cities::default().share_of_one(None), Share::All);
    }
}
