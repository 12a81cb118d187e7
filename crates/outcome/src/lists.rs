//! The lists of a request, read and checked.

use std::collections::{BTreeMap, BTreeSet};

use crate::{List, Person, Request, Stop, elect::Candidate};

/// A list that takes part.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) votes: u64,
    /// Who stands on it, all districts together; empty where nothing is known of them.
    pub(crate) candidates: Vec<Candidate>,
    /// How many of them can take a seat; `None`: nobody says.
    pub(crate) room: Option<u64>,
    pub(crate) group: Option<String>,
    /// The lists by district, where they differ; the same ones together (P 3).
    pub(crate) parts: Vec<Part>,
}

impl Entry {
    /// What a lot for one of its candidates is called.
    pub(crate) fn lot(&self, person: &Person) -> String {
        format!("{}/{person}", self.name)
    }
}

/// The same list in one or more districts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The first of its districts.
    pub(crate) name: String,
    /// Who can be elected on it, in its order, with the votes there.
    pub(crate) people: Vec<(Person, u64)>,
    /// All its votes, those on who died too (P 19a).
    pub(crate) votes: u64,
}

impl Part {
    fn without(mut self, died: &[Person]) -> Self {
        self.people.retain(|(person, _)| !died.contains(person));
        self
    }
}

/// Reads all lists of a request.
pub(crate) fn read(request: &Request) -> Result<Vec<Entry>, Stop> {
    let mut numbers = BTreeSet::new();
    let entries = request.lists.iter().map(|list| {
        let entry = entry(list).map_err(|problem| bad(list, &problem))?;
        if numbers.insert(list.number) {
            Ok(entry)
        } else {
            Err(bad(list, "it stands there twice"))
        }
    });
    entries.collect()
}

fn bad(list: &List, problem: &str) -> Stop {
    Stop::Bad(format!("list {}: {problem}", list.number))
}

fn entry(list: &List) -> Result<Entry, String> {
    let parts = parts(list)?;
    let candidates = candidates(list, &parts)?;
    let counted = if parts.is_empty() && list.votes.is_none() { None } else { Some(&candidates) };
    let sum = counted.map(|candidates| sum(candidates.iter().map(|one| one.votes))).transpose()?;
    let votes = match (sum, list.total) {
        (Some(sum), Some(total)) if sum != total => {
            return Err(format!("expected a total of {sum} votes, found {total}"));
        }
        (Some(votes), _) | (None, Some(votes)) => votes,
        (None, None) => return Err("expected votes, a total or districts, found none".to_owned()),
    };
    let (name, group) = (list.number.to_string(), list.combination.clone());
    if group.as_deref() == Some("") {
        return Err("combination: expected a name, found none".to_owned());
    }
    let parts = parts.into_iter().map(|part| part.without(&list.deceased)).collect();
    Ok(Entry { name, votes, room: room(list, &candidates)?, candidates, group, parts })
}

fn sum(votes: impl Iterator<Item = u64>) -> Result<u64, String> {
    votes
        .into_iter()
        .try_fold(0_u64, u64::checked_add)
        .ok_or_else(|| format!("expected at most {} votes, found more", u64::MAX))
}

/// The candidates with the votes of all districts, in the order of the list.
fn candidates(list: &List, parts: &[Part]) -> Result<Vec<Candidate>, String> {
    let died = |person: &Person| list.deceased.contains(person);
    if parts.is_empty() {
        let votes = list.votes.iter().flatten().zip(1..);
        let candidates = votes.map(|(votes, place)| {
            let person = Person::Place(place);
            Candidate { deceased: died(&person), person, votes: *votes }
        });
        return Ok(candidates.collect());
    }
    let mut people: Vec<Candidate> = Vec::new();
    for (person, votes) in parts.iter().flat_map(|part| &part.people) {
        match people.iter_mut().find(|known| known.person == *person) {
            Some(known) => known.votes = sum([known.votes, *votes].into_iter())?,
            None => {
                let deceased = died(person);
                people.push(Candidate { person: person.clone(), votes: *votes, deceased });
            }
        }
    }
    Ok(people)
}

