//! ClickHouse SQL over telemetry: parser, binder, functions, insert pipeline.

pub mod sql;
