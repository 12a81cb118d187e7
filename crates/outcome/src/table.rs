//! The seats while they are dealt out, round by round.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Purpose, Ratio, Step, StepKind, Stop,
    lots::{Lots, Tie},
};

/// Who takes part: a list, or a group of lists that counts as one.
#[derive(Clone, Debug)]
pub(crate) struct Party {
    pub(crate) name: String,
    pub(crate) votes: u64,
    /// How many seats it can fill; `None`: any number.
    pub(crate) room: Option<u64>,
}

/// Comparisons are kept as long as there are no more than for 1,000 seats and 100 lists: nobody
/// follows more of them with a pencil, and a million would be a gigabyte.
const MOST_COMPARED: u64 = 100_000;

/// The place of a party in the table.
pub(crate) type Place = usize;

pub(crate) struct Table<'a> {
    pub(crate) parties: Vec<Party>,
    names: Vec<Arc<str>>,
    /// Are comparisons kept?
    explained: bool,
    pub(crate) seats: Vec<u64>,
    /// Seats that nobody has yet.
    pub(crate) left: u64,
    pub(crate) steps: Vec<Step>,
    pub(crate) lots: Lots<'a>,
}

/// A way to deal out seats one at a time.
pub(crate) struct Rule {
    pub(crate) kind: StepKind,
    pub(crate) purpose: Purpose,
    pub(crate) article: Option<&'static str>,
}

/// The last seats that a rule dealt out, all for the same value.
pub(crate) type Winners = Vec<Place>;

impl<'a> Table<'a> {
    pub(crate) fn with_lots(parties: Vec<Party>, seats: u64, lots: Lots<'a>) -> Self {
        let none = vec![0; parties.len()];
        let names = parties.iter().map(|party| Arc::from(&*party.name)).collect();
        let compared = seats.saturating_mul(parties.len() as u64);
        let explained = compared <= MOST_COMPARED;
        Self { parties, names, explained, seats: none, left: seats, steps: Vec::new(), lots }
    }

    pub(crate) fn votes(&self, place: Place) -> u64 {
        self.parties.get(place).map_or(0, |party| party.votes)
    }

    pub(crate) fn held(&self, place: Place) -> u64 {
        self.seats.get(place).copied().unwrap_or(0)
    }

    pub(crate) fn name(&self, place: Place) -> String {
        self.parties.get(place).map_or_else(String::new, |party| party.name.clone())
    }

    /// All valid votes.
    pub(crate) fn total(&self) -> u128 {
        self.parties.iter().map(|party| u128::from(party.votes)).sum()
    }

    pub(crate) fn places(&self) -> std::ops::Range<Place> {
        0..self.parties.len()
    }

    /// How many seats a party can fill; `None`: any number.
    pub(crate) fn room(&self, place: Place) -> Option<u64> {
        self.parties.get(place).and_then(|party| party.room)
    }

    /// Has a party somebody for another seat?
    pub(crate) fn has_room(&self, place: Place) -> bool {
        self.room(place).is_none_or(|room| self.held(place) < room)
    }

    pub(crate) fn by_name(&self) -> BTreeMap<String, u64> {
        self.places().map(|place| (self.name(place), self.held(place))).collect()
    }

    /// Seats come or go; the step says why.
    pub(crate) fn change(&mut self, place: Place, seats: u64) {
        let before = self.held(place);
        if let Some(held) = self.seats.get_mut(place) {
            *held = seats;
        }
        self.left = (self.left + before).saturating_sub(seats);
    }

    pub(crate) fn note(
        &mut self,
        kind: StepKind,
        place: Place,
        value: Option<Ratio>,
        article: Option<&'static str>,
    ) {
        let (list, seats) = (self.name(place), self.held(place));
        let compared = Vec::new();
        self.steps.push(Step { kind, list, from: None, value, seats, article, compared });
    }

    /// Takes seats back from who has nobody for them.
    pub(crate) fn empty_what_nobody_takes(&mut self, article: Option<&'static str>) {
        for place in self.places() {
            let room = self.room(place).unwrap_or(u64::MAX);
            while self.held(place) > room {
                self.change(place, self.held(place) - 1);
                self.note(StepKind::Exhausted, place, None, article);
            }
        }
    }

    /// One seat after the other to the largest value, until none is left or nobody takes part.
    /// `value` is `None` for who does not take part; `once` remembers who had one already, where
    /// nobody may have two.
    pub(crate) fn deal(
        &mut self,
        rule: &Rule,
        mut once: Option<&mut BTreeSet<Place>>,
        value: impl Fn(&Self, Place) -> Option<Ratio>,
    ) -> Result<Winners, Stop> {
        let mut last = Winners::new();
        while self.left > 0 {
            let had = |place: &Place| once.as_ref().is_some_and(|had| had.contains(place));
            let running = self.places().filter(|place| !had(place));
            let values: Vec<(Place, Ratio)> =
                running.filter_map(|place| Some((place, value(self, place)?))).collect();
            let Some((best, tied)) = largest(&values) else { break };
            let first = self.steps.len();
            last = self.share(rule, best, tied)?;
            if self.explained {
                self.keep(first, &values);
            }
            if let Some(had) = once.as_mut() {
                had.extend(&last);
            }
        }
        Ok(last)
    }

    /// Keeps what was compared at the first step that came of it.
    fn keep(&mut self, first: usize, values: &[(Place, Ratio)]) {
        let named =
            |(place, value): &(Place, Ratio)| Some((Arc::clone(self.names.get(*place)?), *value));
        let compared = values.iter().filter_map(named).collect();
        if let Some(step) = self.steps.get_mut(first) {
            step.compared = compared;
        }
    }

    /// A seat for each of those who are tied, or lots where there are too few.
    fn share(&mut self, rule: &Rule, value: Ratio, tied: Vec<Place>) -> Result<Winners, Stop> {
        let drawn = tied.len() as u64 > self.left;
        let winners = if drawn { self.draw(rule.purpose, tied, self.left)? } else { tied };
        for place in &winners {
            self.change(*place, self.held(*place) + 1);
            if drawn {
                self.note(StepKind::Lot, *place, None, rule.article);
            }
            self.note(rule.kind, *place, Some(value), rule.article);
        }
        Ok(winners)
    }

    pub(crate) fn draw(
        &mut self,
        purpose: Purpose,
        among: Vec<Place>,
        places: u64,
    ) -> Result<Winners, Stop> {
        let names: Vec<String> = self.parties.iter().map(|party| party.name.clone()).collect();
        let name = |place: Place| names.get(place).cloned().unwrap_or_default();
        self.lots.draw(Tie { purpose, among, places }, name)
    }
}

/// The largest value and all who have it.
fn largest(values: &[(Place, Ratio)]) -> Option<(Ratio, Vec<Place>)> {
    values.iter().copied().fold(None, |best, (place, value)| match best {
        Some((most, mut tied)) if most == value => {
            tied.push(place);
            Some((most, tied))
        }
        Some((most, tied)) if most > value => Some((most, tied)),
        _ => Some((value, vec![place])),
    })
}
