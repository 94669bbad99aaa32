//! Parts of dates and times, their starts, differences and conversions to and from Unix time.

use super::num::*;
use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::time::{self, Instants, Offsets, zone_of};
use crate::with_native;
use arrow::array::{ArrayRef, BinaryViewBuilder};
use olly_types::text::{Zone, civil_from_days, days_from_civil};
use olly_types::ty::IntervalUnit;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function =
    Function { family: Family::DateTime, arity: (1, 2), low_cardinality: LowCardinality::Dictionary, ..FUNCTION };
const PART: Function = Function { case_insensitive: false, ..BASE };
const ADD: Function = Function { arity: (2, 2), ..BASE };

macro_rules! part {
    ($name:literal, $aliases:expr, $ty:ident, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            aliases: $aliases,
            case_insensitive: true,
            syntax: concat!($name, "(time[, zone])"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "(toDateTime('2024-03-05 06:07:08', 'UTC'))")],
            infer: |a| part_type(a, $name, Type::$ty),
            eval: |c| part(c, $f),
            ..PART
        }
    };
}
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
macro_rules! shift {
    ($name:literal, $unit:ident, $sign:literal, $doc:literal) => {
        Function {
            name: $name,
            case_insensitive: false,
            syntax: concat!($name, "(time, n)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "(toDate('2024-03-05'), 3)")],
            infer: |a| shift_type(a, $name, IntervalUnit::$unit),
            eval: |c| shift(c, IntervalUnit::$unit, $sign),
            ..ADD
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    part!("toYear", &["YEAR"], UInt16, "Year.", |c| c.year),
    part!("toQuarter", &["QUARTER"], UInt8, "Quarter, 1 to 4.", |c| (c.month - 1) / 3 + 1),
    part!("toMonth", &["MONTH"], UInt8, "Month, 1 to 12.", |c| c.month),
    part!("toDayOfMonth", &["DAY", "DAYOFMONTH"], UInt8, "Day of the month, 1 to 31.", |c| c.day),
    part!("toDayOfYear", &["DAYOFYEAR"], UInt16, "Day of the year, 1 to 366.", |c| c.days
        - days_from_civil(c.year, 1, 1)
        + 1),
    part!("toHour", &["HOUR"], UInt8, "Hour, 0 to 23.", |c| c.time / 3600),
    part!("toMinute", &["MINUTE"], UInt8, "Minute, 0 to 59.", |c| c.time / 60 % 60),
    part!("toSecond", &["SECOND"], UInt8, "Second, 0 to 59.", |c| c.time % 60),
    part!("toISOYear", &[], UInt16, "Year of the ISO week.", |c| iso_week(c.days).0),
    part!("toISOWeek", &[], UInt8, "ISO week, 1 to 53.", |c| iso_week(c.days).1),
    part!("toYYYYMM", &[], UInt32, "Year and month as a number.", |c| c.year * 100 + c.month),
    part!("toYYYYMMDD", &[], UInt32, "Date as a number.", |c| c.year * 10_000 + c.month * 100 + c.day),
    part!("toYYYYMMDDhhmmss", &[], UInt64, "Date and time as a number.", |c| (c.year * 10_000 + c.month * 100 + c.day)
        * 1_000_000
        + c.time / 3600 * 10_000
        + c.time / 60 % 60 * 100
        + c.time % 60),
    Function {
        name: "toDayOfWeek",
        aliases: &["DAYOFWEEK"],
        case_insensitive: true,
        arity: (1, 3),
        syntax: "toDayOfWeek(time[, mode[, zone]])",
        description: "Day of the week; mode 0: Monday 1 to Sunday 7.",
        examples: &["SELECT toDayOfWeek(toDate('2024-03-05'))"],
        infer: day_of_week_type,
        eval: day_of_week,
        ..PART
    },
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
    shift!("addNanoseconds", Nanosecond, 1, "n nanoseconds later."),
    shift!("addMicroseconds", Microsecond, 1, "n microseconds later."),
    shift!("addMilliseconds", Millisecond, 1, "n milliseconds later."),
    shift!("addSeconds", Second, 1, "n seconds later."),
    shift!("addMinutes", Minute, 1, "n minutes later."),
    shift!("addHours", Hour, 1, "n hours later."),
    shift!("addDays", Day, 1, "n days later."),
    shift!("addWeeks", Week, 1, "n weeks later."),
    shift!("addMonths", Month, 1, "n months later."),
    shift!("addQuarters", Quarter, 1, "n quarters later."),
    shift!("addYears", Year, 1, "n years later."),
    shift!("subtractNanoseconds", Nanosecond, -1, "n nanoseconds earlier."),
    shift!("subtractMicroseconds", Microsecond, -1, "n microseconds earlier."),
    shift!("subtractMilliseconds", Millisecond, -1, "n milliseconds earlier."),
    shift!("subtractSeconds", Second, -1, "n seconds earlier."),
    shift!("subtractMinutes", Minute, -1, "n minutes earlier."),
    shift!("subtractHours", Hour, -1, "n hours earlier."),
    shift!("subtractDays", Day, -1, "n days earlier."),
    shift!("subtractWeeks", Week, -1, "n weeks earlier."),
    shift!("subtractMonths", Month, -1, "n months earlier."),
    shift!("subtractQuarters", Quarter, -1, "n quarters earlier."),
    shift!("subtractYears", Year, -1, "n years earlier."),
    Function {
        name: "dateDiff",
        aliases: &["date_diff", "DATE_DIFF", "timestampDiff", "timestamp_diff", "TIMESTAMP_DIFF"],
        case_insensitive: true,
        arity: (3, 4),
        syntax: "dateDiff(unit, start, end[, zone])",
        description: "Number of unit borders between two times.",
        examples: &[
            "SELECT dateDiff('hour', toDateTime('2024-01-01 22:00:00', 'UTC'), toDateTime('2024-01-02 23:00:00', 'UTC'))",
        ],
        infer: |a| diff_type(a, "dateDiff"),
        eval: |c| difference(c, false),
        ..BASE
    },
    Function {
        name: "age",
        arity: (3, 4),
        syntax: "age(unit, start, end[, zone])",
        description: "Number of whole units between two times.",
        examples: &[
            "SELECT age('hour', toDateTime('2024-01-01 22:30:00', 'UTC'), toDateTime('2024-01-02 23:00:00', 'UTC'))",
        ],
        infer: |a| diff_type(a, "age"),
        eval: |c| difference(c, true),
        ..BASE
    },
    Function {
        name: "toTimeZone",
        aliases: &["toTimezone"],
        arity: (2, 2),
        syntax: "toTimeZone(time, zone)",
        description: "The same instant, shown in another zone.",
        examples: &["SELECT toTimeZone(toDateTime('2024-01-01 00:00:00', 'UTC'), 'Asia/Tokyo')"],
        infer: to_time_zone,
        eval: |c| c.array(0),
        ..BASE
    },
    Function {
        name: "timeZoneOffset",
        aliases: &["timezoneOffset"],
        arity: (1, 1),
        syntax: "timeZoneOffset(time)",
        description: "Seconds east of UTC of the value's zone at that time.",
        examples: &["SELECT timeZoneOffset(toDateTime('2024-01-01 00:00:00', 'Asia/Tokyo'))"],
        infer: |a| clock(a, "timeZoneOffset").map(|()| Type::Int32),
        eval: zone_offset,
        ..BASE
    },
    Function {
        name: "timeZoneOf",
        aliases: &["timezoneOf"],
        arity: (1, 1),
        syntax: "timeZoneOf(time)",
        description: "Name of the value's zone.",
        examples: &["SELECT timeZoneOf(toDateTime('2024-01-01 00:00:00', 'Asia/Tokyo'))"],
        infer: |a| clock(a, "timeZoneOf").map(|()| Type::String),
        nulls: Nulls::Own,
        eval: |c| text(c, zone_of(c.types[0].base(), c.context)?.name()),
        ..BASE
    },
    Function {
        name: "timezone",
        aliases: &["timeZone"],
        arity: (0, 0),
        syntax: "timezone()",
        description: "The session's time zone.",
        examples: &["SELECT timezone()"],
        infer: |_| Ok(Type::String),
        eval: |c| text(c, &c.context.time_zone),
        ..BASE
    },
    Function {
        name: "serverTimezone",
        aliases: &["serverTimeZone"],
        arity: (0, 0),
        syntax: "serverTimezone()",
        description: "The server's time zone.",
        examples: &["SELECT serverTimezone()"],
        infer: |_| Ok(Type::String),
        eval: |c| text(c, "UTC"),
        ..BASE
    },
    Function {
        name: "now",
        aliases: &["current_timestamp", "localtimestamp"],
        case_insensitive: true,
        arity: (0, 1),
        deterministic: false,
        syntax: "now([zone])",
        description: "Start of the query as DateTime.",
        examples: &["SELECT now() > toDateTime(0)"],
        infer: now_type,
        eval: |c| Ok(array(vec![c.context.now.0.div_euclid(1_000_000_000) as u32; c.rows])),
        ..BASE
    },
    Function {
        name: "now64",
        aliases: &[],
        case_insensitive: true,
        arity: (0, 2),
        deterministic: false,
        syntax: "now64([precision[, zone]])",
        description: "Start of the query as DateTime64.",
        examples: &["SELECT now64() > toDateTime(0)"],
        infer: now64_type,
        eval: now64,
        ..BASE
    },
    Function {
        name: "today",
        aliases: &["current_date", "curdate"],
        case_insensitive: true,
        arity: (0, 0),
        deterministic: false,
        syntax: "today()",
        description: "Date at the start of the query.",
        examples: &["SELECT today() > toDate(0)"],
        infer: |_| Ok(Type::Date),
        eval: |c| today(c, 0),
        ..BASE
    },
    Function {
        name: "yesterday",
        arity: (0, 0),
        deterministic: false,
        syntax: "yesterday()",
        description: "The day before today.",
        examples: &["SELECT yesterday() < today()"],
        infer: |_| Ok(Type::Date),
        eval: |c| today(c, -1),
        ..BASE
    },
    Function {
        name: "toUnixTimestamp64Second",
        arity: (1, 1),
        syntax: "toUnixTimestamp64Second(time)",
        description: "Seconds since the epoch.",
        examples: &["SELECT toUnixTimestamp64Second(toDateTime64('2024-01-01 00:00:00', 3, 'UTC'))"],
        infer: |a| ticks_type(a, "toUnixTimestamp64Second"),
        eval: |c| ticks(c, 0),
        ..BASE
    },
    Function {
        name: "toUnixTimestamp64Milli",
        arity: (1, 1),
        syntax: "toUnixTimestamp64Milli(time)",
        description: "Milliseconds since the epoch.",
        examples: &["SELECT toUnixTimestamp64Milli(toDateTime64('2024-01-01 00:00:00', 3, 'UTC'))"],
        infer: |a| ticks_type(a, "toUnixTimestamp64Milli"),
        eval: |c| ticks(c, 3),
        ..BASE
    },
    Function {
        name: "toUnixTimestamp64Micro",
        arity: (1, 1),
        syntax: "toUnixTimestamp64Micro(time)",
        description: "Microseconds since the epoch.",
        examples: &["SELECT toUnixTimestamp64Micro(toDateTime64('2024-01-01 00:00:00', 6, 'UTC'))"],
        infer: |a| ticks_type(a, "toUnixTimestamp64Micro"),
        eval: |c| ticks(c, 6),
        ..BASE
    },
    Function {
        name: "toUnixTimestamp64Nano",
        arity: (1, 1),
        syntax: "toUnixTimestamp64Nano(time)",
        description: "Nanoseconds since the epoch.",
        examples: &["SELECT toUnixTimestamp64Nano(toDateTime64('2024-01-01 00:00:00', 9, 'UTC'))"],
        infer: |a| ticks_type(a, "toUnixTimestamp64Nano"),
        eval: |c| ticks(c, 9),
        ..BASE
    },
    Function {
        name: "fromUnixTimestamp64Second",
        syntax: "fromUnixTimestamp64Second(n[, zone])",
        description: "DateTime64(0) of seconds.",
        examples: &["SELECT fromUnixTimestamp64Second(0, 'UTC')"],
        infer: |a| from_ticks_type(a, "fromUnixTimestamp64Second", 0),
        eval: from_ticks,
        ..BASE
    },
    Function {
        name: "fromUnixTimestamp64Milli",
        syntax: "fromUnixTimestamp64Milli(n[, zone])",
        description: "DateTime64(3) of milliseconds.",
        examples: &["SELECT fromUnixTimestamp64Milli(1000, 'UTC')"],
        infer: |a| from_ticks_type(a, "fromUnixTimestamp64Milli", 3),
        eval: from_ticks,
        ..BASE
    },
    Function {
        name: "fromUnixTimestamp64Micro",
        syntax: "fromUnixTimestamp64Micro(n[, zone])",
        description: "DateTime64(6) of microseconds.",
        examples: &["SELECT fromUnixTimestamp64Micro(1000, 'UTC')"],
        infer: |a| from_ticks_type(a, "fromUnixTimestamp64Micro", 6),
        eval: from_ticks,
        ..BASE
    },
    Function {
        name: "fromUnixTimestamp64Nano",
        syntax: "fromUnixTimestamp64Nano(n[, zone])",
        description: "DateTime64(9) of nanoseconds.",
        examples: &["SELECT fromUnixTimestamp64Nano(1000, 'UTC')"],
        infer: |a| from_ticks_type(a, "fromUnixTimestamp64Nano", 9),
        eval: from_ticks,
        ..BASE
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

/// A local calendar time in parts.
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    days: i64,
    /// Second of the day.
    time: i64,
}

fn text(call: &Call<'_>, s: &str) -> Result<ArrayRef> {
    let mut b = BinaryViewBuilder::with_capacity(call.rows);
    (0..call.rows).for_each(|_| b.append_value(s.as_bytes()));
    Ok(Arc::new(b.finish()))
}

fn temporal(ty: &Type, name: &str) -> Result<()> {
    if ty.is_temporal() { Ok(()) } else { Err(illegal(ty, name)) }
}

fn constant_text(arg: &Arg, name: &str) -> Result<String> {
    match &arg.constant {
        Some(Value::Bytes(b)) => Ok(String::from_utf8_lossy(b).into_owned()),
        _ => Err(Error::new(Code::IllegalColumn, format!("Argument of function {name} must be a constant string"))),
    }
}

/// The zone argument `i` of a call, or the zone of argument 0.
fn call_zone(call: &Call<'_>, i: usize) -> Result<Zone> {
    match call.args.get(i) {
        Some(Column::Const(_)) => match call.constant(i)? {
            Some(Value::Bytes(b)) => Zone::load(&String::from_utf8_lossy(&b)),
            _ => zone_of(&call.types[0], call.context),
        },
        _ => zone_of(&call.types[0], call.context),
    }
}

/// Error 43 unless the argument is a time of day in a zone.
fn clock(args: &[Arg], name: &str) -> Result<()> {
    match args[0].ty.base() {
        Type::DateTime(_) | Type::DateTime64(..) => Ok(()),
        other => Err(illegal(other, name)),
    }
}

fn part_type(args: &[Arg], name: &str, ty: Type) -> Result<Type> {
    temporal(&args[0].ty, name)?;
    if let Some(zone) = args.get(1) {
        Zone::load(&constant_text(zone, name)?)?;
    }
    Ok(ty)
}

fn part(call: &Call<'_>, f: impl Fn(&Parts) -> i64) -> Result<ArrayRef> {
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(call_zone(call, 1)?);
    let mut out = Vec::with_capacity(call.rows);
    let mut last: Option<(i64, (i64, u8, u8))> = None;
    for row in 0..call.rows {
        let (local, _) = instants.local(row, &mut offsets);
        let days = local.div_euclid(86_400);
        let civil = match last {
            Some((d, civil)) if d == days => civil,
            _ => civil_from_days(days),
        };
        last = Some((days, civil));
        let (year, month, day) = (civil.0, i64::from(civil.1), i64::from(civil.2));
        out.push(f(&Parts { year, month, day, days, time: local.rem_euclid(86_400) }));
    }
    with_native!(call.result, T => Ok(array(out.into_iter().map(T::of_i64).collect::<Vec<T>>())))
}

/// ISO 8601 year and week.
fn iso_week(days: i64) -> (i64, i64) {
    let weekday = (days + 3).rem_euclid(7);
    let thursday = days - weekday + 3;
    let year = civil_from_days(thursday).0;
    (year, (thursday - days_from_civil(year, 1, 1)) / 7 + 1)
}

fn day_of_week_type(args: &[Arg]) -> Result<Type> {
    temporal(&args[0].ty, "toDayOfWeek")?;
    Ok(Type::UInt8)
}

fn day_of_week(call: &Call<'_>) -> Result<ArrayRef> {
    let mode = if call.args.len() > 1 { vals::<u8>(call, 1)?.get(0) & 3 } else { 0 };
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(call_zone(call, 2)?);
    let days = (0..call.rows).map(|r| instants.local(r, &mut offsets).0.div_euclid(86_400));
    let value = |d: i64| {
        let monday = (d + 3).rem_euclid(7);
        let sunday = (monday + 1) % 7;
        (match mode {
            0 => monday + 1,
            1 => monday,
            2 => sunday,
            _ => sunday + 1,
        }) as u8
    };
    Ok(array(days.map(value).collect::<Vec<u8>>()))
}

fn own_zone(args: &[Arg], zone: usize, name: &str) -> Result<Option<Arc<str>>> {
    match args.get(zone) {
        Some(arg) => {
            let text = constant_text(arg, name)?;
            Zone::load(&text)?;
            Ok(Some(text.into()))
        }
        None => Ok(args[0].ty.time_zone().map(Arc::from)),
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
                // Starts below a day are counted from local midnight of the epoch, so half-hour zones get round hours.
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
                    Hour if n > 1 => offsets.utc((seconds + offset) - (seconds + offset).rem_euclid(width)),
                    Hour => seconds - (seconds + offset).rem_euclid(width),
                    _ if offset % 60 == 0 && 3600 % width == 0 => seconds - (seconds + offset).rem_euclid(width),
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
        (Type::DateTime(_), u) if time::unit_digits(u) > 0 => Ok(Type::DateTime64(time::unit_digits(u), zone)),
        (ty, u) => start_result(ty, u, zone, NAME),
    }
}

fn interval_start(call: &Call<'_>) -> Result<ArrayRef> {
    let Type::Interval(unit) = call.types[1] else { return Err(illegal(&call.types[1], "toStartOfInterval")) };
    let clamp = call.types[0] != Type::Date32;
    start_in(call, unit, &vals::<i64>(call, 1)?, call_zone(call, 2)?, clamp)
}

/// A unit's name as dateDiff, date_trunc and INTERVAL strings take it.
pub(crate) fn unit_named(name: &str) -> Option<IntervalUnit> {
    use IntervalUnit::*;
    Some(match name.to_ascii_lowercase().trim_end_matches('s') {
        "nanosecond" | "n" => Nanosecond,
        "microsecond" | "u" | "u_" => Microsecond,
        "millisecond" => Millisecond,
        "second" | "sql_tsi_second" => Second,
        "minute" | "mi" | "sql_tsi_minute" => Minute,
        "hour" | "hh" | "h" | "sql_tsi_hour" => Hour,
        "day" | "dd" | "d" | "sql_tsi_day" => Day,
        "week" | "wk" | "ww" | "sql_tsi_week" => Week,
        "month" | "mm" | "m" | "sql_tsi_month" => Month,
        "quarter" | "qq" | "q" | "sql_tsi_quarter" => Quarter,
        "year" | "yyyy" | "yy" | "sql_tsi_year" => Year,
        _ => return None,
    })
}

fn unit_argument(arg: &Arg, name: &str) -> Result<IntervalUnit> {
    let text = constant_text(arg, name)?;
    unit_named(&text)
        .ok_or_else(|| Error::new(Code::BadArguments, format!("Function {name} doesn't support '{text}' unit")))
}

fn call_unit(call: &Call<'_>, name: &str) -> Result<IntervalUnit> {
    let arg = Arg { ty: Type::String, constant: call.constant(0)?, lambda: false };
    unit_argument(&arg, name)
}

fn trunc_type(args: &[Arg]) -> Result<Type> {
    let unit = unit_argument(&args[0], "date_trunc")?;
    temporal(&args[1].ty, "date_trunc")?;
    let zone = own_zone(&args[1..], 1, "date_trunc")?;
    start_result(&args[1].ty, unit, zone, "date_trunc")
}

fn trunc(call: &Call<'_>) -> Result<ArrayRef> {
    let unit = call_unit(call, "date_trunc")?;
    let inner = Call {
        args: &call.args[1..],
        types: &call.types[1..],
        result: call.result,
        rows: call.rows,
        context: call.context,
    };
    start(&inner, unit, 1)
}

fn shift_type(args: &[Arg], name: &str, unit: IntervalUnit) -> Result<Type> {
    if !args[1].ty.is_number() {
        return Err(illegal(&args[1].ty, name));
    }
    temporal(&args[0].ty, name)?;
    super::interval::sum_type(&args[0].ty, &Type::Interval(unit), "plus")
}

fn shift(call: &Call<'_>, unit: IntervalUnit, sign: i64) -> Result<ArrayRef> {
    let amounts = match vals::<i64>(call, 1)? {
        Vals::One(v) => Vals::One(v.wrapping_mul(sign)),
        Vals::Many(v) => Vals::Many(v.into_iter().map(|v| v.wrapping_mul(sign)).collect()),
    };
    time::add(call, 0, &amounts, Some(unit))
}

fn diff_type(args: &[Arg], name: &str) -> Result<Type> {
    unit_argument(&args[0], name)?;
    temporal(&args[1].ty, name)?;
    temporal(&args[2].ty, name)?;
    Ok(Type::Int64)
}

fn difference(call: &Call<'_>, whole: bool) -> Result<ArrayRef> {
    use IntervalUnit::*;
    let unit = call_unit(call, "dateDiff")?;
    let zone = |i: usize| match call.args.get(3) {
        Some(_) => call_zone(call, 3),
        None => zone_of(&call.types[i], call.context),
    };
    let (a, b) = (Instants::of(call, 1)?, Instants::of(call, 2)?);
    let (mut za, mut zb) = (Offsets::new(zone(1)?), Offsets::new(zone(2)?));
    let nanos = |(seconds, ticks): (i64, i64), per: i128| {
        i128::from(seconds) * 1_000_000_000 + i128::from(ticks) * (1_000_000_000 / per)
    };
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let per_unit: i128 = match unit {
            Nanosecond => 1,
            Microsecond => 1_000,
            Millisecond => 1_000_000,
            Second => 1_000_000_000,
            Minute => 60_000_000_000,
            Hour => 3_600_000_000_000,
            Day => 86_400_000_000_000,
            Week => 604_800_000_000_000,
            _ => 0,
        };
        if unit_is_fixed(unit) && (whole || time::unit_digits(unit) > 0) {
            let d = nanos(b.utc(row, &mut zb), b.per_second()) - nanos(a.utc(row, &mut za), a.per_second());
            let borders = if whole {
                d / per_unit
            } else {
                let at = |n: i128| n.div_euclid(per_unit);
                at(nanos(b.utc(row, &mut zb), b.per_second())) - at(nanos(a.utc(row, &mut za), a.per_second()))
            };
            out.push(borders as i64);
            continue;
        }
        let ((la, ta), (lb, tb)) = (a.local(row, &mut za), b.local(row, &mut zb));
        let (da, db) = (la.div_euclid(86_400), lb.div_euclid(86_400));
        let months = |d: i64| {
            let (y, m, _) = civil_from_days(d);
            y * 12 + i64::from(m) - 1
        };
        let n = match unit {
            // Seconds and minutes lie on the UTC axis; hours too, moved by each zone's offset at the epoch.
            Second => b.utc(row, &mut zb).0 - a.utc(row, &mut za).0,
            Minute => b.utc(row, &mut zb).0.div_euclid(60) - a.utc(row, &mut za).0.div_euclid(60),
            Hour => {
                let (ea, eb) = (za.at(0), zb.at(0));
                (b.utc(row, &mut zb).0 - eb).div_euclid(3600) - (a.utc(row, &mut za).0 - ea).div_euclid(3600)
            }

            Day => db - da,
            Week => (db + 3).div_euclid(7) - (da + 3).div_euclid(7),
            _ if whole => {
                let per = if unit == Month {
                    1
                } else if unit == Quarter {
                    3
                } else {
                    12
                };
                whole_months((la, ta), (lb, tb)) / per
            }
            Month => months(db) - months(da),
            Quarter => months(db).div_euclid(3) - months(da).div_euclid(3),
            _ => civil_from_days(db).0 - civil_from_days(da).0,
        };
        out.push(n);
    }
    Ok(array(out))
}

fn unit_is_fixed(unit: IntervalUnit) -> bool {
    !matches!(unit, IntervalUnit::Month | IntervalUnit::Quarter | IntervalUnit::Year)
}

/// Whole months from one local time to another.
fn whole_months(a: (i64, i64), b: (i64, i64)) -> i64 {
    if b < a {
        return -whole_months(b, a);
    }
    let part = |s: i64| {
        let (y, m, d) = civil_from_days(s.div_euclid(86_400));
        (y * 12 + i64::from(m) - 1, d, s.rem_euclid(86_400))
    };
    let ((ma, da, ta), (mb, db, tb)) = (part(a.0), part(b.0));
    mb - ma - i64::from((db, tb, b.1) < (da, ta, a.1))
}

fn to_time_zone(args: &[Arg]) -> Result<Type> {
    let zone = constant_text(&args[1], "toTimeZone")?;
    Zone::load(&zone)?;
    match &args[0].ty {
        Type::DateTime(_) => Ok(Type::DateTime(Some(zone.into()))),
        Type::DateTime64(p, _) => Ok(Type::DateTime64(*p, Some(zone.into()))),
        other => Err(illegal(other, "toTimeZone")),
    }
}

fn zone_offset(call: &Call<'_>) -> Result<ArrayRef> {
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(zone_of(&call.types[0], call.context)?);
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (seconds, _) = instants.utc(row, &mut offsets);
        out.push(offsets.at(seconds) as i32);
    }
    Ok(array(out))
}

fn now_type(args: &[Arg]) -> Result<Type> {
    match args.first() {
        Some(arg) => {
            let zone = constant_text(arg, "now")?;
            Zone::load(&zone)?;
            Ok(Type::DateTime(Some(zone.into())))
        }
        None => Ok(Type::DateTime(None)),
    }
}

fn now64_type(args: &[Arg]) -> Result<Type> {
    let precision = match args.first() {
        None => 3,
        Some(Arg { constant: Some(v), .. }) => match v.as_i128() {
            Some(p @ 0..=9) => p as u8,
            _ => return Err(Error::new(Code::ArgumentOutOfBound, "Scale of now64 must be in 0..9")),
        },
        Some(arg) => return Err(illegal(&arg.ty, "now64")),
    };
    let zone = args.get(1).map(|a| constant_text(a, "now64")).transpose()?;
    Ok(Type::DateTime64(precision, zone.map(Arc::from)))
}

fn now64(call: &Call<'_>) -> Result<ArrayRef> {
    let digits = call.result.scale().unwrap_or(3);
    let ticks = call.context.now.0.div_euclid(10i64.pow(9 - u32::from(digits)));
    Ok(array(vec![ticks; call.rows]))
}

fn today(call: &Call<'_>, shift: i64) -> Result<ArrayRef> {
    let zone = Zone::load(&call.context.time_zone)?;
    let seconds = call.context.now.0.div_euclid(1_000_000_000);
    let days = (seconds + zone.offset_at(seconds)).div_euclid(86_400) + shift;
    Ok(array(vec![days as u16; call.rows]))
}

fn ticks_type(args: &[Arg], name: &str) -> Result<Type> {
    match &args[0].ty {
        Type::DateTime64(..) => Ok(Type::Int64),
        other => Err(illegal(other, name)),
    }
}

fn ticks(call: &Call<'_>, digits: u8) -> Result<ArrayRef> {
    let own = call.types[0].scale().unwrap_or(0);
    let x = vals::<i64>(call, 0)?;
    let values = if digits >= own {
        let factor = 10i64.pow(u32::from(digits - own));
        try_zip(&x, &Vals::One(()), call.rows, |x, ()| x.checked_mul(factor).ok_or_else(overflow))?
    } else {
        let divisor = 10i64.pow(u32::from(own - digits));
        zip(&x, &Vals::One(()), call.rows, |x, ()| x / divisor)
    };
    Ok(array(values))
}

fn from_ticks_type(args: &[Arg], name: &str, digits: u8) -> Result<Type> {
    if !args[0].ty.is_integer() {
        return Err(illegal(&args[0].ty, name));
    }
    let zone = args.get(1).map(|a| constant_text(a, name)).transpose()?;
    if let Some(zone) = &zone {
        Zone::load(zone)?;
    }
    Ok(Type::DateTime64(digits, zone.map(Arc::from)))
}

fn from_ticks(call: &Call<'_>) -> Result<ArrayRef> {
    Ok(array(zip(&vals::<i64>(call, 0)?, &Vals::One(()), call.rows, |x, ()| x)))
}
