//! The log without I/O: what is appended where, what to write next, what became durable, what can be recycled.
//!
//! `push` fixes the position of every record at once; `poll` and `poll_prepare` hand out work; `completed`,
//! `activated`, `prepared` and `recycled` take its results. Invariants: positions only grow; the watermark passes a
//! frame only after every earlier frame; a segment is put into use only after everything before it is durable; after
//! the first error nothing completes with `Ok`.

mod prepare;
mod write;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use olly_env::{AlignedBuf, DiskError, File};

use crate::error::{Result, WalError};
use crate::frame::{FRAME_HEADER, FrameBuilder, align_up};
use crate::metrics::Histogram;
use crate::options::WalOptions;
use crate::record::{Kind, Lsn, RECORD_HEADER, Record};
use crate::recover::Found;
use crate::segment::{SEGMENT_HEADER, SegmentHeader};
use crate::sink::PhysicalWrite;
use crate::state::{Groups, Place, encode_state};
use crate::validate;

/// Called when a batch is durable, or will never be. It runs on the log's own thread: it may append, and must not wait
/// for the log.
pub type Completion = Box<dyn FnOnce(Result<()>) + Send + 'static>;

/// Completions with their results, to be called without holding the core.
pub(crate) type Fired = Vec<(Completion, Result<()>)>;

/// Completions to call, and the first error if this was it.
pub(crate) type Told = (Fired, Option<WalError>);

/// Buffers kept for reuse, and the largest that is.
const POOL: usize = 4;
const POOL_MAX: usize = 2 << 20;
/// First size of a frame's buffer.
const FIRST_BUF: usize = 16 << 10;
/// Bytes of live entries that are moved at once.
const MOVE_BATCH: u64 = 256 << 10;

/// A segment of the log, in use or still to be put into use.
pub(crate) struct Segment {
    pub(crate) sequence: u64,
    pub(crate) base: Lsn,
    pub(crate) size: u64,
    pub(crate) block: usize,
    /// Offset behind the last frame that was assigned to it.
    pub(crate) used: u64,
    /// Set once it is in use.
    pub(crate) file: Option<Arc<dyn File>>,
    pub(crate) reader: Option<Arc<dyn File>>,
    /// Live bytes by group.
    pub(crate) live: BTreeMap<u32, u64>,
    /// The group states at its start end here.
    opened: Lsn,
    /// What made its last live entry die ends here.
    dead_at: Lsn,
}

impl Segment {
    pub(crate) fn live_bytes(&self) -> u64 {
        self.live.values().sum()
    }

    /// Bytes that frames with records may use: the last block is kept for an idle frame.
    fn usable(&self) -> u64 {
        self.size - self.block as u64
    }
}

struct Open {
    frame: FrameBuilder,
    segment: u64,
    offset: u64,
    done: Vec<Completion>,
    urgent: bool,
}

struct Flying {
    token: u64,
    segment: u64,
    offset: u64,
    lsn: Lsn,
    end: Lsn,
    claim: Lsn,
    bytes: Arc<AlignedBuf>,
    done: Vec<Completion>,
    submitted: u64,
    finished: bool,
}

/// What the writer has to do.
pub(crate) enum Work {
    Write(PhysicalWrite),
    /// Give a prefilled segment its header and its name.
    Activate {
        spare: u64,
        header: SegmentHeader,
    },
}

/// What the preparer has to do.
pub(crate) enum Prepare {
    /// Prefill a segment.
    Prefill { number: u64, size: u64 },
    /// Take the oldest segment out of the log: rename it to a spare, or remove it.
    Recycle { sequence: u64, spare: Option<u64> },
    /// Rewrite these entries forward.
    Move(Vec<(u32, u64, Place)>),
}

/// Counters that the core keeps.
#[derive(Clone, Default)]
pub(crate) struct Counters {
    pub(crate) records: u64,
    pub(crate) record_bytes: u64,
    pub(crate) writes: u64,
    pub(crate) written_bytes: u64,
    pub(crate) idle_writes: u64,
    pub(crate) moved_bytes: u64,
    pub(crate) recycled: u64,
    pub(crate) prefilled: u64,
    pub(crate) latency: Histogram,
}

/// Where to read an entry.
pub(crate) enum Source {
    Memory(Bytes),
    File { sequence: u64, lsn: Lsn, reader: Option<Arc<dyn File>> },
}

