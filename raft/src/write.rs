//! The one write path: blocks of requests to their groups, and the ports that the edge sees.
//!
//! Invariant: a block is answered with success only when its entry is durable on a quorum and applied here.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use olly_types::catalog::{CatalogCommand, CatalogEffect};
use olly_types::command::Request;
use olly_types::port::{PartInfo, Patience, Proposer, SnapshotSource, TableSnapshot, WriteBlock, Written};
use olly_types::{Code, Error, Result, TableId, TenantId};

use crate::data_machine::StoreSchemas;
use crate::engine::Engine;
use crate::group::Group;
use crate::queue::Permit;
use olly_types::command::Schemas as _;

/// How long a write of short patience waits for room in the memtables before it is refused, and how often a write looks.
const ROOM_WAIT_MS: u64 = 5_000;
const ROOM_LOOK_MS: u64 = 10;

/// The engine as the edge sees it; calls may come from any runtime.
pub(crate) struct Ports {
    pub(crate) engine: Arc<Engine>,
    /// The Raft thread's runtime.
    pub(crate) runtime: tokio::runtime::Handle,
}

impl Engine {
    /// Whether the group knows every schema that a block names.
    fn knows(group: &Group, block: &WriteBlock) -> Result<bool> {
        let schemas = StoreSchemas(&*group.data()?.store);
        Ok(block.sections.iter().all(|s| schemas.schema(s.table, s.schema_version).is_some()))
    }

    /// Sees to it that the group knows the tables of a block: another client may have created one a moment ago.
    async fn prepare(&self, group: &Group, block: &WriteBlock) -> Result<()> {
        if Self::knows(group, block)? {
            return Ok(());
        }
        // A CREATE that has passed the catalog holds this until all groups know the table.
        drop(self.ddl.lock().await);
        if Self::knows(group, block)? {
            return Ok(());
        }
        let unknown = |t: TableId| Error::new(Code::UnknownTable, format!("Table with id {t} does not exist"));
        let state = self.published.state();
        for section in &block.sections {
            let table = state.table_by_id(section.table).ok_or_else(|| unknown(section.table))?;
            if table.version < section.schema_version {
                let message =
                    format!("Table {}.{} has no version {}", table.database, table.name, section.schema_version);
                return Err(Error::new(Code::LogicalError, message));
            }
        }
        // A DDL command that failed half-way left the group behind.
        self.reconcile().await?;
        if Self::knows(group, block)? {
            return Ok(());
        }
        // An old version that the group has forgotten: the client must look the table up again.
        Err(Error::retry(Code::Aborted, "The table was altered meanwhile"))
    }

    /// Takes a write's share of the queue once the memtables have room, and holds it back while they fill faster than they
    /// are flushed.
    async fn admitted(&self, bytes: u64, patience: Patience<'_>) -> Result<Arc<Permit>> {
        match patience {
            Patience::Short => {
                let mut waited = 0;
                while self.gate.memtables_full() && waited < ROOM_WAIT_MS {
                    self.poison.check()?;
                    tokio::time::sleep(Duration::from_millis(ROOM_LOOK_MS)).await;
                    waited += ROOM_LOOK_MS;
                }
                self.gate.admission()?;
                if waited == 0 && self.held_back().await {
                    self.gate.admission()?;
                }
                self.gate.take(bytes)
            }
            // Nothing was taken or proposed yet when the wait is given up.
            Patience::Until(enough) => tokio::select! {
                biased;
                permit = self.admitted_at_last(bytes) => permit,
                error = enough => Err(error),
            },
        }
    }

    /// Waits for room as long as it takes; what does not pass within moments (a full disk, merges far behind) is an error.
    async fn admitted_at_last(&self, bytes: u64) -> Result<Arc<Permit>> {
        self.held_back().await;
        loop {
            self.gate.serves_writes()?;
            if let Some(permit) = self.gate.take_if_room(bytes) {
                return Ok(permit);
            }
            tokio::time::sleep(Duration::from_millis(ROOM_LOOK_MS)).await;
        }
    }

    /// Slows a writer by how far flushes and merges are behind; whether it did.
    async fn held_back(&self) -> bool {
        let slowdown = self.gate.slowdown_ms();
        if slowdown > 0 {
            tokio::time::sleep(Duration::from_millis(slowdown)).await;
        }
        slowdown > 0
    }

    /// Writes blocks; answers when all are applied.
    pub(crate) async fn run_write(&self, blocks: Vec<WriteBlock>, patience: Patience<'_>) -> Result<Vec<Written>> {
        let permit = self.admitted(blocks.iter().map(|b| b.bytes).sum(), patience).await?;
        for block in &blocks {
            self.prepare(self.group(block.group)?, block).await?;
        }
        let mut tickets = Vec::with_capacity(blocks.len());
        for block in blocks {
            let WriteBlock { group, tenant, id, sections, positions, bytes } = block;
            let request = Request { id, sections, positions };
            tickets.push(self.group(group)?.submit(tenant, request, bytes, Arc::clone(&permit)));
        }
        drop(permit);
        let mut written = Vec::with_capacity(tickets.len());
        let mut failed = None;
        for ticket in tickets {
            match ticket.wait().await {
                Ok(w) => written.push(w),
                Err(e) => failed = failed.or(Some(e)),
            }
        }
        failed.map_or(Ok(written), Err)
    }
}

impl Ports {
    /// Runs on the Raft thread, to the end even when the caller goes away.
    async fn detached<T: Send + 'static>(&self, call: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        let stopped = || Error::retry(Code::Aborted, "The server is shutting down");
        self.runtime.spawn(call).await.map_err(|_| stopped())?
    }
}

#[async_trait]
impl Proposer for Ports {
    async fn write(&self, blocks: Vec<WriteBlock>, patience: Patience<'_>) -> Result<Vec<Written>> {
        self.engine.run_write(blocks, patience).await
    }

    async fn ddl(&self, command: CatalogCommand) -> Result<CatalogEffect> {
        // What gives space and memory back is always taken; other commands bring no rows, so they need room on the disk alone.
        match &command {
            CatalogCommand::DropTable { .. } | CatalogCommand::DropDatabase { .. } => self.engine.gate.open()?,
            _ => self.engine.gate.has_space()?,
        }
        let engine = Arc::clone(&self.engine);
        self.detached(async move { engine.run_ddl(command).await }).await
    }

    async fn truncate(&self, table: TableId) -> Result<()> {
        self.engine.poison.check()?;
        let engine = Arc::clone(&self.engine);
        self.detached(async move { engine.run_truncate(table).await }).await
    }

    fn admission(&self) -> Result<()> {
        self.engine.gate.admission()
    }
}

impl SnapshotSource for Ports {
    fn snapshot(&self, tenant: TenantId, table: TableId) -> Result<Arc<dyn TableSnapshot>> {
        let mut shards = Vec::with_capacity(self.engine.data.len());
        for group in &self.engine.data {
            shards.push(group.data()?.store.read(tenant, table)?);
        }
        crate::union::union(shards)
    }

    fn parts(&self) -> Vec<PartInfo> {
        self.engine.data.iter().filter_map(|g| g.data.as_ref()).flat_map(|d| d.store.parts()).collect()
    }

    fn totals(&self, tenant: TenantId, table: TableId) -> Option<(u64, u64)> {
        let (mut rows, mut bytes) = (0, 0);
        for group in &self.engine.data {
            let (r, b) = group.data.as_ref()?.store.totals(tenant, table)?;
            rows += r;
            bytes += b;
        }
        Some((rows, bytes))
    }
}
