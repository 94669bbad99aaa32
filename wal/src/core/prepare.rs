//! The preparer's side of the core: segments to prefill, to recycle, and entries to rewrite forward.
//!
//! Invariant: a segment leaves the log only when it is the oldest, none of its entries is live, what made them dead is
//! durable, and so are the group states at the start of the next one.

use bytes::Bytes;
use olly_env::DiskError;

use super::{Core, MOVE_BATCH, Prepare, Segment, Told};
use crate::record::Kind;
use crate::state::Place;

impl Core {
    /// What to prepare next.
    pub(crate) fn poll_prepare(&mut self, now: u64) -> Option<Prepare> {
        if !self.may_prepare() {
            return None;
        }
        let work = self.recycle().or_else(|| self.prefill(now)).or_else(|| self.moves());
        self.preparing = work.is_some();
        work
    }

    /// Whether `poll_prepare` would find work: asked after every write, so that the preparer is woken only for it.
    pub(crate) fn wants_prepare(&self, now: u64) -> bool {
        self.may_prepare() && (self.can_recycle() || self.lacks_spare(now) || self.should_move())
    }

    fn may_prepare(&self) -> bool {
        let waiting = self.segments.back().is_some_and(|s| s.file.is_none());
        self.poison.is_none() && !self.preparing && (!self.closing || waiting)
    }

    fn can_recycle(&self) -> bool {
        let (Some(front), Some(next)) = (self.segments.front(), self.segments.get(1)) else { return false };
        front.live.is_empty()
            && front.file.is_some()
            && next.file.is_some()
            && self.durable >= next.opened
            && self.durable >= front.dead_at
    }

    fn recycle(&mut self) -> Option<Prepare> {
        if !self.can_recycle() {
            return None;
        }
        let front = self.segments.front()?;
        let sequence = front.sequence;
        let keep = front.size == self.options.segment_size && self.spares.len() < self.options.reserve + 2;
        let spare = keep.then_some(self.next_spare);
        self.next_spare += u64::from(keep);
        Some(Prepare::Recycle { sequence, spare })
    }

    fn lacks_spare(&self, now: u64) -> bool {
        self.free_spares() < self.options.reserve as u64 && !(self.full && now < self.retry_at)
    }

    fn prefill(&mut self, now: u64) -> Option<Prepare> {
        if !self.lacks_spare(now) {
            return None;
        }
        let number = self.next_spare;
        self.next_spare += 1;
        Some(Prepare::Prefill { number, size: self.options.segment_size })
    }

    /// When preparing must be tried again (monotonic nanoseconds), if it failed for lack of space.
    pub(crate) fn retry_at(&self) -> Option<u64> {
        self.full.then_some(self.retry_at)
    }

    /// Whether live entries pin the oldest segment and moving them costs little for what it sets free.
    fn should_move(&self) -> bool {
        let Some(front) = self.segments.front() else { return false };
        // What is read while the log closes is not written again: asked for then, it would be asked for without end.
        if self.closing
            || self.full
            || self.segments.len() <= self.options.move_above_segments
            || self.durable < front.dead_at
        {
            return false;
        }
        let live = || self.segments.iter().map(Segment::live_bytes).sum::<u64>();
        let retained = || self.segments.iter().map(|s| s.used).sum::<u64>();
        !front.live.is_empty() && (front.live_bytes() * 4 <= front.size || live() * 4 <= retained())
    }

    fn moves(&mut self) -> Option<Prepare> {
        if !self.should_move() {
            return None;
        }
        let front = self.segments.front()?;
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for id in front.live.keys() {
            let Some(group) = self.groups.groups.get(id) else { continue };
            for (index, place) in (group.first..).zip(&group.places) {
                if bytes >= MOVE_BATCH {
                    break;
                }
                if place.segment == front.sequence {
                    batch.push((*id, index, *place));
                    bytes += place.bytes();
                }
            }
        }
        (!batch.is_empty()).then_some(Prepare::Move(batch))
    }

    /// Takes the result of prefilling.
    pub(crate) fn prefilled(&mut self, number: u64, result: std::result::Result<(), DiskError>, now: u64) -> Told {
        self.preparing = false;
        match result {
            Ok(()) => {
                self.counters.prefilled += 1;
                self.add_spare(number);
                (Vec::new(), None)
            }
            Err(e) if e.is_full() => {
                // With the reserve complete there would be nothing to refuse; it was not, or this was not asked for.
                self.full = self.spares.len() < self.options.reserve;
                self.retry_at = now + self.options.full_retry.as_nanos() as u64;
                (Vec::new(), None)
            }
            Err(e) => self.stop(e),
        }
    }

    fn add_spare(&mut self, number: u64) {
        self.spares.push_back(number);
        if self.spares.len() >= self.options.reserve {
            self.full = false;
        }
    }

    /// Takes the result of recycling.
    pub(crate) fn recycled(
        &mut self,
        sequence: u64,
        spare: Option<u64>,
        result: std::result::Result<(), DiskError>,
    ) -> Told {
        self.preparing = false;
        if let Err(e) = result {
            return self.stop(e);
        }
        self.counters.recycled += 1;
        if self.segments.front().is_some_and(|s| s.sequence == sequence) {
            self.segments.pop_front();
        }
        match spare {
            Some(number) => self.add_spare(number),
            // Space came back: try again at once.
            None => self.retry_at = 0,
        }
        (Vec::new(), None)
    }

    /// Takes entries that were read to be moved; those that are still where they were are written again.
    pub(crate) fn moved(&mut self, entries: std::result::Result<Vec<(u32, u64, Place, Bytes)>, DiskError>) -> Told {
        self.preparing = false;
        let entries = match entries {
            Ok(entries) => entries,
            Err(e) => return self.stop(e),
        };
        if self.poison.is_some() || self.closing {
            return (Vec::new(), None);
        }
        for (group, index, place, payload) in entries {
            if self.groups.groups.get(&group).and_then(|g| g.place(index)) == Some(place) {
                self.put(group, Kind::Moved, index, &payload);
                self.counters.moved_bytes += place.bytes();
            }
        }
        self.flush();
        (Vec::new(), None)
    }
}