pub(crate) struct Core {
    pub(crate) options: WalOptions,
    log_id: u64,
    epoch: u32,
    block: usize,
    pub(crate) groups: Groups,
    pub(crate) segments: VecDeque<Segment>,
    open: Option<Open>,
    ready: VecDeque<Open>,
    flying: VecDeque<Flying>,
    pool: Vec<AlignedBuf>,
    spares: VecDeque<u64>,
    next_spare: u64,
    next_token: u64,
    /// Where the next frame begins (the open one is not counted).
    end: Lsn,
    durable: Lsn,
    /// Highest durable LSN that a durable frame repeats.
    claimed: Lsn,
    /// End of the last frame that somebody was or will be told about.
    acked_end: Lsn,
    pub(crate) queued_appends: u64,
    activating: bool,
    preparing: bool,
    full: bool,
    retry_at: u64,
    poison: Option<Arc<DiskError>>,
    /// Nothing is accepted any more; what was is still being written.
    pub(crate) closing: bool,
    /// Nothing is written any more.
    pub(crate) closed: bool,
    pub(crate) counters: Counters,
}

impl Core {
    /// From what recovery found; `files` are the durable handles of its segments. `spares` have the options' size.
    pub(crate) fn new(options: WalOptions, block: usize, found: Found, files: Vec<Arc<dyn File>>) -> Core {
        let next_spare = found.spares.iter().max().map_or(1, |n| n + 1);
        let mut segments = VecDeque::new();
        for (s, file) in found.segments.iter().zip(files) {
            segments.push_back(Segment {
                sequence: s.header.sequence,
                base: s.header.base,
                size: s.header.size,
                block: s.header.block as usize,
                used: s.end,
                file: Some(file),
                reader: None,
                live: BTreeMap::new(),
                opened: found.end,
                dead_at: found.end,
            });
        }
        let mut core = Core {
            options,
            log_id: found.log_id,
            epoch: found.epoch,
            block,
            groups: found.groups,
            segments,
            open: None,
            ready: VecDeque::new(),
            flying: VecDeque::new(),
            pool: Vec::new(),
            spares: found.spares.into(),
            next_spare,
            next_token: 1,
            end: found.end,
            durable: found.end,
            claimed: found.claimed,
            acked_end: found.end,
            queued_appends: 0,
            activating: false,
            preparing: false,
            full: false,
            retry_at: 0,
            poison: None,
            closing: false,
            closed: false,
            counters: Counters::default(),
        };
        for (id, group) in &core.groups.groups {
            for place in &group.places {
                if let Some(segment) = core.segments.iter_mut().find(|s| s.sequence == place.segment) {
                    *segment.live.entry(*id).or_default() += place.bytes();
                }
            }
        }
        match core.segments.back() {
            None => core.add_segment(1),
            // The folder has moved to a device with larger blocks: the rest of the segment cannot be written there.
            Some(last) if last.block < block => core.add_segment(last.sequence + 1),
            Some(_) => {}
        }
        core
    }

    pub(crate) fn log_id(&self) -> u64 {
        self.log_id
    }

    pub(crate) fn durable(&self) -> Lsn {
        self.durable
    }

