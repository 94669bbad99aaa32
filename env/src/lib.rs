//! The only door to disk, clock, randomness and threads below `server`.
//!
//! Everything that makes a run differ from another run comes in through an [`Env`], so that the same code runs on a
//! real machine and on a simulated one ([`sim`]) where each disk operation can crash, fail or be half done.
//! Invariant: code below `server` never touches `std::fs`, `std::time::{Instant, SystemTime}`, `std::thread` or a
//! system random source except through this crate.

pub mod aligned;
pub mod clock;
pub mod disk;
pub mod real;
pub mod rng;
pub mod sim;
pub mod threads;
pub mod watched;

use std::path::Path;
use std::sync::Arc;

pub use aligned::AlignedBuf;
pub use clock::Clock;
pub use disk::{Disk, DiskError, File, Open, Result};
pub use rng::Rng;
pub use threads::{Priority, Spawner, Thread};

/// The bundle that a component is given: one disk, one clock, one source of seeds, one way to start threads.
/// Cheap to clone.
#[derive(Clone)]
pub struct Env {
    /// Files, addressed by paths relative to the data folder.
    pub disk: Arc<dyn Disk>,
    /// Wall and monotonic time.
    pub clock: Arc<dyn Clock>,
    /// Where new random generators get their seeds.
    pub seeds: Arc<rng::Seeds>,
    /// Starts named threads.
    pub spawner: Arc<dyn Spawner>,
}

impl Env {
    /// The machine we run on, with `root` as the data folder (created when missing).
    ///
    /// Errors: whatever creating or opening the folder gives.
    pub fn real(root: &Path) -> Result<Env> {
        Ok(Env {
            disk: Arc::new(real::RealDisk::open(root)?),
            clock: Arc::new(clock::RealClock::new()),
            seeds: Arc::new(rng::Seeds::from_system()?),
            spawner: Arc::new(threads::RealSpawner),
        })
    }

    /// A simulated machine whose every choice follows from `seed`: an empty [`sim::SimDisk`] and a clock that stands
    /// still until it is moved. Threads are real ones; deterministic tests do not start any.
    pub fn sim(seed: u64) -> Env {
        Env::sim_with(seed, Arc::new(sim::SimDisk::new()), Arc::new(sim::SimClock::new()))
    }

    /// As [`Env::sim`], with a disk and a clock that the test keeps a hand on.
    pub fn sim_with(seed: u64, disk: Arc<sim::SimDisk>, clock: Arc<sim::SimClock>) -> Env {
        Env { disk, clock, seeds: Arc::new(rng::Seeds::from_seed(seed)), spawner: Arc::new(threads::RealSpawner) }
    }

    /// A new generator; the next seed of this environment.
    pub fn rng(&self) -> Rng {
        self.seeds.rng()
    }
}
