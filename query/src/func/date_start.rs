//! Starts of the unit or interval that holds a time, and last days.

use super::datetime::{call_unit, call_zone, own_zone, temporal, unit_argument};
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality};
use crate::time::{self, Instants, Offsets};
use arrow::array::ArrayRef;
use olly_types::text::{Zone, civil_from_days, days_from_civil};
use olly_types::ty::IntervalUnit;
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

const BASE: Function =
    Function { family: Family::DateTime, arity: (1, 2), low_cardinality: LowCardinality::Dictionary, ..FUNCTION };
const PART: Function = Function { case_insensitive: false, ..BASE };

macro_rules! start {
    ($name:literal, $unit:ident, $n:literal, $doc:literal) => {
        Function {
            name: $name,
            syntax: concat!($name, "(time[, zone])"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "(toDateTime('2024-03-05 06:07:08', 'UTC'))")],
            infer: |a| start_type(a, $name, IntervalUnit::$unit),
            eval: |c| start(c, IntervalUnit::$unit, $n),
            ..PART
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    start!("toStartOfNanosecond", Nanosecond, 1, "Start of the nanosecond."),
    start!("toStartOfMicrosecond", Microsecond, 1, "Start of the microsecond."),
    start!("toStartOfMillisecond", Millisecond, 1, "Start of the millisecond."),
    start!("toStartOfSecond", Second, 1, "Start of the second."),
    start!("toStartOfMinute", Minute, 1, "Start of the minute."),
    start!("toStartOfFiveMinutes", Minute, 5, "Start of the five-minute interval."),
    start!("toStartOfTenMinutes", Minute, 10, "Start of the ten-minute interval."),
    start!("toStartOfFifteenMinutes", Minute, 15, "Start of the fifteen-minute interval."),
    start!("toStartOfHour", Hour, 1, "Start of the hour."),
    start!("toStartOfDay", Day, 1, "Start of the day."),
    start!("toMonday", Week, 1, "Monday of the week."),
    start!("toStartOfMonth", Month, 1, "First day of the month."),
    start!("toStartOfQuarter", Quarter, 1, "First day of the quarter."),
    start!("toStartOfYear", Year, 1, "First day of the year."),
    Function { name: "toStartOfFiveMinute", ..alias_of_five() },
    Function {
        name: "toStartOfWeek",
        arity: (1, 3),
        syntax: "toStartOfWeek(time[, mode[, zone]])",
        description: "First day of the week: Sunday in mode 0, Monday in mode 1.",
        examples: &["SELECT toStartOfWeek(toDate('2024-03-05'), 1)"],
        infer: |a| start_type(&a[..1], "toStartOfWeek", IntervalUnit::Week),
        eval: start_of_week,
        ..PART
    },
    Function {
        name: "toLastDayOfMonth",
        aliases: &["LAST_DAY"],
        case_insensitive: true,
        syntax: "toLastDayOfMonth(time)",
        description: "Last day of the month.",
        examples: &["SELECT toLastDayOfMonth(toDate('2024-02-05'))"],
        infer: |a| start_type(a, "toLastDayOfMonth", IntervalUnit::Month),
        eval: last_day,
        ..PART
    },
    Function {
        name: "toStartOfInterval",
        aliases: &["date_bin", "time_bucket"],
        arity: (2, 4),
        syntax: "toStartOfInterval(time, INTERVAL n unit[, zone])",
        description: "Start of the interval of n units that holds the time.",
        examples: &["SELECT toStartOfInterval(toDateTime('2024-03-05 06:07:08', 'UTC'), INTERVAL 5 MINUTE)"],
        infer: interval_start_type,
        eval: interval_start,
        ..PART
    },
    Function {
        name: "date_trunc",
        aliases: &["dateTrunc", "DATE_TRUNC"],
        case_insensitive: true,
        arity: (2, 3),
        syntax: "date_trunc(unit, time[, zone])",
        description: "Start of the unit that holds the time.",
        examples: &["SELECT date_trunc('hour', toDateTime('2024-03-05 06:07:08', 'UTC'))"],
        infer: trunc_type,
        eval: trunc,
        ..PART
    },
];

const fn alias_of_five() -> Function {
    Function {
        syntax: "toStartOfFiveMinute(time[, zone])",
        description: "Start of the five-minute interval.",
        examples: &["SELECT toStartOfFiveMinute(toDateTime('2024-03-05 06:07:08', 'UTC'))"],
        infer: |a| start_type(a, "toStartOfFiveMinute", IntervalUnit::Minute),
        eval: |c| start(c, IntervalUnit::Minute, 5),
        ..PART
    }
}

fn start_type(args: &[Arg], name: &str, unit: IntervalUnit) -> Result<Type> {
    temporal(&args[0].ty, name)?;
    let zone = own_zone(args, 1, name)?;
    start_result(&args[0].ty, unit, zone, name)
}

/// Type of a start: dates for weeks and more, DateTime below, DateTime64 where the unit or the argument has a fraction.
fn start_result(ty: &Type, unit: IntervalUnit, zone: Option<Arc<str>>, name: &str) -> Result<Type> {
    use IntervalUnit::*;
    let digits = time::unit_digits(unit);
    match unit {
        Week | Month | Quarter | Year if name == "date_trunc" && matches!(ty, Type::Date32 | Type::DateTime64(..)) => {
            Ok(Type::Date32)
        }
        Week | Month | Quarter | Year => Ok(Type::Date),
        _ if matches!(ty, Type::Date | Type::Date32) && time::is_below_day(unit) => Err(illegal(ty, name)),
        Nanosecond | Microsecond | Millisecond => match ty {
            Type::DateTime64(..) if name == "date_trunc" => Ok(Type::DateTime64(digits, zone)),
            Type::DateTime64(p, _) => Ok(Type::DateTime64((*p).max(digits), zone)),
            _ => Err(illegal(ty, name)),
        },
        Second if matches!(ty, Type::DateTime64(..)) && name == "toStartOfSecond" => {
            Ok(Type::DateTime64(ty.scale().unwrap_or(0), zone))
        }
        Second if name == "toStartOfSecond" => Err(illegal(ty, name)),
        _ if name == "date_trunc" && matches!(ty, Type::DateTime64(..)) => Ok(Type::DateTime64(0, zone)),
        _ => Ok(Type::DateTime(zone)),
    }
}

fn start(call: &Call<'_>, unit: IntervalUnit, n: i64) -> Result<ArrayRef> {
    start_in(call, unit, &Vals::One(n), call_zone(call, 1)?, true)
}

/// A result that its type doesn't hold is the type's nearest value with `clamp`, else it wraps.
fn start_in(call: &Call<'_>, unit: IntervalUnit, n: &Vals<i64>, zone: Zone, clamp: bool) -> Result<ArrayRef> {
    use IntervalUnit::*;
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(zone);
    let (own, result) = (instants.per_second(), call.result.scale().map_or(1, |p| 10i128.pow(u32::from(p))));
    let days_out = matches!(call.result.base(), Type::Date | Type::Date32);
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let n = n.get(row);
        if n <= 0 {
            return Err(Error::new(Code::ArgumentOutOfBound, "Value of the interval must be positive"));
        }
        let seconds = match unit {
            Nanosecond | Microsecond | Millisecond => {
                let (seconds, ticks) = instants.utc(row, &mut offsets);
                let step = match unit {
                    Millisecond => result / 1_000,
                    Microsecond => result / 1_000_000,
                    _ => result / 1_000_000_000,
                }
                .max(1)
                .saturating_mul(i128::from(n));
                let total = i128::from(seconds) * result + i128::from(ticks) * result / own;
                out.push(total - total.rem_euclid(step));
                continue;
            }
            Second | Minute | Hour => {
                // Hours are counted from local midnight, so half-hour zones get round ones; minutes and seconds from the epoch.
                let width = n.saturating_mul(if unit == Second {
                    1
                } else if unit == Minute {
                    60
                } else {
                    3600
                });
                let (seconds, _) = instants.utc(row, &mut offsets);
                let offset = offsets.at(seconds);
                match unit {
                    Hour if n > 1 => hours(seconds, width, &mut offsets),
                    Hour => seconds - (seconds + offset).rem_euclid(width),
                    _ => seconds - seconds.rem_euclid(width),
                }
            }
            _ => {
                let days = instants.local(row, &mut offsets).0.div_euclid(86_400);
                if clamp && *call.result == Type::Date && !(0..=i64::from(u16::MAX)).contains(&days) {
                    out.push(i128::from(days.clamp(0, i64::from(u16::MAX))));
                    continue;
                }
                let start = start_day(days, unit, n);
                if days_out {
                    out.push(i128::from(start));
                    continue;
                }
                let midnight = offsets.utc(start.saturating_mul(86_400));
                // The first midnight that a DateTime holds stands for the day that began before the epoch.
                if unit == Day && n == 1 && midnight < 0 && matches!(call.types[0], Type::DateTime(_)) {
                    offsets.utc((start + 1).saturating_mul(86_400))
                } else {
                    midnight
                }
            }
        };
        out.push(if days_out { i128::from(seconds.div_euclid(86_400)) } else { i128::from(seconds) * result });
    }
    Ok(if clamp { clamped(out, call.result) } else { time::temporal(out, call.result) })
}

