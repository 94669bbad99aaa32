//! Byte strings of an encoded batch.
//!
//! | tag | form | content |
//! |---|---|---|
//! | 0 | plain | lengths as integers, all bytes |
//! | 1 | hex | half the lengths as integers, the bytes that the lower-case hex digits spell (ids of traces and spans) |
//! | 2 | dictionary | varint number of distinct strings, these (plain or hex), codes as integers |
//!
//! Invariant: bytes come back; the form depends on the strings alone.

use super::input::{Input, damaged, put_varint};
use super::ints;
use crate::error::Result;
use std::collections::HashMap;

const PLAIN: u8 = 0;
const HEX: u8 = 1;
const DICTIONARY: u8 = 2;
/// Strings looked at before a dictionary is tried, and how many of them may be distinct.
const SAMPLE: usize = 64;
const SAMPLE_DISTINCT: usize = 40;

/// Decoded strings: offsets (one more than strings, from 0) and bytes.
pub(super) struct Texts {
    pub(super) offsets: Vec<i32>,
    pub(super) bytes: Vec<u8>,
}

/// Appends the strings between `offsets` of `bytes`.
pub(super) fn encode(out: &mut Vec<u8>, offsets: &[i32], bytes: &[u8]) {
    let texts: Vec<&[u8]> = offsets
        .iter()
        .zip(offsets.iter().skip(1))
        .map(|(a, b)| bytes.get(*a as usize..*b as usize).unwrap_or_default())
        .collect();
    if texts.is_empty() {
        return;
    }
    match distinct(&texts) {
        Some((values, codes)) => {
            out.push(DICTIONARY);
            put_varint(out, values.len() as u64);
            encode_values(out, &values);
            ints::encode(out, &codes, 4);
        }
        None => encode_values(out, &texts),
    }
}

/// Distinct strings in order of first use and their numbers, where most strings are repeated.
fn distinct<'a>(texts: &[&'a [u8]]) -> Option<(Vec<&'a [u8]>, Vec<i64>)> {
    let most = texts.len() / 2;
    let mut seen: HashMap<&[u8], i64> = HashMap::new();
    let mut values = Vec::new();
    let mut codes = Vec::with_capacity(texts.len());
    for (i, text) in texts.iter().enumerate() {
        let next = values.len() as i64;
        let code = *seen.entry(text).or_insert(next);
        if code == next {
            values.push(*text);
            if values.len() > most.max(1) || (i < SAMPLE && values.len() > SAMPLE_DISTINCT) {
                return None;
            }
        }
        codes.push(code);
    }
    (texts.len() > 1).then_some((values, codes))
}

fn encode_values(out: &mut Vec<u8>, texts: &[&[u8]]) {
    let hex = texts.iter().any(|t| !t.is_empty()) && texts.iter().all(|t| is_hex(t));
    out.push(if hex { HEX } else { PLAIN });
    let lengths: Vec<i64> = texts.iter().map(|t| t.len() as i64 / if hex { 2 } else { 1 }).collect();
    ints::encode(out, &lengths, 4);
    for t in texts {
        if hex {
            out.extend(
                t.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit_value(*digit))),
            );
        } else {
            out.extend_from_slice(t);
        }
    }
}

