//! One value of a type, for literals, constants, statistics and defaults.

use crate::error::{Code, Error, Result};
use crate::ty::{Type, carrier_field};
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewBuilder, DictionaryArray, FixedSizeBinaryBuilder, ListArray, MapArray,
    PrimitiveArray, StructArray, UInt32Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{self as at, ArrowPrimitiveType, DataType};
use std::sync::Arc;

/// A scalar in ClickHouse's terms. Which type it has is said by the [`crate::Type`] beside it; the variants follow the
/// carriers: dates, DateTimes, enums, IPv4 and intervals are their integers, UUID and IPv6 their 16 bytes in sort order.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    UInt(u64),
    Int(i64),
    Float(f64),
    /// String and FixedString, and UUID/IPv6 in the carrier's byte order.
    Bytes(Arc<[u8]>),
    /// Unscaled decimal.
    Decimal(i128),
    Array(Arc<[Value]>),
    Tuple(Arc<[Value]>),
    Map(Arc<[(Value, Value)]>),
}

impl Value {
    pub fn bytes(b: impl AsRef<[u8]>) -> Value {
        Value::Bytes(b.as_ref().into())
    }
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
    /// The value as an integer, where it is one (or an integral decimal carrier).
    pub fn as_i128(&self) -> Option<i128> {
        match self {
            Value::UInt(n) => Some(i128::from(*n)),
            Value::Int(n) => Some(i128::from(*n)),
            Value::Decimal(n) => Some(*n),
            _ => None,
        }
    }
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(b) => Some(b),
            _ => None,
        }
    }
}

impl Value {
    /// The value that an omitted column of this type takes (ClickHouse: zero, empty, NULL, the first enum member).
    pub fn default_of(ty: &Type) -> Value {
        match ty {
            Type::Nullable(_) => Value::Null,
            Type::LowCardinality(t) => Value::default_of(t),
            Type::Int8
            | Type::Int16
            | Type::Int32
            | Type::Int64
            | Type::Date32
            | Type::DateTime64(..)
            | Type::Interval(_) => Value::Int(0),
            Type::Enum8(m) => Value::Int(m.first().map_or(0, |(_, v)| i64::from(*v))),
            Type::Enum16(m) => Value::Int(m.first().map_or(0, |(_, v)| i64::from(*v))),
            Type::Float32 | Type::Float64 => Value::Float(0.0),
            Type::String => Value::Bytes([].into()),
            Type::FixedString(n) => Value::Bytes(vec![0; *n as usize].into()),
            Type::Uuid | Type::Ipv6 => Value::Bytes([0; 16].into()),
            Type::Decimal(..) => Value::Decimal(0),
            Type::Array(_) => Value::Array([].into()),
            Type::Map(..) => Value::Map([].into()),
            Type::Tuple(elements) => Value::Tuple(elements.iter().map(|(_, t)| Value::default_of(t)).collect()),
            _ => Value::UInt(0),
        }
    }
}

fn wrong(value: &Value, ty: &Type) -> Error {
    Error::new(Code::TypeMismatch, format!("value {value:?} is not one of type {ty}"))
}

