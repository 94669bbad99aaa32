//! CAST, the toX family with OrNull, OrZero and OrDefault, and what says or fixes a column's type.

use super::cast::{OnError, convert, text_options};
use super::num::*;
use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewBuilder};
use olly_types::text::{BestEffort, ColumnBuilder, Zone, parse_best_effort};
use olly_types::ty::IntervalUnit;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function = Function { family: Family::Conversion, arity: (1, 1), ..FUNCTION };
const CAST: Function = Function { arity: (2, 2), nulls: Nulls::Own, low_cardinality: LowCardinality::Own, ..BASE };
const PLAIN: Function = Function { nulls: Nulls::Own, low_cardinality: LowCardinality::Own, ..BASE };
const OR_NULL: Function = BASE;

macro_rules! to {
    ($($name:literal $or_null:literal $or_zero:literal $or_default:literal $aliases:expr, $ty:expr;)*) => {
        &[$(
            Function { name: $name, aliases: $aliases, syntax: concat!($name, "(x)"), description: "The value as the type of the function's name.", examples: &[], infer: |a| to_type(a, $name, $ty), eval: |c| to(c, OnError::Fail), ..BASE },
            Function { name: $or_null, syntax: concat!($or_null, "(x)"), description: "The text as the type of the function's name, NULL where it is none.", examples: &[], infer: |a| from_text(a, $or_null).map(|()| Type::nullable($ty)), eval: |c| to(c, OnError::Null), ..OR_NULL },
            Function { name: $or_zero, syntax: concat!($or_zero, "(x)"), description: "The text as the type of the function's name, the type's default where it is none.", examples: &[], infer: |a| from_text(a, $or_zero).map(|()| $ty), eval: |c| to(c, OnError::Default), ..OR_NULL },
            Function { name: $or_default, arity: (1, 2), syntax: concat!($or_default, "(x[, default])"), description: "The value as the type of the function's name, the default where it is none.", examples: &[], infer: |a| or_default_type(a, $or_default, $ty), eval: or_default, nulls: Nulls::Own, low_cardinality: LowCardinality::Own, ..OR_NULL },
        )*]
    };
}

pub const NUMBERS: &[Function] = to! {
    "toUInt8" "toUInt8OrNull" "toUInt8OrZero" "toUInt8OrDefault" &[], Type::UInt8;
    "toUInt16" "toUInt16OrNull" "toUInt16OrZero" "toUInt16OrDefault" &[], Type::UInt16;
    "toUInt32" "toUInt32OrNull" "toUInt32OrZero" "toUInt32OrDefault" &[], Type::UInt32;
    "toUInt64" "toUInt64OrNull" "toUInt64OrZero" "toUInt64OrDefault" &[], Type::UInt64;
    "toInt8" "toInt8OrNull" "toInt8OrZero" "toInt8OrDefault" &[], Type::Int8;
    "toInt16" "toInt16OrNull" "toInt16OrZero" "toInt16OrDefault" &[], Type::Int16;
    "toInt32" "toInt32OrNull" "toInt32OrZero" "toInt32OrDefault" &[], Type::Int32;
    "toInt64" "toInt64OrNull" "toInt64OrZero" "toInt64OrDefault" &[], Type::Int64;
    "toFloat32" "toFloat32OrNull" "toFloat32OrZero" "toFloat32OrDefault" &[], Type::Float32;
    "toFloat64" "toFloat64OrNull" "toFloat64OrZero" "toFloat64OrDefault" &[], Type::Float64;
    "toDate" "toDateOrNull" "toDateOrZero" "toDateOrDefault" &["DATE"], Type::Date;
    "toDate32" "toDate32OrNull" "toDate32OrZero" "toDate32OrDefault" &[], Type::Date32;
    "toUUID" "toUUIDOrNull" "toUUIDOrZero" "toUUIDOrDefault" &[], Type::Uuid;
    "toIPv4" "toIPv4OrNull" "toIPv4OrZero" "toIPv4OrDefault" &[], Type::Ipv4;
    "toIPv6" "toIPv6OrNull" "toIPv6OrZero" "toIPv6OrDefault" &[], Type::Ipv6;
};

