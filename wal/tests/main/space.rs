//! A full disk is a state: refused before accepted, nothing acknowledged is lost, and it goes on when space is back.

use std::sync::Arc;

use olly_env::Env;
use olly_env::sim::{CrashPolicy, Fault, SimClock, SimDisk};
use olly_wal::{Admission, MIN_SEGMENT, Record, Wal, WalError, WalOptions};

use crate::script::{Model, held, run, script};
use crate::support::{entry, env_on, noted, open, payload};

#[test]
fn a_full_disk_refuses_and_recovers() {
    let disk = SimDisk::new();
    disk.set_capacity(Some(6 * MIN_SEGMENT));
    let clock = Arc::new(SimClock::new());
    let env = Env::sim_with(1, Arc::new(disk.clone()), clock.clone());
    let (wal, _) = Wal::open(&env, "wal", WalOptions::for_tests()).unwrap();
    wal.run();
    let mut accepted = 0;
    let mut closed_at = None;
    // Admission is asked before each write, as the proposer does; then it goes on without asking.
    let refused = loop {
        if closed_at.is_none() && wal.admission() == Admission::Full {
            closed_at = Some(accepted);
        }
        match wal.append(vec![entry(1, accepted, 3000)], noted().1) {
            Ok(_) => accepted += 1,
            Err(e) => break e,
        }
        wal.run();
        assert!(accepted < 1000);
    };
    assert!(matches!(refused, WalError::Full), "{refused}");
    let closed_at = closed_at.unwrap();
    let room = (accepted - closed_at) * 3000;
    assert!(room > MIN_SEGMENT / 2, "what was accepted before admission closed has {room} bytes of reserve");
    assert_eq!(wal.durable(), wal.end(), "everything accepted became durable");
    assert!(wal.stopped().is_none());
    // Reads go on, and so do small records.
    assert_eq!(wal.read(1, 0..accepted, usize::MAX).unwrap().len() as u64, accepted);
    // Nothing changes until it is tried again.
    disk.set_capacity(None);
    wal.run();
    assert!(wal.is_full());
    clock.advance(1_000_000_000);
    wal.run();
    assert_eq!(wal.admission(), Admission::Open);
    wal.append_sync(vec![entry(1, accepted, 3000)]).unwrap();
    drop(wal);
    let (wal, recovered) = open(&disk.after_crash(CrashPolicy::DropAll, 0));
    assert_eq!(recovered.groups[&1].entries, 0..accepted + 1);
    for (i, bytes) in wal.read(1, 0..accepted + 1, usize::MAX).unwrap() {
        assert_eq!(bytes, payload(1, i, 3000));
    }
}

#[test]
fn purging_opens_admission_again() {
    let disk = SimDisk::new();
    disk.set_capacity(Some(5 * MIN_SEGMENT));
    let (wal, _) = open(&disk);
    let mut next = 0;
    while wal.append(vec![entry(1, next, 5000)], noted().1).is_ok() {
        wal.run();
        next += 1;
    }
    assert!(wal.is_full());
    wal.append_sync(vec![Record::purge(1, next - 1, &b""[..])]).unwrap();
    wal.run();
    assert_eq!(wal.admission(), Admission::Open, "{:?}", wal.metrics());
    wal.append_sync(vec![entry(1, next, 5000)]).unwrap();
}

#[test]
fn no_space_for_a_first_segment_is_an_error() {
    let disk = SimDisk::new();
    disk.set_capacity(Some(MIN_SEGMENT));
    assert!(matches!(Wal::open(&env_on(&disk), "wal", WalOptions::for_tests()), Err(WalError::Full)));
    assert_eq!(disk.used(), 0, "what was begun is given back: {:?}", disk.files());
}

#[test]
fn running_out_of_space_at_any_operation_loses_nothing() {
    let ops = script(4, 80);
    let total = {
        let disk = SimDisk::new();
        let (wal, _) = open(&disk);
        run(&wal, Model::new(), &ops, || true);
        drop(wal);
        disk.counts().mutations
    };
    let (mut went_on, mut stopped) = (0, 0);
    for at in 0..total {
        let disk = SimDisk::new();
        disk.set_fault(Some(Fault::enospc(at)));
        let Ok((wal, _)) = Wal::open(&env_on(&disk), "wal", WalOptions::for_tests()) else { continue };
        let outcome = run(&wal, Model::new(), &ops, || true);
        if wal.stopped().is_some() {
            stopped += 1;
        } else {
            went_on += 1;
            assert_eq!(&held(&wal).unwrap(), outcome.states.last().unwrap());
        }
        drop(wal);
        let image = disk.after_crash(CrashPolicy::Sampled, at);
        outcome.check(&held(&open(&image).0).unwrap(), &format!("ENOSPC at {at}"));
    }
    println!("{went_on} went on, {stopped} stopped");
    assert!(went_on > 10 && stopped > 10);
}

#[test]
fn the_queue_has_a_limit() {
    let disk = SimDisk::new();
    let options = WalOptions { queue_limit: 10_000, ..WalOptions::for_tests() };
    let (wal, _) = Wal::open(&env_on(&disk), "wal", options).unwrap();
    for i in 0..3 {
        wal.append(vec![entry(1, i, 3000)], noted().1).unwrap();
    }
    assert!(matches!(wal.append(vec![entry(1, 3, 3000)], noted().1), Err(WalError::Busy { .. })));
    assert_eq!(wal.metrics().queued_appends, 3);
    wal.run();
    assert_eq!(wal.metrics().queued_appends, 0);
    wal.append(vec![entry(1, 3, 3000)], noted().1).unwrap();
}
