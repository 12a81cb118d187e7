//! Why a record is refused. A form that breaks its own arithmetic is not among the reasons.

use record::{Digest, RecordId, note::SignatureError};

use crate::attest::MOST_IN_A_RANGE;

/// The first reason for which a record cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was made under another definition.
    #[error("made under definition {found}, this is {expected}")]
    OtherDefinition {
        /// This log's definition.
        expected: RecordId,
        /// The record's.
        found: RecordId,
    },
    /// A definition stands at position 0 and nowhere else.
    #[error("this log has its definition")]
    SecondDefinition,
    /// The form cannot be read.
    #[error(transparent)]
    Form(#[from] form::Refusal),
    /// The definition does not open this channel.
    #[error("channel {found:?} is not open; open are {open}")]
    ClosedChannel {
        /// The open ones.
        open: String,
        /// The one found.
        found: String,
    },
    /// A signature is by a key that nobody enrolled.
    #[error("the key {name} is not enrolled")]
    UnknownKey {
        /// Its name.
        name: String,
    },
    /// A signature is by a key that was revoked.
    #[error("the key {name} was revoked at position {position}")]
    RevokedKey {
        /// Its name.
        name: String,
        /// Since when.
        position: u64,
    },
    /// A signature does not hold.
    #[error("the signature by {name}: {reason}")]
    BadSignature {
        /// The key's name.
        name: String,
        /// Why.
        reason: SignatureError,
    },
    /// The key does not sign for this unit.
    #[error("the key {name} signs for {scope}, not for {unit}")]
    OutOfScope {
        /// The key's name.
        name: String,
        /// The unit that it signs for.
        scope: String,
        /// The record's unit.
        unit: String,
    },
    /// Fewer different persons signed than must.
    #[error("{expected} different persons sign, found {found}")]
    TooFewPersons {
        /// How many must.
        expected: usize,
        /// How many did.
        found: usize,
    },
    /// One person signed twice.
    #[error("{person} signed twice")]
    SamePerson {
        /// Who.
        person: String,
    },
    /// The record's number does not follow.
    #[error("seq {found} does not follow, expected {expected}")]
    Sequence {
        /// The number that follows.
        expected: u32,
        /// The record's.
        found: u32,
    },
    /// A correction does not name what it replaces.
    #[error("prev is {found}, expected {expected}")]
    Predecessor {
        /// The id of what it would replace, or "none".
        expected: String,
        /// What it names, or "none".
        found: String,
    },
    /// A correction does not say why.
    #[error("a correction gives its reason")]
    NoReason,
    /// One record was signed on no device, or on more devices than it has signers.
    #[error("signed on {found} devices by {signers} persons")]
    Devices {
        /// How many persons signed.
        signers: usize,
        /// On how many devices.
        found: u8,
    },
    /// A decision chooses a record that is no reading of the unit.
    #[error("{chosen} is no reading of {unit}")]
    NotAReading {
        /// The record chosen.
        chosen: RecordId,
        /// The unit.
        unit: String,
    },
    /// A release lies before the definition's release moment.
    #[error("released at {found}, not before {expected}")]
    TooEarly {
        /// The release moment, in seconds since 1970.
        expected: i64,
        /// The record's.
        found: i64,
    },
    /// A committee vouches for no records, for too many, or for some that do not stand before its
    /// own.
    #[error(
        "vouches for positions {first} to {last}; expected 1 to {MOST_IN_A_RANGE} positions before {position}"
    )]
    Range {
        /// The first of the range.
        first: u64,
        /// The last of the range.
        last: u64,
        /// Where it would stand itself.
        position: u64,
    },
    /// A committee vouches for other records than stand in the log.
    #[error("vouches for {found} at positions {first} to {last}, there is {expected}")]
    OtherRecords {
        /// The first of the range.
        first: u64,
        /// The last of the range.
        last: u64,
        /// What the ids in the log come to.
        expected: Digest,
        /// What the committee saw.
        found: Digest,
    },
    /// A one-time code that is to be given out cannot be.
    #[error("code of {person} for {unit}: {problem}")]
    BadCode {
        /// Whose.
        person: String,
        /// For which unit.
        unit: String,
        /// Why not.
        problem: String,
    },
    /// A key that is to be enrolled or revoked cannot be.
    #[error("key {vkey:?} of {person}: {problem}")]
    BadKey {
        /// Whose.
        person: String,
        /// The key as written.
        vkey: String,
        /// Why not.
        problem: String,
    },
}
