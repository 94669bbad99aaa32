//! Parts of texts beyond `string.rs`: characters by position, words, groups of regular expressions, several needles at once,
//! `format`, `translate`.

use super::num::*;
use super::search::constant_pattern;
use super::string_slice::range;
use super::text::{Texts, build, slices, want_string};
use super::text_format::{format, pieces};
use super::text_lists::lists;
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::{ArrayRef, ListArray};
use arrow::buffer::OffsetBuffer;
use olly_types::ty::carrier_field;
use olly_types::{Code, Error, Result, Type, Value};
use std::sync::Arc;

const BASE: Function = Function { family: Family::String, arity: (1, 1), ..FUNCTION };
const SEARCH: Function = Function { family: Family::StringSearch, arity: (2, 2), ..FUNCTION };

macro_rules! needles {
    ($name:literal, $any_case:literal, $ty:expr, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(s, needles)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('hello', ['lo', 'he'])")],
            infer: |a| needle_types(a, $name).map(|()| $ty),
            eval: |c| searched(c, $any_case, $f),
            ..SEARCH
        }
    };
}
macro_rules! tokens {
    ($name:literal, $doc:literal, |$s:ident| $parts:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(s[, max])"),
            arity: (1, 2),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('a b-c')")],
            infer: |a| {
                want_string(&a[0].ty, $name)?;
                limit_type(a.get(1), $name).map(|()| Type::array(Type::String))
            },
            eval: |c| {
                let most = limit(c, 1)?;
                lists(c, 0, |$s, out| out.extend($parts.take(most)))
            },
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "leftUTF8",
        arity: (2, 2),
        syntax: "leftUTF8(s, n)",
        description: "The first n characters; all but the last -n where n is negative.",
        examples: &["SELECT leftUTF8('héllo', 2)"],
        infer: |a| count_type(a, "leftUTF8"),
        eval: |c| characters(c, true),
        ..BASE
    },
    Function {
        name: "rightUTF8",
        arity: (2, 2),
        syntax: "rightUTF8(s, n)",
        description: "The last n characters; all but the first -n where n is negative.",
        examples: &["SELECT rightUTF8('héllo', 2)"],
        infer: |a| count_type(a, "rightUTF8"),
        eval: |c| characters(c, false),
        ..BASE
    },
    Function {
        name: "hasSubsequence",
        syntax: "hasSubsequence(s, needle)",
        description: "Whether the needle's bytes stand in the text in order.",
        examples: &["SELECT hasSubsequence('garbage', 'arg')"],
        infer: |a| two_texts(a, "hasSubsequence"),
        eval: |c| {
            pairs(c, |s, needle| {
                let mut rest = s.iter();
                needle.iter().all(|n| rest.any(|b| b == n))
            })
        },
        ..SEARCH
    },
    Function {
        name: "space",
        case_insensitive: true,
        syntax: "space(n)",
        description: "n spaces.",
        examples: &["SELECT space(3)"],
        infer: |a| if a[0].ty.is_integer() { Ok(Type::String) } else { Err(illegal(&a[0].ty, "space")) },
        eval: |c| {
            let n = vals::<i64>(c, 0)?;
            build(c.rows, |r, out| {
                let n = n.get(r).max(0) as usize;
                if n > 1_000_000 {
                    return Err(Error::new(
                        Code::TooLargeStringSize,
                        format!("Too many times to repeat ({n}), maximum is: 1000000"),
                    ));
                }
                out.resize(n, b' ');
                Ok(())
            })
        },
        ..BASE
    },
    Function {
        name: "substringIndex",
        aliases: &["SUBSTRING_INDEX"],
        case_insensitive: false,
        arity: (3, 3),
        syntax: "substringIndex(s, delimiter, n)",
        description: "What stands before the n-th delimiter; behind it, counted from the end, where n is negative.",
        examples: &["SELECT substringIndex('a.b.c', '.', 2)"],
        infer: |a| {
            want_string(&a[0].ty, "substringIndex")?;
            want_string(&a[1].ty, "substringIndex")?;
            if a[2].ty.is_integer() { Ok(Type::String) } else { Err(illegal(&a[2].ty, "substringIndex")) }
        },
        eval: substring_index,
        ..BASE
    },
    Function {
        name: "translate",
        arity: (3, 3),
        syntax: "translate(s, from, to)",
        description: "Bytes of `from` replaced by those of `to` at the same place, or left out.",
        examples: &["SELECT translate('Hello', 'el', 'ip')"],
        infer: |a| translate_type(a, "translate"),
        eval: |c| translate(c, false),
        ..BASE
    },
    Function {
        name: "translateUTF8",
        arity: (3, 3),
        syntax: "translateUTF8(s, from, to)",
        description: "Characters of `from` replaced by those of `to` at the same place, or left out.",
        examples: &["SELECT translateUTF8('Münch', 'ü', 'u')"],
        infer: |a| translate_type(a, "translateUTF8"),
        eval: |c| translate(c, true),
        ..BASE
    },
    Function {
        name: "format",
        arity: (2, usize::MAX),
        syntax: "format(pattern, x, …)",
        description: "The pattern with {} and {0} replaced by the values.",
        examples: &["SELECT format('{} {}', 'a', 'b')"],
        infer: |a| {
            let Some(Value::Bytes(pattern)) = &a[0].constant else {
                return Err(Error::new(
                    Code::IllegalColumn,
                    "The pattern of function format must be a constant string",
                ));
            };
            pieces(pattern, a.len() - 1).map(|_| Type::String)
        },
        eval: format,
        ..BASE
    },
    Function {
        name: "regexpQuoteMeta",
        syntax: "regexpQuoteMeta(s)",
        description: "The text with characters that regular expressions take specially behind a backslash.",
        examples: &["SELECT regexpQuoteMeta('a.b')"],
        infer: |a| want_string(&a[0].ty, "regexpQuoteMeta").map(|()| Type::String),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            build(c.rows, |r, out| {
                for b in t.get(r) {
                    match b {
                        0 => out.extend([b'\\', 0]),
                        b if b"\\()^$.[]?*{+|:-".contains(b) => out.extend([b'\\', *b]),
                        b => out.push(*b),
                    }
                }
                Ok(())
            })
        },
        ..BASE
    },
    Function {
        name: "appendTrailingCharIfAbsent",
        arity: (2, 2),
        syntax: "appendTrailingCharIfAbsent(s, c)",
        description: "The text ending in the character, unless it is empty.",
        examples: &["SELECT appendTrailingCharIfAbsent('abc', '/')"],
        infer: |a| {
            want_string(&a[0].ty, "appendTrailingCharIfAbsent")?;
            match &a[1].constant {
                Some(Value::Bytes(b)) if b.len() == 1 => Ok(Type::String),
                _ => Err(Error::new(
                    Code::BadArguments,
                    "Second argument of function appendTrailingCharIfAbsent must be a one-character string",
                )),
            }
        },
        eval: |c| {
            let (t, last) = (Texts::of(c, 0)?, Texts::of(c, 1)?);
            build(c.rows, |r, out| {
                let s = t.get(r);
                out.extend_from_slice(s);
                if !s.is_empty() && !s.ends_with(last.get(r)) {
                    out.extend_from_slice(last.get(r));
                }
                Ok(())
            })
        },
        ..BASE
    },
    tokens!("splitByWhitespace", "Parts between white space.", |s| s
        .split(|b| b" \t\n\r\x0b\x0c".contains(b))
        .filter(|p| !p.is_empty())),
    tokens!("splitByNonAlpha", "Parts between white space and punctuation.", |s| s
        .split(|b| b.is_ascii_punctuation() || b" \t\n\r\x0b\x0c".contains(b))
        .filter(|p| !p.is_empty())),
    tokens!("alphaTokens", "Runs of ASCII letters.", |s| s
        .split(|b| !b.is_ascii_alphabetic())
        .filter(|p| !p.is_empty())),
    Function {
        name: "extractGroups",
        syntax: "extractGroups(s, pattern)",
        description: "The groups of the first match.",
        examples: &["SELECT extractGroups('a1', '([a-z])([0-9])')"],
        infer: |a| group_type(a, "extractGroups").map(|()| Type::array(Type::String)),
        eval: |c| {
            let regex = grouped(c, "extractGroups")?;
            lists(c, 0, |s, out| {
                if let Some(m) = regex.captures(s) {
                    out.extend(m.iter().skip(1).map(|g| g.map_or(&b""[..], |g| g.as_bytes())));
                }
            })
        },
        ..SEARCH
    },
    Function {
        name: "extractAllGroupsVertical",
        aliases: &["extractAllGroups"],
        syntax: "extractAllGroupsVertical(s, pattern)",
        description: "For each match, its groups.",
        examples: &["SELECT extractAllGroupsVertical('a1b2', '([a-z])([0-9])')"],
        infer: |a| group_type(a, "extractAllGroupsVertical").map(|()| Type::array(Type::array(Type::String))),
        eval: |c| all_groups(c, "extractAllGroupsVertical", true),
        ..SEARCH
    },
    Function {
        name: "extractAllGroupsHorizontal",
        syntax: "extractAllGroupsHorizontal(s, pattern)",
        description: "For each group, what it matched.",
        examples: &["SELECT extractAllGroupsHorizontal('a1b2', '([a-z])([0-9])')"],
        infer: |a| group_type(a, "extractAllGroupsHorizontal").map(|()| Type::array(Type::array(Type::String))),
        eval: |c| all_groups(c, "extractAllGroupsHorizontal", false),
        ..SEARCH
    },
    Function {
        name: "countSubstringsCaseInsensitive",
        syntax: "countSubstringsCaseInsensitive(s, needle)",
        description: "Occurrences of the needle in any case, without overlaps.",
        examples: &["SELECT countSubstringsCaseInsensitive('aAa', 'a')"],
        infer: |a| two_texts(a, "countSubstringsCaseInsensitive").map(|_| Type::UInt64),
        eval: |c| {
            let (s, n) = (Texts::of(c, 0)?, Texts::of(c, 1)?);
            Ok(array(
                (0..c.rows)
                    .map(|r| count(&s.get(r).to_ascii_lowercase(), &n.get(r).to_ascii_lowercase()))
                    .collect::<Vec<u64>>(),
            ))
        },
        ..SEARCH
    },
    Function {
        name: "locate",
        case_insensitive: true,
        syntax: "locate(needle, s)",
        description: "Position of the needle from 1, or 0.",
        examples: &["SELECT locate('l', 'hello')"],
        infer: |a| two_texts(a, "locate").map(|_| Type::UInt64),
        eval: |c| {
            let (n, s) = (Texts::of(c, 0)?, Texts::of(c, 1)?);
            Ok(array(
                (0..c.rows)
                    .map(|r| memchr::memmem::find(s.get(r), n.get(r)).map_or(0, |at| at as u64 + 1))
                    .collect::<Vec<u64>>(),
            ))
        },
        ..SEARCH
    },
    needles!(
        "multiSearchFirstIndex",
        false,
        Type::UInt64,
        "Number of the first needle that is found, or 0.",
        first_index
    ),
    needles!(
        "multiSearchFirstIndexCaseInsensitive",
        true,
        Type::UInt64,
        "multiSearchFirstIndex in any case.",
        first_index
    ),
    needles!("multiSearchFirstPosition", false, Type::UInt64, "Leftmost position of any needle, or 0.", first_position),
    needles!(
        "multiSearchFirstPositionCaseInsensitive",
        true,
        Type::UInt64,
        "multiSearchFirstPosition in any case.",
        first_position
    ),
    needles!(
        "multiSearchAllPositions",
        false,
        Type::array(Type::UInt64),
        "Position of each needle, or 0.",
        |at: &[Option<usize>]| Value::Array(at.iter().map(|p| Value::UInt(p.map_or(0, |p| p as u64 + 1))).collect())
    ),
    needles!(
        "multiSearchAllPositionsCaseInsensitive",
        true,
        Type::array(Type::UInt64),
        "multiSearchAllPositions in any case.",
        |at: &[Option<usize>]| Value::Array(at.iter().map(|p| Value::UInt(p.map_or(0, |p| p as u64 + 1))).collect())
    ),
];

