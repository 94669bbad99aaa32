//! Floating-point numbers of an encoded batch. Most measurements are short decimals, which are small integers once the
//! point is gone (as in ALP, Afroozeh and Boncz, SIGMOD 2023).
//!
//! | tag | form | content |
//! |---|---|---|
//! | 0 | planes | byte 0 of all values, then byte 1, …: neighbours agree in the high bytes |
//! | 1 | decimals | exponent u8, mantissas as integers: value = mantissa / 10^exponent |
//! | 2 | mixed | exponents as integers (15 = raw), mantissas as signed varints, raw values of 8 bytes |
//!
//! Invariant: bits come back, NaN payloads and the sign of zero included. Single precision is always in planes.

use super::input::{Input, bits_of, damaged, put_signed, unzigzag, zigzag};
use super::ints;
use crate::error::Result;

const PLANES: u8 = 0;
const DECIMALS: u8 = 1;
const MIXED: u8 = 2;
const RAW: u8 = 15;
const POWERS: [f64; 7] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
const TENS: [i64; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];
/// Integers below this are exact in double precision.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The least exponent that gives the value back, and its mantissa.
fn decimal(v: f64) -> Option<(u8, i64)> {
    for (exponent, power) in POWERS.iter().enumerate() {
        let scaled = (v * power).round();
        if scaled.abs() >= EXACT {
            return None;
        }
        // By way of the integer, which has no negative zero.
        if (scaled as i64 as f64 / power).to_bits() == v.to_bits() {
            return Some((exponent as u8, scaled as i64));
        }
    }
    None
}

/// Appends the values' bits; `width` is 4 or 8.
pub(super) fn encode(out: &mut Vec<u8>, values: &[u64], width: usize) {
    if values.is_empty() {
        return;
    }
    if width == 8 {
        let decimals: Vec<Option<(u8, i64)>> = values.iter().map(|v| decimal(f64::from_bits(*v))).collect();
        if encode_decimals(out, values, &decimals) {
            return;
        }
    }
    out.push(PLANES);
    for plane in 0..width {
        out.extend(values.iter().map(|v| (v >> (8 * plane)) as u8));
    }
}

fn encode_decimals(out: &mut Vec<u8>, values: &[u64], decimals: &[Option<(u8, i64)>]) -> bool {
    let most = decimals.iter().flatten().map(|(e, _)| *e).max().unwrap_or(0);
    if let Some(mantissas) = same_exponent(decimals, most) {
        out.extend([DECIMALS, most]);
        ints::encode(out, &mantissas, 8);
        return true;
    }
    let cost = |d: &Option<(u8, i64)>| d.map_or(64, |(_, m)| bits_of(zigzag(m)).div_ceil(7).max(1) * 8);
    if decimals.iter().map(cost).sum::<u32>() as usize > 56 * values.len() {
        return false;
    }
    out.push(MIXED);
    let exponents: Vec<i64> = decimals.iter().map(|d| i64::from(d.map_or(RAW, |(e, _)| e))).collect();
    ints::encode(out, &exponents, 1);
    for (_, mantissa) in decimals.iter().flatten() {
        put_signed(out, *mantissa);
    }
    for (v, _) in values.iter().zip(decimals).filter(|(_, d)| d.is_none()) {
        out.extend_from_slice(&v.to_le_bytes());
    }
    true
}

/// All mantissas at one exponent, if that is exact and takes at most 40 bits a value.
fn same_exponent(decimals: &[Option<(u8, i64)>], exponent: u8) -> Option<Vec<i64>> {
    let mut mantissas = Vec::with_capacity(decimals.len());
    let (mut min, mut max) = (i64::MAX, i64::MIN);
    for d in decimals {
        let (own, mantissa) = (*d)?;
        let wide = mantissa.checked_mul(*TENS.get(usize::from(exponent - own))?)?;
        if wide.unsigned_abs() as f64 >= EXACT {
            return None;
        }
        min = min.min(wide);
        max = max.max(wide);
        mantissas.push(wide);
    }
    (bits_of(max.wrapping_sub(min) as u64) <= 20 || decimals.len() == 1 || exponent == 0 && max - min < 1 << 32)
        .then_some(mantissas)
}