/// Carrier array of values. NULL in a type without it becomes the type's default.
pub fn array_of(values: &[Value], ty: &Type) -> Result<ArrayRef> {
    macro_rules! ints {
        ($t:ty) => {
            integers::<$t>(values, ty)
        };
    }
    Ok(match ty {
        Type::Nullable(t) if !matches!(**t, Type::Nullable(_)) => return nullable_array(values, t),
        Type::LowCardinality(t) => {
            let plain = array_of(values, t)?;
            return crate::batch::dictionary_of(&plain, t);
        }
        Type::Decimal(p, s) => {
            let raw = ints!(at::Decimal128Type)?;
            let wide = raw
                .as_primitive::<at::Decimal128Type>()
                .clone()
                .with_precision_and_scale(*p, *s as i8)
                .map_err(arrow)?;
            arrow::compute::cast(&wide, &ty.carrier()).map_err(arrow)?
        }
        Type::Float32 => floats::<at::Float32Type>(values, ty)?,
        Type::Float64 => floats::<at::Float64Type>(values, ty)?,
        Type::String => {
            let mut b = BinaryViewBuilder::with_capacity(values.len());
            for v in values {
                match v {
                    Value::Null => b.append_value(b""),
                    Value::Bytes(bytes) => b.append_value(bytes),
                    v => return Err(wrong(v, ty)),
                }
            }
            Arc::new(b.finish())
        }
        Type::FixedString(_) | Type::Uuid | Type::Ipv6 => {
            let DataType::FixedSizeBinary(n) = ty.carrier() else { return Err(wrong(&Value::Null, ty)) };
            let zero = vec![0u8; n as usize];
            let mut b = FixedSizeBinaryBuilder::with_capacity(values.len(), n);
            for v in values {
                match v {
                    Value::Null => b.append_value(&zero).map_err(arrow)?,
                    Value::Bytes(bytes) => b.append_value(bytes).map_err(arrow)?,
                    v => return Err(wrong(v, ty)),
                }
            }
            Arc::new(b.finish())
        }
        Type::Array(t) => {
            let mut items = Vec::new();
            let mut lengths = Vec::with_capacity(values.len());
            for v in values {
                match v {
                    Value::Null => lengths.push(0),
                    Value::Array(a) => {
                        lengths.push(a.len());
                        items.extend_from_slice(a);
                    }
                    v => return Err(wrong(v, ty)),
                }
            }
            let items = array_of(&items, t)?;
            let list = ListArray::try_new(carrier_field("item", t), OffsetBuffer::from_lengths(lengths), items, None);
            Arc::new(list.map_err(arrow)?)
        }
        Type::Map(k, v) => {
            let (mut keys, mut items, mut lengths) = (Vec::new(), Vec::new(), Vec::with_capacity(values.len()));
            for value in values {
                match value {
                    Value::Null => lengths.push(0),
                    Value::Map(pairs) => {
                        lengths.push(pairs.len());
                        for (a, b) in pairs.iter() {
                            keys.push(a.clone());
                            items.push(b.clone());
                        }
                    }
                    other => return Err(wrong(other, ty)),
                }
            }
            let DataType::Map(entries, _) = ty.carrier() else { return Err(wrong(&Value::Null, ty)) };
            let DataType::Struct(fields) = entries.data_type().clone() else { return Err(wrong(&Value::Null, ty)) };
            let pairs =
                StructArray::try_new(fields, vec![array_of(&keys, k)?, array_of(&items, v)?], None).map_err(arrow)?;
            Arc::new(
                MapArray::try_new(entries, OffsetBuffer::from_lengths(lengths), pairs, None, false).map_err(arrow)?,
            )
        }
        Type::Tuple(elements) => {
            if elements.is_empty() {
                return Ok(Arc::new(StructArray::new_empty_fields(values.len(), None)));
            }
            let mut columns = Vec::with_capacity(elements.len());
            for (i, (_, t)) in elements.iter().enumerate() {
                let mut column = Vec::with_capacity(values.len());
                for v in values {
                    match v {
                        Value::Null => column.push(Value::default_of(t)),
                        Value::Tuple(parts) => column.push(parts.get(i).cloned().ok_or_else(|| wrong(v, ty))?),
                        v => return Err(wrong(v, ty)),
                    }
                }
                columns.push(array_of(&column, t)?);
            }
            let DataType::Struct(fields) = ty.carrier() else { return Err(wrong(&Value::Null, ty)) };
            Arc::new(StructArray::try_new(fields, columns, None).map_err(arrow)?)
        }
        _ => match ty.carrier() {
            DataType::UInt8 => ints!(at::UInt8Type)?,
            DataType::UInt16 => ints!(at::UInt16Type)?,
            DataType::UInt32 => ints!(at::UInt32Type)?,
            DataType::UInt64 => ints!(at::UInt64Type)?,
            DataType::Int8 => ints!(at::Int8Type)?,
            DataType::Int16 => ints!(at::Int16Type)?,
            DataType::Int32 => ints!(at::Int32Type)?,
            _ => ints!(at::Int64Type)?,
        },
    })
}

/// Nullable(t): the array of t with the nulls put in.
fn nullable_array(values: &[Value], t: &Type) -> Result<ArrayRef> {
    let plain = array_of(values, t)?;
    let nulls = arrow::buffer::NullBuffer::from_iter(values.iter().map(|v| !v.is_null()));
    let data = plain.to_data().into_builder().nulls(Some(nulls)).build().map_err(arrow)?;
    Ok(arrow::array::make_array(data))
}

fn arrow(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::CannotConvertType, e.to_string())
}

fn integers<T: ArrowPrimitiveType>(values: &[Value], ty: &Type) -> Result<ArrayRef>
where
    T::Native: TryFrom<i128> + Default,
{
    let mut out: Vec<T::Native> = Vec::with_capacity(values.len());
    for v in values {
        match v {
            Value::Null => out.push(T::Native::default()),
            v => out.push(v.as_i128().and_then(|n| T::Native::try_from(n).ok()).ok_or_else(|| wrong(v, ty))?),
        }
    }
    Ok(Arc::new(PrimitiveArray::<T>::from_iter_values(out)))
}

