//! Groups of lists: one list towards the others (P 4), and among themselves the largest surpluses
//! (P 12). And who is elected where a group's lists have other people on them (P 15 to P 18).

use crate::{
    Person, Purpose, StepKind, Stop,
    elect::{Bar, Candidate, Elected, elect},
    lists::{Entry, Part},
    lots::Lots,
    quota::{Quota, deal_full, deal_surpluses},
    table::{Party, Rule, Table},
};

const ARTICLE: Option<&str> = Some("P 12");

/// Divides the seats of a group among its lists. What a list has nobody for goes to the others
/// (P 13). The table tells how far it came, also where a lot is missing.
pub(crate) fn divide<'a>(
    lists: Vec<Party>,
    seats: u64,
    lots: Lots<'a>,
) -> (Table<'a>, Result<(), Stop>) {
    let mut table = Table::with_lots(lists, seats, lots);
    let filled = fill(&mut table, seats);
    (table, filled)
}

fn fill(table: &mut Table<'_>, seats: u64) -> Result<(), Stop> {
    let rule =
        Rule { kind: StepKind::LargestSurplus, purpose: Purpose::GroupSurplus, article: ARTICLE };
    let quota = Quota { votes: table.total(), parts: u128::from(seats) };
    if quota.votes == 0 || seats == 0 {
        return Ok(());
    }
    deal_full(table, quota, ARTICLE);
    table.empty_what_nobody_takes(Some("P 13"));
    // A list without votes counts as one without a surplus.
    deal_surpluses(table, &rule, quota, |_, _| true)
}

/// Who is elected on the lists of one party that differ between districts. `seats` are those of
/// each part.
pub(crate) fn elect_parts(
    entry: &Entry,
    seats: &[u64],
    bar: Bar,
    lots: &mut Lots<'_>,
) -> Result<Elected, Stop> {
    let all: u64 = seats.iter().sum();
    let Entry { candidates, parts, .. } = entry;
    // P 15: by the votes on all lists together. Nobody is taken in list order yet.
    let alive = || candidates.iter().filter(|one| !one.deceased);
    let preferred: Vec<Candidate> =
        alive().filter(|one| bar.is_exceeded_by(one.votes)).cloned().collect();
    let chosen =
        elect(&preferred, all.min(preferred.len() as u64), bar, lots, |one| entry.lot(one))?;
    let mut left = seats.to_vec();
    for person in &chosen.elected {
        place(person, parts, &mut left);
    }
    let preferred = chosen.elected.len() as u64;
    let mut elected = chosen.elected;
    fill_in_order(parts, &mut left, &mut elected);
    let others = chosen.succession.into_iter().chain(alive().map(|one| one.person.clone()));
    let mut succession: Vec<Person> = Vec::new();
    for person in others {
        if !elected.contains(&person) && !succession.contains(&person) {
            succession.push(person);
        }
    }
    Ok(Elected { elected, succession, preferred })
}

/// P 16: who is elected by preference takes a seat of the list with the most votes on that person
/// that has one left; of equal ones, that of the district with the lowest number.
fn place(person: &Person, parts: &[Part], left: &mut [u64]) {
    let seats = left.iter().enumerate().filter(|(_, seats)| **seats > 0);
    let standing = seats.filter_map(|(at, _)| Some((votes_on(parts.get(at)?, person)?, at)));
    // Where none of the lists with a seat has this person, the first seat that is left is taken:
    // the law gives the group the seat, and the person is elected.
    let first = left.iter().position(|seats| *seats > 0);
    let best = standing.max_by_key(|(votes, at)| (*votes, std::cmp::Reverse(*at)));
    if let Some(seats) = best.map(|(_, at)| at).or(first).and_then(|at| left.get_mut(at)) {
        *seats -= 1;
    }
}

fn votes_on(part: &Part, person: &Person) -> Option<u64> {
    part.people.iter().find(|(known, _)| known == person).map(|(_, votes)| *votes)
}

/// P 17 and P 18: the other seats go in list order. Who is first on several lists takes the seat of
/// the list with the most votes on that person, and the others look further, until all is filled.
fn fill_in_order(parts: &[Part], left: &mut [u64], elected: &mut Vec<Person>) {
    loop {
        let nominated = nominate(parts, left, elected);
        if nominated.is_empty() {
            return;
        }
        for (person, at) in nominated {
            if let Some(seats) = left.get_mut(at) {
                *seats -= 1;
            }
            elected.push(person);
        }
    }
}

/// Each person that list order brings to a seat, with the list that the person takes it on.
fn nominate(parts: &[Part], left: &[u64], elected: &[Person]) -> Vec<(Person, usize)> {
    let mut nominated: Vec<(Person, usize, u64)> = Vec::new();
    for (at, (part, seats)) in parts.iter().zip(left).enumerate() {
        let free = part.people.iter().filter(|(person, _)| !elected.contains(person));
        for (person, votes) in free.take(usize::try_from(*seats).unwrap_or(usize::MAX)) {
            match nominated.iter_mut().find(|(known, ..)| known == person) {
                None => nominated.push((person.clone(), at, *votes)),
                Some(known) if *votes > known.2 => (known.1, known.2) = (at, *votes),
                Some(_) => {}
            }
        }
    }
    nominated.into_iter().map(|(person, at, _)| (person, at)).collect()
}
