//! Functions over arrays. Most choose items of the flattened column by index, so that any element type works.

use super::coerce::coerce;
use super::comparison::same;
use super::num::*;
use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::expr::internal;
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use olly_types::ty::carrier_field;
use olly_types::{Code, Error, Result, Type, Value};
use std::cmp::Ordering;
use std::sync::Arc;

const BASE: Function = Function {
    family: Family::Array,
    arity: (1, 1),
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Plain,
    ..FUNCTION
};
const HIGHER: Function = Function { arity: (2, usize::MAX), lambda_parameters: Some(parameters), ..BASE };
/// Items one `range`, `arrayWithConstant` or join of arrays may make in a batch.
const MAX_ITEMS: usize = 100_000_000;

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "array",
        arity: (0, usize::MAX),
        low_cardinality: LowCardinality::Own,
        syntax: "array(a, b, …), [a, b, …]",
        description: "An array of the values.",
        examples: &["SELECT [1, 2]"],
        infer: array_type,
        eval: make,
        ..BASE
    },
    Function {
        name: "arrayElement",
        arity: (2, 2),
        low_cardinality: LowCardinality::Own,
        syntax: "arrayElement(a, i), a[i]",
        description: "Element i counted from 1, from the end where negative; of a map, the value of a key.",
        examples: &["SELECT [1, 2][2]"],
        infer: element_type,
        eval: element,
        ..BASE
    },
    Function {
        name: "has",
        arity: (2, 2),
        syntax: "has(a, x)",
        description: "Whether the array has the value.",
        examples: &["SELECT has([1, 2], 2)"],
        infer: |a| holds_type(a, "has"),
        eval: |c| find(c, |n| array_u8(n.map(|(_, k)| k > 0))),
        ..BASE
    },
    Function {
        name: "indexOf",
        arity: (2, 2),
        syntax: "indexOf(a, x)",
        description: "Position of the first equal element, or 0.",
        examples: &["SELECT indexOf([1, 2], 2)"],
        infer: |a| holds_type(a, "indexOf").map(|_| Type::UInt64),
        eval: |c| find(c, |n| array(n.map(|(i, _)| i).collect::<Vec<u64>>())),
        ..BASE
    },
    Function {
        name: "countEqual",
        arity: (2, 2),
        syntax: "countEqual(a, x)",
        description: "Number of elements equal to the value.",
        examples: &["SELECT countEqual([1, 2, 2], 2)"],
        infer: |a| holds_type(a, "countEqual").map(|_| Type::UInt64),
        eval: |c| find(c, |n| array(n.map(|(_, k)| k).collect::<Vec<u64>>())),
        ..BASE
    },
    Function {
        name: "hasAny",
        arity: (2, 2),
        syntax: "hasAny(a, b)",
        description: "Whether the arrays share an element.",
        examples: &["SELECT hasAny([1, 2], [2, 3])"],
        infer: two_arrays,
        eval: |c| subset(c, false),
        ..BASE
    },
    Function {
        name: "hasAll",
        arity: (2, 2),
        syntax: "hasAll(a, b)",
        description: "Whether the first array has every element of the second.",
        examples: &["SELECT hasAll([1, 2], [2])"],
        infer: two_arrays,
        eval: |c| subset(c, true),
        ..BASE
    },
    Function {
        name: "arrayConcat",
        arity: (1, usize::MAX),
        syntax: "arrayConcat(a, b, …)",
        description: "The arrays one after the other.",
        examples: &["SELECT arrayConcat([1], [2])"],
        infer: |a| {
            a.iter().try_for_each(|x| item(&x.ty, "arrayConcat").map(|_| ()))?;
            common_type(&a.iter().map(|x| x.ty.clone()).collect::<Vec<_>>())
        },
        eval: concat,
        ..BASE
    },
    Function {
        name: "arrayReverse",
        aliases: &[],
        syntax: "arrayReverse(a)",
        description: "Elements in reverse order.",
        examples: &["SELECT arrayReverse([1, 2])"],
        infer: |a| same_array(a, "arrayReverse"),
        eval: |c| pick(c, |s, e, _| (s..e).rev().collect()),
        ..BASE
    },
    Function {
        name: "arrayDistinct",
        syntax: "arrayDistinct(a)",
        description: "Each distinct element once, in order; NULLs are left out.",
        examples: &["SELECT arrayDistinct([1, 1, 2])"],
        infer: |a| {
            let t = item(&a[0].ty, "arrayDistinct")?;
            Ok(Type::array(if let Type::Nullable(t) = t { (*t).clone() } else { t }))
        },
        eval: distinct,
        ..BASE
    },
    Function {
        name: "arrayUniq",
        arity: (1, usize::MAX),
        syntax: "arrayUniq(a, …)",
        description: "Number of distinct elements, or of distinct tuples of several arrays' elements.",
        examples: &["SELECT arrayUniq([1, 1, 2])"],
        infer: |a| {
            a.iter().try_for_each(|a| item(&a.ty, "arrayUniq").map(|_| ()))?;
            Ok(Type::UInt32)
        },
        eval: |c| if c.args.len() > 1 { super::array_sets::uniq(c) } else { uniq(c) },
        ..BASE
    },
    Function {
        name: "arraySlice",
        arity: (2, 3),
        syntax: "arraySlice(a, offset[, length])",
        description: "Elements from an offset counted from 1.",
        examples: &["SELECT arraySlice([1, 2, 3], 2, 1)"],
        infer: |a| same_array(a, "arraySlice"),
        eval: slice,
        ..BASE
    },
    Function {
        name: "arrayResize",
        arity: (2, 3),
        syntax: "arrayResize(a, size[, filler])",
        description: "The array cut or filled up to a size.",
        examples: &["SELECT arrayResize([1, 2], 3)"],
        infer: |a| same_array(a, "arrayResize"),
        eval: resize,
        ..BASE
    },
    Function {
        name: "arrayPopBack",
        syntax: "arrayPopBack(a)",
        description: "Without the last element.",
        examples: &["SELECT arrayPopBack([1, 2])"],
        infer: |a| same_array(a, "arrayPopBack"),
        eval: |c| pick(c, |s, e, _| (s..e.saturating_sub(1).max(s)).collect()),
        ..BASE
    },
    Function {
        name: "arrayPopFront",
        syntax: "arrayPopFront(a)",
        description: "Without the first element.",
        examples: &["SELECT arrayPopFront([1, 2])"],
        infer: |a| same_array(a, "arrayPopFront"),
        eval: |c| pick(c, |s, e, _| ((s + 1).min(e)..e).collect()),
        ..BASE
    },
    Function {
        name: "arrayPushBack",
        arity: (2, 2),
        syntax: "arrayPushBack(a, x)",
        description: "With a value at the end.",
        examples: &["SELECT arrayPushBack([1], 2)"],
        infer: |a| pushed_type(a, "arrayPushBack"),
        eval: |c| push(c, true),
        ..BASE
    },
    Function {
        name: "arrayPushFront",
        arity: (2, 2),
        syntax: "arrayPushFront(a, x)",
        description: "With a value at the start.",
        examples: &["SELECT arrayPushFront([1], 2)"],
        infer: |a| pushed_type(a, "arrayPushFront"),
        eval: |c| push(c, false),
        ..BASE
    },
    Function {
        name: "arrayEnumerate",
        syntax: "arrayEnumerate(a)",
        description: "1, 2, … up to the length.",
        examples: &["SELECT arrayEnumerate([5, 6])"],
        infer: |a| item(&a[0].ty, "arrayEnumerate").map(|_| Type::array(Type::UInt32)),
        eval: enumerate,
        ..BASE
    },
    Function {
        name: "arrayZip",
        arity: (1, usize::MAX),
        syntax: "arrayZip(a, b, …)",
        description: "Tuples of the elements at each position; lengths must agree.",
        examples: &["SELECT arrayZip([1], ['a'])"],
        infer: zip_type,
        eval: zip_arrays,
        ..BASE
    },
    Function {
        name: "arrayWithConstant",
        arity: (2, 2),
        syntax: "arrayWithConstant(n, x)",
        description: "The value n times.",
        examples: &["SELECT arrayWithConstant(2, 'a')"],
        infer: |a| {
            if a[0].ty.is_integer() {
                Ok(Type::array(a[1].ty.clone()))
            } else {
                Err(illegal(&a[0].ty, "arrayWithConstant"))
            }
        },
        eval: with_constant,
        ..BASE
    },
    Function {
        name: "range",
        arity: (1, 3),
        syntax: "range([start, ]end[, step])",
        description: "Numbers from start up to end, without it.",
        examples: &["SELECT range(3)"],
        infer: range_type,
        eval: range,
        ..BASE
    },
    Function {
        name: "arrayFlatten",
        aliases: &["flatten"],
        syntax: "arrayFlatten(a)",
        description: "Arrays of arrays as one array.",
        examples: &["SELECT arrayFlatten([[1], [2, 3]])"],
        infer: flat_type,
        eval: flatten,
        ..BASE
    },
    Function {
        name: "arrayStringConcat",
        aliases: &["array_to_string"],
        arity: (1, 2),
        syntax: "arrayStringConcat(a[, sep])",
        description: "Elements' texts with a separator between them; NULLs are left out.",
        examples: &["SELECT arrayStringConcat(['a', 'b'], ',')"],
        infer: |a| item(&a[0].ty, "arrayStringConcat").map(|_| Type::String),
        eval: string_concat,
        ..BASE
    },
    Function {
        name: "arrayCompact",
        syntax: "arrayCompact(a)",
        description: "Runs of equal elements as one.",
        examples: &["SELECT arrayCompact([1, 1, 2])"],
        infer: |a| same_array(a, "arrayCompact"),
        eval: compact,
        ..BASE
    },
    Function {
        name: "arrayDifference",
        syntax: "arrayDifference(a)",
        description: "Differences of neighbours, the first being 0.",
        examples: &["SELECT arrayDifference([1, 3])"],
        infer: difference_type,
        eval: difference,
        ..BASE
    },
    Function {
        name: "arrayMap",
        syntax: "arrayMap(x -> …, a, …)",
        description: "The function of each element.",
        examples: &["SELECT arrayMap(x -> x + 1, [1, 2])"],
        infer: |a| Ok(Type::array(a[0].ty.clone())),
        eval: map,
        ..HIGHER
    },
    Function {
        name: "arrayFilter",
        syntax: "arrayFilter(x -> …, a, …)",
        description: "Elements for which the function is non-zero.",
        examples: &["SELECT arrayFilter(x -> x > 1, [1, 2])"],
        infer: |a| same_array(&a[1..], "arrayFilter"),
        eval: filter,
        ..HIGHER
    },
    Function {
        name: "arrayExists",
        arity: (1, usize::MAX),
        syntax: "arrayExists([x -> …,] a, …)",
        description: "Whether the function is non-zero for any element.",
        examples: &["SELECT arrayExists(x -> x > 1, [1, 2])"],
        infer: |_| Ok(Type::UInt8),
        eval: |c| fold_flags(c, |n, _| n > 0),
        ..HIGHER
    },
    Function {
        name: "arrayAll",
        arity: (1, usize::MAX),
        syntax: "arrayAll([x -> …,] a, …)",
        description: "Whether the function is non-zero for every element.",
        examples: &["SELECT arrayAll(x -> x > 0, [1, 2])"],
        infer: |_| Ok(Type::UInt8),
        eval: |c| fold_flags(c, |n, all| n == all),
        ..HIGHER
    },
    Function {
        name: "arrayCount",
        arity: (1, usize::MAX),
        syntax: "arrayCount([x -> …,] a, …)",
        description: "Number of elements for which the function is non-zero.",
        examples: &["SELECT arrayCount(x -> x > 1, [1, 2])"],
        infer: |_| Ok(Type::UInt32),
        eval: |c| Ok(array(counts(c)?.into_iter().map(|(n, _)| n).collect::<Vec<u32>>())),
        ..HIGHER
    },
    Function {
        name: "arrayFirst",
        syntax: "arrayFirst(x -> …, a, …)",
        description: "First element for which the function is non-zero, or the type's default.",
        examples: &["SELECT arrayFirst(x -> x > 1, [1, 2])"],
        infer: |a| item(&a[1].ty, "arrayFirst"),
        eval: |c| first(c, false),
        ..HIGHER
    },
    Function {
        name: "arrayLast",
        syntax: "arrayLast(x -> …, a, …)",
        description: "Last element for which the function is non-zero, or the type's default.",
        examples: &["SELECT arrayLast(x -> x > 1, [1, 2])"],
        infer: |a| item(&a[1].ty, "arrayLast"),
        eval: |c| first(c, true),
        ..HIGHER
    },
    Function {
        name: "arrayFirstIndex",
        syntax: "arrayFirstIndex(x -> …, a, …)",
        description: "Position of the first element for which the function is non-zero, or 0.",
        examples: &["SELECT arrayFirstIndex(x -> x > 1, [1, 2])"],
        infer: |_| Ok(Type::UInt32),
        eval: |c| first_index(c, false),
        ..HIGHER
    },
    Function {
        name: "arrayLastIndex",
        syntax: "arrayLastIndex(x -> …, a, …)",
        description: "Position of the last element for which the function is non-zero, or 0.",
        examples: &["SELECT arrayLastIndex(x -> x > 1, [1, 2])"],
        infer: |_| Ok(Type::UInt32),
        eval: |c| first_index(c, true),
        ..HIGHER
    },
    Function {
        name: "arraySort",
        arity: (1, usize::MAX),
        syntax: "arraySort([x -> …,] a, …)",
        description: "Elements in ascending order (of the function's values); NaN and NULL last.",
        examples: &["SELECT arraySort([2, 1])"],
        infer: sorted_type,
        eval: |c| sort(c, false),
        ..HIGHER
    },
    Function {
        name: "arrayReverseSort",
        arity: (1, usize::MAX),
        syntax: "arrayReverseSort([x -> …,] a, …)",
        description: "Elements in descending order (of the function's values).",
        examples: &["SELECT arrayReverseSort([1, 2])"],
        infer: sorted_type,
        eval: |c| sort(c, true),
        ..HIGHER
    },
    Function {
        name: "arraySum",
        arity: (1, usize::MAX),
        syntax: "arraySum([x -> …,] a, …)",
        description: "Sum of the elements (of the function's values).",
        examples: &["SELECT arraySum([1, 2])"],
        infer: |a| sum_type(&value_type(a, "arraySum")?),
        eval: |c| aggregate(c, "sum"),
        ..HIGHER
    },
    Function {
        name: "arrayAvg",
        arity: (1, usize::MAX),
        syntax: "arrayAvg([x -> …,] a, …)",
        description: "Mean of the elements (of the function's values).",
        examples: &["SELECT arrayAvg([1, 2])"],
        infer: |a| sum_type(&value_type(a, "arrayAvg")?).map(|_| Type::Float64),
        eval: |c| aggregate(c, "avg"),
        ..HIGHER
    },
    Function {
        name: "arrayMin",
        arity: (1, usize::MAX),
        syntax: "arrayMin([x -> …,] a, …)",
        description: "Smallest element (of the function's values).",
        examples: &["SELECT arrayMin([1, 2])"],
        infer: |a| value_type(a, "arrayMin"),
        eval: |c| aggregate(c, "min"),
        ..HIGHER
    },
    Function {
        name: "arrayMax",
        arity: (1, usize::MAX),
        syntax: "arrayMax([x -> …,] a, …)",
        description: "Largest element (of the function's values).",
        examples: &["SELECT arrayMax([1, 2])"],
        infer: |a| value_type(a, "arrayMax"),
        eval: |c| aggregate(c, "max"),
        ..HIGHER
    },
    Function {
        name: "arrayCumSum",
        arity: (1, usize::MAX),
        syntax: "arrayCumSum([x -> …,] a, …)",
        description: "Running sums of the elements (of the function's values).",
        examples: &["SELECT arrayCumSum([1, 2])"],
        infer: |a| sum_type(&value_type(a, "arrayCumSum")?).map(Type::array),
        eval: cumulative,
        ..HIGHER
    },
];

