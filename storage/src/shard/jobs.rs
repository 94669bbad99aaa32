//! Work beside the log: flushes, merges, drops, and the manifest edits that bring their outcome into force.

use super::Shard;
use super::inner::{Inner, JobKind, OpenPart, Pending};
use super::types::Lane;
use crate::build::flush::{Built, FlushSpec, flush};
use crate::build::merge::{MergeSpec, merge};
use crate::error::{Error, Result};
use crate::manifest::{Op, PartEntry};
use crate::part::reader::PartReader;
use crate::part::writer::file_name;
use olly_env::disk;
use olly_types::{LogIndex, PartId, TableId};
use std::sync::Arc;

/// What a worker took from the queue.
struct Taken {
    id: u64,
    index: u64,
    time: i64,
    table: TableId,
    kind: JobKind,
    epoch: u64,
}

impl Shard {
    /// Runs the next job of the lane that can run, if any. Called by worker threads, any number of them. A job that ends may
    /// let one of the other lane run.
    ///
    /// # Errors
    /// A full disk or lack of memory leaves the job in the queue: wait and call again. Other I/O errors poison the shard.
    pub fn run_job(&self, lane: Lane) -> Result<bool> {
        let taken = {
            let mut inner = self.lock();
            inner.check()?;
            let epoch = inner.epoch;
            let Some(job) = inner.runnable(lane) else { return Ok(false) };
            job.running = true;
            Taken { id: job.id, index: job.index, time: job.time, table: job.table, kind: job.kind.clone(), epoch }
        };
        let result = self.run(&taken).map_err(|e| match e {
            // Rows that cannot be flushed cannot be kept either: the log would grow without end.
            Error::Corrupt { .. } | Error::Rejected(_) => Error::Poisoned(e.to_string()),
            e => e,
        });
        let mut inner = self.lock();
        if inner.epoch != taken.epoch {
            return result.map(|()| true);
        }
        match &result {
            Ok(()) => {
                inner.full = None;
                inner.starved = None;
                inner.flushes += u64::from(matches!(taken.kind, JobKind::Flush { .. }));
                inner.merges += u64::from(matches!(taken.kind, JobKind::Merge { .. }));
                inner.jobs.retain(|j| j.id != taken.id);
            }
            Err(e) => {
                match e {
                    e if e.is_full() => inner.full = Some(e.to_string()),
                    Error::Memory(m) => inner.starved = Some(m.clone()),
                    _ => {}
                }
                if let Some(job) = inner.jobs.iter_mut().find(|j| j.id == taken.id) {
                    job.running = false;
                }
            }
        }
        drop(inner);
        result.map_err(|e| self.fatal(e)).map(|()| true)
    }

    /// Writes all changes that are in force into the manifest.
    pub fn persist(&self) -> Result<()> {
        self.commit(None, Vec::new(), |_| ()).map_err(|e| self.fatal(e))
    }

    fn run(&self, job: &Taken) -> Result<()> {
        match &job.kind {
            JobKind::Persist => self.commit(Some(job.id), Vec::new(), |_| ()),
            JobKind::Flush { schema } => {
                let batches = {
                    let inner = self.lock();
                    let frozen = inner.tables.get(&job.table).and_then(|t| t.frozen.iter().find(|f| f.job == job.id));
                    frozen.map(|f| f.batches.clone())
                };
                // A truncation took the rows meanwhile.
                let Some(batches) = batches else { return Ok(()) };
                let spec = FlushSpec {
                    group: self.group,
                    index: job.index,
                    schema,
                    batches: &batches,
                    granule_rows: self.options.granule_rows,
                };
                let held = self.options.flushes.reserve(spec.working_bytes())?;
                let built = flush(&*self.env.disk, &self.parts_dir, &spec)?;
                drop((held, batches));
                self.install(job, built, &[])
            }
            JobKind::Merge { schema, parts } => {
                let readers = {
                    let inner = self.lock();
                    let table = inner.tables.get(&job.table);
                    let open = |id| table.and_then(|t| t.parts.get(id)).map(|p| Arc::clone(&p.reader));
                    parts.iter().map(open).collect::<Option<Vec<_>>>()
                };
                // A part that is gone makes the command void, on every replica alike.
                let Some(readers) = readers.filter(|r| r.len() > 1) else { return Ok(()) };
                let id = PartId { group: self.group, index: LogIndex(job.index), ordinal: 0 };
                let spec = MergeSpec {
                    id,
                    schema,
                    parts: &readers,
                    granule_rows: self.options.granule_rows,
                    budget: &self.options.budget,
                    stop: &self.closing,
                };
                match merge(&*self.env.disk, &self.parts_dir, &spec) {
                    Ok(built) => self.install(job, vec![built], parts),
                    Err(e @ (Error::Corrupt { .. } | Error::Rejected(_))) => {
                        tracing::error!(error = %e, group = %self.group, "merge failed; its parts are left as they are");
                        self.set_aside(job.table, &readers, &e);
                        Ok(())
                    }
                    Err(e) => Err(e),
                }
            }
            JobKind::DropParts { parts } => self.install(job, Vec::new(), parts),
        }
    }

