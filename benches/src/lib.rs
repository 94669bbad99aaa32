//! The bench's data and senders: seeded telemetry as pre-encoded OTLP requests, and clients that load them into a running
//! server through its protocols. Invariant: nothing here links the product; a stranger could do the same.

pub mod r#gen;
pub mod inserts;
pub mod loader;
pub mod otlp_raw;
