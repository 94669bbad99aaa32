//! Values in JSON.

use super::builder::ColumnBuilder;
use super::number::{read_decimal, read_float, read_int};
use super::read::{Cursor, clamp_days, member, parse_text, ticks_in_range};
use super::{MAX_DEPTH, TextOptions};
use crate::error::{Code, Error, Result};
use crate::ty::Type;

/// A JSON string of any bytes, escaped as ClickHouse does.
pub fn write_json_string(s: &[u8], escape_slashes: bool, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut from = 0;
    for (i, b) in s.iter().enumerate() {
        let mut long = [b'\\', b'u', b'0', b'0', 0, 0];
        let escape: &[u8] = match b {
            b'\x08' => b"\\b",
            b'\x0c' => b"\\f",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            b'\\' => b"\\\\",
            b'"' => b"\\\"",
            b'/' if escape_slashes => b"\\/",
            0..=0x1f => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                long[4] = HEX[usize::from(b >> 4)];
                long[5] = HEX[usize::from(b & 15)];
                &long
            }
            // U+2028 and U+2029 end lines in JavaScript.
            0xe2 if s.get(i + 1) == Some(&0x80) && matches!(s.get(i + 2), Some(0xa8 | 0xa9)) => {
                out.extend_from_slice(s.get(from..i).unwrap_or(&[]));
                out.extend_from_slice(if s.get(i + 2) == Some(&0xa8) { b"\\u2028" } else { b"\\u2029" });
                from = i + 3;
                continue;
            }
            _ => continue,
        };
        if i < from {
            continue;
        }
        out.extend_from_slice(s.get(from..i).unwrap_or(&[]));
        out.extend_from_slice(escape);
        from = i + 1;
    }
    out.extend_from_slice(s.get(from..).unwrap_or(&[]));
    out.push(b'"');
}

/// A name of an object.
pub(super) fn write_json_quoted(s: &[u8], out: &mut Vec<u8>) {
    write_json_string(s, true, out);
}

fn expected(what: &str, c: &Cursor<'_>) -> Error {
    Error::new(Code::IncorrectData, format!("Cannot parse JSON: expected {what} before: '{}'", c.excerpt()))
}

/// Reads a JSON string's content.
pub fn read_json_text(c: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<()> {
    if !c.eat(b'"') {
        return Err(Error::new(
            Code::CannotParseQuotedString,
            format!("Cannot parse JSON string: expected opening quote before: '{}'", c.excerpt()),
        ));
    }
    loop {
        let plain = c.rest().iter().take_while(|b| !matches!(b, b'"' | b'\\')).count();
        out.extend_from_slice(c.rest().get(..plain).unwrap_or(&[]));
        c.advance(plain);
        match c.next() {
            Some(b'"') => return Ok(()),
            Some(b'\\') => escape(c, out)?,
            _ => {
                return Err(Error::new(
                    Code::CannotParseQuotedString,
                    "Cannot parse JSON string: expected closing quote".to_string(),
                ));
            }
        }
    }
}

fn escape(c: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<()> {
    let bad = || Error::new(Code::CannotParseEscapeSequence, "Cannot parse escape sequence".to_string());
    match c.next().ok_or_else(bad)? {
        b'n' => out.push(b'\n'),
        b't' => out.push(b'\t'),
        b'r' => out.push(b'\r'),
        b'b' => out.push(8),
        b'f' => out.push(12),
        b @ (b'"' | b'\\' | b'/' | b'\'') => out.push(b),
        b'u' => {
            let first = hex4(c).ok_or_else(bad)?;
            let mut code = first;
            if (0xd800..0xdc00).contains(&first) {
                if !(c.eat(b'\\') && c.eat(b'u')) {
                    return Err(bad());
                }
                let low = hex4(c).ok_or_else(bad)?;
                if !(0xdc00..0xe000).contains(&low) {
                    return Err(bad());
                }
                code = 0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            }
            let ch = char::from_u32(code).ok_or_else(bad)?;
            out.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes());
        }
        _ => return Err(bad()),
    }
    Ok(())
}

fn hex4(c: &mut Cursor<'_>) -> Option<u32> {
    (0..4).try_fold(0, |n, _| Some(n * 16 + (c.next()? as char).to_digit(16)?))
}

/// Skips one value of any kind.
pub fn skip_json(c: &mut Cursor<'_>) -> Result<()> {
    // The brackets still open, so that depth costs a byte and no stack.
    let mut open = Vec::new();
    let mut scratch = Vec::new();
    loop {
        c.skip_space();
        match c.peek() {
            Some(b @ (b'{' | b'[')) => {
                c.advance(1);
                open.push(b);
                if open.len() > 1_000 {
                    return Err(Error::new(Code::IncorrectData, "JSON is nested too deeply".to_string()));
                }
                continue;
            }
            Some(b'}') if open.last() == Some(&b'{') => {
                c.advance(1);
                open.pop();
            }
            Some(b']') if open.last() == Some(&b'[') => {
                c.advance(1);
                open.pop();
            }
            Some(b'"') => {
                scratch.clear();
                read_json_text(c, &mut scratch)?;
            }
            Some(b',' | b':') if !open.is_empty() => {
                c.advance(1);
                continue;
            }
            Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+') => {
                while c.peek().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')) {
                    c.advance(1);
                }
            }
            _ => return Err(expected("a value", c)),
        }
        if open.is_empty() {
            return Ok(());
        }
    }
}

