//! Every default limit in one table. Each has a metric for its fill (`ollystack_limit_fill{limit="…"}`).

/// A named limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub name: &'static str,
    pub value: u64,
    pub unit: &'static str,
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $value:expr, $unit:literal;)*) => {
        $($(#[$doc])* pub const $name: u64 = $value;)*
        /// The table itself, for `/metrics` and the documentation.
        pub const ALL: &[Limit] = &[$(Limit { name: stringify!($name), value: $value, unit: $unit },)*];
    };
}

const MIB: u64 = 1 << 20;

limits! {
    /// The whole process' memory budget when none is configured.
    MEMORY_BUDGET = 2048 * MIB, "bytes";
    /// Size of a WAL segment file.
    WAL_SEGMENT_BYTES = 64 * MIB, "bytes";
    /// Disk that stays free: the log's two segments in reserve and one more, so that it never runs short before writes are refused.
    DISK_RESERVED_BYTES = 192 * MIB, "bytes";
    /// Largest encoded log entry, unless a single row is larger.
    ENTRY_BYTES = MIB, "bytes";
    /// Largest memtable of a table before it is flushed.
    MEMTABLE_BYTES = 128 * MIB, "bytes";
    /// Share of the budget that all memtables together may take, in percent.
    MEMTABLE_PERCENT = 25, "percent";
    /// Share of the budget that is set aside for flushes to work with, in percent.
    FLUSH_PERCENT = 12, "percent";
    /// Share of the budget that one merge may take, in percent.
    MERGE_PERCENT = 20, "percent";
    /// WAL bytes kept before tables that hold it back are flushed.
    WAL_RETAINED_BYTES = 1024 * MIB, "bytes";
    /// A table that holds back more of the log than this is flushed.
    WAL_HELD_BYTES = 256 * MIB, "bytes";
    /// Oldest unflushed row, in seconds.
    FLUSH_AGE_SECONDS = 600, "seconds";
    /// Largest request body after decompression.
    REQUEST_BODY_BYTES = 64 * MIB, "bytes";
    /// Largest single row.
    ROW_BYTES = 16 * MIB, "bytes";
    /// Longest attribute key.
    ATTRIBUTE_KEY_BYTES = 1024, "bytes";
    /// Columns of a table.
    COLUMNS = 1_000, "columns";
    /// Sub-columns of a map in one part; further keys share the overflow.
    MAP_SUBCOLUMNS = 256, "columns";
    /// Partitions one insert may touch.
    INSERT_PARTITIONS = 100, "partitions";
    /// Depth of a SQL syntax tree.
    SQL_DEPTH = 1_000, "levels";
    /// Length of a SQL text (without inline data).
    SQL_BYTES = 262_144, "bytes";
    /// Open client connections.
    CONNECTIONS = 4_096, "connections";
    /// Queries running at once.
    RUNNING_QUERIES = 100, "queries";
    /// Long evaluations of functions that run beside the threads of the query runtime, for other queries to have those.
    LONG_EVALUATIONS = 8, "evaluations";
    /// Bytes on disk that one query's sorts and aggregations may take.
    QUERY_SPILL_BYTES = 8192 * MIB, "bytes";
    /// Parts in a partition before ingest is slowed.
    PARTS_PER_PARTITION = 64, "parts";
    /// Parts in a table before ingest is slowed.
    PARTS_PER_TABLE = 200, "parts";
    /// Bytes of parts that were merged or dropped and that only a group's last snapshot keeps, before a new one is taken.
    PINNED_DEAD_BYTES = MIB, "bytes";
    /// Request ids remembered per table and group.
    DEDUPLICATION_IDS = 10_000, "ids";
    /// Age at which a request id is forgotten, in seconds.
    DEDUPLICATION_SECONDS = 3_600, "seconds";
    /// Finished queries kept for system.query_log.
    QUERY_LOG_ROWS = 10_000, "rows";
}

/// The largest that was met of limits on one thing (an entry, a row, a key) since the process started: the fill of those. A
/// figure for operators; nothing is decided by it.
pub mod seen {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    /// A high-water mark. Cheap where nothing is higher than before.
    pub struct Most(AtomicU64);

    impl Most {
        #[inline]
        pub fn note(&self, n: u64) {
            if n > self.0.load(Relaxed) {
                self.0.fetch_max(n, Relaxed);
            }
        }
        pub fn get(&self) -> u64 {
            self.0.load(Relaxed)
        }
    }

    macro_rules! marks {
        ($($name:ident)*) => { $(pub static $name: Most = Most(AtomicU64::new(0));)* };
    }
    marks!(ENTRY_BYTES ROW_BYTES ATTRIBUTE_KEY_BYTES MAP_SUBCOLUMNS INSERT_PARTITIONS SQL_DEPTH SQL_BYTES QUERY_SPILL_BYTES MERGE_BYTES);
}
