//! What can still change: the fewest and the most seats that each list can have, whatever the units
//! say that were not heard yet or are disputed.
//!
//! A seat is never called safe that could be lost, by any votes of these units and any lot. Where
//! seats go to the largest quotients and the same lists stand in all units, the bounds are also
//! reached: some votes and some lots give each of them. Elsewhere they may be wider than that.
//!
//! Readings of disputed units are tried one by one as long as they are few; from there on, and for
//! units that were not heard, it is asked what the largest spread of votes could do ([`scope`]).

mod draws;
mod groups;
mod kieswet;
mod quotients;
mod scope;
mod shares;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{
    Method, Request, Stop,
    lists::{self, Entry},
    parties::{Threshold, parties, place_of, too_many},
    seats::{named_quota, number_of_seats},
    table::Place,
};
use scope::Scope;
use units::Unit;

/// A least and a most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(into = "[u64; 2]")]
pub struct Range {
    /// The least.
    pub least: u64,
    /// The most.
    pub most: u64,
}

impl Range {
    pub(crate) fn new(least: u64, most: u64) -> Self {
        Self { least, most }
    }

    /// The one number in it, if there is only one.
    pub(crate) fn only(self) -> Option<u64> {
        (self.least == self.most).then_some(self.least)
    }

    fn with(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }
}

impl From<Range> for [u64; 2] {
    fn from(range: Range) -> Self {
        [range.least, range.most]
    }
}

/// What can still change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// By list.
    pub lists: BTreeMap<String, ListBounds>,
    /// Seats whose list is certain: the sum of the fewest.
    pub safe: u64,
    /// Seats that can go to one list or to another, or stay empty.
    pub open: u64,
    /// The units, those first that alone leave the most seats open, then those with the most votes.
    pub units: Vec<UnitBounds>,
}

/// What one list can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListBounds {
    /// Votes.
    pub votes: Range,
    /// Seats.
    pub seats: Range,
}

/// What one unit can change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UnitBounds {
    /// Which.
    pub unit: String,
    /// The most votes that it can bring beyond what every reading of it gives each list.
    pub unsure: u64,
    /// Seats that it leaves open where no other unit brings a vote.
    pub alone: u64,
}

/// Readings are tried one by one as long as no more results come of them than this many, divided by
/// lists and by seats: 16 results for a parliament, 400 for a council.
const MOST_TRIED: usize = 1 << 16;

/// What can still change, where that is asked.
pub(crate) fn bounds(request: &Request) -> Result<Option<Bounds>, Stop> {
    bounds_trying(request, MOST_TRIED)
}

/// The same where so much is tried at most; with 0 all is left to the spread of the votes.
pub(crate) fn bounds_trying(request: &Request, tries: usize) -> Result<Option<Bounds>, Stop> {
    let Some(unheard) = &request.unheard else { return Ok(None) };
    if request.assigned.is_some() {
        return Err(Stop::Bad("unheard: expected no assigned seats beside it".to_owned()));
    }
    let question = Question::new(request, tries)?;
    let units = units::read(unheard, &question.entries)?;
    let lists = question.lists(&units)?;
    let seats: Vec<Range> = lists.values().map(|list| list.seats).collect();
    let units = units::rank(&question, &units)?;
    let safe = seats.iter().map(|range| range.least).sum();
    Ok(Some(Bounds { lists, safe, open: question.open(&seats), units }))
}

/// What is asked, without the units.
struct Question<'a> {
    request: &'a Request,
    seats: u64,
    entries: Vec<Entry>,
    threshold: Option<Threshold>,
    tries: usize,
}

impl<'a> Question<'a> {
    fn new(request: &'a Request, tries: usize) -> Result<Self, Stop> {
        let seats = number_of_seats(request)?;
        // Who stands on a list does not matter here, and the lists are copied for every try.
        let bare = |entry| Entry { candidates: Vec::new(), parts: Vec::new(), ..entry };
        let entries = lists::read(request)?.into_iter().map(bare).collect();
        Ok(Self { request, seats, entries, threshold: Threshold::of(request)?, tries })
    }

    fn lists(&self, units: &[Unit]) -> Result<BTreeMap<String, ListBounds>, Stop> {
        let votes = units::votes(units, &self.entries)?;
        let seats = self.ranges(&units.iter().collect::<Vec<_>>())?;
        let bounds = votes.into_iter().zip(seats);
        let bounds = bounds.map(|(votes, seats)| ListBounds { votes, seats });
        Ok(self.entries.iter().map(|entry| entry.name.clone()).zip(bounds).collect())
    }

    /// Seats that are not certain, of those that are dealt out.
    fn open(&self, ranges: &[Range]) -> u64 {
        let sum = |of: fn(&Range) -> u64| ranges.iter().map(of).sum::<u64>();
        sum(|range| range.most).min(self.seats) - sum(|range| range.least)
    }

