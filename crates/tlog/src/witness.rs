//! What a log asks of a witness, and when a witness agrees (C2SP `tlog-witness`).
//!
//! ```text
//! old 20852014
//! PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
//! jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
//!
//! example.com/behind-the-sofa
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO…
//! ```

use crate::{
    Checkpoint, CheckpointError, CosignatureError, Hash, MerkleError, Timestamp, WitnessKey,
    checkpoint, decimal,
    hash::{HashError, empty_root},
    verify_consistency,
};
use record::note::{KeyName, Note, NoteError, Signature, VerifyError, VerifyingKey};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// The specification lets a client send no more.
const MAX_HASHES: usize = 63;
/// A line "old", so many hashes of 44 characters, an empty line and a checkpoint.
pub const MAX_BYTES: usize = 64 * 1024 + checkpoint::MAX_BYTES;

/// A log's request to cosign its checkpoint, which continues what the witness cosigned last.
/// Nothing in it is believed before [`AddCheckpoint::claim`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    old: u64,
    proof: Vec<Hash>,
    /// The log's checkpoint, byte for byte.
    checkpoint: String,
}

/// Why bytes are no such request. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadRequestError {
    /// Not text, or more than a request can be.
    #[error("a text of at most {MAX_BYTES} bytes was expected, found {found} bytes")]
    Text {
        /// How many bytes there are.
        found: usize,
    },
    /// No empty line between the proof and the checkpoint.
    #[error("an empty line and a checkpoint were expected after the proof, found neither")]
    NoCheckpoint,
    /// The first line is another.
    #[error("line 1: \"old NUMBER\" was expected, found {found:?}")]
    Old {
        /// What stands there.
        found: String,
    },
    /// A line of the proof is not a hash.
    #[error("line {line}: {reason}")]
    Hash {
        /// The line.
        line: usize,
        /// What is wrong with it.
        reason: HashError,
    },
    /// More hashes than the specification allows.
    #[error("at most {MAX_HASHES} hashes were expected, found {found}")]
    TooManyHashes {
        /// How many there are.
        found: usize,
    },
    /// The checkpoint is not a note.
    #[error("the checkpoint is not a signed note: {0}")]
    Checkpoint(#[from] NoteError),
}

impl AddCheckpoint {
    /// A request from what a log has: [`crate::Tree::consistency_proof`] and a signed checkpoint.
    ///
    /// # Errors
    /// When the checkpoint is not a note, or there are more hashes than any log asks for.
    pub fn new(old: u64, proof: Vec<Hash>, checkpoint: &[u8]) -> Result<Self, ReadRequestError> {
        if proof.len() > MAX_HASHES {
            return Err(ReadRequestError::TooManyHashes { found: proof.len() });
        }
        let checkpoint = Note::parse(checkpoint, checkpoint::MAX_BYTES)?.to_string();
        Ok(Self { old, proof, checkpoint })
    }

    /// Reads what came in.
    ///
    /// # Errors
    /// When it is not such a request.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadRequestError> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_BYTES);
        text.ok_or(ReadRequestError::Text { found: bytes.len() })?.parse()
    }

    /// The size of the checkpoint that the log thinks the witness cosigned last.
    #[must_use]
    pub fn old(&self) -> u64 {
        self.old
    }

    /// The log's checkpoint as it was signed.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// What the checkpoint says, if one of these logs stands behind it. From here on it is evidence:
    /// the log has signed it, whether it continues anything or not.
    ///
    /// # Errors
    /// [`Refusal::UnknownLog`], [`Refusal::Unsigned`] or [`Refusal::Checkpoint`].
    pub fn claim(&self, logs: &[VerifyingKey]) -> Result<Checkpoint, Refusal> {
        let note = Note::parse(self.checkpoint.as_bytes(), checkpoint::MAX_BYTES)
            .map_err(CheckpointError::Note)?;
        let claimed: Checkpoint = note.text().parse()?;
        if !logs.iter().any(|log| *log.name() == claimed.origin) {
            return Err(Refusal::UnknownLog { found: claimed.origin });
        }
        let known = |signature: &Signature| logs.iter().find_map(|log| log.if_named_by(signature));
        let signers = note.verify(known)?;
        Ok(Checkpoint::read_signed(&note, &signers)?)
    }

    /// Whether the claimed checkpoint continues what the witness cosigned last. Between this answer
    /// and the moment at which the checkpoint is remembered nothing else may be cosigned.
    ///
    /// # Errors
    /// The others of [`Refusal`], in the specification's order.
    pub fn check(&self, claimed: &Checkpoint, seen: Seen) -> Result<(), Refusal> {
        let (size, old, latest) = (claimed.size, self.old, seen.size);
        if old > size {
            return Err(Refusal::Order { size, old });
        }
        if old != latest {
            return Err(Refusal::Conflict { latest, old });
        }
        if size == latest && claimed.root != seen.root {
            return Err(Refusal::OtherRoot { size, expected: seen.root, found: claimed.root });
        }
        verify_consistency((latest, seen.root), (size, claimed.root), &self.proof)
            .map_err(|reason| Refusal::Inconsistent { old, reason })
    }
}

