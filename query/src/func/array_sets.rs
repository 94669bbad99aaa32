//! Arrays against arrays, positions counted among equal elements, rotation, aggregates over an array's elements.

use super::array::{BASE, bounds, choose, flat, item, keys, list_of, lists, same_lengths};
use super::comparison::same;
use super::num::*;
use super::{Arg, Call, Function};
use crate::agg::combinator;
use crate::expr::internal;
use crate::func::coerce::coerce;
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, UInt32Array};
use olly_types::{Code, Error, Result, Type, Value};
use std::collections::{HashMap, HashSet};

macro_rules! empty {
    ($name:literal, $ty:expr) => {
        Function {
            name: $name,
            arity: (0, 0),
            syntax: concat!($name, "()"),
            description: "An empty array of the type in the name.",
            examples: &[concat!("SELECT ", $name, "()")],
            infer: |_| Ok(Type::array($ty)),
            eval: |c| lists(c.result, vec![0; c.rows], olly_types::batch::empty_carrier(&$ty)),
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    empty!("emptyArrayUInt8", Type::UInt8),
    empty!("emptyArrayUInt16", Type::UInt16),
    empty!("emptyArrayUInt32", Type::UInt32),
    empty!("emptyArrayUInt64", Type::UInt64),
    empty!("emptyArrayInt8", Type::Int8),
    empty!("emptyArrayInt16", Type::Int16),
    empty!("emptyArrayInt32", Type::Int32),
    empty!("emptyArrayInt64", Type::Int64),
    empty!("emptyArrayFloat32", Type::Float32),
    empty!("emptyArrayFloat64", Type::Float64),
    empty!("emptyArrayDate", Type::Date),
    empty!("emptyArrayDateTime", Type::DateTime(None)),
    empty!("emptyArrayString", Type::String),
    Function {
        name: "emptyArrayToSingle",
        syntax: "emptyArrayToSingle(a)",
        description: "The array, or an array of one default where it is empty.",
        examples: &["SELECT emptyArrayToSingle([])"],
        infer: |a| item(&a[0].ty, "emptyArrayToSingle").map(|_| a[0].ty.clone()),
        eval: |c| {
            let list = list_of(c, 0)?;
            let ty = item(&c.types[0], "emptyArrayToSingle")?;
            let items = super::array::with_default(list.values(), &ty)?;
            let default = list.values().len() as u32;
            let mut indices = Vec::new();
            let mut lengths = Vec::with_capacity(c.rows);
            for row in 0..c.rows {
                let (from, to) = bounds(&list, row);
                if from == to {
                    indices.push(default);
                } else {
                    indices.extend(from..to);
                }
                lengths.push((to - from).max(1) as usize);
            }
            let items = arrow::compute::take(&items, &UInt32Array::from(indices), None).map_err(internal)?;
            lists(c.result, lengths, items)
        },
        ..BASE
    },
    Function {
        name: "arrayIntersect",
        arity: (1, usize::MAX),
        syntax: "arrayIntersect(a, b, …)",
        description: "Distinct elements that are in all arrays, in the order of the first.",
        examples: &["SELECT arrayIntersect([1, 2], [2, 3])"],
        infer: |a| narrowest(a, "arrayIntersect"),
        eval: intersect,
        ..BASE
    },
    Function {
        name: "hasSubstr",
        arity: (2, 2),
        syntax: "hasSubstr(a, b)",
        description: "Whether b's elements stand in a one after the other.",
        examples: &["SELECT hasSubstr([1, 2, 3], [2, 3])"],
        infer: |a| {
            let items = a.iter().map(|a| item(&a.ty, "hasSubstr")).collect::<Result<Vec<_>>>()?;
            common_type(&items).map(|_| Type::UInt8)
        },
        eval: has_run,
        ..BASE
    },
    Function {
        name: "arrayEnumerateUniq",
        arity: (1, usize::MAX),
        syntax: "arrayEnumerateUniq(a, …)",
        description: "For each element, how many equal ones there are up to it.",
        examples: &["SELECT arrayEnumerateUniq([10, 20, 10])"],
        infer: |a| {
            a.iter().try_for_each(|a| item(&a.ty, "arrayEnumerateUniq").map(|_| ()))?;
            Ok(Type::array(Type::UInt32))
        },
        eval: |c| enumerate(c, false),
        ..BASE
    },
    Function {
        name: "arrayEnumerateDense",
        arity: (1, usize::MAX),
        syntax: "arrayEnumerateDense(a, …)",
        description: "For each element, its number among the distinct ones by first appearance.",
        examples: &["SELECT arrayEnumerateDense([10, 20, 10])"],
        infer: |a| {
            a.iter().try_for_each(|a| item(&a.ty, "arrayEnumerateDense").map(|_| ()))?;
            Ok(Type::array(Type::UInt32))
        },
        eval: |c| enumerate(c, true),
        ..BASE
    },
    Function {
        name: "arrayRotateLeft",
        arity: (2, 2),
        syntax: "arrayRotateLeft(a, n)",
        description: "The elements moved n places to the left, around the end.",
        examples: &["SELECT arrayRotateLeft([1, 2, 3], 1)"],
        infer: |a| rotate_type(a, "arrayRotateLeft"),
        eval: |c| rotate(c, 1),
        ..BASE
    },
    Function {
        name: "arrayRotateRight",
        arity: (2, 2),
        syntax: "arrayRotateRight(a, n)",
        description: "The elements moved n places to the right, around the end.",
        examples: &["SELECT arrayRotateRight([1, 2, 3], 1)"],
        infer: |a| rotate_type(a, "arrayRotateRight"),
        eval: |c| rotate(c, -1),
        ..BASE
    },
    Function {
        name: "arrayProduct",
        arity: (1, usize::MAX),
        lambda_parameters: Some(super::array_lambda::parameters),
        syntax: "arrayProduct([f, ]a, …)",
        description: "Product of the elements, or of what the lambda gives.",
        examples: &["SELECT arrayProduct([1, 2, 3])"],
        infer: |a| match super::array_fold::value_type(a, "arrayProduct")? {
            t if t.is_number() || t.is_decimal() => Ok(Type::Float64),
            t => Err(illegal(&t, "arrayProduct")),
        },
        eval: |c| {
            let (list, values, ty) = super::array_lambda::applied_plain(c)?;
            let numbers = natives::<f64>(&super::coerce::coerce(&values, &ty, &Type::Float64)?)?;
            // Integers and decimals have no -0: ClickHouse multiplies them as what they are.
            let exact = !ty.is_float();
            let mut at = 0;
            let mut out = Vec::with_capacity(c.rows);
            for n in list.offsets().lengths() {
                // ClickHouse's product of nothing is 0.
                let product: f64 = if n == 0 { 0.0 } else { numbers.iter().skip(at).take(n).product() };
                out.push(if exact && product == 0.0 { 0.0 } else { product });
                at += n;
            }
            Ok(array(out))
        },
        ..BASE
    },
    Function {
        name: "arrayFold",
        arity: (3, usize::MAX),
        lambda_parameters: Some(|types| {
            let (last, arrays) = types.split_last().ok_or_else(|| illegal(&Type::Nothing, "arrayFold"))?;
            let mut out = vec![last.clone()];
            out.extend(super::array_lambda::parameters(arrays)?);
            Ok(out)
        }),
        syntax: "arrayFold((acc, x, …) -> acc, a, …, initial)",
        description: "The accumulator after the lambda has seen every element in order.",
        examples: &["SELECT arrayFold((acc, x) -> acc + x, [1, 2, 3], toInt64(0))"],
        infer: |a| match (a.first(), a.last()) {
            (Some(f), Some(initial)) if f.ty == initial.ty => Ok(initial.ty.clone()),
            (Some(f), Some(initial)) => Err(Error::new(
                Code::TypeMismatch,
                format!(
                    "Return type of lambda function must be the same as the accumulator type. Inferred return type '{}', inferred accumulator type '{}'",
                    f.ty, initial.ty
                ),
            )),
            _ => Err(illegal(&Type::Nothing, "arrayFold")),
        },
        eval: fold,
        ..BASE
    },
    Function {
        name: "arrayShiftLeft",
        arity: (2, 3),
        syntax: "arrayShiftLeft(a, n[, default])",
        description: "The elements moved n places to the left, defaults where they were.",
        examples: &["SELECT arrayShiftLeft([1, 2, 3], 1)"],
        infer: |a| shift_type(a, "arrayShiftLeft"),
        eval: |c| shift(c, 1),
        ..BASE
    },
    Function {
        name: "arrayShiftRight",
        arity: (2, 3),
        syntax: "arrayShiftRight(a, n[, default])",
        description: "The elements moved n places to the right, defaults where they were.",
        examples: &["SELECT arrayShiftRight([1, 2, 3], 1)"],
        infer: |a| shift_type(a, "arrayShiftRight"),
        eval: |c| shift(c, -1),
        ..BASE
    },
    Function {
        name: "arrayZipUnaligned",
        arity: (1, usize::MAX),
        syntax: "arrayZipUnaligned(a, b, …)",
        description: "Tuples of the elements at each place, NULL where an array has ended.",
        examples: &["SELECT arrayZipUnaligned([1, 2], ['a'])"],
        infer: |a| {
            let items = a
                .iter()
                .map(|a| match item(&a.ty, "arrayZipUnaligned")? {
                    t @ Type::Nullable(_) => Ok(t),
                    t if t.can_be_nullable() => Ok(Type::nullable(t)),
                    t => Err(illegal(&t, "arrayZipUnaligned")),
                })
                .collect::<Result<Vec<_>>>()?;
            Ok(Type::array(Type::tuple(items)))
        },
        eval: zip_unaligned,
        ..BASE
    },
    Function {
        name: "arrayReduce",
        arity: (2, usize::MAX),
        syntax: "arrayReduce('aggregate', a, …)",
        description: "An aggregate function over the elements of arrays.",
        examples: &["SELECT arrayReduce('sum', [1, 2, 3])"],
        infer: |a| {
            let types: Vec<Type> = a.iter().skip(1).map(|a| a.ty.clone()).collect();
            Ok(aggregate(&a[0].constant, &types)?.result)
        },
        eval: reduce,
        ..BASE
    },
];

/// The narrowest of the element types, as what all arrays have fits each of them; of nothing where one array is.
fn narrowest(args: &[Arg], name: &str) -> Result<Type> {
    let items = args.iter().map(|a| item(&a.ty, name)).collect::<Result<Vec<_>>>()?;
    if items.contains(&Type::Nothing) {
        return Ok(Type::array(Type::Nothing));
    }
    let Some(first) = items.first() else { return Err(Error::unsupported(format!("{name} without arrays"))) };
    if items.iter().all(|t| t == first) {
        return Ok(args[0].ty.clone());
    }
    let plain: Vec<&Type> = items.iter().map(|t| t.without_low_cardinality()).collect();
    let bases: Vec<&Type> = plain.iter().map(|t| t.base()).collect();
    let base = if bases.iter().all(|t| **t == Type::String) {
        Type::String
    } else if bases.iter().all(|t| int_shape(t).is_some() && **t != Type::Bool || t.is_float()) {
        let mut integers: Vec<(u8, bool)> = bases.iter().filter_map(|t| int_shape(t)).map(|(s, n)| (n, s)).collect();
        integers.sort_unstable();
        match integers.first() {
            Some((bytes, signed)) => int_of(*signed, *bytes),
            None => Type::Float32,
        }
    } else {
        return Err(Error::unsupported(format!("{name} of arrays of different types")));
    };
    let nullable = plain.iter().all(|t| t.is_nullable());
    Ok(Type::array(if nullable { Type::nullable(base) } else { base }))
}

/// Arrays of different element types: compared by value, taken from the first array.
fn intersect_mixed(call: &Call<'_>, to: &Type) -> Result<ArrayRef> {
    let all = (0..call.args.len()).map(|i| list_of(call, i)).collect::<Result<Vec<_>>>()?;
    let types = call.types.iter().map(|t| item(t, "arrayIntersect")).collect::<Result<Vec<_>>>()?;
    let (Some((first, others)), Some((ty, kinds))) = (all.split_first(), types.split_first()) else {
        return Err(illegal(call.result, "arrayIntersect"));
    };
    let holds = |list: &arrow::array::ListArray, kind: &Type, range: (u32, u32), i: u32| -> Result<bool> {
        for j in range.0..range.1 {
            if same(first.values(), ty, i as usize, list.values(), kind, j as usize)? {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let chosen = choose(first, &Type::array(ty.clone()), |s, e, row| {
        let mut out: Vec<u32> = Vec::new();
        'items: for i in s..e {
            for (list, kind) in others.iter().zip(kinds) {
                if !holds(list, kind, bounds(list, row), i)? {
                    continue 'items;
                }
            }
            for before in &out {
                if same(first.values(), ty, i as usize, first.values(), ty, *before as usize)? {
                    continue 'items;
                }
            }
            out.push(i);
        }
        Ok(out)
    })?;
    super::cast::convert(&chosen, &Type::array(ty.clone()), to, call.context, super::cast::OnError::Fail)
}

fn intersect(call: &Call<'_>) -> Result<ArrayRef> {
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "arrayIntersect")) };
    if **t == Type::Nothing {
        return lists(call.result, vec![0; call.rows], olly_types::batch::empty_carrier(t));
    }
    if call.types.iter().any(|t| t != call.result) {
        return intersect_mixed(call, call.result);
    }
    let all = (0..call.args.len()).map(|i| list_of(call, i)).collect::<Result<Vec<_>>>()?;
    let rows = all.iter().map(|l| keys(l.values())).collect::<Result<Vec<_>>>()?;
    let Some((first, others)) = all.split_first() else { return Err(illegal(call.result, "arrayIntersect")) };
    choose(first, call.result, |s, e, row| {
        let sets: Vec<HashSet<&[u8]>> = others
            .iter()
            .zip(rows.iter().skip(1))
            .map(|(l, r)| {
                let (from, to) = bounds(l, row);
                (from..to).map(|i| r.row(i as usize).data()).collect()
            })
            .collect();
        let mut seen = HashSet::new();
        let key = |i: u32| rows.first().map(|r| r.row(i as usize).data()).unwrap_or_default();
        Ok((s..e).filter(|i| sets.iter().all(|set| set.contains(key(*i))) && seen.insert(key(*i))).collect())
    })
}

fn has_run(call: &Call<'_>) -> Result<ArrayRef> {
    let (a, b) = (list_of(call, 0)?, list_of(call, 1)?);
    let (ta, tb) = (item(&call.types[0], "hasSubstr")?, item(&call.types[1], "hasSubstr")?);
    let alike = ta == tb;
    let (ka, kb) = if alike { (Some(keys(a.values())?), Some(keys(b.values())?)) } else { (None, None) };
    let equal = |i: u32, j: u32| match (&ka, &kb) {
        (Some(ka), Some(kb)) => Ok(ka.row(i as usize).data() == kb.row(j as usize).data()),
        _ => same(a.values(), &ta, i as usize, b.values(), &tb, j as usize),
    };
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let ((s, e), (t, u)) = (bounds(&a, row), bounds(&b, row));
        let n = u - t;
        let mut found = n == 0;
        let mut at = s;
        while !found && at + n <= e {
            found = true;
            for k in 0..n {
                if !equal(at + k, t + k)? {
                    found = false;
                    break;
                }
            }
            at += 1;
        }
        out.push(found);
    }
    Ok(flags(out))
}

