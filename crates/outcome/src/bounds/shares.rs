//! Bounds where full quotas are dealt out first, and then the largest surpluses.
//!
//! A party's share of the votes is least when the others get as many as they can and it gets none,
//! and largest the other way round; that bounds its full seats. Where these can be more than one
//! number, each is looked at by itself: a case is one number of full seats for each party, and the
//! votes with which it is possible. Within a case the difference of two surpluses is a sum over the
//! votes, and its least value is found vote by vote.

use super::{
    Range,
    scope::{Scope, Span, count, least},
};
use crate::{NamedQuota, table::Place};

/// So many cases are looked at; where there are more, it is as if full seats could be any of theirs.
const MOST_CASES: usize = 256;

/// The quota: all votes through `parts`, rounded up to the next whole number by some laws.
#[derive(Clone, Copy)]
struct Divisor {
    parts: u128,
    rounded_up: bool,
}

impl Divisor {
    /// The quotas that there can be. One that is too small for its seats gets smaller parts, but
    /// never fewer than seats: with these the full seats always fit.
    fn all(quota: NamedQuota, seats: u64) -> Vec<Self> {
        let seats = u128::from(seats);
        let (most, rounded_up) = match quota {
            NamedQuota::Hare => (seats, false),
            NamedQuota::Droop => (seats + 1, true),
            NamedQuota::HagenbachBischoff => (seats + 1, false),
            NamedQuota::Imperiali => (seats + 2, false),
        };
        let least = if rounded_up { most } else { seats };
        (least..=most).map(|parts| Self { parts, rounded_up }).collect()
    }

    /// Can a party with so many of all votes have so many full seats? A quota that was rounded up is
    /// more than the votes through its parts.
    fn may_have(self, full: u64, votes: u64, all: u128) -> bool {
        u128::from(votes) * self.parts >= u128::from(full) * all + u128::from(self.rounded_up)
    }

    /// Can it have no more than these? A quota is never more than 1 above the votes through its parts.
    fn may_have_no_more(self, full: u64, votes: u64, all: u128) -> bool {
        let up = if self.rounded_up { self.parts } else { 0 };
        u128::from(votes) * self.parts < (u128::from(full) + 1) * (all + up).max(1)
    }

    /// The full seats that each party can have.
    fn full(self, scope: &Scope) -> Vec<Range> {
        let full = |(place, span): (Place, &Span)| {
            let (one, all) = (scope.least_beside(span), scope.most_beside(place));
            let most =
                count(scope.seats, |full| span.high > 0 && self.may_have(full, span.high, one));
            let more = |full: u64| !self.may_have_no_more(full - 1, span.low, all);
            Range::new(count(scope.seats, more), most)
        };
        scope.spans.iter().enumerate().map(full).collect()
    }

    /// The votes with which parties can have these full seats; `None` where they cannot.
    fn narrow(self, scope: &Scope, full: &[u64]) -> Option<Scope> {
        let mut narrow = scope.clone();
        let places = scope.places().zip(&scope.spans).zip(full);
        for (((place, span), full), new) in places.zip(&mut narrow.spans) {
            let rest = scope.certain() - u128::from(span.low);
            let others = scope.most_beside(place) - u128::from(span.low);
            let enough =
                |votes: u64| *full == 0 || self.may_have(*full, votes, rest + u128::from(votes));
            let beyond =
                |votes: u64| !self.may_have_no_more(*full, votes, others + u128::from(votes));
            new.low = least(span.low, span.high, enough)?;
            let first = least(new.low, span.high, beyond);
            new.high = first.map_or(Some(span.high), |first| first.checked_sub(1))?;
            narrow.pool = narrow.pool.checked_sub(u128::from(new.low - span.low))?;
            if new.high < new.low {
                return None;
            }
        }
        Some(narrow)
    }
}

/// A case: the full seats that parties have, and the votes with which they have these.
pub(super) struct Shares {
    pub(super) scope: Scope,
    divisor: Divisor,
    /// Whether there are people for them or not.
    full: Vec<Range>,
}

/// All cases.
pub(super) fn cases(scope: &Scope, quota: NamedQuota) -> Vec<Shares> {
    let of = |divisor: Divisor| {
        let full = divisor.full(scope);
        let wide = || vec![Shares { scope: scope.clone(), divisor, full: full.clone() }];
        let case = |full: Vec<u64>| {
            let scope = divisor.narrow(scope, &full)?;
            let full = full.into_iter().map(|full| Range::new(full, full)).collect();
            Some(Shares { scope, divisor, full })
        };
        let each = each(&full, scope.seats);
        each.map_or_else(wide, |each| each.into_iter().filter_map(case).collect())
    };
    Divisor::all(quota, scope.seats).into_iter().flat_map(of).collect()
}

/// One number for each party, in every way, with no more full seats than there are; `None` where
/// there are too many ways.
fn each(full: &[Range], seats: u64) -> Option<Vec<Vec<u64>>> {
    let mut all = vec![Vec::new()];
    for range in full {
        let numbers = || range.least..=range.most;
        let longer = all.iter().flat_map(|one: &Vec<u64>| {
            let taken: u64 = one.iter().sum();
            let fits = numbers().take_while(move |full| taken + full <= seats);
            fits.map(|full| [one.as_slice(), &[full]].concat())
        });
        all = longer.take(MOST_CASES + 1).collect();
        if all.len() > MOST_CASES {
            return None;
        }
    }
    Some(all)
}

