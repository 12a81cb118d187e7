//! What a night showed, or what did not hold.

use std::{collections::BTreeMap, fmt};

use desk::{RecoveryError, SignError};
use record::{Digest, RecordId};
use tlog::{Hash, MerkleError};

use crate::{Op, Reason, Step};

/// Something worth counting: a simulation in which it never happens proves nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// A record was taken in.
    New,
    /// One that the log had already got its receipt again.
    Known,
    /// A correction was taken in.
    Correction,
    /// A second text with one number was taken in.
    Fork,
    /// Some unit was held.
    Held,
    /// Some published figure was disputed.
    Disputed,
    /// Officers decided.
    Decided,
    /// Two witnesses agreed.
    TwoAgree,
    /// A form that breaks its own arithmetic counted.
    WrongForm,
    /// A form without one of its figures counted.
    UnknownFigure,
    /// A place was released.
    Released,
    /// A release that says the right time came before it, by the desk's clock.
    EarlyByClock,
    /// A key was taken away.
    Revoked,
    /// A record had to wait for the next batch.
    Deferred,
    /// The disk was full.
    DiskFull,
    /// The machine stopped after this step of an append.
    Crash(Step),
    /// A packet was lost.
    Lost,
    /// A packet was doubled.
    Doubled,
    /// A record was refused.
    Refused(Reason),
}

impl Seen {
    /// Everything that must be seen in a hundred nights.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let plain = [
            Self::New,
            Self::Known,
            Self::Correction,
            Self::Fork,
            Self::Held,
            Self::Disputed,
            Self::Decided,
            Self::TwoAgree,
            Self::WrongForm,
            Self::UnknownFigure,
            Self::Released,
            Self::EarlyByClock,
            Self::Revoked,
            Self::Deferred,
            Self::DiskFull,
            Self::Lost,
            Self::Doubled,
        ];
        let crashes = [Step::Proposed, Step::Stored, Step::Committed].map(Self::Crash);
        plain.into_iter().chain(crashes).chain(Reason::ALL.map(Self::Refused)).collect()
    }
}

/// A night that held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many records the log has at the end.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// A digest over every operation and every verdict in their order: two runs of one seed that
    /// differ anywhere differ here.
    pub trace: Digest,
    /// How often each thing was seen.
    pub seen: BTreeMap<Seen, u64>,
}

/// What must never be, and was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The simulation could not do its own part; the crates are not to blame.
    #[error("the stage: {0}")]
    Stage(String),
    /// The code under test stopped.
    #[error("it panicked: {0}")]
    Panic(String),
    /// The desk and the model judge a record differently.
    #[error("{record}: the model says {expected}, the desk {found}")]
    Judgement {
        /// The record.
        record: RecordId,
        /// The model's verdict, or all reasons of which the desk's should be one.
        expected: String,
        /// The desk's verdict.
        found: String,
    },
    /// No checkpoint could be signed.
    #[error("the desk cannot sign: {0}")]
    Sign(#[from] SignError),
    /// What was durable could not be worked with after a crash.
    #[error("the desk cannot be rebuilt: {0}")]
    Recovery(#[from] RecoveryError),
    /// A log in another order was worked with.
    #[error("the desk was rebuilt from a log whose last two entries were swapped")]
    Rot,
    /// A durable entry is not the one that the model has there.
    #[error("position {position}: expected {expected}, found {found}")]
    Entry {
        /// The position.
        position: u64,
        /// The model's record.
        expected: String,
        /// The disk's.
        found: String,
    },
    /// An append did not begin where the log ends.
    #[error("an append from {found} to a log of {expected}")]
    Append {
        /// The size of the log.
        expected: u64,
        /// Where the append begins.
        found: u64,
    },
    /// A durable checkpoint is not one over the durable records.
    #[error("size {size}: expected root {expected}, found {found}")]
    Root {
        /// The checkpoint's size.
        size: u64,
        /// The root over the records, hashed anew.
        expected: String,
        /// The checkpoint's.
        found: String,
    },
    /// A durable checkpoint does not verify.
    #[error("a checkpoint: {0}")]
    Checkpoint(String),
    /// The log did not only grow.
    #[error("from {old} to {new} entries: {reason}")]
    Consistency {
        /// The size before.
        old: u64,
        /// The size after.
        new: u64,
        /// What the proof fails on.
        reason: MerkleError,
    },
    /// A receipt proves nothing, or not what it did before, or its record is gone.
    #[error("the receipt of {record}: {problem}")]
    Receipt {
        /// The record.
        record: RecordId,
        /// What is wrong.
        problem: String,
    },
    /// The board, or the desk, says something else of a place than the model.
    #[error("{place}, {what}: expected {expected}, found {found}")]
    Board {
        /// The place, or the position.
        place: String,
        /// What they differ in.
        what: &'static str,
        /// By the model.
        expected: String,
        /// By the board.
        found: String,
    },
    /// The public could read a figure that nobody released.
    #[error("position {position} is public and must not be")]
    Leak {
        /// The record's position.
        position: usize,
    },
    /// A release became durable before the release moment.
    #[error("released at {found}, not before {expected}")]
    Early {
        /// The release moment, in seconds since 1970.
        expected: i64,
        /// The time, in the same.
        found: i64,
    },
    /// Figures became durable that fewer than two persons stand behind.
    #[error("position {position}: two persons sign, found {found}")]
    TwoPersons {
        /// The record's position.
        position: usize,
        /// How many did.
        found: usize,
    },
    /// Nothing was broken any more, and still somebody got no receipt.
    #[error("{place} waits for its receipt for ever")]
    Waiting {
        /// Who.
        place: String,
    },
}

/// A night that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The seed, unless the operations were given.
    pub seed: Option<u64>,
    /// The place of the operation in the list; the list's length when everything was over and
    /// only answers were awaited.
    pub at: usize,
    /// The operation.
    pub op: Option<Op>,
    /// What did not hold after it.
    pub violation: Box<Violation>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(seed) = self.seed {
            write!(f, "SEED={seed} ")?;
        }
        match self.op {
            Some(op) => write!(f, "op {} {op:?}: {}", self.at, self.violation),
            None => write!(f, "after op {}: {}", self.at, self.violation),
        }
    }
}

impl std::error::Error for Failure {}
