//! How a field of a record becomes an Arrow column: one small trait, implemented once for every type that the contract uses.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, DictionaryArray, Int32Builder, Int64Builder, ListBuilder, StringArray, StringBuilder,
    TimestampMillisecondBuilder,
};
use arrow::datatypes::{DataType, Field, Int32Type, TimeUnit};

use crate::codes::Code;
use crate::money::Yuan;

/// Text that many rows of a document share.
pub type SharedText = Arc<str>;

/// A type that can be a column of a published table.
pub trait Column {
    /// The Arrow builder that collects values of this type.
    type Builder;
    /// Whether the column may hold nulls.
    const NULLABLE: bool = false;
    /// The published Arrow type.
    fn data_type() -> DataType;
    /// The codes that the column may hold with their meanings, if it is a closed vocabulary.
    fn codes() -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
    /// An empty builder.
    fn builder() -> Self::Builder;
    /// Adds this value.
    fn append(&self, builder: &mut Self::Builder);
    /// Adds a null.
    fn append_null(builder: &mut Self::Builder);
    /// Takes what was collected.
    fn finish(builder: &mut Self::Builder) -> ArrayRef;
}

impl<T: Column> Column for Option<T> {
    type Builder = T::Builder;
    const NULLABLE: bool = true;
    fn data_type() -> DataType {
        T::data_type()
    }
    fn codes() -> Vec<(&'static str, &'static str)> {
        T::codes()
    }
    fn builder() -> Self::Builder {
        T::builder()
    }
    fn append(&self, builder: &mut Self::Builder) {
        match self {
            Some(value) => value.append(builder),
            None => T::append_null(builder),
        }
    }
    fn append_null(builder: &mut Self::Builder) {
        T::append_null(builder);
    }
    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        T::finish(builder)
    }
}

// Builders begin without room: there is one for each column of each shard, and few rows wait in most of them.

/// Implements [`Column`] for a type whose builder has `append_value`, `append_null` and `finish`.
macro_rules! simple_column {
    ($type:ty, $builder:ty, $data_type:expr, $make:expr, |$this:ident| $value:expr) => {
        impl Column for $type {
            type Builder = $builder;
            fn data_type() -> DataType {
                $data_type
            }
            fn builder() -> Self::Builder {
                $make
            }
            fn append(&self, builder: &mut Self::Builder) {
                let $this = self;
                builder.append_value($value);
            }
            fn append_null(builder: &mut Self::Builder) {
                builder.append_null();
            }
            fn finish(builder: &mut Self::Builder) -> ArrayRef {
                Arc::new(builder.finish())
            }
        }
    };
}

simple_column!(String, StringBuilder, DataType::Utf8, StringBuilder::with_capacity(0, 0), |text| {
    text.as_str()
});
simple_column!(
    SharedText,
    StringBuilder,
    DataType::Utf8,
    StringBuilder::with_capacity(0, 0),
    |text| text.as_ref()
);
simple_column!(i32, Int32Builder, DataType::Int32, Int32Builder::with_capacity(0), |number| *number);
simple_column!(i64, Int64Builder, DataType::Int64, Int64Builder::with_capacity(0), |number| *number);
simple_column!(bool, BooleanBuilder, DataType::Boolean, BooleanBuilder::with_capacity(0), |flag| {
    *flag
});
simple_column!(
    Yuan,
    Decimal128Builder,
    Fixed::<20, 2>::TYPE,
    Decimal128Builder::with_capacity(0).with_data_type(Fixed::<20, 2>::TYPE),
    |yuan| yuan.cents()
);

/// An exact decimal of `P` digits, `S` of them after the point, as its unscaled integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed<const P: u8, const S: i8>(pub i128);

impl<const P: u8, const S: i8> Fixed<P, S> {
    const TYPE: DataType = DataType::Decimal128(P, S);

    /// The value of `decimal`, or `None` where it does not fit exactly.
    pub fn exact(decimal: rust_decimal::Decimal) -> Option<Self> {
        let mut decimal = decimal.normalize();
        if decimal.scale() > u32::try_from(S).ok()? {
            return None;
        }
        decimal.rescale(u32::try_from(S).ok()?);
        let unscaled = decimal.mantissa();
        (decimal.scale() == u32::try_from(S).ok()? && unscaled.unsigned_abs() < 10u128.pow(u32::from(P))).then_some(Self(unscaled))
    }

    /// The value as a decimal.
    pub fn decimal(self) -> rust_decimal::Decimal {
        rust_decimal::Decimal::try_from_i128_with_scale(self.0, u32::try_from(S).unwrap_or(0)).unwrap_or_default()
    }
}

impl<const P: u8, const S: i8> serde::Serialize for Fixed<P, S> {
    fn serialize<Z: serde::Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_str(&self.decimal())
    }
}

impl<const P: u8, const S: i8> Column for Fixed<P, S> {
    type Builder = Decimal128Builder;
    fn data_type() -> DataType {
        Self::TYPE
    }
    fn builder() -> Self::Builder {
        Decimal128Builder::with_capacity(0).with_data_type(Self::TYPE)
    }
    fn append(&self, builder: &mut Self::Builder) {
        builder.append_value(self.0);
    }
    fn append_null(builder: &mut Self::Builder) {
        builder.append_null();
    }
    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        Arc::new(builder.finish())
    }
}

/// A moment as printed on a form: seconds since 1970, without a time zone. Parquet knows no timestamps coarser than milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Moment(pub i64);

simple_column!(
    Moment,
    TimestampMillisecondBuilder,
    DataType::Timestamp(TimeUnit::Millisecond, None),
    TimestampMillisecondBuilder::with_capacity(0),
    |moment| moment.0 * 1000
);

impl Column for Vec<String> {
    type Builder = ListBuilder<StringBuilder>;
    fn data_type() -> DataType {
        DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
    }
    fn builder() -> Self::Builder {
        ListBuilder::new(StringBuilder::with_capacity(0, 0))
    }
    fn append(&self, builder: &mut Self::Builder) {
        for text in self {
            builder.values().append_value(text);
        }
        builder.append(true);
    }
    fn append_null(builder: &mut Self::Builder) {
        builder.append(false);
    }
    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        Arc::new(builder.finish())
    }
}

impl<C: Code> Column for C {
    type Builder = Int32Builder;
    fn data_type() -> DataType {
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
    }
    fn codes() -> Vec<(&'static str, &'static str)> {
        C::ALL.iter().map(|code| (code.code(), code.meaning())).collect()
    }
    fn builder() -> Self::Builder {
        Int32Builder::with_capacity(0)
    }
    fn append(&self, builder: &mut Self::Builder) {
        builder.append_value(i32::try_from(self.index()).unwrap_or(0));
    }
    fn append_null(builder: &mut Self::Builder) {
        builder.append_null();
    }
    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        let codes = StringArray::from_iter_values(C::ALL.iter().map(|code| code.code()));
        // Never panics: keys are indices into `C::ALL`, by `append` above.
        Arc::new(DictionaryArray::<Int32Type>::new(builder.finish(), Arc::new(codes)))
    }
}
