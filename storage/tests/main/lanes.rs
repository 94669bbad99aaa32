//! Flushes and merges beside each other: a flush waits for no merge, and whatever is half done when power is lost comes out
//! the same.

use crate::common::*;
use olly_env::Env;
use olly_env::sim::{CrashPolicy, Gated, SimClock, SimDisk};
use olly_storage::check::check_group;
use olly_storage::shard::{Lane, Shard};
use olly_types::command::{Command, Entry};
use olly_types::{GroupId, LogIndex, PartId};
use std::sync::Arc;

/// Index of the merge command in [`log`].
const MERGE: u64 = 8;

fn env(disk: &SimDisk) -> Env {
    Env::sim_with(1, Arc::new(disk.clone()), Arc::new(SimClock::new()))
}

fn rows(range: std::ops::Range<u64>) -> Vec<Vec<olly_types::Value>> {
    range.map(log_row).collect()
}

fn log() -> Vec<Entry> {
    let (a, b) = (logs(1), logs(2));
    let part = |index: u64| PartId { group: GroupId(1), index: LogIndex(index), ordinal: 0 };
    let commands = vec![
        Command::RegisterSchema(a.clone()),
        Command::RegisterSchema(b.clone()),
        write(&a, Some(1), &rows(0..60)),
        Command::Flush { table: a.id },
        write(&a, Some(2), &rows(60..90)),
        Command::Flush { table: a.id },
        write(&a, None, &rows(200..220)),
        write(&b, Some(3), &rows(100..120)),
        Command::Merge { table: a.id, parts: vec![part(3), part(5)] },
        // While the merge runs: flushes of its own table and of another, and a drop.
        Command::Flush { table: a.id },
        Command::Flush { table: b.id },
        write(&b, None, &rows(300..310)),
        Command::DropParts { table: b.id, parts: vec![part(10)] },
        write(&a, Some(4), &rows(400..410)),
    ];
    commands.into_iter().enumerate().map(|(i, c)| entry(0, i as u64, c)).collect()
}

fn apply(shard: &Shard, log: &[Entry]) {
    for (i, e) in log.iter().enumerate() {
        if shard.applied().is_none_or(|p| p.index.0 < i as u64) {
            shard.apply(at(i as u64), e).unwrap();
        }
    }
}

/// Runs the log up to the merge, which is held back before it writes until `meanwhile` has returned.
fn with_merge_held_back(env: &Env, log: &[Entry], meanwhile: impl FnOnce(&Shard)) -> Arc<Shard> {
    let merged = |path: &str| path.ends_with(&format!("{MERGE}-0.part"));
    let gate = Gated::new(Arc::clone(&env.disk), merged);
    let env = Env { disk: Arc::new(gate.clone()), ..env.clone() };
    let shard = Shard::open(&env, "groups/1", GroupId(1), options()).unwrap();
    for i in 0..=MERGE as usize {
        apply(&shard, &log[..=i]);
        while shard.run_job(Lane::Flush).unwrap() {}
    }
    gate.close_after(0);
    let merging = Arc::clone(&shard);
    let merge = move || {
        let ran = merging.run_job(Lane::Merge);
        assert!(matches!(ran, Ok(true)), "{ran:?}");
    };
    let thread = env.spawner.spawn("merge", olly_env::Priority::Normal, Box::new(merge)).unwrap();
    gate.wait_for_waiter();
    meanwhile(&shard);
    gate.open();
    thread.join().unwrap();
    shard
}

