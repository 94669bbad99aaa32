//! Tests of the OTLP listeners and decoders against a store in memory.

mod listeners;
mod support;