pub(super) fn uniq(call: &Call<'_>) -> Result<ArrayRef> {
    let all = same_lengths(call, 0)?;
    let rows = all.iter().map(|l| keys(&flat(l))).collect::<Result<Vec<_>>>()?;
    let Some(first) = all.first() else { return Err(illegal(call.result, "arrayUniq")) };
    let mut at = 0;
    let mut out = Vec::with_capacity(call.rows);
    for n in first.offsets().lengths() {
        let distinct: HashSet<Vec<&[u8]>> =
            (at..at + n).map(|i| rows.iter().map(|r| r.row(i).data()).collect()).collect();
        out.push(distinct.len() as u32);
        at += n;
    }
    Ok(array(out))
}

fn enumerate(call: &Call<'_>, dense: bool) -> Result<ArrayRef> {
    let all = same_lengths(call, 0)?;
    let items: Vec<ArrayRef> = all.iter().map(flat).collect();
    let rows = items.iter().map(keys).collect::<Result<Vec<_>>>()?;
    let mut out = Vec::new();
    let mut at = 0;
    let mut lengths = Vec::with_capacity(call.rows);
    let Some(first) = all.first() else { return Err(illegal(call.result, "arrayEnumerate")) };
    for n in first.offsets().lengths() {
        let mut seen: HashMap<Vec<&[u8]>, u32> = HashMap::new();
        for i in at..at + n {
            let key: Vec<&[u8]> = rows.iter().map(|r| r.row(i).data()).collect();
            let next = seen.len() as u32 + 1;
            let count = seen.entry(key).or_insert(if dense { next } else { 0 });
            if !dense {
                *count += 1;
            }
            out.push(*count);
        }
        at += n;
        lengths.push(n);
    }
    lists(call.result, lengths, array(out))
}

