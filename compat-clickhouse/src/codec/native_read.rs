//! A column of a Native block as a carrier array.
//!
//! Invariant: memory grows with the bytes that arrived, never with a length that was only claimed.

use crate::input::{Input, read_u64, read_varint, read_vec};
use arrow::array::{
    ArrayRef, BinaryViewArray, FixedSizeBinaryArray, ListArray, MapArray, PrimitiveArray, StructArray, UInt32Array,
    builder::make_view, make_array,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{self as at, ArrowPrimitiveType, DataType};
use futures::future::BoxFuture;
use olly_types::ty::carrier_field;
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

/// Elements of all arrays of one block.
const MAX_ELEMENTS: u64 = i32::MAX as u64;
/// Bytes of one String column of a block.
const MAX_STRINGS: usize = 1 << 30;

/// Reads a column: nothing for zero rows, otherwise state prefixes, then data.
pub async fn column(input: &mut dyn Input, ty: &Type, rows: usize) -> Result<ArrayRef> {
    if rows == 0 {
        return Ok(olly_types::batch::empty_carrier(ty));
    }
    prefix(input, ty).await?;
    data(input, ty, rows).await
}

fn prefix<'a>(input: &'a mut dyn Input, ty: &'a Type) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        match ty {
            Type::LowCardinality(_) => {
                let version = read_u64(input).await?;
                if version != 1 {
                    return Err(corrupt(format!("Invalid version of LowCardinality keys: {version}")));
                }
            }
            Type::Nullable(t) | Type::Array(t) => prefix(input, t).await?,
            Type::Tuple(e) => {
                for (_, t) in e.iter() {
                    prefix(input, t).await?;
                }
            }
            Type::Map(k, v) => {
                prefix(input, k).await?;
                prefix(input, v).await?;
            }
            _ => {}
        }
        Ok(())
    })
}

fn corrupt(what: impl Into<String>) -> Error {
    Error::new(Code::IncorrectData, what)
}

fn arrow(e: arrow::error::ArrowError) -> Error {
    corrupt(e.to_string())
}

async fn bytes(input: &mut dyn Input, rows: usize, width: usize) -> Result<Vec<u8>> {
    let n = rows.checked_mul(width).ok_or_else(|| corrupt("a column is too large"))?;
    let mut out = Vec::new();
    read_vec(input, n, &mut out).await?;
    Ok(out)
}

async fn primitive<T: ArrowPrimitiveType>(input: &mut dyn Input, ty: &Type, rows: usize) -> Result<ArrayRef> {
    let raw = bytes(input, rows, std::mem::size_of::<T::Native>()).await?;
    // The bytes of a Vec<u8> may not be aligned for the type; `from_slice_ref` copies into an aligned buffer.
    let values = ScalarBuffer::<T::Native>::new(Buffer::from_slice_ref(&raw), 0, rows);
    let array = PrimitiveArray::<T>::try_new(values, None).map_err(arrow)?;
    Ok(Arc::new(array.with_data_type(ty.carrier())))
}