    /// Where the next record would stand at the earliest.
    pub(crate) fn end(&self) -> Lsn {
        self.open.as_ref().map_or(self.end, |o| o.frame.lsn() + o.frame.len() as u64)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    pub(crate) fn poisoned(&self) -> Option<WalError> {
        self.poison.as_ref().map(|e| WalError::Poisoned(e.clone()))
    }

    pub(crate) fn spares(&self) -> usize {
        self.spares.len()
    }

    pub(crate) fn queued_bytes(&self) -> u64 {
        self.end() - self.durable
    }

    /// Appends a batch: all of it or an error. `done` is called once, unless this answers an error.
    pub(crate) fn push(&mut self, batch: &[Record], done: Option<Completion>) -> Result<Lsn> {
        self.accepts()?;
        let bytes: u64 = batch.iter().map(|r| r.size() as u64).sum();
        if self.queued_bytes() + bytes > self.options.queue_limit && self.queued_bytes() > 0 {
            return Err(WalError::Busy { queued: self.queued_bytes(), limit: self.options.queue_limit });
        }
        validate::batch(&self.groups, &self.options, batch)?;
        if self.full && !self.fits_reserve(bytes) {
            return Err(WalError::Full);
        }
        for record in batch {
            self.put(record.group, record.kind, record.index, &record.payload);
            self.counters.records += 1;
            self.counters.record_bytes += record.size() as u64;
        }
        let end = self.end();
        if let Some(done) = done {
            self.queued_appends += 1;
            self.finish_with(done);
        }
        Ok(end)
    }

    fn accepts(&self) -> Result<()> {
        match &self.poison {
            Some(e) => Err(WalError::Poisoned(e.clone())),
            None if self.closing => Err(WalError::Closed),
            None => Ok(()),
        }
    }

    /// Hangs a completion on everything accepted so far.
    fn finish_with(&mut self, done: Completion) {
        if let Some(open) = &mut self.open {
            open.urgent = true;
            open.done.push(done);
        } else if let Some(last) = self.ready.back_mut() {
            last.done.push(done);
        } else if let Some(last) = self.flying.back_mut() {
            last.done.push(done);
        } else {
            // Everything is durable (an empty batch): an empty frame carries it, so that order is kept.
            self.open_empty();
            if let Some(open) = &mut self.open {
                open.urgent = true;
                open.done.push(done);
            }
        }
        self.acked_end = self.acked_end.max(self.end());
    }

    /// Makes lazy records urgent.
    pub(crate) fn flush(&mut self) {
        if let Some(open) = &mut self.open {
            open.urgent = true;
        }
    }

    /// Whether something new should be proposed. Not while the disk is known to be full, and not once the reserve is
    /// spoken for (it may turn out to be full, or preparing is slower than writing): what was accepted must have a
    /// place.
    pub(crate) fn admits(&self) -> bool {
        let half_used = self.segments.back().is_some_and(|last| self.used(last) > last.size / 2);
        !self.full && (self.free_spares() > 0 || !half_used)
    }

    /// Spares that no segment waits for.
    fn free_spares(&self) -> u64 {
        let waiting = self.segments.iter().filter(|s| s.file.is_none()).count();
        // The one that is being activated has its spare already.
        self.spares.len().saturating_sub(waiting - usize::from(self.activating).min(waiting)) as u64
    }

    /// Offset behind everything that was accepted into the last segment.
    fn used(&self, last: &Segment) -> u64 {
        self.open.as_ref().map_or(last.used, |o| o.offset + o.frame.len() as u64)
    }

    /// Whether a batch fits into the present segment and what of the reserve is not spoken for.
    fn fits_reserve(&self, bytes: u64) -> bool {
        let free = self.free_spares();
        let Some(last) = self.segments.back() else { return false };
        let used = self.used(last);
        // Frame headers, padding and states at a segment's start are covered by counting half of each spare.
        let room = last.usable().saturating_sub(used + 2 * last.block as u64);
        bytes + bytes / 8 <= room || bytes <= free * self.options.segment_size / 2
    }

    /// Puts a record at the end. The caller has checked that it fits the rules.
    fn put(&mut self, group: u32, kind: Kind, index: u64, payload: &[u8]) {
        self.make_room(RECORD_HEADER + payload.len());
        let Some(open) = &mut self.open else { return };
        let offset = open.offset + open.frame.push(group, kind, index, payload) as u64;
        let place = Place { segment: open.segment, offset: offset as u32, len: payload.len() as u32 };
        let end = open.frame.lsn() + open.frame.len() as u64;
        if kind == Kind::GroupState {
            return;
        }
        let segments = &mut self.segments;
        if matches!(kind, Kind::Entry | Kind::Moved)
            && let Some(segment) = segments.back_mut()
        {
            *segment.live.entry(group).or_default() += place.bytes();
        }
        let mut gone = |p: Place| {
            if let Some(segment) = segments.iter_mut().find(|s| s.sequence == p.segment) {
                segment.dead_at = end;
                let live = segment.live.entry(group).or_default();
                *live = live.saturating_sub(p.bytes());
                if *live == 0 {
                    segment.live.remove(&group);
                }
            }
        };
        let applied = self.groups.apply(group, kind, index, payload, place, &mut gone);
        assert!(applied.is_ok(), "a record was accepted that breaks a rule: {applied:?}");
    }

    /// Sees to an open frame in which a record of `size` bytes fits.
    fn make_room(&mut self, size: usize) {
        loop {
            let Some(segment) = self.segments.back() else { return };
            let fits = |offset: u64, len: usize| offset + align_up(len, segment.block) as u64 <= segment.usable();
            if let Some(open) = &self.open {
                let len = open.frame.len() + size;
                let alone = open.frame.records() == 0;
                if fits(open.offset, len) && (alone || len - FRAME_HEADER <= self.options.frame_limit()) {
                    return;
                }
                self.close_frame();
            } else if fits(segment.used, FRAME_HEADER + size) {
                self.open_frame();
                return;
            } else {
                let next = segment.sequence + 1;
                self.add_segment(next);
            }
        }
    }

    fn open_frame(&mut self) {
        let Some(segment) = self.segments.back() else { return };
        let buf = self.pool.pop().unwrap_or_else(|| AlignedBuf::with_capacity(FIRST_BUF));
        self.open = Some(Open {
            frame: FrameBuilder::new(self.log_id, self.end, buf),
            segment: segment.sequence,
            offset: segment.used,
            done: Vec::new(),
            urgent: false,
        });
    }

    /// Sees to an open frame that need not hold a record.
    fn open_empty(&mut self) {
        if let Some(last) = self.segments.back()
            && last.used + last.block as u64 > last.size
        {
            self.add_segment(last.sequence + 1);
        }
        if self.open.is_none() {
            self.open_frame();
        }
    }

    /// Ends the open frame: what comes next goes into another one.
    fn close_frame(&mut self) {
        let Some(open) = self.open.take() else { return };
        let Some(segment) = self.segments.back_mut() else { return };
        let size = align_up(open.frame.len(), segment.block) as u64;
        segment.used = open.offset + size;
        self.end = open.frame.lsn() + size;
        if !open.done.is_empty() {
            self.acked_end = self.end;
        }
        self.ready.push_back(open);
    }

    /// Begins a segment, with every group's state at its start.
    fn add_segment(&mut self, sequence: u64) {
        self.segments.push_back(Segment {
            sequence,
            base: self.end,
            size: self.options.segment_size,
            block: self.block,
            used: SEGMENT_HEADER as u64,
            file: None,
            reader: None,
            live: BTreeMap::new(),
            opened: self.end,
            dead_at: self.end,
        });
        let states: Vec<(u32, Vec<u8>)> = self.groups.groups.iter().map(|(id, g)| (*id, encode_state(g))).collect();
        for (id, state) in states {
            self.put(id, Kind::GroupState, 0, &state);
        }
        let opened = self.end();
        if let Some(segment) = self.segments.back_mut() {
            segment.opened = opened;
        }
    }

    /// Whether something would happen if nothing came for a while.
    pub(crate) fn wants_idle(&self) -> bool {
        self.poison.is_none() && (self.open.is_some() || (self.claimed < self.acked_end && self.flying.is_empty()))
    }

    /// Whether everything accepted is durable and repeated as such.
    pub(crate) fn is_settled(&self) -> bool {
        self.open.is_none() && self.ready.is_empty() && self.flying.is_empty() && self.claimed >= self.acked_end
    }

    /// Where to read an entry; `None` when it is not live.
    pub(crate) fn locate(&self, group: u32, index: u64) -> Option<(Place, Source)> {
        let place = self.groups.groups.get(&group)?.place(index)?;
        let segment = self.segments.iter().find(|s| s.sequence == place.segment)?;
        let offset = u64::from(place.offset);
        let lsn = segment.base + offset - SEGMENT_HEADER as u64;
        if lsn < self.durable {
            let (sequence, reader) = (place.segment, segment.reader.clone());
            return Some((place, Source::File { sequence, lsn, reader }));
        }
        let payload = |start: u64, bytes: &[u8]| {
            let from = usize::try_from(offset.checked_sub(start)?).ok()? + RECORD_HEADER;
            Some(Bytes::copy_from_slice(bytes.get(from..from + place.len as usize)?))
        };
        let flying = self.flying.iter().map(|f| (f.segment, f.offset, f.lsn, f.end, f.bytes.as_slice()));
        let pending = self.ready.iter().chain(&self.open).map(|o| {
            let lsn = o.frame.lsn();
            (o.segment, o.offset, lsn, lsn + o.frame.len() as u64, o.frame.bytes())
        });
        let (_, start, _, _, bytes) =
            flying.chain(pending).find(|(s, _, from, to, _)| *s == place.segment && (*from..*to).contains(&lsn))?;
        Some((place, Source::Memory(payload(start, bytes)?)))
    }
}
