//! The simulated disk: files in memory, with what is durable kept apart from what a reader sees.
//!
//! A sync makes all changes of a file durable, a write through a durable handle only itself. Each file has a durable image and a list of changes since; each folder change is in one list until its folder is
//! synced. Invariant: a reader sees all changes; a crash keeps what was synced and, of the rest, what its policy picks.

use std::sync::Arc;

use parking_lot::Mutex;

use super::SECTOR;
use super::crash::{self, CrashPolicy};
use super::fault::{Counts, Fault};
use super::state::{Change, Inode, Lie, NameChange, Node, State, apply_change, apply_names};
use crate::disk::{DirEntry, Disk, DiskError, File, LockGuard, Open, Result, components, parent};

/// A disk in memory. Cheap handles share one state; see the module for what survives a crash.
#[derive(Clone)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

impl Default for SimDisk {
    fn default() -> SimDisk {
        SimDisk::new()
    }
}

impl SimDisk {
    /// An empty disk without a capacity limit; durable handles ask for 512-byte blocks.
    pub fn new() -> SimDisk {
        SimDisk::from_state(State { block: SECTOR, ..State::default() })
    }

    fn from_state(state: State) -> SimDisk {
        SimDisk { state: Arc::new(Mutex::new(state)) }
    }

    /// Limits the bytes of all files together; `None` lifts the limit. Applies to growth from now on.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.state.lock().capacity = bytes;
    }

    /// Sets what durable handles ask for (512 or 4,096).
    pub fn set_block(&self, block: usize) {
        self.state.lock().block = block;
    }

    /// Bytes of all files that have a name.
    pub fn used(&self) -> u64 {
        self.state.lock().used()
    }

    /// Operations so far.
    pub fn counts(&self) -> Counts {
        self.state.lock().counts
    }

    /// Plans a fault (replacing an earlier plan), or none.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.state.lock().fault = fault;
    }

    /// From now on answers the syncs that `which` picks without doing them, until the next crash: for tests that prove
    /// that a missing sync would be noticed.
    pub fn lie(&self, which: Option<Lie>) {
        self.state.lock().lie = which;
    }

    /// Whether a planned crash has happened.
    pub fn has_crashed(&self) -> bool {
        self.state.lock().crashed
    }

    /// The disk as the next start of the machine finds it, after power was lost now. This disk is left as it is, so
    /// that one run can be followed by several outcomes. Counts start again at 0, planned faults are gone, locks free.
    pub fn after_crash(&self, policy: CrashPolicy, seed: u64) -> SimDisk {
        let state = self.state.lock().clone();
        SimDisk::from_state(restarted(crash::settle(state, policy, seed)))
    }

    /// The disk as the next start of the *process* finds it: nothing is lost, and nothing became durable either.
    pub fn after_kill(&self) -> SimDisk {
        SimDisk::from_state(restarted(self.state.lock().clone()))
    }

    /// From now on keeps the disk of every moment at which power could be lost: before each changing operation, and
    /// while each durable write is under way. One run is then enough to try a crash everywhere.
    pub fn keep_moments(&self) {
        self.state.lock().moments = Some(Vec::new());
    }

    /// Says how far the test's script has come; moments carry it.
    pub fn set_mark(&self, mark: u64) {
        self.state.lock().mark = mark;
    }

    /// The moments kept since the last call, each with its mark. Use them with [`SimDisk::after_crash`].
    pub fn take_moments(&self) -> Vec<(u64, SimDisk)> {
        let taken = self.state.lock().moments.as_mut().map(std::mem::take).unwrap_or_default();
        taken.into_iter().map(|(mark, state)| (mark, SimDisk::from_state(state))).collect()
    }

    /// Flips one bit of a file, durably: bit rot. Answers whether the byte exists.
    pub fn flip_bit(&self, path: &str, offset: u64, bit: u8) -> bool {
        let mut state = self.state.lock();
        let Some(Node::File(inode)) = state.names.get(path).copied() else { return false };
        let Some(inode) = state.inode_mut(inode) else { return false };
        let mask = 1u8 << (bit % 8);
        let Some(byte) = inode.seen.get_mut(offset as usize) else { return false };
        *byte ^= mask;
        if let Some(byte) = inode.durable.get_mut(offset as usize) {
            *byte ^= mask;
        }
        true
    }

    /// Puts a file on the disk, durably and with its folders: how tests plant images.
    pub fn plant(&self, path: &str, bytes: &[u8]) {
        let mut state = self.state.lock();
        let mut dir = parent(path).to_string();
        while !dir.is_empty() {
            state.names.insert(dir.clone(), Node::Dir);
            state.durable_names.insert(dir.clone(), Node::Dir);
            dir = parent(&dir).to_string();
        }
        let id = state.next_inode;
        state.next_inode += 1;
        let inode = Inode { seen: bytes.to_vec(), durable: bytes.to_vec(), ..Inode::default() };
        state.inodes.insert(id, Arc::new(inode));
        state.names.insert(path.to_string(), Node::File(id));
        state.durable_names.insert(path.to_string(), Node::File(id));
    }

    /// The bytes of a file as a reader sees them, uncounted; for checks in tests.
    pub fn peek(&self, path: &str) -> Option<Vec<u8>> {
        let state = self.state.lock();
        match state.names.get(path) {
            Some(Node::File(inode)) => state.inodes.get(inode).map(|i| i.seen.clone()),
            _ => None,
        }
    }

    /// All names of files, uncounted; for checks in tests.
    pub fn files(&self) -> Vec<String> {
        let state = self.state.lock();
        state.names.iter().filter(|(_, n)| **n != Node::Dir).map(|(k, _)| k.clone()).collect()
    }
}