fn data<'a>(input: &'a mut dyn Input, ty: &'a Type, rows: usize) -> BoxFuture<'a, Result<ArrayRef>> {
    Box::pin(async move {
        if rows == 0 {
            return Ok(olly_types::batch::empty_carrier(ty));
        }
        Ok(match ty {
            Type::Nullable(t) => {
                let map = bytes(input, rows, 1).await?;
                let plain = match t.as_ref() {
                    // What stands under NULL is no value, and need be no member.
                    Type::Enum8(_) | Type::Enum16(_) => {
                        let plain = numbers(input, t, rows).await?;
                        members_only(&plain, t, |i| map.get(i) == Some(&0))?;
                        plain
                    }
                    _ => data(input, t, rows).await?,
                };
                let nulls = NullBuffer::from_iter(map.iter().map(|b| *b == 0));
                if nulls.null_count() == 0 {
                    return Ok(plain);
                }
                make_array(plain.to_data().into_builder().nulls(Some(nulls)).build().map_err(arrow)?)
            }
            Type::LowCardinality(t) => dictionary(input, t, rows).await?,
            Type::Array(t) => {
                let (ends, n) = offsets(input, rows).await?;
                let items = data(input, t, n).await?;
                Arc::new(ListArray::try_new(carrier_field("item", t), ends, items, None).map_err(arrow)?)
            }
            Type::Map(k, v) => {
                let (ends, n) = offsets(input, rows).await?;
                let keys = data(input, k, n).await?;
                let values = data(input, v, n).await?;
                let DataType::Map(entries, _) = ty.carrier() else { return Err(corrupt("a Map has no entries")) };
                let DataType::Struct(fields) = entries.data_type().clone() else {
                    return Err(corrupt("a Map has no entries"));
                };
                let pairs = StructArray::try_new(fields, vec![keys, values], None).map_err(arrow)?;
                Arc::new(MapArray::try_new(entries, ends, pairs, None, false).map_err(arrow)?)
            }
            Type::Tuple(elements) => {
                let DataType::Struct(fields) = ty.carrier() else { return Err(corrupt("a Tuple has no fields")) };
                if elements.is_empty() {
                    bytes(input, rows, 1).await?;
                }
                let mut parts = Vec::with_capacity(elements.len());
                for (_, t) in elements.iter() {
                    parts.push(data(input, t, rows).await?);
                }
                Arc::new(StructArray::try_new_with_length(fields, parts, None, rows).map_err(arrow)?)
            }
            Type::String => strings(input, rows).await?,
            Type::FixedString(n) => fixed(bytes(input, rows, *n as usize).await?, *n as usize)?,
            Type::Ipv6 => fixed(bytes(input, rows, 16).await?, 16)?,
            Type::Uuid => {
                let mut raw = bytes(input, rows, 16).await?;
                for b in raw.chunks_exact_mut(16) {
                    // Wire: high half, low half, each little endian. Carrier: low half, high half, each big endian; so the
                    // sixteen bytes are simply reversed.
                    b.reverse();
                }
                fixed(raw, 16)?
            }
            Type::Bool => {
                let mut raw = bytes(input, rows, 1).await?;
                raw.iter_mut().for_each(|b| *b = u8::from(*b != 0));
                Arc::new(PrimitiveArray::<at::UInt8Type>::new(ScalarBuffer::from(raw), None))
            }
            Type::Enum8(_) | Type::Enum16(_) => {
                let array = numbers(input, ty, rows).await?;
                members_only(&array, ty, |_| true)?;
                array
            }
            _ => numbers(input, ty, rows).await?,
        })
    })
}

/// Values of a fixed width that are their own bytes.
async fn numbers(input: &mut dyn Input, ty: &Type, rows: usize) -> Result<ArrayRef> {
    Ok(match ty.carrier() {
        DataType::UInt8 => primitive::<at::UInt8Type>(input, ty, rows).await?,
        DataType::UInt16 => primitive::<at::UInt16Type>(input, ty, rows).await?,
        DataType::UInt32 => primitive::<at::UInt32Type>(input, ty, rows).await?,
        DataType::UInt64 => primitive::<at::UInt64Type>(input, ty, rows).await?,
        DataType::Int8 => primitive::<at::Int8Type>(input, ty, rows).await?,
        DataType::Int16 => primitive::<at::Int16Type>(input, ty, rows).await?,
        DataType::Int32 => primitive::<at::Int32Type>(input, ty, rows).await?,
        DataType::Int64 => primitive::<at::Int64Type>(input, ty, rows).await?,
        DataType::Float32 => primitive::<at::Float32Type>(input, ty, rows).await?,
        DataType::Float64 => primitive::<at::Float64Type>(input, ty, rows).await?,
        DataType::Decimal32(..) => primitive::<at::Decimal32Type>(input, ty, rows).await?,
        DataType::Decimal64(..) => primitive::<at::Decimal64Type>(input, ty, rows).await?,
        DataType::Decimal128(..) => primitive::<at::Decimal128Type>(input, ty, rows).await?,
        other => return Err(corrupt(format!("type {ty} is carried as {other}"))),
    })
}

