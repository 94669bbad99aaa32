//! How a log is opened.

use std::sync::Arc;
use std::time::Duration;

use crate::error::WalError;
use crate::segment::{MAX_SEGMENT, MIN_SEGMENT};

/// Who moves the log along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Two threads of the environment: one writes (raised priority), one prepares and recycles segments.
    Threads,
    /// Nobody: the caller, with [`crate::Wal::step`]. For deterministic tests.
    Manual,
    /// As `Manual`, and an append or flush returns only after everything is durable and its completion was called.
    Inline,
}

/// In which order the completions of one physical write are called. Across writes it is always LSN order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionOrder {
    /// Oldest first.
    OldestFirst,
    /// Newest first: for callers whose completion is a watermark, so that all but the first have nothing to do.
    NewestFirst,
}

/// Called once, with the first I/O error.
pub type OnPoison = Arc<dyn Fn(&WalError) + Send + Sync>;

/// Options of a log.
#[derive(Clone)]
pub struct WalOptions {
    /// Bytes of a segment; a multiple of 4,096 within [`MIN_SEGMENT`]`..=`[`MAX_SEGMENT`]. Existing segments keep
    /// theirs.
    pub segment_size: u64,
    /// Bytes at which a physical write is closed and the next one begun; a longer record makes a write of its own. Kept
    /// within 4,096 bytes and a quarter of a segment.
    pub max_frame: usize,
    /// Prefilled segments in reserve.
    pub reserve: usize,
    /// Bytes accepted and not durable, at most; above, appends get `Busy`.
    pub queue_limit: u64,
    /// How long nothing must come before lazy records are written and the durable LSN is repeated.
    pub idle_after: Duration,
    /// How often a full disk is tried again.
    pub full_retry: Duration,
    /// With more segments than this, live entries that pin the oldest are rewritten forward where that is cheap.
    pub move_above_segments: usize,
    /// Whether an empty folder becomes a new log; otherwise it is an error, because a log was expected there.
    pub create: bool,
    /// Who moves the log along.
    pub drive: Drive,
    /// Order of completions within one physical write.
    pub order: CompletionOrder,
    /// Called once, with the first I/O error, from whichever thread met it.
    pub on_poison: Option<OnPoison>,
}

impl Default for WalOptions {
    fn default() -> WalOptions {
        WalOptions {
            segment_size: 64 << 20,
            max_frame: 1 << 20,
            reserve: 2,
            queue_limit: 256 << 20,
            idle_after: Duration::from_millis(2),
            full_retry: Duration::from_secs(1),
            move_above_segments: 4,
            create: true,
            drive: Drive::Threads,
            order: CompletionOrder::OldestFirst,
            on_poison: None,
        }
    }
}

impl WalOptions {
    /// Small segments, driven by the caller: for tests on a simulated disk.
    pub fn for_tests() -> WalOptions {
        WalOptions { segment_size: MIN_SEGMENT, max_frame: 8 << 10, drive: Drive::Manual, ..WalOptions::default() }
    }

    /// Longest payload of a record: half a segment.
    pub fn max_payload(&self) -> usize {
        (self.segment_size / 2) as usize - 128
    }

    /// `max_frame` within its bounds.
    pub(crate) fn frame_limit(&self) -> usize {
        self.max_frame.clamp(4096, (self.segment_size / 4) as usize)
    }

    pub(crate) fn check(&self) -> Result<(), WalError> {
        if !(MIN_SEGMENT..=MAX_SEGMENT).contains(&self.segment_size) || !self.segment_size.is_multiple_of(4096) {
            let rule = format!("a multiple of 4096 in {MIN_SEGMENT}..={MAX_SEGMENT}");
            return Err(WalError::Rejected(format!("segment size {}, {rule} expected", self.segment_size)));
        }
        Ok(())
    }
}
