//! Frames: one physical write each.
//!
//! A frame is a 64-byte header, records, and zeroes up to the segment's block. Its header carries segment sequence,
//! LSN, length and the LSN known durable when it was submitted, under a CRC of its own that also covers the CRC of
//! the body, so a header can be trusted although its body is torn. Invariant: a frame passes only in the log, segment
//! and position that it was written for (log id, sequence and LSN are under the CRC), so what a recycled segment
//! still holds never passes.

use olly_env::AlignedBuf;

use crate::record::{self, BadRecord, Lsn, RecordView, u32_at, u64_at};

/// Bytes of a frame's header.
pub const FRAME_HEADER: usize = 64;
/// First bytes of a frame: "OLWF".
pub const FRAME_MAGIC: [u8; 4] = *b"OLWF";
/// The only version so far.
pub const FRAME_VERSION: u8 = 1;

/// What a frame's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Sequence of the segment.
    pub segment: u64,
    /// Position of the frame's first byte.
    pub lsn: Lsn,
    /// Everything below was durable when the frame was submitted.
    pub durable: Lsn,
    /// Which opening of the log wrote it; never falls along the log.
    pub epoch: u32,
    /// Bytes of records.
    pub body_len: u32,
    /// Number of records; 0 for the frame that is written when the log falls idle.
    pub records: u32,
    /// CRC32C of log id and everything behind the header, padding included.
    pub body_crc: u32,
}

/// Rounds up to a multiple of `block` (a power of two).
pub(crate) fn align_up(n: usize, block: usize) -> usize {
    n.div_ceil(block) * block
}

impl FrameHeader {
    /// Bytes that the frame takes in its segment.
    pub fn size(&self, block: usize) -> usize {
        align_up(FRAME_HEADER + self.body_len as usize, block)
    }

    /// The header's bytes.
    pub fn encode(&self, log_id: u64) -> [u8; FRAME_HEADER] {
        let mut h = [0u8; FRAME_HEADER];
        h[0..4].copy_from_slice(&FRAME_MAGIC);
        h[4] = FRAME_VERSION;
        h[8..16].copy_from_slice(&self.segment.to_le_bytes());
        h[16..24].copy_from_slice(&self.lsn.to_le_bytes());
        h[24..32].copy_from_slice(&self.durable.to_le_bytes());
        h[32..36].copy_from_slice(&self.epoch.to_le_bytes());
        h[36..40].copy_from_slice(&self.body_len.to_le_bytes());
        h[40..44].copy_from_slice(&self.records.to_le_bytes());
        h[44..48].copy_from_slice(&self.body_crc.to_le_bytes());
        let crc = salted(log_id, &h[..FRAME_HEADER - 4]);
        h[60..64].copy_from_slice(&crc.to_le_bytes());
        h
    }
}

/// CRC32C of log id and bytes: bytes of another log do not pass.
pub(crate) fn salted(log_id: u64, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&log_id.to_le_bytes()), bytes)
}

/// Where a frame is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) log_id: u64,
    pub(crate) segment: u64,
    pub(crate) lsn: Lsn,
    pub(crate) block: usize,
    /// Bytes of the segment from here on.
    pub(crate) room: u64,
}

/// Why there is no frame at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoFrame {
    /// Zeroes, or a frame of the segment's earlier life: nothing was written here.
    Blank,
    /// Something was written here and is damaged.
    Damaged { expected: String, got: String },
    /// Intact, but not of this version.
    Unknown(String),
}

fn damaged(expected: impl Into<String>, got: impl Into<String>) -> NoFrame {
    NoFrame::Damaged { expected: expected.into(), got: got.into() }
}