/// Reads a JSON value of a type.
pub fn read_json(c: &mut Cursor<'_>, ty: &Type, options: &TextOptions, out: &mut ColumnBuilder) -> Result<()> {
    let rows = out.len();
    let read = value(c, ty, options, out, 0);
    if read.is_err() {
        out.truncate(rows);
    }
    read
}

fn value(c: &mut Cursor<'_>, ty: &Type, o: &TextOptions, out: &mut ColumnBuilder, depth: usize) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::new(Code::IncorrectData, "JSON is nested too deeply".to_string()));
    }
    c.skip_space();
    if c.peek() == Some(b'n') && c.eat_word(b"null") {
        if ty.is_nullable() {
            out.append_null();
        } else if o.null_as_default {
            out.append_default();
        } else {
            return Err(Error::new(
                Code::CannotInsertNullInOrdinaryColumn,
                format!("Cannot insert NULL value into a column of type '{ty}'"),
            ));
        }
        return Ok(());
    }
    let inner = ty.base();
    match inner {
        Type::String | Type::FixedString(_) => {
            if c.peek() == Some(b'"') {
                let mut text = Vec::new();
                read_json_text(c, &mut text)?;
                out.append_bytes(&text)
            } else {
                let start = c.position();
                skip_json(c)?;
                out.append_bytes(c.since(start))
            }
        }
        Type::Array(t) => {
            c.expect(b'[')?;
            elements(c, b']', |c| value(c, t, o, out.items()?, depth + 1))?;
            out.close_list()
        }
        Type::Map(k, v) if o.json_map_as_array_of_tuples && c.peek() == Some(b'[') => {
            c.expect(b'[')?;
            elements(c, b']', |c| {
                let (keys, values) = out.entries()?;
                c.expect(b'[')?;
                value(c, k, o, keys, depth + 1)?;
                c.skip_space();
                c.expect(b',')?;
                value(c, v, o, values, depth + 1)?;
                c.skip_space();
                c.expect(b']')
            })?;
            out.close_list()
        }
        Type::Map(k, v) => {
            c.expect(b'{')?;
            let mut name = Vec::new();
            elements(c, b'}', |c| {
                let (keys, values) = out.entries()?;
                name.clear();
                read_json_text(c, &mut name)?;
                parse_text(&name, k, o, keys)?;
                c.skip_space();
                c.expect(b':')?;
                value(c, v, o, values, depth + 1)
            })?;
            out.close_list()
        }
        Type::Tuple(parts) => tuple(c, parts, o, out, depth),
        Type::Bool => {
            if c.eat_word(b"true") || c.eat_word(b"1") {
                out.append_int(1)
            } else if c.eat_word(b"false") || c.eat_word(b"0") {
                out.append_int(0)
            } else {
                Err(Error::new(
                    Code::CannotParseBool,
                    format!("Invalid boolean value, should be true/false, 1/0, but it starts with '{}'", c.excerpt()),
                ))
            }
        }
        _ if c.peek() == Some(b'"') => {
            let mut text = Vec::new();
            read_json_text(c, &mut text)?;
            parse_text(&text, inner, o, out)
        }
        Type::Date | Type::Date32 => {
            let days = read_int(c, true)?.value;
            out.append_int(clamp_days(i64::try_from(days).unwrap_or(0), inner))
        }
        Type::DateTime(_) | Type::DateTime64(..) => {
            let n = super::time::read_datetime_basic(c, super::Zone::Utc, inner.scale().unwrap_or(0))?;
            if matches!(inner, Type::DateTime(_)) {
                return out.append_int(n.clamp(0, i128::from(u32::MAX)));
            }
            out.append_int(ticks_in_range(n)?)
        }
        Type::Enum8(_) | Type::Enum16(_) => {
            let n = read_int(c, true)?.value;
            out.append_int(member(n.to_string().as_bytes(), inner)?)
        }
        Type::Uuid | Type::Ipv4 | Type::Ipv6 | Type::Nothing => Err(expected("a string", c)),
        Type::Decimal(p, s) => {
            let n = read_decimal(c, *p, *s)?;
            out.append_int(n)
        }
        t => {
            if c.peek() == Some(b't') && c.eat_word(b"true") {
                return out.append_int(1);
            }
            if c.peek() == Some(b'f') && c.eat_word(b"false") {
                return out.append_int(0);
            }
            if *t == Type::Float32 {
                let start = c.position();
                let wide = read_float(c)?;
                let text = std::str::from_utf8(c.since(start)).ok();
                return out.append_float32(text.and_then(|t| t.parse().ok()).unwrap_or(wide as f32));
            }
            if t.is_float() {
                return out.append_float(read_float(c)?);
            }
            let n = read_int(c, !t.is_unsigned_integer())?.value;
            out.append_int(n)
        }
    }
}