fn rotate_type(args: &[Arg], name: &str) -> Result<Type> {
    item(&args[0].ty, name)?;
    if args[1].ty.is_integer() { Ok(args[0].ty.clone()) } else { Err(illegal(&args[1].ty, name)) }
}

fn rotate(call: &Call<'_>, sign: i64) -> Result<ArrayRef> {
    let places = vals::<i64>(call, 1)?;
    choose(&list_of(call, 0)?, call.result, |s, e, row| {
        let n = i64::from(e - s);
        if n == 0 {
            return Ok(Vec::new());
        }
        let shift = places.get(row).wrapping_mul(sign).rem_euclid(n) as u32;
        Ok((s + shift..e).chain(s..s + shift).collect())
    })
}

fn shift_type(args: &[Arg], name: &str) -> Result<Type> {
    rotate_type(args, name)?;
    match args.get(2) {
        Some(d) if d.ty != item(&args[0].ty, name)? => Err(illegal(&d.ty, name)),
        _ => Ok(args[0].ty.clone()),
    }
}

fn shift(call: &Call<'_>, sign: i64) -> Result<ArrayRef> {
    let places = vals::<i64>(call, 1)?;
    let list = list_of(call, 0)?;
    let ty = item(&call.types[0], "arrayShift")?;
    // The defaults stand behind the items, one or one per row.
    let (items, own) = if call.args.len() > 2 {
        let defaults = call.array(2)?;
        (arrow::compute::concat(&[list.values().as_ref(), defaults.as_ref()]).map_err(internal)?, true)
    } else {
        (super::array::with_default(list.values(), &ty)?, false)
    };
    let behind = list.values().len();
    let mut indices = Vec::new();
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (s, e) = bounds(&list, row);
        let n = i128::from(e - s);
        let by = i128::from(places.get(row)) * i128::from(sign);
        let default = (behind + if own { row } else { 0 }) as u32;
        indices.extend((0..n).map(|i| {
            let from = i + by;
            if (0..n).contains(&from) { s + from as u32 } else { default }
        }));
        lengths.push((e - s) as usize);
    }
    let items = arrow::compute::take(&items, &UInt32Array::from(indices), None).map_err(internal)?;
    lists(call.result, lengths, items)
}

