//! Figures as whole numbers.

use rust_decimal::Decimal;

/// A figure as a count of the last of [`SCALE`] places: sums are exact whole numbers.
pub(super) type Units = i128;

/// Decimal places that figures are counted in: a cent is the sixth of 万元.
const SCALE: u32 = 8;

/// Figures are smaller, so that sums of as many as there can be are within the range.
const LIMIT: Units = 10i128.pow(34);

/// A figure as a whole number; `None` where it has more places, or is larger, than money is.
pub(super) fn units(value: Decimal) -> Option<Units> {
    // Most figures have few places; only those of others may end in noughts.
    let value = if value.scale() > SCALE { value.normalize() } else { value };
    let power = SCALE.checked_sub(value.scale())?;
    let units = value.mantissa().checked_mul(10i128.pow(power))?;
    (units.abs() < LIMIT).then_some(units)
}

/// Half of the last printed place (0.005); figures of a table are printed to the same place.
pub(super) const HALF: Units = 5 * 10i128.pow(SCALE - 3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_counted_in_the_eighth_place() {
        let units = |text: &str| units(text.parse().unwrap());
        assert_eq!(units("1.50"), Some(150_000_000));
        assert_eq!(units("-0.00000001"), Some(-1));
        assert_eq!(units("1.0000000000"), Some(100_000_000));
        assert_eq!(units("0.000000001"), None);
        assert_eq!(units("79228162514264337593543950335"), None);
    }
}
