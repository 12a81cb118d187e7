//! What can go wrong between a checked record and its receipt.

use desk::{Rejected, SignError};
use store::log::{AppendError, ReadError};
use tlog::{ReadProofError, TreeError};

/// Why a record was not taken in, or not by now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// There is something wrong with it.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// Too much is waiting already.
    #[error("too many records are waiting, try again shortly")]
    Busy,
    /// The writer has stopped.
    #[error("the log takes nothing more, the server is stopping")]
    Stopped,
    /// It could not be made durable.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// What failed on the log's side. It is never the record's fault, and sending it again is safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The log did not take the batch.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No checkpoint could be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The tree has no proof for the record.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The proof makes no receipt.
    #[error(transparent)]
    Receipt(#[from] ReadProofError),
    /// No checkpoint covers the record.
    #[error("no checkpoint covers position {position}")]
    Uncovered {
        /// Where the record stands.
        position: u64,
    },
}
