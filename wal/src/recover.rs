//! Recovery: from the files to the state they stand for (DESIGN §4).
//!
//! Only the last segment may have a tail: a segment is put into use after everything before it is durable. In the last
//! one the chain of intact frames ends somewhere; damage at or above the highest LSN that any intact header calls
//! durable is unacknowledged tail and is cut, whatever follows it; damage below is corruption and refused. Invariant:
//! reading changes nothing, so recovery can be repeated and its result is the same.

use std::collections::BTreeMap;

use olly_env::{Disk, disk};

use crate::error::{Result, WalError};
use crate::frame::{self, FrameHeader, NoFrame};
use crate::record::{BadRecord, Kind, Lsn, RecordView};
use crate::scan::{ChainEnd, Scanner};
use crate::segment::{Name, SEGMENT_HEADER, SegmentHeader};
use crate::state::{Groups, Place, StateView, decode_state};

/// An unacknowledged tail that was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The segment's path.
    pub file: String,
    /// Offset at which the log ends.
    pub offset: u64,
    /// The same as a position.
    pub lsn: Lsn,
    /// What was there instead of an intact frame.
    pub reason: String,
    /// Intact frame headers behind the cut (writes that were in flight together).
    pub dropped_frames: u64,
}

/// A segment as recovery found it.
#[derive(Clone, Debug)]
pub(crate) struct FoundSegment {
    pub(crate) path: String,
    pub(crate) header: SegmentHeader,
    /// Offset behind its last frame.
    pub(crate) end: u64,
    /// Bytes of live entries.
    pub(crate) live: u64,
}

/// What the files stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) groups: Groups,
    pub(crate) segments: Vec<FoundSegment>,
    /// Names in reserve.
    pub(crate) spares: Vec<u64>,
    /// Names that were being prefilled.
    pub(crate) unfinished: Vec<u64>,
    /// Sequences that the folder says were put into use.
    pub(crate) tops: Vec<u64>,
    pub(crate) log_id: u64,
    /// Highest epoch seen anywhere.
    pub(crate) epoch: u32,
    /// Where the log ends.
    pub(crate) end: Lsn,
    /// Highest LSN that an intact frame of the chain calls durable.
    pub(crate) claimed: Lsn,
    pub(crate) cut: Option<Cut>,
    pub(crate) frames: u64,
    pub(crate) records: u64,
}

/// The log's names in a folder, by what they stand for; segments in order.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) segments: Vec<u64>,
    pub(crate) spares: Vec<u64>,
    pub(crate) unfinished: Vec<u64>,
    pub(crate) tops: Vec<u64>,
}

pub(crate) fn names(disk: &dyn Disk, dir: &str) -> Result<Names> {
    let mut names = Names::default();
    for entry in disk.list(dir)? {
        match Name::parse(&entry.name) {
            Some(Name::Segment(n)) => names.segments.push(n),
            Some(Name::Spare(n)) => names.spares.push(n),
            Some(Name::New(n)) => names.unfinished.push(n),
            Some(Name::Top(n)) => names.tops.push(n),
            None => {}
        }
    }
    names.segments.sort_unstable();
    Ok(names)
}

impl Names {
    /// The segment that must be there and is not: a log without its newest segments would look like a shorter log.
    pub(crate) fn check_top(&self, dir: &str) -> Result<()> {
        match self.tops.iter().max() {
            Some(top) if self.segments.last().is_none_or(|last| last < top) => {
                let path = disk::join(dir, &Name::Segment(*top).file());
                Err(WalError::corrupt(&path, 0, format!("segment {top}, which was put into use"), "no such file"))
            }
            _ => Ok(()),
        }
    }
}

/// Reads a log. Errors: corruption, an unknown version, or the disk's.
pub(crate) fn recover(disk: &dyn Disk, dir: &str) -> Result<Found> {
    let names = names(disk, dir)?;
    names.check_top(dir)?;
    let Names { segments: sequences, spares, unfinished, tops } = names;
    let mut found = Found { spares, unfinished, tops, ..Found::default() };
    let mut scanners = Vec::with_capacity(sequences.len());
    for (i, sequence) in sequences.iter().enumerate() {
        let path = disk::join(dir, &Name::Segment(*sequence).file());
        if let Some(before) = i.checked_sub(1).and_then(|i| sequences.get(i))
            && before + 1 != *sequence
        {
            let missing = disk::join(dir, &Name::Segment(before + 1).file());
            return Err(WalError::corrupt(&missing, 0, format!("segment {}", before + 1), "no such file"));
        }
        let scanner = Scanner::open(disk, &path, *sequence)?;
        if i == 0 {
            found.log_id = scanner.header.log_id;
        } else if scanner.header.log_id != found.log_id {
            let (expected, got) = (format!("log {:016x}", found.log_id), format!("{:016x}", scanner.header.log_id));
            return Err(WalError::corrupt(&path, 16, expected, got));
        }
        scanners.push(scanner);
    }
    let bases: Vec<Lsn> = scanners.iter().map(|s| s.header.base).collect();
    let mut replay = Replay { found: &mut found, live: BTreeMap::new(), first_sequence: 0 };
    replay.first_sequence = sequences.first().copied().unwrap_or(0);
    let mut chain_epoch = 0;
    for (i, scanner) in scanners.iter_mut().enumerate() {
        let stop = bases.get(i + 1).copied();
        let sequence = scanner.header.sequence;
        let path = scanner.path.clone();
        replay.found.epoch = replay.found.epoch.max(scanner.header.epoch);
        replay.found.claimed = replay.found.claimed.max(scanner.header.base);
        let end = scanner
            .chain(stop, &mut chain_epoch, |header, at, body| replay.frame(&path, sequence, header, at, body))?;
        match stop {
            Some(stop) if end.lsn == stop => {}
            Some(stop) => return Err(refuse(&path, &end, stop)),
            None => tail(scanner, &end, replay.found)?,
        }
        replay.found.epoch = replay.found.epoch.max(chain_epoch);
        replay.found.end = end.lsn;
        let (header, end) = (scanner.header, end.offset);
        replay.found.segments.push(FoundSegment { path, header, end, live: 0 });
    }
    let live = replay.live;
    for segment in &mut found.segments {
        segment.live = live.get(&segment.header.sequence).copied().unwrap_or(0);
    }
    settle(&mut found)?;
    Ok(found)
}

