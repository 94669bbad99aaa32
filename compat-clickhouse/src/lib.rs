//! ClickHouse's protocols over the query engine: native TCP, HTTP, formats, system tables.
//!
//! Invariant: everything a client sends is bounded before it is kept, and no input ends the process.

pub mod auth;
pub mod block;
pub mod codec;
pub mod compress;
pub mod format;
pub mod http;
pub mod input;
pub mod native;
pub mod service;
