//! Crashes, full disks, I/O errors and damage: nothing that the log or the manifest holds is lost, nothing wrong is read.

use crate::common::*;
use olly_env::sim::{CrashPolicy, Fault, SimClock, SimDisk};
use olly_env::{Disk, DiskError, Env};
use olly_storage::Error;
use olly_storage::check::check_group;
use olly_storage::shard::Shard;
use olly_types::command::{Command, Entry};
use olly_types::{GroupId, PartId};
use std::sync::Arc;

fn env(disk: &SimDisk) -> Env {
    Env::sim_with(1, Arc::new(disk.clone()), Arc::new(SimClock::new()))
}

fn rows(range: std::ops::Range<u64>) -> Vec<Vec<olly_types::Value>> {
    range.map(log_row).collect()
}

/// A log with everything in it; part ids follow from the positions.
fn script() -> Vec<Entry> {
    let (a, b) = (logs(1), logs(2));
    let part = |index: u64| PartId { group: GroupId(1), index: olly_types::LogIndex(index), ordinal: 0 };
    let commands = vec![
        Command::RegisterSchema(a.clone()),
        Command::RegisterSchema(b.clone()),
        write(&a, Some(1), &rows(0..60)),
        write(&b, None, &rows(100..120)),
        Command::Flush { table: a.id }, // 4
        write(&a, Some(2), &rows(60..90)),
        Command::Flush { table: a.id }, // 6
        write(&a, Some(1), &rows(0..60)),
        write(&b, Some(3), &rows(120..140)),
        Command::Flush { table: b.id }, // 9
        Command::Merge { table: a.id, parts: vec![part(4), part(6)] },
        write(&a, None, &rows(200..220)),
        Command::Truncate(b.id),
        write(&b, Some(3), &rows(300..330)),
        Command::Flush { table: a.id }, // 14
        Command::Flush { table: b.id }, // 15
        Command::DropParts { table: a.id, parts: vec![part(14)] },
        write(&a, Some(2), &rows(60..90)),
        write(&a, None, &rows(400..410)),
    ];
    commands.into_iter().enumerate().map(|(i, c)| entry(0, i as u64, c)).collect()
}

/// Opens the shard and applies what the log has after it, jobs being run as they come.
fn replay(env: &Env, log: &[Entry]) -> Result<Arc<Shard>, Error> {
    let shard = Shard::open(env, "groups/1", GroupId(1), options())?;
    let from = shard.applied().map_or(0, |p| p.index.0 + 1);
    for (i, e) in log.iter().enumerate().skip(from as usize) {
        shard.apply(at(i as u64), e)?;
        // Some entries pile up before the worker comes to them.
        if i % 3 != 0 {
            while run_job(&shard)? {}
        }
    }
    while run_job(&shard)? {}
    Ok(shard)
}

#[test]
fn a_crash_at_any_operation_loses_nothing() {
    let log = script();
    let disk = SimDisk::new();
    let want = replay(&env(&disk), &log).unwrap().state_hash().unwrap();
    let operations = disk.counts().mutations;
    let mut cases = 0;
    for at in 0..operations {
        for (n, policy) in [CrashPolicy::DropAll, CrashPolicy::KeepAll, CrashPolicy::Sampled, CrashPolicy::Sampled]
            .into_iter()
            .enumerate()
        {
            let disk = SimDisk::new();
            disk.set_fault(Some(Fault::crash(at)));
            let result = replay(&env(&disk), &log);
            assert!(disk.has_crashed() || result.is_ok());
            let again = disk.after_crash(policy, at * 7 + n as u64);
            // Every fifth time the recovery crashes too.
            let again = if (at + n as u64).is_multiple_of(5) {
                again.set_fault(Some(Fault::crash((at * 13 + n as u64) % 40)));
                let _ = replay(&env(&again), &log);
                again.after_crash(policy, at + 1)
            } else {
                again
            };
            let shard = replay(&env(&again), &log).unwrap_or_else(|e| panic!("crash at {at} {policy:?} ({n}): {e}"));
            assert_eq!(shard.state_hash().unwrap(), want, "crash at {at} {policy:?} ({n})");
            drop(shard);
            let report = check_group(&env(&again), "groups/1");
            assert!(report.findings.is_empty(), "crash at {at} {policy:?}: {report:?}");
            cases += 1;
        }
    }
    println!("{cases} crash cases over {operations} operations");
    assert!(cases >= 200, "{cases}");
}

