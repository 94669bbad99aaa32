//! Execution of bound queries on DataFusion: sources, memory, streams of blocks.

mod env;
pub mod limit_by;
mod guard;
mod limits;
pub mod memory;
pub mod prune;
pub mod run;
mod sorts;
pub mod source;

pub use env::QueryEnv;
