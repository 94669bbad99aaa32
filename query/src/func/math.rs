//! Elementary functions of one or two Float64 values, rounding, and bits.

use super::arithmetic::float_vals;
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function};
use crate::with_native;
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type};

const MATH: Function =
    Function { family: Family::Math, case_insensitive: true, arity: (1, 1), infer: float_type, ..FUNCTION };
const ROUND: Function =
    Function { family: Family::Rounding, case_insensitive: true, arity: (1, 2), infer: round_type, ..FUNCTION };
const BITS: Function = Function { family: Family::Bit, arity: (2, 2), ..FUNCTION };

macro_rules! math {
    ($name:literal, $aliases:expr, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            aliases: $aliases,
            syntax: concat!($name, "(x)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "(1)")],
            eval: |c| unary(c, $f),
            ..MATH
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    math!("exp", &[], "e to the power of x.", f64::exp),
    math!("exp2", &[], "2 to the power of x.", f64::exp2),
    math!("exp10", &[], "10 to the power of x.", |x| 10f64.powf(x)),
    math!("log", &["ln"], "Natural logarithm.", f64::ln),
    math!("log2", &[], "Logarithm to base 2.", f64::log2),
    math!("log10", &[], "Logarithm to base 10.", f64::log10),
    math!("log1p", &[], "log(1 + x).", f64::ln_1p),
    math!("sqrt", &[], "Square root.", f64::sqrt),
    math!("cbrt", &[], "Cube root.", f64::cbrt),
    math!("sin", &[], "Sine of radians.", f64::sin),
    math!("cos", &[], "Cosine of radians.", f64::cos),
    math!("tan", &[], "Tangent of radians.", f64::tan),
    math!("asin", &[], "Arc sine.", f64::asin),
    math!("acos", &[], "Arc cosine.", f64::acos),
    math!("atan", &[], "Arc tangent.", f64::atan),
    math!("sinh", &[], "Hyperbolic sine.", f64::sinh),
    math!("cosh", &[], "Hyperbolic cosine.", f64::cosh),
    math!("tanh", &[], "Hyperbolic tangent.", |x| 2.0 / (1.0 + (-2.0 * x).exp()) - 1.0),
    math!("degrees", &[], "Radians as degrees.", f64::to_degrees),
    math!("radians", &[], "Degrees as radians.", f64::to_radians),
    Function {
        name: "pow",
        aliases: &["power"],
        syntax: "pow(x, y)",
        description: "x to the power of y.",
        examples: &["SELECT pow(2, 3)"],
        arity: (2, 2),
        eval: |c| binary(c, f64::powf),
        ..MATH
    },
    Function {
        name: "atan2",
        syntax: "atan2(y, x)",
        description: "Angle of the point (x, y) in radians.",
        examples: &["SELECT atan2(1, 1)"],
        arity: (2, 2),
        eval: |c| binary(c, f64::atan2),
        ..MATH
    },
    Function {
        name: "hypot",
        syntax: "hypot(x, y)",
        description: "Length of the hypotenuse.",
        examples: &["SELECT hypot(3, 4)"],
        arity: (2, 2),
        eval: |c| binary(c, f64::hypot),
        ..MATH
    },
    Function {
        name: "pi",
        syntax: "pi()",
        description: "The number pi.",
        examples: &["SELECT pi()"],
        arity: (0, 0),
        eval: |c| Ok(array(vec![std::f64::consts::PI; c.rows])),
        ..MATH
    },
    Function {
        name: "e",
        syntax: "e()",
        description: "Euler's number.",
        examples: &["SELECT e()"],
        arity: (0, 0),
        case_insensitive: false,
        eval: |c| Ok(array(vec![std::f64::consts::E; c.rows])),
        ..MATH
    },
    Function {
        name: "sign",
        syntax: "sign(x)",
        description: "-1, 0 or 1.",
        examples: &["SELECT sign(-5)"],
        infer: |a| number_to(a, "sign", Type::Int8),
        eval: sign,
        ..MATH
    },
    Function {
        name: "isNaN",
        case_insensitive: false,
        syntax: "isNaN(x)",
        description: "Whether the value is NaN.",
        examples: &["SELECT isNaN(0/0)"],
        infer: |a| number_to(a, "isNaN", Type::UInt8),
        eval: |c| test(c, f64::is_nan),
        ..MATH
    },
    Function {
        name: "isFinite",
        case_insensitive: false,
        syntax: "isFinite(x)",
        description: "Whether the value is neither infinite nor NaN.",
        examples: &["SELECT isFinite(1/0)"],
        infer: |a| number_to(a, "isFinite", Type::UInt8),
        eval: |c| test(c, f64::is_finite),
        ..MATH
    },
    Function {
        name: "isInfinite",
        case_insensitive: false,
        syntax: "isInfinite(x)",
        description: "Whether the value is infinite.",
        examples: &["SELECT isInfinite(1/0)"],
        infer: |a| number_to(a, "isInfinite", Type::UInt8),
        eval: |c| test(c, f64::is_infinite),
        ..MATH
    },
    Function {
        name: "round",
        syntax: "round(x[, n])",
        description: "Rounds to n digits after the point; halves of floats go to the even digit.",
        examples: &["SELECT round(5.55, 1)"],
        eval: |c| round(c, Mode::Round),
        ..ROUND
    },
    Function {
        name: "roundBankers",
        case_insensitive: false,
        syntax: "roundBankers(x[, n])",
        description: "Rounds halves to the even digit.",
        examples: &["SELECT roundBankers(2.5)"],
        eval: |c| round(c, Mode::Bankers),
        ..ROUND
    },
    Function {
        name: "floor",
        syntax: "floor(x[, n])",
        description: "Largest rounded number that is not above x.",
        examples: &["SELECT floor(1.5)"],
        eval: |c| round(c, Mode::Floor),
        ..ROUND
    },
    Function {
        name: "ceil",
        aliases: &["ceiling"],
        syntax: "ceil(x[, n])",
        description: "Smallest rounded number that is not below x.",
        examples: &["SELECT ceil(1.5)"],
        eval: |c| round(c, Mode::Ceil),
        ..ROUND
    },
    Function {
        name: "trunc",
        aliases: &["truncate"],
        syntax: "trunc(x[, n])",
        description: "Rounds towards zero.",
        examples: &["SELECT trunc(-1.5)"],
        eval: |c| round(c, Mode::Trunc),
        ..ROUND
    },
    Function {
        name: "bitAnd",
        syntax: "bitAnd(a, b)",
        description: "Bits set in both.",
        examples: &["SELECT bitAnd(6, 3)"],
        infer: |a| bits_type(a, "bitAnd"),
        eval: |c| bits(c, |a, b| a & b),
        ..BITS
    },
    Function {
        name: "bitOr",
        syntax: "bitOr(a, b)",
        description: "Bits set in either.",
        examples: &["SELECT bitOr(6, 3)"],
        infer: |a| bits_type(a, "bitOr"),
        eval: |c| bits(c, |a, b| a | b),
        ..BITS
    },
    Function {
        name: "bitXor",
        syntax: "bitXor(a, b)",
        description: "Bits set in one of the two.",
        examples: &["SELECT bitXor(6, 3)"],
        infer: |a| bits_type(a, "bitXor"),
        eval: |c| bits(c, |a, b| a ^ b),
        ..BITS
    },
    Function {
        name: "bitShiftLeft",
        syntax: "bitShiftLeft(a, n)",
        description: "Bits moved towards the high end, in the width of a.",
        examples: &["SELECT bitShiftLeft(1, 3)"],
        infer: |a| shift_type(a, "bitShiftLeft"),
        eval: |c| shift(c, true),
        ..BITS
    },
    Function {
        name: "bitShiftRight",
        syntax: "bitShiftRight(a, n)",
        description: "Bits moved towards the low end.",
        examples: &["SELECT bitShiftRight(8, 3)"],
        infer: |a| shift_type(a, "bitShiftRight"),
        eval: |c| shift(c, false),
        ..BITS
    },
    Function {
        name: "bitNot",
        syntax: "bitNot(a)",
        description: "Bits turned over, in the width of a.",
        examples: &["SELECT bitNot(1)"],
        arity: (1, 1),
        infer: |a| shift_type(a, "bitNot"),
        eval: bit_not,
        ..BITS
    },
    Function {
        name: "bitCount",
        syntax: "bitCount(a)",
        description: "Number of set bits.",
        examples: &["SELECT bitCount(7)"],
        arity: (1, 1),
        infer: bit_count_type,
        eval: bit_count,
        ..BITS
    },
    Function {
        name: "bitTest",
        syntax: "bitTest(a, n)",
        description: "Bit n of a.",
        examples: &["SELECT bitTest(4, 2)"],
        infer: |a| shift_type(a, "bitTest").map(|_| Type::UInt8),
        eval: bit_test,
        ..BITS
    },
];

fn float_type(args: &[Arg]) -> Result<Type> {
    match args.iter().find(|a| !a.ty.is_number() && !a.ty.is_decimal()) {
        Some(arg) => Err(Error::new(
            Code::IllegalTypeOfArgument,
            format!("Illegal type {} of argument of a function of numbers", arg.ty),
        )),
        None => Ok(Type::Float64),
    }
}

fn number_to(args: &[Arg], name: &str, ty: Type) -> Result<Type> {
    let own = &args[0].ty;
    if own.is_number() || own.is_decimal() { Ok(ty) } else { Err(illegal(own, name)) }
}

fn unary(call: &Call<'_>, f: impl Fn(f64) -> f64) -> Result<ArrayRef> {
    Ok(array(zip(&float_vals(call, 0)?, &Vals::One(()), call.rows, |x, ()| f(x))))
}

fn binary(call: &Call<'_>, f: impl Fn(f64, f64) -> f64) -> Result<ArrayRef> {
    Ok(array(zip(&float_vals(call, 0)?, &float_vals(call, 1)?, call.rows, f)))
}

fn sign(call: &Call<'_>) -> Result<ArrayRef> {
    let x = vals::<f64>(call, 0)?;
    Ok(array(zip(&x, &Vals::One(()), call.rows, |x, ()| i8::from(x != 0.0) - 2 * i8::from(x < 0.0))))
}

fn test(call: &Call<'_>, f: impl Fn(f64) -> bool) -> Result<ArrayRef> {
    let x = vals::<f64>(call, 0)?;
    Ok(flags(zip(&x, &Vals::One(()), call.rows, |x, ()| f(x))))
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Round,
    Bankers,
    Floor,
    Ceil,
    Trunc,
}

fn round_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    if !ty.is_number() && !ty.is_decimal() {
        return Err(illegal(ty, "round"));
    }
    if let Some(arg) = args.get(1)
        && !arg.ty.is_integer()
    {
        return Err(illegal(&arg.ty, "round"));
    }
    if *ty == Type::Bool && args.len() > 1 {
        return Err(Error::unsupported("rounding Bool to a number of digits"));
    }
    Ok(ty.clone())
}

fn round(call: &Call<'_>, mode: Mode) -> Result<ArrayRef> {
    let digits = if call.args.len() > 1 { vals::<i64>(call, 1)? } else { Vals::One(0) };
    for i in 0..if digits.is_const() { 1 } else { call.rows } {
        if digits.get(i).unsigned_abs() > 32_767 {
            return Err(Error::new(Code::ArgumentOutOfBound, "Scale argument for rounding function is too large"));
        }
    }
    if call.result.is_float() {
        let x = vals::<f64>(call, 0)?;
        let single = *call.result == Type::Float32;
        let values = zip(&x, &digits, call.rows, |x, n| {
            if single { f64::from(round_float(x as f32, n as i32, mode)) } else { round_double(x, n as i32, mode) }
        });
        return with_native!(call.result, T => Ok(array(values.into_iter().map(T::of_f64).collect::<Vec<T>>())));
    }
    let scale = i64::from(call.types[0].scale().unwrap_or(0));
    let x = wide_vals(call, 0)?;
    if let Some(shape) = int_shape(call.result) {
        let values = zip(&x, &digits, call.rows, |x, n| round_integer(x, n, mode, shape));
        return with_native!(call.result, T => Ok(array(values.into_iter().map(T::of_i128).collect::<Vec<T>>())));
    }
    let values = zip(&x, &digits, call.rows, |x, n| {
        let drop = scale - n;
        if drop <= 0 {
            return x;
        }
        if drop > 38 {
            return 0;
        }
        let unit = 10i128.pow(drop as u32);
        let (low, rest) = (x.div_euclid(unit), x.rem_euclid(unit));
        // Decimals round halves away from zero; bankers' rounding to the even digit.
        let up = match mode {
            Mode::Floor => false,
            Mode::Ceil => rest != 0,
            Mode::Trunc => x < 0 && rest != 0,
            Mode::Round => rest * 2 > unit || (rest * 2 == unit && x > 0),
            Mode::Bankers => rest * 2 > unit || (rest * 2 == unit && low % 2 != 0),
        };
        (low + i128::from(up)) * unit
    });
    decimal_array(values, call.result)
}

/// An integer of a shape (signed, bytes), rounded as ClickHouse's `IntegerRoundingComputation` does it: steps wrap in the type's
/// own width, those of 8 and 16 bits in 32 until the end.
fn round_integer(x: i128, digits: i64, mode: Mode, (signed, bytes): (bool, u8)) -> i128 {
    if digits >= 0 {
        return x;
    }
    let bits = u32::from(bytes) * 8;
    let most = (1i128 << (bits - u32::from(signed))) - 1;
    let unit = u32::try_from(-digits).ok().and_then(|n| 10i128.checked_pow(n)).filter(|unit| *unit <= most);
    let Some(unit) = unit else { return 0 };
    let own = |v: i128| {
        let low = v & ((1 << bits) - 1);
        if low > most { low - (1 << bits) } else { low }
    };
    let step = |v: i128| if bits < 32 { v } else { own(v) };
    match mode {
        Mode::Trunc => x / unit * unit,
        Mode::Floor => (if x < 0 { own(x - (unit - 1)) } else { x }) / unit * unit,
        Mode::Ceil => (if x >= 0 { own(x + (unit - 1)) } else { x }) / unit * unit,
        Mode::Round | Mode::Bankers => {
            let x = if x < 0 { own(x - unit) } else { x };
            let moved = step(x + unit / 2);
            let quotient = moved / unit;
            if mode == Mode::Bankers && quotient * unit == moved {
                ((quotient + i128::from(x < 0)) & !1) * unit
            } else {
                quotient * unit
            }
        }
    }
}

fn whole(x: f64, mode: Mode) -> f64 {
    match mode {
        Mode::Round | Mode::Bankers => x.round_ties_even(),
        Mode::Floor => x.floor(),
        Mode::Ceil => x.ceil(),
        Mode::Trunc => x.trunc(),
    }
}

/// As ClickHouse: scale by a power of ten, round, scale back; a scale too large for the value changes nothing.
fn round_double(x: f64, digits: i32, mode: Mode) -> f64 {
    if digits == 0 || !x.is_finite() {
        return whole(x, mode);
    }
    let power = 10f64.powi(digits.abs());
    let (scaled, back): (f64, fn(f64, f64) -> f64) =
        if digits > 0 { (x * power, |a, b| a / b) } else { (x / power, |a, b| a * b) };
    let out = back(whole(scaled, mode), power);
    if out.is_finite() { out } else { x }
}

fn round_float(x: f32, digits: i32, mode: Mode) -> f32 {
    if digits == 0 || !x.is_finite() {
        return whole(f64::from(x), mode) as f32;
    }
    let power = 10f32.powi(digits.abs());
    let out = if digits > 0 {
        whole(f64::from(x * power), mode) as f32 / power
    } else {
        whole(f64::from(x / power), mode) as f32 * power
    };
    if out.is_finite() { out } else { x }
}

fn bits_type(args: &[Arg], name: &str) -> Result<Type> {
    let (a, b) = (&args[0].ty, &args[1].ty);
    match (int_shape(a), int_shape(b)) {
        (Some((sa, na)), Some((sb, nb))) => Ok(int_of(sa || sb, na.max(nb))),
        _ => Err(illegal_pair(a, b, name)),
    }
}

fn bits(call: &Call<'_>, f: impl Fn(u64, u64) -> u64) -> Result<ArrayRef> {
    let (x, y) = (vals::<u64>(call, 0)?, vals::<u64>(call, 1)?);
    let values = zip(&x, &y, call.rows, f);
    with_native!(call.result, T => Ok(array(values.into_iter().map(T::of_u64).collect::<Vec<T>>())))
}

fn shift_type(args: &[Arg], name: &str) -> Result<Type> {
    match args.iter().find(|a| !a.ty.is_integer()) {
        Some(arg) => Err(illegal(&arg.ty, name)),
        None => int_shape(&args[0].ty).map(|(s, n)| int_of(s, n)).ok_or_else(|| illegal(&args[0].ty, name)),
    }
}

fn shift(call: &Call<'_>, left: bool) -> Result<ArrayRef> {
    let width = int_shape(call.result).map_or(64, |(_, n)| i64::from(n) * 8);
    let (x, n) = (wide_vals(call, 0)?, vals::<i64>(call, 1)?);
    let values = try_zip(&x, &n, call.rows, |x, n| {
        if n < 0 || n > width {
            return Err(Error::new(
                Code::ArgumentOutOfBound,
                "The number of shift positions needs to be a non-negative value and less or equal to the bit width of the value to shift",
            ));
        }
        Ok(if left { x.wrapping_shl(n as u32) } else { x >> n })
    })?;
    with_native!(call.result, T => Ok(array(values.into_iter().map(T::of_i128).collect::<Vec<T>>())))
}

fn bit_not(call: &Call<'_>) -> Result<ArrayRef> {
    let x = vals::<u64>(call, 0)?;
    with_native!(call.result, T => Ok(array(zip(&x, &Vals::One(()), call.rows, |x, ()| T::of_u64(!x)))))
}

fn bit_count_type(args: &[Arg]) -> Result<Type> {
    match int_shape(&args[0].ty) {
        Some(_) => Ok(Type::UInt8),
        None => Err(illegal(&args[0].ty, "bitCount")),
    }
}

fn bit_count(call: &Call<'_>) -> Result<ArrayRef> {
    let bits = int_shape(&call.types[0]).map_or(64, |(_, n)| u32::from(n) * 8);
    let x = vals::<u64>(call, 0)?;
    let mask = if bits == 64 { u64::MAX } else { (1 << bits) - 1 };
    Ok(array(zip(&x, &Vals::One(()), call.rows, |x, ()| (x & mask).count_ones() as u8)))
}

fn bit_test(call: &Call<'_>) -> Result<ArrayRef> {
    let width = int_shape(&call.types[0]).map_or(64, |(_, n)| i64::from(n) * 8);
    let (x, n) = (vals::<u64>(call, 0)?, vals::<i64>(call, 1)?);
    let values = try_zip(&x, &n, call.rows, |x, n| {
        if !(0..width).contains(&n) {
            return Err(Error::new(Code::ParameterOutOfBound, format!("The bit number {n} is out of bounds")));
        }
        Ok((x >> n & 1) as u8)
    })?;
    Ok(array(values))
}