fn tuple(
    c: &mut Cursor<'_>,
    types: &[(Option<std::sync::Arc<str>>, Type)],
    o: &TextOptions,
    out: &mut ColumnBuilder,
    depth: usize,
) -> Result<()> {
    let rows = out.len();
    let parts = out.parts()?;
    if c.eat(b'[') {
        for (i, ((_, t), part)) in types.iter().zip(parts.iter_mut()).enumerate() {
            if i > 0 {
                c.skip_space();
                c.expect(b',')?;
            }
            value(c, t, o, part, depth + 1)?;
        }
        c.skip_space();
        c.expect(b']')?;
        return out.close_tuple();
    }
    c.expect(b'{')?;
    let mut name = Vec::new();
    elements(c, b'}', |c| {
        name.clear();
        read_json_text(c, &mut name)?;
        c.skip_space();
        c.expect(b':')?;
        let found = types.iter().zip(parts.iter_mut()).enumerate().find(|(i, ((n, _), _))| match n {
            Some(n) => n.as_bytes() == name,
            None => (i + 1).to_string().as_bytes() == name,
        });
        match found {
            Some((_, ((_, t), part))) if part.len() == rows => value(c, t, o, part, depth + 1),
            Some(_) => Err(Error::new(
                Code::IncorrectData,
                format!("Duplicate element {} of a tuple", String::from_utf8_lossy(&name)),
            )),
            None if o.json_ignore_unknown_keys_in_named_tuple => skip_json(c),
            None => Err(Error::new(
                Code::NotFoundColumnInBlock,
                format!("Tuple has no element {}", String::from_utf8_lossy(&name)),
            )),
        }
    })?;
    for ((n, _), part) in types.iter().zip(parts.iter_mut()) {
        if part.len() == rows {
            if !o.json_defaults_for_missing_elements {
                return Err(Error::new(
                    Code::IncorrectData,
                    format!("JSON object doesn't contain tuple element {}", n.as_deref().unwrap_or("")),
                ));
            }
            part.append_default();
        }
    }
    out.close_tuple()
}

/// Comma-separated elements up to the closing bracket.
fn elements(c: &mut Cursor<'_>, close: u8, mut element: impl FnMut(&mut Cursor<'_>) -> Result<()>) -> Result<()> {
    c.skip_space();
    if c.eat(close) {
        return Ok(());
    }
    loop {
        c.skip_space();
        element(c)?;
        c.skip_space();
        if c.eat(close) {
            return Ok(());
        }
        c.expect(b',')?;
    }
}
