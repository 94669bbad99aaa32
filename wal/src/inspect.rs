//! Looking at a log without opening it: what is in it (`ollystack wal inspect`), and what is wrong (`ollystack check`).
//!
//! Invariant: nothing is changed, and damage never ends the listing before everything readable was listed.

use std::fmt;

use olly_env::{Disk, disk};

use crate::error::{Corruption, Result, WalError};
use crate::frame::{self, FrameHeader, NoFrame};
use crate::record::{Kind, Lsn};
use crate::recover::{self, Cut};
use crate::scan::Scanner;
use crate::segment::{Name, SegmentHeader};

/// A record as listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordInfo<'a> {
    /// Offset of its header in the segment's file.
    pub offset: u64,
    /// Its position.
    pub lsn: Lsn,
    /// The group.
    pub group: u32,
    /// What it says.
    pub kind: Kind,
    /// Its index, where the kind has one.
    pub index: u64,
    /// Opaque bytes.
    pub payload: &'a [u8],
}

/// What is listed, in the order of the files.
#[derive(Clone, Debug)]
pub enum Item<'a> {
    /// A segment begins.
    Segment { file: &'a str, header: SegmentHeader },
    /// An intact frame at `offset` of the segment.
    Frame { offset: u64, header: FrameHeader },
    /// A record of the frame.
    Record(RecordInfo<'a>),
    /// The segment's chain of frames ends.
    End { offset: u64, lsn: Lsn, why: String },
    /// A segment in reserve, by file name.
    Spare(&'a str),
    /// Something cannot be read.
    Damage(Corruption),
}

/// One line for each item, as `ollystack wal inspect` prints it. Payloads are opaque here: only their length is shown.
impl fmt::Display for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Segment { file, header: h } => write!(
                f,
                "segment {file}: log {:016x}, sequence {}, base LSN {}, {} bytes, block {}, epoch {}",
                h.log_id, h.sequence, h.base, h.size, h.block, h.epoch
            ),
            Item::Frame { offset, header: h } => write!(
                f,
                "  frame at {offset}: LSN {}, {} bytes in {} records, durable below {}, epoch {}",
                h.lsn, h.body_len, h.records, h.durable, h.epoch
            ),
            Item::Record(r) => {
                let (name, len) = (r.kind.name(), r.payload.len());
                write!(f, "    {name} at {}: group {}, index {}, {len} bytes", r.offset, r.group, r.index)
            }
            Item::End { offset, lsn, why } => write!(f, "  end at {offset}: LSN {lsn}, {why}"),
            Item::Spare(name) => write!(f, "spare {name}"),
            Item::Damage(damage) => write!(f, "DAMAGE {damage}"),
        }
    }
}

