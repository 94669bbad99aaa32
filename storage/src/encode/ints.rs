//! Pages of integers up to 64 bits, as wrapping u64 (signed types are sign extended).
//!
//! | tag | form | body |
//! |---|---|---|
//! | 0 | constant | value ivar |
//! | 1 | blocks | blocks of the values |
//! | 2 | delta | first ivar, blocks of the differences |
//! | 3 | delta of delta | first ivar, first difference ivar, blocks of the second differences |
//! | 4 | runs | number of runs var, length and page of the run values, page of the run lengths |
//! | 5 | dictionary | number of values var, length and page of the values (sorted), blocks of the codes |
//! | 6 | byte planes | byte width u8, first ivar, zigzag differences, plane by plane (for the entropy coder behind it) |
//! | 7 | stride | first ivar, step ivar: any value is known without the others |
//!
//! Blocks (1,024 values each): base ivar, bit width u8, number of exceptions var, packed offsets from the base, then the
//! exceptions: position var (difference), offset ivar.
//! Invariant: the choice is a pure function of the values; `decode(encode(v), v.len()) == v`.

use super::bits::{pack, packed_len, unpack, width};
use crate::bytes::{Get, Put, unzigzag, zigzag};
use crate::error::{Error, Result};

const BLOCK: usize = 1024;
/// Cost of an exception in bits, in estimates: position and offset.
const EXCEPTION_BITS: usize = 56;
/// A page with at most this many distinct values may get a dictionary.
const DICTIONARY_MOST: usize = 256;

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Blocks,
    Delta,
    DeltaDelta,
}

/// Appends the page of `values`.
pub(crate) fn encode(values: &[u64], out: &mut Vec<u8>) {
    encode_with(values, out, true);
}

/// `nested`: runs and dictionaries are allowed (not inside themselves).
fn encode_with(values: &[u64], out: &mut Vec<u8>, nested: bool) {
    let Some(&first) = values.first() else {
        out.u8(0);
        out.ivar(0);
        return;
    };
    if values.iter().all(|v| *v == first) {
        out.u8(0);
        out.ivar(first as i64);
        return;
    }
    let deltas: Vec<u64> = values.windows(2).map(|w| w[1].wrapping_sub(w[0])).collect();
    if let Some(step) = deltas.first().filter(|s| deltas.iter().all(|d| d == *s)) {
        out.u8(7);
        out.ivar(first as i64);
        out.ivar(*step as i64);
        return;
    }
    let seconds: Vec<u64> = deltas.windows(2).map(|w| w[1].wrapping_sub(w[0])).collect();
    let mut best = (estimate(values), Form::Blocks);
    for (form, bits) in [(Form::Delta, 64 + estimate(&deltas)), (Form::DeltaDelta, 96 + estimate(&seconds))] {
        // The simpler form wins unless the other saves something worth its serial decoding.
        if bits + bits / 32 < best.0 {
            best = (bits, form);
        }
    }
    if nested {
        let runs = 1 + deltas.iter().filter(|d| **d != 0).count();
        // Each run costs a value and a length.
        let run_bits = runs * (width(values.iter().fold(0, |a, v| a | zigzag(*v as i64))) as usize / 2 + 12);
        if runs * 4 < values.len() && run_bits < best.0 {
            encode_runs(values, runs, out);
            return;
        }
        if best.0 > values.len() * 2
            && let Some(distinct) = few_distinct(values)
        {
            let bits = values.len() * width(distinct.len() as u64 - 1) as usize + distinct.len() * 64;
            if bits + bits / 8 < best.0 {
                encode_dictionary(values, &distinct, out);
                return;
            }
        }
    }
    match best.1 {
        Form::Blocks => {
            out.u8(1);
            put_blocks(values, out);
        }
        Form::Delta => {
            out.u8(2);
            out.ivar(first as i64);
            put_blocks(&deltas, out);
        }
        Form::DeltaDelta => {
            out.u8(3);
            out.ivar(first as i64);
            out.ivar(deltas.first().copied().unwrap_or(0) as i64);
            put_blocks(&seconds, out);
        }
    }
}

/// Byte planes of the differences: only worth it with an entropy coder behind. None when packed bits are as good.
pub(crate) fn encode_planes(values: &[u64]) -> Option<Vec<u8>> {
    let first = *values.first()?;
    let deltas: Vec<u64> = values.windows(2).map(|w| zigzag(w[1].wrapping_sub(w[0]) as i64)).collect();
    let bytes = width(deltas.iter().fold(0, |a, d| a | d)).div_ceil(8).max(1);
    let mut out = Vec::with_capacity(16 + deltas.len() * bytes as usize);
    out.u8(6);
    out.u8(bytes as u8);
    out.ivar(first as i64);
    for plane in 0..bytes {
        out.extend(deltas.iter().map(|d| (d >> (8 * plane)) as u8));
    }
    Some(out)
}

