//! Pages: the encoded values of one granule of one (sub-)column. The element type and the number of rows are known from
//! outside; everything else is said by the page itself, so each page may be encoded differently.
//!
//! Invariants: `decode_array(encode_array(a, t), t, a.len()) == a` bit for bit; the same values give the same bytes;
//! hostile bytes give an error within a bounded amount of memory.

pub(crate) mod bits;
pub(crate) mod compress;
pub(crate) mod floats;
pub(crate) mod ints;
pub(crate) mod strings;
#[cfg(test)]
mod tests;

use crate::bytes::{Get, Put};
use crate::error::{Error, Result, arrow};
use ::arrow::array::{
    Array, ArrayRef, AsArray, BooleanBufferBuilder, DictionaryArray, FixedSizeBinaryArray, ListArray, MapArray,
    PrimitiveArray, StructArray, UInt32Array, new_empty_array,
};
use ::arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use ::arrow::compute;
use ::arrow::datatypes::{self as at, ArrowPrimitiveType, DataType, UInt32Type};
use olly_types::Type;
use olly_types::ty::carrier_field;
use std::sync::Arc;

/// Most bytes a page may decode to.
pub(crate) const MAX_PAGE: usize = 512 << 20;

/// Memory that a page may still take while it is decoded.
pub(crate) struct Room {
    left: usize,
}

impl Room {
    pub fn new(bytes: usize) -> Room {
        Room { left: bytes }
    }
    /// Accounts for `n` items of `bytes` each.
    pub fn take(&mut self, n: usize, bytes: usize) -> Result<()> {
        let want = n.saturating_mul(bytes);
        self.left = self
            .left
            .checked_sub(want)
            .ok_or_else(|| Error::damaged(format!("a page of at most {MAX_PAGE} bytes"), "a larger one"))?;
        Ok(())
    }
}

/// How hard the encoder works; part of what replicas agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Level of ZSTD where it is tried.
    pub zstd: i32,
}

impl Effort {
    /// For flushes.
    pub const FLUSH: Effort = Effort { zstd: 1 };
    /// For merges.
    pub const MERGE: Effort = Effort { zstd: 3 };
}

/// Appends a carrier array of type `ty`. Layout: nulls u8 (0 none, 1 bitmap follows, 2 all null), then the present values.
pub(crate) fn encode_array(array: &ArrayRef, ty: &Type, out: &mut Vec<u8>) -> Result<()> {
    if ty.is_nullable() {
        let nulls = array.logical_nulls();
        let count = nulls.as_ref().map_or(0, |n| n.null_count());
        if count == array.len() && count > 0 {
            out.u8(2);
            return Ok(());
        }
        out.u8(u8::from(count > 0));
        if let Some(nulls) = nulls.filter(|_| count > 0) {
            let bits: Vec<u64> = (0..array.len()).map(|i| u64::from(nulls.is_valid(i))).collect();
            bits::pack(bits.into_iter(), 1, out);
            let present = compute::filter(array, &::arrow::array::BooleanArray::new(nulls.into_inner(), None));
            return encode_present(&present.map_err(arrow)?, ty, out);
        }
    }
    encode_present(array, ty, out)
}

fn shape(array: &ArrayRef, ty: &Type) -> Error {
    Error::damaged(format!("a carrier of {ty}"), array.data_type().to_string())
}

