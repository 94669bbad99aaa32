//! What has come of a compressed body and is not decoded yet, as decoders read it: where nothing is there they are told so
//! (`WouldBlock`) instead of waiting on a thread.
//!
//! Invariant: after `WouldBlock` a decoder goes on where it stood. The one of LZ4 frames cannot do so in the middle of a
//! block, so it is shown whole ones only (source: LZ4 Frame Format 1.6.4).

use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read};
use std::sync::Arc;

/// The largest block that an LZ4 frame may declare is 4 MiB; a size beyond this is no size, and the decoder says so.
const LZ4_BLOCK: usize = 8 << 20;
const LZ4_MAGIC: u32 = 0x184D_2204;
/// A frame's header without its optional fields.
const LZ4_HEADER: usize = 7;

/// Cheap to clone: one side pushes, a decoder reads.
#[derive(Clone)]
pub struct Feed(Arc<Mutex<Queue>>);

struct Queue {
    bytes: VecDeque<u8>,
    ended: bool,
    /// None: every byte may be read as it comes.
    units: Option<Units>,
}

/// Where a decoder of LZ4 frames may stop.
struct Units {
    /// Bytes at the queue's front that are whole units.
    whole: usize,
    /// In a frame: bytes behind each block, and behind the frame.
    frame: Option<(usize, usize)>,
}

impl Feed {
    /// `whole`: LZ4 frames.
    pub fn new(whole: bool) -> Feed {
        let units = whole.then_some(Units { whole: 0, frame: None });
        Feed(Arc::new(Mutex::new(Queue { bytes: VecDeque::new(), ended: false, units })))
    }

    pub fn push(&self, data: Bytes) {
        let mut queue = self.0.lock();
        let Queue { bytes, units, .. } = &mut *queue;
        bytes.extend(&data[..]);
        if let Some(units) = units {
            units.look(bytes);
        }
    }

    /// Nothing follows.
    pub fn end(&self) {
        self.0.lock().ended = true;
    }

    fn is_exhausted(&self) -> bool {
        let queue = self.0.lock();
        queue.ended && queue.bytes.is_empty()
    }
}

/// LZ4 frames one after the other, as one body; the decoder alone ends with the first.
pub struct Lz4Frames {
    decoder: lz4_flex::frame::FrameDecoder<Feed>,
    feed: Feed,
}

impl Lz4Frames {
    /// `feed` gives whole units.
    pub fn new(feed: Feed) -> Lz4Frames {
        Lz4Frames { decoder: lz4_flex::frame::FrameDecoder::new(feed.clone()), feed }
    }
}

impl Read for Lz4Frames {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        loop {
            // Nothing read without the end of the input: a frame was taken in up to its end mark.
            match self.decoder.read(out)? {
                0 if !out.is_empty() && !self.feed.is_exhausted() => {}
                n => return Ok(n),
            }
        }
    }
}

impl Units {
    /// Takes in the units that are complete now.
    fn look(&mut self, bytes: &VecDeque<u8>) {
        while let Some(n) = self.next(bytes) {
            if n == usize::MAX {
                self.whole = usize::MAX;
                return;
            }
            self.whole += n;
        }
    }

    /// Length of the next unit, when it is complete; `usize::MAX` where the bytes are no frame: the decoder will tell.
    fn next(&mut self, bytes: &VecDeque<u8>) -> Option<usize> {
        if self.whole == usize::MAX {
            return None;
        }
        let byte = |at: usize| bytes.get(self.whole + at).copied();
        let word = |at: usize| Some(u32::from_le_bytes([byte(at)?, byte(at + 1)?, byte(at + 2)?, byte(at + 3)?]));
        let there = bytes.len() - self.whole;
        match self.frame {
            None => {
                if word(0)? != LZ4_MAGIC {
                    return Some(usize::MAX);
                }
                let flags = byte(4)?;
                let (sized, dictionary) = (flags & 8 != 0, flags & 1 != 0);
                let header = LZ4_HEADER + if sized { 8 } else { 0 } + if dictionary { 4 } else { 0 };
                if there < header {
                    return None;
                }
                let checksum = |bit: u8| if flags & bit != 0 { 4 } else { 0 };
                self.frame = Some((checksum(0x10), checksum(0x04)));
                Some(header)
            }
            Some((_, behind)) if word(0)? == 0 => {
                if there < 4 + behind {
                    return None;
                }
                self.frame = None;
                Some(4 + behind)
            }
            Some((behind, _)) => {
                let size = (word(0)? & 0x7fff_ffff) as usize;
                match 4 + size + behind {
                    _ if size > LZ4_BLOCK => Some(usize::MAX),
                    unit if there < unit => None,
                    unit => Some(unit),
                }
            }
        }
    }
}

