//! Maps made of maps: joined, filtered, changed, sorted, added up.

use super::array::in_order;
use super::coerce::coerce;
use super::map::{build, sides};
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::expr::internal;
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, MapArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use olly_types::value::{array_of, value_at};
use olly_types::{Code, Error, Result, Type, Value};

const BASE: Function = Function {
    family: Family::Map,
    arity: (1, 1),
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Own,
    ..FUNCTION
};
const HIGHER: Function = Function { arity: (2, 2), lambda_parameters: Some(parameters), ..BASE };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "mapConcat",
        arity: (1, usize::MAX),
        syntax: "mapConcat(m, …)",
        description: "The entries of all maps, one after the other.",
        examples: &["SELECT mapConcat(map('a', 1), map('b', 2))"],
        infer: |a| {
            let both = a.iter().map(|a| sides(&a.ty, "mapConcat")).collect::<Result<Vec<_>>>()?;
            let (k, v): (Vec<Type>, Vec<Type>) = both.into_iter().unzip();
            Ok(Type::map(common_type(&k)?, common_type(&v)?))
        },
        eval: concat,
        ..BASE
    },
    Function {
        name: "mapFilter",
        syntax: "mapFilter((k, v) -> cond, m)",
        description: "The entries for which the condition holds.",
        examples: &["SELECT mapFilter((k, v) -> v > 1, map('a', 1, 'b', 2))"],
        infer: |a| sides(&a[1].ty, "mapFilter").map(|_| a[1].ty.clone()),
        eval: |c| {
            let (map, keep) = conditions(c)?;
            let mut lengths = Vec::with_capacity(c.rows);
            let mut at = 0;
            for n in map.offsets().lengths() {
                lengths.push((at..at + n).filter(|i| keep.value(*i)).count());
                at += n;
            }
            let (k, v) = entries(&map);
            let filter = |a: &ArrayRef| arrow::compute::filter(a, &keep).map_err(internal);
            build(c.result, OffsetBuffer::from_lengths(lengths), filter(&k)?, filter(&v)?)
        },
        ..HIGHER
    },
    Function {
        name: "mapExists",
        syntax: "mapExists((k, v) -> cond, m)",
        description: "Whether the condition holds for any entry.",
        examples: &["SELECT mapExists((k, v) -> v > 1, map('a', 1, 'b', 2))"],
        infer: |a| sides(&a[1].ty, "mapExists").map(|_| Type::UInt8),
        eval: |c| folded(c, |hits| hits.contains(&true)),
        ..HIGHER
    },
    Function {
        name: "mapAll",
        syntax: "mapAll((k, v) -> cond, m)",
        description: "Whether the condition holds for every entry.",
        examples: &["SELECT mapAll((k, v) -> v > 1, map('a', 1, 'b', 2))"],
        infer: |a| sides(&a[1].ty, "mapAll").map(|_| Type::UInt8),
        eval: |c| folded(c, |hits| !hits.contains(&false)),
        ..HIGHER
    },
    Function {
        name: "mapApply",
        syntax: "mapApply((k, v) -> (k2, v2), m)",
        description: "The map of the pairs that the lambda gives.",
        examples: &["SELECT mapApply((k, v) -> (k, v * 10), map('a', 1))"],
        infer: |a| {
            sides(&a[1].ty, "mapApply")?;
            match &a[0].ty {
                Type::Tuple(e) if e.len() == 2 => Ok(Type::map(plain(&e[0].1), plain(&e[1].1))),
                other => Err(illegal(other, "mapApply")),
            }
        },
        eval: |c| {
            let (map, pairs, ty) = applied(c)?;
            let pairs = pairs.as_struct();
            let Type::Tuple(types) = &ty else { return Err(illegal(&ty, "mapApply")) };
            let (Some(k), Some(v), [(_, kt), (_, vt)]) = (pairs.columns().first(), pairs.columns().get(1), &**types)
            else {
                return Err(illegal(c.result, "mapApply"));
            };
            let (k, v) = (coerce(k, kt, &plain(kt))?, coerce(v, vt, &plain(vt))?);
            build(c.result, OffsetBuffer::from_lengths(map.offsets().lengths()), k, v)
        },
        ..HIGHER
    },
    Function {
        name: "mapUpdate",
        arity: (2, 2),
        syntax: "mapUpdate(m, changes)",
        description: "The first map with the values of the second for its keys, and the keys that it lacks.",
        examples: &["SELECT mapUpdate(map('a', 1), map('a', 2, 'b', 3))"],
        infer: |a| {
            let (one, two) = (sides(&a[0].ty, "mapUpdate")?, sides(&a[1].ty, "mapUpdate")?);
            if one != two {
                return Err(Error::unsupported("mapUpdate of maps of different types"));
            }
            Ok(Type::map(plain(&one.0), plain(&one.1)))
        },
        eval: |c| {
            by_entries(c, |maps| {
                let (Some(base), Some(changes)) = (maps.first(), maps.get(1)) else { return Vec::new() };
                // What stays, then what changes.
                let mut out: Vec<(Value, Value)> =
                    base.iter().filter(|(k, _)| !changes.iter().any(|(c, _)| c == k)).cloned().collect();
                out.extend(changes.iter().cloned());
                out
            })
        },
        ..BASE
    },
    Function {
        name: "mapSort",
        arity: (1, 1),
        syntax: "mapSort(m)",
        description: "The entries in the order of their keys.",
        examples: &["SELECT mapSort(map('b', 1, 'a', 2))"],
        infer: |a| sides(&a[0].ty, "mapSort").map(|_| a[0].ty.clone()),
        eval: |c| sorted(c, false),
        ..BASE
    },
    Function {
        name: "mapReverseSort",
        arity: (1, 1),
        syntax: "mapReverseSort(m)",
        description: "The entries against the order of their keys.",
        examples: &["SELECT mapReverseSort(map('a', 1, 'b', 2))"],
        infer: |a| sides(&a[0].ty, "mapReverseSort").map(|_| a[0].ty.clone()),
        eval: |c| sorted(c, true),
        ..BASE
    },
    Function {
        name: "mapContainsValue",
        arity: (2, 2),
        syntax: "mapContainsValue(m, value)",
        description: "Whether the map has the value.",
        examples: &["SELECT mapContainsValue(map('a', 1), 1)"],
        infer: |a| sides(&a[0].ty, "mapContainsValue").map(|_| Type::UInt8),
        eval: contains_value,
        ..BASE
    },
    Function {
        name: "mapContainsKeyLike",
        arity: (2, 2),
        syntax: "mapContainsKeyLike(m, pattern)",
        description: "Whether a key matches the LIKE pattern.",
        examples: &["SELECT mapContainsKeyLike(map('abc', 1), 'a%')"],
        infer: |a| like_type(a, "mapContainsKeyLike").map(|()| Type::UInt8),
        eval: |c| {
            let (map, hits) = like_keys(c)?;
            Ok(flags(hits.iter().map(|h| h.contains(&true)).take(map.len()).collect()))
        },
        ..BASE
    },
    Function {
        name: "mapExtractKeyLike",
        arity: (2, 2),
        syntax: "mapExtractKeyLike(m, pattern)",
        description: "The entries whose key matches the LIKE pattern.",
        examples: &["SELECT mapExtractKeyLike(map('abc', 1, 'x', 2), 'a%')"],
        infer: |a| {
            like_type(a, "mapExtractKeyLike")?;
            sides(&a[0].ty, "mapExtractKeyLike").map(|(k, v)| Type::map(plain(&k), plain(&v)))
        },
        eval: |c| {
            let (map, hits) = like_keys(c)?;
            let keep: BooleanArray = hits.iter().flatten().map(|h| Some(*h)).collect();
            let (k, v) = entries(&map);
            let filter = |a: &ArrayRef| arrow::compute::filter(a, &keep).map_err(internal);
            let lengths = hits.iter().map(|h| h.iter().filter(|h| **h).count());
            let (kt, vt) = sides(&c.types[0], "mapExtractKeyLike")?;
            let (k, v) = (coerce(&filter(&k)?, &kt, &plain(&kt))?, coerce(&filter(&v)?, &vt, &plain(&vt))?);
            build(c.result, OffsetBuffer::from_lengths(lengths), k, v)
        },
        ..BASE
    },
    Function {
        name: "mapAdd",
        arity: (2, usize::MAX),
        syntax: "mapAdd(m, …)",
        description: "For each key, in order, the sum of its values.",
        examples: &["SELECT mapAdd(map('a', 1), map('a', 2, 'b', 3))"],
        infer: |a| sum_type(a, "mapAdd"),
        eval: |c| sums(c, false),
        ..BASE
    },
    Function {
        name: "mapSubtract",
        arity: (2, usize::MAX),
        syntax: "mapSubtract(m, …)",
        description: "For each key, in order, its value less those of the later maps.",
        examples: &["SELECT mapSubtract(map('a', 3), map('a', 2))"],
        infer: |a| sum_type(a, "mapSubtract"),
        eval: |c| sums(c, true),
        ..BASE
    },
];