/// Start of the `width` seconds (whole hours) since local midnight that hold a time, by the clock on the wall: on a day that
/// changes its offset the hours behind the change keep their numbers, and none starts before it (ClickHouse's
/// `DateLUTImpl::toStartOfHourInterval`).
fn hours(seconds: i64, width: i64, offsets: &mut Offsets) -> i64 {
    let day = offsets.local(seconds).div_euclid(86_400);
    let midnight = offsets.utc(day.saturating_mul(86_400));
    let (before, since) = (offsets.at(midnight), seconds - midnight);
    let amount = offsets.at(seconds) - before;
    if amount == 0 {
        return midnight + since - since.rem_euclid(width);
    }
    // Offsets change on quarter hours.
    let change = (0..).map(|quarter| quarter * 900).find(|s| offsets.at(midnight + s) != before).unwrap_or(0);
    let wall = since + amount;
    let start = wall - wall.rem_euclid(width);
    midnight + if start >= change { (start - amount).max(change) } else { start }
}

/// The carrier of the nearest values that the type holds.
fn clamped(mut values: Vec<i128>, ty: &Type) -> ArrayRef {
    let most = match ty {
        Type::Date => i128::from(u16::MAX),
        Type::DateTime(_) => i128::from(u32::MAX),
        _ => return time::temporal(values, ty),
    };
    values.iter_mut().for_each(|v| *v = (*v).clamp(0, most));
    time::temporal(values, ty)
}

