//! Every decoder as a fuzz target, `OLLY_FUZZ_SECONDS` (20) each.

mod clients;
mod formats;
mod inserted;
mod otlp;
mod parts;
mod sql;
mod state;
