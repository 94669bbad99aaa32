//! Numbers in text: integers that wrap as in ClickHouse, shortest round-trip floats, decimals.

use super::read::Cursor;
use crate::error::{Code, Error, Result};

/// A run of digits: the value modulo 2^128 (as two's complement) and whether it fits 128 bits and the sign.
#[derive(Clone, Copy, Debug)]
pub struct ParsedInt {
    pub value: i128,
    pub negative: bool,
    /// The digits do not fit Int128.
    pub overflow: bool,
}

/// Reads `[+-]digits`. Larger values wrap, as in ClickHouse.
pub fn read_int(c: &mut Cursor<'_>, signed: bool) -> Result<ParsedInt> {
    let mut negative = false;
    match c.peek() {
        Some(b'-') if signed => {
            negative = true;
            c.advance(1);
        }
        Some(b'-') => return Err(Error::new(Code::CannotParseNumber, "Unsigned type must not contain '-' symbol")),
        Some(b'+') => c.advance(1),
        Some(_) => {}
        None => return Err(Error::new(Code::AttemptToReadAfterEof, "Attempt to read after eof")),
    }
    let start = c.position();
    let (mut value, mut overflow) = (0u128, false);
    while let Some(d @ b'0'..=b'9') = c.peek() {
        let wide = value.checked_mul(10).and_then(|v| v.checked_add(u128::from(d - b'0')));
        overflow |= wide.is_none_or(|w| w > i128::MAX as u128);
        value = value.wrapping_mul(10).wrapping_add(u128::from(d - b'0'));
        c.advance(1);
    }
    if c.position() == start {
        return Err(match c.peek() {
            None => Error::new(Code::CannotParseNumber, "Cannot parse number without any digits"),
            Some(_) => Error::new(
                Code::CannotParseNumber,
                format!("Cannot parse number: expected a digit, got {}", c.excerpt()),
            ),
        });
    }
    let value = if negative { (value as i128).wrapping_neg() } else { value as i128 };
    Ok(ParsedInt { value, negative, overflow })
}

/// Length of the longest prefix that is a float, with `nan` and `inf` in any case.
fn float_prefix(b: &[u8]) -> usize {
    let mut i = usize::from(matches!(b.first(), Some(b'+' | b'-')));
    let rest = b.get(i..).unwrap_or(&[]);
    for word in [&b"infinity"[..], b"inf", b"nan"] {
        if rest.get(..word.len()).is_some_and(|r| r.eq_ignore_ascii_case(word)) {
            return i + word.len();
        }
    }
    let digits = |from: usize| b.get(from..).unwrap_or(&[]).iter().take_while(|c| c.is_ascii_digit()).count();
    let whole = digits(i);
    i += whole;
    let mut any = whole > 0;
    if b.get(i) == Some(&b'.') {
        let fraction = digits(i + 1);
        any |= fraction > 0;
        if any {
            i += 1 + fraction;
        }
    }
    if !any {
        return 0;
    }
    if matches!(b.get(i), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(b.get(i + 1), Some(b'+' | b'-')));
        let exponent = digits(i + 1 + sign);
        if exponent > 0 {
            i += 1 + sign + exponent;
        }
    }
    i
}

/// Reads a float (correctly rounded).
pub fn read_float(c: &mut Cursor<'_>) -> Result<f64> {
    let rest = c.rest();
    let n = float_prefix(rest);
    let text = rest.get(..n).and_then(|t| std::str::from_utf8(t).ok()).unwrap_or("");
    // A number that touches the end of the buffer may go on behind it.
    if n + 9 >= rest.len() {
        c.touch_end();
    }
    let value = text.parse::<f64>().map_err(|_| {
        Error::new(Code::CannotParseNumber, format!("Cannot read floating point value here: {}", c.excerpt()))
    })?;
    c.advance(n);
    Ok(value)
}

/// A whole text as a float.
pub fn parse_float(b: &[u8]) -> Option<f64> {
    if b.is_empty() || float_prefix(b) != b.len() {
        return None;
    }
    std::str::from_utf8(b).ok()?.parse().ok()
}