fn start_day(days: i64, unit: IntervalUnit, n: i64) -> i64 {
    use IntervalUnit::*;
    let (y, m, _) = civil_from_days(days);
    match unit {
        Day => days - days.rem_euclid(n),
        // Weeks start on Mondays; day 4 (1970-01-05) was one.
        Week if n == 1 => days - (days + 3).rem_euclid(7),
        Week => (days - 4) - (days - 4).rem_euclid(7 * n) + 4,
        Month | Quarter => {
            let width = if unit == Month { n } else { n * 3 };
            let index = (y - 1900) * 12 + i64::from(m) - 1;
            let index = index - index.rem_euclid(width);
            days_from_civil(1900 + index.div_euclid(12), index.rem_euclid(12) as u8 + 1, 1)
        }
        _ => days_from_civil(y - y.rem_euclid(n), 1, 1),
    }
}

fn start_of_week(call: &Call<'_>) -> Result<ArrayRef> {
    let mode = if call.args.len() > 1 { vals::<u8>(call, 1)?.get(0) } else { 0 };
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(call_zone(call, 2)?);
    let monday_first = mode & 1 == 1;
    let out = (0..call.rows).map(|r| {
        let days = instants.local(r, &mut offsets).0.div_euclid(86_400);
        let since = if monday_first { (days + 3).rem_euclid(7) } else { (days + 4).rem_euclid(7) };
        i128::from(days - since)
    });
    Ok(clamped(out.collect(), call.result))
}

fn last_day(call: &Call<'_>) -> Result<ArrayRef> {
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(call_zone(call, 1)?);
    let out = (0..call.rows).map(|r| {
        let days = instants.local(r, &mut offsets).0.div_euclid(86_400);
        if days < 0 {
            return 0;
        }
        let (y, m, _) = civil_from_days(days);
        i128::from(days_from_civil(y, m, time::days_in_month(y, m)))
    });
    Ok(clamped(out.collect(), call.result))
}

fn interval_start_type(args: &[Arg]) -> Result<Type> {
    const NAME: &str = "toStartOfInterval";
    temporal(&args[0].ty, NAME)?;
    let Type::Interval(unit) = args[1].ty else { return Err(illegal(&args[1].ty, NAME)) };
    if let Some(arg) = args.get(2)
        && !arg.ty.is_string()
    {
        return Err(Error::unsupported("toStartOfInterval with an origin"));
    }
    if args.len() > 3 {
        return Err(Error::unsupported("toStartOfInterval with an origin"));
    }
    let zone = own_zone(args, 2, NAME)?;
    match (&args[0].ty, unit) {
        (Type::DateTime(_) | Type::DateTime64(..), u) if time::unit_digits(u) > 0 => {
            Ok(Type::DateTime64(time::unit_digits(u), zone))
        }
        (ty, u) => start_result(ty, u, zone, NAME),
    }
}

fn interval_start(call: &Call<'_>) -> Result<ArrayRef> {
    let Type::Interval(unit) = call.types[1] else { return Err(illegal(&call.types[1], "toStartOfInterval")) };
    let clamp = call.types[0] != Type::Date32;
    start_in(call, unit, &vals::<i64>(call, 1)?, call_zone(call, 2)?, clamp)
}

fn trunc_type(args: &[Arg]) -> Result<Type> {
    let unit = unit_argument(&args[0], "date_trunc")?;
    temporal(&args[1].ty, "date_trunc")?;
    let zone = own_zone(&args[1..], 1, "date_trunc")?;
    start_result(&args[1].ty, unit, zone, "date_trunc")
}

fn trunc(call: &Call<'_>) -> Result<ArrayRef> {
    let unit = call_unit(call, "date_trunc")?;
    if let (IntervalUnit::Second, Type::DateTime64(p, _)) = (unit, &call.types[1]) {
        // Digits are cut off, which before 1970 is the second behind.
        let per = 10i64.pow(u32::from(*p));
        return Ok(array(zip(&vals::<i64>(call, 1)?, &Vals::One(()), call.rows, |v, ()| v / per)));
    }
    let inner = Call {
        args: &call.args[1..],
        types: &call.types[1..],
        result: call.result,
        rows: call.rows,
        context: call.context,
    };
    start(&inner, unit, 1)
}
