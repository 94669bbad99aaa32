//! Blocks as they pass between formats and the engine.
pub use olly_query::engine::Block;
