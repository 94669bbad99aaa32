//! Parts of strings by position and size, repeating and padding.

use super::num::*;
use super::text::{Texts, build, slices, want_named, want_string};
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type};

const BASE: Function = Function { family: Family::String, arity: (1, 1), ..FUNCTION };
/// Bytes a repeating function may make in one value.
const MAX_STRING: usize = 1 << 24;

pub const FUNCTIONS: &[Function] = &[
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
        infer: |a| padded_type(a, "leftPad"),
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
        infer: |a| padded_type(a, "rightPad"),
        eval: |c| pad(c, false),
        ..BASE
    },
];

fn padded_type(args: &[Arg], name: &str) -> Result<Type> {
    match args.get(2) {
        Some(pad) if !pad.ty.base().is_string() => Err(illegal(&pad.ty, name)),
        _ => part_type(&args[..2], name),
    }
}

fn part_type(args: &[Arg], name: &str) -> Result<Type> {
    if name.starts_with("substring") {
        want_named(&args[0].ty, name)?
    } else {
        want_string(&args[0].ty, name)?
    }
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
        if s.is_empty() {
            return Ok(());
        }
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
        let n = counts.get(row);
        if n < 0 {
            let text = format!("New padded length ({n}) is negative");
            return Err(Error::new(Code::PositionalArgumentOutOfRange, text));
        }
        let n = n as usize;
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
