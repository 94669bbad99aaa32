//! Search in strings: LIKE, regular expressions, positions, tokens, several needles, replacement.

use super::num::*;
use super::text::{Texts, ask, build, want_named, want_string};
use super::text_lists::lists;
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::ArrayRef;
use olly_types::{Code, Error, Result, Type, Value};
use regex::bytes::{Regex, RegexBuilder};
use std::collections::HashMap;

const BASE: Function = Function { family: Family::StringSearch, arity: (2, 2), infer: flag_type, ..FUNCTION };

pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "like",
        case_insensitive: false,
        syntax: "like(s, pattern), s LIKE pattern",
        description: "Whether the string matches a pattern of % and _.",
        examples: &["SELECT like('abc', 'a%')"],
        eval: |c| like(c, false, false),
        ..BASE
    },
    Function {
        name: "notLike",
        syntax: "notLike(s, pattern), s NOT LIKE pattern",
        description: "Whether the string does not match a pattern.",
        examples: &["SELECT notLike('abc', 'a%')"],
        eval: |c| like(c, false, true),
        ..BASE
    },
    Function {
        name: "ilike",
        syntax: "ilike(s, pattern), s ILIKE pattern",
        description: "LIKE in any case.",
        examples: &["SELECT ilike('ABC', 'a%')"],
        eval: |c| like(c, true, false),
        ..BASE
    },
    Function {
        name: "notILike",
        syntax: "notILike(s, pattern), s NOT ILIKE pattern",
        description: "NOT LIKE in any case.",
        examples: &["SELECT notILike('ABC', 'a%')"],
        eval: |c| like(c, true, true),
        ..BASE
    },
    Function {
        name: "match",
        aliases: &["REGEXP_MATCHES"],
        case_insensitive: true,
        syntax: "match(s, pattern)",
        description: "Whether a regular expression (re2) matches anywhere.",
        examples: &["SELECT match('abc', 'b.')"],
        eval: matches,
        ..BASE
    },
    Function {
        name: "position",
        case_insensitive: true,
        arity: (2, 3),
        syntax: "position(s, needle[, start])",
        description: "Byte position of the needle, counted from 1; 0 where absent.",
        examples: &["SELECT position('abc', 'b')"],
        infer: |a| position_type(a, "position"),
        eval: |c| position(c, false, false),
        ..BASE
    },
    Function {
        name: "positionCaseInsensitive",
        aliases: &["instr"],
        arity: (2, 3),
        syntax: "positionCaseInsensitive(s, needle[, start])",
        description: "position in any case.",
        examples: &["SELECT positionCaseInsensitive('abc', 'B')"],
        infer: |a| position_type(a, "positionCaseInsensitive"),
        eval: |c| position(c, true, false),
        ..BASE
    },
    Function {
        name: "positionUTF8",
        arity: (2, 3),
        syntax: "positionUTF8(s, needle[, start])",
        description: "Position in characters.",
        examples: &["SELECT positionUTF8('äb', 'b')"],
        infer: |a| position_type(a, "positionUTF8"),
        eval: |c| position(c, false, true),
        ..BASE
    },
    Function {
        name: "positionCaseInsensitiveUTF8",
        arity: (2, 3),
        syntax: "positionCaseInsensitiveUTF8(s, needle[, start])",
        description: "Position in characters, in any case.",
        examples: &["SELECT positionCaseInsensitiveUTF8('äb', 'B')"],
        infer: |a| position_type(a, "positionCaseInsensitiveUTF8"),
        eval: |c| position(c, true, true),
        ..BASE
    },
    Function {
        name: "countSubstrings",
        arity: (2, 2),
        syntax: "countSubstrings(s, needle)",
        description: "How often the needle occurs without overlap.",
        examples: &["SELECT countSubstrings('aaa', 'a')"],
        infer: |a| position_type(a, "countSubstrings"),
        eval: count_substrings,
        ..BASE
    },
    Function {
        name: "hasToken",
        syntax: "hasToken(s, token)",
        description: "Whether a whole token (letters and digits) occurs.",
        examples: &["SELECT hasToken('a b', 'b')"],
        infer: |a| token_type(a),
        eval: |c| has_token(c, false),
        ..BASE
    },
    Function {
        name: "hasTokenCaseInsensitive",
        syntax: "hasTokenCaseInsensitive(s, token)",
        description: "hasToken in any case of ASCII letters.",
        examples: &["SELECT hasTokenCaseInsensitive('a b', 'B')"],
        infer: |a| token_type(a),
        eval: |c| has_token(c, true),
        ..BASE
    },
    Function {
        name: "multiSearchAny",
        syntax: "multiSearchAny(s, needles)",
        description: "Whether any needle occurs.",
        examples: &["SELECT multiSearchAny('abc', ['x', 'b'])"],
        infer: |a| needles_type(a, "multiSearchAny"),
        eval: |c| multi(c, false),
        ..BASE
    },
    Function {
        name: "multiSearchAnyCaseInsensitive",
        syntax: "multiSearchAnyCaseInsensitive(s, needles)",
        description: "multiSearchAny in any case.",
        examples: &["SELECT multiSearchAnyCaseInsensitive('abc', ['X', 'B'])"],
        infer: |a| needles_type(a, "multiSearchAnyCaseInsensitive"),
        eval: |c| multi(c, true),
        ..BASE
    },
    Function {
        name: "extract",
        arity: (2, 2),
        syntax: "extract(s, pattern)",
        description: "The first match of a regular expression, or of its first group.",
        examples: &["SELECT extract('a=5', 'a=(.)')"],
        infer: |a| string_type(a, "extract"),
        eval: extract,
        ..BASE
    },
    Function {
        name: "extractAll",
        arity: (2, 2),
        syntax: "extractAll(s, pattern)",
        description: "All matches of a regular expression, or of its first group.",
        examples: &["SELECT extractAll('a1b2', '[0-9]')"],
        infer: |a| string_type(a, "extractAll").map(Type::array),
        eval: extract_all,
        ..BASE
    },
    Function {
        name: "splitByRegexp",
        arity: (2, 2),
        syntax: "splitByRegexp(pattern, s)",
        description: "Parts between matches of a regular expression.",
        examples: &["SELECT splitByRegexp('[,;]', 'a,b;c')"],
        infer: |a| string_type(a, "splitByRegexp").map(Type::array),
        eval: split_by_regexp,
        ..BASE
    },
    Function {
        name: "replaceAll",
        aliases: &["replace"],
        case_insensitive: true,
        arity: (3, 3),
        syntax: "replaceAll(s, from, to)",
        description: "Every occurrence replaced.",
        examples: &["SELECT replaceAll('aba', 'a', 'c')"],
        infer: |a| string_type(a, "replaceAll"),
        eval: |c| replace(c, true),
        ..BASE
    },
    Function {
        name: "replaceOne",
        arity: (3, 3),
        syntax: "replaceOne(s, from, to)",
        description: "The first occurrence replaced.",
        examples: &["SELECT replaceOne('aba', 'a', 'c')"],
        infer: |a| string_type(a, "replaceOne"),
        eval: |c| replace(c, false),
        ..BASE
    },
    Function {
        name: "replaceRegexpAll",
        aliases: &["REGEXP_REPLACE"],
        case_insensitive: true,
        arity: (3, 3),
        syntax: "replaceRegexpAll(s, pattern, replacement)",
        description: "Every match replaced; \\0 to \\9 stand for groups.",
        examples: &["SELECT replaceRegexpAll('a1', '[0-9]', 'N')"],
        infer: |a| string_type(a, "replaceRegexpAll"),
        eval: |c| replace_regexp(c, true),
        ..BASE
    },
    Function {
        name: "replaceRegexpOne",
        arity: (3, 3),
        syntax: "replaceRegexpOne(s, pattern, replacement)",
        description: "The first match replaced.",
        examples: &["SELECT replaceRegexpOne('a1b2', '[0-9]', 'N')"],
        infer: |a| string_type(a, "replaceRegexpOne"),
        eval: |c| replace_regexp(c, false),
        ..BASE
    },
];

