//! ClickHouse's data types. A [`Type`] says what a column means; [`Type::carrier`] says which Arrow array carries it.
//!
//! Invariant: `Type::parse(&t.to_string()) == Ok(t)` for every type, and the text is ClickHouse's canonical one.

mod carrier;
mod parse;
mod text;

pub use carrier::carrier_field;
use std::sync::Arc;

/// Unit of an Interval type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum IntervalUnit {
    Nanosecond,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A data type. Nested = flattened `Array` columns at table creation, so it has no variant of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Int8,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    /// Carried as UInt8 0/1.
    Bool,
    /// Arbitrary bytes.
    String,
    FixedString(u32),
    /// Days since 1970-01-01, 0..=65535.
    Date,
    /// Days since 1970-01-01, 1900-01-01..=2299-12-31.
    Date32,
    /// Seconds since the epoch, with an optional time zone for display.
    DateTime(Option<Arc<str>>),
    /// Ticks of 10^-precision seconds since the epoch.
    DateTime64(u8, Option<Arc<str>>),
    Uuid,
    /// Members sorted by value.
    Enum8(Arc<[(Arc<str>, i8)]>),
    /// Members sorted by value.
    Enum16(Arc<[(Arc<str>, i16)]>),
    Ipv4,
    Ipv6,
    /// Precision 1..=38, scale 0..=precision.
    Decimal(u8, u8),
    /// Dictionary encoding asked for by the user; inner is String, FixedString, a number or a date, or Nullable of these.
    LowCardinality(Arc<Type>),
    Nullable(Arc<Type>),
    Array(Arc<Type>),
    /// Elements with their names where the tuple is named.
    Tuple(Arc<[(Option<Arc<str>>, Type)]>),
    Map(Arc<Type>, Arc<Type>),
    /// The type without values: of `NULL` (as Nullable(Nothing)) and of `[]` (as Array(Nothing)).
    Nothing,
    Interval(IntervalUnit),
}

impl serde::Serialize for Type {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Type {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(d)?;
        Type::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl Type {
    /// The type of a text, or ClickHouse's error for an unknown or malformed one.
    pub fn parse(text: &str) -> crate::Result<Type> {
        parse::parse(text)
    }

    pub fn nullable(inner: Type) -> Type {
        match inner {
            t @ Type::Nullable(_) => t,
            Type::LowCardinality(t) => Type::LowCardinality(Arc::new(Type::nullable((*t).clone()))),
            t => Type::Nullable(Arc::new(t)),
        }
    }
    pub fn low_cardinality(inner: Type) -> Type {
        Type::LowCardinality(Arc::new(inner))
    }
    pub fn array(inner: Type) -> Type {
        Type::Array(Arc::new(inner))
    }
    pub fn map(key: Type, value: Type) -> Type {
        Type::Map(Arc::new(key), Arc::new(value))
    }
    /// An unnamed tuple.
    pub fn tuple(elements: impl IntoIterator<Item = Type>) -> Type {
        Type::Tuple(elements.into_iter().map(|t| (None, t)).collect())
    }

    /// Whether NULL is a value of this type (Nullable, or LowCardinality of Nullable).
    pub fn is_nullable(&self) -> bool {
        match self {
            Type::Nullable(_) => true,
            Type::LowCardinality(t) => t.is_nullable(),
            _ => false,
        }
    }
    /// Whether the type may stand inside Nullable.
    pub fn can_be_nullable(&self) -> bool {
        !matches!(self, Type::Nullable(_) | Type::LowCardinality(_) | Type::Array(_) | Type::Map(..) | Type::Tuple(_))
    }
    /// Whether the type may stand inside LowCardinality.
    pub fn can_be_low_cardinality(&self) -> bool {
        match self {
            Type::Nullable(t) => t.can_be_low_cardinality(),
            Type::String | Type::FixedString(_) | Type::Date | Type::Date32 | Type::DateTime(_) | Type::Uuid => true,
            Type::Ipv4 | Type::Ipv6 | Type::Interval(_) => true,
            t => t.is_number(),
        }
    }
    /// Without the outer LowCardinality.
    pub fn without_low_cardinality(&self) -> &Type {
        match self {
            Type::LowCardinality(t) => t,
            t => t,
        }
    }
    /// Without LowCardinality at any depth.
    #[must_use]
    pub fn without_inner_dictionaries(&self) -> Type {
        match self {
            Type::LowCardinality(t) => (**t).clone(),
            Type::Array(t) => Type::array(t.without_inner_dictionaries()),
            Type::Tuple(e) => Type::Tuple(e.iter().map(|(n, t)| (n.clone(), t.without_inner_dictionaries())).collect()),
            Type::Map(k, v) => Type::map(k.without_inner_dictionaries(), v.without_inner_dictionaries()),
            t => t.clone(),
        }
    }
    /// Without the outer LowCardinality and Nullable.
    pub fn base(&self) -> &Type {
        match self {
            Type::LowCardinality(t) | Type::Nullable(t) => t.base(),
            t => t,
        }
    }
    /// Integers, floats and Bool (not decimals, dates or enums).
    pub fn is_number(&self) -> bool {
        self.is_integer() || self.is_float()
    }
    /// (U)Int8..64 and Bool.
    pub fn is_integer(&self) -> bool {
        use Type::*;
        matches!(self, UInt8 | UInt16 | UInt32 | UInt64 | Int8 | Int16 | Int32 | Int64 | Bool)
    }
    pub fn is_signed_integer(&self) -> bool {
        matches!(self, Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64)
    }
    pub fn is_unsigned_integer(&self) -> bool {
        self.is_integer() && !self.is_signed_integer()
    }
    pub fn is_float(&self) -> bool {
        matches!(self, Type::Float32 | Type::Float64)
    }
    pub fn is_decimal(&self) -> bool {
        matches!(self, Type::Decimal(..))
    }
    pub fn is_string(&self) -> bool {
        matches!(self, Type::String | Type::FixedString(_))
    }
    /// Date, Date32, DateTime, DateTime64.
    pub fn is_temporal(&self) -> bool {
        matches!(self, Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64(..))
    }
    pub fn is_enum(&self) -> bool {
        matches!(self, Type::Enum8(_) | Type::Enum16(_))
    }
    /// The explicit time zone of DateTime and DateTime64.
    pub fn time_zone(&self) -> Option<&str> {
        match self {
            Type::DateTime(tz) | Type::DateTime64(_, tz) => tz.as_deref(),
            _ => None,
        }
    }
    /// Digits of a decimal's or ticks' scale, where the carrier is a scaled integer.
    pub fn scale(&self) -> Option<u8> {
        match self {
            Type::Decimal(_, s) => Some(*s),
            Type::DateTime64(p, _) => Some(*p),
            _ => None,
        }
    }
}
