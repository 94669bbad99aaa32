//! One memory budget for the whole process (DESIGN D25). Everything that grows with input reserves from it.
//!
//! Invariant: the sum of live reservations never exceeds the limit of any budget on the path to the root, except by what
//! [`Reservation::force`] records: memory that is in use already.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Gives back about as many bytes as it is asked for, if it has them: a cache. Called from whoever reserves, so it takes
/// no lock that is held while reserving, and it does not block.
pub type Reclaim = Box<dyn Fn(u64) + Send + Sync>;

/// Why an [`Audit`] is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audited {
    /// Much was given out since the last one.
    Routine,
    /// A reservation is about to be refused.
    Short,
}

/// Compares what the process really takes with what is reserved, and records the difference with [`Reservation::force`].
/// Called from whoever reserves, on any thread, before bytes are given out.
pub type Audit = Box<dyn Fn(Audited) + Send + Sync>;

/// One part in so many of the process' budget is given out at most between two audits.
const AUDIT_SHARE: u64 = 64;

/// A pool of bytes, possibly inside a larger one.
#[derive(Debug)]
pub struct Budget {
    name: &'static str,
    limit: u64,
    used: AtomicU64,
    peak: AtomicU64,
    parent: Option<Arc<Budget>>,
    hooks: Hooks,
}

