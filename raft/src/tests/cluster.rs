//! Three voters in one process over an in-memory network and simulated disks: write, kill the leader, restart it, bring
//! up a fourth from a snapshot; all end with the same rows (DESIGN D5).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use olly_env::Env;
use olly_env::sim::{CrashPolicy, SimClock, SimDisk};
use olly_types::catalog::CatalogEffect;
use olly_types::command::Command;
use olly_types::port::{Patience, Written};
use olly_types::schema::TableSchema;
use olly_types::{Class, GroupId, NodeId};
use olly_wal::{Drive, WalOptions};
use openraft::ChangeMembers;
use openraft::errors::{RPCError, StreamingError};
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, TransferLeaderRequest, TransferLeaderResponse,
    VoteRequest, VoteResponse,
};
use parking_lot::Mutex;

use super::model::Model;
use super::rows::{batch, block, create};
use crate::data_machine::Store;
use crate::engine::{Engine, OpenStore, Setup};
use crate::group::Group;
use crate::machine::Snapshot;
use crate::network::{Transport, unreachable};
use crate::options::Options;
use crate::poison::Poison;
use crate::types::{Raft, Types, Vote};

/// The groups of all nodes that are up.
#[derive(Default)]
struct Hub {
    nodes: Mutex<BTreeMap<u64, BTreeMap<u32, Raft>>>,
}

impl Hub {
    fn reach(&self, group: u32, target: u64) -> Option<Raft> {
        self.nodes.lock().get(&target)?.get(&group).cloned()
    }
}

#[async_trait]
impl Transport for Hub {
    async fn append(
        &self,
        group: u32,
        target: u64,
        rpc: AppendEntriesRequest<Types>,
    ) -> Result<AppendEntriesResponse<Types>, RPCError<Types>> {
        let raft = self.reach(group, target).ok_or_else(|| unreachable(target))?;
        // As over a wire: the other node sees bytes, never this one's decoded entry.
        let mut rpc = rpc;
        for entry in &mut rpc.entries {
            if let openraft::EntryPayload::Normal(p) = &mut entry.payload {
                p.decoded = None;
            }
        }
        raft.append_entries(rpc).await.map_err(|_| unreachable(target).into())
    }
    async fn vote(
        &self,
        group: u32,
        target: u64,
        rpc: VoteRequest<Types>,
        pre: bool,
    ) -> Result<VoteResponse<Types>, RPCError<Types>> {
        let raft = self.reach(group, target).ok_or_else(|| unreachable(target))?;
        let answer = if pre { raft.pre_vote(rpc).await } else { raft.vote(rpc).await };
        answer.map_err(|_| unreachable(target).into())
    }
    async fn snapshot(
        &self,
        group: u32,
        target: u64,
        vote: Vote,
        snapshot: Snapshot,
    ) -> Result<SnapshotResponse<Types>, StreamingError<Types>> {
        let raft = self.reach(group, target).ok_or_else(|| unreachable(target))?;
        raft.install_full_snapshot(vote, snapshot).await.map_err(|_| unreachable(target).into())
    }
    async fn transfer(
        &self,
        group: u32,
        target: u64,
        rpc: TransferLeaderRequest<Types>,
    ) -> Result<TransferLeaderResponse<Types>, RPCError<Types>> {
        let raft = self.reach(group, target).ok_or_else(|| unreachable(target))?;
        raft.handle_transfer_leader(rpc).await.map_err(|_| unreachable(target).into())
    }
}

pub(super) struct Cluster {
    hub: Arc<Hub>,
    pub(super) clock: Arc<SimClock>,
    open_store: Arc<OpenStore>,
    disks: BTreeMap<u64, SimDisk>,
    pub(super) engines: BTreeMap<u64, Arc<Engine>>,
}

impl Cluster {
    fn new(open_store: Arc<OpenStore>) -> Cluster {
        let (hub, clock) = (Arc::default(), Arc::new(SimClock::new()));
        Cluster { hub, clock, open_store, disks: BTreeMap::new(), engines: BTreeMap::new() }
    }

