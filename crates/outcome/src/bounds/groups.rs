//! Bounds of lists inside a group: its seats go by full quotas and the largest surpluses (P 12) to
//! lists that have people for them (P 13).

use super::{
    Range,
    scope::Scope,
    shares::{self, all_cases},
};
use crate::{
    NamedQuota,
    lists::Entry,
    table::{Party, Place},
};

/// So many numbers of seats of a group are looked at one by one; beyond that its lists are only
/// known to have no more than the group.
const MOST_NUMBERS: u64 = 16;

/// Lists as if each took part for itself.
pub(super) fn as_parties(entries: &[Entry]) -> Vec<Party> {
    let party =
        |entry: &Entry| Party { name: entry.name.clone(), votes: entry.votes, room: entry.room };
    entries.iter().map(party).collect()
}

/// From the bounds of parties to those of lists. `lists` are the votes that these can have, and
/// `places` those of their parties.
pub(super) fn of_lists(
    entries: &[Entry],
    lists: &Scope,
    places: &[Place],
    parties: &[Range],
) -> Vec<Range> {
    let mut ranges: Vec<Range> =
        places.iter().map(|place| parties.get(*place).copied().unwrap_or_default()).collect();
    for (place, range) in parties.iter().enumerate() {
        let is_inside = |(entry, party): (&Entry, &Place)| entry.group.is_some() && *party == place;
        let inside: Vec<bool> = entries.iter().zip(places).map(is_inside).collect();
        let mut inside_ranges = inside_group(lists, &inside, *range).into_iter();
        for (list, _) in ranges.iter_mut().zip(&inside).filter(|(_, inside)| **inside) {
            *list = inside_ranges.next().unwrap_or_default();
        }
    }
    ranges
}

/// The bounds of the lists in one group.
fn inside_group(lists: &Scope, inside: &[bool], seats: Range) -> Vec<Range> {
    let spans = lists.spans.iter().zip(inside).filter(|(_, inside)| **inside);
    let mut scope = Scope { spans: spans.map(|(span, _)| span.clone()).collect(), ..lists.clone() };
    if seats.most - seats.least > MOST_NUMBERS {
        return scope.spans.iter().map(|span| Range::new(0, seats.most.min(span.room))).collect();
    }
    let by_number = (seats.least..=seats.most).map(|number| {
        scope.seats = number;
        match number {
            0 => vec![Range::default(); scope.spans.len()],
            _ => super::settle(&scope, &shares::ranges(&scope, NamedQuota::Hare, 0)),
        }
    });
    all_cases(by_number)
}
