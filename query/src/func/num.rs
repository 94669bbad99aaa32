//! Numbers in function bodies: any numeric carrier read as the type that a function computes in, constants kept single.

use super::{Call, Column};
use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::{self as at, ArrowPrimitiveType, DataType};
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

/// A native number that every other converts into as C++'s `static_cast` does for the cases that ClickHouse uses.
pub trait Native: arrow::datatypes::ArrowNativeType + PartialOrd {
    type Arrow: ArrowPrimitiveType<Native = Self>;
    fn of_i64(v: i64) -> Self;
    fn of_u64(v: u64) -> Self;
    fn of_f64(v: f64) -> Self;
    fn of_i128(v: i128) -> Self;
}

/// A float as x86-64 turns it into 64 bits: what does not fit is the lowest number.
fn cvt64(v: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&v) { v as i64 } else { i64::MIN }
}

/// The same in 32 bits.
fn cvt32(v: f64) -> i32 {
    if v > -2_147_483_649.0 && v < 2_147_483_648.0 { v as i32 } else { i32::MIN }
}

/// As compilers do it with the signed conversion alone.
fn cvt_u64(v: f64) -> u64 {
    let (low, high) = (cvt64(v), cvt64(v - 9_223_372_036_854_775_808.0));
    (low | (high & (low >> 63))) as u64
}

macro_rules! native {
    ($($t:ty => $a:ty, $f:expr);*) => {$(
        impl Native for $t {
            type Arrow = $a;
            fn of_i64(v: i64) -> Self { v as $t }
            fn of_u64(v: u64) -> Self { v as $t }
            fn of_f64(v: f64) -> Self { $f(v) as $t }
            fn of_i128(v: i128) -> Self { v as $t }
        }
    )*};
}
// Floats beyond an integer's range become what ClickHouse's build for x86-64 makes of them.
native!(u8 => at::UInt8Type, cvt32; u16 => at::UInt16Type, cvt32; u32 => at::UInt32Type, cvt64; u64 => at::UInt64Type, cvt_u64;
        i8 => at::Int8Type, cvt32; i16 => at::Int16Type, cvt32; i32 => at::Int32Type, cvt32; i64 => at::Int64Type, cvt64;
        f32 => at::Float32Type, std::convert::identity; f64 => at::Float64Type, std::convert::identity);

/// One value per row, or one for all.
pub enum Vals<T> {
    Many(Vec<T>),
    One(T),
}

impl<T: Copy> Vals<T> {
    #[inline]
    pub fn get(&self, i: usize) -> T {
        match self {
            Vals::Many(v) => v[i],
            Vals::One(v) => *v,
        }
    }
    pub fn is_const(&self) -> bool {
        matches!(self, Vals::One(_))
    }
}

/// `f` of each row's pair; a constant side is hoisted so that the loop vectorises.
pub fn zip<A: Copy, B: Copy, R>(a: &Vals<A>, b: &Vals<B>, rows: usize, f: impl Fn(A, B) -> R) -> Vec<R> {
    match (a, b) {
        (Vals::Many(a), Vals::Many(b)) => a.iter().zip(b).map(|(a, b)| f(*a, *b)).collect(),
        (Vals::Many(a), Vals::One(b)) => a.iter().map(|a| f(*a, *b)).collect(),
        (Vals::One(a), Vals::Many(b)) => b.iter().map(|b| f(*a, *b)).collect(),
        (Vals::One(a), Vals::One(b)) => (0..rows).map(|_| f(*a, *b)).collect(),
    }
}

/// [`zip`] with errors.
pub fn try_zip<A: Copy, B: Copy, R>(
    a: &Vals<A>,
    b: &Vals<B>,
    rows: usize,
    f: impl Fn(A, B) -> Result<R>,
) -> Result<Vec<R>> {
    (0..rows).map(|i| f(a.get(i), b.get(i))).collect()
}