fn flag_type(args: &[Arg]) -> Result<Type> {
    want_named(&args[0].ty, "like")?;
    want_string(&args[1].ty, "like")?;
    Ok(Type::UInt8)
}

fn string_type(args: &[Arg], name: &str) -> Result<Type> {
    args.iter().try_for_each(|a| want_string(&a.ty, name))?;
    Ok(Type::String)
}

fn position_type(args: &[Arg], name: &str) -> Result<Type> {
    want_named(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    match args.get(2) {
        Some(start) if !start.ty.is_unsigned_integer() => Err(illegal(&start.ty, name)),
        _ => Ok(Type::UInt64),
    }
}

fn token_type(args: &[Arg]) -> Result<Type> {
    flag_type(args)?;
    match &args[1].constant {
        Some(Value::Bytes(b)) if !b.is_empty() && b.iter().all(|b| is_token(*b)) => Ok(Type::UInt8),
        Some(Value::Bytes(b)) if b.is_empty() => {
            Err(Error::new(Code::BadArguments, "Needle cannot be empty, because empty string isn't a token"))
        }
        Some(_) => Err(Error::new(Code::BadArguments, "Needle must not contain whitespace or separator characters")),
        None => Err(Error::new(Code::IllegalColumn, "Argument 'token' of function hasToken must be constant")),
    }
}

fn needles_type(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    match &args[1].ty {
        Type::Array(t) if t.is_string() || **t == Type::Nothing => Ok(Type::UInt8),
        other => Err(illegal(other, name)),
    }
}

/// ASCII letters and digits, and every byte above 127, make up tokens.
fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 128
}

