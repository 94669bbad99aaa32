//! Appending, reading back, reopening.

use olly_env::Env;
use olly_env::sim::{CrashPolicy, Fault, FaultKind, SimDisk};
use olly_wal::{Admission, Drive, Kind, MIN_SEGMENT, Record, Wal, WalError, WalOptions};

use crate::script::{Model, held, open_sink, run, script};
use crate::support::{entry, env_on, noted, open, payload};

#[test]
fn records_come_back() {
    let disk = SimDisk::new();
    let (wal, recovered) = open(&disk);
    assert!(recovered.groups.is_empty());
    let (seen, done) = noted();
    wal.append(vec![Record::hard_state(1, &b"vote"[..]), entry(1, 0, 10), entry(1, 1, 2000)], done).unwrap();
    wal.append_lazy(vec![Record::committed(1, 1, &b"c"[..])]).unwrap();
    assert!(seen.lock().is_none());
    // Readable before durable.
    assert_eq!(wal.read(1, 0..2, usize::MAX).unwrap()[1].1, payload(1, 1, 2000));
    wal.run();
    assert!(matches!(*seen.lock(), Some(Ok(()))));
    assert_eq!(wal.read(1, 0..2, usize::MAX).unwrap()[0], (0, payload(1, 0, 10).into()));
    drop(wal);
    let (wal, recovered) = open(&disk.after_crash(CrashPolicy::DropAll, 0));
    let group = &recovered.groups[&1];
    assert_eq!(group.hard_state.as_deref(), Some(&b"vote"[..]));
    assert_eq!(group.committed, Some((1, (&b"c"[..]).into())));
    assert_eq!((group.entries.clone(), recovered.cut), (0..2, None));
    assert_eq!(wal.read(1, 0..2, usize::MAX).unwrap()[1].1, payload(1, 1, 2000));
    assert_eq!(wal.read(1, 0..2, 1).unwrap().len(), 1);
    assert!(matches!(wal.read(1, 1..3, usize::MAX), Err(WalError::NoEntry { group: 1, index: 2 })));
}

#[test]
fn many_segments_truncate_and_purge() {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    for i in 0..100u64 {
        wal.append(vec![entry(1, i, 1000), entry(2, i, 100)], noted().1).unwrap();
        if i % 7 == 0 {
            wal.run();
        }
    }
    wal.append(vec![Record::truncate(2, 90), entry(2, 90, 50)], noted().1).unwrap();
    wal.append(vec![Record::purge(1, 79, &b"p79"[..])], noted().1).unwrap();
    wal.run();
    let m = wal.metrics();
    assert!(m.recycled > 0 && m.segments < 6, "{m:?}");
    drop(wal);
    let (wal, recovered) = open(&disk.after_crash(CrashPolicy::DropAll, 0));
    assert_eq!(recovered.groups[&1].entries, 80..100);
    assert_eq!(recovered.groups[&1].purged, Some((79, (&b"p79"[..]).into())));
    assert_eq!(recovered.groups[&2].entries, 0..91);
    for (index, bytes) in wal.read(2, 0..91, usize::MAX).unwrap() {
        assert_eq!(bytes, payload(2, index, if index == 90 { 50 } else { 100 }));
    }
    for (index, bytes) in wal.read(1, 80..100, usize::MAX).unwrap() {
        assert_eq!(bytes, payload(1, index, 1000));
    }
}

#[test]
fn rules_are_enforced_before_anything_is_accepted() {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    wal.append_sync(vec![entry(1, 5, 10)]).unwrap();
    let end = wal.end();
    let refused = |batch: Vec<Record>| {
        let (seen, done) = noted();
        assert!(matches!(wal.append(batch.clone(), done), Err(WalError::Rejected(_))), "{batch:?}");
        assert!(seen.lock().is_none());
    };
    refused(vec![entry(1, 7, 10)]);
    refused(vec![entry(1, 6, 10), entry(1, 8, 10)]);
    refused(vec![entry(2, 0, 20_000)]);
    refused(vec![Record::purge(1, 5, &b""[..]), Record::truncate(1, 5)]);
    refused(vec![Record { group: 1, kind: Kind::Moved, index: 5, payload: (&b""[..]).into() }]);
    refused((0..1000).map(|g| Record::hard_state(g, &b"vote"[..])).collect());
    assert_eq!(wal.end(), end);
    wal.append_sync(vec![Record::purge(1, 9, &b""[..]), entry(1, 10, 10)]).unwrap();
    assert_eq!(wal.group(1).unwrap().entries, 10..11);
}

