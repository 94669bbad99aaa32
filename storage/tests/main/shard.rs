//! What a shard promises: rows are there at once, stay over restarts, merges and snapshots, and belong to their tenant.

use crate::common::*;
use olly_env::Env;
use olly_env::sim::{SimClock, SimDisk};
use olly_storage::shard::LogHeld;
use olly_types::command::{Command, Entry};
use olly_types::port::{Access, Bound, Prune, ScanColumn, ScanRequest, Written};
use olly_types::{ColumnId, TenantId, UnixNanos, Value};
use std::sync::Arc;

fn rows(range: std::ops::Range<u64>) -> Vec<Vec<Value>> {
    range.map(log_row).collect()
}

#[test]
fn rows_survive_flush_merge_and_restart() {
    let disk = Arc::new(SimDisk::new());
    let env = Env::sim_with(1, disk, Arc::new(SimClock::new()));
    let table = logs(1);
    let mut log: Vec<Entry> = vec![entry(0, 0, Command::RegisterSchema(table.clone()))];
    for i in 0..12u64 {
        let n = log.len() as u64;
        log.push(entry(0, n, write(&table, None, &rows(i * 700..(i + 1) * 700))));
        if i % 3 == 2 {
            let n = log.len() as u64;
            log.push(entry(0, n, Command::Flush { table: table.id }));
        }
    }
    let want = ordered(rows(0..8400));
    let shard = open(&env);
    for (i, e) in log.iter().enumerate() {
        shard.apply(at(i as u64), e).unwrap();
    }
    assert_eq!(ordered(read(&shard, 0, &table)), want);
    let hash = shard.state_hash().unwrap();
    run_all(&shard);
    assert_eq!(ordered(read(&shard, 0, &table)), want);
    assert_eq!(shard.state_hash().unwrap(), hash);
    assert_eq!(shard.flushed_through(), Some(at(log.len() as u64 - 1)));
    assert!(shard.parts().len() >= 5, "{}", shard.parts().len());
    // Merge each partition.
    let mut by_partition: std::collections::BTreeMap<String, Vec<_>> = Default::default();
    for p in shard.parts() {
        by_partition.entry(p.partition.clone()).or_default().push(p.id);
    }
    assert_eq!(by_partition.keys().cloned().collect::<Vec<_>>(), ["2024-10-04", "2024-10-05"]);
    for parts in by_partition.into_values().filter(|p| p.len() > 1) {
        let n = log.len() as u64;
        log.push(entry(0, n, Command::Merge { table: table.id, parts }));
        shard.apply(at(n), &log[n as usize]).unwrap();
    }
    run_all(&shard);
    assert_eq!(shard.parts().len(), 2);
    assert_eq!(ordered(read(&shard, 0, &table)), want);
    assert_eq!(shard.state_hash().unwrap(), hash);
    drop(shard);
    let shard = open(&env);
    assert_eq!(ordered(read(&shard, 0, &table)), want);
    assert_eq!(shard.state_hash().unwrap(), hash);
}

#[test]
fn a_replay_of_any_suffix_changes_nothing() {
    let env = Env::sim(2);
    let (a, b) = (logs(1), logs(2));
    let commands = vec![
        Command::RegisterSchema(a.clone()),
        Command::RegisterSchema(b.clone()),
        write(&a, Some(7), &rows(0..100)),
        write(&b, Some(8), &rows(0..50)),
        write(&a, Some(7), &rows(0..100)),
        Command::Flush { table: a.id },
        write(&a, Some(9), &rows(100..150)),
        write(&b, Some(8), &rows(0..50)),
        write(&a, Some(9), &rows(100..150)),
        Command::Flush { table: a.id },
        Command::Truncate(b.id),
        write(&b, Some(8), &rows(50..60)),
        write(&a, None, &rows(200..210)),
    ];
    let log: Vec<Entry> = commands.into_iter().enumerate().map(|(i, c)| entry(0, i as u64, c)).collect();
    let shard = open(&env);
    let mut written = Vec::new();
    for (i, e) in log.iter().enumerate() {
        written.extend(shard.apply(at(i as u64), e).unwrap().written);
        // b's rows are never flushed, so the log is kept from its first row on.
        run_all(&shard);
    }
    use Written::{Duplicate, Stored};
    assert_eq!(written, [Stored, Stored, Duplicate, Stored, Duplicate, Duplicate, Stored, Stored]);
    let hash = shard.state_hash().unwrap();
    let (want_a, want_b) = (ordered(read(&shard, 0, &a)), ordered(read(&shard, 0, &b)));
    assert_eq!((want_a.len(), want_b.len()), (160, 10));
    drop(shard);
    for _ in 0..3 {
        let shard = open(&env);
        let from = shard.applied().map_or(0, |p| p.index.0 + 1);
        for (i, e) in log.iter().enumerate().skip(from as usize) {
            shard.apply(at(i as u64), e).unwrap();
            run_all(&shard);
        }
        assert_eq!(shard.state_hash().unwrap(), hash, "from {from}");
        assert_eq!(ordered(read(&shard, 0, &a)), want_a);
        assert_eq!(ordered(read(&shard, 0, &b)), want_b);
    }
}

