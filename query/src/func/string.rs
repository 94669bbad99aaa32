//! Functions over whole strings: case, trimming, length, first and last bytes. Parts: `string_slice`; lists of strings: `string_join`.

use super::num::*;
use super::text::{Texts, build, slices, want_string};
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::ArrayRef;
use arrow::buffer::OffsetBuffer;
use olly_types::{Code, Error, Result, Type};

const BASE: Function = Function { family: Family::String, arity: (1, 1), ..FUNCTION };

macro_rules! map {
    ($name:literal, $aliases:expr, $ci:literal, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            aliases: $aliases,
            case_insensitive: $ci,
            syntax: concat!($name, "(s)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('Ab')")],
            infer: |a| strings(a, $name),
            eval: |c| transform(c, $f),
            ..BASE
        }
    };
}
macro_rules! trim {
    ($name:literal, $aliases:expr, $where:literal, $left:literal, $right:literal) => {
        Function {
            name: $name,
            aliases: $aliases,
            case_insensitive: true,
            arity: (1, 2),
            syntax: concat!($name, "(s[, characters])"),
            description: concat!("Without spaces, or any of the characters, ", $where, "."),
            examples: &[concat!("SELECT ", $name, "(' a ')")],
            infer: |a| trim_type(a, $name),
            eval: |c| trimmed(c, $left, $right),
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    map!("lower", &["lcase"], true, "ASCII letters in lower case.", |s, o| o
        .extend(s.iter().map(u8::to_ascii_lowercase))),
    map!("upper", &["ucase"], true, "ASCII letters in upper case.", |s, o| o
        .extend(s.iter().map(u8::to_ascii_uppercase))),
    map!("lowerUTF8", &[], false, "Letters of UTF-8 in lower case.", |s, o| valid_parts(s, o, |t, o| o
        .extend_from_slice(t.to_lowercase().as_bytes()))),
    map!("upperUTF8", &[], false, "Letters of UTF-8 in upper case.", |s, o| valid_parts(s, o, |t, o| o
        .extend_from_slice(t.to_uppercase().as_bytes()))),
    map!("reverse", &[], true, "Bytes in reverse order.", |s, o| o.extend(s.iter().rev())),
    map!("reverseUTF8", &[], false, "Characters in reverse order.", reverse_characters),
    map!("initcap", &[], true, "First letter of each word in upper case, the rest in lower case.", initcap),
    trim!("trimBoth", &["trim"], "at both ends", true, true),
    trim!("trimLeft", &["ltrim"], "at the start", true, false),
    trim!("trimRight", &["rtrim"], "at the end", false, true),
    map!("toValidUTF8", &[], false, "Invalid bytes replaced by U+FFFD.", |s, o| o
        .extend_from_slice(String::from_utf8_lossy(s).as_bytes())),
    Function {
        name: "length",
        aliases: &["OCTET_LENGTH", "CARDINALITY"],
        case_insensitive: true,
        syntax: "length(x)",
        description: "Bytes of a string, elements of an array or map.",
        examples: &["SELECT length('abc')"],
        infer: |a| sized(a, "length").map(|()| Type::UInt64),
        eval: length,
        ..BASE
    },
    Function {
        name: "lengthUTF8",
        aliases: &["CHAR_LENGTH", "CHARACTER_LENGTH"],
        case_insensitive: true,
        syntax: "lengthUTF8(s)",
        description: "Characters of a UTF-8 string.",
        examples: &["SELECT lengthUTF8('é')"],
        infer: |a| want_string(&a[0].ty, "lengthUTF8").map(|()| Type::UInt64),
        eval: |c| count(c, |s| s.iter().filter(|b| **b & 0xC0 != 0x80).count() as u64),
        ..BASE
    },
    Function {
        name: "empty",
        syntax: "empty(x)",
        description: "Whether a string, array or map is empty.",
        examples: &["SELECT empty('')"],
        infer: |a| sized(a, "empty").map(|()| Type::UInt8),
        eval: |c| emptiness(c, true),
        ..BASE
    },
    Function {
        name: "notEmpty",
        syntax: "notEmpty(x)",
        description: "Whether a string, array or map has anything in it.",
        examples: &["SELECT notEmpty('a')"],
        infer: |a| sized(a, "notEmpty").map(|()| Type::UInt8),
        eval: |c| emptiness(c, false),
        ..BASE
    },
    Function {
        name: "startsWith",
        aliases: &["startsWithUTF8"],
        arity: (2, 2),
        syntax: "startsWith(s, prefix)",
        description: "Whether the string starts with the prefix.",
        examples: &["SELECT startsWith('abc', 'ab')"],
        infer: |a| pair(a, "startsWith"),
        eval: |c| pairs(c, |s, p| s.starts_with(p)),
        ..BASE
    },
    Function {
        name: "endsWith",
        aliases: &["endsWithUTF8"],
        arity: (2, 2),
        syntax: "endsWith(s, suffix)",
        description: "Whether the string ends with the suffix.",
        examples: &["SELECT endsWith('abc', 'bc')"],
        infer: |a| pair(a, "endsWith"),
        eval: |c| pairs(c, |s, p| s.ends_with(p)),
        ..BASE
    },
    Function {
        name: "ascii",
        case_insensitive: true,
        syntax: "ascii(s)",
        description: "Code of the first byte.",
        examples: &["SELECT ascii('a')"],
        infer: |a| want_string(&a[0].ty, "ascii").map(|()| Type::Int32),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            Ok(array((0..c.rows).map(|r| t.get(r).first().map_or(0, |b| i32::from(*b))).collect::<Vec<i32>>()))
        },
        ..BASE
    },
    Function {
        name: "isValidUTF8",
        syntax: "isValidUTF8(s)",
        description: "Whether the bytes are valid UTF-8.",
        examples: &["SELECT isValidUTF8('a')"],
        infer: |a| want_string(&a[0].ty, "isValidUTF8").map(|()| Type::UInt8),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            Ok(flags((0..c.rows).map(|r| std::str::from_utf8(t.get(r)).is_ok()).collect()))
        },
        ..BASE
    },
];

