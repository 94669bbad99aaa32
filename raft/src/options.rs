//! How a node is set up. What is fixed when the data folder is made (number of data groups) is checked at each start.

use std::sync::Arc;

use olly_storage::shard::ShardOptions;
use olly_types::budget::Budget;
use olly_types::{NodeId, limits};

/// How a node is opened.
#[derive(Clone)]
pub struct Options {
    /// Number of data groups of a new cluster (1 to 15). An existing one keeps its own.
    pub data_groups: u32,
    /// Identity of a new cluster; drawn at random when not given.
    pub cluster: Option<u128>,
    /// This node's id in a new folder; 1 when not given.
    pub node: Option<NodeId>,
    /// The process' memory budget; memtables, merges, log buffers and the write queue reserve from it.
    pub budget: Arc<Budget>,
    /// How shards work; made from the budget when not given.
    pub shards: Option<ShardOptions>,
    /// Bytes of a WAL segment file.
    pub segment_bytes: u64,
    /// Bytes of requests that may wait or be in flight at once, as reserved by their blocks; more are refused.
    pub queue_bytes: u64,
    /// Entries of one group that may be in flight at once; requests behind them are coalesced.
    pub entries_in_flight: usize,
    /// Bytes of applied entries kept in memory per group, for replicas that read them soon.
    pub kept_entry_bytes: u64,
    /// A snapshot is taken and the log purged when that frees this many bytes of a group's log.
    pub purge_bytes: u64,
    /// Log of a group with several voters that is kept behind its snapshot, for those that lag.
    pub kept_log_bytes: u64,
    /// Worker threads for flushes, and as many for merges; 0: jobs run where they are asked for (deterministic tests).
    pub workers: usize,
    /// How often the background driver looks for work, in milliseconds.
    pub driver_interval_ms: u64,
    /// Bytes of disk that stay free: below it writes are refused (code 243). At least what the log needs to fill its reserve
    /// again and go on (three segments), so that what is refused is refused before the log itself runs short.
    pub reserved_disk_bytes: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            data_groups: 2,
            cluster: None,
            node: None,
            budget: Budget::root(limits::MEMORY_BUDGET),
            shards: None,
            segment_bytes: limits::WAL_SEGMENT_BYTES,
            queue_bytes: 128 << 20,
            entries_in_flight: 8,
            kept_entry_bytes: 8 << 20,
            purge_bytes: 8 << 20,
            kept_log_bytes: limits::WAL_HELD_BYTES / 4,
            workers: 1,
            driver_interval_ms: 200,
            reserved_disk_bytes: limits::DISK_RESERVED_BYTES,
        }
    }
}
