//! Crashes at every disk operation, in every way, also while recovering.

use olly_env::sim::{CrashPolicy, Fault, SimDisk};
use olly_wal::{Record, Wal, WalMetrics, WalOptions};

use crate::script::{Model, Op, apply, crash_at, held, open_sink, run, script};
use crate::support::{env_on, noted, open};

/// Changes that the disk sees when the script runs to its end, and the log's figures then.
fn operations(ops: &[Op], deep: bool, block: usize) -> (u64, WalMetrics) {
    let disk = SimDisk::new();
    disk.set_block(block);
    let (wal, _) = open_sink(&disk, deep).unwrap();
    run(&wal, Model::new(), ops, || true);
    let metrics = wal.metrics();
    drop(wal);
    (disk.counts().mutations, metrics)
}

#[test]
fn acknowledged_records_survive_a_crash_at_every_operation() {
    let (mut cases, mut cuts, mut behind) = (0, 0, 0);
    for seed in 0..4 {
        let deep = seed % 2 == 1;
        // Most devices take 512 bytes; some want 4,096.
        let block = if seed == 3 { 4096 } else { 512 };
        let ops = script(seed, 150);
        let (total, m) = operations(&ops, deep, block);
        assert!(m.recycled > 2 && m.segments > 1 && m.moved_bytes > 0, "every mechanism is reached: {m:?}");
        for at in 0..total {
            let (disk, outcome) = crash_at(&ops, at, deep, block);
            for n in 0..6 {
                let policy = match n {
                    0 => CrashPolicy::DropAll,
                    1 => CrashPolicy::KeepAll,
                    _ => CrashPolicy::Sampled,
                };
                let what = format!("script {seed}, crash at {at}, {policy:?} {n}");
                let image = disk.after_crash(policy, at * 31 + n);
                let (wal, recovered) = open(&image);
                let mut expected = held(&wal).unwrap();
                outcome.check(&expected, &what);
                cuts += u64::from(recovered.cut.is_some());
                behind += u64::from(recovered.cut.is_some_and(|c| c.dropped_frames > 0));
                // It goes on, and a second crash takes nothing of what was recovered or added, and brings nothing
                // back that was cut. The sizes differ, so that writes end where old ones begin.
                for size in [30, 1000, 300, 30, 30] {
                    let next = wal.group(1).map_or(0, |g| g.entries.end);
                    let added = Record::entry(1, next, vec![7; size]);
                    wal.append_sync(vec![added.clone()]).unwrap();
                    apply(&mut expected, &added);
                    let again = image.after_crash(CrashPolicy::Sampled, n);
                    assert_eq!(held(&open(&again).0).unwrap(), expected, "{what}, second time");
                }
                cases += 1;
            }
        }
    }
    println!("{cases} crashes, 0 lost; {cuts} tails cut, {behind} with intact frames behind");
    assert!(cases > 3_000 && cuts > 300 && behind > 50, "{cases} {cuts} {behind}");
}

#[test]
fn a_crash_while_recovering_changes_nothing() {
    let mut cases = 0;
    let (ops, deep) = (script(5, 60), true);
    for at in 0..operations(&ops, deep, 512).0 {
        let (disk, outcome) = crash_at(&ops, at, deep, 512);
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
    let (ops, deep) = (script(9, 60), true);
    let (total, _) = operations(&ops, deep, 512);
    for at in 0..total {
        let (disk, outcome) = crash_at(&ops, at, deep, 512);
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
    let (ops, deep) = (script(2, 80), false);
    let (total, _) = operations(&ops, deep, 512);
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

/// The last live entry of a segment dies just before the next one begins: the old one may go only when the group states
/// at the start of the next one are durable, because nothing else holds them.
#[test]
fn a_segment_stays_until_the_states_behind_it_are_durable() {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    wal.run();
    let mut next = 0;
    while wal.metrics().retained_bytes < 20_000 {
        wal.append_sync(vec![Record::hard_state(2, &b"vote"[..]), Record::entry(1, next, vec![1; 3000])]).unwrap();
        next += 1;
    }
    wal.append_sync(vec![Record::purge(1, next - 1, &b"all"[..])]).unwrap();
    // Into the next segment, which is put into use but not written yet.
    wal.append(vec![Record::entry(1, next, vec![1; 12_000])], noted().1).unwrap();
    assert!(wal.step_write(false));
    assert_eq!(wal.metrics().segments, 2);
    while wal.step_prepare() {}
    drop_without_closing(wal, &disk);
    let (wal, _) = open(&disk.after_crash(CrashPolicy::DropAll, 0));
    assert_eq!(wal.group(2).unwrap().hard_state.as_deref(), Some(&b"vote"[..]));
    assert_eq!(wal.group(1).unwrap().entries, next..next);
}

/// Ends a log as a crash does.
fn drop_without_closing(wal: Wal, disk: &SimDisk) {
    disk.set_fault(Some(Fault::crash(0)));
    drop(wal);
}
