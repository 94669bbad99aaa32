//! A request's body as [`Input`]: content encodings taken off as it comes.
//!
//! Invariant: a body that comes slowly holds no thread, and one that unpacks to much holds no more than a chunk of it.

use super::feed::{Feed, Lz4Frames};
use super::guard::Guarded;
use crate::input::Input;
use async_trait::async_trait;
use http_body_util::BodyExt;
use olly_types::budget::Reservation;
use olly_types::{Code, Error, Result};
use std::io::{ErrorKind, Read};

/// Decoded at once.
const CHUNK: usize = 64 << 10;
/// The largest window of a zstd frame, as a power of two: what a sender of this content encoding may ask for (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// A body's bytes.
pub struct BodyInput {
    source: Source,
    buffer: Vec<u8>,
    from: usize,
}

enum Source {
    Plain(Guarded),
    /// The body, what of it is not decoded yet, and the decoder, which reads from there.
    Encoded(Guarded, Feed, Box<dyn Read + Send>),
    Empty,
}

impl BodyInput {
    /// A body in a content encoding (None: as it is).
    ///
    /// # Errors
    /// 48 for an encoding we do not know.
    pub fn new(body: Guarded, encoding: Option<&str>) -> Result<BodyInput> {
        let encoding = encoding.map(|e| e.trim().to_ascii_lowercase());
        let feed = || Feed::new(encoding.as_deref() == Some("lz4"));
        let source = match encoding.as_deref() {
            None | Some("" | "identity") => Source::Plain(body),
            Some(name @ ("gzip" | "x-gzip" | "deflate" | "zstd" | "lz4")) => {
                let feed = feed();
                let decoder = decoder(name, feed.clone()).map_err(|e| {
                    Error::new(Code::CannotDecompress, format!("Cannot decode the request's body: {e}"))
                })?;
                Source::Encoded(body, feed, decoder)
            }
            Some(other) => return Err(Error::unsupported(format!("Content-Encoding {other}"))),
        };
        Ok(BodyInput { source, buffer: Vec::new(), from: 0 })
    }

    /// A body that was read already.
    pub fn read(bytes: Vec<u8>) -> BodyInput {
        BodyInput { source: Source::Empty, buffer: bytes, from: 0 }
    }

    /// Reads up to `most` bytes ahead; true when the body ended before. `held` is made twice what is there: a copy of it
    /// follows.
    pub async fn gather(&mut self, most: usize, held: &mut Reservation) -> Result<bool> {
        while self.buffered().len() < most {
            if !self.more().await? {
                return Ok(true);
            }
            held.resize(2 * self.buffered().len() as u64)?;
        }
        Ok(false)
    }
}

/// The decoder of a content encoding; it answers `WouldBlock` where its feed is empty, and goes on from there.
pub(super) fn decoder(name: &str, feed: Feed) -> std::io::Result<Box<dyn Read + Send>> {
    Ok(match name {
        "zstd" => {
            let mut decoder = zstd::stream::read::Decoder::new(feed)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Box::new(decoder)
        }
        "lz4" => Box::new(Lz4Frames::new(feed)),
        "deflate" => Box::new(flate2::read::ZlibDecoder::new(feed)),
        _ => Box::new(flate2::read::MultiGzDecoder::new(feed)),
    })
}

/// The next bytes of a body as it is on the wire; None at its end.
async fn frame(body: &mut Guarded) -> Result<Option<bytes::Bytes>> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(e)) => {
                let code = match e.kind() {
                    ErrorKind::TimedOut => Code::SocketTimeout,
                    _ => Code::CannotReadAllData,
                };
                return Err(Error::new(code, format!("Cannot read the request's body: {e}")));
            }
        }
    }
}

#[async_trait]
impl Input for BodyInput {
    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.from..).unwrap_or(&[])
    }

    fn consume(&mut self, n: usize) {
        self.from = (self.from + n).min(self.buffer.len());
        if self.from == self.buffer.len() {
            self.buffer.clear();
            self.from = 0;
        }
    }

    async fn more(&mut self) -> Result<bool> {
        let chunk = match &mut self.source {
            Source::Empty => return Ok(false),
            Source::Plain(body) => frame(body).await?,
            Source::Encoded(body, feed, decoder) => loop {
                let mut chunk = vec![0; CHUNK];
                match decoder.read(&mut chunk) {
                    Ok(0) => break None,
                    Ok(n) => {
                        chunk.truncate(n);
                        break Some(chunk.into());
                    }
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Err(e) if e.kind() == ErrorKind::WouldBlock => match frame(body).await? {
                        Some(data) => feed.push(data),
                        None => feed.end(),
                    },
                    Err(e) => {
                        let text = format!("Cannot decode the request's body: {e}");
                        return Err(Error::new(Code::CannotDecompress, text));
                    }
                }
            },
        };
        let Some(chunk) = chunk else {
            self.source = Source::Empty;
            return Ok(false);
        };
        if self.from >= CHUNK {
            self.buffer.drain(..self.from);
            self.from = 0;
        }
        self.buffer.extend_from_slice(&chunk);
        Ok(true)
    }
}

/// Decodes a body that comes in pieces, for fuzzing. A bomb is unpacked chunk by chunk, not further than a client's body.
pub(super) fn fuzz(name: &str, packed: &[u8]) {
    let feed = Feed::new(name == "lz4");
    let Ok(mut decoder) = decoder(name, feed.clone()) else { return };
    let mut pieces = packed.chunks(1 + packed.len() / 5);
    let (mut chunk, mut unpacked) = (vec![0; CHUNK], 0);
    while unpacked < olly_types::limits::REQUEST_BODY_BYTES as usize / 16 {
        match decoder.read(&mut chunk) {
            Ok(0) => return,
            Ok(n) => unpacked += n,
            Err(e) if e.kind() == ErrorKind::WouldBlock => match pieces.next() {
                Some(piece) => feed.push(bytes::Bytes::copy_from_slice(piece)),
                None => feed.end(),
            },
            Err(_) => return,
        }
    }
}
