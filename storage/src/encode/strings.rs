//! Pages of byte strings.
//!
//! | tag | form | body |
//! |---|---|---|
//! | 0 | constant | blob |
//! | 1 | plain | integer page of the lengths, the bytes |
//! | 2 | hex | integer page of half the lengths, the bytes that the lowercase hex digits mean |
//! | 3 | number | integer page of the values of canonical decimal texts |
//! | 4 | dictionary | number of values var, string page of the values, integer page of the codes |
//! | 5 | UUID | 16 bytes a value: lowercase 8-4-4-4-12 texts |
//!
//! Invariant: byte exact: "007", "1e3", "-0" and the like are no canonical numbers and stay text.

use super::{Room, ints};
use crate::bytes::{Get, Put};
use crate::error::{Error, Result};
use arrow::array::{BinaryViewArray, make_view};
use arrow::buffer::{Buffer, ScalarBuffer};
use std::collections::HashMap;

/// Appends the page of `n` values.
pub(crate) fn encode(values: &[&[u8]], out: &mut Vec<u8>) {
    encode_with(values, out, true);
}

fn encode_with(values: &[&[u8]], out: &mut Vec<u8>, nested: bool) {
    let Some(&first) = values.first() else {
        out.u8(0);
        out.blob(b"");
        return;
    };
    if values.iter().all(|v| *v == first) {
        out.u8(0);
        out.blob(first);
        return;
    }
    if nested && let Some((distinct, codes)) = few_distinct(values) {
        out.u8(4);
        out.var(distinct.len() as u64);
        encode_with(&distinct, out, false);
        ints::encode(&codes, out);
        return;
    }
    if let Some(numbers) = values.iter().map(|v| canonical_number(v)).collect::<Option<Vec<u64>>>() {
        out.u8(3);
        ints::encode(&numbers, out);
        return;
    }
    if values.iter().all(|v| is_uuid(v)) {
        out.u8(5);
        for v in values {
            out.extend(v.split(|b| *b == b'-').flat_map(unhex));
        }
        return;
    }
    if values.iter().all(|v| v.len() % 2 == 0 && v.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))) {
        out.u8(2);
        ints::encode(&values.iter().map(|v| v.len() as u64 / 2).collect::<Vec<_>>(), out);
        for v in values {
            out.extend(unhex(v));
        }
        return;
    }
    out.u8(1);
    ints::encode(&values.iter().map(|v| v.len() as u64).collect::<Vec<_>>(), out);
    for v in values {
        out.extend_from_slice(v);
    }
}

/// Distinct values in order of first use and the codes, where a dictionary is smaller.
fn few_distinct<'a>(values: &[&'a [u8]]) -> Option<(Vec<&'a [u8]>, Vec<u64>)> {
    let most = values.len() / 3;
    let mut seen: HashMap<&[u8], u64, xxhash_rust::xxh3::Xxh3DefaultBuilder> = HashMap::default();
    let mut distinct = Vec::new();
    let mut codes = Vec::with_capacity(values.len());
    for v in values {
        let next = distinct.len() as u64;
        let code = *seen.entry(v).or_insert(next);
        if code == next {
            distinct.push(*v);
            if distinct.len() > most {
                return None;
            }
        }
        codes.push(code);
    }
    Some((distinct, codes))
}

/// The number that a text means, if writing the number gives the text back.
fn canonical_number(text: &[u8]) -> Option<u64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || digits.len() > 18 || (digits.first() == Some(&b'0') && (digits.len() > 1 || negative)) {
        return None;
    }
    let mut n = 0i64;
    for d in digits {
        if !d.is_ascii_digit() {
            return None;
        }
        n = n * 10 + i64::from(d - b'0');
    }
    Some((if negative { -n } else { n }) as u64)
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}

