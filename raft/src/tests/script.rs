//! Scripts of logical operations and what a client sees after them, for tests of a whole node on a simulated disk.
//!
//! The same engine as in production runs on one thread with the log driven inline, so a run is a function of its seed.

use std::collections::BTreeMap;
use std::sync::Arc;

use olly_env::sim::{SimClock, SimDisk};
use olly_env::{Env, rng};
use olly_types::Result;
use olly_types::budget::Budget;
use olly_types::catalog::{CatalogCommand, CatalogEffect};
use olly_types::command::Command;
use olly_types::port::{Patience, Written};
use olly_types::schema::TableSchema;
use olly_wal::{Drive, WalError, WalOptions};
use rand::Rng as _;

use super::rows::{batch, block, create, drop_table, try_ids};
use crate::engine::{Engine, Setup};
use crate::options::Options;
use crate::poison::Poison;
use crate::shard_store::opener;
use crate::write::Ports;

const TABLES: usize = 3;

/// A node without threads.
pub(super) async fn open(disk: &SimDisk) -> Result<Arc<Engine>> {
    open_with(disk, |_| ()).await
}

/// The same with other options.
pub(super) async fn open_with(disk: &SimDisk, change: impl FnOnce(&mut Options)) -> Result<Arc<Engine>> {
    let env = Env::sim_with(1, Arc::new(disk.clone()), Arc::new(SimClock::new()));
    let poison = Poison::new();
    let hook = poison.clone();
    let wal = WalOptions {
        drive: Drive::Inline,
        segment_size: 32 << 10,
        on_poison: Some(Arc::new(move |e: &WalError| hook.set(e))),
        ..WalOptions::for_tests()
    };
    let budget = Budget::root(64 << 20);
    let shards = super::cluster::small_shards(&budget);
    let mut options = Options {
        cluster: Some(7),
        workers: 0,
        budget,
        shards: Some(shards.clone()),
        purge_bytes: 1,
        reserved_disk_bytes: 0,
        ..Options::default()
    };
    change(&mut options);
    let setup = Setup { options, wal, transport: None, open_store: opener(shards), heartbeat_ms: 500 };
    let engine = Arc::new(Engine::open(&env, setup, poison).await?);
    engine.recover().await?;
    Ok(engine)
}

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

/// One logical operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    Write { group: u32, table: usize, rows: u64, bytes: usize },
    Again { request: usize },
    Flush { group: u32, table: usize },
    Merge { group: u32, table: usize },
    DropParts { group: u32, table: usize },
    Create { table: usize },
    Drop { table: usize },
    Alter { table: usize },
    Truncate { table: usize },
    Purge { group: usize },
}

pub(super) fn script(seed: u64, n: usize) -> Vec<Op> {
    let mut rng = rng::seeded(seed);
    let mut ops = vec![Op::Create { table: 0 }, Op::Create { table: 1 }];
    while ops.len() < n {
        let (group, table) = (rng.random_range(1..=2), rng.random_range(0..TABLES));
        ops.push(match rng.random_range(0..100) {
            0..50 => {
                let bytes = [10, 100, 1500][rng.random_range(0..3)];
                Op::Write { group, table, rows: rng.random_range(1..4), bytes }
            }
            50..55 => Op::Again { request: rng.random_range(0..ops.len()) },
            55..71 => Op::Flush { group, table },
            71..81 => Op::Merge { group, table },
            81..84 => Op::DropParts { group, table },
            84..89 => Op::Create { table },
            89..91 => Op::Drop { table },
            91..93 => Op::Alter { table },
            93..95 => Op::Truncate { table },
            _ => Op::Purge { group: rng.random_range(0..3) },
        });
    }
    ops
}

fn name(table: usize) -> String {
    format!("t{table}")
}

/// Runs a script and remembers what it needs to go on.
pub(super) struct Runner {
    pub(super) engine: Arc<Engine>,
    /// Requests that were acknowledged as stored: (group, table, first row, rows, bytes).
    pub(super) requests: Vec<(u32, Arc<TableSchema>, u64, u64, usize)>,
    pub(super) next_row: u64,
}

impl Runner {
    pub(super) fn new(engine: Arc<Engine>) -> Runner {
        Runner { engine, requests: Vec::new(), next_row: 0 }
    }

    pub(super) fn table(&self, table: usize) -> Option<Arc<TableSchema>> {
        self.engine.published.state().table("default", &name(table)).cloned()
    }

    pub(super) async fn jobs(&self) -> Result<()> {
        for group in &self.engine.data {
            self.engine.run_jobs(group).await?;
        }
        Ok(())
    }

    /// Writes to whichever tables there are.
    pub(super) async fn some_writes(&mut self, n: usize) {
        for i in 0..n {
            let op = Op::Write { group: 1 + (i % 2) as u32, table: i % TABLES, rows: 3, bytes: 100 };
            self.step(op).await.unwrap();
        }
    }