/// ClickHouse takes LowCardinality off what these functions make anew.
fn plain(ty: &Type) -> Type {
    ty.without_low_cardinality().clone()
}

fn parameters(types: &[Type]) -> Result<Vec<Type>> {
    match types {
        [map] => sides(map, "a function over maps").map(|(k, v)| vec![k, v]),
        _ => Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, "a function over a map takes a lambda and one map")),
    }
}

/// Keys and values that belong to the rows.
fn entries(map: &MapArray) -> (ArrayRef, ArrayRef) {
    let (from, to) = (map.value_offsets()[0] as usize, map.value_offsets()[map.len()] as usize);
    (map.keys().slice(from, to - from), map.values().slice(from, to - from))
}

/// The lambda over all entries.
fn applied(call: &Call<'_>) -> Result<(MapArray, ArrayRef, Type)> {
    let lambda = call.lambda(0)?;
    let array = call.array(1)?;
    let map = array.as_map().clone();
    let lengths: Vec<usize> = map.offsets().lengths().collect();
    let (k, v) = entries(&map);
    let out = lambda.eval(&lengths, &[k, v])?;
    Ok((map, out, lambda.result.clone()))
}

fn conditions(call: &Call<'_>) -> Result<(MapArray, BooleanArray)> {
    let (map, out, ty) = applied(call)?;
    if !ty.base().is_integer() && *ty.base() != Type::Bool {
        return Err(illegal(&ty, "a condition over a map"));
    }
    let out = coerce(&out, &ty, &plain(&ty))?;
    let truth = super::logical::truth(&out)?;
    let plain: BooleanArray = truth.iter().map(|t| Some(t == Some(true))).collect();
    Ok((map, plain))
}

