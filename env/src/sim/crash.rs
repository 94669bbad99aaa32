//! What a crash leaves of changes that were not made durable.
//!
//! Invariant: a sector is kept whole or not at all; changes that are kept act in the order in which they were made;
//! what was synced is never touched.

use std::sync::Arc;

use rand::Rng as _;

use super::SECTOR;
use super::state::{Change, Node, State, apply_change, apply_names, write_into};
use crate::rng::{Rng, seeded};

/// Which unsynced changes survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPolicy {
    /// None: the write cache is lost.
    DropAll,
    /// All of them, also the write that was under way.
    KeepAll,
    /// Each sector of each write, each length change and each change of a name by itself, at odds that the seed picks.
    Sampled,
}

/// Settles every change as the policy says; afterwards nothing is pending.
pub(super) fn settle(mut state: State, policy: CrashPolicy, seed: u64) -> State {
    let mut rng = seeded(seed);
    let odds = [0.1, 0.5, 0.9][rng.random_range(0..3)];
    let keep = |rng: &mut Rng| match policy {
        CrashPolicy::DropAll => false,
        CrashPolicy::KeepAll => true,
        CrashPolicy::Sampled => rng.random_bool(odds),
    };
    for change in std::mem::take(&mut state.name_changes) {
        if keep(&mut rng) {
            apply_names(&mut state.durable_names, &change);
        }
    }
    // A name whose folder was lost is lost with it.
    let orphan = |names: &std::collections::BTreeMap<String, Node>, path: &str| {
        let dir = crate::disk::parent(path);
        !dir.is_empty() && !names.contains_key(dir)
    };
    loop {
        let lost: Vec<String> =
            state.durable_names.keys().filter(|p| orphan(&state.durable_names, p)).cloned().collect();
        if lost.is_empty() {
            break;
        }
        for path in lost {
            state.durable_names.remove(&path);
        }
    }
    state.names = state.durable_names.clone();
    for inode in state.inodes.values_mut() {
        if inode.pending.is_empty() {
            continue;
        }
        let inode = Arc::make_mut(inode);
        for change in std::mem::take(&mut inode.pending) {
            settle_change(&mut inode.durable, &change, || keep(&mut rng));
        }
        inode.seen = inode.durable.clone();
    }
    let named: std::collections::BTreeSet<u64> = state
        .names
        .values()
        .filter_map(|n| match n {
            Node::File(i) => Some(*i),
            Node::Dir => None,
        })
        .collect();
    state.inodes.retain(|id, _| named.contains(id));
    state
}

fn settle_change(image: &mut Vec<u8>, change: &Change, mut keep: impl FnMut() -> bool) {
    let Change::Write { offset, data } = change else {
        if keep() {
            apply_change(image, change);
        }
        return;
    };
    let end = *offset + data.len() as u64;
    // The new length is metadata: it may be lost although sectors were written.
    if end > image.len() as u64 && keep() {
        image.resize(end as usize, 0);
    }
    let mut at = *offset;
    while at < end {
        let next = ((at / SECTOR as u64 + 1) * SECTOR as u64).min(end);
        if keep() {
            let visible = next.min(image.len() as u64);
            if visible > at {
                let from = (at - offset) as usize;
                write_into(image, at, &data[from..from + (visible - at) as usize]);
            }
        }
        at = next;
    }
}