/// The values of a numeric carrier (decimals as their unscaled integers).
pub fn natives<T: Native>(array: &ArrayRef) -> Result<Vec<T>> {
    macro_rules! from {
        ($t:ty, $via:ident, $wide:ty) => {
            array.as_primitive::<$t>().values().iter().map(|v| T::$via(*v as $wide)).collect()
        };
    }
    if array.data_type() == &T::Arrow::DATA_TYPE {
        return Ok(array.as_primitive::<T::Arrow>().values().to_vec());
    }
    Ok(match array.data_type() {
        DataType::UInt8 => from!(at::UInt8Type, of_u64, u64),
        DataType::UInt16 => from!(at::UInt16Type, of_u64, u64),
        DataType::UInt32 => from!(at::UInt32Type, of_u64, u64),
        DataType::UInt64 => from!(at::UInt64Type, of_u64, u64),
        DataType::Int8 => from!(at::Int8Type, of_i64, i64),
        DataType::Int16 => from!(at::Int16Type, of_i64, i64),
        DataType::Int32 => from!(at::Int32Type, of_i64, i64),
        DataType::Int64 => from!(at::Int64Type, of_i64, i64),
        DataType::Float32 => from!(at::Float32Type, of_f64, f64),
        DataType::Float64 => from!(at::Float64Type, of_f64, f64),
        DataType::Decimal32(..) => from!(at::Decimal32Type, of_i64, i64),
        DataType::Decimal64(..) => from!(at::Decimal64Type, of_i64, i64),
        DataType::Decimal128(..) => from!(at::Decimal128Type, of_i128, i128),
        other => return Err(not_of(other, "a number")),
    })
}

/// An argument whose carrier a function does not take.
pub fn not_of(other: &DataType, what: &str) -> Error {
    Error::new(Code::IllegalTypeOfArgument, format!("Illegal argument: {other} is not {what}"))
}

/// The values of an integer or decimal carrier, exactly.
pub fn wides(array: &ArrayRef) -> Result<Vec<i128>> {
    macro_rules! from {
        ($t:ty) => {
            array.as_primitive::<$t>().values().iter().map(|v| i128::from(*v)).collect()
        };
    }
    Ok(match array.data_type() {
        DataType::UInt8 => from!(at::UInt8Type),
        DataType::UInt16 => from!(at::UInt16Type),
        DataType::UInt32 => from!(at::UInt32Type),
        DataType::UInt64 => from!(at::UInt64Type),
        DataType::Int8 => from!(at::Int8Type),
        DataType::Int16 => from!(at::Int16Type),
        DataType::Int32 => from!(at::Int32Type),
        DataType::Int64 => from!(at::Int64Type),
        DataType::Decimal32(..) => from!(at::Decimal32Type),
        DataType::Decimal64(..) => from!(at::Decimal64Type),
        DataType::Decimal128(..) => from!(at::Decimal128Type),
        other => return Err(not_of(other, "an integer")),
    })
}

fn read<T: Copy>(call: &Call<'_>, i: usize, f: impl Fn(&ArrayRef) -> Result<Vec<T>>) -> Result<Vals<T>> {
    let missing = || Error::new(Code::LogicalError, format!("argument {i} is missing"));
    match call.args.get(i) {
        Some(Column::Array(a)) => f(a).map(Vals::Many),
        Some(Column::Const(a)) => f(a)?.first().copied().map(Vals::One).ok_or_else(missing),
        _ => Err(missing()),
    }
}

/// Argument `i` as numbers of `T`.
pub fn vals<T: Native>(call: &Call<'_>, i: usize) -> Result<Vals<T>> {
    read(call, i, natives::<T>)
}

/// Argument `i` (integer or decimal) exactly.
pub fn wide_vals(call: &Call<'_>, i: usize) -> Result<Vals<i128>> {
    read(call, i, wides)
}

/// Argument `i` as decimals of `scale`: integers and decimals of at most that scale. Overflow is error 407.
pub fn scaled_vals(call: &Call<'_>, i: usize, scale: u8) -> Result<Vals<i128>> {
    let own = call.types.get(i).and_then(Type::scale).unwrap_or(0);
    let factor = 10i128.pow(u32::from(scale.saturating_sub(own)));
    let raise = |v: i128| v.checked_mul(factor).ok_or_else(overflow);
    Ok(match wide_vals(call, i)? {
        Vals::One(v) => Vals::One(raise(v)?),
        Vals::Many(v) if factor == 1 => Vals::Many(v),
        Vals::Many(v) => Vals::Many(v.into_iter().map(raise).collect::<Result<_>>()?),
    })
}

pub fn overflow() -> Error {
    Error::new(Code::DecimalOverflow, "Decimal math overflow")
}

