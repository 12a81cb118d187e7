//! A second implementation of the Dutch law, in another style: every claim to a seat is written
//! down first, sorted, and the best are taken. Compared with the first on a million random
//! elections, seat by seat, lot by lot and person by person.
#![cfg(test)]

use std::{cmp::Ordering, collections::BTreeMap};

use outcome::{Answer, Complete, List, Method, Person, Purpose, Request, StepKind, answer};

/// An election of a few lists.
#[derive(Clone, Debug)]
struct Election {
    method: Method,
    seats: u64,
    /// Votes by list and candidate.
    lists: Vec<Vec<u64>>,
    /// By list, places of candidates who died.
    deceased: Vec<Vec<u64>>,
}

impl Election {
    fn votes(&self, list: usize) -> u128 {
        self.lists[list].iter().map(|votes| u128::from(*votes)).sum()
    }

    fn total(&self) -> u128 {
        (0..self.lists.len()).map(|list| self.votes(list)).sum()
    }

    fn room(&self, list: usize) -> u64 {
        (self.lists[list].len() - self.deceased[list].len()) as u64
    }

    fn request(&self, lots: Vec<String>) -> Request {
        let lists = self.lists.iter().zip(&self.deceased).zip(1..);
        let lists = lists.map(|((votes, deceased), number)| List {
            number,
            votes: Some(votes.clone()),
            deceased: deceased.iter().copied().map(Person::Place).collect(),
            ..List::default()
        });
        let (seats, lists) = (Some(self.seats), lists.collect());
        Request { seats, lists, lots, ..Request::new(self.method) }
    }
}

/// A lot that was asked: for what, among whom.
type Asked = (Purpose, Vec<String>);

/// The first implementation's answer, where each lot falls on the first who is named.
fn first(election: &Election) -> (Complete, Vec<Asked>) {
    let (mut lots, mut asked) = (Vec::new(), Vec::new());
    loop {
        match answer(&election.request(lots.clone())) {
            Answer::Complete(complete) => return (*complete, asked),
            Answer::LotRequired(lot) => {
                lots.push(lot.among[0].clone());
                asked.push((lot.purpose, lot.among));
            }
            other => panic!("{other:?}: {election:?}"),
        }
    }
}

/// A claim to a seat: how large, by which list.
#[derive(Clone, Copy, Debug)]
struct Claim {
    above: u128,
    below: u128,
    list: usize,
}

impl Claim {
    fn compare(&self, other: &Claim) -> Ordering {
        (self.above * other.below).cmp(&(other.above * self.below))
    }
}

struct Second<'a> {
    election: &'a Election,
    seats: Vec<u64>,
    asked: Vec<Asked>,
    had_surplus: Vec<bool>,
    had_average: Vec<bool>,
    last: Vec<usize>,
}

