//! The units of a request whose votes the lists do not have yet, read and checked, and which of them
//! to hear first.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{Question, Range, UnitBounds, scope::Scope};
use crate::{
    Stop, Unheard,
    lists::Entry,
    parties::too_many,
    table::{Party, Place},
};

/// A unit, and what it can say of the lists, which are told by their places.
pub(super) struct Unit {
    name: String,
    says: Says,
}

enum Says {
    /// Up to so many votes for these lists.
    UpTo(u64, BTreeSet<usize>),
    /// One of these, each with the votes of all lists.
    OneOf(Vec<Vec<u64>>),
}

/// Reads all units of a request.
pub(super) fn read(unheard: &[Unheard], entries: &[Entry]) -> Result<Vec<Unit>, Stop> {
    let mut names = BTreeSet::new();
    let unit = |unit: &Unheard| {
        let says = says(unit, entries);
        let says = match names.insert(unit.unit.clone()) {
            true => says,
            false => Err("it stands there twice".to_owned()),
        };
        let bad = |problem| Stop::Bad(format!("unheard: {}: {problem}", unit.unit));
        Ok(Unit { name: unit.unit.clone(), says: says.map_err(bad)? })
    };
    unheard.iter().map(unit).collect()
}

fn says(unit: &Unheard, entries: &[Entry]) -> Result<Says, String> {
    match (unit.eligible, &unit.readings) {
        (Some(eligible), None) => {
            let places = match &unit.lists {
                None => (0..entries.len()).collect(),
                Some(lists) => {
                    lists.iter().map(|list| find(list, entries)).collect::<Result<_, _>>()?
                }
            };
            Ok(Says::UpTo(eligible, places))
        }
        (None, Some(_)) if unit.lists.is_some() => {
            Err("lists: expected none beside readings".to_owned())
        }
        (None, Some(readings)) if !readings.is_empty() => {
            let reading = |reading| self::reading(reading, entries);
            Ok(Says::OneOf(readings.iter().map(reading).collect::<Result<_, _>>()?))
        }
        (None, _) => Err("expected eligible or readings, found none".to_owned()),
        (Some(_), Some(_)) => Err("expected eligible or readings, found both".to_owned()),
    }
}

fn find(list: &str, entries: &[Entry]) -> Result<usize, String> {
    let found = entries.iter().position(|entry| entry.name == list);
    found.ok_or_else(|| format!("there is no list {list}"))
}

fn reading(reading: &BTreeMap<String, u64>, entries: &[Entry]) -> Result<Vec<u64>, String> {
    let unknown = reading.keys().find_map(|list| find(list, entries).err());
    let votes = |entry: &Entry| reading.get(&entry.name).copied().unwrap_or(0);
    unknown.map_or_else(|| Ok(entries.iter().map(votes).collect()), Err)
}

impl Unit {
    pub(super) fn readings(&self) -> Option<&[Vec<u64>]> {
        match &self.says {
            Says::OneOf(readings) => Some(readings),
            Says::UpTo(..) => None,
        }
    }

    /// Can it bring no votes at all?
    pub(super) fn is_empty(&self) -> bool {
        self.readings().is_none() && self.unsure() == 0
    }

    /// The most votes that it can bring beyond those that it brings to each list in any case.
    pub(super) fn unsure(&self) -> u64 {
        match &self.says {
            Says::UpTo(votes, lists) => {
                if lists.is_empty() {
                    0
                } else {
                    *votes
                }
            }
            Says::OneOf(readings) => pool(readings),
        }
    }

    /// The votes that it can bring to each of so many lists.
    fn votes(&self, lists: usize) -> Vec<Range> {
        match &self.says {
            Says::UpTo(votes, stand) => {
                let most = |list| if stand.contains(&list) { *votes } else { 0 };
                (0..lists).map(|list| Range::new(0, most(list))).collect()
            }
            Says::OneOf(readings) => by_list(readings),
        }
    }

    /// The same unit where lists are told by the places of their parties.
    fn of_parties(&self, parties: &[Party], places: &[Place]) -> Result<Self, Stop> {
        let says = match &self.says {
            Says::UpTo(votes, lists) => {
                let stand = lists.iter().filter_map(|list| places.get(*list).copied());
                Says::UpTo(*votes, stand.collect())
            }
            Says::OneOf(readings) => {
                let sums = |reading: &Vec<u64>| sums(reading, parties, places);
                Says::OneOf(readings.iter().map(sums).collect::<Result<_, _>>()?)
            }
        };
        Ok(Self { name: self.name.clone(), says })
    }
}

fn sums(reading: &[u64], parties: &[Party], places: &[Place]) -> Result<Vec<u64>, Stop> {
    let mut sums = vec![0; parties.len()];
    for (votes, place) in reading.iter().zip(places) {
        if let (Some(sum), Some(party)) = (sums.get_mut(*place), parties.get(*place)) {
            add(sum, *votes, &party.name)?;
        }
    }
    Ok(sums)
}

