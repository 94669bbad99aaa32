//! What a simulated disk holds: files, names, and the changes of both that are not durable yet.
//!
//! Invariant: what a reader sees is the durable state with every pending change applied in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fault::{Counts, Fault, FaultKind};
use crate::disk::{DiskError, Result, parent};

/// A change of a file's content that is not durable yet.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Write { offset: u64, data: Arc<[u8]> },
    SetLen(u64),
}

/// A file, under any number of names over time.
#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    /// What every reader sees.
    pub(super) seen: Vec<u8>,
    /// What a crash cannot take away.
    pub(super) durable: Vec<u8>,
    /// What leads from `durable` to `seen`.
    pub(super) pending: Vec<Change>,
    /// Open handles: a file without a name lives as long as one is open.
    pub(super) handles: u32,
}

impl Inode {
    /// Everything becomes durable.
    pub(super) fn sync(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            apply_change(&mut self.durable, &change);
        }
        debug_assert_eq!(self.durable.len(), self.seen.len());
    }

    /// The last change, a write, becomes durable, and with it the length; earlier ones that it does not cover do not.
    pub(super) fn sync_last(&mut self) {
        if self.pending.iter().any(|c| matches!(c, Change::SetLen(_))) {
            // Changes of length are journaled with the write's own.
            return self.sync();
        }
        let Some(last @ Change::Write { .. }) = self.pending.pop() else { return };
        apply_change(&mut self.durable, &last);
        let Change::Write { offset, data } = last else { return };
        let end = offset + data.len() as u64;
        for change in std::mem::take(&mut self.pending) {
            let Change::Write { offset: from, data } = change else { continue };
            let to = from + data.len() as u64;
            // What is left of an earlier write before and behind the durable one.
            for (start, stop) in [(from, to.min(offset)), (from.max(end), to)] {
                if start < stop {
                    let piece = data[(start - from) as usize..(stop - from) as usize].into();
                    self.pending.push(Change::Write { offset: start, data: piece });
                }
            }
        }
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    File(u64),
    Dir,
}

/// A change of names that is not durable yet.
#[derive(Clone, Debug)]
pub(super) enum NameChange {
    Create { path: String, node: Node },
    Remove { path: String },
    Rename { from: String, to: String },
}

impl NameChange {
    pub(super) fn touches(&self, dir: &str) -> bool {
        match self {
            NameChange::Create { path, .. } | NameChange::Remove { path } => parent(path) == dir,
            NameChange::Rename { from, to } => parent(from) == dir || parent(to) == dir,
        }
    }
}

/// Whether the disk lies about a sync: operation ("sync", "sync_dir", or "write" for durable handles) and path.
pub type Lie = fn(&str, &str) -> bool;

/// The whole state; cloning it is how a crash is tried in several ways.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Shared between clones until one of them changes a file.
    pub(super) inodes: BTreeMap<u64, Arc<Inode>>,
    pub(super) next_inode: u64,
    pub(super) names: BTreeMap<String, Node>,
    pub(super) durable_names: BTreeMap<String, Node>,
    pub(super) name_changes: Vec<NameChange>,
    pub(super) capacity: Option<u64>,
    pub(super) locks: BTreeSet<String>,
    pub(super) counts: Counts,
    pub(super) fault: Option<Fault>,
    pub(super) crashed: bool,
    /// Syncs that are answered and not done.
    pub(super) lie: Option<Lie>,
    /// The block that durable handles ask for.
    pub(super) block: usize,
    /// Every moment at which power could be lost, with the mark that stood then; None: they are not kept.
    pub(super) moments: Option<Vec<(u64, State)>>,
    /// How far the test's script has come.
    pub(super) mark: u64,
}

