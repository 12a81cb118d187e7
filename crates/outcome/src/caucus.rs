//! A caucus: who is viable, how many more people a group needs, what each group gets, and what that
//! is worth at the state level.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Amount, Ratio, Stop,
    lots::Lots,
    room::{Groups, Room},
};

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
    /// State delegates of the whole county.
    #[serde(default)]
    pub county_state_delegates: Option<Amount>,
    /// County delegates that all caucuses of the county elect.
    #[serde(default)]
    pub county_total_delegates: Option<Amount>,
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
    /// People who may still move; not told where viability does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_to_move: Option<u64>,
    /// Delegates by viable group.
    pub delegates: BTreeMap<String, u64>,
    /// What they are worth at the state level, where the county's numbers were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_delegate_equivalents: Option<BTreeMap<String, Ratio>>,
    /// People by group as asked, for a table; who asked in JSON has them.
    #[serde(skip)]
    pub people: BTreeMap<String, u64>,
}

/// Answers a question about a caucus.
pub(crate) fn answer(request: &CaucusRequest) -> Result<Caucus, Stop> {
    let CaucusRequest { attendees, delegates, groups, .. } = request;
    let room = Room::new(*attendees, *delegates, groups).map_err(Stop::Bad)?;
    let worth = worth(request)?;
    let mut lots = Lots::new(&request.lots);
    let delegates = room.award(&mut lots, str::to_owned)?;
    lots.finish()?;
    Ok(Caucus {
        smallest_viable: room.least(),
        viable: room.viable().map(|(name, _)| name.clone()).collect(),
        needs: room.needs(),
        free_to_move: room.free_to_move(),
        state_delegate_equivalents: worth.map(|worth| equivalents(&delegates, worth)),
        delegates,
        people: groups.clone(),
    })
}

/// What so many delegates are worth, where one is worth so much.
pub(crate) fn equivalents(delegates: &Groups, worth: Ratio) -> BTreeMap<String, Ratio> {
    let of = |got: &u64| worth.times(Ratio::whole(u128::from(*got)));
    delegates.iter().map(|(name, got)| (name.clone(), of(got))).collect()
}

/// What one county delegate is worth: the county's state delegates, shared by all it elects.
fn worth(request: &CaucusRequest) -> Result<Option<Ratio>, Stop> {
    match (request.county_state_delegates, request.county_total_delegates) {
        (None, None) => Ok(None),
        (Some(state), Some(total)) => Ok(Some(state.ratio().over(total.ratio()))),
        (given, _) => {
            let missing = if given.is_some() { "total" } else { "state" };
            let problem =
                format!("county_{missing}_delegates: expected beside the other, found none");
            Err(Stop::Bad(problem))
        }
    }
}
