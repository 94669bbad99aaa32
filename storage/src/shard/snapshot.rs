//! A shard's state as Raft snapshots it: the manifest at a flush boundary and the part files it names.
//!
//! Invariant: an export pins its parts until it is dropped; an installed snapshot is in force as a whole or not at all.

use super::Shard;
use super::inner::Inner;
use super::types::{PartFile, SnapshotMeta};
use crate::error::{Error, Result};
use crate::manifest::{State, state};
use crate::memtable::MemBatch;
use crate::part::reader::PartReader;
use crate::part::writer::file_name;
use crate::part::{hash, source};
use olly_env::{File, Open, disk};
use olly_types::{PartId, TableSchema};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A snapshot that can be sent.
pub struct Export {
    pub meta: SnapshotMeta,
    /// For [`Shard::begin_install`].
    pub manifest: Vec<u8>,
    pub files: Vec<PartFile>,
    readers: BTreeMap<PartId, Arc<PartReader>>,
}

impl Export {
    /// Bytes of a part file; fewer than asked for at its end.
    pub fn read(&self, id: PartId, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let reader = self.readers.get(&id).ok_or_else(|| unknown(id))?;
        reader.read_raw(offset, buf)
    }

    /// Bytes of its parts that are no part of the shard any more.
    pub fn dead_bytes(&self) -> u64 {
        self.readers.values().filter(|r| r.is_doomed()).map(|r| r.bytes).sum()
    }
}

fn unknown(id: PartId) -> Error {
    Error::Rejected(olly_types::Error::new(olly_types::Code::LogicalError, format!("part {id} is not in the snapshot")))
}

/// A snapshot on its way in.
pub struct Install<'a> {
    shard: &'a Shard,
    state: State,
    /// Part files that must be written before [`Install::commit`].
    pub missing: Vec<PartFile>,
    files: BTreeMap<PartId, Arc<dyn File>>,
}

fn incoming(dir: &str, id: PartId) -> String {
    disk::join(dir, &format!("{}.incoming", file_name(id)))
}

impl Shard {
    /// The state at the last flush boundary, after writing what changed since into the manifest. None: nothing is covered yet.
    pub fn export(&self) -> Result<Option<Export>> {
        self.persist()?;
        let manifest = self.manifest.lock();
        let state = &manifest.state;
        let Some(through) = state.through.checked_sub(1).and_then(|i| state.position(i)) else { return Ok(None) };
        let membership = state.memberships.iter().rev().find(|(p, _)| p.index <= through.index).cloned();
        let mut readers = BTreeMap::new();
        let mut files = Vec::new();
        let mut sent = state.clone();
        {
            let inner = self.lock();
            for (id, t) in &mut sent.tables {
                // A part that memory has let go (truncated, edit still to come) is no part of the state any more.
                t.parts.retain(|part, entry| {
                    let table = inner.tables.get(id);
                    let open = table.and_then(|t| t.parts.get(part));
                    // A part that cannot be read is part of the state all the same: who wants to install it is told.
                    let lost = table.is_some_and(|t| t.lost.contains_key(part));
                    if lost {
                        files.push(PartFile { id: *part, bytes: entry.bytes });
                    }
                    if let Some(p) = open {
                        readers.insert(*part, Arc::clone(&p.reader));
                        files.push(PartFile { id: *part, bytes: entry.bytes });
                    }
                    open.is_some() || lost
                });
            }
        }
        let manifest = state::encode(&sent.ops())?;
        Ok(Some(Export { meta: SnapshotMeta { through, membership }, manifest, files, readers }))
    }

    /// Begins to take in a snapshot: what it needs is in [`Install::missing`]. Nothing changes before the commit.
    pub fn begin_install(&self, manifest: &[u8]) -> Result<Install<'_>> {
        let mut state = State::default();
        for op in state::decode(manifest)? {
            state.apply(op);
        }
        if state.group != self.group {
            return Err(Error::damaged(format!("a snapshot of group {}", self.group), state.group.to_string())
                .at("snapshot", 0));
        }
        let inner = self.lock();
        inner.check()?;
        let mut missing = Vec::new();
        for (id, t) in &state.tables {
            for p in t.parts.values() {
                let own = inner.tables.get(id).and_then(|t| t.parts.get(&p.id));
                if own.is_none_or(|o| o.entry.bytes != p.bytes || o.entry.hash != p.hash) {
                    missing.push(PartFile { id: p.id, bytes: p.bytes });
                }
            }
        }
        Ok(Install { shard: self, state, missing, files: BTreeMap::new() })
    }

    /// Tables with parts that cannot be read at all, and why.
    pub fn lost_parts(&self) -> Vec<(olly_types::TableId, Error)> {
        let inner = self.lock();
        let lost = |(id, t): (&olly_types::TableId, &super::inner::Table)| {
            t.lost.values().map(|p| (*id, p.error.clone())).collect::<Vec<_>>()
        };
        inner.tables.iter().flat_map(lost).collect()
    }

    /// A hash over all tables' schemas and decoded rows, whatever parts and memtables they are in: equal on replicas that
    /// have applied the same entries.
    pub fn state_hash(&self) -> Result<u128> {
        let mut out = olly_types::hash::ContentHasher::default();
        let inner = self.lock();
        for (id, t) in inner.tables.iter().filter(|(_, t)| t.dropped.is_none()) {
            let Some(schema) = t.schema() else { continue };
            let entries = || t.parts.values().map(|p| &p.entry).chain(t.lost.values().map(|p| &p.entry));
            let mut sum = entries().fold(0u128, |a, p| a.wrapping_add(p.sum));
            let mut rows: u64 = entries().map(|p| p.rows).sum();
            for b in t.frozen.iter().flat_map(|f| &f.batches).chain(&t.active.batches) {
                sum = sum.wrapping_add(batch_sum(b, schema)?);
                rows += b.batch.rows as u64;
            }
            out.field(&id.0.to_le_bytes());
            out.field(&serde_json::to_vec(schema).unwrap_or_default());
            out.field(&sum.to_le_bytes());
            out.field(&rows.to_le_bytes());
        }
        Ok(out.finish())
    }
}

