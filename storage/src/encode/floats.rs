//! Pages of floats, as their bits. Every bit pattern comes back: -0, infinities and NaN payloads included.
//!
//! | tag | form | body |
//! |---|---|---|
//! | 0 | bits | integer page of the bit patterns |
//! | 1 | decimal | one exponent u8 per block of 256, number of exceptions var, length and integer page of v·10^e, exceptions: position var (difference), bits u64 |
//! | 2 | Gorilla | bit stream of XORs (Pelkonen et al., "Gorilla", VLDB 2015) |
//!
//! Invariant: the choice is a pure function of the values.

use super::bits::{BitReader, BitWriter};
use super::ints;
use crate::bytes::{Get, Put};
use crate::error::{Error, Result};

const BLOCK: usize = 256;
/// Powers of ten that a double holds exactly and that leave room for digits.
const POWERS: [f64; 15] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];
/// Integers a double holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Appends the page of bit patterns; `single`: they are f32's.
pub(crate) fn encode(bits: &[u64], single: bool, out: &mut Vec<u8>, pack: &mut dyn FnMut(&[u8]) -> usize) {
    let mut best = vec![0u8];
    ints::encode(bits, &mut best);
    // Constant, runs or few values: nothing beats those.
    if best.len() * 16 > bits.len() * 8 {
        let mut size = pack(&best);
        let mut offer = |page: Vec<u8>| {
            let s = pack(&page);
            if s + s / 64 < size {
                size = s;
                best = page;
            }
        };
        if let Some(pages) = decimal(bits, single) {
            pages.into_iter().for_each(&mut offer);
        } else {
            offer(gorilla(bits, single));
            if let Some(planes) = ints::encode_planes(bits) {
                let mut page = vec![0u8];
                page.extend_from_slice(&planes);
                offer(page);
            }
        }
    }
    out.extend_from_slice(&best);
}

fn value(bits: u64, single: bool) -> f64 {
    if single { f64::from(f32::from_bits(bits as u32)) } else { f64::from_bits(bits) }
}

fn restored(n: i64, power: f64, single: bool) -> u64 {
    let v = n as f64 / power;
    if single { u64::from((v as f32).to_bits()) } else { v.to_bits() }
}

/// `v·10^e` as an integer, if `e` gives the value back bit for bit.
fn scaled(bits: u64, e: usize, single: bool) -> Option<i64> {
    let power = *POWERS.get(e)?;
    let v = (value(bits, single) * power).round();
    if v.is_nan() || v.abs() >= EXACT {
        return None;
    }
    let n = v as i64;
    (restored(n, power, single) == bits).then_some(n)
}

/// Pages of the decimal form, packed and in byte planes; None where more than one value in 16 is no short decimal.
fn decimal(bits: &[u64], single: bool) -> Option<Vec<Vec<u8>>> {
    let limit = bits.len() / 16 + 1;
    let digits = if single { 7 } else { POWERS.len() - 1 };
    let mut exponents = Vec::with_capacity(bits.len().div_ceil(BLOCK));
    let mut numbers = Vec::with_capacity(bits.len());
    let mut exceptions: Vec<usize> = Vec::new();
    for (b, block) in bits.chunks(BLOCK).enumerate() {
        let mut e = 0;
        for v in block {
            if scaled(*v, e, single).is_none()
                && let Some(more) = (e + 1..=digits).find(|e| scaled(*v, *e, single).is_some())
            {
                e = more;
            }
        }
        exponents.push(e as u8);
        let mut last = 0i64;
        for (i, v) in block.iter().enumerate() {
            match scaled(*v, e, single) {
                Some(n) => last = n,
                None => exceptions.push(b * BLOCK + i),
            }
            numbers.push(last as u64);
        }
        if exceptions.len() > limit {
            return None;
        }
    }
    let mut head = vec![1u8];
    head.extend_from_slice(&exponents);
    head.var(exceptions.len() as u64);
    let mut tail = Vec::new();
    let mut before = 0;
    for at in exceptions {
        tail.var((at - before) as u64);
        tail.u64(bits.get(at).copied().unwrap_or(0));
        before = at;
    }
    let mut packed = Vec::new();
    ints::encode(&numbers, &mut packed);
    let mut pages = Vec::new();
    for page in [Some(packed), ints::encode_planes(&numbers)].into_iter().flatten() {
        let mut out = head.clone();
        out.blob(&page);
        out.extend_from_slice(&tail);
        pages.push(out);
    }
    Some(pages)
}