impl Second<'_> {
    fn left(&self) -> u64 {
        self.election.seats - self.seats.iter().sum::<u64>()
    }

    /// The best claims get the seats that are left; the last of them may have to draw lots.
    fn grant(&mut self, purpose: Purpose, mut claims: Vec<Claim>) -> Vec<usize> {
        claims.sort_by(|a, b| b.compare(a).then(a.list.cmp(&b.list)));
        let left = usize::try_from(self.left()).unwrap();
        if left == 0 || claims.is_empty() {
            return Vec::new();
        }
        let last = claims[left.min(claims.len()) - 1];
        let better = claims.iter().filter(|c| c.compare(&last).is_gt()).map(|c| c.list);
        let equal: Vec<usize> =
            claims.iter().filter(|c| c.compare(&last).is_eq()).map(|c| c.list).collect();
        let mut granted: Vec<usize> = better.collect();
        let places = (left - granted.len()).min(equal.len());
        if places < equal.len() {
            for drawn in 0..places {
                let names = equal[drawn..].iter().map(|list| (list + 1).to_string());
                self.asked.push((purpose, names.collect()));
            }
        }
        self.last = equal[..places].to_vec();
        granted.extend(&self.last);
        granted.iter().for_each(|list| self.seats[*list] += 1);
        granted
    }

    fn lists(&self) -> std::ops::Range<usize> {
        0..self.election.lists.len()
    }

    fn surpluses(&mut self, open: impl Fn(&Self, usize) -> bool) {
        let (total, seats) = (self.election.total(), u128::from(self.election.seats));
        let votes = |list| self.election.votes(list);
        let claims = self.lists().filter(|list| {
            4 * votes(*list) * seats >= 3 * total && !self.had_surplus[*list] && open(self, *list)
        });
        let claims =
            claims.map(|list| Claim { above: votes(list) * seats % total, below: 1, list });
        for list in self.grant(Purpose::LargestSurplus, claims.collect()) {
            self.had_surplus[list] = true;
        }
    }

    /// Averages; `once`: each list has one claim only.
    fn averages(&mut self, once: bool, room: impl Fn(&Self, usize) -> u64) {
        let (total, all) = (self.election.total(), u128::from(self.election.seats));
        let needs_quota = matches!(self.election.method, Method::NlParliament | Method::NlEuropean);
        let mut claims = Vec::new();
        for list in self.lists() {
            let votes = self.election.votes(list);
            let shut = votes == 0
                || (needs_quota && votes * all < total)
                || (once && self.had_average[list]);
            let most = room(self, list).saturating_sub(self.seats[list]).min(if once {
                1
            } else {
                self.left()
            });
            for next in 1..=if shut { 0 } else { most } {
                let below = u128::from(self.seats[list] + next);
                claims.push(Claim { above: votes, below, list });
            }
        }
        for list in self.grant(Purpose::LargestAverage, claims) {
            self.had_average[list] |= once;
        }
    }

    fn residual(&mut self, room: impl Fn(&Self, usize) -> u64 + Copy) {
        if self.election.method == Method::NlCouncil && self.election.seats < 19 {
            self.surpluses(|second, list| second.seats[list] < room(second, list));
            self.averages(true, room);
        }
        self.averages(false, room);
    }

    fn majority(&mut self) {
        let total = self.election.total();
        let Some(most) = self.lists().find(|list| 2 * self.election.votes(*list) > total) else {
            return;
        };
        let losers: Vec<usize> = self.last.iter().copied().filter(|list| *list != most).collect();
        if 2 * self.seats[most] > self.election.seats || losers.is_empty() {
            return;
        }
        if losers.len() > 1 {
            let names = losers.iter().map(|list| (list + 1).to_string());
            self.asked.push((Purpose::AbsoluteMajority, names.collect()));
        }
        self.seats[losers[0]] -= 1;
        self.seats[most] += 1;
        (self.had_surplus[losers[0]], self.had_average[losers[0]]) = (false, false);
    }

    fn elect(&mut self, list: usize) -> Vec<u64> {
        let (total, all) = (self.election.total(), u128::from(self.election.seats));
        let percent = match self.election.method {
            Method::NlCouncil if self.election.seats < 19 => 50,
            Method::NlEuropean => 10,
            Method::NlSenate => 100,
            _ => 25,
        };
        let seats = usize::try_from(self.seats[list]).unwrap();
        let votes = &self.election.lists[list];
        let alive: Vec<u64> = (1..=votes.len() as u64)
            .filter(|c| !self.election.deceased[list].contains(c))
            .collect();
        let of = |candidate: u64| votes[usize::try_from(candidate).unwrap() - 1];
        let mut preferred: Vec<u64> = alive
            .iter()
            .copied()
            .filter(|c| u128::from(of(*c)) * 100 * all > total * percent)
            .collect();
        preferred.sort_by_key(|c| (u64::MAX - of(*c), *c));
        if let Some(last) = preferred.get(seats.wrapping_sub(1)).filter(|_| preferred.len() > seats)
        {
            let equal: Vec<u64> =
                preferred.iter().copied().filter(|c| of(*c) == of(*last)).collect();
            let before = preferred.iter().filter(|c| of(**c) > of(*last)).count();
            if before + equal.len() > seats {
                for drawn in 0..seats - before {
                    let names = equal[drawn..].iter().map(|c| format!("{}/{c}", list + 1));
                    self.asked.push((Purpose::Preference, names.collect()));
                }
            }
        }
        preferred.truncate(seats);
        let rest =
            alive.iter().copied().filter(|c| !preferred.contains(c)).take(seats - preferred.len());
        preferred.iter().copied().chain(rest.collect::<Vec<_>>()).collect()
    }
}

/// Seats, unassigned seats, who is elected, and the lots that were asked.
type Outcome = (Vec<u64>, u64, Vec<Vec<u64>>, Vec<Asked>);