/// The least and the most votes that readings give each list.
fn by_list(readings: &[Vec<u64>]) -> Vec<Range> {
    let mut readings = readings.iter();
    let point = |reading: &Vec<u64>| {
        reading.iter().map(|votes| Range::new(*votes, *votes)).collect::<Vec<_>>()
    };
    let first = readings.next().map(point).unwrap_or_default();
    readings.map(point).fold(first, |all, reading| {
        all.into_iter().zip(reading).map(|(range, votes)| range.with(votes)).collect()
    })
}

/// The most votes of a reading beyond the least of each list.
fn pool(readings: &[Vec<u64>]) -> u64 {
    let ranges = by_list(readings);
    let beyond = |reading: &Vec<u64>| {
        let beyond = reading.iter().zip(&ranges).map(|(votes, range)| votes - range.least);
        beyond.fold(0, u64::saturating_add)
    };
    readings.iter().map(beyond).max().unwrap_or(0)
}

fn add(sum: &mut u64, more: u64, name: &str) -> Result<(), Stop> {
    *sum = sum.checked_add(more).ok_or_else(|| too_many(name))?;
    Ok(())
}

/// The votes that each list can have.
pub(super) fn votes(units: &[Unit], entries: &[Entry]) -> Result<Vec<Range>, Stop> {
    let mut ranges: Vec<Range> =
        entries.iter().map(|entry| Range::new(entry.votes, entry.votes)).collect();
    for unit in units {
        let lists = ranges.iter_mut().zip(entries).zip(unit.votes(entries.len()));
        for ((range, entry), votes) in lists {
            add(&mut range.least, votes.least, &entry.name)?;
            add(&mut range.most, votes.most, &entry.name)?;
        }
    }
    Ok(ranges)
}

/// All votes that parties can have when these units are unsure. `places` are those of the lists'
/// parties.
pub(super) fn scope(
    units: &[&Unit],
    mut parties: Vec<Party>,
    places: &[Place],
    seats: u64,
) -> Result<Scope, Stop> {
    let mut more = vec![0; parties.len()];
    let mut pool = 0_u128;
    for unit in units {
        let unit = unit.of_parties(&parties, places)?;
        pool += u128::from(unit.unsure());
        let votes = unit.votes(parties.len());
        for ((party, more), votes) in parties.iter_mut().zip(&mut more).zip(votes) {
            add(&mut party.votes, votes.least, &party.name)?;
            add(more, votes.most - votes.least, &party.name)?;
            add(&mut party.votes.clone(), *more, &party.name)?;
        }
    }
    Ok(Scope::new(&parties, &more, pool, seats))
}

/// What each unit can change, those first that can change most.
pub(super) fn rank(question: &Question<'_>, units: &[Unit]) -> Result<Vec<UnitBounds>, Stop> {
    let mut sizes: BTreeMap<&BTreeSet<usize>, BTreeSet<u64>> = BTreeMap::new();
    for unit in units {
        if let Says::UpTo(votes, lists) = &unit.says {
            sizes.entry(lists).or_default().insert(*votes);
        }
    }
    let mut open = BTreeMap::new();
    for (lists, sizes) in sizes {
        open.insert(lists, by_size(question, lists, &sizes.into_iter().collect::<Vec<_>>())?);
    }
    let bounds = |unit: &Unit| {
        let alone = match &unit.says {
            Says::UpTo(votes, lists) => {
                open.get(lists).and_then(|open| open.get(votes)).copied().unwrap_or(question.seats)
            }
            Says::OneOf(_) => question.open(&question.ranges(&[unit])?),
        };
        Ok(UnitBounds { unit: unit.name.clone(), unsure: unit.unsure(), alone })
    };
    let mut bounds = units.iter().map(bounds).collect::<Result<Vec<_>, Stop>>()?;
    bounds.sort_by_key(|unit| Reverse((unit.alone, unit.unsure)));
    Ok(bounds)
}

/// The seats that units of these sizes leave open, in which the same lists stand. A larger unit can
/// say all that a smaller one can; so where two leave as many open, all between them do.
fn by_size(
    question: &Question<'_>,
    lists: &BTreeSet<usize>,
    sizes: &[u64],
) -> Result<BTreeMap<u64, u64>, Stop> {
    let open = |votes: u64| {
        let says = Says::UpTo(votes, lists.clone());
        Ok(question.open(&question.ranges(&[&Unit { name: String::new(), says }])?))
    };
    let mut known = BTreeMap::new();
    let mut waiting = vec![sizes];
    while let Some(sizes) = waiting.pop() {
        let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else { continue };
        for size in [first, last] {
            if !known.contains_key(size) {
                known.insert(*size, open(*size)?);
            }
        }
        if known.get(first) == known.get(last) {
            let same = known.get(last).copied().unwrap_or(question.seats);
            known.extend(sizes.iter().map(|size| (*size, same)));
        } else {
            let (lower, upper) = sizes.split_at(sizes.len().div_ceil(2));
            waiting.extend([lower, upper]);
        }
    }
    Ok(known)
}
