//! Bit rot in the files of a stopped node (reliability §9 row 5): a flipped bit is found by `ollystack check`, and a node
//! that is started all the same refuses or answers rightly. Never a wrong answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use olly_env::Env;
use olly_env::sim::{SimClock, SimDisk};
use olly_types::Code;
use olly_wal::Item;

use super::script::{Runner, Seen, open, read, runtime, script, seen};
use crate::check::check_folder;

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
    let (disk, ..) = stopped();
    let (newest, _) = last_frame(&disk);
    let mut tried = 0;
    for (path, _) in live(&disk).into_values().flatten() {
        // A log without its last segment is a shorter log: nothing else says where it ended.
        if path == newest {
            continue;
        }
        let damaged = disk.after_kill();
        olly_env::Disk::remove(&damaged, &path).unwrap();
        let report = check_folder(&env(&damaged)).unwrap();
        let opened = runtime().block_on(async { open(&damaged).await.map(|_| ()) });
        assert!(!report.damage.is_empty() && opened.is_err(), "{path} is gone: {report:?}, {opened:?}");
        tried += 1;
    }
    assert!(tried > 6);
}
