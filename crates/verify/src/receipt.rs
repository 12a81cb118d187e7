//! One station's proof, offline: did the log promise to hold this record?

use record::{Record, RecordError, RecordId, note::KeyName};
use tlog::{Policy, Proof, ProofError, QuorumError, ReadProofError, Timestamp};

/// What a log has promised, for as long as there is such a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The record's id: SHA-256 of its text.
    pub id: RecordId,
    /// The log.
    pub log: KeyName,
    /// Where the record stands in it, from 0.
    pub position: u64,
    /// How many records the log held when it promised.
    pub size: u64,
    /// Whose promise it is known to be.
    pub known: Known,
}

/// What stands behind a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing was pinned: anybody could have made the receipt.
    Nothing,
    /// The log that the policy pins signed it.
    Log {
        /// The policy's witnesses that cosigned, and when.
        cosigned: Vec<(String, Timestamp)>,
        /// Whether they are as many as the policy asks for.
        quorum: Result<(), QuorumError>,
    },
}

/// Why a receipt is none of this record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The record cannot be read.
    #[error("the record: {0}")]
    Record(#[from] RecordError),
    /// The receipt cannot be read.
    #[error("the receipt: {0}")]
    Read(#[from] ReadProofError),
    /// The receipt proves nothing about this record.
    #[error("the receipt: {0}")]
    Proof(#[from] ProofError),
}

/// Checks the receipt of a record. Who signed the record is not asked: their keys stand in the log,
/// and the log had looked before it promised.
///
/// # Errors
/// When either cannot be read, or the receipt is not by a log of the policy or of another record.
pub fn check_receipt(
    record: &[u8],
    receipt: &str,
    policy: Option<&Policy>,
) -> Result<Promise, ReceiptError> {
    let id = Record::parse(record)?.id;
    let proof: Proof = receipt.parse()?;
    let (checkpoint, known) = match policy {
        None => (proof.consistent_in_itself(id.as_bytes())?, Known::Nothing),
        Some(policy) => {
            let read = proof.promised_under(id.as_bytes(), policy)?;
            let quorum = policy.check_quorum(&read.names());
            (read.checkpoint, Known::Log { cosigned: read.cosigned, quorum })
        }
    };
    let (log, size) = (checkpoint.origin, checkpoint.size);
    Ok(Promise { id, log, position: proof.index(), size, known })
}
