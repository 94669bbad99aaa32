//! Log entries become state. No I/O, no clock: what an entry does follows from it and the entries before it.

use super::Shard;
use super::inner::{Inner, JobKind, Pending, Table};
use super::types::{Applied, LogPosition};
use crate::error::{Error, Result};
use crate::manifest::{IdEntry, Op};
use crate::memtable::{MemBatch, Memtable};
use olly_types::command::{Command, Entry, Request};
use olly_types::port::Written;
use olly_types::{LogIndex, PartId, TableId};
use std::sync::Arc;

/// Schemas of a dropped table are kept for this many entries more: a write that was on its way may still name them.
const DROPPED_KEPT: u64 = 10_000;

impl Shard {
    /// Applies an entry. Entries come in log order; one that is applied already is skipped where it has had its effect.
    ///
    /// # Errors
    /// Only where the shard cannot go on: it was poisoned, or the entry names a table that never was.
    pub fn apply(&self, at: LogPosition, entry: &Entry) -> Result<Applied> {
        let mut inner = self.lock();
        advance(&mut inner, at)?;
        let index = at.index.0;
        let mut out = Applied::default();
        match &entry.command {
            Command::Write { requests } => {
                for (ordinal, request) in requests.iter().enumerate() {
                    let written = self.write(&mut inner, index, ordinal as u32, entry, request)?;
                    out.written.push(written);
                }
            }
            Command::RegisterSchema(schema) => {
                let known = inner.tables.get(&schema.id);
                if known.is_none_or(|t| t.version(schema.version).is_none()) {
                    let table = inner.tables.entry(schema.id).or_insert_with(|| Table {
                        schemas: Vec::new(),
                        active: Memtable::default(),
                        frozen: Vec::new(),
                        parts: Default::default(),
                        lost: Default::default(),
                        flushed: 0,
                        truncated: 0,
                        dropped: None,
                    });
                    table.schemas.push(Arc::clone(schema));
                    table.schemas.sort_by_key(|s| s.version);
                    inner.pending.push(Pending::from(Op::Schema(Arc::clone(schema))));
                    self.persist_later(&mut inner, index, entry);
                    out.queued = true;
                }
            }
            Command::Truncate(table) => {
                if clear(&mut inner, *table, index) {
                    inner.pending.push(Pending::from(Op::Truncated(*table, index + 1)));
                    self.persist_later(&mut inner, index, entry);
                    out.queued = true;
                }
            }
            Command::DropTable(table) => {
                let exists = inner.tables.get(table).is_some_and(|t| t.dropped.is_none());
                if exists && clear(&mut inner, *table, index) {
                    if let Some(t) = inner.tables.get_mut(table) {
                        t.dropped = Some(index);
                    }
                    inner.pending.push(Pending::from(Op::Truncated(*table, index + 1)));
                    inner.pending.push(Pending::from(Op::Dropped(*table, index)));
                    self.persist_later(&mut inner, index, entry);
                    out.queued = true;
                }
            }
            Command::Flush { table } => out.queued = freeze(&mut inner, *table, index, entry.proposed_at.0),
            Command::Merge { table, parts } => {
                if let Some(schema) = inner.tables.get(table).filter(|t| t.dropped.is_none()).and_then(|t| t.schema()) {
                    let kind = JobKind::Merge { schema: Arc::clone(schema), parts: parts.clone() };
                    inner.queue(index, entry.proposed_at.0, *table, kind);
                    out.queued = true;
                }
            }
            Command::DropParts { table, parts } => {
                if inner.tables.contains_key(table) {
                    let kind = JobKind::DropParts { parts: parts.clone() };
                    inner.queue(index, entry.proposed_at.0, *table, kind);
                    out.queued = true;
                }
            }
        }
        Ok(out)
    }

    /// An entry without effect on the state (Raft's own).
    pub fn apply_blank(&self, at: LogPosition) -> Result<()> {
        advance(&mut self.lock(), at)
    }

    /// A change of Raft's membership; `blob` is kept as it is.
    pub fn apply_membership(&self, at: LogPosition, blob: Arc<[u8]>) -> Result<()> {
        let mut inner = self.lock();
        advance(&mut inner, at)?;
        inner.membership = Some((at, Arc::clone(&blob)));
        inner.pending.push(Pending::from(Op::Membership(at, blob)));
        Ok(())
    }

