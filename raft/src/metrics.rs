//! Figures of a node, for `/metrics` and tests. A snapshot of counters, taken without stopping anything.

use olly_types::{GroupId, LogIndex};

/// How long the log's syncs took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FsyncLatency {
    /// Upper bounds in microseconds; the last bucket has none.
    pub bounds_us: Vec<u64>,
    /// Number of syncs per bucket: one more than bounds.
    pub counts: Vec<u64>,
    /// Sum of all, in microseconds.
    pub sum_us: u64,
}

/// One group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupMetrics {
    pub group: GroupId,
    /// Whether this node leads it.
    pub leads: bool,
    pub term: u64,
    /// Last entry appended, committed (as far as this node knows), applied, covered by a snapshot, and purged.
    pub last_index: LogIndex,
    pub applied: LogIndex,
    pub snapshot: LogIndex,
    pub purged: LogIndex,
    /// Entries, requests and encoded bytes proposed here since the start.
    pub entries: u64,
    pub requests: u64,
    pub entry_bytes: u64,
    /// Requests answered as duplicates.
    pub duplicates: u64,
    /// Requests that wait to be coalesced, and entries in flight.
    pub waiting: u64,
    pub in_flight: u64,
    /// Parts on this node, their bytes and rows, and how many of them are damaged.
    pub parts: u64,
    pub part_bytes: u64,
    pub part_rows: u64,
    pub damaged_parts: u64,
    /// Bytes of parts that were merged or dropped and that only the last snapshot keeps.
    pub pinned_dead_bytes: u64,
    /// Most parts in one partition, and in one table.
    pub partition_parts_most: u64,
    pub table_parts_most: u64,
    /// Rows and bytes of memtables.
    pub memtable_rows: u64,
    pub memtable_bytes: u64,
    /// Flushes, merges and drops that wait or run.
    pub jobs: u64,
    /// Flushes and merges done since the start.
    pub flushes: u64,
    pub merges: u64,
    /// The largest memtable that is being filled, bytes, and the age of the oldest row in memory alone, seconds.
    pub memtable_most_bytes: u64,
    pub memtable_age_seconds: u64,
    /// Bytes of the group's log.
    pub log_bytes: u64,
    pub manifest_bytes: u64,
    /// Request ids remembered against retries.
    pub remembered_ids: u64,
}

/// The node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeMetrics {
    /// Which WAL sink is in use.
    pub wal_sink: &'static str,
    /// Whether its writes bypass the page cache.
    pub wal_direct: bool,
    pub fsync: FsyncLatency,
    /// Segment files of the log, without those in reserve.
    pub wal_segments: u64,
    /// Prefilled segments in reserve, and how many there shall be.
    pub wal_spares: u64,
    pub wal_reserve: u64,
    /// Bytes of the log's segments in use, and of entries that groups still need.
    pub wal_bytes: u64,
    pub wal_live_bytes: u64,
    /// Bytes written to the log since the start.
    pub wal_written_bytes: u64,
    /// Bytes accepted by the log and not durable yet.
    pub wal_queued_bytes: u64,
    pub wal_queue_limit: u64,
    /// Bytes free on the data folder's disk, and below which writes are refused.
    pub disk_free_bytes: u64,
    pub disk_reserved_bytes: u64,
    /// Bytes of requests that wait or are in flight, and the limit.
    pub queue_bytes: u64,
    pub queue_limit: u64,
    /// Writes refused, by reason.
    pub refused_full_disk: u64,
    pub refused_queue: u64,
    pub refused_debt: u64,
    pub refused_memory: u64,
    pub poisoned: bool,
    pub groups: Vec<GroupMetrics>,
}
