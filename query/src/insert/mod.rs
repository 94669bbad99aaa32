//! The insert pipeline: rows as given → complete rows (casts, defaults, hidden keys) → blocks per data group → proposed.
//!
//! Invariant: a block is a pure function of the request's rows and settings, so that a retried request makes equal ids.

mod complete;
mod routing;
mod statement;
mod values;
mod write;

pub use complete::{Completer, Given};
pub use statement::{Pending, statement};
pub use write::{TableSink, Writer, blocks_of};