#[test]
fn tenants_see_only_their_rows() {
    let env = Env::sim(3);
    let table = logs(1);
    let shard = open(&env);
    shard.apply(at(0), &entry(0, 0, Command::RegisterSchema(table.clone()))).unwrap();
    let mut index = 1;
    for round in 0..2 {
        for tenant in [5u32, 0, 9] {
            let range = u64::from(tenant) * 1000 + round * 300..u64::from(tenant) * 1000 + round * 300 + 300;
            shard.apply(at(index), &entry(tenant, index, write(&table, None, &rows(range)))).unwrap();
            index += 1;
        }
        shard.apply(at(index), &entry(0, index, Command::Flush { table: table.id })).unwrap();
        index += 1;
    }
    let check = |shard: &olly_storage::shard::Shard| {
        for tenant in [0u32, 5, 9] {
            let range = u64::from(tenant) * 1000..u64::from(tenant) * 1000 + 600;
            assert_eq!(ordered(read(shard, tenant, &table)), ordered(rows(range)), "tenant {tenant}");
            let snapshot = shard.snapshot(TenantId(tenant), table.id).unwrap();
            assert_eq!(snapshot.exact_rows(), Some(600));
        }
        assert!(read(shard, 1, &table).is_empty());
    };
    check(&shard);
    run_all(&shard);
    check(&shard);
    let mut partitions: std::collections::BTreeMap<String, Vec<_>> = Default::default();
    for p in shard.parts() {
        partitions.entry(p.partition).or_default().push(p.id);
    }
    for parts in partitions.into_values() {
        shard.apply(at(index), &entry(0, index, Command::Merge { table: table.id, parts })).unwrap();
        index += 1;
    }
    run_all(&shard);
    check(&shard);
}

fn scan_column(id: u32, access: Access) -> ScanColumn {
    ScanColumn { column: ColumnId(id), access }
}

#[test]
fn pruning_skips_granules_and_never_rows() {
    let env = Env::sim(4);
    let table = logs(1);
    let shard = open(&env);
    shard.apply(at(0), &entry(0, 0, Command::RegisterSchema(table.clone()))).unwrap();
    shard.apply(at(1), &entry(0, 1, write(&table, None, &rows(0..20_000)))).unwrap();
    shard.apply(at(2), &entry(0, 2, Command::Flush { table: table.id })).unwrap();
    run_all(&shard);
    let all = rows(0..20_000);
    let snapshot = shard.snapshot(TenantId(0), table.id).unwrap();
    let whole = |id| scan_column(id, Access::Whole);
    let day = 20_001i64 * 86_400_000_000_000;
    let trace = all[17_777][6].clone();
    let cases: Vec<(Prune, Box<dyn Fn(&Vec<Value>) -> bool>, u64)> = vec![
        (
            Prune::Range {
                column: whole(2),
                low: Some(Bound { value: Value::Int(day), inclusive: true }),
                high: Some(Bound { value: Value::Int(day + 1_000_000_000), inclusive: false }),
            },
            Box::new(move |r| matches!(r[1], Value::Int(t) if t >= day && t < day + 1_000_000_000)),
            12,
        ),
        (
            Prune::In { column: whole(3), values: vec![Value::bytes("svc-3")] },
            Box::new(|r| r[2] == Value::bytes("svc-3")),
            16,
        ),
        (Prune::In { column: whole(3), values: vec![Value::bytes("none")] }, Box::new(|_| false), 0),
        (Prune::In { column: whole(7), values: vec![trace.clone()] }, Box::new(move |r| r[6] == trace), 8),
        (
            Prune::In {
                column: scan_column(5, Access::MapValue((*b"absent").into())),
                values: vec![Value::bytes("x")],
            },
            Box::new(|_| false),
            0,
        ),
    ];
    for (prune, holds, most) in cases {
        let request = ScanRequest { prune: vec![prune.clone()], ..ScanRequest::default() };
        let plan = snapshot.plan(&request).unwrap();
        assert!(plan.granules_total >= 40 && plan.granules_read <= most, "{prune:?}: {plan:?}");
        let got = read_with(&shard, 0, &table, &request).unwrap();
        let want: Vec<_> = all.iter().filter(|r| holds(r)).cloned().collect();
        assert_eq!(ordered(got.into_iter().filter(|r| holds(r)).collect()), ordered(want), "{prune:?}");
    }
}