/// The words of a Bool.
pub fn parse_bool(b: &[u8]) -> Option<bool> {
    const TRUE: [&[u8]; 8] = [b"true", b"t", b"yes", b"y", b"on", b"enable", b"enabled", b"1"];
    const FALSE: [&[u8]; 8] = [b"false", b"f", b"no", b"n", b"off", b"disable", b"disabled", b"0"];
    if TRUE.iter().any(|w| w.eq_ignore_ascii_case(b)) {
        return Some(true);
    }
    FALSE.iter().any(|w| w.eq_ignore_ascii_case(b)).then_some(false)
}

/// Reads a decimal of a precision and scale: `[+-]digits[.digits][e[+-]digits]`. Digits below the scale are cut off.
/// (ClickHouse `readDecimalText`.)
pub(super) fn read_decimal(c: &mut Cursor<'_>, precision: u8, scale: u8) -> Result<i128> {
    let mut negative = false;
    match c.peek() {
        Some(b'-') => {
            negative = true;
            c.advance(1);
        }
        Some(b'+') => c.advance(1),
        Some(_) => {}
        None => return Err(Error::new(Code::AttemptToReadAfterEof, "Attempt to read after eof")),
    }
    let (mut digits, mut exponent, mut after_point, mut any) = (Vec::with_capacity(40), 0i64, false, false);
    let start = c.position();
    while let Some(b) = c.peek() {
        match b {
            b'.' if !after_point => after_point = true,
            b'0'..=b'9' => {
                any = true;
                if after_point && digits.len() > MAX_DIGITS {
                    // Far below any scale.
                } else if b == b'0' && digits.is_empty() {
                    exponent -= i64::from(after_point);
                } else {
                    exponent -= i64::from(after_point);
                    digits.push(b - b'0');
                }
            }
            b'e' | b'E' if any => {
                c.advance(1);
                let e = read_int(c, true)?;
                exponent += i64::try_from(e.value.clamp(-100_000, 100_000)).unwrap_or(0);
                break;
            }
            _ => break,
        }
        if digits.len() > 4 * MAX_DIGITS {
            break;
        }
        c.advance(1);
    }
    if !any {
        return Err(Error::new(
            Code::CannotParseNumber,
            format!("Cannot parse decimal here: {}", String::from_utf8_lossy(c.since(start))),
        ));
    }
    while digits.last() == Some(&0) {
        digits.pop();
        exponent += 1;
    }
    // Excess digits of the fraction are cut off, excess digits of the whole part are an error.
    let (precision, scale) = (usize::from(precision), i64::from(scale));
    if digits.len() > precision && exponent >= 0 {
        let count = digits.len();
        return Err(Error::new(
            Code::ArgumentOutOfBound,
            format!("Too many digits ({count} > {precision}) in decimal value"),
        ));
    }
    exponent += digits.len().saturating_sub(precision) as i64;
    digits.truncate(precision);
    let value = digits.iter().fold(0i128, |v, d| v * 10 + i128::from(*d));
    if value == 0 {
        return Ok(0);
    }
    if digits.len() as i64 + exponent > precision as i64 - scale {
        return Err(Error::new(
            Code::ArgumentOutOfBound,
            format!(
                "Decimal value is too big: {} digits were read: '{value}'e{exponent}. \
                 Expected to read decimal with scale {scale} and precision {precision}",
                digits.len()
            ),
        ));
    }
    let shift = scale + exponent;
    let value = if shift < 0 {
        if -shift > 38 { 0 } else { value / 10i128.pow((-shift) as u32) }
    } else {
        // digits + shift <= precision <= 38 by the check above.
        value * 10i128.pow(shift.min(38) as u32)
    };
    Ok(if negative { -value } else { value })
}

/// More digits than any Decimal has; the rest of a fraction cannot matter.
const MAX_DIGITS: usize = 80;

/// A whole text as the unscaled value of a Decimal.
pub fn parse_decimal(b: &[u8], precision: u8, scale: u8) -> Result<i128> {
    let mut c = Cursor::whole(b);
    let v = read_decimal(&mut c, precision, scale)?;
    if c.peek().is_some() {
        return Err(Error::new(
            Code::CannotParseText,
            format!("Cannot parse string '{}' as Decimal({precision}, {scale})", String::from_utf8_lossy(b)),
        ));
    }
    Ok(v)
}

