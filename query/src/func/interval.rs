//! Sums of dates, times and intervals (plus, minus, multiply of those types).

use super::Call;
use super::num::*;
use crate::time;
use arrow::array::ArrayRef;
use olly_types::ty::IntervalUnit;
use olly_types::{Result, Type};

/// Type of `a ± b` where a date, a time or an interval takes part.
pub(super) fn sum_type(a: &Type, b: &Type, name: &str) -> Result<Type> {
    let illegal = || Err(illegal_pair(a, b, name));
    match (a, b) {
        (Type::Interval(x), Type::Interval(y)) if x == y => Ok(a.clone()),
        (Type::Interval(_), t) if t.is_temporal() && name == "plus" => sum_type(b, a, name),
        (Type::Date | Type::Date32, Type::Interval(unit)) if time::unit_digits(*unit) > 0 => illegal(),
        (t, Type::Interval(unit)) if t.is_temporal() => Ok(with_interval(t, *unit)),
        (t, n) if t.is_temporal() && (n.is_integer() || n.is_float()) => Ok(t.clone()),
        (n, t) if t.is_temporal() && n.is_number() && name == "plus" => Ok(t.clone()),
        (Type::Date, Type::Date) | (Type::Date32, Type::Date32) if name == "minus" => Ok(Type::Int32),
        (Type::DateTime(_), Type::DateTime(_)) if name == "minus" => Ok(Type::Int32),
        (Type::DateTime(_) | Type::DateTime64(..), Type::DateTime(_) | Type::DateTime64(..)) if name == "minus" => {
            Ok(Type::Decimal(18, a.scale().unwrap_or(0).max(b.scale().unwrap_or(0))))
        }
        _ => illegal(),
    }
}

fn with_interval(t: &Type, unit: IntervalUnit) -> Type {
    let zone = match t {
        Type::DateTime(tz) | Type::DateTime64(_, tz) => tz.clone(),
        _ => None,
    };
    let digits = time::unit_digits(unit);
    match t {
        Type::DateTime64(p, _) => Type::DateTime64((*p).max(digits), zone),
        _ if digits > 0 => Type::DateTime64(digits, zone),
        Type::Date if time::is_below_day(unit) => Type::DateTime(None),
        Type::Date32 if time::is_below_day(unit) => Type::DateTime64(3, None),
        other => other.clone(),
    }
}

/// `INTERVAL * n`.
pub(super) fn product_type(a: &Type, b: &Type) -> Result<Type> {
    // ClickHouse refuses it as well.
    Err(illegal_pair(a, b, "multiply"))
}

pub(super) fn sum(call: &Call<'_>, sign: i8) -> Result<ArrayRef> {
    let (a, b) = (&call.types[0], &call.types[1]);
    if a.is_temporal() && b.is_temporal() {
        return difference(call);
    }
    if let (Type::Interval(_), Type::Interval(_)) = (a, b) {
        let (x, y) = (vals::<i64>(call, 0)?, vals::<i64>(call, 1)?);
        return Ok(array(zip(&x, &y, call.rows, |x, y| if sign > 0 { x.wrapping_add(y) } else { x.wrapping_sub(y) })));
    }
    let (base, delta) = if a.is_temporal() { (0, 1) } else { (1, 0) };
    let unit = match &call.types[delta] {
        Type::Interval(unit) => Some(*unit),
        _ => None,
    };
    let amounts = match vals::<i64>(call, delta)? {
        Vals::One(v) => Vals::One(v.wrapping_mul(i64::from(sign))),
        Vals::Many(v) => Vals::Many(v.into_iter().map(|v| v.wrapping_mul(i64::from(sign))).collect()),
    };
    time::add(call, base, &amounts, unit)
}

fn difference(call: &Call<'_>) -> Result<ArrayRef> {
    let scale = call.result.scale().unwrap_or(0);
    let raised = |i: usize| -> Result<Vals<i128>> {
        let factor = 10i128.pow(u32::from(scale - call.types[i].scale().unwrap_or(0)));
        Ok(match wide_vals(call, i)? {
            Vals::One(v) => Vals::One(v * factor),
            Vals::Many(v) => Vals::Many(v.into_iter().map(|v| v * factor).collect()),
        })
    };
    let values = zip(&raised(0)?, &raised(1)?, call.rows, |x, y| x - y);
    match call.result {
        Type::Decimal(..) => decimal_array(values, call.result),
        _ => Ok(array(values.into_iter().map(|v| v as i32).collect::<Vec<i32>>())),
    }
}
