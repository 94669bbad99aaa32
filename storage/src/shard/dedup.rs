//! Which requests are stored already (DESIGN D22): decided from the log alone.
//!
//! Invariant: replaying an entry gives the decision that was taken when it was first applied, wherever the replay starts.

use crate::manifest::{IdEntry, Op};
use olly_types::{RequestId, TableId, limits};
use std::collections::{HashMap, HashSet, VecDeque};

const WINDOW_NANOS: i64 = limits::DEDUPLICATION_SECONDS as i64 * 1_000_000_000;

/// Where an id was last accepted: entry, its time, and how many ids its table had accepted before.
#[derive(Clone, Copy)]
struct Last {
    index: u64,
    time: i64,
    count: u64,
}

#[derive(Default)]
pub(crate) struct Dedup {
    entries: VecDeque<IdEntry>,
    /// Entries at the front that the manifest has.
    persisted: usize,
    last: HashMap<(TableId, RequestId), Last>,
    counts: HashMap<TableId, u64>,
    /// Entries below this were decided before: they are accepted exactly if they are in `recorded`.
    replay_through: u64,
    recorded: HashSet<(u64, u32)>,
}

impl Dedup {
    /// As of a manifest whose log is replayed from `through` on.
    pub fn restore(ids: &[IdEntry], ids_through: u64, through: u64) -> Dedup {
        let mut d = Dedup { replay_through: ids_through, ..Dedup::default() };
        for e in ids {
            d.record(*e);
            if e.index >= through {
                d.recorded.insert((e.index, e.ordinal));
            }
        }
        d.persisted = d.entries.len();
        d
    }

    fn record(&mut self, e: IdEntry) {
        let count = self.counts.entry(e.table).or_default();
        *count += 1;
        self.last.insert((e.table, e.id), Last { index: e.index, time: e.time, count: *count });
        self.entries.push_back(e);
    }

    /// Whether the request is new; if so it is remembered. Ids of entries below `truncated` are forgotten.
    pub fn accept(&mut self, e: IdEntry, truncated: u64) -> bool {
        if e.index < self.replay_through {
            return self.recorded.contains(&(e.index, e.ordinal));
        }
        let count = self.counts.get(&e.table).copied().unwrap_or(0);
        if let Some(last) = self.last.get(&(e.table, e.id)) {
            let young = e.time.saturating_sub(last.time) <= WINDOW_NANOS;
            let near = count - last.count < limits::DEDUPLICATION_IDS;
            if young && near && last.index >= truncated {
                return false;
            }
        }
        self.record(e);
        true
    }

    /// Operations that bring the manifest up to date, entries below `through` being needed for the window only; and how
    /// many entries at the front they forget. `applied` is the first index not applied yet.
    pub fn ops(&self, through: u64, applied: u64) -> (Vec<Op>, usize) {
        let newest = self.entries.back().map_or(i64::MIN, |e| e.time);
        let forgettable = |e: &&IdEntry| {
            let count = self.counts.get(&e.table).copied().unwrap_or(0);
            let last = self.last.get(&(e.table, e.id)).filter(|l| l.index == e.index);
            let far = last.is_none_or(|l| count - l.count >= limits::DEDUPLICATION_IDS);
            e.index < through && (far || newest.saturating_sub(e.time) > WINDOW_NANOS)
        };
        let gone = self.entries.iter().take(self.persisted).take_while(forgettable).count();
        let fresh: Vec<IdEntry> = self.entries.iter().skip(self.persisted).copied().collect();
        let mut ops = Vec::new();
        if gone > 0 {
            ops.push(Op::ForgetIds(gone as u64));
        }
        if !fresh.is_empty() {
            ops.push(Op::Ids(fresh));
        }
        ops.push(Op::IdsThrough(applied.max(self.replay_through)));
        (ops, gone)
    }

    /// How many entries there are now; given back to `persisted` when the operations are durable.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The first `n` entries are in the manifest, and of them the first `gone` are forgotten there.
    pub fn persisted(&mut self, n: usize, gone: usize) {
        for _ in 0..gone {
            let Some(e) = self.entries.pop_front() else { break };
            if self.last.get(&(e.table, e.id)).is_some_and(|l| l.index == e.index) {
                self.last.remove(&(e.table, e.id));
            }
        }
        self.persisted = n.saturating_sub(gone);
    }
}
