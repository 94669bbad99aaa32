//! A node with its threads on a real folder.

use std::sync::Arc;

use olly_env::Env;
use olly_env::sim::{Fault, SimDisk};
use olly_types::catalog::CatalogEffect;
use olly_types::port::{Patience, Written};
use olly_types::schema::TableSchema;
use olly_types::{Code, GroupId};

use super::rows::{batch, block, create, drop_table, ids};
use crate::node::Node;
use crate::options::Options;

fn options() -> Options {
    Options { segment_bytes: 1 << 20, purge_bytes: 1024, driver_interval_ms: 5, ..Options::default() }
}

fn open(dir: &tempfile::TempDir) -> Node {
    Node::open(Env::real(dir.path()).unwrap(), options()).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

async fn create_table(node: &Node, name: &str) -> Arc<TableSchema> {
    match node.proposer().ddl(create(name)).await.unwrap() {
        CatalogEffect::Created(table) => table,
        other => panic!("{other:?}"),
    }
}

#[test]
fn writes_are_there_after_a_restart_and_stored_once() {
    let dir = tempfile::tempdir().unwrap();
    let runtime = runtime();
    let (table, hashes) = runtime.block_on(async {
        let node = open(&dir);
        node.wait_for_recovery().await.unwrap();
        assert_eq!(node.catalog().data_groups(), 2);
        let table = create_table(&node, "t").await;
        let again = node.proposer().ddl(create("t")).await.unwrap_err();
        assert_eq!(again.code, Code::TableAlreadyExists);
        let mut writers = Vec::new();
        for w in 0..20u64 {
            let (proposer, table) = (node.proposer(), table.clone());
            writers.push(tokio::spawn(async move {
                for i in 0..50 {
                    let from = w * 1000 + i * 10;
                    let group = 1 + (i % 2) as u32;
                    let id = u128::from(from) + 1;
                    let one = || block(group, &table, Some(id), batch(from, 10, 20));
                    assert_eq!(proposer.write(vec![one()], Patience::Short).await.unwrap(), [Written::Stored]);
                    if i % 10 == 0 {
                        assert_eq!(proposer.write(vec![one()], Patience::Short).await.unwrap(), [Written::Duplicate]);
                    }
                }
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let metrics = node.metrics();
        assert_eq!(metrics.groups.iter().map(|g| g.requests).sum::<u64>(), 20 * 55);
        assert_eq!(metrics.groups.iter().map(|g| g.duplicates).sum::<u64>(), 20 * 5);
        assert_eq!(metrics.queue_bytes, 0);
        let hashes = state_hashes(&node);
        assert_eq!(ids(&*node.snapshots(), table.id).len(), 20 * 50 * 10);
        node.shutdown().await;
        let refused =
            node.proposer().write(vec![block(1, &table, None, batch(0, 1, 1))], Patience::Short).await.unwrap_err();
        assert_eq!(refused.code, Code::Aborted);
        (table, hashes)
    });
    runtime.block_on(async {
        let node = open(&dir);
        node.wait_for_recovery().await.unwrap();
        assert_eq!(state_hashes(&node), hashes);
        let rows = ids(&*node.snapshots(), table.id);
        let expected = (0..20).flat_map(|w| (0..500).map(move |i| w * 1000 + i));
        assert!(rows.into_iter().eq(expected));
        let twice = block(1, &table, Some(1), batch(0, 10, 20));
        assert_eq!(node.proposer().write(vec![twice], Patience::Short).await.unwrap(), [Written::Duplicate]);
        assert_eq!(node.catalog().table("default", "t").unwrap().id, table.id);
        node.proposer().ddl(drop_table("t")).await.unwrap();
        let gone = node.proposer().ddl(drop_table("t")).await.unwrap_err();
        assert_eq!(gone.code, Code::UnknownTable);
        node.shutdown().await;
    });
}

fn state_hashes(node: &Node) -> Vec<u128> {
    node.ports().engine.data.iter().map(|g| g.data().unwrap().store.state_hash().unwrap()).collect()
}

#[test]
fn a_folder_has_one_owner_and_one_number_of_groups() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(&dir);
    let second = Node::open(Env::real(dir.path()).unwrap(), options()).err().unwrap();
    assert_eq!(second.code, Code::Aborted);
    let identity = node.identity();
    runtime().block_on(async { node.wait_for_recovery().await.unwrap() });
    drop(node);
    let other = Options { data_groups: 5, ..options() };
    let node = Node::open(Env::real(dir.path()).unwrap(), other).unwrap();
    assert_eq!((node.identity(), identity.data_groups), (identity, 2));
    assert!(node.ports().engine.group(GroupId(3)).is_err());
}

#[test]
fn an_identical_request_in_flight_is_stored_once() {
    let dir = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let node = open(&dir);
        node.wait_for_recovery().await.unwrap();
        let table = create_table(&node, "t").await;
        for round in 0..50u128 {
            let one = || {
                let (proposer, table) = (node.proposer(), table.clone());
                async move {
                    proposer
                        .write(vec![block(1, &table, Some(round + 1), batch(1, 1, 1))], Patience::Short)
                        .await
                        .unwrap()[0]
                }
            };
            let answers = futures::future::join_all((0..4).map(|_| one())).await;
            assert_eq!(answers.iter().filter(|a| **a == Written::Stored).count(), 1, "{answers:?}");
        }
    });
}

#[test]
fn a_caller_that_goes_away_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let node = open(&dir);
        node.wait_for_recovery().await.unwrap();
        let table = create_table(&node, "t").await;
        let proposer = node.proposer();
        for i in 0..200u64 {
            let write = proposer.write(vec![block(1, &table, None, batch(i, 100, 100))], Patience::Short);
            // Polled once, then dropped while it is in flight.
            drop(futures::poll!(Box::pin(write)));
        }
        let kept = proposer.write(vec![block(1, &table, None, batch(0, 1, 1))], Patience::Short).await.unwrap();
        assert_eq!(kept, [Written::Stored]);
        node.shutdown().await;
        assert_eq!(node.metrics().queue_bytes, 0);
        assert_eq!(node.metrics().groups[1].in_flight, 0);
    });
}

