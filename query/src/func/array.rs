//! Arrays made and read by position, and what all functions over arrays share: most choose items of the flattened column by
//! index, so that any element type works. Look-ups: `array_search`; changed arrays: `array_change`; arrays from other values:
//! `array_make`; lambdas: `array_lambda` and `array_fold`; sets of elements: `array_sets`.

use super::coerce::coerce;
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::expr::internal;
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use olly_types::ty::carrier_field;
use olly_types::{Code, Error, Result, Type, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// What the functions over arrays have in common.
pub(super) const BASE: Function = Function {
    family: Family::Array,
    arity: (1, 1),
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Plain,
    ..FUNCTION
};

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
];

pub(super) fn item(ty: &Type, name: &str) -> Result<Type> {
    match ty {
        Type::Array(t) => Ok((**t).clone()),
        other => Err(illegal(other, name)),
    }
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

pub(super) fn same_array(args: &[Arg], name: &str) -> Result<Type> {
    item(&args[0].ty, name)?;
    Ok(args[0].ty.clone())
}

/// Items that are made keys of at once.
const KEYS_AT_ONCE: usize = 64 << 10;

/// Bytes by which items are equal.
pub(super) fn keys(items: &ArrayRef) -> Result<arrow::row::Rows> {
    use crate::expr::meter;
    let field = arrow::row::SortField::new(items.data_type().clone());
    let converter = arrow::row::RowConverter::new(vec![field]).map_err(internal)?;
    let first = items.slice(0, items.len().min(KEYS_AT_ONCE));
    let first = converter.convert_columns(&[first]).map_err(internal)?;
    if first.num_rows() == items.len() {
        return Ok(first);
    }
    // As many bytes a row as the first have: mostly enough, so that they need not be moved.
    let bytes = first.size().div_ceil(KEYS_AT_ONCE).saturating_mul(items.len());
    meter::more(bytes)?;
    drop(first);
    let mut rows = converter.empty_rows(items.len(), bytes);
    for from in (0..items.len()).step_by(KEYS_AT_ONCE) {
        meter::tick()?;
        let part = items.slice(from, KEYS_AT_ONCE.min(items.len() - from));
        converter.append(&mut rows, &[part]).map_err(internal)?;
    }
    Ok(rows)
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

/// Order in which two values of one type are sorted, NULL and NaN last at any depth, in descending order too.
pub(super) fn in_order(a: &Value, b: &Value, descending: bool) -> Ordering {
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    match (a, b) {
        (Value::Float(x), Value::Float(y)) => x.partial_cmp(y).map_or_else(|| x.is_nan().cmp(&y.is_nan()), turned),
        (Value::Bytes(x), Value::Bytes(y)) => turned(x.cmp(y)),
        (Value::Array(x) | Value::Tuple(x), Value::Array(y) | Value::Tuple(y)) => {
            let differing = x.iter().zip(y.iter()).map(|(x, y)| in_order(x, y, descending)).find(|o| o.is_ne());
            differing.unwrap_or_else(|| turned(x.len().cmp(&y.len())))
        }
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (x, y) => turned(x.as_i128().cmp(&y.as_i128())),
    }
}
