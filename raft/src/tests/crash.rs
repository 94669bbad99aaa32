//! Crash enumeration of a whole node (reliability §9 rows 2 and 3): a script of writes, flushes, merges, drops and DDL
//! over the catalog and two data groups; power is lost at every moment, and again at every step of the recovery.
//!
//! The same engine as in production runs on one thread with the log driven inline, so a run is a function of its seed.
//! What is compared is a hash over the catalog and all decoded rows, and in a sample the rows themselves.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use olly_env::sim::{CrashPolicy, Fault, SimClock, SimDisk};
use olly_env::{Env, Priority, rng};
use olly_types::budget::Budget;
use olly_types::catalog::{CatalogCommand, CatalogEffect};
use olly_types::command::Command;
use olly_types::port::Written;
use olly_types::schema::TableSchema;
use olly_types::{Class, Result};
use olly_wal::{Drive, WalError, WalOptions};
use parking_lot::Mutex;
use rand::Rng as _;

use super::rows::{batch, block, create, drop_table, ids};
use crate::engine::{Engine, Setup};
use crate::options::Options;
use crate::poison::Poison;
use crate::shard_store::opener;
use crate::write::Ports;

const TABLES: usize = 3;

/// A node without threads.
async fn open(disk: &SimDisk) -> Result<Arc<Engine>> {
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
    let options = Options {
        cluster: Some(7),
        workers: 0,
        budget,
        shards: Some(shards.clone()),
        purge_bytes: 1,
        reserved_disk_bytes: 0,
        ..Options::default()
    };
    let setup = Setup { options, wal, transport: None, open_store: opener(shards), heartbeat_ms: 500 };
    let engine = Arc::new(Engine::open(&env, setup, poison).await?);
    engine.recover().await?;
    Ok(engine)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

/// One logical operation.
#[derive(Clone, Copy, Debug)]
enum Op {
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

fn script(seed: u64, n: usize) -> Vec<Op> {
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
struct Runner {
    engine: Arc<Engine>,
    /// Requests that were acknowledged as stored: (group, table, first row, rows, bytes).
    requests: Vec<(u32, Arc<TableSchema>, u64, u64, usize)>,
    next_row: u64,
}

impl Runner {
    fn table(&self, table: usize) -> Option<Arc<TableSchema>> {
        self.engine.published.state().table("default", &name(table)).cloned()
    }

    async fn jobs(&self) -> Result<()> {
        for group in &self.engine.data {
            self.engine.run_jobs(group).await?;
        }
        Ok(())
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
    async fn step(&mut self, op: Op) -> Result<bool> {
        match op {
            Op::Write { group, table, rows, bytes } => {
                let Some(schema) = self.table(table) else { return Ok(false) };
                let from = self.next_row;
                self.next_row += rows;
                let id = Some(u128::from(from) + 1);
                let written = self.engine.run_write(vec![block(group, &schema, id, batch(from, rows, bytes))]).await?;
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
                self.engine.run_write(vec![block(group, &schema, id, batch(from, rows, bytes))]).await?;
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
struct Seen {
    catalog: u128,
    data: Vec<u128>,
}

fn seen(engine: &Engine) -> Seen {
    let catalog = olly_types::hash::content_hash(&engine.published.state().encode());
    Seen { catalog, data: engine.data.iter().map(|g| g.data().unwrap().store.state_hash().unwrap()).collect() }
}

/// A moment of the reference run, and what was acknowledged before and after the operation that it is in.
struct Case {
    disk: SimDisk,
    op: usize,
    moment: usize,
    before: Arc<(Seen, BTreeMap<u32, Vec<u64>>)>,
    after: Arc<(Seen, BTreeMap<u32, Vec<u64>>)>,
}

/// All rows by table, read as a query reads them.
fn rows(engine: &Arc<Engine>) -> BTreeMap<u32, Vec<u64>> {
    let ports = Ports { engine: Arc::clone(engine), runtime: tokio::runtime::Handle::current() };
    engine.published.state().tables().map(|t| (t.id.0, ids(&ports, t.id))).collect()
}

#[derive(Default)]
struct Counts {
    first: AtomicU64,
    second: AtomicU64,
    read: AtomicU64,
    moments: AtomicU64,
    sampled: AtomicU64,
}

impl Case {
    /// Brings a disk up and compares. `label` names the case.
    fn check(&self, disk: &SimDisk, deep: bool, label: &dyn Fn() -> String, counts: &Counts) {
        runtime().block_on(async {
            let engine = open(disk).await.unwrap_or_else(|e| panic!("{}: {e}", label()));
            let state = seen(&engine);
            self.compare(&state, label);
            if deep {
                counts.read.fetch_add(1, Ordering::Relaxed);
                let rows = rows(&engine);
                for (table, ids) in &rows {
                    let known = [&self.before.1, &self.after.1].map(|m| m.get(table));
                    // A table's rows lie in two groups: an operation over both may be half done, row by row it is not.
                    let either = |id: &u64| known.iter().flatten().any(|ids| ids.binary_search(id).is_ok());
                    assert!(ids.iter().all(either), "{}: a row that nobody wrote", label());
                    assert!(ids.windows(2).all(|w| w[0] < w[1]), "{}: a row twice", label());
                    if let [Some(before), Some(after)] = known {
                        let kept = before.iter().filter(|id| after.binary_search(id).is_ok());
                        let lost = kept.filter(|id| ids.binary_search(id).is_err()).count();
                        assert_eq!(lost, 0, "{}: rows are lost", label());
                    }
                }
                for group in &engine.data {
                    engine.run_jobs(group).await.unwrap_or_else(|e| panic!("{}: {e}", label()));
                }
                self.compare(&seen(&engine), label);
            }
        });
    }

    fn compare(&self, state: &Seen, label: &dyn Fn() -> String) {
        let (before, after) = (&self.before.0, &self.after.0);
        assert!([before.catalog, after.catalog].contains(&state.catalog), "{}: the catalog differs", label());
        for (g, hash) in state.data.iter().enumerate() {
            let known = [before.data[g], after.data[g]];
            assert!(known.contains(hash), "{}: rows of group {} differ", label(), g + 1);
        }
    }

    /// All outcomes of a crash at this moment; in a sample, a second crash at every step of the recovery.
    fn run(&self, seed: u64, sampled: u64, counts: &Counts) {
        let n = counts.moments.fetch_add(1, Ordering::Relaxed);
        let mut policies = vec![(CrashPolicy::DropAll, 0), (CrashPolicy::KeepAll, 0)];
        policies.extend((0..sampled).map(|s| (CrashPolicy::Sampled, seed ^ (n << 8) ^ s)));
        for (i, (policy, crash_seed)) in policies.into_iter().enumerate() {
            let label = || {
                format!("seed {seed}, operation {}, moment {}, {policy:?} with seed {crash_seed}", self.op, self.moment)
            };
            let disk = self.disk.after_crash(policy, crash_seed);
            let twice = i == 2 && n.is_multiple_of(6);
            if twice {
                disk.keep_moments();
            }
            self.check(&disk, (n + i as u64).is_multiple_of(8), &label, counts);
            counts.first.fetch_add(1, Ordering::Relaxed);
            if !twice {
                continue;
            }
            counts.sampled.fetch_add(1, Ordering::Relaxed);
            for (m, (_, again)) in disk.take_moments().into_iter().enumerate() {
                let policy = [CrashPolicy::DropAll, CrashPolicy::Sampled, CrashPolicy::KeepAll][m % 3];
                let disk = again.after_crash(policy, crash_seed ^ m as u64);
                self.check(&disk, false, &|| format!("{}, again at step {m}: {policy:?}", label()), counts);
                counts.second.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Runs the script on one disk and tries a crash at each of its moments, on `threads` threads.
fn enumerate(seed: u64, operations: usize, sampled: u64, threads: usize) -> Counts {
    let counts = Arc::new(Counts::default());
    let queue: Arc<Mutex<(Vec<Case>, bool)>> = Arc::default();
    let spawner = Env::sim(0).spawner;
    let mut workers = Vec::new();
    for t in 0..threads {
        let (queue, counts) = (Arc::clone(&queue), Arc::clone(&counts));
        let body = move || loop {
            let (case, ended) = {
                let mut queue = queue.lock();
                (queue.0.pop(), queue.1)
            };
            match case {
                Some(case) => case.run(seed, sampled, &counts),
                None if ended => return,
                None => std::thread::yield_now(),
            }
        };
        workers.push(spawner.spawn(&format!("crash-{t}"), Priority::Normal, Box::new(body)).unwrap());
    }
    let disk = SimDisk::new();
    disk.keep_moments();
    runtime().block_on(async {
        let engine = open(&disk).await.unwrap();
        let mut before = Arc::new((seen(&engine), rows(&engine)));
        // Crashes while the folder is made: before the first acknowledgement anything that opens is right.
        drop(disk.take_moments());
        let mut runner = Runner { engine, requests: Vec::new(), next_row: 0 };
        for (op, step) in script(seed, operations).into_iter().enumerate() {
            runner.step(step).await.unwrap();
            let after = Arc::new((seen(&runner.engine), rows(&runner.engine)));
            let moments = disk.take_moments();
            let cases = moments.into_iter().enumerate().map(|(moment, (_, disk))| {
                let (before, after) = (Arc::clone(&before), Arc::clone(&after));
                Case { disk, op, moment, before, after }
            });
            queue.lock().0.extend(cases);
            before = after;
        }
    });
    queue.lock().1 = true;
    for worker in workers {
        worker.join().unwrap();
    }
    Arc::into_inner(counts).unwrap()
}

#[test]
fn no_acknowledged_operation_is_lost_in_a_crash() {
    let operations = std::env::var("OLLYSTACK_CRASH_OPERATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let counts = enumerate(20_260, operations, 10, 2);
    let get = |n: &AtomicU64| n.load(Ordering::Relaxed);
    let (first, second) = (get(&counts.first), get(&counts.second));
    println!(
        "crash enumeration: {operations} operations, {} moments; {first} crashes, {second} second crashes during {} recoveries, \
         {} read back row by row; 0 lost",
        get(&counts.moments),
        get(&counts.sampled),
        get(&counts.read),
    );
    if operations < 300 {
        return;
    }
    assert!(first + second >= 20_000, "only {} cases", first + second);
    assert!(get(&counts.sampled) >= 200, "only {} recoveries crashed again", get(&counts.sampled));
}

#[test]
fn a_new_folder_survives_a_crash_while_it_is_made() {
    let disk = SimDisk::new();
    disk.keep_moments();
    runtime().block_on(async { drop(open(&disk).await.unwrap()) });
    for (n, (_, moment)) in disk.take_moments().into_iter().enumerate() {
        for (policy, seed) in [(CrashPolicy::DropAll, 0), (CrashPolicy::KeepAll, 0), (CrashPolicy::Sampled, n as u64)] {
            runtime().block_on(async {
                let engine = open(&moment.after_crash(policy, seed)).await;
                let engine = engine.unwrap_or_else(|e| panic!("moment {n}, {policy:?}: {e}"));
                engine.run_ddl(create("t")).await.unwrap();
            });
        }
    }
}

/// Runs a script until it fails; answers how many operations were acknowledged, and what stood then.
async fn run_until_error(disk: &SimDisk, ops: &[Op], fault: u64) -> (Option<Seen>, Result<u64>) {
    let engine = match open(disk).await {
        Ok(engine) => engine,
        Err(e) => return (None, Err(e)),
    };
    let mut runner = Runner { engine, requests: Vec::new(), next_row: 0 };
    let mut state = seen(&runner.engine);
    for op in ops {
        match runner.step(*op).await {
            Ok(_) => {
                let fired = disk.counts().mutations > fault;
                assert!(!fired, "{op:?} was acknowledged after the disk failed at operation {fault}");
                state = seen(&runner.engine);
            }
            Err(e) => {
                // And nothing after it.
                let table = runner.table(0);
                if let Some(schema) = table {
                    let late = runner.engine.run_write(vec![block(1, &schema, None, batch(1 << 40, 1, 1))]).await;
                    assert!(late.is_err(), "a write was acknowledged after the disk failed at operation {fault}");
                }
                assert!(runner.engine.poison.get().is_some(), "the node goes on after {e} at operation {fault}");
                return (Some(state), Err(e));
            }
        }
    }
    // Before the log is closed.
    (Some(state), Ok(disk.counts().mutations))
}

#[test]
fn nothing_is_acknowledged_after_an_io_error() {
    let ops = script(5, 40);
    let counted = SimDisk::new();
    let (_, all) = runtime().block_on(run_until_error(&counted, &ops, u64::MAX));
    let all = all.unwrap();
    let mut failed = 0;
    for at in 0..all {
        let disk = SimDisk::new();
        disk.set_fault(Some(Fault::eio(at)));
        let (state, error) = runtime().block_on(run_until_error(&disk, &ops, at));
        let Err(error) = error else { panic!("EIO at operation {at} was not noticed") };
        assert!(error.class != Class::Reject, "EIO at operation {at}: {error}");
        failed += 1;
        // What was acknowledged before is there for the next process, on a disk that works again.
        let disk = disk.after_crash(CrashPolicy::KeepAll, 0);
        let after = runtime().block_on(async { open(&disk).await.map(|e| seen(&e)) });
        let after = after.unwrap_or_else(|e| panic!("after EIO at operation {at}: {e}"));
        if let Some(state) = state {
            // The operation that failed may have become durable or not; the others did not move.
            let same = after.data.iter().zip(&state.data).filter(|(a, b)| a == b).count();
            assert!(same + 1 >= state.data.len() || after.catalog != state.catalog, "EIO at operation {at}");
        }
    }
    println!("EIO at each of {failed} disk operations: no acknowledgement after it");
}