#[test]
fn a_closed_log_takes_nothing() {
    let disk = SimDisk::new();
    let (wal, _) = open(&disk);
    let (seen, done) = noted();
    wal.append(vec![entry(1, 0, 10)], done).unwrap();
    wal.close().unwrap();
    assert!(matches!(*seen.lock(), Some(Ok(()))));
    assert!(matches!(wal.append(vec![entry(1, 1, 10)], noted().1), Err(WalError::Closed)));
    assert_eq!(wal.admission(), Admission::Stopped);
}

#[test]
fn threads_drive_it_on_a_real_disk() {
    let dir = tempfile::tempdir().unwrap();
    let env = Env::real(dir.path()).unwrap();
    let options = WalOptions { segment_size: 1 << 20, drive: Drive::Threads, ..WalOptions::default() };
    let (wal, _) = Wal::open(&env, "wal", options.clone()).unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    for i in 0..300u64 {
        let send = send.clone();
        let batch = vec![entry(1, i, 5000), Record::hard_state(2, i.to_le_bytes().to_vec())];
        wal.append(batch, Box::new(move |r| send.send((i, r.is_ok())).unwrap())).unwrap();
        if i == 250 {
            wal.append_sync(vec![Record::purge(1, 200, &b""[..])]).unwrap();
        }
    }
    wal.wait_durable(wal.end()).unwrap();
    let acks: Vec<(u64, bool)> = (0..300).map(|_| receive.recv().unwrap()).collect();
    assert!(acks.iter().enumerate().all(|(n, (i, ok))| n as u64 == *i && *ok));
    assert_eq!(wal.read(1, 201..300, usize::MAX).unwrap()[98].1, payload(1, 299, 5000));
    drop(wal);
    let (wal, recovered) = Wal::open(&env, "wal", options).unwrap();
    assert_eq!((recovered.groups[&1].entries.clone(), recovered.cut), (201..300, None));
    for (index, bytes) in wal.read(1, 201..300, usize::MAX).unwrap() {
        assert_eq!(bytes, payload(1, index, 5000));
    }
}

#[test]
fn threads_stop_at_the_first_error_and_tell_everybody() {
    let disk = SimDisk::new();
    let told = std::sync::Arc::new(parking_lot::Mutex::new(Vec::new()));
    let keep = told.clone();
    let options = WalOptions {
        drive: Drive::Threads,
        on_poison: Some(std::sync::Arc::new(move |e| keep.lock().push(e.to_string()))),
        ..WalOptions::for_tests()
    };
    let (wal, _) = Wal::open(&env_on(&disk), "wal", options).unwrap();
    wal.append_sync(vec![entry(1, 0, 100)]).unwrap();
    let at = disk.counts().mutations;
    disk.set_fault(Some(Fault { at, reads: false, kind: FaultKind::EioFromHere }));
    let mut next = 1;
    let error = loop {
        match wal.append_sync(vec![entry(1, next, 100)]) {
            Ok(_) => next += 1,
            Err(e) => break e,
        }
    };
    assert!(matches!(error, WalError::Poisoned(_)) && next == 1, "{error} after {next}");
    assert_eq!(wal.admission(), Admission::Stopped);
    assert!(matches!(wal.append(vec![entry(1, 2, 1)], noted().1), Err(WalError::Poisoned(_))));
    assert!(wal.close().is_err());
    assert_eq!(told.lock().len(), 1);
}

