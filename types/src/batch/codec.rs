//! Arrays of an encoded batch (docs/formats/entry.md).
//!
//! A column is written by what its Arrow type holds, outside in: a byte that says whether there are nulls (then a bitmap),
//! then the values: integers ([`ints`]), floats ([`floats`]), byte strings ([`texts`]), fixed bytes (0 and all values, or 1 and
//! the one value that all have), lists (lengths, items), structs (fields in turn), dictionaries (number of values, values, keys).
//!
//! Invariant: what is read has the type asked for, valid offsets and keys, and takes no more memory than the input's room.

use super::input::{Input, damaged, pack, put_varint, unpack};
use super::stored::{invalid, trimmed};
use super::{floats, ints, texts};
use crate::error::Result;
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryArray, BooleanBufferBuilder, DictionaryArray,
    FixedSizeBinaryArray, ListArray, PrimitiveArray, StructArray, UInt32Array,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{self as at, DataType, UInt32Type};
use std::sync::Arc;

const NO_NULLS: u8 = 0;
const NULLS: u8 = 1;

/// Calls a macro with the integer type that an Arrow type is stored as, or not at all.
macro_rules! with_integer {
    ($data:expr, $call:ident) => {
        match $data {
            DataType::UInt8 => $call!(at::UInt8Type),
            DataType::UInt16 => $call!(at::UInt16Type),
            DataType::UInt32 => $call!(at::UInt32Type),
            DataType::UInt64 => $call!(at::UInt64Type),
            DataType::Int8 => $call!(at::Int8Type),
            DataType::Int16 => $call!(at::Int16Type),
            DataType::Int32 => $call!(at::Int32Type),
            DataType::Int64 => $call!(at::Int64Type),
            DataType::Decimal32(..) => $call!(at::Decimal32Type),
            DataType::Decimal64(..) => $call!(at::Decimal64Type),
            _ => {}
        }
    };
}

/// Appends an array. `wide` is room for widened integers, kept from one column to the next.
pub(super) fn encode(out: &mut Vec<u8>, array: &ArrayRef, wide: &mut Vec<i64>) -> Result<()> {
    match array.nulls().filter(|n| n.null_count() > 0) {
        None => out.push(NO_NULLS),
        Some(nulls) => {
            out.push(NULLS);
            pack(out, nulls.iter().map(u64::from), 1);
        }
    }
    macro_rules! integers {
        ($t:ty) => {{
            let values = array.as_primitive_opt::<$t>().ok_or_else(|| unknown(array.data_type()))?;
            widen(wide, values.values().iter().map(|v| *v as i64));
            ints::encode(out, wide, size_of::<<$t as ArrowPrimitiveType>::Native>());
            return Ok(());
        }};
    }
    with_integer!(array.data_type(), integers);
    match array.data_type() {
        DataType::Float64 => {
            let bits: Vec<u64> = array.as_primitive::<at::Float64Type>().values().iter().map(|v| v.to_bits()).collect();
            floats::encode(out, &bits, 8);
        }
        DataType::Float32 => {
            let values = array.as_primitive::<at::Float32Type>().values();
            let bits: Vec<u64> = values.iter().map(|v| u64::from(v.to_bits())).collect();
            floats::encode(out, &bits, 4);
        }
        DataType::Decimal128(..) => {
            let values = array.as_primitive::<at::Decimal128Type>().values();
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            fixed(out, &bytes, 16);
        }
        DataType::FixedSizeBinary(width) => {
            let values = array.as_fixed_size_binary();
            let bytes: Vec<u8> = (0..values.len()).flat_map(|i| values.value(i)).copied().collect();
            fixed(out, &bytes, *width as usize);
        }
        DataType::Binary => {
            let values = array.as_binary::<i32>();
            texts::encode(out, values.value_offsets(), values.value_data());
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            widen(wide, list.offsets().lengths().map(|l| l as i64));
            ints::encode(out, wide, 4);
            encode(out, &trimmed(list.values(), list.offsets()).0, wide)?;
        }
        DataType::Struct(_) => {
            for column in array.as_struct().columns() {
                encode(out, column, wide)?;
            }
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_dictionary_opt::<UInt32Type>().ok_or_else(|| unknown(array.data_type()))?;
            put_varint(out, dictionary.values().len() as u64);
            encode(out, dictionary.values(), wide)?;
            widen(wide, dictionary.keys().values().iter().map(|k| i64::from(*k)));
            ints::encode(out, wide, 4);
        }
        other => return Err(unknown(other)),
    }
    Ok(())
}

fn widen(wide: &mut Vec<i64>, values: impl Iterator<Item = i64>) {
    wide.clear();
    wide.extend(values);
}

fn fixed(out: &mut Vec<u8>, bytes: &[u8], width: usize) {
    let mut chunks = bytes.chunks_exact(width.max(1));
    let first = chunks.next().unwrap_or_default();
    let constant = chunks.all(|c| c == first);
    out.push(u8::from(constant));
    out.extend_from_slice(if constant { first } else { bytes });
}