fn floats<T: ArrowPrimitiveType>(values: &[Value], ty: &Type) -> Result<ArrayRef>
where
    T::Native: Default + FromF64,
{
    let mut out = Vec::with_capacity(values.len());
    for v in values {
        out.push(match v {
            Value::Null => T::Native::default(),
            Value::Float(f) => T::Native::from_f64(*f),
            v => T::Native::from_f64(v.as_i128().ok_or_else(|| wrong(v, ty))? as f64),
        });
    }
    Ok(Arc::new(PrimitiveArray::<T>::from_iter_values(out)))
}

/// Rounding to the nearest value of a float type.
trait FromF64 {
    fn from_f64(f: f64) -> Self;
}
impl FromF64 for f32 {
    fn from_f64(f: f64) -> f32 {
        f as f32
    }
}
impl FromF64 for f64 {
    fn from_f64(f: f64) -> f64 {
        f
    }
}

/// The value of a carrier array at a row.
///
/// # Errors
/// When the array is not of the type's carrier, or has no such row.
pub fn value_at(array: &ArrayRef, row: usize, ty: &Type) -> Result<Value> {
    if row >= array.len() {
        return Err(Error::new(Code::LogicalError, format!("row {row} of {} rows", array.len())));
    }
    let mismatch = || Error::new(Code::LogicalError, format!("type {ty} is carried as {}", array.data_type()));
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    macro_rules! int {
        ($t:ty, $v:ident, $n:ty) => {
            Value::$v(<$n>::from(array.as_primitive_opt::<$t>().ok_or_else(mismatch)?.value(row)))
        };
    }
    Ok(match ty {
        Type::Nullable(t) => value_at(array, row, t)?,
        Type::LowCardinality(t) => {
            let d: &DictionaryArray<at::UInt32Type> = array.as_dictionary_opt().ok_or_else(mismatch)?;
            let keys: &UInt32Array = d.keys();
            value_at(d.values(), keys.value(row) as usize, t)?
        }
        Type::String => Value::bytes(array.as_binary_view_opt().ok_or_else(mismatch)?.value(row)),
        Type::FixedString(_) | Type::Uuid | Type::Ipv6 => {
            Value::bytes(array.as_fixed_size_binary_opt().ok_or_else(mismatch)?.value(row))
        }
        Type::Array(t) => {
            let items = array.as_list_opt::<i32>().ok_or_else(mismatch)?.value(row);
            Value::Array((0..items.len()).map(|i| value_at(&items, i, t)).collect::<Result<_>>()?)
        }
        Type::Map(k, v) => {
            let entries = array.as_map_opt().ok_or_else(mismatch)?.value(row);
            let pair = |i| Ok((value_at(entries.column(0), i, k)?, value_at(entries.column(1), i, v)?));
            Value::Map((0..entries.len()).map(pair).collect::<Result<_>>()?)
        }
        Type::Tuple(elements) => {
            let tuple = array.as_struct_opt().ok_or_else(mismatch)?;
            let part = |(i, (_, t)): (usize, &(_, Type))| value_at(tuple.column(i), row, t);
            Value::Tuple(elements.iter().enumerate().map(part).collect::<Result<_>>()?)
        }
        _ => match array.data_type() {
            DataType::UInt8 => int!(at::UInt8Type, UInt, u64),
            DataType::UInt16 => int!(at::UInt16Type, UInt, u64),
            DataType::UInt32 => int!(at::UInt32Type, UInt, u64),
            DataType::UInt64 => int!(at::UInt64Type, UInt, u64),
            DataType::Int8 => int!(at::Int8Type, Int, i64),
            DataType::Int16 => int!(at::Int16Type, Int, i64),
            DataType::Int32 => int!(at::Int32Type, Int, i64),
            DataType::Int64 => int!(at::Int64Type, Int, i64),
            DataType::Float32 => int!(at::Float32Type, Float, f64),
            DataType::Float64 => int!(at::Float64Type, Float, f64),
            DataType::Decimal32(..) => int!(at::Decimal32Type, Decimal, i128),
            DataType::Decimal64(..) => int!(at::Decimal64Type, Decimal, i128),
            DataType::Decimal128(..) => int!(at::Decimal128Type, Decimal, i128),
            _ => return Err(mismatch()),
        },
    })
}
