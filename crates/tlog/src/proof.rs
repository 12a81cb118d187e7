//! Receipts: proof that an entry is in the log, for keeping and for checking offline (C2SP
//! `tlog-proof`).
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 1
//! qzz…=
//! 8sQ…=
//!
//! log.example/tiny
//! 3
//! 5Qx…=
//!
//! — log.example/tiny kq9S…
//! ```

use crate::{
    Accepted, Checkpoint, CheckpointError, Hash, MerkleError, Policy, RejectedError, checkpoint,
    decimal, hash::HashError, leaf_hash, verify_inclusion,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use record::note::{Note, NoteError, VerifyingKey};
use std::{fmt, str::FromStr, sync::Arc};
use thiserror::Error;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// The way up from a leaf in a tree of fewer than 2^64 leaves.
const MAX_HASHES: usize = 64;
/// Extra data is for others to use; we write none, and read no more than this.
const MAX_EXTRA: usize = 64 * 1024;

/// A well-formed receipt. Nothing in it is believed before [`Proof::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Extra data, which nothing vouches for, as it stands in base64.
    extra: Option<String>,
    index: u64,
    hashes: Vec<Hash>,
    /// The log's checkpoint, byte for byte.
    checkpoint: Arc<str>,
}

/// A checkpoint that receipts rest on. A batch of records has one, and all their receipts share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covering(Arc<str>);

impl Covering {
    /// The checkpoint as it was signed.
    ///
    /// # Errors
    /// When it is not a note.
    pub fn new(checkpoint: &[u8]) -> Result<Self, ReadProofError> {
        Ok(Self(Note::parse(checkpoint, checkpoint::MAX_BYTES)?.to_string().into()))
    }

    /// The receipt of an entry: where it is, and [`crate::Tree::inclusion_proof`].
    ///
    /// # Errors
    /// When there are more hashes than any log asks for.
    pub fn prove(&self, index: u64, hashes: Vec<Hash>) -> Result<Proof, ReadProofError> {
        check_count(hashes.len())?;
        Ok(Proof { extra: None, index, hashes, checkpoint: Arc::clone(&self.0) })
    }
}

