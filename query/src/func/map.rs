//! Functions over maps and tuples.

use super::coerce::coerce;
use super::comparison::same;
use super::num::*;
use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::expr::internal;
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::DataType;
use olly_types::ty::carrier_field;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function = Function {
    family: Family::Map,
    arity: (1, 1),
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Own,
    ..FUNCTION
};
const TUPLE: Function = Function { family: Family::Tuple, ..BASE };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "map",
        arity: (0, usize::MAX),
        syntax: "map(k, v, …)",
        description: "A map of the pairs, in order.",
        examples: &["SELECT map('a', 1)"],
        infer: map_type,
        eval: make,
        ..BASE
    },
    Function {
        name: "mapKeys",
        syntax: "mapKeys(m)",
        description: "Keys in order.",
        examples: &["SELECT mapKeys(map('a', 1))"],
        infer: |a| sides(&a[0].ty, "mapKeys").map(|(k, _)| Type::array(k)),
        eval: |c| side(c, true),
        ..BASE
    },
    Function {
        name: "mapValues",
        syntax: "mapValues(m)",
        description: "Values in order.",
        examples: &["SELECT mapValues(map('a', 1))"],
        infer: |a| sides(&a[0].ty, "mapValues").map(|(_, v)| Type::array(v)),
        eval: |c| side(c, false),
        ..BASE
    },
    Function {
        name: "mapContains",
        aliases: &["mapContainsKey"],
        arity: (2, 2),
        syntax: "mapContains(m, key)",
        description: "Whether the map has the key.",
        examples: &["SELECT mapContains(map('a', 1), 'a')"],
        infer: |a| sides(&a[0].ty, "mapContains").map(|_| Type::UInt8),
        eval: contains,
        ..BASE
    },
    Function {
        name: "mapFromArrays",
        aliases: &["MAP_FROM_ARRAYS"],
        arity: (2, 2),
        syntax: "mapFromArrays(keys, values)",
        description: "A map of two arrays.",
        examples: &["SELECT mapFromArrays(['a'], [1])"],
        infer: from_arrays_type,
        eval: from_arrays,
        ..BASE
    },
    Function {
        name: "tuple",
        arity: (0, usize::MAX),
        syntax: "tuple(a, b, …), (a, b, …)",
        description: "A tuple of the values.",
        examples: &["SELECT (1, 'a')"],
        infer: |a| Ok(Type::tuple(a.iter().map(|x| x.ty.clone()))),
        eval: tuple,
        ..TUPLE
    },
    Function {
        name: "tupleElement",
        arity: (2, 3),
        syntax: "tupleElement(t, i), t.i, t.name",
        description: "Element by position or name.",
        examples: &["SELECT tupleElement((1, 'a'), 2)"],
        infer: element_type,
        eval: element,
        ..TUPLE
    },
];

pub(super) fn sides(ty: &Type, name: &str) -> Result<(Type, Type)> {
    match ty {
        Type::Map(k, v) => Ok(((**k).clone(), (**v).clone())),
        other => Err(illegal(other, name)),
    }
}

fn map_type(args: &[Arg]) -> Result<Type> {
    if !args.len().is_multiple_of(2) {
        return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, "Function map requires even number of arguments"));
    }
    if args.is_empty() {
        return Ok(Type::map(Type::Nothing, Type::Nothing));
    }
    let every = |from: usize| common_type(&args.iter().skip(from).step_by(2).map(|a| a.ty.clone()).collect::<Vec<_>>());
    let key = every(0)?;
    if key.is_nullable() {
        return Err(Error::new(Code::BadArguments, format!("Map cannot have a key of type {key}")));
    }
    Ok(Type::map(key, every(1)?))
}

pub(crate) fn build(ty: &Type, offsets: OffsetBuffer<i32>, keys: ArrayRef, values: ArrayRef) -> Result<ArrayRef> {
    let DataType::Map(entries, _) = ty.carrier() else { return Err(illegal(ty, "map")) };
    let DataType::Struct(fields) = entries.data_type().clone() else { return Err(illegal(ty, "map")) };
    let pairs = StructArray::try_new(fields, vec![keys, values], None).map_err(internal)?;
    Ok(Arc::new(MapArray::try_new(entries, offsets, pairs, None, false).map_err(internal)?))
}