/// Checks that the values of an Enum at `present` rows are among its members.
fn members_only(array: &ArrayRef, ty: &Type, present: impl Fn(usize) -> bool) -> Result<()> {
    use arrow::array::AsArray;
    match ty {
        Type::Enum8(members) => {
            let mut known = [false; 256];
            members.iter().for_each(|(_, v)| known[usize::from(*v as u8)] = true);
            let mut values = array.as_primitive::<at::Int8Type>().values().iter().enumerate();
            match values.find(|(i, v)| !known[usize::from(**v as u8)] && present(*i)) {
                Some((_, v)) => Err(unknown_member(i16::from(*v), ty)),
                None => Ok(()),
            }
        }
        Type::Enum16(members) => {
            let values = array.as_primitive::<at::Int16Type>().values().iter().enumerate();
            let mut unknown = values.filter(|(_, v)| members.binary_search_by_key(*v, |m| m.1).is_err());
            match unknown.find(|(i, _)| present(*i)) {
                Some((_, v)) => Err(unknown_member(*v, ty)),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn unknown_member(value: i16, ty: &Type) -> Error {
    Error::new(Code::UnknownElementOfEnum, format!("Unexpected value {value} in enum {ty}"))
}

fn fixed(raw: Vec<u8>, width: usize) -> Result<ArrayRef> {
    Ok(Arc::new(FixedSizeBinaryArray::try_new(width as i32, Buffer::from_vec(raw), None).map_err(arrow)?))
}

async fn strings(input: &mut dyn Input, rows: usize) -> Result<ArrayRef> {
    let mut all: Vec<u8> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    for _ in 0..rows {
        // The usual case: length and bytes are there already.
        let have = input.buffered();
        let short = match have.first() {
            Some(n) if *n < 0x80 => have.get(1..1 + usize::from(*n)),
            _ => None,
        };
        if let Some(s) = short {
            all.extend_from_slice(s);
            let used = s.len() + 1;
            input.consume(used);
        } else {
            let n = read_varint(input).await?;
            if n > MAX_STRINGS as u64 || all.len() + n as usize > MAX_STRINGS {
                return Err(Error::new(
                    Code::TooLargeStringSize,
                    format!("more than {MAX_STRINGS} bytes in one String column of a block"),
                ));
            }
            read_vec(input, n as usize, &mut all).await?;
        }
        if all.len() > MAX_STRINGS {
            return Err(Error::new(Code::TooLargeStringSize, "a String column of a block is too large"));
        }
        ends.push(all.len());
    }
    let mut views = Vec::with_capacity(ends.len());
    let mut from = 0;
    for end in ends {
        views.push(make_view(all.get(from..end).unwrap_or(&[]), 0, from as u32));
        from = end;
    }
    let array = BinaryViewArray::try_new(ScalarBuffer::from(views), vec![Buffer::from_vec(all)], None);
    Ok(Arc::new(array.map_err(arrow)?))
}

/// Ends of rows, which may not go down; gives the number of elements.
async fn offsets(input: &mut dyn Input, rows: usize) -> Result<(OffsetBuffer<i32>, usize)> {
    let raw = bytes(input, rows, 8).await?;
    let mut ends = Vec::with_capacity(rows + 1);
    ends.push(0i32);
    let mut last = 0u64;
    for b in raw.chunks_exact(8) {
        let end = <[u8; 8]>::try_from(b).map_or(0, u64::from_le_bytes);
        if end < last || end > MAX_ELEMENTS {
            return Err(corrupt("Array offsets are not in order or too large"));
        }
        last = end;
        ends.push(end as i32);
    }
    Ok((OffsetBuffer::new(ScalarBuffer::from(ends)), last as usize))
}

async fn dictionary(input: &mut dyn Input, inner: &Type, rows: usize) -> Result<ArrayRef> {
    let (plain, nullable) = match inner {
        Type::Nullable(t) => (&**t, true),
        t => (t, false),
    };
    let mut keys: Vec<u32> = Vec::new();
    let mut parts: Vec<ArrayRef> = Vec::new();
    let mut size = 0usize;
    // A column may come as several granules, each with a dictionary of its own.
    while keys.len() < rows {
        let flags = read_u64(input).await?;
        if flags & 0x100 != 0 {
            return Err(Error::unsupported("a global dictionary of LowCardinality"));
        }
        if flags & 0x200 == 0 {
            return Err(corrupt("LowCardinality without keys"));
        }
        let n = read_u64(input).await?;
        if n > MAX_ELEMENTS {
            return Err(corrupt(format!("a LowCardinality dictionary of {n} values")));
        }
        let values = data(input, plain, n as usize).await?;
        let count = read_u64(input).await?;
        if count == 0 || count > (rows - keys.len()) as u64 {
            return Err(corrupt(format!("LowCardinality has {count} indexes for {rows} rows")));
        }
        let width = match flags & 0xff {
            0 => 1,
            1 => 2,
            2 => 4,
            3 => 8,
            w => return Err(corrupt(format!("Invalid type of LowCardinality indexes: {w}"))),
        };
        let raw = bytes(input, count as usize, width).await?;
        for b in raw.chunks_exact(width) {
            let mut wide = [0; 8];
            wide.iter_mut().zip(b).for_each(|(to, from)| *to = *from);
            let k = u64::from_le_bytes(wide);
            if k >= n {
                return Err(corrupt(format!("LowCardinality index {k} of {n} values")));
            }
            // Of a nullable dictionary slot 0 is NULL.
            keys.push(if nullable && k == 0 { u32::MAX } else { size as u32 + k as u32 });
        }
        size += n as usize;
        parts.push(values);
    }
    let refs: Vec<&dyn arrow::array::Array> = parts.iter().map(AsRef::as_ref).collect();
    let values = arrow::compute::concat(&refs).map_err(arrow)?;
    let keys = UInt32Array::from_iter(keys.into_iter().map(|k| (k != u32::MAX).then_some(k)));
    // Clients may send a value twice; the carrier holds each once.
    let plain_rows = arrow::compute::take(&values, &keys, None).map_err(arrow)?;
    olly_types::batch::dictionary_of(&plain_rows, inner)
}
