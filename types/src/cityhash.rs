//! CityHash64 of version 1.0.2, which ClickHouse's `cityHash64` is made of (later versions differ). It is part of the
//! stored format: the attribute hash of the metrics tables is a sort key.
//!
//! Source: Google CityHash 1.0.2, `city.cc`; combination rules: ClickHouse `src/Functions/FunctionsHashing.h`.

const K0: u64 = 0xc3a5_c85c_97cb_3127;
const K1: u64 = 0xb492_b66f_be98_f273;
const K2: u64 = 0x9ae1_6a3b_2f90_404f;
const K3: u64 = 0xc949_d7c7_509e_6557;

/// Little-endian word at `at`; callers stay within the slice.
#[inline]
fn fetch64(s: &[u8], at: usize) -> u64 {
    s.get(at..).and_then(|b| b.first_chunk::<8>()).map_or(0, |b| u64::from_le_bytes(*b))
}

#[inline]
fn fetch32(s: &[u8], at: usize) -> u64 {
    s.get(at..).and_then(|b| b.first_chunk::<4>()).map_or(0, |b| u64::from(u32::from_le_bytes(*b)))
}

#[inline]
fn shift_mix(v: u64) -> u64 {
    v ^ (v >> 47)
}

/// `Hash128to64` of (low, high): how ClickHouse combines the hashes of several arguments, tuple elements or array items.
#[inline]
pub fn combine(low: u64, high: u64) -> u64 {
    const MUL: u64 = 0x9ddf_ea08_eb38_2d69;
    let a = shift_mix((low ^ high).wrapping_mul(MUL));
    shift_mix((high ^ a).wrapping_mul(MUL)).wrapping_mul(MUL)
}

fn len0to16(s: &[u8]) -> u64 {
    let n = s.len();
    if n > 8 {
        let (a, b) = (fetch64(s, 0), fetch64(s, n - 8));
        return combine(a, b.wrapping_add(n as u64).rotate_right(n as u32)) ^ b;
    }
    if n >= 4 {
        return combine((n as u64).wrapping_add(fetch32(s, 0) << 3), fetch32(s, n - 4));
    }
    match (s.first(), s.get(n >> 1), s.last()) {
        (Some(a), Some(b), Some(c)) => {
            let y = u64::from(*a) + (u64::from(*b) << 8);
            let z = n as u64 + (u64::from(*c) << 2);
            shift_mix(y.wrapping_mul(K2) ^ z.wrapping_mul(K3)).wrapping_mul(K2)
        }
        _ => K2,
    }
}

fn len17to32(s: &[u8]) -> u64 {
    let n = s.len();
    let a = fetch64(s, 0).wrapping_mul(K1);
    let b = fetch64(s, 8);
    let c = fetch64(s, n - 8).wrapping_mul(K2);
    let d = fetch64(s, n - 16).wrapping_mul(K0);
    combine(
        a.wrapping_sub(b).rotate_right(43).wrapping_add(c.rotate_right(30)).wrapping_add(d),
        a.wrapping_add((b ^ K3).rotate_right(20)).wrapping_sub(c).wrapping_add(n as u64),
    )
}

fn len33to64(s: &[u8]) -> u64 {
    let n = s.len();
    let mut z = fetch64(s, 24);
    let mut a = fetch64(s, 0).wrapping_add((n as u64).wrapping_add(fetch64(s, n - 16)).wrapping_mul(K0));
    let mut b = a.wrapping_add(z).rotate_right(52);
    let mut c = a.rotate_right(37);
    a = a.wrapping_add(fetch64(s, 8));
    c = c.wrapping_add(a.rotate_right(7));
    a = a.wrapping_add(fetch64(s, 16));
    let vf = a.wrapping_add(z);
    let vs = b.wrapping_add(a.rotate_right(31)).wrapping_add(c);
    a = fetch64(s, 16).wrapping_add(fetch64(s, n - 32));
    z = fetch64(s, n - 8);
    b = a.wrapping_add(z).rotate_right(52);
    c = a.rotate_right(37);
    a = a.wrapping_add(fetch64(s, n - 24));
    c = c.wrapping_add(a.rotate_right(7));
    a = a.wrapping_add(fetch64(s, n - 16));
    let wf = a.wrapping_add(z);
    let ws = b.wrapping_add(a.rotate_right(31)).wrapping_add(c);
    let r = shift_mix(vf.wrapping_add(ws).wrapping_mul(K2).wrapping_add(wf.wrapping_add(vs).wrapping_mul(K0)));
    shift_mix(r.wrapping_mul(K0).wrapping_add(vs)).wrapping_mul(K2)
}

