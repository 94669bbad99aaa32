//! Telemetry in: OTLP over gRPC and HTTP, decoded straight into batches of the default tables, split by data group, and
//! acknowledged only when durable and visible.
//!
//! Invariant: nothing is reported as accepted before [`olly_types::port::Proposer::write`] returned; every refused record
//! is counted and told to the sender.

pub mod auth;
pub mod columns;
pub mod counters;
pub mod fuzzing;
pub mod keys;
pub mod otlp;
pub mod schema;
mod server;

pub use auth::{Authenticator, LoopbackOnly};
pub use counters::IngestMetrics;
pub use schema::{Retention, ensure_schema};
pub use server::{Accepted, Config, Failure, OtlpService};
