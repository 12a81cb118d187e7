//! Bounds against all that can happen: every way in which the votes of a few small units can fall,
//! and every way in which the lots can then fall.

use std::collections::{BTreeMap, BTreeSet};

use election::Fraction;

use crate::{
    Answer, List, Method, NamedQuota, Quota, Range, Request, ThresholdOf, Unheard, answer,
    bounds::{bounds, bounds_trying},
};

/// Chance that is the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, number: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % number
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn request(&mut self, method: Method) -> Request {
        let seats = match method {
            Method::NlCouncil if self.one_in(2) => 19 + self.below(4),
            Method::NlParliament | Method::NlEuropean | Method::NlSenate => 1 + self.below(24),
            _ => 1 + self.below(6),
        };
        let number = 2 + self.below(3);
        let most = self.of(&[2, 4, 9, 30, 200]);
        let mut totals: Vec<u64> = (0..number).map(|_| self.below(most)).collect();
        if self.one_in(3) {
            // A narrow majority.
            totals[0] = totals[1..].iter().sum::<u64>() + self.below(3);
        }
        let mut request = Request::of_totals(method, seats, (1..).zip(totals));
        let quotas = [
            NamedQuota::Hare,
            NamedQuota::Droop,
            NamedQuota::HagenbachBischoff,
            NamedQuota::Imperiali,
        ];
        request.quota = Some(Quota::Named(self.of(&quotas)));
        if self.one_in(4) {
            for list in &mut request.lists {
                list.candidates = Some(self.below(1 + seats));
            }
        }
        request.unheard = Some((0..1 + self.below(3)).map(|at| self.unit(at, number)).collect());
        request
    }

    fn unit(&mut self, at: u64, lists: u64) -> Unheard {
        let unit = format!("SB{at}");
        if self.one_in(3) {
            let reading = |dice: &mut Self| {
                (1..=lists).map(|list| (list.to_string(), dice.below(5))).collect()
            };
            let readings = (0..1 + self.below(3)).map(|_| reading(self)).collect();
            return Unheard { unit, readings: Some(readings), ..Unheard::default() };
        }
        Unheard { unit, eligible: Some(self.below(5)), ..Unheard::default() }
    }
}

/// All votes that one unit can bring.
fn brings(unit: &Unheard, lists: &[List]) -> Vec<Vec<u64>> {
    if let Some(readings) = &unit.readings {
        let votes = |reading: &BTreeMap<String, u64>| {
            lists.iter().map(|list| reading[&list.number.to_string()]).collect()
        };
        return readings.iter().map(votes).collect();
    }
    let stands = |list: &List| {
        unit.lists.as_ref().is_none_or(|lists| lists.contains(&list.number.to_string()))
    };
    let mut all = vec![Vec::new()];
    for list in lists {
        let mut longer = Vec::new();
        for votes in all {
            let left = unit.eligible.unwrap() - votes.iter().sum::<u64>();
            let most = if stands(list) { left } else { 0 };
            longer.extend((0..=most).map(|more| [votes.as_slice(), &[more]].concat()));
        }
        all = longer;
    }
    all
}

/// All totals that lists can have.
fn totals(request: &Request, units: &[Unheard]) -> BTreeSet<Vec<u64>> {
    let own: Vec<u64> = request.lists.iter().map(|list| list.total.unwrap()).collect();
    let mut all = BTreeSet::from([own]);
    for unit in units {
        let brings = brings(unit, &request.lists);
        let sum = |votes: &Vec<u64>, more: &Vec<u64>| -> Vec<u64> {
            votes.iter().zip(more).map(|(votes, more)| votes + more).collect()
        };
        all = all.iter().flat_map(|v| brings.iter().map(move |m| sum(v, m))).collect();
    }
    all
}

/// What really happened, over all ways.
#[derive(Default)]
struct Seen {
    ranges: BTreeMap<String, Range>,
    lots: bool,
    kinds: BTreeSet<String>,
}

impl Seen {
    /// Every way in which the lots can fall.
    fn draw_all(&mut self, request: &Request) {
        match answer(request) {
            Answer::Complete(complete) => {
                self.kinds.extend(complete.steps.iter().map(|step| format!("{:?}", step.kind)));
                for (list, seats) in complete.seats {
                    let range = self.ranges.entry(list).or_insert(Range::new(seats, seats));
                    *range = Range::new(range.least.min(seats), range.most.max(seats));
                }
            }
            Answer::LotRequired(lot) => {
                self.lots = true;
                for drawn in lot.among {
                    let lots = [request.lots.as_slice(), &[drawn]].concat();
                    self.draw_all(&Request { lots, ..request.clone() });
                }
            }
            other => panic!("{other:?}: {request:?}"),
        }
    }

