//! Whose word counts: the logs, the witnesses, and how many of them (C2SP `tlog-policy`).
//!
//! ```text
//! #definition 3d1c…   the election's definition, pinned; a comment to other tools
//! log log.example/tiny+456026bf+AYqI…
//!
//! witness council w1.example/witness+…
//! witness press   w2.example/witness+…
//! group both 2 council press
//! quorum both
//! ```
//!
//! The specification treats the file as octets; this reader asks for UTF-8, which it recommends.

mod read;
#[cfg(test)]
mod tests;

pub use read::{PolicyError, PolicyProblem};

use crate::{Checkpoint, CheckpointError, CosignatureError, Timestamp, WitnessKey};
use record::note::{Note, NoteError, Signature, VerifyError, VerifyingKey};
use std::{collections::BTreeSet, fmt};
use thiserror::Error;

/// A policy file's content. Prints as a file that reads back as the same policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    definition: Option<[u8; 32]>,
    /// Any one of them.
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    /// In file order: members stand before the groups they belong to.
    groups: Vec<Group>,
    quorum: Quorum,
}

/// A log whose checkpoints are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Log {
    /// Its Ed25519 key; the key's name is the log's origin.
    key: VerifyingKey,
    /// Where it is, for whoever wants to fetch from it.
    url: Option<String>,
}

/// A witness whose cosignatures count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Its name within this policy.
    pub name: String,
    /// Its key.
    pub key: WitnessKey,
    /// Where it is, for whoever wants to ask it.
    pub url: Option<String>,
}

/// Members of which some number must have cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    name: String,
    /// From 1 to the number of members.
    threshold: usize,
    /// Names of witnesses and earlier groups.
    members: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Quorum {
    None,
    Of(String),
}

/// A checkpoint that a policy accepts, and who cosigned it when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The policy's names of the witnesses that cosigned, and their times, in line order.
    pub cosigned: Vec<(String, Timestamp)>,
}

