//! Escapes of strings.

use super::read::Cursor;
use crate::error::{Code, Error, Result};

/// ClickHouse's escapes, without quotes around.
pub fn write_escaped(s: &[u8], out: &mut Vec<u8>) {
    let mut from = 0;
    for (i, b) in s.iter().enumerate() {
        let e = match b {
            b'\x08' => b'b',
            b'\x0c' => b'f',
            b'\n' => b'n',
            b'\t' => b't',
            b'\r' => b'r',
            0 => b'0',
            b'\\' => b'\\',
            b'\'' => b'\'',
            _ => continue,
        };
        out.extend_from_slice(s.get(from..i).unwrap_or(&[]));
        out.extend_from_slice(&[b'\\', e]);
        from = i + 1;
    }
    out.extend_from_slice(s.get(from..).unwrap_or(&[]));
}

pub fn write_quoted(s: &[u8], out: &mut Vec<u8>) {
    out.push(b'\'');
    write_escaped(s, out);
    out.push(b'\'');
}

/// `'…'` with escapes, for messages and SQL.
pub fn quote(s: &str) -> String {
    let mut out = Vec::with_capacity(s.len() + 2);
    write_quoted(s.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// One escape sequence; the cursor stands behind the backslash.
fn read_escape(c: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<()> {
    let eof = || Error::new(Code::CannotParseEscapeSequence, "Cannot parse escape sequence");
    let b = c.next().ok_or_else(eof)?;
    match b {
        b'x' => {
            let (a, b) = (c.next().ok_or_else(eof)?, c.next().ok_or_else(eof)?);
            let hex = |d: u8| (d as char).to_digit(16).ok_or_else(eof);
            out.push((hex(a)? * 16 + hex(b)?) as u8);
        }
        // Support for NULLs: \N sequence must be parsed as empty string.
        b'N' => {}
        b'n' => out.push(b'\n'),
        b't' => out.push(b'\t'),
        b'r' => out.push(b'\r'),
        b'0' => out.push(0),
        b'b' => out.push(8),
        b'f' => out.push(12),
        b'a' => out.push(7),
        b'v' => out.push(11),
        b'e' => out.push(27),
        b'\\' | b'\'' | b'"' | b'`' | b'/' | b'=' => out.push(b),
        // Drivers put a backslash before a tab or line feed as it is.
        0..=31 => out.push(b),
        other => out.extend_from_slice(&[b'\\', other]),
    }
    Ok(())
}

/// A TabSeparated field's bytes.
pub fn unescape(field: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let mut c = Cursor::whole(field);
    while let Some(b) = c.next() {
        if b == b'\\' {
            read_escape(&mut c, out)?;
        } else {
            out.push(b);
        }
    }
    Ok(())
}

/// A string in single quotes, with backslash escapes and doubled quotes.
pub fn read_quoted_string(c: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<()> {
    match c.next() {
        Some(b'\'') => {}
        Some(b) => {
            return Err(Error::new(
                Code::CannotParseQuotedString,
                format!(
                    "Cannot parse quoted string: expected opening quote ''', got '{}'",
                    (b as char).escape_default()
                ),
            ));
        }
        None => return Err(Error::new(Code::AttemptToReadAfterEof, "Attempt to read after eof")),
    }
    loop {
        let plain = c.rest().iter().take_while(|b| !matches!(b, b'\'' | b'\\')).count();
        out.extend_from_slice(c.rest().get(..plain).unwrap_or(&[]));
        c.advance(plain);
        match c.next() {
            Some(b'\\') => read_escape(c, out)?,
            Some(_) if c.peek() == Some(b'\'') => {
                out.push(b'\'');
                c.advance(1);
            }
            Some(_) => return Ok(()),
            None => {
                return Err(Error::new(
                    Code::CannotParseQuotedString,
                    "Cannot parse quoted string: expected closing quote",
                ));
            }
        }
    }
}
