//! One memory budget for the whole process (DESIGN D25). Everything that grows with input reserves from it.
//!
//! Invariant: the sum of live reservations never exceeds the limit of any budget on the path to the root.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A pool of bytes, possibly inside a larger one.
#[derive(Debug)]
pub struct Budget {
    name: &'static str,
    limit: u64,
    used: AtomicU64,
    peak: AtomicU64,
    parent: Option<Arc<Budget>>,
}

/// A reservation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exceeded {
    pub budget: &'static str,
    pub requested: u64,
    pub used: u64,
    pub limit: u64,
}

impl std::fmt::Display for Exceeded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Memory limit ({}) exceeded: would use {} bytes (requested {}), maximum: {} bytes",
            self.budget,
            self.used.saturating_add(self.requested),
            self.requested,
            self.limit
        )
    }
}

impl From<Exceeded> for crate::Error {
    fn from(e: Exceeded) -> Self {
        crate::Error::new(crate::Code::MemoryLimitExceeded, e.to_string())
    }
}

impl Budget {
    /// The process' budget.
    pub fn root(limit: u64) -> Arc<Budget> {
        Arc::new(Budget { name: "total", limit, used: AtomicU64::new(0), peak: AtomicU64::new(0), parent: None })
    }

    /// A part of this budget with a limit of its own; what it reserves counts against both.
    pub fn child(self: &Arc<Self>, name: &'static str, limit: u64) -> Arc<Budget> {
        Arc::new(Budget {
            name,
            limit,
            used: AtomicU64::new(0),
            peak: AtomicU64::new(0),
            parent: Some(Arc::clone(self)),
        })
    }

    /// Bytes reserved now.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
    /// The most bytes ever reserved at once.
    pub fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }
    pub fn limit(&self) -> u64 {
        self.limit
    }
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Takes `bytes` from this budget and all above it, or from none.
    pub fn try_grow(&self, bytes: u64) -> Result<(), Exceeded> {
        let taken = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            used.checked_add(bytes).filter(|new| *new <= self.limit)
        });
        match taken {
            Err(used) => Err(Exceeded { budget: self.name, requested: bytes, used, limit: self.limit }),
            Ok(before) => {
                if let Some(parent) = &self.parent
                    && let Err(e) = parent.try_grow(bytes)
                {
                    self.used.fetch_sub(bytes, Ordering::Relaxed);
                    return Err(e);
                }
                self.peak.fetch_max(before + bytes, Ordering::Relaxed);
                Ok(())
            }
        }
    }

    /// Gives `bytes` back.
    pub fn shrink(&self, bytes: u64) {
        let before = self.used.fetch_sub(bytes, Ordering::Relaxed);
        assert!(before >= bytes, "budget {} gave back {bytes} of {before} bytes", self.name);
        if let Some(parent) = &self.parent {
            parent.shrink(bytes);
        }
    }

    /// Takes `bytes` and gives them back when the reservation is dropped.
    pub fn reserve(self: &Arc<Self>, bytes: u64) -> Result<Reservation, Exceeded> {
        self.try_grow(bytes)?;
        Ok(Reservation { budget: Arc::clone(self), bytes })
    }
}

/// Bytes held of a budget.
#[derive(Debug)]
pub struct Reservation {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Reservation {
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
    /// Changes the held amount to `bytes`.
    pub fn resize(&mut self, bytes: u64) -> Result<(), Exceeded> {
        if bytes > self.bytes {
            self.budget.try_grow(bytes - self.bytes)?;
        } else {
            self.budget.shrink(self.bytes - bytes);
        }
        self.bytes = bytes;
        Ok(())
    }
    /// Holds `more` bytes than now.
    pub fn grow(&mut self, more: u64) -> Result<(), Exceeded> {
        self.budget.try_grow(more)?;
        self.bytes += more;
        Ok(())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.shrink(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_never_takes_what_the_root_lacks() {
        let root = Budget::root(100);
        let a = root.child("a", 80);
        let b = root.child("b", 80);
        let held = a.reserve(70).unwrap();
        assert_eq!(b.reserve(40).unwrap_err().budget, "total");
        assert_eq!(b.used(), 0);
        assert_eq!(a.reserve(11).unwrap_err().budget, "a");
        drop(held);
        assert_eq!((root.used(), a.used(), root.peak()), (0, 0, 70));
    }
}
