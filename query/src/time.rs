//! Calendar arithmetic over the carriers of Date, Date32, DateTime and DateTime64, in a time zone.
//!
//! Invariant: whole days and more are added in local time (a day may have 23 or 25 hours), everything shorter on the UTC axis.

use crate::func::num::{Vals, array, wide_vals};
use crate::func::{Call, EvalContext};
use arrow::array::ArrayRef;
use olly_types::text::{Zone, civil_from_days, days_from_civil};
use olly_types::ty::IntervalUnit;
use olly_types::{Result, Type};

/// Digits after the second that a unit needs.
pub fn unit_digits(unit: IntervalUnit) -> u8 {
    match unit {
        IntervalUnit::Nanosecond => 9,
        IntervalUnit::Microsecond => 6,
        IntervalUnit::Millisecond => 3,
        _ => 0,
    }
}

pub fn is_below_day(unit: IntervalUnit) -> bool {
    use IntervalUnit::*;
    matches!(unit, Nanosecond | Microsecond | Millisecond | Second | Minute | Hour)
}

/// The zone in which values of a type are calendar times: its own, or the session's.
pub fn zone_of(ty: &Type, context: &EvalContext) -> Result<Zone> {
    Zone::load(ty.base().time_zone().unwrap_or(&context.time_zone))
}

/// UTC offsets of many instants: neighbours usually share one, so the last answer's hour is kept.
pub struct Offsets {
    zone: Zone,
    from: i64,
    offset: i64,
}

impl Offsets {
    pub fn new(zone: Zone) -> Offsets {
        Offsets { zone, from: i64::MIN, offset: 0 }
    }
    /// Seconds east of UTC. Offsets change on quarter hours only.
    pub fn at(&mut self, seconds: i64) -> i64 {
        if self.zone == Zone::Utc {
            return 0;
        }
        let from = seconds.saturating_sub(seconds.rem_euclid(900));
        if from != self.from {
            self.from = from;
            self.offset = self.zone.offset_at(seconds);
        }
        self.offset
    }
    pub fn local(&mut self, seconds: i64) -> i64 {
        seconds.saturating_add(self.at(seconds))
    }
    pub fn utc(&mut self, local: i64) -> i64 {
        let guess = local.saturating_sub(self.at(local.saturating_sub(self.offset)));
        if self.zone == Zone::Utc || (self.at(guess) == local.saturating_sub(guess) && self.zone.to_utc(local) == guess)
        {
            return guess;
        }
        self.zone.to_utc(local)
    }
}

/// Values of a temporal argument as seconds and ticks below the second.
pub struct Instants {
    ticks: Vals<i128>,
    /// Ticks per second, or 0 for days.
    per_second: i128,
}

impl Instants {
    pub fn of(call: &Call<'_>, i: usize) -> Result<Instants> {
        let per_second = match call.types[i].base() {
            Type::Date | Type::Date32 => 0,
            Type::DateTime64(p, _) => 10i128.pow(u32::from(*p)),
            _ => 1,
        };
        Ok(Instants { ticks: wide_vals(call, i)?, per_second })
    }
    pub fn is_const(&self) -> bool {
        self.ticks.is_const()
    }
    pub fn is_days(&self) -> bool {
        self.per_second == 0
    }
    pub fn per_second(&self) -> i128 {
        self.per_second.max(1)
    }
    /// Local seconds since the epoch and ticks below the second.
    pub fn local(&self, row: usize, offsets: &mut Offsets) -> (i64, i64) {
        let ticks = self.ticks.get(row);
        if self.per_second == 0 {
            return ((ticks as i64).saturating_mul(86_400), 0);
        }
        let seconds = (ticks.div_euclid(self.per_second) as i64).clamp(FIRST_DAY * 86_400, LAST_DAY * 86_400 + 86_399);
        (offsets.local(seconds), ticks.rem_euclid(self.per_second) as i64)
    }
    /// UTC seconds and ticks below the second; days start at local midnight.
    pub fn utc(&self, row: usize, offsets: &mut Offsets) -> (i64, i64) {
        let ticks = self.ticks.get(row);
        if self.per_second == 0 {
            return (offsets.utc((ticks as i64).saturating_mul(86_400)), 0);
        }
        (ticks.div_euclid(self.per_second) as i64, ticks.rem_euclid(self.per_second) as i64)
    }
}