fn encode_present(array: &ArrayRef, ty: &Type, out: &mut Vec<u8>) -> Result<()> {
    match ty {
        Type::Nullable(t) => encode_present(array, t, out),
        Type::LowCardinality(t) => {
            let d = array.as_dictionary_opt::<UInt32Type>().ok_or_else(|| shape(array, ty))?;
            let (codes, values) = used_values(d.keys().values(), d.values())?;
            out.var(values.len() as u64);
            encode_present(&values, t.base(), out)?;
            ints::encode(&codes, out);
            Ok(())
        }
        Type::Array(t) => {
            let list = array.as_list_opt::<i32>().ok_or_else(|| shape(array, ty))?;
            let child = put_lengths(list.offsets(), list.values(), out);
            encode_array(&child, t, out)
        }
        Type::Map(k, v) => {
            let map = array.as_map_opt().ok_or_else(|| shape(array, ty))?;
            let keys = put_lengths(map.offsets(), map.keys(), out);
            let values = put_lengths(map.offsets(), map.values(), &mut Vec::new());
            encode_array(&keys, k, out)?;
            encode_array(&values, v, out)
        }
        Type::Tuple(elements) => {
            let tuple = array.as_struct_opt().ok_or_else(|| shape(array, ty))?;
            for ((_, t), column) in elements.iter().zip(tuple.columns()) {
                encode_array(column, t, out)?;
            }
            Ok(())
        }
        Type::String => {
            let a = array.as_binary_view_opt().ok_or_else(|| shape(array, ty))?;
            let values: Vec<&[u8]> = (0..a.len()).map(|i| a.value(i)).collect();
            strings::encode(&values, out);
            Ok(())
        }
        Type::Float32 | Type::Float64 => {
            let single = matches!(ty, Type::Float32);
            let bits: Vec<u64> = if single {
                let a = array.as_primitive_opt::<at::Float32Type>().ok_or_else(|| shape(array, ty))?;
                a.values().iter().map(|v| u64::from(v.to_bits())).collect()
            } else {
                let a = array.as_primitive_opt::<at::Float64Type>().ok_or_else(|| shape(array, ty))?;
                a.values().iter().map(|v| v.to_bits()).collect()
            };
            floats::encode(&bits, single, out, &mut |page| compress::packed_size(page));
            Ok(())
        }
        _ => match fixed_bytes(ty) {
            Some(_) => {
                let bytes = fixed_values(array).ok_or_else(|| shape(array, ty))?;
                let same = bytes.chunks(fixed_bytes(ty).unwrap_or(1).max(1)).collect::<Vec<_>>();
                let constant = same.windows(2).all(|w| w[0] == w[1]);
                out.u8(u8::from(constant));
                out.extend_from_slice(if constant { same.first().copied().unwrap_or_default() } else { bytes });
                Ok(())
            }
            None => {
                let values = integers(array).ok_or_else(|| shape(array, ty))?;
                encode_integers(&values, out);
                Ok(())
            }
        },
    }
}

/// An integer page, in byte planes where the entropy coder behind it makes them smaller.
pub(crate) fn encode_integers(values: &[u64], out: &mut Vec<u8>) {
    let start = out.len();
    ints::encode(values, out);
    let size = out.len() - start;
    // Under half a byte a value there is little left to win.
    if size * 2 > values.len()
        && let Some(planes) = ints::encode_planes(values)
        && let Some(page) = out.get(start..)
    {
        let (packed, entropy) = (compress::packed_size(page), compress::packed_size(&planes));
        if entropy + entropy / 16 < packed {
            out.truncate(start);
            out.extend_from_slice(&planes);
        }
    }
}

/// Codes and values of a dictionary without values that no row uses, in order of first use.
pub(crate) fn used_values(keys: &[u32], values: &ArrayRef) -> Result<(Vec<u64>, ArrayRef)> {
    let mut map = vec![u32::MAX; values.len()];
    let mut used: Vec<u32> = Vec::new();
    let mut codes = Vec::with_capacity(keys.len());
    for key in keys {
        let slot = map.get_mut(*key as usize).ok_or_else(|| Error::damaged("a dictionary code", key.to_string()))?;
        if *slot == u32::MAX {
            *slot = used.len() as u32;
            used.push(*key);
        }
        codes.push(u64::from(*slot));
    }
    let values = compute::take(values, &UInt32Array::from(used), None).map_err(arrow)?;
    Ok((codes, values))
}

