//! A node that loses power while a snapshot of another node comes in: at every disk operation of it. Its state may then be
//! ahead of its log, which is no damage: the check says so, and the next start goes on from there.

use std::time::Duration;

use olly_env::Env;
use olly_env::sim::{CrashPolicy, Fault, SimDisk};
use olly_types::command::Command;
use olly_types::port::Written;
use openraft::async_runtime::watch::WatchReceiver as _;

use super::cluster::{small_shards, three};
use crate::check::check_folder;
use crate::engine::Engine;
use crate::machine::Snapshot;
use crate::types::Vote;

/// Hands the leaders' snapshots to a node, as the network would. False: its disk failed it.
async fn install(engine: &Engine, snapshots: &[(Vote, Snapshot)]) -> bool {
    for (group, (vote, snapshot)) in engine.groups().zip(snapshots) {
        if group.raft.install_full_snapshot(*vote, snapshot.clone()).await.is_err() {
            return false;
        }
    }
    true
}

/// What the node holds.
fn state(engine: &Engine) -> (Vec<u8>, Vec<u128>) {
    let data = engine.data.iter().map(|g| g.data().unwrap().store.state_hash().unwrap());
    (engine.published.state().encode(), data.collect())
}

async fn script() {
    let budget = olly_types::budget::Budget::root(256 << 20);
    let (cluster, table) = three(crate::shard_store::opener(small_shards(&budget))).await;
    for i in 0..20 {
        assert_eq!(cluster.write(1 + i % 2, &table, u64::from(i) * 10, 10).await, Written::Stored);
    }
    for group in 1..=2 {
        cluster.leader(group).await.1.command(Command::Flush { table: table.id }).await.unwrap();
    }
    cluster.settle().await;
    for engine in cluster.engines.values() {
        engine.drive().await.unwrap();
        engine.snapshot_now().await.unwrap();
    }
    let mut snapshots = Vec::new();
    for group in 0..=2 {
        let (_, leader) = cluster.leader(group).await;
        let vote = leader.raft.metrics().borrow_watched().vote;
        snapshots.push((vote, leader.raft.get_snapshot().await.unwrap().unwrap()));
    }

    // A new node, up and down again once.
    let fresh = SimDisk::new();
    cluster.open(4, &fresh).await.unwrap().close().await;
    let fresh = fresh.after_kill();
    let whole = fresh.after_kill();
    let newcomer = cluster.open(4, &whole).await.unwrap();
    let base = whole.counts().mutations;
    assert!(install(&newcomer, &snapshots).await);
    let operations = whole.counts().mutations - base;
    let wanted = state(&newcomer);
    newcomer.close().await;

    let (mut cases, mut ahead) = (0, 0);
    for at in 0..operations {
        for policy in [CrashPolicy::DropAll, CrashPolicy::KeepAll, CrashPolicy::Sampled] {
            let label = format!("crash at operation {at} of {operations}, {policy:?}");
            let disk = fresh.after_kill();
            let node = cluster.open(4, &disk).await.unwrap();
            disk.set_fault(Some(Fault::crash(disk.counts().mutations + at)));
            let installed = install(&node, &snapshots).await;
            assert!(!installed || !disk.has_crashed() || at + 8 > operations, "{label}: installed all the same");
            node.close().await;
            drop(node);
            let after = disk.after_crash(policy, at);
            let env = Env::sim_with(4, std::sync::Arc::new(after.clone()), cluster.clock.clone());
            let report = check_folder(&env).unwrap();
            assert_eq!(report.damage, [] as [String; 0], "{label}");
            ahead += u32::from(report.notes.iter().any(|n| n.contains("a snapshot of another node came in")));
            let node = cluster.open(4, &after).await.unwrap_or_else(|e| panic!("{label}: {e}"));
            assert!(install(&node, &snapshots).await, "{label}");
            assert!(state(&node) == wanted, "{label}: another state");
            node.close().await;
            drop(node);
            assert_eq!(check_folder(&env).unwrap().damage, [] as [String; 0], "{label}, after the next start");
            cases += 1;
        }
    }
    println!("{cases} crashes while snapshots came in, {ahead} of them with the state ahead of the log");
    assert!(ahead > 0 && cases > 30, "{ahead} of {cases}");
}

#[test]
fn power_loss_while_a_snapshot_comes_in_is_no_damage() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(300), script()).await.unwrap() });
}
