//! The simplest store that keeps its promises: rows are hashes in memory, its manifest is one file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use olly_env::{Env, disk};
use olly_storage::shard::Lane;
use olly_types::command::{Command, Entry, Schemas};
use olly_types::hash::content_hash;
use olly_types::port::{PartInfo, TableSnapshot, Written};
use olly_types::schema::TableSchema;
use olly_types::{Code, Error, LogIndex, RequestId, Result, SchemaVersion, TableId, TenantId, UnixNanos};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::data_machine::{Applied, Held, KeptMembership, Position, SnapshotOf, Store, StoreFigures};
use crate::machine::SnapshotBody;

#[derive(Clone, Default, Serialize, Deserialize)]
struct Table {
    schemas: BTreeMap<SchemaVersion, Arc<TableSchema>>,
    /// Content hash of each request's encoded batch, in order.
    rows: Vec<u128>,
    ids: BTreeSet<RequestId>,
    dropped: bool,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct State {
    applied: Option<(u64, u64)>,
    membership: Option<((u64, u64), Vec<u8>)>,
    tables: BTreeMap<TableId, Table>,
}

pub(crate) struct Model {
    env: Env,
    path: String,
    state: Mutex<State>,
    durable: Mutex<Option<(State, Bytes)>>,
    flush: Mutex<Option<State>>,
    current: Mutex<Option<(SnapshotOf, SnapshotBody)>>,
}

fn position((term, index): (u64, u64)) -> Position {
    Position { term, index: LogIndex(index) }
}

impl State {
    fn of(&self) -> SnapshotOf {
        SnapshotOf {
            through: self.applied.map(position),
            membership: self.membership.clone().map(|(at, bytes)| (position(at), bytes.into())),
        }
    }
}

impl Model {
    pub(crate) fn open(env: &Env, dir: &str) -> Result<Model> {
        let path = format!("{dir}/MODEL");
        let mut state = State::default();
        let mut durable = None;
        match disk::read_all(&*env.disk, &path, 1 << 30) {
            Ok(bytes) => {
                state = serde_json::from_slice(&bytes).unwrap();
                durable = Some((state.clone(), bytes.into()));
            }
            Err(e) if e.is_not_found() => {}
            Err(e) => return Err(crate::identity::disk_error(&e)),
        }
        Ok(Model {
            env: env.clone(),
            path,
            state: Mutex::new(state),
            durable: Mutex::new(durable),
            flush: Mutex::default(),
            current: Mutex::default(),
        })
    }

    fn at(&self, at: Position) {
        self.state.lock().applied = Some((at.term, at.index.0));
    }
}

impl Schemas for Model {
    fn schema(&self, table: TableId, version: SchemaVersion) -> Option<Arc<TableSchema>> {
        self.state.lock().tables.get(&table)?.schemas.get(&version).cloned()
    }
}

impl Store for Model {
    fn applied(&self) -> (Option<Position>, Option<KeptMembership>) {
        let of = self.state.lock().of();
        (of.through, of.membership)
    }

    fn apply(&self, at: Position, entry: &Arc<Entry>) -> Result<Applied> {
        let mut state = self.state.lock();
        let mut applied = Applied::default();
        match &entry.command {
            Command::Write { requests } => {
                for request in requests {
                    let mut stored = Written::Stored;
                    for section in &request.sections {
                        let t = state.tables.get_mut(&section.table).unwrap();
                        let mut bytes = Vec::new();
                        section.batch.encode(&t.schemas[&section.schema_version], &mut bytes)?;
                        if request.id.is_some_and(|id| !t.ids.insert(id)) {
                            stored = Written::Duplicate;
                        } else {
                            t.rows.push(content_hash(&bytes));
                        }
                    }
                    applied.written.push(Ok(stored));
                }
            }
            Command::RegisterSchema(schema) => {
                let t = state.tables.entry(schema.id).or_default();
                t.schemas.insert(schema.version, schema.clone());
            }
            Command::Truncate(id) => state.tables.entry(*id).or_default().rows.clear(),
            Command::DropTable(id) => {
                let t = state.tables.entry(*id).or_default();
                t.rows.clear();
                t.dropped = true;
            }
            Command::Flush { .. } => {
                state.applied = Some((at.term, at.index.0));
                *self.flush.lock() = Some(state.clone());
                applied.queued = true;
            }
            Command::Merge { .. } | Command::DropParts { .. } => {}
        }
        state.applied = Some((at.term, at.index.0));
        Ok(applied)
    }

