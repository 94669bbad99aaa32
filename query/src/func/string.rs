//! Functions over strings: case, length, parts, splitting and joining, hex.

use super::num::*;
use super::text::{Texts, ask, build, slices, want_string};
use super::text_lists::lists;
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::ArrayRef;
use arrow::buffer::OffsetBuffer;
use olly_types::{Code, Error, Result, Type};

const BASE: Function = Function { family: Family::String, arity: (1, 1), ..FUNCTION };
/// Bytes a repeating function may make in one value.
const MAX_STRING: usize = 1 << 24;

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
    map!("lowerUTF8", &[], false, "Letters of UTF-8 in lower case.", |s, o| o
        .extend_from_slice(String::from_utf8_lossy(s).to_lowercase().as_bytes())),
    map!("upperUTF8", &[], false, "Letters of UTF-8 in upper case.", |s, o| o
        .extend_from_slice(String::from_utf8_lossy(s).to_uppercase().as_bytes())),
    map!("reverse", &[], true, "Bytes in reverse order.", |s, o| o.extend(s.iter().rev())),
    map!("reverseUTF8", &[], false, "Characters in reverse order.", |s, o| o
        .extend(String::from_utf8_lossy(s).chars().rev().collect::<String>().into_bytes())),
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
        name: "concat",
        aliases: &["concatAssumeInjective"],
        case_insensitive: true,
        arity: (1, usize::MAX),
        syntax: "concat(a, b, …), a || b",
        description: "The values' texts one after the other; arrays and maps are joined.",
        examples: &["SELECT concat('a', 'b')"],
        infer: concat_type,
        eval: concat,
        ..BASE
    },
    Function {
        name: "concatWithSeparator",
        aliases: &["concat_ws", "concatWithSeparatorAssumeInjective"],
        case_insensitive: true,
        arity: (1, usize::MAX),
        syntax: "concatWithSeparator(sep, a, …)",
        description: "The values' texts with a separator between them.",
        examples: &["SELECT concatWithSeparator('-', 'a', 'b')"],
        infer: |a| {
            want_string(&a[0].ty, "concatWithSeparator")?;
            match a[0].constant {
                Some(_) => Ok(Type::String),
                None => Err(Error::new(
                    Code::IllegalColumn,
                    "Illegal column of first argument of function concatWithSeparator. Must be a constant String",
                )),
            }
        },
        eval: concat_with_separator,
        ..BASE
    },
    Function {
        name: "substring",
        aliases: &["substr", "mid", "byteSlice"],
        case_insensitive: true,
        arity: (2, 3),
        syntax: "substring(s, offset[, length])",
        description: "Bytes from an offset counted from 1, or from the end where negative.",
        examples: &["SELECT substring('abcdef', 2, 3)"],
        infer: |a| part_type(a, "substring"),
        eval: |c| substring(c, false),
        ..BASE
    },
    Function {
        name: "substringUTF8",
        arity: (2, 3),
        syntax: "substringUTF8(s, offset[, length])",
        description: "Characters from an offset counted from 1.",
        examples: &["SELECT substringUTF8('äbc', 1, 1)"],
        infer: |a| part_type(a, "substringUTF8"),
        eval: |c| substring(c, true),
        ..BASE
    },
    Function {
        name: "left",
        case_insensitive: true,
        arity: (2, 2),
        syntax: "left(s, n)",
        description: "The first n bytes, or all but the last -n.",
        examples: &["SELECT left('abc', 2)"],
        infer: |a| part_type(a, "left"),
        eval: |c| ends(c, true),
        ..BASE
    },
    Function {
        name: "right",
        case_insensitive: true,
        arity: (2, 2),
        syntax: "right(s, n)",
        description: "The last n bytes, or all but the first -n.",
        examples: &["SELECT right('abc', 2)"],
        infer: |a| part_type(a, "right"),
        eval: |c| ends(c, false),
        ..BASE
    },
    Function {
        name: "repeat",
        case_insensitive: true,
        arity: (2, 2),
        syntax: "repeat(s, n)",
        description: "The string n times.",
        examples: &["SELECT repeat('ab', 2)"],
        infer: |a| part_type(a, "repeat"),
        eval: repeat,
        ..BASE
    },
    Function {
        name: "leftPad",
        aliases: &["lpad"],
        case_insensitive: true,
        arity: (2, 3),
        syntax: "leftPad(s, n[, pad])",
        description: "The string filled up on the left to n bytes.",
        examples: &["SELECT leftPad('7', 3, '0')"],
        infer: |a| part_type(&a[..2], "leftPad"),
        eval: |c| pad(c, true),
        ..BASE
    },
    Function {
        name: "rightPad",
        aliases: &["rpad"],
        case_insensitive: true,
        arity: (2, 3),
        syntax: "rightPad(s, n[, pad])",
        description: "The string filled up on the right to n bytes.",
        examples: &["SELECT rightPad('7', 3, '0')"],
        infer: |a| part_type(&a[..2], "rightPad"),
        eval: |c| pad(c, false),
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
        name: "splitByChar",
        arity: (2, 3),
        syntax: "splitByChar(sep, s[, max])",
        description: "Parts between a one-byte separator.",
        examples: &["SELECT splitByChar(',', 'a,b')"],
        infer: |a| split_type(a, "splitByChar"),
        eval: |c| split(c, true),
        ..BASE
    },
    Function {
        name: "splitByString",
        arity: (2, 3),
        syntax: "splitByString(sep, s[, max])",
        description: "Parts between a separator; an empty one splits into characters.",
        examples: &["SELECT splitByString(', ', 'a, b')"],
        infer: |a| split_type(a, "splitByString"),
        eval: |c| split(c, false),
        ..BASE
    },
    Function {
        name: "hex",
        case_insensitive: true,
        syntax: "hex(x)",
        description: "Upper-case hexadecimal of a string's bytes or a number.",
        examples: &["SELECT hex(255)"],
        infer: hex_type,
        eval: hex,
        ..BASE
    },
    Function {
        name: "unhex",
        case_insensitive: true,
        syntax: "unhex(s)",
        description: "Bytes of hexadecimal text.",
        examples: &["SELECT unhex('61')"],
        infer: |a| strings(a, "unhex"),
        eval: |c| transform(c, unhex),
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
            Ok(array((0..c.rows).map(|r| t.get(r).first().map_or(0, |b| i32::from(*b as i8))).collect::<Vec<i32>>()))
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
    Function {
        name: "tokens",
        syntax: "tokens(s)",
        description: "Runs of ASCII letters and digits, and bytes above 127.",
        examples: &["SELECT tokens('a b-c')"],
        infer: |a| want_string(&a[0].ty, "tokens").map(|()| Type::array(Type::String)),
        eval: |c| lists(c, 0, |s, out| super::search::tokens(s).for_each(|t| out.push(t))),
        ..BASE
    },
];

