//! The simulated machine: a disk that loses what was not made durable, and a clock that moves when told.
//!
//! Invariant: the same calls with the same seeds give the same bytes, errors and losses.

mod crash;
mod disk;
mod fault;
mod gate;
mod state;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::clock::Clock;

pub use crash::CrashPolicy;
pub use disk::SimDisk;
pub use fault::{Counts, Fault, FaultKind};
pub use gate::{Gated, Which};
pub use state::Lie;

/// Bytes that a disk writes as a whole or not at all.
pub const SECTOR: usize = 512;

/// A clock that stands still until it is moved.
pub struct SimClock {
    wall: AtomicI64,
    mono: AtomicU64,
}

impl SimClock {
    /// Starts at 2026-01-01T00:00:00Z.
    pub fn new() -> SimClock {
        SimClock { wall: AtomicI64::new(1_767_225_600_000_000_000), mono: AtomicU64::new(1) }
    }

    /// Moves both clocks forward.
    pub fn advance(&self, nanos: u64) {
        self.mono.fetch_add(nanos, Ordering::SeqCst);
        self.wall.fetch_add(i64::try_from(nanos).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Sets wall time alone, as a person or NTP would.
    pub fn set_wall(&self, nanos: i64) {
        self.wall.store(nanos, Ordering::SeqCst);
    }
}

impl Default for SimClock {
    fn default() -> SimClock {
        SimClock::new()
    }
}

impl Clock for SimClock {
    fn wall_nanos(&self) -> i64 {
        self.wall.load(Ordering::SeqCst)
    }

    fn mono_nanos(&self) -> u64 {
        self.mono.load(Ordering::SeqCst)
    }
}