fn gorilla(bits: &[u64], single: bool) -> Vec<u8> {
    let size = if single { 32 } else { 64 };
    let mut w = BitWriter::default();
    let mut last = bits.first().copied().unwrap_or(0);
    w.put(last, size);
    let (mut lead, mut trail) = (u32::MAX, 0u32);
    for &v in bits.iter().skip(1) {
        let xor = v ^ last;
        last = v;
        if xor == 0 {
            w.put(0, 1);
            continue;
        }
        let l = (xor.leading_zeros() - (64 - size)).min(31);
        let t = xor.trailing_zeros();
        if lead != u32::MAX && l >= lead && t >= trail {
            w.put(0b10, 2);
            w.put(xor >> trail, size - lead - trail);
        } else {
            (lead, trail) = (l, t);
            w.put(0b11, 2);
            w.put(u64::from(l), 5);
            w.put(u64::from(size - l - t - 1), 6);
            w.put(xor >> t, size - l - t);
        }
    }
    let mut out = vec![2u8];
    out.blob(&w.finish());
    out
}

fn ungorilla(bytes: &[u8], n: usize, single: bool) -> Result<Vec<u64>> {
    let size = if single { 32 } else { 64 };
    // Each value after the first takes at least one bit.
    if n > bytes.len().saturating_mul(8) {
        return Err(Error::damaged(format!("{n} values"), format!("{} bytes", bytes.len())));
    }
    let mut out = Vec::with_capacity(n);
    if n == 0 {
        return Ok(out);
    }
    let mut r = BitReader::new(bytes);
    let mut last = r.get(size)?;
    out.push(last);
    let (mut length, mut trail) = (0u32, 0u32);
    while out.len() < n {
        if r.get(1)? == 1 {
            if r.get(1)? == 1 {
                let lead = r.get(5)? as u32;
                length = r.get(6)? as u32 + 1;
                trail = size
                    .checked_sub(lead + length)
                    .ok_or_else(|| Error::damaged("a window inside the word", "a wider one"))?;
            }
            last ^= r.get(length)? << trail;
        }
        out.push(last);
    }
    Ok(out)
}

/// Reads a page of `n` bit patterns; the caller has bounded `n`.
pub(crate) fn decode(get: &mut Get<'_>, n: usize, single: bool) -> Result<Vec<u64>> {
    let tag = get.u8()?;
    match tag {
        0 => ints::decode(get, n),
        1 => {
            let exponents = get.take(n.div_ceil(BLOCK))?;
            let exceptions = get.count_upto(n)?;
            let mut out = ints::decode(&mut Get::new(get.blob()?), n)?;
            for (block, e) in out.chunks_mut(BLOCK).zip(exponents) {
                let power = *POWERS
                    .get(usize::from(*e))
                    .ok_or_else(|| Error::damaged("an exponent of at most 14", e.to_string()))?;
                for v in block {
                    *v = restored(*v as i64, power, single);
                }
            }
            let mut at = 0usize;
            for _ in 0..exceptions {
                at = at.saturating_add(get.count_upto(n)?);
                let bits = get.u64()?;
                *out.get_mut(at).ok_or_else(|| Error::damaged("an exception inside the page", "one beyond"))? = bits;
            }
            Ok(out)
        }
        2 => ungorilla(get.blob()?, n, single),
        _ => Err(Error::damaged("a float page tag of at most 2", tag.to_string())),
    }
}
