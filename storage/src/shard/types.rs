//! The words in which a shard speaks with the Raft state machine above it.

use crate::cache::PageCache;
use olly_types::budget::Budget;
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

/// How a shard works; the same for all shards of a node.
#[derive(Clone)]
pub struct ShardOptions {
    /// The node's budget; memtables, merges and scans reserve from it.
    pub budget: Arc<Budget>,
    /// Memtables of all shards together: a child of `budget`, shared between shards.
    pub memtables: Arc<Budget>,
    /// Shared between shards; a child of `budget`.
    pub cache: Arc<PageCache>,
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
}

impl ShardOptions {
    /// Defaults under a process budget.
    pub fn new(budget: &Arc<Budget>) -> ShardOptions {
        let total = budget.limit();
        ShardOptions {
            budget: Arc::clone(budget),
            memtables: budget.child("memtables", total / 100 * limits::MEMTABLE_PERCENT),
            cache: Arc::new(PageCache::new(budget.child("page cache", total / 4))),
            memtable_bytes: limits::MEMTABLE_BYTES,
            flush_age_seconds: limits::FLUSH_AGE_SECONDS,
            held_bytes: limits::WAL_HELD_BYTES,
            granule_rows: 8192,
            merge_bytes: 4 << 30,
            merge_fan: 8,
        }
    }
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
