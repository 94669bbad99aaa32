//! ClickHouse's compressed frames: a CityHash128 of the rest, method, two sizes, payload.
//!
//! Invariant: nothing is decompressed before its hash matched and both sizes are under their caps.

mod cityhash;

pub use cityhash::city_hash_128;

use crate::input::{Input, need, read_vec};
use async_trait::async_trait;
use olly_types::{Code, Error, Result};

/// Method of a frame's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    None,
    Lz4,
    Zstd,
}

/// Largest frame, compressed and decompressed (clients cut at 1 to 10 MiB).
pub const MAX_FRAME: usize = 64 << 20;
/// Bytes put into one frame by us.
const FRAME: usize = 1 << 20;
/// Method byte and two sizes, which the compressed size counts too.
const HEAD: usize = 9;

fn damaged(what: impl Into<String>) -> Error {
    Error::new(Code::CannotDecompress, what)
}

/// Appends `data` as frames.
pub fn compress(data: &[u8], method: Method, out: &mut Vec<u8>) -> Result<()> {
    for piece in data.chunks(FRAME) {
        let (byte, payload) = match method {
            Method::None => (0x02, piece.to_vec()),
            Method::Lz4 => (0x82, lz4_flex::block::compress(piece)),
            Method::Zstd => (
                0x90,
                zstd::bulk::compress(piece, 1)
                    .map_err(|e| Error::new(Code::CannotDecompress, format!("Cannot compress: {e}")))?,
            ),
        };
        let start = out.len();
        out.extend_from_slice(&[0; 16]);
        out.push(byte);
        out.extend_from_slice(&((payload.len() + HEAD) as u32).to_le_bytes());
        out.extend_from_slice(&(piece.len() as u32).to_le_bytes());
        out.extend_from_slice(&payload);
        let (low, high) = city_hash_128(out.get(start + 16..).unwrap_or(&[]));
        if let Some(hash) = out.get_mut(start..start + 16) {
            hash[..8].copy_from_slice(&low.to_le_bytes());
            hash[8..].copy_from_slice(&high.to_le_bytes());
        }
    }
    Ok(())
}

/// Payload of a frame (method, sizes, data) whose hash was checked.
fn payload(frame: &[u8], size: usize) -> Result<Vec<u8>> {
    let data = frame.get(HEAD..).unwrap_or(&[]);
    match frame.first() {
        Some(0x02) if data.len() == size => Ok(data.to_vec()),
        Some(0x02) => Err(damaged("Cannot decompress: sizes of an uncompressed frame differ")),
        Some(0x82) => {
            // LZ4 cannot grow data by more than 255 times: a larger claim is a lie, found before anything is allocated.
            if size / 256 > data.len() {
                return Err(damaged("Cannot decompress: the frame claims more data than LZ4 can hold"));
            }
            let mut out = vec![0; size];
            match lz4_flex::block::decompress_into(data, &mut out) {
                Ok(n) if n == size => Ok(out),
                Ok(n) => Err(damaged(format!("Cannot decompress: {n} bytes instead of {size}"))),
                Err(e) => Err(damaged(format!("Cannot decompress: {e}"))),
            }
        }
        Some(0x90) => match zstd::bulk::decompress(data, size) {
            Ok(out) if out.len() == size => Ok(out),
            Ok(out) => Err(damaged(format!("Cannot decompress: {} bytes instead of {size}", out.len()))),
            Err(e) => Err(damaged(format!("Cannot decompress: {e}"))),
        },
        method => Err(damaged(format!("Unknown compression method: {}", method.copied().unwrap_or(0)))),
    }
}

/// Reads the next frame; None at a clean end.
async fn read_frame(input: &mut dyn Input) -> Result<Option<Vec<u8>>> {
    if crate::input::at_end(input).await? {
        return Ok(None);
    }
    need(input, 16 + HEAD).await?;
    let head = input.buffered().get(..16 + HEAD).ok_or_else(crate::input::unexpected_end)?;
    let word = |at: usize| head.get(at..at + 8).and_then(|b| <[u8; 8]>::try_from(b).ok()).map_or(0, u64::from_le_bytes);
    let size = |at: usize| {
        head.get(at..at + 4).and_then(|b| <[u8; 4]>::try_from(b).ok()).map_or(0, u32::from_le_bytes) as usize
    };
    let (low, high, packed, plain) = (word(0), word(8), size(17), size(21));
    if !(HEAD..=MAX_FRAME).contains(&packed) || plain > MAX_FRAME {
        return Err(Error::new(
            Code::TooLargeSizeCompressed,
            format!("Too large size_compressed: {packed} or decompressed: {plain}. Most likely corrupted data."),
        ));
    }
    input.consume(16);
    let mut frame = Vec::new();
    read_vec(input, packed, &mut frame).await?;
    if city_hash_128(&frame) != (low, high) {
        return Err(Error::new(
            Code::ChecksumDoesNotMatch,
            format!("Checksum doesn't match: corrupted data. Size of compressed block: {packed}"),
        ));
    }
    payload(&frame, plain).map(Some)
}

/// Frames read as plain bytes.
pub struct Frames<'a> {
    input: &'a mut dyn Input,
    buffer: Vec<u8>,
    from: usize,
}

