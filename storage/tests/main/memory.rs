//! What reserves memory, and what happens where there is none (DESIGN D25).

use crate::common::*;
use olly_env::Env;
use olly_env::sim::{SimClock, SimDisk};
use olly_storage::Error;
use olly_storage::shard::{Lane, LogHeld, Shard, ShardOptions};
use olly_types::budget::Budget;
use olly_types::command::Command;
use olly_types::port::ScanRequest;
use olly_types::{Code, GroupId, UnixNanos};
use std::sync::Arc;

fn rows(range: std::ops::Range<u64>) -> Vec<Vec<olly_types::Value>> {
    range.map(log_row).collect()
}

fn shard(budget: &Arc<Budget>, change: impl FnOnce(&mut ShardOptions)) -> (Arc<Shard>, Arc<SimDisk>) {
    let disk = Arc::new(SimDisk::new());
    let env = Env::sim_with(1, disk.clone(), Arc::new(SimClock::new()));
    let mut options = ShardOptions { granule_rows: 512, ..ShardOptions::new(budget) };
    change(&mut options);
    (Shard::open(&env, "groups/1", GroupId(1), options).unwrap(), disk)
}

/// Applies commands from index 0 on.
fn apply(shard: &Shard, commands: Vec<Command>) {
    let from = shard.applied().map_or(0, |p| p.index.0 + 1);
    for (i, c) in (from..).zip(commands) {
        shard.apply(at(i), &entry(0, i, c)).unwrap();
    }
}

#[test]
fn a_flush_goes_on_where_others_hold_everything_and_a_merge_waits() {
    let budget = Budget::root(64 << 20);
    let (shard, _) = shard(&budget, |_| ());
    let table = logs(1);
    apply(&shard, vec![Command::RegisterSchema(table.clone())]);
    let others = budget.reserve(budget.limit() - budget.used()).unwrap();
    // What is committed is in memory, whatever the budget says; it says so.
    for i in 0..2 {
        apply(&shard, vec![write(&table, None, &rows(1000 * i..1000 * i + 1000)), Command::Flush { table: table.id }]);
        assert!(budget.used() > budget.limit());
    }
    while shard.run_job(Lane::Flush).unwrap() {}
    assert_eq!((shard.parts().len(), shard.metrics().memtable_bytes), (2, 0));
    assert_eq!(budget.used(), budget.limit());
    let parts = shard.parts().iter().map(|p| p.id).collect();
    apply(&shard, vec![Command::Merge { table: table.id, parts }]);
    let refused = shard.run_job(Lane::Merge).unwrap_err();
    assert!(matches!(refused, Error::Memory(_)), "{refused}");
    assert_eq!(shard.metrics().jobs, 1, "it stays in the queue");
    drop(others);
    assert!(shard.run_job(Lane::Merge).unwrap());
    assert_eq!(shard.parts().len(), 1);
    let held = budget.used();
    let answered = ordered(read(&shard, 0, &table));
    assert_eq!(answered.len(), 2000);
    assert!(budget.used() > held, "pages are cached");
    // The cache gives way to whoever needs the memory.
    let all = budget.reserve(budget.limit() - held).unwrap();
    assert!(budget.used() <= budget.limit());
    assert_eq!(ordered(read(&shard, 0, &table)), answered, "nothing is cached now");
    drop(all);
}

#[test]
fn a_scan_reserves_what_it_decodes() {
    let (shard, _) = shard(&Budget::root(256 << 20), |_| ());
    let table = logs(1);
    apply(&shard, vec![Command::RegisterSchema(table.clone()), write(&table, None, &rows(0..4000))]);
    let scan = |budget: &Arc<Budget>| {
        let request = ScanRequest { memory: Some(Arc::clone(budget)), ..ScanRequest::default() };
        read_with(&shard, 0, &table, &request)
    };
    for flushed in [false, true] {
        if flushed {
            apply(&shard, vec![Command::Flush { table: table.id }]);
            run_all(&shard);
        }
        let plenty = Budget::root(64 << 20);
        assert_eq!(scan(&plenty).unwrap().len(), 4000);
        assert_eq!(plenty.used(), 0);
        // The rows' own bytes are about 200 each; a stream holds a granule (512 rows) or a batch at a time.
        let least = if flushed { 50 * 512 } else { 100 * 1000 };
        assert!(plenty.peak() > least && plenty.peak() < 16 << 20, "flushed {flushed}: {}", plenty.peak());
        let little = Budget::root(plenty.peak() / 8);
        let refused = scan(&little).unwrap_err();
        assert_eq!(refused.code, Code::MemoryLimitExceeded, "{refused}");
        assert_eq!(little.used(), 0);
    }
}

#[test]
fn memtables_are_flushed_while_there_is_room_for_more() {
    let budget = Budget::root(64 << 20);
    let (shard, _) = shard(&budget, |o| o.memtable_bytes = u64::MAX);
    let (a, b) = (logs(1), logs(2));
    apply(&shard, vec![Command::RegisterSchema(a.clone()), Command::RegisterSchema(b.clone())]);
    let limit = 16 << 20;
    let needs = || shard.needs(UnixNanos(TIME), LogHeld::default());
    let fill = |table, share: u64| {
        let before = shard.metrics().memtable_bytes;
        while (shard.metrics().memtable_bytes - before) * 100 < limit * share {
            apply(&shard, vec![write(table, None, &rows(0..2000))]);
        }
    };
    fill(&a, 30);
    fill(&b, 10);
    assert!(needs().is_empty(), "40 % are no reason");
    fill(&b, 12);
    assert!(matches!(needs()[..], [Command::Flush { table }] if table == a.id), "the largest");
    apply(&shard, needs());
    assert!(needs().is_empty(), "more is closed than is being filled: that must go first");
    fill(&b, 12);
    assert!(matches!(needs()[..], [Command::Flush { table }] if table == b.id));
    apply(&shard, needs());
    assert!(needs().is_empty());
    run_all(&shard);
    assert_eq!(shard.metrics().memtable_bytes, 0);
    fill(&a, 10);
    assert!(needs().is_empty());
}