    /// A node's groups on a disk; the hub does not know them.
    pub(super) async fn open(&self, node: u64, disk: &SimDisk) -> olly_types::Result<Engine> {
        let env = Env::sim_with(node, Arc::new(disk.clone()), self.clock.clone());
        let options = Options {
            node: Some(NodeId(node)),
            cluster: Some(42),
            workers: 0,
            purge_bytes: 1,
            kept_log_bytes: 0,
            kept_entry_bytes: 10_000,
            ..Options::default()
        };
        let wal = WalOptions { drive: Drive::Inline, segment_size: 256 << 10, ..WalOptions::for_tests() };
        let transport = Some(Arc::clone(&self.hub) as Arc<dyn Transport>);
        let setup = Setup { options, wal, transport, open_store: self.open_store.clone(), heartbeat_ms: 40 };
        Engine::open(&env, setup, Poison::new()).await
    }

    async fn start(&mut self, node: u64) {
        let disk = self.disks.entry(node).or_default().clone();
        let engine = Arc::new(self.open(node, &disk).await.unwrap());
        let rafts = engine.groups().map(|g| (g.id.0, g.raft.clone())).collect();
        self.hub.nodes.lock().insert(node, rafts);
        self.engines.insert(node, engine);
    }

    /// Power loss: what was not durable is gone.
    async fn kill(&mut self, node: u64) {
        self.hub.nodes.lock().remove(&node);
        let engine = self.engines.remove(&node).unwrap();
        let after = self.disks[&node].after_crash(CrashPolicy::DropAll, 1);
        self.disks.insert(node, after);
        engine.close().await;
    }

