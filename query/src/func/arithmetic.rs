//! plus, minus, multiply, divide, intDiv, modulo, negate, abs and their relatives, with ClickHouse's result types
//! (source: ClickHouse `src/DataTypes/NumberTraits.h`, `src/Functions/FunctionBinaryArithmetic.h`).

use super::decimal;
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function};
use crate::with_native;
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type};

const BASE: Function = Function { family: Family::Arithmetic, arity: (2, 2), ..FUNCTION };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "plus",
        syntax: "plus(a, b), a + b",
        description: "Sum. Dates take days, DateTimes seconds, both take intervals.",
        examples: &["SELECT plus(5, 5)"],
        infer: |a| sum_type(a, "plus"),
        eval: |c| sum(c, 1),
        ..BASE
    },
    Function {
        name: "minus",
        syntax: "minus(a, b), a - b",
        description: "Difference; always signed.",
        examples: &["SELECT minus(10, 5)"],
        infer: |a| sum_type(a, "minus"),
        eval: |c| sum(c, -1),
        ..BASE
    },
    Function {
        name: "multiply",
        syntax: "multiply(a, b), a * b",
        description: "Product.",
        examples: &["SELECT multiply(5, 5)"],
        infer: product_type,
        eval: product,
        ..BASE
    },
    Function {
        name: "divide",
        syntax: "divide(a, b), a / b",
        description: "Quotient as Float64 (decimals stay decimals); division by zero gives inf or nan.",
        examples: &["SELECT divide(25, 5)"],
        infer: quotient_type,
        eval: quotient,
        ..BASE
    },
    Function {
        name: "intDiv",
        syntax: "intDiv(a, b)",
        description: "Quotient rounded towards zero; division by zero is an error.",
        examples: &["SELECT intDiv(25, 4)"],
        infer: |a| int_div_type(a, "intDiv"),
        eval: |c| int_div(c, false),
        ..BASE
    },
    Function {
        name: "intDivOrZero",
        syntax: "intDivOrZero(a, b)",
        description: "intDiv that gives 0 where the divisor is 0.",
        examples: &["SELECT intDivOrZero(25, 0)"],
        infer: |a| int_div_type(a, "intDivOrZero"),
        eval: |c| int_div(c, true),
        ..BASE
    },
    Function {
        name: "modulo",
        aliases: &["mod"],
        case_insensitive: true,
        syntax: "modulo(a, b), a % b",
        description: "Remainder with the sign of the dividend.",
        examples: &["SELECT modulo(5, 2)"],
        infer: |a| modulo_type(a, "modulo"),
        eval: |c| modulo(c, Modulo::Strict),
        ..BASE
    },
    Function {
        name: "moduloOrZero",
        syntax: "moduloOrZero(a, b)",
        description: "modulo that gives 0 where the divisor is 0.",
        examples: &["SELECT moduloOrZero(5, 0)"],
        infer: |a| modulo_type(a, "moduloOrZero"),
        eval: |c| modulo(c, Modulo::OrZero),
        ..BASE
    },
    Function {
        name: "positiveModulo",
        aliases: &["positive_modulo", "pmod"],
        case_insensitive: true,
        syntax: "positiveModulo(a, b)",
        description: "Remainder that is never negative.",
        examples: &["SELECT positiveModulo(-1, 10)"],
        infer: positive_modulo_type,
        eval: |c| modulo(c, Modulo::Positive),
        ..BASE
    },
    Function {
        name: "negate",
        syntax: "negate(a), -a",
        description: "The value with the other sign.",
        examples: &["SELECT negate(10)"],
        arity: (1, 1),
        infer: negate_type,
        eval: negate,
        ..BASE
    },
    Function {
        name: "abs",
        case_insensitive: true,
        syntax: "abs(a)",
        description: "The value without its sign.",
        examples: &["SELECT abs(-0.5)"],
        arity: (1, 1),
        infer: abs_type,
        eval: abs,
        ..BASE
    },
    Function {
        name: "gcd",
        syntax: "gcd(a, b)",
        description: "Greatest common divisor.",
        examples: &["SELECT gcd(12, 18)"],
        infer: |a| whole_type(a, "gcd"),
        eval: |c| divisors(c, false),
        ..BASE
    },
    Function {
        name: "lcm",
        syntax: "lcm(a, b)",
        description: "Least common multiple.",
        examples: &["SELECT lcm(6, 8)"],
        infer: |a| whole_type(a, "lcm"),
        eval: |c| divisors(c, true),
        ..BASE
    },
    Function {
        name: "max2",
        case_insensitive: true,
        syntax: "max2(a, b)",
        description: "The larger of two numbers, as Float64.",
        examples: &["SELECT max2(-1, 2)"],
        infer: |a| float_pair(a, "max2"),
        eval: |c| pairwise(c, |a, b| if a > b { a } else { b }),
        ..BASE
    },
    Function {
        name: "min2",
        case_insensitive: true,
        syntax: "min2(a, b)",
        description: "The smaller of two numbers, as Float64.",
        examples: &["SELECT min2(-1, 2)"],
        infer: |a| float_pair(a, "min2"),
        eval: |c| pairwise(c, |a, b| if a < b { a } else { b }),
        ..BASE
    },
];