#[test]
fn a_full_disk_passes() {
    let log = script();
    let want = replay(&env(&SimDisk::new()), &log).unwrap().state_hash().unwrap();
    let mut met = 0;
    for at in 0..400 {
        let disk = SimDisk::new();
        let e = env(&disk);
        let Ok(shard) = Shard::open(&e, "groups/1", GroupId(1), options()) else { panic!() };
        let base = disk.counts().mutations;
        disk.set_fault(Some(Fault::enospc(base + at)));
        let mut failed = false;
        for (i, e) in log.iter().enumerate() {
            shard.apply(crate::common::at(i as u64), e).unwrap();
            loop {
                match run_job(&shard) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(e) => {
                        assert!(e.is_full(), "operation {at}: {e}");
                        assert!(shard.admission().is_err());
                        failed = true;
                    }
                }
            }
        }
        assert_eq!(shard.state_hash().unwrap(), want, "operation {at}");
        assert!(shard.admission().is_ok());
        drop(shard);
        let reached = disk.counts().mutations > base + at;
        disk.set_fault(None);
        // The operation may have been the removal of a file; the next start removes it.
        drop(Shard::open(&e, "groups/1", GroupId(1), options()).unwrap());
        let report = check_group(&e, "groups/1");
        assert!(report.findings.is_empty() && report.orphans.is_empty(), "operation {at}: {report:?}");
        if !reached {
            break;
        }
        met += u32::from(failed);
    }
    println!("{met} operations met a full disk");
    assert!(met > 20, "{met}");
}

#[test]
fn an_io_error_stops_the_shard() {
    let log = script();
    let disk = SimDisk::new();
    let want = replay(&env(&disk), &log).unwrap().state_hash().unwrap();
    let operations = disk.counts().mutations;
    for at in 0..operations {
        let disk = SimDisk::new();
        disk.set_fault(Some(Fault::eio(at)));
        let e = env(&disk);
        let stopped = (|| -> Result<(), Error> {
            let shard = Shard::open(&e, "groups/1", GroupId(1), options())?;
            for (i, entry) in log.iter().enumerate() {
                shard.apply(crate::common::at(i as u64), entry)?;
                match (|| -> Result<(), Error> {
                    while run_job(&shard)? {}
                    Ok(())
                })() {
                    Ok(()) => {}
                    Err(first) => {
                        assert!(matches!(first, Error::Disk(DiskError::Io { .. })), "operation {at}: {first}");
                        let next = crate::common::at(i as u64 + 1);
                        let refused = log.get(i + 1).map(|e| shard.apply(next, e));
                        assert!(matches!(refused, None | Some(Err(Error::Poisoned(_)))), "operation {at}");
                        return Err(first);
                    }
                }
            }
            Ok(())
        })();
        let again = disk.after_crash(CrashPolicy::Sampled, at);
        let shard = replay(&env(&again), &log).unwrap_or_else(|e| panic!("EIO at {at} ({stopped:?}): {e}"));
        assert_eq!(shard.state_hash().unwrap(), want, "EIO at {at}");
    }
}

#[test]
fn damage_is_found_and_never_read_as_rows() {
    let table = logs(1);
    let disk = SimDisk::new();
    let e = env(&disk);
    let log: Vec<Entry> = [
        Command::RegisterSchema(table.clone()),
        write(&table, Some(1), &rows(0..700)),
        Command::Flush { table: table.id },
        write(&table, Some(2), &rows(700..900)),
        Command::Flush { table: table.id },
    ]
    .into_iter()
    .enumerate()
    .map(|(i, c)| entry(0, i as u64, c))
    .collect();
    let shard = replay(&e, &log).unwrap();
    let want = ordered(read(&shard, 0, &table));
    drop(shard);
    assert_eq!(check_group(&e, "groups/1").findings, []);
    let files = disk.files();
    assert!(files.iter().any(|f| f.ends_with(".part")) && files.iter().any(|f| f.contains("MANIFEST")));
    let mut flips = std::collections::BTreeMap::<&str, u32>::new();
    for file in &files {
        let kind = if file.ends_with(".part") {
            "part"
        } else if file.contains("MANIFEST") {
            "manifest"
        } else {
            "CURRENT"
        };
        let size = disk.peek(file).unwrap().len() as u64;
        let points = 500.min(size);
        for n in 0..points {
            let offset = n * size / points;
            let bit = (n % 8) as u8;
            let damaged = disk.after_kill();
            assert!(damaged.flip_bit(file, offset, bit));
            let e = env(&damaged);
            let report = check_group(&e, "groups/1");
            assert!(!report.findings.is_empty(), "{file} at {offset} bit {bit} not found");
            if n % 10 == 0 {
                // Whoever reads it gets an error or the right rows.
                if let Ok(shard) = Shard::open(&e, "groups/1", GroupId(1), options()) {
                    assert_eq!(shard.flushed_through(), Some(at(4)), "{file} at {offset}");
                    match read_with(&shard, 0, &table, &Default::default()) {
                        Ok(got) => assert_eq!(ordered(got), want, "{file} at {offset} bit {bit}"),
                        Err(e) => assert_eq!(e.code, olly_types::Code::CorruptedData, "{e}"),
                    }
                }
            }
            *flips.entry(kind).or_default() += 1;
        }
    }
    println!("bits flipped: {flips:?}");
    assert!(flips["part"] >= 1000 && flips["manifest"] >= 500);
}

