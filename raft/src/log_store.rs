//! A group's part of the shared log, as openraft sees it.
//!
//! Entries are kept in memory from their append until they are applied, and then within a byte budget; older ones are
//! read back from the log. Invariants: an entry is readable when `append` returns and its callback comes only after it
//! is durable; a vote is durable when `save_vote` returns; `save_committed` never waits and never claims an entry that
//! the log does not hold; the log of a group has no holes.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::io;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::Stream;
use olly_types::limits;
use olly_wal::{GroupInfo, Record, Wal, WalError};
use openraft::storage::{IOFlushed, LogState, RaftLogStorage};
use openraft::{OptionalSend, RaftLogReader};
use parking_lot::Mutex;

use crate::types::{self, LogEntry, LogId, Payload, Types, Vote};

/// Bytes of entries handed out by one read that may be limited.
const READ_BYTES: u64 = 4 << 20;

/// A group's log. Cheap to clone; clones share one state.
#[derive(Clone)]
pub(crate) struct LogStore {
    shared: Arc<Shared>,
}

struct Shared {
    group: u32,
    wal: Arc<Wal>,
    keep_bytes: u64,
    /// Everything up to here (exclusive) was applied.
    applied_end: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    vote: Option<Vote>,
    committed: Option<LogId>,
    purged: Option<LogId>,
    last: Option<LogId>,
    /// Index of the first entry that was not purged (of the next one when there is none).
    first: u64,
    /// Entries in memory; the last one is the log's last entry.
    kept: VecDeque<LogEntry>,
    /// Index of the first of them (the next index when there is none).
    kept_from: u64,
    kept_bytes: u64,
    /// Entries below this were applied here: their decoded form, which would pin rows that are flushed, is gone.
    undecoded: u64,
}

fn size_of(entry: &LogEntry) -> u64 {
    64 + match &entry.payload {
        Payload::Normal(p) => p.bytes.len() as u64,
        Payload::Blank | Payload::Membership(_) => 256,
    }
}

fn failed(e: &WalError) -> io::Error {
    io::Error::other(e.to_string())
}

impl LogStore {
    /// Takes up a group's log where recovery left it.
    pub(crate) fn open(group: u32, wal: Arc<Wal>, found: GroupInfo, keep_bytes: u64) -> io::Result<LogStore> {
        let purged = found.purged.map(|(i, p)| types::decode_position(i, &p)).transpose()?;
        let last = if found.entries.is_empty() {
            purged
        } else {
            let index = found.entries.end - 1;
            let bytes = read_one(&wal, group, index)?;
            Some(types::decode_entry(index, &bytes)?.log_id)
        };
        let mut committed = found.committed.map(|(i, p)| types::decode_position(i, &p)).transpose()?;
        // The record may have become durable although what it covers did not: it is written without waiting.
        if committed > last {
            committed = last;
        }
        let state = State {
            vote: found.hard_state.map(|b| types::decode_vote(&b)).transpose()?,
            committed,
            purged,
            last,
            first: found.entries.start,
            kept: VecDeque::new(),
            kept_from: last.map_or(0, |l| l.index + 1),
            kept_bytes: 0,
            undecoded: 0,
        };
        let applied_end = AtomicU64::new(0);
        Ok(LogStore { shared: Arc::new(Shared { group, wal, keep_bytes, applied_end, state: Mutex::new(state) }) })
    }

    /// Says that everything up to `index` was applied: it may leave memory. What is kept of it is kept as bytes alone.
    pub(crate) fn applied(&self, index: u64) {
        self.shared.applied_end.fetch_max(index + 1, Ordering::Relaxed);
        let mut state = self.shared.state.lock();
        state.trim(index + 1, self.shared.keep_bytes);
        state.forget_decoded(index + 1);
    }

    /// Waits until everything accepted is durable; blocks, so not on the Raft thread.
    pub(crate) fn wait_durable(&self) -> io::Result<()> {
        let wal = &self.shared.wal;
        wal.wait_durable(wal.end()).map_err(|e| failed(&e))
    }