pub(super) fn strings(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    Ok(match &args[0].ty {
        Type::FixedString(n) if matches!(name, "lower" | "upper" | "reverse" | "initcap") => Type::FixedString(*n),
        _ => Type::String,
    })
}

pub(super) fn transform(call: &Call<'_>, f: impl Fn(&[u8], &mut Vec<u8>)) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let out = build(call.rows, |row, out| {
        f(texts.get(row), out);
        Ok(())
    })?;
    match call.result {
        Type::FixedString(n) => arrow::compute::cast(&out, &arrow::datatypes::DataType::Binary)
            .and_then(|a| arrow::compute::cast(&a, &arrow::datatypes::DataType::FixedSizeBinary(*n as i32)))
            .map_err(crate::expr::internal),
        _ => Ok(out),
    }
}

/// Changes what is valid UTF-8; other bytes stay as they are.
fn valid_parts(s: &[u8], out: &mut Vec<u8>, f: impl Fn(&str, &mut Vec<u8>)) {
    for chunk in s.utf8_chunks() {
        f(chunk.valid(), out);
        out.extend_from_slice(chunk.invalid());
    }
}

/// Characters as their first bytes say, whatever follows but the end, as ClickHouse takes them.
fn reverse_characters(s: &[u8], out: &mut Vec<u8>) {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(first) = s.get(at) {
        starts.push(at);
        let length = match first {
            ..0xC0 => 1,
            ..0xE0 => 2,
            ..0xF0 => 3,
            _ => 4,
        };
        at += if at + length > s.len() { 1 } else { length };
    }
    let mut end = s.len();
    for start in starts.into_iter().rev() {
        out.extend_from_slice(s.get(start..end).unwrap_or_default());
        end = start;
    }
}