/// Bits that blocks of the values take, roughly: the best bit width around a middle value, block by block.
fn estimate(values: &[u64]) -> usize {
    let mut total = 0;
    for block in values.chunks(BLOCK) {
        let n = block.len();
        let pick = |i: usize| block.get(i).copied().unwrap_or(0) as i64;
        let mut three = [pick(n / 4), pick(n / 2), pick(n * 3 / 4)];
        three.sort_unstable();
        let centre = three[1] as u64;
        let mut histogram = [0u32; 65];
        for v in block {
            let w = width(zigzag(v.wrapping_sub(centre) as i64));
            if let Some(slot) = histogram.get_mut(w as usize) {
                *slot += 1;
            }
        }
        let mut wider = n;
        let mut best = usize::MAX;
        for (w, count) in histogram.iter().enumerate() {
            wider -= *count as usize;
            best = best.min(n * w + wider * EXCEPTION_BITS);
            if wider == 0 {
                break;
            }
        }
        total += best + 48;
    }
    total
}

fn few_distinct(values: &[u64]) -> Option<Vec<u64>> {
    let mut seen = std::collections::HashSet::with_capacity(DICTIONARY_MOST + 1);
    for v in values {
        seen.insert(*v);
        if seen.len() > DICTIONARY_MOST {
            return None;
        }
    }
    let mut distinct: Vec<u64> = seen.into_iter().collect();
    distinct.sort_unstable_by_key(|v| *v as i64);
    Some(distinct)
}

fn encode_runs(values: &[u64], runs: usize, out: &mut Vec<u8>) {
    let (mut heads, mut lengths) = (Vec::with_capacity(runs), Vec::with_capacity(runs));
    for run in values.chunk_by(|a, b| a == b) {
        heads.push(run.first().copied().unwrap_or(0));
        lengths.push(run.len() as u64);
    }
    out.u8(4);
    out.var(runs as u64);
    let mut page = Vec::new();
    encode_with(&heads, &mut page, false);
    out.blob(&page);
    page.clear();
    encode_with(&lengths, &mut page, false);
    out.blob(&page);
}

fn encode_dictionary(values: &[u64], distinct: &[u64], out: &mut Vec<u8>) {
    out.u8(5);
    out.var(distinct.len() as u64);
    let mut page = Vec::new();
    encode_with(distinct, &mut page, false);
    out.blob(&page);
    let codes: Vec<u64> = values
        .iter()
        .map(|v| distinct.binary_search_by_key(&(*v as i64), |d| *d as i64).unwrap_or_default() as u64)
        .collect();
    put_blocks(&codes, out);
}

/// Base and width of a block: the window of 2^width values that makes packed offsets plus exceptions smallest.
fn window(block: &[u64]) -> (i64, u32) {
    let (mut low, mut high) = (i64::MAX, i64::MIN);
    for v in block {
        low = low.min(*v as i64);
        high = high.max(*v as i64);
    }
    let full = width((high as u64).wrapping_sub(low as u64));
    if full <= 1 || block.len() < 16 {
        return (low, full);
    }
    let mut sorted: Vec<i64> = block.iter().map(|v| *v as i64).collect();
    sorted.sort_unstable();
    let n = block.len();
    let mut best = (n * full as usize, low, full);
    for w in (0..full).rev() {
        let span = if w == 0 { 0 } else { (1u64 << w) - 1 };
        let (mut start, mut most, mut base) = (0, 0, low);
        for (end, v) in sorted.iter().enumerate() {
            while sorted.get(start).is_some_and(|s| (*v as u64).wrapping_sub(*s as u64) > span) {
                start += 1;
            }
            if end + 1 - start > most {
                most = end + 1 - start;
                base = sorted.get(start).copied().unwrap_or(low);
            }
        }
        let bits = n * w as usize + (n - most) * EXCEPTION_BITS;
        if bits < best.0 {
            best = (bits, base, w);
        }
        if most * 8 < n * 7 {
            break;
        }
    }
    (best.1, best.2)
}

fn put_blocks(values: &[u64], out: &mut Vec<u8>) {
    for block in values.chunks(BLOCK) {
        let (base, w) = window(block);
        let fits = |v: u64| width(v.wrapping_sub(base as u64)) <= w;
        out.ivar(base);
        out.u8(w as u8);
        out.var(block.iter().filter(|v| !fits(**v)).count() as u64);
        let offset = |v: &u64| if fits(*v) { v.wrapping_sub(base as u64) } else { 0 };
        pack(block.iter().map(offset), w, out);
        let mut last = 0;
        for (i, v) in block.iter().enumerate().filter(|(_, v)| !fits(**v)) {
            out.var((i - last) as u64);
            out.ivar(v.wrapping_sub(base as u64) as i64);
            last = i;
        }
    }
}

