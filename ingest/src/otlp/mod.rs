//! OTLP requests to batches: the wire format walked straight into column builders (DESIGN D13).

mod any;
mod blocks;
mod context;
mod descriptor;
mod json;
mod logs;
mod metric_tables;
mod metrics;
mod points;
mod reject;
mod traces;
mod wire;

pub use blocks::{Block, Decoded, Frame, TableRows, request_id};
pub use json::to_protobuf as json_to_protobuf;
pub use reject::{Reason, Rejections};
pub use wire::Malformed;

use crate::schema::{self, TableDef};
use reject::Fault;

/// A kind of telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    Logs,
    Traces,
    Metrics,
}

impl Signal {
    pub const ALL: [Signal; 3] = [Signal::Logs, Signal::Traces, Signal::Metrics];

    pub fn name(self) -> &'static str {
        match self {
            Signal::Logs => "logs",
            Signal::Traces => "traces",
            Signal::Metrics => "metrics",
        }
    }

    /// The tables that requests of this signal fill.
    pub fn tables(self) -> &'static [&'static TableDef] {
        static LOGS: [&TableDef; 1] = [&schema::LOGS];
        static TRACES: [&TableDef; 2] = [&schema::TRACES, &schema::TRACE_ID_TS];
        static METRICS: [&TableDef; 5] =
            [&schema::GAUGE, &schema::SUM, &schema::HISTOGRAM, &schema::EXPONENTIAL_HISTOGRAM, &schema::SUMMARY];
        match self {
            Signal::Logs => &LOGS,
            Signal::Traces => &TRACES,
            Signal::Metrics => &METRICS,
        }
    }
}

/// Why a request cannot be decoded at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("malformed request: {0}")]
    Malformed(#[from] Malformed),
    #[error("malformed request: {0}")]
    Json(String),
    #[error("{0}")]
    Internal(#[from] olly_types::Error),
}

/// Decodes a protobuf body.
pub fn decode_protobuf(signal: Signal, body: &[u8], frame: &Frame) -> Result<Decoded, DecodeError> {
    match signal {
        Signal::Logs => logs::decode(body, frame),
        Signal::Traces => traces::decode(body, frame),
        Signal::Metrics => metrics::decode(body, frame),
    }
}

/// Decodes a JSON body, by way of its protobuf form.
pub fn decode_json(signal: Signal, body: &[u8], frame: &Frame) -> Result<Decoded, DecodeError> {
    decode_protobuf(signal, &json_to_protobuf(signal, body)?, frame)
}

/// A row, or None where it was refused (and counted).
fn settle<T>(result: Result<T, Fault>, rejections: &mut Rejections) -> Result<Option<T>, Malformed> {
    match result {
        Ok(row) => Ok(Some(row)),
        Err(Fault::Row(reason)) => {
            rejections.add(reason, 1);
            Ok(None)
        }
        Err(Fault::Request(malformed)) => Err(malformed),
    }
}