impl Read for Feed {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut queue = self.0.lock();
        let Queue { bytes, ended, units } = &mut *queue;
        let most = match units {
            Some(units) if !*ended => units.whole.min(bytes.len()),
            _ => bytes.len(),
        };
        if most == 0 {
            // The decoder takes an end of input (UnexpectedEof) for the end of the frame.
            let open = units.as_ref().is_some_and(|u| u.whole != usize::MAX && u.frame.is_some());
            return match *ended {
                true if open => Err(std::io::Error::new(ErrorKind::InvalidData, "the LZ4 frame ends early")),
                true => Ok(0),
                false => Err(ErrorKind::WouldBlock.into()),
            };
        }
        let n = bytes.read(out.get_mut(..most.min(out.len())).unwrap_or_default())?;
        if let Some(units) = units
            && units.whole != usize::MAX
        {
            units.whole = units.whole.saturating_sub(n);
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::body::decoder;
    use std::io::Write;

    fn lz4(data: &[u8], info: lz4_flex::frame::FrameInfo) -> Vec<u8> {
        let mut e = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
        e.write_all(data).unwrap();
        e.finish().unwrap()
    }

    fn encoded(data: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
        use lz4_flex::frame::{BlockMode, BlockSize, FrameInfo};
        let gzip = |d: &[u8]| {
            let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            e.write_all(d).unwrap();
            e.finish().unwrap()
        };
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(data).unwrap();
        let half = data.len() / 2;
        let zstd = |d: &[u8]| zstd::encode_all(d, 1).unwrap();
        let linked = FrameInfo::new().block_mode(BlockMode::Linked).block_size(BlockSize::Max64KB);
        let summed =
            FrameInfo::new().block_checksums(true).content_checksum(true).content_size(Some(data.len() as u64));
        vec![
            ("gzip", gzip(data)),
            ("gzip", [gzip(&data[..half]), gzip(&data[half..])].concat()),
            ("deflate", zlib.finish().unwrap()),
            ("zstd", zstd(data)),
            ("zstd", [zstd(&data[..half]), zstd(&data[half..])].concat()),
            ("lz4", lz4(data, linked.clone())),
            ("lz4", lz4(data, summed)),
            ("lz4", [lz4(&data[..half], linked.clone()), lz4(&data[half..], linked)].concat()),
        ]
    }

    /// Decodes what comes in pieces of `step` bytes.
    fn decode(name: &str, packed: &[u8], step: usize) -> std::io::Result<Vec<u8>> {
        let feed = Feed::new(name == "lz4");
        let mut decoder = decoder(name, feed.clone())?;
        let (mut out, mut pieces, mut chunk) = (Vec::new(), packed.chunks(step), vec![0; 4096]);
        loop {
            match decoder.read(&mut chunk) {
                Ok(0) => return Ok(out),
                Ok(n) => out.extend_from_slice(&chunk[..n]),
                Err(e) if e.kind() == ErrorKind::WouldBlock => match pieces.next() {
                    Some(piece) => feed.push(Bytes::copy_from_slice(piece)),
                    None => feed.end(),
                },
                Err(e) => return Err(e),
            }
        }
    }

    #[test]
    fn what_comes_in_pieces_is_decoded_as_a_whole() {
        let data: Vec<u8> =
            (0..300_000u32).map(|i| (i / 7 % 251) as u8 ^ (i.wrapping_mul(2_654_435_761) >> 30) as u8).collect();
        for (name, packed) in encoded(&data) {
            for step in [1, 2, 3, 5, 100, 4096, 1 << 20] {
                let out = decode(name, &packed, step).unwrap_or_else(|e| panic!("{name} in steps of {step}: {e}"));
                assert!(out == data, "{name} in steps of {step}: {} bytes", out.len());
            }
            for cut in [1, 3, packed.len() / 2, packed.len() - 1] {
                let got = decode(name, &packed[..cut], 1000);
                assert!(got.is_err(), "{name} cut at {cut}: {:?}", got.map(|b| b.len()));
            }
        }
    }

    #[test]
    fn what_is_no_frame_is_an_error_at_once() {
        for name in ["gzip", "deflate", "zstd", "lz4"] {
            let feed = Feed::new(name == "lz4");
            let mut decoder = decoder(name, feed.clone()).unwrap();
            feed.push(Bytes::from_static(b"this is no frame of any kind, and never was one"));
            let e = decoder.read(&mut [0; 64]).unwrap_err();
            assert_ne!(e.kind(), ErrorKind::WouldBlock, "{name}");
        }
        // A block that says it is larger than any may be.
        let feed = Feed::new(true);
        let mut decoder = decoder("lz4", feed.clone()).unwrap();
        let mut frame = lz4(b"x", lz4_flex::frame::FrameInfo::new());
        frame[7..11].copy_from_slice(&0x7fff_ffffu32.to_le_bytes());
        feed.push(frame.into());
        assert_ne!(decoder.read(&mut [0; 64]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }

    #[test]
    fn a_zstd_window_beyond_the_standard_is_refused() {
        let mut e = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        e.window_log(27).unwrap();
        e.write_all(&vec![7; 9 << 20]).unwrap();
        let packed = e.finish().unwrap();
        assert!(decode("zstd", &packed, 1 << 20).is_err());
    }
}
