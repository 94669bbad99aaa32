//! Lossless change of a column's type: to the common type of several columns, as `if`, arrays, UNION and IN need it.
//!
//! Invariant: only called with a target that holds every value of the source exactly, or as ClickHouse rounds it
//! (64-bit integers and decimals to Float64).

use super::num::{Native, decimal_array, natives, wides};
use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray};
use arrow::datatypes::DataType;
use olly_types::ty::carrier_field;
use olly_types::value::array_of;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

/// `array` of type `from` as the carrier of `to`.
pub fn coerce(array: &ArrayRef, from: &Type, to: &Type) -> Result<ArrayRef> {
    if from == to || (from.carrier() == to.carrier() && same_meaning(from, to)) {
        return Ok(Arc::clone(array));
    }
    match (from, to) {
        (Type::LowCardinality(a), _) => {
            let plain = arrow::compute::cast(array, &a.carrier()).map_err(super::super::expr::internal)?;
            coerce(&plain, a, to)
        }
        (_, Type::LowCardinality(b)) => olly_types::batch::dictionary_of(&coerce(array, from, b)?, b),
        (Type::Nullable(a), Type::Nullable(_)) if **a == Type::Nothing => array_of(&vec![Value::Null; array.len()], to),
        (Type::Nullable(a), Type::Nullable(b)) => with_nulls(coerce(array, a, b)?, array),
        (_, Type::Nullable(b)) => coerce(array, from, b),
        // A column that turned out to hold no NULL (assumeNotNull and friends checked it).
        (Type::Nullable(a), _) => coerce(&crate::expr::without_nulls(array, from)?, a, to),
        (Type::Nothing, _) => array_of(&vec![Value::Null; array.len()], to),
        (Type::Array(a), Type::Array(b)) => {
            let list = array.as_list::<i32>();
            let items = coerce(list.values(), a, b)?;
            Ok(Arc::new(
                ListArray::try_new(carrier_field("item", b), list.offsets().clone(), items, None).map_err(internal)?,
            ))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            let tuple = array.as_struct();
            let columns: Vec<ArrayRef> = a
                .iter()
                .zip(b.iter())
                .zip(tuple.columns())
                .map(|(((_, a), (_, b)), c)| coerce(c, a, b))
                .collect::<Result<_>>()?;
            let DataType::Struct(fields) = to.carrier() else { return Err(impossible(from, to)) };
            Ok(Arc::new(StructArray::try_new_with_length(fields, columns, None, array.len()).map_err(internal)?))
        }
        (Type::Map(ka, va), Type::Map(kb, vb)) => {
            let map = array.as_map();
            let DataType::Map(entries, _) = to.carrier() else { return Err(impossible(from, to)) };
            let DataType::Struct(fields) = entries.data_type().clone() else { return Err(impossible(from, to)) };
            let pairs = vec![coerce(map.keys(), ka, kb)?, coerce(map.values(), va, vb)?];
            let pairs = StructArray::try_new(fields, pairs, None).map_err(internal)?;
            Ok(Arc::new(MapArray::try_new(entries, map.offsets().clone(), pairs, None, false).map_err(internal)?))
        }
        (Type::Date, Type::Date32) => Ok(super::num::array(natives::<i32>(array)?)),
        (Type::Date | Type::Date32, Type::DateTime(_)) => {
            Ok(super::num::array(midnights(array, to)?.into_iter().map(|s| s as u32).collect::<Vec<u32>>()))
        }
        (Type::Date | Type::Date32, Type::DateTime64(p, _)) => ticks(&super::num::array(midnights(array, to)?), 1, *p),
        (Type::DateTime(_), Type::DateTime64(p, _)) => ticks(array, 1, *p),
        (Type::DateTime64(p, _), Type::DateTime64(q, _)) if q >= p => ticks(array, 1, q - p),
        (_, Type::Decimal(_, s)) if from.is_integer() || from.is_decimal() => {
            let factor = 10i128.pow(u32::from(s.saturating_sub(from.scale().unwrap_or(0))));
            let values = wides(array)?.into_iter().map(|v| v.checked_mul(factor).ok_or_else(super::num::overflow));
            decimal_array(values.collect::<Result<_>>()?, to)
        }
        (Type::Decimal(_, s), Type::Float32 | Type::Float64) => {
            let divisor = 10f64.powi(i32::from(*s));
            let values: Vec<f64> = natives::<f64>(array)?.into_iter().map(|v| v / divisor).collect();
            crate::with_native!(to, T => Ok(super::num::array(values.into_iter().map(T::of_f64).collect::<Vec<T>>())))
        }
        (Type::FixedString(_), Type::String) => Ok(trimmed(array)),
        (Type::Enum8(_) | Type::Enum16(_), Type::Enum16(_)) => Ok(super::num::array(natives::<i16>(array)?)),
        (Type::Enum8(m), Type::String) => {
            enum_names(array, &m.iter().map(|(n, v)| (i64::from(*v), &**n)).collect::<Vec<_>>())
        }
        (Type::Enum16(m), Type::String) => {
            enum_names(array, &m.iter().map(|(n, v)| (i64::from(*v), &**n)).collect::<Vec<_>>())
        }
        _ if from.is_number() && (to.is_number() || to.is_enum()) => {
            crate::with_native!(to, T => Ok(super::num::array(natives::<T>(array)?)))
        }
        _ => Err(impossible(from, to)),
    }
}

