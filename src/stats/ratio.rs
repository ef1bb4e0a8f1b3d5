//! Shares, rates and means: exact quotients, rounded half away from zero to a stated number of places.

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type};

use super::frame::PRECISION;

/// Places behind the point of every quotient.
pub(super) const PLACES: u32 = 4;

/// A column that is the quotient of two others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratio {
    /// The column's name.
    pub name: &'static str,
    /// What is divided.
    pub part: &'static str,
    /// By what.
    pub whole: &'static str,
    /// 100 for percents, 1 for means.
    pub times: i128,
}

/// `part` in percent of `whole`.
pub(super) const fn percent(name: &'static str, part: &'static str, whole: &'static str) -> Ratio {
    Ratio {
        name,
        part,
        whole,
        times: 100,
    }
}

/// `part` divided by `whole`.
pub(super) const fn mean(name: &'static str, part: &'static str, whole: &'static str) -> Ratio {
    Ratio {
        name,
        part,
        whole,
        times: 1,
    }
}

impl Ratio {
    /// The quotients of the rows: null where one of the two is, or where `whole` is not positive; what that would mean depends on who asks.
    pub(super) fn of(&self, rows: &RecordBatch) -> Result<Decimal128Array, String> {
        let part = Unscaled::of(rows, self.part)?;
        let whole = Unscaled::of(rows, self.whole)?;
        let quotient = |row| -> Result<Option<i128>, String> {
            let (Some(above), Some(below)) = (part.get(row), whole.get(row)) else {
                return Ok(None);
            };
            if below <= 0 {
                return Ok(None);
            }
            let scaled = above
                .checked_mul(self.times)
                .and_then(|above| above.checked_mul(10_i128.pow(PLACES + whole.scale)))
                .zip(below.checked_mul(10_i128.pow(part.scale)));
            let (above, below) = scaled.ok_or_else(|| format!("{} of {} is out of range", self.part, self.whole))?;
            Ok(Some(rounded(above, below)))
        };
        let values: Decimal128Array = (0..rows.num_rows()).map(quotient).collect::<Result<_, _>>()?;
        let scale = i8::try_from(PLACES).unwrap_or(0);
        values.with_precision_and_scale(PRECISION, scale).map_err(|error| error.to_string())
    }
}

/// `above` by `below`, which is positive, rounded half away from zero.
fn rounded(above: i128, below: i128) -> i128 {
    let (quotient, rest) = (above / below, (above % below).abs());
    if rest >= below - rest {
        quotient + above.signum()
    } else {
        quotient
    }
}

/// A column of numbers as integers with a scale.
struct Unscaled {
    array: ArrayRef,
    scale: u32,
}

impl Unscaled {
    fn of(rows: &RecordBatch, name: &str) -> Result<Self, String> {
        let array = rows.column_by_name(name).ok_or_else(|| format!("there is no column {name}"))?;
        let scale = match array.data_type() {
            DataType::Int32 | DataType::Int64 => 0,
            DataType::Decimal128(_, scale) => u32::try_from(*scale).map_err(|_| format!("{name} has a scale of {scale}"))?,
            other => return Err(format!("{name} is {other} and no number")),
        };
        Ok(Self {
            array: array.clone(),
            scale,
        })
    }

    fn get(&self, row: usize) -> Option<i128> {
        if self.array.is_null(row) {
            return None;
        }
        Some(match self.array.data_type() {
            DataType::Int32 => self.array.as_primitive::<Int32Type>().value(row).into(),
            DataType::Int64 => self.array.as_primitive::<Int64Type>().value(row).into(),
            _ => self.array.as_primitive::<Decimal128Type>().value(row),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Int64Array;
    use std::sync::Arc;

    fn percents(parts: &[Option<i64>], wholes: &[Option<i64>]) -> Vec<Option<String>> {
        let column = |values: &[Option<i64>]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
        let rows = RecordBatch::try_from_iter([("part", column(parts)), ("whole", column(wholes))]).unwrap();
        let values = percent("percent", "part", "whole").of(&rows).unwrap();
        (0..rows.num_rows())
            .map(|row| values.is_valid(row).then(|| values.value_as_string(row)))
            .collect()
    }

    #[test]
    fn quotients_are_exact_and_rounded_half_away_from_zero() {
        let given = percents(
            &[Some(1), Some(2), Some(-2), Some(1), Some(-1), Some(0), Some(i64::MAX)],
            &[Some(3), Some(3), Some(3), Some(2_000_000), Some(2_000_000), Some(7), Some(1)],
        );
        let wanted = [
            "33.3333",
            "66.6667",
            "-66.6667",
            "0.0001",
            "-0.0001",
            "0.0000",
            "922337203685477580700.0000",
        ];
        assert_eq!(given, wanted.map(|text| Some(text.to_owned())));
    }

    #[test]
    fn nothing_and_nothing_positive_gives_null() {
        assert_eq!(
            percents(
                &[Some(1), Some(0), None, Some(1), Some(1)],
                &[Some(0), Some(0), Some(1), None, Some(-1)]
            ),
            [const { None }; 5]
        );
    }

    #[test]
    fn scales_count() {
        let decimals = |value: i128, scale: i8| {
            let array = Decimal128Array::from(vec![value]).with_precision_and_scale(38, scale).unwrap();
            Arc::new(array) as ArrayRef
        };
        let rows = RecordBatch::try_from_iter([("part", decimals(1250, 2)), ("whole", decimals(500_000, 4))]).unwrap();
        assert_eq!(percent("percent", "part", "whole").of(&rows).unwrap().value_as_string(0), "25.0000");
        assert_eq!(mean("mean", "part", "whole").of(&rows).unwrap().value_as_string(0), "0.2500");
    }
}
