//! Conversion between dates, times and numbers, as CAST and the toX functions do it: what each type holds, which way its
//! fraction is dropped, and what is out of range.

use super::EvalContext;
use super::cast::{impossible, scale_of};
use super::num::*;
use crate::time::{Offsets, temporal, zone_of};
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type};

/// First and last day of Date32, in days since the epoch: 0000-01-01 and 9999-12-31.
const DAYS: (i128, i128) = (-719_528, 2_932_896);
/// First and last second of DateTime64, before the precision's own limits.
const SECONDS: (i128, i128) = (-62_167_219_200, 253_402_300_799);

fn per_second(ty: &Type) -> i128 {
    ty.scale().map_or(1, |p| 10i128.pow(u32::from(p)))
}

/// The error for a float that is no number of anything.
pub(super) fn not_finite() -> Error {
    Error::new(Code::CannotConvertType, "Unexpected inf or nan to integer conversion")
}

/// Dates and times from dates, times and numbers.
pub(super) fn to_temporal(array: &ArrayRef, from: &Type, to: &Type, context: &EvalContext) -> Result<ArrayRef> {
    if from.is_temporal() {
        return between(array, from, to, context);
    }
    if !from.is_number() && !from.is_decimal() {
        return Err(impossible(from, to));
    }
    let days_out = matches!(to, Type::Date | Type::Date32);
    let result = per_second(to);
    if let Type::DateTime64(p, _) = to
        && (from.is_float() || from.is_decimal())
    {
        let (low, high) = ticks_range(*p);
        if from.is_decimal() {
            // Exactly, the digits behind the precision cut off.
            let unit = 10i128.pow(u32::from(scale_of(from)));
            let ticks =
                |v: i128| (v / unit).saturating_mul(result).saturating_add((v % unit).saturating_mul(result) / unit);
            return Ok(temporal(wides(array)?.into_iter().map(|v| ticks(v).clamp(low, high)).collect(), to));
        }
        let single = *from == Type::Float32;
        let values = natives::<f64>(array)?.into_iter().map(|v| {
            if v.is_nan() {
                let text = "DateTime64 convert overflow. Cannot convert infinity or NaN to decimal";
                return Err(Error::new(Code::DecimalOverflow, text));
            }
            let ticks = if single { f64::from(v as f32 * result as f32) } else { v * result as f64 };
            Ok((ticks as i128).clamp(low, high))
        });
        return Ok(temporal(values.collect::<Result<_>>()?, to));
    }
    let seconds: Vec<i128> = if from.is_float() {
        let values = natives::<f64>(array)?;
        if *to != Type::Date32 && values.iter().any(|v| !v.is_finite()) {
            return Err(not_finite());
        }
        values.into_iter().map(|v| if v.is_nan() { i128::MIN } else { v as i128 }).collect()
    } else {
        let unit = 10i128.pow(u32::from(scale_of(from)));
        wides(array)?.into_iter().map(|v| v / unit).collect()
    };
    let mut offsets = Offsets::new(zone_of(to, context)?);
    let mut local_day =
        |v: i128, most: i64| i128::from(offsets.local(v.min(i128::from(most)) as i64).div_euclid(86_400));
    let values = seconds.into_iter().map(|v| match to {
        // Small numbers are days, larger ones Unix times, as in ClickHouse.
        Type::Date if (0..=65_535).contains(&v) => v,
        Type::Date32 if v <= DAYS.1 => v,
        Type::Date => local_day(v, i64::from(u32::MAX)),
        Type::Date32 => local_day(v, 1 << 40),
        _ if days_out => v,
        Type::DateTime64(p, _) => {
            let (low, high) = ticks_range(*p);
            v.saturating_mul(result).clamp(low, high)
        }
        _ => v,
    });
    Ok(temporal(clamped(values.collect(), to), to))
}

/// What a DateTime64 of a precision holds.
fn ticks_range(precision: u8) -> (i128, i128) {
    let unit = 10i128.pow(u32::from(precision));
    let (low, high) = (SECONDS.0 * unit, SECONDS.1 * unit + unit - 1);
    (low.max(i128::from(i64::MIN)), high.min(i128::from(i64::MAX)))
}

/// Between dates and times. From a time to a narrower one wraps, as ClickHouse's default date_time_overflow_behavior does.
fn between(array: &ArrayRef, from: &Type, to: &Type, context: &EvalContext) -> Result<ArrayRef> {
    let days_in = matches!(from, Type::Date | Type::Date32);
    let days_out = matches!(to, Type::Date | Type::Date32);
    let zone = if days_in { zone_of(to, context)? } else { zone_of(from, context)? };
    let mut offsets = Offsets::new(zone);
    let (own, result) = (per_second(from), per_second(to));
    let mut out = Vec::with_capacity(array.len());
    for v in wides(array)? {
        out.push(match (days_in, days_out) {
            (true, true) => v,
            (true, false) => i128::from(offsets.utc(v as i64 * 86_400)).saturating_mul(result),
            (false, true) => {
                // Half a second before 1970 is of the first Date, and of the last Date32 before.
                let seconds = if *to == Type::Date { v / own } else { v.div_euclid(own) };
                let day = offsets.local(seconds as i64).div_euclid(86_400);
                // West of Greenwich a DateTime may be of the day before the first one.
                i128::from(if matches!(from, Type::DateTime(_)) { day.max(0) } else { day })
            }
            (false, false) if result >= own => {
                let raised = v.saturating_mul(result / own);
                if to.scale().is_some() && i64::try_from(raised).is_err() {
                    let text = format!("DateTime64 convert overflow while multiplying {v} by scale {}", result / own);
                    return Err(Error::new(Code::DecimalOverflow, text));
                }
                raised
            }
            // Digits are cut off; only whole seconds of DateTime lie before the time.
            (false, false) if to.scale().is_some() => v / (own / result),
            (false, false) => v.div_euclid(own / result),
        });
    }
    Ok(temporal(out, to))
}

