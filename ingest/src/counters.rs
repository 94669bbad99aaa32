//! What the OTLP listeners did, for `/metrics`.

use crate::otlp::{Reason, Rejections, Signal};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Outcome {
    Stored,
    /// Every block was stored by an earlier request with the same body.
    Duplicate,
    Malformed,
    TooLarge,
    Unauthenticated,
    Overloaded,
    Failed,
}

impl Outcome {
    pub const ALL: [Outcome; 7] = [
        Outcome::Stored,
        Outcome::Duplicate,
        Outcome::Malformed,
        Outcome::TooLarge,
        Outcome::Unauthenticated,
        Outcome::Overloaded,
        Outcome::Failed,
    ];
    pub fn label(self) -> &'static str {
        match self {
            Outcome::Stored => "stored",
            Outcome::Duplicate => "duplicate",
            Outcome::Malformed => "malformed",
            Outcome::TooLarge => "too_large",
            Outcome::Unauthenticated => "unauthenticated",
            Outcome::Overloaded => "overloaded",
            Outcome::Failed => "failed",
        }
    }
}

/// Counters of one signal.
#[derive(Default)]
pub struct SignalCounters {
    accepted: AtomicU64,
    rejected: [AtomicU64; Reason::ALL.len()],
    requests: [AtomicU64; Outcome::ALL.len()],
    bytes: AtomicU64,
}

impl SignalCounters {
    /// Rows acknowledged (duplicates are counted again).
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Relaxed)
    }
    pub fn rejected(&self, reason: Reason) -> u64 {
        self.rejected.get(reason as usize).map_or(0, |n| n.load(Relaxed))
    }
    pub fn requests(&self, outcome: Outcome) -> u64 {
        self.requests.get(outcome as usize).map_or(0, |n| n.load(Relaxed))
    }
    /// Decompressed bytes of decoded requests.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }
}

/// All counters of the OTLP listeners.
#[derive(Default)]
pub struct IngestMetrics {
    logs: SignalCounters,
    traces: SignalCounters,
    metrics: SignalCounters,
    in_flight: AtomicU64,
    largest_body: AtomicU64,
}

impl IngestMetrics {
    pub fn signal(&self, signal: Signal) -> &SignalCounters {
        match signal {
            Signal::Logs => &self.logs,
            Signal::Traces => &self.traces,
            Signal::Metrics => &self.metrics,
        }
    }
    /// Requests being worked on.
    pub fn in_flight(&self) -> u64 {
        self.in_flight.load(Relaxed)
    }
    /// Decompressed bytes of the largest request so far.
    pub fn largest_body(&self) -> u64 {
        self.largest_body.load(Relaxed)
    }
    pub(crate) fn begin(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Relaxed);
        InFlight(self)
    }
    pub(crate) fn ended(&self, signal: Signal, outcome: Outcome) {
        if let Some(n) = self.signal(signal).requests.get(outcome as usize) {
            n.fetch_add(1, Relaxed);
        }
    }
    pub(crate) fn rows(&self, signal: Signal, accepted: u64, rejections: &Rejections, bytes: u64) {
        let counters = self.signal(signal);
        counters.accepted.fetch_add(accepted, Relaxed);
        counters.bytes.fetch_add(bytes, Relaxed);
        self.largest_body.fetch_max(bytes, Relaxed);
        for reason in Reason::ALL {
            if let Some(n) = counters.rejected.get(reason as usize) {
                n.fetch_add(rejections.count(reason), Relaxed);
            }
        }
    }

    /// Prometheus text (exposition format 0.0.4).
    pub fn prometheus(&self, out: &mut String) {
        use std::fmt::Write;
        let mut line = |name: &str, labels: String, value: u64| {
            let _ = writeln!(out, "{name}{{{labels}}} {value}");
        };
        for signal in Signal::ALL {
            let (c, s) = (self.signal(signal), signal.name());
            line("ollystack_otlp_accepted_rows_total", format!("signal=\"{s}\""), c.accepted());
            line("ollystack_otlp_decoded_bytes_total", format!("signal=\"{s}\""), c.bytes());
            for r in Reason::ALL {
                let labels = format!("signal=\"{s}\",reason=\"{}\"", r.label());
                line("ollystack_otlp_rejected_rows_total", labels, c.rejected(r));
            }
            for o in Outcome::ALL {
                let labels = format!("signal=\"{s}\",outcome=\"{}\"", o.label());
                line("ollystack_otlp_requests_total", labels, c.requests(o));
            }
        }
        let _ = writeln!(out, "ollystack_otlp_requests_in_flight {}", self.in_flight());
    }
}

pub(crate) struct InFlight<'a>(&'a IngestMetrics);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
