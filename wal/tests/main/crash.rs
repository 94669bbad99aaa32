//! Crashes at every disk operation, in every way, also while recovering.

use olly_env::sim::{CrashPolicy, Fault, SimDisk};
use olly_wal::{Record, Wal, WalMetrics, WalOptions};

use crate::script::{Model, Op, apply, crash_at, held, run, script};
use crate::support::{env_on, noted, open};

/// Changes that the disk sees when the script runs to its end, and the log's figures then.
fn operations(ops: &[Op]) -> (u64, WalMetrics) {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    run(&wal, Model::new(), ops, || true);
    let metrics = wal.metrics();
    drop(wal);
    (disk.counts().mutations, metrics)
}

#[test]
fn acknowledged_records_survive_a_crash_at_every_operation() {
    let mut cases = 0;
    for seed in 0..3 {
        let ops = script(seed, 150);
        let (total, m) = operations(&ops);
        assert!(m.recycled > 2 && m.segments > 1 && m.moved_bytes > 0, "every mechanism is reached: {m:?}");
        for at in 0..total {
            let (disk, outcome) = crash_at(&ops, at);
            for n in 0..6 {
                let policy = match n {
                    0 => CrashPolicy::DropAll,
                    1 => CrashPolicy::KeepAll,
                    _ => CrashPolicy::Sampled,
                };
                let what = format!("script {seed}, crash at {at}, {policy:?} {n}");
                let image = disk.after_crash(policy, at * 31 + n);
                let (wal, _) = open(&image);
                let first = held(&wal).unwrap();
                outcome.check(&first, &what);
                // It goes on, and a second crash takes nothing of what was recovered or added.
                let next = wal.group(1).map_or(0, |g| g.entries.end);
                let added = Record::entry(1, next, &b"after"[..]);
                wal.append_sync(vec![added.clone()]).unwrap();
                let again = image.after_crash(CrashPolicy::Sampled, n);
                let mut expected = first;
                apply(&mut expected, &added);
                assert_eq!(held(&open(&again).0).unwrap(), expected, "{what}, second time");
                cases += 1;
            }
        }
    }
    println!("{cases} crashes, 0 lost");
    assert!(cases > 3_000, "{cases}");
}

#[test]
fn a_crash_while_recovering_changes_nothing() {
    let mut cases = 0;
    let ops = script(5, 60);
    for at in 0..operations(&ops).0 {
        let (disk, outcome) = crash_at(&ops, at);
        let image = disk.after_crash(CrashPolicy::Sampled, at);
        // What recovery finds, and how many changes it makes, up to the repeated durable LSN.
        let probe = image.after_kill();
        let (wal, _) = open(&probe);
        let first = held(&wal).unwrap();
        outcome.check(&first, &format!("crash at {at}"));
        wal.run();
        drop(wal);
        for second in 0..probe.counts().mutations {
            let disk = image.after_kill();
            disk.set_fault(Some(Fault::crash(second)));
            if let Ok((wal, _)) = Wal::open(&env_on(&disk), "wal", WalOptions::for_tests()) {
                wal.run();
            }
            let policy = [CrashPolicy::DropAll, CrashPolicy::KeepAll, CrashPolicy::Sampled][second as usize % 3];
            let third = disk.after_crash(policy, second);
            assert_eq!(held(&open(&third).0).unwrap(), first, "crash at {at}, then at {second} of recovery");
            cases += 1;
        }
    }
    println!("{cases} second crashes, all equal");
    assert!(cases > 200, "{cases}");
}

#[test]
fn what_a_killed_process_left_in_the_page_cache_is_made_durable_before_it_is_believed() {
    let ops = script(9, 60);
    let (total, _) = operations(&ops);
    for at in 0..total {
        let (disk, outcome) = crash_at(&ops, at);
        let killed = disk.after_kill();
        let (wal, _) = open(&killed);
        let seen = held(&wal).unwrap();
        outcome.check(&seen, &format!("killed at {at}"));
        let after = killed.after_crash(CrashPolicy::DropAll, 0);
        assert_eq!(held(&open(&after).0).unwrap(), seen, "killed at {at}, then power lost");
    }
}

#[test]
fn nothing_is_acknowledged_after_an_io_error() {
    let ops = script(2, 80);
    let (total, _) = operations(&ops);
    for at in 0..total {
        let disk = SimDisk::new();
        disk.set_fault(Some(Fault::eio(at)));
        let Ok((wal, _)) = Wal::open(&env_on(&disk), "wal", WalOptions::for_tests()) else { continue };
        let watch = disk.clone();
        let outcome = run(&wal, Model::new(), &ops, move || watch.counts().mutations <= at);
        if disk.counts().mutations > at {
            assert!(wal.stopped().is_some() && wal.metrics().poisoned, "EIO at {at}");
            let (seen, done) = noted();
            assert!(wal.append(vec![Record::hard_state(9, &b"v"[..])], done).is_err());
            assert!(seen.lock().is_none());
            assert!(wal.close().is_err());
        }
        drop(wal);
        let image = disk.after_crash(CrashPolicy::Sampled, at);
        outcome.check(&held(&open(&image).0).unwrap(), &format!("EIO at {at}"));
    }
}

#[test]
fn read_errors_stop_the_log_too() {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    wal.append_sync(vec![Record::entry(1, 0, &b"x"[..])]).unwrap();
    let at = disk.counts().reads;
    disk.set_fault(Some(Fault { at, reads: true, kind: olly_env::sim::FaultKind::EioFromHere }));
    assert!(matches!(wal.read(1, 0..1, 100), Err(olly_wal::WalError::Disk(_))));
    assert!(wal.stopped().is_some());
}
