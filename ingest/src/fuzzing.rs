//! Entry points for fuzzing: decoders over arbitrary bytes. They must end, in bounded memory, without a panic.

use crate::otlp::{Decoded, Frame, Signal, decode_json, decode_protobuf};
use olly_types::TenantId;

fn frame() -> Frame {
    Frame { tenant: TenantId(0), groups: 3, now: 1_780_272_000_000_000_000, oldest: 0, newest: i64::MAX }
}

/// Every decoded row must be in a block.
fn check(decoded: &Decoded) {
    let rows: u64 = decoded.blocks.iter().flat_map(|b| b.tables.first().map(|t| t.rows as u64)).sum();
    let all: u64 = decoded.blocks.iter().flat_map(|b| b.tables.iter().map(|t| t.rows as u64)).sum();
    assert!(rows <= decoded.accepted && decoded.accepted <= all, "{rows} <= {} <= {all}", decoded.accepted);
}

/// The protobuf decoders of all three signals.
pub fn fuzz_protobuf(bytes: &[u8]) {
    for signal in Signal::ALL {
        if let Ok(decoded) = decode_protobuf(signal, bytes, &frame()) {
            check(&decoded);
        }
    }
}

/// The JSON decoders of all three signals.
pub fn fuzz_json(bytes: &[u8]) {
    for signal in Signal::ALL {
        if let Ok(decoded) = decode_json(signal, bytes, &frame()) {
            check(&decoded);
        }
    }
}
