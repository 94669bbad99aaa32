//! AnyValue as text, and attribute lists, by the conventions of the OpenTelemetry Collector's ClickHouse exporter (Go
//! `pcommon.Value.AsString`): strings as they are, numbers and booleans printed, bytes in base64, lists and maps as JSON
//! with sorted keys.
//!
//! Invariant: depth is bounded by [`MAX_DEPTH`]; output is at most a small multiple of the input.

use super::reject::{Fault, Reason};
use super::wire::{Raw, Walk};
use crate::columns::AttrBuf;
use olly_types::limits;
use std::io::Write;

/// Lists and maps inside each other.
pub const MAX_DEPTH: usize = 64;

/// A field of AnyValue that stands for a value which was left out because it is nested too deeply: the highest number there
/// is, which no version of OTLP will give to anything.
pub const TOO_DEEP: u32 = (1 << 29) - 1;

/// Appends a value's text.
pub fn write_text(any: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    let mut walk = Walk::new(any, "AnyValue");
    // A oneof: the last value counts.
    let start = out.len();
    while let Some(f) = walk.next()? {
        if (1..=7).contains(&f.number) {
            out.truncate(start);
        }
        match f.number {
            1 => out.extend_from_slice(f.bytes()?),
            2 => out.extend_from_slice(bool_text(f.varint()?)),
            3 => write_int(f.varint()? as i64, out),
            4 => write_double(f.double()?, out),
            5 => write_list(f.bytes()?, out, 1)?,
            6 => write_map(f.bytes()?, out, 1)?,
            7 => write_base64(f.bytes()?, out),
            TOO_DEEP => return Err(Fault::Row(Reason::NestedTooDeep)),
            _ => {}
        }
    }
    Ok(())
}

/// Appends one KeyValue to a list.
#[inline]
pub fn read_attribute(kv: &[u8], out: &mut AttrBuf) -> Result<(), Fault> {
    let (key, value) = key_value(kv)?;
    limits::seen::ATTRIBUTE_KEY_BYTES.note(key.len() as u64);
    if key.len() as u64 > limits::ATTRIBUTE_KEY_BYTES {
        return Err(Fault::Row(Reason::AttributeKeyTooLong));
    }
    out.key(key);
    // The common case without a call: one string.
    let mut walk = Walk::new(value, "AnyValue");
    if let Some(f) = walk.next()? {
        match (f.number, f.raw, walk.next()?) {
            (1, Raw::Bytes(b), None) => out.value().extend_from_slice(b),
            _ => write_text(value, out.value())?,
        }
    }
    out.close();
    Ok(())
}

#[inline]
fn key_value(kv: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let mut walk = Walk::new(kv, "KeyValue");
    let (mut key, mut value): (&[u8], &[u8]) = (&[], &[]);
    while let Some(f) = walk.next()? {
        match f.number {
            1 => key = f.bytes()?,
            2 => value = f.bytes()?,
            _ => {}
        }
    }
    Ok((key, value))
}

fn bool_text(n: u64) -> &'static [u8] {
    if n != 0 { b"true" } else { b"false" }
}

fn write_int(n: i64, out: &mut Vec<u8>) {
    // Writing to a Vec never fails.
    let _ = write!(out, "{n}");
}

/// As Go's encoding/json prints floats: shortest digits that read back, exponent outside [1e-6, 1e21).
fn write_double(f: f64, out: &mut Vec<u8>) {
    let size = f.abs();
    let _ = if f.is_nan() {
        write!(out, "NaN")
    } else if f.is_infinite() {
        write!(out, "{}", if f > 0.0 { "+Inf" } else { "-Inf" })
    } else if size != 0.0 && size >= 1e21 {
        let text = format!("{f:e}");
        write!(out, "{}", text.replacen('e', "e+", 1))
    } else if size != 0.0 && size < 1e-6 {
        write!(out, "{f:e}")
    } else {
        write!(out, "{f}")
    };
}

