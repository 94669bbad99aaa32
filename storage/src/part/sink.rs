//! Pages on their way into a part file: framed, checksummed, equal ones stored once.
//!
//! Invariant: nothing is read back; bytes reach the file in order through one buffer.

use super::format::{FRAME_BYTES, PageRef, checksum};
use crate::encode::{Effort, compress};
use crate::error::Result;
use olly_env::File;
use olly_types::PartId;
use std::collections::HashMap;
use std::sync::Arc;

const BUFFER: usize = 1 << 20;

pub(crate) struct Sink {
    file: Arc<dyn File>,
    id: PartId,
    pub effort: Effort,
    buffer: Vec<u8>,
    /// Offset of the buffer's first byte.
    flushed: u64,
    seen: HashMap<u128, PageRef>,
    /// Uncompressed bytes of the pages.
    pub raw_bytes: u64,
}

impl Sink {
    pub fn new(file: Arc<dyn File>, id: PartId, effort: Effort) -> Sink {
        Sink { file, id, effort, buffer: Vec::new(), flushed: 0, seen: HashMap::new(), raw_bytes: 0 }
    }

    pub fn offset(&self) -> u64 {
        self.flushed + self.buffer.len() as u64
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes a page, unless an equal one is in the file already.
    pub fn page(&mut self, raw: &[u8]) -> Result<PageRef> {
        self.raw_bytes += raw.len() as u64;
        let body = compress::compress(raw, self.effort);
        let content = olly_types::hash::content_hash(&body);
        if let Some(page) = self.seen.get(&content).filter(|p| p.len as usize == body.len()) {
            return Ok(*page);
        }
        let page = PageRef { offset: self.offset(), len: body.len() as u32 };
        let mut frame = [0u8; FRAME_BYTES];
        let crc = checksum(self.id, page.offset, &body);
        if let Some(to) = frame.first_chunk_mut::<4>() {
            *to = crc.to_le_bytes();
        }
        if let Some(to) = frame.last_chunk_mut::<4>() {
            *to = page.len.to_le_bytes();
        }
        self.buffer.extend_from_slice(&frame);
        self.raw(&body)?;
        self.seen.insert(content, page);
        Ok(page)
    }

    pub fn flush(&mut self) -> Result<()> {
        self.file.write_at(self.flushed, &self.buffer)?;
        self.flushed += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Writes what is buffered and makes the file durable (its name is the caller's business).
    pub fn finish(&mut self) -> Result<u64> {
        self.flush()?;
        self.file.sync_all()?;
        Ok(self.flushed)
    }
}
