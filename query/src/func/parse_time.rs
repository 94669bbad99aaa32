//! parseDateTime: times in a notation that a format of MySQL's describes.

use super::num::array;
use super::text::Texts;
use super::{Arg, Call, FUNCTION, Family, Function, Nulls};
use arrow::array::{Array, PrimitiveArray};
use arrow::datatypes::UInt32Type;
use olly_types::text::{Zone, days_from_civil};
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function = Function { family: Family::Conversion, arity: (1, 3), ..FUNCTION };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "parseDateTime",
        syntax: "parseDateTime(s[, format[, zone]])",
        description: "DateTime of a text that is as the format says.",
        examples: &["SELECT parseDateTime('02/Jan/2024', '%d/%b/%Y')"],
        // The text under a NULL is none that fails.
        nulls: Nulls::Own,
        infer: |a| match &a[0].ty {
            Type::Nullable(t) if **t == Type::Nothing => Ok(a[0].ty.clone()),
            t if t.is_nullable() => result(a, "parseDateTime").map(Type::nullable),
            _ => result(a, "parseDateTime"),
        },
        eval: |c| {
            if *c.types[0].base() == Type::Nothing {
                return c.array(0);
            }
            let (times, failed) = parsed(c)?;
            match failed {
                Some(text) => Err(Error::new(
                    Code::CannotParseDateTime,
                    format!(
                        "Cannot parse '{}' by the format of function parseDateTime",
                        String::from_utf8_lossy(&text)
                    ),
                )),
                None if c.result.is_nullable() => {
                    Ok(Arc::new(times.into_iter().collect::<PrimitiveArray<UInt32Type>>()))
                }
                None => Ok(array(times.into_iter().map(|t| t.unwrap_or(0)).collect::<Vec<u32>>())),
            }
        },
        ..BASE
    },
    Function {
        name: "parseDateTimeOrNull",
        syntax: "parseDateTimeOrNull(s[, format[, zone]])",
        description: "DateTime of a text that is as the format says, NULL where it is not.",
        examples: &["SELECT parseDateTimeOrNull('x', '%Y')"],
        infer: |a| result(a, "parseDateTimeOrNull").map(Type::nullable),
        eval: |c| Ok(Arc::new(parsed(c)?.0.into_iter().collect::<PrimitiveArray<UInt32Type>>())),
        ..BASE
    },
    Function {
        name: "parseDateTimeOrZero",
        syntax: "parseDateTimeOrZero(s[, format[, zone]])",
        description: "DateTime of a text that is as the format says, 0 where it is not.",
        examples: &["SELECT toUnixTimestamp(parseDateTimeOrZero('x', '%Y'))"],
        infer: |a| result(a, "parseDateTimeOrZero"),
        eval: |c| Ok(array(parsed(c)?.0.into_iter().map(|t| t.unwrap_or(0)).collect::<Vec<u32>>())),
        ..BASE
    },
];

/// Format where none is given.
pub(crate) const USUAL: &str = "%Y-%m-%d %H:%i:%s";

fn result(args: &[Arg], name: &str) -> Result<Type> {
    if !args[0].ty.base().is_string() {
        let text = format!(
            "A value of illegal type was provided as 1st argument 'time' to function '{name}'. Expected: String, got: {}",
            args[0].ty
        );
        return Err(Error::new(Code::IllegalTypeOfArgument, text));
    }
    let constant = |i: usize, what: &str| match args.get(i).map(|a| &a.constant) {
        None => Ok(None),
        Some(Some(Value::Bytes(text))) => Ok(Some(String::from_utf8_lossy(text).into_owned())),
        Some(_) => {
            let text = format!(
                "A value of illegal type was provided as argument '{what}' to function '{name}'. Expected: const String"
            );
            Err(Error::new(Code::IllegalColumn, text))
        }
    };
    items(constant(1, "format")?.as_deref().unwrap_or(USUAL).as_bytes())?;
    let zone = constant(2, "timezone")?.unwrap_or_else(|| "UTC".into());
    Zone::load(&zone)?;
    Ok(Type::DateTime(Some(zone.as_str().into())))
}