fn strings(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    Ok(match &args[0].ty {
        Type::FixedString(n) if matches!(name, "lower" | "upper" | "reverse") => Type::FixedString(*n),
        _ => Type::String,
    })
}

fn transform(call: &Call<'_>, f: impl Fn(&[u8], &mut Vec<u8>)) -> Result<ArrayRef> {
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

fn length(call: &Call<'_>) -> Result<ArrayRef> {
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

fn concat_type(args: &[Arg]) -> Result<Type> {
    if args.len() > 1 && args.iter().all(|a| matches!(a.ty, Type::Array(_))) {
        let types: Vec<Type> = args.iter().map(|a| a.ty.clone()).collect();
        return crate::typing::common_type(&types);
    }
    if args.iter().any(|a| matches!(a.ty, Type::Map(..) | Type::Tuple(_))) {
        return Err(Error::unsupported("concat of maps and tuples (use mapConcat or tupleConcat)"));
    }
    Ok(Type::String)
}

/// Each argument as text.
pub(super) fn as_texts(call: &Call<'_>, from: usize) -> Result<Vec<ArrayRef>> {
    let options = super::cast::text_options(call.context)?;
    (from..call.args.len())
        .map(|i| match &call.types[i] {
            Type::String => call.array(i),
            // All its bytes, the zero bytes at the end too.
            Type::FixedString(_) if call.args.len() > 1 => {
                super::coerce::coerce(&call.array(i)?, &call.types[i], &Type::String)
            }
            ty => olly_types::text::to_text(&call.array(i)?, ty, &options),
        })
        .collect()
}

fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    use arrow::array::AsArray;
    if matches!(call.result, Type::Array(_)) {
        return super::array::concat(call);
    }
    let parts = as_texts(call, 0)?;
    build(call.rows, |row, out| {
        let mut asked = 0;
        for part in &parts {
            out.extend_from_slice(part.as_binary_view().value(row));
            ask(out, &mut asked)?;
        }
        Ok(())
    })
}

fn concat_with_separator(call: &Call<'_>) -> Result<ArrayRef> {
    use arrow::array::AsArray;
    let separator = Texts::of(call, 0)?;
    let parts = as_texts(call, 1)?;
    build(call.rows, |row, out| {
        let mut asked = 0;
        for (i, p) in parts.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(separator.get(row));
            }
            out.extend_from_slice(p.as_binary_view().value(row));
            ask(out, &mut asked)?;
        }
        Ok(())
    })
}