#[test]
fn a_flush_waits_for_no_merge() {
    let log = log();
    let disk = SimDisk::new();
    let shard = with_merge_held_back(&env(&disk), &log, |shard| {
        apply(shard, &log);
        // Nothing else can be merged, everything else can be done: the flushes of both tables and the drop.
        assert!(!shard.run_job(Lane::Merge).unwrap());
        let mut ran = 0;
        while shard.run_job(Lane::Flush).unwrap() {
            ran += 1;
        }
        assert_eq!(ran, 3);
        let parts: Vec<u64> = shard.parts().iter().map(|p| p.id.index.0).collect();
        assert_eq!(parts, [3, 5, 9], "the merge's inputs and the flushed part; the other table's is dropped");
    });
    assert_eq!(shard.parts().iter().map(|p| p.id.index.0).collect::<Vec<_>>(), [8, 9]);
    let want = shard.state_hash().unwrap();
    drop(shard);
    // The same log, one job after the other, gives the same: so do the files of both after a restart.
    let other = SimDisk::new();
    let shard = open(&env(&other));
    for i in 0..log.len() {
        apply(&shard, &log[..=i]);
        run_all(&shard);
    }
    assert_eq!(shard.state_hash().unwrap(), want);
    drop(shard);
    for disk in [&disk, &other] {
        let shard = open(&env(disk));
        apply(&shard, &log);
        run_all(&shard);
        assert_eq!(shard.state_hash().unwrap(), want);
        assert_eq!(shard.parts().iter().map(|p| p.id.index.0).collect::<Vec<_>>(), [8, 9]);
        assert_eq!(check_group(&env(disk), "groups/1").findings, []);
    }
    let part = |disk: &SimDisk| disk.peek("groups/1/parts/8-0.part");
    assert_eq!(part(&disk).unwrap(), part(&other).unwrap(), "the merged part is the same, whatever ran beside it");
}

#[test]
fn a_crash_while_both_lanes_work_loses_nothing() {
    let log = log();
    let mut cases = 0;
    let disk = SimDisk::new();
    disk.keep_moments();
    let shard = with_merge_held_back(&env(&disk), &log, |shard| {
        for i in MERGE as usize + 1..log.len() {
            apply(shard, &log[..=i]);
            while shard.run_job(Lane::Flush).unwrap() {}
        }
    });
    let want = shard.state_hash().unwrap();
    drop(shard);
    for (n, (_, moment)) in disk.take_moments().into_iter().enumerate() {
        for policy in [CrashPolicy::DropAll, CrashPolicy::KeepAll, CrashPolicy::Sampled, CrashPolicy::Sampled] {
            let again = moment.after_crash(policy, cases);
            let shard = open(&env(&again));
            apply(&shard, &log);
            run_all(&shard);
            assert_eq!(shard.state_hash().unwrap(), want, "moment {n}, {policy:?} with seed {cases}");
            drop(shard);
            let report = check_group(&env(&again), "groups/1");
            assert!(report.findings.is_empty(), "moment {n}, {policy:?} with seed {cases}: {report:?}");
            cases += 1;
        }
    }
    println!("{cases} crashes while a merge and flushes overlap");
    assert!(cases >= 100, "{cases}");
}

#[test]
fn a_merge_is_given_up_when_the_node_closes() {
    let disk = SimDisk::new();
    let shard = open(&env(&disk));
    let table = logs(1);
    let part = |index: u64| PartId { group: GroupId(1), index: LogIndex(index), ordinal: 0 };
    let commands = [
        Command::RegisterSchema(table.clone()),
        write(&table, None, &rows(0..1000)),
        Command::Flush { table: table.id },
        write(&table, None, &rows(1000..2000)),
        Command::Flush { table: table.id },
        Command::Merge { table: table.id, parts: vec![part(2), part(4)] },
    ];
    let log: Vec<Entry> = commands.into_iter().enumerate().map(|(i, c)| entry(0, i as u64, c)).collect();
    apply(&shard, &log);
    while shard.run_job(Lane::Flush).unwrap() {}
    let want = shard.state_hash().unwrap();
    shard.close();
    assert_eq!(shard.run_job(Lane::Merge), Err(olly_storage::Error::Closing));
    drop(shard);
    assert_eq!(disk.files().iter().filter(|f| f.ends_with(".part")).count(), 2, "nothing of it remains");
    let shard = open(&env(&disk));
    apply(&shard, &log);
    run_all(&shard);
    assert_eq!((shard.parts().len(), shard.state_hash().unwrap()), (1, want));
}