/// The root's; nothing in the others.
#[derive(Default)]
struct Hooks {
    reclaim: OnceLock<Reclaim>,
    audit: OnceLock<Audit>,
    /// Bytes given out since the last audit.
    granted: AtomicU64,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (reclaim, audit) = (self.reclaim.get().is_some(), self.audit.get().is_some());
        write!(f, "reclaim: {reclaim}, audit: {audit}")
    }
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
        Arc::new(Budget::new("total", limit, None))
    }

    fn new(name: &'static str, limit: u64, parent: Option<Arc<Budget>>) -> Budget {
        let (used, peak) = (AtomicU64::new(0), AtomicU64::new(0));
        Budget { name, limit, used, peak, parent, hooks: Hooks::default() }
    }

    /// Names what gives memory back when the process' budget is spent: others come before a cache. The first one counts.
    pub fn reclaim_with(&self, reclaim: Reclaim) {
        match &self.parent {
            Some(parent) => parent.reclaim_with(reclaim),
            None => drop(self.hooks.reclaim.set(reclaim)),
        }
    }

    /// Names who compares the process' budget with what the process takes. The first one counts.
    pub fn audit_with(&self, audit: Audit) {
        match &self.parent {
            Some(parent) => parent.audit_with(audit),
            None => drop(self.hooks.audit.set(audit)),
        }
    }

    /// An audit where one is due before `bytes` more are given out.
    fn audit_before(&self, bytes: u64) {
        let Some(audit) = self.hooks.audit.get() else { return };
        let granted = self.hooks.granted.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if granted > self.limit / AUDIT_SHARE {
            self.hooks.granted.store(0, Ordering::Relaxed);
            audit(Audited::Routine);
        }
    }

    /// Asks what was named with [`Budget::reclaim_with`] for `bytes`.
    pub fn reclaim(&self, bytes: u64) {
        if bytes > 0
            && let Some(reclaim) = self.hooks.reclaim.get()
        {
            reclaim(bytes);
        }
    }

    /// A part of this budget with a limit of its own; what it reserves counts against both.
    pub fn child(self: &Arc<Self>, name: &'static str, limit: u64) -> Arc<Budget> {
        Arc::new(Budget::new(name, limit, Some(Arc::clone(self))))
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

    /// Takes `bytes` from this budget and all above it, or from none. Where the process' budget is spent, what is only
    /// cached goes first, then what was freed and is still counted.
    pub fn try_grow(&self, bytes: u64) -> Result<(), Exceeded> {
        if bytes == 0 {
            return Ok(());
        }
        self.audit_before(bytes);
        let mut taken = self.take(bytes);
        if let (Err(e), Some(reclaim)) = (&taken, self.hooks.reclaim.get())
            && bytes <= self.limit
        {
            reclaim(bytes.saturating_sub(self.limit.saturating_sub(e.used)));
            taken = self.take(bytes);
        }
        if let (Err(_), Some(audit)) = (&taken, self.hooks.audit.get())
            && bytes <= self.limit
        {
            audit(Audited::Short);
            taken = self.take(bytes);
        }
        let before = taken?;
        if let Some(parent) = &self.parent
            && let Err(e) = parent.try_grow(bytes)
        {
            self.used.fetch_sub(bytes, Ordering::Relaxed);
            return Err(e);
        }
        self.peak.fetch_max(before + bytes, Ordering::Relaxed);
        Ok(())
    }

    /// Takes from this budget alone; what was taken before.
    fn take(&self, bytes: u64) -> Result<u64, Exceeded> {
        let taken = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            used.checked_add(bytes).filter(|new| *new <= self.limit)
        });
        taken.map_err(|used| Exceeded { budget: self.name, requested: bytes, used, limit: self.limit })
    }

    /// Takes `bytes`, whatever the limits say: they are in use already.
    fn force(&self, bytes: u64) {
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        self.peak.fetch_max(before.saturating_add(bytes), Ordering::Relaxed);
        if let Some(parent) = &self.parent {
            parent.force(bytes);
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

    /// A reservation of nothing yet.
    pub fn empty(self: &Arc<Self>) -> Reservation {
        Reservation { budget: Arc::clone(self), bytes: 0 }
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
    /// A reservation of nothing, of the same budget.
    pub fn sibling(&self) -> Reservation {
        Reservation { budget: Arc::clone(&self.budget), bytes: 0 }
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
    /// Holds exactly `bytes`, even beyond the limits: a record of memory that is in use, whatever was allowed. While it
    /// stands, others get less.
    pub fn force(&mut self, bytes: u64) {
        if bytes > self.bytes {
            self.budget.force(bytes - self.bytes);
        } else {
            self.budget.shrink(self.bytes - bytes);
        }
        self.bytes = bytes;
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

    #[test]
    fn a_cache_gives_way_when_the_root_is_spent() {
        let root = Budget::root(100);
        let cache = root.child("cache", 60);
        let cached = Arc::new(std::sync::Mutex::new(Some(cache.reserve(60).unwrap())));
        let own = Arc::clone(&cached);
        cache.reclaim_with(Box::new(move |bytes| {
            let mut cached = own.lock().unwrap();
            let left = cached.as_ref().map_or(0, Reservation::bytes).saturating_sub(bytes);
            if let Some(held) = cached.as_mut() {
                held.resize(left).unwrap();
            }
        }));
        let work = root.child("work", 90);
        let held = work.reserve(70).unwrap();
        assert_eq!((cache.used(), root.used()), (30, 100));
        // More than there is: refused, whatever the cache holds; nothing is given back in vain for what never fits.
        assert_eq!(work.reserve(30).unwrap_err().budget, "work");
        assert_eq!(root.reserve(101).unwrap_err().budget, "total");
        assert_eq!(cache.used(), 30);
        drop(held);
    }

    #[test]
    fn an_audit_comes_before_much_is_given_out_and_before_a_refusal() {
        let root = Budget::root(640);
        let record = Arc::new(std::sync::Mutex::new((root.child("record", u64::MAX).empty(), Vec::new())));
        let own = Arc::clone(&record);
        // What lingers goes when memory is short.
        root.audit_with(Box::new(move |why| {
            let mut seen = own.lock().unwrap();
            seen.0.force(if why == Audited::Short { 100 } else { 400 });
            seen.1.push(why);
        }));
        let work = root.child("work", 600);
        let held = work.reserve(10).unwrap();
        assert!(record.lock().unwrap().1.is_empty(), "a 64th of the budget");
        let more = work.reserve(100).unwrap();
        assert_eq!(record.lock().unwrap().1, [Audited::Routine]);
        assert_eq!(root.used(), 510);
        let rest = work.reserve(400).unwrap();
        assert_eq!(record.lock().unwrap().1, [Audited::Routine, Audited::Routine, Audited::Short]);
        assert!(root.reserve(31).is_err());
        drop((held, more, rest));
    }

    #[test]
    fn memory_in_use_is_recorded_beyond_the_limit() {
        let root = Budget::root(100);
        let mut seen = root.child("seen", 10).empty();
        seen.force(130);
        assert_eq!(root.used(), 130);
        assert!(root.reserve(1).is_err());
        seen.force(20);
        assert_eq!(root.reserve(80).unwrap().bytes(), 80);
        drop(seen);
        assert_eq!(root.used(), 0);
    }
}
