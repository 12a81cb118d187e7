//! Bounds where seats go to the largest quotients, or to the most votes.
//!
//! With more votes, and no more for the others, a party has no fewer seats. So it has the most when
//! all that it can get comes to it and nothing to the others, and the fewest when nothing comes to
//! it and the others spread the pool as badly for it as they can. It loses its seat number k when
//! the others have more quotients that are not below its own than there are seats beside its k; how
//! many they can have is a question of what each of these quotients costs in votes. A tie goes the
//! way that is asked about, for a lot may fall either way.

use super::{
    Range,
    scope::{Scope, Span, count, least},
};
use crate::{Method, Ratio, divisor::quotient, table::Place};

/// So many sums of costs are compared at most for one seat of one party; when more would be needed
/// the seat counts as one that can be lost. A parliament of 150 seats and 27 lists of which nothing
/// is known yet needs half of it.
const MOST_SUMS: u64 = 1 << 20;

/// The fewest and the most seats of every party.
pub(super) fn ranges(scope: &Scope, method: Method) -> Vec<Range> {
    let places = scope.places();
    places.map(|at| Range::new(fewest(scope, method, at), most(scope, method, at))).collect()
}

/// The value that a party has in its turn for seat `number`, counted from 1.
fn value(method: Method, votes: u64, number: u64) -> Option<Ratio> {
    match method {
        Method::FirstPastThePost => {
            (votes > 0 && number == 1).then(|| Ratio::whole(u128::from(votes)))
        }
        _ => quotient(method, votes, number.checked_sub(1)?),
    }
}

fn most(scope: &Scope, method: Method, place: Place) -> u64 {
    let Some(span) = scope.spans.get(place) else { return 0 };
    count(span.room.min(scope.seats), |number| {
        let Some(own) = value(method, span.high, number) else { return false };
        let better = |other: &Span| {
            count(other.room.min(scope.seats), |number| {
                value(method, other.floor(), number).is_some_and(|value| value > own)
            })
        };
        let better: u64 = scope.others(place).map(|(_, other)| better(other)).sum();
        better <= scope.seats - number
    })
}

/// The seats that a party has however the others do.
pub(super) fn fewest(scope: &Scope, method: Method, place: Place) -> u64 {
    let Some(span) = scope.spans.get(place).filter(|span| span.sure) else { return 0 };
    count(span.room.min(scope.seats), |number| {
        value(method, span.low, number).is_some_and(|own| {
            let rivals = scope.others(place).map(|(_, span)| Rival::new(span, scope, method, own));
            !can_have_more(&rivals.collect::<Vec<_>>(), scope.seats - number, scope.pool)
        })
    })
}

/// Another party, and how many of its quotients can be no smaller than the one that is asked about.
struct Rival<'a> {
    span: &'a Span,
    method: Method,
    own: Ratio,
    /// The most votes that it can have.
    top: u64,
    /// It has so many of them anyhow.
    free: u64,
    /// It has so many where the whole pool is its own.
    reach: u64,
}

impl<'a> Rival<'a> {
    fn new(span: &'a Span, scope: &Scope, method: Method, own: Ratio) -> Self {
        let pool = u64::try_from(scope.pool).unwrap_or(u64::MAX);
        let top = span.high.min(span.low.saturating_add(pool));
        let mut rival = Self { span, method, own, top, free: 0, reach: 0 };
        let with =
            |votes: u64| count(span.room.min(scope.seats), |number| rival.has(votes, number));
        (rival.free, rival.reach) = (with(span.low), with(top));
        rival
    }

    /// Has it, with so many votes, so many quotients that are no smaller?
    fn has(&self, votes: u64, number: u64) -> bool {
        let value = value(self.method, votes, number);
        votes >= self.span.entry && value.is_some_and(|value| value >= self.own)
    }

    /// What 1, 2, 3, … quotients more than its free ones cost in votes, up to so many.
    fn costs(&self, up_to: u64) -> Vec<u128> {
        let mut from = self.span.low;
        let more = (self.free + 1..=self.reach).take(usize::try_from(up_to).unwrap_or(usize::MAX));
        let cost = |number| {
            from = least(from, self.top, |votes| self.has(votes, number))?;
            Some(u128::from(from - self.span.low))
        };
        more.map_while(cost).collect()
    }
}

/// Can they together have more than `left` such quotients, with a pool of so many votes?
fn can_have_more(rivals: &[Rival<'_>], left: u64, pool: u128) -> bool {
    let sum = |of: fn(&Rival<'_>) -> u64| rivals.iter().map(of).sum::<u64>();
    let (free, reach) = (sum(|rival| rival.free), sum(|rival| rival.reach));
    if free > left || reach <= left {
        return free > left;
    }
    let needed = left + 1 - free;
    let options = rivals.iter().map(|rival| (rival.reach - rival.free).min(needed)).sum::<u64>();
    needed.saturating_mul(options) > MOST_SUMS
        || cheapest(rivals, needed).is_some_and(|c| c <= pool)
}

/// The fewest votes that give them so many more together. The cost of a quotient is no convex
/// function of its number, so each rival's numbers are all tried with the best of those before it.
fn cheapest(rivals: &[Rival<'_>], needed: u64) -> Option<u128> {
    let needed = usize::try_from(needed).ok()?;
    let mut best: Vec<Option<u128>> = vec![None; needed + 1];
    *best.first_mut()? = Some(0);
    for rival in rivals {
        let costs = rival.costs(needed as u64);
        let before = best.clone();
        for (number, best) in best.iter_mut().enumerate() {
            let with = |(fewer, cost): (&Option<u128>, &u128)| Some((*fewer)? + cost);
            let fewer = before.iter().take(number).rev();
            let cheaper = fewer.zip(&costs).filter_map(with).min();
            *best = best.iter().chain(&cheaper).min().copied();
        }
    }
    best.pop().flatten()
}
