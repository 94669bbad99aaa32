//! Execution of bound queries on DataFusion: sources, memory, streams of blocks.

pub mod before_limit;
mod behind_limit;
mod chain;
mod conditions;
mod env;
mod guard;

pub(crate) mod held;
pub mod limit_by;
mod limits;
pub mod memory;
mod node;
mod own;
mod project;
pub mod prune;
pub mod run;
mod sorts;
pub mod source;

pub use env::QueryEnv;
