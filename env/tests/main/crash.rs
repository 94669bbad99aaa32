//! What the simulated disk keeps and loses.

use olly_env::AlignedBuf;
use olly_env::disk::{self, Disk, DiskError, Open};
use olly_env::sim::{CrashPolicy, Fault, FaultKind, SECTOR, SimDisk};
use proptest::prelude::*;

fn content(d: &SimDisk, path: &str) -> Option<Vec<u8>> {
    d.peek(path)
}

#[test]
fn unsynced_content_and_names_are_lost() {
    let d = SimDisk::new();
    let f = d.open("f", Open::CREATE).unwrap();
    f.write_at(0, b"one").unwrap();
    f.sync_data().unwrap();
    // The bytes are durable, the name is not.
    assert_eq!(content(&d.after_crash(CrashPolicy::DropAll, 0), "f"), None);
    assert_eq!(content(&d.after_crash(CrashPolicy::KeepAll, 0), "f").unwrap(), b"one");
    d.sync_dir("").unwrap();
    f.write_at(0, b"two").unwrap();
    assert_eq!(content(&d.after_crash(CrashPolicy::DropAll, 0), "f").unwrap(), b"one");
    assert_eq!(content(&d.after_crash(CrashPolicy::KeepAll, 0), "f").unwrap(), b"two");
    d.rename("f", "g").unwrap();
    let dropped = d.after_crash(CrashPolicy::DropAll, 0);
    assert!(content(&dropped, "f").is_some() && content(&dropped, "g").is_none());
    d.remove("g").unwrap();
    d.sync_dir("").unwrap();
    assert!(d.after_crash(CrashPolicy::DropAll, 0).files().is_empty());
}

#[test]
fn a_lost_folder_takes_its_files_along() {
    let d = SimDisk::new();
    d.create_dir_all("a/b").unwrap();
    d.open("a/b/f", Open::CREATE).unwrap().sync_all().unwrap();
    d.sync_dir("a/b").unwrap();
    assert!(d.after_crash(CrashPolicy::DropAll, 0).files().is_empty());
    disk::create_dir_durably(&d, "a/b").unwrap();
    assert_eq!(d.after_crash(CrashPolicy::DropAll, 0).files(), ["a/b/f"]);
}

#[test]
fn truncation_may_be_undone() {
    let d = SimDisk::new();
    d.plant("f", &[1; 1000]);
    d.open("f", Open::WRITE).unwrap().set_len(10).unwrap();
    assert_eq!(content(&d.after_crash(CrashPolicy::DropAll, 0), "f").unwrap().len(), 1000);
    assert_eq!(content(&d.after_crash(CrashPolicy::KeepAll, 0), "f").unwrap().len(), 10);
}

#[test]
fn sampled_crashes_keep_any_subset_of_sectors() {
    let d = SimDisk::new();
    d.plant("f", &[0; 4 * SECTOR]);
    d.open("f", Open::WRITE).unwrap().write_at(0, &[1; 4 * SECTOR]).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..400 {
        let bytes = content(&d.after_crash(CrashPolicy::Sampled, seed), "f").unwrap();
        let sectors: Vec<u8> = bytes.chunks(SECTOR).map(|s| s[0]).collect();
        assert!(bytes.chunks(SECTOR).all(|s| s.iter().all(|b| *b == s[0])), "seed {seed}: torn inside a sector");
        seen.insert(sectors);
    }
    assert_eq!(seen.len(), 16, "every subset of four sectors shows up");
}

#[test]
fn a_durable_write_is_durable_at_return_and_torn_when_the_crash_hits_it() {
    let d = SimDisk::new();
    d.plant("f", &[0; 4096]);
    let f = d.open("f", Open::DURABLE).unwrap();
    let mut buf = AlignedBuf::zeroed(4096);
    buf.as_mut_slice().fill(1);
    f.write_at(0, buf.as_slice()).unwrap();
    assert_eq!(content(&d.after_crash(CrashPolicy::DropAll, 0), "f").unwrap(), [1; 4096]);
    buf.as_mut_slice().fill(2);
    d.set_fault(Some(Fault::crash(d.counts().mutations)));
    assert!(matches!(f.write_at(0, buf.as_slice()), Err(DiskError::Crashed { .. })));
    assert!(d.has_crashed());
    assert!(matches!(f.sync_data(), Err(DiskError::Crashed { .. })));
    assert!(matches!(d.list(""), Err(DiskError::Crashed { .. })));
    let torn = (0..50).map(|s| content(&d.after_crash(CrashPolicy::Sampled, s), "f").unwrap());
    assert!(torn.into_iter().any(|b| b.contains(&1) && b.contains(&2)));
}