pub(super) fn tokens(s: &[u8]) -> impl Iterator<Item = &[u8]> {
    s.split(|b| !is_token(*b)).filter(|t| !t.is_empty())
}

/// Patterns compiled once per call, however many rows have them.
struct Patterns {
    compile: fn(&[u8]) -> Result<Regex>,
    known: HashMap<Vec<u8>, Regex>,
}

/// Distinct patterns of one call that are kept compiled.
const MAX_PATTERNS: usize = 1_000;

impl Patterns {
    fn new(compile: fn(&[u8]) -> Result<Regex>) -> Patterns {
        Patterns { compile, known: HashMap::new() }
    }
    fn get(&mut self, pattern: &[u8]) -> Result<&Regex> {
        if !self.known.contains_key(pattern) {
            if self.known.len() >= MAX_PATTERNS {
                self.known.clear();
            }
            let regex = (self.compile)(pattern)?;
            self.known.insert(pattern.to_vec(), regex);
        }
        self.known.get(pattern).ok_or_else(|| Error::new(Code::LogicalError, "pattern was not kept"))
    }
}

pub(super) fn regex_of(pattern: &str, any_case: bool) -> Result<Regex> {
    let bad = |e: &dyn std::fmt::Display| {
        Error::new(
            Code::CannotParseRegexp,
            format!("OptimizedRegularExpression: cannot compile re2: {pattern}, error: {e}"),
        )
    };
    // The size limit bounds memory.
    RegexBuilder::new(&super::re2::to_regex(pattern).map_err(|e| bad(&e))?)
        .dot_matches_new_line(true)
        .case_insensitive(any_case)
        .unicode(true)
        .size_limit(16 << 20)
        .build()
        .map_err(|e| bad(&e))
}

fn compile(pattern: &[u8]) -> Result<Regex> {
    regex_of(&String::from_utf8_lossy(pattern), false)
}

/// A LIKE pattern as an anchored regular expression (source: ClickHouse `likePatternToRegexp`).
pub(super) fn like_regex(pattern: &[u8], any_case: bool) -> Result<Regex> {
    let text = String::from_utf8_lossy(pattern);
    let mut out = String::from("^");
    let mut chars = text.chars();
    let mut literal = String::new();
    let flush = |literal: &mut String, out: &mut String| {
        out.push_str(&regex::escape(literal));
        literal.clear();
    };
    while let Some(c) = chars.next() {
        match c {
            '%' => {
                flush(&mut literal, &mut out);
                out.push_str(".*");
            }
            '_' => {
                flush(&mut literal, &mut out);
                out.push('.');
            }
            '\\' => match chars.next() {
                Some(c @ ('%' | '_' | '\\')) => literal.push(c),
                Some(c) => {
                    literal.push('\\');
                    literal.push(c);
                }
                None => {
                    return Err(Error::new(
                        Code::CannotParseEscapeSequence,
                        "Invalid escape sequence at the end of LIKE pattern",
                    ));
                }
            },
            c => literal.push(c),
        }
    }
    flush(&mut literal, &mut out);
    out.push('$');
    regex_of(&out, any_case)
}

/// The needle of `%needle%`, where the pattern is that simple.
fn simple_needle(pattern: &[u8]) -> Option<&[u8]> {
    let inner = pattern.strip_prefix(b"%")?.strip_suffix(b"%")?;
    if inner.iter().any(|b| b"%_\\".contains(b)) { None } else { Some(inner) }
}