fn first_index(at: &[Option<usize>]) -> Value {
    Value::UInt(at.iter().position(Option::is_some).map_or(0, |i| i as u64 + 1))
}
fn first_position(at: &[Option<usize>]) -> Value {
    Value::UInt(at.iter().flatten().min().map_or(0, |p| *p as u64 + 1))
}

fn two_texts(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    Ok(Type::UInt8)
}
fn count_type(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    if args[1].ty.is_integer() { Ok(Type::String) } else { Err(illegal(&args[1].ty, name)) }
}
fn limit_type(arg: Option<&Arg>, name: &str) -> Result<()> {
    match arg {
        Some(a) if !a.ty.is_integer() => Err(illegal(&a.ty, name)),
        Some(a) if a.constant.is_none() => {
            Err(Error::new(Code::IllegalColumn, format!("The number of parts of function {name} must be constant")))
        }
        _ => Ok(()),
    }
}
fn limit(call: &Call<'_>, i: usize) -> Result<usize> {
    if call.args.len() <= i {
        return Ok(usize::MAX);
    }
    let n = vals::<i64>(call, i)?;
    Ok(match if n.is_const() || call.rows > 0 { n.get(0) } else { 0 } {
        n if n > 0 => n as usize,
        _ => usize::MAX,
    })
}

