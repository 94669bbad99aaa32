//! One group of this node: its Raft, its log, and for data groups its store and queue.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use olly_env::Clock;
use olly_types::command::{Command, Entry};
use olly_types::{Code, Error, GroupId, Result, TenantId, UnixNanos};
use openraft::errors::{ClientWriteError, InitializeError, RaftError};
use openraft::{Config, SnapshotPolicy};

use crate::data_machine::{DataMachine, Held, StoreSchemas};
use crate::log_store::LogStore;
use crate::metrics::GroupMetrics;
use crate::poison::Poison;
use crate::queue::{Queue, not_leader, unknown};
use crate::types::{Outcome, Proposal, Raft};

/// Counters of a group.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) entries: AtomicU64,
    pub(crate) requests: AtomicU64,
    pub(crate) entry_bytes: AtomicU64,
    pub(crate) duplicates: AtomicU64,
}

/// A group.
pub(crate) struct Group {
    pub(crate) id: GroupId,
    pub(crate) raft: Raft,
    pub(crate) log: LogStore,
    /// None for the catalog.
    pub(crate) data: Option<DataMachine>,
    pub(crate) queue: Queue,
    pub(crate) entries_in_flight: usize,
    pub(crate) counters: Counters,
    pub(crate) poison: Poison,
    pub(crate) clock: Arc<dyn Clock>,
}

/// openraft's settings (DESIGN D2, reliability §6.3). A lone voter needs no ticks: nobody else can lead, and it elects
/// itself when it starts.
pub(crate) fn config(group: GroupId, lone: bool, heartbeat_ms: u64) -> Result<Arc<Config>> {
    let config = Config {
        cluster_name: format!("ollystack-{group}"),
        heartbeat_interval: heartbeat_ms,
        election_timeout_min: 3 * heartbeat_ms,
        election_timeout_max: 6 * heartbeat_ms,
        install_snapshot_timeout: 600_000,
        max_payload_entries: 64,
        snapshot_policy: SnapshotPolicy::Never,
        max_in_snapshot_log_to_keep: u64::MAX,
        enable_tick: !lone,
        enable_heartbeat: !lone,
        enable_elect: !lone,
        enable_pre_vote: Some(true),
        quorum_loss_probe_interval: Some(20 * heartbeat_ms),
        enable_leader_restore: Some(false),
        broadcast_submitted_on_append: Some(true),
        allow_log_reversion: Some(false),
        ..Config::default()
    };
    let config = config.validate().map_err(|e| Error::fatal(Code::LogicalError, e.to_string()))?;
    Ok(Arc::new(config))
}

impl Group {
    pub(crate) fn now(&self) -> UnixNanos {
        UnixNanos(self.clock.wall_nanos())
    }

    /// The bytes of an entry; schemas are those that the group has registered.
    pub(crate) fn encode(&self, entry: &Entry) -> Result<Vec<u8>> {
        match &self.data {
            Some(data) => entry.encode(&StoreSchemas(&*data.store)),
            None => Err(Error::new(Code::LogicalError, "The catalog group takes no rows")),
        }
    }

    /// The store of a data group.
    pub(crate) fn data(&self) -> Result<&DataMachine> {
        self.data.as_ref().ok_or_else(|| Error::new(Code::LogicalError, format!("Group {} holds no rows", self.id)))
    }

    /// Proposes and waits until it is applied here.
    pub(crate) async fn propose(&self, proposal: Proposal) -> Result<Outcome> {
        self.poison.check()?;
        match self.raft.client_write(proposal).await {
            // Nothing is acknowledged after the first error, wherever it was.
            Ok(response) => self.poison.check().map(|()| response.data),
            Err(RaftError::APIError(ClientWriteError::ForwardToLeader(_))) => Err(not_leader()),
            Err(RaftError::APIError(_)) => Err(unknown()),
            Err(RaftError::Fatal(e)) => Err(self.fatal(e)),
        }
    }