pub(super) fn item(ty: &Type, name: &str) -> Result<Type> {
    match ty {
        Type::Array(t) => Ok((**t).clone()),
        other => Err(illegal(other, name)),
    }
}

pub(super) fn parameters(types: &[Type]) -> Result<Vec<Type>> {
    types.iter().map(|t| item(t, "a higher-order function")).collect()
}

pub(super) fn list_of(call: &Call<'_>, i: usize) -> Result<ListArray> {
    let array = call.array(i)?;
    array.as_list_opt::<i32>().cloned().ok_or_else(|| illegal(&call.types[i], "an array function"))
}

pub(super) fn lists(ty: &Type, lengths: impl IntoIterator<Item = usize>, items: ArrayRef) -> Result<ArrayRef> {
    let Type::Array(t) = ty else { return Err(illegal(ty, "an array function")) };
    let list = ListArray::try_new(carrier_field("item", t), OffsetBuffer::from_lengths(lengths), items, None);
    Ok(Arc::new(list.map_err(internal)?))
}

pub(super) fn bounds(list: &ListArray, row: usize) -> (u32, u32) {
    let o = list.value_offsets();
    (o[row] as u32, o[row + 1] as u32)
}

/// For each row the indices of the items to keep.
pub(super) fn choose(
    list: &ListArray,
    ty: &Type,
    mut f: impl FnMut(u32, u32, usize) -> Result<Vec<u32>>,
) -> Result<ArrayRef> {
    let mut indices = Vec::new();
    let mut lengths = Vec::with_capacity(list.len());
    for row in 0..list.len() {
        let (start, end) = bounds(list, row);
        let chosen = f(start, end, row)?;
        lengths.push(chosen.len());
        indices.extend(chosen);
    }
    let items = arrow::compute::take(list.values(), &UInt32Array::from(indices), None).map_err(internal)?;
    lists(ty, lengths, items)
}

