//! JSONPath as ClickHouse's SQL/JSON functions take it: `$`, `.name`, `."name"`, `['name']`, `[0]`, `[0 to 2]`, `[0, 2]`, `[*]`.

use super::json_value::Json;
use olly_types::{Code, Error, Result};

pub enum Step {
    Member(Vec<u8>),
    /// Positions from 0: from, and one past the end.
    Ranges(Vec<(usize, usize)>),
    /// `[*]`
    Every,
}

pub struct Path(Vec<Step>);

impl Path {
    /// # Errors
    /// 36 where the text is no path that ClickHouse takes.
    pub fn parse(text: &[u8]) -> Result<Path> {
        parse(text).map(Path).ok_or_else(|| {
            Error::new(Code::BadArguments, format!("Unable to parse JSONPath: {}", String::from_utf8_lossy(text)))
        })
    }
    /// All values that the path leads to, in order.
    pub fn find<'j>(&self, root: &'j Json) -> Vec<&'j Json> {
        let mut found = vec![root];
        for step in &self.0 {
            let mut next = Vec::new();
            for value in found {
                match (step, value) {
                    (Step::Member(name), value) => next.extend(value.member(name, false)),
                    (Step::Every, Json::Array(items)) => next.extend(items),
                    (Step::Ranges(ranges), Json::Array(items)) => {
                        for (from, to) in ranges {
                            next.extend(items.get(*from..(*to).min(items.len())).unwrap_or_default());
                        }
                    }
                    _ => {}
                }
            }
            found = next;
        }
        found
    }
}

fn name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}

fn space(s: &mut &[u8]) {
    while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = s {
        *s = rest;
    }
}

fn quoted(s: &mut &[u8]) -> Option<Vec<u8>> {
    let (quote, rest) = s.split_first()?;
    let end = rest.iter().position(|b| b == quote)?;
    let name = rest.get(..end)?;
    if name.is_empty() || name.contains(&b'\\') {
        return None;
    }
    *s = rest.get(end + 1..)?;
    Some(name.to_vec())
}

fn number(s: &mut &[u8]) -> Option<usize> {
    space(s);
    let end = s.iter().position(|b| !b.is_ascii_digit()).unwrap_or(s.len());
    let (digits, rest) = s.split_at(end);
    *s = rest;
    space(s);
    std::str::from_utf8(digits).ok()?.parse::<u32>().ok().map(|n| n as usize)
}

fn parse(text: &[u8]) -> Option<Vec<Step>> {
    let mut s = text;
    space(&mut s);
    s = s.strip_prefix(b"$")?;
    let mut steps = Vec::new();
    loop {
        space(&mut s);
        match s.split_first() {
            None => return Some(steps),
            Some((b'.', rest)) => {
                s = rest;
                space(&mut s);
                if matches!(s.first(), Some(b'"' | b'`')) {
                    steps.push(Step::Member(quoted(&mut s)?));
                    continue;
                }
                let end = s.iter().position(|b| !name_byte(*b)).unwrap_or(s.len());
                let (name, rest) = s.split_at(end);
                if name.first().is_none_or(u8::is_ascii_digit) {
                    return None;
                }
                steps.push(Step::Member(name.to_vec()));
                s = rest;
            }
            Some((b'[', rest)) => {
                s = rest;
                space(&mut s);
                match s.first()? {
                    b'*' => {
                        s = s.get(1..)?;
                        steps.push(Step::Every);
                    }
                    b'"' | b'\'' => steps.push(Step::Member(quoted(&mut s)?)),
                    _ => {
                        let mut ranges = Vec::new();
                        loop {
                            let from = number(&mut s)?;
                            let mut range = (from, from + 1);
                            if let Some(rest) = s.strip_prefix(b"to") {
                                s = rest;
                                range.1 = number(&mut s)?;
                                if range.1 <= from {
                                    return None;
                                }
                            }
                            ranges.push(range);
                            match s.strip_prefix(b",") {
                                Some(rest) => s = rest,
                                None => break,
                            }
                        }
                        steps.push(Step::Ranges(ranges));
                    }
                }
                space(&mut s);
                s = s.strip_prefix(b"]")?;
            }
            Some(_) => return None,
        }
    }
}
