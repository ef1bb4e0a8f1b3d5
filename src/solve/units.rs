//! Figures as whole numbers.

use rust_decimal::Decimal;

/// A figure as a count of the last of [`SCALE`] places: sums are exact whole numbers.
pub(super) type Units = i64;

/// Decimal places that figures are counted in: a cent is the sixth of 万元. Nine trillion are within the range.
const SCALE: u32 = 6;

/// A figure as a whole number; `None` where it has more places, or is larger, than money is.
pub(super) fn units(value: Decimal) -> Option<Units> {
    let power = SCALE.checked_sub(value.scale())?;
    let mantissa = Units::try_from(value.mantissa()).ok()?;
    mantissa.checked_mul(10i64.pow(power))
}

/// Half of the last printed place (0.005); figures of a table are printed to the same place.
pub(super) const HALF: Units = 5 * 10i64.pow(SCALE - 3);