    fn write(&self, inner: &mut Inner, index: u64, ordinal: u32, entry: &Entry, request: &Request) -> Result<Written> {
        let time = entry.proposed_at.0;
        if let Some(id) = request.id {
            let table = request.sections.first().map_or(TableId(0), |s| s.table);
            let truncated = inner.tables.get(&table).map_or(0, |t| t.truncated);
            if !inner.dedup.accept(IdEntry { table, index, ordinal, time, id }, truncated) {
                return Ok(Written::Duplicate);
            }
        }
        for section in &request.sections {
            let Some(table) = inner.tables.get_mut(&section.table) else {
                let e = format!("entry {index} writes to table {}, which was never registered", section.table);
                return Err(Error::Rejected(olly_types::Error::fatal(olly_types::Code::UnknownTable, e)));
            };
            if index < table.flushed || table.dropped.is_some() || section.batch.rows == 0 {
                continue;
            }
            let batch = section.batch.clone();
            table.active.push(MemBatch::new(
                entry.tenant,
                section.schema_version,
                (index, index),
                (time, time),
                batch,
                self.options.memtables.empty(),
            ));
        }
        for p in &request.positions {
            inner.pending.push(Pending::from(Op::Position(p.clone())));
        }
        Ok(Written::Stored)
    }

    fn persist_later(&self, inner: &mut Inner, index: u64, entry: &Entry) {
        let waiting = |j: &super::inner::Job| matches!(j.kind, JobKind::Persist) && !j.running;
        if !inner.jobs.iter().any(waiting) {
            inner.queue(index, entry.proposed_at.0, TableId(0), JobKind::Persist);
        }
        let applied = inner.next_index();
        // A replay starts behind what the manifest covers: the table's own entries must lie below that, or they could no
        // longer be decoded when another table holds the log back.
        let covered = inner.durable.map_or(0, |p| p.index.0);
        let forgettable = |t: &Table| {
            t.dropped.is_some_and(|d| d < covered && d + DROPPED_KEPT < applied) && t.first_index(None).is_none()
        };
        let old: Vec<TableId> = inner.tables.iter().filter(|(_, t)| forgettable(t)).map(|(id, _)| *id).collect();
        for id in old {
            inner.tables.remove(&id);
            inner.pending.push(Pending::from(Op::Forget(id)));
        }
    }
}

/// The entry at `at` is being applied.
fn advance(inner: &mut Inner, at: LogPosition) -> Result<()> {
    inner.check()?;
    if at.index < LogIndex(inner.next_index()) && inner.applied.is_some() {
        let e = format!("entry {} applied after {}", at.index, inner.last_index());
        return Err(Error::Rejected(olly_types::Error::fatal(olly_types::Code::LogicalError, e)));
    }
    if inner.term.is_none_or(|t| (t.term, t.leader) != (at.term, at.leader)) {
        inner.term = Some(at);
        inner.pending.push(Pending::from(Op::Term(at)));
    }
    inner.applied = Some(at);
    Ok(())
}

/// Removes a table's rows up to an entry. False if that has happened before (a replay).
fn clear(inner: &mut Inner, table: TableId, index: u64) -> bool {
    let Some(t) = inner.tables.get_mut(&table).filter(|t| t.truncated <= index) else { return false };
    t.active = Memtable::default();
    t.frozen.clear();
    t.truncated = index + 1;
    t.flushed = t.flushed.max(index + 1);
    let lost: Vec<PartId> = std::mem::take(&mut t.lost).into_keys().collect();
    for (id, part) in std::mem::take(&mut t.parts) {
        inner.pending.push(Pending { doom: Some(part.reader), ..Op::RemovePart(table, id).into() });
    }
    for id in lost {
        inner.pending.push(Pending { remove: Some(id), ..Op::RemovePart(table, id).into() });
    }
    // Work that waits is void; what runs finds out when it is done.
    inner.jobs.retain(|j| j.table != table || j.running || matches!(j.kind, JobKind::Persist));
    true
}

/// Closes the memtable for a flush.
fn freeze(inner: &mut Inner, table: TableId, index: u64, time: i64) -> bool {
    let Some(t) = inner.tables.get_mut(&table).filter(|t| t.dropped.is_none()) else { return false };
    let Some(schema) = t.schema().cloned() else { return false };
    if t.active.batches.is_empty() {
        return false;
    }
    let memtable = std::mem::take(&mut t.active);
    let job = inner.queue(index, time, table, JobKind::Flush { schema });
    if let Some(t) = inner.tables.get_mut(&table) {
        t.frozen.push(super::inner::Frozen { job, batches: memtable.batches });
    }
    true
}
