//! Records that are refused while the rest of their request is kept (OTLP partial success), by reason.

use super::wire::Malformed;
use std::fmt::Write;

/// Why a record was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Reason {
    TooOld,
    TooNew,
    TimeOutOfRange,
    TraceId,
    SpanId,
    AttributeKeyTooLong,
    RowTooLarge,
    NestedTooDeep,
    TooManyPartitions,
}

impl Reason {
    pub const ALL: [Reason; 9] = [
        Reason::TooOld,
        Reason::TooNew,
        Reason::TimeOutOfRange,
        Reason::TraceId,
        Reason::SpanId,
        Reason::AttributeKeyTooLong,
        Reason::RowTooLarge,
        Reason::NestedTooDeep,
        Reason::TooManyPartitions,
    ];

    /// The `reason` label of the metric.
    pub fn label(self) -> &'static str {
        match self {
            Reason::TooOld => "too_old",
            Reason::TooNew => "too_new",
            Reason::TimeOutOfRange => "time_out_of_range",
            Reason::TraceId => "trace_id",
            Reason::SpanId => "span_id",
            Reason::AttributeKeyTooLong => "attribute_key_too_long",
            Reason::RowTooLarge => "row_too_large",
            Reason::NestedTooDeep => "nested_too_deep",
            Reason::TooManyPartitions => "too_many_partitions",
        }
    }

    /// What the sender is told.
    pub fn text(self) -> &'static str {
        match self {
            Reason::TooOld => "the time is older than the retention of the table",
            Reason::TooNew => "the time is more than 24 hours in the future",
            Reason::TimeOutOfRange => "a time is beyond 2262-04-11 (64-bit nanoseconds)",
            Reason::TraceId => "trace_id is not 16 bytes",
            Reason::SpanId => "span_id is not 8 bytes",
            Reason::AttributeKeyTooLong => "an attribute key is longer than 1024 bytes",
            Reason::RowTooLarge => "the record is larger than 16 MiB",
            Reason::NestedTooDeep => "a value is nested deeper than 64 levels (about 30 in JSON)",
            Reason::TooManyPartitions => "the request has records of more than 100 days",
        }
    }
}

/// Why a record, or the whole request, cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Request(Malformed),
    Row(Reason),
}

impl From<Malformed> for Fault {
    fn from(m: Malformed) -> Fault {
        Fault::Request(m)
    }
}

/// Refused records of a request, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejections {
    counts: [u64; Reason::ALL.len()],
}

impl Rejections {
    pub fn add(&mut self, reason: Reason, rows: u64) {
        if let Some(n) = self.counts.get_mut(reason as usize) {
            *n += rows;
        }
    }
    pub fn count(&self, reason: Reason) -> u64 {
        self.counts.get(reason as usize).copied().unwrap_or(0)
    }
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
    /// The text of the partial success: every reason with its count.
    pub fn message(&self) -> String {
        let mut out = String::new();
        for reason in Reason::ALL {
            let n = self.count(reason);
            if n > 0 {
                let _ = write!(out, "{}{n} rejected: {}", if out.is_empty() { "" } else { "; " }, reason.text());
            }
        }
        out
    }
}