impl<'a> Frames<'a> {
    pub fn new(input: &'a mut dyn Input) -> Self {
        Frames { input, buffer: Vec::new(), from: 0 }
    }
}

#[async_trait]
impl Input for Frames<'_> {
    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.from..).unwrap_or(&[])
    }
    fn consume(&mut self, n: usize) {
        self.from = (self.from + n).min(self.buffer.len());
    }
    async fn more(&mut self) -> Result<bool> {
        let Some(plain) = read_frame(self.input).await? else { return Ok(false) };
        if self.from == self.buffer.len() {
            self.buffer = plain;
        } else {
            self.buffer.drain(..self.from);
            self.buffer.extend_from_slice(&plain);
        }
        self.from = 0;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Dripping, Slice};

    #[test]
    fn hashes_as_the_reference_does() {
        // From the clickhouse-cityhash package 1.0.2.6, as halves of its 128-bit number: the word that a frame carries
        // first is the upper one (clickhouse-driver, `read_binary_uint128`).
        for (n, low, high) in [
            (0u32, 0x3cb5_40c3_92e5_1e29u64, 0x3df0_9dfc_64c0_9a2bu64),
            (1, 0x58a8_8a3c_8a31_e91a, 0x5a03_ab4f_802b_3f6c),
            (3, 0x3230_1bf0_c250_612d, 0x3108_fa6b_1da1_6986),
            (4, 0x25e1_c052_f640_8d75, 0x2b36_229b_a99a_a334),
            (7, 0x252e_8c01_5f4c_9bd0, 0x4d69_55e1_bc46_24e3),
            (8, 0xf2f9_f118_5545_d8ba, 0x9feb_346c_e8e3_5a98),
            (9, 0x0854_364f_e84a_ef88, 0x8088_5008_a99d_77f2),
            (15, 0x70f9_9883_5a68_4c59, 0x1443_b647_0aa1_c7ff),
            (16, 0x9b65_11d6_4404_77c7, 0x4e7e_2890_890c_933d),
            (17, 0x8a17_c6d0_4d54_31ae, 0xf0e9_ed04_b1c7_f44e),
            (31, 0xd427_62ed_f050_8928, 0x99f1_8511_2aa9_cd7e),
            (32, 0x45c6_069d_82f7_b2fc, 0xadf0_df93_5f46_a6c9),
            (64, 0xab8b_4e41_4117_0843, 0x37e8_81b2_006b_0cf6),
            (100, 0x8522_ef78_7e57_0a9c, 0xced6_81c7_8ad6_c6cf),
            (127, 0x461e_b40c_3963_012e, 0x2484_cd18_dc14_7d2c),
            (128, 0x28a8_97f9_bc9c_1b9f, 0x51bf_f790_5691_1c90),
            (143, 0xe980_bd41_eb51_6895, 0x2306_b4d4_14b0_d326),
            (144, 0xa99c_aea4_6164_a108, 0x9ba1_7602_9dbc_7f22),
            (145, 0x9eb4_a68b_ece0_2725, 0x5942_21bd_aeb6_df1a),
            (200, 0x0981_ef4f_519d_4454, 0xaf07_d3bb_a57a_0d5b),
            (272, 0x1016_3f6d_ef12_91c2, 0x48b2_0684_ded0_3309),
            (1000, 0x70f5_4ed5_2c30_8cc0, 0x99dd_0d90_658d_4424),
        ] {
            let bytes: Vec<u8> = (0..n).map(|i| ((i * 7 + n) % 256) as u8).collect();
            assert_eq!(city_hash_128(&bytes), (high, low), "{n} bytes");
        }
    }

    #[test]
    fn frames_come_back_and_damage_is_found() {
        let data: Vec<u8> = (0..3_000_000u32).flat_map(|i| (i / 7).to_le_bytes()).collect();
        for method in [Method::None, Method::Lz4, Method::Zstd] {
            let mut packed = Vec::new();
            compress(&data, method, &mut packed).expect("frames");
            let mut source = Dripping::new(&packed, 70_001);
            let mut back = Vec::new();
            futures::executor::block_on(read_vec(&mut Frames::new(&mut source), data.len(), &mut back)).expect("data");
            assert_eq!(back, data);
            for at in [0, 15, 16, 17, 20, 24, 25, 1000] {
                let mut bad = packed.clone();
                bad[at] ^= 0x40;
                let mut source = Slice(&bad);
                let mut back = Vec::new();
                let mut frames = Frames::new(&mut source);
                let read = read_vec(&mut frames, data.len(), &mut back);
                assert!(futures::executor::block_on(read).is_err(), "{method:?} byte {at}");
            }
        }
    }

    #[test]
    fn bombs_are_refused() {
        let mut frame = vec![0x82];
        frame.extend_from_slice(&19u32.to_le_bytes());
        frame.extend_from_slice(&(60u32 << 20).to_le_bytes());
        frame.extend_from_slice(&[0; 10]);
        let (low, high) = city_hash_128(&frame);
        let mut all = low.to_le_bytes().to_vec();
        all.extend_from_slice(&high.to_le_bytes());
        all.extend_from_slice(&frame);
        let mut source = Slice(&all);
        assert!(futures::executor::block_on(Frames::new(&mut source).more()).is_err());
    }
}
