//! Tests of the query engine over a store in memory.

mod clauses;
mod inserts;
mod limits;
mod pruning;
mod support;
