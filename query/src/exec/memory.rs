//! DataFusion's memory pool over the query's budget (DESIGN D25). Operators that can spill are told "no" at half of it (as
//! ClickHouse's `max_bytes_ratio_before_external_sort` has it): what they gathered is there twice while it is sorted, merged
//! or given out, and a sort below a join leaves room. An aggregation is told so at a quarter: its groups become one batch,
//! which is sorted in a copy, and neither is reserved.

use datafusion::common::{DataFusionError, Result as DfResult};
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool, MemoryReservation};
use olly_types::budget::Budget;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug)]
pub struct BudgetPool {
    budget: Arc<Budget>,
    used: AtomicU64,
    /// Taken by `grow`, which may not fail, beyond what the budget gave.
    beyond: AtomicU64,
}

impl BudgetPool {
    pub fn new(budget: Arc<Budget>) -> BudgetPool {
        BudgetPool { budget, used: AtomicU64::new(0), beyond: AtomicU64::new(0) }
    }
}

impl std::fmt::Display for BudgetPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "budget {}", self.budget.name())
    }
}

impl MemoryPool for BudgetPool {
    fn name(&self) -> &str {
        "budget"
    }
    fn grow(&self, _: &MemoryReservation, additional: usize) {
        if self.budget.try_grow(additional as u64).is_ok() {
            self.used.fetch_add(additional as u64, Ordering::Relaxed);
        } else {
            self.beyond.fetch_add(additional as u64, Ordering::Relaxed);
        }
    }
    fn shrink(&self, _: &MemoryReservation, shrink: usize) {
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
        let share = if consumer.name().contains("Aggregate") { 4 } else { 2 };
        let most = self.budget.limit() / share;
        if consumer.can_spill() && self.budget.used().saturating_add(additional as u64) > most {
            return Err(self.refused(reservation, additional));
        }
        match self.budget.try_grow(additional as u64) {
            Ok(()) => {
                self.used.fetch_add(additional as u64, Ordering::Relaxed);
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
}
