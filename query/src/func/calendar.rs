//! Dates and times as texts (formatDateTime, dateName), as counts of units since the epoch (toRelative…Num), as weeks, and
//! made of their parts (makeDate, makeDateTime).

use super::calendar_make::{make_date, make_time, make_time64, numbers};
use super::calendar_week::{week, week_type};
use super::num::*;
use super::text::build;
use super::{Arg, Call, Column, FUNCTION, Family, Function};
use crate::time::{Instants, Offsets, zone_of};
use arrow::array::ArrayRef;
use olly_types::text::{Zone, civil_from_days, days_from_civil};
use olly_types::{Code, Error, Result, Type, Value};

const BASE: Function = Function { family: Family::DateTime, arity: (1, 2), ..FUNCTION };
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

macro_rules! relative {
    ($name:literal, $ty:ident, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(time[, zone])"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "(toDateTime('2024-03-05 06:07:08', 'UTC'))")],
            infer: |a| match a.first() {
                Some(Arg { ty: Type::Date32, .. }) => Err(illegal(&Type::Date32, $name)),
                _ => moment(a, 1, $name).map(|()| Type::$ty),
            },
            eval: |c| counted(c, $f),
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "formatDateTime",
        aliases: &["DATE_FORMAT"],
        arity: (2, 3),
        syntax: "formatDateTime(time, format[, zone])",
        description: "The time as text, in MySQL's format.",
        examples: &["SELECT formatDateTime(toDateTime('2024-03-05 06:07:08', 'UTC'), '%F %T')"],
        infer: |a| {
            moment(a, 2, "formatDateTime")?;
            match &a[1].constant {
                Some(Value::Bytes(f)) => parse(f).map(|_| Type::String),
                _ => Err(Error::new(
                    Code::IllegalColumn,
                    "Argument at index 1 for function formatDateTime must be constant",
                )),
            }
        },
        eval: format,
        ..BASE
    },
    Function {
        name: "dateName",
        case_insensitive: true,
        arity: (2, 3),
        syntax: "dateName(part, time[, zone])",
        description: "A part of the time as text.",
        examples: &["SELECT dateName('month', toDate('2024-03-05'))"],
        infer: |a| {
            let Some(Value::Bytes(part)) = &a[0].constant else {
                return Err(Error::new(Code::IllegalColumn, "The part that dateName shows must be a constant string"));
            };
            piece_named(part)?;
            moment(a.get(1..).unwrap_or_default(), 1, "dateName").map(|()| Type::String)
        },
        eval: date_name,
        ..BASE
    },
    Function {
        name: "monthName",
        case_insensitive: true,
        arity: (1, 1),
        syntax: "monthName(time)",
        description: "Name of the month.",
        examples: &["SELECT monthName(toDate('2024-03-05'))"],
        infer: |a| moment(a, 1, "monthName").map(|()| Type::String),
        eval: |c| {
            let instants = Instants::of(c, 0)?;
            let mut offsets = Offsets::new(zone_of(&c.types[0], c.context)?);
            build(c.rows, |r, out| {
                Moment::of(&instants, r, &mut offsets).piece(Piece::MonthName, out);
                Ok(())
            })
        },
        ..BASE
    },
    relative!("toRelativeYearNum", UInt16, "Year.", |m| m.year),
    relative!("toRelativeQuarterNum", UInt32, "Quarters since the year 0.", |m| m.year * 4 + (m.month - 1) / 3),
    relative!("toRelativeMonthNum", UInt32, "Months since the year 0.", |m| m.year * 12 + m.month),
    relative!("toRelativeWeekNum", UInt32, "Weeks since the epoch, from Mondays on.", |m| (m.days + 3).div_euclid(7)),
    relative!("toRelativeDayNum", UInt32, "Days since the epoch.", |m| m.days),
    Function {
        name: "toRelativeHourNum",
        syntax: "toRelativeHourNum(time[, zone])",
        description: "Hours since the epoch.",
        examples: &["SELECT toRelativeHourNum(toDateTime('2024-03-05 06:07:08', 'UTC'))"],
        infer: |a| moment(a, 1, "toRelativeHourNum").map(|()| Type::UInt32),
        eval: hours,
        ..BASE
    },
    relative!("toRelativeMinuteNum", UInt32, "Minutes since the epoch.", |m| m.utc.div_euclid(60)),
    relative!("toRelativeSecondNum", UInt32, "Seconds since the epoch.", |m| m.utc),
    Function {
        name: "toWeek",
        aliases: &["week"],
        arity: (1, 3),
        case_insensitive: false,
        syntax: "toWeek(time[, mode[, zone]])",
        description: "Number of the week, as MySQL's WEEK.",
        examples: &["SELECT toWeek(toDate('2024-03-05'))"],
        infer: |a| week_type(a, "toWeek").map(|()| Type::UInt8),
        eval: |c| week(c, false),
        ..BASE
    },
    Function {
        name: "toYearWeek",
        aliases: &["yearweek"],
        case_insensitive: true,
        arity: (1, 3),
        syntax: "toYearWeek(time[, mode[, zone]])",
        description: "Year and number of the week, as MySQL's YEARWEEK.",
        examples: &["SELECT toYearWeek(toDate('2024-03-05'))"],
        infer: |a| week_type(a, "toYearWeek").map(|()| Type::UInt32),
        eval: |c| week(c, true),
        ..BASE
    },
    Function {
        name: "makeDate",
        case_insensitive: true,
        arity: (2, 3),
        syntax: "makeDate(year, month, day), makeDate(year, day)",
        description: "The date of its parts; the epoch where it is beyond Date.",
        examples: &["SELECT makeDate(2024, 3, 5)"],
        infer: |a| numbers(a, a.len(), "makeDate").map(|()| Type::Date),
        eval: make_date,
        ..BASE
    },
    Function {
        name: "makeDate32",
        arity: (2, 3),
        syntax: "makeDate32(year, month, day), makeDate32(year, day)",
        description: "The Date32 of its parts; the epoch where it is beyond Date32.",
        examples: &["SELECT makeDate32(1924, 3, 5)"],
        infer: |a| numbers(a, a.len(), "makeDate32").map(|()| Type::Date32),
        eval: make_date,
        ..BASE
    },
    Function {
        name: "makeDateTime64",
        arity: (6, 9),
        syntax: "makeDateTime64(year, month, day, hour, minute, second[, fraction[, precision[, zone]]])",
        description: "The DateTime64 of its parts.",
        examples: &["SELECT makeDateTime64(2024, 3, 5, 6, 7, 8, 90)"],
        infer: |a| {
            numbers(a, 7, "makeDateTime64")?;
            let precision = match a.get(7).map(|a| a.constant.as_ref().and_then(Value::as_i128)) {
                None => 3,
                Some(Some(p @ 0..=9)) => p as u8,
                Some(_) => {
                    return Err(Error::new(
                        Code::ArgumentOutOfBound,
                        "The precision of makeDateTime64 must be a constant of 0 to 9",
                    ));
                }
            };
            Ok(Type::DateTime64(precision, zone_name(a.get(8), "makeDateTime64")?.map(Into::into)))
        },
        eval: make_time64,
        ..BASE
    },
    Function {
        name: "makeDateTime",
        arity: (6, 7),
        syntax: "makeDateTime(year, month, day, hour, minute, second[, zone])",
        description: "The DateTime of its parts.",
        examples: &["SELECT makeDateTime(2024, 3, 5, 6, 7, 8, 'UTC')"],
        infer: |a| {
            numbers(a, 6, "makeDateTime")?;
            Ok(Type::DateTime(zone_name(a.get(6), "makeDateTime")?.map(Into::into)))
        },
        eval: make_time,
        ..BASE
    },
];