fn second(election: &Election) -> Outcome {
    let lists = election.lists.len();
    let mut second = Second {
        election,
        seats: vec![0; lists],
        asked: Vec::new(),
        had_surplus: vec![false; lists],
        had_average: vec![false; lists],
        last: Vec::new(),
    };
    let total = election.total();
    if total > 0 {
        let full = |list| election.votes(list) * u128::from(election.seats) / total.max(1);
        second.seats = (0..lists).map(|list| u64::try_from(full(list)).unwrap()).collect();
        second.residual(|_, _| u64::MAX);
        second.majority();
        for list in 0..lists {
            second.seats[list] = second.seats[list].min(election.room(list));
        }
        second.residual(|second, list| second.election.room(list));
    }
    let left = second.left();
    // Without votes there is no quota, and nobody is elected.
    let elected = (0..lists).map(|list| if total > 0 { second.elect(list) } else { Vec::new() });
    let elected = elected.collect();
    (second.seats, left, elected, second.asked)
}

/// Numbers that look random, the same every time (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Small numbers make ties; now and then one list has most of the votes, or few candidates.
    fn election(&mut self) -> Election {
        let methods = [
            Method::NlCouncil,
            Method::NlCouncil,
            Method::NlCouncil,
            Method::NlParliament,
            Method::NlEuropean,
            Method::NlSenate,
        ];
        let method = methods[usize::try_from(self.below(6)).unwrap()];
        let seats = 1 + if self.one_in(3) { self.below(40) } else { self.below(19) };
        let number = 1 + if self.one_in(10) { self.below(20) } else { self.below(6) };
        let most = [2, 4, 12, 60, 900][usize::try_from(self.below(5)).unwrap()];
        let few = self.one_in(3);
        let mut lists: Vec<Vec<u64>> = Vec::new();
        for _ in 0..number {
            let candidates = 1 + if few { self.below(4) } else { seats + self.below(3) };
            lists.push((0..candidates).map(|_| self.below(most)).collect());
        }
        if self.one_in(2) {
            // A narrow majority of the votes; the others often alike, so that they draw lots.
            if self.one_in(4) {
                let same = lists[lists.len() - 1].clone();
                lists[1..].fill(same);
            }
            let others: u64 = lists[1..].iter().flatten().sum();
            lists[0].fill(0);
            lists[0][0] = others + self.below(3);
        }
        let deceased = lists
            .iter()
            .map(|votes| {
                let count = votes.len() as u64;
                (1..=count).filter(|_| self.one_in(40)).collect()
            })
            .collect();
        Election { method, seats, lists, deceased }
    }
}

fn check(election: &Election, seen: &mut BTreeMap<String, u64>) {
    let (complete, asked) = first(election);
    let (seats, unassigned, elected, expected) = second(election);
    let by_list = |list: usize| (list + 1).to_string();
    let found: Vec<u64> = (0..seats.len()).map(|list| complete.seats[&by_list(list)]).collect();
    assert_eq!((found, complete.unassigned), (seats, unassigned), "{election:?}");
    let place = |person: &Person| match person {
        Person::Place(place) => *place,
        Person::Named(name) => panic!("{name}"),
    };
    let people = |list: usize| complete.elected.get(&by_list(list)).into_iter().flatten();
    let found: Vec<Vec<u64>> =
        (0..elected.len()).map(|list| people(list).map(place).collect()).collect();
    assert_eq!(found, elected, "{election:?}");
    assert_eq!(asked, expected, "{election:?}");
    let mut saw = |what: &str| *seen.entry(what.to_owned()).or_default() += 1;
    for purpose in asked.iter().map(|(purpose, _)| format!("lot for {purpose:?}")) {
        saw(&purpose);
    }
    for kind in [
        StepKind::LargestSurplus,
        StepKind::LargestAverage,
        StepKind::AbsoluteMajority,
        StepKind::Exhausted,
    ] {
        if complete.steps.iter().any(|step| step.kind == kind) {
            saw(&format!("{kind:?}"));
        }
    }
    if unassigned > 0 {
        saw("unassigned");
    }
}

#[test]
fn a_million_elections_twice() {
    let (mut dice, mut seen) = (Dice(20_251_029), BTreeMap::new());
    for _ in 0..1_000_000 {
        check(&dice.election(), &mut seen);
    }
    println!("{seen:#?}");
    assert_eq!(seen.len(), 9, "{seen:?}");
    assert!(seen.values().all(|times| *times >= 2_000), "{seen:?}");
}
