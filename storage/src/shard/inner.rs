//! A shard's state in memory, under one lock that is never held across I/O.

use super::dedup::Dedup;
use super::types::{Lane, LogPosition};
use crate::error::{Error, Result};
use crate::manifest::{Op, PartEntry, State};
use crate::memtable::{MemBatch, Memtable};
use crate::part::reader::PartReader;
use olly_types::{LogIndex, PartId, SchemaVersion, TableId, TableSchema};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;

/// A memtable that a flush command closed.
pub(crate) struct Frozen {
    pub job: u64,
    pub batches: Vec<Arc<MemBatch>>,
}

pub(crate) struct OpenPart {
    pub entry: PartEntry,
    pub reader: Arc<PartReader>,
    /// A merge of it failed, and not for damage in any of its inputs: it is not merged again before the next start.
    pub unmerged: bool,
}

/// A part that the manifest names and that cannot be read at all: its file is gone, or its header, footer or trailer is
/// damaged. The shard goes on without it; whoever reads the table is told.
pub(crate) struct LostPart {
    pub entry: PartEntry,
    pub error: Error,
}

pub(crate) struct Table {
    pub schemas: Vec<Arc<TableSchema>>,
    pub active: Memtable,
    pub frozen: Vec<Frozen>,
    pub parts: BTreeMap<PartId, OpenPart>,
    pub lost: BTreeMap<PartId, LostPart>,
    pub flushed: u64,
    pub truncated: u64,
    pub dropped: Option<u64>,
}

impl Table {
    pub fn schema(&self) -> Option<&Arc<TableSchema>> {
        self.schemas.last()
    }
    pub fn version(&self, version: SchemaVersion) -> Option<&Arc<TableSchema>> {
        self.schemas.iter().find(|s| s.version == version)
    }
    /// First index of a row that is only in memory.
    pub fn first_index(&self, except: Option<u64>) -> Option<u64> {
        let frozen = self.frozen.iter().filter(|f| Some(f.job) != except);
        let firsts = frozen.flat_map(|f| f.batches.first().map(|b| b.index.0));
        firsts.chain(self.active.first_index()).min()
    }
}

#[derive(Clone)]
pub(crate) enum JobKind {
    Flush {
        schema: Arc<TableSchema>,
    },
    Merge {
        schema: Arc<TableSchema>,
        parts: Vec<PartId>,
    },
    DropParts {
        parts: Vec<PartId>,
    },
    /// Makes earlier changes of state durable.
    Persist,
}

impl JobKind {
    fn lane(&self) -> Lane {
        match self {
            JobKind::Merge { .. } => Lane::Merge,
            JobKind::Flush { .. } | JobKind::DropParts { .. } | JobKind::Persist => Lane::Flush,
        }
    }
}

pub(crate) struct Job {
    pub id: u64,
    pub index: u64,
    /// When the command was proposed.
    pub time: i64,
    pub table: TableId,
    pub kind: JobKind,
    pub running: bool,
}

/// A change that is in force and not yet in the manifest.
pub(crate) struct Pending {
    pub op: Op,
    pub doom: Option<Arc<PartReader>>,
    /// A file that no reader has open, to be removed when the change is durable.
    pub remove: Option<PartId>,
}

impl From<Op> for Pending {
    fn from(op: Op) -> Pending {
        Pending { op, doom: None, remove: None }
    }
}

#[derive(Default)]
pub(crate) struct Inner {
    pub tables: BTreeMap<TableId, Table>,
    pub applied: Option<LogPosition>,
    pub dedup: Dedup,
    pub jobs: VecDeque<Job>,
    pub next_job: u64,
    pub pending: Vec<Pending>,
    /// What the manifest says.
    pub durable: Option<LogPosition>,
    pub membership: Option<(LogPosition, Arc<[u8]>)>,
    pub term: Option<LogPosition>,
    pub poisoned: Option<String>,
    /// The last job that found the disk full.
    pub full: Option<String>,
    /// The last job that found no memory.
    pub starved: Option<String>,
    /// Grows when a snapshot replaces everything: work from before is void.
    pub epoch: u64,
    /// Flushes and merges done since the shard was opened.
    pub flushes: u64,
    pub merges: u64,
}

/// The reader, if it reads what the manifest names.
fn same(reader: Arc<PartReader>, entry: &PartEntry) -> Result<Arc<PartReader>> {
    if reader.footer.sum == entry.sum && reader.footer.hash == entry.hash && reader.bytes == entry.bytes {
        return Ok(reader);
    }
    Err(Error::Corrupt {
        file: reader.path.clone(),
        offset: 0,
        expected: format!("rows with hash {:032x}, {} bytes", entry.hash, entry.bytes),
        got: format!("{:032x}, {} bytes", reader.footer.hash, reader.bytes),
    })
}

