//! Dates and times made of their parts.

use super::num::*;
use super::{Arg, Call};
use crate::time::{Offsets, temporal, zone_of};
use arrow::array::ArrayRef;
use olly_types::text::days_from_civil;
use olly_types::{Error, Result, Type};

pub(super) fn numbers(args: &[Arg], to: usize, name: &str) -> Result<()> {
    match args.iter().take(to).find(|a| !a.ty.is_number()) {
        Some(a) => Err(illegal(&a.ty, name)),
        None => Ok(()),
    }
}

fn day_of(y: i64, m: i64, d: i64) -> Option<i64> {
    let good = (1..=12).contains(&m) && (1..=31).contains(&d);
    good.then(|| days_from_civil(y, m as u8, 1) + d - 1)
}

pub(super) fn make_date(call: &Call<'_>) -> Result<ArrayRef> {
    let (y, m) = (vals::<i64>(call, 0)?, vals::<i64>(call, 1)?);
    let d = if call.args.len() > 2 { Some(vals::<i64>(call, 2)?) } else { None };
    let years = if *call.result == Type::Date { 1970..=2149 } else { 1900..=2299 };
    let last = if *call.result == Type::Date { i64::from(u16::MAX) } else { days_from_civil(2299, 12, 31) };
    if *call.result == Type::Date32 && (0..call.rows).any(|r| !years.contains(&y.get(r))) {
        return Err(Error::unsupported("makeDate32 of years beyond 1900 to 2299"));
    }
    let ticks = (0..call.rows).map(|r| {
        let y = y.get(r);
        let days = match &d {
            _ if !years.contains(&y) => None,
            Some(d) => day_of(y, m.get(r), d.get(r)),
            None => (1..=days_from_civil(y + 1, 1, 1) - days_from_civil(y, 1, 1))
                .contains(&m.get(r))
                .then(|| days_from_civil(y, 1, 1) + m.get(r) - 1),
        };
        i128::from(days.filter(|d| *d <= last).unwrap_or(0))
    });
    Ok(temporal(ticks.collect(), call.result))
}

pub(super) fn make_time(call: &Call<'_>) -> Result<ArrayRef> {
    let parts: Vec<Vals<i64>> = (0..6).map(|i| vals::<i64>(call, i)).collect::<Result<_>>()?;
    let mut offsets = Offsets::new(zone_of(call.result, call.context)?);
    let years = 1970..=2106;
    let mut out = Vec::with_capacity(call.rows);
    for r in 0..call.rows {
        let part: Vec<i64> = parts.iter().map(|p| p.get(r)).collect();
        let seconds = match part.as_slice() {
            [y, mo, d, h, mi, s] => day_of(*y, *mo, *d)
                .filter(|_| years.contains(y) && [h, mi, s].into_iter().all(|n| (0..=99).contains(n)))
                .map(|days| offsets.utc(days * 86_400 + h * 3600 + mi * 60 + s)),
            _ => None,
        };
        out.push(i128::from(seconds.unwrap_or(0).clamp(0, i64::from(u32::MAX))));
    }
    Ok(temporal(out, call.result))
}

pub(super) fn make_time64(call: &Call<'_>) -> Result<ArrayRef> {
    let Type::DateTime64(precision, _) = call.result else { return Err(illegal(call.result, "makeDateTime64")) };
    let scale = 10i128.pow(u32::from(*precision));
    let parts: Vec<Vals<i64>> = (0..6).map(|i| vals::<i64>(call, i)).collect::<Result<_>>()?;
    let fraction = if call.args.len() > 6 { vals::<i64>(call, 6)? } else { Vals::One(0) };
    let mut offsets = Offsets::new(zone_of(call.result, call.context)?);
    let mut out = Vec::with_capacity(call.rows);
    for r in 0..call.rows {
        let part: Vec<i64> = parts.iter().map(|p| p.get(r)).collect();
        let seconds = match part.as_slice() {
            [y, mo, d, h, mi, s] => day_of(*y, *mo, *d)
                .filter(|_| (1900..=2299).contains(y) && [h, mi, s].into_iter().all(|n| (0..=99).contains(n)))
                .map(|days| offsets.utc(days * 86_400 + h * 3600 + mi * 60 + s)),
            _ => None,
        };
        // ClickHouse's first DateTime64 where the parts make none.
        let seconds = seconds.unwrap_or_else(|| offsets.utc(days_from_civil(1900, 1, 1) * 86_400));
        let fraction = i128::from(fraction.get(r)).clamp(0, scale - 1);
        let ticks = i128::from(seconds) * scale + fraction;
        out.push(ticks.clamp(i128::from(i64::MIN), i128::from(i64::MAX)));
    }
    Ok(temporal(out, call.result))
}