fn put_lengths(offsets: &OffsetBuffer<i32>, values: &ArrayRef, out: &mut Vec<u8>) -> ArrayRef {
    let lengths: Vec<u64> = offsets.lengths().map(|l| l as u64).collect();
    ints::encode(&lengths, out);
    let first = offsets.first().copied().unwrap_or(0) as usize;
    let last = offsets.last().copied().unwrap_or(0) as usize;
    values.slice(first, last - first)
}

/// Bytes of a value that is stored as it is: fixed strings and 128-bit decimals.
fn fixed_bytes(ty: &Type) -> Option<usize> {
    match ty.carrier() {
        DataType::FixedSizeBinary(n) => Some(n as usize),
        DataType::Decimal128(..) => Some(16),
        _ => None,
    }
}

fn fixed_values(array: &ArrayRef) -> Option<&[u8]> {
    if let Some(a) = array.as_fixed_size_binary_opt() {
        return a.value_data().get(..a.len() * a.value_length() as usize);
    }
    let a = array.as_primitive_opt::<at::Decimal128Type>()?;
    let (offset, bytes) = (0, a.len() * 16);
    a.values().inner().as_slice().get(offset..offset + bytes)
}

macro_rules! integer_types {
    ($array:expr, $out:ident, $one:ident) => {
        $one!($array, $out, UInt8, at::UInt8Type);
        $one!($array, $out, UInt16, at::UInt16Type);
        $one!($array, $out, UInt32, at::UInt32Type);
        $one!($array, $out, UInt64, at::UInt64Type);
        $one!($array, $out, Int8, at::Int8Type);
        $one!($array, $out, Int16, at::Int16Type);
        $one!($array, $out, Int32, at::Int32Type);
        $one!($array, $out, Int64, at::Int64Type);
    };
}

/// Values of an integer-like carrier, sign extended to 64 bits.
pub(crate) fn integers(array: &ArrayRef) -> Option<Vec<u64>> {
    macro_rules! one {
        ($array:expr, $out:ident, $data:ident, $t:ty) => {
            if let Some(a) = $array.as_primitive_opt::<$t>() {
                return Some(a.values().iter().map(|v| *v as u64).collect());
            }
        };
    }
    integer_types!(array, _unused, one);
    if let Some(a) = array.as_primitive_opt::<at::Decimal32Type>() {
        return Some(a.values().iter().map(|v| *v as u64).collect());
    }
    let a = array.as_primitive_opt::<at::Decimal64Type>()?;
    Some(a.values().iter().map(|v| *v as u64).collect())
}

fn from_integers(values: &[u64], data: &DataType) -> Result<ArrayRef> {
    macro_rules! one {
        ($array:expr, $out:ident, $variant:ident, $t:ty) => {
            if matches!($array, DataType::$variant) {
                return Ok(primitive::<$t>(values.iter().map(|v| *v as <$t as ArrowPrimitiveType>::Native).collect()));
            }
        };
    }
    integer_types!(data, _unused, one);
    match data {
        DataType::Decimal32(p, s) => {
            let a = PrimitiveArray::<at::Decimal32Type>::from_iter_values(values.iter().map(|v| *v as i32));
            Ok(Arc::new(a.with_precision_and_scale(*p, *s).map_err(arrow)?))
        }
        DataType::Decimal64(p, s) => {
            let a = PrimitiveArray::<at::Decimal64Type>::from_iter_values(values.iter().map(|v| *v as i64));
            Ok(Arc::new(a.with_precision_and_scale(*p, *s).map_err(arrow)?))
        }
        other => Err(Error::damaged("an integer type", other.to_string())),
    }
}

fn primitive<T: ArrowPrimitiveType>(values: Vec<T::Native>) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), None))
}