fn pairs(call: &Call<'_>, f: impl Fn(&[u8], &[u8]) -> bool) -> Result<ArrayRef> {
    let (a, b) = (Texts::of(call, 0)?, Texts::of(call, 1)?);
    Ok(flags((0..call.rows).map(|r| f(a.get(r), b.get(r))).collect()))
}

fn count(s: &[u8], needle: &[u8]) -> u64 {
    if needle.is_empty() { 0 } else { memchr::memmem::find_iter(s, needle).count() as u64 }
}

fn characters(call: &Call<'_>, left: bool) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let counts = vals::<i64>(call, 1)?;
    slices(call.rows, |row| {
        let s = texts.get(row);
        let n = counts.get(row);
        let starts: Vec<usize> = s.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(i, _)| i).collect();
        let total = starts.len() as i64;
        let kept = if n >= 0 { n.min(total) } else { total.saturating_add(n).max(0) };
        let places =
            if left { range(starts.len(), 1, Some(kept)) } else { range(starts.len(), total - kept + 1, None) };
        let at = |i: usize| starts.get(i).copied().unwrap_or(s.len());
        if places.is_empty() { b"" } else { s.get(at(places.start)..at(places.end)).unwrap_or_default() }
    })
}

fn substring_index(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, delimiters, counts) = (Texts::of(call, 0)?, Texts::of(call, 1)?, vals::<i64>(call, 2)?);
    slices(call.rows, |row| {
        let (s, delimiter, n) = (texts.get(row), delimiters.get(row), counts.get(row));
        if delimiter.is_empty() || n == 0 {
            return b"";
        }
        if n > 0 {
            let end = memchr::memmem::find_iter(s, delimiter).nth(n as usize - 1);
            s.get(..end.unwrap_or(s.len())).unwrap_or(s)
        } else {
            let mut end = s.len();
            for _ in 0..n.unsigned_abs() {
                match s.get(..end).and_then(|head| memchr::memmem::rfind(head, delimiter)) {
                    Some(at) => end = at,
                    None => return s,
                }
            }
            s.get(end + delimiter.len()..).unwrap_or_default()
        }
    })
}

