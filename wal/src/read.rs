//! Reading entries back.
//!
//! Neighbours in one segment are read together, and every record is checked again (position, group, index, CRC).
//! Invariant: what is answered is exactly what was appended; an entry that vanished meanwhile is `NoEntry`.

use std::ops::Range;

use bytes::Bytes;
use olly_env::DiskError;

use crate::core::Source;
use crate::error::{Result, WalError};
use crate::record::{self, Kind, Lsn, RECORD_HEADER};
use crate::segment::Name;
use crate::state::Place;
use crate::wal::{Shared, Wal};

/// Bytes read at once, at most (a single longer record aside).
const SPAN: u64 = 1 << 20;
/// Bytes between two entries that are read along rather than skipped.
const GAP: u64 = 16 << 10;

/// An entry to read from a segment.
struct Wanted {
    group: u32,
    index: u64,
    place: Place,
    lsn: Lsn,
}

impl Wal {
    /// Reads the payloads of a group's entries, in order, as long as they are at most `max_bytes` together (the first
    /// one always). Entries are readable from the moment they were accepted.
    ///
    /// Errors: `NoEntry` when one of them is not live; corruption; the disk's, which stop the log.
    pub fn read(&self, group: u32, range: Range<u64>, max_bytes: usize) -> Result<Vec<(u64, Bytes)>> {
        loop {
            match self.try_read(group, range.clone(), max_bytes) {
                // It was rewritten forward, and its old segment used again, while it was being read. Each time takes a
                // whole round through the log's segments, so this ends.
                Err(WalError::NoEntry { index, .. }) if self.shared.core.lock().locate(group, index).is_some() => {}
                result => return result,
            }
        }
    }

    fn try_read(&self, group: u32, range: Range<u64>, max_bytes: usize) -> Result<Vec<(u64, Bytes)>> {
        let mut out = Vec::new();
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut known = None;
        {
            let core = self.shared.core.lock();
            let mut bytes = 0usize;
            for index in range {
                let (place, source) = core.locate(group, index).ok_or(WalError::NoEntry { group, index })?;
                bytes = bytes.saturating_add(place.len as usize);
                if bytes > max_bytes && !(out.is_empty() && wanted.is_empty()) {
                    break;
                }
                match source {
                    // Entries are in LSN order up to moves, so memory usually comes last; sorted below.
                    Source::Memory(payload) => out.push((index, payload)),
                    Source::File { lsn, reader, sequence } => {
                        known = reader.map(|r| (sequence, r)).or(known);
                        wanted.push(Wanted { group, index, place, lsn });
                    }
                }
            }
        }
        for (wanted, payload) in self.shared.read_places(wanted, known)? {
            out.push((wanted.index, payload));
        }
        out.sort_unstable_by_key(|(index, _)| *index);
        Ok(out)
    }
}

impl Shared {
    /// Reads entries that are about to be moved; one that vanished meanwhile is left out.
    pub(crate) fn read_to_move(
        &self,
        entries: Vec<(u32, u64, Place)>,
    ) -> std::result::Result<Vec<(u32, u64, Place, Bytes)>, DiskError> {
        let mut wanted = Vec::with_capacity(entries.len());
        {
            let core = self.core.lock();
            for (group, index, place) in entries {
                if let Some((at, Source::File { lsn, .. })) = core.locate(group, index)
                    && at == place
                {
                    wanted.push(Wanted { group, index, place, lsn });
                }
            }
        }
        match self.read_places(wanted, None) {
            Ok(read) => Ok(read.into_iter().map(|(w, payload)| (w.group, w.index, w.place, payload)).collect()),
            Err(WalError::NoEntry { .. }) => Ok(Vec::new()),
            Err(WalError::Disk(e)) => Err(e),
            Err(e) => {
                Err(DiskError::Io { op: "move", path: self.folder.dir.clone(), errno: 0, message: e.to_string() })
            }
        }
    }

    fn read_places(
        &self,
        wanted: Vec<Wanted>,
        known: Option<(u64, std::sync::Arc<dyn olly_env::File>)>,
    ) -> Result<Vec<(Wanted, Bytes)>> {
        let log_id = self.core.lock().log_id();
        let mut out = Vec::with_capacity(wanted.len());
        let mut readers = std::collections::BTreeMap::from_iter(known);
        let mut rest = wanted.into_iter().peekable();
        while let Some(first) = rest.next() {
            let sequence = first.place.segment;
            let start = u64::from(first.place.offset);
            let mut end = start + first.place.bytes();
            let mut span = vec![first];
            while let Some(next) = rest.next_if(|n| {
                let at = u64::from(n.place.offset);
                n.place.segment == sequence && (end..=end + GAP).contains(&at) && at + n.place.bytes() - start <= SPAN
            }) {
                end = u64::from(next.place.offset) + next.place.bytes();
                span.push(next);
            }
            match self.read_span(log_id, sequence, start, end, &span, &mut readers) {
                Ok(payloads) => out.extend(span.into_iter().zip(payloads)),
                Err(error) => {
                    let core = self.core.lock();
                    // The segment may have been recycled since: then the entries are not live any more.
                    for w in &span {
                        if core.groups.groups.get(&w.group).and_then(|g| g.place(w.index)) != Some(w.place) {
                            return Err(WalError::NoEntry { group: w.group, index: w.index });
                        }
                    }
                    drop(core);
                    if let WalError::Disk(e) = &error {
                        self.stop(e.clone());
                    }
                    return Err(error);
                }
            }
        }
        Ok(out)
    }

    fn read_span(
        &self,
        log_id: u64,
        sequence: u64,
        start: u64,
        end: u64,
        span: &[Wanted],
        readers: &mut std::collections::BTreeMap<u64, std::sync::Arc<dyn olly_env::File>>,
    ) -> Result<Vec<Bytes>> {
        let file = match readers.get(&sequence) {
            Some(file) => file.clone(),
            None => {
                let known = {
                    let core = self.core.lock();
                    core.segments.iter().find(|s| s.sequence == sequence).and_then(|s| s.reader.clone())
                };
                let file = self.reader(sequence, known)?;
                readers.insert(sequence, file.clone());
                file
            }
        };
        let path = self.folder.path(Name::Segment(sequence));
        let mut buf = vec![0; (end - start) as usize];
        let n = file.read_at(start, &mut buf)?;
        buf.truncate(n);
        let buf = Bytes::from(buf);
        let mut payloads = Vec::with_capacity(span.len());
        for w in span {
            let offset = u64::from(w.place.offset);
            let at = (offset - start) as usize;
            let bytes = buf.get(at..).unwrap_or(&[]);
            let bytes = bytes.get(..w.place.bytes() as usize).unwrap_or(bytes);
            let (view, size) = record::decode(log_id, w.lsn, bytes).map_err(|bad| {
                let (expected, got) = bad.describe();
                WalError::corrupt(&path, offset, expected, got)
            })?;
            let entry = matches!(view.kind, Kind::Entry | Kind::Moved);
            if !entry || (view.group, view.index) != (w.group, w.index) || size as u64 != w.place.bytes() {
                let expected = format!("entry {} of group {}", w.index, w.group);
                let got = format!("{} {} of group {}", view.kind.name(), view.index, view.group);
                return Err(WalError::corrupt(&path, offset, expected, got));
            }
            payloads.push(buf.slice(at + RECORD_HEADER..at + size));
        }
        Ok(payloads)
    }
}
