//! Types of several values together: the least type that holds all of them exactly, as ClickHouse finds it for `if`, arrays,
//! UNION, IN and comparisons (source: ClickHouse `src/DataTypes/getLeastSupertype.cpp`).
//!
//! Where ClickHouse 26 falls back to Variant we have no such type, so it is error 386 naming the types.

use crate::func::num::{int_of, int_shape};
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

/// The least common type of `types` (at least one).
pub fn common_type(types: &[Type]) -> Result<Type> {
    let Some(first) = types.first() else { return Ok(Type::Nothing) };
    if types.iter().all(|t| t == first) {
        return Ok(first.clone());
    }
    let none = || {
        let names: Vec<String> = types.iter().map(|t| t.to_string()).collect();
        let text = format!("There is no supertype for types {} (a Variant column is not supported)", names.join(", "));
        Error::new(Code::NoCommonType, text)
    };
    if types.iter().any(|t| matches!(t, Type::LowCardinality(_))) {
        let inner: Vec<Type> = types.iter().map(|t| t.without_low_cardinality().clone()).collect();
        let common = common_type(&inner).map_err(|_| none())?;
        let all = types.iter().all(|t| matches!(t, Type::LowCardinality(_) | Type::Nothing));
        return Ok(if all && common.can_be_low_cardinality() { Type::low_cardinality(common) } else { common });
    }
    if types.iter().any(|t| matches!(t, Type::Nullable(_))) {
        let inner: Vec<Type> = types
            .iter()
            .map(|t| if let Type::Nullable(t) = t { (**t).clone() } else { t.clone() })
            .filter(|t| *t != Type::Nothing)
            .collect();
        if inner.is_empty() {
            return Ok(Type::nullable(Type::Nothing));
        }
        let common = common_type(&inner).map_err(|_| none())?;
        return if common.can_be_nullable() { Ok(Type::nullable(common)) } else { Err(none()) };
    }
    let known: Vec<&Type> = types.iter().filter(|t| **t != Type::Nothing).collect();
    if known.len() < types.len() {
        return common_type(&known.into_iter().cloned().collect::<Vec<_>>());
    }
    match first {
        Type::Array(_) => {
            let inner =
                each(types, |t| if let Type::Array(t) = t { Some((**t).clone()) } else { None }).ok_or_else(none)?;
            Ok(Type::array(common_type(&inner).map_err(|_| none())?))
        }
        Type::Map(..) => {
            let pairs = each(types, |t| if let Type::Map(k, v) = t { Some((k, v)) } else { None }).ok_or_else(none)?;
            let keys: Vec<Type> = pairs.iter().map(|(k, _)| (***k).clone()).collect();
            let values: Vec<Type> = pairs.iter().map(|(_, v)| (***v).clone()).collect();
            Ok(Type::map(common_type(&keys).map_err(|_| none())?, common_type(&values).map_err(|_| none())?))
        }
        Type::Tuple(elements) => {
            let tuples = each(types, |t| match t {
                Type::Tuple(e) if e.len() == elements.len() => Some(e),
                _ => None,
            })
            .ok_or_else(none)?;
            let mut out = Vec::with_capacity(elements.len());
            for (i, (name, _)) in elements.iter().enumerate() {
                let column: Vec<Type> = tuples.iter().map(|e| e[i].1.clone()).collect();
                let same_name = tuples.iter().all(|e| e[i].0 == *name);
                out.push((if same_name { name.clone() } else { None }, common_type(&column).map_err(|_| none())?));
            }
            if out.iter().any(|(n, _): &(Option<Arc<str>>, Type)| n.is_none()) {
                out.iter_mut().for_each(|(n, _)| *n = None);
            }
            Ok(Type::Tuple(out.into()))
        }
        _ if types.iter().all(|t| t.is_string() || t.is_enum()) => {
            if types.iter().all(Type::is_enum) {
                Err(none())
            } else {
                Ok(Type::String)
            }
        }
        _ if types.iter().all(Type::is_temporal) => Ok(temporal(types)),
        _ if types.contains(&Type::Bool) && types.iter().all(|t| matches!(t, Type::Bool | Type::UInt8)) => {
            Ok(first.clone())
        }
        _ if types.iter().any(Type::is_decimal) => decimal(types).ok_or_else(none),
        _ if types.iter().all(Type::is_number) => number(types).ok_or_else(none),
        _ => Err(none()),
    }
}

