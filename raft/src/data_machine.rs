//! A data group's state machine: turns log entries into calls of the group's store, and the store's manifest into
//! snapshots.
//!
//! Invariant: what the store makes durable never passes what the log has made durable.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use olly_storage::shard::Lane;
use olly_types::command::{Command, Entry, Schemas};
use olly_types::port::{PartInfo, TableSnapshot, Written};
use olly_types::schema::TableSchema;
use olly_types::{Error, LogIndex, PartId, SchemaVersion, TableId, TenantId, UnixNanos};

use crate::driver::Wakes;
use crate::log_store::LogStore;
use crate::machine::SnapshotBody;
use crate::types::{self, LogId, Membership, Outcome, Proposal, SnapshotMeta, StoredMembership};

/// Position of an entry in its group's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) term: u64,
    pub(crate) index: LogIndex,
}

impl Position {
    pub(crate) fn of(id: &LogId) -> Position {
        Position { term: types::term_of(id), index: LogIndex(id.index) }
    }
    pub(crate) fn id(self) -> LogId {
        types::log_id(self.term, self.index.0)
    }
}

/// What applying an entry did.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// One answer for each request of a write.
    pub(crate) written: Vec<Result<Written, Error>>,
    /// There is a job to run.
    pub(crate) queued: bool,
}

/// How much of the log a group keeps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    /// Bytes of the group's log that are not purged.
    pub(crate) bytes: u64,
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// The node's log as a whole is over its limit.
    pub(crate) pressure: bool,
}

/// Merge debt and size of a store.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StoreFigures {
    pub(crate) parts: u64,
    pub(crate) part_bytes: u64,
    pub(crate) part_rows: u64,
    pub(crate) damaged_parts: u64,
    /// Bytes of parts that nothing but the last snapshot holds.
    pub(crate) pinned_dead_bytes: u64,
    pub(crate) memtable_rows: u64,
    pub(crate) memtable_bytes: u64,
    /// Flushes, merges and drops that wait or run.
    pub(crate) jobs: u64,
    pub(crate) flushes: u64,
    pub(crate) merges: u64,
    pub(crate) memtable_most_bytes: u64,
    pub(crate) memtable_oldest: Option<i64>,
    pub(crate) manifest_bytes: u64,
    pub(crate) remembered_ids: u64,
    /// A job waits for space.
    pub(crate) disk_full: bool,
    /// Most parts in one partition, and in one table.
    pub(crate) worst_partition: u64,
    pub(crate) worst_table: u64,
}

/// A membership as a store keeps it: where it was logged, and its bytes.
pub(crate) type KeptMembership = (Position, Arc<[u8]>);

/// Where the parts of a snapshot can be read.
pub(crate) trait PartSource: Send + Sync {
    /// Reads a part's file whole or in pieces: at most `length` bytes at `offset`.
    fn read(&self, part: PartId, offset: u64, length: usize) -> io::Result<Bytes>;
}

/// What holds a data group's rows. Calls may come from any thread; `apply…` come from one, in log order.
pub(crate) trait Store: Schemas + Send + Sync {
    /// The last entry that is in it, and the membership it keeps.
    fn applied(&self) -> (Option<Position>, Option<KeptMembership>);
    fn apply(&self, at: Position, entry: &Arc<Entry>) -> Result<Applied, Error>;
    fn apply_blank(&self, at: Position) -> Result<(), Error>;
    fn apply_membership(&self, at: Position, membership: Arc<[u8]>) -> Result<(), Error>;
    /// The newest version of every table that is registered.
    fn tables(&self) -> Vec<(TableId, SchemaVersion)>;
    /// Commands that should be proposed now.
    fn needs(&self, held: Held, now: UnixNanos) -> Vec<Command>;
    /// Runs one queued job of the lane, if there is one; for a worker. Err(Retry) leaves it queued (a full disk).
    fn run_job(&self, lane: Lane) -> Result<bool, Error>;
    /// Gives up what takes long; it is done after the next start.
    fn close(&self);
    /// The last entry that a restart would not need the log for.
    fn flushed_through(&self) -> Option<Position>;
    /// Makes a snapshot: what it covers, the membership in it, its bytes, and where its parts can be read.
    fn snapshot(&self) -> Result<(SnapshotOf, SnapshotBody), Error>;
    /// The last snapshot made or installed, if there is one.
    fn current_snapshot(&self) -> Option<(SnapshotOf, SnapshotBody)>;
    /// Replaces everything by a snapshot, fetching the parts that are not there.
    fn install(&self, body: &SnapshotBody) -> Result<(), Error>;
    fn read(&self, tenant: TenantId, table: TableId) -> Result<Arc<dyn TableSnapshot>, Error>;
    fn parts(&self) -> Vec<PartInfo>;
    fn totals(&self, tenant: TenantId, table: TableId) -> Option<(u64, u64)>;
    fn figures(&self) -> StoreFigures;
    /// A hash over all decoded rows and the ids of retries: equal on replicas that applied the same entries.
    #[cfg(test)]
    fn state_hash(&self) -> Result<u128, Error>;
}