impl Inner {
    /// The state that a manifest describes, with its parts open, as far as they can be.
    pub fn of_state(state: &State, mut open: impl FnMut(PartId) -> Result<Arc<PartReader>>) -> Result<Inner> {
        let mut inner =
            Inner { dedup: Dedup::restore(&state.ids, state.ids_through, state.through), ..Inner::default() };
        for (id, t) in &state.tables {
            let (mut parts, mut lost) = (BTreeMap::new(), BTreeMap::new());
            for entry in t.parts.values() {
                match open(entry.id).and_then(|reader| same(reader, entry)) {
                    Ok(reader) => {
                        parts.insert(entry.id, OpenPart { entry: entry.clone(), reader, unmerged: false });
                    }
                    Err(error @ Error::Corrupt { .. }) => {
                        tracing::error!(%error, table = %id, rows = entry.rows, "a part is lost; queries of its table fail");
                        lost.insert(entry.id, LostPart { entry: entry.clone(), error });
                    }
                    Err(e) => return Err(e),
                }
            }
            let table = Table {
                schemas: t.schemas.clone(),
                active: Memtable::default(),
                frozen: Vec::new(),
                parts,
                lost,
                flushed: t.flushed,
                truncated: t.truncated,
                dropped: t.dropped,
            };
            inner.tables.insert(*id, table);
        }
        inner.applied = state.through.checked_sub(1).and_then(|i| state.position(i));
        inner.durable = inner.applied;
        inner.term = state.terms.last().copied();
        let last = inner.applied.map(|p| p.index);
        inner.membership = state.memberships.iter().rev().find(|(p, _)| last.is_some_and(|l| p.index <= l)).cloned();
        Ok(inner)
    }

    /// First index that is not applied.
    pub fn next_index(&self) -> u64 {
        self.applied.map_or(0, |p| p.index.0 + 1)
    }

    /// First index that the log must keep once job `except` is done and all pending changes are written.
    pub fn through(&self, except: Option<u64>) -> u64 {
        let mut through = self.next_index();
        for t in self.tables.values() {
            through = through.min(t.first_index(except).unwrap_or(u64::MAX));
        }
        for j in self.jobs.iter().filter(|j| Some(j.id) != except && !matches!(j.kind, JobKind::Persist)) {
            through = through.min(j.index);
        }
        through
    }

    /// Parts that a queued job will take away.
    pub fn busy(&self, table: TableId) -> HashSet<PartId> {
        let mut out = HashSet::new();
        for j in self.jobs.iter().filter(|j| j.table == table) {
            if let JobKind::Merge { parts, .. } | JobKind::DropParts { parts } = &j.kind {
                out.extend(parts.iter().copied());
            }
        }
        out
    }

    pub fn queue(&mut self, index: u64, time: i64, table: TableId, kind: JobKind) -> u64 {
        self.next_job += 1;
        let id = self.next_job;
        self.jobs.push_back(Job { id, index, time, table, kind, running: false });
        id
    }

    /// The job that a worker of the lane should run now: flushes of a table in order, merges and drops after everything of
    /// their table that came before them (their parts may still be in the making).
    pub fn runnable(&mut self, lane: Lane) -> Option<&mut Job> {
        let may_run = |i: usize, j: &Job| {
            let before = || self.jobs.iter().take(i).filter(|b| b.table == j.table);
            !j.running
                && match j.kind {
                    JobKind::Persist => true,
                    JobKind::Flush { .. } => !before().any(|b| matches!(b.kind, JobKind::Flush { .. })),
                    _ => !before().any(|b| !matches!(b.kind, JobKind::Persist)),
                }
        };
        let own = self.jobs.iter().enumerate().filter(|(i, j)| j.kind.lane() == lane && may_run(*i, j));
        let place = own.min_by_key(|(i, j)| (self.weight(j), *i))?.0;
        self.jobs.get_mut(place)
    }

    /// Light work first: what gives disk back before what takes it, so that a full disk does not keep the drop that would
    /// end it from running, and small merges before large ones.
    fn weight(&self, job: &Job) -> u64 {
        match &job.kind {
            JobKind::Persist => 0,
            JobKind::DropParts { .. } => 1,
            JobKind::Flush { .. } => 2,
            JobKind::Merge { parts, .. } => {
                let open = self.tables.get(&job.table).map(|t| &t.parts);
                parts.iter().filter_map(|id| open?.get(id)).map(|p| p.entry.bytes).sum()
            }
        }
    }

    pub fn check(&self) -> Result<()> {
        match &self.poisoned {
            Some(why) => Err(Error::Poisoned(why.clone())),
            None => Ok(()),
        }
    }

    pub fn last_index(&self) -> LogIndex {
        self.applied.map_or(LogIndex(0), |p| p.index)
    }
}
