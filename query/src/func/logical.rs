//! and, or, xor, not with three-valued logic.

use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::expr::internal;
use arrow::array::{Array, ArrayRef, BooleanArray, UInt8Array};
use arrow::compute::kernels::boolean;
use olly_types::{Result, Type};
use std::sync::Arc;

const BASE: Function = Function {
    family: Family::Logical,
    nulls: Nulls::Own,
    low_cardinality: LowCardinality::Plain,
    arity: (2, usize::MAX),
    ..FUNCTION
};

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "and",
        case_insensitive: true,
        syntax: "and(a, b, …), a AND b",
        description: "Whether all values are non-zero. NULL unless a zero decides.",
        examples: &["SELECT and(1, 0)"],
        infer: |a| result(a, "and"),
        eval: |c| fold(c, boolean::and_kleene),
        ..BASE
    },
    Function {
        name: "or",
        case_insensitive: true,
        syntax: "or(a, b, …), a OR b",
        description: "Whether any value is non-zero. NULL unless a non-zero decides.",
        examples: &["SELECT or(1, 0)"],
        infer: |a| result(a, "or"),
        eval: |c| fold(c, boolean::or_kleene),
        ..BASE
    },
    Function {
        name: "xor",
        case_insensitive: true,
        syntax: "xor(a, b, …)",
        description: "Whether an odd number of values is non-zero.",
        examples: &["SELECT xor(1, 1)"],
        nulls: Nulls::Propagate,
        infer: |a| result(a, "xor"),
        eval: xor,
        ..BASE
    },
    Function {
        name: "not",
        case_insensitive: true,
        syntax: "not(a), NOT a",
        description: "Whether the value is zero.",
        examples: &["SELECT not(0)"],
        arity: (1, 1),
        nulls: Nulls::Propagate,
        low_cardinality: LowCardinality::Dictionary,
        infer: |a| result(a, "not"),
        eval: not,
        ..BASE
    },
];

fn result(args: &[Arg], name: &str) -> Result<Type> {
    for arg in args {
        let base = arg.ty.base();
        if !base.is_number() && *base != Type::Nothing {
            return Err(illegal(&arg.ty, name));
        }
    }
    let ty = if args.iter().any(|a| *a.ty.base() == Type::Bool) { Type::Bool } else { Type::UInt8 };
    Ok(if args.iter().any(|a| a.ty.is_nullable()) { Type::nullable(ty) } else { ty })
}

/// Non-zero as a mask; NULL stays NULL.
pub(crate) fn truth(array: &ArrayRef) -> Result<BooleanArray> {
    use arrow::array::AsArray;
    let values: arrow::buffer::BooleanBuffer = match array.data_type() {
        arrow::datatypes::DataType::UInt8 => {
            array.as_primitive::<arrow::datatypes::UInt8Type>().values().iter().map(|v| *v != 0).collect()
        }
        arrow::datatypes::DataType::Float32 | arrow::datatypes::DataType::Float64 => {
            natives::<f64>(array)?.into_iter().map(|v| v != 0.0).collect()
        }
        _ => natives::<u64>(array)?.into_iter().map(|v| v != 0).collect(),
    };
    Ok(BooleanArray::new(values, array.nulls().cloned()))
}

pub(crate) fn to_flags(mask: &BooleanArray) -> ArrayRef {
    Arc::new(UInt8Array::new(mask.values().iter().map(u8::from).collect(), mask.nulls().cloned()))
}

type Kernel = fn(&BooleanArray, &BooleanArray) -> std::result::Result<BooleanArray, arrow::error::ArrowError>;

fn fold(call: &Call<'_>, kernel: Kernel) -> Result<ArrayRef> {
    let mut all = truth(&call.array(0)?)?;
    for i in 1..call.args.len() {
        all = kernel(&all, &truth(&call.array(i)?)?).map_err(internal)?;
    }
    Ok(to_flags(&all))
}

fn xor(call: &Call<'_>) -> Result<ArrayRef> {
    let mut odd = vec![false; call.rows];
    for i in 0..call.args.len() {
        let mask = truth(&call.array(i)?)?;
        odd.iter_mut().zip(mask.values().iter()).for_each(|(o, m)| *o ^= m);
    }
    Ok(flags(odd))
}

fn not(call: &Call<'_>) -> Result<ArrayRef> {
    Ok(flags(truth(&call.array(0)?)?.values().iter().map(|v| !v).collect()))
}