fn like(call: &Call<'_>, any_case: bool, not: bool) -> Result<ArrayRef> {
    let (texts, patterns) = (Texts::of(call, 0)?, Texts::of(call, 1)?);
    if patterns.is_const()
        && !any_case
        && let Some(needle) = simple_needle(patterns.get(0))
    {
        let finder = memchr::memmem::Finder::new(needle);
        return Ok(flags((0..call.rows).map(|r| finder.find(texts.get(r)).is_some() != not).collect()));
    }
    let mut compiled = Patterns::new(if any_case { |p| like_regex(p, true) } else { |p| like_regex(p, false) });
    let mut out = Vec::with_capacity(call.rows);
    if patterns.is_const() {
        let regex = compiled.get(patterns.get(0))?;
        out.extend((0..call.rows).map(|r| regex.is_match(texts.get(r)) != not));
    } else {
        for row in 0..call.rows {
            out.push(compiled.get(patterns.get(row))?.is_match(texts.get(row)) != not);
        }
    }
    Ok(flags(out))
}

fn matches(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, patterns) = (Texts::of(call, 0)?, Texts::of(call, 1)?);
    let mut compiled = Patterns::new(compile);
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        out.push(compiled.get(patterns.get(row))?.is_match(texts.get(row)));
    }
    Ok(flags(out))
}

fn folded(s: &[u8], utf8: bool) -> Vec<u8> {
    if utf8 { String::from_utf8_lossy(s).to_lowercase().into_bytes() } else { s.to_ascii_lowercase() }
}

fn position(call: &Call<'_>, any_case: bool, utf8: bool) -> Result<ArrayRef> {
    let (texts, needles) = (Texts::of(call, 0)?, Texts::of(call, 1)?);
    let starts = if call.args.len() > 2 { vals::<u64>(call, 2)? } else { Vals::One(0) };
    let mut out = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (s, needle) = (texts.get(row), needles.get(row));
        let (s, needle) =
            if any_case { (folded(s, utf8), folded(needle, utf8)) } else { (s.to_vec(), needle.to_vec()) };
        let mut skip = starts.get(row).saturating_sub(1) as usize;
        if utf8 && skip > 0 {
            skip = s.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).nth(skip).map_or(s.len() + 1, |(i, _)| i);
        }
        let found = match s.get(skip..) {
            Some(tail) => memchr::memmem::find(tail, &needle).map(|at| at + skip),
            None => None,
        };
        out.push(match found {
            Some(at) if utf8 => s[..at].iter().filter(|b| **b & 0xC0 != 0x80).count() as u64 + 1,
            Some(at) => at as u64 + 1,
            None => 0,
        });
    }
    Ok(array(out))
}

fn count_substrings(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, needles) = (Texts::of(call, 0)?, Texts::of(call, 1)?);
    let count = |r: usize| match needles.get(r) {
        b"" => 0,
        needle => memchr::memmem::find_iter(texts.get(r), needle).count() as u64,
    };
    Ok(array((0..call.rows).map(count).collect::<Vec<u64>>()))
}

fn has_token(call: &Call<'_>, any_case: bool) -> Result<ArrayRef> {
    let (texts, needles) = (Texts::of(call, 0)?, Texts::of(call, 1)?);
    let fold = |s: &[u8]| if any_case { s.to_ascii_lowercase() } else { s.to_vec() };
    let needle = if call.rows > 0 || needles.is_const() { fold(needles.get(0)) } else { Vec::new() };
    let finder = memchr::memmem::Finder::new(&needle);
    let whole = |s: &[u8]| {
        finder.find_iter(s).any(|at| {
            let before = at.checked_sub(1).and_then(|i| s.get(i));
            let after = s.get(at + needle.len());
            !before.is_some_and(|b| is_token(*b)) && !after.is_some_and(|b| is_token(*b))
        })
    };
    Ok(flags((0..call.rows).map(|r| if any_case { whole(&fold(texts.get(r))) } else { whole(texts.get(r)) }).collect()))
}

fn multi(call: &Call<'_>, any_case: bool) -> Result<ArrayRef> {
    let texts = Texts::of(call, 0)?;
    let Some(Value::Array(needles)) = call.constant(1)? else {
        return Err(Error::new(Code::IllegalColumn, "Needles of multiSearchAny must be a constant array"));
    };
    let needles: Vec<&[u8]> = needles.iter().filter_map(Value::as_bytes).collect();
    if needles.len() > 255 {
        return Err(Error::new(
            Code::NumberOfArgumentsDoesNotMatch,
            format!(
                "Number of arguments for function multiSearchAny doesn't match: passed {}, should be at most 255",
                needles.len()
            ),
        ));
    }
    let automaton = aho_corasick::AhoCorasick::builder()
        .ascii_case_insensitive(any_case)
        .build(needles)
        .map_err(|e| Error::new(Code::BadArguments, e.to_string()))?;
    Ok(flags((0..call.rows).map(|r| !texts.get(r).is_empty() && automaton.is_match(texts.get(r))).collect()))
}