    /// Proposes a command other than a write.
    pub(crate) async fn command(&self, command: Command) -> Result<Outcome> {
        let entry = Entry { tenant: TenantId(0), proposed_at: self.now(), command };
        let bytes = self.encode(&entry)?;
        self.propose(Proposal { bytes: bytes.into(), decoded: Some(Arc::new(entry)) }).await
    }

    pub(crate) fn fatal(&self, e: impl std::fmt::Display) -> Error {
        self.poison.get().unwrap_or_else(|| Error::fatal(Code::Aborted, format!("Group {} has stopped: {e}", self.id)))
    }

    /// Makes a group of one voter lead: the first time by initializing it, later by electing itself.
    pub(crate) async fn lead_alone(&self, node: u64) -> Result<()> {
        let initialized = self.raft.is_initialized().await.map_err(|e| self.fatal(e))?;
        if initialized {
            self.raft.trigger().elect(false).await.map_err(|e| self.fatal(e))?;
            return Ok(());
        }
        match self.raft.initialize(BTreeSet::from([node])).await {
            Ok(()) | Err(RaftError::APIError(InitializeError::NotAllowed(_))) => Ok(()),
            Err(e) => Err(self.fatal(e)),
        }
    }

    /// Waits until this node has applied everything that was durable when it started.
    pub(crate) async fn recovered(&self) -> Result<()> {
        let wait = self.raft.wait_for_recovery(None);
        tokio::select! {
            biased;
            error = self.poison.wait() => Err(error),
            done = wait => done.map(|_| ()).map_err(|e| self.fatal(e)),
        }
    }

    /// How much of the log is kept for this group.
    pub(crate) fn held(&self, pressure: bool) -> Held {
        let (first, last) = self.log.range().unwrap_or_default();
        Held { bytes: self.log.bytes_below(u64::MAX), first, last, pressure }
    }

    /// Figures.
    pub(crate) fn metrics(&self) -> GroupMetrics {
        use olly_types::LogIndex;
        use std::sync::atomic::Ordering::Relaxed;
        let raft = self.raft.metrics().borrow_watched().clone();
        let (waiting, in_flight) = self.queue.figures();
        let store = self.data.as_ref().map(|d| d.store.figures()).unwrap_or_default();
        let index = |id: &Option<crate::types::LogId>| LogIndex(id.map_or(0, |i| i.index));
        GroupMetrics {
            group: self.id,
            leads: self.raft.is_leader(),
            term: raft.current_term,
            last_index: LogIndex(raft.last_log_index.unwrap_or(0)),
            applied: index(&raft.last_applied),
            snapshot: index(&raft.snapshot),
            purged: index(&raft.purged),
            entries: self.counters.entries.load(Relaxed),
            requests: self.counters.requests.load(Relaxed),
            entry_bytes: self.counters.entry_bytes.load(Relaxed),
            duplicates: self.counters.duplicates.load(Relaxed),
            waiting,
            in_flight,
            parts: store.parts,
            part_bytes: store.part_bytes,
            part_rows: store.part_rows,
            damaged_parts: store.damaged_parts,
            pinned_dead_bytes: store.pinned_dead_bytes,
            partition_parts_most: store.worst_partition,
            table_parts_most: store.worst_table,
            memtable_rows: store.memtable_rows,
            memtable_bytes: store.memtable_bytes,
            jobs: store.jobs,
            flushes: store.flushes,
            merges: store.merges,
            memtable_most_bytes: store.memtable_most_bytes,
            memtable_age_seconds: store
                .memtable_oldest
                .map_or(0, |at| (self.now().0 - at).max(0) as u64 / 1_000_000_000),
            log_bytes: self.log.bytes_below(u64::MAX),
            manifest_bytes: store.manifest_bytes,
            remembered_ids: store.remembered_ids,
        }
    }
}

use openraft::async_runtime::watch::WatchReceiver as _;