fn sum_type(args: &[Arg], name: &str) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    // Dates and intervals are dealt with by the time functions.
    if a.is_temporal() || b.is_temporal() || matches!(a, Type::Interval(_)) || matches!(b, Type::Interval(_)) {
        return super::interval::sum_type(a, b, name);
    }
    if a.is_decimal() || b.is_decimal() {
        return decimal::result(a, b, name, |s, t| Ok(s.max(t)));
    }
    numeric_result(a, b, name, |sa, sb| sa || sb || name == "minus", next)
}

fn next(bytes: u8) -> u8 {
    (bytes * 2).min(8)
}

fn numeric_result(
    a: &Type,
    b: &Type,
    name: &str,
    signed: impl Fn(bool, bool) -> bool,
    grow: impl Fn(u8) -> u8,
) -> Result<Type> {
    if !a.is_number() || !b.is_number() {
        return Err(illegal_pair(a, b, name));
    }
    match (int_shape(a), int_shape(b)) {
        (Some((sa, na)), Some((sb, nb))) => Ok(int_of(signed(sa, sb), grow(na.max(nb)))),
        _ => Ok(Type::Float64),
    }
}

fn product_type(args: &[Arg]) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    if matches!(a, Type::Interval(_)) || matches!(b, Type::Interval(_)) {
        return super::interval::product_type(a, b);
    }
    if a.is_decimal() || b.is_decimal() {
        return decimal::result(a, b, "multiply", |s, t| Ok(s + t));
    }
    numeric_result(a, b, "multiply", |a, b| a || b, next)
}

fn quotient_type(args: &[Arg]) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    if a.is_decimal() || b.is_decimal() {
        return decimal::result(a, b, "divide", decimal::dividend_scale);
    }
    if a.is_number() && b.is_number() { Ok(Type::Float64) } else { Err(illegal_pair(a, b, "divide")) }
}

fn int_div_type(args: &[Arg], name: &str) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    if a.is_decimal() || b.is_decimal() {
        return decimal::int_div_type(a, b, name);
    }
    match (int_shape(a), int_shape(b)) {
        (Some((sa, n)), Some((sb, _))) => Ok(int_of(sa || sb, n)),
        (Some((_, n)), None) if b.is_float() => Ok(int_of(true, n)),
        (None, _) if a.is_float() && b.is_number() => Ok(if *a == Type::Float32 { Type::Int32 } else { Type::Int64 }),
        _ => Err(illegal_pair(a, b, name)),
    }
}

fn modulo_type(args: &[Arg], name: &str) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    if a.is_decimal() || b.is_decimal() {
        return match name {
            "moduloOrZero" => Err(illegal_pair(a, b, name)),
            _ => decimal::result(a, b, name, decimal::dividend_scale),
        };
    }
    match (int_shape(a), int_shape(b)) {
        (Some((true, _)), Some((_, n))) => Ok(int_of(true, next(n))),
        (Some((false, _)), Some((_, n))) => Ok(int_of(false, n)),
        _ if a.is_number() && b.is_number() => Ok(Type::Float64),
        _ => Err(illegal_pair(a, b, name)),
    }
}

