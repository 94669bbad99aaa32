//! Integers of an encoded batch: whichever of a few forms takes the fewest bytes before the entry is compressed.
//!
//! A tag, then (varint = LEB128, signed = zigzag varint):
//!
//! | tag | form | content |
//! |---|---|---|
//! | 0 | raw | the values, little endian, in their width |
//! | 1 | constant | signed |
//! | 2 | packed | signed minimum, bits u8, (value - minimum) in so many bits |
//! | 3 | delta | signed first, signed least difference, bits u8, (difference - least) in so many bits |
//! | 4 | scaled | varint scale, the values divided by it |
//! | 5 | runs | varint number of runs, their values, their lengths |
//!
//! Invariant: values come back bit for bit; the form depends on the values alone.

use super::input::{Input, bits_of, damaged, pack, put_signed, put_varint, unpack};
use crate::error::Result;

const RAW: u8 = 0;
const CONSTANT: u8 = 1;
const PACKED: u8 = 2;
const DELTA: u8 = 3;
const SCALED: u8 = 4;
const RUNS: u8 = 5;
/// Scales tried: times in nanoseconds are often whole milliseconds or seconds.
const SCALES: [i64; 3] = [1_000_000_000, 1_000_000, 1_000];
/// A scaled form inside runs, and nothing deeper.
const DEPTH: u32 = 3;

/// What one look at the values tells.
struct Look {
    first: i64,
    min: i64,
    max: i64,
    /// Least and greatest difference of neighbours; None where one overflows.
    differences: Option<(i64, i64)>,
    runs: usize,
}

fn look(values: &[i64]) -> Look {
    let first = values.first().copied().unwrap_or(0);
    let (mut min, mut max, mut runs, mut last) = (first, first, 1, first);
    let (mut least, mut most, mut overflows) = (i64::MAX, i64::MIN, false);
    for v in values.iter().skip(1) {
        min = min.min(*v);
        max = max.max(*v);
        let (difference, overflow) = v.overflowing_sub(last);
        overflows |= overflow;
        least = least.min(difference);
        most = most.max(difference);
        runs += usize::from(difference != 0);
        last = *v;
    }
    let differences = (!overflows && values.len() > 1).then_some((least, most));
    Look { first, min, max, differences, runs }
}

/// Appends the values, each of which fits `width` bytes (sign-extended, or wrapped where unsigned of 8 bytes).
pub(super) fn encode(out: &mut Vec<u8>, values: &[i64], width: usize) {
    if !values.is_empty() {
        encode_at(out, values, width, 0);
    }
}

fn encode_at(out: &mut Vec<u8>, values: &[i64], width: usize, depth: u32) {
    let n = values.len();
    let l = look(values);
    if l.min == l.max {
        out.push(CONSTANT);
        return put_signed(out, l.first);
    }
    // max - min of two's complement numbers is right as an unsigned number even where it overflows.
    let packed = bits_of(l.max.wrapping_sub(l.min) as u64);
    let delta = l.differences.map_or(64, |(least, most)| bits_of(most.wrapping_sub(least) as u64));
    let scale = scale_of(values, width);
    let saved = scale.map_or(0, |s| bits_of(s.unsigned_abs()) - 1);
    let best = packed.min(delta).saturating_sub(saved);
    if l.runs * 3 < n && depth == 0 {
        let length_bits = bits_of((n - l.runs) as u64).min(12);
        if l.runs * (best.max(1) + length_bits) as usize <= n * best as usize {
            return encode_runs(out, values, l.runs, width);
        }
    }
    if let Some(scale) = scale {
        out.push(SCALED);
        put_varint(out, scale as u64);
        let scaled: Vec<i64> = values.iter().map(|v| v / scale).collect();
        return encode_at(out, &scaled, 8, depth + 1);
    }
    if best as usize >= 8 * width {
        out.push(RAW);
        for v in values {
            out.extend_from_slice(v.to_le_bytes().get(..width).unwrap_or_default());
        }
    } else if delta < packed
        && let Some((least, _)) = l.differences
    {
        out.push(DELTA);
        put_signed(out, l.first);
        put_signed(out, least);
        out.push(delta as u8);
        let pairs = values.iter().zip(values.iter().skip(1));
        pack(out, pairs.map(|(a, b)| b.wrapping_sub(*a).wrapping_sub(least) as u64), delta);
    } else {
        out.push(PACKED);
        put_signed(out, l.min);
        out.push(packed as u8);
        pack(out, values.iter().map(|v| v.wrapping_sub(l.min) as u64), packed);
    }
}

fn encode_runs(out: &mut Vec<u8>, values: &[i64], runs: usize, width: usize) {
    let mut heads = Vec::with_capacity(runs);
    let mut lengths = Vec::with_capacity(runs);
    for run in values.chunk_by(|a, b| a == b) {
        heads.extend(run.first());
        lengths.push(run.len() as i64);
    }
    out.push(RUNS);
    put_varint(out, heads.len() as u64);
    encode_at(out, &heads, width, 1);
    encode_at(out, &lengths, 8, 1);
}

fn scale_of(values: &[i64], width: usize) -> Option<i64> {
    if width < 8 {
        return None;
    }
    SCALES.into_iter().find(|s| values.iter().all(|v| v % s == 0))
}