fn part_type(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    match args[1..].iter().find(|a| !a.ty.is_integer()) {
        Some(arg) => Err(illegal(&arg.ty, name)),
        None => Ok(Type::String),
    }
}

/// The range of a slice of `n` items from `offset` (1-based, negative from the end) of `length` items (negative: up to that
/// many before the end).
pub(super) fn range(n: usize, offset: i64, length: Option<i64>) -> std::ops::Range<usize> {
    let n = n as i64;
    // Positions before the start use up length, as in ClickHouse.
    let start = if offset > 0 {
        offset - 1
    } else if offset < 0 {
        n + offset
    } else {
        return 0..0;
    };
    let end = match length {
        None => n,
        Some(l) if l >= 0 => start.saturating_add(l),
        Some(l) => n + l,
    };
    let (start, end) = (start.clamp(0, n), end.clamp(0, n));
    if end <= start { 0..0 } else { start as usize..end as usize }
}

fn substring(call: &Call<'_>, utf8: bool) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let offsets = vals::<i64>(call, 1)?;
    let lengths = if call.args.len() > 2 { Some(vals::<i64>(call, 2)?) } else { None };
    slices(call.rows, |row| {
        let s = texts.get(row);
        let length = lengths.as_ref().map(|l| l.get(row));
        if !utf8 {
            return s.get(range(s.len(), offsets.get(row), length)).unwrap_or_default();
        }
        let starts: Vec<usize> = s.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(i, _)| i).collect();
        let range = range(starts.len(), offsets.get(row), length);
        let at = |i: usize| starts.get(i).copied().unwrap_or(s.len());
        if range.is_empty() { b"" } else { s.get(at(range.start)..at(range.end)).unwrap_or_default() }
    })
}

fn ends(call: &Call<'_>, left: bool) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let lengths = vals::<i64>(call, 1)?;
    slices(call.rows, |row| {
        let s = texts.get(row);
        let n = lengths.get(row);
        let keep = if n >= 0 {
            (n as u64).min(s.len() as u64) as usize
        } else {
            s.len().saturating_sub(n.unsigned_abs() as usize)
        };
        if left { &s[..keep] } else { &s[s.len() - keep..] }
    })
}

fn too_large(n: usize) -> Error {
    Error::new(Code::TooLargeStringSize, format!("Too large string size: {n} bytes (limit {MAX_STRING})"))
}

fn repeat(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let counts = vals::<i64>(call, 1)?;
    build(call.rows, |row, out| {
        let (s, n) = (texts.get(row), counts.get(row).max(0) as usize);
        let total = s.len().saturating_mul(n);
        if total > MAX_STRING {
            return Err(too_large(total));
        }
        (0..n).for_each(|_| out.extend_from_slice(s));
        Ok(())
    })
}