/// Decodes and checks a frame's header; the body is not looked at.
pub(crate) fn decode_header(at: At, bytes: &[u8]) -> Result<FrameHeader, NoFrame> {
    let Some(h) = bytes.first_chunk::<FRAME_HEADER>() else {
        return Err(damaged(format!("{FRAME_HEADER} bytes of frame header"), format!("{} bytes", bytes.len())));
    };
    if h.iter().all(|b| *b == 0) {
        return Err(NoFrame::Blank);
    }
    if h[0..4] != FRAME_MAGIC {
        return Err(damaged(format!("frame of LSN {}", at.lsn), format!("first bytes {:02x?}", &h[0..4])));
    }
    let (expected, got) = (u32_at(h, 60), salted(at.log_id, &h[..FRAME_HEADER - 4]));
    if expected != got {
        return Err(damaged(format!("frame header CRC32C {expected:#010x}"), format!("{got:#010x} computed")));
    }
    let segment = u64_at(h, 8);
    if segment != at.segment {
        // Intact and of this log: the segment's earlier life, which is the only way that it gets here.
        return Err(NoFrame::Blank);
    }
    if h[4] != FRAME_VERSION || h[5] != 0 || h[6..8] != [0, 0] || h[48..60].iter().any(|b| *b != 0) {
        return Err(NoFrame::Unknown(format!(
            "frame version {} flags {:#04x} is not known to this version",
            h[4], h[5]
        )));
    }
    let header = FrameHeader {
        segment,
        lsn: u64_at(h, 16),
        durable: u64_at(h, 24),
        epoch: u32_at(h, 32),
        body_len: u32_at(h, 36),
        records: u32_at(h, 40),
        body_crc: u32_at(h, 44),
    };
    if header.lsn != at.lsn {
        return Err(damaged(format!("frame of LSN {}", at.lsn), format!("frame of LSN {}", header.lsn)));
    }
    if header.size(at.block) as u64 > at.room {
        return Err(damaged(format!("at most {} bytes of frame", at.room), format!("length {}", header.body_len)));
    }
    if header.durable > header.lsn {
        return Err(damaged(format!("durable LSN at most {}", header.lsn), format!("{}", header.durable)));
    }
    Ok(header)
}

/// Checks a frame's body (everything behind the header, padding included).
pub(crate) fn check_body(log_id: u64, header: &FrameHeader, body: &[u8]) -> Result<(), NoFrame> {
    let got = salted(log_id, body);
    if got != header.body_crc {
        let expected = format!("frame body CRC32C {:#010x}", header.body_crc);
        return Err(damaged(expected, format!("{got:#010x} computed")));
    }
    Ok(())
}

