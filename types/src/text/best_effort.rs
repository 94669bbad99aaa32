//! Free-form dates and times: ClickHouse's `parseDateTimeBestEffort` (source of the rules: `src/IO/parseDateTimeBestEffort.cpp`).

use super::read::Cursor;
use super::time::{Zone, civil_from_days, days_from_civil};
use crate::error::{Code, Error, Result};

/// How a best-effort text is read.
#[derive(Clone, Copy, Debug)]
pub struct BestEffort {
    /// Zone of texts that name none.
    pub zone: Zone,
    /// Month before day in `a/b/year`.
    pub us: bool,
    /// For texts without a year.
    pub now_seconds: i64,
    /// Unix timestamps of 13, 16 and 19 digits carry a fraction, and one of 10 may have `.fraction` (DateTime64).
    pub fractional: bool,
}

fn fail(what: impl std::fmt::Display) -> Error {
    Error::new(Code::CannotParseDateTime, format!("Cannot read DateTime: {what}"))
}

#[derive(Default)]
struct Parts {
    year: i64,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    has_time: bool,
    zone_offset: Option<i64>,
    am: bool,
    pm: bool,
    comma: bool,
    /// Digits and their number.
    fraction: (u64, u32),
}

/// A run of at most 19 digits.
fn digits(c: &mut Cursor<'_>) -> (u64, usize) {
    let (mut n, mut count) = (0u64, 0);
    while count < 19 {
        let Some(d @ b'0'..=b'9') = c.peek() else { break };
        n = n * 10 + u64::from(d - b'0');
        count += 1;
        c.advance(1);
    }
    (n, count)
}

fn month_of(word: &[u8]) -> Option<u8> {
    const NAMES: [&[u8; 3]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let head = word.get(..3)?;
    NAMES.iter().position(|n| n.eq_ignore_ascii_case(head)).map(|i| i as u8 + 1)
}

fn alpha<'a>(c: &mut Cursor<'a>, most: usize) -> &'a [u8] {
    let rest = c.rest();
    let n = rest.iter().take(most).take_while(|b| b.is_ascii_alphabetic()).count();
    if n == rest.len() {
        c.touch_end();
    }
    c.advance(n);
    rest.get(..n).unwrap_or(&[])
}

fn one_or_two(c: &mut Cursor<'_>, what: &str) -> Result<u8> {
    match digits(c) {
        (n, 1 | 2) => Ok(n as u8),
        (_, n) => Err(fail(format!("unexpected number of decimal digits after {what}: {n}"))),
    }
}

/// Reads a best-effort time from the cursor: seconds since the epoch and the fraction as (digits, their number).
pub(super) fn read_best_effort(c: &mut Cursor<'_>, options: BestEffort) -> Result<(i64, (u64, u32))> {
    let mut p = Parts::default();
    while c.peek().is_some() {
        let mut count = 0;
        if p.year == 0 || !p.has_time {
            let (n, k) = digits(c);
            count = k;
            if let Some(done) = number(c, n, k, &mut p, options)? {
                return Ok(done);
            }
            if p.year != 0 && k == 4 && c.peek().is_some_and(|b| b < 0x20 || matches!(b, b',' | b';' | b'\'' | b'"')) {
                break;
            }
        }
        if count == 0 && !word(c, &mut p)? {
            break;
        }
    }
    finish(p, options)
}

/// Takes a run of digits; Some when it was a Unix timestamp, which ends the text.
fn number(
    c: &mut Cursor<'_>,
    n: u64,
    count: usize,
    p: &mut Parts,
    options: BestEffort,
) -> Result<Option<(i64, (u64, u32))>> {
    let pair = |shift: u64| (n / shift % 100) as u8;
    match count {
        0 => {}
        13 => return Ok(Some(((n / 1_000) as i64, (n % 1_000, 3)))),
        16 => return Ok(Some(((n / 1_000_000) as i64, (n % 1_000_000, 6)))),
        19 => return Ok(Some(((n / 1_000_000_000) as i64, (n % 1_000_000_000, 9)))),
        9 | 10 if p.year == 0 && !p.has_time => {
            let mut fraction = (0, 0);
            if options.fractional && c.peek() == Some(b'.') {
                c.advance(1);
                fraction = read_fraction(c);
            }
            return Ok(Some((n as i64, fraction)));
        }
        14 if p.year == 0 && !p.has_time => {
            p.year = (n / 10_000_000_000) as i64;
            (p.month, p.day) = (pair(100_000_000), pair(1_000_000));
            (p.hour, p.minute, p.second) = (pair(10_000), pair(100), pair(1));
            p.has_time = true;
        }
        8 if p.year == 0 => {
            p.year = (n / 10_000) as i64;
            (p.month, p.day) = (pair(100), pair(1));
        }
        6 if p.year == 0 && p.month == 0 => {
            p.year = (n / 100) as i64;
            p.month = pair(1);
        }
        6 if !p.has_time => {
            (p.hour, p.minute, p.second) = (pair(10_000), pair(100), pair(1));
            p.has_time = true;
        }
        6 => return Err(fail("ambiguous 6 digits, it can be YYYYMM or hhmmss")),
        4 if p.year == 0 => {
            p.year = n as i64;
            after_year(c, p)?;
        }
        1 | 2 => short(c, n as u8, p, options.us)?,
        _ => return Err(fail(format!("unexpected number of decimal digits: {count}"))),
    }
    Ok(None)
}