fn pad(call: &Call<'_>, left: bool) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let counts = vals::<i64>(call, 1)?;
    let fill = if call.args.len() > 2 { Some(Texts::of(call, 2)?) } else { None };
    build(call.rows, |row, out| {
        let s = texts.get(row);
        let n = counts.get(row).max(0) as usize;
        if n > MAX_STRING {
            return Err(too_large(n));
        }
        let fill = fill.as_ref().map_or(&b" "[..], |f| f.get(row));
        let fill = if fill.is_empty() { b" " } else { fill };
        let missing = fill.iter().cycle().take(n.saturating_sub(s.len()));
        if left {
            out.extend(missing.clone());
        }
        out.extend_from_slice(&s[..s.len().min(n)]);
        if !left {
            out.extend(missing);
        }
        Ok(())
    })
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

fn split_type(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    match &args[0].constant {
        Some(olly_types::Value::Bytes(b)) if name == "splitByChar" && b.len() != 1 => {
            Err(Error::new(Code::BadArguments, "Illegal separator for function splitByChar. Must be exactly one byte"))
        }
        Some(_) => Ok(Type::array(Type::String)),
        None => Err(Error::new(Code::IllegalColumn, format!("Separator of function {name} must be a constant string"))),
    }
}

fn split(call: &Call<'_>, _char: bool) -> Result<ArrayRef> {
    let separator = Texts::of(call, 0)?;
    let separator = if call.rows > 0 || separator.is_const() { separator.get(0).to_vec() } else { Vec::new() };
    let limit = if call.args.len() > 2 { vals::<i64>(call, 2)?.get(0) } else { 0 };
    let limit = if limit > 0 { limit as usize } else { usize::MAX };
    lists(call, 1, |s, out| {
        if s.is_empty() && separator.is_empty() {
            return;
        }
        if separator.is_empty() {
            out.extend(s.iter().take(limit).map(|b| vec![*b]));
            return;
        }
        let mut start = 0;
        for at in memchr::memmem::find_iter(s, &separator) {
            if out.len() == limit {
                return;
            }
            out.push(&s[start..at]);
            start = at + separator.len();
        }
        if out.len() < limit {
            out.push(&s[start..]);
        }
    })
}

fn hex_type(args: &[Arg]) -> Result<Type> {
    let ty = &args[0].ty;
    let fine = ty.is_string()
        || ty.is_number()
        || ty.is_temporal()
        || ty.is_decimal()
        || matches!(ty, Type::Uuid | Type::Ipv4 | Type::Ipv6);
    if fine { Ok(Type::String) } else { Err(illegal(ty, "hex")) }
}

fn hex(call: &Call<'_>) -> Result<ArrayRef> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let put = |b: &u8, out: &mut Vec<u8>| out.extend([DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]);
    let ty = &call.types[0];
    if ty.is_string() || *ty == Type::Ipv6 {
        let t = Texts::of(call, 0)?;
        return build(call.rows, |row, out| {
            t.get(row).iter().for_each(|b| put(b, out));
            Ok(())
        });
    }
    if *ty == Type::Uuid {
        // The carrier has the second half first.
        let t = Texts::of(call, 0)?;
        return build(call.rows, |row, out| {
            let b = t.get(row);
            b[8..].iter().chain(&b[..8]).for_each(|b| put(b, out));
            Ok(())
        });
    }
    if ty.is_float() || ty.is_decimal() {
        let bytes: Vec<Vec<u8>> = match ty {
            Type::Float32 => natives::<f32>(&call.array(0)?)?.into_iter().map(|f| f.to_le_bytes().to_vec()).collect(),
            Type::Float64 => natives::<f64>(&call.array(0)?)?.into_iter().map(|f| f.to_le_bytes().to_vec()).collect(),
            t => {
                let width = t.carrier().primitive_width().unwrap_or(16);
                wides(&call.array(0)?)?.into_iter().map(|v| v.to_le_bytes()[..width].to_vec()).collect()
            }
        };
        return build(call.rows, |row, out| {
            bytes[row].iter().for_each(|b| put(b, out));
            Ok(())
        });
    }
    let width = ty.carrier().primitive_width().unwrap_or(8);
    let values = natives::<u64>(&call.array(0)?)?;
    build(call.rows, |row, out| {
        let bytes = values[row].to_be_bytes();
        // Leading zero bytes are left out, but for dates and times.
        let own = &bytes[8 - width..];
        let skip = own.iter().take_while(|b| **b == 0).count().min(width - 1);
        own[skip..].iter().for_each(|b| put(b, out));
        Ok(())
    })
}

fn unhex(s: &[u8], out: &mut Vec<u8>) {
    // What is no digit counts as 255, as in ClickHouse's table.
    let digit = |b: u8| (b as char).to_digit(16).map_or(0xff, |d| d as u8);
    let (odd, rest) = s.split_at(s.len() % 2);
    out.extend(odd.iter().map(|b| digit(*b)));
    out.extend(rest.chunks_exact(2).map(|c| (digit(c[0]) << 4).wrapping_add(digit(c[1]))));
}
