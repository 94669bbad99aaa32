//! The groups of a node and what they share. Runs on whichever runtime it is opened on: the node's own thread, or a
//! test's.
//!
//! Invariant: opened from what is on disk alone; a folder that was opened once can be opened again after any crash.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use olly_env::{Env, disk};
use olly_types::catalog::CatalogCommand;
use olly_types::{Code, Error, GroupId, NodeId, Result};
use olly_wal::{CompletionOrder, Drive, Wal, WalError, WalOptions};
use parking_lot::Mutex;

use crate::admission::Gate;
use crate::catalog_machine::{CatalogMachine, Published};
use crate::data_machine::{DataMachine, Store};
use crate::driver::Wakes;
use crate::group::{self, Group};
use crate::identity::{self, FORMAT_EPOCH, Identity, disk_error, group_dir};
use crate::log_store::LogStore;
use crate::machine::{Kind, Machine};
use crate::metrics::{FsyncLatency, NodeMetrics};
use crate::network::{Network, Transport};
use crate::options::Options;
use crate::poison::Poison;
use crate::queue::Queue;
use crate::types::Raft;
use crate::workers::Workers;
use openraft::storage::RaftStateMachine as _;

/// What opens the store of a data group: (environment, folder, group).
pub(crate) type OpenStore = dyn Fn(&Env, &str, GroupId) -> Result<Arc<dyn Store>> + Send + Sync;

/// How an engine runs; the node uses threads, deterministic tests none.
pub(crate) struct Setup {
    pub(crate) options: Options,
    pub(crate) wal: WalOptions,
    /// None: a lone node, whose groups have one voter.
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) open_store: Arc<OpenStore>,
    /// Only with other nodes: a lone one has no ticks.
    pub(crate) heartbeat_ms: u64,
}

impl Setup {
    /// As a server runs: threads for the log and for jobs.
    pub(crate) fn threaded(options: Options, poison: &Poison, open_store: Arc<OpenStore>) -> Setup {
        let hook = poison.clone();
        let wal = WalOptions {
            segment_size: options.segment_bytes,
            drive: Drive::Threads,
            order: CompletionOrder::NewestFirst,
            on_poison: Some(Arc::new(move |e: &WalError| hook.set(e))),
            ..WalOptions::default()
        };
        Setup { options, wal, transport: None, open_store, heartbeat_ms: 500 }
    }
}

/// The groups of a node.
pub(crate) struct Engine {
    pub(crate) identity: Identity,
    pub(crate) options: Options,
    pub(crate) wal: Arc<Wal>,
    pub(crate) poison: Poison,
    pub(crate) workers: Arc<Workers>,
    pub(crate) wakes: Arc<Wakes>,
    pub(crate) published: Arc<Published>,
    pub(crate) catalog: Arc<Group>,
    pub(crate) data: Vec<Arc<Group>>,
    pub(crate) gate: Gate,
    /// Held while a DDL command goes from the catalog to the data groups.
    pub(crate) ddl: tokio::sync::Mutex<()>,
    /// Whether all groups have one voter: this node.
    pub(crate) lone: bool,
    _lock: Box<dyn olly_env::disk::LockGuard>,
}

fn wal_error(e: &WalError) -> Error {
    match e {
        WalError::Full => Error::retry(Code::NotEnoughSpace, e.to_string()),
        WalError::Corrupt(_) | WalError::Unsupported { .. } => Error::fatal(Code::CorruptedData, e.to_string()),
        _ => Error::fatal(Code::Aborted, e.to_string()),
    }
}

impl Engine {
    /// Opens or creates the folder and starts its groups; they have recovered after [`Engine::recover`].
    pub(crate) async fn open(env: &Env, setup: Setup, poison: Poison) -> Result<Engine> {
        let lock = env.disk.lock("LOCK").map_err(|e| disk_error(&e))?;
        let known = Identity::read(env)?;
        identity::empty_tmp(env)?;
        if known.is_none() {
            enough_space(env, &setup)?;
        }
        let wal_options = WalOptions { create: known.is_none(), ..setup.wal.clone() };
        let (wal, found) = Wal::open(env, "wal", wal_options).map_err(|e| wal_error(&e))?;
        if let Some(cut) = &found.cut {
            tracing::info!(file = %cut.file, offset = cut.offset, reason = %cut.reason, "an unacknowledged tail was cut");
        }
        let wal = Arc::new(wal);
        let identity = match known {
            Some(identity) => identity,
            None if found.groups.values().any(|g| g.hard_state.is_some() || !g.entries.is_empty()) => {
                let message = "IDENTITY is missing, but the log holds entries: this is not a new data folder";
                return Err(Error::fatal(Code::CorruptedData, message));
            }
            None => create(env, &setup.options)?,
        };
        let workers = Arc::new(Workers::start(env, setup.options.workers).map_err(|e| disk_error(&e))?);
        let published = Arc::new(Published::default());
        let wakes = Arc::new(Wakes::default());
        let opener =
            Opener { env, setup: &setup, wal: &wal, found: &found, poison: &poison, workers: &workers, wakes: &wakes };
        let lone = setup.transport.is_none();
        let dir = group_dir(GroupId::CATALOG);
        let machine = CatalogMachine::open(env, &dir, Arc::clone(&published))
            .map_err(|e| Error::fatal(Code::CorruptedData, e.to_string()))?;
        let catalog = opener.group(&identity, GroupId::CATALOG, Part::Catalog(machine)).await?;
        let mut data = Vec::new();
        for id in (1..=identity.data_groups).map(GroupId) {
            let store = (setup.open_store)(env, &group_dir(id), id)?;
            data.push(opener.group(&identity, id, Part::Data(store)).await?);
        }
        let gate = Gate::new(Arc::clone(&wal), Arc::clone(&env.disk), poison.clone(), &setup.options);
        gate.look_at_disk(false)?;
        Ok(Engine {
            identity,
            options: setup.options,
            wal,
            poison,
            workers,
            wakes,
            published,
            catalog,
            data,
            gate,
            ddl: tokio::sync::Mutex::new(()),
            lone,
            _lock: lock,
        })
    }

