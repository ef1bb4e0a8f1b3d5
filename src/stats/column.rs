//! Arrow columns as columns of polars.

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType as ArrowType, Decimal128Type, Int32Type, Int64Type, TimeUnit as ArrowUnit, TimestampMillisecondType};
use polars::prelude::*;

/// The type of polars for one of Arrow.
pub(super) fn type_of(arrow: &ArrowType) -> PolarsResult<DataType> {
    Ok(match arrow {
        ArrowType::Utf8 | ArrowType::Dictionary(_, _) => DataType::String,
        ArrowType::Int32 => DataType::Int32,
        ArrowType::Int64 => DataType::Int64,
        ArrowType::Boolean => DataType::Boolean,
        ArrowType::Decimal128(precision, scale) => DataType::Decimal(usize::from(*precision), usize::try_from(*scale).unwrap_or(0)),
        ArrowType::Timestamp(ArrowUnit::Millisecond, None) => DataType::Datetime(TimeUnit::Milliseconds, None),
        ArrowType::List(_) => DataType::List(Box::new(DataType::String)),
        other => polars_bail!(SchemaMismatch: "no column of a table is {other}"),
    })
}

/// Arrow arrays of one column as a polars column.
pub(super) fn column(name: &PlSmallStr, arrays: &[&ArrayRef], data_type: &DataType) -> PolarsResult<Column> {
    Ok(match data_type {
        DataType::String if arrays.iter().all(|array| array.as_dictionary_opt::<Int32Type>().is_some()) => {
            let mut texts = StringChunked::full_null(name.clone(), 0);
            for words in arrays.iter().filter_map(|array| array.as_dictionary_opt::<Int32Type>()) {
                texts.append(&texts_of(name, words)?)?;
            }
            texts.into_column()
        }
        DataType::String => {
            let mut texts = StringChunkedBuilder::new(name.clone(), arrays.iter().map(|array| array.len()).sum());
            for array in arrays {
                append_texts(array, &mut |text| match text {
                    Some(text) => texts.append_value(text),
                    None => texts.append_null(),
                })?;
            }
            texts.finish().into_column()
        }
        DataType::Int32 => {
            // Compact files have the year as an Int64, as readers of Hive paths have it.
            let arrays = arrays.iter().map(|array| cast(array, &ArrowType::Int32));
            let arrays = arrays
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| polars_err!(ComputeError: "{error}"))?;
            let rows = arrays.iter().flat_map(|array| array.as_primitive::<Int32Type>().iter());
            Int32Chunked::from_iter_options(name.clone(), rows).into_column()
        }
        DataType::Int64 => {
            let rows = arrays.iter().flat_map(|array| array.as_primitive::<Int64Type>().iter());
            Int64Chunked::from_iter_options(name.clone(), rows).into_column()
        }
        DataType::Boolean => {
            let rows = arrays.iter().flat_map(|array| array.as_boolean().iter());
            BooleanChunked::from_iter_options(name.clone(), rows).into_column()
        }
        DataType::Decimal(precision, scale) => {
            let rows = arrays.iter().flat_map(|array| array.as_primitive::<Decimal128Type>().iter());
            let unscaled = Int128Chunked::from_iter_options(name.clone(), rows);
            unscaled.into_decimal(*precision, *scale)?.into_series().into_column()
        }
        DataType::Datetime(_, _) => {
            let millis = arrays
                .iter()
                .flat_map(|array| array.as_primitive::<TimestampMillisecondType>().iter());
            let millis = Int64Chunked::from_iter_options(name.clone(), millis);
            millis.into_datetime(TimeUnit::Milliseconds, None).into_series().into_column()
        }
        _ => {
            let mut lists = ListStringChunkedBuilder::new(name.clone(), 0, 0);
            for array in arrays {
                for list in array.as_list::<i32>().iter() {
                    match list {
                        Some(list) => lists.append_values_iter(list.as_string::<i32>().iter().map(Option::unwrap_or_default)),
                        None => lists.append_null(),
                    }
                }
            }
            lists.finish().into_column()
        }
    })
}

/// A column of codes, or of texts that repeat: rows share the bytes of a text.
fn texts_of(name: &PlSmallStr, words: &DictionaryArray<Int32Type>) -> PolarsResult<StringChunked> {
    let Some(values) = words.values().as_string_opt::<i32>() else {
        polars_bail!(ComputeError: "a column of codes holds no texts");
    };
    let values = StringChunked::from_iter_options(name.clone(), values.iter());
    let rows = words.keys().iter().map(|key| key.and_then(|key| IdxSize::try_from(key).ok()));
    values.take(&IdxCa::from_iter_options(name.clone(), rows))
}

fn append_texts(array: &ArrayRef, append: &mut dyn FnMut(Option<&str>)) -> PolarsResult<()> {
    if let Some(texts) = array.as_string_opt::<i32>() {
        texts.iter().for_each(append);
        return Ok(());
    }
    let failed = |error: &dyn std::fmt::Display| polars_err!(ComputeError: "{error}");
    let words = match array.as_dictionary_opt::<Int32Type>() {
        Some(words) => words.clone(),
        None => {
            let kind = ArrowType::Dictionary(Box::new(ArrowType::Int32), Box::new(ArrowType::Utf8));
            cast(array, &kind)
                .map_err(|error| failed(&error))?
                .as_dictionary::<Int32Type>()
                .clone()
        }
    };
    let values = words.values().as_string_opt::<i32>();
    let values = values.ok_or_else(|| failed(&"a column of codes holds no texts"))?;
    for key in words.keys() {
        append(key.and_then(|key| usize::try_from(key).ok()).map(|key| values.value(key)));
    }
    Ok(())
}