fn translate_type(args: &[Arg], name: &str) -> Result<Type> {
    args.iter().try_for_each(|a| want_string(&a.ty, name))?;
    if args[1].constant.is_none() || args[2].constant.is_none() {
        return Err(Error::unsupported(format!("{name} with lists of characters that are not constant")));
    }
    Ok(Type::String)
}

fn translate(call: &Call<'_>, utf8: bool) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let list = |i: usize| -> Result<Vec<Vec<u8>>> {
        let Some(Value::Bytes(b)) = call.constant(i)? else { return Ok(Vec::new()) };
        Ok(split(&b, utf8).map(<[u8]>::to_vec).collect())
    };
    let (from, to) = (list(1)?, list(2)?);
    if to.len() > from.len() {
        return Err(Error::new(
            Code::BadArguments,
            "Second and third arguments must be the same length, or the third shorter",
        ));
    }
    let mut map = std::collections::HashMap::new();
    for (i, c) in from.into_iter().enumerate() {
        map.entry(c).or_insert_with(|| to.get(i).cloned().unwrap_or_default());
    }
    build(call.rows, |row, out| {
        for c in split(texts.get(row), utf8) {
            out.extend_from_slice(map.get(c).map_or(c, Vec::as_slice));
        }
        Ok(())
    })
}

