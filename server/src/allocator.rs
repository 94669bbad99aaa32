//! The allocator, and what it keeps of memory that was freed.

use std::ffi::CStr;
use std::ptr::null_mut;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Gives the freed pages of all arenas back to the operating system now, rather than within the second that the allocator
/// takes by itself. Takes some milliseconds for a hundred MiB, and nothing where there are none. False: it did not.
pub fn purge() -> bool {
    // 4096 stands for all arenas (MALLCTL_ARENAS_ALL, jemalloc(3)).
    let name = c"arena.4096.purge";
    // SAFETY: the name ends with a zero byte; a command without a value neither reads nor writes through the null pointers.
    unsafe { tikv_jemalloc_sys::mallctl(name.as_ptr(), null_mut(), null_mut(), null_mut(), 0) == 0 }
}

/// Where the allocator keeps a number of this thread (jemalloc(3), `thread.allocatedp`).
fn of_thread(name: &CStr) -> Option<*const u64> {
    let mut place: *const u64 = std::ptr::null();
    let mut length = size_of::<*const u64>();
    // SAFETY: the name ends with a zero byte; the call writes one pointer to `place`, whose size `length` says.
    let code = unsafe {
        let out = std::ptr::from_mut(&mut place).cast();
        tikv_jemalloc_sys::mallctl(name.as_ptr(), out, &mut length, null_mut(), 0)
    };
    (code == 0 && !place.is_null()).then_some(place)
}

thread_local! {
    static COUNTERS: Option<(*const u64, *const u64)> =
        of_thread(c"thread.allocatedp").zip(of_thread(c"thread.deallocatedp"));
}

/// Bytes that this thread allocated less those that it freed, for [`olly_types::heap`].
pub fn held_by_thread() -> i64 {
    COUNTERS.with(|counters| match *counters {
        // SAFETY: the allocator keeps both numbers at these places as long as the thread runs, and only this thread, which is
        // here, changes them.
        Some((allocated, freed)) => unsafe { (*allocated).wrapping_sub(*freed).cast_signed() },
        None => 0,
    })
}

#[cfg(test)]
mod tests {
    use super::held_by_thread;

    #[test]
    fn what_a_thread_takes_and_frees_is_counted() {
        let before = held_by_thread();
        let block = vec![1u8; 5 << 20];
        let during = held_by_thread() - before;
        drop(block);
        let after = held_by_thread() - before;
        assert!((5 << 20..6 << 20).contains(&during), "{during}");
        assert!(after < 1 << 20, "{after}");
    }
}
