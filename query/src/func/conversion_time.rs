//! Conversions to DateTime and DateTime64, to and from Unix time, texts in any usual notation, and intervals.

use super::cast::{OnError, convert};
use super::conversion::{from_text, to, to_nullable_type, to_type, zone};
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, Nulls};
use arrow::array::{ArrayRef, AsArray};
use olly_types::text::{BestEffort, ColumnBuilder, parse_best_effort};
use olly_types::ty::IntervalUnit;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function = Function { family: Family::Conversion, arity: (1, 1), ..FUNCTION };
const OR_NULL: Function = BASE;

macro_rules! interval {
    ($name:literal, $unit:ident) => {
        Function {
            name: $name,
            syntax: concat!($name, "(n)"),
            description: "Interval of n units.",
            examples: &[concat!("SELECT ", $name, "(5)")],
            infer: |a| interval_type(a, IntervalUnit::$unit),
            eval: interval,
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "toDateTime",
        aliases: &["toDateTime32"],
        arity: (1, 2),
        syntax: "toDateTime(x[, zone])",
        description: "The value as DateTime.",
        examples: &["SELECT toDateTime('2024-01-01 00:00:00', 'UTC')"],
        infer: |a| datetime_type(a, "toDateTime"),
        eval: |c| to(c, OnError::Fail),
        nulls: Nulls::Own,
        ..BASE
    },
    Function {
        name: "toDateTimeOrNull",
        arity: (1, 2),
        syntax: "toDateTimeOrNull(x[, zone])",
        description: "The text as DateTime, NULL where it is none.",
        examples: &["SELECT toDateTimeOrNull('x')"],
        infer: |a| {
            from_text(a, "toDateTimeOrNull").and_then(|()| datetime_type(a, "toDateTimeOrNull")).map(Type::nullable)
        },
        eval: |c| to(c, OnError::Null),
        ..OR_NULL
    },
    Function {
        name: "toDateTimeOrZero",
        arity: (1, 2),
        syntax: "toDateTimeOrZero(x[, zone])",
        description: "The text as DateTime, 0 where it is none.",
        examples: &["SELECT toUnixTimestamp(toDateTimeOrZero('x'))"],
        infer: |a| from_text(a, "toDateTimeOrZero").and_then(|()| datetime_type(a, "toDateTimeOrZero")),
        eval: |c| to(c, OnError::Default),
        ..OR_NULL
    },
    Function {
        name: "toDateTime64",
        arity: (2, 3),
        syntax: "toDateTime64(x, precision[, zone])",
        description: "The value as DateTime64.",
        examples: &["SELECT toDateTime64('2024-01-01 00:00:00.123', 3, 'UTC')"],
        infer: |a| datetime64_type(a, "toDateTime64"),
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "toDateTime64OrNull",
        arity: (2, 3),
        syntax: "toDateTime64OrNull(x, precision[, zone])",
        description: "The text as DateTime64, NULL where it is none.",
        examples: &["SELECT toDateTime64OrNull('x', 3)"],
        infer: |a| datetime64_type(a, "toDateTime64OrNull").map(Type::nullable),
        eval: |c| to(c, OnError::Null),
        ..OR_NULL
    },
    Function {
        name: "toDateTime64OrZero",
        arity: (2, 3),
        syntax: "toDateTime64OrZero(x, precision[, zone])",
        description: "The text as DateTime64, 0 where it is none.",
        examples: &["SELECT toUnixTimestamp64Milli(toDateTime64OrZero('x', 3))"],
        infer: |a| datetime64_type(a, "toDateTime64OrZero"),
        eval: |c| to(c, OnError::Default),
        ..OR_NULL
    },
    Function {
        name: "toUnixTimestamp",
        arity: (1, 2),
        syntax: "toUnixTimestamp(x[, zone])",
        description: "Seconds since the epoch.",
        examples: &["SELECT toUnixTimestamp(toDateTime('2024-01-01 00:00:00', 'UTC'))"],
        infer: unix_type,
        eval: unix,
        nulls: Nulls::Own,
        ..BASE
    },
    Function {
        name: "fromUnixTimestamp",
        aliases: &["FROM_UNIXTIME"],
        case_insensitive: true,
        arity: (1, 3),
        syntax: "fromUnixTimestamp(n[, format[, zone]])",
        description: "DateTime of seconds, or its text in formatDateTime's format.",
        examples: &["SELECT fromUnixTimestamp(0) = toDateTime(0)"],
        infer: |a| {
            if a[0].ty.is_integer() { Ok(Type::DateTime(None)) } else { Err(illegal(&a[0].ty, "fromUnixTimestamp")) }
        },
        eval: |c| to(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "parseDateTimeBestEffort",
        aliases: &["parseDateTime32BestEffort"],
        arity: (1, 2),
        syntax: "parseDateTimeBestEffort(s[, zone])",
        description: "DateTime of a text in any usual notation.",
        examples: &["SELECT parseDateTimeBestEffort('2024-01-01T00:00:00Z', 'UTC')"],
        infer: |a| from_text(a, "parseDateTimeBestEffort").and_then(|()| datetime_type(a, "parseDateTimeBestEffort")),
        eval: |c| best_effort(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "parseDateTimeBestEffortOrNull",
        aliases: &["parseDateTime32BestEffortOrNull"],
        arity: (1, 2),
        syntax: "parseDateTimeBestEffortOrNull(s[, zone])",
        description: "DateTime of a text in any usual notation, NULL where it is none.",
        examples: &["SELECT parseDateTimeBestEffortOrNull('x')"],
        infer: |a| {
            from_text(a, "parseDateTimeBestEffortOrNull")
                .and_then(|()| datetime_type(a, "parseDateTimeBestEffortOrNull"))
                .map(Type::nullable)
        },
        eval: |c| best_effort(c, OnError::Null),
        ..OR_NULL
    },
    Function {
        name: "parseDateTimeBestEffortOrZero",
        aliases: &["parseDateTime32BestEffortOrZero"],
        arity: (1, 2),
        syntax: "parseDateTimeBestEffortOrZero(s[, zone])",
        description: "DateTime of a text in any usual notation, 0 where it is none.",
        examples: &["SELECT toUnixTimestamp(parseDateTimeBestEffortOrZero('x'))"],
        infer: |a| {
            from_text(a, "parseDateTimeBestEffortOrZero")
                .and_then(|()| datetime_type(a, "parseDateTimeBestEffortOrZero"))
        },
        eval: |c| best_effort(c, OnError::Default),
        ..OR_NULL
    },
    Function {
        name: "parseDateTime64BestEffort",
        arity: (1, 3),
        syntax: "parseDateTime64BestEffort(s[, precision[, zone]])",
        description: "DateTime64 of a text in any usual notation.",
        examples: &["SELECT parseDateTime64BestEffort('2024-01-01T00:00:00.5Z', 3, 'UTC')"],
        infer: |a| best64_type(a, "parseDateTime64BestEffort"),
        eval: |c| best_effort(c, OnError::Fail),
        ..BASE
    },
    Function {
        name: "parseDateTime64BestEffortOrNull",
        arity: (1, 3),
        syntax: "parseDateTime64BestEffortOrNull(s[, precision[, zone]])",
        description: "DateTime64 of a text in any usual notation, NULL where it is none.",
        examples: &["SELECT parseDateTime64BestEffortOrNull('x')"],
        infer: |a| best64_type(a, "parseDateTime64BestEffortOrNull").map(Type::nullable),
        eval: |c| best_effort(c, OnError::Null),
        ..OR_NULL
    },
    Function {
        name: "parseDateTime64BestEffortOrZero",
        arity: (1, 3),
        syntax: "parseDateTime64BestEffortOrZero(s[, precision[, zone]])",
        description: "DateTime64 of a text in any usual notation, 0 where it is none.",
        examples: &["SELECT toUnixTimestamp64Milli(parseDateTime64BestEffortOrZero('x'))"],
        infer: |a| best64_type(a, "parseDateTime64BestEffortOrZero"),
        eval: |c| best_effort(c, OnError::Default),
        ..OR_NULL
    },
    interval!("toIntervalNanosecond", Nanosecond),
    interval!("toIntervalMicrosecond", Microsecond),
    interval!("toIntervalMillisecond", Millisecond),
    interval!("toIntervalSecond", Second),
    interval!("toIntervalMinute", Minute),
    interval!("toIntervalHour", Hour),
    interval!("toIntervalDay", Day),
    interval!("toIntervalWeek", Week),
    interval!("toIntervalMonth", Month),
    interval!("toIntervalQuarter", Quarter),
    interval!("toIntervalYear", Year),
];

fn datetime_type(args: &[Arg], name: &str) -> Result<Type> {
    let own = args[0].ty.base().time_zone().map(Arc::from);
    let zone = match zone(args.get(1), name)? {
        Some(zone) => Some(zone),
        None => own,
    };
    to_nullable_type(args, name, Type::DateTime(zone))
}

fn precision(arg: &Arg, name: &str) -> Result<u8> {
    match arg.constant.as_ref().and_then(Value::as_i128) {
        Some(p @ 0..=9) => Ok(p as u8),
        _ => Err(Error::new(
            Code::ArgumentOutOfBound,
            format!("Precision of function {name} must be a constant in 0..9"),
        )),
    }
}

fn datetime64_type(args: &[Arg], name: &str) -> Result<Type> {
    let own = args[0].ty.time_zone().map(Arc::from);
    let zone = match zone(args.get(2), name)? {
        Some(zone) => Some(zone),
        None => own,
    };
    to_type(&args[..1], name, Type::DateTime64(precision(&args[1], name)?, zone))
}

fn best64_type(args: &[Arg], name: &str) -> Result<Type> {
    from_text(args, name)?;
    let p = args.get(1).map_or(Ok(3), |a| precision(a, name))?;
    Ok(Type::DateTime64(p, zone(args.get(2), name)?))
}

fn unix_type(args: &[Arg]) -> Result<Type> {
    let ty = args[0].ty.base();
    if *ty == Type::Nothing {
        return Ok(args[0].ty.clone());
    }
    if ty.is_string() || ty.is_temporal() {
        zone(args.get(1), "toUnixTimestamp")?;
        return Ok(if args[0].ty.is_nullable() { Type::nullable(Type::UInt32) } else { Type::UInt32 });
    }
    Err(illegal(ty, "toUnixTimestamp"))
}

fn unix(call: &Call<'_>) -> Result<ArrayRef> {
    let zone = if call.args.len() > 1 {
        match call.constant(1)? {
            Some(Value::Bytes(b)) => Some(Arc::<str>::from(String::from_utf8_lossy(&b))),
            _ => None,
        }
    } else {
        None
    };
    let array = call.array(0)?;
    if matches!(call.types[0].base(), Type::DateTime64(..) | Type::Nothing) {
        return convert(&array, &call.types[0], call.result, call.context, OnError::Fail);
    }
    let seconds = Type::DateTime(zone);
    let seconds = if call.types[0].is_nullable() { Type::nullable(seconds) } else { seconds };
    convert(&array, &call.types[0], &seconds, call.context, OnError::Fail)
}

fn best_effort(call: &Call<'_>, on_error: OnError) -> Result<ArrayRef> {
    let target = match call.result {
        Type::Nullable(t) => (**t).clone(),
        t => t.clone(),
    };
    let array = call.array(0)?;
    if !call.types[0].is_string() {
        return convert(&array, &call.types[0], call.result, call.context, on_error);
    }
    let array = super::coerce::coerce(&array, &call.types[0], &Type::String)?;
    let digits = target.scale();
    let options = BestEffort {
        zone: crate::time::zone_of(&target, call.context)?,
        us: false,
        now_seconds: call.context.now.0.div_euclid(1_000_000_000),
        fractional: digits.is_some(),
    };
    let mut out = ColumnBuilder::new(&if on_error == OnError::Null { Type::nullable(target.clone()) } else { target });
    for text in array.as_binary_view().iter() {
        match parse_best_effort(text.unwrap_or_default(), digits.unwrap_or(0), options) {
            Ok(ticks) if digits.is_none() => out.append_int(ticks.clamp(0, i128::from(u32::MAX)))?,
            Ok(ticks) => out.append_int(ticks)?,
            Err(e) if on_error == OnError::Fail => return Err(e),
            Err(_) if on_error == OnError::Null => out.append_null(),
            Err(_) => out.append_default(),
        }
    }
    out.finish()
}

fn interval_type(args: &[Arg], unit: IntervalUnit) -> Result<Type> {
    let ty = &args[0].ty;
    if ty.is_number() || *ty == Type::String { Ok(Type::Interval(unit)) } else { Err(illegal(ty, "toInterval")) }
}

/// A number of units; a text is read as a whole number.
fn interval(call: &Call<'_>) -> Result<ArrayRef> {
    if call.types[0] == Type::String {
        return super::cast::convert(&call.array(0)?, &Type::String, &Type::Int64, call.context, OnError::Fail);
    }
    Ok(array(zip(&vals::<i64>(call, 0)?, &Vals::One(()), call.rows, |n, ()| n)))
}
