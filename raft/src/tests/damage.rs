//! Bit rot in the files of a stopped node (reliability §9 row 5): a flipped bit is found by `ollystack check`, and a node
//! that is started all the same refuses or answers rightly. Never a wrong answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use olly_env::Env;
use olly_env::sim::{SimClock, SimDisk};
use olly_types::command::Command;
use olly_types::port::Patience;
use olly_types::{Code, GroupId};
use olly_wal::Item;

use super::rows::{batch, block, try_ids};
use super::script::{Op, Runner, Seen, open, read, runtime, script, seen};
use crate::check::check_folder;
use crate::write::Ports;

/// Flips of each kind of file.
const FLIPS: u64 = 500;

fn env(disk: &SimDisk) -> Env {
    Env::sim_with(1, Arc::new(disk.clone()), Arc::new(SimClock::new()))
}

/// A node's folder with every kind of file, closed in order; what was in it.
fn stopped() -> (SimDisk, Seen, BTreeMap<u32, Vec<u64>>) {
    let disk = SimDisk::new();
    let (state, rows) = runtime().block_on(async {
        let mut runner = Runner::new(open(&disk).await.unwrap());
        for op in script(7, 60) {
            runner.step(op).await.unwrap();
        }
        let engine = runner.engine.clone();
        engine.snapshot_now().await.unwrap();
        runner.some_writes(20).await;
        let found = (seen(&engine), read(&engine).unwrap());
        engine.close().await;
        found
    });
    (disk, state, rows)
}

/// Live bytes by kind of file: (path, from, to).
fn live(disk: &SimDisk) -> BTreeMap<&'static str, Vec<(String, u64)>> {
    let mut out: BTreeMap<&'static str, Vec<(String, u64)>> = BTreeMap::new();
    for path in disk.files() {
        let kind = match path.rsplit('/').next().unwrap_or_default() {
            "IDENTITY" => "identity",
            "SNAPSHOT" => "catalog snapshot",
            "CURRENT" => "current",
            name if name.starts_with("MANIFEST-") => "manifest",
            name if name.ends_with(".part") => "part",
            _ => continue,
        };
        let size = disk.peek(&path).unwrap().len() as u64;
        out.entry(kind).or_default().push((path, size));
    }
    let mut segment = String::new();
    olly_wal::inspect(disk, "wal", |item| match item {
        Item::Segment { file, .. } => segment = file.to_string(),
        Item::End { offset, .. } => out.entry("log segment").or_default().push((segment.clone(), offset)),
        _ => {}
    })
    .unwrap();
    out
}

/// Offset of the last frame: the empty one that a log is closed with; nothing is lost with it.
fn last_frame(disk: &SimDisk) -> (String, u64) {
    let mut last = (String::new(), 0);
    olly_wal::inspect(disk, "wal", |item| match item {
        Item::Segment { file, .. } => last.0 = file.to_string(),
        Item::Frame { offset, .. } => last.1 = offset,
        _ => {}
    })
    .unwrap();
    last
}

