//! Torn tails and corruption are told apart; bit rot is found.

use std::collections::BTreeMap;

use olly_env::sim::{CrashPolicy, SECTOR, SimDisk};
use olly_wal::{Item, Record, Wal, WalError, WalOptions, inspect, verify};

use crate::script::{Model, held, run, script};
use crate::support::{entry, env_on, noted, open, payload};

/// A closed log of a few segments: the disk, what it holds, and the bytes of each file that are in use.
fn closed_log() -> (SimDisk, Model, BTreeMap<String, u64>) {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    let ops = script(11, 60);
    let outcome = run(&wal, Model::new(), &ops, || true);
    let model = held(&wal).unwrap();
    assert_eq!(outcome.states.last(), Some(&model));
    wal.close().unwrap();
    drop(wal);
    let mut ends = BTreeMap::new();
    let mut current = String::new();
    inspect(&disk, "wal", |item| match item {
        Item::Segment { file, .. } => current = file.to_string(),
        Item::End { offset, .. } => {
            ends.insert(current.clone(), offset);
        }
        _ => {}
    })
    .unwrap();
    assert!(ends.len() >= 2);
    (disk, model, ends)
}

/// The offset of the last frame of the last segment: the empty one that repeats the durable LSN.
fn last_frame(disk: &SimDisk) -> (String, u64) {
    let mut last = (String::new(), 0);
    inspect(disk, "wal", |item| match item {
        Item::Segment { file, .. } => last.0 = file.to_string(),
        Item::Frame { offset, header } => {
            last.1 = offset;
            assert_eq!(header.segment > 0, header.epoch > 0);
        }
        _ => {}
    })
    .unwrap();
    last
}

#[test]
fn no_sector_of_a_closed_log_can_be_lost_silently() {
    let (disk, model, ends) = closed_log();
    let last = last_frame(&disk);
    let (mut refused, mut harmless) = (0, 0);
    for (file, end) in &ends {
        let image = disk.peek(file).unwrap();
        for at in (0..*end).step_by(SECTOR) {
            for how in 0..3u8 {
                let mut damaged = image.clone();
                let sector = &mut damaged[at as usize..at as usize + SECTOR];
                match how {
                    0 => sector.fill(0),
                    1 => sector.iter_mut().enumerate().for_each(|(i, b)| *b = (i as u8).wrapping_mul(37)),
                    _ => sector.reverse(),
                }
                if damaged == image {
                    continue;
                }
                let copy = disk.after_kill();
                copy.plant(file, &damaged);
                let what = format!("{file} sector at {at}, damage {how}");
                match Wal::open(&env_on(&copy), "wal", WalOptions::for_tests()) {
                    Err(WalError::Corrupt(c)) => {
                        assert_eq!(&c.file, file, "{what}: {c}");
                        assert!(c.offset <= at + SECTOR as u64 && !c.expected.is_empty() && !c.got.is_empty(), "{c}");
                        assert!(!verify(&copy, "wal").unwrap().damage.is_empty(), "{what}");
                        refused += 1;
                    }
                    Err(e) => panic!("{what}: {e}"),
                    Ok((wal, _)) => {
                        assert_eq!((file, at), (&last.0, last.1), "{what} was not noticed");
                        assert_eq!(held(&wal).unwrap(), model, "{what}");
                        harmless += 1;
                    }
                }
            }
        }
    }
    println!("{refused} refused, {harmless} harmless");
    assert!(refused > 300 && harmless > 0);
}

#[test]
fn every_flipped_bit_is_found() {
    let (disk, model, ends) = closed_log();
    let last = last_frame(&disk);
    let (mut flips, mut found) = (0, 0);
    for (file, end) in &ends {
        for at in (0..*end).step_by(97) {
            let copy = disk.after_kill();
            assert!(copy.flip_bit(file, at, (at % 8) as u8));
            flips += 1;
            match Wal::open(&env_on(&copy), "wal", WalOptions::for_tests()) {
                Err(WalError::Corrupt(_) | WalError::Unsupported { .. }) => found += 1,
                Err(e) => panic!("{e}"),
                // Only the last, empty frame may be cut: nothing is lost with it.
                Ok((wal, _)) => {
                    assert!(*file == last.0 && at >= last.1, "{file} at {at} was not noticed");
                    assert_eq!(held(&wal).unwrap(), model);
                }
            }
        }
    }
    println!("{found} of {flips} flipped bits refused, the rest in the last empty frame");
    assert!(flips > 500 && found * 100 > flips * 95);
}

#[test]
fn rot_under_an_open_log_is_found_on_read() {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    wal.append_sync(vec![entry(1, 0, 500), entry(1, 1, 500)]).unwrap();
    assert!(disk.flip_bit("wal/0000000000000001.seg", 4096 + 64 + 24 + 300, 3));
    match wal.read(1, 0..2, usize::MAX) {
        Err(WalError::Corrupt(c)) => assert_eq!((c.file.as_str(), c.offset), ("wal/0000000000000001.seg", 4160)),
        other => panic!("{other:?}"),
    }
    assert_eq!(wal.read(1, 1..2, usize::MAX).unwrap(), [(1, payload(1, 1, 500).into())]);
}

