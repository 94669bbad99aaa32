//! The OTLP listeners: gRPC and HTTP over one pipeline.

mod body;
mod failure;
mod grpc;
mod http;
mod service;

pub use failure::Failure;
pub use service::{Accepted, Config, OtlpService};
