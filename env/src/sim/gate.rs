//! A disk on which some writes wait until they are let through: what happens meanwhile is then a function of the test.
//!
//! Invariant: while a write waits nothing else is held up, and everything that passes reaches the disk behind it unchanged.

use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

use crate::disk::{DirEntry, Disk, File, LockGuard, Open, Result};

/// Which files' writes are meant, by path.
pub type Which = fn(&str) -> bool;

#[derive(Default)]
struct State {
    /// Writes that still pass; None: all.
    left: Option<u64>,
    waiting: u64,
}

struct Shared {
    which: Which,
    state: Mutex<State>,
    changed: Condvar,
}

/// A disk with a gate before the writes of some files. Clones share it.
#[derive(Clone)]
pub struct Gated {
    disk: Arc<dyn Disk>,
    shared: Arc<Shared>,
}

impl Gated {
    /// Open at first.
    pub fn new(disk: Arc<dyn Disk>, which: Which) -> Gated {
        let shared = Shared { which, state: Mutex::default(), changed: Condvar::new() };
        Gated { disk, shared: Arc::new(shared) }
    }

    /// Lets `more` writes pass; those after them wait.
    pub fn close_after(&self, more: u64) {
        self.shared.state.lock().left = Some(more);
    }

    /// Lets all pass.
    pub fn open(&self) {
        self.shared.state.lock().left = None;
        self.shared.changed.notify_all();
    }

    /// Blocks until a write waits.
    pub fn wait_for_waiter(&self) {
        let mut state = self.shared.state.lock();
        while state.waiting == 0 {
            self.shared.changed.wait(&mut state);
        }
    }
}

impl Shared {
    fn pass(&self, path: &str) {
        if !(self.which)(path) {
            return;
        }
        let mut state = self.state.lock();
        while state.left == Some(0) {
            state.waiting += 1;
            self.changed.notify_all();
            self.changed.wait(&mut state);
            state.waiting -= 1;
        }
        if let Some(left) = &mut state.left {
            *left -= 1;
        }
    }
}

struct GatedFile {
    file: Arc<dyn File>,
    path: String,
    shared: Arc<Shared>,
}

impl File for GatedFile {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        self.file.read_at(offset, buf)
    }
    fn write_at(&self, offset: u64, buf: &[u8]) -> Result<()> {
        self.shared.pass(&self.path);
        self.file.write_at(offset, buf)
    }
    fn sync_data(&self) -> Result<()> {
        self.file.sync_data()
    }
    fn sync_all(&self) -> Result<()> {
        self.file.sync_all()
    }
    fn set_len(&self, len: u64) -> Result<()> {
        self.file.set_len(len)
    }
    fn len(&self) -> Result<u64> {
        self.file.len()
    }
    fn alignment(&self) -> usize {
        self.file.alignment()
    }
    fn is_direct(&self) -> bool {
        self.file.is_direct()
    }
}

impl Disk for Gated {
    fn open(&self, path: &str, how: Open) -> Result<Arc<dyn File>> {
        let file = self.disk.open(path, how)?;
        Ok(Arc::new(GatedFile { file, path: path.to_string(), shared: Arc::clone(&self.shared) }))
    }
    fn rename(&self, from: &str, to: &str) -> Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &str) -> Result<()> {
        self.disk.remove(path)
    }
    fn remove_dir(&self, path: &str) -> Result<()> {
        self.disk.remove_dir(path)
    }
    fn create_dir_all(&self, path: &str) -> Result<()> {
        self.disk.create_dir_all(path)
    }
    fn list(&self, path: &str) -> Result<Vec<DirEntry>> {
        self.disk.list(path)
    }
    fn sync_dir(&self, path: &str) -> Result<()> {
        self.disk.sync_dir(path)
    }
    fn exists(&self, path: &str) -> Result<bool> {
        self.disk.exists(path)
    }
    fn lock(&self, path: &str) -> Result<Box<dyn LockGuard>> {
        self.disk.lock(path)
    }
    fn lock_to_read(&self, path: &str) -> Result<Box<dyn LockGuard>> {
        self.disk.lock_to_read(path)
    }
    fn free_space(&self) -> Result<u64> {
        self.disk.free_space()
    }
}