/// Reads a carrier array of `rows` values of type `ty`.
pub(crate) fn decode_array(get: &mut Get<'_>, ty: &Type, rows: usize, room: &mut Room) -> Result<ArrayRef> {
    room.take(rows, 16)?;
    if !ty.is_nullable() {
        return decode_present(get, ty, rows, room);
    }
    match get.u8()? {
        0 => decode_present(get, ty, rows, room),
        1 => {
            let mut valid = BooleanBufferBuilder::new(rows);
            bits::unpack(get.take(rows.div_ceil(8))?, 1, rows, |b| valid.append(b == 1))?;
            let nulls = NullBuffer::new(valid.finish());
            let present = decode_present(get, ty, rows - nulls.null_count(), room)?;
            let mut next = 0u32;
            let index: UInt32Array = nulls
                .iter()
                .map(|valid| {
                    valid.then(|| {
                        next += 1;
                        next - 1
                    })
                })
                .collect();
            compute::take(&present, &index, None).map_err(arrow)
        }
        2 => Ok(::arrow::array::new_null_array(&ty.carrier(), rows)),
        n => Err(Error::damaged("a null marker of at most 2", n.to_string())),
    }
}

fn decode_present(get: &mut Get<'_>, ty: &Type, rows: usize, room: &mut Room) -> Result<ArrayRef> {
    match ty {
        Type::Nullable(t) => decode_present(get, t, rows, room),
        Type::LowCardinality(t) => {
            let k = get.count_upto(rows)?;
            let values = decode_present(get, t.base(), k, room)?;
            let codes = ints::decode(get, rows)?;
            dictionary(codes, values)
        }
        Type::Array(t) => {
            let (offsets, total) = get_lengths(get, rows, room)?;
            let items = decode_array(get, t, total, room)?;
            Ok(Arc::new(ListArray::try_new(carrier_field("item", t), offsets, items, None).map_err(arrow)?))
        }
        Type::Map(k, v) => {
            let (offsets, total) = get_lengths(get, rows, room)?;
            let keys = decode_array(get, k, total, room)?;
            let values = decode_array(get, v, total, room)?;
            map_array(ty, offsets, keys, values)
        }
        Type::Tuple(elements) if elements.is_empty() => Ok(Arc::new(StructArray::new_empty_fields(rows, None))),
        Type::Tuple(elements) => {
            let mut columns = Vec::with_capacity(elements.len());
            for (_, t) in elements.iter() {
                columns.push(decode_array(get, t, rows, room)?);
            }
            let DataType::Struct(fields) = ty.carrier() else { return Err(Error::damaged("a tuple", ty.to_string())) };
            Ok(Arc::new(StructArray::try_new(fields, columns, None).map_err(arrow)?))
        }
        Type::String => Ok(Arc::new(strings::decode(get, rows, room)?.array())),
        Type::Float32 => {
            let bits = floats::decode(get, rows, true)?;
            Ok(primitive::<at::Float32Type>(bits.into_iter().map(|b| f32::from_bits(b as u32)).collect()))
        }
        Type::Float64 => {
            let bits = floats::decode(get, rows, false)?;
            Ok(primitive::<at::Float64Type>(bits.into_iter().map(f64::from_bits).collect()))
        }
        _ => match fixed_bytes(ty) {
            Some(width) => {
                room.take(rows, width)?;
                let bytes = match get.u8()? {
                    1 if rows > 0 => get.take(width)?.repeat(rows),
                    1 => Vec::new(),
                    0 => get.take(rows.saturating_mul(width))?.to_vec(),
                    n => return Err(Error::damaged("a fixed page tag of at most 1", n.to_string())),
                };
                fixed_array(ty, width, rows, bytes)
            }
            None => from_integers(&ints::decode(get, rows)?, &ty.carrier()),
        },
    }
}