/// What a snapshot covers.
#[derive(Clone, Debug)]
pub(crate) struct SnapshotOf {
    pub(crate) through: Option<Position>,
    pub(crate) membership: Option<KeptMembership>,
}

impl SnapshotOf {
    fn meta(&self) -> io::Result<SnapshotMeta> {
        Ok(SnapshotMeta {
            last_log_id: self.through.map(Position::id),
            last_membership: membership(self.membership.as_ref())?,
        })
    }
}

fn membership(kept: Option<&KeptMembership>) -> io::Result<StoredMembership> {
    kept.map_or(Ok(StoredMembership::default()), |(_, bytes)| types::decode_membership(bytes))
}

fn failed(e: &Error) -> io::Error {
    io::Error::other(e.message.clone())
}

/// State machine of a data group. Clones share it.
#[derive(Clone)]
pub(crate) struct DataMachine {
    pub(crate) store: Arc<dyn Store>,
    log: LogStore,
    /// Told when there is a job to run.
    wakes: Arc<Wakes>,
}

impl DataMachine {
    pub(crate) fn new(store: Arc<dyn Store>, log: LogStore, wakes: Arc<Wakes>) -> DataMachine {
        DataMachine { store, log, wakes }
    }

    pub(crate) fn apply_blank(&self, id: LogId) -> io::Result<Outcome> {
        self.store.apply_blank(Position::of(&id)).map_err(|e| failed(&e))?;
        Ok(Outcome::Done)
    }

    pub(crate) fn apply_membership(&self, id: LogId, m: Membership) -> io::Result<Outcome> {
        let stored = StoredMembership::new(Some(id), m);
        let bytes = types::encode_membership(&stored).into();
        self.store.apply_membership(Position::of(&id), bytes).map_err(|e| failed(&e))?;
        Ok(Outcome::Done)
    }

    pub(crate) fn apply(&self, id: LogId, proposal: &Proposal) -> io::Result<Outcome> {
        let entry = match &proposal.decoded {
            Some(entry) => Arc::clone(entry),
            None => {
                let decoded = Entry::decode(&proposal.bytes, &StoreSchemas(&*self.store));
                Arc::new(decoded.map_err(|e| io::Error::other(format!("entry {id}: {}", e.message)))?)
            }
        };
        let write = matches!(entry.command, Command::Write { .. });
        let applied = self.store.apply(Position::of(&id), &entry).map_err(|e| failed(&e))?;
        if applied.queued {
            self.wakes.all();
        }
        Ok(if write { Outcome::Requests(applied.written) } else { Outcome::Done })
    }

    pub(crate) fn applied_state(&self) -> io::Result<(Option<LogId>, StoredMembership)> {
        let (applied, kept) = self.store.applied();
        Ok((applied.map(Position::id), membership(kept.as_ref())?))
    }

    /// For a worker.
    pub(crate) fn make_snapshot(&self) -> io::Result<(SnapshotMeta, SnapshotBody)> {
        self.log.wait_durable()?;
        let (of, body) = self.store.snapshot().map_err(|e| failed(&e))?;
        Ok((of.meta()?, body))
    }

    pub(crate) fn current_snapshot(&self) -> io::Result<Option<(SnapshotMeta, SnapshotBody)>> {
        self.store.current_snapshot().map(|(of, body)| Ok((of.meta()?, body))).transpose()
    }

    /// For a worker.
    pub(crate) fn install_snapshot(&self, body: &SnapshotBody) -> io::Result<()> {
        self.store.install(body).map_err(|e| failed(&e))
    }

    /// Runs one job of the lane, if there is one; for a worker.
    pub(crate) fn run_job(&self, lane: Lane) -> Result<bool, Error> {
        // A follower may apply what its own log has not made durable yet; its parts must wait for that.
        self.log.wait_durable().map_err(|e| Error::fatal(olly_types::Code::Aborted, e.to_string()))?;
        self.store.run_job(lane)
    }
}

/// A store as a look-up of schemas.
pub(crate) struct StoreSchemas<'a>(pub(crate) &'a dyn Store);

impl Schemas for StoreSchemas<'_> {
    fn schema(&self, table: TableId, version: SchemaVersion) -> Option<Arc<TableSchema>> {
        self.0.schema(table, version)
    }
}
