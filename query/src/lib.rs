//! ClickHouse SQL over telemetry: parser, binder, functions, insert pipeline.

pub mod agg;
pub mod bind;
pub mod ddl;
pub mod engine;
pub mod exec;
pub mod expr;
pub mod fake;
pub mod func;
pub mod insert;
pub mod plan;
pub mod settings;
pub mod sql;
pub mod state;
pub mod time;
pub mod typing;
