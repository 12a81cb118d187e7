//! The votes that each party can have: those it has for certain, and a pool of votes that can still
//! come, of which each party can take a part. Every way in which units can turn out lies within; so
//! what holds for all of these votes holds for all that units can say.

use crate::{
    parties::Threshold,
    table::{Party, Place},
};

/// The votes that one party can have.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// Those that it has for certain.
    pub(super) low: u64,
    /// The most that it can have.
    pub(super) high: u64,
    /// The seats that it can fill.
    pub(super) room: u64,
    /// It takes part only with so many votes.
    pub(super) entry: u64,
    /// It takes part for certain.
    pub(super) sure: bool,
}

impl Span {
    /// The votes with which it takes part for certain.
    pub(super) fn floor(&self) -> u64 {
        if self.sure { self.low } else { 0 }
    }

    /// The votes that it can have beyond those it has for certain.
    fn more(&self) -> u128 {
        u128::from(self.high.saturating_sub(self.low))
    }
}

/// The votes that all parties can have.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) spans: Vec<Span>,
    /// So many votes can still come for all together.
    pub(super) pool: u128,
    pub(super) seats: u64,
}

impl Scope {
    /// `more` says how many votes each party can have beyond its own.
    pub(super) fn new(parties: &[Party], more: &[u64], pool: u128, seats: u64) -> Self {
        let spans = parties.iter().zip(more).map(|(party, more)| Span {
            low: party.votes,
            high: party.votes.saturating_add(*more),
            room: party.room.unwrap_or(u64::MAX),
            entry: 0,
            sure: true,
        });
        Self { spans: spans.collect(), pool, seats }
    }

    pub(super) fn places(&self) -> std::ops::Range<Place> {
        0..self.spans.len()
    }

    /// The others than this one.
    pub(super) fn others(&self, place: Place) -> impl Iterator<Item = (Place, &Span)> {
        self.spans.iter().enumerate().filter(move |(other, _)| *other != place)
    }

    /// All votes that are certain.
    pub(super) fn certain(&self) -> u128 {
        self.spans.iter().map(|span| u128::from(span.low)).sum()
    }

    /// All votes where this party gets as many as it can, and nobody else any.
    pub(super) fn least_beside(&self, span: &Span) -> u128 {
        self.certain() + span.more()
    }

    /// All votes where the others get as many as they can, and this party none.
    pub(super) fn most_beside(&self, place: Place) -> u128 {
        let others: u128 = self.others(place).map(|(_, span)| span.more()).sum();
        self.certain() + others.min(self.pool)
    }

    /// Who is below the threshold does not take part.
    pub(super) fn with_bar(&self, bar: &Threshold) -> Self {
        let spans = self.places().zip(&self.spans).map(|(place, span)| {
            let rest = self.certain() - u128::from(span.low);
            let enough = |votes: u64| bar.is_reached_by(votes, rest + u128::from(votes));
            match least(span.low, span.high, enough) {
                None => Span { low: 0, high: 0, sure: false, ..span.clone() },
                Some(entry) => {
                    let sure = span.sure && bar.is_reached_by(span.low, self.most_beside(place));
                    Span { entry: entry.max(span.entry), sure, ..span.clone() }
                }
            }
        });
        Self { spans: spans.collect(), ..self.clone() }
    }

    /// The same without doubt about who takes part: who may not can have any number of votes from
    /// none, and its votes are in the pool.
    pub(super) fn without_doubt(&self) -> Self {
        let doubted = self.spans.iter().map(|span| u128::from(span.low - span.floor()));
        let pool = self.pool + doubted.sum::<u128>();
        let plain = |span: &Span| Span { low: span.floor(), entry: 0, sure: true, ..span.clone() };
        Self { spans: self.spans.iter().map(plain).collect(), pool, ..self.clone() }
    }

    /// The same where nobody runs out of people.
    pub(super) fn without_limits(&self) -> Self {
        let endless = |span: &Span| Span { room: u64::MAX, ..span.clone() };
        Self { spans: self.spans.iter().map(endless).collect(), ..self.clone() }
    }

    /// The same where nobody gets a second seat, and it is not asked whether they have people.
    pub(super) fn with_one_seat_each(&self) -> Self {
        let one = |span: &Span| Span { room: 1, ..span.clone() };
        Self { spans: self.spans.iter().map(one).collect(), ..self.clone() }
    }

    /// What is left of it when this party has more than half of the votes; `None` when it cannot.
    pub(super) fn with_majority(&self, place: Place) -> Option<Self> {
        let span = self.spans.get(place)?;
        let rest = self.certain() - u128::from(span.low);
        let low = span.low.max(u64::try_from(rest + 1).ok()?);
        let pool = self.pool.checked_sub(u128::from(low - span.low))?;
        let mut scope = Self { pool, ..self.clone() };
        scope.spans.get_mut(place).filter(|span| low <= span.high)?.low = low;
        Some(scope)
    }
}

/// The smallest number in a range that is enough, where every larger one is too.
pub(super) fn least(from: u64, to: u64, enough: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut from, mut to) = (from, to);
    if from > to || !enough(to) {
        return None;
    }
    while from < to {
        let middle = from + (to - from) / 2;
        if enough(middle) { to = middle } else { from = middle + 1 }
    }
    Some(to)
}

/// How many of the numbers from 1 to `to` hold, where with each one all smaller ones do.
pub(super) fn count(to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    least(1, to, |number| !holds(number)).map_or(to, |first| first - 1)
}