/// ClickHouse counts otherwise in zones whose offset is not whole hours.
fn hours(call: &Call<'_>) -> Result<ArrayRef> {
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(call_zone(call, 1, 0)?);
    if (0..call.rows).any(|r| Moment::of(&instants, r, &mut offsets).offset % 3600 != 0) {
        return Err(Error::unsupported("toRelativeHourNum in a time zone whose offset is not whole hours"));
    }
    counted(call, |m| m.utc.div_euclid(3600))
}

pub(super) fn moment(args: &[Arg], zone: usize, name: &str) -> Result<()> {
    match args.first() {
        Some(a) if a.ty.is_temporal() => {}
        Some(a) => return Err(illegal(&a.ty, name)),
        None => return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, format!("function {name} wants a time"))),
    }
    zone_name(args.get(zone), name).map(|_| ())
}

fn zone_name(arg: Option<&Arg>, name: &str) -> Result<Option<String>> {
    match arg.map(|a| &a.constant) {
        None => Ok(None),
        Some(Some(Value::Bytes(b))) => {
            let text = String::from_utf8_lossy(b).into_owned();
            Zone::load(&text)?;
            Ok(Some(text))
        }
        Some(_) => {
            Err(Error::new(Code::IllegalColumn, format!("The time zone of function {name} must be a constant string")))
        }
    }
}

