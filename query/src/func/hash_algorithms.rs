//! The hash algorithms behind the SQL hashes, over bytes. All are the published ones; where versions differ, ClickHouse's.

fn word<const N: usize>(s: &[u8], at: usize) -> [u8; N] {
    s.get(at..at + N).and_then(|b| <[u8; N]>::try_from(b).ok()).unwrap_or([0; N])
}
fn u64_at(s: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(word(s, at))
}
fn u32_at(s: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(word(s, at))
}

/// SipHash-2-4 with a key (Aumasson, Bernstein 2012), ending in 64 bits, or in ClickHouse's own 128 bits.
pub mod sip {
    struct State {
        v: [u64; 4],
    }
    impl State {
        fn round(&mut self) {
            let [v0, v1, v2, v3] = &mut self.v;
            *v0 = v0.wrapping_add(*v1);
            *v1 = v1.rotate_left(13) ^ *v0;
            *v0 = v0.rotate_left(32);
            *v2 = v2.wrapping_add(*v3);
            *v3 = v3.rotate_left(16) ^ *v2;
            *v0 = v0.wrapping_add(*v3);
            *v3 = v3.rotate_left(21) ^ *v0;
            *v2 = v2.wrapping_add(*v1);
            *v1 = v1.rotate_left(17) ^ *v2;
            *v2 = v2.rotate_left(32);
        }
    }

    fn run(s: &[u8], k0: u64, k1: u64) -> [u64; 4] {
        let mut state = State {
            v: [
                0x736f_6d65_7073_6575 ^ k0,
                0x646f_7261_6e64_6f6d ^ k1,
                0x6c79_6765_6e65_7261 ^ k0,
                0x7465_6462_7974_6573 ^ k1,
            ],
        };
        let mut feed = |m: u64| {
            state.v[3] ^= m;
            state.round();
            state.round();
            state.v[0] ^= m;
        };
        let words = s.chunks_exact(8);
        let rest = words.remainder();
        words.for_each(|w| feed(super::u64_at(w, 0)));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last[7] = s.len() as u8;
        feed(u64::from_le_bytes(last));
        state.v[2] ^= 0xff;
        (0..4).for_each(|_| state.round());
        state.v
    }

    pub fn hash64(s: &[u8], k0: u64, k1: u64) -> u64 {
        run(s, k0, k1).iter().fold(0, |a, b| a ^ b)
    }
    pub fn hash128(s: &[u8], k0: u64, k1: u64) -> u128 {
        let v = run(s, k0, k1);
        u128::from(v[0] ^ v[1]) | u128::from(v[2] ^ v[3]) << 64
    }
}

/// Austin Appleby's MurmurHash 2 and 3.
pub mod murmur {
    use super::{u32_at, u64_at};

    pub fn hash2_32(s: &[u8], seed: u32) -> u32 {
        const M: u32 = 0x5bd1_e995;
        let mut h = seed ^ s.len() as u32;
        let words = s.chunks_exact(4);
        let rest = words.remainder();
        for w in words {
            let mut k = u32_at(w, 0).wrapping_mul(M);
            k ^= k >> 24;
            h = h.wrapping_mul(M) ^ k.wrapping_mul(M);
        }
        if !rest.is_empty() {
            rest.iter().enumerate().for_each(|(i, b)| h ^= u32::from(*b) << (8 * i));
            h = h.wrapping_mul(M);
        }
        h ^= h >> 13;
        h = h.wrapping_mul(M);
        h ^ h >> 15
    }

    pub fn hash2_64(s: &[u8], seed: u64) -> u64 {
        const M: u64 = 0xc6a4_a793_5bd1_e995;
        let mut h = seed ^ (s.len() as u64).wrapping_mul(M);
        let words = s.chunks_exact(8);
        let rest = words.remainder();
        for w in words {
            let mut k = u64_at(w, 0).wrapping_mul(M);
            k ^= k >> 47;
            h = (h ^ k.wrapping_mul(M)).wrapping_mul(M);
        }
        if !rest.is_empty() {
            rest.iter().enumerate().for_each(|(i, b)| h ^= u64::from(*b) << (8 * i));
            h = h.wrapping_mul(M);
        }
        h ^= h >> 47;
        h = h.wrapping_mul(M);
        h ^ h >> 47
    }

    pub fn hash3_32(s: &[u8], seed: u32) -> u32 {
        let mix = |k: u32| k.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
        let mut h = seed;
        let words = s.chunks_exact(4);
        let rest = words.remainder();
        for w in words {
            h = (h ^ mix(u32_at(w, 0))).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
        }
        let mut k = 0;
        rest.iter().enumerate().for_each(|(i, b)| k ^= u32::from(*b) << (8 * i));
        if !rest.is_empty() {
            h ^= mix(k);
        }
        h ^= s.len() as u32;
        h = (h ^ h >> 16).wrapping_mul(0x85eb_ca6b);
        h = (h ^ h >> 13).wrapping_mul(0xc2b2_ae35);
        h ^ h >> 16
    }