fn make(call: &Call<'_>) -> Result<ArrayRef> {
    let (k, v) = sides(call.result, "map")?;
    let n = call.args.len() / 2;
    let column = |from: usize, ty: &Type| -> Result<ArrayRef> {
        if n == 0 || call.rows == 0 {
            return Ok(olly_types::batch::empty_carrier(ty));
        }
        let columns: Vec<ArrayRef> =
            (0..n).map(|i| coerce(&call.array(2 * i + from)?, &call.types[2 * i + from], ty)).collect::<Result<_>>()?;
        let parts: Vec<&dyn Array> = columns.iter().map(|c| c.as_ref()).collect();
        let pairs: Vec<(usize, usize)> = (0..call.rows).flat_map(|r| (0..n).map(move |i| (i, r))).collect();
        arrow::compute::interleave(&parts, &pairs).map_err(internal)
    };
    build(call.result, OffsetBuffer::from_lengths(vec![n; call.rows]), column(0, &k)?, column(1, &v)?)
}

fn side(call: &Call<'_>, keys: bool) -> Result<ArrayRef> {
    let array = call.array(0)?;
    let map = array.as_map();
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "mapKeys")) };
    let items = if keys { map.keys() } else { map.values() };
    Ok(Arc::new(
        ListArray::try_new(carrier_field("item", t), map.offsets().clone(), Arc::clone(items), None)
            .map_err(internal)?,
    ))
}

/// Index of the entry of a key in each row: the first of equal keys.
pub(super) fn find(call: &Call<'_>, map: &MapArray, key_type: &Type) -> Result<Vec<Option<u32>>> {
    let needle = match &call.args[1] {
        Column::Const(a) => Arc::clone(a),
        _ => call.array(1)?,
    };
    let constant = call.is_const(1);
    // The frequent case: a constant text among text keys.
    let plain = |a: &ArrayRef, t: &Type| match t {
        Type::LowCardinality(t) => arrow::compute::cast(a, &t.carrier()).map_err(internal),
        _ => Ok(Arc::clone(a)),
    };
    let keys = plain(map.keys(), key_type)?;
    let needle = plain(&needle, &call.types[1])?;
    let texts = keys.as_binary_view_opt().zip(needle.as_binary_view_opt());
    let mut out = Vec::with_capacity(map.len());
    for row in 0..map.len() {
        let (s, e) = (map.value_offsets()[row] as usize, map.value_offsets()[row + 1] as usize);
        let at = if constant { 0 } else { row };
        let mut hit = None;
        for i in s..e {
            let equal = match texts {
                Some((keys, needle)) => keys.value(i) == needle.value(at),
                None => same(
                    &keys,
                    key_type.without_low_cardinality(),
                    i,
                    &needle,
                    call.types[1].without_low_cardinality(),
                    at,
                )?,
            };
            if equal {
                hit = Some(i as u32);
                break;
            }
        }
        out.push(hit);
    }
    Ok(out)
}

fn contains(call: &Call<'_>) -> Result<ArrayRef> {
    let array = call.array(0)?;
    let (k, _) = sides(&call.types[0], "mapContains")?;
    Ok(flags(find(call, array.as_map(), &k)?.into_iter().map(|i| i.is_some()).collect()))
}

/// `m[key]`: the value, or the value type's default.
pub(super) fn value_of(call: &Call<'_>, k: &Type, v: &Type) -> Result<ArrayRef> {
    let array = call.array(0)?;
    let map = array.as_map();
    let found = find(call, map, k)?;
    let missing = map.values().len() as u32;
    let at: UInt32Array = found.into_iter().map(|i| Some(i.unwrap_or(missing))).collect();
    let default = olly_types::value::array_of(&[Value::default_of(v)], v)?;
    let inner = v.without_low_cardinality();
    let plain = |a: &ArrayRef| arrow::compute::cast(a, &inner.carrier()).map_err(internal);
    let (values, default) = (plain(map.values())?, plain(&default)?);
    let all = arrow::compute::concat(&[values.as_ref(), default.as_ref()]).map_err(internal)?;
    let out = arrow::compute::take(&all, &at, None).map_err(internal)?;
    if matches!(v, Type::LowCardinality(_)) { olly_types::batch::dictionary_of(&out, inner) } else { Ok(out) }
}