    async fn command(&self, group: u32, command: Command) -> Result<()> {
        self.engine.group(olly_types::GroupId(group))?.command(command).await?;
        self.jobs().await
    }

    fn parts(&self, group: u32, schema: &TableSchema) -> Vec<olly_types::PartId> {
        let parts = self.engine.data[group as usize - 1].data().unwrap().store.parts();
        parts.into_iter().filter(|p| p.table == schema.id).map(|p| p.id).collect()
    }

    /// One operation. Ok(false): it does not apply now.
    pub(super) async fn step(&mut self, op: Op) -> Result<bool> {
        match op {
            Op::Write { group, table, rows, bytes } => {
                let Some(schema) = self.table(table) else { return Ok(false) };
                let from = self.next_row;
                self.next_row += rows;
                let id = Some(u128::from(from) + 1);
                let written = self
                    .engine
                    .run_write(vec![block(group, &schema, id, batch(from, rows, bytes))], Patience::Short)
                    .await?;
                assert_eq!(written, [Written::Stored]);
                self.requests.push((group, schema, from, rows, bytes));
            }
            Op::Again { request } => {
                let Some((group, schema, from, rows, bytes)) = self.requests.get(request).cloned() else {
                    return Ok(false);
                };
                let state = self.engine.published.state();
                if state.table_by_id(schema.id).is_none_or(|t| t.version != schema.version) {
                    return Ok(false);
                }
                let id = Some(u128::from(from) + 1);
                self.engine
                    .run_write(vec![block(group, &schema, id, batch(from, rows, bytes))], Patience::Short)
                    .await?;
            }
            Op::Flush { group, table } => {
                let Some(schema) = self.table(table) else { return Ok(false) };
                self.command(group, Command::Flush { table: schema.id }).await?;
            }
            Op::Merge { group, table } => {
                let Some(schema) = self.table(table) else { return Ok(false) };
                let parts = self.parts(group, &schema);
                if parts.len() < 2 {
                    return Ok(false);
                }
                self.command(group, Command::Merge { table: schema.id, parts }).await?;
            }
            Op::DropParts { group, table } => {
                let Some(schema) = self.table(table) else { return Ok(false) };
                let parts: Vec<_> = self.parts(group, &schema).into_iter().take(1).collect();
                if parts.is_empty() {
                    return Ok(false);
                }
                self.command(group, Command::DropParts { table: schema.id, parts }).await?;
            }
            Op::Create { table } => {
                if self.table(table).is_some() {
                    return Ok(false);
                }
                self.engine.run_ddl(create(&name(table))).await?;
                self.jobs().await?;
            }
            Op::Drop { table } => {
                if self.table(table).is_none() {
                    return Ok(false);
                }
                self.engine.run_ddl(drop_table(&name(table))).await?;
                self.jobs().await?;
            }
            Op::Alter { table } => {
                let Some(schema) = self.table(table) else { return Ok(false) };
                let mut next = TableSchema::clone(&schema);
                next.version.0 += 1;
                next.comment = format!("version {}", next.version);
                let effect = self.engine.run_ddl(CatalogCommand::AlterTable { table: Box::new(next) }).await?;
                assert!(matches!(effect, CatalogEffect::Altered(_)));
                self.jobs().await?;
            }
            Op::Truncate { table } => {
                let Some(schema) = self.table(table) else { return Ok(false) };
                self.engine.run_truncate(schema.id).await?;
                self.jobs().await?;
            }
            Op::Purge { group } => {
                let group = self.engine.groups().nth(group).unwrap().clone();
                self.engine.snapshot_group_now(&group).await?;
            }
        }
        Ok(true)
    }
}

/// What a client can see: the catalog and each data group's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) catalog: u128,
    pub(super) data: Vec<u128>,
}

pub(super) fn seen(engine: &Engine) -> Seen {
    let catalog = olly_types::hash::content_hash(&engine.published.state().encode());
    Seen { catalog, data: engine.data.iter().map(|g| g.data().unwrap().store.state_hash().unwrap()).collect() }
}

/// All rows by table, read as a query reads them.
pub(super) fn read(engine: &Arc<Engine>) -> Result<BTreeMap<u32, Vec<u64>>> {
    let ports = Ports { engine: Arc::clone(engine), runtime: tokio::runtime::Handle::current() };
    engine.published.state().tables().map(|t| Ok((t.id.0, try_ids(&ports, t.id)?))).collect()
}

/// The same where nothing can be wrong.
pub(super) fn rows(engine: &Arc<Engine>) -> BTreeMap<u32, Vec<u64>> {
    read(engine).unwrap()
}