fn positive_modulo_type(args: &[Arg]) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    match (int_shape(a), int_shape(b)) {
        (Some(_), Some((_, n))) => Ok(int_of(false, n)),
        _ => modulo_type(args, "positiveModulo"),
    }
}

fn sum(call: &Call<'_>, sign: i8) -> Result<ArrayRef> {
    let (a, b) = (&call.types[0], &call.types[1]);
    if a.is_temporal() || b.is_temporal() || matches!(a, Type::Interval(_)) || matches!(b, Type::Interval(_)) {
        return super::interval::sum(call, sign);
    }
    if let Type::Decimal(_, scale) = call.result {
        return decimal::sum(call, *scale, sign);
    }
    if a.is_decimal() || b.is_decimal() {
        let (x, y) = (float_vals(call, 0)?, float_vals(call, 1)?);
        return Ok(array(zip(&x, &y, call.rows, |x, y| if sign > 0 { x + y } else { x - y })));
    }
    macro_rules! int {
        ($t:ty) => {{
            let (x, y) = (vals::<$t>(call, 0)?, vals::<$t>(call, 1)?);
            Ok(array(match sign {
                1 => zip(&x, &y, call.rows, |x, y| x.wrapping_add(y)),
                _ => zip(&x, &y, call.rows, |x, y| x.wrapping_sub(y)),
            }))
        }};
    }
    match call.result {
        Type::UInt16 => int!(u16),
        Type::UInt32 => int!(u32),
        Type::UInt64 => int!(u64),
        Type::Int16 => int!(i16),
        Type::Int32 => int!(i32),
        Type::Int64 => int!(i64),
        _ => {
            let (x, y) = (vals::<f64>(call, 0)?, vals::<f64>(call, 1)?);
            Ok(array(match sign {
                1 => zip(&x, &y, call.rows, |x, y| x + y),
                _ => zip(&x, &y, call.rows, |x, y| x - y),
            }))
        }
    }
}

/// Argument `i` as Float64, decimals divided by their scale.
pub(super) fn float_vals(call: &Call<'_>, i: usize) -> Result<Vals<f64>> {
    let divisor = match &call.types[i] {
        Type::Decimal(_, s) | Type::DateTime64(s, _) => 10f64.powi(i32::from(*s)),
        _ => return vals::<f64>(call, i),
    };
    Ok(match vals::<f64>(call, i)? {
        Vals::Many(v) => Vals::Many(v.into_iter().map(|v| v / divisor).collect()),
        Vals::One(v) => Vals::One(v / divisor),
    })
}

fn product(call: &Call<'_>) -> Result<ArrayRef> {
    if matches!(call.result, Type::Interval(_)) {
        let (x, y) = (vals::<i64>(call, 0)?, vals::<i64>(call, 1)?);
        return Ok(array(zip(&x, &y, call.rows, |x, y| x.wrapping_mul(y))));
    }
    if call.result.is_decimal() {
        return decimal::product(call);
    }
    macro_rules! int {
        ($t:ty) => {{
            let (x, y) = (vals::<$t>(call, 0)?, vals::<$t>(call, 1)?);
            Ok(array(zip(&x, &y, call.rows, |x, y| x.wrapping_mul(y))))
        }};
    }
    match call.result {
        Type::UInt16 => int!(u16),
        Type::UInt32 => int!(u32),
        Type::UInt64 => int!(u64),
        Type::Int16 => int!(i16),
        Type::Int32 => int!(i32),
        Type::Int64 => int!(i64),
        _ => pairwise(call, |x, y| x * y),
    }
}

fn pairwise(call: &Call<'_>, f: impl Fn(f64, f64) -> f64) -> Result<ArrayRef> {
    Ok(array(zip(&float_vals(call, 0)?, &float_vals(call, 1)?, call.rows, f)))
}

fn float_pair(args: &[Arg], name: &str) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    if a.is_number() && b.is_number() { Ok(Type::Float64) } else { Err(illegal_pair(a, b, name)) }
}

pub(super) fn zero_division() -> Error {
    Error::new(Code::IllegalDivision, "Division by zero")
}