fn each<'a, T>(types: &'a [Type], f: impl Fn(&'a Type) -> Option<T>) -> Option<Vec<T>> {
    types.iter().map(f).collect()
}

fn temporal(types: &[Type]) -> Type {
    if types.iter().all(|t| matches!(t, Type::DateTime64(..)) && t.scale() == types[0].scale()) {
        return types[0].clone();
    }
    // The zone of the last type of the finest scale, or of the first DateTime.
    let finest = types.iter().filter_map(Type::scale).max();
    let zone = match finest {
        Some(_) => types.iter().rev().find_map(|t| match t {
            Type::DateTime64(p, tz) if Some(*p) == finest => Some(tz.clone()),
            _ => None,
        }),
        None => types.iter().find_map(|t| if let Type::DateTime(tz) = t { Some(tz.clone()) } else { None }),
    };
    let scale = types.iter().filter_map(Type::scale).max();
    let date32 = types.contains(&Type::Date32);
    match (zone, scale) {
        (None, _) => Type::Date32,
        (Some(zone), Some(scale)) => Type::DateTime64(scale, zone),
        (Some(zone), None) if date32 => Type::DateTime64(0, zone),
        (Some(zone), None) => Type::DateTime(zone),
    }
}

/// Digits that hold every value of an integer type (ClickHouse's `leastDecimalPrecisionFor`).
fn digits(ty: &Type) -> Option<u8> {
    Some(match int_shape(ty)? {
        (_, 1) => 3,
        (_, 2) => 5,
        (_, 4) => 10,
        (true, _) => 19,
        (false, _) => 20,
    })
}

fn decimal(types: &[Type]) -> Option<Type> {
    let scale = types.iter().filter_map(Type::scale).max()?;
    let mut needed = 0;
    for ty in types {
        needed = needed.max(match ty {
            // Decimals keep the width of their storage, whatever the scale.
            Type::Decimal(p, _) => *p,
            Type::Int32 if scale == 0 => 9,
            Type::Int64 if scale == 0 => 18,
            other => digits(other)?.saturating_add(scale),
        });
    }
    match needed {
        0..=9 => Some(Type::Decimal(9, scale)),
        10..=18 => Some(Type::Decimal(18, scale)),
        19..=38 => Some(Type::Decimal(38, scale)),
        _ => None,
    }
}

fn number(types: &[Type]) -> Option<Type> {
    let (mut signed, mut unsigned, mut float) = (0u8, 0u8, 0u8);
    for ty in types {
        match (ty, int_shape(ty)) {
            (Type::Float32, _) => float = float.max(4),
            (Type::Float64, _) => float = 8,
            (_, Some((true, n))) => signed = signed.max(n),
            (_, Some((false, n))) => unsigned = unsigned.max(n),
            _ => return None,
        }
    }
    let widest = signed.max(unsigned);
    match (float, widest) {
        (0, _) => {}
        (_, 8) => return None,
        (8, _) | (_, 4) => return Some(Type::Float64),
        _ => return Some(Type::Float32),
    }
    match (signed, unsigned) {
        (0, n) => Some(int_of(false, n)),
        (n, 0) => Some(int_of(true, n)),
        (s, u) if u < s => Some(int_of(true, s)),
        (_, 8) => None,
        (_, u) => Some(int_of(true, u * 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_engine_finds_them() {
        for (types, want) in [
            ("UInt8,Int8", "Int16"),
            ("UInt8,Float32", "Float32"),
            ("Int32,Float32", "Float64"),
            ("Date,Date32", "Date32"),
            ("Date32,DateTime", "DateTime64(0)"),
            ("Nullable(Nothing),String", "Nullable(String)"),
            ("LowCardinality(String),String", "String"),
            ("LowCardinality(String),LowCardinality(Nullable(String))", "LowCardinality(Nullable(String))"),
            ("Decimal(9;2),UInt64", "Decimal(38, 2)"),
            ("Bool,UInt8", "Bool"),
            ("Array(UInt8),Array(Nothing)", "Array(UInt8)"),
        ] {
            let types: Vec<Type> = types.split(',').map(|t| Type::parse(&t.replace(';', ",")).unwrap()).collect();
            assert_eq!(common_type(&types).unwrap().to_string(), want);
        }
        for types in [["Int64", "Float64"], ["String", "UInt8"], ["UInt64", "Int8"]] {
            assert!(common_type(&types.map(|t| Type::parse(t).unwrap())).is_err());
        }
    }
}