/// Lists a log, calling `each` with every item. Damage is listed and skipped; only errors of the disk end it early.
pub fn inspect(disk: &dyn Disk, dir: &str, mut each: impl FnMut(Item<'_>)) -> Result<()> {
    let names = recover::names(disk, dir)?;
    if let Err(e) = names.check_top(dir) {
        each(Item::Damage(as_damage(e)?));
    }
    let recover::Names { segments, spares, unfinished, .. } = names;
    let mut scanners = Vec::new();
    for sequence in segments {
        let path = disk::join(dir, &Name::Segment(sequence).file());
        match Scanner::open(disk, &path, sequence) {
            Ok(scanner) => scanners.push(scanner),
            Err(e) => each(Item::Damage(as_damage(e)?)),
        }
    }
    let bases: Vec<Lsn> = scanners.iter().map(|s| s.header.base).collect();
    let mut epoch = 0;
    for (i, mut scanner) in scanners.into_iter().enumerate() {
        let path = scanner.path.clone();
        let log_id = scanner.header.log_id;
        each(Item::Segment { file: &path, header: scanner.header });
        let stop = bases.get(i + 1).copied();
        let end = scanner.chain(stop, &mut epoch, |header, at, body| {
            each(Item::Frame { offset: at, header: *header });
            let walked = frame::each_record(log_id, header, body, |r, offset| {
                let lsn = header.lsn + offset as u64;
                let offset = at + offset as u64;
                let (group, kind, index, payload) = (r.group, r.kind, r.index, r.payload);
                each(Item::Record(RecordInfo { offset, lsn, group, kind, index, payload }));
                Ok::<(), WalError>(())
            });
            if let Err((offset, bad)) = walked {
                let (expected, got) = bad.describe();
                let (file, offset) = (path.clone(), at + offset as u64);
                each(Item::Damage(Corruption { file, offset, expected, got }));
            }
            Ok(())
        })?;
        let why = match end.why {
            Some(NoFrame::Damaged { expected, got }) => format!("expected {expected}, got {got}"),
            Some(NoFrame::Unknown(what)) => what,
            Some(NoFrame::Blank) => "nothing written here".to_string(),
            None => "the next segment goes on here".to_string(),
        };
        each(Item::End { offset: end.offset, lsn: end.lsn, why });
    }
    for number in spares {
        each(Item::Spare(&Name::Spare(number).file()));
    }
    for number in unfinished {
        each(Item::Spare(&Name::New(number).file()));
    }
    Ok(())
}

/// Corruption and unknown versions as damage; errors of the disk as errors.
fn as_damage(e: WalError) -> Result<Corruption> {
    match e {
        WalError::Corrupt(c) => Ok(*c),
        WalError::Unsupported { file, offset, what } => {
            Ok(Corruption { file, offset, expected: "a version that is known here".to_string(), got: what })
        }
        e => Err(e),
    }
}

/// What checking a log found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Damage below what was durable: the log will not open. Empty for a sound log.
    pub damage: Vec<Corruption>,
    /// The unacknowledged tail that opening will cut; not damage.
    pub tail: Option<Cut>,
    /// Segments of the log.
    pub segments: u64,
    /// Intact frames.
    pub frames: u64,
    /// Intact records.
    pub records: u64,
    /// Bytes of live entries and their number, over all groups.
    pub live_bytes: u64,
    /// Number of live entries.
    pub live_entries: u64,
    /// Where the log ends.
    pub end: Lsn,
    /// Highest purged index of each group that purged anything; empty when recovery was not possible.
    pub purged: std::collections::BTreeMap<u32, u64>,
    /// The index behind each group's last entry; empty when recovery was not possible.
    pub ends: std::collections::BTreeMap<u32, u64>,
}

/// The result in a few lines: every finding, then a summary.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for damage in &self.damage {
            writeln!(f, "DAMAGE {damage}")?;
        }
        if let Some(cut) = &self.tail {
            writeln!(f, "unacknowledged tail in {} at offset {}: {}", cut.file, cut.offset, cut.reason)?;
        }
        let (segments, frames, records) = (self.segments, self.frames, self.records);
        write!(f, "{segments} segments, {frames} frames, {records} records, {} live entries", self.live_entries)
    }
}

/// Checks a log as opening it would, and every live entry by reading it. Errors: the disk's.
pub fn verify(disk: &dyn Disk, dir: &str) -> Result<Report> {
    let mut report = Report::default();
    match recover::recover(disk, dir) {
        Ok(found) => {
            report.segments = found.segments.len() as u64;
            report.frames = found.frames;
            report.records = found.records;
            report.end = found.end;
            report.live_bytes = found.segments.iter().map(|s| s.live).sum();
            report.live_entries = found.groups.groups.values().map(|g| g.places.len() as u64).sum();
            report.purged =
                found.groups.groups.iter().filter_map(|(id, g)| Some((*id, g.purged.as_ref()?.0))).collect();
            report.ends = found.groups.groups.iter().map(|(id, g)| (*id, g.next())).collect();
            report.tail = found.cut;
        }
        Err(e) => {
            // Recovery stops at the first damage; the listing goes on behind it.
            report.damage.push(as_damage(e)?);
            inspect(disk, dir, |item| match item {
                Item::Segment { .. } => report.segments += 1,
                Item::Frame { .. } => report.frames += 1,
                Item::Record(_) => report.records += 1,
                Item::End { lsn, .. } => report.end = lsn,
                Item::Damage(damage) if !report.damage.contains(&damage) => report.damage.push(damage),
                Item::Damage(_) | Item::Spare(_) => {}
            })?;
        }
    }
    Ok(report)
}
