//! CAST and the accurate casts, which refuse a value that the type does not hold.

use super::cast::{OnError, convert};
use super::conversion::{possible, texts};
use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use arrow::array::{Array, ArrayRef};
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

const BASE: Function = Function { family: Family::Conversion, arity: (1, 1), ..FUNCTION };
const CAST: Function = Function { arity: (2, 2), nulls: Nulls::Own, low_cardinality: LowCardinality::Own, ..BASE };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "CAST",
        aliases: &["_CAST"],
        case_insensitive: true,
        syntax: "CAST(x, 'T'), CAST(x AS T), x::T",
        description: "The value as a type.",
        examples: &["SELECT CAST(1, 'String')"],
        infer: |a| cast_type(a, false),
        eval: |c| cast(c, OnError::Fail),
        ..CAST
    },
    Function {
        name: "accurateCastOrNull",
        syntax: "accurateCastOrNull(x, 'T')",
        description: "The value as a type, NULL where it does not fit.",
        examples: &["SELECT accurateCastOrNull(-1, 'UInt8')"],
        infer: |a| cast_type(a, true),
        eval: accurate_or_null,
        ..CAST
    },
    Function {
        name: "accurateCast",
        syntax: "accurateCast(x, 'T')",
        description: "The value as a type; one that does not fit is an error.",
        examples: &["SELECT accurateCast(1, 'UInt8')"],
        infer: |a| cast_type(a, false),
        eval: accurate,
        ..CAST
    },
];

fn cast_type(args: &[Arg], or_null: bool) -> Result<Type> {
    let ty = Type::parse(&texts(&args[1], "CAST")?)?;
    let from = &args[0].ty;
    let ty = with_zone_of(ty, from.base());
    if let (Type::Interval(a), Type::Interval(b)) = (from.base(), ty.base())
        && a != b
    {
        return Err(Error::unsupported(format!("CAST of {from} to {ty}")));
    }
    let target = if or_null && ty.can_be_nullable() { Type::nullable(ty) } else { ty };
    if !(matches!(from, Type::Nullable(t) if **t == Type::Nothing)) {
        possible(from, &target)?;
    }
    Ok(target)
}

/// A time without a zone keeps the zone that its source names.
pub(super) fn with_zone_of(ty: Type, from: &Type) -> Type {
    let zone = match from {
        Type::DateTime(Some(zone)) | Type::DateTime64(_, Some(zone)) => Some(zone.clone()),
        _ => return ty,
    };
    match ty {
        Type::DateTime(None) => Type::DateTime(zone),
        Type::DateTime64(p, None) => Type::DateTime64(p, zone),
        Type::Nullable(inner) => Type::nullable(with_zone_of((*inner).clone(), from)),
        other => other,
    }
}

fn cast(call: &Call<'_>, on_error: OnError) -> Result<ArrayRef> {
    convert(&call.array(0)?, &call.types[0], call.result, call.context, on_error)
}

/// Converts and converts back: what does not come back equal did not fit.
fn accurate_values(array: &ArrayRef, from: &Type, to: &Type, context: &super::EvalContext) -> Result<ArrayRef> {
    let nullable = Type::nullable(to.clone());
    if from.base().is_string() {
        let context = super::EvalContext { any_time_notation: true, ..context.clone() };
        return convert(array, from, &nullable, &context, OnError::Null);
    }
    if !matches!(from, Type::LowCardinality(_))
        && let Some(taken) = super::cast_time::accurate(array, from.base(), to.base())?
    {
        let refused = arrow::array::BooleanArray::from(taken.iter().map(|t| !t).collect::<Vec<_>>());
        let kept = arrow::compute::nullif(array, &refused).map_err(crate::expr::internal)?;
        return convert(&kept, &Type::nullable(from.base().clone()), &nullable, context, OnError::Null);
    }
    if *to.base() == Type::Bool || !from.base().is_number() || !to.base().is_number() {
        return convert(array, from, &nullable, context, OnError::Null);
    }
    let there = convert(array, from, &nullable, context, OnError::Null)?;
    let equals =
        super::registry::find("equals").ok_or_else(|| Error::new(Code::LogicalError, "equals is not registered"))?;
    let flag = Type::nullable(Type::UInt8);
    let args = [Column::Array(Arc::clone(&there)), Column::Array(Arc::clone(array))];
    let types = [nullable, from.clone()];
    let same = match crate::expr::eval_call(equals, &args, &types, &flag, array.len(), context)? {
        Column::Array(a) => super::logical::truth(&a)?,
        _ => return Err(Error::new(Code::LogicalError, "comparison of columns gave a constant")),
    };
    let differs: arrow::array::BooleanArray = same.iter().map(|v| Some(v == Some(false))).collect();
    arrow::compute::nullif(&there, &differs).map_err(crate::expr::internal)
}

fn accurate_or_null(call: &Call<'_>) -> Result<ArrayRef> {
    match call.result {
        Type::Nullable(t) => accurate_values(&call.array(0)?, &call.types[0], t, call.context),
        other => convert(&call.array(0)?, &call.types[0], other, call.context, OnError::Fail),
    }
}

fn accurate(call: &Call<'_>) -> Result<ArrayRef> {
    let from = &call.types[0];
    let array = call.array(0)?;
    let checked = call.result.base().is_number()
        || !matches!(from, Type::LowCardinality(_))
            && super::cast_time::accurate(&array, from.base(), call.result.base())?.is_some();
    if !from.base().is_number() || !checked {
        return cast(call, OnError::Fail);
    }
    let values = accurate_values(&array, from, call.result.base(), call.context)?;
    if values.null_count() > array.logical_null_count() {
        let text = format!("Value in column cannot be safely converted into type {}", call.result);
        return Err(Error::new(Code::CannotConvertType, text));
    }
    super::coerce::coerce(&values, &Type::nullable(call.result.base().clone()), call.result)
}