/// `YYYY*MM[*DD]`.
fn after_year(c: &mut Cursor<'_>, p: &mut Parts) -> Result<()> {
    let Some(delimiter) = c.peek() else { return Ok(()) };
    if delimiter < 0x20 || matches!(delimiter, b',' | b';' | b'\'' | b'"') || p.month != 0 {
        return Ok(());
    }
    c.advance(1);
    p.month = match digits(c) {
        (n, 1 | 2) => n as u8,
        (_, 0) if delimiter == b' ' => return Ok(()),
        (_, n) => return Err(fail(format!("unexpected number of decimal digits after year: {n}"))),
    };
    if c.peek() == Some(delimiter) {
        c.advance(1);
        p.day = one_or_two(c, "year and month")?;
    }
    Ok(())
}

/// One or two digits: an hour, a day of the month, or a month.
fn short(c: &mut Cursor<'_>, n: u8, p: &mut Parts, us: bool) -> Result<()> {
    match c.peek() {
        Some(b':') => {
            if p.has_time {
                return Err(fail("time component is duplicated"));
            }
            c.advance(1);
            p.hour = n;
            p.has_time = true;
            p.minute = one_or_two(c, "hour")?;
            if c.peek() == Some(b':') {
                c.advance(1);
                p.second = one_or_two(c, "hour and minute")?;
            }
        }
        Some(b',') => {
            c.advance(1);
            if p.month != 0 && p.day == 0 {
                p.day = n;
            }
        }
        Some(b'/' | b'.' | b'-') => {
            c.advance(1);
            if p.day != 0 {
                return Err(fail("day of month is duplicated"));
            }
            if p.month != 0 {
                return Err(fail("month is duplicated"));
            }
            if us {
                p.month = n;
                p.day = one_or_two(c, "month")?;
            } else {
                p.day = n;
                p.month = match digits(c) {
                    (m, 1 | 2) => m as u8,
                    (_, 0) => {
                        let w = alpha(c, 9);
                        if w.len() < 3 {
                            return Err(fail(format!(
                                "unexpected number of alphabetical characters after day of month: {}",
                                w.len()
                            )));
                        }
                        month_of(w)
                            .ok_or_else(|| fail("alphabetical characters after day of month don't look like month"))?
                    }
                    (_, k) => {
                        return Err(fail(format!("unexpected number of decimal digits after day of month: {k}")));
                    }
                };
            }
            if matches!(c.peek(), Some(b'/' | b'.' | b'-')) {
                c.advance(1);
                p.year = match digits(c) {
                    (y, 4) => y as i64,
                    (y, 2) => y as i64 + if y < 70 { 2000 } else { 1900 },
                    (_, k) => {
                        return Err(fail(format!(
                            "unexpected number of decimal digits after day of month and month: {k}"
                        )));
                    }
                };
            }
        }
        _ if p.day != 0 => {
            p.hour = n;
            p.has_time = true;
        }
        _ => p.day = n,
    }
    Ok(())
}

/// Whatever is not digits; false ends the text.
fn word(c: &mut Cursor<'_>, p: &mut Parts) -> Result<bool> {
    let Some(b) = c.peek() else { return Ok(false) };
    match b {
        b' ' => c.advance(1),
        b'T' if p.year != 0 && !p.has_time => c.advance(1),
        b'Z' => {
            c.advance(1);
            p.zone_offset = Some(0);
        }
        b'.' => {
            c.advance(1);
            p.fraction = read_fraction(c);
        }
        b',' => {
            c.advance(1);
            p.comma = true;
        }
        b'+' | b'-' if p.year != 0 || p.has_time => {
            c.advance(1);
            let (n, k) = digits(c);
            let n = n as i64;
            let mut offset = match k {
                3 | 4 => n / 100 * 3600 + n % 100 * 60,
                1 | 2 => n * 3600,
                _ => return Err(fail(format!("unexpected number of decimal digits for time zone offset: {k}"))),
            };
            if k < 3 && c.peek() == Some(b':') {
                c.advance(1);
                offset += i64::from(one_or_two(c, "time zone offset in hours")?) * 60;
            }
            p.zone_offset = Some(if b == b'-' { -offset } else { offset });
        }
        _ => return letters(c, p),
    }
    Ok(true)
}

