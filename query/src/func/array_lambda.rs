//! Functions of a lambda over arrays: mapped, filtered, found and sorted elements.

use super::array::{BASE, bounds, choose, flat, in_order, item, lists, same_array, same_lengths, with_default};
use super::num::*;
use super::{Arg, Call, Column, Function};
use crate::expr::{internal, meter};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use olly_types::{Code, Error, Result, Type, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// What those that take a lambda have in common.
pub(super) const HIGHER: Function = Function { arity: (2, usize::MAX), lambda_parameters: Some(parameters), ..BASE };

pub const FUNCTIONS: &[Function] = &[
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
        infer: |a| decides(a, "arrayFilter").and_then(|()| same_array(&a[1..], "arrayFilter")),
        eval: filter,
        ..HIGHER
    },
    Function {
        name: "arrayExists",
        arity: (1, usize::MAX),
        syntax: "arrayExists([x -> …,] a, …)",
        description: "Whether the function is non-zero for any element.",
        examples: &["SELECT arrayExists(x -> x > 1, [1, 2])"],
        infer: |a| decides(a, "arrayExists").map(|()| Type::UInt8),
        eval: |c| fold_flags(c, |n, _| n > 0),
        ..HIGHER
    },
    Function {
        name: "arrayAll",
        arity: (1, usize::MAX),
        syntax: "arrayAll([x -> …,] a, …)",
        description: "Whether the function is non-zero for every element.",
        examples: &["SELECT arrayAll(x -> x > 0, [1, 2])"],
        infer: |a| decides(a, "arrayAll").map(|()| Type::UInt8),
        eval: |c| fold_flags(c, |n, all| n == all),
        ..HIGHER
    },
    Function {
        name: "arrayCount",
        arity: (1, usize::MAX),
        syntax: "arrayCount([x -> …,] a, …)",
        description: "Number of elements for which the function is non-zero.",
        examples: &["SELECT arrayCount(x -> x > 1, [1, 2])"],
        infer: |a| decides(a, "arrayCount").map(|()| Type::UInt32),
        eval: |c| Ok(array(counts(c)?.into_iter().map(|(n, _)| n).collect::<Vec<u32>>())),
        ..HIGHER
    },
    Function {
        name: "arrayFirst",
        syntax: "arrayFirst(x -> …, a, …)",
        description: "First element for which the function is non-zero, or the type's default.",
        examples: &["SELECT arrayFirst(x -> x > 1, [1, 2])"],
        infer: |a| decides(a, "arrayFirst").and_then(|()| item(&a[1].ty, "arrayFirst")),
        eval: |c| first(c, false),
        ..HIGHER
    },
    Function {
        name: "arrayLast",
        syntax: "arrayLast(x -> …, a, …)",
        description: "Last element for which the function is non-zero, or the type's default.",
        examples: &["SELECT arrayLast(x -> x > 1, [1, 2])"],
        infer: |a| decides(a, "arrayLast").and_then(|()| item(&a[1].ty, "arrayLast")),
        eval: |c| first(c, true),
        ..HIGHER
    },
    Function {
        name: "arrayFirstIndex",
        syntax: "arrayFirstIndex(x -> …, a, …)",
        description: "Position of the first element for which the function is non-zero, or 0.",
        examples: &["SELECT arrayFirstIndex(x -> x > 1, [1, 2])"],
        infer: |a| decides(a, "arrayFirstIndex").map(|()| Type::UInt32),
        eval: |c| first_index(c, false),
        ..HIGHER
    },
    Function {
        name: "arrayLastIndex",
        syntax: "arrayLastIndex(x -> …, a, …)",
        description: "Position of the last element for which the function is non-zero, or 0.",
        examples: &["SELECT arrayLastIndex(x -> x > 1, [1, 2])"],
        infer: |a| decides(a, "arrayLastIndex").map(|()| Type::UInt32),
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
];

pub(super) fn parameters(types: &[Type]) -> Result<Vec<Type>> {
    types.iter().map(|t| item(t, "a higher-order function")).collect()
}

/// Whether the lambda's values, or the items of the one array, say yes or no.
///
/// # Errors
/// 43 where they are no UInt8.
pub(super) fn decides(args: &[Arg], name: &str) -> Result<()> {
    let decides = |ty: &Type| matches!(ty.base(), Type::UInt8 | Type::Bool | Type::Nothing);
    let ty = &args[0].ty;
    let wrong = if args[0].lambda {
        (!decides(ty))
            .then(|| format!("Expression for function {name} must return UInt8 or Nullable(UInt8), found {ty}"))
    } else {
        (!decides(&item(ty, name)?)).then(|| {
            format!("The 1st and only argument for function {name} must be array of UInt8. Found {ty} instead")
        })
    };
    wrong.map_or(Ok(()), |text| Err(Error::new(Code::IllegalTypeOfArgument, text)))
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

/// As [`applied`], without LowCardinality.
pub(super) fn applied_plain(call: &Call<'_>) -> Result<(ListArray, ArrayRef, Type)> {
    let (list, values, ty) = applied(call)?;
    let plain = ty.without_low_cardinality().clone();
    let values = super::coerce::coerce(&values, &ty, &plain)?;
    Ok((list, values, plain))
}

/// The list over exactly its items.
pub(super) fn normal(list: &ListArray, items: &ArrayRef) -> Result<ListArray> {
    let arrow::datatypes::DataType::List(field) = list.data_type() else { return Ok(list.clone()) };
    let offsets = OffsetBuffer::from_lengths(list.offsets().lengths());
    ListArray::try_new(Arc::clone(field), offsets, Arc::clone(items), None).map_err(internal)
}

fn map(call: &Call<'_>) -> Result<ArrayRef> {
    let (list, values, ty) = applied(call)?;
    let Type::Array(item) = call.result else { return Err(illegal(call.result, "arrayMap")) };
    lists(call.result, list.offsets().lengths(), super::coerce::coerce(&values, &ty, item)?)
}

/// Which items the lambda (or the items themselves) say yes to.
pub(super) fn chosen(call: &Call<'_>) -> Result<(ListArray, BooleanArray)> {
    let (list, values, ty) = applied(call)?;
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

pub(super) fn first(call: &Call<'_>, last: bool) -> Result<ArrayRef> {
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
    if by.len() > u32::MAX as usize {
        return Err(Error::new(Code::TooLargeArraySize, "too many elements to sort"));
    }
    // Texts and integers where they stand; what may be NULL or NaN, and what is nested, as values.
    if ty == Type::String {
        let texts = by.as_binary_view();
        return sorted(call, &list, reverse, |a, b| texts.value(a).cmp(texts.value(b)));
    }
    if ty.is_unsigned_integer() && ty.carrier().primitive_width().is_some() {
        let numbers = natives::<u64>(&by)?;
        return sorted(call, &list, reverse, |a, b| numbers[a].cmp(&numbers[b]));
    }
    if ty.is_signed_integer() && ty.carrier().primitive_width().is_some() {
        let numbers = natives::<i64>(&by)?;
        return sorted(call, &list, reverse, |a, b| numbers[a].cmp(&numbers[b]));
    }
    let bytes = olly_types::batch::value_bytes(&by) as usize;
    meter::room(by.len().saturating_mul(size_of::<Value>() + 24).saturating_add(bytes))?;
    let values: Vec<Value> = (0..by.len()).map(|i| olly_types::value::value_at(&by, i, &ty)).collect::<Result<_>>()?;
    choose(&list, call.result, |s, e, _| {
        let mut order: Vec<u32> = (s..e).collect();
        super::order::sort(&mut order, |a, b| in_order(&values[a as usize], &values[b as usize], reverse))?;
        Ok(order)
    })
}

/// Each row's items in the order of places in all of them.
fn sorted(
    call: &Call<'_>,
    list: &ListArray,
    reverse: bool,
    compare: impl Fn(usize, usize) -> Ordering,
) -> Result<ArrayRef> {
    choose(list, call.result, |s, e, _| {
        let mut order: Vec<u32> = (s..e).collect();
        super::order::sort(&mut order, |a, b| {
            let (a, b) = (a as usize, b as usize);
            if reverse { compare(b, a) } else { compare(a, b) }
        })?;
        Ok(order)
    })
}
