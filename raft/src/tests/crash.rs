//! Crash enumeration of a whole node (reliability §9 rows 2, 3 and 7): a script of writes, flushes, merges, drops and DDL
//! over the catalog and two data groups; power is lost at every moment, and again at every step of the recovery.
//!
//! The script runs once; the disk of every moment at which power could be lost is kept (files are shared until they
//! change), and each is brought up as if the unsynced changes had been dropped, kept, or kept sector by sector. Compared
//! is a hash over the catalog, all schemas and all rows with the state before and after the operation that the crash fell
//! into, and in a sample the rows themselves, read as a query reads them. Checked: what was acknowledged is there exactly
//! once; a request is there whole or not at all; DDL is in the catalog and all groups or in none; a second crash in the
//! recovery changes nothing of its outcome.
//!
//! That the enumeration can fail is a test of its own: on a disk that lies about one sync (as if the code had left it out,
//! or had acknowledged before it) every such lie must be found ([`CANARIES`]).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use olly_env::sim::{CrashPolicy, Fault, Lie, SimDisk};
use olly_env::{Env, Priority};
use olly_types::port::Patience;
use olly_types::{Class, Result};
use parking_lot::Mutex;

use super::rows::{batch, block, create};
use super::script::{Op, Runner, Seen, open, rows, runtime, script, seen};

/// A moment of the reference run, and what was acknowledged before and after the operation that it is in.
struct Case {
    disk: SimDisk,
    op: usize,
    moment: usize,
    before: Arc<(Seen, BTreeMap<u32, Vec<u64>>)>,
    after: Arc<(Seen, BTreeMap<u32, Vec<u64>>)>,
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
    /// Brings a disk up and compares; answers what was there at first and after the recovery's jobs. `label` names the case.
    fn check(&self, disk: &SimDisk, deep: bool, label: &dyn Fn() -> String, counts: &Counts) -> [Seen; 2] {
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
                // Parts are dropped by a job: what the crash fell into may take effect only now, nothing else may change.
                let settled = seen(&engine);
                self.compare(&settled, &|| format!("{}, after the recovery's jobs", label()));
                return [state, settled];
            }
            [state.clone(), state]
        })
    }

    fn compare(&self, state: &Seen, label: &dyn Fn() -> String) {
        let (before, after) = (&self.before.0, &self.after.0);
        assert!([before.catalog, after.catalog].contains(&state.catalog), "{}: the catalog differs", label());
        for (g, hash) in state.data.iter().enumerate() {
            let known = [before.data[g], after.data[g]];
            assert!(known.contains(hash), "{}: rows of group {} differ", label(), g + 1);
            // DDL: the groups follow the catalog, whichever side of the crash it fell on.
            if before.catalog != after.catalog {
                let side = if state.catalog == after.catalog { after } else { before };
                assert_eq!(*hash, side.data[g], "{}: the catalog and group {} disagree", label(), g + 1);
            }
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
            let twice = i == 2 && n.is_multiple_of(4);
            if twice {
                disk.keep_moments();
            }
            let first = self.check(&disk, (n + i as u64).is_multiple_of(8), &label, counts);
            counts.first.fetch_add(1, Ordering::Relaxed);
            if !twice {
                continue;
            }
            counts.sampled.fetch_add(1, Ordering::Relaxed);
            for (m, (_, again)) in disk.take_moments().into_iter().enumerate() {
                let policy = [CrashPolicy::DropAll, CrashPolicy::Sampled, CrashPolicy::KeepAll][m % 3];
                let disk = again.after_crash(policy, crash_seed ^ m as u64);
                let again = || format!("{}, again at step {m}: {policy:?}", label());
                let [second, _] = self.check(&disk, false, &again, counts);
                assert!(
                    first.contains(&second),
                    "{}: not what the first recovery found: {first:?}, {second:?}",
                    again()
                );
                counts.second.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Runs the script on one disk and tries a crash at each of its moments, on `threads` threads. Err: the first loss.
/// `lie`: syncs that the disk does not do once the folder is made.
fn enumerate(seed: u64, operations: usize, sampled: u64, threads: usize, lie: Option<Lie>) -> Result<Counts, String> {
    let counts = Arc::new(Counts::default());
    let queue: Arc<Mutex<(Vec<Case>, bool)>> = Arc::default();
    let lost = Arc::new(AtomicBool::new(false));
    let spawner = Env::sim(0).spawner;
    let mut workers = Vec::new();
    for t in 0..threads {
        let (queue, counts, lost) = (Arc::clone(&queue), Arc::clone(&counts), Arc::clone(&lost));
        let body = move || loop {
            if lost.load(Ordering::Relaxed) {
                return;
            }
            let (case, ended) = {
                let mut queue = queue.lock();
                (queue.0.pop(), queue.1)
            };
            match case {
                Some(case) => {
                    let failing = Failing(&lost);
                    case.run(seed, sampled, &counts);
                    std::mem::forget(failing);
                }
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
        disk.lie(lie);
        let mut runner = Runner::new(engine);
        for (op, step) in script(seed, operations).into_iter().enumerate() {
            if lost.load(Ordering::Relaxed) {
                return;
            }
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
    let ended: Vec<_> = workers.into_iter().map(olly_env::Thread::join).collect();
    ended.into_iter().collect::<Result<Vec<()>, String>>()?;
    Ok(Arc::into_inner(counts).unwrap())
}

/// Tells the others when a case panics.
struct Failing<'a>(&'a AtomicBool);

impl Drop for Failing<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Syncs that the disk lies about, by operation and path: each stands for a mistake that the enumeration must find.
const CANARIES: [(&str, Lie); 6] = [
    ("a write is acknowledged before the log is durable", |op, path| op == "write" && path.starts_with("wal/")),
    ("the log's names are not synced", |op, path| op == "sync_dir" && path == "wal"),
    ("the manifest's edits are not synced", |op, path| op == "sync" && path.contains("/MANIFEST-")),
    ("parts are not synced", |op, path| op == "sync" && path.ends_with(".part")),
    ("the names of parts are not synced", |op, path| op == "sync_dir" && path.ends_with("/parts")),
    ("the catalog's snapshot is not synced", |op, path| op == "sync" && path.contains("/SNAPSHOT")),
];

#[test]
fn the_enumeration_finds_a_sync_that_is_left_out() {
    for (what, lie) in CANARIES {
        let found = enumerate(20_260, 120, 2, 2, Some(lie));
        let why = found.err().unwrap_or_else(|| panic!("{what}: the enumeration did not notice"));
        println!("{what}: found ({why})");
    }
}

#[test]
fn no_acknowledged_operation_is_lost_in_a_crash() {
    let operations = std::env::var("OLLYSTACK_CRASH_OPERATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let counts = enumerate(20_260, operations, 14, 2, None).unwrap();
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
    let mut runner = Runner::new(engine);
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
                    let late = runner
                        .engine
                        .run_write(vec![block(1, &schema, None, batch(1 << 40, 1, 1))], Patience::Short)
                        .await;
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