fn zip_unaligned(call: &Call<'_>) -> Result<ArrayRef> {
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "arrayZipUnaligned")) };
    let all = (0..call.args.len()).map(|i| list_of(call, i)).collect::<Result<Vec<_>>>()?;
    let longest: Vec<u32> =
        (0..call.rows).map(|r| all.iter().map(|l| l.value_length(r) as u32).max().unwrap_or(0)).collect();
    let arrow::datatypes::DataType::Struct(fields) = t.carrier() else { return Err(illegal(t, "arrayZipUnaligned")) };
    let mut columns = Vec::with_capacity(all.len());
    for list in &all {
        let mut indices: Vec<Option<u32>> = Vec::new();
        for (row, n) in longest.iter().enumerate() {
            let (s, e) = bounds(list, row);
            indices.extend((0..*n).map(|i| (s + i < e).then_some(s + i)));
        }
        columns.push(arrow::compute::take(list.values(), &UInt32Array::from(indices), None).map_err(internal)?);
    }
    let total: usize = longest.iter().map(|n| *n as usize).sum();
    let items = arrow::array::StructArray::try_new_with_length(fields, columns, None, total).map_err(internal)?;
    lists(call.result, longest.iter().map(|n| *n as usize), std::sync::Arc::new(items))
}

/// The aggregate that a text names, with parameters as in `quantile(0.9)`.
fn aggregate(text: &Option<Value>, types: &[Type]) -> Result<combinator::Resolved> {
    let Some(Value::Bytes(text)) = text else {
        return Err(Error::new(
            Code::IllegalTypeOfArgument,
            "First argument for function arrayReduce must be constant string: name of aggregate function",
        ));
    };
    let text = String::from_utf8_lossy(text);
    let bad = || Error::new(Code::BadArguments, format!("Cannot read the aggregate function '{text}'"));
    let (name, parameters) = match text.split_once('(') {
        None => (text.as_ref(), Vec::new()),
        Some((name, rest)) => {
            let list = rest.trim_end().strip_suffix(')').ok_or_else(bad)?;
            let parse = |p: &str| {
                let p = p.trim();
                match (p.parse::<u64>(), p.parse::<i64>(), p.parse::<f64>()) {
                    (Ok(n), ..) => Ok(Value::UInt(n)),
                    (_, Ok(n), _) => Ok(Value::Int(n)),
                    (.., Ok(f)) => Ok(Value::Float(f)),
                    _ => p.strip_prefix('\'').and_then(|p| p.strip_suffix('\'')).map(Value::bytes).ok_or_else(bad),
                }
            };
            (name.trim(), list.split(',').map(parse).collect::<Result<Vec<_>>>()?)
        }
    };
    let items = types.iter().map(|t| item(t, "arrayReduce")).collect::<Result<Vec<_>>>()?;
    // Its elements are rows.
    let by_rows = combinator::by_rows(name, &items);
    combinator::resolve(by_rows.as_deref().unwrap_or(name), parameters, &items)
}