fn unknown(data: &DataType) -> crate::Error {
    damaged(format!("batch has no form for {data}"))
}

/// Reads an array of `rows` values of the type `data`.
pub(super) fn decode(input: &mut Input<'_>, data: &DataType, rows: usize) -> Result<ArrayRef> {
    let nulls = match input.u8()? {
        NO_NULLS => None,
        NULLS => {
            input.room(rows, 1)?;
            let mut valid = BooleanBufferBuilder::new(rows);
            unpack(input, rows, 1, |bit| valid.append(bit == 1))?;
            Some(NullBuffer::new(valid.finish()))
        }
        tag => return Err(damaged(format!("batch has an unknown kind {tag} of nulls"))),
    };
    macro_rules! integers {
        ($t:ty) => {{
            return primitive::<$t>(ints::decode(input, rows)?, nulls, data);
        }};
    }
    with_integer!(data, integers);
    Ok(match data {
        DataType::Float64 => {
            let values = floats::decode(input, rows, 8)?.into_iter().map(f64::from_bits).collect();
            return primitive::<at::Float64Type>(values, nulls, data);
        }
        DataType::Float32 => {
            let values = floats::decode(input, rows, 4)?.into_iter().map(|b| f32::from_bits(b as u32)).collect();
            return primitive::<at::Float32Type>(values, nulls, data);
        }
        DataType::Decimal128(..) => {
            let bytes = fixed_bytes(input, rows, 16)?;
            let values =
                bytes.chunks_exact(16).map(|c| i128::from_le_bytes(c.try_into().unwrap_or_default())).collect();
            return primitive::<at::Decimal128Type>(values, nulls, data);
        }
        DataType::FixedSizeBinary(width) => {
            let bytes = Buffer::from_vec(fixed_bytes(input, rows, *width as usize)?);
            Arc::new(FixedSizeBinaryArray::try_new_with_len(*width, bytes, nulls, rows).map_err(invalid)?)
        }
        DataType::Binary => {
            let texts = texts::decode(input, rows)?;
            let offsets = offsets(texts.offsets);
            Arc::new(BinaryArray::try_new(offsets, Buffer::from_vec(texts.bytes), nulls).map_err(invalid)?)
        }
        DataType::List(item) => {
            let lengths: Vec<u32> = ints::decode(input, rows)?;
            let mut ends = Vec::with_capacity(rows + 1);
            let mut total = 0i32;
            ends.push(0);
            for length in lengths {
                let end = i32::try_from(length).ok().and_then(|l| total.checked_add(l));
                total = end.ok_or_else(|| damaged(format!("batch has a list of {length} items")))?;
                ends.push(total);
            }
            input.room(total as usize, 1)?;
            let items = decode(input, item.data_type(), total as usize)?;
            Arc::new(ListArray::try_new(Arc::clone(item), offsets(ends), items, nulls).map_err(invalid)?)
        }
        DataType::Struct(fields) => {
            let mut columns = Vec::with_capacity(fields.len());
            for field in fields {
                columns.push(decode(input, field.data_type(), rows)?);
            }
            if columns.is_empty() {
                return Ok(Arc::new(StructArray::new_empty_fields(rows, nulls)));
            }
            Arc::new(StructArray::try_new(fields.clone(), columns, nulls).map_err(invalid)?)
        }
        DataType::Dictionary(_, values) => {
            let n = input.count()?;
            let values = decode(input, values, n)?;
            let keys: Vec<u32> = ints::decode(input, rows)?;
            let keys = UInt32Array::try_new(ScalarBuffer::from(keys), nulls).map_err(invalid)?;
            Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, values).map_err(invalid)?)
        }
        other => return Err(unknown(other)),
    })
}

fn offsets(ends: Vec<i32>) -> OffsetBuffer<i32> {
    OffsetBuffer::new(ScalarBuffer::from(ends))
}

fn primitive<T: ArrowPrimitiveType>(
    values: Vec<T::Native>,
    nulls: Option<NullBuffer>,
    data: &DataType,
) -> Result<ArrayRef> {
    let array = PrimitiveArray::<T>::try_new(ScalarBuffer::from(values), nulls).map_err(invalid)?;
    Ok(Arc::new(array.with_data_type(data.clone())))
}

fn fixed_bytes(input: &mut Input<'_>, rows: usize, width: usize) -> Result<Vec<u8>> {
    input.room(rows, width.max(1))?;
    match input.u8()? {
        0 => Ok(input.take(rows * width)?.to_vec()),
        1 if rows == 0 => Ok(Vec::new()),
        1 => Ok(input.take(width)?.repeat(rows)),
        tag => Err(damaged(format!("batch has fixed bytes of unknown form {tag}"))),
    }
}
