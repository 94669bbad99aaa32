//! One data group's state: tables, memtables, parts and what is remembered of requests, changed only by log entries.
//!
//! [`Shard::apply`] takes entries in log order and does no I/O. Flushes, merges and drops are queued as jobs, which any
//! worker thread runs ([`Shard::run_job`]) in two lanes; their outcome follows from the log alone, so replicas agree whenever
//! they run: a flush takes nothing from parts, so it and a merge of the same table may overlap.
//! Invariant: a job's files are complete and durable before the manifest names them; the manifest's edit is durable before
//! memory forgets rows or files go away.

mod apply;
mod dedup;
pub(crate) mod inner;
mod jobs;
mod needs;
mod snapshot;
pub mod types;

pub use snapshot::{Export, Install};
pub use types::{
    Applied, ColumnSize, FlushMemory, Lane, LogHeld, LogPosition, PartFile, ShardMetrics, ShardOptions, SnapshotMeta,
};

use crate::error::{Error, Result};
use crate::manifest::{Manifest, lost_end};
use crate::part::reader::PartReader;
use crate::part::writer::file_name;
use inner::Inner;
use olly_env::{Env, disk};
use olly_types::command::Schemas;
use olly_types::port::PartInfo;
use olly_types::{GroupId, SchemaVersion, TableId, TableSchema, TenantId, UnixNanos};
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The state of a data group on this node.
pub struct Shard {
    env: Env,
    group: GroupId,
    /// Folder of the part files.
    parts_dir: String,
    options: ShardOptions,
    /// Taken before `inner` where both are.
    manifest: Mutex<Manifest>,
    inner: Mutex<Inner>,
    /// Merges are given up.
    closing: AtomicBool,
}

impl Shard {
    /// Opens the group's folder (made when missing): reads the manifest, opens its parts, removes files that nothing names.
    /// What the manifest does not cover is then replayed from the log: entries after [`Shard::applied`].
    pub fn open(env: &Env, dir: &str, group: GroupId, options: ShardOptions) -> Result<Arc<Shard>> {
        let parts_dir = disk::join(dir, "parts");
        disk::create_dir_durably(&*env.disk, &parts_dir)?;
        let manifest = Manifest::open(&env.disk, dir, group)?;
        let present: Vec<String> = env.disk.list(&parts_dir)?.into_iter().map(|e| e.name).collect();
        let (path, end) = (manifest.path(), manifest.bytes());
        let inner = Inner::of_state(&manifest.state, |id| {
            PartReader::open(&env.disk, &parts_dir, id, &options.cache).map_err(|e| {
                let gone = Some(file_name(id)).filter(|name| !present.contains(name));
                gone.and_then(|name| lost_end(&manifest.state, &path, end, &name, &present)).unwrap_or(e)
            })
        })?;
        // Lost parts too are named: their files stay as they are, for whoever wants to look at them.
        let known: std::collections::HashSet<String> =
            manifest.state.tables.values().flat_map(|t| t.parts.keys().map(|id| file_name(*id))).collect();
        // Where a file is gone, one that nothing names may have its rows.
        let whole = known.iter().all(|name| present.contains(name));
        for name in present.iter().filter(|name| !known.contains(*name)) {
            if whole || !name.ends_with(".part") {
                env.disk.remove(&disk::join(&parts_dir, name))?;
            }
        }
        Ok(Arc::new(Shard {
            env: env.clone(),
            group,
            parts_dir,
            options,
            manifest: Mutex::new(manifest),
            inner: Mutex::new(inner),
            closing: AtomicBool::new(false),
        }))
    }

    pub fn group(&self) -> GroupId {
        self.group
    }

    /// The last entry that is applied in memory. After [`Shard::open`]: the last that the manifest covers.
    pub fn applied(&self) -> Option<LogPosition> {
        self.inner.lock().applied
    }

    /// The last entry that nothing needs from the log any more, as the durable manifest says.
    pub fn flushed_through(&self) -> Option<LogPosition> {
        self.inner.lock().durable
    }

    /// Raft's membership as of [`Shard::applied`].
    pub fn membership(&self) -> Option<(LogPosition, Arc<[u8]>)> {
        self.inner.lock().membership.clone()
    }

    /// Ends merges that run at their next granule; flushes end in order.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Tables that exist, by id.
    pub fn tables(&self) -> Vec<Arc<TableSchema>> {
        let inner = self.inner.lock();
        inner.tables.values().filter(|t| t.dropped.is_none()).filter_map(|t| t.schema().cloned()).collect()
    }

    /// The farthest that a source (a Kafka partition) has been stored.
    pub fn positions(&self) -> Vec<olly_types::command::SourcePosition> {
        let state = &self.manifest.lock().state;
        let durable = state.positions.iter().map(|((source, partition), offset)| olly_types::command::SourcePosition {
            source: source.clone(),
            partition: *partition,
            offset: *offset,
        });
        durable.collect()
    }

    /// All parts.
    pub fn parts(&self) -> Vec<PartInfo> {
        let inner = self.inner.lock();
        let mut out = Vec::new();
        for (table, t) in &inner.tables {
            for p in t.parts.values() {
                let f = &p.reader.footer;
                out.push(PartInfo {
                    id: p.entry.id,
                    table: *table,
                    partition: f.partition_text.to_string(),
                    rows: f.rows,
                    bytes_on_disk: p.entry.bytes,
                    uncompressed_bytes: f.columns.iter().map(|c| c.raw_bytes).sum(),
                    min_time: f.time.map(|t| UnixNanos(t.0)),
                    max_time: f.time.map(|t| UnixNanos(t.1)),
                    created_at: UnixNanos(p.entry.created_at),
                    level: f.level,
                    tenant: f.sole_tenant(),
                    lost: false,
                });
            }
            for p in t.lost.values() {
                out.push(PartInfo {
                    id: p.entry.id,
                    table: *table,
                    partition: "(lost)".to_string(),
                    rows: p.entry.rows,
                    bytes_on_disk: p.entry.bytes,
                    uncompressed_bytes: 0,
                    min_time: None,
                    max_time: None,
                    created_at: UnixNanos(p.entry.created_at),
                    level: p.entry.level,
                    tenant: None,
                    lost: true,
                });
            }
        }
        out
    }

