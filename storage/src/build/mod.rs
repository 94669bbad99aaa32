//! Makes parts: from a memtable ([`flush`]) and from other parts ([`merge`]).
//!
//! Invariant: the outcome is a pure function of the rows, the schema and the options that replicas share.

pub(crate) mod flush;
pub(crate) mod merge;
pub(crate) mod plan;
pub(crate) mod sort;
