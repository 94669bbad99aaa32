//! Figures of the log, as plain numbers; the server names and exports them.
//!
//! Invariant: counters only grow; gauges say the present.

/// Number of buckets of a [`Histogram`].
pub const BUCKETS: usize = 24;

/// A latency histogram: bucket `i` counts what took at most 2^i microseconds (the last one: everything longer).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Counts, not cumulative.
    pub buckets: [u64; BUCKETS],
    /// How many.
    pub count: u64,
    /// Nanoseconds of all together.
    pub sum_nanos: u64,
    /// The longest, nanoseconds.
    pub max_nanos: u64,
}

impl Histogram {
    /// Counts one duration.
    pub fn record(&mut self, nanos: u64) {
        let micros = nanos.div_ceil(1000).max(1);
        let bucket = (64 - (micros - 1).leading_zeros()) as usize;
        self.buckets[bucket.min(BUCKETS - 1)] += 1;
        self.count += 1;
        self.sum_nanos = self.sum_nanos.saturating_add(nanos);
        self.max_nanos = self.max_nanos.max(nanos);
    }

    /// Upper bound of bucket `i`, microseconds; the last bucket has none.
    pub fn bound_micros(i: usize) -> u64 {
        1 << i.min(63)
    }

    /// An upper bound of the `q`-quantile (0..=1), microseconds: the bound of the bucket that it falls in.
    pub fn quantile_micros(&self, q: f64) -> u64 {
        let rank = (q * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (i, n) in self.buckets.iter().enumerate() {
            seen += n;
            if seen >= rank {
                return Histogram::bound_micros(i);
            }
        }
        0
    }
}

/// Figures of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalMetrics {
    /// Which sink writes: "sync" so far.
    pub sink: &'static str,
    /// Whether writes bypass the page cache.
    pub direct: bool,
    /// Gauge: segments of the log.
    pub segments: u64,
    /// Gauge: prefilled segments in reserve.
    pub spares: u64,
    /// Option: how many shall be in reserve.
    pub reserve: u64,
    /// Gauge: bytes of all segments of the log, up to where they are used.
    pub retained_bytes: u64,
    /// Gauge: bytes of live entries.
    pub live_bytes: u64,
    /// Gauge: bytes accepted and not durable.
    pub queued_bytes: u64,
    /// Option: the most that may be queued.
    pub queue_limit: u64,
    /// Gauge: appends accepted and not answered.
    pub queued_appends: u64,
    /// Counter: records accepted.
    pub records: u64,
    /// Counter: bytes of records accepted, headers included.
    pub record_bytes: u64,
    /// Counter: physical writes.
    pub writes: u64,
    /// Counter: bytes of physical writes, padding included.
    pub written_bytes: u64,
    /// Counter: of these writes, those that only repeat the durable LSN.
    pub idle_writes: u64,
    /// Counter: bytes of live entries that were rewritten forward.
    pub moved_bytes: u64,
    /// Counter: segments that went back into the reserve.
    pub recycled: u64,
    /// Counter: segments that were prefilled.
    pub prefilled: u64,
    /// Gauge: everything below is durable.
    pub durable_lsn: u64,
    /// Gauge: everything below is accepted.
    pub end_lsn: u64,
    /// How long a durable write took, from submission to completion.
    pub write_latency: Histogram,
    /// Whether admission is closed for lack of space.
    pub full: bool,
    /// Whether an I/O error has stopped the log.
    pub poisoned: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_hold_what_they_say() {
        let mut h = Histogram::default();
        for nanos in [0, 1, 1_000, 1_001, 2_000, 2_001, 4_000_000, u64::MAX] {
            h.record(nanos);
        }
        assert_eq!(h.buckets[0], 3);
        assert_eq!(h.buckets[1], 2);
        assert_eq!(h.buckets[2], 1);
        assert_eq!(h.buckets[12], 1);
        assert_eq!(h.buckets[BUCKETS - 1], 1);
        assert_eq!((h.count, h.max_nanos), (8, u64::MAX));
        assert_eq!(h.quantile_micros(0.5), 2);
    }
}