/// Walks the records of a checked frame: calls `each` with every record, its offset behind the frame's start, and
/// stops at the first error.
pub(crate) fn each_record<E>(
    log_id: u64,
    header: &FrameHeader,
    body: &[u8],
    mut each: impl FnMut(RecordView<'_>, usize) -> Result<(), E>,
) -> Result<Result<(), E>, (usize, BadRecord)> {
    let body_len = header.body_len as usize;
    let records = body.get(..body_len).ok_or((0, BadRecord::Short { want: body_len, have: body.len() }))?;
    let mut at = 0;
    let mut count = 0u32;
    while let Some(rest) = records.get(at..).filter(|r| !r.is_empty()) {
        let lsn = header.lsn + (FRAME_HEADER + at) as u64;
        let (view, size) = record::decode(log_id, lsn, rest).map_err(|e| (FRAME_HEADER + at, e))?;
        if let Err(e) = each(view, FRAME_HEADER + at) {
            return Ok(Err(e));
        }
        at += size;
        count += 1;
    }
    if count != header.records {
        let what = BadRecord::Unknown(format!("{count} records where the header says {}", header.records));
        return Err((FRAME_HEADER + at, what));
    }
    Ok(Ok(()))
}

/// A frame that is being filled. Positions are fixed as records come in; the header is written when it is sealed.
#[derive(Debug)]
pub(crate) struct FrameBuilder {
    log_id: u64,
    lsn: Lsn,
    buf: AlignedBuf,
    records: u32,
    crc: u32,
}

impl FrameBuilder {
    /// Starts a frame at `lsn` in `buf`, which is emptied.
    pub(crate) fn new(log_id: u64, lsn: Lsn, mut buf: AlignedBuf) -> FrameBuilder {
        buf.clear();
        let mut frame = FrameBuilder { log_id, lsn, buf, records: 0, crc: crc32c::crc32c(&log_id.to_le_bytes()) };
        frame.reserve(FRAME_HEADER);
        frame.buf.resize(FRAME_HEADER);
        frame
    }

    pub(crate) fn lsn(&self) -> Lsn {
        self.lsn
    }

    /// Bytes so far, header included, padding not.
    pub(crate) fn len(&self) -> usize {
        self.buf.len()
    }

    /// Number of records so far.
    pub(crate) fn records(&self) -> u32 {
        self.records
    }

    /// The bytes so far; the header is blank until sealed.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buf.as_slice()
    }

    fn reserve(&mut self, more: usize) {
        let need = align_up(self.buf.len() + more, 4096);
        if need > self.buf.capacity() {
            let mut larger = AlignedBuf::with_capacity(need.max(self.buf.capacity() * 2));
            larger.extend(self.buf.as_slice());
            self.buf = larger;
        }
    }

    /// Adds a record; answers its offset behind the frame's start.
    pub(crate) fn push(&mut self, group: u32, kind: record::Kind, index: u64, payload: &[u8]) -> usize {
        let at = self.buf.len();
        self.reserve(record::RECORD_HEADER + payload.len());
        let header = record::encode_header(self.log_id, self.lsn + at as u64, group, kind, index, payload);
        self.buf.extend(&header);
        self.buf.extend(payload);
        self.crc = crc32c::crc32c_append(crc32c::crc32c_append(self.crc, &header), payload);
        self.records += 1;
        at
    }

    /// Pads the frame to `block` and writes its header; the bytes to write.
    pub(crate) fn seal(mut self, segment: u64, durable: Lsn, epoch: u32, block: usize) -> AlignedBuf {
        let body_len = self.buf.len() - FRAME_HEADER;
        let unpadded = self.buf.len();
        let size = align_up(unpadded, block);
        self.reserve(size - unpadded);
        self.buf.resize(size);
        let body_crc = crc32c::crc32c_append(self.crc, &self.buf.as_slice()[unpadded..]);
        let header = FrameHeader {
            segment,
            lsn: self.lsn,
            durable,
            epoch,
            body_len: body_len as u32,
            records: self.records,
            body_crc,
        };
        self.buf.as_mut_slice()[..FRAME_HEADER].copy_from_slice(&header.encode(self.log_id));
        self.buf
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::Kind;

    type Sample = Vec<(u32, u64, Vec<u8>)>;

    fn sample() -> impl Strategy<Value = Sample> {
        proptest::collection::vec((any::<u32>(), any::<u64>(), proptest::collection::vec(any::<u8>(), 0..700)), 0..6)
    }

    fn build(records: &Sample, lsn: Lsn, block: usize) -> AlignedBuf {
        let mut frame = FrameBuilder::new(1, lsn, AlignedBuf::with_capacity(512));
        for (group, index, payload) in records {
            frame.push(*group, Kind::Entry, *index, payload);
        }
        frame.seal(3, lsn / 2, 9, block)
    }

    fn read(at: At, bytes: &[u8]) -> Option<Sample> {
        let header = decode_header(at, bytes).ok()?;
        let body = bytes.get(FRAME_HEADER..header.size(at.block))?;
        check_body(at.log_id, &header, body).ok()?;
        let mut out = Vec::new();
        let walked = each_record(at.log_id, &header, body, |r, _| {
            out.push((r.group, r.index, r.payload.to_vec()));
            Ok::<(), ()>(())
        });
        matches!(walked, Ok(Ok(()))).then_some(out)
    }

    proptest! {
        #[test]
        fn frames_round_trip_and_pass_nowhere_else(records in sample(), lsn in 0u64..1 << 40, wide in any::<bool>()) {
            let block = if wide { 4096 } else { 512 };
            let sealed = build(&records, lsn, block);
            prop_assert_eq!(sealed.len() % block, 0);
            let at = At { log_id: 1, segment: 3, lsn, block, room: sealed.len() as u64 };
            prop_assert_eq!(read(at, sealed.as_slice()), Some(records));
            for wrong in [
                At { log_id: 2, ..at },
                At { segment: 4, ..at },
                At { lsn: lsn + 1, ..at },
                At { room: sealed.len() as u64 - 1, ..at },
            ] {
                prop_assert_eq!(read(wrong, sealed.as_slice()), None);
            }
        }

        #[test]
        fn any_changed_byte_is_found(records in sample(), at in any::<prop::sample::Index>(), xor in 1u8..) {
            let mut sealed = build(&records, 4096, 512);
            let place = At { log_id: 1, segment: 3, lsn: 4096, block: 512, room: sealed.len() as u64 };
            let n = at.index(sealed.len());
            sealed.as_mut_slice()[n] ^= xor;
            prop_assert_eq!(read(place, sealed.as_slice()), None);
            prop_assert_eq!(read(place, &sealed.as_slice()[..n]), None);
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let at = At { log_id: 1, segment: 3, lsn: 0, block: 512, room: 300 };
            let _ = read(at, &bytes);
            let _ = record::decode(1, 0, &bytes);
            let _ = crate::state::decode_state(&bytes);
            let _ = crate::segment::SegmentHeader::decode("f", 1, &bytes);
        }
    }
}
