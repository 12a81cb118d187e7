//! What every method obeys, list by list. Each property stands beside one that fails for a function
//! that gives no seats at all: the seats are dealt out.

use std::cmp::Ordering;

use proptest::{collection::vec, prelude::*};

use crate::{Answer, Method, NamedQuota, Quota, Ratio, Request, answer};

const DIVISORS: [Method; 6] = [
    Method::Dhondt,
    Method::SainteLague,
    Method::ModifiedSainteLague,
    Method::HuntingtonHill,
    Method::Adams,
    Method::Dean,
];

fn request(method: Method, seats: u64, votes: &[u64]) -> Request {
    let quota = Some(Quota::Named(NamedQuota::Hare));
    Request { quota, ..Request::of_totals(method, seats, (1..).zip(votes.iter().copied())) }
}

/// Seats in the order of the lists; `None` where a lot decides. All seats are dealt out.
fn seats(method: Method, number: u64, votes: &[u64]) -> Option<Vec<u64>> {
    let Answer::Complete(complete) = answer(&request(method, number, votes)) else { return None };
    let seats: Vec<u64> = (1..=votes.len()).map(|list| complete.seats[&list.to_string()]).collect();
    assert_eq!(seats.iter().sum::<u64>() + complete.unassigned, number);
    assert_eq!(complete.unassigned, 0, "{method:?} {votes:?}");
    Some(seats)
}

fn divisor() -> impl Strategy<Value = Method> {
    prop::sample::select(DIVISORS.to_vec())
}

fn any_method() -> impl Strategy<Value = Method> {
    let mut methods = DIVISORS.to_vec();
    methods.extend([Method::Hamilton, Method::NlCouncil, Method::NlSenate]);
    prop::sample::select(methods)
}

/// So many different votes that lots are rare.
fn votes() -> impl Strategy<Value = Vec<u64>> {
    vec(1..1_000_000u64, 2..9)
}

/// Compares fractions without multiplying: by the whole parts, and where these are equal by what
/// remains, turned over.
fn compared(one: (u128, u128), other: (u128, u128)) -> Ordering {
    match ((one.0 / one.1).cmp(&(other.0 / other.1)), one.0 % one.1, other.0 % other.1) {
        (Ordering::Equal, 0, rest) => 0.cmp(&rest),
        (Ordering::Equal, _, 0) => Ordering::Greater,
        (Ordering::Equal, ours, theirs) => compared((other.1, theirs), (one.1, ours)),
        (unlike, ..) => unlike,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Who a list is makes no difference.
    #[test]
    fn anonymity(method in any_method(), number in 1..60u64, votes in votes(), turn in 0..8usize) {
        let mut turned = votes.clone();
        turned.rotate_left(turn % votes.len());
        if let (Some(mut one), Some(other)) = (seats(method, number, &votes), seats(method, number, &turned)) {
            one.rotate_left(turn % votes.len());
            prop_assert_eq!(one, other);
        }
    }

    /// With one seat more nobody has fewer, where seats go to the largest averages.
    #[test]
    fn house_monotonicity(method in divisor(), number in 1..60u64, votes in votes()) {
        if let (Some(fewer), Some(more)) = (seats(method, number, &votes), seats(method, number + 1, &votes)) {
            for (fewer, more) in fewer.iter().zip(&more) {
                prop_assert!(fewer <= more);
            }
        }
    }

    /// With more votes than before, and no other changed, a list has no fewer seats.
    #[test]
    fn population_monotonicity(method in any_method(), number in 1..60u64, votes in votes(), more in 1..9999u64) {
        let mut grown = votes.clone();
        grown[0] += more;
        if let (Some(before), Some(after)) = (seats(method, number, &votes), seats(method, number, &grown)) {
            prop_assert!(before[0] <= after[0], "{:?} {:?}", before, after);
        }
    }

    /// Every list has its share of the seats, rounded down or up; by D'Hondt at least rounded down,
    /// by Adams at most rounded up.
    #[test]
    fn quota(number in 1..60u64, votes in votes()) {
        let total: u64 = votes.iter().sum();
        let down: Vec<u64> = votes.iter().map(|v| v * number / total).collect();
        let up: Vec<u64> = votes.iter().map(|v| (v * number).div_ceil(total)).collect();
        if let Some(found) = seats(Method::Hamilton, number, &votes) {
            for (found, (down, up)) in found.iter().zip(down.iter().zip(&up)) {
                prop_assert!((down..=up).contains(&found));
            }
        }
        if let Some(found) = seats(Method::Dhondt, number, &votes) {
            prop_assert!(found.iter().zip(&down).all(|(found, down)| found >= down));
        }
        if let Some(found) = seats(Method::Adams, number, &votes) {
            prop_assert!(found.iter().zip(&up).all(|(found, up)| found <= up));
        }
    }

    /// Nobody gets more seats than there are people to take them, and what is left stays empty.
    #[test]
    fn no_list_above_its_candidates(method in any_method(), number in 1..40u64, votes in votes(), room in 0..9u64) {
        let mut request = request(method, number, &votes);
        request.lists[0].candidates = Some(room);
        if let Answer::Complete(complete) = answer(&request) {
            prop_assert!(complete.seats["1"] <= room);
            prop_assert_eq!(complete.seats.values().sum::<u64>() + complete.unassigned, number);
            prop_assert_eq!(complete.unassigned, 0, "the others have room for all");
        }
    }

    /// Fractions of any size, also those that hardly differ.
    #[test]
    fn fractions(n in any::<u64>(), d in 1..u64::MAX, times in 1..u64::MAX, off in 0..3u128, far in 1..u128::MAX) {
        let [n, d, times] = [n, d, times].map(u128::from);
        let (one, near) = ((n, d), ((n * times + off).saturating_sub(1), d * times));
        for (one, other) in [(one, near), (near, one), (near, (far, n.max(1))), ((far, d), (far - 1, d))] {
            let ratio = |(n, d)| Ratio::new(n, d);
            prop_assert_eq!(ratio(one).cmp(&ratio(other)), compared(one, other), "{:?} {:?}", one, other);
        }
    }
}