fn restarted(mut state: State) -> State {
    state.crashed = false;
    state.fault = None;
    state.lie = None;
    state.counts = Counts::default();
    state.locks.clear();
    for inode in state.inodes.values_mut() {
        if inode.handles > 0 {
            Arc::make_mut(inode).handles = 0;
        }
    }
    state.moments = None;
    state.forget_unreachable();
    state
}

fn not_found(op: &'static str, path: &str) -> DiskError {
    DiskError::NotFound { op, path: path.to_string() }
}

fn invalid(op: &'static str, path: &str, message: impl Into<String>) -> DiskError {
    DiskError::Invalid { op, path: path.to_string(), message: message.into() }
}

fn crashed(op: &'static str, path: &str) -> DiskError {
    DiskError::Crashed { op, path: path.to_string() }
}

fn check_dir(state: &State, op: &'static str, dir: &str) -> Result<()> {
    if dir.is_empty() || state.names.get(dir) == Some(&Node::Dir) { Ok(()) } else { Err(not_found(op, dir)) }
}

impl Disk for SimDisk {
    fn open(&self, path: &str, how: Open) -> Result<Arc<dyn File>> {
        components("open", path)?;
        let mut state = self.state.lock();
        let existing = state.names.get(path).copied();
        let creates = existing.is_none() && (how.create || how.create_new);
        let dies = state.begin("open", path, creates || how.truncate)?;
        check_dir(&state, "open", parent(path))?;
        let inode = match existing {
            Some(Node::Dir) => return Err(invalid("open", path, "is a folder")),
            Some(Node::File(_)) if how.create_new => {
                return Err(DiskError::AlreadyExists { op: "open", path: path.to_string() });
            }
            Some(Node::File(inode)) => inode,
            None if creates => {
                let inode = state.next_inode;
                state.next_inode += 1;
                state.inodes.insert(inode, Arc::default());
                state.change_names(NameChange::Create { path: path.to_string(), node: Node::File(inode) });
                inode
            }
            None => return Err(not_found("open", path)),
        };
        if how.truncate
            && let Some(node) = state.inode_mut(inode)
            && !node.seen.is_empty()
        {
            node.seen.clear();
            node.pending.push(Change::SetLen(0));
        }
        if dies {
            return Err(crashed("open", path));
        }
        let alignment = if how.durable { state.block } else { 1 };
        if let Some(node) = state.inode_mut(inode) {
            node.handles += 1;
        }
        Ok(Arc::new(SimFile {
            state: self.state.clone(),
            inode,
            path: path.to_string(),
            writable: how.write,
            durable: how.durable,
            alignment,
        }))
    }

    fn rename(&self, from: &str, to: &str) -> Result<()> {
        components("rename", from)?;
        components("rename", to)?;
        let mut state = self.state.lock();
        let dies = state.begin("rename", from, true)?;
        let node = state.names.get(from).copied().ok_or_else(|| not_found("rename", from))?;
        check_dir(&state, "rename", parent(to))?;
        match state.names.get(to) {
            Some(Node::Dir) => return Err(invalid("rename", to, "is a folder")),
            Some(Node::File(_)) if node == Node::Dir => return Err(invalid("rename", to, "is a file")),
            _ => {}
        }
        if from != to {
            state.change_names(NameChange::Rename { from: from.to_string(), to: to.to_string() });
        }
        if dies { Err(crashed("rename", from)) } else { Ok(()) }
    }

