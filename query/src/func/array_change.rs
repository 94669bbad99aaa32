//! Arrays joined, cut, filled up, and without doubles.

use super::array::{BASE, bounds, choose, item, keys, list_of, lists, same_array};
use super::coerce::coerce;
use super::num::*;
use super::seen::Seen;
use super::{Arg, Call, Function};
use crate::expr::{internal, meter};
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::buffer::OffsetBuffer;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

/// Items one `range`, `arrayWithConstant` or join of arrays may make in a batch.
pub(super) const MAX_ITEMS: usize = 100_000_000;
/// Items of a result after which it is asked whether more fit.
pub(super) const ASK_ITEMS: usize = 1 << 16;
/// Bytes of an item that is picked from its source by a pair of indices, and of its copy.
const PAIR_BYTES: usize = 40;

pub const FUNCTIONS: &[Function] = &[
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
        infer: |a| match a.iter().skip(1).find(|a| !a.ty.base().is_integer() && *a.ty.base() != Type::Nothing) {
            Some(other) => Err(illegal(&other.ty, "arraySlice")),
            None => same_array(a, "arraySlice"),
        },
        eval: slice,
        ..BASE
    },
    Function {
        name: "arrayResize",
        arity: (2, 3),
        syntax: "arrayResize(a, size[, filler])",
        description: "The array cut or filled up to a size.",
        examples: &["SELECT arrayResize([1, 2], 3)"],
        infer: resized_type,
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
        name: "arrayCompact",
        syntax: "arrayCompact(a)",
        description: "Runs of equal elements as one.",
        examples: &["SELECT arrayCompact([1, 1, 2])"],
        infer: |a| same_array(a, "arrayCompact"),
        eval: compact,
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
];

fn pick(call: &Call<'_>, f: impl Fn(u32, u32, usize) -> Vec<u32>) -> Result<ArrayRef> {
    choose(&list_of(call, 0)?, call.result, |s, e, r| Ok(f(s, e, r)))
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
                meter::room((pairs.len() + (e - s) as usize).saturating_mul(PAIR_BYTES))?;
            }
            pairs.extend((s..e).map(|i| (k, i as usize)));
        }
        lengths.push(pairs.len() - before);
    }
    let parts: Vec<&dyn Array> = columns.iter().map(|c| c.as_ref()).collect();
    let items = arrow::compute::interleave(&parts, &pairs).map_err(internal)?;
    lists(call.result, lengths, items)
}

fn distinct(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let rows = keys(list.values())?;
    let chosen = choose(&list, &call.types[0], |s, e, _| {
        let (mut seen, mut chosen) = (Seen::of(&rows), Vec::new());
        for i in s..e {
            if list.values().is_valid(i as usize) && seen.first(i)? {
                chosen.push(i);
            }
        }
        Ok(chosen)
    })?;
    super::coerce::coerce(&chosen, &call.types[0], call.result)
}

fn uniq(call: &Call<'_>) -> Result<ArrayRef> {
    let list = list_of(call, 0)?;
    let rows = keys(list.values())?;
    let mut counts = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (s, e) = bounds(&list, row);
        let mut seen = Seen::of(&rows);
        for i in s..e {
            seen.first(i)?;
        }
        counts.push(seen.len() as u32);
    }
    Ok(array(counts))
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
        let r = super::string_slice::range((e - s) as usize, offsets.get(row), lengths.as_ref().map(|l| l.get(row)));
        Ok((s + r.start as u32..s + r.end as u32).collect())
    })
}

/// The items and the filler in a common type.
fn resized_type(args: &[Arg]) -> Result<Type> {
    if !args[1].ty.base().is_integer() {
        return Err(illegal(&args[1].ty, "arrayResize"));
    }
    let item = item(&args[0].ty, "arrayResize")?;
    Ok(Type::array(match args.get(2) {
        Some(filler) => common_type(&[item, filler.ty.clone()])?,
        None => item,
    }))
}

fn resize(call: &Call<'_>) -> Result<ArrayRef> {
    let Type::Array(t) = call.result else { return Err(illegal(call.result, "arrayResize")) };
    let list = coerce(&call.array(0)?, &call.types[0], call.result)?.as_list::<i32>().clone();
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
            meter::room((pairs.len() + want).saturating_mul(PAIR_BYTES))?;
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
