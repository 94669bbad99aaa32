//! Dates and times in text. Own civil-calendar arithmetic (Hinnant, "chrono-compatible low-level date algorithms"), zones
//! from chrono-tz. Invariant: years 0000..=9999; what lies outside is clamped, as in ClickHouse.

use super::number::write_int;
use super::read::Cursor;
use crate::error::{Code, Error, Result};
use chrono::{Offset, TimeZone};

/// A time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    #[default]
    Utc,
    Named(chrono_tz::Tz),
}

impl Zone {
    /// The zone of an IANA name.
    pub fn load(name: &str) -> Result<Zone> {
        if name == "UTC" {
            return Ok(Zone::Utc);
        }
        name.parse()
            .map(Zone::Named)
            .map_err(|_| Error::new(Code::BadArguments, format!("Cannot load time zone {name}")))
    }

    /// Names of all zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name())
    }

    pub fn name(&self) -> &'static str {
        match self {
            Zone::Utc => "UTC",
            Zone::Named(tz) => tz.name(),
        }
    }

    /// Seconds east of UTC at an instant.
    pub fn offset_at(&self, utc_seconds: i64) -> i64 {
        match self {
            Zone::Utc => 0,
            Zone::Named(tz) => chrono::DateTime::from_timestamp(utc_seconds, 0)
                .map_or(0, |t| i64::from(tz.offset_from_utc_datetime(&t.naive_utc()).fix().local_minus_utc())),
        }
    }

    /// The instant of a local time (seconds as if it were UTC). Of two instants the earlier; in a gap the later offset
    /// counts, as in ClickHouse's `DateLUT`.
    pub fn to_utc(&self, local_seconds: i64) -> i64 {
        if *self == Zone::Utc {
            return local_seconds;
        }
        // No zone changes that far away; a day more or less must not wrap.
        let local_seconds = local_seconds.clamp(i64::MIN / 2, i64::MAX / 2);
        let before = self.offset_at(local_seconds - 86_400);
        let after = self.offset_at(local_seconds + 86_400);
        let first = local_seconds - before;
        if self.offset_at(first) == before {
            return first;
        }
        let second = local_seconds - after;
        if self.offset_at(second) == after {
            return second;
        }
        // In a gap: the offset that holds behind it.
        local_seconds - self.offset_at(first)
    }
}

/// A calendar time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl Civil {
    /// From local seconds since the epoch.
    pub fn from_seconds(local: i64) -> Civil {
        let local = local.clamp(MIN_SECONDS, MAX_SECONDS);
        let (days, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        Civil { year, month, day, hour: (rest / 3600) as u8, minute: (rest / 60 % 60) as u8, second: (rest % 60) as u8 }
    }
}

/// 0000-01-01 00:00:00.
const MIN_SECONDS: i64 = -62_167_219_200;
/// 9999-12-31 23:59:59.
const MAX_SECONDS: i64 = 253_402_300_799;

/// Year, month, day of days since 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = (doy - (153 * mp + 2) / 5 + 1) as u8;
    let month = if mp < 10 { mp + 3 } else { mp - 9 } as u8;
    (yoe + era * 400 + i64::from(month <= 2), month, day)
}

/// Days since 1970-01-01.
pub fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let y = year - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let m = i64::from(month);
    let doy = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + i64::from(day) - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

fn two(n: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'0' + n / 10 % 10, b'0' + n % 10]);
}

fn date(year: i64, month: u8, day: u8, out: &mut Vec<u8>) {
    let y = year.clamp(0, 9999);
    two((y / 100) as u8, out);
    two((y % 100) as u8, out);
    out.push(b'-');
    two(month, out);
    out.push(b'-');
    two(day, out);
}

/// `YYYY-MM-DD` of days since 1970-01-01.
pub fn write_date(days: i64, out: &mut Vec<u8>) {
    let days = days.clamp(MIN_SECONDS / 86_400, MAX_SECONDS / 86_400);
    let (y, m, d) = civil_from_days(days);
    date(y, m, d, out);
}