impl Accepted {
    /// The witnesses that cosigned, for [`Policy::check_quorum`].
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.cosigned.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// Too few witnesses.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("quorum {quorum}: {expected} of its members were expected to have cosigned, found {found}")]
pub struct QuorumError {
    /// The witness or group that the quorum asks for.
    pub quorum: String,
    /// How many members it takes; 1 for a single witness.
    pub expected: usize,
    /// How many there are.
    pub found: usize,
}

/// Why a policy does not accept a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RejectedError {
    /// The bytes are not a note.
    #[error("the checkpoint is not a signed note: {0}")]
    Note(#[from] NoteError),
    /// No log of the policy signed, or a log's signature is false.
    #[error("no log of the policy stands behind the checkpoint: {0}")]
    Log(#[from] VerifyError),
    /// The text is not a checkpoint of that log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A known witness's cosignature is false.
    #[error("witness {witness}: {reason}")]
    Cosignature {
        /// The policy's name of it.
        witness: String,
        /// What is wrong.
        reason: CosignatureError,
    },
    /// Too few witnesses cosigned.
    #[error(transparent)]
    Quorum(#[from] QuorumError),
}

impl Policy {
    /// The policy of an election whose log has no witnesses yet.
    #[must_use]
    pub fn without_witnesses(log: VerifyingKey, definition: [u8; 32]) -> Self {
        Self {
            definition: Some(definition),
            logs: vec![Log { key: log, url: None }],
            witnesses: Vec::new(),
            groups: Vec::new(),
            quorum: Quorum::None,
        }
    }

    /// The same logs and definition with the witnesses, groups and quorum of another policy.
    #[must_use]
    pub fn with_witnesses_of(self, other: Self) -> Self {
        let Self { witnesses, groups, quorum, .. } = other;
        Self { witnesses, groups, quorum, ..self }
    }

    /// The keys of the logs whose checkpoints are accepted; a key's name is the log's origin.
    pub fn logs(&self) -> impl Iterator<Item = &VerifyingKey> {
        self.logs.iter().map(|log| &log.key)
    }

    /// The witnesses, in the order of the file.
    #[must_use]
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// The hash of the election's definition, if the policy pins one.
    #[must_use]
    pub fn definition(&self) -> Option<&[u8; 32]> {
        self.definition.as_ref()
    }

    /// Believes a checkpoint if one of the logs signed it and a quorum of witnesses cosigned.
    /// Every signature by a known key must hold; those of strangers are passed over.
    ///
    /// # Errors
    /// At the first of these that fails.
    pub fn accept(&self, checkpoint: &[u8]) -> Result<Accepted, RejectedError> {
        let accepted = self.read(checkpoint)?;
        self.check_quorum(&accepted.names())?;
        Ok(accepted)
    }

    /// The same without asking for a quorum: a log's own word binds it, whoever else saw it.
    ///
    /// # Errors
    /// At the first signature by a known key that does not hold, or when no log signed.
    pub fn read(&self, checkpoint: &[u8]) -> Result<Accepted, RejectedError> {
        let note = Note::parse(checkpoint, crate::checkpoint::MAX_BYTES)?;
        let logs = note.verify(|signature| self.log_named_by(signature))?;
        let checkpoint = Checkpoint::read_signed(&note, &logs)?;
        Ok(Accepted { checkpoint, cosigned: self.cosigned(&note)? })
    }

    fn log_named_by(&self, signature: &Signature) -> Option<&VerifyingKey> {
        self.logs.iter().find_map(|log| log.key.if_named_by(signature))
    }

    fn cosigned(&self, note: &Note<'_>) -> Result<Vec<(String, Timestamp)>, RejectedError> {
        let mut cosigned = Vec::new();
        for signature in note.signatures() {
            let named = |witness: &&Witness| witness.key.is_named_by(signature);
            let Some(witness) = self.witnesses.iter().find(named) else { continue };
            let time = witness.key.verify(note.text(), signature).map_err(|reason| {
                RejectedError::Cosignature { witness: witness.name.clone(), reason }
            })?;
            cosigned.push((witness.name.clone(), time));
        }
        Ok(cosigned)
    }

    /// Whether these witnesses, by the policy's names, are enough.
    ///
    /// # Errors
    /// When they are too few; the error counts the members of the quorum itself.
    pub fn check_quorum(&self, cosigned: &BTreeSet<&str>) -> Result<(), QuorumError> {
        let Quorum::Of(quorum) = &self.quorum else { return Ok(()) };
        let known = self.witnesses.iter().map(|witness| witness.name.as_str());
        let mut settled: BTreeSet<&str> = known.filter(|name| cosigned.contains(name)).collect();
        // Groups name only what stands before them, so one pass settles all.
        for group in &self.groups {
            let found = group.members.iter().filter(|name| settled.contains(name.as_str())).count();
            if found >= group.threshold {
                settled.insert(&group.name);
            } else if group.name == *quorum {
                let (quorum, expected) = (quorum.clone(), group.threshold);
                return Err(QuorumError { quorum, expected, found });
            }
        }
        if settled.contains(quorum.as_str()) {
            return Ok(());
        }
        Err(QuorumError { quorum: quorum.clone(), expected: 1, found: 0 })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(definition) = self.definition {
            f.write_str("#definition ")?;
            definition.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
            writeln!(f)?;
        }
        for Log { key, url } in &self.logs {
            writeln!(f, "log {key}{}", Url(url.as_deref()))?;
        }
        for Witness { name, key, url } in &self.witnesses {
            writeln!(f, "witness {name} {key}{}", Url(url.as_deref()))?;
        }
        for Group { name, threshold, members } in &self.groups {
            writeln!(f, "group {name} {threshold} {}", members.join(" "))?;
        }
        match &self.quorum {
            Quorum::None => writeln!(f, "quorum none"),
            Quorum::Of(name) => writeln!(f, "quorum {name}"),
        }
    }
}

/// The optional last word of a line.
struct Url<'a>(Option<&'a str>);

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |url| write!(f, " {url}"))
    }
}