fn initcap(s: &[u8], out: &mut Vec<u8>) {
    let mut start = true;
    for b in s {
        out.push(if start { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() });
        start = !b.is_ascii_alphanumeric();
    }
}

fn trim_type(args: &[Arg], name: &str) -> Result<Type> {
    args.iter().try_for_each(|a| want_string(&a.ty, name))?;
    match args.get(1) {
        Some(a) if a.constant.is_none() => {
            Err(Error::new(Code::IllegalColumn, format!("The characters of function {name} must be constant")))
        }
        _ => Ok(Type::String),
    }
}

fn trimmed(call: &Call<'_>, left: bool, right: bool) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let characters = match if call.args.len() > 1 { call.constant(1)? } else { None } {
        Some(olly_types::Value::Bytes(b)) => b.to_vec(),
        _ => b" ".to_vec(),
    };
    slices(call.rows, |row| {
        let mut s = texts.get(row);
        while let Some((_, rest)) = s.split_first().filter(|(b, _)| left && characters.contains(b)) {
            s = rest;
        }
        while let Some((_, rest)) = s.split_last().filter(|(b, _)| right && characters.contains(b)) {
            s = rest;
        }
        s
    })
}

fn sized(args: &[Arg], name: &str) -> Result<()> {
    match &args[0].ty {
        Type::String | Type::FixedString(_) | Type::Array(_) | Type::Map(..) => Ok(()),
        Type::Uuid | Type::Ipv6 | Type::Ipv4 if name != "length" => Ok(()),
        other => Err(illegal(other, name)),
    }
}

/// Elements per row of an array or map, bytes of a string.
pub(super) fn sizes(call: &Call<'_>, i: usize) -> Result<Vec<u64>> {
    use arrow::array::AsArray;
    let from_offsets = |o: &OffsetBuffer<i32>| o.lengths().map(|n| n as u64).collect();
    let array = call.array(i)?;
    Ok(match &call.types[i] {
        Type::Array(_) => from_offsets(array.as_list::<i32>().offsets()),
        Type::Map(..) => from_offsets(array.as_map().offsets()),
        Type::FixedString(n) => vec![u64::from(*n); call.rows],
        Type::String => array.as_binary_view().lengths().map(u64::from).collect(),
        other => return Err(illegal(other, "length")),
    })
}

pub(super) fn length(call: &Call<'_>) -> Result<ArrayRef> {
    Ok(array(sizes(call, 0)?))
}

fn emptiness(call: &Call<'_>, empty: bool) -> Result<ArrayRef> {
    let zero = match &call.types[0] {
        Type::FixedString(_) | Type::Uuid | Type::Ipv6 => {
            let t = Texts::of(call, 0)?;
            (0..call.rows).map(|r| t.get(r).iter().all(|b| *b == 0)).collect::<Vec<_>>()
        }
        Type::Ipv4 => natives::<u32>(&call.array(0)?)?.into_iter().map(|n| n == 0).collect(),
        _ => sizes(call, 0)?.into_iter().map(|n| n == 0).collect(),
    };
    Ok(flags(zero.into_iter().map(|z| z == empty).collect()))
}

fn count(call: &Call<'_>, f: impl Fn(&[u8]) -> u64) -> Result<ArrayRef> {
    let t = Texts::of(call, 0)?;
    Ok(array((0..call.rows).map(|r| f(t.get(r))).collect::<Vec<u64>>()))
}

fn pair(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    Ok(Type::UInt8)
}

fn pairs(call: &Call<'_>, f: impl Fn(&[u8], &[u8]) -> bool) -> Result<ArrayRef> {
    let (a, b) = (Texts::of(call, 0)?, Texts::of(call, 1)?);
    Ok(flags((0..call.rows).map(|r| f(a.get(r), b.get(r))).collect()))
}