    /// Bytes of live entries below `end`.
    pub(crate) fn bytes_below(&self, end: u64) -> u64 {
        self.shared.wal.bytes_below(self.shared.group, end)
    }

    /// The last purged index.
    pub(crate) fn purged(&self) -> Option<u64> {
        self.shared.state.lock().purged.map(|id| id.index)
    }

    /// The last index, purged or not.
    pub(crate) fn last(&self) -> Option<u64> {
        self.shared.state.lock().last.map(|id| id.index)
    }

    /// First and last index; None where the log holds nothing.
    pub(crate) fn range(&self) -> Option<(u64, u64)> {
        let (first, end) = self.shared.state.lock().range();
        (first < end).then(|| (first, end - 1))
    }

    fn append_records(&self, records: Vec<Record>) -> io::Result<()> {
        self.shared.wal.append_lazy(records).map(|_| ()).map_err(|e| failed(&e))
    }

    /// Entries of `range` that the log holds, at most about `max_bytes` (but at least one).
    fn read(&self, range: impl RangeBounds<u64>, max_bytes: u64) -> io::Result<Vec<LogEntry>> {
        let from = match range.start_bound() {
            Bound::Included(i) => *i,
            Bound::Excluded(i) => i.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let to = match range.end_bound() {
            Bound::Included(i) => i.saturating_add(1),
            Bound::Excluded(i) => *i,
            Bound::Unbounded => u64::MAX,
        };
        let state = self.shared.state.lock();
        let (first, end) = state.range();
        let (from, to) = (from.max(first), to.min(end));
        if from >= to {
            return Ok(Vec::new());
        }
        let mut out = Vec::new();
        let mut bytes = 0;
        let mut at = from;
        if at < state.kept_from {
            // Held over the read: a purge or truncation cannot come between, so the answer is one moment's.
            let upto = to.min(state.kept_from);
            let budget = usize::try_from(max_bytes).unwrap_or(usize::MAX);
            let read = self.shared.wal.read(self.shared.group, at..upto, budget).map_err(|e| failed(&e))?;
            for (index, payload) in read {
                let entry = types::decode_entry(index, &payload)?;
                bytes += size_of(&entry);
                out.push(entry);
            }
            if out.is_empty() {
                return Err(io::Error::other(format!("group {}: entry {at} is missing", self.shared.group)));
            }
            at += out.len() as u64;
            if at < upto {
                return Ok(out);
            }
        }
        while at < to && (out.is_empty() || bytes < max_bytes) {
            let Some(entry) = state.kept.get((at - state.kept_from) as usize) else { break };
            bytes += size_of(entry);
            out.push(entry.clone());
            at += 1;
        }
        Ok(out)
    }
}

fn read_one(wal: &Wal, group: u32, index: u64) -> io::Result<bytes::Bytes> {
    let read = wal.read(group, index..index + 1, usize::MAX).map_err(|e| failed(&e))?;
    read.into_iter()
        .next()
        .map(|(_, bytes)| bytes)
        .ok_or_else(|| io::Error::other(format!("group {group}: entry {index} is missing")))
}

impl State {
    /// First index held and the one behind the last.
    fn range(&self) -> (u64, u64) {
        (self.first, self.last.map_or(0, |l| l.index + 1))
    }

    fn trim(&mut self, applied_end: u64, keep_bytes: u64) {
        while self.kept_from < applied_end
            && self.kept_bytes > keep_bytes
            && let Some(entry) = self.kept.pop_front()
        {
            self.kept_bytes -= size_of(&entry);
            self.kept_from += 1;
        }
    }

    fn forget_decoded(&mut self, applied_end: u64) {
        for index in self.undecoded.max(self.kept_from)..applied_end {
            let at = usize::try_from(index - self.kept_from).ok();
            let Some(entry) = at.and_then(|at| self.kept.get_mut(at)) else { break };
            if let Payload::Normal(proposal) = &mut entry.payload {
                proposal.decoded = None;
            }
        }
        self.undecoded = applied_end;
    }

