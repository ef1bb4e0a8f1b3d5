//! Printed figures, the places they are printed to, and how far two of them may differ.

use smallvec::SmallVec;

use crate::money::{MoneyUnit, Yuan};
use crate::tables::{Fact, LineItem};

/// A printed amount in cents, with the step of its last printed place.
#[derive(Debug, Clone, Copy)]
pub struct Figure<'a> {
    /// The amount in cents; of percents and points, hundredths.
    pub cents: i128,
    /// The step of its last place in cents: 10,000 for 0.01 万元.
    pub step: i128,
    /// As printed; empty where it is the sum of nothing.
    pub text: &'a str,
    /// Its unit as printed.
    pub unit: &'a str,
    /// The line it stands on.
    pub line: Option<i32>,
}

impl<'a> Figure<'a> {
    /// An amount of a form; `places` are the decimals that its table usually prints.
    pub fn of(item: &'a LineItem, places: Places) -> Self {
        Self {
            cents: item.amount.cents(),
            step: places.step(&item.amount_text),
            text: &item.amount_text,
            unit: &item.money_unit,
            line: item.line,
        }
    }

    /// An amount of the narrative in yuan, or `None` where it is none.
    pub fn stated(fact: &'a Fact, places: Places) -> Option<Self> {
        let cents = fact.value?.0;
        // Facts have four places.
        (fact.unit == "yuan" && cents % 100 == 0).then(|| Self {
            cents: cents / 100,
            step: places.step(number_of(&fact.value_text)),
            text: &fact.value_text,
            unit: "",
            line: fact.line,
        })
    }
}

/// How precisely a table or the narrative prints its amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Cents of one unit.
    unit: i128,
    /// Decimals that most amounts with a fraction have: `187.3` among amounts of two decimals lost a zero and is no rougher.
    usual: u32,
}

impl Places {
    /// Of amounts printed in `unit`.
    pub fn of<'t>(unit: &str, texts: impl Iterator<Item = &'t str>) -> Self {
        let mut counts = [0u32; 9];
        for text in texts {
            counts[decimals(text).min(8) as usize] += 1;
        }
        let most = counts[1..].iter().copied().max().filter(|most| *most > 0);
        // Of equally frequent ones the finer.
        let usual = most
            .and_then(|most| counts.iter().skip(1).rposition(|count| *count == most))
            .map_or(0, |at| at + 1);
        Self {
            unit: MoneyUnit::parse(unit).map_or(100, |unit| i128::from(unit.yuan) * 100),
            usual: u32::try_from(usual).unwrap_or(0),
        }
    }

    /// The step of the last place of an amount, in cents.
    pub fn step(self, text: &str) -> i128 {
        let places = decimals(text).max(self.usual).min(8);
        (self.unit / 10i128.pow(places)).max(1)
    }
}

/// The digits of a stated figure without its unit and words before it.
fn number_of(text: &str) -> &str {
    let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |at| at + 1);
    &text[..end]
}

/// How many decimals an amount is printed with.
fn decimals(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let digits = |fraction: &str| u32::try_from(fraction.chars().filter(|c| matches!(c, '0'..='9' | '０'..='９')).count()).unwrap_or(0);
    match bytes.iter().rposition(|byte| *byte == b'.') {
        Some(point) => digits(&text[point + 1..]),
        None if text.is_ascii() => 0,
        None => text.rfind(['．', '。']).map_or(0, |point| digits(&text[point..])),
    }
}

/// Figures that are added up.
#[derive(Debug, Clone, Default)]
pub struct Total<'a> {
    /// Their sum in cents.
    pub cents: i128,
    /// The sum of their steps, which is twice the most that rounding can make of it.
    steps: i128,
    /// The coarsest step.
    step: i128,
    /// What was added up, with its sign.
    pub figures: SmallVec<[(i8, Figure<'a>); 1]>,
}

impl<'a> Total<'a> {
    /// One figure.
    pub fn one(figure: Figure<'a>) -> Self {
        let mut total = Self::default();
        total.add(1, figure);
        total
    }

    /// Adds a figure.
    pub fn add(&mut self, sign: i8, figure: Figure<'a>) {
        self.cents += figure.cents * i128::from(sign);
        self.steps += figure.step;
        self.step = self.step.max(figure.step);
        self.figures.push((sign, figure));
    }

    /// Nothing is printed.
    pub fn is_blank(&self) -> bool {
        self.figures.is_empty()
    }

    /// The line of the first figure.
    pub fn line(&self) -> Option<i32> {
        self.figures.iter().find_map(|(_, figure)| figure.line)
    }

    /// Twice how far two totals may differ by rounding, in cents.
    ///
    /// The same figure printed twice in the same precision may not differ at all, in different precision by half of the coarser; of sums
    /// every figure may be off by half of its last place.
    pub fn tolerance_twice(&self, other: &Total<'_>) -> i128 {
        match (self.figures.len(), other.figures.len()) {
            (0 | 1, 0 | 1) if self.step == other.step || self.is_blank() || other.is_blank() => 0,
            (0 | 1, 0 | 1) => self.step.max(other.step),
            _ => self.steps + other.steps,
        }
    }

    /// Whether the two agree.
    pub fn agrees(&self, other: &Total<'_>) -> bool {
        2 * (self.cents - other.cents).abs() <= self.tolerance_twice(other)
    }

    /// Whether this is no more than the other.
    pub fn is_within(&self, other: &Total<'_>) -> bool {
        2 * (self.cents - other.cents) <= self.tolerance_twice(other)
    }
}

/// Cents as they are published.
pub fn yuan(cents: i128) -> Option<Yuan> {
    Yuan::from_cents(cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(cents: i128, step: i128) -> Figure<'static> {
        Figure {
            cents,
            step,
            text: "",
            unit: "",
            line: None,
        }
    }

    #[test]
    fn places_follow_what_is_printed() {
        let table = Places::of("万元", ["1,332.44", "187.3", "5", "0.51", "12.30"].into_iter());
        assert_eq!(
            [table.step("187.3"), table.step("5"), table.step("44.129")],
            [10_000, 10_000, 1_000]
        );
        let whole = Places::of("元", ["371,514,655", "3808085"].into_iter());
        assert_eq!([whole.step("3808085"), whole.step("0.50")], [100, 1]);
        assert_eq!(decimals("１２．５０"), 2);
        assert_eq!(decimals("1,168.8 4"), 2);
    }

    #[test]
    fn a_total_may_differ_by_half_a_place_of_each_figure() {
        let mut parts = Total::one(figure(10_000, 10_000));
        parts.add(1, figure(20_000, 10_000));
        assert!(Total::one(figure(40_000, 10_000)).agrees(&parts));
        assert!(!Total::one(figure(50_000, 10_000)).agrees(&parts));
    }

    #[test]
    fn the_same_figure_may_differ_only_where_one_is_coarser() {
        let wan = Total::one(figure(641_300_000, 10_000));
        assert!(!wan.agrees(&Total::one(figure(641_310_000, 10_000))));
        assert!(wan.agrees(&Total::one(figure(641_305_000, 1))));
        assert!(!wan.agrees(&Total::one(figure(641_305_001, 1))));
    }
}
