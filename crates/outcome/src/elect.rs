//! Who is elected on a list: P 15 to P 19a of the Kieswet.

use crate::{
    Method, Person, Purpose, Ratio, Stop,
    dutch::LARGE,
    lots::{Lots, Tie},
};

/// A candidate of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Who it is.
    pub(crate) person: Person,
    /// All votes on this person.
    pub(crate) votes: u64,
    /// Left out after P 9; the votes stay with the list (P 19a).
    pub(crate) deceased: bool,
}

/// How many votes are more than enough: a share of the quota, which has to be exceeded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    quota: Ratio,
    percent: u128,
}

impl Bar {
    /// `None` where the law knows no preference votes.
    pub(crate) fn new(method: Method, seats: u64, quota: Ratio) -> Option<Self> {
        let percent = preference_threshold(method, seats)?;
        Some(Self { quota, percent: u128::from(percent) })
    }

    pub(crate) fn is_exceeded_by(self, votes: u64) -> bool {
        Ratio::new(u128::from(votes) * 100, self.percent) > self.quota
    }
}

/// The share of the quota that a candidate has to exceed to be elected by preference, in per cent
/// (P 15, U 15, Y 23a); `None` where the law knows no preference votes.
#[must_use]
pub fn preference_threshold(method: Method, seats: u64) -> Option<u64> {
    match method {
        Method::NlCouncil if seats < LARGE => Some(50),
        Method::NlCouncil | Method::NlParliament => Some(25),
        Method::NlEuropean => Some(10),
        Method::NlSenate => Some(100),
        _ => None,
    }
}

/// Who is elected, and who follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Elected {
    pub(crate) elected: Vec<Person>,
    pub(crate) succession: Vec<Person>,
    /// How many of those elected are so by preference.
    pub(crate) preferred: u64,
}

/// Elects as many as the list has seats: whoever exceeds the bar, in order of votes; then in the
/// order of the list. Equal votes with seats for all stand in the order of the list; with too few,
/// lots decide (P 15).
pub(crate) fn elect(
    candidates: &[Candidate],
    seats: u64,
    bar: Bar,
    lots: &mut Lots<'_>,
    name: impl Fn(&Person) -> String,
) -> Result<Elected, Stop> {
    let alive = || candidates.iter().enumerate().filter(|(_, candidate)| !candidate.deceased);
    let mut preferred: Vec<(usize, &Candidate)> =
        alive().filter(|(_, candidate)| bar.is_exceeded_by(candidate.votes)).collect();
    preferred.sort_by_key(|(at, candidate)| (std::cmp::Reverse(candidate.votes), *at));
    let mut chosen = by_preference(&preferred, seats, lots, |at| {
        candidates.get(at).map_or_else(String::new, |candidate| name(&candidate.person))
    })?;
    let by_preference = chosen.len() as u64;
    for (at, _) in alive() {
        if (chosen.len() as u64) < seats && !chosen.contains(&at) {
            chosen.push(at);
        }
    }
    let person = |at: &usize| candidates.get(*at).map(|candidate| candidate.person.clone());
    let next = preferred.iter().map(|(at, _)| *at).chain(alive().map(|(at, _)| at));
    let mut succession: Vec<usize> = Vec::new();
    for at in next {
        if !chosen.contains(&at) && !succession.contains(&at) {
            succession.push(at);
        }
    }
    let [elected, succession] =
        [chosen, succession].map(|list| list.iter().filter_map(person).collect());
    Ok(Elected { elected, succession, preferred: by_preference })
}

/// The places of those elected by preference, in order of election.
fn by_preference(
    preferred: &[(usize, &Candidate)],
    seats: u64,
    lots: &mut Lots<'_>,
    name: impl Fn(usize) -> String,
) -> Result<Vec<usize>, Stop> {
    let mut chosen = Vec::new();
    for equals in preferred.chunk_by(|(_, a), (_, b)| a.votes == b.votes) {
        let left = seats - chosen.len() as u64;
        let among: Vec<usize> = equals.iter().map(|(at, _)| *at).collect();
        if among.len() as u64 <= left {
            chosen.extend(among);
        } else {
            // Where none is left, nothing is drawn.
            let tie = Tie { purpose: Purpose::Preference, among, places: left };
            chosen.extend(lots.draw(tie, &name)?);
        }
    }
    Ok(chosen)
}
