//! DataFusion's memory pool over the query's budget (DESIGN D25). Operators that can spill are told "no" once half of it is
//! used (as ClickHouse's `max_bytes_ratio_before_external_sort` has it): what they gathered is there twice while it is sorted,
//! merged or given out, and a sort below a join leaves room. An aggregation is told so at a quarter: its groups become one
//! batch, which is sorted by an index, and neither is reserved.
//!
//! Invariant: who is told "no" early holds its share of what those who can spill may hold together. Others have nothing to
//! spill: what they ask for is a row's state, or the batches in which spilled rows are merged, and for want of it the query
//! would end.

use datafusion::common::{DataFusionError, Result as DfResult};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};
use olly_types::budget::Budget;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub struct BudgetPool {
    budget: Arc<Budget>,
    /// Bytes of each operator that can spill, by the number of its registration.
    spilling: Mutex<HashMap<usize, usize>>,
    used: AtomicU64,
    /// Taken by `grow`, which may not fail, beyond what the budget gave.
    beyond: AtomicU64,
}

impl BudgetPool {
    pub fn new(budget: Arc<Budget>) -> BudgetPool {
        BudgetPool { budget, spilling: Mutex::default(), used: AtomicU64::new(0), beyond: AtomicU64::new(0) }
    }

    /// Whether an operator that can spill should do so before it holds `additional` bytes more. What it spilled is merged out
    /// of a second reservation of its own beside the groups that are made of it, which nobody spills: each counts alone.
    fn should_spill(&self, reservation: &MemoryReservation, additional: usize) -> bool {
        let consumer = reservation.consumer();
        let share = if consumer.name().contains("Aggregate") { 4 } else { 2 };
        let most = self.budget.limit() / share;
        if self.budget.used().saturating_add(additional as u64) <= most {
            return false;
        }
        let spilling = self.spilling.lock();
        let own = reservation.size();
        // Those that hold next to nothing count for nobody's share.
        let many = |bytes: usize| bytes as u64 > most / COUNTED_SHARE;
        let others = spilling.iter().filter(|(id, bytes)| **id != consumer.id() && many(**bytes)).count();
        let fair = (most / (others as u64 + 1)).max(self.budget.limit() / LEAST_SHARE);
        own > 0 && own.saturating_add(additional) as u64 > fair
    }

    fn note(&self, consumer: &MemoryConsumer, change: impl FnOnce(usize) -> usize) {
        if consumer.can_spill() {
            let mut spilling = self.spilling.lock();
            let bytes = spilling.entry(consumer.id()).or_default();
            *bytes = change(*bytes);
        }
    }
}

/// One part in so many of the query's memory is everybody's who can spill: at least two batches of spilled rows are there
/// while they are merged, and batches of states are large.
const LEAST_SHARE: u64 = 8;

/// One part in so many of what may be held before spilling: who holds less is not counted among those who share it.
const COUNTED_SHARE: u64 = 16;

impl std::fmt::Display for BudgetPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "budget {}", self.budget.name())
    }
}

impl MemoryPool for BudgetPool {
    fn name(&self) -> &str {
        "budget"
    }
    fn unregister(&self, consumer: &MemoryConsumer) {
        self.spilling.lock().remove(&consumer.id());
    }
    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.note(reservation.consumer(), |bytes| bytes.saturating_add(additional));
        if self.budget.try_grow(additional as u64).is_ok() {
            self.used.fetch_add(additional as u64, Ordering::Relaxed);
        } else {
            self.beyond.fetch_add(additional as u64, Ordering::Relaxed);
        }
    }
    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.note(reservation.consumer(), |bytes| bytes.saturating_sub(shrink));
        let mut left = shrink as u64;
        let _ = self.beyond.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |b| {
            let take = b.min(shrink as u64);
            left = shrink as u64 - take;
            Some(b - take)
        });
        let give = left.min(self.used.load(Ordering::Relaxed));
        self.used.fetch_sub(give, Ordering::Relaxed);
        self.budget.shrink(give);
    }
    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> DfResult<()> {
        let consumer = reservation.consumer();
        if consumer.can_spill() && self.should_spill(reservation, additional) {
            return Err(self.refused(reservation, additional));
        }
        match self.budget.try_grow(additional as u64) {
            Ok(()) => {
                self.used.fetch_add(additional as u64, Ordering::Relaxed);
                self.note(consumer, |bytes| bytes.saturating_add(additional));
                Ok(())
            }
            Err(_) => Err(self.refused(reservation, additional)),
        }
    }
    fn reserved(&self) -> usize {
        (self.used.load(Ordering::Relaxed) + self.beyond.load(Ordering::Relaxed)) as usize
    }
    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.budget.limit() as usize)
    }
}

impl BudgetPool {
    fn refused(&self, reservation: &MemoryReservation, additional: usize) -> DataFusionError {
        DataFusionError::ResourcesExhausted(format!(
            "Memory limit ({}) exceeded: would use {} bytes (attempt to allocate {additional} bytes by {}), maximum: {} bytes",
            self.budget.name(),
            self.budget.used().saturating_add(additional as u64),
            reservation.consumer().name(),
            self.budget.limit(),
        ))
    }
}

impl Drop for BudgetPool {
    fn drop(&mut self) {
        self.budget.shrink(self.used.load(Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::execution::memory_pool::MemoryConsumer;

    #[test]
    fn what_can_spill_is_told_before_its_copies_would_not_fit() {
        let pool: Arc<dyn MemoryPool> = Arc::new(BudgetPool::new(Budget::root(100)));
        for (name, spills, most) in
            [("SingleHashAggregateStream[0]", true, 25), ("ExternalSorter[0]", true, 50), ("HashJoinInput", false, 100)]
        {
            let held = MemoryConsumer::new(name).with_can_spill(spills).register(&pool);
            held.try_grow(most).unwrap();
            assert!(held.try_grow(1).is_err(), "{name}");
        }
        assert_eq!(pool.reserved(), 0);
    }

    /// `GROUP BY number` over six million rows ended with 241 at a third of its memory: the first stage's groups on their way
    /// up kept the second from holding its first ones, and what was spilled from being merged.
    #[test]
    fn who_has_nothing_to_spill_is_not_told_to() {
        let pool: Arc<dyn MemoryPool> = Arc::new(BudgetPool::new(Budget::root(1000)));
        let register = |name: &str| MemoryConsumer::new(name).with_can_spill(true).register(&pool);
        let first = register("PartialHashAggregateStream[0]");
        first.try_grow(250).unwrap();
        assert!(first.try_grow(1).is_err());
        let second = register("FinalHashAggregateStream[0]");
        second.try_grow(125).unwrap();
        assert!(second.try_grow(1).is_err(), "a half is the share of each of two");
        assert!(first.try_grow(1).is_err());
        drop(first);
        second.try_grow(125).unwrap();
        assert!(second.try_grow(1).is_err());
        let merged = second.new_empty();
        merged.try_grow(250).unwrap();
        assert!(merged.try_grow(1).is_err(), "spilled groups as they are merged, beside those made of them");
        drop(merged);
        let outside = MemoryConsumer::new("HashJoinInput").register(&pool);
        outside.try_grow(700).unwrap();
        second.free();
        second.try_grow(250).unwrap();
        assert_eq!(second.try_grow(51).unwrap_err().strip_backtrace().matches("maximum: 1000 bytes").count(), 1);
    }
}
