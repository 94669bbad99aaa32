//! Parts of a time in its zone: year, ISO week, day of the week, second.

use super::datetime::{call_zone, constant_text, temporal};
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality};
use crate::time::{Instants, Offsets};
use crate::with_native;
use arrow::array::ArrayRef;
use olly_types::text::{Zone, civil_from_days, days_from_civil};
use olly_types::{Result, Type};

const BASE: Function =
    Function { family: Family::DateTime, arity: (1, 2), low_cardinality: LowCardinality::Dictionary, ..FUNCTION };
const PART: Function = Function { case_insensitive: false, ..BASE };

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
];

/// A local calendar time in parts.
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    days: i64,
    /// Second of the day.
    time: i64,
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
    match args.get(1) {
        Some(mode) if *mode.ty.base() != Type::UInt8 => Err(illegal(&mode.ty, "toDayOfWeek")),
        _ => Ok(Type::UInt8),
    }
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
