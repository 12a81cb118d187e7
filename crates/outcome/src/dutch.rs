//! The Dutch Elections Act (Kieswet): seats for lists, articles P 5 to P 10, and their likes for
//! the Senate in chapter U.

use std::collections::BTreeSet;

use crate::{
    Method, Purpose, Ratio, Step, StepKind, Stop,
    quota::{Quota, deal_full},
    table::{Place, Rule, Table, Winners},
};

/// From this number of seats on, residual seats go to the largest averages (P 7); below it to the
/// largest surpluses first (P 8).
pub(crate) const LARGE: u64 = 19;

/// Do residual seats go to the largest averages from the first one on (P 7)?
pub(crate) fn is_large(method: Method, seats: u64) -> bool {
    seats >= LARGE || method != Method::NlCouncil
}

/// Do lists below the quota get no residual seat (P 7, second paragraph)?
pub(crate) fn needs_quota(method: Method) -> bool {
    matches!(method, Method::NlParliament | Method::NlEuropean)
}

/// The articles of one election.
struct Articles {
    full: &'static str,
    averages: &'static str,
    surpluses: &'static str,
    majority: &'static str,
    exhausted: &'static str,
}

const CHAPTER_P: Articles =
    Articles { full: "P 6", averages: "P 7", surpluses: "P 8", majority: "P 9", exhausted: "P 10" };

/// The Senate has 75 seats, so it knows no surpluses.
const CHAPTER_U: Articles = Articles {
    full: "U 8",
    averages: "U 9",
    surpluses: "U 9",
    majority: "U 10",
    exhausted: "U 11",
};

/// The seats of one election while they are dealt out.
pub(crate) struct Count<'a, 'b> {
    table: &'b mut Table<'a>,
    articles: Articles,
    quota: Quota,
    large: bool,
    /// Lists below the quota get no residual seat (P 7, second paragraph).
    needs_quota: bool,
    /// Lists that have a seat for their surplus (P 8).
    surplus: BTreeSet<Place>,
    /// Lists that have a seat for their average where nobody may have two (P 8).
    average: BTreeSet<Place>,
}

/// Deals out all seats that somebody can take. `None`: there were no votes, so there is no quota.
pub(crate) fn deal(
    table: &mut Table<'_>,
    method: Method,
    seats: u64,
) -> Result<Option<Ratio>, Stop> {
    let quota = Quota { votes: table.total(), parts: u128::from(seats) };
    if quota.votes == 0 {
        return Ok(None);
    }
    let mut count = Count::new(table, method, quota, seats);
    deal_full(count.table, quota, Some(count.articles.full));
    let last = count.residual(false)?;
    count.majority(&last, seats)?;
    count.exhausted()?;
    Ok(Some(quota.ratio()))
}

impl<'a, 'b> Count<'a, 'b> {
    fn new(table: &'b mut Table<'a>, method: Method, quota: Quota, seats: u64) -> Self {
        let senate = method == Method::NlSenate;
        // What a list has nobody for is seen at the end (P 10), so nobody is full before.
        Self {
            table,
            articles: if senate { CHAPTER_U } else { CHAPTER_P },
            quota,
            large: is_large(method, seats),
            needs_quota: needs_quota(method),
            surplus: BTreeSet::new(),
            average: BTreeSet::new(),
        }
    }

    /// Residual seats: P 7, or P 8 in its three stages. Returns who got the last ones.
    /// `going_on`: seats that others could not take go round again by the same rules, and then
    /// lists that are full no longer take part.
    fn residual(&mut self, going_on: bool) -> Result<Winners, Stop> {
        let mut last = Winners::new();
        let mut keep = |winners: Winners| {
            if !winners.is_empty() {
                last = winners;
            }
        };
        if !self.large {
            keep(self.surpluses(going_on)?);
            keep(self.averages(going_on, true)?);
        }
        keep(self.averages(going_on, false)?);
        Ok(last)
    }

    fn surpluses(&mut self, going_on: bool) -> Result<Winners, Stop> {
        let rule = Rule {
            kind: StepKind::LargestSurplus,
            purpose: Purpose::LargestSurplus,
            article: Some(self.articles.surpluses),
        };
        let quota = self.quota;
        let value = |table: &Table<'_>, place: Place| {
            let votes = table.votes(place);
            // At least 75 % of the quota: votes >= 3/4 x all votes / seats.
            let enough = u128::from(votes) * quota.parts * 4 >= quota.votes * 3;
            Some(quota.surplus(votes)).filter(|_| enough && may(table, place, going_on))
        };
        self.table.deal(&rule, Some(&mut self.surplus), value)
    }

    fn averages(&mut self, going_on: bool, once: bool) -> Result<Winners, Stop> {
        let article =
            Some(if self.large { self.articles.averages } else { self.articles.surpluses });
        let rule =
            Rule { kind: StepKind::LargestAverage, purpose: Purpose::LargestAverage, article };
        let (quota, needs_quota) = (self.quota, self.needs_quota);
        let value = |table: &Table<'_>, place: Place| {
            let (votes, held) = (table.votes(place), table.held(place));
            let takes_part = votes > 0 && (!needs_quota || quota.full(votes) > 0);
            let average = Ratio::new(u128::from(votes), u128::from(held) + 1);
            Some(average).filter(|_| takes_part && may(table, place, going_on))
        };
        let had = if once { Some(&mut self.average) } else { None };
        self.table.deal(&rule, had, value)
    }

    /// P 9: a list with more than half of the votes and no more than half of the seats gets one
    /// from the list that got the last residual seat. Lists that got theirs for the same value draw
    /// lots for who gives one up.
    fn majority(&mut self, last: &[Place], seats: u64) -> Result<(), Stop> {
        let half = |place: &Place| 2 * u128::from(self.table.votes(*place)) > self.quota.votes;
        let Some(winner) = self.table.places().find(half) else { return Ok(()) };
        let others: Vec<Place> = last.iter().copied().filter(|place| *place != winner).collect();
        if 2 * self.table.held(winner) > seats || others.is_empty() {
            return Ok(());
        }
        let tied = others.len() > 1;
        let loser = match tied {
            true => self.table.draw(Purpose::AbsoluteMajority, others, 1)?,
            false => others,
        };
        let Some(loser) = loser.first().copied() else { return Ok(()) };
        if tied {
            self.table.note(StepKind::Lot, loser, None, Some(self.articles.majority));
        }
        self.move_seat(loser, winner);
        Ok(())
    }

    fn move_seat(&mut self, from: Place, to: Place) {
        self.table.change(from, self.table.held(from).saturating_sub(1));
        self.table.change(to, self.table.held(to) + 1);
        // What a list lost it does not have: it may get one again when seats go round (P 10).
        self.surplus.remove(&from);
        self.average.remove(&from);
        self.table.steps.push(Step {
            kind: StepKind::AbsoluteMajority,
            list: self.table.name(to),
            from: Some(self.table.name(from)),
            value: None,
            seats: self.table.held(to),
            article: Some(self.articles.majority),
            compared: Vec::new(),
        });
    }

    /// P 10: seats for which a list has no candidates go to others that have, by the same rules.
    fn exhausted(&mut self) -> Result<(), Stop> {
        self.table.empty_what_nobody_takes(Some(self.articles.exhausted));
        self.residual(true).map(drop)
    }
}

/// May a list have another seat? Until seats go round again it is not looked at whether it has
/// somebody for it.
fn may(table: &Table<'_>, place: Place, going_on: bool) -> bool {
    !going_on || table.has_room(place)
}