fn pick(call: &Call<'_>, f: impl Fn(u32, u32, usize) -> Vec<u32>) -> Result<ArrayRef> {
    choose(&list_of(call, 0)?, call.result, |s, e, r| Ok(f(s, e, r)))
}

fn array_type(args: &[Arg]) -> Result<Type> {
    Ok(Type::array(common_type(&args.iter().map(|a| a.ty.clone()).collect::<Vec<_>>())?))
}

fn make(call: &Call<'_>) -> Result<ArrayRef> {
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "array")) };
    let n = call.args.len();
    if n == 0 {
        return lists(call.result, vec![0; call.rows], olly_types::batch::empty_carrier(t));
    }
    let columns: Vec<ArrayRef> = (0..n).map(|i| coerce(&call.array(i)?, &call.types[i], t)).collect::<Result<_>>()?;
    let parts: Vec<&dyn Array> = columns.iter().map(|c| c.as_ref()).collect();
    let pairs: Vec<(usize, usize)> = (0..call.rows).flat_map(|r| (0..n).map(move |i| (i, r))).collect();
    let items = if call.rows == 0 {
        olly_types::batch::empty_carrier(t)
    } else {
        arrow::compute::interleave(&parts, &pairs).map_err(internal)?
    };
    lists(call.result, vec![n; call.rows], items)
}

