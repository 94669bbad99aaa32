//! The words in which a shard speaks with the Raft state machine above it.

use crate::cache::PageCache;
use olly_types::budget::{Budget, Exceeded, Reservation};
use olly_types::port::Written;
use olly_types::{ColumnId, GroupId, LogIndex, PartId, TableId, limits};
use std::sync::Arc;

/// Position of an entry in its group's log: what Raft calls a log id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogPosition {
    pub index: LogIndex,
    pub term: u64,
    /// Node that led the term.
    pub leader: u64,
}

/// Working memory of flushes, set aside from the budget once: a flush gives memory back, so it must never wait for others
/// to do so first.
#[derive(Clone)]
pub struct FlushMemory {
    /// What is set aside, shared out between the flushes that run.
    own: Arc<Budget>,
    _aside: Arc<Option<Reservation>>,
}

impl FlushMemory {
    /// Sets an eighth of the budget aside.
    fn new(budget: &Arc<Budget>) -> FlushMemory {
        let bytes = budget.limit() / 100 * limits::FLUSH_PERCENT;
        // A budget that is spent before the node is open (tests) has none to set aside.
        FlushMemory { own: Budget::root(bytes), _aside: Arc::new(budget.reserve(bytes).ok()) }
    }

    /// Takes what a flush needs. A flush that needs more than there is runs alone.
    pub(crate) fn reserve(&self, bytes: u64) -> Result<Reservation, Exceeded> {
        self.own.reserve(bytes.min(self.own.limit()))
    }

    /// Bytes that the flushes that run have taken, and the most there are.
    pub fn fill(&self) -> (u64, u64) {
        (self.own.used(), self.own.limit())
    }
}

/// How a shard works; the same for all shards of a node.
#[derive(Clone)]
pub struct ShardOptions {
    /// The node's budget; memtables, merges and scans reserve from it.
    pub budget: Arc<Budget>,
    /// Memtables of all shards together: a child of `budget`, shared between shards.
    pub memtables: Arc<Budget>,
    /// Shared between shards; a child of `budget`.
    pub cache: Arc<PageCache>,
    /// What flushes work with; shared between shards.
    pub flushes: FlushMemory,
    /// A table's memtable is flushed when it holds this much.
    pub memtable_bytes: u64,
    /// ... or when its oldest row is this old.
    pub flush_age_seconds: u64,
    /// ... or when it holds back this much of the log.
    pub held_bytes: u64,
    /// Rows of a granule. Part of what replicas must agree on; changed in tests only.
    pub granule_rows: usize,
    /// Largest part a merge makes, in bytes on disk.
    pub merge_bytes: u64,
    /// Parts that are merged at once.
    pub merge_fan: usize,
    /// Memory that one merge may take; parts that would take more together are left apart.
    pub merge_memory: u64,
}

/// Memory of all memtables in a process of `total` bytes.
fn memtables(total: u64) -> u64 {
    (u128::from(total) * u128::from(limits::MEMTABLE_PERCENT) / 100) as u64
}

impl ShardOptions {
    /// The largest `memtable_bytes` in a process of `total` bytes: four memtables have room at once.
    pub fn largest_memtable(total: u64) -> u64 {
        memtables(total) / 4
    }

    /// Defaults under a process budget.
    pub fn new(budget: &Arc<Budget>) -> ShardOptions {
        let total = budget.limit();
        let memtables = budget.child("memtables", memtables(total));
        let cache = Arc::new(PageCache::new(budget.child("page cache", total / 4)));
        let cached = Arc::downgrade(&cache);
        budget.reclaim_with(Box::new(move |bytes| {
            if let Some(cache) = cached.upgrade() {
                cache.give_back(bytes);
            }
        }));
        ShardOptions {
            budget: Arc::clone(budget),
            flushes: FlushMemory::new(budget),
            memtable_bytes: limits::MEMTABLE_BYTES.min(ShardOptions::largest_memtable(total)),
            memtables,
            cache,
            flush_age_seconds: limits::FLUSH_AGE_SECONDS,
            held_bytes: limits::WAL_HELD_BYTES,
            granule_rows: 8192,
            merge_bytes: 4 << 30,
            merge_fan: 8,
            merge_memory: total / 100 * limits::MERGE_PERCENT,
        }
    }
}

/// Which work a worker takes. A job of one lane never waits for a job of another table in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// What memory, the log and the disk wait for: flushes, drops and manifest edits.
    Flush,
    /// Merges, which may take minutes.
    Merge,
}

/// What applying an entry did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// One for each request of a write, in order.
    pub written: Vec<Written>,
    /// A flush, merge or drop was queued: see [`super::Shard::run_job`].
    pub queued: bool,
}

/// How much of the log the group keeps, for [`super::Shard::needs`].
#[derive(Clone, Copy, Debug, Default)]
pub struct LogHeld {
    /// Bytes of the group's log that are not purged.
    pub bytes: u64,
    /// First index kept.
    pub first: u64,
    /// Last index appended.
    pub last: u64,
    /// The node's log as a whole is over its limit: flush whatever holds back the most.
    pub pressure: bool,
}

/// A snapshot's identity: everything at or below `through` is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotMeta {
    pub through: LogPosition,
    /// Raft's membership as of `through`, as given to [`super::Shard::apply_membership`].
    pub membership: Option<(LogPosition, Arc<[u8]>)>,
}

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFile {
    pub id: PartId,
    pub bytes: u64,
}

/// Figures of a shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShardMetrics {
    pub group: GroupId,
    pub parts: u64,
    pub part_bytes: u64,
    pub part_rows: u64,
    pub damaged_parts: u64,
    /// Most parts of a partition, and of a table.
    pub partition_parts_most: u64,
    pub table_parts_most: u64,
    pub memtable_rows: u64,
    pub memtable_bytes: u64,
    /// Rows' bytes of the largest memtable that is being filled, and when its oldest row of all tables came.
    pub memtable_most_bytes: u64,
    pub memtable_oldest: Option<i64>,
    /// Flushes, merges and drops that wait or run.
    pub jobs: u64,
    /// Flushes and merges done since the start.
    pub flushes: u64,
    pub merges: u64,
    /// First index not applied, and first index that the log must keep.
    pub applied: u64,
    pub flushed: u64,
    pub manifest_bytes: u64,
    pub remembered_ids: u64,
    pub disk_full: bool,
}

/// Bytes of a column on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnSize {
    pub table: TableId,
    pub column: ColumnId,
    pub bytes: u64,
}