    fn all(request: &Request, units: &[Unheard]) -> Self {
        let mut seen = Self::default();
        for totals in totals(request, units) {
            let mut one = Request { unheard: None, ..request.clone() };
            for (list, total) in one.lists.iter_mut().zip(totals) {
                list.total = Some(total);
            }
            seen.draw_all(&one);
        }
        seen
    }

    fn open(&self, seats: u64) -> u64 {
        let sum = |of: fn(&Range) -> u64| self.ranges.values().map(of).sum::<u64>();
        sum(|range| range.most).min(seats) - sum(|range| range.least)
    }
}

/// How often bounds were reached, and what happened.
#[derive(Debug, Default)]
struct Tally {
    lists: u64,
    reached: u64,
    /// Where all is left to the spread of the votes.
    reached_by_spread: u64,
    /// Lists whose seats can change.
    changing: u64,
    changing_reached: u64,
    lots: u64,
    kinds: BTreeMap<String, u64>,
}

impl Tally {
    /// Nothing lies outside the bounds; where they have to be reached they are.
    fn check(&mut self, request: &Request, exact: bool) {
        let units = request.unheard.as_deref().unwrap();
        let seen = Seen::all(request, units);
        let found = bounds(request).unwrap().unwrap();
        let spread = bounds_trying(request, 0).unwrap().unwrap();
        for (list, truth) in &seen.ranges {
            let (found, spread) = (found.lists[list].seats, spread.lists[list].seats);
            for wide in [found, spread] {
                let sound = wide.least <= truth.least && wide.most >= truth.most;
                assert!(sound, "list {list}: {wide:?}, but {truth:?}: {request:?}");
            }
            assert!(
                !exact || found == *truth,
                "list {list}: {found:?}, but {truth:?}: {request:?}"
            );
            self.lists += 1;
            self.reached += u64::from(found == *truth);
            self.reached_by_spread += u64::from(spread == *truth);
            if truth.least < truth.most {
                self.changing += 1;
                self.changing_reached += u64::from(found == *truth);
            }
        }
        let seats = request.seats.unwrap();
        assert_eq!(found.safe, found.lists.values().map(|list| list.seats.least).sum::<u64>());
        for unit in units {
            let alone = found.units.iter().find(|known| known.unit == unit.unit).unwrap().alone;
            let truth = Seen::all(request, std::slice::from_ref(unit)).open(seats);
            assert!(alone >= truth && (!exact || alone == truth), "{unit:?} {alone}: {request:?}");
        }
        self.lots += u64::from(seen.lots);
        for kind in seen.kinds {
            *self.kinds.entry(kind).or_default() += 1;
        }
    }

    /// So many lists have bounds that are reached: by bounds as they are told, those of them whose
    /// seats can change, and where all is left to the spread of the votes. Chance is the same every
    /// time, so bounds that become wider by a single seat show here; so do better ones, and then
    /// these numbers go up.
    #[track_caller]
    fn check_reached(&self, what: &str, expected: [u64; 3]) {
        let found = [self.reached, self.changing_reached, self.reached_by_spread];
        assert_eq!(found, expected, "{what}: {self:?}");
        assert!(self.lots * 20 > self.lists, "{what}: {self:?}");
        println!("{what}: {self:?}");
    }
}

const CASES: u64 = 1500;

const DIVISORS: [Method; 7] = [
    Method::Dhondt,
    Method::SainteLague,
    Method::ModifiedSainteLague,
    Method::HuntingtonHill,
    Method::Adams,
    Method::Dean,
    Method::FirstPastThePost,
];

#[test]
fn largest_quotients_are_bounded_exactly() {
    let (mut dice, mut tally) = (Dice(1), Tally::default());
    for _ in 0..CASES {
        let method = dice.of(&DIVISORS);
        tally.check(&dice.request(method), true);
    }
    tally.check_reached("quotients", [4569, 1842, 4414]);
}

/// Methods whose bounds are sound and may be wider than the truth.
#[track_caller]
fn check(what: &str, seed: u64, reached: [u64; 3], request: impl Fn(&mut Dice) -> Request) {
    let (mut dice, mut tally) = (Dice(seed), Tally::default());
    for _ in 0..CASES {
        tally.check(&request(&mut dice), false);
    }
    tally.check_reached(what, reached);
}

fn council(dice: &mut Dice, seats: u64, more: u64) -> Request {
    let mut request = dice.request(Method::NlCouncil);
    request.seats = Some(seats + dice.below(more));
    request
}

