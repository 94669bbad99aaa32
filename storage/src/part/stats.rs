//! Smallest and largest values of granules, and filters over ids.
//!
//! Invariant: a granule that holds a matching value is never excluded: texts are cut so that the range grows, NaN and NULL
//! match no condition, filters have no false negatives.

use super::hash;
use crate::error::{Result, arrow as damaged};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes as at;
use olly_types::{Type, Value, value};
use std::cmp::Ordering;

/// Texts in statistics are cut to this.
const PREFIX: usize = 24;

/// Whether granules of this type have a minimum and maximum.
pub(crate) fn has_range(ty: &Type) -> bool {
    !matches!(ty.base(), Type::Array(_) | Type::Map(..) | Type::Tuple(_) | Type::Nothing)
}

/// (min, max) of the comparable values, as values of the base type; None if there is none.
pub(crate) fn range(array: &ArrayRef, base: &Type) -> Result<Option<(Value, Value)>> {
    let present = |i: &usize| array.is_valid(*i);
    macro_rules! primitive {
        ($t:ty) => {
            if let Some(a) = array.as_primitive_opt::<$t>() {
                let low = arrow::compute::min(a).and_then(|m| a.iter().position(|v| v == Some(m)));
                let high = arrow::compute::max(a).and_then(|m| a.iter().position(|v| v == Some(m)));
                return pair(array, base, low, high);
            }
        };
    }
    primitive!(at::UInt8Type);
    primitive!(at::UInt16Type);
    primitive!(at::UInt32Type);
    primitive!(at::UInt64Type);
    primitive!(at::Int8Type);
    primitive!(at::Int16Type);
    primitive!(at::Int32Type);
    primitive!(at::Int64Type);
    primitive!(at::Decimal32Type);
    primitive!(at::Decimal64Type);
    primitive!(at::Decimal128Type);
    if matches!(base, Type::Float32 | Type::Float64) {
        let float = |i: usize| match value::value_at(array, i, base) {
            Ok(Value::Float(f)) if !f.is_nan() => Some(f),
            _ => None,
        };
        let mut best: Option<((f64, usize), (f64, usize))> = None;
        for i in (0..array.len()).filter(present) {
            let Some(f) = float(i) else { continue };
            let (low, high) = best.unwrap_or(((f, i), (f, i)));
            best = Some((if f < low.0 { (f, i) } else { low }, if f > high.0 { (f, i) } else { high }));
        }
        return pair(array, base, best.map(|b| b.0.1), best.map(|b| b.1.1));
    }
    let text = |i: usize| -> &[u8] {
        if let Some(a) = array.as_binary_view_opt() {
            a.value(i)
        } else {
            array.as_fixed_size_binary_opt().map_or(&[], |a| a.value(i))
        }
    };
    let low = (0..array.len()).filter(present).min_by(|a, b| text(*a).cmp(text(*b)));
    let high = (0..array.len()).filter(present).max_by(|a, b| text(*a).cmp(text(*b)));
    let Some((low, high)) = pair(array, base, low, high)? else { return Ok(None) };
    if !matches!(base, Type::String) {
        return Ok(Some((low, high)));
    }
    Ok(Some((cut_down(low), cut_up(high))))
}

fn pair(array: &ArrayRef, base: &Type, low: Option<usize>, high: Option<usize>) -> Result<Option<(Value, Value)>> {
    let (Some(low), Some(high)) = (low, high) else { return Ok(None) };
    Ok(Some((value::value_at(array, low, base)?, value::value_at(array, high, base)?)))
}

fn cut_down(v: Value) -> Value {
    match &v {
        Value::Bytes(b) if b.len() > PREFIX => Value::bytes(b.get(..PREFIX).unwrap_or_default()),
        _ => v,
    }
}

/// A value at least as large: the prefix with its last byte that can grow grown.
fn cut_up(v: Value) -> Value {
    let Value::Bytes(b) = &v else { return v };
    if b.len() <= PREFIX {
        return v;
    }
    let mut prefix = b.get(..PREFIX).unwrap_or_default().to_vec();
    while let Some(last) = prefix.pop() {
        if last < 0xff {
            prefix.push(last + 1);
            return Value::bytes(prefix);
        }
    }
    v
}

/// Array of statistics: Nullable(base).
pub(crate) fn array(values: &[Option<Value>], base: &Type) -> Result<ArrayRef> {
    let values: Vec<Value> = values.iter().map(|v| v.clone().unwrap_or(Value::Null)).collect();
    let ty = Type::Nullable(std::sync::Arc::new(base.clone()));
    let array = value::array_of(&values, &ty)?;
    if array.data_type() == &ty.carrier() {
        Ok(array)
    } else {
        arrow::compute::cast(&array, &ty.carrier()).map_err(damaged)
    }
}

/// Order of two values of one type; None where they do not compare (NaN, NULL, different kinds).
pub(crate) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Float(a), b) => a.partial_cmp(&(b.as_i128()? as f64)),
        (a, Value::Float(b)) => (a.as_i128()? as f64).partial_cmp(b),
        (a, b) => Some(a.as_i128()?.cmp(&b.as_i128()?)),
    }
}

/// Bits of filter for each distinct value.
const FILTER_BITS: usize = 10;

/// A split-block Bloom filter (Putze et al., "Cache-, hash- and space-efficient Bloom filters", 2007) over value hashes.
pub(crate) fn filter(hashes: &mut Vec<u64>) -> Vec<u8> {
    hashes.sort_unstable();
    hashes.dedup();
    let blocks = (hashes.len() * FILTER_BITS).div_ceil(256).max(1);
    let mut out = vec![0u8; blocks * 32];
    for h in hashes {
        let (block, bits) = place(*h, blocks);
        if let Some(block) = out.get_mut(block * 32..block * 32 + 32) {
            for (word, bit) in block.chunks_exact_mut(4).zip(bits) {
                if let Some(byte) = word.get_mut(bit as usize / 8) {
                    *byte |= 1 << (bit % 8);
                }
            }
        }
    }
    out
}

fn place(h: u64, blocks: usize) -> (usize, [u32; 8]) {
    const SALT: [u32; 8] =
        [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];
    let block = ((h >> 32) * blocks as u64) >> 32;
    (block as usize, SALT.map(|s| (h as u32).wrapping_mul(s) >> 27))
}

/// Whether the filter may hold the value.
pub(crate) fn filter_has(filter: &[u8], value: &[u8]) -> bool {
    let blocks = filter.len() / 32;
    if blocks == 0 {
        return true;
    }
    let (block, bits) = place(hash::bytes_hash(value), blocks);
    let Some(block) = filter.get(block * 32..block * 32 + 32) else { return true };
    block
        .chunks_exact(4)
        .zip(bits)
        .all(|(word, bit)| word.get(bit as usize / 8).is_some_and(|b| b >> (bit % 8) & 1 == 1))
}
