//! A carrier array as a column of a Native block.

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::datatypes::{self as at, DataType};
use olly_types::{Code, Error, Result, Type, Value};
use std::ops::Range;

/// Writes a column of at least one row: state prefixes, then data.
pub fn column(array: &ArrayRef, ty: &Type, low_cardinality: bool, out: &mut Vec<u8>) -> Result<()> {
    if low_cardinality {
        prefix(ty, out);
    }
    data(array, ty, 0..array.len(), low_cardinality, out)
}

/// Versions of nested serializations come before all data.
fn prefix(ty: &Type, out: &mut Vec<u8>) {
    match ty {
        Type::LowCardinality(_) => out.extend_from_slice(&1u64.to_le_bytes()),
        Type::Nullable(t) | Type::Array(t) => prefix(t, out),
        Type::Tuple(e) => e.iter().for_each(|(_, t)| prefix(t, out)),
        Type::Map(k, v) => {
            prefix(k, out);
            prefix(v, out);
        }
        _ => {}
    }
}

fn wrong(array: &ArrayRef, ty: &Type) -> Error {
    Error::new(Code::LogicalError, format!("type {ty} is carried as {}", array.data_type()))
}

/// Raw little-endian bytes of a primitive array's rows.
fn raw<T: arrow::datatypes::ArrowPrimitiveType>(
    array: &ArrayRef,
    ty: &Type,
    rows: Range<usize>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let a = array.as_primitive_opt::<T>().ok_or_else(|| wrong(array, ty))?;
    let width = std::mem::size_of::<T::Native>();
    let bytes = a.values().inner().as_slice();
    out.extend_from_slice(bytes.get(rows.start * width..rows.end * width).unwrap_or(&[]));
    Ok(())
}

fn data(array: &ArrayRef, ty: &Type, rows: Range<usize>, lc: bool, out: &mut Vec<u8>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    match ty {
        Type::Nullable(t) => {
            match array.nulls() {
                Some(nulls) => out.extend(rows.clone().map(|i| u8::from(nulls.is_null(i)))),
                None => out.resize(out.len() + rows.len(), 0),
            }
            data(array, t, rows, lc, out)
        }
        Type::LowCardinality(t) => {
            if lc {
                return dictionary(array, t, rows, out);
            }
            let d = array.as_dictionary_opt::<at::UInt32Type>().ok_or_else(|| wrong(array, ty))?;
            let keys = d.keys().slice(rows.start, rows.len());
            let plain = arrow::compute::take(d.values(), &keys, None).map_err(arrow)?;
            let n = plain.len();
            data(&plain, t, 0..n, lc, out)
        }
        Type::Array(t) => {
            let a = array.as_list_opt::<i32>().ok_or_else(|| wrong(array, ty))?;
            let inner = offsets(a.value_offsets(), rows, out);
            data(a.values(), t, inner, lc, out)
        }
        Type::Map(k, v) => {
            let a = array.as_map_opt().ok_or_else(|| wrong(array, ty))?;
            let inner = offsets(a.value_offsets(), rows, out);
            data(a.keys(), k, inner.clone(), lc, out)?;
            data(a.values(), v, inner, lc, out)
        }
        Type::Tuple(elements) => {
            let a = array.as_struct_opt().ok_or_else(|| wrong(array, ty))?;
            if elements.is_empty() {
                // One byte a row, as for Nothing.
                out.resize(out.len() + rows.len(), b'0');
            }
            for ((_, t), part) in elements.iter().zip(a.columns()) {
                data(part, t, rows.clone(), lc, out)?;
            }
            Ok(())
        }
        Type::String => {
            let a = array.as_binary_view_opt().ok_or_else(|| wrong(array, ty))?;
            for i in rows {
                super::put_string(if a.is_null(i) { &[] } else { a.value(i) }, out);
            }
            Ok(())
        }
        Type::FixedString(_) | Type::Ipv6 => {
            let a = array.as_fixed_size_binary_opt().ok_or_else(|| wrong(array, ty))?;
            rows.for_each(|i| out.extend_from_slice(a.value(i)));
            Ok(())
        }
        Type::Uuid => {
            let a = array.as_fixed_size_binary_opt().ok_or_else(|| wrong(array, ty))?;
            rows.for_each(|i| put_uuid(a.value(i), out));
            Ok(())
        }
        Type::Nothing => {
            out.resize(out.len() + rows.len(), b'0');
            Ok(())
        }
        _ => match array.data_type() {
            DataType::UInt8 => raw::<at::UInt8Type>(array, ty, rows, out),
            DataType::UInt16 => raw::<at::UInt16Type>(array, ty, rows, out),
            DataType::UInt32 => raw::<at::UInt32Type>(array, ty, rows, out),
            DataType::UInt64 => raw::<at::UInt64Type>(array, ty, rows, out),
            DataType::Int8 => raw::<at::Int8Type>(array, ty, rows, out),
            DataType::Int16 => raw::<at::Int16Type>(array, ty, rows, out),
            DataType::Int32 => raw::<at::Int32Type>(array, ty, rows, out),
            DataType::Int64 => raw::<at::Int64Type>(array, ty, rows, out),
            DataType::Float32 => raw::<at::Float32Type>(array, ty, rows, out),
            DataType::Float64 => raw::<at::Float64Type>(array, ty, rows, out),
            DataType::Decimal32(..) => raw::<at::Decimal32Type>(array, ty, rows, out),
            DataType::Decimal64(..) => raw::<at::Decimal64Type>(array, ty, rows, out),
            DataType::Decimal128(..) => raw::<at::Decimal128Type>(array, ty, rows, out),
            _ => Err(wrong(array, ty)),
        },
    }
}