fn element_type(args: &[Arg]) -> Result<Type> {
    match (&args[0].ty, &args[1].ty) {
        (Type::Array(t), i) if i.base().is_integer() => {
            // A constant array gives its default at a constant 0, a column is an error, as in ClickHouse.
            if args[0].constant.is_none() && args[1].constant.as_ref().and_then(Value::as_i128) == Some(0) {
                return Err(Error::new(Code::ZeroArrayOrTupleIndex, "Array indices are 1-based"));
            }
            Ok(if i.is_nullable() { Type::nullable((**t).clone()) } else { (**t).clone() })
        }
        (Type::Map(k, v), key) => {
            common_type(&[k.base().clone(), key.base().clone()]).map_err(|_| illegal(key, "arrayElement"))?;
            Ok((**v).clone())
        }
        (a, b) => Err(illegal_pair(a, b, "arrayElement")),
    }
}

/// The default of a type as one item more behind a column, for positions that do not exist.
pub(super) fn with_default(items: &ArrayRef, ty: &Type) -> Result<ArrayRef> {
    let default = olly_types::value::array_of(&[Value::default_of(ty)], ty)?;
    if matches!(ty, Type::LowCardinality(_)) {
        let inner = ty.without_low_cardinality();
        let plain = arrow::compute::cast(items, &inner.carrier()).map_err(internal)?;
        let default = arrow::compute::cast(&default, &inner.carrier()).map_err(internal)?;
        let all = arrow::compute::concat(&[plain.as_ref(), default.as_ref()]).map_err(internal)?;
        return olly_types::batch::dictionary_of(&all, inner);
    }
    arrow::compute::concat(&[items.as_ref(), default.as_ref()]).map_err(internal)
}

fn element(call: &Call<'_>) -> Result<ArrayRef> {
    if let Type::Map(k, v) = &call.types[0] {
        return super::map::value_of(call, k, v);
    }
    let list = list_of(call, 0)?;
    let Type::Array(t) = &call.types[0] else { return Err(illegal(&call.types[0], "arrayElement")) };
    let index = coerce(&call.array(1)?, &call.types[1], &Type::nullable(call.types[1].base().clone()))?;
    let values = natives::<i64>(&index)?;
    let missing = list.values().len() as u32;
    let mut at = Vec::with_capacity(call.rows);
    for (row, i) in values.iter().enumerate() {
        let (s, e) = bounds(&list, row);
        let n = i64::from(e - s);
        at.push(match *i {
            i if i > 0 && i <= n => Some(s + i as u32 - 1),
            // A UInt64 beyond Int64 is no position from the end.
            i if i < 0 && i >= -n && call.types[1].base().is_unsigned_integer() => Some(missing),
            i if i < 0 && i >= -n => Some((i64::from(e) + i) as u32),
            _ => Some(missing),
        });
        if index.is_null(row) {
            at[row] = None;
        }
    }
    let items = with_default(list.values(), t)?;
    let out = arrow::compute::take(&items, &UInt32Array::from(at), None).map_err(internal)?;
    Ok(out)
}

fn holds_type(args: &[Arg], name: &str) -> Result<Type> {
    let inner = item(&args[0].ty, name)?;
    let (a, b) = (inner.base().clone(), args[1].ty.base().clone());
    if a != Type::Nothing
        && b != Type::Nothing
        && common_type(&[a.clone(), b.clone()]).is_err()
        && !(a.is_number() && b.is_number())
    {
        return Err(illegal_pair(&args[0].ty, &args[1].ty, name));
    }
    Ok(Type::UInt8)
}

fn array_u8(values: impl Iterator<Item = bool>) -> ArrayRef {
    flags(values.collect())
}

/// Position of the first equal element and the number of equal ones, per row.
fn find(call: &Call<'_>, f: impl FnOnce(std::vec::IntoIter<(u64, u64)>) -> ArrayRef) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let inner = item(&call.types[0], "has")?;
    let needle = match &call.args[1] {
        Column::Const(a) => Arc::clone(a),
        _ => call.array(1)?,
    };
    let constant = call.is_const(1);
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (s, e) = bounds(&list, row);
        let (mut first, mut count) = (0, 0);
        for i in s..e {
            if same(list.values(), &inner, i as usize, &needle, &call.types[1], if constant { 0 } else { row })? {
                count += 1;
                if first == 0 {
                    first = u64::from(i - s) + 1;
                }
            }
        }
        out.push((first, count));
    }
    Ok(f(out.into_iter()))
}

fn two_arrays(args: &[Arg]) -> Result<Type> {
    let types = [item(&args[0].ty, "hasAny")?, item(&args[1].ty, "hasAny")?];
    common_type(&types)?;
    Ok(Type::UInt8)
}