/// Reads the bits of `n` values.
pub(super) fn decode(input: &mut Input<'_>, n: usize, width: usize) -> Result<Vec<u64>> {
    if n == 0 {
        return Ok(Vec::new());
    }
    input.room(n, 8)?;
    let power = |e: u8| {
        POWERS.get(usize::from(e)).copied().ok_or_else(|| damaged(format!("batch has decimals of exponent {e}")))
    };
    match input.u8()? {
        PLANES => {
            let mut out = vec![0u64; n];
            for plane in 0..width {
                let bytes = input.take(n)?;
                out.iter_mut().zip(bytes).for_each(|(v, b)| *v |= u64::from(*b) << (8 * plane));
            }
            Ok(out)
        }
        DECIMALS if width == 8 => {
            let power = power(input.u8()?)?;
            let mantissas: Vec<i64> = ints::decode(input, n)?;
            Ok(mantissas.into_iter().map(|m| (m as f64 / power).to_bits()).collect())
        }
        MIXED if width == 8 => {
            let exponents: Vec<u8> = ints::decode(input, n)?;
            let mut out = Vec::with_capacity(n);
            for e in &exponents {
                out.push(match *e {
                    RAW => 0,
                    e => (unzigzag(input.varint()?) as f64 / power(e)?).to_bits(),
                });
            }
            for (v, _) in out.iter_mut().zip(&exponents).filter(|(_, e)| **e == RAW) {
                *v = u64::from_le_bytes(input.take(8)?.try_into().unwrap_or_default());
            }
            Ok(out)
        }
        tag => Err(damaged(format!("batch has floats of unknown form {tag}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size(values: &[f64]) -> usize {
        let bits: Vec<u64> = values.iter().map(|v| v.to_bits()).collect();
        let mut out = Vec::new();
        encode(&mut out, &bits, 8);
        assert_eq!(decode(&mut Input::new(&out, 1 << 24), bits.len(), 8).unwrap(), bits);
        let singles: Vec<u64> = values.iter().map(|v| u64::from((*v as f32).to_bits())).collect();
        let mut narrow = Vec::new();
        encode(&mut narrow, &singles, 4);
        assert_eq!(decode(&mut Input::new(&narrow, 1 << 24), singles.len(), 4).unwrap(), singles);
        out.len()
    }

    #[test]
    fn short_decimals_are_small() {
        let percent: Vec<f64> = (0..1000).map(|i| f64::from(i * 7919 % 10_000) / 100.0).collect();
        assert!(size(&percent) < 1800, "{}", size(&percent));
        let whole: Vec<f64> = (0..1000).map(|i| f64::from(i * 31 % 101)).collect();
        assert!(size(&whole) < 900);
        let mixed: Vec<f64> = (0..1000)
            .map(|i| [f64::from(i) / 100.0, 8e9 + f64::from(i * 4096), f64::from(i).sqrt()][i as usize % 3])
            .collect();
        assert!(size(&mixed) < 6000, "{}", size(&mixed));
        size(&[
            0.0,
            -0.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MIN_POSITIVE,
            f64::MAX,
            0.1,
            1e300,
            EXACT,
            -EXACT,
        ]);
        size(&[-0.0; 10]);
    }

    proptest! {
        #[test]
        fn bits_come_back(values in prop::collection::vec(prop_oneof![any::<f64>(), (-100_000i32..100_000).prop_map(|n| f64::from(n) / 1000.0)], 0..100)) {
            size(&values);
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..60), n in 0usize..500) {
            let _ = decode(&mut Input::new(&bytes, 1 << 16), n, 8);
        }
    }
}
