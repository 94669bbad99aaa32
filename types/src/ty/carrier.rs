//! The Arrow array that carries a type through a query plan (DESIGN D6).

use super::Type;
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use std::sync::Arc;

impl Type {
    /// The Arrow type of this type's values in a query plan ("query form"):
    ///
    /// | type | carrier |
    /// |---|---|
    /// | integers, floats | the same |
    /// | Bool | UInt8, 0 or 1 |
    /// | String | BinaryView (bytes, not UTF-8) |
    /// | FixedString(n) | FixedSizeBinary(n) |
    /// | Date, Date32, DateTime, DateTime64 | UInt16, Int32, UInt32, Int64 |
    /// | UUID, IPv6 | FixedSizeBinary(16) in sort order: UUID's second half first, each half big endian; IPv6 network order |
    /// | Enum8, Enum16, IPv4 | Int8, Int16, UInt32 |
    /// | Decimal(p, s) | Decimal32 (p ≤ 9), Decimal64 (≤ 18), Decimal128 (≤ 38) |
    /// | LowCardinality(T) | Dictionary(UInt32, T's carrier); NULL is a null key |
    /// | Array, Tuple, Map | List, Struct (fields "1", "2", … where unnamed), Map |
    /// | Interval | Int64 |
    /// | Nothing | UInt8 |
    pub fn carrier(&self) -> DataType {
        match self {
            Type::UInt8 | Type::Bool | Type::Nothing => DataType::UInt8,
            Type::UInt16 | Type::Date => DataType::UInt16,
            Type::UInt32 | Type::DateTime(_) | Type::Ipv4 => DataType::UInt32,
            Type::UInt64 => DataType::UInt64,
            Type::Int8 | Type::Enum8(_) => DataType::Int8,
            Type::Int16 | Type::Enum16(_) => DataType::Int16,
            Type::Int32 | Type::Date32 => DataType::Int32,
            Type::Int64 | Type::DateTime64(..) | Type::Interval(_) => DataType::Int64,
            Type::Float32 => DataType::Float32,
            Type::Float64 => DataType::Float64,
            Type::String => DataType::BinaryView,
            Type::FixedString(n) => DataType::FixedSizeBinary(*n as i32),
            Type::Uuid | Type::Ipv6 => DataType::FixedSizeBinary(16),
            Type::Decimal(p, s) if *p <= 9 => DataType::Decimal32(*p, *s as i8),
            Type::Decimal(p, s) if *p <= 18 => DataType::Decimal64(*p, *s as i8),
            Type::Decimal(p, s) => DataType::Decimal128(*p, *s as i8),
            Type::LowCardinality(t) => DataType::Dictionary(Box::new(DataType::UInt32), Box::new(t.carrier())),
            Type::Nullable(t) => t.carrier(),
            Type::Array(t) => DataType::List(carrier_field("item", t)),
            Type::Tuple(elements) => DataType::Struct(
                elements
                    .iter()
                    .enumerate()
                    .map(|(i, (name, ty))| match name {
                        Some(name) => carrier_field(name, ty),
                        None => carrier_field(&(i + 1).to_string(), ty),
                    })
                    .collect(),
            ),
            Type::Map(k, v) => {
                let entries = Fields::from(vec![carrier_field("keys", k), carrier_field("values", v)]);
                DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries), false)), false)
            }
        }
    }
}

/// The Arrow field of a column of this type: its carrier, nullable exactly where the type is.
pub fn carrier_field(name: &str, ty: &Type) -> FieldRef {
    Arc::new(Field::new(name, ty.carrier(), ty.is_nullable()))
}