fn unhex(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let digit = |b: u8| if b <= b'9' { b.wrapping_sub(b'0') } else { b.wrapping_sub(b'a' - 10) };
    text.chunks_exact(2).map(move |two| match two {
        [a, b] => digit(*a) << 4 | digit(*b),
        _ => 0,
    })
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn push_hex(bytes: &[u8], out: &mut Vec<u8>) {
    for b in bytes {
        out.push(DIGITS[usize::from(b >> 4)]);
        out.push(DIGITS[usize::from(b & 15)]);
    }
}

/// A page's values, as views over one buffer.
pub(crate) struct Strings {
    pub views: Vec<u128>,
    pub data: Vec<u8>,
}

impl Strings {
    /// One view for each length, over `data` in order.
    fn lengths(lengths: impl Iterator<Item = usize>, data: Vec<u8>, n: usize) -> Result<Strings> {
        let mut views = Vec::with_capacity(n);
        let mut at = 0usize;
        for length in lengths {
            let end = at.saturating_add(length);
            let v = data.get(at..end).ok_or_else(|| Error::damaged("string bytes", "too few"))?;
            views.push(make_view(v, 0, at as u32));
            at = end;
        }
        Ok(Strings { views, data })
    }

    /// The values as an array without nulls.
    pub fn array(self) -> BinaryViewArray {
        let buffers = if self.data.is_empty() { vec![] } else { vec![Buffer::from_vec(self.data)] };
        let views = ScalarBuffer::from(self.views);
        // SAFETY: each view was made by `make_view` from bytes at its offset in the one buffer.
        unsafe { BinaryViewArray::new_unchecked(views, buffers, None) }
    }
}

/// Reads a page of `n` values; the caller has bounded `n`, `room` bounds the bytes.
pub(crate) fn decode(get: &mut Get<'_>, n: usize, room: &mut Room) -> Result<Strings> {
    decode_with(get, n, room, true)
}

fn decode_with(get: &mut Get<'_>, n: usize, room: &mut Room, nested: bool) -> Result<Strings> {
    room.take(n, 24)?;
    let tag = get.u8()?;
    match tag {
        0 => {
            let v = get.blob()?;
            room.take(v.len(), 1)?;
            let data = if v.len() > 12 { v.to_vec() } else { Vec::new() };
            Ok(Strings { views: vec![make_view(v, 0, 0); n], data })
        }
        1 => {
            let lengths = ints::decode(get, n)?;
            let total = sum(&lengths)?;
            room.take(total, 1)?;
            let data = get.take(total)?.to_vec();
            Strings::lengths(lengths.iter().map(|l| *l as usize), data, n)
        }
        2 => {
            let lengths = ints::decode(get, n)?;
            let total = sum(&lengths)?;
            room.take(total, 2)?;
            let mut data = Vec::with_capacity(total * 2);
            push_hex(get.take(total)?, &mut data);
            Strings::lengths(lengths.iter().map(|l| *l as usize * 2), data, n)
        }
        3 => {
            let numbers = ints::decode(get, n)?;
            room.take(n, 20)?;
            let mut data = Vec::new();
            let mut lengths = Vec::with_capacity(n);
            for v in numbers {
                let before = data.len();
                put_number(v as i64, &mut data);
                lengths.push(data.len() - before);
            }
            Strings::lengths(lengths.into_iter(), data, n)
        }
        4 if nested => {
            let k = get.count_upto(n)?;
            let values = decode_with(get, k, room, false)?;
            let codes = ints::decode(get, n)?;
            let mut views = Vec::with_capacity(n);
            for code in codes {
                let view = usize::try_from(code).ok().and_then(|c| values.views.get(c));
                views.push(*view.ok_or_else(|| Error::damaged(format!("a code below {k}"), code.to_string()))?);
            }
            Ok(Strings { views, data: values.data })
        }
        5 => {
            room.take(n, 36)?;
            let raw = get.take(n.saturating_mul(16))?;
            let mut data = Vec::with_capacity(n * 36);
            for uuid in raw.chunks_exact(16) {
                for (i, part) in uuid.chunks(2).enumerate() {
                    if matches!(i, 2..=5) {
                        data.push(b'-');
                    }
                    push_hex(part, &mut data);
                }
            }
            Strings::lengths(std::iter::repeat_n(36, n), data, n)
        }
        _ => Err(Error::damaged("a string page tag of at most 5", tag.to_string())),
    }
}

fn put_number(n: i64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        if let Some(d) = digits.get_mut(at) {
            *d = b'0' + (rest % 10) as u8;
        }
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(digits.get(at..).unwrap_or_default());
}

fn sum(lengths: &[u64]) -> Result<usize> {
    let mut total = 0u64;
    for l in lengths {
        total = total.saturating_add(*l);
    }
    if total > super::MAX_PAGE as u64 {
        return Err(Error::damaged(format!("at most {} bytes", super::MAX_PAGE), total.to_string()));
    }
    Ok(total as usize)
}
