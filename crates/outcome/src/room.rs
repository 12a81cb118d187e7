//! One room: who stands where, who is viable, and the award, with lots by name. The arithmetic is
//! that of the worksheet ([`form::caucus`]).

use std::collections::BTreeMap;

use form::caucus::{self, CaucusLot};

use crate::{
    Purpose, Stop,
    lots::{Lots, Tie},
};

/// The largest head count and number of delegates.
pub(crate) const MOST: u64 = 1_000_000;

/// People by group, or delegates by group.
pub(crate) type Groups = BTreeMap<String, u64>;

/// A room in which everybody stands in one group at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room<'a> {
    attendees: u64,
    delegates: u64,
    groups: &'a Groups,
}

/// A number within its bounds, or what was expected.
pub(crate) fn within(what: &str, number: u64, least: u64, most: u64) -> Result<(), String> {
    match (least..=most).contains(&number) {
        true => Ok(()),
        false => Err(format!("{what}: expected {least} to {most}, found {number}")),
    }
}

/// All people who stand in a group; more than a number can hold is more than can be there.
pub(crate) fn standing(groups: &Groups) -> u64 {
    groups.values().fold(0, |sum, people| sum.saturating_add(*people))
}

impl<'a> Room<'a> {
    /// People stand in one group at most, and no more groups are viable than there are delegates:
    /// then the smallest have to realign before anything can be awarded.
    pub(crate) fn new(attendees: u64, delegates: u64, groups: &'a Groups) -> Result<Self, String> {
        within("attendees", attendees, 1, MOST)?;
        within("delegates", delegates, 1, MOST)?;
        let room = Self { attendees, delegates, groups };
        let stand = standing(groups);
        match stand > attendees {
            true => Err(format!("groups: expected at most {attendees} people, found {stand}")),
            false => room.fits().map(|()| room),
        }
    }

    /// The smallest viable group.
    pub(crate) fn least(&self) -> Option<u64> {
        caucus::smallest_viable(self.delegates, self.attendees)
    }

    /// The viable groups; none where the whole caucus elects by most votes.
    pub(crate) fn viable(&self) -> impl Iterator<Item = (&'a String, u64)> {
        let least = self.least();
        let groups = self.groups.iter().map(|(name, people)| (name, *people));
        groups.filter(move |(_, people)| least.is_some_and(|least| *people >= least))
    }

    /// How many more people each of the others needs.
    pub(crate) fn needs(&self) -> Groups {
        let least = self.least().unwrap_or(0);
        let short = self.groups.iter().filter(|(_, people)| **people < least);
        short.map(|(name, people)| (name.clone(), least - people)).collect()
    }

    /// People who may still move, because they stand in no viable group.
    pub(crate) fn free_to_move(&self) -> Option<u64> {
        let settled: u64 = self.viable().map(|(_, people)| people).sum();
        self.least().map(|_| self.attendees.saturating_sub(settled))
    }

    /// Delegates by group; empty where no group is viable. `call` says how a group is called where
    /// lots are drawn.
    pub(crate) fn award(
        &self,
        lots: &mut Lots<'_>,
        call: impl Fn(&str) -> String,
    ) -> Result<Groups, Stop> {
        let names: Vec<&String> = self.groups.keys().collect();
        let people: Vec<u64> = self.groups.values().copied().collect();
        let name = |group: usize| names.get(group).map_or_else(String::new, |name| call(name));
        let award = caucus::award(self.delegates, self.attendees, &people, |what, tied| {
            let tie = Tie { purpose: purpose(what), among: tied.to_vec(), places: 1 };
            let drawn = lots.draw(tie, name)?;
            drawn.first().copied().ok_or_else(|| Stop::Bad("a lot that fell on nobody".to_owned()))
        })?;
        let awarded = names.into_iter().cloned().zip(award.unwrap_or_default());
        Ok(awarded.filter(|(_, got)| *got > 0).collect())
    }

    fn fits(&self) -> Result<(), String> {
        let people: Vec<u64> = self.groups.values().copied().collect();
        let Some(largest) = caucus::must_realign(self.delegates, self.attendees, &people) else {
            return Ok(());
        };
        let (found, delegates) = (self.viable().count() as u64, self.delegates);
        let mut smallest: Vec<_> = self.viable().filter(|(_, people)| *people < largest).collect();
        smallest.sort_by_key(|(_, people)| *people);
        let mut who: Vec<String> =
            smallest.iter().map(|(name, people)| format!("{name} ({people} people)")).collect();
        let tied: Vec<&str> = self
            .viable()
            .filter(|(_, people)| *people == largest)
            .map(|(name, _)| name.as_str())
            .collect();
        who.push(of_the_tied(&tied, found - delegates - smallest.len() as u64, largest));
        Err(format!(
            "groups: expected at most {delegates} viable ones, one for each delegate, found \
             {found}; the smallest has to realign: {}",
            who.join(", ")
        ))
    }
}

/// Who of the groups of one size has to realign: all of them, or so many and nobody knows which.
fn of_the_tied(tied: &[&str], go: u64, people: u64) -> String {
    let names = tied.join(", ");
    match tied.len() as u64 {
        1 => format!("{names} ({people} people)"),
        all if all == go => format!("{names} ({people} people each)"),
        all => format!("{go} of the {all} that are tied, {names} ({people} people each)"),
    }
}

fn purpose(lot: CaucusLot) -> Purpose {
    match lot {
        CaucusLot::Surplus => Purpose::Surplus,
        CaucusLot::Shortage => Purpose::Shortage,
    }
}
