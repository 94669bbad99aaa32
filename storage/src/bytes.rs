//! Little-endian reading and writing of stored structures.
//!
//! Invariant: a reader never reads past its slice and never allocates by a length it has not checked against the bytes left.

use crate::error::{Error, Result};

/// Appends to a byte vector.
pub(crate) trait Put {
    fn u8(&mut self, n: u8);
    fn u16(&mut self, n: u16);
    fn u32(&mut self, n: u32);
    fn u64(&mut self, n: u64);
    fn u128(&mut self, n: u128);
    /// LEB128.
    fn var(&mut self, n: u64);
    /// Zigzag LEB128.
    fn ivar(&mut self, n: i64);
    /// Length (LEB128), then the bytes.
    fn blob(&mut self, b: &[u8]);
}

impl Put for Vec<u8> {
    fn u8(&mut self, n: u8) {
        self.push(n);
    }
    fn u16(&mut self, n: u16) {
        self.extend_from_slice(&n.to_le_bytes());
    }
    fn u32(&mut self, n: u32) {
        self.extend_from_slice(&n.to_le_bytes());
    }
    fn u64(&mut self, n: u64) {
        self.extend_from_slice(&n.to_le_bytes());
    }
    fn u128(&mut self, n: u128) {
        self.extend_from_slice(&n.to_le_bytes());
    }
    fn var(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.push(n as u8);
    }
    fn ivar(&mut self, n: i64) {
        self.var(zigzag(n));
    }
    fn blob(&mut self, b: &[u8]) {
        self.var(b.len() as u64);
        self.extend_from_slice(b);
    }
}

/// Small numbers of either sign become small numbers.
pub(crate) fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}
/// Inverse of [`zigzag`].
pub(crate) fn unzigzag(n: u64) -> i64 {
    ((n >> 1) as i64) ^ -((n & 1) as i64)
}

/// Reads a byte slice from the front.
#[derive(Clone)]
pub(crate) struct Get<'a> {
    pub bytes: &'a [u8],
}

impl<'a> Get<'a> {
    pub fn new(bytes: &'a [u8]) -> Get<'a> {
        Get { bytes }
    }
    pub fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, tail) = self
            .bytes
            .split_at_checked(n)
            .ok_or_else(|| Error::damaged(format!("{n} more bytes"), format!("{}", self.bytes.len())))?;
        self.bytes = tail;
        Ok(head)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }
    pub fn u8(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }
    pub fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }
    pub fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }
    pub fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }
    pub fn u128(&mut self) -> Result<u128> {
        Ok(u128::from_le_bytes(self.array()?))
    }
    pub fn var(&mut self) -> Result<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(Error::damaged("a number of at most 64 bits", "a longer one"))
    }
    pub fn ivar(&mut self) -> Result<i64> {
        Ok(unzigzag(self.var()?))
    }
    pub fn blob(&mut self) -> Result<&'a [u8]> {
        let n = self.var()?;
        self.take(usize::try_from(n).unwrap_or(usize::MAX))
    }
    /// A count of items that take at least `least` bytes each (at least 1), so that a lie makes no large allocation.
    pub fn count(&mut self, least: usize) -> Result<usize> {
        let n = self.var()?;
        let most = self.bytes.len() / least.max(1);
        usize::try_from(n)
            .ok()
            .filter(|n| *n <= most)
            .ok_or_else(|| Error::damaged(format!("at most {most} items"), n.to_string()))
    }
    /// A count whose limit the caller knows.
    pub fn count_upto(&mut self, most: usize) -> Result<usize> {
        let n = self.var()?;
        usize::try_from(n)
            .ok()
            .filter(|n| *n <= most)
            .ok_or_else(|| Error::damaged(format!("at most {most}"), n.to_string()))
    }
    pub fn end(&self) -> Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        Err(Error::damaged("the end", format!("{} more bytes", self.bytes.len())))
    }
}
