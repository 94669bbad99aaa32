//! One value, or running values, of an array's elements or of what a lambda makes of them: sums, means, least and largest.

use super::array::{item, lists};
use super::array_lambda::{HIGHER, applied_plain};
use super::num::*;
use super::{Arg, Call, Column, Function};
use arrow::array::{Array, ArrayRef};
use olly_types::{Code, Error, Result, Type};

pub const FUNCTIONS: &[Function] = &[
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
        infer: |a| match value_type(a, "arrayCumSum")? {
            Type::Nothing => Err(illegal(&Type::Nothing, "arrayCumSum")),
            t => sum_type(&t).map(Type::array),
        },
        eval: cumulative,
        ..HIGHER
    },
];

/// Type of the values that an aggregating array function sees.
pub(super) fn value_type(args: &[Arg], name: &str) -> Result<Type> {
    let ty = if args[0].lambda { args[0].ty.clone() } else { item(&args[0].ty, name)? };
    Ok(ty.without_low_cardinality().clone())
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

/// The integer that a lambda gives for every item.
fn constant(call: &Call<'_>) -> Option<f64> {
    let Some(Column::Lambda(lambda)) = call.args.first() else { return None };
    lambda.constant()?.as_i128().filter(|_| lambda.result.is_integer()).map(|v| v as f64)
}

/// An aggregate function over each row's items.
fn aggregate(call: &Call<'_>, name: &str) -> Result<ArrayRef> {
    let (list, values, ty) = applied_plain(call)?;
    let function = crate::agg::registry::find(name)
        .ok_or_else(|| Error::new(Code::LogicalError, "aggregate is not registered"))?;
    if ty.is_nullable() && !matches!(name, "min" | "max") {
        return Err(Error::new(
            Code::IllegalTypeOfArgument,
            format!("array aggregation function cannot be performed on type {ty}"),
        ));
    }
    if name == "avg"
        && let Some(value) = constant(call)
    {
        // ClickHouse takes the value itself, also where its sum would wrap.
        let mean = |n: usize| if n == 0 { 0.0 } else { value };
        return Ok(array(list.offsets().lengths().map(mean).collect::<Vec<f64>>()));
    }
    let mut groups = Vec::with_capacity(values.len());
    for (row, n) in list.offsets().lengths().enumerate() {
        groups.extend(std::iter::repeat_n(row as u32, n));
    }
    if ty.is_nullable() {
        return of_nullable(call, function, &values, &ty, groups);
    }
    let mut states = (function.create)(&[], std::slice::from_ref(&ty))?;
    states.update(&[values], &groups, call.rows)?;
    let results = states.finish(0, call.rows)?;
    if name != "avg" {
        return Ok(results);
    }
    // The mean of no elements is 0 here, unlike the aggregate's.
    let means = natives::<f64>(&results)?.into_iter().zip(list.offsets().lengths());
    Ok(array(means.map(|(mean, n)| if n == 0 { 0.0 } else { mean }).collect::<Vec<f64>>()))
}

/// The aggregate of the items that are not NULL; NULL where a row has none.
fn of_nullable(
    call: &Call<'_>,
    function: &'static crate::agg::Aggregate,
    values: &ArrayRef,
    ty: &Type,
    groups: Vec<u32>,
) -> Result<ArrayRef> {
    let inner = ty.base();
    if *inner == Type::Nothing {
        return olly_types::value::array_of(&vec![olly_types::Value::Null; call.rows], call.result);
    }
    let valid = arrow::compute::is_not_null(values).map_err(crate::expr::internal)?;
    let kept = arrow::compute::filter(values, &valid).map_err(crate::expr::internal)?;
    let kept = crate::expr::without_nulls(&kept, ty)?;
    let groups: Vec<u32> =
        groups.into_iter().zip(valid.iter()).filter(|(_, v)| *v == Some(true)).map(|(g, _)| g).collect();
    let mut some = vec![false; call.rows];
    groups.iter().for_each(|g| some[*g as usize] = true);
    let mut states = (function.create)(&[], std::slice::from_ref(inner))?;
    states.update(&[kept], &groups, call.rows)?;
    let results = states.finish(0, call.rows)?;
    let none = arrow::array::BooleanArray::from(some.into_iter().map(|s| !s).collect::<Vec<_>>());
    arrow::compute::nullif(&results, &none).map_err(crate::expr::internal)
}

fn cumulative(call: &Call<'_>) -> Result<ArrayRef> {
    let (list, values, _) = applied_plain(call)?;
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