    /// All groups.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        std::iter::once(&self.catalog).chain(&self.data)
    }

    /// A data group.
    pub(crate) fn group(&self, id: GroupId) -> Result<&Arc<Group>> {
        let at = (id.0 as usize).checked_sub(1).and_then(|n| self.data.get(n));
        at.ok_or_else(|| Error::new(Code::LogicalError, format!("There is no data group {id}")))
    }

    /// Waits until everything that was durable is applied, a new cluster has its catalog, and the data groups know the
    /// catalog's tables.
    pub(crate) async fn recover(&self) -> Result<()> {
        if self.lone {
            for group in self.groups() {
                group.lead_alone(self.identity.node.0).await?;
            }
        }
        for group in self.groups() {
            group.recovered().await?;
        }
        if self.lone {
            self.initialize().await?;
            self.reconcile().await?;
        }
        Ok(())
    }

    /// Gives a new cluster its first catalog command, and checks an old one's.
    pub(crate) async fn initialize(&self) -> Result<()> {
        let Identity { cluster, data_groups, .. } = self.identity;
        let state = self.published.state();
        match state.cluster() {
            None => {
                self.propose_catalog(CatalogCommand::Initialize { cluster, data_groups }).await?;
                Ok(())
            }
            Some(present) if present == cluster && state.data_groups() == data_groups => Ok(()),
            Some(present) => {
                let message = format!(
                    "IDENTITY names cluster {cluster:032x} with {data_groups} data groups, the catalog {present:032x} \
                     with {}",
                    state.data_groups()
                );
                Err(Error::fatal(Code::CorruptedData, message))
            }
        }
    }

    /// Ends the groups and the log; what was accepted is written. Then the jobs that run: a process that does not wait for
    /// them loses nothing, the next start makes them again.
    pub(crate) async fn close(&self) {
        self.gate.close();
        for group in self.groups() {
            if let Err(e) = group.raft.shutdown().await {
                tracing::warn!(group = %group.id, error = %e, "a group did not end in order");
            }
        }
        self.data.iter().filter_map(|g| g.data.as_ref()).for_each(|d| d.store.close());
        if let Err(e) = self.wal.close() {
            tracing::error!(error = %e, "the log was closed after an error");
        }
        self.workers.close();
    }

    /// Figures.
    pub(crate) fn metrics(&self) -> NodeMetrics {
        let wal = self.wal.metrics();
        let bounds = (0..olly_wal::BUCKETS - 1).map(olly_wal::Histogram::bound_micros).collect();
        let refused = &self.gate.refused;
        NodeMetrics {
            wal_sink: wal.sink,
            wal_direct: wal.direct,
            fsync: FsyncLatency {
                bounds_us: bounds,
                counts: wal.write_latency.buckets.to_vec(),
                sum_us: wal.write_latency.sum_nanos / 1000,
            },
            wal_segments: wal.segments,
            wal_bytes: wal.retained_bytes,
            wal_live_bytes: wal.live_bytes,
            wal_written_bytes: wal.written_bytes,
            wal_spares: wal.spares,
            wal_reserve: wal.reserve,
            wal_queued_bytes: wal.queued_bytes,
            wal_queue_limit: wal.queue_limit,
            disk_free_bytes: self.gate.free_bytes(),
            disk_reserved_bytes: self.options.reserved_disk_bytes,
            queue_bytes: self.gate.permits.used(),
            queue_limit: self.gate.permits.limit(),
            refused_full_disk: refused.full_disk.load(Ordering::Relaxed),
            refused_queue: refused.queue.load(Ordering::Relaxed),
            refused_memory: refused.memory.load(Ordering::Relaxed),
            refused_debt: refused.debt.load(Ordering::Relaxed),
            poisoned: self.poison.get().is_some(),
            groups: self.groups().map(|g| g.metrics()).collect(),
        }
    }
}

