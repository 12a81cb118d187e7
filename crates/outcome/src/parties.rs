//! Who takes part: lists, groups of lists as one (P 4), and the threshold below which nobody does.

use crate::{
    Ratio, Request, Stop, ThresholdOf,
    lists::Entry,
    table::{Party, Place},
};

/// What a group is called beside lists, whose names are numbers.
const GROUP: char = '+';

/// The lists, and each group of them as one, in the order in which they first stand there.
pub(crate) fn parties(entries: &[Entry]) -> Result<Vec<Party>, Stop> {
    let mut parties: Vec<Party> = Vec::new();
    for entry in entries {
        let (name, votes) = (name(entry), entry.votes);
        match parties.iter_mut().find(|party| party.name == name) {
            None => parties.push(Party { name, votes, room: entry.room }),
            Some(party) => {
                party.votes = party.votes.checked_add(votes).ok_or_else(|| too_many(&name))?;
                party.room = party.room.zip(entry.room).map(|(one, other)| one + other);
            }
        }
    }
    Ok(parties)
}

/// What a list takes part as: itself, or its group.
pub(crate) fn name(entry: &Entry) -> String {
    entry.group.as_ref().map_or_else(|| entry.name.clone(), |group| format!("{GROUP}{group}"))
}

pub(crate) fn is_group(name: &str) -> bool {
    name.starts_with(GROUP)
}

/// The complaint about a list or a group whose votes are no number of 64 bits.
pub(crate) fn too_many(name: &str) -> Stop {
    let what = if is_group(name) { "group" } else { "list" };
    Stop::Bad(format!("{what} {name}: more than {} votes", u64::MAX))
}

/// The share of the votes that a list must have to take part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threshold {
    share: Ratio,
    /// What it is a share of, where that is not the valid votes.
    of: Option<u64>,
}

impl Threshold {
    /// What the request asks for.
    pub(crate) fn of(request: &Request) -> Result<Option<Self>, Stop> {
        let Some(share) = request.threshold else { return Ok(None) };
        let of = match request.threshold_of {
            ThresholdOf::Valid => None,
            ThresholdOf::Eligible => Some(request.eligible_votes.ok_or_else(|| {
                Stop::Bad(
                    "eligible_votes: expected a number, for the threshold is of them".to_owned(),
                )
            })?),
        };
        let (numerator, denominator) = (share.numerator(), share.denominator().get());
        let share = Ratio::new(u128::from(numerator), u128::from(denominator));
        Ok(Some(Self { share, of }))
    }

    /// One full quota of so many seats: who has fewer votes takes no residual seat (P 7).
    pub(crate) fn quota(seats: u64) -> Self {
        Self { share: Ratio::new(1, u128::from(seats)), of: None }
    }

    /// Does a party with so many of the valid votes take part? Of no votes at all, every party does.
    pub(crate) fn is_reached_by(&self, votes: u64, valid: u128) -> bool {
        let of = self.of.map_or(valid, u128::from);
        Ratio::new(u128::from(votes), of) >= self.share
    }

    /// Those below it have no votes.
    pub(crate) fn apply(&self, parties: &mut [Party]) {
        let valid = parties.iter().map(|party| u128::from(party.votes)).sum();
        for party in parties {
            if !self.is_reached_by(party.votes, valid) {
                party.votes = 0;
            }
        }
    }
}

/// The place of the party that a list takes part as.
pub(crate) fn place_of(parties: &[Party], entry: &Entry) -> Option<Place> {
    let name = name(entry);
    parties.iter().position(|party| party.name == name)
}
