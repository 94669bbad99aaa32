//! From columns as they are kept to what a scan asked for: values, one key of a map, its keys, sizes.
//!
//! Invariant: the answer is the same whichever way the column is kept.

use super::column::spread;
use super::source::{MapRows, NULL, Source};
use crate::encode;
use crate::error::{Error, Result, arrow};
use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt8Array, UInt32Array, UInt64Array};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::compute::{concat, take};
use olly_types::port::Access;
use olly_types::ty::carrier_field;
use olly_types::{Type, Value, value};
use std::sync::Arc;

/// The type that an access gives, or an error for one that the column's type does not have.
pub(crate) fn access_type(ty: &Type, access: &Access) -> Result<Type> {
    match (access, ty) {
        (Access::Whole, _) => Ok(ty.clone()),
        (Access::MapValue(_), Type::Map(_, v)) => Ok((**v).clone()),
        (Access::MapContains(_), Type::Map(..)) => Ok(Type::UInt8),
        (Access::MapKeys, Type::Map(k, _)) => Ok(Type::Array(Arc::clone(k))),
        (Access::Size, Type::Map(..) | Type::Array(_)) => Ok(Type::UInt64),
        (access, ty) => {
            Err(Error::Rejected(olly_types::Error::unsupported(format!("{access:?} of a column of type {ty}"))))
        }
    }
}

/// `rows` times the default of a type.
pub(crate) fn defaults(ty: &Type, rows: usize) -> Result<ArrayRef> {
    let one = value::array_of(&[Value::default_of(ty)], ty)?;
    take(&one, &UInt32Array::from(vec![0; rows]), None).map_err(arrow)
}

/// What the access reads of a source.
pub(crate) fn read(source: &Source, ty: &Type, access: &Access) -> Result<ArrayRef> {
    let out = access_type(ty, access)?;
    match source {
        Source::Missing(rows) => match access {
            Access::Whole => defaults(ty, *rows),
            _ => defaults(&out, *rows),
        },
        Source::Plain(a) if *access == Access::Whole => Ok(Arc::clone(a)),
        Source::Plain(a) => match ty {
            Type::Array(_) => sizes(a.as_list_opt::<i32>().ok_or_else(|| wrong(ty))?.offsets()),
            _ => map_access(&*source.clone().into_map(ty)?, ty, access),
        },
        Source::Map(m) => map_access(m, ty, access),
        Source::Dict { codes, values } => {
            if *access == Access::Whole {
                return spread(codes, values, ty);
            }
            let of_values = read(&Source::Plain(Arc::clone(values)), ty.base(), access)?;
            let keys: UInt32Array = codes.iter().map(|c| (*c != NULL).then_some(*c)).collect();
            let keys = UInt32Array::new(keys.values().clone(), None);
            take(&of_values, &keys, None).map_err(arrow)
        }
    }
}

fn wrong(ty: &Type) -> Error {
    Error::damaged(format!("a column of {ty}"), "another")
}

fn sizes(offsets: &OffsetBuffer<i32>) -> Result<ArrayRef> {
    Ok(Arc::new(UInt64Array::from_iter_values(offsets.lengths().map(|l| l as u64))))
}

fn map_access(m: &MapRows, ty: &Type, access: &Access) -> Result<ArrayRef> {
    let Type::Map(_, v) = ty else { return Err(wrong(ty)) };
    match access {
        Access::Whole => whole(m, ty),
        Access::MapKeys => Ok(keys(&m.shape, m, ty)?.0),
        Access::Size => {
            let sizes = (0..m.shape.len()).map(|r| m.row(r).0.len() as u64);
            Ok(Arc::new(UInt64Array::from_iter_values(sizes)))
        }
        Access::MapContains(key) => {
            let numbers = key_numbers(&m.dict.keys, key);
            let has: Vec<u8> = m.dict.shapes.iter().map(|s| u8::from(s.iter().any(|k| numbers.contains(k)))).collect();
            Ok(contains(&m.shape, &has))
        }
        Access::MapValue(key) => {
            let numbers = key_numbers(&m.dict.keys, key);
            let first: Vec<Option<usize>> =
                m.dict.shapes.iter().map(|s| s.iter().position(|k| numbers.contains(k))).collect();
            let picks = m
                .shape
                .iter()
                .zip(&m.start)
                .map(|(shape, start)| first.get(*shape as usize).copied().flatten().map(|at| *start as usize + at));
            pick_or_default(&m.values, picks, v)
        }
    }
}