    /// Keeps the inputs that made a merge fail out of later ones: the damaged, or, where none is, all of them.
    fn set_aside(&self, table: TableId, inputs: &[Arc<PartReader>], error: &Error) {
        if let Some(named) = inputs.iter().find(|r| matches!(error, Error::Corrupt { file, .. } if *file == r.path)) {
            named.blame(error);
        } else {
            // The error may be of rows that do not fit together; then every input is looked at.
            for r in inputs {
                r.verify_pages().1.iter().for_each(|e| r.blame(e));
            }
        }
        if inputs.iter().any(|r| r.is_damaged()) {
            return;
        }
        let mut inner = self.lock();
        let Some(t) = inner.tables.get_mut(&table) else { return };
        for id in inputs.iter().map(|r| r.footer.id) {
            if let Some(p) = t.parts.get_mut(&id) {
                p.unmerged = true;
            }
        }
    }

    /// Brings new parts into force and takes old ones out, durably and at once.
    fn install(&self, job: &Taken, built: Vec<Built>, old: &[PartId]) -> Result<()> {
        let void = |inner: &Inner| {
            inner.epoch != job.epoch || inner.tables.get(&job.table).is_none_or(|t| job.index < t.truncated)
        };
        let mut opened = Vec::with_capacity(built.len());
        let mut ops = Vec::new();
        for b in &built {
            let reader = PartReader::open(&self.env.disk, &self.parts_dir, b.footer.id, &self.options.cache)?;
            let entry = PartEntry {
                id: b.footer.id,
                bytes: b.bytes,
                rows: b.footer.rows,
                level: b.footer.level,
                partition: Arc::clone(&b.footer.partition),
                hash: b.footer.hash,
                sum: b.footer.sum,
                created_at: job.time,
            };
            ops.push(Op::AddPart(job.table, entry.clone()));
            opened.push(OpenPart { entry, reader, unmerged: false });
        }
        let flushing = matches!(job.kind, JobKind::Flush { .. });
        if flushing {
            ops.push(Op::Flushed(job.table, job.index + 1));
        }
        ops.extend(old.iter().map(|id| Op::RemovePart(job.table, *id)));
        if void(&self.lock()) {
            return self.discard(&built);
        }
        let (mut gone, mut lost) = (Vec::new(), Vec::new());
        let committed = self.commit_checked(Some(job.id), ops, &void, |inner| {
            if void(inner) {
                // Truncated between the check and now: its own operations are pending, these parts join them.
                for p in opened.drain(..) {
                    let op = Op::RemovePart(job.table, p.entry.id);
                    inner.pending.push(Pending { doom: Some(p.reader), ..op.into() });
                }
                return;
            }
            let Some(t) = inner.tables.get_mut(&job.table) else { return };
            for id in old {
                gone.extend(t.parts.remove(id).map(|p| p.reader));
                lost.extend(t.lost.remove(id).map(|p| p.entry.id));
            }
            for p in opened.drain(..) {
                t.parts.insert(p.entry.id, p);
            }
            if flushing {
                t.frozen.retain(|f| f.job != job.id);
                t.flushed = t.flushed.max(job.index + 1);
            }
        });
        match committed {
            Ok(true) => {}
            Ok(false) => return self.discard(&built),
            Err(e) => {
                if e.is_full() {
                    self.discard(&built)?;
                }
                return Err(e);
            }
        }
        for reader in gone {
            reader.doom();
        }
        lost.into_iter().for_each(|id| self.remove_lost(id));
        Ok(())
    }

    /// Removes what is left of a part that no reader has open. If this fails the file is an orphan, which the next open
    /// removes.
    fn remove_lost(&self, id: PartId) {
        let _ = self.env.disk.remove(&disk::join(&self.parts_dir, &file_name(id)));
    }

    fn discard(&self, built: &[Built]) -> Result<()> {
        for b in built {
            self.env.disk.remove(&disk::join(&self.parts_dir, &file_name(b.footer.id)))?;
        }
        Ok(())
    }

    fn commit(&self, job: Option<u64>, ops: Vec<Op>, install: impl FnOnce(&mut Inner)) -> Result<()> {
        self.commit_checked(job, ops, &|_| false, install).map(|_| ())
    }

    /// Writes pending changes and `ops` in one edit; `install` runs under the lock when it is durable. False: `void` said so
    /// and nothing was written.
    fn commit_checked(
        &self,
        job: Option<u64>,
        mut ops: Vec<Op>,
        void: &dyn Fn(&Inner) -> bool,
        install: impl FnOnce(&mut Inner),
    ) -> Result<bool> {
        let mut manifest = self.manifest.lock();
        let (pending, ids, through, edit) = {
            let inner = self.lock();
            inner.check()?;
            if void(&inner) {
                return Ok(false);
            }
            let through = inner.through(job).max(manifest.state.through);
            let applied = inner.next_index();
            // Earlier changes first: the job's own follow from later commands of the same table only when it was not void.
            let mut edit: Vec<Op> = inner.pending.iter().map(|p| p.op.clone()).collect();
            edit.append(&mut ops);
            // The list is only marked persisted below, when it is.
            let (ids, gone) = inner.dedup.ops(through, applied);
            edit.extend(ids);
            edit.push(Op::Through(through));
            (inner.pending.len(), (inner.dedup.len(), gone), through, edit)
        };
        manifest.commit(edit)?;
        let mut inner = self.lock();
        let done: Vec<Pending> = inner.pending.drain(..pending).collect();
        inner.dedup.persisted(ids.0, ids.1);
        inner.durable = through.checked_sub(1).and_then(|i| manifest.state.position(i));
        install(&mut inner);
        drop(inner);
        for p in done {
            if let Some(reader) = p.doom {
                reader.doom();
            }
            if let Some(id) = p.remove {
                self.remove_lost(id);
            }
        }
        Ok(true)
    }
}