impl State {
    /// Counts an operation and answers the error that it shall fail with, if any. A crash is answered after the
    /// caller has put the change in flight, so it comes as a flag.
    pub(super) fn begin(&mut self, op: &'static str, path: &str, mutation: bool) -> Result<bool> {
        if self.crashed {
            return Err(DiskError::Crashed { op, path: path.to_string() });
        }
        if mutation {
            self.keep_moment();
        }
        let index = if mutation { &mut self.counts.mutations } else { &mut self.counts.reads };
        let at = *index;
        *index += 1;
        let Some(fault) = self.fault.filter(|f| f.reads != mutation) else { return Ok(false) };
        let path = path.to_string();
        let eio = DiskError::Io { op, path: path.clone(), errno: 5, message: "simulated I/O error".to_string() };
        match fault.kind {
            FaultKind::EioFromHere if at >= fault.at => Err(eio),
            FaultKind::Eio if at == fault.at => Err(eio),
            FaultKind::Enospc if at == fault.at => Err(DiskError::Full { op, path }),
            FaultKind::Crash if at >= fault.at => {
                self.crashed = true;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Whether this sync is answered and not done.
    pub(super) fn lies(&self, op: &str, path: &str) -> bool {
        self.lie.is_some_and(|lie| lie(op, path))
    }

    /// Keeps the state as it is now, if moments are kept.
    pub(super) fn keep_moment(&mut self) {
        if let Some(moments) = self.moments.take() {
            let now = (self.mark, self.clone());
            self.moments = Some(moments);
            self.moments.get_or_insert_default().push(now);
        }
    }

    /// A file, to be changed.
    pub(super) fn inode_mut(&mut self, id: u64) -> Option<&mut Inode> {
        self.inodes.get_mut(&id).map(Arc::make_mut)
    }

    pub(super) fn used(&self) -> u64 {
        let mut linked = BTreeSet::new();
        for node in self.names.values() {
            if let Node::File(inode) = node {
                linked.insert(*inode);
            }
        }
        linked.iter().filter_map(|i| self.inodes.get(i)).map(|i| i.seen.len() as u64).sum()
    }

    pub(super) fn room(&self) -> u64 {
        self.capacity.map_or(u64::MAX / 2, |c| c.saturating_sub(self.used()))
    }

    pub(super) fn change_names(&mut self, change: NameChange) {
        apply_names(&mut self.names, &change);
        self.name_changes.push(change);
    }

    /// Drops inodes that no name, durable or seen, can lead to any more.
    pub(super) fn forget_unreachable(&mut self) {
        let mut reachable = BTreeSet::new();
        for node in self.names.values().chain(self.durable_names.values()) {
            if let Node::File(inode) = node {
                reachable.insert(*inode);
            }
        }
        for change in &self.name_changes {
            if let NameChange::Create { node: Node::File(inode), .. } = change {
                reachable.insert(*inode);
            }
        }
        self.inodes.retain(|id, inode| inode.handles > 0 || reachable.contains(id));
    }
}

/// Applies one change to a set of names; one that finds nothing to act on has no effect.
pub(super) fn apply_names(names: &mut BTreeMap<String, Node>, change: &NameChange) {
    match change {
        NameChange::Create { path, node } => {
            names.insert(path.clone(), *node);
        }
        NameChange::Remove { path } => {
            names.remove(path);
        }
        NameChange::Rename { from, to } => {
            let Some(node) = names.remove(from) else { return };
            if node == Node::Dir {
                let prefix = format!("{from}/");
                let inside: Vec<String> = names.keys().filter(|k| k.starts_with(&prefix)).cloned().collect();
                for old in inside {
                    if let Some(child) = names.remove(&old) {
                        names.insert(format!("{to}/{}", &old[prefix.len()..]), child);
                    }
                }
            }
            names.insert(to.clone(), node);
        }
    }
}

/// Applies one change to a file image.
pub(super) fn apply_change(image: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { offset, data } => write_into(image, *offset, data),
        Change::SetLen(len) => image.resize(*len as usize, 0),
    }
}

pub(super) fn write_into(image: &mut Vec<u8>, offset: u64, data: &[u8]) {
    let start = offset as usize;
    let end = start + data.len();
    if image.len() < end {
        image.resize(end, 0);
    }
    image[start..end].copy_from_slice(data);
}
