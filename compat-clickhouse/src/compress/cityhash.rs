//! CityHash128 of version 1.0.2, the one ClickHouse's frames are checked by (later versions differ).
//! Source: Google CityHash 1.0.2, `city.cc`.

const K0: u64 = 0xc3a5_c85c_97cb_3127;
const K1: u64 = 0xb492_b66f_be98_f273;
const K2: u64 = 0x9ae1_6a3b_2f90_404f;
const K3: u64 = 0xc949_d7c7_509e_6557;

fn fetch64(s: &[u8], at: usize) -> u64 {
    s.get(at..at + 8).and_then(|b| <[u8; 8]>::try_from(b).ok()).map_or(0, u64::from_le_bytes)
}

fn fetch32(s: &[u8], at: usize) -> u64 {
    s.get(at..at + 4).and_then(|b| <[u8; 4]>::try_from(b).ok()).map_or(0, |b| u64::from(u32::from_le_bytes(b)))
}

fn shift_mix(v: u64) -> u64 {
    v ^ (v >> 47)
}

fn len16(u: u64, v: u64) -> u64 {
    const MUL: u64 = 0x9ddf_ea08_eb38_2d69;
    let a = shift_mix((u ^ v).wrapping_mul(MUL));
    shift_mix((v ^ a).wrapping_mul(MUL)).wrapping_mul(MUL)
}

fn len0to16(s: &[u8]) -> u64 {
    let n = s.len();
    if n > 8 {
        let (a, b) = (fetch64(s, 0), fetch64(s, n - 8));
        return len16(a, b.wrapping_add(n as u64).rotate_right(n as u32)) ^ b;
    }
    if n >= 4 {
        return len16((n as u64).wrapping_add(fetch32(s, 0) << 3), fetch32(s, n - 4));
    }
    if let (Some(a), Some(b), Some(c)) = (s.first(), s.get(n >> 1), s.last()) {
        let y = u64::from(*a) + (u64::from(*b) << 8);
        let z = n as u64 + (u64::from(*c) << 2);
        return shift_mix(y.wrapping_mul(K2) ^ z.wrapping_mul(K3)).wrapping_mul(K2);
    }
    K2
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

fn murmur(s: &[u8], (mut a, mut b): (u64, u64)) -> (u64, u64) {
    let n = s.len();
    let (mut c, mut d);
    if n <= 16 {
        a = shift_mix(a.wrapping_mul(K1)).wrapping_mul(K1);
        c = b.wrapping_mul(K1).wrapping_add(len0to16(s));
        d = shift_mix(a.wrapping_add(if n >= 8 { fetch64(s, 0) } else { c }));
    } else {
        c = len16(fetch64(s, n - 8).wrapping_add(K1), a);
        d = len16(b.wrapping_add(n as u64), c.wrapping_add(fetch64(s, n - 16)));
        a = a.wrapping_add(d);
        let mut at = 0;
        loop {
            a = (a ^ shift_mix(fetch64(s, at).wrapping_mul(K1)).wrapping_mul(K1)).wrapping_mul(K1);
            b ^= a;
            c = (c ^ shift_mix(fetch64(s, at + 8).wrapping_mul(K1)).wrapping_mul(K1)).wrapping_mul(K1);
            d ^= c;
            at += 16;
            if at + 16 >= n {
                break;
            }
        }
    }
    a = len16(a, c);
    b = len16(d, b);
    (a ^ b, len16(b, a))
}

fn with_seed(s: &[u8], seed: (u64, u64)) -> (u64, u64) {
    let n = s.len();
    if n < 128 {
        return murmur(s, seed);
    }
    let (mut x, mut y) = seed;
    let mut z = (n as u64).wrapping_mul(K1);
    let mut v = ((y ^ K1).rotate_right(49).wrapping_mul(K1).wrapping_add(fetch64(s, 0)), 0);
    v.1 = v.0.rotate_right(42).wrapping_mul(K1).wrapping_add(fetch64(s, 8));
    let mut w = (
        y.wrapping_add(z).rotate_right(35).wrapping_mul(K1).wrapping_add(x),
        x.wrapping_add(fetch64(s, 88)).rotate_right(53).wrapping_mul(K1),
    );
    let mut at = 0;
    while n - at >= 128 {
        for _ in 0..2 {
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
    }
    y = y.wrapping_add(w.0.rotate_right(37).wrapping_mul(K0)).wrapping_add(z);
    x = x.wrapping_add(v.0.wrapping_add(z).rotate_right(49).wrapping_mul(K0));
    // The tail in steps of 32 from the end; it reaches back into what was hashed already.
    let tail = n - at;
    let mut done = 0;
    while done < tail {
        done += 32;
        let from = n - done;
        y = y.wrapping_sub(x).rotate_right(42).wrapping_mul(K0).wrapping_add(v.1);
        w.0 = w.0.wrapping_add(fetch64(s, from + 16));
        x = x.rotate_right(49).wrapping_mul(K0).wrapping_add(w.0);
        w.0 = w.0.wrapping_add(v.0);
        v = weak32(s, from, v.0, v.1);
    }
    x = len16(x, v.0);
    y = len16(y, w.0);
    (len16(x.wrapping_add(v.1), w.1).wrapping_add(y), len16(x.wrapping_add(w.1), y.wrapping_add(v.1)))
}

/// The hash as its two words, in the order in which a frame carries them.
pub fn city_hash_128(s: &[u8]) -> (u64, u64) {
    let n = s.len();
    if n >= 16 {
        with_seed(s.get(16..).unwrap_or(&[]), (fetch64(s, 0) ^ K3, fetch64(s, 8)))
    } else if n >= 8 {
        with_seed(&[], (fetch64(s, 0) ^ (n as u64).wrapping_mul(K0), fetch64(s, n - 8) ^ K1))
    } else {
        with_seed(s, (K0, K1))
    }
}
