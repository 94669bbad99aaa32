//! Segments: files of a fixed size that the log fills one after the other.
//!
//! Names: `<sequence, 16 hex digits>.seg` for segments of the log, `<number>.spare` for prefilled ones in reserve,
//! `<number>.new` for one that is being prefilled. Invariant: a `.seg` name becomes durable only after its header is,
//! and only after everything before its base LSN is durable; sequences are contiguous.

use crate::error::WalError;
use crate::frame::salted;
use crate::record::{Lsn, u32_at, u64_at};

/// Bytes of a segment's header; frames begin behind it.
pub const SEGMENT_HEADER: usize = 4096;
/// First bytes of a segment: "OLLYWAL1".
pub const SEGMENT_MAGIC: [u8; 8] = *b"OLLYWAL1";
/// The only version so far.
pub const SEGMENT_VERSION: u16 = 1;
/// Smallest size of a segment.
pub const MIN_SEGMENT: u64 = 32 * 1024;
/// Largest size of a segment: offsets are kept in 32 bits.
pub const MAX_SEGMENT: u64 = 1 << 31;
/// Largest base LSN: sums of positions never overflow. (At 1 GB/s a log gets there after 146 years.)
pub const MAX_BASE: u64 = 1 << 62;

/// What a segment's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// Drawn at random when the log was created.
    pub log_id: u64,
    /// Counted from 1.
    pub sequence: u64,
    /// LSN of the first byte behind the header; everything below was durable when the segment was put into use.
    pub base: Lsn,
    /// Bytes of the file.
    pub size: u64,
    /// Frames begin and end at multiples of this: 512 or 4,096.
    pub block: u32,
    /// Which opening of the log put it into use.
    pub epoch: u32,
}

impl SegmentHeader {
    /// The header's bytes.
    pub fn encode(&self) -> [u8; SEGMENT_HEADER] {
        let mut h = [0u8; SEGMENT_HEADER];
        h[0..8].copy_from_slice(&SEGMENT_MAGIC);
        h[8..10].copy_from_slice(&SEGMENT_VERSION.to_le_bytes());
        h[16..24].copy_from_slice(&self.log_id.to_le_bytes());
        h[24..32].copy_from_slice(&self.sequence.to_le_bytes());
        h[32..40].copy_from_slice(&self.base.to_le_bytes());
        h[40..48].copy_from_slice(&self.size.to_le_bytes());
        h[48..52].copy_from_slice(&self.block.to_le_bytes());
        h[52..56].copy_from_slice(&self.epoch.to_le_bytes());
        let crc = salted(0, &h[..SEGMENT_HEADER - 4]);
        h[SEGMENT_HEADER - 4..].copy_from_slice(&crc.to_le_bytes());
        h
    }

    /// Decodes and checks the header of `file`, which must be the segment `sequence`.
    pub fn decode(file: &str, sequence: u64, h: &[u8]) -> Result<SegmentHeader, WalError> {
        let corrupt = |at, expected: String, got: String| Err(WalError::corrupt(file, at, expected, got));
        if h.len() != SEGMENT_HEADER {
            return corrupt(0, format!("{SEGMENT_HEADER} bytes of segment header"), format!("{} bytes", h.len()));
        }
        if h[0..8] != SEGMENT_MAGIC {
            return corrupt(0, format!("{SEGMENT_MAGIC:02x?}"), format!("{:02x?}", &h[0..8]));
        }
        let (expected, got) = (u32_at(h, SEGMENT_HEADER - 4), salted(0, &h[..SEGMENT_HEADER - 4]));
        if expected != got {
            return corrupt(0, format!("segment header CRC32C {expected:#010x}"), format!("{got:#010x} computed"));
        }
        let version = u16::from_le_bytes([h[8], h[9]]);
        if version != SEGMENT_VERSION || h[10..16].iter().chain(&h[56..SEGMENT_HEADER - 4]).any(|b| *b != 0) {
            return Err(WalError::Unsupported {
                file: file.to_string(),
                offset: 8,
                what: format!("segment version {version} flags {:02x?} is not known to this version", &h[10..16]),
            });
        }
        let header = SegmentHeader {
            log_id: u64_at(h, 16),
            sequence: u64_at(h, 24),
            base: u64_at(h, 32),
            size: u64_at(h, 40),
            block: u32_at(h, 48),
            epoch: u32_at(h, 52),
        };
        if header.sequence != sequence {
            return corrupt(24, format!("segment sequence {sequence}"), format!("{}", header.sequence));
        }
        if header.base > MAX_BASE {
            return corrupt(32, format!("base LSN at most {MAX_BASE}"), format!("{}", header.base));
        }
        if !matches!(header.block, 512 | 4096) {
            return corrupt(48, "block 512 or 4096".to_string(), format!("{}", header.block));
        }
        if !(MIN_SEGMENT..=MAX_SEGMENT).contains(&header.size) || !header.size.is_multiple_of(4096) {
            return corrupt(40, format!("segment size {MIN_SEGMENT}..={MAX_SEGMENT}"), format!("{}", header.size));
        }
        Ok(header)
    }
}

/// What a name in the log's folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// A segment of the log, by sequence.
    Segment(u64),
    /// A prefilled segment in reserve.
    Spare(u64),
    /// A segment that was being prefilled.
    New(u64),
    /// No segment: an empty file whose name says which sequence was put into use at least.
    Top(u64),
}

impl Name {
    /// The file name.
    pub fn file(self) -> String {
        match self {
            Name::Segment(n) => format!("{n:016x}.seg"),
            Name::Spare(n) => format!("{n:016x}.spare"),
            Name::New(n) => format!("{n:016x}.new"),
            Name::Top(n) => format!("{n:016x}.top"),
        }
    }

    /// What a file name stands for; `None` if it is not one of the log's.
    pub fn parse(file: &str) -> Option<Name> {
        let (digits, kind) = file.split_once('.')?;
        if digits.len() != 16 || digits.bytes().any(|b| !b.is_ascii_digit() && !(b'a'..=b'f').contains(&b)) {
            return None;
        }
        let n = u64::from_str_radix(digits, 16).ok()?;
        match kind {
            "seg" => Some(Name::Segment(n)),
            "spare" => Some(Name::Spare(n)),
            "new" => Some(Name::New(n)),
            "top" => Some(Name::Top(n)),
            _ => None,
        }
    }
}
