//! Tests of the query engine over a store in memory.
// DataFusion spills through the standard library, so what it leaves behind is looked for there.
#![allow(clippy::disallowed_methods)]

mod answers;
mod clauses;
mod inserts;
mod limits;
mod pruning;
mod support;