#[test]
fn a_flipped_bit_is_found_and_never_a_wrong_answer() {
    let (disk, state, rows) = stopped();
    assert_eq!(check_folder(&env(&disk)).unwrap().damage, [] as [String; 0]);
    let closing = last_frame(&disk);
    let mut counts: BTreeMap<&str, [u64; 4]> = BTreeMap::new();
    for (kind, files) in live(&disk) {
        let bytes: u64 = files.iter().map(|f| f.1).sum();
        // Small files bit by bit, large ones at even distances.
        let flips = FLIPS.min(bytes * 8);
        for n in 0..flips {
            let mut bit = n * (bytes * 8) / flips + n % 8;
            bit = bit.min(bytes * 8 - 1);
            let mut at = bit / 8;
            let (path, _) = files
                .iter()
                .find(|(_, size)| {
                    let here = at < *size;
                    at -= if here { 0 } else { *size };
                    here
                })
                .unwrap();
            let damaged = disk.after_kill();
            assert!(damaged.flip_bit(path, at, (bit % 8) as u8));
            let what = format!("{path}, byte {at}, bit {}", bit % 8);
            let counts = counts.entry(kind).or_default();
            counts[0] += 1;
            let report = check_folder(&env(&damaged)).unwrap();
            let harmless = *path == closing.0 && at >= closing.1;
            assert!(harmless || !report.damage.is_empty(), "{what} was not found");
            counts[1] += u64::from(!report.damage.is_empty());
            // Whoever starts it all the same is refused, or gets the right rows, or an error.
            runtime().block_on(async {
                match open(&damaged).await {
                    Err(e) => {
                        assert!(
                            [Code::CorruptedData, Code::NotImplemented, Code::Aborted].contains(&e.code),
                            "{what}: {e}"
                        );
                        counts[2] += 1;
                    }
                    Ok(engine) => {
                        assert_eq!(seen(&engine), state, "{what}: started with another state");
                        match read(&engine) {
                            Ok(read) => assert_eq!(read, rows, "{what}: wrong rows"),
                            Err(e) => {
                                assert_eq!(e.code, Code::CorruptedData, "{what}: {e}");
                                counts[3] += 1;
                            }
                        }
                    }
                }
            });
        }
    }
    for (kind, [flips, found, refused, errors]) in &counts {
        println!(
            "{kind}: {flips} bits flipped, {found} found by the check; {refused} starts refused, {errors} reads refused"
        );
    }
    let kinds: Vec<_> = counts.keys().copied().collect();
    assert_eq!(kinds, ["catalog snapshot", "current", "identity", "log segment", "manifest", "part"]);
    // CURRENT has 16 bytes, in two groups.
    assert!(counts.iter().all(|(kind, c)| c[0] >= if *kind == "current" { 256 } else { FLIPS }), "{counts:?}");
}

#[test]
fn a_file_that_is_gone_is_found() {
    let (disk, state, _) = stopped();
    let (newest, _) = last_frame(&disk);
    let (mut refused, mut without) = (0, 0);
    for (path, _) in live(&disk).into_values().flatten() {
        let damaged = disk.after_kill();
        olly_env::Disk::remove(&damaged, &path).unwrap();
        let report = check_folder(&env(&damaged)).unwrap();
        // What an older segment held is missed somewhere behind it.
        let named = |texts: &[String]| texts.iter().any(|t| t.contains(&path) || path != newest);
        assert!(!report.damage.is_empty() && named(&report.damage), "{path} is gone: {report:?}");
        runtime().block_on(async {
            match open(&damaged).await {
                Err(e) => {
                    assert!(!path.ends_with(".part") && named(std::slice::from_ref(&e.message)), "{path} is gone: {e}");
                    refused += 1;
                }
                // One part that is lost keeps no node from starting: who reads its table is told.
                Ok(engine) => {
                    assert!(path.ends_with(".part"), "{path} is gone, and the node started");
                    assert_eq!(seen(&engine), state);
                    let lost: u64 = engine.data.iter().map(|g| g.metrics().damaged_parts).sum();
                    assert_eq!(lost, 1);
                    let e = read(&engine).unwrap_err();
                    assert_eq!(e.code, Code::CorruptedData);
                    assert!(e.message.contains(&path) && e.message.contains("no such file"), "{e}");
                    without += 1;
                }
            }
        });
    }
    assert!(refused > 6 && without > 0, "{refused} starts refused, {without} without a part");
}