#[test]
fn a_torn_last_write_is_cut_and_what_follows_never_comes_back() {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    wal.append_sync(vec![entry(1, 0, 3000)]).unwrap();
    let at = disk.counts().mutations;
    disk.set_fault(Some(olly_env::sim::Fault::crash(at)));
    wal.append(vec![entry(1, 1, 9000)], noted().1).unwrap();
    wal.run();
    drop(wal);
    let mut cuts = 0;
    for seed in 0..40 {
        let image = disk.after_crash(CrashPolicy::Sampled, seed);
        let (wal, recovered) = open(&image);
        let next = recovered.groups[&1].entries.end;
        assert!(next >= 1);
        cuts += u64::from(recovered.cut.is_some());
        if let Some(cut) = &recovered.cut {
            assert_eq!((next, cut.lsn, cut.dropped_frames), (1, recovered.end, 0));
        }
        wal.append_sync(vec![entry(1, next, 100)]).unwrap();
        wal.run();
        drop(wal);
        let (_, recovered) = open(&image.after_crash(CrashPolicy::DropAll, 0));
        assert_eq!((recovered.groups[&1].entries.clone(), recovered.cut), (0..next + 1, None), "seed {seed}");
    }
    assert!(cuts > 10);
}

#[test]
fn missing_segments_and_foreign_ones_are_refused() {
    let (disk, _, ends) = closed_log();
    let names: Vec<&String> = ends.keys().collect();
    let open_copy = |copy: &SimDisk| Wal::open(&env_on(copy), "wal", WalOptions::for_tests()).map(|_| ());
    use olly_env::Disk;
    if names.len() > 2 {
        let copy = disk.after_kill();
        copy.remove(names[1]).unwrap();
        assert!(matches!(open_copy(&copy), Err(WalError::Corrupt(c)) if &c.file == names[1]));
    }
    let copy = disk.after_kill();
    copy.remove(names[0]).unwrap();
    assert!(matches!(open_copy(&copy), Err(WalError::Corrupt(_))), "the oldest holds live entries");
    // A segment of another log under this one's name.
    let other = SimDisk::new();
    let (wal, _) = Wal::open(
        &olly_env::Env::sim_with(99, other.clone().into(), Default::default()),
        "wal",
        WalOptions::for_tests(),
    )
    .unwrap();
    run(&wal, Model::new(), &script(11, 60), || true);
    drop(wal);
    let copy = disk.after_kill();
    copy.plant(names[1], &other.peek(names[1]).unwrap());
    assert!(matches!(open_copy(&copy), Err(WalError::Corrupt(c)) if &c.file == names[1] && c.offset == 16));
    // Cut short.
    let copy = disk.after_kill();
    let image = disk.peek(names[1]).unwrap();
    copy.plant(names[1], &image[..image.len() - 1]);
    assert!(matches!(open_copy(&copy), Err(WalError::Corrupt(_))));
}

#[test]
fn the_listing_shows_everything_and_checking_counts_it() {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    wal.append_sync(vec![Record::hard_state(3, &b"v"[..]), entry(3, 7, 100)]).unwrap();
    wal.close().unwrap();
    drop(wal);
    let mut listed = Vec::new();
    inspect(&disk, "wal", |item| {
        listed.push(match item {
            Item::Segment { header, .. } => format!("segment {}", header.sequence),
            Item::Frame { header, .. } => format!("frame {} {}", header.lsn, header.records),
            Item::Record(r) => format!("{} {} {} {}", r.kind.name(), r.group, r.index, r.payload.len()),
            Item::End { lsn, .. } => format!("end {lsn}"),
            Item::Spare(_) => "spare".to_string(),
            Item::Damage(d) => format!("damage {d}"),
        });
    })
    .unwrap();
    listed.retain(|l| l != "spare");
    let expected = ["segment 1", "frame 0 2", "hard-state 3 0 1", "entry 3 7 100", "frame 512 0", "end 1024"];
    assert_eq!(listed, expected);
    let mut lines = Vec::new();
    inspect(&disk, "wal", |item| lines.push(item.to_string())).unwrap();
    assert!(lines[0].starts_with("segment wal/0000000000000001.seg: log "), "{lines:?}");
    assert_eq!(lines[1], "  frame at 4096: LSN 0, 149 bytes in 2 records, durable below 0, epoch 1");
    assert_eq!(lines[3], "    entry at 4185: group 3, index 7, 100 bytes");
    let report = verify(&disk, "wal").unwrap();
    assert_eq!(report.to_string(), "1 segments, 2 frames, 2 records, 1 live entries");
    assert!(report.damage.is_empty() && report.tail.is_none());
    assert_eq!((report.segments, report.frames, report.records, report.live_entries), (1, 2, 2, 1));
    assert_eq!((report.live_bytes, report.end), (124, 1024));
}
