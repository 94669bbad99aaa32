//! One data group's state.

pub mod types;

pub use types::{Applied, LogHeld, LogPosition, PartFile, ShardOptions, SnapshotMeta};
