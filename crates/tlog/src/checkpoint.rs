//! Checkpoints: a log's origin, size and root as signed text (C2SP `tlog-checkpoint`).

use crate::{Hash, decimal, hash::HashError};
use record::note::{KeyError, KeyName, Note, NoteError, SigningKey, VerifyError, VerifyingKey};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A checkpoint with 16 signatures stays far below this; larger ones are refused unread.
pub const MAX_BYTES: usize = 64 * 1024;

/// What a log says of itself at one moment.
///
/// C2SP lets an origin be any line; here it is a key name, because it is the name of the log's
/// key. It prints as the text that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: KeyName,
    /// The number of entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// Opaque lines behind the root. C2SP advises against them and this project writes none, but
    /// they are signed and must survive.
    pub extensions: Vec<Extension>,
}

/// An extension line: not empty, without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension(String);

/// Why a checkpoint is not believed, or not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// The bytes are not a note.
    #[error("the checkpoint is not a signed note: {0}")]
    Note(#[from] NoteError),
    /// The log's signature is missing or false.
    #[error("the checkpoint is not proved: {0}")]
    Signature(#[from] VerifyError),
    /// Fewer than three lines, or no newline behind the last.
    #[error("three or more lines that end in a newline were expected, found {found}")]
    Lines {
        /// How many lines do.
        found: usize,
    },
    /// The first line is not a key name.
    #[error("line 1: {0}")]
    Origin(KeyError),
    /// The origin is not the name of the log's key.
    #[error("origin {expected}, the name of the key, was expected, found {found}")]
    OtherLog {
        /// The key's name.
        expected: KeyName,
        /// The checkpoint's origin.
        found: KeyName,
    },
    /// The second line is not a decimal below 2^64 without leading zeros.
    #[error("line 2: a number of entries was expected, found {found:?}")]
    Size {
        /// What stands there.
        found: String,
    },
    /// The third line is not a hash.
    #[error("line 3: {0}")]
    Root(HashError),
    /// An extension line is empty or has a control character.
    #[error("line {line}: a line of printable text was expected, found {found:?}")]
    Extension {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        found: String,
    },
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    #[must_use]
    pub fn new(origin: KeyName, size: u64, root: Hash) -> Self {
        Self { origin, size, root, extensions: Vec::new() }
    }

    /// Signs the checkpoint: the bytes of a note with one signature.
    ///
    /// # Errors
    /// When the key's name is not the origin.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, CheckpointError> {
        self.check_origin(key.public())?;
        let text = self.to_string();
        Ok(Note::new(&text, vec![key.sign(&text)])?.to_bytes())
    }

    /// Reads a signed checkpoint and believes it if the log's key signed it. Signatures of others
    /// are passed over; see [`crate::policy`] for witnesses.
    ///
    /// # Errors
    /// When the bytes are not a note, the log's signature is missing or false, or the text is not
    /// a checkpoint of this log.
    pub fn verify(bytes: &[u8], log: &VerifyingKey) -> Result<Self, CheckpointError> {
        Self::verify_note(&Note::parse(bytes, MAX_BYTES)?, log)
    }

    /// The same for a note that is already read.
    ///
    /// # Errors
    /// As [`Checkpoint::verify`].
    pub fn verify_note(note: &Note<'_>, log: &VerifyingKey) -> Result<Self, CheckpointError> {
        let signers = note.verify(|signature| log.if_named_by(signature))?;
        Self::read_signed(note, &signers)
    }

    /// Reads the text of a note that these logs are known to have signed; one of them must be the
    /// checkpoint's own.
    pub(crate) fn read_signed(
        note: &Note<'_>,
        signers: &[&VerifyingKey],
    ) -> Result<Self, CheckpointError> {
        let checkpoint: Self = note.text().parse()?;
        let checks = signers.iter().map(|signer| checkpoint.check_origin(signer));
        checks.reduce(Result::or).transpose()?;
        Ok(checkpoint)
    }

    fn check_origin(&self, key: &VerifyingKey) -> Result<(), CheckpointError> {
        if self.origin == *key.name() {
            return Ok(());
        }
        let (expected, found) = (key.name().clone(), self.origin.clone());
        Err(CheckpointError::OtherLog { expected, found })
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads a checkpoint's text. It proves nothing: see [`Checkpoint::verify`].
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let fault = CheckpointError::Lines { found: text.matches('\n').count() };
        let mut lines = text.strip_suffix('\n').ok_or(fault.clone())?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(fault);
        };
        let bad_size = || CheckpointError::Size { found: size.to_owned() };
        Ok(Self {
            origin: origin.parse().map_err(CheckpointError::Origin)?,
            size: decimal::parse(size).ok_or_else(bad_size)?,
            root: root.parse().map_err(CheckpointError::Root)?,
            extensions: (4..).zip(lines).map(extension).collect::<Result<_, _>>()?,
        })
    }
}

fn extension((line, text): (usize, &str)) -> Result<Extension, CheckpointError> {
    if text.is_empty() || text.contains(|c: char| c < ' ') {
        return Err(CheckpointError::Extension { line, found: text.to_owned() });
    }
    Ok(Extension(text.to_owned()))
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{}", line.0))
    }
}
