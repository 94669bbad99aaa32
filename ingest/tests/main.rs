//! Tests of the OTLP listeners and decoders against a store in memory.

mod generate;
mod listeners;
mod model;
mod pipeline;
mod properties;
mod refusals;
mod support;