    /// The group on the node that leads it.
    pub(super) async fn leader(&self, group: u32) -> (u64, Arc<Group>) {
        loop {
            for (node, engine) in &self.engines {
                let group = engine.groups().find(|g| g.id.0 == group).unwrap();
                if group.raft.ensure_linearizable(openraft::ReadPolicy::ReadIndex).await.is_ok() {
                    return (*node, group.clone());
                }
            }
            tokio::task::yield_now().await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Writes until it is acknowledged, as a client with an id does.
    pub(super) async fn write(&self, group: u32, table: &TableSchema, from: u64, n: u64) -> Written {
        loop {
            let (node, _) = self.leader(group).await;
            let id = Some(u128::from(from) + 1);
            match self.engines[&node]
                .run_write(vec![block(group, table, id, batch(from, n, 50))], Patience::Short)
                .await
            {
                Ok(written) => return written[0],
                Err(e) => assert_eq!(e.class, Class::Retry, "{e}"),
            }
        }
    }

    /// Waits until all nodes have applied what the leaders have.
    pub(super) async fn settle(&self) {
        for group in 0..=2 {
            let (_, leader) = self.leader(group).await;
            let last = leader.raft.write_blank().await.unwrap().log_id.index;
            for engine in self.engines.values() {
                let group = engine.groups().find(|g| g.id.0 == group).unwrap();
                let wait = group.raft.wait(Some(Duration::from_secs(30)));
                wait.applied_index_at_least(Some(last), "settle").await.unwrap();
            }
        }
    }

    fn check_equal(&self) {
        let state = |engine: &Engine| {
            let data: Vec<u128> = engine.data.iter().map(|g| g.data().unwrap().store.state_hash().unwrap()).collect();
            (engine.published.state().encode(), data)
        };
        let states: Vec<_> = self.engines.iter().map(|(node, engine)| (node, state(engine))).collect();
        for (node, other) in &states {
            assert!(*other == states[0].1, "node {node} and node {} differ", states[0].0);
        }
    }
}

/// Three voters with a table.
pub(super) async fn three(open_store: Arc<OpenStore>) -> (Cluster, Arc<TableSchema>) {
    let mut cluster = Cluster::new(open_store);
    for node in 1..=3 {
        cluster.start(node).await;
    }
    for group in cluster.engines[&1].groups() {
        group.raft.initialize(BTreeSet::from([1, 2, 3])).await.unwrap();
        cluster.leader(group.id.0).await;
    }
    let first = cluster.engines[&1].clone();
    first.initialize().await.unwrap();
    let CatalogEffect::Created(table) = first.run_ddl(create("t")).await.unwrap() else { panic!() };
    (cluster, table)
}

async fn script(open_store: Arc<OpenStore>) {
    let (mut cluster, table) = three(open_store).await;
    for i in 0..100 {
        assert_eq!(cluster.write(1 + (i % 2) as u32, &table, i * 10, 10).await, Written::Stored);
    }
    cluster.settle().await;
    cluster.check_equal();

    // The leader dies; the others go on; what was acknowledged is known to them.
    let (dead, _) = cluster.leader(1).await;
    cluster.kill(dead).await;
    assert_eq!(cluster.write(1, &table, 0, 10).await, Written::Duplicate);
    for i in 100..150 {
        assert_eq!(cluster.write(1 + (i % 2) as u32, &table, i * 10, 10).await, Written::Stored);
    }
    cluster.start(dead).await;
    cluster.settle().await;
    cluster.check_equal();

    // Flush everywhere, snapshot and purge, so that a newcomer can only come up from a snapshot.
    for group in 1..=2 {
        let (_, leader) = cluster.leader(group).await;
        leader.command(Command::Flush { table: table.id }).await.unwrap();
    }
    cluster.settle().await;
    for engine in cluster.engines.values() {
        engine.drive().await.unwrap();
    }
    for engine in cluster.engines.values() {
        engine.snapshot_now().await.unwrap();
    }
    for i in 150..160 {
        assert_eq!(cluster.write(1 + (i % 2) as u32, &table, i * 10, 10).await, Written::Stored);
    }
    cluster.start(4).await;
    for group in 0..=2 {
        let (_, leader) = cluster.leader(group).await;
        leader.raft.wait(None).metrics(|m| m.purged.is_some(), "purged").await.unwrap();
        leader.raft.add_learner(4, openraft::EmptyNode {}, true).await.unwrap();
        let voters = ChangeMembers::AddVoterIds(BTreeSet::from([4]));
        leader.raft.change_membership(voters, false).await.unwrap();
    }
    for i in 160..170 {
        assert_eq!(cluster.write(1 + (i % 2) as u32, &table, i * 10, 10).await, Written::Stored);
    }
    cluster.settle().await;
    cluster.check_equal();
    let newcomer = cluster.engines[&4].clone();
    for group in newcomer.groups() {
        let metrics = group.metrics();
        assert!(metrics.snapshot.0 > 0, "group {} came up without a snapshot", group.id);
    }

    // All lose power at once; the four come back with the same rows, all of them.
    drop(newcomer);
    for node in 1..=4 {
        cluster.kill(node).await;
    }
    for node in 1..=4 {
        cluster.start(node).await;
    }
    cluster.settle().await;
    cluster.check_equal();
    for i in 0..170 {
        let again = cluster.write(1 + (i % 2) as u32, &table, i * 10, 10).await;
        assert_eq!(again, Written::Duplicate, "request {i}");
    }
    let last = cluster.engines[&1].group(GroupId(1)).unwrap().clone();
    assert_eq!(last.raft.voter_ids().count(), 4);
}

fn run(open_store: Arc<OpenStore>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), script(open_store)).await.unwrap() });
}

#[test]
fn four_replicas_of_the_model_agree() {
    run(Arc::new(|env, dir, _| Ok(Arc::new(Model::open(env, dir)?) as Arc<dyn Store>)));
}

#[test]
fn four_replicas_agree() {
    let budget = olly_types::budget::Budget::root(256 << 20);
    run(crate::shard_store::opener(small_shards(&budget)));
}

/// Shards whose parts have several granules already when they are small.
pub(crate) fn small_shards(budget: &Arc<olly_types::budget::Budget>) -> olly_storage::shard::ShardOptions {
    olly_storage::shard::ShardOptions { granule_rows: 64, ..olly_storage::shard::ShardOptions::new(budget) }
}