fn found<'a>(regex: &Regex, s: &'a [u8]) -> Option<&'a [u8]> {
    let groups = regex.captures(s)?;
    groups.get(if regex.captures_len() > 1 { 1 } else { 0 }).map(|m| m.as_bytes()).or(Some(b""))
}

fn extract(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, patterns) = (Texts::of(call, 0)?, Texts::of(call, 1)?);
    let mut compiled = Patterns::new(compile);
    build(call.rows, |row, out| {
        if let Some(m) = found(compiled.get(patterns.get(row))?, texts.get(row)) {
            out.extend_from_slice(m);
        }
        Ok(())
    })
}

pub(super) fn constant_pattern(call: &Call<'_>, i: usize) -> Result<Regex> {
    match call.constant(i)? {
        Some(Value::Bytes(b)) => compile(&b),
        _ => Err(Error::new(Code::IllegalColumn, "The regular expression must be a constant")),
    }
}

fn extract_all(call: &Call<'_>) -> Result<ArrayRef> {
    let regex = constant_pattern(call, 1)?;
    let group = usize::from(regex.captures_len() > 1);
    lists(call, 0, |s, out| {
        out.extend(
            regex
                .captures_iter(s)
                .filter(|c| c.get(0).is_some_and(|m| !m.is_empty()))
                .map(|c| c.get(group).map_or(&b""[..], |m| m.as_bytes())),
        );
    })
}

fn split_by_regexp(call: &Call<'_>) -> Result<ArrayRef> {
    let regex = constant_pattern(call, 0)?;
    let characters = regex.as_str().is_empty();
    lists(call, 1, |s, out| {
        if characters {
            out.extend(s.iter().map(|b| [*b]));
        } else {
            out.extend(regex.split(s));
        }
    })
}

fn replace(call: &Call<'_>, all: bool) -> Result<ArrayRef> {
    let (texts, from, to) = (Texts::of(call, 0)?, Texts::of(call, 1)?, Texts::of(call, 2)?);
    build(call.rows, |row, out| {
        let (s, needle) = (texts.get(row), from.get(row));
        let (mut start, mut asked) = (0, 0);
        if !needle.is_empty() {
            for at in memchr::memmem::find_iter(s, needle).take(if all { usize::MAX } else { 1 }) {
                out.extend_from_slice(&s[start..at]);
                out.extend_from_slice(to.get(row));
                start = at + needle.len();
                ask(out, &mut asked)?;
            }
        }
        out.extend_from_slice(&s[start..]);
        Ok(())
    })
}

fn replace_regexp(call: &Call<'_>, all: bool) -> Result<ArrayRef> {
    let (texts, patterns, to) = (Texts::of(call, 0)?, Texts::of(call, 1)?, Texts::of(call, 2)?);
    let mut compiled = Patterns::new(compile);
    build(call.rows, |row, out| {
        let regex = compiled.get(patterns.get(row))?;
        let (s, replacement) = (texts.get(row), to.get(row));
        if patterns.get(row).is_empty() {
            out.extend_from_slice(s);
            return Ok(());
        }
        // An empty match right after another one counts, and the search goes on a byte later.
        let (mut start, mut at, mut asked, mut step) = (0, 0, 0, 0);
        while at <= s.len() {
            super::text::tick_in(s, step)?;
            step += 1;
            let Some(groups) = regex.captures_at(s, at) else { break };
            let Some(whole) = groups.get(0) else { break };
            ask(out, &mut asked)?;
            out.extend_from_slice(&s[start..whole.start()]);
            start = whole.end();
            at = if !all {
                usize::MAX
            } else if whole.is_empty() {
                whole.end() + 1
            } else {
                whole.end()
            };
            let mut chars = replacement.iter().copied().peekable();
            while let Some(b) = chars.next() {
                match (b, chars.peek().copied()) {
                    (b'\\', Some(d @ b'0'..=b'9')) => {
                        chars.next();
                        let group = usize::from(d - b'0');
                        if group >= regex.captures_len() {
                            let text = format!(
                                "Id {group} in replacement string is an invalid substitution, regexp has only {} capturing groups",
                                regex.captures_len() - 1
                            );
                            return Err(Error::new(Code::BadArguments, text));
                        }
                        out.extend_from_slice(groups.get(group).map_or(b"", |m| m.as_bytes()));
                    }
                    (b'\\', Some(b'\\')) => {
                        chars.next();
                        out.push(b'\\');
                    }
                    _ => out.push(b),
                }
            }
        }
        out.extend_from_slice(&s[start..]);
        Ok(())
    })
}