#[test]
fn a_lost_part_costs_its_table_alone_and_goes_with_it() {
    let (disk, ..) = stopped();
    let (path, size) = live(&disk)["part"][0].clone();
    // The trailer, without which nothing of the file can be found.
    assert!(disk.flip_bit(&path, size - 10, 1));
    runtime().block_on(async {
        let engine = open(&disk).await.unwrap();
        let tables: Vec<_> = engine.published.state().tables().cloned().collect();
        let ports = Ports { engine: engine.clone(), runtime: tokio::runtime::Handle::current() };
        let (mut lost, mut sound) = (Vec::new(), 0);
        for table in &tables {
            match try_ids(&ports, table.id) {
                Ok(_) => sound += 1,
                Err(e) => {
                    let named = [&path[..], "offset", "expected", "got"].iter().all(|w| e.message.contains(w));
                    assert!(e.code == Code::CorruptedData && named, "{e}");
                    lost.push(table);
                }
            }
        }
        assert!(lost.len() == 1 && sound > 0, "{lost:?}");
        // The table takes writes, flushes and merges; a restart finds it as it was; a snapshot does not leave it out.
        for (n, group) in [(0, 1), (1, 2), (2, 1)] {
            let from = (1 << 40) + n * 10;
            engine.run_write(vec![block(group, lost[0], None, batch(from, 10, 10))], Patience::Short).await.unwrap();
            engine.group(GroupId(group)).unwrap().command(Command::Flush { table: lost[0].id }).await.unwrap();
        }
        engine.drive().await.unwrap();
        engine.snapshot_now().await.unwrap();
        let state = seen(&engine);
        engine.close().await;
        drop((ports, engine));
        let engine = open(&disk).await.unwrap();
        assert_eq!(seen(&engine), state);
        let ports = Ports { engine: engine.clone(), runtime: tokio::runtime::Handle::current() };
        assert!(try_ids(&ports, lost[0].id).is_err());
        engine.run_truncate(lost[0].id).await.unwrap();
        engine.drive().await.unwrap();
        assert_eq!(try_ids(&ports, lost[0].id).unwrap(), [] as [u64; 0]);
        assert!(!disk.files().contains(&path), "its file is gone too");
        assert_eq!(engine.data.iter().map(|g| g.metrics().damaged_parts).sum::<u64>(), 0);
    });
}

#[test]
fn a_log_that_lost_its_end_is_refused() {
    let disk = SimDisk::new();
    let segments = || disk.files().into_iter().filter(|f| f.ends_with(".seg")).max().unwrap();
    runtime().block_on(async {
        let mut runner = Runner::new(open(&disk).await.unwrap());
        let engine = runner.engine.clone();
        for table in 0..3 {
            runner.step(Op::Create { table }).await.unwrap();
        }
        // Until a segment has been put into use, and everything up to there is in parts.
        let first = segments();
        while segments() == first {
            runner.some_writes(6).await;
        }
        runner.some_writes(6).await;
        for (group, table) in (1..=2).flat_map(|g| (0..3).map(move |t| (g, t))) {
            runner.step(Op::Flush { group, table }).await.unwrap();
        }
        engine.close().await;
    });
    assert_eq!(check_folder(&env(&disk)).unwrap().damage, [] as [String; 0]);
    let newest = segments();
    let top = newest.replace(".seg", ".top");
    assert!(disk.files().contains(&top), "{:?}", disk.files());
    // Without the segment the folder's own record tells; without both, what the manifests cover.
    for gone in [vec![&newest], vec![&newest, &top]] {
        let damaged = disk.after_kill();
        for path in &gone {
            olly_env::Disk::remove(&damaged, path).unwrap();
        }
        let report = check_folder(&env(&damaged)).unwrap();
        let refused = runtime().block_on(async { open(&damaged).await.err().map(|e| (e.code, e.message)) });
        let (code, message) = refused.unwrap_or_else(|| panic!("started without {gone:?}"));
        assert_eq!(code, Code::CorruptedData, "{message}");
        let what = if gone.len() == 1 { "no such file" } else { "which groups/" };
        assert!(message.contains(what), "{message}");
        assert!(!report.damage.is_empty(), "{gone:?}: {report:?}");
    }
    // The record alone is no loss: it is made again.
    let damaged = disk.after_kill();
    olly_env::Disk::remove(&damaged, &top).unwrap();
    assert_eq!(check_folder(&env(&damaged)).unwrap().damage, [] as [String; 0]);
    runtime().block_on(async { drop(open(&damaged).await.unwrap()) });
    let newest = damaged.files().into_iter().filter(|f| f.ends_with(".seg")).max().unwrap();
    assert!(damaged.files().contains(&newest.replace(".seg", ".top")), "{:?}", damaged.files());
}