/// One UInt8 a row by its shape.
pub(crate) fn contains(shape: &[u32], has: &[u8]) -> ArrayRef {
    Arc::new(UInt8Array::from_iter_values(shape.iter().map(|s| has.get(*s as usize).copied().unwrap_or(0))))
}

/// Values at the picks, the type's default where there is none.
pub(crate) fn pick_or_default(
    values: &ArrayRef,
    picks: impl Iterator<Item = Option<usize>>,
    ty: &Type,
) -> Result<ArrayRef> {
    let n = values.len();
    let default = value::array_of(&[Value::default_of(ty)], ty)?;
    let index = UInt32Array::from_iter_values(picks.map(|p| p.filter(|p| *p < n).unwrap_or(n) as u32));
    let all = if n == 0 { default } else { concat(&[&**values, &*default]).map_err(arrow)? };
    take(&all, &index, None).map_err(arrow)
}

/// Numbers of a key among a part's or batch's keys; keys that are no texts are compared by their text.
pub(crate) fn key_numbers(keys: &ArrayRef, key: &[u8]) -> Vec<u32> {
    if let Some(texts) = keys.as_binary_view_opt() {
        return (0..texts.len()).filter(|i| texts.value(*i) == key).map(|i| i as u32).collect();
    }
    if let Some(fixed) = keys.as_fixed_size_binary_opt() {
        return (0..fixed.len()).filter(|i| fixed.value(*i) == key).map(|i| i as u32).collect();
    }
    let wanted = std::str::from_utf8(key).ok().and_then(|t| t.parse::<i128>().ok());
    let numbers = encode::integers(keys).unwrap_or_default();
    let signed = matches!(
        keys.data_type(),
        arrow::datatypes::DataType::Int8
            | arrow::datatypes::DataType::Int16
            | arrow::datatypes::DataType::Int32
            | arrow::datatypes::DataType::Int64
    );
    let as_wide = |v: u64| if signed { i128::from(v as i64) } else { i128::from(v) };
    (0..numbers.len() as u32).filter(|i| numbers.get(*i as usize).map(|v| as_wide(*v)) == wanted).collect()
}

/// Key lists by shape, and their offsets.
pub(crate) fn keys(shape: &[u32], m: &MapRows, ty: &Type) -> Result<(ArrayRef, OffsetBuffer<i32>)> {
    let Type::Map(k, _) = ty else { return Err(wrong(ty)) };
    let mut offsets = Vec::with_capacity(shape.len() + 1);
    let mut flat: Vec<u32> = Vec::new();
    offsets.push(0i32);
    for s in shape {
        flat.extend_from_slice(m.dict.shapes.get(*s as usize).map(|s| &s[..]).unwrap_or_default());
        let end = i32::try_from(flat.len()).map_err(|_| Error::damaged("fewer keys", flat.len().to_string()))?;
        offsets.push(end);
    }
    let items = spread(&flat, &m.dict.keys, k)?;
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let list = ListArray::try_new(carrier_field("item", k), offsets.clone(), items, None).map_err(arrow)?;
    Ok((Arc::new(list), offsets))
}

fn whole(m: &MapRows, ty: &Type) -> Result<ArrayRef> {
    let (keys, offsets) = keys(&m.shape, m, ty)?;
    let items = Arc::clone(keys.as_list::<i32>().values());
    let mut index: Vec<u32> = Vec::with_capacity(items.len());
    for row in 0..m.shape.len() {
        let (keys, start) = m.row(row);
        index.extend((start..start + keys.len()).map(|i| i as u32));
    }
    let first = index.first().copied().unwrap_or(0);
    let contiguous = index.iter().enumerate().all(|(i, v)| *v == first + i as u32);
    let values = if contiguous && first as usize + index.len() <= m.values.len() {
        m.values.slice(first as usize, index.len())
    } else {
        take(&m.values, &UInt32Array::from(index), None).map_err(arrow)?
    };
    encode::map_array(ty, offsets, items, values)
}