#[test]
fn the_dutch_laws_bounds_hold() {
    check("small councils", 2, [3943, 2396, 3304], |dice| council(dice, 1, 12));
    check("large councils", 3, [4371, 2868, 3769], |dice| council(dice, 19, 4));
    check("parliament", 4, [4330, 2800, 3760], |dice| dice.request(Method::NlParliament));
    check("senate", 5, [4386, 2762, 3773], |dice| dice.request(Method::NlSenate));
}

/// How many readings of disputed units are tried grows with what may be spent: less is left to the
/// spread of the votes, and more bounds are reached.
#[test]
fn more_is_tried_where_more_may_be_spent() {
    let (mut dice, mut reached) = (Dice(8), BTreeMap::new());
    for _ in 0..CASES {
        let request = council(&mut dice, 1, 12);
        let seen = Seen::all(&request, request.unheard.as_deref().unwrap());
        for budget in [0, 20, 60, 120, 240, 480, 10_000] {
            let found = bounds_trying(&request, budget).unwrap().unwrap();
            let exact =
                seen.ranges.iter().filter(|(list, truth)| found.lists[*list].seats == **truth);
            *reached.entry(budget).or_insert(0) += exact.count();
        }
    }
    let expected: [(usize, usize); 7] =
        [(0, 3250), (20, 3389), (60, 3623), (120, 3808), (240, 3874), (480, 3883), (10_000, 3884)];
    assert_eq!(reached, BTreeMap::from(expected));
}

#[test]
fn largest_remainders_bounds_hold() {
    for (quota, reached) in [
        (NamedQuota::Hare, [4297, 1985, 3980]),
        (NamedQuota::Droop, [3997, 1798, 3620]),
        (NamedQuota::HagenbachBischoff, [4229, 2064, 3838]),
        (NamedQuota::Imperiali, [4201, 2099, 3769]),
    ] {
        check(&format!("{quota:?}"), 6, reached, |dice| Request {
            quota: Some(Quota::Named(quota)),
            ..dice.request(Method::Hamilton)
        });
    }
}

#[test]
fn bounds_hold_with_thresholds_groups_and_lists_that_stand_in_some_units() {
    let any = |dice: &mut Dice| {
        let more = [Method::Hamilton, Method::NlCouncil, Method::NlParliament, Method::NlSenate];
        let method = dice.of(&[&DIVISORS[..], &more].concat());
        dice.request(method)
    };
    check("threshold", 7, [4446, 2151, 4046], |dice| {
        let share = Fraction::new(1, 2 + dice.below(8));
        Request { threshold: share, ..any(dice) }
    });
    check("threshold of those eligible", 8, [4427, 1755, 4207], |dice| {
        let (share, eligible_votes) = (Fraction::new(1, 2 + dice.below(8)), Some(dice.below(40)));
        let of = ThresholdOf::Eligible;
        Request { threshold: share, threshold_of: of, eligible_votes, ..any(dice) }
    });
    check("groups", 9, [4322, 1937, 4025], |dice| {
        let mut request = any(dice);
        for list in &mut request.lists {
            list.combination = dice.one_in(2).then(|| "left".to_owned());
        }
        request
    });
    check("lists in some units", 10, [4342, 1658, 4091], |dice| {
        let mut request = any(dice);
        let numbers: Vec<String> =
            request.lists.iter().map(|list| list.number.to_string()).collect();
        for unit in request.unheard.iter_mut().flatten().filter(|unit| unit.eligible.is_some()) {
            unit.lists = Some(numbers.iter().filter(|_| dice.one_in(2)).cloned().collect());
        }
        request
    });
}

/// Where nothing is unsure and no lot is needed, the bounds are the seats.
#[test]
fn what_is_certain_is_told_as_it_is() {
    let (mut dice, mut complete) = (Dice(11), 0);
    let methods = [&DIVISORS[..], &[Method::Hamilton, Method::NlCouncil, Method::NlParliament]];
    for _ in 0..CASES {
        let method = dice.of(&methods.concat());
        let request = Request { unheard: Some(Vec::new()), ..dice.request(method) };
        let Answer::Complete(answer) = answer(&request) else { continue };
        let bounds = answer.bounds.unwrap();
        for (list, seats) in &answer.seats {
            assert_eq!(bounds.lists[list].seats, Range::new(*seats, *seats), "{request:?}");
        }
        assert_eq!((bounds.open, bounds.safe), (0, answer.seats.values().sum()));
        complete += 1;
    }
    assert!(complete > CASES / 2, "{complete}");
}
