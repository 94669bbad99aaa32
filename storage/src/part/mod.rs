//! Parts: immutable, self-contained files of sorted rows, one for each table, time partition and command (DESIGN §6).
//!
//! Invariant: a part file is written once, made durable, then only read; what it holds is fixed by the rows and the version
//! of this code.

pub(crate) mod access;
pub(crate) mod column;
pub mod format;
pub(crate) mod hash;
mod holds;
pub(crate) mod intern;
pub(crate) mod reader;
pub(crate) mod sink;
pub(crate) mod source;
pub(crate) mod stats;
pub(crate) mod writer;
