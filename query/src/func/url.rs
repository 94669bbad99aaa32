//! Parts of URLs. Everything is found by a walk over bytes, without validation, as ClickHouse does it: a function never
//! fails on a text that is no URL.

use super::num::*;
use super::text::{Texts, build, slices, want_string};
use super::text_lists::{Parts, lists};
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::ArrayRef;
use olly_types::{Result, Type};

const BASE: Function = Function { family: Family::Url, arity: (1, 1), ..FUNCTION };

macro_rules! part {
    ($name:literal, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(url)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('http://www.example.com:80/a/b?c=1#d')")],
            infer: |a| want_string(&a[0].ty, $name).map(|()| Type::String),
            eval: |c| {
                let t = Texts::of(c, 0)?;
                slices(c.rows, |r| $f(t.get(r)))
            },
            ..BASE
        }
    };
}
macro_rules! cut {
    ($name:literal, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(url)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('http://www.example.com:80/a/b?c=1#d')")],
            infer: |a| want_string(&a[0].ty, $name).map(|()| Type::String),
            eval: |c| {
                let t = Texts::of(c, 0)?;
                build(c.rows, |r, out| {
                    let s = t.get(r);
                    let range: std::ops::Range<usize> = $f(s);
                    out.extend_from_slice(s.get(..range.start).unwrap_or(s));
                    out.extend_from_slice(s.get(range.end..).unwrap_or_default());
                    Ok(())
                })
            },
            ..BASE
        }
    };
}
macro_rules! recode {
    ($name:literal, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(s)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('a b%20c')")],
            infer: |a| want_string(&a[0].ty, $name).map(|()| Type::String),
            eval: |c| {
                let t = Texts::of(c, 0)?;
                build(c.rows, |r, out| {
                    $f(t.get(r), out);
                    Ok(())
                })
            },
            ..BASE
        }
    };
}
macro_rules! list {
    ($name:literal, $doc:literal, $f:expr) => {
        Function {
            name: $name,
            syntax: concat!($name, "(url)"),
            description: $doc,
            examples: &[concat!("SELECT ", $name, "('http://www.example.com:80/a/b?c=1#d')")],
            infer: |a| want_string(&a[0].ty, $name).map(|()| Type::array(Type::String)),
            eval: |c| lists(c, 0, $f),
            ..BASE
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    part!("protocol", "The scheme.", protocol),
    part!("domain", "The host.", host),
    part!("domainWithoutWWW", "The host without a leading `www.`.", bare_host),
    part!("topLevelDomain", "The last label of the host.", top_level),
    part!("firstSignificantSubdomain", "The label below the top level, and below com, net, org and co.", |s| {
        significant(s, false)
    }),
    part!("cutToFirstSignificantSubdomain", "The host from the first significant label on.", |s| significant(s, true)),
    part!("path", "The path without the query.", path),
    part!("pathFull", "The path with query and fragment.", path_full),
    part!("queryString", "What stands between `?` and `#`.", |s| {
        let s: &[u8] = s;
        let r = query(s);
        s.get(r.start..r.end).unwrap_or_default().get(1..).unwrap_or_default()
    }),
    part!("fragment", "What stands behind `#`.", |s| {
        let s: &[u8] = s;
        let r = fragment(s);
        s.get(r.start..).unwrap_or_default().get(1..).unwrap_or_default()
    }),
    part!("queryStringAndFragment", "What stands behind `?`, or the fragment.", |s| {
        let s: &[u8] = s;
        let tail = s.get(query_or_fragment(s)..).unwrap_or_default();
        tail.strip_prefix(b"?").unwrap_or(tail)
    }),
    cut!("cutQueryString", "Without `?` and the query.", query),
    cut!("cutFragment", "Without `#` and the fragment.", fragment),
    cut!("cutQueryStringAndFragment", "Without query and fragment.", |s: &[u8]| query_or_fragment(s)..s.len()),
    cut!("cutWWW", "Without a `www.` at the start of the host.", www),
    recode!("decodeURLComponent", "`%XX` decoded.", |s, out| decode(s, false, out)),
    recode!("decodeURLFormComponent", "`%XX` and `+` decoded.", |s, out| decode(s, true, out)),
    recode!("encodeURLComponent", "Bytes but letters, digits, `-_.~` as `%XX`.", |s, out| encode(s, false, out)),
    recode!("encodeURLFormComponent", "As encodeURLComponent, spaces as `+`.", |s, out| encode(s, true, out)),
    list!("extractURLParameters", "Parameters as `name=value`.", |s, out| out
        .extend(parameters(s).map(<[u8]>::to_vec))),
    list!("extractURLParameterNames", "Names of the parameters.", names),
    list!("URLHierarchy", "The URL cut at each `/`, `?` and `#`.", |s, out| hierarchy(s, false, out)),
    list!("URLPathHierarchy", "The path cut at each `/`, `?` and `#`.", |s, out| hierarchy(s, true, out)),
    Function {
        name: "port",
        arity: (1, 2),
        syntax: "port(url[, default])",
        description: "The port, or the default where there is none.",
        examples: &["SELECT port('http://example.com:80/')"],
        infer: |a| {
            want_string(&a[0].ty, "port")?;
            match a.get(1) {
                Some(d) if d.ty != Type::UInt16 => Err(illegal(&d.ty, "port")),
                _ => Ok(Type::UInt16),
            }
        },
        eval: |c| {
            let t = Texts::of(c, 0)?;
            let default = if c.args.len() > 1 { vals::<u16>(c, 1)? } else { Vals::One(0) };
            Ok(array((0..c.rows).map(|r| port(t.get(r)).unwrap_or(default.get(r))).collect::<Vec<u16>>()))
        },
        ..BASE
    },
    Function {
        name: "extractURLParameter",
        arity: (2, 2),
        syntax: "extractURLParameter(url, name)",
        description: "Value of the first parameter of the name.",
        examples: &["SELECT extractURLParameter('http://e.com/?a=1', 'a')"],
        infer: |a| two(a, "extractURLParameter"),
        eval: |c| {
            let (t, n) = (Texts::of(c, 0)?, Texts::of(c, 1)?);
            slices(c.rows, |r| {
                let s = t.get(r);
                parameter(s, n.get(r)).and_then(|(_, v)| s.get(v)).unwrap_or_default()
            })
        },
        ..BASE
    },
    Function {
        name: "cutURLParameter",
        arity: (2, 2),
        syntax: "cutURLParameter(url, name or names)",
        description: "Without the parameters of the names.",
        examples: &["SELECT cutURLParameter('http://e.com/?a=1&b=2', 'a')"],
        infer: |a| {
            want_string(&a[0].ty, "cutURLParameter")?;
            match &a[1].ty {
                Type::Array(t) if t.is_string() => Ok(Type::String),
                t => want_string(t, "cutURLParameter").map(|()| Type::String),
            }
        },
        eval: cut_parameters,
        ..BASE
    },
];

fn two(args: &[Arg], name: &str) -> Result<Type> {
    want_string(&args[0].ty, name)?;
    want_string(&args[1].ty, name)?;
    Ok(Type::String)
}

/// Position of the first of some bytes from `from` on, or the length.
fn first_of(s: &[u8], from: usize, any: &[u8]) -> usize {
    s.get(from..).and_then(|t| t.iter().position(|b| any.contains(b))).map_or(s.len(), |at| at + from)
}

fn protocol(s: &[u8]) -> &[u8] {
    let end = s.iter().position(|b| !(b.is_ascii_alphanumeric() || b"+-.".contains(b))).unwrap_or(s.len());
    let starts = s.first().is_some_and(u8::is_ascii_alphabetic);
    if starts && s.get(end) == Some(&b':') { s.get(..end).unwrap_or_default() } else { b"" }
}

const NOT_IN_HOSTS: &[u8] = b" \t<>%{}|\\^~[];=&";

/// Where the host stands.
fn host_range(s: &[u8]) -> Option<std::ops::Range<usize>> {
    if s.is_empty() || s.ends_with(b".") {
        return None;
    }
    let mut at = 0;
    if s.starts_with(b"//") {
        at = 2;
    } else {
        let limit = s.len().min(16);
        let mut i = 1;
        while let Some(b) = s.get(i).filter(|_| i < limit) {
            if NOT_IN_HOSTS.contains(b) {
                return None;
            }
            if !(b.is_ascii_alphanumeric() || b".-+".contains(b)) {
                break;
            }
            i += 1;
        }
        if s.get(i..).is_some_and(|t| t.starts_with(b"://")) {
            at = i + 3;
        }
    }
    let (mut start, mut dot) = (at, None);
    let mut end = s.len();
    for (i, b) in s.iter().enumerate().skip(at) {
        match b {
            b'.' => dot = Some(i),
            b':' | b'/' | b'?' | b'#' => {
                end = i;
                break;
            }
            b'@' => start = i + 1,
            b if NOT_IN_HOSTS.contains(b) => return None,
            _ => {}
        }
    }
    let dot = dot?;
    if start == end || dot + 1 >= end { None } else { Some(start..end) }
}

fn host(s: &[u8]) -> &[u8] {
    host_range(s).and_then(|r| s.get(r)).unwrap_or_default()
}
fn bare_host(s: &[u8]) -> &[u8] {
    let host = host(s);
    host.strip_prefix(b"www.").unwrap_or(host)
}
fn top_level(s: &[u8]) -> &[u8] {
    let host = host(s);
    match host.iter().rposition(|b| *b == b'.').and_then(|at| host.get(at + 1..)) {
        Some(label) if !label.first().is_some_and(u8::is_ascii_digit) => label,
        _ => b"",
    }
}
fn significant(s: &[u8], to_end: bool) -> &[u8] {
    let host = bare_host(s);
    let dots: Vec<usize> = host.iter().enumerate().rev().filter(|(_, b)| **b == b'.').map(|(i, _)| i).take(3).collect();
    let (from, to) = match dots.as_slice() {
        [] => return b"",
        [one] => (0, *one),
        [last, second, rest @ ..] => {
            let general = matches!(host.get(*second..*last), Some(b".com" | b".co" | b".org" | b".net"));
            if general { (rest.first().map_or(0, |d| d + 1), *second) } else { (second + 1, *last) }
        }
    };
    if from >= to {
        return b"";
    }
    host.get(from..if to_end { host.len() } else { to }).unwrap_or_default()
}

fn port(s: &[u8]) -> Option<u16> {
    let digits = s.get(host_range(s)?.end..)?.strip_prefix(b":")?;
    let digits = digits.get(..first_of(digits, 0, b"/?#"))?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn path_start(s: &[u8]) -> usize {
    let slash = first_of(s, 0, b"/");
    if s.get(slash + 1) == Some(&b'/') { first_of(s, slash + 2, b"/") } else { slash }
}
fn path(s: &[u8]) -> &[u8] {
    let from = path_start(s);
    s.get(from..first_of(s, from, b"?#")).unwrap_or_default()
}
fn path_full(s: &[u8]) -> &[u8] {
    s.get(path_start(s)..).unwrap_or_default()
}
/// `?` and the query.
fn query(s: &[u8]) -> std::ops::Range<usize> {
    let from = first_of(s, 0, b"?");
    from..first_of(s, from, b"#")
}
fn fragment(s: &[u8]) -> std::ops::Range<usize> {
    first_of(s, 0, b"#")..s.len()
}
/// Where the query starts, or the fragment where there is none.
fn query_or_fragment(s: &[u8]) -> usize {
    match first_of(s, 0, b"?") {
        at if at < s.len() => at,
        _ => first_of(s, 0, b"#"),
    }
}
fn www(s: &[u8]) -> std::ops::Range<usize> {
    match memchr::memmem::find(s, b"//") {
        Some(at) if s.get(at + 2..).is_some_and(|t| t.starts_with(b"www.")) => at + 2..at + 6,
        _ => 0..0,
    }
}

fn decode(s: &[u8], form: bool, out: &mut Vec<u8>) {
    let mut i = 0;
    while let Some(b) = s.get(i) {
        let digit = |at: usize| s.get(at).and_then(|d| char::from(*d).to_digit(16));
        match (b, digit(i + 1), digit(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                i += 2;
            }
            (b'+', ..) if form => out.push(b' '),
            _ => out.push(*b),
        }
        i += 1;
    }
}
fn encode(s: &[u8], form: bool, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for b in s {
        match b {
            b' ' if form => out.push(b'+'),
            b if b.is_ascii_alphanumeric() || b"-_.~".contains(b) => out.push(*b),
            b => out.extend([b'%', HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]),
        }
    }
}

/// What stands behind the first `?` or `#`.
fn parameters_start(s: &[u8]) -> Option<usize> {
    let at = first_of(s, 0, b"?#") + 1;
    (at < s.len()).then_some(at)
}
/// Each up to `&` or `#`; the last one counts only where it has a `=`.
fn parameters(s: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = parameters_start(s).unwrap_or(s.len());
    std::iter::from_fn(move || {
        let end = first_of(s, at, b"=&#");
        if end >= s.len() {
            return None;
        }
        let end = first_of(s, end, b"&#");
        let parameter = s.get(at..end);
        at = end + 1;
        parameter
    })
}
fn names(s: &[u8], out: &mut Parts) {
    let Some(mut at) = parameters_start(s) else { return };
    loop {
        let end = first_of(s, at, b"=&#");
        if end >= s.len() {
            return;
        }
        out.push(s.get(at..end).unwrap_or_default());
        at = first_of(s, end, b"&#") + 1;
        if at > s.len() {
            return;
        }
    }
}
/// Where a parameter's name and its value start and end.
fn parameter(s: &[u8], name: &[u8]) -> Option<(usize, std::ops::Range<usize>)> {
    let mut at = parameters_start(s)?;
    while at < s.len() {
        let value = s.get(at..).and_then(|t| t.strip_prefix(name)).and_then(|t| t.strip_prefix(b"="));
        if let Some(value) = value {
            let from = s.len() - value.len();
            return Some((at, from..first_of(s, from, b"&#")));
        }
        at = first_of(s, at, b"&#") + 1;
    }
    None
}
fn cut_parameter(s: &mut Vec<u8>, name: &[u8]) {
    let Some((mut from, value)) = parameter(s, name) else { return };
    let mut to = value.end;
    if s.get(to) == Some(&b'&') {
        to += 1;
    } else if s.get(from - 1) == Some(&b'&') {
        from -= 1;
    }
    s.drain(from..to);
}
fn cut_parameters(call: &Call<'_>) -> Result<ArrayRef> {
    use arrow::array::AsArray;
    let t = Texts::of(call, 0)?;
    if call.types[1].is_string() {
        let n = Texts::of(call, 1)?;
        return build(call.rows, |r, out| {
            out.extend_from_slice(t.get(r));
            cut_parameter(out, n.get(r));
            Ok(())
        });
    }
    let lists = call.array(1)?;
    let lists = lists.as_list::<i32>();
    build(call.rows, |r, out| {
        out.extend_from_slice(t.get(r));
        for name in lists.value(r).as_binary_view().iter().flatten() {
            cut_parameter(out, name);
        }
        Ok(())
    })
}

fn hierarchy(s: &[u8], of_path: bool, out: &mut Parts) {
    if s.is_empty() {
        return;
    }
    let scheme =
        s.iter().position(|b| !(b' '..=b'~').contains(b) || b":/?#".contains(b) || *b == b' ').unwrap_or(s.len());
    let plain = !s.get(scheme..).is_some_and(|t| t.starts_with(b"://"));
    let mut at;
    let start;
    if plain {
        if of_path {
            return;
        }
        at = s.len();
        start = 0;
    } else {
        let slash = first_of(s, scheme + 3, b"/");
        start = if of_path { slash } else { 0 };
        at = (slash + 1).min(s.len());
    }
    if !of_path {
        out.push(s.get(..at).unwrap_or(s));
    }
    while at < s.len() {
        while s.get(at).is_some_and(|b| b"/?#".contains(b)) {
            at += 1;
        }
        if at >= s.len() && !of_path {
            out.push(s);
            return;
        }
        at = (first_of(s, at, b"/?#") + 1).min(s.len());
        out.push(s.get(start..at).unwrap_or_default());
    }
}
