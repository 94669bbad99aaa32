//! Arithmetic in which a Decimal takes part: result types and values (source: ClickHouse `src/Core/DecimalFunctions.h`,
//! `src/Functions/FunctionBinaryArithmetic.h`).
//!
//! Beside an integer a Decimal keeps its precision and scale; two Decimals give the widest of their storage class; beside a
//! float everything is Float64. Values are unscaled integers; what does not fit the storage of the result is error 407.

use super::Call;
use super::num::*;
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type};

/// Digits of the decimal class (32, 64, 128 bits) that holds a precision.
fn class_digits(precision: u8) -> u8 {
    match precision {
        0..=9 => 9,
        10..=18 => 18,
        _ => 38,
    }
}

fn bounded(precision: u8, scale: u8) -> Result<Type> {
    if scale > precision {
        let text = format!("Scale {scale} is out of bounds (max: {precision})");
        return Err(Error::new(Code::ArgumentOutOfBound, text));
    }
    Ok(Type::Decimal(precision, scale))
}

/// Type of an operation of a Decimal and another number, with `scale` for that of two Decimals.
pub(super) fn result(a: &Type, b: &Type, function: &str, scale: impl Fn(u8, u8) -> Result<u8>) -> Result<Type> {
    if a.is_float() || b.is_float() {
        return Ok(Type::Float64);
    }
    match (a, b) {
        (Type::Decimal(p, s), Type::Decimal(q, t)) => bounded(class_digits(*p.max(q)), scale(*s, *t)?),
        (Type::Decimal(..), other) if int_shape(other).is_some() => Ok(a.clone()),
        (other, Type::Decimal(..)) if int_shape(other).is_some() => Ok(b.clone()),
        _ => Err(illegal_pair(a, b, function)),
    }
}

/// The scale of a quotient or remainder of two Decimals: the dividend's.
pub(super) fn dividend_scale(a: u8, b: u8) -> Result<u8> {
    if a < b {
        return Err(Error::new(Code::ArgumentOutOfBound, "Decimal result's scale is less than argument's one"));
    }
    Ok(a)
}

/// Type of the whole quotient: a signed integer as wide as the dividend.
pub(super) fn int_div_type(a: &Type, b: &Type, function: &str) -> Result<Type> {
    if let (Type::Decimal(_, s), Type::Decimal(_, t)) = (a, b) {
        dividend_scale(*s, *t)?;
    }
    let number = |t: &Type| t.is_decimal() || t.is_number();
    match (a, int_shape(a)) {
        (Type::Decimal(0..=9, _), _) if number(b) => Ok(Type::Int32),
        (Type::Decimal(10..=18, _), _) if number(b) => Ok(Type::Int64),
        (Type::Decimal(..), _) if number(b) => Err(Error::unsupported(format!("{function} of {a} (an Int128)"))),
        (_, Some((_, n))) => Ok(int_of(true, n)),
        (Type::Float32, _) => Ok(Type::Int32),
        (Type::Float64, _) => Ok(Type::Int64),
        _ => Err(illegal_pair(a, b, function)),
    }
}

/// Largest unscaled value of a decimal type's storage.
fn limit(ty: &Type) -> i128 {
    match ty {
        Type::Decimal(0..=9, _) => i128::from(i32::MAX),
        Type::Decimal(10..=18, _) => i128::from(i64::MAX),
        _ => i128::MAX,
    }
}

fn power(digits: u32) -> Result<i128> {
    10i128.checked_pow(digits).ok_or_else(overflow)
}

pub(super) fn sum(call: &Call<'_>, scale: u8, sign: i8) -> Result<ArrayRef> {
    let (x, y) = (scaled_vals(call, 0, scale)?, scaled_vals(call, 1, scale)?);
    let values = try_zip(&x, &y, call.rows, |x, y| {
        if sign > 0 { x.checked_add(y) } else { x.checked_sub(y) }.ok_or_else(overflow)
    })?;
    decimal_array(values, call.result)
}

pub(super) fn product(call: &Call<'_>) -> Result<ArrayRef> {
    let (x, y) = (wide_vals(call, 0)?, wide_vals(call, 1)?);
    decimal_array(try_zip(&x, &y, call.rows, |x, y| x.checked_mul(y).ok_or_else(overflow))?, call.result)
}

pub(super) fn quotient(call: &Call<'_>, scale: u8) -> Result<ArrayRef> {
    let own = |i: usize| u32::from(call.types[i].scale().unwrap_or(0));
    let factor = power((u32::from(scale) + own(1)).saturating_sub(own(0)))?;
    let most = limit(call.result);
    let (x, y) = (wide_vals(call, 0)?, wide_vals(call, 1)?);
    let values = try_zip(&x, &y, call.rows, |x, y| {
        if y == 0 {
            return Err(super::arithmetic::zero_division());
        }
        // The dividend is raised in the result's own width.
        x.checked_mul(factor).filter(|x| x.unsigned_abs() <= most.unsigned_abs()).ok_or_else(overflow).map(|x| x / y)
    })?;
    decimal_array(values, call.result)
}

/// Whole quotients, as the integer type of the result.
pub(super) fn int_div(call: &Call<'_>, or_zero: bool) -> Result<ArrayRef> {
    let own = |i: usize| u32::from(call.types[i].scale().unwrap_or(0));
    let (fa, fb) = (power(own(1))?, power(own(0))?);
    let (x, y) = (wide_vals(call, 0)?, wide_vals(call, 1)?);
    let values = try_zip(&x, &y, call.rows, |x, y| match y {
        0 if or_zero => Ok(0),
        0 => Err(super::arithmetic::zero_division()),
        y => {
            let (x, y) = (x.checked_mul(fa).ok_or_else(overflow)?, y.checked_mul(fb).ok_or_else(overflow)?);
            Ok(x / y)
        }
    })?;
    crate::with_native!(call.result, T => Ok(array(values.into_iter().map(T::of_i128).collect::<Vec<T>>())))
}

/// The remainder of the unscaled numbers, as ClickHouse computes it: neither side is raised to the other's scale, and an
/// integer wraps to the width of the result (`7.50 % 2` is 0.00).
pub(super) fn modulo(call: &Call<'_>, positive: bool) -> Result<ArrayRef> {
    let width = |v: i128| match call.result {
        Type::Decimal(0..=9, _) => i128::from(v as i32),
        Type::Decimal(10..=18, _) => i128::from(v as i64),
        _ => v,
    };
    let (x, y) = (wide_vals(call, 0)?, wide_vals(call, 1)?);
    let values = try_zip(&x, &y, call.rows, |x, y| match (width(x), width(y)) {
        (_, 0) => Err(super::arithmetic::zero_division()),
        (x, y) => Ok(match x.wrapping_rem(y) {
            r if positive && r < 0 => r + y.abs(),
            r => r,
        }),
    })?;
    decimal_array(values, call.result)
}

/// Type of the least or greatest of numbers of which one is a Decimal.
pub(super) fn extreme_type(types: &[Type], function: &str) -> Result<Type> {
    let mut all = types.iter();
    let Some(first) = all.next() else { return Err(Error::new(Code::LogicalError, "no argument")) };
    let plain = |a: &Type, b: &Type| {
        if a.is_decimal() || b.is_decimal() {
            result(a, b, function, |s, t| Ok(s.max(t)))
        } else if a.is_float() || b.is_float() {
            Ok(Type::Float64)
        } else {
            // Any integer beside a Decimal gives way to it.
            Ok(Type::Int64)
        }
    };
    all.try_fold(first.clone(), |so_far, next| plain(&so_far, next))
}
