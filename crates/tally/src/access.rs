//! Whether the public may read the text of a record, before and after release.

use election::UnitIndex;

use crate::{Board, Contradiction, What};

/// The class of one position of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Says nothing about results: definition, releases, turnout.
    Open,
    /// Says who may sign: sealed until there is anything public that was signed, be it a turnout.
    /// Before that, the keys of a station that come or go would tell where something is the matter.
    Keys,
    /// Says something about the results of this unit: sealed until the unit is released, and
    /// while it is held.
    Sealed(UnitIndex),
}

impl Access {
    /// The class of a record.
    #[must_use]
    pub fn of(what: &What) -> Self {
        match what {
            What::Turnout { .. } | What::Release { .. } => Self::Open,
            // A range says nothing either, but nobody could check its signatures without the keys.
            What::Keys { .. } | What::Invite { .. } | What::Attest { .. } => Self::Keys,
            What::Returns { returns, .. } => Self::Sealed(returns.unit()),
            // That something had to be decided would tell a recheck from a return.
            What::Decision { unit, .. } => Self::Sealed(*unit),
        }
    }

    /// May the public read it, as the board stands?
    #[must_use]
    pub fn is_public(self, board: &Board) -> bool {
        match self {
            Self::Open => true,
            Self::Keys => board.shows_anything(),
            Self::Sealed(unit) => {
                let held = board.unit(unit).contradiction() == Some(Contradiction::Held);
                board.released(unit).is_some() && !held
            }
        }
    }
}