/// Every entry that the log calls live must have been found.
fn settle(found: &mut Found) -> Result<()> {
    let file = found.segments.first().map_or_else(String::new, |s| s.path.clone());
    for (id, group) in &mut found.groups.groups {
        if let Err(index) = group.settle() {
            let expected = format!("entry {index} of group {id}, which the log calls live");
            return Err(WalError::corrupt(&file, SEGMENT_HEADER as u64, expected, "no record of it in any segment"));
        }
    }
    Ok(())
}

/// The error for a chain that ends below what was durable.
fn refuse(path: &str, end: &ChainEnd, durable: Lsn) -> WalError {
    let (expected, got) = match &end.why {
        Some(NoFrame::Unknown(what)) => {
            return WalError::Unsupported { file: path.to_string(), offset: end.offset, what: what.clone() };
        }
        Some(NoFrame::Damaged { expected, got }) => (expected.clone(), got.clone()),
        Some(NoFrame::Blank) => (format!("frame of LSN {}", end.lsn), "nothing written here".to_string()),
        None => (format!("frame of LSN {}", end.lsn), "end of the segment".to_string()),
    };
    WalError::corrupt(path, end.offset, format!("{expected} (all below LSN {durable} was durable)"), got)
}

/// Tells the tail of the last segment from corruption.
fn tail(scanner: &mut Scanner, end: &ChainEnd, found: &mut Found) -> Result<()> {
    if let Some(NoFrame::Unknown(_)) = end.why {
        return Err(refuse(&scanner.path, end, end.lsn));
    }
    let beyond = scanner.beyond(end.offset + u64::from(scanner.header.block))?;
    if beyond.durable > end.lsn {
        return Err(refuse(&scanner.path, end, beyond.durable));
    }
    found.epoch = found.epoch.max(beyond.epoch).max(end.torn.map_or(0, |h| h.epoch));
    let reason = match &end.why {
        Some(NoFrame::Damaged { expected, got }) => format!("expected {expected}, got {got}"),
        _ => "nothing written here".to_string(),
    };
    // Without an intact header there or behind, it is the blank or recycled rest of the segment.
    if end.torn.is_some() || beyond.headers > 0 {
        found.cut = Some(Cut {
            file: scanner.path.clone(),
            offset: end.offset,
            lsn: end.lsn,
            reason,
            dropped_frames: beyond.headers,
        });
    }
    Ok(())
}

struct Replay<'a> {
    found: &'a mut Found,
    live: BTreeMap<u64, u64>,
    first_sequence: u64,
}

impl Replay<'_> {
    fn frame(&mut self, path: &str, sequence: u64, header: &FrameHeader, at: u64, body: &[u8]) -> Result<()> {
        self.found.frames += 1;
        self.found.claimed = self.found.claimed.max(header.durable);
        let log_id = self.found.log_id;
        let walked = frame::each_record(log_id, header, body, |record, offset| {
            self.record(path, sequence, at + offset as u64, record)
        });
        match walked {
            Ok(done) => done,
            Err((offset, BadRecord::Unknown(what))) => {
                Err(WalError::Unsupported { file: path.to_string(), offset: at + offset as u64, what })
            }
            Err((offset, bad)) => {
                let (expected, got) = bad.describe();
                Err(WalError::corrupt(path, at + offset as u64, expected, got))
            }
        }
    }

    fn record(&mut self, path: &str, sequence: u64, offset: u64, r: RecordView<'_>) -> Result<()> {
        self.found.records += 1;
        if r.kind == Kind::GroupState {
            return self.group_state(path, sequence, offset, r);
        }
        // Segments are at most 2 GiB, so offsets and lengths fit.
        let place = Place { segment: sequence, offset: offset as u32, len: r.payload.len() as u32 };
        let live = &mut self.live;
        if matches!(r.kind, Kind::Entry | Kind::Moved) {
            *live.entry(sequence).or_default() += place.bytes();
        }
        let mut gone = |p: Place| {
            let n = live.entry(p.segment).or_default();
            *n = n.saturating_sub(p.bytes());
        };
        self.found
            .groups
            .apply(r.group, r.kind, r.index, r.payload, place, &mut gone)
            .map_err(|broken| WalError::corrupt(path, offset, "a record that fits the ones before", broken))
    }

    fn group_state(&mut self, path: &str, sequence: u64, offset: u64, r: RecordView<'_>) -> Result<()> {
        let expected = format!("the state of group {}", r.group);
        let view = decode_state(r.payload).map_err(|got| WalError::corrupt(path, offset, expected.as_str(), got))?;
        match self.found.groups.groups.get(&r.group) {
            None if sequence == self.first_sequence => {
                self.found.groups.groups.insert(r.group, view.into_group());
                Ok(())
            }
            None => Err(WalError::corrupt(path, offset, format!("no state of unknown group {}", r.group), "one")),
            Some(known) if StateView::of(known) == view => Ok(()),
            Some(known) => {
                let known = StateView::of(known);
                let expected = format!("{expected}: entries {}..{}", known.first, known.next);
                Err(WalError::corrupt(path, offset, expected, format!("entries {}..{}", view.first, view.next)))
            }
        }
    }
}