/// [`coerce`] for functions that copy values as they stand (`if`, `coalesce`, `concat`): a FixedString keeps its zero bytes.
pub fn coerce_bytes(array: &ArrayRef, from: &Type, to: &Type) -> Result<ArrayRef> {
    match (from, to) {
        (Type::FixedString(_), Type::String | Type::Nullable(_)) if *to.base() == Type::String => {
            arrow::compute::cast(array, &DataType::Binary)
                .and_then(|a| arrow::compute::cast(&a, &DataType::BinaryView))
                .map_err(internal)
        }
        (Type::Nullable(a), Type::Nullable(b)) if **b == Type::String && matches!(**a, Type::FixedString(_)) => {
            with_nulls(coerce_bytes(array, a, b)?, array)
        }
        _ => coerce(array, from, to),
    }
}

/// Fixed strings without the zero bytes at their ends.
pub fn trimmed(array: &ArrayRef) -> ArrayRef {
    let mut out = arrow::array::BinaryViewBuilder::with_capacity(array.len());
    for text in array.as_fixed_size_binary().iter() {
        let text = text.unwrap_or_default();
        let end = text.iter().rposition(|b| *b != 0).map_or(0, |p| p + 1);
        out.append_value(text.get(..end).unwrap_or_default());
    }
    Arc::new(out.finish())
}

fn enum_names(array: &ArrayRef, members: &[(i64, &str)]) -> Result<ArrayRef> {
    let mut out = arrow::array::BinaryViewBuilder::with_capacity(array.len());
    for v in natives::<i64>(array)? {
        let name = members.iter().find(|(n, _)| *n == v).map_or("", |(_, name)| name);
        out.append_value(name.as_bytes());
    }
    Ok(Arc::new(out.finish()))
}

/// Whether equal carriers mean the same value in both types.
fn same_meaning(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Nullable(a), Type::Nullable(b)) => same_meaning(a, b),
        (a, Type::Nullable(b)) => same_meaning(a, b),
        (Type::DateTime(_), Type::DateTime(_)) | (Type::Bool, Type::UInt8) | (Type::UInt8, Type::Bool) => true,
        (Type::DateTime64(p, _), Type::DateTime64(q, _)) => p == q,
        (a, b) => a == b,
    }
}

/// Seconds at which days begin in a type's own zone (UTC without one).
fn midnights(array: &ArrayRef, to: &Type) -> Result<Vec<i64>> {
    let zone = olly_types::text::Zone::load(to.time_zone().unwrap_or("UTC"))?;
    let mut offsets = crate::time::Offsets::new(zone);
    Ok(natives::<i64>(array)?.into_iter().map(|d| offsets.utc(d * 86_400)).collect())
}

fn ticks(array: &ArrayRef, seconds: i64, digits: u8) -> Result<ArrayRef> {
    let factor = seconds.saturating_mul(10i64.pow(u32::from(digits)));
    let values = natives::<i64>(array)?.into_iter().map(|v| v.checked_mul(factor).ok_or_else(super::num::overflow));
    Ok(super::num::array(values.collect::<Result<Vec<i64>>>()?))
}

/// `array` with the nulls of `of`.
pub fn with_nulls(array: ArrayRef, of: &ArrayRef) -> Result<ArrayRef> {
    let data = array.to_data().into_builder().nulls(of.logical_nulls()).build().map_err(internal)?;
    Ok(arrow::array::make_array(data))
}

fn internal(e: arrow::error::ArrowError) -> Error {
    crate::expr::internal(e)
}

fn impossible(from: &Type, to: &Type) -> Error {
    Error::new(Code::CannotConvertType, format!("Cannot convert {from} to {to}"))
}
