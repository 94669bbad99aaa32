//! ClickHouse SQL over telemetry: parser, binder, functions, insert pipeline.

pub mod agg;
pub mod engine;
pub mod expr;
pub mod func;
pub mod settings;
pub mod sql;
pub mod state;
pub mod time;
pub mod typing;
