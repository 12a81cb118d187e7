//! Rebuilding everything from the log's entries: at every start, so the database is a cache.

use std::sync::Arc;

use record::{Record, RecordError, RecordId, note::SigningKey};
use tally::{Access, Refusal, Rulebook, RulebookError, check_attest, prepare};
use tlog::{Checkpoint, Hash, leaf_hash};

use crate::{Append, Desk, Entry, SignError};

/// A desk while it reads the log again.
pub struct Recovery {
    desk: Desk,
}

/// Why a stored log cannot be worked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// The definition cannot be read.
    #[error("position 0: {0}")]
    Definition(#[from] RulebookError),
    /// An entry is no record.
    #[error("position {position}: {reason}")]
    Unreadable {
        /// Where.
        position: u64,
        /// Why.
        reason: RecordError,
    },
    /// An entry could not have been admitted where it stands.
    #[error("position {position}: {reason}")]
    Refused {
        /// Where.
        position: u64,
        /// Why.
        reason: Refusal,
    },
    /// An entry's bytes are not those whose id stands in the log.
    #[error("position {position}: the text's id is {found}, the log says {expected}")]
    Id {
        /// Where.
        position: u64,
        /// The leaf.
        expected: RecordId,
        /// What the bytes give.
        found: RecordId,
    },
    /// The entries are not those that the last checkpoint was signed over.
    #[error("the entries give root {found} at size {size}, the checkpoint says {expected}")]
    Root {
        /// How many entries.
        size: u64,
        /// The checkpoint's root.
        expected: Hash,
        /// The entries' root.
        found: Hash,
    },
    /// The tree or the key is not this log's.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The last checkpoint is of another size.
    #[error("the log holds {found} entries, its last checkpoint says {expected}")]
    Size {
        /// The checkpoint's size.
        expected: u64,
        /// The entries.
        found: u64,
    },
}

impl Recovery {
    /// Begins with the definition at position 0.
    ///
    /// # Errors
    /// When it is no definition that holds together.
    pub fn begin(definition: &[u8], key: SigningKey) -> Result<Self, RecoveryError> {
        let unreadable = |reason| RecoveryError::Unreadable { position: 0, reason };
        let record = Record::parse(definition).map_err(unreadable)?;
        let rulebook = Arc::new(Rulebook::new(&record)?);
        let mut desk = Desk::new(rulebook, key);
        desk.note(record.id, Access::Open);
        desk.tree.append(leaf_hash(record.id.as_bytes()));
        Ok(Self { desk })
    }

    /// Takes the next entry. Its signatures were checked before it was stored, and
    /// [`Recovery::finish`] shows that no byte of any text changed since.
    ///
    /// # Errors
    /// When it could not have been admitted where it stands.
    pub fn entry(&mut self, id: RecordId, note: &[u8]) -> Result<(), RecoveryError> {
        let position = self.desk.size();
        let unreadable = |reason| RecoveryError::Unreadable { position, reason };
        let refused = |reason| RecoveryError::Refused { position, reason };
        let record = Record::parse(note).map_err(unreadable)?;
        if record.id != id {
            return Err(RecoveryError::Id { position, expected: id, found: record.id });
        }
        let prepared = prepare(self.desk.ledger.rulebook(), &record).map_err(refused)?;
        let signers = self.desk.ledger.keys().signers(&record.note).map_err(refused)?;
        let admission = self.desk.ledger.judge(prepared, &signers).map_err(refused)?;
        check_attest(admission.what(), position, |at| self.desk.id(at)).map_err(refused)?;
        self.desk.note(id, Access::of(admission.what()));
        self.desk.tree.append(leaf_hash(id.as_bytes()));
        self.desk.ledger.apply(admission, position);
        Ok(())
    }

    /// Ends at the last checkpoint that this log signed.
    ///
    /// # Errors
    /// When the entries are not those that it was signed over.
    pub fn finish(self, checkpoint: &Checkpoint) -> Result<Desk, RecoveryError> {
        let (expected, found) = (checkpoint.size, self.desk.size());
        if expected != found {
            return Err(RecoveryError::Size { expected, found });
        }
        let (expected, size) = (checkpoint.root, found);
        let found = self.desk.tree.root_at(size).map_err(SignError::from)?;
        if expected != found {
            return Err(RecoveryError::Root { size, expected, found });
        }
        Ok(self.desk)
    }
}

/// The first append of a log: its definition alone, with the checkpoint over it.
///
/// # Errors
/// When the definition does not hold together, or the key cannot sign.
pub fn first_append(definition: Vec<u8>, key: SigningKey) -> Result<Append, RecoveryError> {
    let desk = Recovery::begin(&definition, key)?.desk;
    let id = desk.ledger.rulebook().definition();
    let checkpoint = desk.sign(1)?;
    Ok(Append { from: 0, entries: vec![Entry { id, note: definition }], checkpoint })
}
