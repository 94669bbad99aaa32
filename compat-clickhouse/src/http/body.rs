//! A request's body as [`Input`]: content encodings taken off as it comes.

use crate::input::Input;
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use olly_types::{Code, Error, Result};
use std::io::Read;
use tokio::sync::mpsc;
use tokio_util::io::{StreamReader, SyncIoBridge};

/// Chunks decoded ahead of the reader.
const AHEAD: usize = 4;
const CHUNK: usize = 64 << 10;

/// A body's bytes.
pub struct BodyInput {
    source: Source,
    buffer: Vec<u8>,
    from: usize,
}

enum Source {
    Plain(Incoming),
    Decoded(mpsc::Receiver<std::io::Result<Bytes>>),
    Empty,
}

impl BodyInput {
    /// A body in a content encoding (None: as it is).
    ///
    /// # Errors
    /// 48 for an encoding we do not know.
    pub fn new(body: Incoming, encoding: Option<&str>) -> Result<BodyInput> {
        let encoding = encoding.map(|e| e.trim().to_ascii_lowercase());
        let source = match encoding.as_deref() {
            None | Some("" | "identity") => Source::Plain(body),
            Some(name @ ("gzip" | "x-gzip" | "deflate" | "zstd" | "lz4")) => Source::Decoded(decode(body, name)),
            Some(other) => return Err(Error::unsupported(format!("Content-Encoding {other}"))),
        };
        Ok(BodyInput { source, buffer: Vec::new(), from: 0 })
    }

    /// A body that was read already.
    pub fn read(bytes: Vec<u8>) -> BodyInput {
        BodyInput { source: Source::Empty, buffer: bytes, from: 0 }
    }

    /// Reads up to `most` bytes ahead; true when the body ended before.
    pub async fn peek(&mut self, most: usize) -> Result<bool> {
        while self.buffered().len() < most {
            if !self.more().await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Decodes on a thread of its own: the decoders pull.
fn decode(body: Incoming, name: &str) -> mpsc::Receiver<std::io::Result<Bytes>> {
    let name = name.to_string();
    let (send, receive) = mpsc::channel(AHEAD);
    let stream = futures::stream::unfold(body, |mut body| async {
        loop {
            match body.frame().await? {
                Ok(frame) => {
                    if let Ok(data) = frame.into_data() {
                        return Some((Ok(data), body));
                    }
                }
                Err(e) => return Some((Err(std::io::Error::other(e)), body)),
            }
        }
    });
    let reader = SyncIoBridge::new(StreamReader::new(Box::pin(stream)));
    tokio::task::spawn_blocking(move || {
        let mut decoder: Box<dyn Read> = match name.as_str() {
            "zstd" => match zstd::stream::read::Decoder::new(reader) {
                Ok(mut d) => {
                    // 128 MiB, as ClickHouse's decoder takes.
                    let _ = d.window_log_max(27);
                    Box::new(d)
                }
                Err(e) => {
                    let _ = send.blocking_send(Err(e));
                    return;
                }
            },
            "lz4" => Box::new(lz4_flex::frame::FrameDecoder::new(reader)),
            "deflate" => Box::new(flate2::read::ZlibDecoder::new(reader)),
            _ => Box::new(flate2::read::MultiGzDecoder::new(reader)),
        };
        loop {
            let mut chunk = vec![0; CHUNK];
            let sent = match decoder.read(&mut chunk) {
                Ok(0) => return,
                Ok(n) => {
                    chunk.truncate(n);
                    send.blocking_send(Ok(Bytes::from(chunk)))
                }
                Err(e) => {
                    let _ = send.blocking_send(Err(e));
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    });
    receive
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
            Source::Plain(body) => loop {
                match body.frame().await {
                    None => break None,
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            break Some(data);
                        }
                    }
                    Some(Err(e)) => {
                        return Err(Error::new(
                            Code::CannotReadAllData,
                            format!("Cannot read the request's body: {e}"),
                        ));
                    }
                }
            },
            Source::Decoded(chunks) => match chunks.recv().await {
                None => None,
                Some(Ok(data)) => Some(data),
                Some(Err(e)) => {
                    return Err(Error::new(Code::CannotDecompress, format!("Cannot decode the request's body: {e}")));
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
