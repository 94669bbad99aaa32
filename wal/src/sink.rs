//! Sinks: how frames get to the disk.
//!
//! The log's core decides what to write and in which order; a sink owns the bytes until they are durable. Invariant:
//! a completion says that *this* write is durable; the core, not the sink, turns completions into a watermark.

use std::collections::VecDeque;
use std::sync::Arc;

use olly_env::{AlignedBuf, DiskError, File};

/// One write of one frame. The sink keeps `bytes` alive until it has completed.
pub struct PhysicalWrite {
    /// A handle opened `durable`.
    pub file: Arc<dyn File>,
    /// Offset in the file, a multiple of its alignment.
    pub offset: u64,
    /// What to write; address and length are multiples of the file's alignment.
    pub bytes: Arc<AlignedBuf>,
    /// Comes back in the completion.
    pub token: u64,
}

/// A write that ended.
pub struct Written {
    /// Which.
    pub token: u64,
    /// Whether it is durable. A short write is an error or is completed by the sink.
    pub result: Result<(), DiskError>,
}

/// Where frames go. One thread uses a sink.
pub trait Sink: Send {
    /// Its name in reports.
    fn kind(&self) -> &'static str;
    /// How many writes it takes before one must have ended (at least 1).
    fn depth(&self) -> usize;
    /// Takes a write. At most `depth` are in flight.
    fn submit(&mut self, write: PhysicalWrite);
    /// The writes that ended, in any order; with `wait`, blocks until there is one unless none is in flight.
    fn reap(&mut self, wait: bool) -> Vec<Written>;
}

/// One durable write at a time, on the calling thread: with one commit in flight the fastest way to the disk
/// (measured: pwrite 78 µs, ring 200 µs).
#[derive(Default)]
pub struct SyncSink {
    ended: VecDeque<Written>,
}

impl SyncSink {
    /// A sink that has nothing in flight.
    pub fn new() -> SyncSink {
        SyncSink::default()
    }
}

impl Sink for SyncSink {
    fn kind(&self) -> &'static str {
        "sync"
    }

    fn depth(&self) -> usize {
        1
    }

    fn submit(&mut self, write: PhysicalWrite) {
        let result = write.file.write_at(write.offset, write.bytes.as_slice());
        self.ended.push_back(Written { token: write.token, result });
    }

    fn reap(&mut self, _wait: bool) -> Vec<Written> {
        self.ended.drain(..).collect()
    }
}