/// Last day that ClickHouse moves a Date or DateTime to by months, before it wraps: 2299-12-31.
const LAST_OF_TABLE: i64 = 120_529;
/// 0000-01-01 and 9999-12-31: ClickHouse moves a DateTime64 by days no further, and takes the parts of no later one.
const FIRST_DAY: i64 = -719_528;
const LAST_DAY: i64 = 2_932_896;

/// `days` since the epoch moved by months; the day is cut to the month's length.
pub fn add_months(days: i64, months: i64) -> i64 {
    let (y, m, d) = civil_from_days(days);
    let index = y.saturating_mul(12).saturating_add(i64::from(m) - 1).saturating_add(months).clamp(-120_000, 120_000);
    let (y, m) = (index.div_euclid(12), index.rem_euclid(12) as u8 + 1);
    days_from_civil(y, m, d.min(days_in_month(y, m)))
}

/// `days` since the epoch moved by years, within the years 0 to 9999; the day is cut to the month's length.
fn add_years(days: i64, years: i64) -> i64 {
    let (y, m, d) = civil_from_days(days);
    let y = y.saturating_add(years).clamp(0, 9999);
    days_from_civil(y, m, d.min(days_in_month(y, m)))
}

pub fn days_in_month(year: i64, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Argument `base` plus `amounts` units (None: the type's own unit, days or seconds), as the call's result type.
pub fn add(call: &Call<'_>, base: usize, amounts: &Vals<i64>, unit: Option<IntervalUnit>) -> Result<ArrayRef> {
    use IntervalUnit::*;
    let instants = Instants::of(call, base)?;
    let unit = unit.unwrap_or(if instants.is_days() { Day } else { Second });
    let zone = zone_of(call.result, call.context)?;
    let mut offsets = Offsets::new(zone);
    let per_second = match call.result.base() {
        Type::DateTime64(p, _) => 10i128.pow(u32::from(*p)),
        _ => 1,
    };
    let raise = per_second / instants.per_second().min(per_second);
    let to_days = matches!(call.result.base(), Type::Date | Type::Date32);
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let n = amounts.get(row);
        let value = if is_below_day(unit) {
            let (seconds, ticks) = instants.utc(row, &mut offsets);
            let per_unit: i128 = match unit {
                Hour => 3600 * per_second,
                Minute => 60 * per_second,
                Second => per_second,
                Millisecond => per_second / 1_000,
                Microsecond => per_second / 1_000_000,
                _ => per_second / 1_000_000_000,
            };
            i128::from(seconds) * per_second + i128::from(ticks) * raise + i128::from(n) * per_unit
        } else {
            let (local, ticks) = instants.local(row, &mut offsets);
            let (days, time) = (local.div_euclid(86_400), local.rem_euclid(86_400));
            let days = match unit {
                Day => days.saturating_add(n),
                Week => days.saturating_add(n.wrapping_mul(7)),
                Month => add_months(days, n),
                Quarter => add_months(days, n.wrapping_mul(3)),
                _ => add_years(days, n),
            };
            let months = matches!(unit, Month | Quarter | Year);
            let days = match call.result.base() {
                Type::Date | Type::DateTime(_) if months => days.min(LAST_OF_TABLE),
                Type::DateTime(_) | Type::DateTime64(..) if !months => days.clamp(FIRST_DAY, LAST_DAY),
                _ => days,
            };
            let unsigned = matches!(call.result.base(), Type::Date | Type::DateTime(_));
            if months && unsigned && days < 0 {
                0
            } else if to_days {
                i128::from(days)
            } else {
                let seconds = offsets.utc(days.saturating_mul(86_400).saturating_add(time));
                i128::from(seconds) * per_second + i128::from(ticks) * raise
            }
        };
        out.push(value);
    }
    Ok(temporal(out, call.result))
}

/// Carrier of a temporal type from its ticks (wrapping as the carrier does).
pub fn temporal(ticks: Vec<i128>, ty: &Type) -> ArrayRef {
    match ty.base() {
        Type::Date => array(ticks.into_iter().map(|v| v as u16).collect()),
        Type::Date32 => array(ticks.into_iter().map(|v| v as i32).collect()),
        Type::DateTime(_) => array(ticks.into_iter().map(|v| v as u32).collect()),
        _ => array(ticks.into_iter().map(|v| v as i64).collect()),
    }
}