fn subset(call: &Call<'_>, all: bool) -> Result<ArrayRef> {
    let (a, b) = (list_of(call, 0)?, list_of(call, 1)?);
    let (ta, tb) = (item(&call.types[0], "hasAll")?, item(&call.types[1], "hasAll")?);
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let ((s, e), (s2, e2)) = (bounds(&a, row), bounds(&b, row));
        let mut hits = 0;
        for j in s2..e2 {
            for i in s..e {
                if same(a.values(), &ta, i as usize, b.values(), &tb, j as usize)? {
                    hits += 1;
                    break;
                }
            }
        }
        out.push(if all { hits == e2 - s2 } else { hits > 0 });
    }
    Ok(flags(out))
}

pub(super) fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "arrayConcat")) };
    let mut columns = Vec::new();
    let mut sources = Vec::new();
    for i in 0..call.args.len() {
        let list = list_of(call, i)?;
        let inner = item(&call.types[i], "arrayConcat")?;
        columns.push(coerce(list.values(), &inner, t)?);
        sources.push(list);
    }
    let mut pairs = Vec::new();
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let before = pairs.len();
        for (k, list) in sources.iter().enumerate() {
            let (s, e) = bounds(list, row);
            if pairs.len() / ASK_ITEMS != (pairs.len() + (e - s) as usize) / ASK_ITEMS {
                crate::expr::meter::room((pairs.len() + (e - s) as usize).saturating_mul(PAIR_BYTES))?;
            }
            pairs.extend((s..e).map(|i| (k, i as usize)));
        }
        lengths.push(pairs.len() - before);
    }
    let parts: Vec<&dyn Array> = columns.iter().map(|c| c.as_ref()).collect();
    let items = arrow::compute::interleave(&parts, &pairs).map_err(internal)?;
    lists(call.result, lengths, items)
}

fn same_array(args: &[Arg], name: &str) -> Result<Type> {
    item(&args[0].ty, name)?;
    Ok(args[0].ty.clone())
}

/// Bytes by which items are equal.
pub(super) fn keys(items: &ArrayRef) -> Result<arrow::row::Rows> {
    let field = arrow::row::SortField::new(items.data_type().clone());
    arrow::row::RowConverter::new(vec![field])
        .and_then(|c| c.convert_columns(std::slice::from_ref(items)))
        .map_err(internal)
}

fn distinct(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let rows = keys(list.values())?;
    let chosen = choose(&list, &call.types[0], |s, e, _| {
        let mut seen = std::collections::HashSet::new();
        Ok((s..e).filter(|i| list.values().is_valid(*i as usize) && seen.insert(rows.row(*i as usize))).collect())
    })?;
    super::coerce::coerce(&chosen, &call.types[0], call.result)
}

fn uniq(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let rows = keys(list.values())?;
    let count = |row| {
        let (s, e) = bounds(&list, row);
        (s..e).map(|i| rows.row(i as usize)).collect::<std::collections::HashSet<_>>().len() as u32
    };
    Ok(array((0..call.rows).map(count).collect::<Vec<u32>>()))
}

fn compact(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let rows = keys(list.values())?;
    choose(&list, call.result, |s, e, _| {
        Ok((s..e).filter(|i| *i == s || rows.row(*i as usize) != rows.row(*i as usize - 1)).collect())
    })
}

fn slice(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let offsets = if *call.types[1].base() == Type::Nothing { Vals::One(1) } else { vals::<i64>(call, 1)? };
    let lengths =
        if call.args.len() > 2 && *call.types[2].base() != Type::Nothing { Some(vals::<i64>(call, 2)?) } else { None };
    choose(&list, call.result, |s, e, row| {
        let r = super::string::range((e - s) as usize, offsets.get(row), lengths.as_ref().map(|l| l.get(row)));
        Ok((s + r.start as u32..s + r.end as u32).collect())
    })
}

fn resize(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "arrayResize")) };
    if call.types.get(2).is_some_and(Type::is_nullable) && !t.is_nullable() {
        return Err(Error::unsupported("arrayResize with a Nullable filler"));
    }
    let sizes = vals::<i64>(call, 1)?;
    let fillers = match call.args.get(2) {
        Some(_) => coerce(&call.array(2)?, &call.types[2], t)?,
        None => olly_types::value::array_of(&vec![Value::default_of(t); call.rows], t)?,
    };
    let (mut pairs, mut lengths) = (Vec::new(), Vec::new());
    for row in 0..call.rows {
        let (s, e) = bounds(&list, row);
        let (have, want) = (e - s, sizes.get(row).unsigned_abs() as usize);
        if want > MAX_ITEMS || pairs.len() + want > MAX_ITEMS {
            return Err(Error::new(Code::TooManyRowsOrBytes, "arrayResize makes too large arrays"));
        }
        if pairs.len() / ASK_ITEMS != (pairs.len() + want) / ASK_ITEMS {
            crate::expr::meter::room((pairs.len() + want).saturating_mul(PAIR_BYTES))?;
        }
        let kept = (have as usize).min(want);
        let fill = std::iter::repeat_n((1usize, row), want - kept);
        if sizes.get(row) >= 0 {
            pairs.extend((s..s + kept as u32).map(|i| (0, i as usize)));
            pairs.extend(fill);
        } else {
            pairs.extend(fill);
            pairs.extend((e - kept as u32..e).map(|i| (0, i as usize)));
        }
        lengths.push(want);
    }
    let items = arrow::compute::interleave(&[list.values().as_ref(), fillers.as_ref()], &pairs).map_err(internal)?;
    lists(call.result, lengths, items)
}

fn pushed_type(args: &[Arg], name: &str) -> Result<Type> {
    Ok(Type::array(common_type(&[item(&args[0].ty, name)?, args[1].ty.clone()])?))
}

fn push(call: &Call<'_>, back: bool) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "arrayPushBack")) };
    let items = coerce(list.values(), &item(&call.types[0], "arrayPushBack")?, t)?;
    let value = coerce(&call.array(1)?, &call.types[1], t)?;
    let (mut pairs, mut lengths) = (Vec::new(), Vec::new());
    for row in 0..call.rows {
        let (s, e) = bounds(&list, row);
        if !back {
            pairs.push((1, row));
        }
        pairs.extend((s..e).map(|i| (0, i as usize)));
        if back {
            pairs.push((1, row));
        }
        lengths.push((e - s) as usize + 1);
    }
    let items = arrow::compute::interleave(&[items.as_ref(), value.as_ref()], &pairs).map_err(internal)?;
    lists(call.result, lengths, items)
}