/// Why a text is not a receipt. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadProofError {
    /// Larger than any receipt.
    #[error("a receipt of at most {limit} bytes was expected, found {found}")]
    TooLarge {
        /// The most there may be.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// No empty line between the proof and the checkpoint.
    #[error("an empty line and a checkpoint were expected after the proof, found neither")]
    NoCheckpoint,
    /// The first line is another.
    #[error("line 1: {HEADER:?} was expected, found {found:?}")]
    Header {
        /// What stands there.
        found: String,
    },
    /// The extra data is not base64 in its canonical form.
    #[error("line 2: canonical base64 was expected, found {found:?}")]
    Extra {
        /// What stands there.
        found: String,
    },
    /// No index where it belongs.
    #[error("line {line}: \"index NUMBER\" was expected, found {found:?}")]
    Index {
        /// The line.
        line: usize,
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
    /// More hashes than any log asks for.
    #[error("at most {MAX_HASHES} hashes were expected, found {found}")]
    TooManyHashes {
        /// How many there are.
        found: usize,
    },
    /// The checkpoint is not a note.
    #[error("the checkpoint is not a signed note: {0}")]
    Checkpoint(#[from] NoteError),
}

/// Why a receipt proves nothing about an entry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The log's checkpoint is not believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The policy refuses the checkpoint.
    #[error(transparent)]
    Policy(#[from] RejectedError),
    /// The entry is not in the tree of the checkpoint.
    #[error("the entry is not at index {index}: {reason}")]
    Inclusion {
        /// The index the receipt names.
        index: u64,
        /// What the proof fails on.
        reason: MerkleError,
    },
}

impl Proof {
    /// A receipt from what a log has: where the entry is, [`crate::Tree::inclusion_proof`] and a
    /// signed checkpoint.
    ///
    /// # Errors
    /// When the checkpoint is not a note, or there are more hashes than any log asks for.
    pub fn new(index: u64, hashes: Vec<Hash>, checkpoint: &[u8]) -> Result<Self, ReadProofError> {
        Covering::new(checkpoint)?.prove(index, hashes)
    }

    /// Where the entry is in the log, from 0.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The siblings on the way to the root, leaf first.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The log's checkpoint as it was signed.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Checks that this log has this entry, and returns the checkpoint that says so.
    ///
    /// # Errors
    /// When the checkpoint is not by this log, or the proof does not lead from entry to root.
    pub fn verify(&self, entry: &[u8], log: &VerifyingKey) -> Result<Checkpoint, ProofError> {
        let checkpoint = Checkpoint::verify(self.checkpoint.as_bytes(), log)?;
        self.check_inclusion(entry, &checkpoint)?;
        Ok(checkpoint)
    }

    /// Checks that a log of this policy has this entry and that enough witnesses saw it.
    ///
    /// # Errors
    /// When the policy does not accept the checkpoint, or the proof does not lead from entry to
    /// root.
    pub fn verify_under(&self, entry: &[u8], policy: &Policy) -> Result<Accepted, ProofError> {
        let accepted = policy.accept(self.checkpoint.as_bytes())?;
        self.check_inclusion(entry, &accepted.checkpoint)?;
        Ok(accepted)
    }

    /// The same without asking for a quorum: what a log promised binds it, whoever else saw it.
    ///
    /// # Errors
    /// When no log of the policy signed the checkpoint, a known signature is false, or the proof
    /// does not lead from entry to root.
    pub fn promised_under(&self, entry: &[u8], policy: &Policy) -> Result<Accepted, ProofError> {
        let read = policy.read(self.checkpoint.as_bytes())?;
        self.check_inclusion(entry, &read.checkpoint)?;
        Ok(read)
    }

    /// Checks the proof against its own checkpoint, whose signatures nobody has looked at.
    ///
    /// # Errors
    /// When the checkpoint cannot be read, or the proof does not lead from entry to root.
    pub fn consistent_in_itself(&self, entry: &[u8]) -> Result<Checkpoint, ProofError> {
        let note = Note::parse(self.checkpoint.as_bytes(), checkpoint::MAX_BYTES)
            .map_err(CheckpointError::Note)?;
        let claimed = note.text().parse()?;
        self.check_inclusion(entry, &claimed)?;
        Ok(claimed)
    }

    fn check_inclusion(&self, entry: &[u8], in_tree: &Checkpoint) -> Result<(), ProofError> {
        let leaf = leaf_hash(entry);
        verify_inclusion(leaf, self.index, in_tree.size, &self.hashes, in_tree.root)
            .map_err(|reason| ProofError::Inclusion { index: self.index, reason })
    }
}

impl FromStr for Proof {
    type Err = ReadProofError;

    fn from_str(text: &str) -> Result<Self, ReadProofError> {
        let limit = checkpoint::MAX_BYTES + MAX_EXTRA;
        if text.len() > limit {
            return Err(ReadProofError::TooLarge { limit, found: text.len() });
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReadProofError::NoCheckpoint)?;
        let mut lines = (1..).zip(head.split('\n')).peekable();
        read_header(lines.next())?;
        let extra = lines.next_if(|(_, text)| text.starts_with("extra ")).map(read_extra);
        let index = read_index(lines.next())?;
        let hashes: Vec<Hash> = lines.map(read_hash).collect::<Result<_, _>>()?;
        let proof = Self::new(index, hashes, checkpoint.as_bytes())?;
        Ok(Self { extra: extra.transpose()?, ..proof })
    }
}

fn read_header(line: Option<(usize, &str)>) -> Result<(), ReadProofError> {
    match line.map_or("", |(_, text)| text) {
        HEADER => Ok(()),
        found => Err(ReadProofError::Header { found: found.to_owned() }),
    }
}

fn read_extra((_, text): (usize, &str)) -> Result<String, ReadProofError> {
    let found = text.strip_prefix("extra ").unwrap_or_default().to_owned();
    if STANDARD.decode(&found).is_ok() { Ok(found) } else { Err(ReadProofError::Extra { found }) }
}

fn read_index(line: Option<(usize, &str)>) -> Result<u64, ReadProofError> {
    let (line, text) = line.unwrap_or((2, ""));
    let fault = || ReadProofError::Index { line, found: text.to_owned() };
    text.strip_prefix("index ").and_then(decimal::parse).ok_or_else(fault)
}

fn read_hash((line, text): (usize, &str)) -> Result<Hash, ReadProofError> {
    text.parse().map_err(|reason| ReadProofError::Hash { line, reason })
}

fn check_count(found: usize) -> Result<(), ReadProofError> {
    if found <= MAX_HASHES { Ok(()) } else { Err(ReadProofError::TooManyHashes { found }) }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        self.extra.iter().try_for_each(|extra| writeln!(f, "extra {extra}"))?;
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
