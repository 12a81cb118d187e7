//! One method with different divisors: each seat goes to the largest quotient of votes and the
//! divisor that belongs to the seats that a list has.

use crate::{
    Method, Purpose, Ratio, StepKind, Stop,
    table::{Rule, Table},
};

const RULE: Rule =
    Rule { kind: StepKind::LargestAverage, purpose: Purpose::LargestAverage, article: None };

/// Deals out all seats.
pub(crate) fn deal(table: &mut Table<'_>, method: Method) -> Result<(), Stop> {
    table.deal(&RULE, None, |table, place| {
        let quotient = quotient(method, table.votes(place), table.held(place));
        quotient.filter(|_| table.has_room(place))
    })?;
    Ok(())
}

/// The quotient for the next seat of a list that has so many; `None` without votes, and for a
/// method that has no divisors. For Huntington-Hill it is the quotient's square, which is a
/// fraction and has the same order.
pub(crate) fn quotient(method: Method, votes: u64, seats: u64) -> Option<Ratio> {
    let (v, s) = (u128::from(votes), u128::from(seats));
    if votes == 0 {
        return None;
    }
    match method {
        Method::Dhondt => Some(Ratio::new(v, s + 1)),
        Method::ModifiedSainteLague if seats == 0 => Some(Ratio::new(5 * v, 7)),
        Method::SainteLague | Method::ModifiedSainteLague => Some(Ratio::new(v, 2 * s + 1)),
        Method::HuntingtonHill => Some(Ratio::new(v * v, s * (s + 1))),
        Method::Adams => Some(Ratio::new(v, s)),
        Method::Dean => Some(Ratio::new(v * (2 * s + 1), 2 * s * (s + 1))),
        _ => None,
    }
}
