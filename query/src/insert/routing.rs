//! Routing hashes of complete rows: to which data group each row goes (DESIGN D21).
//!
//! Invariant: a row has the same hash whether it came by SQL or by OTLP ([`route::routing_key`] says of which bytes), so that
//! a series, a trace or a resource has one group.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type, UInt32Type};
use olly_types::hash::content_hash;
use olly_types::value::value_at;
use olly_types::{Code, Error, Result, TenantId, Type, Value, route};

/// One hash per row, of carriers of the routing columns.
pub fn routing_hashes(tenant: TenantId, columns: &[(Type, ArrayRef)], rows: usize) -> Result<Vec<u64>> {
    let hashes = columns.iter().map(|(ty, a)| content_hashes(a, ty)).collect::<Result<Vec<_>>>()?;
    let mut out = Vec::with_capacity(rows);
    for row in 0..rows {
        let key = route::routing_key(hashes.iter().filter_map(|h| h.get(row).copied()));
        out.push(route::routing_hash(tenant, &key));
    }
    Ok(out)
}

fn shape(array: &ArrayRef, ty: &Type) -> Error {
    Error::new(Code::LogicalError, format!("a routing column of type {ty} is {}", array.data_type()))
}

/// The content hash of each value's canonical bytes; of NULL those of no bytes.
fn content_hashes(array: &ArrayRef, ty: &Type) -> Result<Vec<u128>> {
    let bad = || shape(array, ty);
    let null = content_hash(&[]);
    let rows = 0..array.len();
    Ok(match ty {
        Type::Nullable(inner) => {
            let mut hashes = content_hashes(array, inner)?;
            for (i, h) in hashes.iter_mut().enumerate() {
                if array.is_null(i) {
                    *h = null;
                }
            }
            hashes
        }
        Type::LowCardinality(inner) => {
            let dictionary = array.as_dictionary_opt::<UInt32Type>().ok_or_else(bad)?;
            let values = content_hashes(dictionary.values(), inner)?;
            let key = |k: Option<u32>| k.and_then(|k| values.get(k as usize)).copied().unwrap_or(null);
            dictionary.keys().iter().map(key).collect()
        }
        Type::String => {
            let a = array.as_byte_view_opt::<arrow::datatypes::BinaryViewType>().ok_or_else(bad)?;
            rows.map(|i| content_hash(a.value(i))).collect()
        }
        Type::Map(k, v) if is_text(k) && is_text(v) => {
            let map = array.as_map_opt().ok_or_else(bad)?;
            let (keys, values) = (texts(map.keys(), k)?, texts(map.values(), v)?);
            let (keys, values) =
                (keys.as_binary_view_opt().ok_or_else(bad)?, values.as_binary_view_opt().ok_or_else(bad)?);
            let offsets = map.value_offsets();
            let bounds = offsets.iter().zip(offsets.iter().skip(1));
            bounds
                .map(|(from, to)| {
                    let pairs = (*from as usize..*to as usize).map(|i| (keys.value(i), values.value(i)));
                    content_hash(&route::map_content(pairs))
                })
                .collect()
        }
        // Equal numbers have one group: -0 is 0, and there is one NaN.
        Type::Float32 => {
            let a = array.as_primitive_opt::<Float32Type>().ok_or_else(bad)?;
            let canonical = |f: f32| if f.is_nan() { f32::NAN } else { f + 0.0 };
            a.values().iter().map(|f| content_hash(&canonical(*f).to_le_bytes())).collect()
        }
        Type::Float64 => {
            let a = array.as_primitive_opt::<Float64Type>().ok_or_else(bad)?;
            let canonical = |f: f64| if f.is_nan() { f64::NAN } else { f + 0.0 };
            a.values().iter().map(|f| content_hash(&canonical(*f).to_le_bytes())).collect()
        }
        Type::Array(_) | Type::Tuple(_) | Type::Map(..) => rows
            .map(|i| {
                let mut bytes = Vec::new();
                nested(&value_at(array, i, ty)?, &mut bytes);
                Ok(content_hash(&bytes))
            })
            .collect::<Result<_>>()?,
        _ => {
            let data = array.to_data();
            let width = match array.data_type() {
                DataType::FixedSizeBinary(n) => *n as usize,
                other => other.primitive_width().ok_or_else(bad)?,
            };
            let bytes = data.buffers().first().ok_or_else(bad)?.as_slice();
            let value = |i: usize| {
                let from = (data.offset() + i) * width;
                bytes.get(from..from + width).map(content_hash).ok_or_else(bad)
            };
            rows.map(value).collect::<Result<_>>()?
        }
    })
}

fn is_text(ty: &Type) -> bool {
    match ty {
        Type::String => true,
        Type::LowCardinality(t) => **t == Type::String,
        _ => false,
    }
}

/// Strings or a dictionary of them as plain strings.
fn texts(array: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    match ty {
        Type::LowCardinality(t) => arrow::compute::cast(array, &t.carrier()).map_err(crate::expr::internal),
        _ => Ok(std::sync::Arc::clone(array)),
    }
}

/// Canonical bytes of a value in a value: kind and length before what they count.
fn nested(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Float(f) => {
            let f = if f.is_nan() { f64::NAN } else { f + 0.0 };
            crate::state::put_value(out, &Value::Float(f));
        }
        Value::Array(items) | Value::Tuple(items) => {
            out.push(6);
            crate::state::put_u64(out, items.len() as u64);
            items.iter().for_each(|v| nested(v, out));
        }
        Value::Map(pairs) => {
            out.push(8);
            crate::state::put_u64(out, pairs.len() as u64);
            for (k, v) in pairs.iter() {
                nested(k, out);
                nested(v, out);
            }
        }
        other => crate::state::put_value(out, other),
    }
}
