//! A caucus: who is viable, how many more people a group needs, and what each group gets. The
//! arithmetic is that of the worksheet ([`form::caucus`]); here lots are drawn and names are given.

use std::collections::BTreeMap;

use form::caucus::{self, CaucusLot};
use serde::{Deserialize, Serialize};

use crate::{
    Purpose, Stop,
    lots::{Lots, Tie},
};

/// The largest head count and number of delegates.
const MOST: u64 = 1_000_000;

/// A question about one caucus.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaucusRequest {
    /// Always `caucus`.
    pub method: CaucusMethod,
    /// Eligible people present at the count.
    pub attendees: u64,
    /// Delegates that the caucus elects.
    pub delegates: u64,
    /// People by group.
    pub groups: BTreeMap<String, u64>,
    /// Lots in the order in which they are asked: the group that loses or gains.
    #[serde(default)]
    pub lots: Vec<String>,
}

/// The one method of a [`CaucusRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaucusMethod {
    /// The Iowa Democratic caucuses of 2020.
    Caucus,
}

/// What a caucus comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Caucus {
    /// The smallest viable group; none where the whole caucus elects by most votes.
    pub smallest_viable: Option<u64>,
    /// The groups that are viable.
    pub viable: Vec<String>,
    /// How many more people each of the others needs.
    pub needs: BTreeMap<String, u64>,
    /// Delegates by viable group.
    pub delegates: BTreeMap<String, u64>,
}

/// Answers a question about a caucus.
pub(crate) fn answer(request: &CaucusRequest) -> Result<Caucus, Stop> {
    check(request)?;
    let people: Vec<u64> = request.groups.values().copied().collect();
    let names: Vec<&String> = request.groups.keys().collect();
    let least = caucus::smallest_viable(request.delegates, request.attendees);
    let viable = |people: u64| least.is_none_or(|least| people >= least);
    let mut lots = Lots::new(&request.lots);
    let award = caucus::award(request.delegates, request.attendees, &people, |what, tied| {
        let purpose = match what {
            CaucusLot::Surplus => Purpose::Surplus,
            CaucusLot::Shortage => Purpose::Shortage,
        };
        let tie = Tie { purpose, among: tied.to_vec(), places: 1 };
        let name = |group: usize| names.get(group).map_or_else(String::new, |name| (*name).clone());
        let drawn = lots.draw(tie, name)?;
        drawn.first().copied().ok_or_else(|| Stop::Bad("a lot that fell on nobody".to_owned()))
    })?;
    lots.finish()?;
    let in_it = |(_, people): &(&String, &u64)| least.is_some() && viable(**people);
    let of_viable = request.groups.iter().filter(in_it).map(|(name, _)| name.clone());
    let missing = |people: u64| least.map_or(0, |least| least.saturating_sub(people));
    let needs = request.groups.iter().map(|(name, people)| (name.clone(), missing(*people)));
    let awarded = names.iter().zip(award.unwrap_or_default()).zip(&people);
    let awarded =
        awarded.filter(|((_, got), people)| *got > 0 || (least.is_some() && viable(**people)));
    Ok(Caucus {
        smallest_viable: least,
        viable: of_viable.collect(),
        needs: needs.filter(|(_, missing)| *missing > 0).collect(),
        delegates: awarded.map(|((name, got), _)| ((*name).clone(), got)).collect(),
    })
}

/// People stand in one group at most, and no more groups are viable than there are delegates: then
/// the smallest has to realign before anything can be awarded.
fn check(request: &CaucusRequest) -> Result<(), Stop> {
    let CaucusRequest { attendees, delegates, groups, .. } = request;
    for (what, number) in [("attendees", *attendees), ("delegates", *delegates)] {
        if !(1..=MOST).contains(&number) {
            return Err(Stop::Bad(format!("{what}: expected 1 to {MOST}, found {number}")));
        }
    }
    let stand = groups.values().fold(0_u64, |sum, people| sum.saturating_add(*people));
    if stand > *attendees {
        return Err(Stop::Bad(format!(
            "groups: expected at most {attendees} people, found {stand}"
        )));
    }
    let least = caucus::smallest_viable(*delegates, *attendees);
    let viable = groups.values().filter(|people| least.is_some_and(|least| **people >= least));
    let viable = viable.count() as u64;
    if viable > *delegates {
        return Err(Stop::Bad(format!(
            "groups: expected at most {delegates} viable ones, one for each delegate, found {viable}"
        )));
    }
    Ok(())
}
