//! The write-ahead log: one physical log per disk, shared by all groups of a node.
//!
//! A Raft group's log *is* a part of this log (D1): entries, votes and positions of all groups stand in one stream of
//! records, made durable by one stream of physical writes. Layout of the files: docs/formats/wal.md.
//!
//! Invariant: a completion is called with `Ok` only after the record and everything before it are durable; after the
//! first I/O error none is (rule 2 of the house).
//!
//! ```no_run
//! # use olly_wal::{Record, Wal, WalOptions};
//! # fn main() -> Result<(), olly_wal::WalError> {
//! let env = olly_env::Env::real(std::path::Path::new("data"))?;
//! let (wal, recovered) = Wal::open(&env, "wal", WalOptions::default())?;
//! let next = recovered.groups.get(&1).map_or(0, |g| g.entries.end);
//! let lsn = wal.append(vec![Record::entry(1, next, &b"payload"[..])], Box::new(|result| result.unwrap()))?;
//! wal.wait_durable(lsn)?;
//! let back = wal.read(1, next..next + 1, usize::MAX)?;
//! # Ok(()) }
//! ```

mod core;
mod driver;
mod error;
mod files;
mod frame;
mod fuzz;
mod inspect;
mod metrics;
mod options;
mod read;
mod record;
mod recover;
mod scan;
mod segment;
mod sink;
mod state;
mod validate;
mod wal;

pub use self::core::Completion;

pub use error::{Class, Corruption, Result, WalError};
pub use frame::{FRAME_HEADER, FRAME_MAGIC, FRAME_VERSION, FrameHeader};
pub use fuzz::fuzz_recover;
pub use inspect::{Item, RecordInfo, Report, inspect, verify};
pub use metrics::{BUCKETS, Histogram, WalMetrics};
pub use options::{CompletionOrder, Drive, OnPoison, WalOptions};
pub use record::{Kind, Lsn, RECORD_HEADER, Record};
pub use recover::Cut;
pub use segment::{MAX_SEGMENT, MIN_SEGMENT, Name, SEGMENT_HEADER, SEGMENT_MAGIC, SEGMENT_VERSION, SegmentHeader};
pub use sink::{PhysicalWrite, Sink, SyncSink, Written};
pub use wal::{Admission, GroupInfo, Recovered, Wal};
