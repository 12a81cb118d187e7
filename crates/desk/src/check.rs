//! Everything about a record that depends on no other record but those that enrolled its keys.

use record::{Record, RecordError, RecordId};
use tally::{KeyIndex, Keys, Prepared, Refusal, Rulebook, check_definition, prepare};

/// A record that can be read under this definition and whose signatures hold.
#[derive(Clone, Debug)]
pub struct Checked {
    pub(crate) prepared: Prepared,
    pub(crate) signers: Vec<KeyIndex>,
    pub(crate) note: Vec<u8>,
}

/// Why bytes go no further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// They are no record.
    #[error(transparent)]
    Unreadable(#[from] RecordError),
    /// The record cannot be taken in.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl Checked {
    /// Reads and checks bytes. Two signatures of P-256 make up nearly all of its cost. They come
    /// before the form, whose rules may cost more: who has no key makes nobody work for long.
    ///
    /// # Errors
    /// With the first reason against them.
    pub fn check(rulebook: &Rulebook, keys: &Keys, note: Vec<u8>) -> Result<Self, Rejected> {
        let (prepared, signers) = {
            let record = Record::parse(&note)?;
            check_definition(rulebook, &record)?;
            let signers = keys.signers(&record.note)?;
            keys.check(&record.note, &signers)?;
            (prepare(rulebook, &record)?, signers)
        };
        Ok(Self { prepared, signers, note })
    }

    /// Its bytes, signatures included.
    #[must_use]
    pub fn note(&self) -> &[u8] {
        &self.note
    }

    /// The record's id.
    #[must_use]
    pub fn id(&self) -> RecordId {
        self.prepared.id
    }
}