    fn remove(&self, path: &str) -> Result<()> {
        components("remove", path)?;
        let mut state = self.state.lock();
        let dies = state.begin("remove", path, true)?;
        match state.names.get(path) {
            None => return Err(not_found("remove", path)),
            Some(Node::Dir) => return Err(invalid("remove", path, "is a folder")),
            Some(Node::File(_)) => state.change_names(NameChange::Remove { path: path.to_string() }),
        }
        if dies { Err(crashed("remove", path)) } else { Ok(()) }
    }

    fn remove_dir(&self, path: &str) -> Result<()> {
        components("remove_dir", path)?;
        let mut state = self.state.lock();
        let dies = state.begin("remove_dir", path, true)?;
        if state.names.get(path) != Some(&Node::Dir) {
            return Err(not_found("remove_dir", path));
        }
        let prefix = format!("{path}/");
        if state.names.keys().any(|k| k.starts_with(&prefix)) {
            return Err(invalid("remove_dir", path, "is not empty"));
        }
        state.change_names(NameChange::Remove { path: path.to_string() });
        if dies { Err(crashed("remove_dir", path)) } else { Ok(()) }
    }

    fn create_dir_all(&self, path: &str) -> Result<()> {
        let parts = components("create_dir", path)?;
        let mut state = self.state.lock();
        let dies = state.begin("create_dir", path, true)?;
        let mut at = String::new();
        for part in parts {
            at = crate::disk::join(&at, part);
            match state.names.get(&at) {
                Some(Node::Dir) => {}
                Some(Node::File(_)) => return Err(invalid("create_dir", &at, "is a file")),
                None => state.change_names(NameChange::Create { path: at.clone(), node: Node::Dir }),
            }
        }
        if dies { Err(crashed("create_dir", path)) } else { Ok(()) }
    }

    fn list(&self, path: &str) -> Result<Vec<DirEntry>> {
        components("list", path)?;
        let mut state = self.state.lock();
        if state.begin("list", path, false)? {
            return Err(crashed("list", path));
        }
        check_dir(&state, "list", path)?;
        let mut entries = Vec::new();
        for (name, node) in &state.names {
            if parent(name) == path {
                let last = name.rsplit('/').next().unwrap_or(name);
                entries.push(DirEntry { name: last.to_string(), is_dir: *node == Node::Dir });
            }
        }
        entries.sort();
        Ok(entries)
    }

    fn sync_dir(&self, path: &str) -> Result<()> {
        components("sync_dir", path)?;
        let mut state = self.state.lock();
        let dies = state.begin("sync_dir", path, true)?;
        check_dir(&state, "sync_dir", path)?;
        if dies {
            return Err(crashed("sync_dir", path));
        }
        if state.lies("sync_dir", path) {
            return Ok(());
        }
        let (now, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut state.name_changes).into_iter().partition(|c| c.touches(path));
        for change in &now {
            apply_names(&mut state.durable_names, change);
        }
        state.name_changes = later;
        state.forget_unreachable();
        Ok(())
    }

    fn exists(&self, path: &str) -> Result<bool> {
        components("exists", path)?;
        let mut state = self.state.lock();
        if state.begin("exists", path, false)? {
            return Err(crashed("exists", path));
        }
        Ok(path.is_empty() || state.names.contains_key(path))
    }

    fn lock(&self, path: &str) -> Result<Box<dyn LockGuard>> {
        drop(self.open(path, Open::CREATE)?);
        self.lock_to_read(path)
    }

    /// One holder here, of either kind.
    fn lock_to_read(&self, path: &str) -> Result<Box<dyn LockGuard>> {
        drop(self.open(path, Open::READ)?);
        let mut state = self.state.lock();
        if !state.locks.insert(path.to_string()) {
            return Err(DiskError::Locked { path: path.to_string() });
        }
        Ok(Box::new(SimLock { state: self.state.clone(), path: path.to_string() }))
    }

    fn free_space(&self) -> Result<u64> {
        let mut state = self.state.lock();
        if state.begin("free_space", "", false)? {
            return Err(crashed("free_space", ""));
        }
        Ok(state.room())
    }
}

