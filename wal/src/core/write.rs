//! The writer's side of the core: frames to write, segments to put into use, and what became of them.
//!
//! Invariant: the watermark passes a frame only after every earlier frame, and nothing completes with `Ok` after the
//! first error.

use std::sync::Arc;

use olly_env::{DiskError, File};

use super::{Core, Fired, Flying, POOL, POOL_MAX, Told, Work};
use crate::error::WalError;
use crate::options::CompletionOrder;
use crate::segment::SegmentHeader;
use crate::sink::PhysicalWrite;

impl Core {
    /// What to write next. `idle`: nothing came for a while. `now`: monotonic nanoseconds.
    pub(crate) fn poll(&mut self, depth: usize, idle: bool, now: u64) -> Option<Work> {
        if self.poison.is_some() || self.activating || self.flying.len() >= depth {
            return None;
        }
        if self.ready.is_empty() {
            if self.open.as_ref().is_some_and(|o| o.urgent || idle) {
                self.close_frame();
            } else if idle && self.open.is_none() && self.flying.is_empty() && self.claimed < self.acked_end {
                // The empty frame that repeats the durable LSN: damage of the last frame can be told from a tail.
                self.open_empty();
                self.close_frame();
            }
        }
        let target = self.ready.front()?.segment;
        let segment = self.segments.iter().find(|s| s.sequence == target)?;
        let (block, base, size) = (segment.block, segment.base, segment.size);
        let Some(file) = segment.file.clone() else {
            if !self.flying.is_empty() {
                return None;
            }
            let spare = self.spares.pop_front()?;
            self.activating = true;
            let header = SegmentHeader {
                log_id: self.log_id,
                sequence: target,
                base,
                size,
                block: block as u32,
                epoch: self.epoch,
            };
            return Some(Work::Activate { spare, header });
        };
        let open = self.ready.pop_front()?;
        let (lsn, offset, records) = (open.frame.lsn(), open.offset, open.frame.records());
        let bytes = Arc::new(open.frame.seal(target, self.durable, self.epoch, block));
        let token = self.next_token;
        self.next_token += 1;
        self.counters.writes += 1;
        self.counters.written_bytes += bytes.len() as u64;
        self.counters.idle_writes += u64::from(records == 0);
        self.flying.push_back(Flying {
            token,
            segment: target,
            offset,
            lsn,
            end: lsn + bytes.len() as u64,
            claim: self.durable,
            bytes: bytes.clone(),
            done: open.done,
            submitted: now,
            finished: false,
        });
        Some(Work::Write(PhysicalWrite { file, offset, bytes, token }))
    }

    /// Takes the result of a write; answers the completions to call.
    pub(crate) fn completed(&mut self, token: u64, result: std::result::Result<(), DiskError>, now: u64) -> Told {
        if let Err(e) = result {
            return self.stop(e);
        }
        if self.poison.is_some() {
            return (Vec::new(), None);
        }
        if let Some(write) = self.flying.iter_mut().find(|f| f.token == token) {
            write.finished = true;
            self.counters.latency.record(now.saturating_sub(write.submitted));
        }
        let mut fired = Vec::new();
        while self.flying.front().is_some_and(|f| f.finished) {
            let Some(write) = self.flying.pop_front() else { break };
            self.durable = write.end;
            self.claimed = self.claimed.max(write.claim);
            self.queued_appends = self.queued_appends.saturating_sub(write.done.len() as u64);
            let newest_first = self.options.order == CompletionOrder::NewestFirst;
            let start = fired.len();
            fired.extend(write.done.into_iter().map(|d| (d, Ok(()))));
            if newest_first && let Some(new) = fired.get_mut(start..) {
                new.reverse();
            }
            if let Ok(buf) = Arc::try_unwrap(write.bytes)
                && self.pool.len() < POOL
                && buf.capacity() <= POOL_MAX
            {
                self.pool.push(buf);
            }
        }
        (fired, None)
    }

    /// Takes the result of an activation.
    pub(crate) fn activated(&mut self, sequence: u64, result: std::result::Result<Arc<dyn File>, DiskError>) -> Told {
        self.activating = false;
        match result {
            Ok(file) => {
                if let Some(segment) = self.segments.iter_mut().find(|s| s.sequence == sequence) {
                    self.claimed = self.claimed.max(segment.base);
                    segment.file = Some(file);
                }
                (Vec::new(), None)
            }
            Err(e) => self.stop(e),
        }
    }

    /// The first error: nothing is accepted or acknowledged any more.
    pub(crate) fn stop(&mut self, e: DiskError) -> Told {
        if self.poison.is_some() {
            return (Vec::new(), None);
        }
        let e = Arc::new(e);
        self.poison = Some(e.clone());
        let error = WalError::Poisoned(e);
        (self.drain(&error), Some(error))
    }

    /// Every completion that is waiting, with an error.
    pub(crate) fn drain(&mut self, error: &WalError) -> Fired {
        let flying = self.flying.iter_mut().flat_map(|f| f.done.drain(..));
        let ready = self.ready.iter_mut().flat_map(|f| f.done.drain(..));
        let open = self.open.iter_mut().flat_map(|f| f.done.drain(..));
        self.queued_appends = 0;
        flying.chain(ready).chain(open).map(|d| (d, Err(error.clone()))).collect()
    }
}