/// Bytes or characters.
fn split(s: &[u8], utf8: bool) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at;
        s.get(from)?;
        at += 1;
        while utf8 && s.get(at).is_some_and(|b| b & 0xC0 == 0x80) {
            at += 1;
        }
        s.get(from..at)
    })
}

fn group_type(args: &[Arg], name: &str) -> Result<()> {
    want_string(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    match args[1].constant {
        Some(_) => Ok(()),
        None => Err(Error::new(Code::IllegalColumn, format!("The pattern of function {name} must be constant"))),
    }
}

fn grouped(call: &Call<'_>, name: &str) -> Result<regex::bytes::Regex> {
    let regex = constant_pattern(call, 1)?;
    if regex.captures_len() < 2 {
        return Err(Error::new(Code::BadArguments, format!("There are no groups in regexp of function {name}")));
    }
    Ok(regex)
}

fn all_groups(call: &Call<'_>, name: &str, by_match: bool) -> Result<ArrayRef> {
    let regex = grouped(call, name)?;
    let texts = Texts::of(call, 0)?;
    let groups = regex.captures_len() - 1;
    let mut items = arrow::array::BinaryViewBuilder::new();
    let (mut inner, mut outer, mut items_made) = (Vec::new(), Vec::with_capacity(call.rows), 0);
    for row in 0..call.rows {
        let mut matches: Vec<Vec<&[u8]>> = Vec::new();
        for m in regex.captures_iter(texts.get(row)) {
            super::text::tick_in(texts.get(row), matches.len())?;
            if matches.len().is_multiple_of(4096) {
                crate::expr::meter::room((items_made + matches.len()) * (32 + 48 * groups))?;
            }
            matches.push(m.iter().skip(1).map(|g| g.map_or(&b""[..], |g| g.as_bytes())).collect());
        }
        items_made += matches.len();
        if by_match {
            outer.push(matches.len());
            for m in &matches {
                inner.push(m.len());
                m.iter().for_each(|g| items.append_value(g));
            }
        } else {
            outer.push(groups);
            for g in 0..groups {
                inner.push(matches.len());
                matches.iter().filter_map(|m| m.get(g)).for_each(|g| items.append_value(g));
            }
        }
    }
    let lists = super::text_lists::string_lists(inner, Arc::new(items.finish()))?;
    let field = carrier_field("item", &Type::array(Type::String));
    let outer = ListArray::try_new(field, OffsetBuffer::from_lengths(outer), lists, None);
    Ok(Arc::new(outer.map_err(crate::expr::internal)?))
}

fn needle_types(args: &[Arg], name: &str) -> Result<()> {
    want_string(&args[0].ty, name)?;
    match (&args[1].ty, &args[1].constant) {
        (Type::Array(t), Some(Value::Array(n))) if t.is_string() => {
            if n.len() > 255 {
                let text = format!(
                    "Number of arguments for function {name} doesn't match: passed {}, should be at most 255",
                    n.len()
                );
                return Err(Error::new(Code::NumberOfArgumentsDoesNotMatch, text));
            }
            Ok(())
        }
        (Type::Array(t), None) if t.is_string() => {
            Err(Error::new(Code::IllegalColumn, format!("Needles of {name} must be a constant array")))
        }
        (other, _) => Err(illegal(other, name)),
    }
}

/// `f` of where each needle is found, per row.
fn searched(call: &Call<'_>, any_case: bool, f: impl Fn(&[Option<usize>]) -> Value) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let Some(Value::Array(needles)) = call.constant(1)? else {
        return Err(Error::new(Code::IllegalColumn, "the needles are not constant"));
    };
    let fold = |s: &[u8]| if any_case { s.to_ascii_lowercase() } else { s.to_vec() };
    let needles: Vec<Vec<u8>> = needles.iter().filter_map(Value::as_bytes).map(fold).collect();
    let values: Vec<Value> = (0..call.rows)
        .map(|row| {
            let s = fold(texts.get(row));
            // Nothing is found in an empty text, not even nothing.
            let find = |n: &Vec<u8>| if s.is_empty() { None } else { memchr::memmem::find(&s, n) };
            let places: Vec<Option<usize>> = needles.iter().map(find).collect();
            f(&places)
        })
        .collect();
    olly_types::value::array_of(&values, call.result)
}