#[test]
fn one_key_of_a_map_reads_its_own_column() {
    let env = Env::sim(5);
    let table = schema(1, vec![column(1, "m", "Map(LowCardinality(String), String)")], &[], &[], None);
    let shard = open(&env);
    shard.apply(at(0), &entry(0, 0, Command::RegisterSchema(table.clone()))).unwrap();
    let row = |i: u64| {
        let mut pairs = vec![(Value::bytes("code"), Value::bytes(format!("{}", i % 7)))];
        pairs.push((
            Value::bytes("blob"),
            Value::bytes(format!("{:064x}", u128::from(i).wrapping_mul(0xDEAD_BEEF_1234_5678_9ABC_DEF1))),
        ));
        // More keys than sub-columns.
        pairs.push((Value::bytes(format!("rare{}", i % 300)), Value::bytes(format!("r{i}"))));
        if i.is_multiple_of(5) {
            pairs.remove(0);
        }
        vec![Value::Map(pairs.into())]
    };
    let all: Vec<_> = (0..3000).map(row).collect();
    let check = |shard: &olly_storage::shard::Shard, packed: bool| {
        let snapshot = shard.snapshot(TenantId(0), table.id).unwrap();
        let read = |access: Access| {
            let request = ScanRequest { columns: vec![scan_column(1, access)], ..ScanRequest::default() };
            let (mut values, mut bytes) = (Vec::new(), 0);
            for mut s in snapshot.scan(&request, 1).unwrap() {
                while let Some(b) = s.next_batch().unwrap() {
                    bytes += b.read_bytes;
                    values.push(b.arrays[0].clone());
                }
            }
            let refs: Vec<&dyn arrow::array::Array> = values.iter().map(|a| &**a).collect();
            (arrow::compute::concat(&refs).unwrap(), bytes)
        };
        let text = olly_types::Type::String;
        let find = |r: &Vec<Value>, key: &str| match &r[0] {
            Value::Map(m) => m.iter().find(|(k, _)| *k == Value::bytes(key)).map(|(_, v)| v.clone()),
            _ => None,
        };
        let (_, whole) = read(Access::Whole);
        for key in ["code", "blob", "rare7", "rare299", "absent"] {
            let (got, bytes) = read(Access::MapValue(key.as_bytes().into()));
            let (has, _) = read(Access::MapContains(key.as_bytes().into()));
            for (i, r) in all.iter().enumerate() {
                let want = find(r, key).unwrap_or(Value::bytes(""));
                assert_eq!(olly_types::value::value_at(&got, i, &text).unwrap(), want, "{key} row {i}");
                let has = olly_types::value::value_at(&has, i, &olly_types::Type::UInt8).unwrap();
                assert_eq!(has, Value::UInt(u64::from(find(r, key).is_some())));
            }
            if packed && key == "code" {
                assert!(bytes * 4 < whole, "{bytes} of {whole} bytes for one key");
            }
        }
        let (sizes, keys_only) = read(Access::Size);
        let (keys, _) = read(Access::MapKeys);
        let key_type = olly_types::Type::parse("Array(LowCardinality(String))").unwrap();
        for (i, r) in all.iter().enumerate() {
            let Value::Map(m) = &r[0] else { panic!() };
            let want = Value::Array(m.iter().map(|(k, _)| k.clone()).collect());
            assert_eq!(olly_types::value::value_at(&keys, i, &key_type).unwrap(), want);
            assert_eq!(
                olly_types::value::value_at(&sizes, i, &olly_types::Type::UInt64).unwrap(),
                Value::UInt(m.len() as u64)
            );
        }
        if packed {
            assert!(keys_only * 4 < whole, "{keys_only} of {whole} bytes for sizes");
        }
    };
    shard.apply(at(1), &entry(0, 1, write(&table, None, &all))).unwrap();
    check(&shard, false);
    shard.apply(at(2), &entry(0, 2, Command::Flush { table: table.id })).unwrap();
    run_all(&shard);
    check(&shard, true);
}