/// A date or time as a member of a set of another such type would be, NULL where there is none: what is out of range is the
/// end of it, a fraction of a second is dropped for another fraction alone, and the time of day for dates.
pub(super) fn member(array: &ArrayRef, from: &Type, to: &Type, context: &EvalContext) -> Result<ArrayRef> {
    let (from, to) = (from.base(), to.base());
    let days = |t: &Type| matches!(t, Type::Date | Type::Date32);
    let mut offsets = Offsets::new(zone_of(if days(from) { to } else { from }, context)?);
    let (own, result) = (per_second(from), per_second(to));
    let mut refused = Vec::with_capacity(array.len());
    let mut out = Vec::with_capacity(array.len());
    for v in wides(array)? {
        let (seconds, ticks) = match days(from) {
            true => (v * 86_400, 0),
            false => (v.div_euclid(own), v.rem_euclid(own)),
        };
        let value = if days(to) {
            if days(from) { v } else { i128::from(offsets.local(seconds as i64).div_euclid(86_400)) }
        } else {
            let utc = if days(from) { i128::from(offsets.utc(seconds as i64)) } else { seconds };
            // Digits are cut off towards zero, as between DateTime64s.
            let cut =
                if days(from) || own <= result { ticks * (result / own.min(result)) } else { ticks / (own / result) };
            utc * result + cut
        };
        let kept = match to {
            Type::DateTime64(..) => i64::try_from(value).is_ok(),
            // A day behind the last DateTime is none.
            Type::DateTime(_) if days(from) => value <= i128::from(u32::MAX),
            _ => ticks == 0,
        };
        if matches!(from, Type::DateTime64(..)) && to.scale().is_some() && !kept {
            let text =
                format!("DateTime64 convert overflow while multiplying {v} by scale {}", result / own.min(result));
            return Err(Error::new(Code::DecimalOverflow, text));
        }
        refused.push(!kept);
        out.push(if kept { value } else { 0 });
    }
    let values = temporal(clamped(out, to), to);
    let nulls = arrow::buffer::NullBuffer::from(refused.iter().map(|r| !r).collect::<Vec<_>>());
    let nulls = arrow::buffer::NullBuffer::union(Some(&nulls), arrow::array::Array::logical_nulls(array).as_ref());
    let data =
        arrow::array::Array::to_data(&values).into_builder().nulls(nulls).build().map_err(crate::expr::internal)?;
    Ok(arrow::array::make_array(data))
}

/// Values out of a date type's range stop at its ends.
fn clamped(values: Vec<i128>, to: &Type) -> Vec<i128> {
    let (low, high) = match to {
        Type::Date => (0, 65_535),
        Type::Date32 => DAYS,
        Type::DateTime(_) => (0, i128::from(u32::MAX)),
        _ => return values,
    };
    values.into_iter().map(|v| v.clamp(low, high)).collect()
}

/// Numbers from dates and times: days or seconds. A DateTime64 is cut to seconds, and what its target does not hold is an
/// error (407), as for decimals; the others wrap.
pub(super) fn from_temporal(array: &ArrayRef, from: &Type, to: &Type) -> Result<ArrayRef> {
    let unit = 10i128.pow(u32::from(scale_of(from)));
    if to.is_float() {
        let values: Vec<f64> = natives::<f64>(array)?.into_iter().map(|v| v / unit as f64).collect();
        return crate::with_native!(to, T => Ok(super::num::array(values.into_iter().map(T::of_f64).collect::<Vec<T>>())));
    }
    if let Type::Decimal(_, s) = to {
        let own = scale_of(from);
        let values = wides(array)?.into_iter().map(|v| {
            if *s >= own {
                v.checked_mul(10i128.pow(u32::from(s - own))).ok_or_else(overflow)
            } else {
                Ok(v / 10i128.pow(u32::from(own - s)))
            }
        });
        return decimal_array(values.collect::<Result<_>>()?, to);
    }
    if !to.is_number() {
        return Err(impossible(from, to));
    }
    let values = wides(array)?;
    if *to == Type::Bool {
        return Ok(flags(values.into_iter().map(|v| v != 0).collect()));
    }
    if matches!(from, Type::DateTime64(..)) && values.iter().any(|v| !super::cast::holds(to, v / unit)) {
        return Err(Error::new(Code::DecimalOverflow, "Convert overflow"));
    }
    crate::with_native!(to, T => Ok(super::num::array(values.into_iter().map(|v| T::of_i128(v / unit)).collect::<Vec<T>>())))
}

/// Which numbers accurateCast takes as values of a date, a time or an address; None where the type takes all of them.
pub(super) fn accurate(array: &ArrayRef, from: &Type, to: &Type) -> Result<Option<Vec<bool>>> {
    if from.is_decimal() || !from.is_number() {
        return Ok(None);
    }
    let (low, high) = match to {
        Type::Date | Type::DateTime(_) => (0, i128::from(u32::MAX)),
        Type::Date32 => (DAYS.0, SECONDS.1),
        // No number is an address.
        Type::Ipv4 => return Ok(Some(vec![false; array.len()])),
        _ => return Ok(None),
    };
    Ok(Some(if from.is_float() {
        let whole = |v: f64| v.is_finite() && v.fract() == 0.0;
        natives::<f64>(array)?.into_iter().map(|v| whole(v) && (low..=high).contains(&(v as i128))).collect()
    } else {
        wides(array)?.into_iter().map(|v| (low..=high).contains(&v)).collect()
    }))
}
