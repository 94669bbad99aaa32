//! Bit packing and bit streams.
//!
//! Invariant: `unpack(pack(v, w), w, n) == v` for values below 2^w; readers check the length before they allocate.

use crate::error::{Error, Result};

/// Bits that hold `n`.
pub(crate) fn width(n: u64) -> u32 {
    64 - n.leading_zeros()
}

/// Bytes of `n` values of `w` bits.
pub(crate) fn packed_len(n: usize, w: u32) -> usize {
    (n * w as usize).div_ceil(8)
}

/// Appends the low `w` bits of each value, least significant bit first.
pub(crate) fn pack(values: impl Iterator<Item = u64>, w: u32, out: &mut Vec<u8>) {
    if w == 0 {
        return;
    }
    let mask = if w == 64 { u64::MAX } else { (1 << w) - 1 };
    let (mut word, mut used) = (0u128, 0u32);
    for v in values {
        word |= u128::from(v & mask) << used;
        used += w;
        if used >= 64 {
            out.extend_from_slice(&(word as u64).to_le_bytes());
            word >>= 64;
            used -= 64;
        }
    }
    let rest = used.div_ceil(8) as usize;
    out.extend_from_slice(word.to_le_bytes().get(..rest).unwrap_or_default());
}

/// Reads `n` values of `w` bits and hands each to `each`.
pub(crate) fn unpack(bytes: &[u8], w: u32, n: usize, mut each: impl FnMut(u64)) -> Result<()> {
    if w > 64 || bytes.len() < packed_len(n, w) {
        return Err(Error::damaged(format!("{n} values of {w} bits"), format!("{} bytes", bytes.len())));
    }
    if w == 0 {
        for _ in 0..n {
            each(0);
        }
        return Ok(());
    }
    let mask = if w == 64 { u64::MAX } else { (1u64 << w) - 1 };
    let mut chunks = bytes.chunks_exact(8);
    let (mut word, mut have) = (0u128, 0u32);
    for _ in 0..n {
        if have < w {
            let next = match chunks.next() {
                Some(c) => u64::from_le_bytes(c.try_into().unwrap_or_default()),
                None => {
                    let mut last = [0u8; 8];
                    for (to, from) in last.iter_mut().zip(chunks.remainder()) {
                        *to = *from;
                    }
                    u64::from_le_bytes(last)
                }
            };
            word |= u128::from(next) << have;
            have += 64;
        }
        each(word as u64 & mask);
        word >>= w;
        have -= w;
    }
    Ok(())
}

/// Writes a stream of bit fields, most significant bit first.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    word: u64,
    used: u32,
}

impl BitWriter {
    /// The low `n` (at most 64) bits of `v`.
    pub fn put(&mut self, v: u64, n: u32) {
        if n == 0 {
            return;
        }
        let v = if n == 64 { v } else { v & ((1 << n) - 1) };
        let room = 64 - self.used;
        if n < room {
            self.word |= v << (room - n);
            self.used += n;
            return;
        }
        self.word |= v >> (n - room);
        self.bytes.extend_from_slice(&self.word.to_be_bytes());
        let rest = n - room;
        self.word = if rest == 0 { 0 } else { v << (64 - rest) };
        self.used = rest;
    }
    pub fn finish(mut self) -> Vec<u8> {
        let rest = self.used.div_ceil(8) as usize;
        self.bytes.extend_from_slice(self.word.to_be_bytes().get(..rest).unwrap_or_default());
        self.bytes
    }
}

/// Reads what [`BitWriter`] wrote.
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Bit position.
    at: usize,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8]) -> BitReader<'a> {
        BitReader { bytes, at: 0 }
    }
    /// The next `n` (at most 64) bits.
    pub fn get(&mut self, n: u32) -> Result<u64> {
        let end = self.at + n as usize;
        if end > self.bytes.len() * 8 {
            return Err(Error::damaged(format!("{n} more bits"), "the end"));
        }
        let mut window = [0u8; 16];
        let from = self.at / 8;
        let slice = self.bytes.get(from..(from + 9).min(self.bytes.len())).unwrap_or_default();
        for (to, from) in window.iter_mut().zip(slice) {
            *to = *from;
        }
        let shifted = u128::from_be_bytes(window) << (self.at % 8);
        self.at = end;
        Ok(if n == 0 { 0 } else { (shifted >> (128 - n)) as u64 })
    }
}
