//! 64-bit hashes of values and rows, over what a reader gets back: the same whatever layout, dictionary or part holds a row.
//!
//! Invariant: the hash of a type's default value is 0, so a column that a part lacks adds nothing to its rows' hashes.
//! The 128-bit sum of row hashes of a set of rows does not depend on order or on parts (replicas compare by it), and a
//! merge checks its output against the sums of its inputs.

use crate::error::{Error, Result};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::UInt32Type;
use olly_types::{Type, Value};

/// splitmix64's finalizer (Steele et al., "Fast splittable pseudorandom number generators", 2014).
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const PRESENT: u64 = 0x9E37_79B9_7F4A_7C15;
const SEQUENCE: u64 = 0x51_7C_C1_B7_27_22_0A_95;

/// Adds an element's hash to a sequence's.
pub(crate) fn chain(sum: u64, element: u64) -> u64 {
    mix(sum.rotate_left(5) ^ element).wrapping_add(SEQUENCE)
}

/// Hash of bytes; 0 for none.
pub(crate) fn bytes_hash(bytes: &[u8]) -> u64 {
    if bytes.is_empty() { 0 } else { xxhash_rust::xxh3::xxh3_64(bytes) }
}

/// Hash of a row of which column `id` has the value hash `value`: added over all columns.
pub(crate) fn column_part(id: u32, value: u64) -> u64 {
    if value == 0 { 0 } else { mix(value ^ u64::from(id).wrapping_mul(PRESENT)) }
}

/// Hash of a row from the sum over its columns and its tenant.
pub(crate) fn row_hash(tenant: u32, columns: u64) -> u64 {
    mix(columns ^ u64::from(tenant).wrapping_mul(SEQUENCE) ^ PRESENT)
}

/// One hash for each value of a carrier array.
pub(crate) fn value_hashes(array: &ArrayRef, ty: &Type) -> Result<Vec<u64>> {
    if ty.is_nullable() {
        let inner = present_hashes(array, ty)?;
        let Some(nulls) = array.logical_nulls() else {
            return Ok(inner.into_iter().map(|h| mix(h ^ PRESENT)).collect());
        };
        return Ok(inner.into_iter().zip(nulls.iter()).map(|(h, ok)| if ok { mix(h ^ PRESENT) } else { 0 }).collect());
    }
    present_hashes(array, ty)
}

fn wrong(array: &ArrayRef, ty: &Type) -> Error {
    Error::damaged(format!("a carrier of {ty}"), array.data_type().to_string())
}

fn present_hashes(array: &ArrayRef, ty: &Type) -> Result<Vec<u64>> {
    match ty {
        Type::Nullable(t) => present_hashes(array, t),
        Type::LowCardinality(t) => {
            let d = array.as_dictionary_opt::<UInt32Type>().ok_or_else(|| wrong(array, ty))?;
            let values = present_hashes(d.values(), t.base())?;
            Ok(d.keys().values().iter().map(|k| values.get(*k as usize).copied().unwrap_or(0)).collect())
        }
        Type::String => {
            let a = array.as_binary_view_opt().ok_or_else(|| wrong(array, ty))?;
            Ok((0..a.len()).map(|i| bytes_hash(a.value(i))).collect())
        }
        Type::Array(t) => {
            let list = array.as_list_opt::<i32>().ok_or_else(|| wrong(array, ty))?;
            let items = value_hashes(list.values(), t)?;
            Ok(list
                .offsets()
                .windows(2)
                .map(|w| {
                    let items = items.get(w[0] as usize..w[1] as usize).unwrap_or_default();
                    items.iter().fold(0, |h, i| chain(h, *i))
                })
                .collect())
        }
        Type::Map(k, v) => {
            let map = array.as_map_opt().ok_or_else(|| wrong(array, ty))?;
            let keys = value_hashes(map.keys(), k)?;
            let values = value_hashes(map.values(), v)?;
            Ok(map
                .offsets()
                .windows(2)
                .map(|w| {
                    let range = w[0] as usize..w[1] as usize;
                    let pairs = keys.get(range.clone()).unwrap_or_default().iter();
                    pairs.zip(values.get(range).unwrap_or_default()).fold(0, |h, (k, v)| chain(chain(h, *k), *v))
                })
                .collect())
        }
        Type::Tuple(elements) => {
            let tuple = array.as_struct_opt().ok_or_else(|| wrong(array, ty))?;
            let mut out = vec![0u64; array.len()];
            for (i, ((_, t), column)) in elements.iter().zip(tuple.columns()).enumerate() {
                for (h, v) in out.iter_mut().zip(value_hashes(column, t)?) {
                    *h = h.wrapping_add(column_part(i as u32 + 1, v));
                }
            }
            Ok(out)
        }
        Type::Float32 => {
            let a = array.as_primitive_opt::<arrow::datatypes::Float32Type>().ok_or_else(|| wrong(array, ty))?;
            Ok(a.values().iter().map(|v| number(u64::from(v.to_bits()), 0)).collect())
        }
        Type::Float64 => {
            let a = array.as_primitive_opt::<arrow::datatypes::Float64Type>().ok_or_else(|| wrong(array, ty))?;
            Ok(a.values().iter().map(|v| number(v.to_bits(), 0)).collect())
        }
        _ => {
            if let Some(a) = array.as_fixed_size_binary_opt() {
                return Ok((0..a.len())
                    .map(|i| {
                        let v = a.value(i);
                        if v.iter().all(|b| *b == 0) { 0 } else { bytes_hash(v) }
                    })
                    .collect());
            }
            if let Some(a) = array.as_primitive_opt::<arrow::datatypes::Decimal128Type>() {
                return Ok(a.values().iter().map(|v| if *v == 0 { 0 } else { bytes_hash(&v.to_le_bytes()) }).collect());
            }
            let default = match Value::default_of(ty) {
                Value::Int(n) => n as u64,
                Value::UInt(n) => n,
                _ => 0,
            };
            let values = crate::encode::integers(array).ok_or_else(|| wrong(array, ty))?;
            Ok(values.into_iter().map(|v| number(v, default)).collect())
        }
    }
}

fn number(v: u64, default: u64) -> u64 {
    if v == default { 0 } else { mix(v ^ SEQUENCE) }
}

/// Running hashes over rows in order and over rows as a set.
#[derive(Default)]
pub(crate) struct RowsHash {
    ordered: xxhash_rust::xxh3::Xxh3,
    pub sum: u128,
}

impl RowsHash {
    pub fn add(&mut self, row: u64) {
        self.ordered.update(&row.to_le_bytes());
        self.sum = self.sum.wrapping_add(u128::from(row));
    }
    pub fn ordered(&self) -> u128 {
        self.ordered.digest128()
    }
}