/// A part of a format: a byte of the text, or what a letter stands for.
#[derive(Clone, Copy)]
enum Item {
    Byte(u8),
    Field(u8),
}

fn items(format: &[u8]) -> Result<Vec<Item>> {
    let mut out = Vec::new();
    let mut bytes = format.iter().copied();
    while let Some(b) = bytes.next() {
        if b != b'%' {
            out.push(Item::Byte(b));
            continue;
        }
        let Some(letter) = bytes.next() else {
            let text = "'%' must not be the last character in the format string, use '%%' instead";
            return Err(Error::new(Code::BadArguments, text));
        };
        let whole: &[u8] = match letter {
            b'F' => b"%Y-%m-%d",
            b'T' => b"%H:%i:%s",
            b'D' => b"%m/%d/%y",
            b'R' => b"%H:%i",
            b'r' => b"%h:%i %p",
            _ => b"",
        };
        match letter {
            b'F' | b'T' | b'D' | b'R' | b'r' => out.extend(items(whole)?),
            b'%' => out.push(Item::Byte(b'%')),
            b'n' => out.push(Item::Byte(b'\n')),
            b't' => out.push(Item::Byte(b'\t')),
            b'Y' | b'y' | b'm' | b'c' | b'M' | b'b' | b'd' | b'e' | b'j' | b'a' | b'W' | b'H' | b'k' | b'h' | b'I'
            | b'l' | b'i' | b's' | b'S' | b'f' | b'p' | b'z' => out.push(Item::Field(letter)),
            b'C' | b'G' | b'g' | b'Q' | b'U' | b'u' | b'V' | b'v' | b'w' | b'x' | b'X' => {
                return Err(Error::unsupported(format!("parseDateTime with %{}", char::from(letter))));
            }
            _ => {
                let text = format!(
                    "Incorrect syntax, symbol is not supported '{}' for function parseDateTime",
                    char::from(letter)
                );
                return Err(Error::new(Code::BadArguments, text));
            }
        }
    }
    Ok(out)
}

/// Times of the rows, None where a text is not as the format says; and the first such text.
fn parsed(call: &Call<'_>) -> Result<(Vec<Option<u32>>, Option<Vec<u8>>)> {
    let format = match call.args.len() {
        1 => None,
        _ => call.constant(1)?,
    };
    let format = match format {
        Some(Value::Bytes(format)) => items(&format)?,
        _ => items(USUAL.as_bytes())?,
    };
    let zone = Zone::load(call.result.base().time_zone().unwrap_or("UTC"))?;
    let texts = Texts::of(call, 0)?;
    let nulls = call.array(0)?.logical_nulls();
    let mut out = Vec::with_capacity(call.rows);
    let mut failed = None;
    for row in 0..call.rows {
        if nulls.as_ref().is_some_and(|n| n.is_null(row)) {
            out.push(None);
            continue;
        }
        let time = parse(texts.get(row), &format, zone);
        if time.is_none() && failed.is_none() {
            failed = Some(texts.get(row).to_vec());
        }
        out.push(time);
    }
    Ok((out, failed))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

#[derive(Default)]
struct Fields {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    /// The hour is one of twelve.
    half: bool,
    afternoon: bool,
    minute: i64,
    second: i64,
    /// Seconds east of Greenwich.
    offset: Option<i64>,
}

struct Input<'a>(&'a [u8]);

impl Input<'_> {
    /// From `least` to `most` digits, of a number within the bounds.
    fn number(&mut self, least: usize, most: usize, low: i64, high: i64) -> Option<i64> {
        let digits = self.0.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        if digits < least {
            return None;
        }
        let (text, rest) = self.0.split_at(digits);
        let value = text.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0'));
        self.0 = rest;
        (low..=high).contains(&value).then_some(value)
    }
    /// One or two digits, or a space and a digit.
    fn padded(&mut self, low: i64, high: i64) -> Option<i64> {
        match self.0 {
            [b' ', rest @ ..] => {
                self.0 = rest;
                self.number(1, 1, low, high)
            }
            _ => self.number(1, 2, low, high),
        }
    }
    /// The place of the name, of which `letters` are written, or all.
    fn name(&mut self, names: &[&str], letters: Option<usize>) -> Option<i64> {
        let place = names.iter().position(|name| {
            let name = name.as_bytes().get(..letters.unwrap_or(name.len())).unwrap_or_default();
            self.0.get(..name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name))
        })?;
        self.0 = self.0.get(letters.unwrap_or(names[place].len())..)?;
        i64::try_from(place).ok()
    }
}

