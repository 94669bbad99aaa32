//! byteSize, the size of values in ClickHouse's memory, and roundDown, the largest of some bounds that is not above a value.

use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::typing::common_type;
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use olly_types::{Code, Error, Result, Type, Value};

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "byteSize",
        nulls: Nulls::Own,
        low_cardinality: LowCardinality::Own,
        syntax: "byteSize(x, …)",
        description: "Bytes that the values take in memory, uncompressed, as ClickHouse counts them.",
        examples: &["SELECT byteSize(1, 'abc')"],
        infer: |_| Ok(Type::UInt64),
        eval: byte_size,
        ..FUNCTION
    },
    Function {
        name: "roundDown",
        family: Family::Rounding,
        arity: (2, 2),
        syntax: "roundDown(x, bounds)",
        description: "The largest of the bounds that is not above x, or the smallest of all.",
        examples: &["SELECT roundDown(5, [1, 3, 6])"],
        infer: round_down_type,
        eval: round_down,
        ..FUNCTION
    },
];

fn byte_size(call: &Call<'_>) -> Result<ArrayRef> {
    let mut out = vec![0u64; call.rows];
    for (i, ty) in call.types.iter().enumerate() {
        let sizes = sizes(&call.array(i)?, ty)?;
        out.iter_mut().zip(sizes).for_each(|(sum, n)| *sum += n);
    }
    Ok(array(out))
}

fn sizes(values: &ArrayRef, ty: &Type) -> Result<Vec<u64>> {
    let wrong = || Error::new(Code::LogicalError, format!("{} is no carrier of {ty}", values.data_type()));
    let nested = |offsets: &[i32], items: Vec<u64>| -> Vec<u64> {
        offsets.windows(2).map(|w| 8 + items[w[0] as usize..w[1] as usize].iter().sum::<u64>()).collect()
    };
    Ok(match ty {
        Type::LowCardinality(inner) => {
            let plain = arrow::compute::cast(values, &inner.carrier()).map_err(crate::expr::internal)?;
            sizes(&plain, inner)?
        }
        Type::Nullable(inner) if **inner == Type::Nothing => vec![1; values.len()],
        Type::Nullable(inner) => {
            // What stands under a NULL is the type's default.
            let default = sizes(&olly_types::value::array_of(&[Value::default_of(inner)], inner)?, inner)?;
            let default = default.first().copied().unwrap_or(0);
            let nulls = values.logical_nulls();
            let null = |i: usize| nulls.as_ref().is_some_and(|n| n.is_null(i));
            sizes(values, inner)?.into_iter().enumerate().map(|(i, n)| 1 + if null(i) { default } else { n }).collect()
        }
        Type::String => {
            let texts = values.as_binary_view_opt().ok_or_else(wrong)?;
            texts.iter().map(|t| 8 + t.map_or(0, |t| t.len() as u64)).collect()
        }
        Type::Array(item) => {
            let list = values.as_list_opt::<i32>().ok_or_else(wrong)?;
            nested(list.offsets(), sizes(list.values(), item)?)
        }
        Type::Map(k, v) => {
            let map = values.as_map_opt().ok_or_else(wrong)?;
            let (keys, items) = (sizes(map.keys(), k)?, sizes(map.values(), v)?);
            nested(map.offsets(), keys.into_iter().zip(items).map(|(k, v)| k + v).collect())
        }
        Type::Tuple(elements) => {
            let tuple = values.as_struct_opt().ok_or_else(wrong)?;
            let mut out = vec![0; values.len()];
            for (column, (_, ty)) in tuple.columns().iter().zip(elements.iter()) {
                out.iter_mut().zip(sizes(column, ty)?).for_each(|(sum, n)| *sum += n);
            }
            out
        }
        _ => {
            let width = match values.data_type() {
                arrow::datatypes::DataType::FixedSizeBinary(n) => *n as u64,
                t => t.primitive_width().unwrap_or(0) as u64,
            };
            vec![width; values.len()]
        }
    })
}

fn round_down_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    if !ty.is_number() && !ty.is_decimal() {
        return Err(illegal(ty, "roundDown"));
    }
    match &args[1].ty {
        Type::Array(item) if item.is_number() || item.is_decimal() => common_type(&[ty.clone(), (**item).clone()]),
        _ => {
            let text = "Elements of array of second argument of function roundDown must be numeric type";
            Err(Error::new(Code::IllegalTypeOfArgument, text))
        }
    }
}

fn round_down(call: &Call<'_>) -> Result<ArrayRef> {
    let constant =
        || Error::new(Code::IllegalColumn, "The second argument of function roundDown must be a constant array");
    let (Some(Value::Array(bounds)), Type::Array(item)) = (call.constant(1)?, &call.types[1]) else {
        return Err(constant());
    };
    let bounds = olly_types::value::array_of(&bounds, item)?;
    let bounds = super::coerce::coerce(&bounds, item, call.result)?;
    let values = super::coerce::coerce(&call.array(0)?, &call.types[0], call.result)?;
    let order = arrow::compute::sort_to_indices(&bounds, None, None).map_err(crate::expr::internal)?;
    let bounds = arrow::compute::take(&bounds, &order, None).map_err(crate::expr::internal)?;
    macro_rules! places {
        ($read:path) => {{
            let (bounds, values) = ($read(&bounds)?, $read(&values)?);
            values.iter().map(|v| bounds.partition_point(|b| b <= v).saturating_sub(1) as u32).collect::<Vec<u32>>()
        }};
    }
    let places = if call.result.is_float() { places!(natives::<f64>) } else { places!(wides) };
    arrow::compute::take(&bounds, &UInt32Array::from(places), None).map_err(crate::expr::internal)
}