impl FromStr for AddCheckpoint {
    type Err = ReadRequestError;

    fn from_str(text: &str) -> Result<Self, ReadRequestError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReadRequestError::NoCheckpoint)?;
        let (first, rest) = head.split_once('\n').map_or((head, None), |(a, b)| (a, Some(b)));
        let old = first.strip_prefix("old ").and_then(decimal::parse);
        let old = old.ok_or_else(|| ReadRequestError::Old { found: first.to_owned() })?;
        let lines = (2..).zip(rest.into_iter().flat_map(|rest| rest.split('\n')));
        let proof = lines.map(|(line, text)| {
            text.parse().map_err(|reason| ReadRequestError::Hash { line, reason })
        });
        Self::new(old, proof.collect::<Result<_, _>>()?, checkpoint.as_bytes())
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// What a witness remembers of a log: the largest checkpoint that it cosigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Seen {
    /// What a witness knows of a log that it has never heard of.
    #[must_use]
    pub fn nothing() -> Self {
        Self { size: 0, root: empty_root() }
    }

    /// What this checkpoint says.
    #[must_use]
    pub fn of(checkpoint: &Checkpoint) -> Self {
        Self { size: checkpoint.size, root: checkpoint.root }
    }
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It does not follow such a log.
    #[error("a log that this witness follows was expected, found {found}")]
    UnknownLog {
        /// The checkpoint's origin.
        found: KeyName,
    },
    /// The log did not sign it.
    #[error("the checkpoint is not signed by the log: {0}")]
    Unsigned(#[from] VerifyError),
    /// The text is no checkpoint.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
    /// The old size lies beyond the new one.
    #[error("an old size of at most {size} was expected, found {old}")]
    Order {
        /// The checkpoint's size.
        size: u64,
        /// The old size of the request.
        old: u64,
    },
    /// The log thinks that the witness cosigned something else last.
    #[error("an old size of {latest} was expected, found {old}")]
    Conflict {
        /// What it cosigned last.
        latest: u64,
        /// The old size of the request.
        old: u64,
    },
    /// Two roots for one size, both signed by the log: it has forked.
    #[error("root {expected} was expected for {size} leaves, found {found}: the log has forked")]
    OtherRoot {
        /// The size of both.
        size: u64,
        /// The root that was cosigned.
        expected: Hash,
        /// The root of the request.
        found: Hash,
    },
    /// The proof does not show that the log was only appended to.
    #[error("the checkpoint does not continue the one of {old} leaves: {reason}")]
    Inconsistent {
        /// The size that was cosigned.
        old: u64,
        /// What the proof fails on.
        reason: MerkleError,
    },
}

/// A witness's answer that is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AnswerError {
    /// Not signature lines.
    #[error("signature lines were expected, found something else: {0}")]
    Lines(#[from] NoteError),
    /// None of them is by the witness that was asked.
    #[error("a cosignature by {expected} was expected, found none")]
    None {
        /// Name and id of the witness.
        expected: String,
    },
    /// Its cosignature does not hold.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
}

/// Reads a witness's answer: the one line that is by this witness and holds for this checkpoint.
///
/// # Errors
/// When the answer is no signature lines, none is by this witness, or it does not hold.
pub fn read_answer(
    checkpoint: &str,
    answer: &str,
    witness: &WitnessKey,
) -> Result<(Signature, Timestamp), AnswerError> {
    let joined = format!("{checkpoint}{answer}");
    let note = Note::parse(joined.as_bytes(), checkpoint::MAX_BYTES)?;
    let by_witness = note.signatures().iter().find(|line| witness.is_named_by(line));
    let line = by_witness.ok_or_else(|| AnswerError::None {
        expected: format!("{}+{}", witness.name(), witness.id()),
    })?;
    Ok((line.clone(), witness.verify(note.text(), line)?))
}