fn letters(c: &mut Cursor<'_>, p: &mut Parts) -> Result<bool> {
    let w = alpha(c, 3);
    match w.len() {
        0 => return Ok(false),
        1 => return Err(fail("unexpected word")),
        2 => match w.to_ascii_lowercase().as_slice() {
            b"am" => p.am = true,
            b"pm" => p.pm = true,
            _ => return Err(fail("unexpected word")),
        },
        _ => {
            let mut weekday = false;
            if let Some(m) = month_of(w) {
                p.month = m;
            } else {
                match w.to_ascii_lowercase().as_slice() {
                    b"utc" | b"gmt" => p.zone_offset = Some(0),
                    b"msk" => p.zone_offset = Some(3 * 3600),
                    b"msd" => p.zone_offset = Some(4 * 3600),
                    b"mon" | b"tue" | b"wed" | b"thu" | b"fri" | b"sat" | b"sun" => weekday = true,
                    _ => return Err(fail("unexpected word")),
                }
            }
            alpha(c, 16);
            if weekday && c.peek() == Some(b',') {
                c.advance(1);
            }
        }
    }
    Ok(true)
}

/// A fraction: its digits (at most 18 are kept) and their number.
fn read_fraction(c: &mut Cursor<'_>) -> (u64, u32) {
    let (mut n, mut count) = (0u64, 0);
    while let Some(d @ b'0'..=b'9') = c.peek() {
        if count < 18 {
            n = n * 10 + u64::from(d - b'0');
            count += 1;
        }
        c.advance(1);
    }
    (n, count)
}

fn finish(mut p: Parts, options: BestEffort) -> Result<(i64, (u64, u32))> {
    if p.comma && (!p.has_time || p.year == 0 || p.month == 0 || p.day == 0) {
        return Err(fail("unexpected word after Date"));
    }
    if p.year == 0 && p.month == 0 && p.day == 0 && !p.has_time {
        return Err(fail("neither Date nor Time was parsed successfully"));
    }
    if p.year == 0 {
        // A text without a year is of this year, or of the last one where that would lie in the future (syslog); without a
        // date at all, of the first of January.
        let today = options.now_seconds + options.zone.offset_at(options.now_seconds);
        let (year, month, day) = civil_from_days(today.div_euclid(86_400));
        p.month = p.month.max(1);
        p.day = p.day.max(1);
        p.year = if (p.month, p.day) > (month, day) { year - 1 } else { year };
    }
    p.day = p.day.max(1);
    p.month = p.month.max(1);
    let leap = (p.year % 4 == 0 && p.year % 100 != 0) || p.year % 400 == 0;
    let length = match p.month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    if p.day > length {
        return Err(fail(format!("unexpected date: {}-{}-{}", p.year, p.month, p.day)));
    }
    if p.am && p.hour == 12 {
        p.hour = 0;
    }
    if p.pm && p.hour < 12 {
        p.hour += 12;
    }
    let local = days_from_civil(p.year, p.month, p.day) * 86_400
        + i64::from(p.hour) * 3600
        + i64::from(p.minute) * 60
        + i64::from(p.second);
    let utc = match p.zone_offset {
        Some(offset) => local - offset,
        None => options.zone.to_utc(local),
    };
    Ok((utc, p.fraction))
}

/// A whole text, as ticks of a precision. Digits below the precision are dropped.
pub fn parse_best_effort(b: &[u8], precision: u8, options: BestEffort) -> Result<i128> {
    let mut c = Cursor::whole(b);
    let (seconds, fraction) = read_best_effort(&mut c, options)?;
    if c.peek().is_some() {
        let at = c.position();
        return Err(Error::new(
            Code::CannotParseText,
            format!(
                "Cannot parse string '{}' as DateTime: syntax error at position {at} (parsed just '{}')",
                String::from_utf8_lossy(b),
                String::from_utf8_lossy(b.get(..at).unwrap_or(b))
            ),
        ));
    }
    Ok(to_ticks(seconds, fraction, precision))
}

pub(super) fn to_ticks(seconds: i64, (fraction, digits): (u64, u32), precision: u8) -> i128 {
    let precision = u32::from(precision);
    let fraction = i128::from(fraction);
    let ticks = if digits <= precision {
        fraction * 10i128.pow(precision - digits)
    } else {
        fraction / 10i128.pow(digits - precision)
    };
    i128::from(seconds) * 10i128.pow(precision) + ticks
}