    fn drop_front(&mut self, end: u64) {
        while self.kept_from < end
            && let Some(entry) = self.kept.pop_front()
        {
            self.kept_bytes -= size_of(&entry);
            self.kept_from += 1;
        }
        self.kept_from = self.kept_from.max(end);
    }

    fn drop_back(&mut self, first_gone: u64) {
        while self.kept_from + self.kept.len() as u64 > first_gone
            && let Some(entry) = self.kept.pop_back()
        {
            self.kept_bytes -= size_of(&entry);
        }
        self.kept_from = self.kept_from.min(first_gone);
        self.undecoded = self.undecoded.min(first_gone);
    }
}

impl RaftLogReader<Types> for LogStore {
    async fn try_get_log_entries<RB: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: RB,
    ) -> Result<Vec<LogEntry>, io::Error> {
        self.read(range, u64::MAX)
    }

    async fn limited_get_log_entries(&mut self, start: u64, end: u64) -> Result<Vec<LogEntry>, io::Error> {
        // A message must fit what every node accepts, whatever the number of its entries.
        self.read(start..end, READ_BYTES)
    }

    async fn read_vote(&mut self) -> Result<Option<Vote>, io::Error> {
        Ok(self.shared.state.lock().vote)
    }

    async fn entries_stream<RB>(&mut self, range: RB) -> impl Stream<Item = Result<LogEntry, io::Error>> + OptionalSend
    where
        RB: RangeBounds<u64> + Clone + Debug + OptionalSend,
    {
        let from = match range.start_bound() {
            Bound::Included(i) => *i,
            Bound::Excluded(i) => i.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let to = match range.end_bound() {
            Bound::Included(i) => i.saturating_add(1),
            Bound::Excluded(i) => *i,
            Bound::Unbounded => u64::MAX,
        };
        // In pieces: what is applied from disk after a restart may be much larger than memory.
        let store = self.clone();
        futures::stream::unfold(
            (store, from, VecDeque::new(), false),
            move |(store, at, mut piece, ended)| async move {
                if ended {
                    return None;
                }
                if piece.is_empty() {
                    match store.read(at..to, limits::ENTRY_BYTES) {
                        Ok(entries) if entries.is_empty() => return None,
                        Ok(entries) => piece.extend(entries),
                        Err(e) => return Some((Err(e), (store, at, piece, true))),
                    }
                }
                let entry: LogEntry = piece.pop_front()?;
                let next = entry.log_id.index + 1;
                Some((Ok(entry), (store, next, piece, false)))
            },
        )
    }
}

impl RaftLogStorage<Types> for LogStore {
    type LogReader = LogStore;

    async fn get_log_state(&mut self) -> Result<LogState<Types>, io::Error> {
        let state = self.shared.state.lock();
        Ok(LogState { last_purged_log_id: state.purged, last_log_id: state.last })
    }

    async fn get_log_reader(&mut self) -> LogStore {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote) -> Result<(), io::Error> {
        let (tx, rx) = tokio::sync::oneshot::channel();
        let record = Record::hard_state(self.shared.group, types::encode_vote(vote));
        let done = Box::new(move |result: Result<(), WalError>| drop(tx.send(result)));
        self.shared.wal.append(vec![record], done).map_err(|e| failed(&e))?;
        rx.await.map_err(|_| io::Error::other("the log was closed"))?.map_err(|e| failed(&e))?;
        self.shared.state.lock().vote = Some(*vote);
        Ok(())
    }

    async fn save_committed(&mut self, committed: Option<LogId>) -> Result<(), io::Error> {
        let Some(id) = committed else { return Ok(()) };
        let mut state = self.shared.state.lock();
        if state.last.is_none_or(|last| last.index < id.index) || state.committed == committed {
            return Ok(());
        }
        // Queued behind the entries that it covers, and written with whatever comes next.
        self.append_records(vec![Record::committed(self.shared.group, id.index, types::encode_position(&id))])?;
        state.committed = committed;
        Ok(())
    }