    fn apply_blank(&self, at: Position) -> Result<()> {
        self.at(at);
        Ok(())
    }

    fn apply_membership(&self, at: Position, membership: Arc<[u8]>) -> Result<()> {
        self.at(at);
        self.state.lock().membership = Some(((at.term, at.index.0), membership.to_vec()));
        Ok(())
    }

    fn tables(&self) -> Vec<(TableId, SchemaVersion)> {
        let state = self.state.lock();
        let live = state.tables.iter().filter(|(_, t)| !t.dropped);
        live.filter_map(|(id, t)| Some((*id, *t.schemas.keys().next_back()?))).collect()
    }

    fn needs(&self, held: Held, _now: UnixNanos) -> Vec<Command> {
        let first = self.state.lock().tables.keys().next().copied();
        if held.bytes > 4096 { first.map(|table| Command::Flush { table }).into_iter().collect() } else { Vec::new() }
    }

    fn run_job(&self, lane: Lane) -> Result<bool> {
        if lane == Lane::Merge {
            return Ok(false);
        }
        let Some(state) = self.flush.lock().take() else { return Ok(false) };
        let bytes = serde_json::to_vec(&state).unwrap();
        disk::replace_durably(&*self.env.disk, &self.path, &bytes).map_err(|e| crate::identity::disk_error(&e))?;
        *self.durable.lock() = Some((state, bytes.into()));
        Ok(true)
    }

    fn close(&self) {}

    fn flushed_through(&self) -> Option<Position> {
        self.durable.lock().as_ref()?.0.applied.map(position)
    }

    fn snapshot(&self) -> Result<(SnapshotOf, SnapshotBody)> {
        let state = self.state.lock().clone();
        let bytes: Bytes = serde_json::to_vec(&state).unwrap().into();
        disk::replace_durably(&*self.env.disk, &self.path, &bytes).map_err(|e| crate::identity::disk_error(&e))?;
        let made = (state.of(), SnapshotBody { bytes: bytes.clone(), parts: None });
        *self.durable.lock() = Some((state, bytes));
        *self.current.lock() = Some(made.clone());
        Ok(made)
    }

    fn current_snapshot(&self) -> Option<(SnapshotOf, SnapshotBody)> {
        self.current.lock().clone()
    }

    fn install(&self, body: &SnapshotBody) -> Result<()> {
        let state: State = serde_json::from_slice(&body.bytes).unwrap();
        disk::replace_durably(&*self.env.disk, &self.path, &body.bytes).map_err(|e| crate::identity::disk_error(&e))?;
        *self.current.lock() = Some((state.of(), body.clone()));
        *self.durable.lock() = Some((state.clone(), body.bytes.clone()));
        *self.state.lock() = state;
        Ok(())
    }

    fn read(&self, _: TenantId, _: TableId) -> Result<Arc<dyn TableSnapshot>> {
        Err(Error::new(Code::NotImplemented, "the model is not read by queries"))
    }
    fn parts(&self) -> Vec<PartInfo> {
        Vec::new()
    }
    fn totals(&self, _: TenantId, _: TableId) -> Option<(u64, u64)> {
        None
    }
    fn figures(&self) -> StoreFigures {
        StoreFigures::default()
    }
    fn state_hash(&self) -> Result<u128> {
        let state = self.state.lock();
        let rows: Vec<_> = state.tables.iter().map(|(id, t)| (id, &t.rows, &t.ids, t.dropped)).collect();
        serde_json::to_vec(&rows).map(|b| content_hash(&b)).map_err(|e| Error::new(Code::LogicalError, e.to_string()))
    }
}
