//! The real shards as stores of the data groups.
//!
//! Invariant: an error that passes (a full disk, no memory for a job) is `Class::Retry`; everything else ends the node.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use olly_env::Env;
use olly_storage::shard::{Export, Lane, LogHeld, LogPosition, Shard, ShardOptions};
use olly_types::command::{Command, Entry, Schemas};
use olly_types::port::{PartInfo, TableSnapshot};
use olly_types::schema::TableSchema;
use olly_types::{Code, Error, GroupId, PartId, Result, SchemaVersion, TableId, TenantId, UnixNanos};
use parking_lot::Mutex;

use crate::data_machine::{Applied, Held, KeptMembership, PartSource, Position, SnapshotOf, Store, StoreFigures};
use crate::engine::OpenStore;
use crate::machine::SnapshotBody;

/// Bytes of a part fetched at once.
const FETCH_BYTES: usize = 1 << 20;

/// What opens the shards of a node; they share one set of budgets and one cache.
pub(crate) fn opener(shards: ShardOptions) -> Arc<OpenStore> {
    Arc::new(move |env, dir, group| Ok(Arc::new(ShardStore::open(env, dir, group, shards.clone())?) as Arc<dyn Store>))
}

/// The last snapshot, and what it pins.
struct Current {
    of: SnapshotOf,
    body: SnapshotBody,
    parts: Arc<Source>,
}

/// A shard.
pub(crate) struct ShardStore {
    shard: Arc<Shard>,
    /// The last snapshot made or installed: its parts stay pinned until it is replaced and no transfer uses it.
    current: Mutex<Option<Current>>,
}

impl ShardStore {
    pub(crate) fn open(env: &Env, dir: &str, group: GroupId, options: ShardOptions) -> Result<ShardStore> {
        let shard = Shard::open(env, dir, group, options).map_err(error)?;
        Ok(ShardStore { shard, current: Mutex::new(None) })
    }
}

/// An error of storage by what the node does about it.
fn error(e: olly_storage::Error) -> Error {
    let passes = e.is_full() || matches!(e, olly_storage::Error::Memory(_) | olly_storage::Error::Closing);
    let mut error = Error::from(e);
    if passes {
        error.class = olly_types::Class::Retry;
    }
    error
}

/// The state machine cannot go on: replicas would differ.
fn stop(e: olly_storage::Error) -> Error {
    let error = Error::from(e);
    Error::fatal(error.code, error.message)
}

fn to_shard(at: Position) -> LogPosition {
    // With one leader a term, the term names the leader.
    LogPosition { index: at.index, term: at.term, leader: 0 }
}

fn from_shard(at: LogPosition) -> Position {
    Position { index: at.index, term: at.term }
}

fn kept((at, bytes): (LogPosition, Arc<[u8]>)) -> KeptMembership {
    (from_shard(at), bytes)
}

/// The parts of an export, for who receives it.
struct Source(Export);

impl PartSource for Source {
    fn read(&self, part: PartId, offset: u64, length: usize) -> io::Result<Bytes> {
        let mut buf = vec![0; length.min(FETCH_BYTES)];
        let n = self.0.read(part, offset, &mut buf).map_err(|e| io::Error::other(e.to_string()))?;
        buf.truncate(n);
        Ok(buf.into())
    }
}

impl Schemas for ShardStore {
    fn schema(&self, table: TableId, version: SchemaVersion) -> Option<Arc<TableSchema>> {
        self.shard.schema(table, version)
    }
}

impl Store for ShardStore {
    fn applied(&self) -> (Option<Position>, Option<KeptMembership>) {
        (self.shard.applied().map(from_shard), self.shard.membership().map(kept))
    }

    fn apply(&self, at: Position, entry: &Arc<Entry>) -> Result<Applied> {
        let applied = self.shard.apply(to_shard(at), entry).map_err(stop)?;
        Ok(Applied { written: applied.written.into_iter().map(Ok).collect(), queued: applied.queued })
    }

    fn apply_blank(&self, at: Position) -> Result<()> {
        self.shard.apply_blank(to_shard(at)).map_err(stop)
    }

    fn apply_membership(&self, at: Position, membership: Arc<[u8]>) -> Result<()> {
        self.shard.apply_membership(to_shard(at), membership).map_err(stop)
    }

    fn tables(&self) -> Vec<(TableId, SchemaVersion)> {
        self.shard.tables().into_iter().map(|t| (t.id, t.version)).collect()
    }

