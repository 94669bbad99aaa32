//! A response's bytes on their way out: ClickHouse's frames, then a content encoding.

use crate::compress::{Method, compress};
use olly_types::{Code, Error, Result};
use std::io::Write;

/// Content encodings of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Gzip,
    Deflate,
    Zstd,
    Lz4,
}

impl Encoding {
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Gzip => "gzip",
            Encoding::Deflate => "deflate",
            Encoding::Zstd => "zstd",
            Encoding::Lz4 => "lz4",
        }
    }

    /// The encoding to answer an `Accept-Encoding` with: in ClickHouse's own order, those with `q=0` left out.
    pub fn choose(accept: &str) -> Option<Encoding> {
        let wanted = |name: &str| {
            accept.split(',').any(|part| {
                let mut fields = part.split(';').map(str::trim);
                let named = fields.next().is_some_and(|n| n.eq_ignore_ascii_case(name));
                named && !fields.any(|f| f.replace(' ', "").eq_ignore_ascii_case("q=0"))
            })
        };
        [("gzip", Encoding::Gzip), ("deflate", Encoding::Deflate), ("zstd", Encoding::Zstd), ("lz4", Encoding::Lz4)]
            .into_iter()
            .find_map(|(name, e)| wanted(name).then_some(e))
    }
}

enum Coder {
    None,
    Gzip(flate2::write::GzEncoder<Vec<u8>>),
    Deflate(flate2::write::ZlibEncoder<Vec<u8>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
    Lz4(lz4_flex::frame::FrameEncoder<Vec<u8>>),
}

/// Encodes what a writer gives.
pub struct Encoder {
    frames: bool,
    coder: Coder,
}

fn failed(e: impl std::fmt::Display) -> Error {
    Error::new(Code::LogicalError, format!("Cannot compress the response: {e}"))
}

impl Encoder {
    pub fn new(frames: bool, encoding: Option<Encoding>, level: u32) -> Result<Encoder> {
        let coder = match encoding {
            None => Coder::None,
            Some(Encoding::Gzip) => {
                Coder::Gzip(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level.clamp(1, 9))))
            }
            Some(Encoding::Deflate) => {
                Coder::Deflate(flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(level.clamp(1, 9))))
            }
            Some(Encoding::Zstd) => {
                Coder::Zstd(zstd::stream::write::Encoder::new(Vec::new(), level as i32).map_err(failed)?)
            }
            Some(Encoding::Lz4) => Coder::Lz4(lz4_flex::frame::FrameEncoder::new(Vec::new())),
        };
        Ok(Encoder { frames, coder })
    }

    /// Takes bytes and gives what can be sent now.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut framed = Vec::new();
        let bytes = if self.frames {
            compress(bytes, Method::Lz4, &mut framed)?;
            framed.as_slice()
        } else {
            bytes
        };
        Ok(match &mut self.coder {
            Coder::None => bytes.to_vec(),
            Coder::Gzip(w) => {
                w.write_all(bytes).and_then(|()| w.flush()).map_err(failed)?;
                std::mem::take(w.get_mut())
            }
            Coder::Deflate(w) => {
                w.write_all(bytes).and_then(|()| w.flush()).map_err(failed)?;
                std::mem::take(w.get_mut())
            }
            Coder::Zstd(w) => {
                w.write_all(bytes).and_then(|()| w.flush()).map_err(failed)?;
                std::mem::take(w.get_mut())
            }
            Coder::Lz4(w) => {
                w.write_all(bytes).and_then(|()| w.flush()).map_err(failed)?;
                std::mem::take(w.get_mut())
            }
        })
    }

    /// Ends the encoding.
    pub fn finish(self) -> Result<Vec<u8>> {
        match self.coder {
            Coder::None => Ok(Vec::new()),
            Coder::Gzip(w) => w.finish().map_err(failed),
            Coder::Deflate(w) => w.finish().map_err(failed),
            Coder::Zstd(w) => w.finish().map_err(failed),
            Coder::Lz4(w) => w.finish().map_err(failed),
        }
    }
}