/// A native integer of a column.
pub(super) trait Native: Copy {
    const WIDTH: usize;
    /// The low bytes.
    fn narrow(wide: i64) -> Self;
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! native {
    ($($t:ty),*) => {$(
        impl Native for $t {
            const WIDTH: usize = size_of::<$t>();
            #[inline]
            fn narrow(wide: i64) -> $t {
                wide as $t
            }
            #[inline]
            fn read(bytes: &[u8]) -> $t {
                <$t>::from_le_bytes(bytes.try_into().unwrap_or_default())
            }
        }
    )*};
}
native!(u8, u16, u32, u64, i8, i16, i32, i64);

/// Reads `n` values.
pub(super) fn decode<T: Native>(input: &mut Input<'_>, n: usize) -> Result<Vec<T>> {
    if n == 0 {
        return Ok(Vec::new());
    }
    input.room(n, T::WIDTH)?;
    decode_at(input, n, 0)
}

fn decode_at<T: Native>(input: &mut Input<'_>, n: usize, depth: u32) -> Result<Vec<T>> {
    let tag = input.u8()?;
    Ok(match tag {
        RAW => {
            let length = n.checked_mul(T::WIDTH).ok_or_else(|| damaged("batch is too long".into()))?;
            input.take(length)?.chunks_exact(T::WIDTH).map(T::read).collect()
        }
        CONSTANT => vec![T::narrow(input.signed()?); n],
        PACKED => {
            let (min, bits) = (input.signed()?, bit_count(input)?);
            let mut out = Vec::with_capacity(n);
            unpack(input, n, bits, |v| out.push(T::narrow(min.wrapping_add(v as i64))))?;
            out
        }
        DELTA => {
            let (first, least, bits) = (input.signed()?, input.signed()?, bit_count(input)?);
            let mut out = Vec::with_capacity(n);
            out.push(T::narrow(first));
            let mut last = first;
            unpack(input, n - 1, bits, |v| {
                last = last.wrapping_add(least).wrapping_add(v as i64);
                out.push(T::narrow(last));
            })?;
            out
        }
        SCALED if depth < DEPTH && T::WIDTH == 8 => {
            let scale = input.varint()? as i64;
            let scaled: Vec<i64> = decode_at(input, n, depth + 1)?;
            scaled.into_iter().map(|v| T::narrow(v.wrapping_mul(scale))).collect()
        }
        RUNS if depth == 0 => {
            let runs = input.count()?;
            if runs == 0 || runs > n {
                return Err(damaged(format!("batch has {runs} runs of {n} values")));
            }
            input.room(runs, 16)?;
            let heads: Vec<T> = decode_at(input, runs, 1)?;
            let lengths: Vec<i64> = decode_at(input, runs, 1)?;
            let mut out = Vec::with_capacity(n);
            for (head, length) in heads.into_iter().zip(lengths) {
                let length = usize::try_from(length).ok().filter(|l| *l <= n - out.len());
                let length = length.ok_or_else(|| damaged(format!("batch has runs of more than {n} values")))?;
                out.resize(out.len() + length, head);
            }
            if out.len() != n {
                return Err(damaged(format!("batch has runs of {} values instead of {n}", out.len())));
            }
            out
        }
        tag => return Err(damaged(format!("batch has integers of unknown form {tag}"))),
    })
}

fn bit_count(input: &mut Input<'_>) -> Result<u32> {
    match u32::from(input.u8()?) {
        bits @ 0..=64 => Ok(bits),
        bits => Err(damaged(format!("batch has integers of {bits} bits"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size<T: Native + Into<i128>>(values: &[i64]) -> usize {
        let mut out = Vec::new();
        encode(&mut out, values, T::WIDTH);
        let back: Vec<T> = decode(&mut Input::new(&out, 1 << 24), values.len()).unwrap();
        assert!(back.into_iter().map(Into::into).eq(values.iter().map(|v| T::narrow(*v).into())));
        out.len()
    }

    #[test]
    fn forms_are_chosen_by_size() {
        assert!(size::<i32>(&[7; 1000]) <= 2);
        assert!(size::<i32>(&(0..1000).collect::<Vec<_>>()) <= 8);
        // Scrapes of ten values each, at whole milliseconds with jitter.
        let times: Vec<i64> = (0..1000)
            .map(|i| 1_700_000_000_000_000_000 + i / 10 * 10_000_000_000 + i / 10 * 37 % 11 * 1_000_000)
            .collect();
        assert!(size::<i64>(&times) < 300, "{}", size::<i64>(&times));
        assert_eq!(size::<i64>(&[i64::MIN, i64::MAX, 0, -1]), 33);
        assert!(size::<u32>(&(0..1000).map(|i| i % 10).collect::<Vec<_>>()) < 510);
    }

    #[test]
    fn lies_end_in_errors() {
        for bytes in [&[RUNS, 2, CONSTANT, 2, CONSTANT, 200, 1][..], &[PACKED, 0, 65, 0], &[9], &[SCALED, 2, SCALED, 2]]
        {
            assert!(decode::<i64>(&mut Input::new(bytes, 1 << 20), 100).is_err());
        }
        assert!(decode::<u8>(&mut Input::new(&[CONSTANT, 0], 1 << 20), 1 << 40).is_err());
    }

    proptest! {
        #[test]
        fn values_come_back(values in prop::collection::vec(prop_oneof![any::<i64>(), -300i64..300, Just(5i64)], 0..200), scale in prop_oneof![Just(1i64), Just(1_000_000)]) {
            let values: Vec<i64> = values.into_iter().map(|v| v.wrapping_mul(scale)).collect();
            size::<i64>(&values);
            size::<u64>(&values);
            let narrow: Vec<i64> = values.iter().map(|v| i64::from(*v as u16)).collect();
            size::<u16>(&narrow);
            let signed: Vec<i64> = values.iter().map(|v| i64::from(*v as i8)).collect();
            size::<i8>(&signed);
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..60), n in 0usize..500) {
            let _ = decode::<i64>(&mut Input::new(&bytes, 1 << 16), n);
        }
    }
}
