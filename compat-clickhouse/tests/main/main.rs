//! The protocols over a small engine that knows a few statements, and formats there and back.

mod fake;
mod formats;
mod hostile;
mod http;
mod native;
mod waits;
