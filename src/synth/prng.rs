//! A small pseudo-random generator that gives the same numbers on every machine.

/// SplitMix64: one word of state, the same sequence everywhere.
#[derive(Debug, Clone)]
pub struct Prng {
    state: u64,
}

impl Prng {
    /// The sequence of `stream` under `seed`; streams don't overlap in practice.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut mixer = Self { state: seed };
        let mixed = mixer.next() ^ stream.wrapping_mul(0xD134_2543_DE82_EF95);
        Self { state: mixed }
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included; `low` where the range is empty.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).map_or(1, |width| width + 1);
        // Below any span used here the bias of the remainder is far under one in 2^30.
        low + i64::try_from(self.next() % span).unwrap_or(0)
    }

    /// An index below `length`; 0 for an empty list.
    pub fn below(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(1).max(1);
        usize::try_from(self.next() % length).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: i64) -> bool {
        self.range(1, 100) <= percent
    }

    /// One of `items`, which must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::Prng;

    #[test]
    fn the_sequence_is_fixed() {
        let mut prng = Prng { state: 0 };
        assert_eq!(prng.next(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(prng.next(), 0x6E78_9E6A_A1B9_65F4);
    }

    #[test]
    fn ranges_include_both_ends() {
        let mut prng = Prng::new(1, 2);
        let drawn: std::collections::BTreeSet<i64> = (0..200).map(|_| prng.range(-1, 2)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [-1, 0, 1, 2]);
    }
}
