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
        let mut family = |name: &str, kind: &str, help: &str, samples: Vec<(String, u64)>| {
            let _ = writeln!(out, "# HELP ollystack_otlp_{name} {help}\n# TYPE ollystack_otlp_{name} {kind}");
            for (labels, value) in samples {
                let _ = writeln!(out, "ollystack_otlp_{name}{labels} {value}");
            }
        };
        // One family after the other: the samples of a metric stand together.
        let each = |value: fn(&SignalCounters) -> u64| {
            let samples = Signal::ALL.map(|s| (format!("{{signal=\"{}\"}}", s.name()), value(self.signal(s))));
            samples.to_vec()
        };
        family("accepted_rows_total", "counter", "Rows stored.", each(SignalCounters::accepted));
        family("decoded_bytes_total", "counter", "Decompressed bytes of stored requests.", each(SignalCounters::bytes));
        let by =
            |label: &str, value: &str, signal: Signal| format!("{{signal=\"{}\",{label}=\"{value}\"}}", signal.name());
        let rejected = Signal::ALL.iter().flat_map(move |s| {
            Reason::ALL.iter().map(move |r| (by("reason", r.label(), *s), self.signal(*s).rejected(*r)))
        });
        family("rejected_rows_total", "counter", "Rows refused, by reason.", rejected.collect());
        let ended = Signal::ALL.iter().flat_map(move |s| {
            Outcome::ALL.iter().map(move |o| (by("outcome", o.label(), *s), self.signal(*s).requests(*o)))
        });
        family("requests_total", "counter", "Requests, by how they ended.", ended.collect());
        let now = vec![(String::new(), self.in_flight())];
        family("requests_in_flight", "gauge", "Requests being worked on.", now);
    }
}

pub(crate) struct InFlight<'a>(&'a IngestMetrics);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
