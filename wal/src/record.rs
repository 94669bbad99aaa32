//! Records: what groups put into the log.
//!
//! A record is a 24-byte header and an opaque payload; the layout is in docs/formats/wal.md. Invariant: a record's
//! CRC covers its position (LSN) as well as its bytes, so a record read from the wrong place never passes.

use bytes::Bytes;

/// A position in the log's byte stream, counted from its creation; segment headers are not part of the stream.
pub type Lsn = u64;

/// Bytes of a record's header.
pub const RECORD_HEADER: usize = 24;

/// What a record says about its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A raft log entry at `index`. Entries of a group have no holes.
    Entry = 1,
    /// The group's hard state (vote); replaces the one before. `index` is 0.
    HardState = 2,
    /// The committed position: `index`, with whatever the payload adds to it.
    Committed = 3,
    /// Entries from `index` on are gone; the payload is ignored.
    Truncate = 4,
    /// Entries up to and including `index` are gone; the payload says what raft keeps about the last of them.
    Purge = 5,
    /// Written by the log itself at the start of each segment: everything it keeps about the group.
    GroupState = 6,
    /// Written by the log itself: a live entry copied forward out of an old segment.
    Moved = 7,
    /// The group is gone with all it had.
    Remove = 8,
}

impl Kind {
    /// From its number on disk.
    pub fn from_u8(n: u8) -> Option<Kind> {
        Some(match n {
            1 => Kind::Entry,
            2 => Kind::HardState,
            3 => Kind::Committed,
            4 => Kind::Truncate,
            5 => Kind::Purge,
            6 => Kind::GroupState,
            7 => Kind::Moved,
            8 => Kind::Remove,
            _ => return None,
        })
    }

    /// Its name in listings.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Entry => "entry",
            Kind::HardState => "hard-state",
            Kind::Committed => "committed",
            Kind::Truncate => "truncate",
            Kind::Purge => "purge",
            Kind::GroupState => "group-state",
            Kind::Moved => "moved",
            Kind::Remove => "remove",
        }
    }
}

/// One record. The payload is opaque to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The raft group.
    pub group: u32,
    /// What it says.
    pub kind: Kind,
    /// The raft log index where the kind has one.
    pub index: u64,
    /// Opaque bytes.
    pub payload: Bytes,
}

impl Record {
    /// A raft log entry.
    pub fn entry(group: u32, index: u64, payload: impl Into<Bytes>) -> Record {
        Record { group, kind: Kind::Entry, index, payload: payload.into() }
    }

    /// The group's hard state (vote).
    pub fn hard_state(group: u32, payload: impl Into<Bytes>) -> Record {
        Record { group, kind: Kind::HardState, index: 0, payload: payload.into() }
    }

    /// The committed position.
    pub fn committed(group: u32, index: u64, payload: impl Into<Bytes>) -> Record {
        Record { group, kind: Kind::Committed, index, payload: payload.into() }
    }

    /// Entries from `first_gone` on are removed.
    pub fn truncate(group: u32, first_gone: u64) -> Record {
        Record { group, kind: Kind::Truncate, index: first_gone, payload: Bytes::new() }
    }

    /// Entries up to and including `last_gone` are removed.
    pub fn purge(group: u32, last_gone: u64, payload: impl Into<Bytes>) -> Record {
        Record { group, kind: Kind::Purge, index: last_gone, payload: payload.into() }
    }

    /// The group is removed.
    pub fn remove(group: u32) -> Record {
        Record { group, kind: Kind::Remove, index: 0, payload: Bytes::new() }
    }

    /// Bytes that it takes in a frame.
    pub fn size(&self) -> usize {
        RECORD_HEADER + self.payload.len()
    }
}

/// The CRC of a record at `lsn`: over the position, the header without its CRC field, and the payload.
fn record_crc(log_id: u64, lsn: Lsn, header: &[u8; RECORD_HEADER], payload: &[u8]) -> u32 {
    let mut crc = crc32c::crc32c(&log_id.to_le_bytes());
    crc = crc32c::crc32c_append(crc, &lsn.to_le_bytes());
    crc = crc32c::crc32c_append(crc, &header[0..4]);
    crc = crc32c::crc32c_append(crc, &header[8..RECORD_HEADER]);
    crc32c::crc32c_append(crc, payload)
}

/// Encodes a record's header for position `lsn`.
pub(crate) fn encode_header(
    log_id: u64,
    lsn: Lsn,
    group: u32,
    kind: Kind,
    index: u64,
    payload: &[u8],
) -> [u8; RECORD_HEADER] {
    let mut h = [0u8; RECORD_HEADER];
    h[0..4].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    h[8..12].copy_from_slice(&group.to_le_bytes());
    h[12] = kind as u8;
    h[16..24].copy_from_slice(&index.to_le_bytes());
    let crc = record_crc(log_id, lsn, &h, payload);
    h[4..8].copy_from_slice(&crc.to_le_bytes());
    h
}

/// Why bytes are not a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BadRecord {
    /// Fewer bytes than the header or the payload needs.
    Short { want: usize, have: usize },
    /// The CRC does not match.
    Crc { expected: u32, got: u32 },
    /// Intact, but not of this version.
    Unknown(String),
}

impl BadRecord {
    /// (expected, got) for messages.
    pub(crate) fn describe(&self) -> (String, String) {
        match self {
            BadRecord::Short { want, have } => (format!("{want} bytes of record"), format!("{have} bytes")),
            BadRecord::Crc { expected, got } => {
                (format!("record CRC32C {expected:#010x}"), format!("{got:#010x} computed"))
            }
            BadRecord::Unknown(what) => ("a record of version 1".to_string(), what.clone()),
        }
    }
}

/// A record decoded in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordView<'a> {
    pub(crate) group: u32,
    pub(crate) kind: Kind,
    pub(crate) index: u64,
    pub(crate) payload: &'a [u8],
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// Decodes the record at the start of `bytes`, which stands at `lsn`; answers it and its size.
pub(crate) fn decode(log_id: u64, lsn: Lsn, bytes: &[u8]) -> Result<(RecordView<'_>, usize), BadRecord> {
    let short = |want| BadRecord::Short { want, have: bytes.len() };
    let header: &[u8; RECORD_HEADER] = bytes.first_chunk().ok_or_else(|| short(RECORD_HEADER))?;
    let len = u32_at(header, 0) as usize;
    let size = RECORD_HEADER + len;
    let payload = bytes.get(RECORD_HEADER..size).ok_or_else(|| short(size))?;
    let expected = u32_at(header, 4);
    let got = record_crc(log_id, lsn, header, payload);
    if expected != got {
        return Err(BadRecord::Crc { expected, got });
    }
    let kind = Kind::from_u8(header[12]).ok_or_else(|| BadRecord::Unknown(format!("record kind {}", header[12])))?;
    if header[13..16] != [0, 0, 0] {
        return Err(BadRecord::Unknown(format!("record flags {:02x?}", &header[13..16])));
    }
    Ok((RecordView { group: u32_at(header, 8), kind, index: u64_at(header, 16), payload }, size))
}
