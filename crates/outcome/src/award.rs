//! Is this award legal, for any number of people who can have been there?
//!
//! Nobody writes down how many were in the room after it emptied; the two alignments are lower
//! bounds. So an award is judged for every attendance of a range, each tie either way.

use std::collections::BTreeMap;

use form::caucus::{is_legal, legal_awards, possible_attendances};
use serde::{Deserialize, Serialize};

use crate::{
    Stop,
    room::{Groups, MOST, standing, within},
};

/// The most delegates: no caucus of 2020 elected more than 36. The awards that are legal instead
/// are all made before the first are told, and with 60 they are at most some thousands.
const MOST_DELEGATES: u64 = 60;

/// The most groups: ten times as many as were ever on a ballot.
const MOST_GROUPS: u64 = 200;

/// The most attendances in one question; each is judged for itself.
const MOST_ATTENDANCES: u64 = 5_000;

/// The most awards that are told instead of one that is not legal.
const MOST_TOLD: usize = 10;

/// A question about an award that was made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardRequest {
    /// Always `caucus-award`.
    pub method: AwardMethod,
    /// Delegates that the caucus elects.
    pub delegates: u64,
    /// People by group in the final alignment.
    pub groups: BTreeMap<String, u64>,
    /// Delegates by group as they were awarded; a group that is left out was awarded none.
    pub award: BTreeMap<String, u64>,
    /// How many people can have been there; if nobody says, those in the groups and a quarter more,
    /// and at least 25 more.
    #[serde(default)]
    pub attendees: Option<Attendees>,
}

/// The one method of an [`AwardRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AwardMethod {
    /// The Iowa Democratic caucuses of 2020.
    CaucusAward,
}

/// How many people can have been there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "attendees: expected a number of people, or two: the least and the most"
)]
pub enum Attendees {
    /// So many.
    One(u64),
    /// From the first number to the second.
    Range([u64; 2]),
}

/// Whether an award is legal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// Is it, for any attendance that was asked?
    pub legal: bool,
    /// For which: the first and the last of each run of numbers.
    pub attendees: Vec<[u64; 2]>,
    /// The attendances that were asked.
    pub asked: [u64; 2],
    /// Where it is not legal: what is, at the least attendance that has a legal award.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<Instead>,
}

/// What is legal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instead {
    /// With so many people.
    pub attendees: u64,
    /// How many awards are legal then.
    pub count: u64,
    /// The first ten of them, without the groups that get nothing.
    pub awards: Vec<BTreeMap<String, u64>>,
}

/// Answers a question about an award.
pub(crate) fn answer(request: &AwardRequest) -> Result<Judged, Stop> {
    let [least, most] = asked(request).map_err(Stop::Bad)?;
    let people: Vec<u64> = request.groups.values().copied().collect();
    let of = |name| request.award.get(name).copied().unwrap_or(0);
    let award: Vec<u64> = request.groups.keys().map(of).collect();
    let legal = |number: &u64| is_legal(request.delegates, *number, &people, &award);
    let attendees = runs((least..=most).filter(legal));
    let legal = !attendees.is_empty();
    let instead = || (least..=most).find_map(|number| instead(request, number, &people));
    let instead = if legal { None } else { instead() };
    Ok(Judged { legal, attendees, asked: [least, most], instead })
}

/// The attendances to judge, when everything else in the question makes sense too.
fn asked(request: &AwardRequest) -> Result<[u64; 2], String> {
    let AwardRequest { delegates, groups, award, .. } = request;
    within("delegates", *delegates, 1, MOST_DELEGATES)?;
    within("groups", groups.len() as u64, 1, MOST_GROUPS)?;
    if let Some(name) = award.keys().find(|name| !groups.contains_key(*name)) {
        return Err(format!("award: there is no group {name}"));
    }
    let stand = standing(groups);
    within("people in groups", stand, 0, MOST)?;
    let [least, most] = match request.attendees {
        Some(Attendees::One(number)) => [number, number],
        Some(Attendees::Range(range)) => range,
        None => {
            let possible = possible_attendances(stand);
            [(*possible.start()).max(1), *possible.end()]
        }
    };
    within("attendees", least, stand.max(1), MOST)?;
    within("attendees", most, least, least + MOST_ATTENDANCES - 1)?;
    Ok([least, most])
}

/// Numbers in order as runs without a gap.
fn runs(numbers: impl Iterator<Item = u64>) -> Vec<[u64; 2]> {
    let mut runs: Vec<[u64; 2]> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some([_, last]) if *last + 1 == number => *last = number,
            _ => runs.push([number, number]),
        }
    }
    runs
}

fn instead(request: &AwardRequest, attendees: u64, people: &[u64]) -> Option<Instead> {
    let legal = legal_awards(request.delegates, attendees, people);
    let named = |award: &Vec<u64>| -> Groups {
        let all = request.groups.keys().cloned().zip(award.iter().copied());
        all.filter(|(_, got)| *got > 0).collect()
    };
    let awards: Vec<Groups> = legal.iter().take(MOST_TOLD).map(named).collect();
    let count = legal.len() as u64;
    (count > 0).then_some(Instead { attendees, count, awards })
}