/// The first I/O error is known to the server within a second (reliability §9 row 7), whichever operation meets it, and no
/// write that begins after it is acknowledged. With threads, on a simulated disk.
#[test]
fn an_io_error_is_told_within_a_second() {
    let told = fail_each(150, Fault::eio, |disk| disk.counts().mutations);
    assert!(told > 50, "{told}");
}

/// As above, of operations that read: the log's, manifests, listings, free space.
#[test]
fn a_read_error_is_told_within_a_second() {
    let told = fail_each(80, |at| Fault { reads: true, ..Fault::eio(at) }, |disk| disk.counts().reads);
    assert!(told > 20, "{told}");
}

/// Fails each of the first `operations` in turn under a writer; how many of the nodes had started when it failed.
fn fail_each(operations: u64, fault: impl Fn(u64) -> Fault, count: impl Fn(&SimDisk) -> u64) -> u32 {
    let mut told = 0;
    for at in 0..operations {
        let disk = SimDisk::new();
        disk.set_fault(Some(fault(at)));
        let env = Env { disk: Arc::new(disk.clone()), ..Env::real(std::env::temp_dir().as_path()).unwrap() };
        let fired = || count(&disk) > at;
        let Ok(node) = Node::open(env, options()) else { continue };
        runtime().block_on(async {
            if node.wait_for_recovery().await.is_ok() {
                let table = node.proposer().ddl(create("t")).await;
                // The disk counts an operation before it answers. A whole write later the thread that it answers has run.
                let mut failed = false;
                for i in 0.. {
                    let late = std::mem::replace(&mut failed, fired());
                    let Ok(CatalogEffect::Created(table)) = &table else { break };
                    let write = vec![block(1 + i % 2, table, None, batch(u64::from(i) * 10, 10, 20_000))];
                    let written = node.proposer().write(write, Patience::Short).await;
                    assert!(!(late && written.is_ok()), "operation {at}: a write after the error was acknowledged");
                    if written.is_err() {
                        break;
                    }
                }
            }
            assert!(fired(), "operation {at} was not reached");
            let end = tokio::time::timeout(std::time::Duration::from_secs(1), node.poisoned()).await;
            assert!(end.is_ok(), "operation {at}: the node goes on");
            told += 1;
        });
    }
    println!("EIO at each of {operations} operations: {told} nodes ended within a second, the others did not start");
    told
}