/// The fewest and the most of all cases.
pub(super) fn all_cases(ranges: impl Iterator<Item = Vec<Range>>) -> Vec<Range> {
    let both = |all: Vec<Range>, ranges: Vec<Range>| {
        all.into_iter().zip(ranges).map(|(one, other)| one.with(other)).collect()
    };
    ranges.reduce(both).unwrap_or_default()
}

impl Shares {
    /// The same case where the votes are known better.
    pub(super) fn with(&self, scope: Scope) -> Self {
        Self { scope, divisor: self.divisor, full: self.full.clone() }
    }

    pub(super) fn full(&self, place: Place) -> Range {
        self.full.get(place).copied().unwrap_or_default()
    }

    /// The seats that are left after the full ones that parties have people for.
    pub(super) fn left(&self) -> Range {
        let taken = |of: fn(&Range) -> u64| {
            let full = self.full.iter().zip(&self.scope.spans);
            full.map(|(full, span)| of(full).min(span.room)).fold(0, u64::saturating_add)
        };
        let seats = self.scope.seats;
        let (most, least) = (taken(|full| full.most), taken(|full| full.least));
        Range::new(seats.saturating_sub(most), seats.saturating_sub(least))
    }

    /// Has one a larger surplus than the other, whatever comes?
    fn beats(&self, one: Place, other: Place) -> bool {
        self.lead(one, other).is_some_and(|lead| lead > 0)
    }

    /// The least difference between two surpluses, times `parts`. With full seats that differ by
    /// `d` it is the difference in votes times `parts`, less `d` times all votes. So every vote for
    /// the other makes it smaller by `parts + d`, and one for a third by `d`.
    fn lead(&self, one: Place, other: Place) -> Option<i128> {
        let (full, others) = (self.full(one).only()?, self.full(other).only()?);
        let (one, other) = (self.scope.spans.get(one)?, self.scope.spans.get(other)?);
        let whole = |number: u128| i128::try_from(number).ok();
        let (parts, d) = (whole(self.divisor.parts)?, i128::from(full) - i128::from(others));
        let votes = (i128::from(one.low) - i128::from(other.low)).checked_mul(parts)?;
        let pool = whole(self.scope.pool)?;
        let to_other = pool.min(i128::from(other.high) - i128::from(other.low));
        let ahead = d.max(0);
        let up = if self.divisor.rounded_up { ahead.checked_mul(parts)? } else { 0 };
        let lost = (parts + d).checked_mul(to_other)?;
        let lost = lost.checked_add(ahead.checked_mul(pool - to_other)?)?.checked_add(up)?;
        votes.checked_sub(d.checked_mul(whole(self.scope.certain())?)?)?.checked_sub(lost)
    }

    /// Whether a party gets a seat for its surplus in a round where nobody gets two: 1 where it can,
    /// and where it must. `may` and `must` say who takes part in that round, possibly and for certain.
    pub(super) fn round(
        &self,
        place: Place,
        may: impl Fn(Place) -> bool,
        must: impl Fn(Place) -> bool,
    ) -> Range {
        let left = self.left();
        let others = || self.scope.others(place).map(|(other, _)| other);
        let ahead = others().filter(|other| may(*other) && !self.beats(place, *other)).count();
        let surely = others().filter(|other| must(*other) && self.beats(*other, place)).count();
        let can = may(place) && (surely as u64) < left.most;
        let gets = must(place) && self.full(place).only().is_some() && (ahead as u64) < left.least;
        Range::new(u64::from(gets), u64::from(can || gets))
    }
}

/// The fewest and the most seats of every party by largest remainders, among those with so many votes.
pub(super) fn ranges(scope: &Scope, quota: NamedQuota, votes: u64) -> Vec<Range> {
    all_cases(cases(scope, quota).iter().map(|shares| by_remainders(shares, votes)))
}

fn by_remainders(shares: &Shares, votes: u64) -> Vec<Range> {
    let span = |place: Place| shares.scope.spans.get(place);
    let may = |place: Place| {
        span(place).is_some_and(|span| span.high >= votes && shares.full(place).least < span.room)
    };
    let must = |place: Place| {
        span(place).is_some_and(|span| span.low >= votes && shares.full(place).most < span.room)
    };
    let range = |(place, span): (Place, &Span)| {
        let (full, round) = (shares.full(place), shares.round(place, may, must));
        let most = if round.most > 0 { rounds(shares, place, must) } else { 0 };
        let least = full.least.saturating_add(round.least);
        Range::new(least.min(span.room), full.most.saturating_add(most).min(span.room))
    };
    shares.scope.spans.iter().enumerate().map(range).collect()
}

/// The most seats that a party can get for surpluses. One has a second only after all who take part
/// for certain had their first.
fn rounds(shares: &Shares, place: Place, must: impl Fn(Place) -> bool) -> u64 {
    let left = shares.left().most;
    let others = shares.scope.others(place).filter(|(other, _)| must(*other)).count() as u64;
    if left < others + 2 { left.min(1) } else { left }
}
