//! Results of polars as Arrow batches, which everything else here speaks.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array, ListBuilder, RecordBatch, RecordBatchOptions,
    StringArray, StringBuilder, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType as ArrowType, Field, Schema};
use polars::prelude::*;

use super::StatsError;

/// Digits of every decimal that is given out: room for any sum.
pub(super) const PRECISION: u8 = 38;

/// A frame as one batch; every column may be null.
pub(super) fn to_batch(frame: &DataFrame) -> Result<RecordBatch, StatsError> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for column in frame.columns() {
        let array = to_array(column.as_materialized_series())?;
        fields.push(Field::new(column.name().as_str(), array.data_type().clone(), true));
        arrays.push(array);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(frame.height()));
    Ok(RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?)
}

fn to_array(series: &Series) -> Result<ArrayRef, StatsError> {
    Ok(match series.dtype() {
        DataType::String => Arc::new(series.str()?.iter().collect::<StringArray>()),
        DataType::Int32 => Arc::new(series.i32()?.iter().collect::<Int32Array>()),
        DataType::Int64 => Arc::new(series.i64()?.iter().collect::<Int64Array>()),
        DataType::UInt32 => Arc::new(series.u32()?.iter().map(|count| count.map(i64::from)).collect::<Int64Array>()),
        DataType::Boolean => Arc::new(series.bool()?.iter().collect::<BooleanArray>()),
        DataType::Float64 => Arc::new(series.f64()?.iter().collect::<Float64Array>()),
        DataType::Decimal(_, scale) => {
            let scale = i8::try_from(*scale).unwrap_or(0);
            let unscaled: Decimal128Array = series.decimal()?.physical().iter().collect();
            Arc::new(unscaled.with_precision_and_scale(PRECISION, scale)?)
        }
        DataType::Datetime(TimeUnit::Milliseconds, None) => {
            Arc::new(series.datetime()?.physical().iter().collect::<TimestampMillisecondArray>())
        }
        DataType::List(inner) if **inner == DataType::String => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for list in series.list()?.amortized_iter() {
                match list {
                    Some(list) => {
                        for text in list.as_ref().str()?.iter() {
                            lists.values().append_option(text);
                        }
                        lists.append(true);
                    }
                    None => lists.append(false),
                }
            }
            Arc::new(lists.finish())
        }
        DataType::Null => arrow::array::new_null_array(&ArrowType::Utf8, series.len()),
        DataType::Int8 | DataType::Int16 | DataType::UInt8 | DataType::UInt16 | DataType::UInt64 => {
            to_array(&series.cast(&DataType::Int64)?)?
        }
        DataType::Float32 => to_array(&series.cast(&DataType::Float64)?)?,
        _ => to_array(&series.cast(&DataType::String)?)?,
    })
}