fn fixed_array(ty: &Type, width: usize, rows: usize, bytes: Vec<u8>) -> Result<ArrayRef> {
    if let DataType::Decimal128(p, s) = ty.carrier() {
        let values = bytes.chunks_exact(16).map(|c| i128::from_le_bytes(c.try_into().unwrap_or_default()));
        let a = PrimitiveArray::<at::Decimal128Type>::from_iter_values(values);
        return Ok(Arc::new(a.with_precision_and_scale(p, s).map_err(arrow)?));
    }
    if width == 0 {
        return Ok(Arc::new(
            FixedSizeBinaryArray::try_new_with_len(0, Buffer::from_vec(bytes), None, rows).map_err(arrow)?,
        ));
    }
    Ok(Arc::new(FixedSizeBinaryArray::try_new(width as i32, Buffer::from_vec(bytes), None).map_err(arrow)?))
}

/// A dictionary array; codes are checked against the values.
pub(crate) fn dictionary(codes: Vec<u64>, values: ArrayRef) -> Result<ArrayRef> {
    let k = values.len() as u64;
    let mut keys = Vec::with_capacity(codes.len());
    for c in codes {
        if c >= k {
            return Err(Error::damaged(format!("a code below {k}"), c.to_string()));
        }
        keys.push(c as u32);
    }
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(UInt32Array::from(keys), values).map_err(arrow)?))
}

/// A Map carrier of its parts.
pub(crate) fn map_array(ty: &Type, offsets: OffsetBuffer<i32>, keys: ArrayRef, values: ArrayRef) -> Result<ArrayRef> {
    let DataType::Map(entries, _) = ty.carrier() else { return Err(Error::damaged("a map", ty.to_string())) };
    let DataType::Struct(fields) = entries.data_type().clone() else {
        return Err(Error::damaged("a map", ty.to_string()));
    };
    let pairs = StructArray::try_new(fields, vec![keys, values], None).map_err(arrow)?;
    Ok(Arc::new(MapArray::try_new(entries, offsets, pairs, None, false).map_err(arrow)?))
}

fn get_lengths(get: &mut Get<'_>, rows: usize, room: &mut Room) -> Result<(OffsetBuffer<i32>, usize)> {
    let lengths = ints::decode(get, rows)?;
    offsets_of(&lengths, room)
}

/// Offsets of lengths whose sum is bounded by `room` (a byte an item at least).
pub(crate) fn offsets_of(lengths: &[u64], room: &mut Room) -> Result<(OffsetBuffer<i32>, usize)> {
    let mut total = 0u64;
    let mut offsets = Vec::with_capacity(lengths.len() + 1);
    offsets.push(0);
    for l in lengths {
        total = total.saturating_add(*l);
        offsets.push(i32::try_from(total).map_err(|_| Error::damaged("list offsets of 31 bits", total.to_string()))?);
    }
    room.take(total as usize, 1)?;
    Ok((OffsetBuffer::new(ScalarBuffer::from(offsets)), total as usize))
}

/// An empty carrier array.
pub(crate) fn empty(ty: &Type) -> ArrayRef {
    new_empty_array(&ty.carrier())
}

/// Types that [`fuzz_page`] reads pages of, by the input's first byte.
pub(crate) const FUZZED_TYPES: [&str; 12] = [
    "UInt64",
    "Int32",
    "Float64",
    "Float32",
    "String",
    "Nullable(String)",
    "LowCardinality(Nullable(String))",
    "Array(Array(String))",
    "Map(LowCardinality(String), String)",
    "Tuple(UInt8, Array(Float64))",
    "Decimal(38, 4)",
    "FixedString(3)",
];

/// Fuzz target: any bytes as a page of several types; must end without panic in bounded memory.
pub fn fuzz_page(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let name = FUZZED_TYPES.get(usize::from(*kind) % FUZZED_TYPES.len());
    let Some(Ok(ty)) = name.map(|t| Type::parse(t)) else { return };
    for rows in [0usize, 1, 7, 1024, 8192] {
        let _ = decode_array(&mut Get::new(rest), &ty, rows, &mut Room::new(16 << 20));
    }
    let _ = compress::decompress(rest, 1 << 20);
}