/// Sum of the row hashes of a batch in memory.
fn batch_sum(b: &MemBatch, schema: &TableSchema) -> Result<u128> {
    let mut sums = vec![0u64; b.batch.rows];
    for def in schema.stored_columns() {
        let Some(c) = b.batch.column(def.id) else { continue };
        for (sum, v) in sums.iter_mut().zip(source::of_stored(&c.array, &def.ty)?.hashes(&def.ty)?) {
            *sum = sum.wrapping_add(hash::column_part(def.id.0, v));
        }
    }
    Ok(sums.iter().fold(0, |a, s| a.wrapping_add(u128::from(hash::row_hash(b.tenant.0, *s)))))
}

impl Install<'_> {
    /// Writes bytes of a missing part file.
    pub fn write(&mut self, id: PartId, offset: u64, bytes: &[u8]) -> Result<()> {
        let Some(wanted) = self.missing.iter().find(|f| f.id == id) else { return Err(unknown(id)) };
        if offset.saturating_add(bytes.len() as u64) > wanted.bytes {
            return Err(Error::damaged(format!("a part of {} bytes", wanted.bytes), "more").at(&file_name(id), offset));
        }
        let disk = &self.shard.env.disk;
        if !self.files.contains_key(&id) {
            let file = disk.open(&incoming(&self.shard.parts_dir, id), Open::REPLACE)?;
            self.files.insert(id, file);
        }
        if let Some(file) = self.files.get(&id) {
            file.write_at(offset, bytes)?;
        }
        Ok(())
    }

    /// Checks the files and makes the snapshot the shard's state. Rows that only memory held are gone: they are not part of
    /// it, and what follows it comes from the log.
    pub fn commit(mut self) -> Result<()> {
        let result = self.take_over();
        result.map_err(|e| self.shard.fatal(e))
    }

    fn take_over(&mut self) -> Result<()> {
        let shard = self.shard;
        let disk = &shard.env.disk;
        for file in self.files.values() {
            file.sync_all()?;
        }
        let mut manifest = shard.manifest.lock();
        for f in &self.missing {
            if !self.files.contains_key(&f.id) {
                return Err(unknown(f.id));
            }
            disk.rename(&incoming(&shard.parts_dir, f.id), &disk::join(&shard.parts_dir, &file_name(f.id)))?;
        }
        disk.sync_dir(&shard.parts_dir)?;
        let present: BTreeMap<PartId, Arc<PartReader>> = {
            let inner = shard.lock();
            let parts = inner.tables.values().flat_map(|t| &t.parts);
            parts.map(|(id, p)| (*id, Arc::clone(&p.reader))).collect()
        };
        let received = |id: PartId| self.missing.iter().any(|f| f.id == id);
        let mut next = Inner::of_state(&self.state, |id| match present.get(&id).filter(|_| !received(id)) {
            Some(reader) => Ok(Arc::clone(reader)),
            None => {
                let reader = PartReader::open(disk, &shard.parts_dir, id, &shard.options.cache)?;
                match reader.verify_pages().1.into_iter().next() {
                    Some(e) => Err(e),
                    None => Ok(reader),
                }
            }
        })?;
        // What another node sent is taken in whole or not at all.
        if let Some(lost) = next.tables.values().find_map(|t| t.lost.values().next()) {
            return Err(lost.error.clone());
        }
        manifest.replace(self.state.clone())?;
        let mut inner = shard.lock();
        next.epoch = inner.epoch + 1;
        next.next_job = inner.next_job;
        let kept: std::collections::HashSet<PartId> =
            next.tables.values().flat_map(|t| t.parts.keys().copied()).collect();
        let old = std::mem::replace(&mut *inner, next);
        drop(inner);
        for p in old.pending.into_iter().filter_map(|p| p.doom) {
            p.doom();
        }
        for (id, part) in old.tables.into_values().flat_map(|t| t.parts) {
            if !kept.contains(&id) {
                part.reader.doom();
            }
        }
        Ok(())
    }
}

impl Drop for Install<'_> {
    fn drop(&mut self) {
        // Left over where the commit was not reached; the next open would remove them too.
        for id in self.files.keys() {
            let path = incoming(&self.shard.parts_dir, *id);
            if self.shard.env.disk.exists(&path).unwrap_or(false) {
                let _ = self.shard.env.disk.remove(&path);
            }
        }
    }
}