/// A carrier array of native values.
pub fn array<T: Native>(values: Vec<T>) -> ArrayRef {
    Arc::new(PrimitiveArray::<T::Arrow>::new(values.into(), None))
}

/// A decimal carrier of unscaled values; those beyond the type's digits are error 407.
pub fn decimal_array(values: Vec<i128>, ty: &Type) -> Result<ArrayRef> {
    let Type::Decimal(p, s) = ty else { return Err(Error::new(Code::LogicalError, format!("{ty} is not a decimal"))) };
    let scale = *s as i8;
    macro_rules! narrow {
        ($t:ty, $n:ty) => {{
            let values: Vec<$n> =
                values.into_iter().map(|v| <$n>::try_from(v).map_err(|_| overflow())).collect::<Result<_>>()?;
            let array = PrimitiveArray::<$t>::from_iter_values(values);
            Arc::new(
                array.with_precision_and_scale(*p, scale).map_err(|e| Error::new(Code::LogicalError, e.to_string()))?,
            )
        }};
    }
    Ok(match p {
        0..=9 => narrow!(at::Decimal32Type, i32),
        10..=18 => narrow!(at::Decimal64Type, i64),
        _ => narrow!(at::Decimal128Type, i128),
    })
}

/// UInt8 results of conditions.
pub fn flags(values: Vec<bool>) -> ArrayRef {
    array::<u8>(values.into_iter().map(u8::from).collect())
}

/// The (signedness, bytes) of an integer type; Bool is UInt8.
pub fn int_shape(ty: &Type) -> Option<(bool, u8)> {
    Some(match ty {
        Type::UInt8 | Type::Bool => (false, 1),
        Type::UInt16 => (false, 2),
        Type::UInt32 => (false, 4),
        Type::UInt64 => (false, 8),
        Type::Int8 => (true, 1),
        Type::Int16 => (true, 2),
        Type::Int32 => (true, 4),
        Type::Int64 => (true, 8),
        _ => return None,
    })
}

/// The integer type of a shape; sizes above 8 are cut to 8, as ClickHouse does for 64-bit arguments.
pub fn int_of(signed: bool, bytes: u8) -> Type {
    match (signed, bytes) {
        (false, 1) => Type::UInt8,
        (false, 2) => Type::UInt16,
        (false, 4) => Type::UInt32,
        (false, _) => Type::UInt64,
        (true, 1) => Type::Int8,
        (true, 2) => Type::Int16,
        (true, 4) => Type::Int32,
        (true, _) => Type::Int64,
    }
}

/// Runs `$body` with `$T` the native type of a numeric result type.
#[macro_export]
macro_rules! with_native {
    ($ty:expr, $T:ident => $body:expr) => {
        match $ty.carrier() {
            arrow::datatypes::DataType::UInt8 => {
                type $T = u8;
                $body
            }
            arrow::datatypes::DataType::UInt16 => {
                type $T = u16;
                $body
            }
            arrow::datatypes::DataType::UInt32 => {
                type $T = u32;
                $body
            }
            arrow::datatypes::DataType::UInt64 => {
                type $T = u64;
                $body
            }
            arrow::datatypes::DataType::Int8 => {
                type $T = i8;
                $body
            }
            arrow::datatypes::DataType::Int16 => {
                type $T = i16;
                $body
            }
            arrow::datatypes::DataType::Int32 => {
                type $T = i32;
                $body
            }
            arrow::datatypes::DataType::Int64 => {
                type $T = i64;
                $body
            }
            arrow::datatypes::DataType::Float32 => {
                type $T = f32;
                $body
            }
            arrow::datatypes::DataType::Float64 => {
                type $T = f64;
                $body
            }
            other => Err($crate::func::num::not_of(&other, "a number")),
        }
    };
}

/// Error 43 for an argument's type.
pub fn illegal(ty: &Type, function: &str) -> Error {
    Error::new(Code::IllegalTypeOfArgument, format!("Illegal type {ty} of argument of function {function}"))
}

/// Error 43 for a pair of types.
pub fn illegal_pair(a: &Type, b: &Type, function: &str) -> Error {
    Error::new(Code::IllegalTypeOfArgument, format!("Illegal types {a} and {b} of arguments of function {function}"))
}
