//! The lanes of a node with its threads: a merge that takes long holds back no flush, of no group.

use std::sync::Arc;

use olly_env::Env;
use olly_env::sim::{Gated, SimDisk};
use olly_types::catalog::CatalogEffect;
use olly_types::command::Command;
use olly_types::port::Patience;
use olly_types::schema::TableSchema;
use olly_types::{GroupId, LogIndex};

use super::rows::{batch, block, create, ids};
use super::script::{Op, Runner, open, read, runtime};
use crate::node::Node;
use crate::options::Options;

/// The first part of group 1's second table is the merge's: nothing else has its name.
fn merged(path: &str) -> bool {
    path.starts_with("groups/1/parts/") && MERGED.lock().as_deref().is_some_and(|name| path.ends_with(name))
}

static MERGED: parking_lot::Mutex<Option<String>> = parking_lot::Mutex::new(None);

async fn create_table(node: &Node, name: &str) -> Arc<TableSchema> {
    match node.proposer().ddl(create(name)).await.unwrap() {
        CatalogEffect::Created(table) => table,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_merge_that_takes_long_holds_back_no_flush() {
    let gate = Gated::new(Arc::new(SimDisk::new()), merged);
    let env = Env { disk: Arc::new(gate.clone()), ..Env::sim(1) };
    let options =
        Options { segment_bytes: 1 << 20, driver_interval_ms: 1, reserved_disk_bytes: 0, ..Options::default() };
    let node = Node::open(env, options).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        node.wait_for_recovery().await.unwrap();
        let (a, b) = (create_table(&node, "a").await, create_table(&node, "b").await);
        let engine = node.ports().engine.clone();
        let group = |id| engine.group(GroupId(id)).unwrap().clone();
        let flush = async |id: u32, table: &TableSchema, from: u64| {
            let group = group(id);
            node.proposer().write(vec![block(id, table, None, batch(from, 10, 20))], Patience::Short).await.unwrap();
            let before = group.data().unwrap().store.figures().flushes;
            group.command(Command::Flush { table: table.id }).await.unwrap();
            while group.data().unwrap().store.figures().flushes == before {
                tokio::task::yield_now().await;
            }
        };
        flush(1, &a, 0).await;
        flush(1, &a, 10).await;
        let parts: Vec<_> = group(1).data().unwrap().store.parts().into_iter().map(|p| p.id).collect();
        assert_eq!(parts.len(), 2);
        let last = group(1).held(false).last;
        let next = LogIndex(last + 1);
        *MERGED.lock() = Some(format!("/{next}-0.part"));
        gate.close_after(0);
        group(1).command(Command::Merge { table: a.id, parts }).await.unwrap();
        let waiter = gate.clone();
        tokio::task::spawn_blocking(move || waiter.wait_for_waiter()).await.unwrap();
        // The same table, another of the group, another group: all are flushed while the merge is held.
        for (n, (id, table)) in [(1, &a), (1, &b), (2, &a), (2, &b)].into_iter().enumerate() {
            flush(id, table, 100 + 10 * n as u64).await;
        }
        assert_eq!(group(1).data().unwrap().store.figures().merges, 0);
        gate.open();
        while group(1).data().unwrap().store.figures().merges == 0 {
            tokio::task::yield_now().await;
        }
        let rows = ids(&*node.snapshots(), a.id);
        assert!(rows.into_iter().eq((0..20).chain(100..110).chain(120..130)));
        node.shutdown().await;
    });
}

#[test]
fn merged_parts_leave_the_disk_although_a_snapshot_had_them() {
    let disk = SimDisk::new();
    runtime().block_on(async {
        let mut runner = Runner::new(open(&disk).await.unwrap());
        let engine = runner.engine.clone();
        runner.step(Op::Create { table: 0 }).await.unwrap();
        let files = || disk.files().into_iter().filter(|f| f.ends_with(".part")).count();
        for _ in 0..3 {
            runner.step(Op::Write { group: 1, table: 0, rows: 3, bytes: 100 }).await.unwrap();
            runner.step(Op::Flush { group: 1, table: 0 }).await.unwrap();
        }
        engine.snapshot_now().await.unwrap();
        // A row in memory holds back what a snapshot can cover: the next one covers no more than this one.
        runner.step(Op::Write { group: 1, table: 0, rows: 3, bytes: 100 }).await.unwrap();
        runner.step(Op::Merge { group: 1, table: 0 }).await.unwrap();
        let group = engine.group(GroupId(1)).unwrap().clone();
        let dead = || group.metrics().pinned_dead_bytes;
        assert!(dead() > 0 && files() == 4, "the snapshot holds the merged parts: {} bytes, {} files", dead(), files());
        let rows = read(&engine).unwrap();
        let mut rounds = 0;
        while dead() > 0 {
            engine.drive().await.unwrap();
            tokio::task::yield_now().await;
            rounds += 1;
            assert!(rounds < 1000, "{} bytes are still held", dead());
        }
        assert_eq!(files(), 1);
        assert_eq!(read(&engine).unwrap(), rows);
    });
}
