//! The toX functions of numbers, decimals, texts, UUIDs and addresses, with OrNull, OrZero and OrDefault. Of times: `conversion_time`.

use super::cast::{OnError, convert, text_options};
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality, Nulls};
use arrow::array::{Array, ArrayRef};
use olly_types::text::Zone;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function = Function { family: Family::Conversion, arity: (1, 1), ..FUNCTION };
const OR_NULL: Function = BASE;

macro_rules! to {
    ($($name:literal $or_null:literal $or_zero:literal $or_default:literal $aliases:expr, $ty:expr;)*) => {
        &[$(
            Function { name: $name, aliases: $aliases, syntax: concat!($name, "(x)"), description: "The value as the type of the function's name.", examples: &[], infer: |a| to_nullable_type(a, $name, $ty), eval: |c| to(c, OnError::Fail), nulls: Nulls::Own, ..BASE },
            Function { name: $or_null, syntax: concat!($or_null, "(x)"), description: "The text as the type of the function's name, NULL where it is none.", examples: &[], infer: |a| from_text(a, $or_null).map(|()| Type::nullable($ty)), eval: |c| to(c, OnError::Null), ..OR_NULL },
            Function { name: $or_zero, syntax: concat!($or_zero, "(x)"), description: "The text as the type of the function's name, the type's default where it is none.", examples: &[], infer: |a| from_text(a, $or_zero).map(|()| $ty), eval: |c| to(c, OnError::Default), ..OR_NULL },
            Function { name: $or_default, arity: (1, 2), syntax: concat!($or_default, "(x[, default])"), description: "The value as the type of the function's name, the default where it is none.", examples: &[], infer: |a| or_default_type(a, $or_default, $ty), eval: or_default, nulls: Nulls::Own, low_cardinality: LowCardinality::Own, ..OR_NULL },
        )*]
    };
}
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

pub const FUNCTIONS: &[Function] = &[
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
        nulls: Nulls::Own,
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
        nulls: Nulls::Own,
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
        nulls: Nulls::Own,
        ..BASE
    },
];

pub(super) fn texts(arg: &Arg, name: &str) -> Result<String> {
    match &arg.constant {
        Some(Value::Bytes(b)) => Ok(String::from_utf8_lossy(b).into_owned()),
        _ => Err(Error::new(Code::IllegalColumn, format!("Argument of function {name} must be a constant string"))),
    }
}

pub(super) fn zone(arg: Option<&Arg>, name: &str) -> Result<Option<Arc<str>>> {
    let Some(arg) = arg else { return Ok(None) };
    let text = texts(arg, name)?;
    Zone::load(&text)?;
    Ok(Some(text.into()))
}

/// Conversions are tried with an empty column, so that an impossible one is refused while binding.
pub(super) fn possible(from: &Type, to: &Type) -> Result<()> {
    let context = super::super::expr::empty_context();
    convert(&olly_types::batch::empty_carrier(from), from, to, &context, OnError::Fail).map(|_| ())
}

pub(super) fn to_type(args: &[Arg], name: &str, ty: Type) -> Result<Type> {
    possible(&args[0].ty, &ty).map_err(|_| illegal(&args[0].ty, name))?;
    Ok(ty)
}

/// [`to_type`] of an argument that may be Nullable: a text under it that is no value of the type becomes NULL.
pub(super) fn to_nullable_type(args: &[Arg], name: &str, ty: Type) -> Result<Type> {
    match &args[0].ty {
        Type::Nullable(t) if **t == Type::Nothing => Ok(args[0].ty.clone()),
        Type::Nullable(t) => {
            possible(t, &ty).map_err(|_| illegal(t, name))?;
            Ok(Type::nullable(ty))
        }
        _ => to_type(args, name, ty),
    }
}

pub(super) fn from_text(args: &[Arg], name: &str) -> Result<()> {
    if args[0].ty.is_string() { Ok(()) } else { Err(illegal(&args[0].ty, name)) }
}

pub(super) fn to(call: &Call<'_>, on_error: OnError) -> Result<ArrayRef> {
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

fn decimal_type(args: &[Arg], digits: u8) -> Result<Type> {
    match args[1].constant.as_ref().and_then(Value::as_i128) {
        Some(s) if (0..=i128::from(digits)).contains(&s) => {
            to_nullable_type(&args[..1], "toDecimal", Type::Decimal(digits, s as u8))
        }
        _ => Err(Error::new(
            Code::ArgumentOutOfBound,
            format!("Scale of a decimal of {digits} digits must be a constant in 0..{digits}"),
        )),
    }
}