    pub fn hash3_128(s: &[u8]) -> (u64, u64) {
        const C1: u64 = 0x87c3_7b91_1142_53d5;
        const C2: u64 = 0x4cf5_ad43_2745_937f;
        let first = |k: u64| k.wrapping_mul(C1).rotate_left(31).wrapping_mul(C2);
        let second = |k: u64| k.wrapping_mul(C2).rotate_left(33).wrapping_mul(C1);
        let finish = super::super::hash::murmur_mix;
        let (mut a, mut b) = (0u64, 0u64);
        let words = s.chunks_exact(16);
        let rest = words.remainder();
        for w in words {
            a ^= first(u64_at(w, 0));
            a = a.rotate_left(27).wrapping_add(b).wrapping_mul(5).wrapping_add(0x52dc_e729);
            b ^= second(u64_at(w, 8));
            b = b.rotate_left(31).wrapping_add(a).wrapping_mul(5).wrapping_add(0x3849_5ab5);
        }
        let mut tail = [0; 16];
        tail[..rest.len()].copy_from_slice(rest);
        b ^= second(u64_at(&tail, 8));
        a ^= first(u64_at(&tail, 0));
        a ^= s.len() as u64;
        b ^= s.len() as u64;
        a = a.wrapping_add(b);
        b = b.wrapping_add(a);
        a = finish(a);
        b = finish(b);
        a = a.wrapping_add(b);
        (a, b.wrapping_add(a))
    }
}

/// metrohash64_1 with seed 0 (J. Andrew Rogers).
pub fn metro64(s: &[u8]) -> u64 {
    const K: [u64; 4] = [0xC83A_91E1, 0x8648_DBDB, 0x7BDE_C03B, 0x2F58_70A5];
    let mut h = K[2].wrapping_mul(K[0]).wrapping_add(s.len() as u64);
    let mut at = 0;
    if s.len() >= 32 {
        let mut v = [h; 4];
        while at + 32 <= s.len() {
            for i in 0..4 {
                v[i] = v[i].wrapping_add(u64_at(s, at + 8 * i).wrapping_mul(K[i]));
                v[i] = v[i].rotate_right(29).wrapping_add(v[(i + 2) % 4]);
            }
            at += 32;
        }
        let turn = |a: u64, b: u64, k: u64, c: u64| a.wrapping_add(b).wrapping_mul(k).wrapping_add(c).rotate_right(33);
        v[2] ^= turn(v[0], v[3], K[0], v[1]).wrapping_mul(K[1]);
        v[3] ^= turn(v[1], v[2], K[1], v[0]).wrapping_mul(K[0]);
        v[0] ^= turn(v[0], v[2], K[0], v[3]).wrapping_mul(K[1]);
        v[1] ^= turn(v[1], v[3], K[1], v[2]).wrapping_mul(K[0]);
        h = h.wrapping_add(v[0] ^ v[1]);
    }
    if s.len() - at >= 16 {
        let mut a = h.wrapping_add(u64_at(s, at).wrapping_mul(K[0])).rotate_right(33).wrapping_mul(K[1]);
        let mut b = h.wrapping_add(u64_at(s, at + 8).wrapping_mul(K[1])).rotate_right(33).wrapping_mul(K[2]);
        a ^= a.wrapping_mul(K[0]).rotate_right(35).wrapping_add(b);
        b ^= b.wrapping_mul(K[3]).rotate_right(35).wrapping_add(a);
        h = h.wrapping_add(b);
        at += 16;
    }
    for (width, turn) in [(8, 33), (4, 15), (2, 13), (1, 25)] {
        if s.len() - at >= width {
            let mut bytes = [0; 8];
            bytes[..width].copy_from_slice(s.get(at..at + width).unwrap_or(&[0; 8][..width]));
            h = h.wrapping_add(u64::from_le_bytes(bytes).wrapping_mul(K[3]));
            h ^= h.rotate_right(turn).wrapping_mul(K[1]);
            at += width;
        }
    }
    h ^= h.rotate_right(33);
    h = h.wrapping_mul(K[0]);
    h ^ h.rotate_right(33)
}

/// A reflected CRC of `bits` = 32 or 64 by the table of its polynomial.
pub fn crc(s: &[u8], polynomial: u64, ones: u64) -> u64 {
    let mut crc = ones;
    for b in s {
        crc ^= u64::from(*b);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ polynomial } else { crc >> 1 };
        }
    }
    crc
}