fn quotient(call: &Call<'_>) -> Result<ArrayRef> {
    match call.result {
        Type::Decimal(_, scale) => decimal::quotient(call, *scale),
        _ => pairwise(call, |x, y| x / y),
    }
}

/// The least value of a signed integer type, which no type of its width holds without its sign.
fn least(ty: &Type) -> Option<i128> {
    match int_shape(ty) {
        Some((true, bytes)) => Some(-(1i128 << (u32::from(bytes) * 8 - 1))),
        _ => None,
    }
}

fn least_division() -> Error {
    Error::new(Code::IllegalDivision, "Division of minimal signed number by minus one")
}

fn int_div(call: &Call<'_>, or_zero: bool) -> Result<ArrayRef> {
    let (a, b) = (&call.types[0], &call.types[1]);
    if a.is_float() || b.is_float() {
        let (x, y) = (float_vals(call, 0)?, float_vals(call, 1)?);
        // An integer beside a Float32 is divided as one.
        let single = !matches!(a, Type::Float64 | Type::Decimal(..)) && !matches!(b, Type::Float64 | Type::Decimal(..));
        return with_native!(call.result, T => {
            let values = try_zip(&x, &y, call.rows, |x, y| {
                let q = if single { f64::from(x as f32 / y as f32).trunc() } else { (x / y).trunc() };
                if or_zero && y == 0.0 {
                    return Ok(T::of_f64(0.0));
                }
                if !q.is_finite() {
                    let text = "Cannot perform integer division on infinite or too large floating point numbers";
                    return Err(Error::new(Code::IllegalDivision, text));
                }
                Ok(T::of_f64(q))
            })?;
            Ok(array(values))
        });
    }
    if a.is_decimal() || b.is_decimal() {
        return decimal::int_div(call, or_zero);
    }
    let (x, y) = (wide_vals(call, 0)?, wide_vals(call, 1)?);
    let least = least(a).filter(|_| least(b).is_some());
    let (a, b) = (int_shape(a), int_shape(b));
    let mixed = matches!((a, b), (Some((s, _)), Some((t, _))) if s != t);
    // Beside a signed operand ClickHouse reads an unsigned one as signed, the dividend in its own width, the divisor in the
    // wider one: intDiv(200, -7) is 8.
    let b = b.zip(a).map(|((s, n), (_, m))| (s, n.max(m)));
    let signed = |v: i128, shape: Option<(bool, u8)>| match shape {
        Some((false, bytes)) if mixed => {
            let unused = 128 - u32::from(bytes) * 8;
            (v << unused) >> unused
        }
        _ => v,
    };
    let values = try_zip(&x, &y, call.rows, |x, y| match (signed(x, a), signed(y, b)) {
        (x, y) if or_zero && (y == 0 || y == -1 && Some(x) == least) => Ok(0),
        (_, 0) => Err(zero_division()),
        (x, -1) if Some(x) == least => Err(least_division()),
        (x, y) => Ok(x / y),
    })?;
    with_native!(call.result, T => Ok(array(values.into_iter().map(T::of_i128).collect::<Vec<T>>())))
}

#[derive(Clone, Copy, PartialEq)]
enum Modulo {
    Strict,
    OrZero,
    Positive,
}

fn modulo(call: &Call<'_>, mode: Modulo) -> Result<ArrayRef> {
    if call.result.is_decimal() {
        return decimal::modulo(call, mode == Modulo::Positive);
    }
    if *call.result == Type::Float64 {
        // As ClickHouse computes it, which is not fmod: `1 % 0.1` is 0, and anything by an infinity is NaN.
        let fold = |x: f64, y: f64| match (x - (x / y).trunc() * y, mode) {
            (r, Modulo::Positive) if r < 0.0 => r + y.abs(),
            (r, _) => r,
        };
        return pairwise(call, fold);
    }
    // The common case: unsigned by a constant.
    if let (Type::UInt64 | Type::UInt32 | Type::UInt16 | Type::UInt8, Vals::One(m), Modulo::Strict) =
        (&call.types[0], wide_vals(call, 1)?, mode)
        && m > 0
        && let Vals::Many(x) = vals::<u64>(call, 0)?
    {
        let m = m as u64;
        return with_native!(call.result, T => Ok(array(x.into_iter().map(|x| T::of_u64(x % m)).collect::<Vec<T>>())));
    }
    let (x, y) = (wide_vals(call, 0)?, wide_vals(call, 1)?);
    let least = least(&call.types[0]).filter(|_| least(&call.types[1]).is_some() && mode != Modulo::OrZero);
    let values = try_zip(&x, &y, call.rows, |x, y| match y {
        0 if mode == Modulo::OrZero => Ok(0),
        0 => Err(zero_division()),
        -1 if Some(x) == least => Err(least_division()),
        y if mode == Modulo::Positive => Ok(x.rem_euclid(y.abs())),
        y => Ok(x % y),
    })?;
    with_native!(call.result, T => Ok(array(values.into_iter().map(T::of_i128).collect::<Vec<T>>())))
}

