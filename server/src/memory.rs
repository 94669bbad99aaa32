//! What the process really takes, beside what is reserved of its budget (DESIGN D25).
//!
//! Reservations are made before memory is taken, by those who know what they are about to do. What they do not cover (code,
//! stacks, the allocator's own losses, an estimate that was too low) shows in the resident set; it is recorded in the budget
//! as used, so that others get less and caches give way. Invariant: the record never keeps memory that is in use from being
//! used; it only keeps more from being given out.

use crate::allocator;
use olly_raft::FlushMemory;
use olly_types::budget::{Audited, Budget, Reservation};
use parking_lot::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often the resident set is looked at, whoever reserves; and how often the allocator is asked for freed pages at most.
const LOOK: Duration = Duration::from_millis(50);

/// One part in so many of the budget is never recorded away: small requests are served beside one that takes more than it
/// reserved. Beyond the budget it is what all requests together may have, so that it does not grow look by look.
const LEFT_SHARE: u64 = 16;

/// Bytes that the operating system counts for this process, now and at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resident {
    pub now: u64,
    pub peak: u64,
}

impl Resident {
    /// As `/proc/self/status` says (VmRSS, VmHWM); zero where there is no such file.
    pub fn read() -> Resident {
        std::fs::read_to_string("/proc/self/status").map_or_else(|_| Resident::default(), |text| Resident::parse(&text))
    }

    fn parse(text: &str) -> Resident {
        let kib = |key: &str| {
            let line = text.lines().find_map(|l| l.strip_prefix(key));
            line.and_then(|l| l.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()).unwrap_or(0) << 10
        };
        Resident { now: kib("VmRSS:"), peak: kib("VmHWM:") }
    }
}

/// Reservations that no request made.
struct Stays {
    memtables: Arc<Budget>,
    /// Set aside once; what no flush uses is not resident.
    flushes: FlushMemory,
}

/// Keeps the record of what no reservation covers.
pub struct Watch {
    budget: Arc<Budget>,
    record: Mutex<Reservation>,
    /// Bytes recorded, for whoever shows them.
    seen: AtomicU64,
    stays: OnceLock<Stays>,
    purged: Mutex<Option<Instant>>,
}

impl Watch {
    /// Looks from now on whenever much is given out of the budget, and before any of it is refused.
    pub fn new(budget: &Arc<Budget>) -> Arc<Watch> {
        let watch = Arc::new(Watch {
            budget: Arc::clone(budget),
            record: Mutex::new(budget.child("unreserved", u64::MAX).empty()),
            seen: AtomicU64::new(0),
            stays: OnceLock::new(),
            purged: Mutex::new(None),
        });
        let own = Arc::downgrade(&watch);
        budget.audit_with(Box::new(move |why| {
            if let Some(watch) = own.upgrade() {
                watch.audit(why);
            }
        }));
        watch
    }

    /// Names what stays reserved when no request runs. The first counts.
    pub fn stays(&self, memtables: Arc<Budget>, flushes: FlushMemory) {
        let _ = self.stays.set(Stays { memtables, flushes });
    }

    /// Bytes of the resident set that no reservation covers.
    pub fn unreserved(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }

    fn audit(&self, why: Audited) {
        if why == Audited::Short {
            self.purge();
        }
        self.look();
    }

    /// Freed pages back to the system, unless that was done a moment ago.
    fn purge(&self) {
        // Who finds another at it waits for what comes of it.
        let mut purged = self.purged.lock();
        if purged.is_none_or(|at| at.elapsed() >= LOOK) {
            allocator::purge();
            *purged = Some(Instant::now());
        }
    }

    fn look(&self) {
        let (idle, stays) = self.stays.get().map_or((0, 0), |s| {
            let (used, limit) = s.flushes.fill();
            (limit.saturating_sub(used), limit + s.memtables.used())
        });
        let over = {
            let mut record = self.record.lock();
            let resident = Resident::read().now;
            look(&self.budget, &mut record, resident, idle, stays);
            self.seen.store(record.bytes(), Ordering::Relaxed);
            resident.max(self.budget.used()).saturating_sub(self.budget.limit())
        };
        self.budget.reclaim(over);
    }

    /// Keeps the record until `stop`, also while nobody reserves.
    pub async fn keep(self: Arc<Watch>, stop: CancellationToken) {
        loop {
            self.look();
            if Resident::read().now > self.budget.limit() {
                self.purge();
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}

/// Records what of `resident` nobody has reserved, but for the share that is left to others. Of what is reserved, `idle` is
/// known to be unused, and `stays` is no request's.
fn look(budget: &Budget, record: &mut Reservation, resident: u64, idle: u64, stays: u64) {
    let reserved = budget.used().saturating_sub(record.bytes());
    let left = budget.limit() / LEFT_SHARE;
    let kept = if resident < budget.limit() { reserved + left } else { reserved.max(stays + left) };
    record.force(resident.saturating_sub(reserved.saturating_sub(idle)).min(budget.limit().saturating_sub(kept)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_figures_are_read() {
        let text = "Name:\tx\nVmPeak:\t  999 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(Resident::parse(text), Resident { now: 1 << 20, peak: 2 << 20 });
        assert_eq!(Resident::parse(""), Resident::default());
        let own = Resident::read();
        assert!(own.now > 0 && own.peak >= own.now, "{own:?}");
    }

    #[test]
    fn what_nobody_reserved_counts_and_lets_go_again() {
        let budget = Budget::root(1000);
        let held = budget.reserve(300).unwrap();
        let mut record = budget.child("unreserved", u64::MAX).empty();
        look(&budget, &mut record, 450, 0, 0);
        assert_eq!((record.bytes(), budget.used()), (150, 450));
        look(&budget, &mut record, 450, 100, 0);
        assert_eq!(record.bytes(), 250, "what is set aside and unused covers nothing");
        look(&budget, &mut record, 990, 0, 0);
        assert_eq!(budget.used(), 1000 - 1000 / LEFT_SHARE);
        assert!(budget.reserve(1000 / LEFT_SHARE + 1).is_err(), "little more is given out");
        look(&budget, &mut record, 1200, 0, 0);
        assert_eq!(budget.used(), 1000);
        assert!(budget.reserve(1).is_err(), "beyond the budget requests have more than what is left to them");
        look(&budget, &mut record, 1200, 0, 300);
        let small = budget.reserve(1000 / LEFT_SHARE).unwrap();
        look(&budget, &mut record, 1300, 0, 300);
        assert!(budget.reserve(1).is_err(), "and they get that once");
        drop(small);
        drop(held);
        look(&budget, &mut record, 200, 0, 0);
        assert_eq!((record.bytes(), budget.used()), (200, 200));
        let more = budget.reserve(700).unwrap();
        look(&budget, &mut record, 600, 0, 0);
        assert_eq!((record.bytes(), budget.used()), (0, 700), "reserved and not taken yet");
        drop(more);
    }

    #[test]
    fn freed_pages_go_back_before_memory_is_refused() {
        let budget = Budget::root(1 << 40);
        let watch = Watch::new(&budget);
        // Of several sizes below those that the allocator gives back at once by itself.
        let freed: Vec<Vec<u8>> = (0..64).map(|i| vec![1; (1 << 20) + (i << 10)]).collect();
        let full = Resident::read().now;
        drop(freed);
        watch.audit(Audited::Short);
        let after = watch.unreserved();
        assert!(after + (48 << 20) < full, "{after} of {full} bytes are resident");
    }
}
