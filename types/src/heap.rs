//! What a thread has on the heap, where the allocator counts it.
//!
//! The allocator is the server's; whoever wants to know what a piece of work really took asks here, at its beginning and as
//! it goes on, on one thread. Without an allocator that counts (in tests) the answer is always 0.

use std::sync::OnceLock;

/// Bytes that this thread allocated less those that it freed; below zero where it freed more, of others.
pub type Counter = fn() -> i64;

static COUNTER: OnceLock<Counter> = OnceLock::new();

/// Names who counts. The first counts.
pub fn count_with(counter: Counter) {
    let _ = COUNTER.set(counter);
}

/// Bytes that this thread has allocated beyond those that it freed.
pub fn of_this_thread() -> i64 {
    COUNTER.get().map_or(0, |count| count())
}
