//! What can go wrong when the log is appended to.

use crate::database::Fault;

/// Why a batch was not appended. Nothing of it is in the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The log has another size than the caller built on.
    #[error("expected a log of {expected} entries to append to, found {found}")]
    Moved {
        /// The size that the caller built on.
        expected: u64,
        /// The size in the file.
        found: u64,
    },
    /// The checkpoint does not cover exactly the log with this batch.
    #[error("expected a checkpoint over {expected} entries, found one over {found}")]
    CheckpointSize {
        /// The size of the log with this batch.
        expected: u64,
        /// The size that the checkpoint names.
        found: u64,
    },
    /// An empty batch, while the log has a checkpoint over this size already.
    #[error("there is a checkpoint over {size} entries already")]
    SecondCheckpoint {
        /// The size that both name.
        size: u64,
    },
    /// SQLite could not write or sync.
    #[error("nothing was written: {0}")]
    Disk(#[from] Fault),
}

impl From<rusqlite::Error> for AppendError {
    fn from(error: rusqlite::Error) -> AppendError {
        AppendError::Disk(error.into())
    }
}
