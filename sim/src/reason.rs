//! Why a record is refused, without its particulars.

use desk::Rejected;
use tally::Refusal;

/// One for each [`Refusal`], and one for bytes that are no record. A new refusal does not compile
/// here until the model knows when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is described at the refusal of the same name")]
pub enum Reason {
    Unreadable,
    OtherDefinition,
    SecondDefinition,
    Form,
    ClosedChannel,
    UnknownKey,
    RevokedKey,
    BadSignature,
    OutOfScope,
    TooFewPersons,
    SamePerson,
    Sequence,
    Predecessor,
    NoReason,
    Devices,
    NotAReading,
    TooEarly,
    BadKey,
    BadCode,
    Range,
    OtherRecords,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::Unreadable,
        Self::OtherDefinition,
        Self::SecondDefinition,
        Self::Form,
        Self::ClosedChannel,
        Self::UnknownKey,
        Self::RevokedKey,
        Self::BadSignature,
        Self::OutOfScope,
        Self::TooFewPersons,
        Self::SamePerson,
        Self::Sequence,
        Self::Predecessor,
        Self::NoReason,
        Self::Devices,
        Self::NotAReading,
        Self::TooEarly,
        Self::BadKey,
        Self::BadCode,
        Self::Range,
        Self::OtherRecords,
    ];
}

impl From<&Rejected> for Reason {
    fn from(rejected: &Rejected) -> Self {
        match rejected {
            Rejected::Unreadable(_) => Self::Unreadable,
            Rejected::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<&Refusal> for Reason {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::OtherDefinition { .. } => Self::OtherDefinition,
            Refusal::SecondDefinition => Self::SecondDefinition,
            Refusal::Form(_) => Self::Form,
            Refusal::ClosedChannel { .. } => Self::ClosedChannel,
            Refusal::UnknownKey { .. } => Self::UnknownKey,
            Refusal::RevokedKey { .. } => Self::RevokedKey,
            Refusal::BadSignature { .. } => Self::BadSignature,
            Refusal::OutOfScope { .. } => Self::OutOfScope,
            Refusal::TooFewPersons { .. } => Self::TooFewPersons,
            Refusal::SamePerson { .. } => Self::SamePerson,
            Refusal::Sequence { .. } => Self::Sequence,
            Refusal::Predecessor { .. } => Self::Predecessor,
            Refusal::NoReason => Self::NoReason,
            Refusal::Devices { .. } => Self::Devices,
            Refusal::NotAReading { .. } => Self::NotAReading,
            Refusal::TooEarly { .. } => Self::TooEarly,
            Refusal::BadKey { .. } => Self::BadKey,
            Refusal::BadCode { .. } => Self::BadCode,
            Refusal::Range { .. } => Self::Range,
            Refusal::OtherRecords { .. } => Self::OtherRecords,
        }
    }
}
