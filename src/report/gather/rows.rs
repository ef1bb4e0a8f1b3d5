//! Values of a result, row by row.

use std::str::FromStr;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type};
use rust_decimal::Decimal;

use super::super::model::{Period, Place};
use crate::codes::Stage;
use crate::money::Yuan;

/// A row of a result. A column that is missing, or of another type, is as good as null: the queries are the program's own, and tested.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    batch: &'a RecordBatch,
    index: usize,
}

/// The rows of a result.
pub fn rows(batch: &RecordBatch) -> impl Iterator<Item = Row<'_>> {
    (0..batch.num_rows()).map(move |index| Row { batch, index })
}

impl<'a> Row<'a> {
    fn column(self, name: &str) -> Option<&'a dyn Array> {
        let column = self.batch.column_by_name(name)?;
        (!column.is_null(self.index)).then_some(&**column)
    }

    /// A text; empty where there is none.
    pub fn text(self, name: &str) -> &'a str {
        let texts = self.column(name).and_then(|column| column.as_string_opt::<i32>());
        texts.map(|texts| texts.value(self.index)).unwrap_or_default()
    }

    /// A code of a closed vocabulary.
    pub fn code<C: FromStr>(self, name: &str) -> Option<C> {
        self.text(name).parse().ok()
    }

    /// A whole number.
    pub fn int(self, name: &str) -> Option<i64> {
        let column = self.column(name)?;
        match column.data_type() {
            DataType::Int32 => Some(column.as_primitive::<Int32Type>().value(self.index).into()),
            DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(self.index)),
            _ => None,
        }
    }

    /// A count; 0 where there is none.
    pub fn count(self, name: &str) -> u64 {
        self.int(name).and_then(|count| count.try_into().ok()).unwrap_or_default()
    }

    /// The same as a size.
    pub fn size(self, name: &str) -> usize {
        usize::try_from(self.count(name)).unwrap_or_default()
    }

    /// A positive place, such as a line; 0 stands for none.
    pub fn position(self, name: &str) -> Option<i32> {
        self.int(name).and_then(|place| place.try_into().ok()).filter(|place| *place > 0)
    }

    /// Money, in yuan.
    pub fn yuan(self, name: &str) -> Option<Yuan> {
        let column = self.column(name)?.as_primitive_opt::<Decimal128Type>()?;
        (column.scale() == 2).then(|| Yuan::from_cents(column.value(self.index)))?
    }

    /// A decimal.
    pub fn decimal(self, name: &str) -> Option<Decimal> {
        let column = self.column(name)?.as_primitive_opt::<Decimal128Type>()?;
        Decimal::try_from_i128_with_scale(column.value(self.index), u32::try_from(column.scale()).ok()?).ok()
    }

    /// The columns `year` and `stage`.
    pub fn period(self) -> Option<Period> {
        Some(Period {
            year: self.position("year")?,
            stage: self.code::<Stage>("stage")?,
        })
    }

    /// The columns `line`, `page` and `sheet`.
    pub fn place(self) -> Place {
        let sheet = self.text("sheet");
        Place {
            line: self.position("line"),
            page: self.position("page"),
            sheet: (!sheet.is_empty()).then(|| sheet.to_owned()),
        }
    }
}
