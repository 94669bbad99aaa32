//! Counting disk operations, and failing or crashing at a chosen one.
//!
//! Invariant: an operation is counted before it takes effect, so a run without faults tells how many points there are
//! to enumerate, and the same script reaches the same point again.

/// What happens at the chosen operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The machine stops while the operation is under way: the operation and all later ones fail with `Crashed`; a
    /// write is left in flight, so any subset of its sectors may survive.
    Crash,
    /// This one operation fails with EIO and has no effect.
    Eio,
    /// This operation and all later ones that are counted with it fail with EIO.
    EioFromHere,
    /// This one operation fails with ENOSPC and has no effect.
    Enospc,
}

/// A fault at an operation, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which operation: an index into [`Counts::mutations`] or, with `reads`, into [`Counts::reads`].
    pub at: u64,
    /// Count reads (read, len, list, open to read, exists, free space) instead of operations that change the disk.
    pub reads: bool,
    /// What happens.
    pub kind: FaultKind,
}

impl Fault {
    /// A crash at the `at`-th changing operation.
    pub fn crash(at: u64) -> Fault {
        Fault { at, reads: false, kind: FaultKind::Crash }
    }

    /// EIO from the `at`-th changing operation.
    pub fn eio(at: u64) -> Fault {
        Fault { at, reads: false, kind: FaultKind::Eio }
    }

    /// ENOSPC from the `at`-th changing operation.
    pub fn enospc(at: u64) -> Fault {
        Fault { at, reads: false, kind: FaultKind::Enospc }
    }
}

/// How many operations a simulated disk has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Creating opens, writes, set_len, syncs, renames, removes, folder creations.
    pub mutations: u64,
    /// All others.
    pub reads: u64,
}
