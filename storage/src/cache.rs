//! Pages of parts, checked and decompressed, kept in memory within a budget.
//!
//! Invariant: what the cache holds is reserved from its budget; it never makes another reservation wait, it evicts, also
//! when the process' budget is spent by others.

use olly_types::budget::{Budget, Reservation};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which page: a number that is unique to an open file of this process, and the offset in it.
pub type PageKey = (u64, u64);

struct Slot {
    page: Arc<Vec<u8>>,
    /// Second chance: set at a hit, cleared by the hand.
    used: bool,
    _held: Reservation,
}

#[derive(Default)]
struct Ring {
    slots: HashMap<PageKey, Slot>,
    /// Insertion order; the hand takes from the front.
    order: std::collections::VecDeque<PageKey>,
}

const SHARDS: usize = 16;

/// A cache of pages shared by all shards of a node.
pub struct PageCache {
    budget: Arc<Budget>,
    rings: Vec<Mutex<Ring>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl PageCache {
    /// A cache that holds at most the budget's limit.
    pub fn new(budget: Arc<Budget>) -> PageCache {
        let rings = (0..SHARDS).map(|_| Mutex::new(Ring::default())).collect();
        PageCache { budget, rings, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    fn ring(&self, key: &PageKey) -> Option<&Mutex<Ring>> {
        let mixed = (key.0 ^ key.1.rotate_left(17)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.rings.get((mixed >> 60) as usize % SHARDS)
    }

    /// The page, if it is held.
    pub fn get(&self, key: &PageKey) -> Option<Arc<Vec<u8>>> {
        let mut ring = self.ring(key)?.lock();
        match ring.slots.get_mut(key) {
            Some(slot) => {
                slot.used = true;
                self.hits.fetch_add(1, Ordering::Relaxed);
                Some(Arc::clone(&slot.page))
            }
            None => {
                self.misses.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }

    /// Keeps a page if there is room, evicting pages that were not used since the hand last passed.
    pub fn put(&self, key: PageKey, page: &Arc<Vec<u8>>) {
        let bytes = page.len() as u64 + 128;
        if bytes > self.budget.limit() / 8 {
            return;
        }
        let Some(ring) = self.ring(&key) else { return };
        let mut ring = ring.lock();
        if ring.slots.contains_key(&key) {
            return;
        }
        // Two rounds of the hand at most: the first clears marks, the second evicts.
        let mut steps = ring.order.len() * 2;
        let held = loop {
            match self.budget.reserve(bytes) {
                Ok(held) => break held,
                Err(_) if steps > 0 => {
                    steps -= 1;
                    let Some(oldest) = ring.order.pop_front() else { return };
                    match ring.slots.get_mut(&oldest) {
                        Some(slot) if slot.used => {
                            slot.used = false;
                            ring.order.push_back(oldest);
                        }
                        _ => {
                            ring.slots.remove(&oldest);
                        }
                    }
                }
                Err(_) => return,
            }
        };
        ring.slots.insert(key, Slot { page: Arc::clone(page), used: false, _held: held });
        ring.order.push_back(key);
    }

    /// Evicts about `bytes`, or all there is: others need the memory more. Rings that are in use right now are passed over.
    pub fn give_back(&self, bytes: u64) {
        let wanted = self.budget.used().saturating_sub(bytes);
        for ring in &self.rings {
            let Some(mut ring) = ring.try_lock() else { continue };
            while self.budget.used() > wanted
                && let Some(oldest) = ring.order.pop_front()
            {
                ring.slots.remove(&oldest);
            }
        }
    }

    /// Forgets everything, for cold measurements.
    pub fn clear(&self) {
        for ring in &self.rings {
            *ring.lock() = Ring::default();
        }
    }

    /// (hits, misses, bytes held)
    pub fn counters(&self) -> (u64, u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed), self.budget.used())
    }
}
