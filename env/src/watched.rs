//! A disk whose failures somebody hears of before the caller does.
//!
//! Whoever meets an I/O error hands it on through queues and tasks until the node stops. Meanwhile other threads go on
//! and would acknowledge writes. Invariant: `heard` has returned before the operation that failed does.

use std::sync::Arc;

use crate::disk::{DirEntry, Disk, DiskError, File, LockGuard, Open, Result};

/// What is called with every failure.
pub type Heard = Arc<dyn Fn(&DiskError) + Send + Sync>;

const ENOMEM: i32 = 12;
const ENFILE: i32 = 23;
const EMFILE: i32 = 24;

/// A disk that tells of its failures: errors of the device. A full disk (D24), a missing name, and a process that has no
/// memory or descriptors left are none.
pub struct Watched {
    inner: Arc<dyn Disk>,
    heard: Heard,
}

impl Watched {
    /// `inner`, with `heard` called by the thread that meets a failure.
    pub fn new(inner: Arc<dyn Disk>, heard: Heard) -> Watched {
        Watched { inner, heard }
    }
}

fn tell<T>(heard: &Heard, result: Result<T>) -> Result<T> {
    if let Err(e @ DiskError::Io { errno, .. }) = &result
        && !matches!(*errno, ENOMEM | ENFILE | EMFILE)
    {
        heard(e);
    }
    result
}

impl Disk for Watched {
    fn open(&self, path: &str, how: Open) -> Result<Arc<dyn File>> {
        let inner = tell(&self.heard, self.inner.open(path, how))?;
        Ok(Arc::new(WatchedFile { inner, heard: Arc::clone(&self.heard) }))
    }

    fn rename(&self, from: &str, to: &str) -> Result<()> {
        tell(&self.heard, self.inner.rename(from, to))
    }

    fn remove(&self, path: &str) -> Result<()> {
        tell(&self.heard, self.inner.remove(path))
    }

    fn remove_dir(&self, path: &str) -> Result<()> {
        tell(&self.heard, self.inner.remove_dir(path))
    }

    fn create_dir_all(&self, path: &str) -> Result<()> {
        tell(&self.heard, self.inner.create_dir_all(path))
    }

    fn list(&self, path: &str) -> Result<Vec<DirEntry>> {
        tell(&self.heard, self.inner.list(path))
    }

    fn sync_dir(&self, path: &str) -> Result<()> {
        tell(&self.heard, self.inner.sync_dir(path))
    }

    fn exists(&self, path: &str) -> Result<bool> {
        tell(&self.heard, self.inner.exists(path))
    }

    fn lock(&self, path: &str) -> Result<Box<dyn LockGuard>> {
        self.inner.lock(path)
    }

    fn lock_to_read(&self, path: &str) -> Result<Box<dyn LockGuard>> {
        self.inner.lock_to_read(path)
    }

    fn free_space(&self) -> Result<u64> {
        tell(&self.heard, self.inner.free_space())
    }
}

struct WatchedFile {
    inner: Arc<dyn File>,
    heard: Heard,
}

impl File for WatchedFile {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        tell(&self.heard, self.inner.read_at(offset, buf))
    }

    fn write_at(&self, offset: u64, buf: &[u8]) -> Result<()> {
        tell(&self.heard, self.inner.write_at(offset, buf))
    }

    fn sync_data(&self) -> Result<()> {
        tell(&self.heard, self.inner.sync_data())
    }

    fn sync_all(&self) -> Result<()> {
        tell(&self.heard, self.inner.sync_all())
    }

    fn set_len(&self, len: u64) -> Result<()> {
        tell(&self.heard, self.inner.set_len(len))
    }

    fn len(&self) -> Result<u64> {
        tell(&self.heard, self.inner.len())
    }

    fn alignment(&self) -> usize {
        self.inner.alignment()
    }

    fn is_direct(&self) -> bool {
        self.inner.is_direct()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Fault, FaultKind, SimDisk};
    use parking_lot::Mutex;

    fn watched() -> (SimDisk, Watched, Arc<Mutex<Vec<String>>>) {
        let sim = SimDisk::new();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&seen);
        let disk = Watched::new(Arc::new(sim.clone()), Arc::new(move |e| log.lock().push(e.to_string())));
        (sim, disk, seen)
    }

    /// Everything a disk can do, each failing in turn.
    #[test]
    fn every_failure_is_told_once_and_handed_on() {
        type Operation = fn(&Watched, &dyn File) -> Result<()>;
        let changes: [(&str, Operation); 9] = [
            ("open", |d, _| d.open("d/new", Open::CREATE_NEW).map(drop)),
            ("rename", |d, _| d.rename("d/a", "d/b")),
            ("remove", |d, _| d.remove("d/a")),
            ("create_dir", |d, _| d.create_dir_all("e")),
            ("sync_dir", |d, _| d.sync_dir("d")),
            ("write", |_, f| f.write_at(0, b"x")),
            ("sync", |_, f| f.sync_data()),
            ("sync", |_, f| f.sync_all()),
            ("set_len", |_, f| f.set_len(1)),
        ];
        let reads: [(&str, Operation); 4] = [
            ("read", |_, f| f.read_at(0, &mut [0; 1]).map(drop)),
            ("stat", |_, f| f.len().map(drop)),
            ("list", |d, _| d.list("d").map(drop)),
            ("exists", |d, _| d.exists("d/a").map(drop)),
        ];
        let all = changes.into_iter().map(|c| (c, false)).chain(reads.into_iter().map(|r| (r, true)));
        for ((name, operation), of_reads) in all {
            let (sim, disk, seen) = watched();
            disk.create_dir_all("d").unwrap();
            let file = disk.open("d/a", Open::CREATE).unwrap();
            let at = if of_reads { sim.counts().reads } else { sim.counts().mutations };
            sim.set_fault(Some(Fault { at, reads: of_reads, kind: FaultKind::Eio }));
            let error = operation(&disk, &*file).unwrap_err();
            assert_eq!(*seen.lock(), [error.to_string()], "{name}");
            operation(&disk, &*file).unwrap();
            assert_eq!(seen.lock().len(), 1, "{name}: only what failed");
        }
    }

    #[test]
    fn states_of_the_machine_are_no_failures() {
        let (sim, disk, seen) = watched();
        assert!(disk.open("none", Open::READ).err().unwrap().is_not_found());
        sim.set_fault(Some(Fault::enospc(sim.counts().mutations)));
        assert!(disk.create_dir_all("d").unwrap_err().is_full());
        let too_many = std::io::Error::from_raw_os_error(EMFILE);
        let result: Result<()> = Err(DiskError::from_io("open", "a", &too_many));
        assert!(tell(&disk.heard, result).is_err());
        assert!(seen.lock().is_empty(), "{:?}", seen.lock());
    }
}