/// Decimal digits.
pub fn write_int(value: i128, out: &mut Vec<u8>) {
    let mut buffer = [0u8; 40];
    let mut at = buffer.len();
    if let Ok(mut small) = u64::try_from(value.unsigned_abs()) {
        loop {
            at -= 1;
            buffer[at] = b'0' + (small % 10) as u8;
            small /= 10;
            if small == 0 {
                break;
            }
        }
    } else {
        let mut wide = value.unsigned_abs();
        while wide > 0 {
            at -= 1;
            buffer[at] = b'0' + (wide % 10) as u8;
            wide /= 10;
        }
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    out.extend_from_slice(&buffer[at..]);
}

/// A decimal of a scale; trailing zeros of the fraction only when asked for.
pub fn write_decimal(value: i128, scale: u8, trailing_zeros: bool, out: &mut Vec<u8>) {
    let unit = 10u128.pow(u32::from(scale.min(38)));
    let (whole, mut fraction) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    if value < 0 {
        out.push(b'-');
    }
    write_int(whole as i128, out);
    if scale == 0 || (fraction == 0 && !trailing_zeros) {
        return;
    }
    let mut width = usize::from(scale);
    if !trailing_zeros {
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
    }
    out.push(b'.');
    let mut digits = Vec::with_capacity(40);
    write_int(fraction as i128, &mut digits);
    out.resize(out.len() + width.saturating_sub(digits.len()), b'0');
    out.extend_from_slice(&digits);
}

/// Shortest text that reads back as the same Float64, in ECMAScript's layout (as ClickHouse's double-conversion).
pub fn write_float64(f: f64, out: &mut Vec<u8>) {
    if f.fract() == 0.0 && f.abs() < 1e15 {
        if f == 0.0 && f.is_sign_negative() {
            out.push(b'-');
        }
        return write_int(f as i128, out);
    }
    if !special(f, out) {
        let text = format!("{f:e}");
        shortest(
            even_tie(f, &text, 16).filter(|t| t.parse::<f64>().is_ok_and(|g| g == f)).as_deref().unwrap_or(&text),
            out,
        );
    }
}

/// Where the value lies exactly between two shortest texts, the one with the even last digit (Rust takes the upper one).
fn even_tie(f: f64, text: &str, least: usize) -> Option<String> {
    let (mantissa, exponent) = text.split_once('e')?;
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let exact = format!("{f:.60e}");
    let exact = exact.split_once('e')?.0;
    // The mantissa has one digit before its point.
    let cut = usize::from(exact.starts_with('-')) + digits + 1;
    let (kept, rest) = exact.split_at_checked(cut)?;
    let tie = rest.starts_with('5') && rest.bytes().skip(1).all(|b| b == b'0');
    let even = kept.bytes().last().is_some_and(|b| b % 2 == 0);
    (tie && even).then(|| format!("{kept}e{exponent}"))
}

/// Like [`write_float64`], with the digits of a Float32.
pub fn write_float32(f: f32, out: &mut Vec<u8>) {
    if f.fract() == 0.0 && f.abs() < 16_777_216.0 {
        if f == 0.0 && f.is_sign_negative() {
            out.push(b'-');
        }
        return write_int(f as i128, out);
    }
    if !special(f64::from(f), out) {
        let text = format!("{f:e}");
        let even = even_tie(f64::from(f), &text, 8).filter(|t| t.parse::<f32>().is_ok_and(|g| g == f));
        shortest(even.as_deref().unwrap_or(&text), out);
    }
}

fn special(f: f64, out: &mut Vec<u8>) -> bool {
    if f.is_nan() {
        out.extend_from_slice(b"nan");
    } else if f.is_infinite() {
        out.extend_from_slice(if f > 0.0 { b"inf" } else { b"-inf" });
    } else {
        return false;
    }
    true
}

/// `d.ddde±x` (Rust's shortest form) as ECMAScript writes it: plain for exponents -7 < e < 21.
fn shortest(scientific: &str, out: &mut Vec<u8>) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |m| ("-", m));
    out.extend_from_slice(sign.as_bytes());
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    if (21..).contains(&exponent) || exponent < -6 {
        out.extend_from_slice(mantissa.as_bytes());
        out.push(b'e');
        return write_int(i128::from(exponent), out);
    }
    if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + (-exponent - 1) as usize, b'0');
        out.extend_from_slice(&digits);
        return;
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        out.extend_from_slice(&digits);
        out.resize(out.len() + whole - digits.len(), b'0');
    } else {
        out.extend_from_slice(&digits[..whole]);
        out.push(b'.');
        out.extend_from_slice(&digits[whole..]);
    }
}
