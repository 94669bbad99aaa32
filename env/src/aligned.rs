//! Byte buffers whose address is a multiple of 4 KiB, as `O_DIRECT` wants them.
//!
//! Invariant: `as_slice().as_ptr()` is 4,096-aligned for the whole life of the buffer (it never reallocates in place).

/// The alignment of every [`AlignedBuf`], in bytes: the largest that current disks ask for.
pub const ALIGNMENT: usize = 4096;

/// A zero-filled byte buffer of a fixed capacity and a growing length.
///
/// Made without `unsafe`: it allocates up to 4,095 bytes more than it needs and starts at the first aligned one.
#[derive(Debug)]
pub struct AlignedBuf {
    raw: Box<[u8]>,
    start: usize,
    len: usize,
    capacity: usize,
}

impl AlignedBuf {
    /// A buffer of length 0 that can take `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> AlignedBuf {
        let raw = vec![0u8; capacity + ALIGNMENT].into_boxed_slice();
        // `align_offset` may legally answer usize::MAX; then (never seen outside const evaluation) work it out.
        let address = raw.as_ptr() as usize;
        let start = (ALIGNMENT - address % ALIGNMENT) % ALIGNMENT;
        AlignedBuf { raw, start, len: 0, capacity }
    }

    /// A zero-filled buffer of length `len`.
    pub fn zeroed(len: usize) -> AlignedBuf {
        let mut buf = AlignedBuf::with_capacity(len);
        buf.len = len;
        buf
    }

    /// Bytes in use.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no byte is in use.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes that fit in all.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The bytes in use.
    pub fn as_slice(&self) -> &[u8] {
        &self.raw[self.start..self.start + self.len]
    }

    /// The bytes in use, writable.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.raw[self.start..self.start + self.len]
    }

    /// Appends bytes. Panics when they do not fit: the caller checks [`AlignedBuf::capacity`] first.
    pub fn extend(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        assert!(end <= self.capacity, "aligned buffer overrun: {end} of {}", self.capacity);
        self.raw[self.start + self.len..self.start + end].copy_from_slice(bytes);
        self.len = end;
    }

    /// Sets the length; new bytes are zero. Panics beyond the capacity.
    pub fn resize(&mut self, len: usize) {
        assert!(len <= self.capacity, "aligned buffer overrun: {len} of {}", self.capacity);
        if len > self.len {
            self.raw[self.start + self.len..self.start + len].fill(0);
        }
        self.len = len;
    }

    /// Sets the length to 0.
    pub fn clear(&mut self) {
        self.len = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_aligned_and_grows_with_zeroes() {
        for capacity in [1usize, 511, 512, 4096, 70_000] {
            let mut buf = AlignedBuf::with_capacity(capacity);
            assert_eq!(buf.as_slice().as_ptr() as usize % ALIGNMENT, 0);
            buf.extend(&[7]);
            buf.resize(capacity);
            assert_eq!(buf.as_slice()[0], 7);
            assert!(buf.as_slice()[1..].iter().all(|b| *b == 0));
            buf.clear();
            buf.resize(capacity);
            assert!(buf.as_slice().iter().all(|b| *b == 0));
        }
    }
}
