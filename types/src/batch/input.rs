//! Reading and writing the pieces of an encoded batch.
//!
//! Invariant: nothing is allocated for a length before [`Input::room`] has paid for it, so that a few bytes cannot ask for much.

use super::stored::short;
use crate::error::{Code, Error, Result};

/// What is left of an encoded batch, and how much memory its values may still take.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    room: usize,
}

impl<'a> Input<'a> {
    /// `room`: bytes that all decoded values together may take.
    pub(super) fn new(bytes: &'a [u8], room: usize) -> Input<'a> {
        Input { bytes, room }
    }

    /// Pays for `n` values of `width` bytes.
    pub(super) fn room(&mut self, n: usize, width: usize) -> Result<()> {
        let wanted = n.checked_mul(width).filter(|w| *w <= self.room);
        self.room -= wanted.ok_or_else(|| damaged(format!("batch has {n} values of {width} bytes")))?;
        Ok(())
    }

    pub(super) fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, tail) = self.bytes.split_at_checked(n).ok_or_else(short)?;
        self.bytes = tail;
        Ok(head)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        let (first, tail) = self.bytes.split_first().ok_or_else(short)?;
        self.bytes = tail;
        Ok(*first)
    }

    /// An unsigned LEB128 number.
    pub(super) fn varint(&mut self) -> Result<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(damaged("batch has a number of more than 64 bits".into()))
    }

    /// A number of values, each of which will take at least a byte of memory.
    pub(super) fn count(&mut self) -> Result<usize> {
        let n = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
        if n > self.room {
            return Err(damaged(format!("batch says {n} values")));
        }
        Ok(n)
    }

    pub(super) fn signed(&mut self) -> Result<i64> {
        Ok(unzigzag(self.varint()?))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

pub(super) fn damaged(message: String) -> Error {
    Error::new(Code::CorruptedData, message)
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

pub(super) fn put_signed(out: &mut Vec<u8>, n: i64) {
    put_varint(out, zigzag(n));
}

pub(super) fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

pub(super) fn unzigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

/// Appends the low `bits` bits of each value, the first value in the lowest bits.
pub(super) fn pack(out: &mut Vec<u8>, values: impl Iterator<Item = u64>, bits: u32) {
    let mut held = 0u128;
    let mut filled = 0;
    for v in values {
        held |= u128::from(v) << filled;
        filled += bits;
        if filled >= 64 {
            out.extend_from_slice(&(held as u64).to_le_bytes());
            held >>= 64;
            filled -= 64;
        }
    }
    let rest = (held as u64).to_le_bytes();
    out.extend_from_slice(rest.get(..filled.div_ceil(8) as usize).unwrap_or_default());
}

/// Reads what [`pack`] wrote; `bits` is at most 64.
pub(super) fn unpack(input: &mut Input<'_>, n: usize, bits: u32, mut each: impl FnMut(u64)) -> Result<()> {
    if bits == 0 {
        (0..n).for_each(|_| each(0));
        return Ok(());
    }
    let length = n.checked_mul(bits as usize).map(|b| b.div_ceil(8)).ok_or_else(short)?;
    let bytes = input.take(length)?;
    let mask = u64::MAX >> (64 - bits);
    let mut words = bytes.chunks(8).map(|chunk| {
        let mut word = [0u8; 8];
        word.iter_mut().zip(chunk).for_each(|(w, b)| *w = *b);
        u64::from_le_bytes(word)
    });
    let (mut held, mut filled) = (0u128, 0);
    for _ in 0..n {
        if filled < bits {
            held |= u128::from(words.next().unwrap_or(0)) << filled;
            filled += 64;
        }
        each(held as u64 & mask);
        held >>= bits;
        filled -= bits;
    }
    Ok(())
}

/// Bits that `n` needs.
pub(super) fn bits_of(n: u64) -> u32 {
    64 - n.leading_zeros()
}