fn get_blocks(get: &mut Get<'_>, n: usize, out: &mut Vec<u64>) -> Result<()> {
    let mut left = n;
    while left > 0 {
        let rows = left.min(BLOCK);
        let base = get.ivar()? as u64;
        let w = u32::from(get.u8()?);
        if w > 64 {
            return Err(Error::damaged("a bit width of at most 64", w.to_string()));
        }
        let exceptions = get.count_upto(rows)?;
        let start = out.len();
        unpack(get.take(packed_len(rows, w))?, w, rows, |v| out.push(v.wrapping_add(base)))?;
        let mut at = start;
        for _ in 0..exceptions {
            at = at.saturating_add(get.count_upto(BLOCK)?);
            let v = base.wrapping_add(get.ivar()? as u64);
            *out.get_mut(at).ok_or_else(|| Error::damaged("an exception inside its block", "one beyond"))? = v;
        }
        left -= rows;
    }
    Ok(())
}

/// Reads a page of `n` values; the caller has bounded `n`.
pub(crate) fn decode(get: &mut Get<'_>, n: usize) -> Result<Vec<u64>> {
    decode_with(get, n, true)
}

fn decode_with(get: &mut Get<'_>, n: usize, nested: bool) -> Result<Vec<u64>> {
    let tag = get.u8()?;
    match tag {
        0 => Ok(vec![get.ivar()? as u64; n]),
        1 => {
            let mut out = Vec::with_capacity(n);
            get_blocks(get, n, &mut out)?;
            Ok(out)
        }
        2 => {
            let first = get.ivar()? as u64;
            let mut out = Vec::with_capacity(n + 1);
            out.push(first);
            get_blocks(get, n.saturating_sub(1), &mut out)?;
            prefix_sums(&mut out);
            out.truncate(n);
            Ok(out)
        }
        3 => {
            let first = get.ivar()? as u64;
            let step = get.ivar()? as u64;
            let mut out = Vec::with_capacity(n + 2);
            out.push(step);
            get_blocks(get, n.saturating_sub(2), &mut out)?;
            let (mut value, mut step) = (first, 0u64);
            for v in &mut out {
                step = step.wrapping_add(*v);
                value = value.wrapping_add(step);
                *v = value;
            }
            out.insert(0, first);
            out.truncate(n);
            Ok(out)
        }
        4 if nested => {
            let runs = get.count_upto(n)?;
            let heads = decode_with(&mut Get::new(get.blob()?), runs, false)?;
            let lengths = decode_with(&mut Get::new(get.blob()?), runs, false)?;
            let mut out = Vec::with_capacity(n);
            for (head, length) in heads.iter().zip(lengths) {
                if length > (n - out.len()) as u64 {
                    return Err(Error::damaged(format!("runs of {n} values"), "longer ones"));
                }
                out.resize(out.len() + length as usize, *head);
            }
            if out.len() != n {
                return Err(Error::damaged(format!("runs of {n} values"), out.len().to_string()));
            }
            Ok(out)
        }
        5 if nested => {
            let k = get.count_upto(DICTIONARY_MOST)?;
            let distinct = decode_with(&mut Get::new(get.blob()?), k, false)?;
            let mut out = Vec::with_capacity(n);
            get_blocks(get, n, &mut out)?;
            for v in &mut out {
                let value = usize::try_from(*v).ok().and_then(|i| distinct.get(i));
                *v = *value.ok_or_else(|| Error::damaged(format!("a code below {k}"), v.to_string()))?;
            }
            Ok(out)
        }
        6 => {
            let bytes = usize::from(get.u8()?);
            if !(1..=8).contains(&bytes) {
                return Err(Error::damaged("1 to 8 byte planes", bytes.to_string()));
            }
            let first = get.ivar()? as u64;
            let rest = n.saturating_sub(1);
            let planes = get.take(rest.saturating_mul(bytes))?;
            let mut out = vec![0u64; rest + 1];
            for (p, plane) in planes.chunks_exact(rest.max(1)).enumerate() {
                for (v, b) in out.iter_mut().skip(1).zip(plane) {
                    *v |= u64::from(*b) << (8 * p);
                }
            }
            for v in out.iter_mut().skip(1) {
                *v = unzigzag(*v) as u64;
            }
            if let Some(v) = out.first_mut() {
                *v = first;
            }
            prefix_sums(&mut out);
            out.truncate(n);
            Ok(out)
        }
        7 => {
            let (first, step) = (get.ivar()? as u64, get.ivar()? as u64);
            Ok((0..n as u64).map(|i| first.wrapping_add(i.wrapping_mul(step))).collect())
        }
        _ => Err(Error::damaged("an integer page tag of at most 7", tag.to_string())),
    }
}

fn prefix_sums(values: &mut [u64]) {
    let mut sum = 0u64;
    for v in values {
        sum = sum.wrapping_add(*v);
        *v = sum;
    }
}