fn civil(c: &Civil, separator: u8, out: &mut Vec<u8>) {
    date(c.year, c.month, c.day, out);
    out.push(separator);
    two(c.hour, out);
    out.push(b':');
    two(c.minute, out);
    out.push(b':');
    two(c.second, out);
}

/// A DateTime in a zone.
pub fn write_datetime(seconds: i64, zone: Zone, format: super::DateTimeOutput, out: &mut Vec<u8>) {
    match format {
        super::DateTimeOutput::Simple => civil(&Civil::from_seconds(seconds + zone.offset_at(seconds)), b' ', out),
        super::DateTimeOutput::Iso => {
            civil(&Civil::from_seconds(seconds), b'T', out);
            out.push(b'Z');
        }
        super::DateTimeOutput::UnixTimestamp => write_int(i128::from(seconds), out),
    }
}

/// A DateTime64 of a precision (digits after the second) in a zone.
pub fn write_datetime64(ticks: i64, precision: u8, zone: Zone, format: super::DateTimeOutput, out: &mut Vec<u8>) {
    if format == super::DateTimeOutput::UnixTimestamp {
        return super::number::write_decimal(i128::from(ticks), precision, true, out);
    }
    let unit = 10i64.pow(u32::from(precision.min(9)));
    let (seconds, fraction) = (ticks.div_euclid(unit), ticks.rem_euclid(unit));
    let iso = format == super::DateTimeOutput::Iso;
    let local = if iso { seconds } else { seconds.saturating_add(zone.offset_at(seconds)) };
    civil(&Civil::from_seconds(local), if iso { b'T' } else { b' ' }, out);
    if precision > 0 {
        out.push(b'.');
        let mut digits = Vec::with_capacity(9);
        write_int(i128::from(fraction), &mut digits);
        out.resize(out.len() + usize::from(precision).saturating_sub(digits.len()), b'0');
        out.extend_from_slice(&digits);
    }
    if iso {
        out.push(b'Z');
    }
}

fn digits(c: &mut Cursor<'_>, most: usize) -> (i64, usize) {
    let (mut n, mut count) = (0i64, 0);
    while count < most {
        let Some(d @ b'0'..=b'9') = c.peek() else { break };
        n = n * 10 + i64::from(d - b'0');
        count += 1;
        c.advance(1);
    }
    (n, count)
}

/// Days since the epoch of a date read as `YYYY-M-D` (any separators) or `YYYYMMDD`; not clamped to a type's range.
/// A month or day that cannot be gives day 0, as in ClickHouse.
pub(super) fn read_date(c: &mut Cursor<'_>) -> Result<i64> {
    let fail = |c: &Cursor<'_>| Error::new(Code::CannotParseDate, format!("Cannot parse date here: {}", c.excerpt()));
    let (year, n) = digits(c, 4);
    if n != 4 {
        return Err(fail(c));
    }
    let (month, day) = if c.peek().is_some_and(|b| b.is_ascii_digit()) {
        let (rest, n) = digits(c, 4);
        if n != 4 {
            return Err(fail(c));
        }
        (rest / 100, rest % 100)
    } else {
        let part = |c: &mut Cursor<'_>| -> Result<i64> {
            if c.peek().is_none_or(|b| b.is_ascii_alphanumeric()) {
                return Err(fail(c));
            }
            c.advance(1);
            match digits(c, 2) {
                (_, 0) => Err(fail(c)),
                (v, _) => Ok(v),
            }
        };
        (part(c)?, part(c)?)
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Ok(0);
    }
    Ok(days_from_civil(year, month as u8, 1) + day - 1)
}

/// A whole text as days since the epoch; a time behind the date (without a zone) is allowed and dropped.
pub fn parse_date(b: &[u8]) -> Result<i64> {
    let mut c = Cursor::whole(b);
    let days = read_date(&mut c)?;
    if c.position() == 10 && matches!(c.peek(), Some(b' ' | b'T')) {
        let rest = c.rest().get(1..).unwrap_or(&[]);
        let shaped = rest.len() >= 8
            && rest.iter().take(8).enumerate().all(|(i, b)| if i % 3 == 2 { *b == b':' } else { b.is_ascii_digit() })
            && match rest.get(8..) {
                None | Some([]) => true,
                Some([b'.', fraction @ ..]) => !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit),
                Some(_) => false,
            };
        if shaped {
            return Ok(days);
        }
    }
    if c.peek().is_some() {
        let at = c.position();
        return Err(Error::new(
            Code::CannotParseText,
            format!(
                "Cannot parse string '{}' as Date: syntax error at position {at} (parsed just '{}')",
                String::from_utf8_lossy(b),
                String::from_utf8_lossy(b.get(..at).unwrap_or(b))
            ),
        ));
    }
    Ok(days)
}