/// The two halves of a UUID as little-endian integers, the first eight bytes of its text first.
pub fn put_uuid(carrier: &[u8], out: &mut Vec<u8>) {
    let (high, low) = olly_types::text::uuid_to_halves(carrier);
    out.extend_from_slice(&high.to_le_bytes());
    out.extend_from_slice(&low.to_le_bytes());
}

/// Writes the ends of rows counted from the first row's start; gives the range of the elements.
fn offsets(all: &[i32], rows: Range<usize>, out: &mut Vec<u8>) -> Range<usize> {
    let at = |i: usize| all.get(i).map_or(0, |o| *o as usize);
    let start = at(rows.start);
    for i in rows.clone() {
        out.extend_from_slice(&((at(i + 1) - start) as u64).to_le_bytes());
    }
    start..at(rows.end)
}

/// A dictionary of the values that occur and the rows' indexes into it. Slot 0 is NULL or the default.
fn dictionary(array: &ArrayRef, inner: &Type, rows: Range<usize>, out: &mut Vec<u8>) -> Result<()> {
    let d = array.as_dictionary_opt::<at::UInt32Type>().ok_or_else(|| wrong(array, inner))?;
    let (plain, nullable) = match inner {
        Type::Nullable(t) => (&**t, true),
        t => (t, false),
    };
    let first = if nullable { 2u32 } else { 1 };
    // Old index to new; 0 = not seen.
    let mut slots = vec![0u32; d.values().len()];
    let mut used: Vec<u32> = Vec::new();
    let mut keys: Vec<u32> = Vec::with_capacity(rows.len());
    for i in rows.clone() {
        let key = d.keys().value(i) as usize;
        if d.keys().is_null(i) || d.values().is_null(key) {
            keys.push(0);
            continue;
        }
        let slot = slots.get_mut(key).ok_or_else(|| wrong(array, inner))?;
        if *slot == 0 {
            *slot = first + used.len() as u32;
            used.push(key as u32);
        }
        keys.push(*slot);
    }
    let total = u64::from(first) + used.len() as u64;
    let width = if total <= 1 << 8 {
        0u64
    } else if total <= 1 << 16 {
        1
    } else {
        2
    };
    // 0x200: additional keys follow, 0x400: the dictionary is updated.
    out.extend_from_slice(&(width | 0x600).to_le_bytes());
    out.extend_from_slice(&total.to_le_bytes());
    let default = olly_types::value::array_of(&vec![default_value(plain); first as usize], plain)?;
    data(&default, plain, 0..default.len(), true, out)?;
    let values = arrow::compute::take(d.values(), &UInt32Array::from(used), None).map_err(arrow)?;
    data(&values, plain, 0..values.len(), true, out)?;
    out.extend_from_slice(&(rows.len() as u64).to_le_bytes());
    for k in keys {
        match width {
            0 => out.push(k as u8),
            1 => out.extend_from_slice(&(k as u16).to_le_bytes()),
            _ => out.extend_from_slice(&k.to_le_bytes()),
        }
    }
    Ok(())
}

fn default_value(ty: &Type) -> Value {
    Value::default_of(ty)
}

fn arrow(e: arrow::error::ArrowError) -> Error {
    Error::new(Code::LogicalError, e.to_string())
}
