//! The state machine that openraft drives, for both kinds of group.
//!
//! Invariant: `apply` answers an entry only after its effect is visible to this node's readers; a state machine that
//! cannot apply an entry stops the node, because going on would make replicas differ.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use olly_storage::shard::Lane;
use openraft::storage::{EntryResponder, RaftStateMachine};
use openraft::type_config::alias::SnapshotOf;
use openraft::{OptionalSend, RaftSnapshotBuilder};
use parking_lot::Mutex;

use crate::catalog_machine::CatalogMachine;
use crate::data_machine::{DataMachine, PartSource};
use crate::log_store::LogStore;
use crate::poison::Poison;
use crate::types::{LogId, Outcome, Payload, SnapshotMeta, StoredMembership, Types};
use crate::workers::Workers;

/// A snapshot as it goes to another node: the catalog's state or a shard's manifest, and where its parts can be read.
#[derive(Clone)]
pub(crate) struct SnapshotBody {
    pub(crate) bytes: Bytes,
    /// None for the catalog, whose snapshot is complete in itself.
    pub(crate) parts: Option<Arc<dyn PartSource>>,
}

pub(crate) type Snapshot = SnapshotOf<Types, SnapshotBody>;

/// What the group is.
#[derive(Clone)]
pub(crate) enum Kind {
    Catalog(Arc<Mutex<CatalogMachine>>),
    Data(DataMachine),
}

/// One group's state machine. Clones share it.
#[derive(Clone)]
pub(crate) struct Machine {
    kind: Kind,
    log: LogStore,
    workers: Arc<Workers>,
    poison: Poison,
}

impl Machine {
    pub(crate) fn new(kind: Kind, log: LogStore, workers: Arc<Workers>, poison: Poison) -> Machine {
        Machine { kind, log, workers, poison }
    }

    fn apply_one(&mut self, id: LogId, payload: &Payload) -> io::Result<Outcome> {
        let outcome = match (&mut self.kind, payload) {
            (Kind::Catalog(m), Payload::Blank) => {
                m.lock().apply_blank(id);
                Outcome::Done
            }
            (Kind::Catalog(m), Payload::Membership(membership)) => {
                m.lock().apply_membership(id, membership.clone());
                Outcome::Done
            }
            (Kind::Catalog(m), Payload::Normal(proposal)) => m.lock().apply(id, proposal)?,
            (Kind::Data(m), Payload::Blank) => m.apply_blank(id)?,
            (Kind::Data(m), Payload::Membership(membership)) => m.apply_membership(id, membership.clone())?,
            (Kind::Data(m), Payload::Normal(proposal)) => m.apply(id, proposal)?,
        };
        self.log.applied(id.index);
        Ok(outcome)
    }

    fn fail(&self, e: io::Error) -> io::Error {
        self.poison.set(&e);
        e
    }

    async fn snapshot(&self) -> io::Result<Snapshot> {
        match &self.kind {
            Kind::Catalog(machine) => {
                let ((meta, bytes), write) = {
                    let machine = machine.lock();
                    let frozen = machine.freeze();
                    let write = machine.writer(frozen.1.clone());
                    (frozen, write)
                };
                self.workers.run(Lane::Flush, write).await.map_err(|_| io::Error::other("the node is closing"))??;
                machine.lock().keep(meta.clone(), bytes.clone());
                Ok(Snapshot { meta, snapshot: SnapshotBody { bytes, parts: None } })
            }
            Kind::Data(machine) => {
                let machine = machine.clone();
                let made = self.workers.run(Lane::Flush, move || machine.make_snapshot()).await;
                let (meta, body) = made.map_err(|_| io::Error::other("the node is closing"))??;
                Ok(Snapshot { meta, snapshot: body })
            }
        }
    }
}

impl RaftSnapshotBuilder<Types> for Machine {
    type SnapshotData = SnapshotBody;

    async fn build_snapshot(&mut self) -> Result<Snapshot, io::Error> {
        self.snapshot().await.map_err(|e| self.fail(e))
    }
}

impl RaftStateMachine<Types> for Machine {
    type SnapshotData = SnapshotBody;
    type SnapshotBuilder = Machine;

    async fn applied_state(&mut self) -> Result<(Option<LogId>, StoredMembership), io::Error> {
        match &self.kind {
            Kind::Catalog(m) => Ok(m.lock().applied_state()),
            Kind::Data(m) => m.applied_state(),
        }
    }

    async fn apply<Strm>(&mut self, mut entries: Strm) -> Result<(), io::Error>
    where
        Strm: Stream<Item = Result<EntryResponder<Types>, io::Error>> + Unpin + OptionalSend,
    {
        while let Some(next) = entries.next().await {
            let (entry, responder) = next.map_err(|e| self.fail(e))?;
            let outcome = self.apply_one(entry.log_id, &entry.payload).map_err(|e| self.fail(e))?;
            if let Some(responder) = responder {
                responder.send(outcome);
            }
        }
        Ok(())
    }

    async fn get_snapshot_builder(&mut self) -> Machine {
        self.clone()
    }

    async fn install_snapshot(&mut self, meta: &SnapshotMeta, body: SnapshotBody) -> Result<(), io::Error> {
        let installed = match &self.kind {
            Kind::Catalog(machine) => {
                let write = machine.lock().writer(body.bytes.clone());
                match self.workers.run(Lane::Flush, write).await {
                    Ok(Ok(())) => machine.lock().load(&body.bytes),
                    Ok(Err(e)) => Err(e),
                    Err(_) => Err(io::Error::other("the node is closing")),
                }
            }
            Kind::Data(machine) => {
                let machine = machine.clone();
                let made = self.workers.run(Lane::Flush, move || machine.install_snapshot(&body)).await;
                made.unwrap_or_else(|_| Err(io::Error::other("the node is closing")))
            }
        };
        installed.map_err(|e| self.fail(e))?;
        if let Some(id) = &meta.last_log_id {
            self.log.applied(id.index);
        }
        Ok(())
    }

    async fn get_current_snapshot(&mut self) -> Result<Option<Snapshot>, io::Error> {
        Ok(match &self.kind {
            Kind::Catalog(m) => {
                let current = m.lock().current();
                current.map(|(meta, bytes)| Snapshot { meta, snapshot: SnapshotBody { bytes, parts: None } })
            }
            Kind::Data(m) => m.current_snapshot()?.map(|(meta, snapshot)| Snapshot { meta, snapshot }),
        })
    }
}