fn folded(call: &Call<'_>, f: impl Fn(&[bool]) -> bool) -> Result<ArrayRef> {
    let (map, hits) = conditions(call)?;
    let mut at = 0;
    let mut out = Vec::with_capacity(call.rows);
    for n in map.offsets().lengths() {
        out.push(f(&(at..at + n).map(|i| hits.value(i)).collect::<Vec<bool>>()));
        at += n;
    }
    Ok(flags(out))
}

fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    let (k, v) = sides(call.result, "mapConcat")?;
    let mut keys = Vec::new();
    let mut values = Vec::new();
    let mut maps = Vec::new();
    for (i, ty) in call.types.iter().enumerate() {
        let array = call.array(i)?;
        let map = array.as_map().clone();
        let (own_k, own_v) = sides(ty, "mapConcat")?;
        keys.push(coerce(map.keys(), &own_k, &k)?);
        values.push(coerce(map.values(), &own_v, &v)?);
        maps.push(map);
    }
    let mut picks = Vec::new();
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let before = picks.len();
        for (i, map) in maps.iter().enumerate() {
            let (s, e) = (map.value_offsets()[row] as usize, map.value_offsets()[row + 1] as usize);
            picks.extend((s..e).map(|at| (i, at)));
        }
        lengths.push(picks.len() - before);
    }
    let take = |columns: &[ArrayRef], ty: &Type| -> Result<ArrayRef> {
        if picks.is_empty() {
            return Ok(olly_types::batch::empty_carrier(ty));
        }
        let parts: Vec<&dyn Array> = columns.iter().map(|c| c.as_ref()).collect();
        arrow::compute::interleave(&parts, &picks).map_err(internal)
    };
    build(call.result, OffsetBuffer::from_lengths(lengths), take(&keys, &k)?, take(&values, &v)?)
}

fn pairs_of(call: &Call<'_>, i: usize) -> Result<Vec<Vec<(Value, Value)>>> {
    let array = call.array(i)?;
    let ty = call.types.get(i).ok_or_else(|| Error::new(Code::LogicalError, "no such argument"))?;
    (0..call.rows)
        .map(|row| match value_at(&array, row, ty)? {
            Value::Map(pairs) => Ok(pairs.to_vec()),
            _ => Ok(Vec::new()),
        })
        .collect()
}

/// A map per row, of the entries that `f` makes of the arguments' entries.
fn by_entries(call: &Call<'_>, f: impl Fn(&[Vec<(Value, Value)>]) -> Vec<(Value, Value)>) -> Result<ArrayRef> {
    let all = (0..call.args.len()).map(|i| pairs_of(call, i)).collect::<Result<Vec<_>>>()?;
    let values: Vec<Value> = (0..call.rows)
        .map(|row| {
            let maps: Vec<Vec<(Value, Value)>> = all.iter().map(|m| m.get(row).cloned().unwrap_or_default()).collect();
            Value::Map(f(&maps).into())
        })
        .collect();
    array_of(&values, call.result)
}

fn sorted(call: &Call<'_>, reverse: bool) -> Result<ArrayRef> {
    let array = call.array(0)?;
    let map = array.as_map();
    let (k, _) = sides(call.result, "mapSort")?;
    let mut indices: Vec<u32> = Vec::new();
    for row in 0..map.len() {
        let (s, e) = (map.value_offsets()[row] as usize, map.value_offsets()[row + 1] as usize);
        let mut keyed = (s..e).map(|i| Ok((value_at(map.keys(), i, &k)?, i as u32))).collect::<Result<Vec<_>>>()?;
        keyed.sort_by(|a, b| in_order(&a.0, &b.0, reverse));
        indices.extend(keyed.into_iter().map(|(_, i)| i));
    }
    let indices = UInt32Array::from(indices);
    let take = |a: &ArrayRef| arrow::compute::take(a, &indices, None).map_err(internal);
    build(call.result, OffsetBuffer::from_lengths(map.offsets().lengths()), take(map.keys())?, take(map.values())?)
}