    fn needs(&self, held: Held, now: UnixNanos) -> Vec<Command> {
        let Held { bytes, first, last, pressure } = held;
        self.shard.needs(now, LogHeld { bytes, first, last, pressure })
    }

    fn run_job(&self, lane: Lane) -> Result<bool> {
        self.shard.run_job(lane).map_err(error)
    }

    fn close(&self) {
        self.shard.close();
    }

    fn flushed_through(&self) -> Option<Position> {
        self.shard.flushed_through().map(from_shard)
    }

    fn snapshot(&self) -> Result<(SnapshotOf, SnapshotBody)> {
        let Some(export) = self.shard.export().map_err(error)? else {
            let of = SnapshotOf { through: None, membership: None };
            return Ok((of, SnapshotBody { bytes: Bytes::new(), parts: None }));
        };
        let of = SnapshotOf {
            through: Some(from_shard(export.meta.through)),
            membership: export.meta.membership.clone().map(kept),
        };
        let bytes = Bytes::from(export.manifest.clone());
        let parts = Arc::new(Source(export));
        let body = SnapshotBody { bytes, parts: Some(Arc::clone(&parts) as Arc<dyn PartSource>) };
        // The one before is dropped outside of the lock: it removes the files that only it held.
        let before = self.current.lock().replace(Current { of: of.clone(), body: body.clone(), parts });
        drop(before);
        Ok((of, body))
    }

    fn current_snapshot(&self) -> Option<(SnapshotOf, SnapshotBody)> {
        self.current.lock().as_ref().map(|c| (c.of.clone(), c.body.clone()))
    }

    fn install(&self, body: &SnapshotBody) -> Result<()> {
        let fetch = |e: io::Error| Error::retry(Code::NetworkError, format!("A part of the snapshot: {e}"));
        {
            let mut install = self.shard.begin_install(&body.bytes).map_err(error)?;
            for file in install.missing.clone() {
                let Some(parts) = &body.parts else {
                    return Err(Error::new(Code::LogicalError, "The snapshot's parts cannot be read"));
                };
                let mut offset = 0;
                // Also for an empty file, which must be made.
                loop {
                    let wanted = usize::try_from(file.bytes - offset).unwrap_or(FETCH_BYTES).min(FETCH_BYTES);
                    let bytes = parts.read(file.id, offset, wanted).map_err(fetch)?;
                    install.write(file.id, offset, &bytes).map_err(error)?;
                    offset += bytes.len() as u64;
                    if offset >= file.bytes {
                        break;
                    }
                    if bytes.is_empty() {
                        let message = format!("part {} ends at {offset} of {} bytes", file.id, file.bytes);
                        return Err(Error::retry(Code::NetworkError, message));
                    }
                }
            }
            install.commit().map_err(error)?;
        }
        self.snapshot().map(|_| ())
    }

    fn read(&self, tenant: TenantId, table: TableId) -> Result<Arc<dyn TableSnapshot>> {
        self.shard.snapshot(tenant, table).map_err(Error::from)
    }

    fn parts(&self) -> Vec<PartInfo> {
        self.shard.parts()
    }

    fn totals(&self, tenant: TenantId, table: TableId) -> Option<(u64, u64)> {
        self.shard.totals(tenant, table)
    }

    fn figures(&self) -> StoreFigures {
        let m = self.shard.metrics();
        StoreFigures {
            parts: m.parts,
            part_bytes: m.part_bytes,
            part_rows: m.part_rows,
            damaged_parts: m.damaged_parts,
            pinned_dead_bytes: self.current.lock().as_ref().map_or(0, |c| c.parts.0.dead_bytes()),
            memtable_rows: m.memtable_rows,
            memtable_bytes: m.memtable_bytes,
            jobs: m.jobs,
            flushes: m.flushes,
            merges: m.merges,
            memtable_most_bytes: m.memtable_most_bytes,
            memtable_oldest: m.memtable_oldest,
            manifest_bytes: m.manifest_bytes,
            remembered_ids: m.remembered_ids,
            disk_full: m.disk_full,
            worst_partition: m.partition_parts_most,
            worst_table: m.table_parts_most,
        }
    }

    #[cfg(test)]
    fn state_hash(&self) -> Result<u128> {
        self.shard.state_hash().map_err(Error::from)
    }
}
