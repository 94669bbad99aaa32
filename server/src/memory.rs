//! What the process really takes, beside what is reserved of its budget (DESIGN D25).
//!
//! Reservations are made before memory is taken, by those who know what they are about to do. What they do not cover (code,
//! stacks, the allocator's own losses, an estimate that was too low) shows in the resident set; it is recorded in the budget
//! as used, so that others get less and caches give way. Invariant: the record never keeps memory that is in use from being
//! used; it only keeps more from being given out.

use olly_types::budget::{Budget, Reservation};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the resident set is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// One part in so many of the budget is never recorded away: freed pages stay resident for a moment, and small requests are
/// served meanwhile.
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

/// What was found when the resident set was last looked at.
#[derive(Debug, Default)]
pub struct Unreserved(AtomicU64);

impl Unreserved {
    /// Bytes of the resident set that no reservation covers.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Keeps the record until `stop`.
pub async fn watch(budget: Arc<Budget>, seen: Arc<Unreserved>, stop: CancellationToken) {
    let mut record = budget.child("unreserved", u64::MAX).empty();
    loop {
        look(&budget, &mut record, Resident::read().now);
        seen.0.store(record.bytes(), Ordering::Relaxed);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Records what of `resident` nobody has reserved, but for a share of the budget that the record leaves to others; where the
/// whole is more than the budget, caches give way.
fn look(budget: &Budget, record: &mut Reservation, resident: u64) {
    let reserved = budget.used().saturating_sub(record.bytes());
    let most = budget.limit().saturating_sub(reserved.saturating_add(budget.limit() / LEFT_SHARE));
    record.force(resident.saturating_sub(reserved).min(most));
    budget.reclaim(resident.max(reserved).saturating_sub(budget.limit()));
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
        look(&budget, &mut record, 450);
        assert_eq!((record.bytes(), budget.used()), (150, 450));
        look(&budget, &mut record, 1200);
        assert_eq!(budget.used(), 1000 - 1000 / LEFT_SHARE);
        assert!(budget.reserve(1000 / LEFT_SHARE + 1).is_err(), "little more is given out");
        drop(held);
        look(&budget, &mut record, 200);
        assert_eq!((record.bytes(), budget.used()), (200, 200));
        let more = budget.reserve(700).unwrap();
        look(&budget, &mut record, 600);
        assert_eq!((record.bytes(), budget.used()), (0, 700), "reserved and not taken yet");
        drop(more);
    }
}
