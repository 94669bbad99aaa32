//! Arrays from numbers, constants and other arrays' elements: range, numbering, zipping, differences; and arrays as one text.

use super::array::{BASE, bounds, flat, item, list_of, lists, same_lengths};
use super::array_change::{ASK_ITEMS, MAX_ITEMS};
use super::num::*;
use super::{Arg, Call, Function};
use crate::expr::internal;
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

pub const FUNCTIONS: &[Function] = &[
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
        name: "arrayDifference",
        syntax: "arrayDifference(a)",
        description: "Differences of neighbours, the first being 0.",
        examples: &["SELECT arrayDifference([1, 3])"],
        infer: difference_type,
        eval: difference,
        ..BASE
    },
];

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

fn too_many() -> Error {
    Error::new(Code::ArgumentOutOfBound, "A call to function would produce too many array elements")
}

fn with_constant(call: &Call<'_>) -> Result<ArrayRef> {
    let counts = vals::<i64>(call, 0)?;
    let (mut rows, mut lengths) = (Vec::new(), Vec::new());
    for row in 0..call.rows {
        let n = counts.get(row);
        if n < 0 && call.types[0].base().is_unsigned_integer() {
            return Err(too_many());
        }
        let n = usize::try_from(n)
            .map_err(|_| Error::new(Code::TooLargeArraySize, format!("Array size {n} cannot be negative")))?;
        if rows.len().saturating_add(n) > MAX_ITEMS {
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
        if n == 1 && end < 0 {
            return Err(Error::new(
                Code::ArgumentOutOfBound,
                "A call to function range overflows, only support positive values when only end is provided",
            ));
        }
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
