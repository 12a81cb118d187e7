//! Proof that a log has shown two histories: two checkpoints that it signed, and a path that shows
//! that the second does not begin with the first.
//!
//! ```text
//! countersign/split-view/v1
//! 3 kq9S…=                     what the second checkpoint's tree holds at the size of the first
//! qzz…=                        the consistency proof from there to the second
//!
//! log.example/tiny             the first checkpoint
//! 3
//! 5Qx…=
//!
//! — log.example/tiny kq9S…
//!
//! log.example/tiny             the second
//! …
//! ```
//!
//! Whoever has the log's public key can check it, and nobody without the log's secret key can make
//! one. So it needs no trust in whoever found it.

use crate::{
    Checkpoint, CheckpointError, Hash, MerkleError, Tree, TreeError, checkpoint, decimal,
    hash::HashError, verify_consistency,
};
use record::note::{Note, NoteError, VerifyingKey};
use std::{fmt, str::FromStr};
use thiserror::Error;

const HEADER: &str = "countersign/split-view/v1";
/// The way through a tree of fewer than 2^64 leaves, and the old tree's end.
const MAX_HASHES: usize = 64;
/// Header, hashes and two checkpoints.
const MAX_BYTES: usize = 8 * 1024 + 2 * checkpoint::MAX_BYTES;

/// A well-formed proof. Nothing in it is believed before [`SplitView::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitView {
    /// The size of the first checkpoint, and the root that the second's tree has there.
    size: u64,
    root: Hash,
    proof: Vec<Hash>,
    first: String,
    second: String,
}

/// Why a text is no such proof. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadSplitViewError {
    /// Larger than any proof.
    #[error("a proof of at most {MAX_BYTES} bytes was expected, found {found}")]
    TooLarge {
        /// How many there are.
        found: usize,
    },
    /// The first line is another.
    #[error("line 1: {HEADER:?} was expected, found {found:?}")]
    Header {
        /// What stands there.
        found: String,
    },
    /// The second line is not a size and a root.
    #[error("line 2: a size and a root were expected, found {found:?}")]
    Root {
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
    /// Two checkpoints do not follow.
    #[error("two checkpoints were expected after the proof, found fewer")]
    Checkpoints,
    /// A checkpoint is not a note.
    #[error("a checkpoint is not a signed note: {0}")]
    Note(#[from] NoteError),
}

/// Why a proof of two histories proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SplitViewError {
    /// The log did not sign both.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The size is not that of the first checkpoint.
    #[error("size {expected}, that of the first checkpoint, was expected, found {found}")]
    Size {
        /// The first checkpoint's size.
        expected: u64,
        /// The size in line 2.
        found: u64,
    },
    /// The second history begins with the first: there is no split view.
    #[error("two histories were expected, found one: both have root {root} at {size} leaves")]
    Same {
        /// The size.
        size: u64,
        /// The root.
        root: Hash,
    },
    /// The path does not lead to the second checkpoint.
    #[error("the second checkpoint does not hold that root: {0}")]
    Path(#[from] MerkleError),
}

impl SplitView {
    /// The proof that `tree`, whose signed checkpoint is `second`, does not begin with `first`,
    /// another signed checkpoint of the same log that is not larger. `None`: it does.
    ///
    /// # Errors
    /// When the tree is smaller than one of the checkpoints.
    pub fn find(
        tree: &Tree,
        first: (&Checkpoint, &str),
        second: (&Checkpoint, &str),
    ) -> Result<Option<Self>, TreeError> {
        let size = first.0.size;
        let root = tree.root_at(size)?;
        if root == first.0.root {
            return Ok(None);
        }
        let proof = tree.consistency_proof(size, second.0.size)?;
        let (first, second) = (first.1.to_owned(), second.1.to_owned());
        Ok(Some(Self { size, root, proof, first, second }))
    }

    /// Two checkpoints of one size with different roots: no path is needed.
    #[must_use]
    pub fn of_one_size(second: &Checkpoint, first: &str, signed_second: &str) -> Self {
        let (first, second_text) = (first.to_owned(), signed_second.to_owned());
        Self { size: second.size, root: second.root, proof: Vec::new(), first, second: second_text }
    }

    /// Checks that this log has signed two histories, and returns both checkpoints.
    ///
    /// # Errors
    /// When it proves no such thing.
    pub fn verify(&self, log: &VerifyingKey) -> Result<(Checkpoint, Checkpoint), SplitViewError> {
        let first = Checkpoint::verify(self.first.as_bytes(), log)?;
        let second = Checkpoint::verify(self.second.as_bytes(), log)?;
        if first.size != self.size {
            return Err(SplitViewError::Size { expected: first.size, found: self.size });
        }
        if first.root == self.root {
            return Err(SplitViewError::Same { size: self.size, root: self.root });
        }
        verify_consistency((self.size, self.root), (second.size, second.root), &self.proof)?;
        Ok((first, second))
    }
}

impl FromStr for SplitView {
    type Err = ReadSplitViewError;

    fn from_str(text: &str) -> Result<Self, ReadSplitViewError> {
        if text.len() > MAX_BYTES {
            return Err(ReadSplitViewError::TooLarge { found: text.len() });
        }
        let (head, rest) = text.split_once("\n\n").ok_or(ReadSplitViewError::Checkpoints)?;
        let (first, second) = read_checkpoints(rest)?;
        let mut lines = (1..).zip(head.split('\n'));
        let header = lines.next().map_or("", |(_, line)| line);
        if header != HEADER {
            return Err(ReadSplitViewError::Header { found: header.to_owned() });
        }
        let (size, root) = read_root(lines.next().map_or("", |(_, line)| line))?;
        let proof: Vec<Hash> = lines.map(read_hash).collect::<Result<_, _>>()?;
        if proof.len() > MAX_HASHES {
            return Err(ReadSplitViewError::TooManyHashes { found: proof.len() });
        }
        Ok(Self { size, root, proof, first, second })
    }
}

/// A note holds one empty line, before its signatures; the next one separates the two notes.
fn read_checkpoints(text: &str) -> Result<(String, String), ReadSplitViewError> {
    let mut parts = text.splitn(3, "\n\n");
    let (Some(body), Some(signatures), Some(second)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(ReadSplitViewError::Checkpoints);
    };
    let first = format!("{body}\n\n{signatures}\n");
    Ok((normal(&first)?, normal(second)?))
}

fn normal(checkpoint: &str) -> Result<String, NoteError> {
    Ok(Note::parse(checkpoint.as_bytes(), checkpoint::MAX_BYTES)?.to_string())
}

fn read_root(line: &str) -> Result<(u64, Hash), ReadSplitViewError> {
    let fault = || ReadSplitViewError::Root { found: line.to_owned() };
    let (size, root) = line.split_once(' ').ok_or_else(fault)?;
    let root = root.parse().map_err(|_| fault())?;
    Ok((decimal::parse(size).ok_or_else(fault)?, root))
}

fn read_hash((line, text): (usize, &str)) -> Result<Hash, ReadSplitViewError> {
    text.parse().map_err(|reason| ReadSplitViewError::Hash { line, reason })
}

impl fmt::Display for SplitView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\n{} {}", self.size, self.root)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}\n{}", self.first, self.second)
    }
}