    /// The fewest and the most seats of each list when these units are unsure.
    fn ranges(&self, units: &[&Unit]) -> Result<Vec<Range>, Stop> {
        let (tried, others) = self.tries(units)?;
        let mut all: Option<Vec<Range>> = None;
        for votes in tried {
            let ranges = self.ranges_with(&votes, &others)?;
            all = Some(match all {
                None => ranges,
                Some(all) => all.into_iter().zip(ranges).map(|(a, b)| a.with(b)).collect(),
            });
        }
        Ok(all.unwrap_or_default())
    }

    /// The votes that lists can have by one reading of each disputed unit, the largest units first,
    /// and the units for which that would become too many.
    fn tries<'b>(&self, units: &[&'b Unit]) -> Result<(BTreeSet<Vec<u64>>, Vec<&'b Unit>), Stop> {
        let seats = usize::try_from(self.seats).unwrap_or(usize::MAX);
        let most = (self.tries / self.entries.len().max(1).saturating_mul(seats)).max(1);
        let own: Vec<u64> = self.entries.iter().map(|entry| entry.votes).collect();
        let (mut tried, mut others) = (BTreeSet::from([own]), Vec::new());
        let mut units = units.to_vec();
        units.sort_by_key(|unit| std::cmp::Reverse(unit.unsure()));
        for unit in units {
            match unit.readings().filter(|readings| tried.len() * readings.len() <= most) {
                Some(readings) => tried = self.with_each(&tried, readings)?,
                None => others.push(unit),
            }
        }
        Ok((tried, others))
    }

    /// All sums of one of these and one of those votes.
    fn with_each(
        &self,
        tried: &BTreeSet<Vec<u64>>,
        readings: &[Vec<u64>],
    ) -> Result<BTreeSet<Vec<u64>>, Stop> {
        let pairs = tried.iter().flat_map(|votes| readings.iter().map(move |more| (votes, more)));
        pairs.map(|(votes, more)| self.sum(votes, more)).collect()
    }

    fn sum(&self, votes: &[u64], more: &[u64]) -> Result<Vec<u64>, Stop> {
        let lists = self.entries.iter().zip(votes.iter().zip(more));
        let sum = |(entry, (votes, more)): (&Entry, (&u64, &u64))| {
            votes.checked_add(*more).ok_or_else(|| too_many(&entry.name))
        };
        lists.map(sum).collect()
    }

    /// The same where the lists have these votes and only these units are unsure.
    fn ranges_with(&self, votes: &[u64], units: &[&Unit]) -> Result<Vec<Range>, Stop> {
        let with = |(entry, votes): (&Entry, &u64)| Entry { votes: *votes, ..entry.clone() };
        let entries: Vec<Entry> = self.entries.iter().zip(votes).map(with).collect();
        let certain = self.tries > 0 && units.iter().all(|unit| unit.is_empty());
        let drawn = certain.then(|| draws::every(self.request, &entries)).transpose()?;
        if let Some(ranges) = drawn.flatten() {
            return Ok(ranges);
        }
        let parties = parties(&entries)?;
        let places: Vec<Place> =
            entries.iter().filter_map(|entry| place_of(&parties, entry)).collect();
        let scope = units::scope(units, parties, &places, self.seats)?;
        let lists = groups::as_parties(&entries);
        let own: Vec<Place> = (0..entries.len()).collect();
        let lists = units::scope(units, lists, &own, self.seats)?;
        Ok(groups::of_lists(&entries, &lists, &places, &self.by_method(&scope)?))
    }

    /// The fewest and the most seats of each list or group.
    fn by_method(&self, scope: &Scope) -> Result<Vec<Range>, Stop> {
        let method = self.request.method;
        let scope = self.threshold.map_or_else(|| scope.clone(), |bar| scope.with_bar(&bar));
        Ok(match method {
            Method::NlSenate | Method::NlCouncil | Method::NlParliament | Method::NlEuropean => {
                let scope = scope.without_doubt();
                let ranges = kieswet::ranges(&scope, method);
                settle(&kieswet::taking_part(&scope, method), &ranges)
            }
            Method::Hamilton => {
                let scope = scope.without_doubt();
                settle(&scope, &shares::ranges(&scope, named_quota(self.request)?, 1))
            }
            Method::FirstPastThePost => {
                let scope = scope.with_one_seat_each();
                settle(&scope, &quotients::ranges(&scope, method))
            }
            _ => settle(&scope, &quotients::ranges(&scope, method)),
        })
    }
}

/// What all parties together say of each: there are no more seats than there are, and none stays
/// empty where those who take part for certain have people for all.
fn settle(scope: &Scope, ranges: &[Range]) -> Vec<Range> {
    let taking_part = scope.spans.iter().filter(|span| span.floor() > 0);
    let room = taking_part.fold(0, |room: u64, span| room.saturating_add(span.room));
    let sum = |of: fn(&Range) -> u64| ranges.iter().map(of).fold(0, u64::saturating_add);
    let (least, most) = (sum(|range| range.least), sum(|range| range.most));
    let one = |range: &Range| {
        let to_others = if room < scope.seats { u64::MAX } else { most - range.most };
        Range {
            least: range.least.max(scope.seats.saturating_sub(to_others)),
            most: range.most.min(scope.seats.saturating_sub(least - range.least)),
        }
    };
    ranges.iter().map(one).collect()
}
