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
        let waiting = self.segments.back().is_some_and(|s| s.file.is_none());
        if self.poison.is_some() || self.preparing || (self.closing && !waiting) {
            return None;
        }
        let work = self.recycle().or_else(|| self.prefill(now)).or_else(|| self.moves());
        self.preparing = work.is_some();
        work
    }

    fn recycle(&mut self) -> Option<Prepare> {
        let (front, next) = (self.segments.front()?, self.segments.get(1)?);
        let free = front.live.is_empty()
            && front.file.is_some()
            && next.file.is_some()
            && self.durable >= next.opened
            && self.durable >= front.dead_at;
        if !free {
            return None;
        }
        let sequence = front.sequence;
        let keep = front.size == self.options.segment_size && self.spares.len() < self.options.reserve + 2;
        let spare = keep.then_some(self.next_spare);
        self.next_spare += u64::from(keep);
        Some(Prepare::Recycle { sequence, spare })
    }

    fn prefill(&mut self, now: u64) -> Option<Prepare> {
        let waiting = self.segments.iter().filter(|s| s.file.is_none()).count();
        let waiting = waiting.saturating_sub(usize::from(self.activating));
        if self.spares.len() >= self.options.reserve + waiting || (self.full && now < self.retry_at) {
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

    fn moves(&mut self) -> Option<Prepare> {
        let front = self.segments.front()?;
        if self.full || self.segments.len() <= self.options.move_above_segments || self.durable < front.dead_at {
            return None;
        }
        let live: u64 = self.segments.iter().map(Segment::live_bytes).sum();
        let retained: u64 = self.segments.iter().map(|s| s.used).sum();
        if front.live_bytes() * 4 > front.size && live * 4 > retained {
            return None;
        }
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
                // With the reserve complete there is nothing to refuse yet.
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
