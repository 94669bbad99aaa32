//! A fuzz target for recovery: any bytes as a log's folder.
//!
//! Invariant: no input panics, hangs, or allocates more than a small multiple of its own length.

use std::sync::Arc;

use olly_env::Env;
use olly_env::sim::{SimClock, SimDisk};

use crate::frame::{FRAME_HEADER, FrameBuilder, FrameHeader, salted};
use crate::inspect;
use crate::options::WalOptions;
use crate::record::{Kind, encode_header};
use crate::recover;
use crate::segment::{MIN_SEGMENT, Name, SEGMENT_HEADER, SegmentHeader};
use crate::wal::Wal;

const LOG_ID: u64 = 0x0123_4567_89ab_cdef;
const BLOCK: usize = 512;
/// Longest input that is looked at.
const MAX_INPUT: usize = 1 << 20;

/// Recovers, lists, checks and opens what `bytes` describe. The first byte picks how: as the raw bytes of segments; as
/// a script of frames whose checksums are right and whose fields are not; or as a script of records in sound frames.
pub fn fuzz_recover(bytes: &[u8]) {
    let bytes = bytes.get(..MAX_INPUT).unwrap_or(bytes);
    let Some((mode, rest)) = bytes.split_first() else { return };
    let disk = SimDisk::new();
    match mode % 3 {
        0 => plant_raw(&disk, rest),
        1 => plant_frames(&disk, rest),
        _ => plant_records(&disk, rest),
    }
    let _ = recover::recover(&disk, "wal");
    let _ = inspect::inspect(&disk, "wal", |item| drop(format!("{item:?}")));
    let _ = inspect::verify(&disk, "wal");
    let env = Env::sim_with(1, Arc::new(disk.clone()), Arc::new(SimClock::new()));
    if let Ok((wal, recovered)) = Wal::open(&env, "wal", WalOptions::for_tests()) {
        for (group, info) in recovered.groups {
            let end = info.entries.start.saturating_add(64).min(info.entries.end);
            let _ = wal.read(group, info.entries.start..end, 1 << 20);
        }
    }
}

/// Segments as they are: the first byte says into how many, at most three, the rest is cut.
fn plant_raw(disk: &SimDisk, bytes: &[u8]) {
    let Some((cuts, bytes)) = bytes.split_first() else { return };
    let n = bytes.len().div_ceil(usize::from(cuts % 3) + 1).max(1);
    for (i, chunk) in bytes.chunks(n).enumerate() {
        disk.plant(&format!("wal/{}", Name::Segment(i as u64 + 1).file()), chunk);
    }
}

/// An empty segment with a sound header.
fn blank(sequence: u64, base: u64) -> Vec<u8> {
    let header = SegmentHeader { log_id: LOG_ID, sequence, base, size: MIN_SEGMENT, block: BLOCK as u32, epoch: 1 };
    let mut image = header.encode().to_vec();
    image.resize(MIN_SEGMENT as usize, 0);
    image
}

/// Frames with right checksums over fields and bodies from the input, at block boundaries.
fn plant_frames(disk: &SimDisk, mut bytes: &[u8]) {
    let mut image = blank(1, 0);
    let mut at = SEGMENT_HEADER;
    while let Some((fields, rest)) = bytes.split_first_chunk::<8>() {
        let [body, records, durable, epoch, version, skip, kind, lie] = *fields;
        let body_len = (usize::from(body) * 8).min(rest.len());
        let (payload, rest) = rest.split_at(body_len);
        bytes = rest;
        let lsn = (at - SEGMENT_HEADER) as u64;
        let mut body =
            encode_header(LOG_ID, lsn + FRAME_HEADER as u64, 1, kind_of(kind), u64::from(lie), payload).to_vec();
        body.extend_from_slice(payload);
        let declared = if lie > 250 { u32::MAX - u32::from(lie) } else { body.len() as u32 };
        let padded = crate::frame::align_up(FRAME_HEADER + body.len(), BLOCK) - FRAME_HEADER;
        body.resize(padded, 0);
        let header = FrameHeader {
            segment: 1,
            lsn,
            durable: lsn.saturating_sub(u64::from(durable) * 512).wrapping_add(u64::from(durable > 250)),
            epoch: u32::from(epoch),
            body_len: declared,
            records: u32::from(records),
            body_crc: salted(LOG_ID, &body),
        };
        let mut encoded = header.encode(LOG_ID);
        encoded[4] = if version > 250 { version } else { 1 };
        let crc = salted(LOG_ID, &encoded[..FRAME_HEADER - 4]);
        encoded[FRAME_HEADER - 4..].copy_from_slice(&crc.to_le_bytes());
        let end = at + FRAME_HEADER + body.len();
        let (Some(head), true) = (image.get_mut(at..at + FRAME_HEADER), end <= MIN_SEGMENT as usize) else { break };
        head.copy_from_slice(&encoded);
        image[at + FRAME_HEADER..end].copy_from_slice(&body);
        at = end + if skip > 250 { BLOCK } else { 0 };
    }
    disk.plant(&format!("wal/{}", Name::Segment(1).file()), &image);
}

fn kind_of(n: u8) -> Kind {
    Kind::from_u8(n % 8 + 1).unwrap_or(Kind::Entry)
}

/// Sound frames of arbitrary records, over two segments.
fn plant_records(disk: &SimDisk, mut bytes: &[u8]) {
    // One input in sixteen or so begins near the end of all positions.
    let mut base = if bytes.first().is_some_and(|b| *b > 240) { crate::segment::MAX_BASE } else { 0 };
    for sequence in 1..=2u64 {
        let mut image = blank(sequence, base);
        let mut at = SEGMENT_HEADER;
        while let Some((fields, rest)) = bytes.split_first_chunk::<4>() {
            let [count, group, wide, len] = *fields;
            bytes = rest;
            let lsn = base + (at - SEGMENT_HEADER) as u64;
            let mut frame = FrameBuilder::new(LOG_ID, lsn, olly_env::AlignedBuf::with_capacity(4096));
            for _ in 0..count % 8 {
                let Some((record, rest)) = bytes.split_first_chunk::<3>() else { break };
                let n = (usize::from(len) % 64).min(rest.len());
                let (payload, rest) = rest.split_at(n);
                bytes = rest;
                let index = u64::from(record[1]) | if wide > 250 { u64::from(record[2]) << 56 } else { 0 };
                frame.push(u32::from(group % 3), kind_of(record[0]), index, payload);
            }
            let sealed = frame.seal(sequence, lsn, 1, BLOCK);
            let Some(place) = image.get_mut(at..at + sealed.len()) else { break };
            place.copy_from_slice(sealed.as_slice());
            at += sealed.len();
            if wide == 7 {
                break;
            }
        }
        base += (at - SEGMENT_HEADER) as u64;
        disk.plant(&format!("wal/{}", Name::Segment(sequence).file()), &image);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn never_panics(mode in 0u8..3, bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let mut input = vec![mode];
            input.extend(bytes);
            fuzz_recover(&input);
        }
    }
}