fn enumerate(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let mut items = Vec::new();
    for row in 0..call.rows {
        let (s, e) = bounds(&list, row);
        items.extend(1..=(e - s));
    }
    lists(call.result, list.offsets().lengths(), array::<u32>(items))
}

fn zip_type(args: &[Arg]) -> Result<Type> {
    let types: Vec<Type> = args.iter().map(|a| item(&a.ty, "arrayZip")).collect::<Result<_>>()?;
    Ok(Type::array(Type::tuple(types)))
}

fn zip_arrays(call: &Call<'_>) -> Result<ArrayRef> {
    let sources = same_lengths(call, 0)?;
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "arrayZip")) };
    let arrow::datatypes::DataType::Struct(fields) = t.carrier() else { return Err(illegal(call.result, "arrayZip")) };
    let columns: Vec<ArrayRef> = sources.iter().map(flat).collect();
    let items = arrow::array::StructArray::try_new(fields, columns, None).map_err(internal)?;
    lists(call.result, sources[0].offsets().lengths().collect::<Vec<_>>(), Arc::new(items))
}

/// The items that a list's offsets cover.
pub(super) fn flat(list: &ListArray) -> ArrayRef {
    let o = list.value_offsets();
    let (s, e) = (o.first().copied().unwrap_or(0) as usize, o.last().copied().unwrap_or(0) as usize);
    list.values().slice(s, e - s)
}

/// The array arguments from `from` on, which must have equal lengths in every row.
pub(super) fn same_lengths(call: &Call<'_>, from: usize) -> Result<Vec<ListArray>> {
    let sources: Vec<ListArray> = (from..call.args.len()).map(|i| list_of(call, i)).collect::<Result<_>>()?;
    let Some(first) = sources.first() else {
        return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, "A higher-order function needs an array"));
    };
    for other in &sources[1..] {
        if !first.offsets().lengths().eq(other.offsets().lengths()) {
            return Err(Error::new(Code::SizesOfArraysDoNotMatch, "Arrays passed to a function must have equal size"));
        }
    }
    Ok(sources)
}

/// Items of a result after which it is asked whether more fit.
const ASK_ITEMS: usize = 1 << 16;
/// Bytes of an item that is picked from its source by a pair of indices, and of its copy.
const PAIR_BYTES: usize = 40;

fn too_many() -> Error {
    Error::new(Code::ArgumentOutOfBound, "A call to function would produce too many array elements")
}

fn with_constant(call: &Call<'_>) -> Result<ArrayRef> {
    let counts = vals::<i64>(call, 0)?;
    let (mut rows, mut lengths) = (Vec::new(), Vec::new());
    for row in 0..call.rows {
        let n = counts.get(row).max(0) as usize;
        if rows.len() + n > MAX_ITEMS {
            return Err(too_many());
        }
        if rows.len() / ASK_ITEMS != (rows.len() + n) / ASK_ITEMS {
            crate::expr::meter::room((rows.len() + n).saturating_mul(24))?;
        }
        rows.extend(std::iter::repeat_n(row as u32, n));
        lengths.push(n);
    }
    let items = arrow::compute::take(&call.array(1)?, &UInt32Array::from(rows), None).map_err(internal)?;
    lists(call.result, lengths, items)
}

fn range_type(args: &[Arg]) -> Result<Type> {
    if let Some(arg) =
        args.iter().find(|a| !a.ty.base().is_integer() || a.ty.is_nullable() || a.ty == Type::Bool && args.len() > 1)
    {
        return Err(illegal(&arg.ty, "range"));
    }
    let types: Vec<Type> = args.iter().map(|a| a.ty.clone()).collect();
    Ok(Type::array(common_type(&types)?))
}

fn range(call: &Call<'_>) -> Result<ArrayRef> {
    let n = call.args.len();
    let start = if n > 1 { vals::<i64>(call, 0)? } else { Vals::One(0) };
    let end = vals::<i64>(call, if n > 1 { 1 } else { 0 })?;
    let step = if n > 2 { vals::<i64>(call, 2)? } else { Vals::One(1) };
    let (mut items, mut lengths) = (Vec::new(), Vec::with_capacity(call.rows));
    for row in 0..call.rows {
        let (start, end, step) = (start.get(row), end.get(row), step.get(row));
        if step == 0 {
            return Err(Error::new(
                Code::ArgumentOutOfBound,
                "A call to function range overflows, the 3rd argument step can't be zero",
            ));
        }
        let span = if step > 0 { i128::from(end) - i128::from(start) } else { i128::from(start) - i128::from(end) };
        let count = if span <= 0 { 0 } else { ((span - 1) / i128::from(step.unsigned_abs()) + 1) as usize };
        // ClickHouse's function_range_max_elements_in_block.
        if items.len() + count > MAX_ITEMS * 5 {
            return Err(too_many());
        }
        // The numbers, and their copy in the result's type.
        if count > ASK_ITEMS || items.len() / ASK_ITEMS != (items.len() + count) / ASK_ITEMS {
            crate::expr::meter::room((items.len() + count).saturating_mul(16))?;
        }
        items.extend((0..count as i64).map(|k| start.wrapping_add(k.wrapping_mul(step))));
        lengths.push(count);
    }
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "range")) };
    let items = crate::with_native!(t, T => Ok(array(items.into_iter().map(T::of_i64).collect::<Vec<T>>())))?;
    lists(call.result, lengths, items)
}

fn flat_type(args: &[Arg]) -> Result<Type> {
    let mut ty = item(&args[0].ty, "arrayFlatten")?;
    while let Type::Array(t) = &ty {
        ty = (**t).clone();
    }
    Ok(Type::array(ty))
}

fn flatten(call: &Call<'_>) -> Result<ArrayRef> {
    let mut list = list_of(call, 0)?;
    while let Some(inner) = list.values().as_list_opt::<i32>().cloned() {
        let offsets: Vec<i32> = list.value_offsets().iter().map(|o| inner.value_offsets()[*o as usize]).collect();
        let field = match inner.data_type() {
            arrow::datatypes::DataType::List(f) => Arc::clone(f),
            _ => return Err(illegal(&call.types[0], "arrayFlatten")),
        };
        list = ListArray::try_new(field, OffsetBuffer::new(offsets.into()), Arc::clone(inner.values()), None)
            .map_err(internal)?;
    }
    Ok(Arc::new(list))
}