fn parse(text: &[u8], format: &[Item], zone: Zone) -> Option<u32> {
    let mut input = Input(text);
    let mut f = Fields::default();
    for item in format {
        let letter = match item {
            Item::Byte(b) => {
                let (first, rest) = input.0.split_first()?;
                input.0 = rest;
                if first != b {
                    return None;
                }
                continue;
            }
            Item::Field(letter) => letter,
        };
        match letter {
            b'Y' => f.year = Some(input.number(4, 4, 1970, 2106)?),
            b'y' => f.year = input.number(2, 2, 0, 99).map(|y| if y < 70 { 2000 + y } else { 1900 + y }).map(Some)?,
            b'm' => f.month = Some(input.number(2, 2, 1, 12)?),
            b'c' => f.month = Some(input.number(1, 2, 1, 12)?),
            b'M' => f.month = Some(input.name(&MONTHS, None)? + 1),
            b'b' => f.month = Some(input.name(&MONTHS, Some(3))? + 1),
            b'd' => f.day = Some(input.number(2, 2, 1, 31)?),
            b'e' => f.day = Some(input.padded(1, 31)?),
            b'j' => f.day_of_year = Some(input.number(3, 3, 1, 366)?),
            // Without a week it says nothing.
            b'a' => {
                input.name(&DAYS, Some(3))?;
            }
            b'W' => {
                input.name(&DAYS, None)?;
            }
            b'H' => (f.hour, f.half) = (input.number(2, 2, 0, 23)?, false),
            b'k' => (f.hour, f.half) = (input.number(1, 2, 0, 23)?, false),
            b'h' | b'I' => (f.hour, f.half) = (input.number(2, 2, 1, 12)? % 12, true),
            b'l' => (f.hour, f.half) = (input.padded(1, 12)? % 12, true),
            b'i' => f.minute = input.number(2, 2, 0, 59)?,
            b's' | b'S' => f.second = input.number(2, 2, 0, 59)?,
            b'f' => {
                input.number(1, 6, 0, 999_999)?;
            }
            b'p' => f.afternoon = input.name(&["am", "pm"], None)? == 1,
            b'z' => {
                let (sign, rest) = input.0.split_first()?;
                input.0 = rest;
                let sign = match sign {
                    b'+' => 1,
                    b'-' => -1,
                    _ => return None,
                };
                f.offset = Some(sign * (input.number(2, 2, 0, 23)? * 3600 + input.number(2, 2, 0, 59)? * 60));
            }
            _ => return None,
        }
    }
    if !input.0.is_empty() {
        return None;
    }
    seconds(&f, zone)
}

/// What is not given is the first of its kind; the year is 2000 beside a month or a day, else 1970.
fn seconds(f: &Fields, zone: Zone) -> Option<u32> {
    let dated = f.month.is_some() || f.day.is_some() || f.day_of_year.is_some();
    let year = f.year.unwrap_or(if dated { 2000 } else { 1970 });
    let days = match f.day_of_year {
        Some(day) => {
            let days = days_from_civil(year, 1, 1) + day - 1;
            (days < days_from_civil(year + 1, 1, 1)).then_some(days)?
        }
        None => {
            let month = u8::try_from(f.month.unwrap_or(1)).ok()?;
            let day = f.day.unwrap_or(1);
            (day <= i64::from(crate::time::days_in_month(year, month))).then_some(())?;
            days_from_civil(year, month, 1) + day - 1
        }
    };
    let hour = f.hour + if f.half && f.afternoon { 12 } else { 0 };
    let local = days * 86_400 + hour * 3600 + f.minute * 60 + f.second;
    // A time beyond the last DateTime wraps, as in ClickHouse.
    Some(match f.offset {
        Some(offset) => local - offset,
        None => zone.to_utc(local),
    } as u32)
}