pub(super) fn call_zone(call: &Call<'_>, i: usize, own: usize) -> Result<Zone> {
    match call.args.get(i) {
        Some(Column::Const(_)) => match call.constant(i)? {
            Some(Value::Bytes(b)) => Zone::load(&String::from_utf8_lossy(&b)),
            _ => zone_of(&call.types[own], call.context),
        },
        _ => zone_of(&call.types[own], call.context),
    }
}

/// One time, in its zone.
pub(super) struct Moment {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    /// Local days since the epoch.
    pub(super) days: i64,
    /// Seconds of the local day.
    time: i64,
    utc: i64,
    offset: i64,
    /// Ticks below the second.
    ticks: i64,
}

impl Moment {
    pub(super) fn of(instants: &Instants, row: usize, offsets: &mut Offsets) -> Moment {
        let (local, ticks) = instants.local(row, offsets);
        let (utc, _) = instants.utc(row, offsets);
        let days = local.div_euclid(86_400);
        let (year, month, day) = civil_from_days(days);
        Moment {
            year,
            month: i64::from(month),
            day: i64::from(day),
            days,
            time: local.rem_euclid(86_400),
            utc,
            offset: local - utc,
            ticks,
        }
    }
    fn weekday(&self) -> usize {
        (self.days + 3).rem_euclid(7) as usize
    }
    fn day_of_year(&self) -> i64 {
        self.days - days_from_civil(self.year, 1, 1) + 1
    }
    fn piece(&self, piece: Piece, out: &mut Vec<u8>) {
        use Piece::*;
        let hour = self.time / 3600;
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let padded = |n: i64, width: usize, out: &mut Vec<u8>| out.extend(format!("{n:0width$}").into_bytes());
        let name = |names: &[&str], i: usize, out: &mut Vec<u8>| {
            out.extend_from_slice(names.get(i).copied().unwrap_or_default().as_bytes());
        };
        match piece {
            WeekdayShort => out.extend_from_slice(WEEKDAYS.get(self.weekday()).map_or(&[][..], |n| &n.as_bytes()[..3])),
            Weekday => name(&WEEKDAYS, self.weekday(), out),
            MonthShort => {
                let month = MONTHS.get(self.month as usize - 1).copied().unwrap_or_default();
                out.extend_from_slice(month.as_bytes().get(..3).unwrap_or_default());
            }
            MonthName => name(&MONTHS, self.month as usize - 1, out),
            Month => padded(self.month, 2, out),
            Century => padded(self.year / 100, 2, out),
            Day => padded(self.day, 2, out),
            DayBare => out.extend(self.day.to_string().into_bytes()),
            IsoYearShort => padded(iso_week(self.days).0 % 100, 2, out),
            IsoYear => padded(iso_week(self.days).0, 4, out),
            IsoWeek => padded(iso_week(self.days).1, 2, out),
            Hour => padded(hour, 2, out),
            HourTwelve => padded(twelve, 2, out),
            Minute => padded(self.time / 60 % 60, 2, out),
            Second => padded(self.time % 60, 2, out),
            DayOfYear => padded(self.day_of_year(), 3, out),
            HalfDay => out.extend_from_slice(if hour < 12 { b"AM" } else { b"PM" }),
            Quarter => out.extend(((self.month - 1) / 3 + 1).to_string().into_bytes()),
            WeekdayFromMonday => out.extend((self.weekday() + 1).to_string().into_bytes()),
            WeekdayFromSunday => out.extend(((self.weekday() + 1) % 7).to_string().into_bytes()),
            YearShort => padded(self.year % 100, 2, out),
            Year => padded(self.year, 4, out),
            Offset => {
                let minutes = self.offset.abs() / 60;
                out.push(if self.offset < 0 { b'-' } else { b'+' });
                padded(minutes / 60, 2, out);
                padded(minutes % 60, 2, out);
            }
            Plain(n) => {
                let n = match n {
                    Number::Year => self.year,
                    Number::DayOfYear => self.day_of_year(),
                    Number::Day => self.day,
                    Number::Week => iso_week(self.days).1,
                    Number::Hour => hour,
                    Number::Minute => self.time / 60 % 60,
                    Number::Second => self.time % 60,
                };
                out.extend(n.to_string().into_bytes());
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Number {
    Year,
    DayOfYear,
    Day,
    Week,
    Hour,
    Minute,
    Second,
}

#[derive(Clone, Copy)]
enum Piece {
    WeekdayShort,
    Weekday,
    MonthShort,
    MonthName,
    Month,
    Century,
    Day,
    DayBare,
    IsoYearShort,
    IsoYear,
    IsoWeek,
    Hour,
    HourTwelve,
    Minute,
    Second,
    DayOfYear,
    HalfDay,
    Quarter,
    WeekdayFromMonday,
    WeekdayFromSunday,
    YearShort,
    Year,
    Offset,
    Plain(Number),
}

enum Token {
    Text(Vec<u8>),
    Piece(Piece),
    /// Digits below the second, six where the type has none.
    Fraction,
}

/// # Errors
/// 36 for a letter that ClickHouse does not know, 48 for one that it does not support either.
fn parse(format: &[u8]) -> Result<Vec<Token>> {
    use Piece::*;
    let mut out = Vec::new();
    let mut bytes = format.iter();
    let text = |b: &[u8], out: &mut Vec<Token>| match out.last_mut() {
        Some(Token::Text(t)) => t.extend_from_slice(b),
        _ => out.push(Token::Text(b.to_vec())),
    };
    while let Some(b) = bytes.next() {
        if *b != b'%' {
            text(&[*b], &mut out);
            continue;
        }
        let Some(letter) = bytes.next() else {
            return Err(Error::new(
                Code::BadArguments,
                "'%' must not be the last character in the format string, use '%%' instead",
            ));
        };
        let pieces: &[(Piece, &[u8])] = match letter {
            b'a' => &[(WeekdayShort, b"")],
            b'b' => &[(MonthShort, b"")],
            b'c' | b'm' => &[(Month, b"")],
            b'C' => &[(Century, b"")],
            b'd' => &[(Day, b"")],
            b'D' => &[(Month, b"/"), (Day, b"/"), (YearShort, b"")],
            b'e' => &[(DayBare, b"")],
            b'F' => &[(Year, b"-"), (Month, b"-"), (Day, b"")],
            b'g' => &[(IsoYearShort, b"")],
            b'G' => &[(IsoYear, b"")],
            b'h' | b'I' | b'l' => &[(HourTwelve, b"")],
            b'H' | b'k' => &[(Hour, b"")],
            b'i' => &[(Minute, b"")],
            b'j' => &[(DayOfYear, b"")],
            b'M' => &[(MonthName, b"")],
            b'p' => &[(HalfDay, b"")],
            b'Q' => &[(Quarter, b"")],
            b'r' => &[(HourTwelve, b":"), (Minute, b" "), (HalfDay, b"")],
            b'R' => &[(Hour, b":"), (Minute, b"")],
            b's' | b'S' => &[(Second, b"")],
            b'T' => &[(Hour, b":"), (Minute, b":"), (Second, b"")],
            b'u' => &[(WeekdayFromMonday, b"")],
            b'V' => &[(IsoWeek, b"")],
            b'w' => &[(WeekdayFromSunday, b"")],
            b'W' => &[(Weekday, b"")],
            b'y' => &[(YearShort, b"")],
            b'Y' => &[(Year, b"")],
            b'z' => &[(Offset, b"")],
            b'f' => {
                out.push(Token::Fraction);
                continue;
            }
            b'n' => {
                text(b"\n", &mut out);
                continue;
            }
            b't' => {
                text(b"\t", &mut out);
                continue;
            }
            b'%' => {
                text(b"%", &mut out);
                continue;
            }
            b'U' => return Err(Error::new(Code::NotImplemented, "format is not supported for WEEK (Sun-Sat)")),
            b'v' => return Err(Error::new(Code::NotImplemented, "format is not supported for WEEK (Mon-Sun)")),
            b'x' | b'X' => {
                return Err(Error::new(Code::NotImplemented, "format is not supported for YEAR for week"));
            }
            other => {
                let c = char::from(*other);
                return Err(Error::new(
                    Code::BadArguments,
                    format!("Incorrect syntax '%{c}', symbol is not supported '{c}' for function formatDateTime"),
                ));
            }
        };
        for (piece, after) in pieces {
            out.push(Token::Piece(*piece));
            if !after.is_empty() {
                text(after, &mut out);
            }
        }
    }
    Ok(out)
}

fn format(call: &Call<'_>) -> Result<ArrayRef> {
    let tokens = match call.constant(1)? {
        Some(Value::Bytes(f)) => parse(&f)?,
        _ => return Err(Error::new(Code::IllegalColumn, "the format is not constant")),
    };
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(call_zone(call, 2, 0)?);
    let digits = match &call.types[0] {
        Type::DateTime64(p, _) => usize::from(*p),
        _ => 0,
    };
    build(call.rows, |row, out| {
        let m = Moment::of(&instants, row, &mut offsets);
        for token in &tokens {
            match token {
                Token::Text(t) => out.extend_from_slice(t),
                Token::Piece(p) => m.piece(*p, out),
                Token::Fraction if digits == 0 => out.extend_from_slice(b"000000"),
                Token::Fraction => {
                    let fraction = format!("{:0digits$}", m.ticks);
                    out.extend_from_slice(fraction.as_bytes().get(..digits.min(6)).unwrap_or_default());
                    (digits..6).for_each(|_| out.push(b'0'));
                }
            }
        }
        Ok(())
    })
}

fn piece_named(part: &[u8]) -> Result<Piece> {
    let name = String::from_utf8_lossy(part).to_ascii_lowercase();
    Ok(match name.as_str() {
        "year" => Piece::Plain(Number::Year),
        "quarter" => Piece::Quarter,
        "month" => Piece::MonthName,
        "dayofyear" => Piece::Plain(Number::DayOfYear),
        "day" => Piece::Plain(Number::Day),
        "week" => Piece::Plain(Number::Week),
        "weekday" => Piece::Weekday,
        "hour" => Piece::Plain(Number::Hour),
        "minute" => Piece::Plain(Number::Minute),
        "second" => Piece::Plain(Number::Second),
        _ => {
            return Err(Error::new(
                Code::BadArguments,
                format!("{name} doesn't look like datepart name in function dateName"),
            ));
        }
    })
}

fn date_name(call: &Call<'_>) -> Result<ArrayRef> {
    let piece = match call.constant(0)? {
        Some(Value::Bytes(part)) => piece_named(&part)?,
        _ => return Err(Error::new(Code::IllegalColumn, "the part is not constant")),
    };
    let instants = Instants::of(call, 1)?;
    let mut offsets = Offsets::new(call_zone(call, 2, 1)?);
    build(call.rows, |row, out| {
        Moment::of(&instants, row, &mut offsets).piece(piece, out);
        Ok(())
    })
}

fn counted(call: &Call<'_>, f: impl Fn(&Moment) -> i64) -> Result<ArrayRef> {
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(call_zone(call, 1, 0)?);
    let values: Vec<i64> = (0..call.rows).map(|r| f(&Moment::of(&instants, r, &mut offsets))).collect();
    if *call.result == Type::UInt16 {
        return Ok(array(values.into_iter().map(|v| v.max(0) as u16).collect::<Vec<u16>>()));
    }
    Ok(array(values.into_iter().map(|v| v.max(0) as u32).collect::<Vec<u32>>()))
}

/// ISO 8601 year and week.
fn iso_week(days: i64) -> (i64, i64) {
    let thursday = days - (days + 3).rem_euclid(7) + 3;
    let year = civil_from_days(thursday).0;
    (year, (thursday - days_from_civil(year, 1, 1)) / 7 + 1)
}