    async fn read_committed(&mut self) -> Result<Option<LogId>, io::Error> {
        Ok(self.shared.state.lock().committed)
    }

    async fn append<I>(&mut self, entries: I, callback: IOFlushed<Types>) -> Result<(), io::Error>
    where
        I: IntoIterator<Item = LogEntry> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let entries: Vec<LogEntry> = entries.into_iter().collect();
        let mut records = Vec::with_capacity(entries.len());
        for entry in &entries {
            records.push(Record::entry(self.shared.group, entry.log_id.index, types::encode_entry(entry)?));
        }
        let mut state = self.shared.state.lock();
        let done = Box::new(move |result: Result<(), WalError>| callback.io_completed(result.map_err(|e| failed(&e))));
        self.shared.wal.append(records, done).map_err(|e| failed(&e))?;
        for entry in entries {
            if state.kept.is_empty() {
                state.kept_from = entry.log_id.index;
            }
            if state.last.is_none() {
                state.first = entry.log_id.index;
            }
            state.last = Some(entry.log_id);
            state.kept_bytes += size_of(&entry);
            state.kept.push_back(entry);
        }
        Ok(())
    }

    async fn truncate_after(&mut self, last_log_id: Option<LogId>) -> Result<(), io::Error> {
        let mut state = self.shared.state.lock();
        let first_gone = last_log_id.map_or(0, |l| l.index + 1);
        if state.last.is_none_or(|last| last.index < first_gone) {
            return Ok(());
        }
        self.append_records(vec![Record::truncate(self.shared.group, first_gone)])?;
        state.drop_back(first_gone);
        state.first = state.first.min(first_gone);
        state.last = last_log_id;
        if state.committed > state.last {
            state.committed = state.last;
        }
        Ok(())
    }

    async fn purge(&mut self, log_id: LogId) -> Result<(), io::Error> {
        let mut state = self.shared.state.lock();
        if state.purged.is_some_and(|p| p.index >= log_id.index) {
            return Ok(());
        }
        // Not waited for: a log that holds more than it must is right.
        self.append_records(vec![Record::purge(self.shared.group, log_id.index, types::encode_position(&log_id))])?;
        state.drop_front(log_id.index + 1);
        state.first = log_id.index + 1;
        state.purged = Some(log_id);
        if state.last < state.purged {
            state.last = state.purged;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Proposal;
    use olly_types::command::{Command, Entry};
    use olly_types::{TableId, TenantId, UnixNanos};

    #[test]
    fn what_is_kept_of_applied_entries_is_bytes_alone() {
        let command = Command::Truncate(TableId(1));
        let decoded = Arc::new(Entry { tenant: TenantId(0), proposed_at: UnixNanos(0), command });
        let mut state = State { kept_from: 5, ..State::default() };
        for index in 5..10 {
            let proposal = Proposal { bytes: vec![0; 100].into(), decoded: Some(Arc::clone(&decoded)) };
            let entry = LogEntry { log_id: types::log_id(1, index), payload: Payload::Normal(proposal) };
            state.kept_bytes += size_of(&entry);
            state.kept.push_back(entry);
        }
        let decoded_of = |state: &State| {
            let is = |e: &LogEntry| matches!(&e.payload, Payload::Normal(p) if p.decoded.is_some());
            state.kept.iter().map(is).collect::<Vec<_>>()
        };
        for applied_end in [3, 7, 8, 8] {
            state.trim(applied_end, u64::MAX);
            state.forget_decoded(applied_end);
        }
        assert_eq!(decoded_of(&state), [false, false, false, true, true]);
        // Entries that take the place of truncated ones are not applied yet.
        state.drop_back(7);
        assert_eq!((state.undecoded, state.kept.len()), (7, 2));
        state.trim(7, 0);
        assert!(state.kept.is_empty());
        assert_eq!(Arc::strong_count(&decoded), 1);
    }
}