/// A new folder takes its first segment and the log's reserve at once, and leaves free what is always left free.
fn enough_space(env: &Env, setup: &Setup) -> Result<()> {
    let free = env.disk.free_space().map_err(|e| disk_error(&e))?;
    let log = (setup.wal.reserve as u64 + 1) * setup.wal.segment_size;
    let reserved = setup.options.reserved_disk_bytes;
    if free >= log + reserved {
        return Ok(());
    }
    let mib = |n: u64| n >> 20;
    let message = format!(
        "A new data folder needs {} MiB: {} for the log, {} that are always left free; its disk has {} MiB free",
        mib(log + reserved),
        mib(log),
        mib(reserved),
        mib(free)
    );
    Err(Error::retry(Code::NotEnoughSpace, message))
}

/// Makes a new folder's identity, last of all.
fn create(env: &Env, options: &Options) -> Result<Identity> {
    if !(1..=15).contains(&options.data_groups) {
        let message = format!("{} data groups, 1 to 15 are possible", options.data_groups);
        return Err(Error::new(Code::BadArguments, message));
    }
    for id in (0..=options.data_groups).map(GroupId) {
        disk::create_dir_durably(&*env.disk, &group_dir(id)).map_err(|e| disk_error(&e))?;
    }
    let random = |_| u128::from(env.seeds.next_u64());
    let cluster = options.cluster.unwrap_or_else(|| (0..2).map(random).fold(0, |c, n| c << 64 | n));
    let identity = Identity {
        cluster,
        node: options.node.unwrap_or(NodeId(1)),
        format_epoch: FORMAT_EPOCH,
        data_groups: options.data_groups,
    };
    identity.write(env)?;
    Ok(identity)
}

enum Part {
    Catalog(CatalogMachine),
    Data(Arc<dyn Store>),
}

struct Opener<'a> {
    env: &'a Env,
    setup: &'a Setup,
    wal: &'a Arc<Wal>,
    found: &'a olly_wal::Recovered,
    poison: &'a Poison,
    workers: &'a Arc<Workers>,
    wakes: &'a Arc<Wakes>,
}

impl Opener<'_> {
    async fn group(&self, identity: &Identity, id: GroupId, part: Part) -> Result<Arc<Group>> {
        let fatal = |e: &dyn std::fmt::Display| Error::fatal(Code::Aborted, format!("Group {id} cannot start: {e}"));
        let found = self.found.groups.get(&id.0).cloned().unwrap_or_default();
        let options = &self.setup.options;
        // A lone voter has nobody who would read what it has applied.
        let kept = if self.setup.transport.is_none() { 0 } else { options.kept_entry_bytes };
        let log = LogStore::open(id.0, Arc::clone(self.wal), found, kept).map_err(|e| fatal(&e))?;
        let (kind, data) = match part {
            Part::Catalog(machine) => (Kind::Catalog(Arc::new(Mutex::new(machine))), None),
            Part::Data(store) => {
                let machine = DataMachine::new(store, log.clone(), Arc::clone(self.wakes));
                (Kind::Data(machine.clone()), Some(machine))
            }
        };
        let mut machine = Machine::new(kind, log.clone(), Arc::clone(self.workers), self.poison.clone());
        // What was purged must be in the state machine: a manifest or snapshot that went missing would otherwise look like
        // a new group, and its rows would silently be gone.
        let applied = machine.applied_state().await.map_err(|e| fatal(&e))?.0.map(|a| a.index);
        if let Some(purged) = log.purged().filter(|purged| applied.is_none_or(|a| a < *purged)) {
            let has = applied.map_or("nothing".to_string(), |a| format!("entries up to {a}"));
            let message =
                format!("{}: expected entries up to {purged}, which the log has purged, got {has}", group_dir(id));
            return Err(Error::fatal(Code::CorruptedData, message));
        }
        // Nothing is made durable here before the log has it. A log that ends earlier has lost its end, and with it what
        // was acknowledged after that. (With other voters, a snapshot of theirs may have come in and the log not know yet.)
        let lost = |applied: &u64| log.last().is_none_or(|last| last < *applied);
        if let Some(applied) = applied.filter(lost).filter(|_| self.setup.transport.is_none()) {
            let has = log.last().map_or("no entry".to_string(), |last| format!("entries up to {last}"));
            let message = format!(
                "wal: expected entries of group {id} up to {applied}, which {} covers, got {has}",
                group_dir(id)
            );
            return Err(Error::fatal(Code::CorruptedData, message));
        }
        let network = Network { group: id.0, transport: self.setup.transport.clone() };
        let config = group::config(id, self.setup.transport.is_none(), self.setup.heartbeat_ms)?;
        let raft = Raft::new(identity.node.0, config, network, log.clone(), machine).await.map_err(|e| fatal(&e))?;
        Ok(Arc::new(Group {
            id,
            raft,
            log,
            data,
            queue: Queue::default(),
            entries_in_flight: options.entries_in_flight.max(1),
            counters: Default::default(),
            poison: self.poison.clone(),
            clock: Arc::clone(&self.env.clock),
        }))
    }
}
