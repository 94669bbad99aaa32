//! Time: wall time for what is stored, monotonic time for what is measured.
//!
//! Invariant: monotonic time never goes back; wall time may (a person or NTP sets it), so no decision about order or
//! safety rests on it.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A source of time.
pub trait Clock: Send + Sync {
    /// Nanoseconds since 1970-01-01T00:00:00Z, clamped to the range of i64.
    fn wall_nanos(&self) -> i64;
    /// Nanoseconds since some fixed moment of this process; never goes back.
    fn mono_nanos(&self) -> u64;
}

/// The machine's clocks.
pub struct RealClock {
    start: Instant,
}

impl RealClock {
    /// Monotonic time counts from here.
    pub fn new() -> RealClock {
        RealClock { start: Instant::now() }
    }
}

impl Default for RealClock {
    fn default() -> RealClock {
        RealClock::new()
    }
}

impl Clock for RealClock {
    fn wall_nanos(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |n| -n),
        }
    }

    fn mono_nanos(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_clock_is_plausible() {
        let clock = RealClock::new();
        let first = clock.mono_nanos();
        assert!(clock.mono_nanos() >= first);
        // 2020-01-01: a machine whose clock is behind that has other problems.
        assert!(clock.wall_nanos() > 1_577_836_800_000_000_000);
    }
}