fn contains_value(call: &Call<'_>) -> Result<ArrayRef> {
    let (_, v) = sides(&call.types[0], "mapContainsValue")?;
    let array = call.array(0)?;
    let map = array.as_map();
    let plain = |a: &ArrayRef, t: &Type| match t {
        Type::LowCardinality(t) => arrow::compute::cast(a, &t.carrier()).map_err(internal),
        _ => Ok(a.clone()),
    };
    let values = plain(map.values(), &v)?;
    let needle = plain(&call.array(1)?, &call.types[1])?;
    let (vt, nt) = (v.without_low_cardinality(), call.types[1].without_low_cardinality());
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (s, e) = (map.value_offsets()[row] as usize, map.value_offsets()[row + 1] as usize);
        let mut hit = false;
        for i in s..e {
            hit |= super::comparison::same(&values, vt, i, &needle, nt, row)?;
        }
        out.push(hit);
    }
    Ok(flags(out))
}

fn sum_type(args: &[Arg], name: &str) -> Result<Type> {
    let both = args.iter().map(|a| sides(&a.ty, name)).collect::<Result<Vec<_>>>()?;
    let (k, v): (Vec<Type>, Vec<Type>) = both.into_iter().unzip();
    let value = common_type(&v)?;
    let wide = match &value {
        t if t.is_float() => Type::Float64,
        t => match int_shape(t) {
            Some((true, _)) => Type::Int64,
            Some((false, _)) => Type::UInt64,
            None => return Err(illegal(t, name)),
        },
    };
    Ok(Type::map(common_type(&k)?, wide))
}

fn sums(call: &Call<'_>, minus: bool) -> Result<ArrayRef> {
    by_entries(call, |maps| {
        let mut out: Vec<(Value, Value)> = Vec::new();
        for (at, map) in maps.iter().enumerate() {
            for (k, v) in map {
                let v = match v {
                    Value::UInt(n) if minus && at > 0 => Value::UInt(n.wrapping_neg()),
                    Value::Int(n) if minus && at > 0 => Value::Int(n.wrapping_neg()),
                    Value::Float(f) if minus && at > 0 => Value::Float(-f),
                    v => v.clone(),
                };
                match out.iter_mut().find(|(key, _)| key == k) {
                    Some((_, sum)) => {
                        *sum = match (&*sum, &v) {
                            (Value::UInt(a), Value::UInt(b)) => Value::UInt(a.wrapping_add(*b)),
                            (Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_add(*b)),
                            (Value::Float(a), Value::Float(b)) => Value::Float(a + b),
                            (a, Value::UInt(b)) => {
                                Value::Int((a.as_i128().unwrap_or(0) as i64).wrapping_add(*b as i64))
                            }
                            (a, b) => Value::Int(
                                (a.as_i128().unwrap_or(0) as i64).wrapping_add(b.as_i128().unwrap_or(0) as i64),
                            ),
                        }
                    }
                    None => out.push((k.clone(), v)),
                }
            }
        }
        out.sort_by(|a, b| in_order(&a.0, &b.0, false));
        out
    })
}

fn like_type(args: &[Arg], name: &str) -> Result<()> {
    let (k, _) = sides(&args[0].ty, name)?;
    super::text::want_string(k.without_low_cardinality(), name)?;
    match &args[1].constant {
        Some(Value::Bytes(_)) => Ok(()),
        _ => Err(Error::new(Code::IllegalColumn, format!("The pattern of function {name} must be a constant string"))),
    }
}

/// For each row, which keys match.
fn like_keys(call: &Call<'_>) -> Result<(MapArray, Vec<Vec<bool>>)> {
    let (k, _) = sides(&call.types[0], "a function over keys")?;
    let array = call.array(0)?;
    let map = array.as_map().clone();
    let Some(Value::Bytes(pattern)) = call.constant(1)? else { return Err(illegal(&call.types[1], "LIKE")) };
    let regex = super::search::like_regex(&pattern, false)?;
    let keys = coerce(map.keys(), &k, &Type::String)?;
    let keys = keys.as_binary_view();
    let hits = (0..map.len())
        .map(|row| {
            let (s, e) = (map.value_offsets()[row] as usize, map.value_offsets()[row + 1] as usize);
            (s..e).map(|i| regex.is_match(keys.value(i))).collect()
        })
        .collect();
    Ok((map, hits))
}