fn negate_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    match (ty, int_shape(ty)) {
        (_, Some((true, n))) => Ok(int_of(true, n)),
        (_, Some((false, n))) => Ok(int_of(true, next(n))),
        (Type::Float32 | Type::Float64 | Type::Decimal(..) | Type::Interval(_), _) => Ok(ty.clone()),
        _ => Err(illegal(ty, "negate")),
    }
}

fn negate(call: &Call<'_>) -> Result<ArrayRef> {
    if call.result.is_decimal() {
        let values = (0..call.rows).map(|_| 0).collect::<Vec<i128>>();
        let x = wide_vals(call, 0)?;
        return decimal_array(values.iter().enumerate().map(|(i, _)| -x.get(i)).collect(), call.result);
    }
    macro_rules! go {
        ($t:ty, $f:expr) => {{
            let x = vals::<$t>(call, 0)?;
            Ok(array(zip(&x, &Vals::One(()), call.rows, |x, ()| $f(x))))
        }};
    }
    match call.result {
        Type::Int8 => go!(i8, i8::wrapping_neg),
        Type::Int16 => go!(i16, i16::wrapping_neg),
        Type::Int32 => go!(i32, i32::wrapping_neg),
        Type::Float32 => go!(f32, |x: f32| -x),
        Type::Float64 => go!(f64, |x: f64| -x),
        _ => go!(i64, i64::wrapping_neg),
    }
}

fn abs_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    match (ty, int_shape(ty)) {
        (_, Some((_, n))) => Ok(int_of(false, n)),
        (Type::Float32 | Type::Float64 | Type::Decimal(..), _) => Ok(ty.clone()),
        _ => Err(illegal(ty, "abs")),
    }
}

fn abs(call: &Call<'_>) -> Result<ArrayRef> {
    if call.result.is_decimal() {
        let x = wide_vals(call, 0)?;
        return decimal_array((0..call.rows).map(|i| x.get(i).abs()).collect(), call.result);
    }
    if call.result.is_float() {
        let x = vals::<f64>(call, 0)?;
        return with_native!(call.result, T => Ok(array(zip(&x, &Vals::One(()), call.rows, |x, ()| T::of_f64(x.abs())))));
    }
    let x = wide_vals(call, 0)?;
    with_native!(call.result, T => Ok(array(zip(&x, &Vals::One(()), call.rows, |x, ()| T::of_i128(x.abs())))))
}

fn whole_type(args: &[Arg], name: &str) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    match (int_shape(a), int_shape(b)) {
        (Some((sa, na)), Some((sb, nb))) => Ok(int_of(sa || sb, next(na.max(nb)))),
        _ => Err(illegal_pair(a, b, name)),
    }
}

fn divisors(call: &Call<'_>, multiple: bool) -> Result<ArrayRef> {
    let (x, y) = (wide_vals(call, 0)?, wide_vals(call, 1)?);
    let values = try_zip(&x, &y, call.rows, |x, y| {
        if x == 0 || y == 0 {
            return Err(zero_division());
        }
        let (mut a, mut b) = (x.abs(), y.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Ok(if multiple { x.abs() / a * y.abs() } else { a })
    })?;
    with_native!(call.result, T => Ok(array(values.into_iter().map(T::of_i128).collect::<Vec<T>>())))
}
