//! Tests of the shard over simulated disks.
#![allow(clippy::unwrap_used)]

mod common;
mod encodings;
mod faults;
mod golden;
mod lanes;
mod memory;
mod shard;
