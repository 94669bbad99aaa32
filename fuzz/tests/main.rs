//! Every decoder as a fuzz target, `OLLY_FUZZ_SECONDS` (20) each.

mod formats;
mod otlp;
mod parts;
mod sql;
mod state;