#[test]
fn a_durable_write_makes_only_itself_durable() {
    let d = SimDisk::new();
    d.plant("f", &[0; 4096]);
    d.open("f", Open::WRITE).unwrap().write_at(0, &[1; 4096]).unwrap();
    let mut buf = AlignedBuf::zeroed(512);
    buf.as_mut_slice().fill(2);
    d.open("f", Open::DURABLE).unwrap().write_at(1024, buf.as_slice()).unwrap();
    let dropped = content(&d.after_crash(CrashPolicy::DropAll, 0), "f").unwrap();
    assert!(dropped[1024..1536].iter().all(|b| *b == 2) && dropped[0] == 0 && dropped[1536] == 0);
    let kept = content(&d.after_crash(CrashPolicy::KeepAll, 0), "f").unwrap();
    assert!(kept[1024..1536].iter().all(|b| *b == 2) && kept[0] == 1 && kept[4095] == 1);
    assert_eq!(Some(kept), content(&d, "f"));
}

#[test]
fn a_killed_process_loses_nothing_and_gains_no_durability() {
    let d = SimDisk::new();
    d.open("f", Open::CREATE).unwrap().write_at(0, b"x").unwrap();
    let killed = d.after_kill();
    assert_eq!(content(&killed, "f").unwrap(), b"x");
    assert_eq!(content(&killed.after_crash(CrashPolicy::DropAll, 0), "f"), None);
}

#[test]
fn errors_come_where_planned() {
    let d = SimDisk::new();
    d.plant("f", b"abc");
    let f = d.open("f", Open::WRITE).unwrap();
    d.set_fault(Some(Fault::eio(d.counts().mutations)));
    assert!(matches!(f.write_at(0, b"x"), Err(DiskError::Io { errno: 5, .. })));
    assert_eq!(content(&d, "f").unwrap(), b"abc");
    f.write_at(0, b"x").unwrap();
    d.set_fault(Some(Fault { at: d.counts().reads, reads: true, kind: FaultKind::EioFromHere }));
    assert!(f.len().is_err() && f.len().is_err());
    f.sync_all().unwrap();
    d.set_fault(Some(Fault::enospc(d.counts().mutations)));
    assert!(f.write_at(0, b"x").unwrap_err().is_full());
}

#[test]
fn capacity_limits_growth_only() {
    let d = SimDisk::new();
    d.plant("f", &[0; 1000]);
    d.set_capacity(Some(1500));
    let f = d.open("f", Open::WRITE).unwrap();
    f.write_at(0, &[1; 1500]).unwrap();
    assert!(f.write_at(1, &[1; 1500]).unwrap_err().is_full());
    assert_eq!(d.free_space().unwrap(), 0);
    f.write_at(0, &[2; 1500]).unwrap();
    d.remove("f").unwrap();
    assert_eq!(d.free_space().unwrap(), 1500);
}

proptest! {
    /// What was synced survives every policy and seed; what was not is old or new sector by sector.
    #[test]
    fn synced_bytes_survive(
        writes in proptest::collection::vec((0u64..6000, 1usize..3000, any::<u8>(), any::<bool>()), 1..12),
        seed in any::<u64>(),
    ) {
        let d = SimDisk::new();
        let f = d.open("f", Open::CREATE).unwrap();
        d.sync_dir("").unwrap();
        let (mut synced, mut now) = (Vec::new(), Vec::<u8>::new());
        let mut values: Vec<std::collections::BTreeSet<u8>> = Vec::new();
        for (at, len, byte, sync) in writes {
            f.write_at(at, &vec![byte; len]).unwrap();
            let end = at as usize + len;
            if now.len() < end {
                now.resize(end, 0);
            }
            values.resize(now.len().max(values.len()), [0u8].into());
            now[at as usize..end].fill(byte);
            for v in &mut values[at as usize..end] {
                v.insert(byte);
            }
            if sync {
                f.sync_data().unwrap();
                synced = now.clone();
                values = now.iter().map(|b| [*b].into()).collect();
            }
        }
        prop_assert_eq!(d.after_crash(CrashPolicy::DropAll, seed).peek("f").unwrap(), synced.clone());
        prop_assert_eq!(d.after_crash(CrashPolicy::KeepAll, seed).peek("f").unwrap(), now);
        let sampled = d.after_crash(CrashPolicy::Sampled, seed).peek("f").unwrap();
        prop_assert!(sampled.len() >= synced.len());
        prop_assert!(sampled.iter().zip(&values).all(|(b, v)| v.contains(b) || *b == 0));
    }
}