#[test]
fn added_columns_come_as_defaults_from_older_parts() {
    let env = Env::sim(6);
    let first = logs(1);
    let mut second = (*first).clone();
    second.version = olly_types::SchemaVersion(2);
    second.columns.push(column(8, "added", "LowCardinality(String)"));
    second.columns.push(column(9, "flag", "Nullable(UInt8)"));
    let second = Arc::new(second);
    let shard = open(&env);
    shard.apply(at(0), &entry(0, 0, Command::RegisterSchema(first.clone()))).unwrap();
    shard.apply(at(1), &entry(0, 1, write(&first, None, &rows(0..50)))).unwrap();
    shard.apply(at(2), &entry(0, 2, Command::Flush { table: first.id })).unwrap();
    shard.apply(at(3), &entry(0, 3, write(&first, None, &rows(50..80)))).unwrap();
    shard.apply(at(4), &entry(0, 4, Command::RegisterSchema(second.clone()))).unwrap();
    let newer = |i: u64| {
        let mut r = log_row(i);
        r.push(Value::bytes("x"));
        r.push(Value::UInt(1));
        r
    };
    let older = |i: u64| {
        let mut r = log_row(i);
        r.push(Value::bytes(""));
        r.push(Value::Null);
        r
    };
    shard.apply(at(5), &entry(0, 5, write(&second, None, &(80..99).map(newer).collect::<Vec<_>>()))).unwrap();
    let want = ordered((0..80).map(older).chain((80..99).map(newer)).collect());
    assert_eq!(ordered(read(&shard, 0, &second)), want);
    let hash = shard.state_hash().unwrap();
    shard.apply(at(6), &entry(0, 6, Command::Flush { table: first.id })).unwrap();
    run_all(&shard);
    assert_eq!(ordered(read(&shard, 0, &second)), want);
    let parts = shard.parts().iter().map(|p| p.id).collect();
    shard.apply(at(7), &entry(0, 7, Command::Merge { table: first.id, parts })).unwrap();
    run_all(&shard);
    assert_eq!(shard.parts().len(), 1);
    assert_eq!(ordered(read(&shard, 0, &second)), want);
    assert_eq!(shard.state_hash().unwrap(), hash);
}

#[test]
fn a_pinned_part_outlives_its_merge() {
    let disk = Arc::new(SimDisk::new());
    let env = Env::sim_with(7, disk.clone(), Arc::new(SimClock::new()));
    let table = logs(1);
    let shard = open(&env);
    shard.apply(at(0), &entry(0, 0, Command::RegisterSchema(table.clone()))).unwrap();
    for i in 0..2u64 {
        shard.apply(at(1 + 2 * i), &entry(0, 1 + 2 * i, write(&table, None, &rows(i * 100..i * 100 + 100)))).unwrap();
        shard.apply(at(2 + 2 * i), &entry(0, 2 + 2 * i, Command::Flush { table: table.id })).unwrap();
        run_all(&shard);
    }
    let before = shard.snapshot(TenantId(0), table.id).unwrap();
    let parts = shard.parts().iter().map(|p| p.id).collect();
    shard.apply(at(5), &entry(0, 5, Command::Merge { table: table.id, parts })).unwrap();
    run_all(&shard);
    let files = || disk.files().into_iter().filter(|f| f.ends_with(".part")).count();
    assert_eq!(files(), 3);
    assert_eq!(before.exact_rows(), Some(200));
    let request =
        ScanRequest { columns: vec![scan_column(4, Access::Whole)], batch_rows: 30, ..ScanRequest::default() };
    let mut n = 0;
    for mut s in before.scan(&request, 4).unwrap() {
        while let Some(b) = s.next_batch().unwrap() {
            assert!(b.rows <= 30);
            n += b.rows;
        }
    }
    assert_eq!(n, 200);
    drop(before);
    assert_eq!(files(), 1);
}