macro_rules! decimal {
    ($name:literal, $digits:literal, $on_error:ident, $otherwise:literal) => {
        Function {
            name: $name,
            arity: (2, 2),
            syntax: concat!($name, "(s, scale)"),
            description: concat!("The text as a decimal, ", $otherwise, " where it is none."),
            examples: &[concat!("SELECT ", $name, "('1.5', 2)")],
            infer: |a| {
                if !a[0].ty.base().is_string() {
                    return Err(illegal(&a[0].ty, $name));
                }
                let ty = decimal_type(a, $digits)?;
                Ok(if OnError::$on_error == OnError::Null { Type::nullable(ty) } else { ty })
            },
            eval: |c| to(c, OnError::$on_error),
            ..OR_NULL
        }
    };
}
macro_rules! interval {
    ($name:literal, $unit:ident) => {
        Function {
            name: $name,
            syntax: concat!($name, "(n)"),
            description: "Interval of n units.",
            examples: &[concat!("SELECT ", $name, "(5)")],
            infer: |a| interval_type(a, IntervalUnit::$unit),
            eval: |c| Ok(array(zip(&vals::<i64>(c, 0)?, &Vals::One(()), c.rows, |n, ()| n))),
            ..BASE
        }
    };
}

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
    Function {
        name: "toString",
        arity: (1, 2),
        syntax: "toString(x[, zone])",
        description: "The value as text.",
        examples: &["SELECT toString(1)"],
        infer: to_string_type,
        eval: to_string,
        ..BASE
    },
    Function {
        name: "toBool",
        syntax: "toBool(x)",
        description: "The value as Bool.",
        examples: &["SELECT toBool(1)"],
        infer: |a| to_type(a, "toBool", Type::Bool),
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "toFixedString",
        arity: (2, 2),
        syntax: "toFixedString(s, n)",
        description: "The string padded with zero bytes to n bytes.",
        examples: &["SELECT toFixedString('a', 3)"],
        infer: fixed_type,
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "toDateTime",
        aliases: &["toDateTime32"],
        arity: (1, 2),
        syntax: "toDateTime(x[, zone])",
        description: "The value as DateTime.",
        examples: &["SELECT toDateTime('2024-01-01 00:00:00', 'UTC')"],
        infer: |a| datetime_type(a, "toDateTime"),
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "toDateTimeOrNull",
        arity: (1, 2),
        syntax: "toDateTimeOrNull(x[, zone])",
        description: "The text as DateTime, NULL where it is none.",
        examples: &["SELECT toDateTimeOrNull('x')"],
        infer: |a| {
            from_text(a, "toDateTimeOrNull").and_then(|()| datetime_type(a, "toDateTimeOrNull")).map(Type::nullable)
        },
        eval: |c| to(c, OnError::Null),
        ..OR_NULL
    },
    Function {
        name: "toDateTimeOrZero",
        arity: (1, 2),
        syntax: "toDateTimeOrZero(x[, zone])",
        description: "The text as DateTime, 0 where it is none.",
        examples: &["SELECT toUnixTimestamp(toDateTimeOrZero('x'))"],
        infer: |a| from_text(a, "toDateTimeOrZero").and_then(|()| datetime_type(a, "toDateTimeOrZero")),
        eval: |c| to(c, OnError::Default),
        ..OR_NULL
    },
    Function {
        name: "toDateTime64",
        arity: (2, 3),
        syntax: "toDateTime64(x, precision[, zone])",
        description: "The value as DateTime64.",
        examples: &["SELECT toDateTime64('2024-01-01 00:00:00.123', 3, 'UTC')"],
        infer: |a| datetime64_type(a, "toDateTime64"),
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "toDateTime64OrNull",
        arity: (2, 3),
        syntax: "toDateTime64OrNull(x, precision[, zone])",
        description: "The text as DateTime64, NULL where it is none.",
        examples: &["SELECT toDateTime64OrNull('x', 3)"],
        infer: |a| datetime64_type(a, "toDateTime64OrNull").map(Type::nullable),
        eval: |c| to(c, OnError::Null),
        ..OR_NULL
    },
    Function {
        name: "toDateTime64OrZero",
        arity: (2, 3),
        syntax: "toDateTime64OrZero(x, precision[, zone])",
        description: "The text as DateTime64, 0 where it is none.",
        examples: &["SELECT toUnixTimestamp64Milli(toDateTime64OrZero('x', 3))"],
        infer: |a| datetime64_type(a, "toDateTime64OrZero"),
        eval: |c| to(c, OnError::Default),
        ..OR_NULL
    },
    decimal!("toDecimal32OrNull", 9, Null, "NULL"),
    decimal!("toDecimal32OrZero", 9, Default, "0"),
    decimal!("toDecimal64OrNull", 18, Null, "NULL"),
    decimal!("toDecimal64OrZero", 18, Default, "0"),
    decimal!("toDecimal128OrNull", 38, Null, "NULL"),
    decimal!("toDecimal128OrZero", 38, Default, "0"),
    Function {
        name: "toDecimal32",
        arity: (2, 2),
        syntax: "toDecimal32(x, scale)",
        description: "The value as Decimal(9, scale).",
        examples: &["SELECT toDecimal32(1.5, 2)"],
        infer: |a| decimal_type(a, 9),
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "toDecimal64",
        arity: (2, 2),
        syntax: "toDecimal64(x, scale)",
        description: "The value as Decimal(18, scale).",
        examples: &["SELECT toDecimal64(1.5, 2)"],
        infer: |a| decimal_type(a, 18),
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "toDecimal128",
        arity: (2, 2),
        syntax: "toDecimal128(x, scale)",
        description: "The value as Decimal(38, scale).",
        examples: &["SELECT toDecimal128(1.5, 2)"],
        infer: |a| decimal_type(a, 38),
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "toUnixTimestamp",
        arity: (1, 2),
        syntax: "toUnixTimestamp(x[, zone])",
        description: "Seconds since the epoch.",
        examples: &["SELECT toUnixTimestamp(toDateTime('2024-01-01 00:00:00', 'UTC'))"],
        infer: unix_type,
        eval: unix,
        ..BASE
    },
    Function {
        name: "fromUnixTimestamp",
        aliases: &["FROM_UNIXTIME"],
        case_insensitive: true,
        syntax: "fromUnixTimestamp(n)",
        description: "DateTime of seconds.",
        examples: &["SELECT fromUnixTimestamp(0) = toDateTime(0)"],
        infer: |a| {
            if a[0].ty.is_integer() { Ok(Type::DateTime(None)) } else { Err(illegal(&a[0].ty, "fromUnixTimestamp")) }
        },
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "parseDateTimeBestEffort",
        aliases: &["parseDateTime32BestEffort"],
        arity: (1, 2),
        syntax: "parseDateTimeBestEffort(s[, zone])",
        description: "DateTime of a text in any usual notation.",
        examples: &["SELECT parseDateTimeBestEffort('2024-01-01T00:00:00Z', 'UTC')"],
        infer: |a| from_text(a, "parseDateTimeBestEffort").and_then(|()| datetime_type(a, "parseDateTimeBestEffort")),
        eval: |c| best_effort(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "parseDateTimeBestEffortOrNull",
        aliases: &["parseDateTime32BestEffortOrNull"],
        arity: (1, 2),
        syntax: "parseDateTimeBestEffortOrNull(s[, zone])",
        description: "DateTime of a text in any usual notation, NULL where it is none.",
        examples: &["SELECT parseDateTimeBestEffortOrNull('x')"],
        infer: |a| {
            from_text(a, "parseDateTimeBestEffortOrNull")
                .and_then(|()| datetime_type(a, "parseDateTimeBestEffortOrNull"))
                .map(Type::nullable)
        },
        eval: |c| best_effort(c, OnError::Null),
        ..OR_NULL
    },
    Function {
        name: "parseDateTimeBestEffortOrZero",
        aliases: &["parseDateTime32BestEffortOrZero"],
        arity: (1, 2),
        syntax: "parseDateTimeBestEffortOrZero(s[, zone])",
        description: "DateTime of a text in any usual notation, 0 where it is none.",
        examples: &["SELECT toUnixTimestamp(parseDateTimeBestEffortOrZero('x'))"],
        infer: |a| {
            from_text(a, "parseDateTimeBestEffortOrZero")
                .and_then(|()| datetime_type(a, "parseDateTimeBestEffortOrZero"))
        },
        eval: |c| best_effort(c, OnError::Default),
        ..OR_NULL
    },
    Function {
        name: "parseDateTime64BestEffort",
        arity: (1, 3),
        syntax: "parseDateTime64BestEffort(s[, precision[, zone]])",
        description: "DateTime64 of a text in any usual notation.",
        examples: &["SELECT parseDateTime64BestEffort('2024-01-01T00:00:00.5Z', 3, 'UTC')"],
        infer: |a| best64_type(a, "parseDateTime64BestEffort"),
        eval: |c| best_effort(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "parseDateTime64BestEffortOrNull",
        arity: (1, 3),
        syntax: "parseDateTime64BestEffortOrNull(s[, precision[, zone]])",
        description: "DateTime64 of a text in any usual notation, NULL where it is none.",
        examples: &["SELECT parseDateTime64BestEffortOrNull('x')"],
        infer: |a| best64_type(a, "parseDateTime64BestEffortOrNull").map(Type::nullable),
        eval: |c| best_effort(c, OnError::Null),
        ..OR_NULL
    },
    Function {
        name: "parseDateTime64BestEffortOrZero",
        arity: (1, 3),
        syntax: "parseDateTime64BestEffortOrZero(s[, precision[, zone]])",
        description: "DateTime64 of a text in any usual notation, 0 where it is none.",
        examples: &["SELECT toUnixTimestamp64Milli(parseDateTime64BestEffortOrZero('x'))"],
        infer: |a| best64_type(a, "parseDateTime64BestEffortOrZero"),
        eval: |c| best_effort(c, OnError::Default),
        ..OR_NULL
    },
    interval!("toIntervalNanosecond", Nanosecond),
    interval!("toIntervalMicrosecond", Microsecond),
    interval!("toIntervalMillisecond", Millisecond),
    interval!("toIntervalSecond", Second),
    interval!("toIntervalMinute", Minute),
    interval!("toIntervalHour", Hour),
    interval!("toIntervalDay", Day),
    interval!("toIntervalWeek", Week),
    interval!("toIntervalMonth", Month),
    interval!("toIntervalQuarter", Quarter),
    interval!("toIntervalYear", Year),
    Function {
        name: "toTypeName",
        family: Family::Other,
        syntax: "toTypeName(x)",
        description: "Name of the value's type.",
        examples: &["SELECT toTypeName(1)"],
        infer: |_| Ok(Type::String),
        eval: type_name,
        ..PLAIN
    },
    Function {
        name: "toLowCardinality",
        syntax: "toLowCardinality(x)",
        description: "The value as LowCardinality.",
        examples: &["SELECT toLowCardinality('a')"],
        infer: low_cardinality_type,
        eval: to_low_cardinality,
        ..PLAIN
    },
    Function {
        name: "materialize",
        family: Family::Other,
        deterministic: true,
        syntax: "materialize(x)",
        description: "A constant as a full column.",
        examples: &["SELECT materialize(1)"],
        infer: |a| Ok(a[0].ty.clone()),
        eval: |c| c.array(0),
        ..PLAIN
    },
    Function {
        name: "identity",
        family: Family::Other,
        syntax: "identity(x)",
        description: "The value.",
        examples: &["SELECT identity(1)"],
        infer: |a| Ok(a[0].ty.clone()),
        eval: |c| c.array(0),
        ..PLAIN
    },
];

fn texts(arg: &Arg, name: &str) -> Result<String> {
    match &arg.constant {
        Some(Value::Bytes(b)) => Ok(String::from_utf8_lossy(b).into_owned()),
        _ => Err(Error::new(Code::IllegalColumn, format!("Argument of function {name} must be a constant string"))),
    }
}

fn zone(arg: Option<&Arg>, name: &str) -> Result<Option<Arc<str>>> {
    let Some(arg) = arg else { return Ok(None) };
    let text = texts(arg, name)?;
    Zone::load(&text)?;
    Ok(Some(text.into()))
}

/// Conversions are tried with an empty column, so that an impossible one is refused while binding.
fn possible(from: &Type, to: &Type) -> Result<()> {
    let context = super::super::expr::empty_context();
    convert(&olly_types::batch::empty_carrier(from), from, to, &context, OnError::Fail).map(|_| ())
}

fn to_type(args: &[Arg], name: &str, ty: Type) -> Result<Type> {
    possible(&args[0].ty, &ty).map_err(|_| illegal(&args[0].ty, name))?;
    Ok(ty)
}

fn from_text(args: &[Arg], name: &str) -> Result<()> {
    if args[0].ty.is_string() { Ok(()) } else { Err(illegal(&args[0].ty, name)) }
}

fn to(call: &Call<'_>, on_error: OnError) -> Result<ArrayRef> {
    let from = &call.types[0];
    let target = match (on_error, call.result) {
        (OnError::Null, Type::Nullable(t)) => (**t).clone(),
        (_, t) => t.clone(),
    };
    let target = if on_error == OnError::Null { Type::nullable(target) } else { target };
    convert(&call.array(0)?, from, &target, call.context, on_error)
}

fn or_default_type(args: &[Arg], name: &str, ty: Type) -> Result<Type> {
    if !matches!(args[0].ty, Type::String) {
        return Err(Error::unsupported(format!("{name} of {} (only of String)", args[0].ty)));
    }
    if let Some(default) = args.get(1)
        && default.ty != ty
    {
        let text = format!("Default value type should be same as cast type. Expected {ty}. Actual {}", default.ty);
        return Err(Error::new(Code::IllegalTypeOfArgument, text));
    }
    to_type(&args[..1], name, ty)
}

fn or_default(call: &Call<'_>) -> Result<ArrayRef> {
    let array = call.array(0)?;
    let nullable = Type::nullable(call.result.clone());
    let tried = convert(&array, &call.types[0], &nullable, call.context, OnError::Null)?;
    let default = match call.args.get(1) {
        Some(_) => call.array(1)?,
        None => {
            let default =
                if *call.result == Type::Date32 { Value::Int(-25_567) } else { Value::default_of(call.result) };
            olly_types::value::array_of(&vec![default; call.rows], call.result)?
        }
    };
    let mask = arrow::compute::is_not_null(&tried).map_err(crate::expr::internal)?;
    let out = arrow::compute::kernels::zip::zip(&mask, &tried, &default).map_err(crate::expr::internal)?;
    let data = out.to_data().into_builder().nulls(None).build().map_err(crate::expr::internal)?;
    Ok(arrow::array::make_array(data))
}

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
fn with_zone_of(ty: Type, from: &Type) -> Type {
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
    if from.base().is_string() || !from.base().is_number() || !to.base().is_number() {
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
    if !from.base().is_number() || !call.result.base().is_number() {
        return cast(call, OnError::Fail);
    }
    let array = call.array(0)?;
    let values = accurate_values(&array, from, call.result.base(), call.context)?;
    if values.null_count() > array.logical_null_count() {
        let text = format!("Value in column cannot be safely converted into type {}", call.result);
        return Err(Error::new(Code::CannotConvertType, text));
    }
    super::coerce::coerce(&values, &Type::nullable(call.result.base().clone()), call.result)
}

fn to_string_type(args: &[Arg]) -> Result<Type> {
    if args.len() > 1 {
        if !matches!(args[0].ty, Type::DateTime(_) | Type::DateTime64(..)) {
            return Err(illegal(&args[0].ty, "toString with a time zone"));
        }
        zone(args.get(1), "toString")?;
    }
    Ok(Type::String)
}

fn to_string(call: &Call<'_>) -> Result<ArrayRef> {
    let mut ty = call.types[0].clone();
    if let Some(Value::Bytes(b)) = if call.args.len() > 1 { call.constant(1)? } else { None } {
        let zone: Arc<str> = String::from_utf8_lossy(&b).into();
        ty = match ty {
            Type::DateTime64(p, _) => Type::DateTime64(p, Some(zone)),
            _ => Type::DateTime(Some(zone)),
        };
    }
    olly_types::text::to_text(&call.array(0)?, &ty, &text_options(call.context)?)
}

fn fixed_type(args: &[Arg]) -> Result<Type> {
    match args[1].constant.as_ref().and_then(Value::as_i128) {
        Some(n @ 1..=0xFF_FFFF) if args[0].ty.is_string() => Ok(Type::FixedString(n as u32)),
        Some(_) if !args[0].ty.is_string() => Err(illegal(&args[0].ty, "toFixedString")),
        _ => Err(Error::new(Code::ArgumentOutOfBound, "Length of FixedString must be a positive constant")),
    }
}

fn datetime_type(args: &[Arg], name: &str) -> Result<Type> {
    let own = args[0].ty.time_zone().map(Arc::from);
    let zone = match zone(args.get(1), name)? {
        Some(zone) => Some(zone),
        None => own,
    };
    to_type(args, name, Type::DateTime(zone))
}

fn precision(arg: &Arg, name: &str) -> Result<u8> {
    match arg.constant.as_ref().and_then(Value::as_i128) {
        Some(p @ 0..=9) => Ok(p as u8),
        _ => Err(Error::new(
            Code::ArgumentOutOfBound,
            format!("Precision of function {name} must be a constant in 0..9"),
        )),
    }
}

fn datetime64_type(args: &[Arg], name: &str) -> Result<Type> {
    let own = args[0].ty.time_zone().map(Arc::from);
    let zone = match zone(args.get(2), name)? {
        Some(zone) => Some(zone),
        None => own,
    };
    to_type(&args[..1], name, Type::DateTime64(precision(&args[1], name)?, zone))
}

fn best64_type(args: &[Arg], name: &str) -> Result<Type> {
    from_text(args, name)?;
    let p = args.get(1).map_or(Ok(3), |a| precision(a, name))?;
    Ok(Type::DateTime64(p, zone(args.get(2), name)?))
}

fn decimal_type(args: &[Arg], digits: u8) -> Result<Type> {
    match args[1].constant.as_ref().and_then(Value::as_i128) {
        Some(s) if (0..=i128::from(digits)).contains(&s) => {
            to_type(&args[..1], "toDecimal", Type::Decimal(digits, s as u8))
        }
        _ => Err(Error::new(
            Code::ArgumentOutOfBound,
            format!("Scale of a decimal of {digits} digits must be a constant in 0..{digits}"),
        )),
    }
}

fn unix_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    if ty.is_string() || ty.is_temporal() {
        zone(args.get(1), "toUnixTimestamp")?;
        return Ok(Type::UInt32);
    }
    Err(illegal(ty, "toUnixTimestamp"))
}

fn unix(call: &Call<'_>) -> Result<ArrayRef> {
    let zone = if call.args.len() > 1 {
        match call.constant(1)? {
            Some(Value::Bytes(b)) => Some(Arc::<str>::from(String::from_utf8_lossy(&b))),
            _ => None,
        }
    } else {
        None
    };
    let array = call.array(0)?;
    convert(&array, &call.types[0], &Type::DateTime(zone), call.context, OnError::Fail)
}

fn best_effort(call: &Call<'_>, on_error: OnError) -> Result<ArrayRef> {
    let target = match call.result {
        Type::Nullable(t) => (**t).clone(),
        t => t.clone(),
    };
    let array = call.array(0)?;
    if !call.types[0].is_string() {
        return convert(&array, &call.types[0], call.result, call.context, on_error);
    }
    let array = super::coerce::coerce(&array, &call.types[0], &Type::String)?;
    let digits = target.scale();
    let options = BestEffort {
        zone: crate::time::zone_of(&target, call.context)?,
        us: false,
        now_seconds: call.context.now.0.div_euclid(1_000_000_000),
        fractional: digits.is_some(),
    };
    let mut out = ColumnBuilder::new(&if on_error == OnError::Null { Type::nullable(target.clone()) } else { target });
    for text in array.as_binary_view().iter() {
        match parse_best_effort(text.unwrap_or_default(), digits.unwrap_or(0), options) {
            Ok(ticks) if digits.is_none() => out.append_int(ticks.clamp(0, i128::from(u32::MAX)))?,
            Ok(ticks) => out.append_int(ticks)?,
            Err(e) if on_error == OnError::Fail => return Err(e),
            Err(_) if on_error == OnError::Null => out.append_null(),
            Err(_) => out.append_default(),
        }
    }
    out.finish()
}

fn interval_type(args: &[Arg], unit: IntervalUnit) -> Result<Type> {
    if args[0].ty.is_number() { Ok(Type::Interval(unit)) } else { Err(illegal(&args[0].ty, "toInterval")) }
}

fn type_name(call: &Call<'_>) -> Result<ArrayRef> {
    let name = pretty(&call.types[0], 0);
    let mut b = BinaryViewBuilder::with_capacity(call.rows);
    (0..call.rows).for_each(|_| b.append_value(name.as_bytes()));
    Ok(Arc::new(b.finish()))
}

/// A type's name with each element of a named tuple on a line of its own.
fn pretty(ty: &Type, depth: usize) -> String {
    match ty {
        Type::Array(t) => format!("Array({})", pretty(t, depth)),
        Type::Nullable(t) => format!("Nullable({})", pretty(t, depth)),
        Type::Map(k, v) => format!("Map({}, {})", pretty(k, depth), pretty(v, depth)),
        Type::Tuple(elements) if elements.iter().any(|(n, _)| n.is_some()) => {
            let indent = " ".repeat(4 * (depth + 1));
            let lines: Vec<String> = elements
                .iter()
                .map(|(name, t)| {
                    // The element's name as the type's own text quotes it.
                    let alone = Type::Tuple([(name.clone(), Type::UInt8)].into()).to_string();
                    let name = alone.trim_start_matches("Tuple(").trim_end_matches("UInt8)");
                    format!("\n{indent}{name}{}", pretty(t, depth + 1))
                })
                .collect();
            format!("Tuple({})", lines.join(","))
        }
        Type::Tuple(elements) => {
            let parts: Vec<String> = elements.iter().map(|(_, t)| pretty(t, depth)).collect();
            format!("Tuple({})", parts.join(", "))
        }
        other => other.to_string(),
    }
}

fn low_cardinality_type(args: &[Arg]) -> Result<Type> {
    match &args[0].ty {
        t @ Type::LowCardinality(_) => Ok(t.clone()),
        t if t.can_be_low_cardinality() => Ok(Type::low_cardinality(t.clone())),
        t => Err(illegal(t, "toLowCardinality")),
    }
}

fn to_low_cardinality(call: &Call<'_>) -> Result<ArrayRef> {
    match (&call.types[0], call.result) {
        (Type::LowCardinality(_), _) => call.array(0),
        (_, Type::LowCardinality(t)) => olly_types::batch::dictionary_of(&call.array(0)?, t),
        (t, _) => Err(illegal(t, "toLowCardinality")),
    }
}