struct SimLock {
    state: Arc<Mutex<State>>,
    path: String,
}

impl LockGuard for SimLock {}

impl Drop for SimLock {
    fn drop(&mut self) {
        self.state.lock().locks.remove(&self.path);
    }
}

struct SimFile {
    state: Arc<Mutex<State>>,
    inode: u64,
    path: String,
    writable: bool,
    durable: bool,
    alignment: usize,
}

/// What an operation makes durable.
enum Sync {
    No,
    ThisWrite,
    All,
}

impl SimFile {
    /// Runs a changing operation: counts it, checks capacity for growth to `new_len`, puts `change` in flight, and
    /// makes it durable when `sync` says so and the machine did not die in it.
    fn change(&self, op: &'static str, change: Option<(Change, u64)>, sync: Sync) -> Result<()> {
        let mut state = self.state.lock();
        let dies = state.begin(op, &self.path, true)?;
        if let Some((change, new_len)) = change {
            let old = state.inodes.get(&self.inode).map_or(0, |i| i.seen.len() as u64);
            if new_len > old && new_len - old > state.room() {
                return Err(DiskError::Full { op, path: self.path.clone() });
            }
            let inode = Arc::make_mut(state.inodes.entry(self.inode).or_default());
            apply_change(&mut inode.seen, &change);
            inode.pending.push(change);
            if matches!(sync, Sync::ThisWrite) {
                // Under way: any of its sectors may have reached the disk, none of them too, so this replaces the moment
                // before it.
                if let Some(moments) = &mut state.moments {
                    moments.pop();
                }
                state.keep_moment();
            }
        }
        if dies {
            return Err(crashed(op, &self.path));
        }
        match sync {
            Sync::No => {}
            _ if state.lies(op, &self.path) => {}
            Sync::ThisWrite => Arc::make_mut(state.inodes.entry(self.inode).or_default()).sync_last(),
            Sync::All => Arc::make_mut(state.inodes.entry(self.inode).or_default()).sync(),
        }
        Ok(())
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        if let Some(inode) = self.state.lock().inode_mut(self.inode) {
            inode.handles = inode.handles.saturating_sub(1);
        }
    }
}

impl File for SimFile {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let mut state = self.state.lock();
        if state.begin("read", &self.path, false)? {
            return Err(crashed("read", &self.path));
        }
        let Some(inode) = state.inodes.get(&self.inode) else { return Ok(0) };
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(inode.seen.len());
        let n = buf.len().min(inode.seen.len() - from);
        buf[..n].copy_from_slice(&inode.seen[from..from + n]);
        Ok(n)
    }

    fn write_at(&self, offset: u64, buf: &[u8]) -> Result<()> {
        if !self.writable {
            return Err(invalid("write", &self.path, "opened to read"));
        }
        let aligned = |n: u64| n.is_multiple_of(self.alignment as u64);
        if self.durable && !(aligned(offset) && aligned(buf.len() as u64) && aligned(buf.as_ptr() as u64)) {
            return Err(invalid("write", &self.path, format!("{} bytes at {offset} is misaligned", buf.len())));
        }
        let end = offset + buf.len() as u64;
        let seen = self.state.lock().inodes.get(&self.inode).map_or(0, |i| i.seen.len() as u64);
        let change = Change::Write { offset, data: buf.into() };
        let sync = if self.durable { Sync::ThisWrite } else { Sync::No };
        self.change("write", Some((change, end.max(seen))), sync)
    }

    fn sync_data(&self) -> Result<()> {
        self.change("sync", None, Sync::All)
    }

    fn sync_all(&self) -> Result<()> {
        self.change("sync", None, Sync::All)
    }

    fn set_len(&self, len: u64) -> Result<()> {
        if !self.writable {
            return Err(invalid("set_len", &self.path, "opened to read"));
        }
        self.change("set_len", Some((Change::SetLen(len), len)), Sync::No)
    }

    fn len(&self) -> Result<u64> {
        let mut state = self.state.lock();
        if state.begin("stat", &self.path, false)? {
            return Err(crashed("stat", &self.path));
        }
        Ok(state.inodes.get(&self.inode).map_or(0, |i| i.seen.len() as u64))
    }

    fn alignment(&self) -> usize {
        self.alignment
    }

    fn is_direct(&self) -> bool {
        self.durable
    }
}