/// Seconds and fraction ticks of `YYYY-MM-DD[ hh:mm:ss[.fraction]]`, or of a number of seconds with a fraction
/// (`date_time_input_format = 'basic'`).
pub(super) fn read_datetime_basic(c: &mut Cursor<'_>, zone: Zone, precision: u8) -> Result<i128> {
    let unit = 10i128.pow(u32::from(precision));
    let head = c.rest();
    let dated = head.get(4).is_some_and(|b| !b.is_ascii_digit() && *b != b'.')
        && head.iter().take(4).all(u8::is_ascii_digit)
        && !matches!(head.get(4), Some(b',' | b'\t' | b'\n' | b'\r' | b')' | b']' | b'}'));
    if head.len() < 20 {
        c.touch_end();
    }
    if !dated {
        let n = read_number(c)?;
        let fraction = read_fraction(c, precision);
        return Ok(i128::from(n) * unit + if n < 0 { -fraction } else { fraction });
    }
    let days = read_date(c)?;
    let mut seconds = days * 86_400;
    if matches!(c.peek(), Some(b' ' | b'T')) && c.rest().get(1).is_some_and(u8::is_ascii_digit) {
        c.advance(1);
        for (i, scale) in [3600, 60, 1].into_iter().enumerate() {
            if i > 0 {
                if c.peek() != Some(b':') {
                    break;
                }
                c.advance(1);
            }
            let (v, n) = digits(c, 2);
            if n == 0 {
                return Err(Error::new(
                    Code::CannotParseDateTime,
                    format!("Cannot parse DateTime here: {}", c.excerpt()),
                ));
            }
            seconds += v * scale;
        }
    }
    let utc = zone.to_utc(seconds);
    Ok(i128::from(utc) * unit + read_fraction(c, precision))
}

fn read_number(c: &mut Cursor<'_>) -> Result<i64> {
    let n = super::number::read_int(c, true)
        .map_err(|_| Error::new(Code::CannotParseDateTime, format!("Cannot parse DateTime here: {}", c.excerpt())))?;
    Ok(i64::try_from(n.value).unwrap_or(if n.negative { i64::MIN } else { i64::MAX }))
}

/// `.digits` as ticks of a precision; further digits are read and dropped.
pub(super) fn read_fraction(c: &mut Cursor<'_>, precision: u8) -> i128 {
    if c.peek() != Some(b'.') {
        return 0;
    }
    c.advance(1);
    let (v, n) = digits(c, usize::from(precision));
    while c.peek().is_some_and(|b| b.is_ascii_digit()) {
        c.advance(1);
    }
    i128::from(v) * 10i128.pow(u32::from(precision).saturating_sub(n as u32))
}

/// The first second that no time has: 10000-01-01.
const BEYOND_SECONDS: i128 = 253_402_300_800;

/// A whole text in the basic form, as ticks of a precision. A number too large for seconds is one of ticks.
pub fn parse_datetime_basic(b: &[u8], zone: Zone, precision: u8) -> Result<i128> {
    if precision > 0
        && b.iter().all(u8::is_ascii_digit)
        && let Some(n) = std::str::from_utf8(b).ok().and_then(|t| t.parse::<i64>().ok())
        && i128::from(n) >= BEYOND_SECONDS
    {
        return Ok(i128::from(n));
    }
    let mut c = Cursor::whole(b);
    let v = read_datetime_basic(&mut c, zone, precision)?;
    if c.peek().is_some() {
        return Err(Error::new(
            Code::CannotParseText,
            format!("Cannot parse string '{}' as DateTime", String::from_utf8_lossy(b)),
        ));
    }
    Ok(v)
}