fn string_concat(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let inner = item(&call.types[0], "arrayStringConcat")?;
    let texts = match inner {
        Type::String => Arc::clone(list.values()),
        ref t => olly_types::text::to_text(list.values(), t, &super::cast::text_options(call.context)?)?,
    };
    let separator = if call.args.len() > 1 { Some(super::text::Texts::of(call, 1)?) } else { None };
    super::text::build(call.rows, |row, out| {
        let (s, e) = bounds(&list, row);
        let (mut first, mut asked) = (true, 0);
        for i in (s..e).filter(|i| texts.is_valid(*i as usize)) {
            if !first && let Some(separator) = &separator {
                out.extend_from_slice(separator.get(row));
            }
            first = false;
            out.extend_from_slice(texts.as_binary_view().value(i as usize));
            super::text::ask(out, &mut asked)?;
        }
        Ok(())
    })
}

fn difference_type(args: &[Arg]) -> Result<Type> {
    match item(&args[0].ty, "arrayDifference")? {
        t if t.is_float() => Ok(Type::array(Type::Float64)),
        // The difference of two values, as minus gives it.
        t => match int_shape(&t) {
            Some((_, n)) => Ok(Type::array(int_of(true, (n * 2).min(8)))),
            None => Err(illegal(&t, "arrayDifference")),
        },
    }
}

fn difference(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let start = |row| bounds(&list, row);
    if *call.result == Type::array(Type::Float64) {
        let v = natives::<f64>(list.values())?;
        let items = (0..call.rows).flat_map(|r| {
            let (s, e) = start(r);
            (s..e).map(|i| if i == s { 0.0 } else { v[i as usize] - v[i as usize - 1] }).collect::<Vec<_>>()
        });
        return lists(call.result, list.offsets().lengths(), array(items.collect::<Vec<f64>>()));
    }
    let v = natives::<i64>(list.values())?;
    let items = (0..call.rows).flat_map(|r| {
        let (s, e) = start(r);
        (s..e).map(|i| if i == s { 0 } else { v[i as usize].wrapping_sub(v[i as usize - 1]) }).collect::<Vec<_>>()
    });
    let items = items.collect::<Vec<i64>>();
    let items = match call.result {
        Type::Array(t) => {
            crate::with_native!(&**t, T => Ok::<ArrayRef, Error>(array(items.into_iter().map(T::of_i64).collect::<Vec<T>>())))?
        }
        _ => array(items),
    };
    lists(call.result, list.offsets().lengths(), items)
}

/// The lambda's values over the arrays, one per item, with the list they belong to and their type. Without a lambda, the
/// items themselves.
pub(super) fn applied(call: &Call<'_>) -> Result<(ListArray, ArrayRef, Type)> {
    if !matches!(call.args[0], Column::Lambda(_)) {
        let list = same_lengths(call, 0)?.swap_remove(0);
        let values = flat(&list);
        return Ok((normal(&list, &values)?, values, item(&call.types[0], "an array function")?));
    }
    let lambda = call.lambda(0)?;
    let sources = same_lengths(call, 1)?;
    let lengths: Vec<usize> = sources[0].offsets().lengths().collect();
    let items: Vec<ArrayRef> = sources.iter().map(flat).collect();
    let values = lambda.eval(&lengths, &items)?;
    let first = normal(&sources[0], &items[0])?;
    Ok((first, values, lambda.result.clone()))
}

/// The list over exactly its items.
pub(super) fn normal(list: &ListArray, items: &ArrayRef) -> Result<ListArray> {
    let arrow::datatypes::DataType::List(field) = list.data_type() else { return Ok(list.clone()) };
    let offsets = OffsetBuffer::from_lengths(list.offsets().lengths());
    ListArray::try_new(Arc::clone(field), offsets, Arc::clone(items), None).map_err(internal)
}

fn map(call: &Call<'_>) -> Result<ArrayRef> {
    let (list, values, _) = applied(call)?;
    lists(call.result, list.offsets().lengths(), values)
}

/// Which items the lambda (or the items themselves) say yes to.
fn chosen(call: &Call<'_>) -> Result<(ListArray, BooleanArray)> {
    let (list, values, ty) = applied(call)?;
    if !ty.base().is_number() && *ty.base() != Type::Nothing {
        return Err(Error::new(
            Code::IllegalTypeOfArgument,
            format!("Unexpected type {ty} of a lambda's result, expected UInt8"),
        ));
    }
    let values = arrow::compute::cast(&values, &ty.base().carrier()).map_err(internal)?;
    let truth = super::logical::truth(&values)?;
    let yes: BooleanArray = truth.iter().map(|v| Some(v == Some(true))).collect();
    Ok((list, yes))
}

fn filter(call: &Call<'_>) -> Result<ArrayRef> {
    let (list, yes) = chosen(call)?;
    choose(&list, call.result, |s, e, _| Ok((s..e).filter(|i| yes.value(*i as usize)).collect()))
}

/// Per row: how many items say yes, and how many there are.
fn counts(call: &Call<'_>) -> Result<Vec<(u32, u32)>> {
    let (list, yes) = chosen(call)?;
    Ok((0..call.rows)
        .map(|row| {
            let (s, e) = bounds(&list, row);
            ((s..e).filter(|i| yes.value(*i as usize)).count() as u32, e - s)
        })
        .collect())
}

fn fold_flags(call: &Call<'_>, f: impl Fn(u32, u32) -> bool) -> Result<ArrayRef> {
    Ok(flags(counts(call)?.into_iter().map(|(n, all)| f(n, all)).collect()))
}

fn first_at(list: &ListArray, yes: &BooleanArray, row: usize, last: bool) -> Option<u32> {
    let (s, e) = bounds(list, row);
    if last { (s..e).rev().find(|i| yes.value(*i as usize)) } else { (s..e).find(|i| yes.value(*i as usize)) }
}

