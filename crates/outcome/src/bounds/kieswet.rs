//! Bounds by the Dutch law, articles P 5 to P 10.
//!
//! From 19 seats on, full seats and then the largest averages are the same as the largest averages
//! from the first seat on: a list's average is no smaller than the quota as long as it has fewer
//! than its full seats, and there are no more full seats than seats. Where lists have too few
//! candidates the seats that go on (P 10) are those of the next averages, which is the same again.
//! What the law adds is who takes part (P 7), and one seat for a list with a majority (P 9).

use super::{
    Range, quotients,
    scope::{Scope, Span},
    shares::{Shares, all_cases, cases},
};
use crate::{
    Method, NamedQuota,
    dutch::{is_large, needs_quota},
    parties::Threshold,
    table::Place,
};

/// The fewest and the most seats of every list or group.
pub(super) fn ranges(scope: &Scope, method: Method) -> Vec<Range> {
    match is_large(method, scope.seats) {
        true => large(scope, method),
        false => {
            let cases = cases(&scope.without_limits(), NamedQuota::Hare);
            all_cases(cases.iter().map(|case| small(case, &scope.spans)))
        }
    }
}

/// Lists below the quota get no residual seat (P 7, second paragraph).
pub(super) fn taking_part(scope: &Scope, method: Method) -> Scope {
    match needs_quota(method) {
        true => scope.with_bar(&Threshold::quota(scope.seats)),
        false => scope.clone(),
    }
}

/// Which lists can get a seat for a majority (P 9): those that can have more than half of the votes,
/// and with that no more than half of the seats. It is not asked whether they have candidates.
/// `fewest` says the seats that a list has for certain.
fn gains(scope: &Scope, fewest: impl Fn(Scope, Place) -> u64) -> Vec<bool> {
    let gains = |place: Place| {
        let with = scope.without_limits().with_majority(place);
        with.is_some_and(|with| fewest(with, place) <= scope.seats / 2)
    };
    scope.places().map(gains).collect()
}

fn another(gains: &[bool], place: Place) -> bool {
    gains.iter().enumerate().any(|(other, gains)| *gains && other != place)
}

/// What a list has at most: with a majority, one more than half of the seats.
fn with_gain(most: u64, gains: bool, seats: u64) -> u64 {
    if gains { most.max(seats / 2 + 1) } else { most }
}

/// Where another list may get a seat for its majority, a list is only sure of what it would have if
/// there were one seat fewer: the seat that goes over is the last one that was dealt out.
fn large(scope: &Scope, method: Method) -> Vec<Range> {
    let gains = gains(scope, |with, place| {
        quotients::fewest(&taking_part(&with, method), Method::Dhondt, place)
    });
    let scope = taking_part(scope, method);
    let fewer = Scope { seats: scope.seats.saturating_sub(1), ..scope.clone() };
    let mut ranges = quotients::ranges(&scope, Method::Dhondt);
    for (place, (range, span)) in ranges.iter_mut().zip(&scope.spans).enumerate() {
        let own = gains.get(place).copied().unwrap_or(false);
        range.most = with_gain(range.most, own, scope.seats).min(span.room);
        if another(&gains, place) {
            range.least = quotients::fewest(&fewer, Method::Dhondt, place);
        }
    }
    ranges
}

/// Below 19 seats (P 8). A list that may lose its residual seat to a majority is sure of its full
/// ones; and each seat that somebody has no candidate for may go to any other list. `spans` say how
/// many candidates there are.
fn small(case: &Shares, spans: &[Span]) -> Vec<Range> {
    let gains = gains(&case.scope, |with, place| {
        before_majority(&case.with(with)).get(place).map_or(0, |range| range.least)
    });
    let mut ranges = before_majority(case);
    for (place, range) in ranges.iter_mut().enumerate() {
        let own = gains.get(place).copied().unwrap_or(false);
        range.most = with_gain(range.most, own, case.scope.seats);
        if another(&gains, place) {
            range.least = case.full(place).least;
        }
    }
    let beyond = ranges.iter().zip(spans).map(|(range, span)| range.most.saturating_sub(span.room));
    let freed: u64 = beyond.sum();
    let limited = ranges.iter().zip(spans).map(|(range, span)| {
        let most = if span.high > 0 { range.most.saturating_add(freed) } else { 0 };
        Range::new(range.least.min(span.room), most.min(span.room))
    });
    limited.collect()
}

/// Full seats, one for the surplus, one for the average. A third stage is not reached before seats
/// go round again: fewer are left after the full ones than there are lists with votes.
fn before_majority(case: &Shares) -> Vec<Range> {
    let scope = &case.scope;
    // At least 75 % of the quota: votes >= 3/4 x all votes / seats.
    let enough = |votes: u64, all: u128| {
        u128::from(votes) * u128::from(scope.seats) * 4 >= all * 3 && votes > 0
    };
    let span = |place: Place| scope.spans.get(place);
    let may =
        |place: Place| span(place).is_some_and(|span| enough(span.high, scope.least_beside(span)));
    let must =
        |place: Place| span(place).is_some_and(|span| enough(span.low, scope.most_beside(place)));
    let sure = scope.places().filter(|place| must(*place)).count() as u64;
    let averages = u64::from(case.left().most > sure);
    let range = |place: Place| {
        let (full, round) = (case.full(place), case.round(place, may, must));
        let average = averages.min(span(place).map_or(0, |span| span.high));
        Range::new(full.least + round.least, full.most + round.most + average)
    };
    scope.places().map(range).collect()
}
