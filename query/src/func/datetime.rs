//! The current time, time zones, ticks of DateTime64, and what the functions over times share. Parts of a time: `date_part`;
//! starts of units: `date_start`; later, earlier and between: `date_shift`; texts to times: `conversion_time`.

use super::num::*;
use super::{Arg, Call, Column, FUNCTION, Family, Function, LowCardinality, Nulls};
use crate::time::{Instants, Offsets, zone_of};
use arrow::array::{ArrayRef, BinaryViewBuilder};
use olly_types::text::Zone;
use olly_types::ty::IntervalUnit;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function =
    Function { family: Family::DateTime, arity: (1, 2), low_cardinality: LowCardinality::Dictionary, ..FUNCTION };

pub const FUNCTIONS: &[Function] = &[
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

fn text(call: &Call<'_>, s: &str) -> Result<ArrayRef> {
    let mut b = BinaryViewBuilder::with_capacity(call.rows);
    (0..call.rows).for_each(|_| b.append_value(s.as_bytes()));
    Ok(Arc::new(b.finish()))
}

pub(super) fn temporal(ty: &Type, name: &str) -> Result<()> {
    if ty.is_temporal() { Ok(()) } else { Err(illegal(ty, name)) }
}

pub(super) fn constant_text(arg: &Arg, name: &str) -> Result<String> {
    match &arg.constant {
        Some(Value::Bytes(b)) => Ok(String::from_utf8_lossy(b).into_owned()),
        _ => Err(Error::new(Code::IllegalColumn, format!("Argument of function {name} must be a constant string"))),
    }
}

/// The zone argument `i` of a call, or the zone of argument 0.
pub(super) fn call_zone(call: &Call<'_>, i: usize) -> Result<Zone> {
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

pub(super) fn own_zone(args: &[Arg], zone: usize, name: &str) -> Result<Option<Arc<str>>> {
    match args.get(zone) {
        Some(arg) => {
            let text = constant_text(arg, name)?;
            Zone::load(&text)?;
            Ok(Some(text.into()))
        }
        None => Ok(args[0].ty.time_zone().map(Arc::from)),
    }
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

pub(super) fn unit_argument(arg: &Arg, name: &str) -> Result<IntervalUnit> {
    let text = constant_text(arg, name)?;
    unit_named(&text)
        .ok_or_else(|| Error::new(Code::BadArguments, format!("Function {name} doesn't support '{text}' unit")))
}

pub(super) fn call_unit(call: &Call<'_>, name: &str) -> Result<IntervalUnit> {
    let arg = Arg { ty: Type::String, constant: call.constant(0)?, lambda: false };
    unit_argument(&arg, name)
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

pub(super) fn ticks(call: &Call<'_>, digits: u8) -> Result<ArrayRef> {
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
