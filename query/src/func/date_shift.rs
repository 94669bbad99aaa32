//! Times so many units later or earlier, and the units between two times.

use super::datetime::{call_unit, call_zone, temporal, unit_argument};
use super::num::*;
use super::{Arg, Call, FUNCTION, Family, Function, LowCardinality};
use crate::time::{self, Instants, Offsets, zone_of};
use arrow::array::ArrayRef;
use olly_types::text::civil_from_days;
use olly_types::ty::IntervalUnit;
use olly_types::{Result, Type};

const BASE: Function =
    Function { family: Family::DateTime, arity: (1, 2), low_cardinality: LowCardinality::Dictionary, ..FUNCTION };
const ADD: Function = Function { arity: (2, 2), ..BASE };

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
];

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
