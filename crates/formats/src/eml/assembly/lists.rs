//! The lists of an election, gathered from every file that names one.

use std::collections::BTreeMap;

use election::{Candidates, SelectionSpec, Texts};

use super::AssemblyError;
use crate::eml::{CandidateLists, PersonName, Votes};

/// Lists by number.
#[derive(Default)]
pub(super) struct Lists {
    known: BTreeMap<String, List>,
    /// The first contradiction; it is told when everything was read.
    problem: Option<AssemblyError>,
}

#[derive(Default)]
struct List {
    name: String,
    /// Its last candidate.
    last: u16,
    /// Who stands at each place. Districts may have other people there.
    people: BTreeMap<usize, Vec<String>>,
}

impl Lists {
    /// Notes the lists and candidates of a unit or a total.
    pub(super) fn see(&mut self, votes: &Votes) {
        for seen in &votes.lists {
            let ids = seen.candidates.iter().filter_map(|candidate| candidate.id.as_deref());
            let last = ids.filter_map(|id| id.parse().ok()).max().unwrap_or(0);
            let list = self.one(&seen.list.id, &seen.list.name);
            list.last = list.last.max(last);
        }
    }

    /// Notes who stands on the lists.
    pub(super) fn name(&mut self, lists: &CandidateLists) {
        for seen in lists.contests.iter().flat_map(|(_, lists)| lists) {
            let list = self.one(&seen.list.id, &seen.list.name);
            for (place, candidate) in seen.candidates.iter().enumerate() {
                let people = list.people.entry(place).or_default();
                let person = full_name(&candidate.person);
                if !people.contains(&person) {
                    people.push(person);
                }
            }
        }
    }

    fn one(&mut self, number: &str, name: &str) -> &mut List {
        let list = self.known.entry(number.to_owned()).or_default();
        if list.name.is_empty() {
            name.clone_into(&mut list.name);
        } else if !name.is_empty() && list.name != name {
            self.problem.get_or_insert(AssemblyError::ListNames {
                list: number.to_owned(),
                first: list.name.clone(),
                second: name.to_owned(),
            });
        }
        list
    }

    /// The lists as a definition writes them, in the order of their numbers.
    pub(super) fn specs(self) -> Result<Vec<SelectionSpec>, AssemblyError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let mut lists: Vec<(String, List)> = self.known.into_iter().collect();
        lists
            .sort_by_key(|(number, _)| (number.parse::<u64>().unwrap_or(u64::MAX), number.clone()));
        Ok(lists.into_iter().map(|(id, list)| list.spec(id)).collect())
    }
}

impl List {
    fn spec(self, id: String) -> SelectionSpec {
        let name = if self.name.is_empty() { id.clone() } else { self.name };
        let candidates = match self.people.is_empty() {
            true => Candidates::Number(self.last),
            false => {
                let named = self.people.len().max(usize::from(self.last));
                let person = |place: usize| match self.people.get(&place) {
                    Some(people) => people.join(" / "),
                    None => (place + 1).to_string(),
                };
                Candidates::Names((0..named).map(person).collect())
            }
        };
        SelectionSpec { id, name: Texts::Same(name), candidates, within: Vec::new() }
    }
}

/// `J.A. (Jan) van den Berg`, as ballots and reports have it.
fn full_name(person: &PersonName) -> String {
    let first = if person.first.is_empty() { String::new() } else { format!("({})", person.first) };
    let parts = [&person.initials, &first, &person.prefix, &person.last];
    let parts: Vec<&str> =
        parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
    parts.join(" ")
}