    /// Rows and bytes of a tenant's table in parts and memtables; None where a part's bytes belong to several tenants.
    pub fn totals(&self, tenant: TenantId, table: TableId) -> Option<(u64, u64)> {
        let inner = self.inner.lock();
        let t = inner.tables.get(&table).filter(|t| t.dropped.is_none())?;
        if !t.lost.is_empty() {
            return None;
        }
        let (mut rows, mut bytes) = (0, 0);
        for p in t.parts.values() {
            let own = p.reader.footer.tenant_rows(tenant);
            let n = own.end - own.start;
            if n != 0 && n != p.entry.rows {
                return None;
            }
            rows += n;
            bytes += if n > 0 { p.entry.bytes } else { 0 };
        }
        let memory = t.frozen.iter().flat_map(|f| &f.batches).chain(&t.active.batches);
        for b in memory.filter(|b| b.tenant == tenant) {
            rows += b.batch.rows as u64;
            bytes += b.bytes;
        }
        Some((rows, bytes))
    }

    /// Bytes that each column's pages take in the parts; pages that columns share count for the first.
    pub fn column_sizes(&self) -> Vec<ColumnSize> {
        let readers: Vec<Arc<PartReader>> =
            self.inner.lock().tables.values().flat_map(|t| t.parts.values().map(|p| Arc::clone(&p.reader))).collect();
        let mut sums = std::collections::BTreeMap::<(TableId, olly_types::ColumnId), u64>::new();
        for r in readers {
            for (column, bytes) in r.column_bytes() {
                *sums.entry((r.footer.table, column)).or_default() += bytes;
            }
        }
        sums.into_iter().map(|((table, column), bytes)| ColumnSize { table, column, bytes }).collect()
    }

    /// Figures for /metrics.
    pub fn metrics(&self) -> ShardMetrics {
        let inner = self.inner.lock();
        let mut m = ShardMetrics { group: self.group, jobs: inner.jobs.len() as u64, ..ShardMetrics::default() };
        for t in inner.tables.values() {
            let mut by_partition = std::collections::HashMap::<&[u8], u64>::new();
            for p in t.parts.values() {
                m.parts += 1;
                m.part_bytes += p.entry.bytes;
                m.part_rows += p.entry.rows;
                m.damaged_parts += u64::from(p.reader.is_damaged());
                *by_partition.entry(&p.entry.partition).or_default() += 1;
            }
            for p in t.lost.values() {
                m.parts += 1;
                m.part_bytes += p.entry.bytes;
                m.part_rows += p.entry.rows;
                m.damaged_parts += 1;
            }
            m.table_parts_most = m.table_parts_most.max(t.parts.len() as u64);
            m.partition_parts_most = m.partition_parts_most.max(by_partition.values().copied().max().unwrap_or(0));
            m.memtable_rows +=
                t.active.rows + t.frozen.iter().flat_map(|f| &f.batches).map(|b| b.batch.rows as u64).sum::<u64>();
            m.memtable_bytes += t.active.bytes + t.frozen.iter().flat_map(|f| &f.batches).map(|b| b.bytes).sum::<u64>();
        }
        (m.flushes, m.merges) = (inner.flushes, inner.merges);
        m.memtable_most_bytes = inner.tables.values().map(|t| t.active.bytes).max().unwrap_or(0);
        m.memtable_oldest = inner.tables.values().filter_map(|t| t.active.oldest()).min();
        m.applied = inner.next_index();
        m.flushed = inner.durable.map_or(0, |p| p.index.0 + 1);
        m.disk_full = inner.full.is_some();
        m.remembered_ids = inner.dedup.len() as u64;
        drop(inner);
        m.manifest_bytes = self.manifest.lock().bytes();
        m
    }

    /// Why writes should be refused now: a full disk, or more parts than merges can keep up with.
    pub fn admission(&self) -> Result<(), olly_types::Error> {
        use olly_types::{Code, limits};
        let m = self.metrics();
        let inner = self.inner.lock();
        inner.check()?;
        if let Some(why) = &inner.full {
            return Err(olly_types::Error::retry(Code::NotEnoughSpace, format!("The disk is full: {why}")));
        }
        drop(inner);
        // Slowing begins at the limit (the proposer's business); at four times of it nothing is taken.
        if m.partition_parts_most > 4 * limits::PARTS_PER_PARTITION || m.table_parts_most > 16 * limits::PARTS_PER_TABLE
        {
            return Err(olly_types::Error::retry(
                Code::TooManyParts,
                format!(
                    "Too many parts ({} in a partition, {} in a table): merges are behind",
                    m.partition_parts_most, m.table_parts_most
                ),
            ));
        }
        Ok(())
    }

    /// For reads from elsewhere in the crate.
    pub(crate) fn read_lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// Remembers an error after which nothing may go on.
    fn fatal(&self, e: Error) -> Error {
        if e.is_fatal() {
            let mut inner = self.lock();
            inner.poisoned.get_or_insert_with(|| e.to_string());
        }
        e
    }
}

impl Schemas for Shard {
    fn schema(&self, table: TableId, version: SchemaVersion) -> Option<Arc<TableSchema>> {
        self.inner.lock().tables.get(&table)?.version(version).cloned()
    }
}
