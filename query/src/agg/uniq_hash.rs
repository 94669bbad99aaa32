//! The 32-bit hash of a row that `uniq` samples, as ClickHouse makes it for each type, so that estimates beyond 65,536
//! distinct values agree (sources: ClickHouse `AggregateFunctionUniq.h`, `UniqVariadicHash.h`; checked against chDB 26.9).
//!
//! One argument: numbers, dates and addresses through MurmurHash3's finalizer, texts through CityHash first. Anything else,
//! and several arguments: CityHash of the bytes, combined, where every value is one run of bytes; SipHash of all of them where
//! some is not (Nullable or arrays of texts inside, maps, tuples in tuples).

use crate::expr::{internal, without_nulls};
use crate::func::hash::{each_raw, murmur_mix, sip128};
use crate::func::num::natives;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use olly_types::cityhash::{city_hash_64, combine};
use olly_types::{Result, Type};
use std::sync::Arc;

/// One hash a row.
pub fn hashes(types: &[Type], args: &[ArrayRef]) -> Result<Vec<u32>> {
    if let ([ty], [values]) = (types, args)
        && let Some(words) = single(ty, values)?
    {
        return Ok(words.into_iter().map(|w| murmur_mix(w) as u32).collect());
    }
    let (columns, kinds): (Vec<ArrayRef>, Vec<Type>) = match (types, args) {
        ([Type::Tuple(elements)], [tuple]) => {
            (tuple.as_struct().columns().to_vec(), elements.iter().map(|(_, t)| t.clone()).collect())
        }
        _ => (args.to_vec(), types.to_vec()),
    };
    let rows = args.first().map_or(0, |a| a.len());
    if kinds.iter().all(contiguous) {
        let mut out: Option<Vec<u64>> = None;
        for (column, ty) in columns.iter().zip(&kinds) {
            let words = bytes_of(column, ty, false)?.into_iter().map(|b| city_hash_64(&b));
            out = Some(match out {
                None => words.collect(),
                Some(old) => words.zip(old).map(|(w, h)| combine(w, h)).collect(),
            });
        }
        return Ok(out.unwrap_or_else(|| vec![0; rows]).into_iter().map(|w| w as u32).collect());
    }
    let mut all = vec![Vec::new(); rows];
    for (column, ty) in columns.iter().zip(&kinds) {
        append(column, ty, true, &mut all)?;
    }
    Ok(all.into_iter().map(|b| sip128(&b) as u32).collect())
}

/// The word that goes into the finalizer, of the types that have one.
fn single(ty: &Type, values: &ArrayRef) -> Result<Option<Vec<u64>>> {
    Ok(Some(match ty {
        Type::String | Type::FixedString(_) | Type::Ipv6 => {
            bytes_of(values, ty, false)?.into_iter().map(|b| city_hash_64(&b)).collect()
        }
        Type::Uuid => bytes_of(values, ty, false)?
            .into_iter()
            .map(|b| {
                let half = |s: &[u8]| s.iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
                let (first, second) = b.split_at(b.len() / 2);
                murmur_mix(half(first) ^ half(second))
            })
            .collect(),
        Type::DateTime64(..) | Type::Decimal(..) | Type::Interval(_) => return Ok(None),
        _ => match values.data_type() {
            DataType::Float32 => natives::<f32>(values)?.into_iter().map(|f| u64::from(f.to_bits())).collect(),
            DataType::Float64 => natives::<f64>(values)?.into_iter().map(f64::to_bits).collect(),
            t if t.is_integer() => natives::<u64>(values)?,
            _ => return Ok(None),
        },
    }))
}

/// Whether the bytes of a value are one run from which it can be told.
fn contiguous(ty: &Type) -> bool {
    match ty {
        Type::Nullable(_) | Type::Tuple(_) | Type::Map(..) => false,
        Type::LowCardinality(inner) => contiguous(inner),
        Type::Array(inner) => {
            let item = inner.without_low_cardinality();
            contiguous(item) && !matches!(item, Type::String | Type::Array(_))
        }
        _ => true,
    }
}

/// The bytes of each row.
fn bytes_of(values: &ArrayRef, ty: &Type, counted: bool) -> Result<Vec<Vec<u8>>> {
    let mut out = vec![Vec::new(); values.len()];
    append(values, ty, counted, &mut out)?;
    Ok(out)
}

/// Adds the bytes of each row's value to `out`. `counted`: with the sizes of texts (which then end in a zero byte) and arrays.
fn append(values: &ArrayRef, ty: &Type, counted: bool, out: &mut [Vec<u8>]) -> Result<()> {
    match ty {
        Type::Tuple(elements) => {
            for (column, (_, ty)) in values.as_struct().columns().iter().zip(elements.iter()) {
                append(column, ty, counted, out)?;
            }
        }
        Type::LowCardinality(inner) => {
            let plain = arrow::compute::cast(values, &inner.carrier()).map_err(internal)?;
            append(&plain, inner, counted, out)?;
        }
        Type::Nullable(inner) => {
            let plain = bytes_of(&without_nulls(values, ty)?, inner, counted)?;
            for (row, (to, bytes)) in out.iter_mut().zip(plain).enumerate() {
                to.push(u8::from(values.is_null(row)));
                if !values.is_null(row) {
                    to.extend(bytes);
                }
            }
        }
        Type::Array(inner) => {
            let list = values.as_list::<i32>();
            append_lists(list.offsets(), list.values(), inner, counted, out)?;
        }
        Type::Map(k, v) => {
            let map = values.as_map();
            let pairs: ArrayRef = Arc::new(map.entries().clone());
            append_lists(map.offsets(), &pairs, &Type::tuple([(**k).clone(), (**v).clone()]), counted, out)?;
        }
        Type::Nothing => {}
        Type::String => {
            let texts = values.as_binary_view();
            for (row, to) in out.iter_mut().enumerate() {
                let text = texts.value(row);
                if counted {
                    to.extend_from_slice(&(text.len() as u64 + 1).to_le_bytes());
                }
                to.extend_from_slice(text);
                if counted {
                    to.push(0);
                }
            }
        }
        Type::FixedString(_) | Type::Ipv6 | Type::Uuid => {
            let texts = values.as_fixed_size_binary();
            for (row, to) in out.iter_mut().enumerate() {
                // A UUID is kept as two little-endian halves, the first half first: the carrier's bytes backwards.
                if *ty == Type::Uuid {
                    to.extend(texts.value(row).iter().rev());
                } else {
                    to.extend_from_slice(texts.value(row));
                }
            }
        }
        t => {
            let width = t.carrier().primitive_width().unwrap_or(1);
            each_raw(values, width, |row, bytes| {
                if let Some(to) = out.get_mut(row) {
                    to.extend_from_slice(bytes);
                }
            })?;
        }
    }
    Ok(())
}

fn append_lists(
    offsets: &arrow::buffer::OffsetBuffer<i32>,
    items: &ArrayRef,
    ty: &Type,
    counted: bool,
    out: &mut [Vec<u8>],
) -> Result<()> {
    let (from, to) = (offsets.first().copied().unwrap_or(0) as usize, offsets.last().copied().unwrap_or(0) as usize);
    let bytes = bytes_of(&items.slice(from, to - from), ty, counted)?;
    let mut bytes = bytes.into_iter();
    for (to, range) in out.iter_mut().zip(offsets.windows(2)) {
        let length = (range[1] - range[0]) as usize;
        if counted {
            to.extend_from_slice(&(length as u64).to_le_bytes());
        }
        bytes.by_ref().take(length).for_each(|b| to.extend(b));
    }
    Ok(())
}