fn from_arrays_type(args: &[Arg]) -> Result<Type> {
    match (&args[0].ty, &args[1].ty) {
        (Type::Array(k), Type::Array(v)) if !k.is_nullable() => Ok(Type::map((**k).clone(), (**v).clone())),
        (a, b) => Err(illegal_pair(a, b, "mapFromArrays")),
    }
}

fn from_arrays(call: &Call<'_>) -> Result<ArrayRef> {
    let (a, b) = (call.array(0)?, call.array(1)?);
    let (keys, values) = (a.as_list::<i32>(), b.as_list::<i32>());
    if !keys.offsets().lengths().eq(values.offsets().lengths()) {
        return Err(Error::new(
            Code::SizesOfArraysDoNotMatch,
            "Key and value arrays should have same amount of elements",
        ));
    }
    let flat = |l: &ListArray| {
        let o = l.value_offsets();
        l.values().slice(o[0] as usize, (o[l.len()] - o[0]) as usize)
    };
    build(call.result, OffsetBuffer::from_lengths(keys.offsets().lengths()), flat(keys), flat(values))
}

fn tuple(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::Struct(fields) = call.result.carrier() else { return Err(illegal(call.result, "tuple")) };
    let columns: Vec<ArrayRef> = (0..call.args.len()).map(|i| call.array(i)).collect::<Result<_>>()?;
    Ok(Arc::new(StructArray::try_new_with_length(fields, columns, None, call.rows).map_err(internal)?))
}

fn position(elements: &[(Option<Arc<str>>, Type)], which: &Value) -> Option<usize> {
    match which {
        Value::Bytes(name) => elements.iter().position(|(n, _)| n.as_ref().is_some_and(|n| n.as_bytes() == &**name)),
        v => match v.as_i128() {
            Some(i) if i >= 1 && i <= elements.len() as i128 => Some(i as usize - 1),
            Some(i) if i < 0 && -i <= elements.len() as i128 => Some((elements.len() as i128 + i) as usize),
            _ => None,
        },
    }
}

fn element_type(args: &[Arg]) -> Result<Type> {
    let Some(which) = &args[1].constant else {
        return Err(Error::new(
            Code::IllegalTypeOfArgument,
            "Second argument to tupleElement must be a constant UInt or String",
        ));
    };
    let (elements, array) = match &args[0].ty {
        Type::Tuple(e) => (e, false),
        Type::Array(t) => match &**t {
            Type::Tuple(e) => (e, true),
            _ => return Err(illegal(&args[0].ty, "tupleElement")),
        },
        other => return Err(illegal(other, "tupleElement")),
    };
    match position(elements, which) {
        Some(i) => Ok(if array { Type::array(elements[i].1.clone()) } else { elements[i].1.clone() }),
        None if args.len() > 2 => Err(Error::unsupported("tupleElement with a default")),
        None => Err(match which {
            Value::Bytes(name) => {
                let text = format!("Tuple doesn't have element with name '{}'", String::from_utf8_lossy(name));
                Error::new(Code::BadArguments, text)
            }
            which => {
                let index = which.as_i128().unwrap_or_default();
                Error::new(Code::ArgumentOutOfBound, format!("Tuple doesn't have element with index '{index}'"))
            }
        }),
    }
}

fn element(call: &Call<'_>) -> Result<ArrayRef> {
    let which = call.constant(1)?.unwrap_or(Value::Null);
    let array = call.array(0)?;
    let missing = || Error::new(Code::LogicalError, "tuple element is missing");
    match &call.types[0] {
        Type::Tuple(e) => Ok(Arc::clone(array.as_struct().column(position(e, &which).ok_or_else(missing)?))),
        Type::Array(t) => {
            let (Type::Tuple(e), Type::Array(inner)) = (&**t, call.result) else { return Err(missing()) };
            let list = array.as_list::<i32>();
            let items = list.values().as_struct().column(position(e, &which).ok_or_else(missing)?);
            let field = carrier_field("item", inner);
            Ok(Arc::new(ListArray::try_new(field, list.offsets().clone(), Arc::clone(items), None).map_err(internal)?))
        }
        other => Err(illegal(other, "tupleElement")),
    }
}
