//! Bytes that come in pieces: a socket, an HTTP body, frames to decompress, or a slice.
//!
//! Invariant: a decoder asks for bytes and never allocates by a length it has only read: buffers grow with what arrives.

use async_trait::async_trait;
use olly_types::{Code, Error, Result};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};

/// A source of bytes with a look-ahead buffer.
#[async_trait]
pub trait Input: Send {
    /// What is there now.
    fn buffered(&self) -> &[u8];
    /// Drops the first `n` buffered bytes.
    fn consume(&mut self, n: usize);
    /// Gets more behind what is buffered; false at the end.
    async fn more(&mut self) -> Result<bool>;
    /// From here on `more` waits no longer than this; None: for ever, until it is called otherwise. Only sockets wait.
    fn patience(&mut self, _limit: Option<Duration>) {}
}

/// The source ended inside a value.
pub fn unexpected_end() -> Error {
    Error::new(Code::AttemptToReadAfterEof, "Attempt to read after eof")
}

/// Waits until `n` bytes are buffered. `n` is small; longer runs go through [`read_vec`].
pub async fn need(input: &mut dyn Input, n: usize) -> Result<()> {
    while input.buffered().len() < n {
        if !input.more().await? {
            return Err(unexpected_end());
        }
    }
    Ok(())
}

/// Whether the source has ended.
pub async fn at_end(input: &mut dyn Input) -> Result<bool> {
    while input.buffered().is_empty() {
        if !input.more().await? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub async fn read_u8(input: &mut dyn Input) -> Result<u8> {
    need(input, 1).await?;
    let b = input.buffered().first().copied().ok_or_else(unexpected_end)?;
    input.consume(1);
    Ok(b)
}

/// A fixed number of bytes.
pub async fn read_array<const N: usize>(input: &mut dyn Input) -> Result<[u8; N]> {
    need(input, N).await?;
    let b = input.buffered().get(..N).and_then(|b| <[u8; N]>::try_from(b).ok()).ok_or_else(unexpected_end)?;
    input.consume(N);
    Ok(b)
}

pub async fn read_u64(input: &mut dyn Input) -> Result<u64> {
    Ok(u64::from_le_bytes(read_array(input).await?))
}

/// LEB128 of at most 64 bits.
pub async fn read_varint(input: &mut dyn Input) -> Result<u64> {
    let mut n = 0u64;
    for shift in 0..10 {
        let b = read_u8(input).await?;
        n |= u64::from(b & 0x7f).checked_shl(7 * shift).unwrap_or(0);
        if b & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err(Error::new(Code::CannotReadAllData, "Cannot read a variable-length integer: more than 10 bytes"))
}

/// Appends `n` bytes to `out` as they arrive.
pub async fn read_vec(input: &mut dyn Input, n: usize, out: &mut Vec<u8>) -> Result<()> {
    let mut left = n;
    while left > 0 {
        let have = input.buffered();
        let take = have.len().min(left);
        out.extend_from_slice(have.get(..take).unwrap_or(&[]));
        input.consume(take);
        left -= take;
        if left > 0 && !input.more().await? {
            return Err(unexpected_end());
        }
    }
    Ok(())
}

/// A string with a varint length of at most `most` bytes.
pub async fn read_string(input: &mut dyn Input, most: u64) -> Result<Vec<u8>> {
    let n = read_varint(input).await?;
    if n > most {
        return Err(Error::new(Code::TooLargeStringSize, format!("Too large string size: {n}, maximum: {most}")));
    }
    let mut out = Vec::new();
    read_vec(input, n as usize, &mut out).await?;
    Ok(out)
}

/// A string that must be UTF-8.
pub async fn read_utf8(input: &mut dyn Input, most: u64) -> Result<String> {
    String::from_utf8(read_string(input, most).await?)
        .map_err(|_| Error::new(Code::IncorrectData, "a name or text of the protocol is not UTF-8"))
}

/// A slice that is all there.
pub struct Slice<'a>(pub &'a [u8]);

#[async_trait]
impl Input for Slice<'_> {
    fn buffered(&self) -> &[u8] {
        self.0
    }
    fn consume(&mut self, n: usize) {
        self.0 = self.0.get(n..).unwrap_or(&[]);
    }
    async fn more(&mut self) -> Result<bool> {
        Ok(false)
    }
}

/// A slice that arrives in pieces of `step` bytes, for tests of streaming readers.
pub struct Dripping<'a> {
    bytes: &'a [u8],
    from: usize,
    to: usize,
    step: usize,
}

impl<'a> Dripping<'a> {
    pub fn new(bytes: &'a [u8], step: usize) -> Self {
        Dripping { bytes, from: 0, to: 0, step: step.max(1) }
    }
}

#[async_trait]
impl Input for Dripping<'_> {
    fn buffered(&self) -> &[u8] {
        self.bytes.get(self.from..self.to).unwrap_or(&[])
    }
    fn consume(&mut self, n: usize) {
        self.from = (self.from + n).min(self.to);
    }
    async fn more(&mut self) -> Result<bool> {
        let to = (self.to + self.step).min(self.bytes.len());
        let grew = to > self.to;
        self.to = to;
        Ok(grew)
    }
}

/// A reader such as a socket, buffered.
pub struct Reader<R> {
    reader: R,
    buffer: Vec<u8>,
    from: usize,
    patience: Option<Duration>,
}

/// Bytes asked of a reader at once.
const CHUNK: usize = 64 << 10;

impl<R: AsyncRead + Unpin + Send> Reader<R> {
    pub fn new(reader: R) -> Self {
        Reader { reader, buffer: Vec::new(), from: 0, patience: None }
    }
}

#[async_trait]
impl<R: AsyncRead + Unpin + Send> Input for Reader<R> {
    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.from..).unwrap_or(&[])
    }
    fn consume(&mut self, n: usize) {
        self.from = (self.from + n).min(self.buffer.len());
        if self.from == self.buffer.len() {
            // What a large packet took must not stay with an idle connection.
            if self.buffer.capacity() > 2 * CHUNK {
                self.buffer = Vec::new();
            }
            self.buffer.clear();
            self.from = 0;
        }
    }
    async fn more(&mut self) -> Result<bool> {
        if self.from >= CHUNK {
            self.buffer.drain(..self.from);
            self.from = 0;
        }
        self.buffer.reserve(CHUNK);
        let read = self.reader.read_buf(&mut self.buffer);
        let read = match self.patience {
            None => read.await,
            Some(limit) => tokio::time::timeout(limit, read).await.map_err(|_| {
                let text = format!("Timeout exceeded while receiving data from client. Waited for {limit:?}");
                Error::new(Code::SocketTimeout, text)
            })?,
        };
        let n =
            read.map_err(|e| Error::new(Code::NetworkError, format!("I/O error while reading from the client: {e}")))?;
        Ok(n > 0)
    }
    fn patience(&mut self, limit: Option<Duration>) {
        self.patience = limit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_waits_as_long_as_it_is_told() {
        let (mut sender, receiver) = tokio::io::duplex(64);
        let mut reader = Reader::new(receiver);
        reader.patience(Some(Duration::from_millis(20)));
        assert_eq!(reader.more().await.unwrap_err().code, Code::SocketTimeout);
        // What comes later is there all the same.
        tokio::io::AsyncWriteExt::write_all(&mut sender, b"late").await.unwrap();
        assert!(reader.more().await.unwrap());
        assert_eq!(reader.buffered(), b"late");
        drop(sender);
        reader.consume(4);
        assert!(!reader.more().await.unwrap());
    }
}