fn weak32(s: &[u8], at: usize, mut a: u64, mut b: u64) -> (u64, u64) {
    let (w, x, y, z) = (fetch64(s, at), fetch64(s, at + 8), fetch64(s, at + 16), fetch64(s, at + 24));
    a = a.wrapping_add(w);
    b = b.wrapping_add(a).wrapping_add(z).rotate_right(21);
    let c = a;
    a = a.wrapping_add(x).wrapping_add(y);
    b = b.wrapping_add(a.rotate_right(44));
    (a.wrapping_add(z), b.wrapping_add(c))
}

/// CityHash64 of bytes: `cityHash64` of one String.
pub fn city_hash_64(s: &[u8]) -> u64 {
    let n = s.len();
    match n {
        0..=16 => return len0to16(s),
        17..=32 => return len17to32(s),
        33..=64 => return len33to64(s),
        _ => {}
    }
    let mut x = fetch64(s, 0);
    let mut y = fetch64(s, n - 16) ^ K1;
    let mut z = fetch64(s, n - 56) ^ K0;
    let mut v = weak32(s, n - 64, n as u64, y);
    let mut w = weak32(s, n - 32, (n as u64).wrapping_mul(K1), K0);
    z = z.wrapping_add(shift_mix(v.1).wrapping_mul(K1));
    x = z.wrapping_add(x).rotate_right(39).wrapping_mul(K1);
    y = y.rotate_right(33).wrapping_mul(K1);
    let end = (n - 1) & !63;
    let mut at = 0;
    while at < end {
        x = x.wrapping_add(y).wrapping_add(v.0).wrapping_add(fetch64(s, at + 16)).rotate_right(37).wrapping_mul(K1);
        y = y.wrapping_add(v.1).wrapping_add(fetch64(s, at + 48)).rotate_right(42).wrapping_mul(K1);
        x ^= w.1;
        y ^= v.0;
        z = (z ^ w.0).rotate_right(33);
        v = weak32(s, at, v.1.wrapping_mul(K1), x.wrapping_add(w.0));
        w = weak32(s, at + 32, z.wrapping_add(w.1), y);
        std::mem::swap(&mut z, &mut x);
        at += 64;
    }
    combine(
        combine(v.0, w.0).wrapping_add(shift_mix(y).wrapping_mul(K1)).wrapping_add(z),
        combine(v.1, w.1).wrapping_add(x),
    )
}

/// ClickHouse's `intHash64`: what `cityHash64` makes of an integer, and of an array's length.
#[inline]
pub fn int_hash_64(mut x: u64) -> u64 {
    x ^= 0x4cf2_d2ba_ae6d_a887;
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ x >> 33
}

/// `cityHash64` of a Map of strings with `n` pairs: that of its Array(Tuple(key, value)).
pub fn city_hash_64_map<'a>(n: u32, pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> u64 {
    pairs.fold(int_hash_64(u64::from(n)), |hash, (k, v)| combine(hash, combine(city_hash_64(k), city_hash_64(v))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of `cityHash64` from chDB 26.9: strings of `char(65 + i % 26)` by length, then maps.
    #[test]
    fn equals_clickhouse() {
        let text: Vec<u8> = (0..300).map(|i| b'A' + (i % 26) as u8).collect();
        let strings: [(usize, u64); 22] = [
            (0, 11160318154034397263),
            (1, 3397809020744382953),
            (3, 11287612959360665826),
            (4, 4477831054707287066),
            (7, 2111514765978189516),
            (8, 9919136691354920380),
            (9, 3101962083906919187),
            (15, 7027867069476594945),
            (16, 1883356980931444616),
            (17, 1319922958293546667),
            (24, 15581087706458783670),
            (32, 17934079033033635637),
            (33, 18214528967113438092),
            (48, 8392080771412767021),
            (63, 17781797266324408090),
            (64, 12044104639204542789),
            (65, 9055495626369894925),
            (127, 17245787270161373610),
            (128, 10181441875178640977),
            (129, 13103626904764527470),
            (200, 18005975335434219728),
            (300, 1336375193091812773),
        ];
        for (n, want) in strings {
            assert_eq!(city_hash_64(&text[..n]), want, "{n} bytes");
        }
        let long = "eu-west-1-and-a-rather-long-value-over-sixty-four-bytes-indeed-yes";
        let maps: [(&[(&str, &str)], u64); 4] = [
            (&[], 4761183170873013810),
            (&[("a", "1")], 11174350022646492899),
            (&[("host", "web-1"), ("region", long)], 18397498666770385289),
            (&[("a", ""), ("a", "x")], 14554452177497964045),
        ];
        for (pairs, want) in maps {
            assert_eq!(
                city_hash_64_map(pairs.len() as u32, pairs.iter().map(|(k, v)| (k.as_bytes(), v.as_bytes()))),
                want,
                "{pairs:?}"
            );
        }
    }
}
