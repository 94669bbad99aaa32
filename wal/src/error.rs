//! What can go wrong, by what the caller does about it.
//!
//! Invariant: corruption always says file, offset, expected and got; the first I/O error is kept and answered to
//! everything that follows.

use std::fmt;
use std::sync::Arc;

use olly_env::DiskError;

/// What a log operation answers.
pub type Result<T> = std::result::Result<T, WalError>;

/// What the caller does about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Try again later; nothing was accepted.
    Retry,
    /// The request is wrong; the log is fine.
    Reject,
    /// Stop acknowledging and end the process.
    Fatal,
}

/// Bytes on disk that are not what was made durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corruption {
    /// Path below the data folder.
    pub file: String,
    /// Byte offset in the file.
    pub offset: u64,
    /// What had to be there.
    pub expected: String,
    /// What was there.
    pub got: String,
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}: expected {}, got {}", self.file, self.offset, self.expected, self.got)
    }
}

/// An error of the log.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WalError {
    /// Damage below what was known durable: acknowledged data is gone. The log refuses to open.
    #[error("corrupt log: {0}")]
    Corrupt(Box<Corruption>),
    /// Written by a newer version, or with features that this one does not know.
    #[error("{file} at offset {offset}: {what}")]
    Unsupported { file: String, offset: u64, what: String },
    /// No space for another segment, and the reserve is used up. Nothing was accepted.
    #[error("the disk is full: no space for another log segment")]
    Full,
    /// More is queued than the limit allows. Nothing was accepted.
    #[error("{queued} bytes are queued in the log, at most {limit}")]
    Busy { queued: u64, limit: u64 },
    /// An earlier I/O error; the log takes nothing any more.
    #[error("the log stopped after an I/O error: {0}")]
    Poisoned(Arc<DiskError>),
    /// A disk error while opening or reading.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The record breaks a rule (a hole in a group's entries, too long, purged already).
    #[error("refused: {0}")]
    Rejected(String),
    /// The entry was purged or truncated, or never written.
    #[error("group {group} has no entry {index}")]
    NoEntry { group: u32, index: u64 },
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
}

impl WalError {
    /// What the caller does about it.
    pub fn class(&self) -> Class {
        match self {
            WalError::Full | WalError::Busy { .. } => Class::Retry,
            WalError::Rejected(_) | WalError::NoEntry { .. } => Class::Reject,
            WalError::Corrupt(_)
            | WalError::Unsupported { .. }
            | WalError::Poisoned(_)
            | WalError::Disk(_)
            | WalError::Closed => Class::Fatal,
        }
    }

    pub(crate) fn corrupt(file: &str, offset: u64, expected: impl Into<String>, got: impl Into<String>) -> WalError {
        WalError::Corrupt(Box::new(Corruption {
            file: file.to_string(),
            offset,
            expected: expected.into(),
            got: got.into(),
        }))
    }
}