/// A shard of four small parts, and their files.
fn four_parts() -> (SimDisk, Arc<olly_types::TableSchema>, Arc<Shard>) {
    let (table, disk) = (logs(1), SimDisk::new());
    let mut commands = vec![Command::RegisterSchema(table.clone())];
    for n in 0..4 {
        commands.push(write(&table, None, &rows(n * 100..n * 100 + 100)));
        commands.push(Command::Flush { table: table.id });
    }
    let log: Vec<Entry> = commands.into_iter().enumerate().map(|(i, c)| entry(0, i as u64, c)).collect();
    let shard = replay(&env(&disk), &log).unwrap();
    (disk, table, shard)
}

#[test]
fn a_merge_that_fails_blames_the_damaged_part_alone() {
    let (disk, table, shard) = four_parts();
    let parts: Vec<PartId> = shard.parts().iter().map(|p| p.id).collect();
    assert_eq!(parts.len(), 4);
    // Behind the header: a page.
    assert!(disk.flip_bit("groups/1/parts/4-0.part", 200, 3));
    let merge = |at: u64, parts: &[PartId]| {
        let command = Command::Merge { table: table.id, parts: parts.to_vec() };
        shard.apply(crate::common::at(at), &entry(0, at, command)).unwrap();
        run_all(&shard);
    };
    merge(9, &parts);
    assert_eq!((shard.metrics().parts, shard.metrics().damaged_parts), (4, 1));
    assert!(read_with(&shard, 0, &table, &Default::default()).unwrap_err().message.contains("4-0.part"));
    // The others are merged when it is time to, and it is left out.
    let due = shard.needs(olly_types::UnixNanos(TIME + 3_600_000_000_000), Default::default());
    let others: Vec<PartId> = parts.iter().filter(|p| p.index.0 != 4).copied().collect();
    let [Command::Merge { parts: picked, .. }] = &due[..] else { panic!("{due:?}") };
    assert_eq!(*picked, others);
    merge(10, &others);
    assert_eq!((shard.metrics().parts, shard.metrics().damaged_parts), (2, 1));
}

#[test]
fn damage_that_a_query_meets_is_counted_and_not_merged() {
    let (disk, table, shard) = four_parts();
    assert!(disk.flip_bit("groups/1/parts/4-0.part", 200, 3));
    assert_eq!(shard.metrics().damaged_parts, 0);
    assert!(read_with(&shard, 0, &table, &Default::default()).unwrap_err().message.contains("4-0.part"));
    assert_eq!(shard.metrics().damaged_parts, 1);
    let due = shard.needs(olly_types::UnixNanos(TIME + 3_600_000_000_000), Default::default());
    let [Command::Merge { parts, .. }] = &due[..] else { panic!("{due:?}") };
    assert!(parts.len() == 3 && parts.iter().all(|p| p.index.0 != 4), "{parts:?}");
}

#[test]
fn a_manifest_that_lost_its_end_is_named_and_not_the_part_that_it_still_names() {
    let (disk, table, shard) = four_parts();
    let parts: Vec<PartId> = shard.parts().iter().map(|p| p.id).collect();
    let before = disk.peek("groups/1/MANIFEST-1").unwrap().len();
    let command = Command::Merge { table: table.id, parts };
    shard.apply(at(9), &entry(0, 9, command)).unwrap();
    run_all(&shard);
    assert_eq!(shard.metrics().parts, 1);
    drop(shard);
    assert_eq!(check_group(&env(&disk), "groups/1").findings, []);
    disk.open("groups/1/MANIFEST-1", olly_env::Open::WRITE).unwrap().set_len(before as u64).unwrap();
    let told = check_group(&env(&disk), "groups/1").findings;
    assert!(
        told.len() == 1 && told[0].file == "groups/1/MANIFEST-1" && told[0].message.contains("9-0.part"),
        "{told:?}"
    );
    // A node says the same, and keeps the file that has the rows.
    for _ in 0..2 {
        let shard = Shard::open(&env(&disk), "groups/1", GroupId(1), options()).unwrap();
        let e = read_with(&shard, 0, &table, &Default::default()).unwrap_err();
        let named = ["groups/1/MANIFEST-1", "9-0.part", "DROP TABLE", "docs/operate/damage.md"];
        assert!(named.iter().all(|w| e.message.contains(w)), "{e}");
        assert!(disk.files().contains(&"groups/1/parts/9-0.part".to_string()));
    }
}