fn reduce(call: &Call<'_>) -> Result<ArrayRef> {
    let types = call.types.get(1..).unwrap_or_default();
    let resolved = aggregate(&call.constant(0)?, types)?;
    let all = same_lengths(call, 1)?;
    let Some(first) = all.first() else { return Err(illegal(call.result, "arrayReduce")) };
    let mut groups = Vec::new();
    for (row, n) in first.offsets().lengths().enumerate() {
        groups.extend(std::iter::repeat_n(row as u32, n));
    }
    let items: Vec<ArrayRef> = all.iter().map(flat).collect();
    let mut states = resolved.create()?;
    states.update(&items, &groups, call.rows)?;
    let out = states.finish(0, call.rows)?;
    coerce(&out, &resolved.result, call.result)
}

/// One step per place in the arrays, over the rows that reach so far.
fn fold(call: &Call<'_>) -> Result<ArrayRef> {
    let last = call.args.len() - 1;
    let lambda = call.lambda(0)?;
    let arrays = (1..last).map(|i| list_of(call, i)).collect::<Result<Vec<_>>>()?;
    let Some((first, others)) = arrays.split_first() else { return Err(illegal(call.result, "arrayFold")) };
    if others.iter().any(|o| !o.offsets().lengths().eq(first.offsets().lengths())) {
        return Err(Error::new(Code::SizesOfArraysDoNotMatch, "Arrays passed to arrayFold must have equal size"));
    }
    let mut accumulator = call.array(last)?;
    let longest = first.offsets().lengths().max().unwrap_or(0);
    for step in 0..longest {
        call.context.check()?;
        let _frame = crate::expr::meter::frame();
        let rows: Vec<usize> = (0..call.rows).filter(|r| first.value_length(*r) as usize > step).collect();
        let mut lengths = vec![0usize; call.rows];
        rows.iter().for_each(|r| lengths[*r] = 1);
        let own = UInt32Array::from(rows.iter().map(|r| *r as u32).collect::<Vec<u32>>());
        let take = |a: &ArrayRef, at: &UInt32Array| arrow::compute::take(a, at, None).map_err(internal);
        let mut arguments = vec![take(&accumulator, &own)?];
        for list in &arrays {
            let at = UInt32Array::from(rows.iter().map(|r| bounds(list, *r).0 + step as u32).collect::<Vec<u32>>());
            arguments.push(take(list.values(), &at)?);
        }
        let next = lambda.eval(&lengths, &arguments)?;
        let mut changed = 0;
        let picks: Vec<(usize, usize)> = (0..call.rows)
            .map(|r| {
                if lengths[r] == 0 {
                    return (0, r);
                }
                changed += 1;
                (1, changed - 1)
            })
            .collect();
        accumulator = arrow::compute::interleave(&[accumulator.as_ref(), next.as_ref()], &picks).map_err(internal)?;
    }
    Ok(accumulator)
}