#[test]
fn a_snapshot_makes_an_equal_shard() {
    let table = logs(1);
    let log: Vec<Entry> = [
        Command::RegisterSchema(table.clone()),
        write(&table, Some(1), &rows(0..500)),
        Command::Flush { table: table.id },
        write(&table, Some(2), &rows(500..700)),
        write(&table, Some(1), &rows(0..500)),
    ]
    .into_iter()
    .enumerate()
    .map(|(i, c)| entry(0, i as u64, c))
    .collect();
    let (one, two) = (open(&Env::sim(8)), open(&Env::sim(9)));
    for (i, e) in log.iter().enumerate() {
        one.apply(at(i as u64), e).unwrap();
        run_all(&one);
    }
    one.apply_membership(at(5), Arc::from(&b"members"[..])).unwrap();
    two.apply(at(0), &log[0]).unwrap();
    two.apply(at(1), &entry(0, 1, write(&table, Some(1), &rows(0..3)))).unwrap();
    let export = one.export().unwrap().unwrap();
    assert_eq!(export.meta.through, at(2));
    let mut install = two.begin_install(&export.manifest).unwrap();
    assert_eq!(install.missing, export.files);
    for f in export.files.clone() {
        let mut at = 0;
        let mut buf = vec![0; 1000];
        while at < f.bytes {
            let n = export.read(f.id, at, &mut buf).unwrap();
            install.write(f.id, at, &buf[..n]).unwrap();
            at += n as u64;
        }
    }
    install.commit().unwrap();
    assert_eq!(two.applied(), Some(at(2)));
    for (i, e) in log.iter().enumerate().skip(3) {
        two.apply(at(i as u64), e).unwrap();
        run_all(&two);
    }
    assert_eq!(one.state_hash().unwrap(), two.state_hash().unwrap());
    assert_eq!(read(&two, 0, &table).len(), 700);
}

#[test]
fn needs_flush_merge_and_drop_what_is_due() {
    let env = Env::sim(10);
    let mut table = (*logs(1)).clone();
    table.ttl = Some(olly_types::schema::Ttl { column: ColumnId(2), seconds: 3600 });
    let table = Arc::new(table);
    let shard = open(&env);
    shard.apply(at(0), &entry(0, 0, Command::RegisterSchema(table.clone()))).unwrap();
    let mut index = 1;
    let mut step = |command| {
        shard.apply(at(index), &entry(0, index, command)).unwrap();
        run_all(&shard);
        index += 1;
    };
    step(write(&table, None, &rows(0..100)));
    let day = |n: i64| UnixNanos((20_000 + n) * 86_400_000_000_000);
    assert!(shard.needs(UnixNanos(TIME), LogHeld::default()).is_empty());
    let late = UnixNanos(TIME + 700 * 1_000_000_000);
    let due = shard.needs(late, LogHeld::default());
    assert!(matches!(due[..], [Command::Flush { .. }]), "{due:?}");
    for i in 0..6u64 {
        step(Command::Flush { table: table.id });
        step(write(&table, None, &rows(100 * i..100 * i + 100)));
    }
    // Time of proposals is far after the rows' own: they are past their TTL by then, so ask as of their day.
    let due = shard.needs(day(0), LogHeld::default());
    let merges: Vec<_> = due.iter().filter(|c| matches!(c, Command::Merge { .. })).cloned().collect();
    assert!(matches!(&merges[..], [Command::Merge { parts, .. }] if parts.len() >= 4), "{due:?}");
    for m in merges {
        step(m);
    }
    assert!(shard.parts().len() <= 2);
    let due = shard.needs(day(3), LogHeld::default());
    let drops: Vec<_> = due.into_iter().filter(|c| matches!(c, Command::DropParts { .. })).collect();
    assert_eq!(drops.len(), 1);
    for d in drops {
        step(d);
    }
    assert!(shard.parts().is_empty());
    assert_eq!(read(&shard, 0, &table).len(), 100);
}
