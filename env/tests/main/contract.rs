//! What every implementation of `Disk` owes, run on the real and on the simulated one.

use olly_env::disk::{self, Disk, DiskError, Open};
use olly_env::real::RealDisk;
use olly_env::sim::SimDisk;
use olly_env::{AlignedBuf, Env};

fn with_both(check: impl Fn(&dyn Disk)) {
    check(&SimDisk::new());
    let dir = tempfile::tempdir().unwrap();
    check(&RealDisk::open(&dir.path().join("data")).unwrap());
}

#[test]
fn files_read_back_what_was_written() {
    with_both(|d| {
        let f = d.open("f", Open::CREATE_NEW).unwrap();
        f.write_at(3, b"abc").unwrap();
        f.sync_data().unwrap();
        assert_eq!(f.len().unwrap(), 6);
        let mut buf = [9; 10];
        assert_eq!(f.read_at(0, &mut buf).unwrap(), 6);
        assert_eq!(&buf[..6], b"\0\0\0abc");
        assert_eq!(f.read_at(100, &mut buf).unwrap(), 0);
        f.set_len(4).unwrap();
        f.sync_all().unwrap();
        assert_eq!(disk::read_all(d, "f", 100).unwrap(), b"\0\0\0a");
        assert!(matches!(disk::read_all(d, "f", 3), Err(DiskError::Invalid { .. })));
        assert!(matches!(d.open("f", Open::CREATE_NEW).err(), Some(DiskError::AlreadyExists { .. })));
        assert!(d.open("g", Open::READ).err().unwrap().is_not_found());
        assert!(d.open("no/g", Open::CREATE).err().unwrap().is_not_found());
        assert!(d.open("f", Open::REPLACE).unwrap().is_empty().unwrap());
    });
}

#[test]
fn names_come_and_go() {
    with_both(|d| {
        d.create_dir_all("a/b").unwrap();
        d.create_dir_all("a/b").unwrap();
        disk::create_dir_durably(d, "a/c/d").unwrap();
        d.open("a/b/f", Open::CREATE).unwrap().write_at(0, b"1").unwrap();
        let names: Vec<_> = d.list("a").unwrap().into_iter().map(|e| (e.name, e.is_dir)).collect();
        assert_eq!(names, [("b".to_string(), true), ("c".to_string(), true)]);
        d.rename("a/b/f", "a/g").unwrap();
        assert!(!d.exists("a/b/f").unwrap() && d.exists("a/g").unwrap());
        d.rename("a/c", "a/e").unwrap();
        assert!(d.exists("a/e/d").unwrap() && !d.exists("a/c/d").unwrap());
        d.sync_dir("a").unwrap();
        d.remove_dir("a/b").unwrap();
        d.remove("a/g").unwrap();
        assert!(d.remove("a/g").unwrap_err().is_not_found());
        assert!(d.list("zz").unwrap_err().is_not_found());
        assert!(matches!(d.exists("../x"), Err(DiskError::Invalid { .. })));
        assert!(d.free_space().unwrap() > 0);
    });
}

#[test]
fn a_removed_file_stays_readable_while_open() {
    with_both(|d| {
        let f = d.open("f", Open::CREATE).unwrap();
        f.write_at(0, b"still here").unwrap();
        d.sync_dir("").unwrap();
        d.remove("f").unwrap();
        d.sync_dir("").unwrap();
        let mut buf = [0; 10];
        assert_eq!(f.read_at(0, &mut buf).unwrap(), 10);
        assert_eq!(&buf, b"still here");
    });
}

#[test]
fn replace_is_whole() {
    with_both(|d| {
        d.create_dir_all("m").unwrap();
        disk::replace_durably(d, "m/x", b"one").unwrap();
        disk::replace_durably(d, "m/x", b"two").unwrap();
        assert_eq!(disk::read_all(d, "m/x", 10).unwrap(), b"two");
        assert_eq!(d.list("m").unwrap().len(), 1);
    });
}

#[test]
fn one_holder_has_the_lock() {
    with_both(|d| {
        let held = d.lock("LOCK").unwrap();
        assert_eq!(d.lock("LOCK").err(), Some(DiskError::Locked { path: "LOCK".to_string() }));
        drop(held);
        drop(d.lock("LOCK").unwrap());
    });
}

#[test]
fn durable_handles_write_aligned_blocks() {
    with_both(|d| {
        d.open("f", Open::CREATE).unwrap().write_at(0, &[0; 16384]).unwrap();
        let f = d.open("f", Open::DURABLE).unwrap();
        let block = f.alignment().max(512);
        let mut buf = AlignedBuf::zeroed(2 * block);
        buf.as_mut_slice().fill(7);
        f.write_at(block as u64, buf.as_slice()).unwrap();
        let back = disk::read_all(d, "f", 1 << 20).unwrap();
        assert!(back[block..3 * block].iter().all(|b| *b == 7) && back[0] == 0 && back[3 * block] == 0);
        if f.is_direct() {
            assert!(matches!(f.write_at(1, buf.as_slice()), Err(DiskError::Invalid { .. })));
        }
    });
}

#[test]
fn env_is_one_bundle() {
    let dir = tempfile::tempdir().unwrap();
    for env in [Env::sim(3), Env::real(dir.path()).unwrap()] {
        env.disk.open("x", Open::CREATE).unwrap();
        assert!(env.clock.wall_nanos() > 0 && env.clock.mono_nanos() > 0);
        let _ = env.rng();
    }
}