#[test]
fn threads_go_on_when_space_is_back() {
    let disk = SimDisk::new();
    disk.set_capacity(Some(6 * MIN_SEGMENT));
    let options = WalOptions {
        drive: Drive::Threads,
        full_retry: std::time::Duration::from_millis(1),
        ..WalOptions::for_tests()
    };
    // A real clock: the retry is timed by it.
    let env = Env { clock: std::sync::Arc::new(olly_env::clock::RealClock::new()), ..env_on(&disk) };
    let (wal, _) = Wal::open(&env, "wal", options).unwrap();
    let mut next = 0;
    // Admission also closes for a moment when preparing is slower than writing.
    while !wal.metrics().full {
        if wal.admission() == Admission::Open {
            wal.append_sync(vec![entry(1, next, 3000)]).unwrap();
            next += 1;
        }
    }
    assert_eq!(wal.admission(), Admission::Full);
    wal.append_sync(vec![entry(1, next, 3000)]).unwrap();
    disk.set_capacity(None);
    assert_eq!(wal.wait_space(), Admission::Open);
    for i in 0..50 {
        wal.append_sync(vec![entry(1, next + 1 + i, 3000)]).unwrap();
    }
    assert_eq!(wal.read(1, 0..next + 51, usize::MAX).unwrap().len() as u64, next + 51);
}

/// One group falls idle and is rewritten forward again and again, one runs through the segments; readers see either
/// what was appended or that it is gone.
#[test]
fn readers_never_see_a_segment_change_under_them() {
    let dir = tempfile::tempdir().unwrap();
    let env = Env::real(dir.path()).unwrap();
    let options = WalOptions {
        drive: Drive::Threads,
        max_frame: 8192,
        ..WalOptions { segment_size: MIN_SEGMENT, ..WalOptions::default() }
    };
    let wal = std::sync::Arc::new(Wal::open(&env, "wal", options).unwrap().0);
    wal.append_sync((0..20).map(|i| entry(7, i, 150)).collect()).unwrap();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut readers = Vec::new();
    for _ in 0..2 {
        let (wal, stop) = (wal.clone(), stop.clone());
        let body = Box::new(move || {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                for (i, bytes) in wal.read(7, 0..20, usize::MAX).unwrap() {
                    assert_eq!(bytes, payload(7, i, 150));
                }
                let Some(group) = wal.group(1) else { continue };
                match wal.read(1, group.entries.clone(), usize::MAX) {
                    Ok(read) => read.into_iter().for_each(|(i, b)| assert_eq!(b, payload(1, i, 2000))),
                    Err(WalError::NoEntry { group: 1, .. }) => {}
                    Err(e) => panic!("{e}"),
                }
            }
        });
        readers.push(env.spawner.spawn("reader", olly_env::Priority::Normal, body).unwrap());
    }
    for i in 0..500 {
        wal.append_sync(vec![entry(1, i, 2000)]).unwrap();
        if i % 10 == 9 {
            wal.append_sync(vec![Record::purge(1, i - 5, &b""[..])]).unwrap();
        }
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    readers.into_iter().for_each(|r| r.join().unwrap());
    let m = wal.metrics();
    assert!(m.moved_bytes > 0 && m.recycled > 8, "{m:?}");
}

#[test]
fn completions_may_append() {
    for drive in [Drive::Threads, Drive::Inline] {
        let disk = SimDisk::new();
        let options = WalOptions { drive, ..WalOptions::for_tests() };
        let wal = std::sync::Arc::new(Wal::open(&env_on(&disk), "wal", options).unwrap().0);
        let (send, receive) = std::sync::mpsc::channel();
        let again = std::sync::Arc::downgrade(&wal);
        let done: olly_wal::Completion = Box::new(move |r| {
            r.unwrap();
            if let Some(wal) = again.upgrade() {
                wal.append(vec![entry(1, 1, 10)], Box::new(move |r| send.send(r.is_ok()).unwrap())).unwrap();
            }
        });
        wal.append(vec![entry(1, 0, 10)], done).unwrap();
        assert!(receive.recv().unwrap());
    }
}

