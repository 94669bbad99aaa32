//! simpleJSON* (visitParam*): members found by a plain search for `"name":`, without parsing what stands before.
//! Meant for JSON as ClickHouse itself writes it: no spaces around the colon, names without escapes.

use super::num::*;
use super::text::{Texts, build, want_string};
use super::{Arg, Call, FUNCTION, Family, Function};
use olly_types::text::Cursor;
use olly_types::text::read_float;
use olly_types::{Code, Error, Result, Type};

const BASE: Function = Function { family: Family::Json, arity: (2, 2), ..FUNCTION };

macro_rules! simple {
    ($name:literal, $alias:literal, $doc:literal, $ty:expr, $eval:expr) => {
        Function {
            name: $name,
            aliases: &[$alias],
            syntax: concat!($name, "(json, name)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('{\"a\":1}', 'a')")],
            infer: |a| texts(a, $name).map(|()| $ty),
            eval: $eval,
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    simple!("simpleJSONHas", "visitParamHas", "Whether the member is there.", Type::UInt8, |c| Ok(flags(rows(
        c,
        |v| v.is_some()
    )?))),
    simple!("simpleJSONExtractUInt", "visitParamExtractUInt", "The member as an unsigned number.", Type::UInt64, |c| {
        Ok(array(rows(c, |v| v.map_or(0, unsigned))?))
    }),
    simple!("simpleJSONExtractInt", "visitParamExtractInt", "The member as a number.", Type::Int64, |c| Ok(array(
        rows(c, |v| v.map_or(0, signed))?
    ))),
    simple!("simpleJSONExtractFloat", "visitParamExtractFloat", "The member as a float.", Type::Float64, |c| Ok(
        array(rows(c, |v| v.map_or(0.0, float))?)
    )),
    simple!("simpleJSONExtractBool", "visitParamExtractBool", "Whether the member is true.", Type::UInt8, |c| Ok(
        flags(rows(c, |v| v.is_some_and(|s| s.starts_with(b"true")))?)
    )),
    simple!(
        "simpleJSONExtractString",
        "visitParamExtractString",
        "The member as a text, empty where it is none.",
        Type::String,
        |c| {
            let found = rows(c, |v| v.and_then(text).unwrap_or_default())?;
            super::text::slices(c.rows, |r| found.get(r).map_or(&[][..], Vec::as_slice))
        }
    ),
    simple!("simpleJSONExtractRaw", "visitParamExtractRaw", "The member as it stands.", Type::String, |c| {
        let found = rows(c, |v| v.map(raw).unwrap_or_default())?;
        build(c.rows, |r, out| {
            out.extend_from_slice(found.get(r).map_or(&[][..], Vec::as_slice));
            Ok(())
        })
    }),
];

fn texts(args: &[Arg], name: &str) -> Result<()> {
    want_string(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    match args[1].constant {
        Some(_) => Ok(()),
        None => {
            Err(Error::new(Code::IllegalColumn, format!("Field name of function {name} must be a constant string")))
        }
    }
}

/// `f` of what follows `"name":` in each row.
fn rows<T>(call: &Call<'_>, f: impl Fn(Option<&[u8]>) -> T) -> Result<Vec<T>> {
    let json = Texts::of(call, 0)?;
    let names = Texts::of(call, 1)?;
    if call.rows == 0 && !names.is_const() {
        return Ok(Vec::new());
    }
    let needle = [b"\"", names.get(0), b"\":"].concat();
    let finder = memchr::memmem::Finder::new(&needle);
    Ok((0..call.rows)
        .map(|r| {
            let s = json.get(r);
            f(finder.find(s).and_then(|at| s.get(at + needle.len()..)))
        })
        .collect())
}

/// Numbers may stand in quotes.
fn unquoted(s: &[u8]) -> &[u8] {
    s.strip_prefix(b"\"").unwrap_or(s)
}
fn signed(s: &[u8]) -> i64 {
    let s = unquoted(s);
    let sign_and_digits = matches!(s.first(), Some(b'-' | b'+')) || s.first().is_some_and(u8::is_ascii_digit);
    if !sign_and_digits {
        return 0;
    }
    let negative = s.first() == Some(&b'-');
    let digits = s.strip_prefix(b"-").or_else(|| s.strip_prefix(b"+")).unwrap_or(s);
    let n = digits
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .fold(0i64, |n, d| n.wrapping_mul(10).wrapping_add(i64::from(d - b'0')));
    if negative { n.wrapping_neg() } else { n }
}
fn unsigned(s: &[u8]) -> u64 {
    let s = unquoted(s);
    let digits = s.strip_prefix(b"+").unwrap_or(s);
    digits
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .fold(0u64, |n, d| n.wrapping_mul(10).wrapping_add(u64::from(d - b'0')))
}
fn float(s: &[u8]) -> f64 {
    let s = unquoted(s);
    let end = s.iter().position(|b| !matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')).unwrap_or(s.len());
    let mut cursor = Cursor::whole(s.get(..end).unwrap_or(s));
    read_float(&mut cursor).unwrap_or(0.0)
}
/// The content of a quoted text; nothing where it does not end or an escape is wrong.
fn text(s: &[u8]) -> Option<Vec<u8>> {
    if s.first() != Some(&b'"') {
        return None;
    }
    let mut out = Vec::new();
    let mut i = 1;
    let unit = |at: usize| {
        let digits = std::str::from_utf8(s.get(at..at + 4)?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    loop {
        let b = *s.get(i)?;
        i += 1;
        match b {
            b'"' => return Some(out),
            b'\\' => {
                let escape = *s.get(i)?;
                i += 1;
                match escape {
                    b'b' => out.push(8),
                    b'f' => out.push(12),
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'u' => {
                        let mut code = unit(i)?;
                        i += 4;
                        if (0xd800..0xdc00).contains(&code) && s.get(i..i + 2) == Some(b"\\u") {
                            let low = unit(i + 2)?;
                            i += 6;
                            code = 0x1_0000 + ((code - 0xd800) << 10) + low.checked_sub(0xdc00)?;
                        }
                        out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    other => out.push(other),
                }
            }
            b => out.push(b),
        }
    }
}
/// Up to the comma or bracket that ends the member.
fn raw(s: &[u8]) -> Vec<u8> {
    let mut open = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    for (i, b) in s.iter().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        match b {
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b',' | b'}' | b']' if open.is_empty() => return s.get(..i).unwrap_or(s).to_vec(),
            b'}' | b']' if open.pop() != Some(*b) => return Vec::new(),
            _ => {}
        }
    }
    Vec::new()
}
