//! A data group's rows on disk: memtable, encodings, immutable parts, manifest, merges and scans (DESIGN §6).
//!
//! The shard is a state machine under a replicated log: [`shard::Shard::apply`] takes log entries, everything else follows
//! from them. Invariant: no clock, randomness or expression is consulted below `apply`; two shards that applied the same
//! log hold the same rows in the same parts.

pub(crate) mod build;
pub(crate) mod bytes;
pub mod cache;
pub mod check;
pub mod encode;
pub mod error;
pub mod fuzz;
pub mod manifest;
pub(crate) mod memtable;
pub mod part;
pub(crate) mod scan;
pub mod shard;

pub use error::{Error, Result};
