//! Randomness: ChaCha generators whose seeds come from the environment.
//!
//! Invariant: in a simulation all generators follow from one root seed and the order in which they were asked for.

use parking_lot::Mutex;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::disk::{DiskError, Result};

/// The generator handed out; implements `rand::RngCore`, so `rand::Rng`'s methods work on it.
pub type Rng = ChaCha12Rng;

/// A generator from a number: the same number gives the same sequence on every machine.
pub fn seeded(seed: u64) -> Rng {
    Rng::seed_from_u64(seed)
}

/// Where generators get their seeds.
pub struct Seeds {
    root: Mutex<Rng>,
}

impl Seeds {
    /// All seeds follow from this number.
    pub fn from_seed(seed: u64) -> Seeds {
        Seeds { root: Mutex::new(seeded(seed)) }
    }

    /// Seeded by the operating system.
    pub fn from_system() -> Result<Seeds> {
        let root = Rng::try_from_os_rng().map_err(|e| DiskError::Io {
            op: "getrandom",
            path: String::new(),
            errno: 0,
            message: e.to_string(),
        })?;
        Ok(Seeds { root: Mutex::new(root) })
    }

    /// A new generator.
    pub fn rng(&self) -> Rng {
        let mut seed = <Rng as SeedableRng>::Seed::default();
        self.root.lock().fill_bytes(&mut seed);
        Rng::from_seed(seed)
    }

    /// A new 64-bit number.
    pub fn next_u64(&self) -> u64 {
        self.root.lock().next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_sequence() {
        let (a, b) = (Seeds::from_seed(7), Seeds::from_seed(7));
        assert_eq!(a.rng().next_u64(), b.rng().next_u64());
        assert_eq!(a.next_u64(), b.next_u64());
        assert_ne!(a.rng().next_u64(), a.rng().next_u64());
        assert_ne!(Seeds::from_system().unwrap().next_u64(), Seeds::from_system().unwrap().next_u64());
    }
}