#[test]
fn segment_size_and_block_may_change_between_openings() {
    let disk = SimDisk::new();
    let (mut next, mut held_before) = (0, 0);
    for (round, (factor, block)) in [(1, 512), (2, 4096), (1, 4096), (3, 512)].into_iter().enumerate() {
        disk.set_block(block);
        let options = WalOptions { segment_size: factor * MIN_SEGMENT, ..WalOptions::for_tests() };
        let (wal, recovered) = Wal::open(&env_on(&disk), "wal", options).unwrap();
        assert_eq!(recovered.groups.get(&1).map_or(0..0, |g| g.entries.clone()), 0..next, "round {round}");
        for _ in 0..60 {
            wal.append(vec![entry(1, next, 1000)], noted().1).unwrap();
            next += 1;
            wal.run();
        }
        assert!(wal.stopped().is_none(), "{:?}", wal.stopped());
        assert!(wal.metrics().segments > held_before);
        held_before = wal.metrics().segments;
        for (i, bytes) in wal.read(1, 0..next, usize::MAX).unwrap() {
            assert_eq!(bytes, payload(1, i, 1000));
        }
    }
}

#[test]
fn inline_appends_are_durable_at_return() {
    let disk = SimDisk::new();
    let options = WalOptions { drive: Drive::Inline, ..WalOptions::for_tests() };
    let (wal, _) = Wal::open(&env_on(&disk), "wal", options).unwrap();
    let (seen, done) = noted();
    wal.append(vec![entry(1, 0, 10)], done).unwrap();
    assert!(matches!(*seen.lock(), Some(Ok(()))));
}

#[test]
fn a_missing_log_is_an_error_where_one_is_expected() {
    let options = WalOptions { create: false, ..WalOptions::for_tests() };
    let disk = SimDisk::new();
    assert!(matches!(Wal::open(&env_on(&disk), "wal", options.clone()), Err(WalError::Corrupt(_))));
    // A log that was opened once is found again, also when nothing was ever written to it.
    let (wal, _) = open(&disk);
    let image = disk.after_crash(CrashPolicy::DropAll, 0);
    drop(wal);
    Wal::open(&env_on(&image), "wal", options).unwrap();
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Whatever is done, the log holds what the model holds, before and after it is opened again.
    #[test]
    fn the_log_equals_its_model(seed in proptest::prelude::any::<u64>(), deep in proptest::prelude::any::<bool>()) {
        let disk = SimDisk::new();
        let (wal, _) = open_sink(&disk, deep).unwrap();
        let outcome = run(&wal, Model::new(), &script(seed, 120), || true);
        let model = outcome.states.last().unwrap();
        proptest::prop_assert_eq!(&held(&wal).unwrap(), model);
        drop(wal);
        let (wal, recovered) = open(&disk.after_crash(CrashPolicy::DropAll, 0));
        proptest::prop_assert!(recovered.cut.is_none());
        proptest::prop_assert_eq!(&held(&wal).unwrap(), model);
        let report = olly_wal::verify(&disk, "wal").unwrap();
        proptest::prop_assert!(report.damage.is_empty());
        proptest::prop_assert_eq!(report.live_bytes, wal.metrics().live_bytes);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    /// Whatever sequence of records is offered, each is refused or accepted as a whole, and what was accepted is what is
    /// found again.
    #[test]
    fn any_sequence_of_records_is_refused_or_kept(
        batches in proptest::collection::vec(
            proptest::collection::vec((0u32..3, 1u8..9, 0u64..9, 0usize..3000), 1..4), 1..60),
    ) {
        let disk = SimDisk::new();
        let (wal, _) = open(&disk);
        for batch in batches {
            let records = batch.iter().map(|(group, kind, index, len)| {
                let index = if *index == 8 { u64::MAX } else { *index };
                let payload = vec![*kind; *len].into();
                Record { group: *group, kind: Kind::from_u8(*kind).unwrap(), index, payload }
            });
            let before = (wal.end(), wal.groups().into_iter().map(|g| wal.group(g)).collect::<Vec<_>>());
            if wal.append(records.collect(), noted().1).is_err() {
                let after = (wal.end(), wal.groups().into_iter().map(|g| wal.group(g)).collect::<Vec<_>>());
                proptest::prop_assert_eq!(before, after);
            }
            wal.step();
        }
        wal.run();
        let held_before = held(&wal).unwrap();
        drop(wal);
        let (wal, _) = open(&disk.after_crash(CrashPolicy::DropAll, 0));
        proptest::prop_assert_eq!(held(&wal).unwrap(), held_before);
    }
}