/// Standard base64 with padding (RFC 4648 §4).
pub fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let b = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let n = b(0) << 16 | b(1) << 8 | b(2);
        for (i, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            out.push(if i <= chunk.len() { ALPHABET[(n >> shift & 63) as usize] } else { b'=' });
        }
    }
}

fn write_json(any: &[u8], out: &mut Vec<u8>, depth: usize) -> Result<(), Fault> {
    let mut walk = Walk::new(any, "AnyValue");
    let start = out.len();
    while let Some(f) = walk.next()? {
        if (1..=7).contains(&f.number) {
            out.truncate(start);
        }
        match f.number {
            1 => write_json_string(f.bytes()?, out),
            2 => out.extend_from_slice(bool_text(f.varint()?)),
            3 => write_int(f.varint()? as i64, out),
            4 => {
                let d = f.double()?;
                if d.is_finite() {
                    write_double(d, out);
                } else {
                    out.push(b'"');
                    write_double(d, out);
                    out.push(b'"');
                }
            }
            5 => write_list(f.bytes()?, out, depth + 1)?,
            6 => write_map(f.bytes()?, out, depth + 1)?,
            7 => {
                out.push(b'"');
                write_base64(f.bytes()?, out);
                out.push(b'"');
            }
            TOO_DEEP => return Err(Fault::Row(Reason::NestedTooDeep)),
            _ => {}
        }
    }
    if out.len() == start {
        out.extend_from_slice(b"null");
    }
    Ok(())
}

fn write_list(list: &[u8], out: &mut Vec<u8>, depth: usize) -> Result<(), Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::Row(Reason::NestedTooDeep));
    }
    let mut walk = Walk::new(list, "ArrayValue");
    let mut first = true;
    out.push(b'[');
    while let Some(f) = walk.next()? {
        if f.number == 1 {
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            write_json(f.bytes()?, out, depth)?;
        }
    }
    out.push(b']');
    Ok(())
}

/// Keys sorted, the last of equal ones wins: what Go prints of a map.
fn write_map(map: &[u8], out: &mut Vec<u8>, depth: usize) -> Result<(), Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::Row(Reason::NestedTooDeep));
    }
    let mut walk = Walk::new(map, "KeyValueList");
    let mut pairs = Vec::new();
    while let Some(f) = walk.next()? {
        if f.number == 1 {
            pairs.push(key_value(f.bytes()?)?);
        }
    }
    pairs.sort_by_key(|(k, _)| *k);
    out.push(b'{');
    let mut first = true;
    for (i, (key, value)) in pairs.iter().enumerate() {
        if pairs.get(i + 1).is_some_and(|(next, _)| next == key) {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        write_json_string(key, out);
        out.push(b':');
        write_json(value, out, depth)?;
    }
    out.push(b'}');
    Ok(())
}

/// A JSON string; bytes that are not UTF-8 become U+FFFD.
fn write_json_string(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().bytes() {
            match c {
                b'"' => out.extend_from_slice(b"\\\""),
                b'\\' => out.extend_from_slice(b"\\\\"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b'\t' => out.extend_from_slice(b"\\t"),
                0x08 => out.extend_from_slice(b"\\b"),
                0x0c => out.extend_from_slice(b"\\f"),
                0..0x20 => {
                    let _ = write!(out, "\\u{c:04x}");
                }
                c => out.push(c),
            }
        }
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
    out.push(b'"');
}

/// Appends bytes in lower-case hex.
#[inline]
pub fn write_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for b in bytes {
        out.push(DIGITS[(b >> 4) as usize]);
        out.push(DIGITS[(b & 15) as usize]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_print_as_in_go() {
        let cases: [(f64, &str); 14] = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-1.5e300, "-1.5e+300"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.25e-10, "1.25e-10"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (123456789.125, "123456789.125"),
        ];
        for (f, text) in cases {
            let mut out = Vec::new();
            write_double(f, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }

    #[test]
    fn base64_pads() {
        for (raw, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            let mut out = Vec::new();
            write_base64(raw.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }
}