fn first(call: &Call<'_>, last: bool) -> Result<ArrayRef> {
    let (list, yes) = chosen(call)?;
    let missing = list.values().len() as u32;
    let at: Vec<u32> = (0..call.rows).map(|r| first_at(&list, &yes, r, last).unwrap_or(missing)).collect();
    let items = with_default(list.values(), call.result)?;
    arrow::compute::take(&items, &UInt32Array::from(at), None).map_err(internal)
}

fn first_index(call: &Call<'_>, last: bool) -> Result<ArrayRef> {
    let (list, yes) = chosen(call)?;
    let at = |r| first_at(&list, &yes, r, last).map_or(0, |i| i - bounds(&list, r).0 + 1);
    Ok(array((0..call.rows).map(at).collect::<Vec<u32>>()))
}

fn sorted_type(args: &[Arg]) -> Result<Type> {
    let i = usize::from(args[0].lambda);
    match args.get(i) {
        Some(arg) => item(&arg.ty, "arraySort").map(|_| arg.ty.clone()),
        None => Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, "arraySort needs an array")),
    }
}

fn sort(call: &Call<'_>, reverse: bool) -> Result<ArrayRef> {
    let (list, by, ty) = applied(call)?;
    let bytes = olly_types::batch::value_bytes(&by) as usize;
    crate::expr::meter::room(by.len().saturating_mul(size_of::<Value>() + 24).saturating_add(bytes))?;
    let values: Vec<Value> = (0..by.len()).map(|i| olly_types::value::value_at(&by, i, &ty)).collect::<Result<_>>()?;
    choose(&list, call.result, |s, e, _| {
        let mut order: Vec<u32> = (s..e).collect();
        super::order::sort(&mut order, |a, b| {
            let (a, b) = (&values[a as usize], &values[b as usize]);
            // NULL and NaN stay last in both orders.
            match (last_rank(a), last_rank(b)) {
                (0, 0) if reverse => compare(b, a),
                (0, 0) => compare(a, b),
                (x, y) => x.cmp(&y),
            }
        })?;
        Ok(order)
    })
}

fn last_rank(v: &Value) -> u8 {
    match v {
        Value::Null => 2,
        Value::Float(f) if f.is_nan() => 1,
        _ => 0,
    }
}

/// Total order of two values of one type.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Float(x), Value::Float(y)) => x.partial_cmp(y).unwrap_or(Ordering::Equal),
        (Value::Bytes(x), Value::Bytes(y)) => x.cmp(y),
        (Value::Array(x) | Value::Tuple(x), Value::Array(y) | Value::Tuple(y)) => {
            x.iter().zip(y.iter()).map(|(x, y)| compare(x, y)).find(|o| o.is_ne()).unwrap_or(x.len().cmp(&y.len()))
        }
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (x, y) => x.as_i128().cmp(&y.as_i128()),
    }
}

/// Type of the values that an aggregating array function sees.
pub(super) fn value_type(args: &[Arg], name: &str) -> Result<Type> {
    if args[0].lambda { Ok(args[0].ty.clone()) } else { item(&args[0].ty, name) }
}

fn sum_type(ty: &Type) -> Result<Type> {
    match ty {
        t if t.is_unsigned_integer() => Ok(Type::UInt64),
        t if t.is_integer() => Ok(Type::Int64),
        t if t.is_float() => Ok(Type::Float64),
        Type::Decimal(_, s) => Ok(Type::Decimal(38, *s)),
        Type::Nothing => Ok(Type::Nothing),
        t => Err(illegal(t, "arraySum")),
    }
}

/// An aggregate function over each row's items.
fn aggregate(call: &Call<'_>, name: &str) -> Result<ArrayRef> {
    let (list, values, ty) = applied(call)?;
    let function = crate::agg::registry::find(name)
        .ok_or_else(|| Error::new(Code::LogicalError, "aggregate is not registered"))?;
    if ty.is_nullable() {
        return Err(Error::unsupported(format!("an aggregating array function of Nullable elements ({ty})")));
    }
    let mut states = (function.create)(&[], std::slice::from_ref(&ty))?;
    let mut groups = Vec::with_capacity(values.len());
    for (row, n) in list.offsets().lengths().enumerate() {
        groups.extend(std::iter::repeat_n(row as u32, n));
    }
    states.update(&[values], &groups, call.rows)?;
    let results = states.finish(0, call.rows)?;
    if name != "avg" {
        return Ok(results);
    }
    // The mean of no elements is 0 here, unlike the aggregate's.
    let means = natives::<f64>(&results)?.into_iter().zip(list.offsets().lengths());
    Ok(array(means.map(|(mean, n)| if n == 0 { 0.0 } else { mean }).collect::<Vec<f64>>()))
}

fn cumulative(call: &Call<'_>) -> Result<ArrayRef> {
    let (list, values, _) = applied(call)?;
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "arrayCumSum")) };
    let mut starts = vec![false; values.len() + 1];
    list.value_offsets().iter().for_each(|o| starts[*o as usize] = true);
    let items = match &**t {
        Type::Float64 => {
            let mut sum = 0.0;
            let v = natives::<f64>(&values)?.into_iter().enumerate().map(|(i, v)| {
                sum = if starts[i] { v } else { sum + v };
                sum
            });
            array(v.collect::<Vec<f64>>())
        }
        Type::Decimal(..) => {
            let mut sum = 0i128;
            let v = wides(&values)?.into_iter().enumerate().map(|(i, v)| {
                sum = if starts[i] { v } else { sum.checked_add(v).ok_or_else(overflow)? };
                Ok(sum)
            });
            decimal_array(v.collect::<Result<_>>()?, t)?
        }
        _ => {
            let mut sum = 0u64;
            let v: Vec<u64> = natives::<u64>(&values)?
                .into_iter()
                .enumerate()
                .map(|(i, v)| {
                    sum = if starts[i] { v } else { sum.wrapping_add(v) };
                    sum
                })
                .collect();
            if **t == Type::Int64 { array(v.into_iter().map(|v| v as i64).collect::<Vec<i64>>()) } else { array(v) }
        }
    };
    lists(call.result, list.offsets().lengths(), items)
}