/// How many can take a seat: those who live.
fn room(list: &List, candidates: &[Candidate]) -> Result<Option<u64>, String> {
    let known = candidates.len() as u64;
    let all = match list.candidates {
        Some(told) if known > 0 && told != known => {
            return Err(format!("expected {known} candidates, found {told}"));
        }
        told => told.or((known > 0).then_some(known)),
    };
    let died: BTreeSet<&Person> = list.deceased.iter().collect();
    let stands = |person: &Person| match person {
        _ if known > 0 => candidates.iter().any(|candidate| candidate.person == *person),
        Person::Place(place) => all.is_some_and(|all| (1..=all).contains(place)),
        Person::Named(_) => false,
    };
    if let Some(unknown) = died.iter().find(|person| !stands(person)) {
        let all = match (&list.people, all) {
            (Some(_), _) => "people of the list".to_owned(),
            (None, Some(all)) => format!("1 to {all}"),
            (None, None) => "candidates".to_owned(),
        };
        return Err(format!("deceased: expected {all}, found {unknown}"));
    }
    Ok(all.map(|all| all - died.len() as u64))
}

/// The district's lists, the same ones together.
fn parts(list: &List) -> Result<Vec<Part>, String> {
    let (districts, people) = match (&list.districts, &list.people) {
        (None, None) => return Ok(Vec::new()),
        (Some(districts), Some(people)) => (districts, people),
        (Some(_), None) => {
            return Err("people: expected those of each district, found none".to_owned());
        }
        (None, Some(_)) => {
            return Err("districts: expected votes by district, found none".to_owned());
        }
    };
    if list.votes.is_some() {
        return Err("expected votes or districts, found both".to_owned());
    }
    if let Some(alone) = people.keys().find(|district| !districts.contains_key(*district)) {
        return Err(format!("districts: expected {alone}, found none"));
    }
    let mut parts: Vec<Part> = Vec::new();
    for (district, votes) in in_order(districts) {
        let part = part(district, votes, people.get(district))?;
        let same = |other: &&mut Part| {
            other.people.iter().map(|(p, _)| p).eq(part.people.iter().map(|(p, _)| p))
        };
        match parts.iter_mut().find(same) {
            None => parts.push(part),
            Some(same) => {
                same.votes = sum([same.votes, part.votes].into_iter())?;
                for ((_, all), (_, more)) in same.people.iter_mut().zip(part.people) {
                    *all = sum([*all, more].into_iter())?;
                }
            }
        }
    }
    Ok(parts)
}

/// Districts by their number, K2 before K10.
fn in_order(districts: &BTreeMap<String, Vec<u64>>) -> Vec<(&String, &Vec<u64>)> {
    let mut order: Vec<_> = districts.iter().collect();
    order.sort_by_key(|(name, _)| {
        let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
        (digits.parse::<u64>().unwrap_or(u64::MAX), (*name).clone())
    });
    order
}

fn part(district: &str, votes: &[u64], people: Option<&Vec<String>>) -> Result<Part, String> {
    let found = people.map_or(0, Vec::len);
    let Some(people) = people.filter(|people| people.len() == votes.len()) else {
        let expected = votes.len();
        return Err(format!("people: {district}: expected {expected}, found {found}"));
    };
    if let Some(twice) = people
        .iter()
        .enumerate()
        .find(|(at, one)| people.iter().take(*at).any(|other| other == *one))
    {
        return Err(format!("people: {district}: {} stands there twice", twice.1));
    }
    let people = people.iter().map(|one| Person::Named(one.clone())).zip(votes.iter().copied());
    let votes = sum(votes.iter().copied())?;
    Ok(Part { name: district.to_owned(), people: people.collect(), votes })
}
