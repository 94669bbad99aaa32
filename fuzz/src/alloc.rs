//! An allocator that counts: what a thread holds now, and the most it held since it was asked to watch.
//!
//! Invariant: counting never allocates. Other threads are not counted: a decoder under test runs on the test's own thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator with two counters a thread.
pub struct Counting;

fn add(bytes: isize) {
    // A thread that is going away may no longer count; nothing is watched then.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: every call goes to `System` with its arguments unchanged; the counters are plain thread-local integers.
unsafe impl GlobalAlloc for Counting {
    // SAFETY: the caller's promise about `layout` is passed on to `System`.
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    // SAFETY: the caller's promise about `layout` is passed on to `System`.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    // SAFETY: the caller's promise about `at` and `layout` is passed on to `System`.
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        add(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    // SAFETY: the caller's promise about `at`, `layout` and `size` is passed on to `System`.
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(size as isize - layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Starts watching this thread; the value goes to [`peak_since`].
pub fn start() -> isize {
    let held = HELD.get();
    PEAK.set(held);
    held
}

/// The most that this thread held above what it held at `start`, bytes.
pub fn peak_since(start: isize) -> usize {
    usize::try_from(PEAK.get() - start).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_counts_what_is_gone_again() {
        let before = start();
        drop(std::hint::black_box(vec![1u8; 3 << 20]));
        let peak = peak_since(before);
        assert!((3 << 20..4 << 20).contains(&peak), "{peak}");
        let before = start();
        assert!(peak_since(before) < 1 << 10);
    }
}
