//! What can go wrong in storage, by what the caller does about it.

use olly_env::DiskError;
use olly_types::{Code, Error as ClientError};

/// What to do about damage is written there.
pub(crate) const DAMAGE: &str = "docs/operate/damage.md";

/// Result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Errors of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The disk answered with an error. Full is a state, anything else ends the process (DESIGN D24).
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Bytes on disk are not what was written.
    #[error("{file} is damaged at offset {offset}: expected {expected}, got {got}")]
    Corrupt { file: String, offset: u64, expected: String, got: String },
    /// Memory for the work is not to be had now; it is tried again later.
    #[error("{0}")]
    Memory(String),
    /// The work was given up half-way because the node closes; it is done after the next start.
    #[error("the node is closing")]
    Closing,
    /// The request cannot be answered.
    #[error("{}", .0.message)]
    Rejected(ClientError),
    /// The shard met an I/O error before and does nothing any more.
    #[error("storage stopped after an I/O error: {0}")]
    Poisoned(String),
}

impl Error {
    /// Damage whose place is known only to the caller: it is completed by [`Error::at`].
    pub(crate) fn damaged(expected: impl Into<String>, got: impl Into<String>) -> Error {
        Error::Corrupt { file: String::new(), offset: 0, expected: expected.into(), got: got.into() }
    }

    /// Says where damage was found, unless that is known already.
    #[must_use]
    pub(crate) fn at(self, file: &str, offset: u64) -> Error {
        match self {
            Error::Corrupt { file: f, expected, got, .. } if f.is_empty() => {
                Error::Corrupt { file: file.to_string(), offset, expected, got }
            }
            other => other,
        }
    }

    /// Whether the disk is full, a state that passes.
    pub fn is_full(&self) -> bool {
        matches!(self, Error::Disk(e) if e.is_full())
    }

    /// Whether the shard must stop: an I/O error other than a full disk.
    pub fn is_fatal(&self) -> bool {
        match self {
            Error::Disk(e) => !e.is_full(),
            Error::Poisoned(_) => true,
            _ => false,
        }
    }
}

impl From<Error> for ClientError {
    fn from(e: Error) -> ClientError {
        match e {
            Error::Rejected(e) => e,
            Error::Memory(m) => ClientError::new(Code::MemoryLimitExceeded, m),
            Error::Closing => ClientError::retry(Code::Aborted, e.to_string()),
            Error::Corrupt { .. } => ClientError::new(Code::CorruptedData, format!("{e} (how to go on: {DAMAGE})")),
            Error::Disk(ref d) if d.is_full() => ClientError::retry(Code::NotEnoughSpace, e.to_string()),
            Error::Disk(_) | Error::Poisoned(_) => ClientError::fatal(Code::AioReadError, e.to_string()),
        }
    }
}

impl From<ClientError> for Error {
    fn from(e: ClientError) -> Error {
        Error::Rejected(e)
    }
}

impl From<olly_types::budget::Exceeded> for Error {
    fn from(e: olly_types::budget::Exceeded) -> Error {
        Error::Memory(e.to_string())
    }
}

/// An Arrow error where only damaged bytes can cause one.
pub(crate) fn arrow(e: arrow::error::ArrowError) -> Error {
    Error::damaged("a valid column", e.to_string())
}