fn is_hex(text: &[u8]) -> bool {
    text.len().is_multiple_of(2) && text.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn digit_value(digit: u8) -> u8 {
    if digit <= b'9' { digit.wrapping_sub(b'0') } else { digit.wrapping_sub(b'a' - 10) }
}

/// Reads `n` strings.
pub(super) fn decode(input: &mut Input<'_>, n: usize) -> Result<Texts> {
    let mut out = Texts { offsets: vec![0], bytes: Vec::new() };
    if n == 0 {
        return Ok(out);
    }
    match input.u8()? {
        DICTIONARY => {
            let k = input.count()?;
            let tag = input.u8()?;
            let values = decode_values(input, tag, k)?;
            let codes: Vec<u32> = ints::decode(input, n)?;
            let mut length = 0usize;
            for code in &codes {
                length = length.saturating_add(values.get(*code)?.len());
            }
            input.room(length, 1)?;
            check_length(length)?;
            out.bytes.reserve_exact(length);
            out.offsets.reserve_exact(n);
            for code in codes {
                out.bytes.extend_from_slice(values.get(code)?);
                out.offsets.push(out.bytes.len() as i32);
            }
            Ok(out)
        }
        tag => decode_values(input, tag, n),
    }
}

fn decode_values(input: &mut Input<'_>, tag: u8, n: usize) -> Result<Texts> {
    if tag != PLAIN && tag != HEX {
        return Err(damaged(format!("batch has strings of unknown form {tag}")));
    }
    let digits = if tag == HEX { 2 } else { 1 };
    let lengths: Vec<u32> = ints::decode(input, n)?;
    let mut offsets = Vec::with_capacity(n + 1);
    offsets.push(0);
    let mut total = 0usize;
    for length in lengths {
        total = total.saturating_add((length as usize).saturating_mul(digits));
        check_length(total)?;
        offsets.push(total as i32);
    }
    input.room(total, 1)?;
    let packed = input.take(total / digits)?;
    let bytes = if tag == HEX {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |n: u8| DIGITS.get(usize::from(n)).copied().unwrap_or(0);
        packed.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
    } else {
        packed.to_vec()
    };
    Ok(Texts { offsets, bytes })
}

fn check_length(length: usize) -> Result<()> {
    match i32::try_from(length) {
        Ok(_) => Ok(()),
        Err(_) => Err(damaged(format!("batch has strings of {length} bytes in one column"))),
    }
}

impl Texts {
    fn get(&self, i: u32) -> Result<&[u8]> {
        let missing = || damaged(format!("batch has no string {i}"));
        let i = i as usize;
        let (from, to) = self.offsets.get(i).zip(self.offsets.get(i + 1)).ok_or_else(missing)?;
        self.bytes.get(*from as usize..*to as usize).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size(texts: &[&[u8]]) -> usize {
        let mut offsets = vec![0];
        let mut bytes = Vec::new();
        for t in texts {
            bytes.extend_from_slice(t);
            offsets.push(bytes.len() as i32);
        }
        let mut out = Vec::new();
        encode(&mut out, &offsets, &bytes);
        let back = decode(&mut Input::new(&out, 1 << 24), texts.len()).unwrap();
        assert_eq!((back.offsets, back.bytes), (offsets, bytes));
        out.len()
    }

    #[test]
    fn forms_are_chosen_by_content() {
        let ids: Vec<String> = (0..100u64).map(|i| format!("{:016x}", i.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
        assert!(size(&ids.iter().map(|s| s.as_bytes()).collect::<Vec<_>>()) < 100 * 8 + 10);
        assert!(size(&[b"host".as_slice(); 1000]) < 20);
        let tags: Vec<&[u8]> = (0..1000).map(|i| [b"eu-west".as_slice(), b"us-east", b""][i % 3]).collect();
        assert!(size(&tags) < 300);
        for few in [
            &[b"".as_slice()][..],
            &[b"x"],
            &[b"AB", b"ab"],
            &[b"abc", b"abd"],
            &[b"", b"0a"],
            &[b"\xff\x00"],
            &[b"", b""],
        ] {
            size(few);
        }
    }

    #[test]
    fn lies_end_in_errors() {
        for bytes in [
            &[PLAIN, 1, 0x80, 0x80, 0x80, 0x80, 0x08][..],
            &[DICTIONARY, 1, PLAIN, 1, 2, b'a', 1, 20],
            &[DICTIONARY, 200],
            &[7],
        ] {
            assert!(decode(&mut Input::new(bytes, 1 << 20), 3).is_err());
        }
    }

    proptest! {
        #[test]
        fn strings_come_back(texts in prop::collection::vec(prop_oneof!["[0-9a-f]{0,8}", "[a-c]{0,2}", "\\PC{0,9}"], 0..150)) {
            size(&texts.iter().map(|s| s.as_bytes()).collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..60), n in 0usize..500) {
            let _ = decode(&mut Input::new(&bytes, 1 << 16), n);
        }
    }
}
